"""The control protocol as plain values."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jambonz_sync.errors import BackPressure, InvalidVerb, MessageTooLarge, ProtocolError, ReplyError, SessionClosed
from jambonz_sync.model.wire import MAX_MESSAGE
from jambonz_sync.protocol.call_states import NEXT, Phase, State
from jambonz_sync.protocol.control import HOLDING, MAX_PENDING, ControlProtocol, Hook
from jambonz_sync.protocol.messages import NOTIFICATIONS, OPENINGS, WANT_ACK, is_notification, parse, redirect, shown


def say(text: str) -> dict[str, Any]:
    return {"verb": "say", "text": text}


HELLO = [say("hello")]


def ack(msgid: str, *verbs: dict[str, Any]) -> dict[str, Any]:
    return {"type": "ack", "msgid": msgid, "data": list(verbs)}


def command(*verbs: dict[str, Any], queue: bool = False) -> dict[str, Any]:
    return redirect(list(verbs), queue=queue)


def read(frames: list[str]) -> list[dict[str, Any]]:
    assert all(len(text.encode()) <= MAX_MESSAGE for text in frames)
    return [json.loads(text) for text in frames]


def opened(kind: str = "session:new", call_sid: str = "-") -> tuple[ControlProtocol, Hook]:
    protocol = ControlProtocol(call_sid)
    hook, frames = protocol.open(kind, "m1", 0.0)
    assert frames == []
    return protocol, hook


def settling(call_sid: str = "-") -> tuple[ControlProtocol, Hook]:
    protocol, hook = opened(call_sid=call_sid)
    assert read(protocol.answer(hook, HELLO)) == [ack("m1", *HELLO)]
    return protocol, hook


def running(call_sid: str = "-") -> tuple[ControlProtocol, Hook]:
    protocol, hook = settling(call_sid)
    assert protocol.heard("verb:hook") == []
    return protocol, hook


def a_hook(protocol: ControlProtocol, msgid: str = "h1", *, kind: str = "verb:hook", name: str = "/h") -> Hook:
    hook, frames = protocol.receive(kind, msgid, name, 0.0)
    assert frames == []
    return hook


def back(protocol: ControlProtocol, msgid: str, now: float) -> tuple[Hook, list[str]]:
    """jambonz has connected again."""
    protocol.connected()
    return protocol.open("session:reconnect", msgid, now)


def in_phase(phase: Phase, call_sid: str = "-") -> ControlProtocol:
    if phase is Phase.IDLE:
        return ControlProtocol(call_sid)
    protocol = {Phase.OPENING: opened, Phase.SETTLING: settling}.get(phase, running)(call_sid=call_sid)[0]
    if phase is Phase.DOWN:
        protocol.dropped()
    if phase is Phase.CLOSED:
        protocol.closed()
    assert protocol.phase is phase
    return protocol


# -- phases


EVENTS = {
    "connected": lambda x: x.connected(),
    "opening": lambda x: x.receive("session:new", "m2", "session:new", 0.0),
    "acked": lambda x: x.opening is not None and x.opening.state is State.UNACKED and x.answer(x.opening, HELLO),
    "heard": lambda x: x.heard("verb:hook"),
    "settled": lambda x: x.settled(),
    "dropped": lambda x: x.dropped(),
    "closed": lambda x: x.closed(),
}
MOVES = {
    (Phase.IDLE, "opening"): Phase.OPENING,
    (Phase.OPENING, "acked"): Phase.SETTLING,
    (Phase.SETTLING, "heard"): Phase.OPEN,
    (Phase.SETTLING, "settled"): Phase.OPEN,
    (Phase.DOWN, "connected"): Phase.IDLE,
}
for _phase in (Phase.IDLE, Phase.OPENING, Phase.SETTLING, Phase.OPEN):
    MOVES[_phase, "dropped"] = Phase.DOWN
for _phase in Phase:
    MOVES[_phase, "closed"] = Phase.CLOSED


@pytest.mark.parametrize("phase", Phase)
@pytest.mark.parametrize("event", EVENTS)
def test_a_phase_changes_by_the_events_of_the_table_and_by_no_other(phase: Phase, event: str) -> None:
    protocol = in_phase(phase)
    EVENTS[event](protocol)
    assert protocol.phase is MOVES.get((phase, event), phase)


@pytest.mark.parametrize("phase", Phase)
@pytest.mark.parametrize("event", EVENTS)
def test_an_event_that_the_table_does_not_know_is_logged_and_changes_nothing(
    phase: Phase, event: str, caplog: pytest.LogCaptureFixture
) -> None:
    protocol = in_phase(phase, "CA1")
    protocol.advance(event)
    lines = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    if (phase, event) in NEXT:
        assert protocol.phase is NEXT[phase, event]
        assert lines == []
    else:
        assert protocol.phase is phase
        assert lines == [f"call CA1: {event!r} cannot happen in phase {phase.value}"]


def test_the_table_has_no_event_but_those_that_are_tested() -> None:
    assert {event for _, event in NEXT} == EVENTS.keys()


def test_a_call_has_begun_when_its_opening_message_has_come() -> None:
    protocol = ControlProtocol()
    assert not protocol.begun
    assert protocol.opening is None
    hook, _ = protocol.open("session:new", "m1", 0.0)
    assert protocol.begun
    assert protocol.opening is hook
    protocol.answer(hook, HELLO)
    assert protocol.opening is None
    assert protocol.begun


# -- commands


@pytest.mark.parametrize("phase", [Phase.IDLE, Phase.OPENING, Phase.SETTLING, Phase.DOWN])
def test_commands_wait_in_every_phase_in_which_jambonz_does_not_listen(phase: Phase) -> None:
    protocol = in_phase(phase)
    assert protocol.send(HELLO) == []
    assert protocol.command({"type": "command", "command": "dub", "data": {}}) == []
    assert len(protocol.pending_commands) == 2


def test_a_command_leaves_at_once_while_jambonz_listens() -> None:
    protocol, _ = running()
    assert read(protocol.send(HELLO)) == [command(*HELLO)]
    assert read(protocol.send(HELLO, queue=True)) == [command(*HELLO, queue=True)]
    assert read(protocol.command({"type": "command", "command": "tts:flush"})) == [
        {"type": "command", "command": "tts:flush"}
    ]


@pytest.mark.parametrize("event", ["heard", "settled"])
def test_held_commands_leave_in_order_once_jambonz_listens(event: str) -> None:
    protocol, hook = opened()
    protocol.send([say("1")])
    protocol.answer(hook, HELLO)
    protocol.send([say("2")])
    assert read(EVENTS[event](protocol)) == [command(say("1")), command(say("2"))]
    assert protocol.pending_commands == []


@pytest.mark.parametrize("kind", sorted(WANT_ACK | NOTIFICATIONS | {"news"}))
def test_only_a_message_that_follows_the_ack_of_the_opening_proves_that_jambonz_listens(kind: str) -> None:
    protocol, _ = settling()
    protocol.send(HELLO)
    unproven = {"session:new", "session:adulting", "session:reconnect", "call:status", "jambonz:error", "news"}
    assert read(protocol.heard(kind)) == ([] if kind in unproven else [command(*HELLO)])
    assert protocol.phase is (Phase.SETTLING if kind in unproven else Phase.OPEN)


def test_nothing_leaves_before_the_opening_is_acked() -> None:
    protocol, _ = opened()
    protocol.send(HELLO)
    assert protocol.heard("verb:hook") == protocol.settled() == []
    assert protocol.phase is Phase.OPENING


def test_held_commands_outlive_a_reconnect() -> None:
    protocol, _ = settling()
    protocol.send([say("1")])
    protocol.dropped()
    protocol.send([say("2")])
    back(protocol, "m2", 1.0)
    protocol.send([say("3")])
    assert read(protocol.settled()) == [command(say("1")), command(say("2")), command(say("3"))]


def test_no_command_leaves_once_the_call_is_over() -> None:
    protocol, _ = running()
    protocol.dropped()
    protocol.send(HELLO)
    protocol.closed()
    assert protocol.pending_commands == []
    with pytest.raises(SessionClosed):
        protocol.send(HELLO)
    with pytest.raises(SessionClosed):
        protocol.command({"type": "command", "command": "tts:flush"})
    assert protocol.heard("verb:hook") == protocol.settled() == protocol.undelivered(["x"]) == []


def test_held_commands_are_bounded_in_size_and_a_further_one_is_refused_and_not_the_end_of_the_call() -> None:
    protocol, hook = opened()
    text = "x" * 20_000
    while MAX_PENDING - sum(map(len, protocol.pending_commands)) > 2 * len(text):
        protocol.send([say(text)])
    protocol.send([say(text)])
    held = len(protocol.pending_commands)
    with pytest.raises(BackPressure, match=f"{held} commands wait") as caught:
        protocol.send([say(text)])
    assert not isinstance(caught.value, SessionClosed)
    with pytest.raises(BackPressure):
        protocol.answer(hook, [say("x" * 15_000)] * 3, split=True)
    assert hook.state is State.UNACKED  # nothing has changed: it can be answered in one message
    assert len(protocol.pending_commands) == held
    assert read(protocol.answer(hook, HELLO)) == [ack("m1", *HELLO)]
    assert len(protocol.settled()) == held
    assert read(protocol.send(HELLO)) == [command(*HELLO)]
    protocol.dropped()
    assert protocol.send(HELLO) == []  # there is room again


def test_commands_that_could_not_be_written_are_the_first_to_leave_later() -> None:
    protocol, _ = running()
    frames = protocol.send([say("1")])
    protocol.dropped()
    protocol.send([say("2")])
    assert protocol.undelivered(frames) == []
    back(protocol, "m2", 1.0)
    assert read(protocol.heard("verb:hook")) == [command(say("1")), command(say("2"))]


def test_commands_that_could_not_be_written_leave_at_once_if_jambonz_is_back_already() -> None:
    protocol, _ = running()
    frames = protocol.send([say("1")])
    protocol.dropped()
    back(protocol, "m2", 1.0)
    protocol.heard("verb:hook")
    assert protocol.undelivered(frames) == frames


# -- the opening


@pytest.mark.parametrize("kind", ["session:new", "session:redirect"])
def test_the_opening_of_a_call_is_acked_with_its_first_verbs(kind: str) -> None:
    protocol, hook = opened(kind)
    assert hook.opening
    assert read(protocol.answer(hook, HELLO)) == [ack("m1", *HELLO)]


@given(
    st.text(st.characters(exclude_categories=()), min_size=1),
    st.lists(st.text(st.characters(exclude_categories=())).map(say), max_size=2),
)
def test_an_ack_says_what_json_makes_of_it_whatever_is_in_it(msgid: str, verbs: list[dict[str, Any]]) -> None:
    protocol, _ = running()
    frames = protocol.answer(a_hook(protocol, msgid), verbs)
    assert [json.loads(text.encode()) for text in frames] == [ack(msgid, *verbs)]


def test_an_adulting_leg_is_acked_at_once_and_its_verbs_follow_as_a_command() -> None:
    protocol = ControlProtocol()
    hook, frames = protocol.open("session:adulting", "m1", 0.0)
    assert read(frames) == [ack("m1")]
    assert protocol.opening is hook
    protocol.heard("verb:hook")
    assert read(protocol.answer(hook, HELLO)) == [command(*HELLO)]
    assert protocol.opening is None


def test_an_adulting_leg_without_verbs_is_not_hung_up() -> None:
    protocol = ControlProtocol()
    hook, _ = protocol.open("session:adulting", "m1", 0.0)
    protocol.heard("verb:hook")
    assert protocol.answer(hook, []) == []


def test_an_opening_that_takes_too_long_is_held_and_its_verbs_follow() -> None:
    protocol, hook = opened()
    assert read(protocol.expire(hook)) == [ack("m1", *HOLDING)]
    assert protocol.opening is hook
    assert protocol.answer(hook, HELLO) == []  # jambonz is not listening yet
    assert read(protocol.settled()) == [command(*HELLO)]


def test_a_new_call_whose_late_answer_has_no_verbs_is_hung_up() -> None:
    protocol, hook = opened()
    protocol.expire(hook)
    protocol.heard("verb:hook")
    assert read(protocol.answer(hook, [])) == [command({"verb": "hangup"})]


def test_a_running_call_whose_late_answer_has_no_verbs_goes_on() -> None:
    protocol, hook = opened("session:redirect")
    assert read(protocol.expire(hook)) == [ack("m1", *HOLDING)]
    protocol.heard("verb:hook")
    assert protocol.answer(hook, []) == []
    assert hook.state is State.REPLIED


# -- hooks


def test_a_hook_is_acked_once_with_its_own_msgid() -> None:
    protocol, _ = running()
    first, second = a_hook(protocol, "h1"), a_hook(protocol, "h2", name="/second")
    assert read(protocol.answer(second, HELLO)) == [ack("h2", *HELLO)]
    assert read(protocol.answer(first, [])) == [ack("h1")]
    assert protocol.unacked == []
    with pytest.raises(ReplyError, match="/second has been replied to already") as caught:
        protocol.answer(second, HELLO)
    assert caught.value.hook == "/second"


def test_a_notification_is_acked_at_once_and_takes_no_verbs() -> None:
    protocol, _ = running()
    hook, frames = protocol.receive("queue:status", "q1", "queue:status", 0.0, notification=True)
    assert read(frames) == [ack("q1")]
    assert protocol.unacked == []
    with pytest.raises(ReplyError, match="notification"):
        protocol.answer(hook, HELLO)
    assert protocol.answer(hook, []) == []
    with pytest.raises(ReplyError, match="already"):
        protocol.answer(hook, [])


def test_an_expired_hook_has_its_ack_and_its_verbs_follow_as_a_command() -> None:
    protocol, _ = running()
    hook = a_hook(protocol)
    assert read(protocol.expire(hook)) == [ack("h1")]
    assert protocol.unacked == []
    assert read(protocol.answer(hook, HELLO)) == [command(*HELLO)]
    assert hook.state is State.REPLIED


def test_an_expired_hook_without_verbs_needs_nothing_more() -> None:
    protocol, _ = running()
    hook = a_hook(protocol)
    protocol.expire(hook)
    assert protocol.answer(hook, []) == []
    assert hook.state is State.REPLIED


def test_only_a_hook_that_is_owed_an_ack_expires() -> None:
    protocol, _ = running()
    replied, expired, lost = (a_hook(protocol, name) for name in ("h1", "h2", "h3"))
    notified, _ = protocol.receive("verb:hook", "h4", "/n", 0.0, notification=True)
    protocol.answer(replied, [])
    protocol.expire(expired)
    protocol.dropped()
    assert [hook.state for hook in (replied, expired, lost, notified)] == [
        State.REPLIED,
        State.EXPIRED,
        State.LOST,
        State.NOTIFIED,
    ]
    assert [protocol.expire(hook) for hook in (replied, expired, lost, notified)] == [[], [], [], []]


def test_the_verbs_for_a_hook_that_was_lost_with_its_connection_follow_as_a_command() -> None:
    protocol, _ = running()
    during, after = a_hook(protocol, "h1"), a_hook(protocol, "h2")
    protocol.dropped()
    assert protocol.answer(during, [say("during")]) == []
    back(protocol, "m2", 1.0)
    assert read(protocol.heard("verb:hook")) == [command(say("during"))]
    assert read(protocol.answer(after, [say("after")])) == [command(say("after"))]


@pytest.mark.parametrize("late", ["expired", "lost"])
def test_verbs_for_a_dial_confirm_that_are_too_late_are_refused(late: str) -> None:
    protocol, _ = running()
    hook = a_hook(protocol, kind="dial:confirm", name="/confirm")
    if late == "expired":
        protocol.expire(hook)
    else:
        protocol.dropped()
    with pytest.raises(ReplyError, match="too late"):
        protocol.answer(hook, HELLO)
    assert protocol.pending_commands == []
    assert protocol.answer(hook, []) == []


def test_an_ack_that_could_not_be_written_becomes_a_command_and_keeps_its_place() -> None:
    protocol, _ = running()
    hook = a_hook(protocol)
    frames = protocol.send([say("before")]) + protocol.answer(hook, HELLO) + protocol.send([say("after")])
    protocol.dropped()
    assert protocol.undelivered(frames) == []
    back(protocol, "m2", 1.0)
    assert read(protocol.heard("verb:hook")) == [command(say("before")), command(*HELLO), command(say("after"))]
    with pytest.raises(ReplyError):
        protocol.answer(hook, HELLO)


def test_an_ack_without_verbs_that_could_not_be_written_is_forgotten() -> None:
    protocol, _ = running()
    answered, expired = a_hook(protocol, "h1"), a_hook(protocol, "h2")
    frames = protocol.answer(answered, []) + protocol.expire(expired)
    protocol.dropped()
    back(protocol, "m2", 1.0)
    protocol.heard("verb:hook")
    assert protocol.undelivered(frames) == []
    assert read(protocol.answer(expired, HELLO)) == [command(*HELLO)]


def test_an_ack_of_a_dial_confirm_that_could_not_be_written_is_too_late_and_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    protocol, _ = running("CA1")
    frames = protocol.answer(a_hook(protocol, kind="dial:confirm", name="/confirm"), HELLO)
    protocol.dropped()
    assert protocol.undelivered(frames) == []
    assert protocol.pending_commands == []
    assert "call CA1: the answer to dial:confirm came too late" in caplog.text


def test_an_ack_that_could_not_be_written_and_is_too_large_for_a_command_is_split_or_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    protocol, _ = running("CA1")
    whole = MAX_MESSAGE - len(protocol.answer(a_hook(protocol), [say("")])[0])
    one = protocol.answer(a_hook(protocol), [say("x" * whole)])
    two = protocol.answer(a_hook(protocol), [say("1" * 10_000), say("2" * (whole - 10_000 - 27))])
    protocol.dropped()
    back(protocol, "m2", 1.0)
    protocol.settled()
    assert [message["data"][0]["text"][0] for message in read(protocol.undelivered(two))] == ["1", "2"]
    assert protocol.undelivered(one) == []
    assert "call CA1: the answer to /h is lost with its connection" in caplog.text


def test_an_opening_ack_that_could_not_be_written_is_repeated_by_that_of_the_reconnect_and_by_nothing_else() -> None:
    protocol, hook = opened()
    verbs = [say("x" * 15_000), say("y" * 15_000)]
    frames = protocol.answer(hook, verbs, split=True)
    protocol.dropped()
    assert protocol.undelivered(frames) == []
    assert read(back(protocol, "m2", 1.0)[1]) == [ack("m2", verbs[0])]
    assert read(protocol.settled()) == [command(verbs[1], queue=True)]


def test_nothing_is_left_to_do_for_an_ack_that_could_not_be_written_when_the_call_is_over() -> None:
    protocol, _ = running()
    frames = protocol.answer(a_hook(protocol), HELLO)
    protocol.closed()
    assert protocol.undelivered(frames) == []


@pytest.mark.parametrize("away", [False, True])
def test_a_hook_of_an_earlier_connection_is_not_acked_and_its_verbs_follow_by_command(away: bool) -> None:
    protocol, _ = running()
    protocol.dropped()
    if not away:
        back(protocol, "m2", 1.0)
        protocol.heard("verb:hook")
    hook, frames = protocol.receive("verb:hook", "h1", "/h", 0.0, current=away)
    assert (frames, hook.opening, hook.state, protocol.unacked) == ([], False, State.LOST, [])
    assert read(protocol.answer(hook, HELLO)) == ([] if away else [command(*HELLO)])
    notice, frames = protocol.receive("verb:hook", "h2", "/n", 0.0, notification=True, current=False)
    assert (frames, notice.state) == ([], State.NOTIFIED)


def test_an_opening_message_of_an_earlier_connection_opens_nothing() -> None:
    protocol, first = opened()
    protocol.dropped()
    protocol.connected()
    assert (first.opening, first.begins) == (True, True)
    stale, frames = protocol.receive("session:redirect", "m9", "/r", 0.0, current=False)
    assert (stale.opening, stale.begins, frames, protocol.phase) == (False, False, [], Phase.IDLE)
    again, _ = protocol.receive("session:reconnect", "m2", "session:reconnect", 0.0)
    assert again is first
    assert (again.opening, again.begins) == (True, False)


def test_two_hooks_of_one_msgid_are_both_owed_an_ack() -> None:
    protocol, _ = running()
    first, second = a_hook(protocol, "h1"), a_hook(protocol, "h1")
    assert protocol.unacked == [first, second]
    assert read(protocol.answer(first, [])) == [ack("h1")]
    assert protocol.unacked == [second]
    assert read(protocol.expire(second)) == [ack("h1")]


@pytest.mark.parametrize("notification", [False, True])
def test_a_hook_that_comes_after_the_end_is_not_acked(notification: bool) -> None:
    protocol, _ = running()
    protocol.closed()
    hook, frames = protocol.receive("verb:hook", "h1", "/h", 0.0, notification=notification)
    assert frames == []
    assert protocol.expire(hook) == []
    with pytest.raises(SessionClosed):
        protocol.answer(hook, HELLO)
    assert protocol.answer(hook, []) == []


@pytest.mark.parametrize("kind", sorted(OPENINGS))
def test_an_opening_that_comes_after_the_end_is_not_acked(kind: str) -> None:
    protocol, _ = running()
    protocol.closed()
    hook, frames = protocol.open(kind, "m2", 0.0)
    assert frames == []
    assert protocol.phase is Phase.CLOSED
    assert protocol.answer(hook, []) == []


def test_a_hook_in_flight_at_the_end_cannot_be_answered() -> None:
    protocol, _ = running()
    hook = a_hook(protocol)
    protocol.closed()
    with pytest.raises(SessionClosed):
        protocol.answer(hook, HELLO)
    assert protocol.answer(hook, []) == []


# -- reconnects


def test_the_answer_to_a_reconnect_takes_the_place_of_that_to_an_unanswered_session_new() -> None:
    protocol, hook = opened()
    protocol.dropped()
    again, frames = back(protocol, "m2", 7.0)
    assert again is hook
    assert frames == []
    assert (hook.state, hook.received, hook.warned) == (State.UNACKED, 7.0, False)  # its time starts anew
    assert protocol.opening is hook
    assert read(protocol.answer(hook, HELLO)) == [ack("m2", *HELLO)]
    assert protocol.phase is Phase.SETTLING


def test_the_opening_may_be_answered_while_jambonz_is_away() -> None:
    protocol, hook = opened()
    protocol.dropped()
    assert protocol.answer(hook, HELLO) == []
    with pytest.raises(ReplyError):
        protocol.answer(hook, [say("twice")])
    assert protocol.opening is None
    protocol.send([say("then")])
    again, frames = back(protocol, "m2", 1.0)
    assert read(frames) == [ack("m2", *HELLO)]
    assert again.state is State.REPLIED
    assert read(protocol.settled()) == [command(say("then"))]


def test_an_opening_answered_in_parts_while_jambonz_is_away_loses_none() -> None:
    protocol, hook = opened()
    protocol.dropped()
    verbs = [say("x" * 15_000), say("y" * 15_000)]
    with pytest.raises(MessageTooLarge):
        protocol.answer(hook, verbs)
    assert hook.state is State.LOST
    assert protocol.answer(hook, verbs, split=True) == []
    assert read(back(protocol, "m2", 1.0)[1]) == [ack("m2", verbs[0])]
    assert read(protocol.settled()) == [command(verbs[1], queue=True)]


def test_a_drop_before_the_first_ack_may_happen_again_and_again() -> None:
    protocol, hook = opened()
    for i in range(3):
        protocol.dropped()
        assert back(protocol, f"r{i}", 1.0) == (hook, [])
    assert read(protocol.answer(hook, HELLO)) == [ack("r2", *HELLO)]


@pytest.mark.parametrize("event", ["heard", "settled", None])
def test_a_reconnect_repeats_first_verbs_that_jambonz_may_not_have_got(event: str | None) -> None:
    protocol, _ = settling()
    if event:
        EVENTS[event](protocol)
    protocol.dropped()
    again, frames = back(protocol, "m2", 1.0)
    assert read(frames) == [ack("m2", *HELLO)]
    assert again.state is State.REPLIED
    assert protocol.unacked == []
    protocol.dropped()
    assert read(back(protocol, "m3", 2.0)[1]) == [ack("m3", *HELLO)]


def test_a_reconnect_of_a_call_whose_verbs_run_is_acked_without_verbs() -> None:
    protocol, _ = running()
    protocol.answer(a_hook(protocol), [])
    protocol.dropped()
    _, frames = back(protocol, "m2", 1.0)
    assert read(frames) == [ack("m2")]
    assert protocol.phase is Phase.SETTLING


def test_a_reconnect_repeats_the_verbs_that_took_the_place_of_the_holding_ones() -> None:
    protocol, hook = opened()
    protocol.expire(hook)
    protocol.settled()
    assert read(protocol.answer(hook, HELLO)) == [command(*HELLO)]
    protocol.dropped()
    assert read(back(protocol, "m2", 1.0)[1]) == [ack("m2", *HELLO)]


def test_a_reconnect_holds_the_call_while_its_verbs_are_not_there() -> None:
    protocol, hook = opened()
    protocol.expire(hook)
    protocol.dropped()
    assert read(back(protocol, "m2", 1.0)[1]) == [ack("m2", *HOLDING)]
    assert protocol.answer(hook, HELLO) == []
    assert read(protocol.heard("verb:hook")) == [command(*HELLO)]


def test_a_redirect_that_was_lost_is_answered_by_command_because_a_reconnect_takes_the_place_of_session_new_only() -> (
    None
):
    protocol, hook = opened("session:redirect")
    protocol.dropped()
    again, frames = back(protocol, "m2", 1.0)
    assert again is not hook
    assert read(frames) == [ack("m2")]
    protocol.heard("verb:hook")
    assert read(protocol.answer(hook, HELLO)) == [command(*HELLO)]


def test_a_redirect_that_was_lost_may_be_answered_while_jambonz_is_away() -> None:
    protocol, hook = opened("session:redirect")
    protocol.dropped()
    assert protocol.answer(hook, HELLO) == []
    assert read(back(protocol, "m2", 1.0)[1]) == [ack("m2")]
    assert read(protocol.heard("verb:hook")) == [command(*HELLO)]


@pytest.mark.parametrize("dropped", [False, True])
def test_a_reconnect_of_an_unknown_call_is_its_opening_whose_verbs_follow_what_holds_it(dropped: bool) -> None:
    protocol = ControlProtocol()
    if dropped:
        protocol.dropped()  # only a status had come
        protocol.connected()
    hook, frames = protocol.open("session:reconnect", "m1", 0.0)
    assert read(frames) == [ack("m1", *HOLDING)]  # jambonz ignores it, unless it never got a first answer
    assert protocol.opening is hook
    assert protocol.answer(hook, HELLO) == []
    assert read(protocol.settled()) == [command(*HELLO)]


def test_an_unknown_call_that_reconnects_and_gets_no_verbs_goes_on() -> None:
    protocol = ControlProtocol()
    hook, _ = protocol.open("session:reconnect", "m1", 0.0)
    protocol.settled()
    assert protocol.answer(hook, []) == []
    assert protocol.opening is None


def test_an_unknown_call_that_reconnects_twice_gets_its_verbs_once() -> None:
    protocol = ControlProtocol()
    hook, _ = protocol.open("session:reconnect", "m1", 0.0)
    protocol.answer(hook, HELLO)
    protocol.dropped()
    assert read(back(protocol, "m2", 1.0)[1]) == [ack("m2", *HOLDING)]
    assert read(protocol.settled()) == [command(*HELLO)]


# -- sizes


def text_for(size: int, char: str, envelope: int) -> str:
    """A text that, said in an envelope of that many bytes, makes a message of ``size`` bytes."""
    room = size - envelope
    width = len(char.encode())
    return char * (room // width) + "x" * (room % width)


@pytest.mark.parametrize("char", ["x", "ü", "話", "😀"])
def test_a_message_may_have_24_kib_of_utf_8_and_not_a_byte_more(char: str) -> None:
    protocol, _ = running()
    envelope = len(protocol.send([say("")])[0].encode())
    fits = [say(text_for(MAX_MESSAGE, char, envelope))]
    assert len(protocol.send(fits)[0].encode()) == MAX_MESSAGE
    with pytest.raises(MessageTooLarge) as caught:
        protocol.send([say(text_for(MAX_MESSAGE + 1, char, envelope))])
    assert caught.value.size == MAX_MESSAGE + 1
    assert caught.value.limit == MAX_MESSAGE


def test_an_answer_that_is_too_large_names_the_largest_verb_and_changes_nothing() -> None:
    protocol, _ = running()
    hook = a_hook(protocol)
    with pytest.raises(MessageTooLarge, match="The largest verb is play") as caught:
        protocol.answer(hook, [say("x" * 9000), {"verb": "play", "url": "y" * 20_000}])
    assert caught.value.largest is not None
    assert hook.state is State.UNACKED
    assert read(protocol.answer(hook, HELLO)) == [ack("h1", *HELLO)]


def test_the_largest_verb_is_named_also_where_only_what_stands_around_makes_a_message_too_large() -> None:
    protocol, _ = running()
    envelope = len(protocol.send([say("")])[0])
    verbs = [say("x" * (MAX_MESSAGE + 1 - envelope))]
    for refused in (lambda: protocol.send(verbs), lambda: protocol.answer(a_hook(protocol, "h" * 40), verbs)):
        with pytest.raises(MessageTooLarge, match="The largest verb is say") as caught:
            refused()
        assert (caught.value.largest or "").startswith("say (24,")
        assert f"{caught.value.size:,} bytes" in str(caught.value)
        assert caught.value.size > MAX_MESSAGE


def test_a_command_that_is_too_large_is_refused() -> None:
    protocol, _ = running()
    with pytest.raises(MessageTooLarge, match="a message of 30,") as caught:
        protocol.command({"type": "command", "command": "tts:tokens", "data": {"id": 1, "tokens": "x" * 30_000}})
    assert caught.value.largest is None


def test_a_too_large_answer_may_be_split_into_an_ack_and_queued_commands() -> None:
    protocol, _ = running()
    hook = a_hook(protocol)
    verbs = [say(f"{i}" + "x" * 5000) for i in range(12)]
    first, *rest = read(protocol.answer(hook, verbs, split=True))
    assert first["msgid"] == "h1"
    assert all(one["queueCommand"] for one in rest)
    assert [verb for one in (first, *rest) for verb in one["data"]] == verbs
    assert len(rest) == 2  # four fit in each


def test_an_answer_that_fits_is_not_split() -> None:
    protocol, _ = running()
    assert read(protocol.answer(a_hook(protocol), HELLO, split=True)) == [ack("h1", *HELLO)]
    assert read(protocol.send(HELLO, split=True)) == [command(*HELLO)]


def test_a_too_large_send_is_split_in_order() -> None:
    protocol, _ = running()
    verbs = [say("x" * 15_000), say("y" * 15_000)]
    assert read(protocol.send(verbs, split=True)) == [command(verbs[0]), command(verbs[1], queue=True)]
    assert read(protocol.send(verbs, queue=True, split=True)) == [
        command(verbs[0], queue=True),
        command(verbs[1], queue=True),
    ]


def test_the_rest_of_a_split_opening_waits_until_jambonz_listens() -> None:
    protocol, hook = opened()
    verbs = [say("x" * 15_000), say("y" * 15_000)]
    assert read(protocol.answer(hook, verbs, split=True)) == [ack("m1", verbs[0])]
    assert read(protocol.settled()) == [command(verbs[1], queue=True)]


def test_a_reconnect_after_a_split_opening_repeats_its_first_part() -> None:
    protocol, hook = opened()
    verbs = [say("x" * 15_000), say("y" * 15_000)]
    protocol.answer(hook, verbs, split=True)
    protocol.dropped()
    assert read(back(protocol, "m2", 1.0)[1]) == [ack("m2", verbs[0])]
    assert read(protocol.heard("verb:hook")) == [command(verbs[1], queue=True)]


@pytest.mark.parametrize("where", [0, 1])
def test_a_verb_that_is_too_large_by_itself_cannot_be_split(where: int) -> None:
    protocol, _ = running()
    hook = a_hook(protocol)
    verbs = [say("short"), say("short")]
    verbs.insert(where, say("x" * 25_000))
    with pytest.raises(MessageTooLarge, match="say"):
        protocol.answer(hook, verbs, split=True)
    assert hook.state is State.UNACKED


@given(st.lists(st.text(max_size=3000).map(lambda t: say(t * 3)), max_size=12))
def test_a_split_loses_no_verb_and_keeps_their_order(verbs: list[dict[str, Any]]) -> None:
    protocol, _ = running()
    parts = read(protocol.send(verbs, split=True))
    assert [verb for part in parts for verb in part["data"]] == verbs


def test_verbs_that_json_has_no_form_for_change_nothing() -> None:
    protocol, _ = running()
    hook = a_hook(protocol)
    with pytest.raises(InvalidVerb, match="length"):
        protocol.answer(hook, [{"verb": "pause", "length": float("nan")}])
    assert hook.state is State.UNACKED


# -- reading


def test_a_message_is_read_with_its_data() -> None:
    assert parse('{"type":"verb:hook","msgid":"m","data":{"a":1}}')["data"] == {"a": 1}


@pytest.mark.parametrize("text", ['{"type":"call:status"}', '{"type":"call:status","data":null}'])
def test_a_message_without_data_has_empty_data(text: str) -> None:
    assert parse(text)["data"] == {}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("1" * 5000, "not JSON"),
        ("[]", "no JSON object"),
        ('"text"', "no JSON object"),
        ("{}", "without a type"),
        ('{"type":1}', "without a type"),
        ('{"type":"session:new","data":{}}', "a session:new without a msgid"),
        ('{"type":"verb:hook","msgid":"","data":{}}', "a verb:hook without a msgid"),
        ('{"type":"verb:hook","msgid":7,"data":{}}', "a verb:hook without a msgid"),
        ('{"type":"call:status","data":[]}', "data is no object"),
        ('{"type":"call:status","data":"x"}', "data is no object"),
    ],
)
def test_what_is_no_message_is_refused_with_a_short_reason(text: str, says: str) -> None:
    with pytest.raises(ProtocolError, match=says) as caught:
        parse(text)
    assert caught.value.code == 1007
    assert len(str(caught.value)) < 300


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.one_of(
        st.text(),
        json_values.map(json.dumps),
        st.fixed_dictionaries(
            {},
            optional={
                "type": st.sampled_from(sorted(WANT_ACK | NOTIFICATIONS)) | json_values,
                "msgid": st.text(max_size=3) | json_values,
                "data": json_values,
                "hook": json_values,
            },
        ).map(json.dumps),
    )
)
def test_any_text_is_a_message_with_a_type_and_data_or_a_protocol_error(text: str) -> None:
    try:
        message = parse(text)
    except ProtocolError:
        return
    assert isinstance(message["type"], str)
    assert isinstance(message["data"], dict)
    assert message["type"] not in WANT_ACK or message["msgid"]


def test_a_hook_that_reports_an_event_is_a_notification() -> None:
    assert is_notification("queue:status", {})
    assert is_notification("verb:hook", {"event": "join"})
    assert not is_notification("verb:hook", {"event": {"type": "x"}})
    assert not is_notification("verb:hook", {})
    assert not is_notification("dial:confirm", {"event": "x"})


# -- for the log


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Grüße, 日本語", "Grüße, 日本語"),
        ("{\nCRITICAL root forged", "{\\nCRITICAL root forged"),
        ("a\x1b[2Jb\u202ec\u2028d", "a\\x1b[2Jb\\u202ec\\u2028d"),
        ("\ud83d", "\\ud83d"),
        ("x" * 81, "x" * 77 + "..."),
        (None, "None"),
    ],
)
def test_what_the_peer_sent_is_one_short_line_in_the_log(text: object, line: str) -> None:
    assert shown(text) == line


def test_no_message_of_an_error_has_lines_that_the_peer_wrote() -> None:
    for text in ("{\n", "[\n1]", '{\n"a": 1}', '{"type": "a\\nb", "data":\n1}', '{"type": "verb:hook",\n"hook": "x"}'):
        with pytest.raises(ProtocolError) as caught:
            parse(text)
        assert "\n" not in str(caught.value)
    protocol, _ = running()
    hook = a_hook(protocol, name="/h\nCRITICAL")
    protocol.answer(hook, [])
    with pytest.raises(ReplyError, match=r"^/h\\nCRITICAL has been") as again:
        protocol.answer(hook, [])
    assert again.value.hook == "/h\nCRITICAL"
