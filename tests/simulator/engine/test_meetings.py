"""Where calls meet."""

from __future__ import annotations

import threading

from jambonz_sync.simulator.engine.leg import Leg
from jambonz_sync.simulator.engine.meetings import Queues
from jambonz_sync.simulator.engine.party import Party


def make() -> tuple[Queues, list[Party]]:
    queues = Queues(threading.Lock())
    return queues, [Party(Leg(), lambda action: action() and None, lambda who, text: None) for _ in "abc"]


def test_the_first_who_waits_is_taken_first_unless_another_has_a_lower_priority() -> None:
    queues, (one, other, agent) = make()
    late, urgent = queues.wait_in_queue("q", one), queues.wait_in_queue("q", other, 5)
    assert queues.place("q", urgent) == (2, 0)
    assert queues.place("q", late) == (2, 1)
    bridge = queues.take_from_queue("q", agent)
    assert bridge is not None
    assert bridge.other(agent) is other
    assert urgent.matched.value is bridge
    assert (urgent.taken_by["call_sid"], urgent.left_behind) == (agent.leg.call_sid, 1)
    assert queues.place("q", late) == (1, 0)


def test_who_takes_may_name_the_only_call_that_they_want() -> None:
    queues, (one, other, agent) = make()
    ticket = queues.wait_in_queue("q", one)
    assert queues.take_from_queue("q", agent, other.leg.call_sid) is None
    wanted = queues.wait_in_queue("q", other)
    bridge = queues.take_from_queue("q", agent, other.leg.call_sid)
    assert wanted.matched.value is bridge
    assert not ticket.matched.done


def test_who_leaves_ends_the_talk_for_the_other_one_only() -> None:
    queues, (one, agent, _) = make()
    waiting = queues.wait_in_queue("q", one)
    bridge = queues.take_from_queue("q", agent)
    assert bridge is not None
    assert not queues.give_up("q", waiting)
    queues.withdraw("q", waiting)
    assert bridge.over(agent).done
    assert not bridge.over(one).done


def test_who_has_left_a_queue_is_not_taken_out_of_it() -> None:
    queues, (one, agent, _) = make()
    waiting = queues.wait_in_queue("q", one)
    assert queues.give_up("q", waiting)
    assert queues.take_from_queue("q", agent) is None
    assert queues.take_from_queue("other", agent) is None
