"""Where calls meet."""

from __future__ import annotations

import threading

from jambonz_sync.simulator.engine.leg import Leg
from jambonz_sync.simulator.engine.meetings import Meetings, Party


def make() -> tuple[Meetings, list[Party]]:
    meetings = Meetings(threading.Lock())
    return meetings, [Party(Leg(), lambda action: action() and None, lambda who, text: None, meetings) for _ in "abc"]


def test_the_first_who_waits_is_taken_first_unless_another_has_a_lower_priority() -> None:
    meetings, (one, other, agent) = make()
    late, urgent = meetings.wait_in_queue("q", one), meetings.wait_in_queue("q", other, 5)
    assert meetings.place("q", urgent) == (2, 0)
    assert meetings.place("q", late) == (2, 1)
    bridge = meetings.take_from_queue("q", agent).matched.value
    assert bridge.other(agent) is other
    assert urgent.matched.value is bridge
    assert meetings.place("q", late) == (1, 0)


def test_who_takes_may_be_there_first_and_name_the_only_call_that_they_want() -> None:
    meetings, (one, other, agent) = make()
    ticket = meetings.take_from_queue("q", agent, other.leg.call_sid)
    assert not meetings.wait_in_queue("q", one).matched.done
    assert not ticket.matched.done
    meetings.wait_in_queue("q", other)
    assert ticket.matched.value.other(agent) is other


def test_who_leaves_ends_the_talk_for_the_other_one_only() -> None:
    meetings, (one, agent, _) = make()
    waiting, taking = meetings.wait_in_queue("q", one), meetings.take_from_queue("q", agent)
    bridge = waiting.matched.value
    assert not meetings.give_up("q", taking)
    meetings.withdraw("q", taking)
    assert bridge.over(one).done
    assert not bridge.over(agent).done


def test_who_has_left_a_queue_is_not_taken_out_of_it() -> None:
    meetings, (one, agent, _) = make()
    waiting = meetings.wait_in_queue("q", one)
    assert meetings.give_up("q", waiting)
    assert not meetings.take_from_queue("q", agent).matched.done
    assert not meetings.take_from_queue("other", agent).matched.done
