from __future__ import annotations

import pytest

from jambonz_sync import AlreadyWaiting, CallEnded
from jambonz_sync.protocol.control import Hook
from jambonz_sync.session.conversation.waits import Wait, Waits

HOOK = Hook("verb:hook", "m1", "/wait/gather/1", 0.0)


def wait_for_gather(waits: Waits) -> Wait:
    wait = Wait("/wait/gather/1", "gather", owes_reply=True)
    waits.begin(wait)
    return wait


def test_the_hook_of_its_name_ends_a_wait_and_no_other_one_does() -> None:
    waits = Waits("CA1")
    wait = wait_for_gather(waits)
    assert waits.take("/other") is None
    assert waits.take("/wait/gather/1") is wait
    wait.give(HOOK, {"digits": "1"})
    assert wait.is_over(0)
    assert (wait.hook, wait.data, wait.failure) == (HOOK, {"digits": "1"}, None)
    assert waits.take("/wait/gather/1") is None


def test_a_second_wait_is_refused_with_the_names_of_both() -> None:
    waits = Waits("CA1")
    wait_for_gather(waits)
    with pytest.raises(AlreadyWaiting, match=r"wait\(\) for dial .*, but wait\(\) for gather") as caught:
        waits.begin(Wait("/wait/dial/2", "dial", owes_reply=True))
    assert caught.value.call_sid == "CA1"


def test_a_wait_that_ended_makes_room_for_another() -> None:
    waits = Waits("CA1")
    assert waits.end(wait_for_gather(waits))
    wait_for_gather(waits)


def test_whoever_takes_a_wait_has_it_alone() -> None:
    waits = Waits("CA1")
    wait = wait_for_gather(waits)
    waits.take("/wait/gather/1")
    assert not waits.end(wait)
    waits.fail(CallEnded("over"))
    assert wait.failure is None


def test_a_failure_ends_the_wait() -> None:
    waits = Waits("CA1")
    wait = wait_for_gather(waits)
    waits.fail(CallEnded("over"))
    assert wait.is_over(None)
    assert isinstance(wait.failure, CallEnded)


def test_a_wait_without_an_outcome_is_not_over() -> None:
    wait = wait_for_gather(Waits("CA1"))
    assert not wait.is_over(0.001)
    assert not wait.is_over(-1)
