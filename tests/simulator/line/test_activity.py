"""Whether an app works, the inbox of a call, and how its time goes on."""

from __future__ import annotations

import threading

from jambonz_sync.simulator.engine.clock import Clock
from jambonz_sync.simulator.line.activity import AppActivity
from jambonz_sync.simulator.line.inbox import Inbox
from jambonz_sync.simulator.line.pacing import Pacing

from ...waiting import wait_for


def test_an_app_works_until_all_messages_are_dealt_with() -> None:
    activity = AppActivity()
    activity.begin()
    activity.begin()
    activity.end()
    assert activity.is_busy(0)
    activity.end()
    assert not activity.is_busy(0)


def test_a_webhook_that_is_parked_is_not_worked_on() -> None:
    activity = AppActivity()
    assert activity.is_busy(1)
    activity.park()
    assert not activity.is_busy(1)
    activity.unpark()
    assert activity.is_busy(1)


def test_whoever_brings_too_much_waits_and_whoever_has_something_to_do_does_not() -> None:
    inbox = Inbox()
    brought: list[int] = []

    def bring() -> None:
        for number in range(20_000):
            inbox.put(number)
            brought.append(number)

    thread = threading.Thread(target=bring, daemon=True)
    thread.start()
    wait_for(lambda: len(brought) == 8000, "a full inbox")
    inbox.post(lambda: None)
    inbox.wake()
    inbox.wake()
    assert [inbox.get(0) for _ in range(3)] == [0, 1, 2]
    inbox.close()
    thread.join(10)
    assert not thread.is_alive()


def test_time_stands_still_for_a_moment_while_the_app_works_and_then_follows() -> None:
    clock = Clock()
    pacing = Pacing(clock, real_time=False)
    pacing.follows()
    pacing.advance(None)
    assert (clock.now, pacing.following) == (0.0, False)
    wait_for(lambda: pacing.follows() or pacing.following, "time that goes on")
    wait_for(lambda: pacing.advance(None) or clock.now > 0.01, "time that has gone on")
    pacing.jumps()
    assert not pacing.following
