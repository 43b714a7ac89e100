"""The control protocol as plain values."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jambonz_sync.errors import InvalidVerb, MessageTooLarge, ProtocolError, ReplyError, SessionClosed
from jambonz_sync.model.wire import MAX_MESSAGE
from jambonz_sync.protocol.control import (
    HOLDING,
    NOTIFICATIONS,
    OPENINGS,
    WANT_ACK,
    ControlProtocol,
    Hook,
    Phase,
    State,
    is_notification,
    parse,
    redirect,
    shown,
)


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


def opened(kind: str = "session:new") -> tuple[ControlProtocol, Hook]:
    exchange = ControlProtocol()
    hook, frames = exchange.open(kind, "m1", 0.0)
    assert frames == []
    return exchange, hook


def settling() -> tuple[ControlProtocol, Hook]:
    exchange, hook = opened()
    assert read(exchange.answer(hook, HELLO)) == [ack("m1", *HELLO)]
    return exchange, hook


def running() -> tuple[ControlProtocol, Hook]:
    exchange, hook = settling()
    assert exchange.heard("verb:hook") == []
    return exchange, hook


def a_hook(exchange: ControlProtocol, msgid: str = "h1", *, kind: str = "verb:hook", name: str = "/h") -> Hook:
    hook, frames = exchange.hook(kind, msgid, name, 0.0)
    assert frames == []
    return hook


def in_phase(phase: Phase) -> ControlProtocol:
    if phase is Phase.IDLE:
        return ControlProtocol()
    exchange = {Phase.OPENING: opened, Phase.SETTLING: settling}.get(phase, running)()[0]
    if phase is Phase.DOWN:
        exchange.dropped()
    if phase is Phase.CLOSED:
        exchange.closed()
    assert exchange.phase is phase
    return exchange


# -- phases


EVENTS = {
    "opening": lambda x: x.open("session:new", "m2", 0.0),
    "acked": lambda x: x.opening is not None and x.opening.state is State.UNACKED and x.answer(x.opening, HELLO),
    "heard": lambda x: x.heard("verb:hook"),
    "settled": lambda x: x.settled(),
    "dropped": lambda x: x.dropped(),
    "closed": lambda x: x.closed(),
}
MOVES = {
    (Phase.IDLE, "opening"): Phase.OPENING,
    (Phase.DOWN, "opening"): Phase.OPENING,
    (Phase.OPENING, "acked"): Phase.SETTLING,
    (Phase.SETTLING, "heard"): Phase.OPEN,
    (Phase.SETTLING, "settled"): Phase.OPEN,
}
for _phase in (Phase.IDLE, Phase.OPENING, Phase.SETTLING, Phase.OPEN):
    MOVES[_phase, "dropped"] = Phase.DOWN
for _phase in Phase:
    MOVES[_phase, "closed"] = Phase.CLOSED


@pytest.mark.parametrize("phase", Phase)
@pytest.mark.parametrize("event", EVENTS)
def test_a_phase_changes_by_the_events_of_the_table_and_by_no_other(phase: Phase, event: str) -> None:
    exchange = in_phase(phase)
    EVENTS[event](exchange)
    assert exchange.phase is MOVES.get((phase, event), phase)


def test_a_call_has_begun_when_its_opening_message_has_come() -> None:
    exchange = ControlProtocol()
    assert not exchange.begun
    assert exchange.opening is None
    hook, _ = exchange.open("session:new", "m1", 0.0)
    assert exchange.begun
    assert exchange.opening is hook
    exchange.answer(hook, HELLO)
    assert exchange.opening is None
    assert exchange.begun


# -- commands


@pytest.mark.parametrize("phase", [Phase.IDLE, Phase.OPENING, Phase.SETTLING, Phase.DOWN])
def test_commands_wait_in_every_phase_in_which_jambonz_does_not_listen(phase: Phase) -> None:
    exchange = in_phase(phase)
    assert exchange.send(HELLO) == []
    assert exchange.command({"type": "command", "command": "dub", "data": {}}) == []
    assert len(exchange.pending_commands) == 2


def test_a_command_leaves_at_once_while_jambonz_listens() -> None:
    exchange, _ = running()
    assert read(exchange.send(HELLO)) == [command(*HELLO)]
    assert read(exchange.send(HELLO, queue=True)) == [command(*HELLO, queue=True)]
    assert read(exchange.command({"type": "command", "command": "tts:flush"})) == [
        {"type": "command", "command": "tts:flush"}
    ]


@pytest.mark.parametrize("event", ["heard", "settled"])
def test_held_commands_leave_in_order_once_jambonz_listens(event: str) -> None:
    exchange, hook = opened()
    exchange.send([say("1")])
    exchange.answer(hook, HELLO)
    exchange.send([say("2")])
    assert read(EVENTS[event](exchange)) == [command(say("1")), command(say("2"))]
    assert exchange.pending_commands == []


@pytest.mark.parametrize("kind", sorted(WANT_ACK | NOTIFICATIONS | {"news"}))
def test_only_a_message_that_follows_the_ack_of_the_opening_proves_that_jambonz_listens(kind: str) -> None:
    exchange, _ = settling()
    exchange.send(HELLO)
    unproven = {"session:new", "session:adulting", "session:reconnect", "call:status", "jambonz:error", "news"}
    assert read(exchange.heard(kind)) == ([] if kind in unproven else [command(*HELLO)])
    assert exchange.phase is (Phase.SETTLING if kind in unproven else Phase.OPEN)


def test_nothing_leaves_before_the_opening_is_acked() -> None:
    exchange, _ = opened()
    exchange.send(HELLO)
    assert exchange.heard("verb:hook") == exchange.settled() == []
    assert exchange.phase is Phase.OPENING


def test_held_commands_outlive_a_reconnect() -> None:
    exchange, _ = settling()
    exchange.send([say("1")])
    exchange.dropped()
    exchange.send([say("2")])
    exchange.open("session:reconnect", "m2", 1.0)
    exchange.send([say("3")])
    assert read(exchange.settled()) == [command(say("1")), command(say("2")), command(say("3"))]


def test_no_command_leaves_once_the_call_is_over() -> None:
    exchange, _ = running()
    exchange.dropped()
    exchange.send(HELLO)
    exchange.closed()
    assert exchange.pending_commands == []
    with pytest.raises(SessionClosed):
        exchange.send(HELLO)
    with pytest.raises(SessionClosed):
        exchange.command({"type": "command", "command": "tts:flush"})
    assert exchange.heard("verb:hook") == exchange.settled() == exchange.requeue(["x"]) == []


def test_the_number_of_held_commands_is_bounded() -> None:
    exchange, hook = opened()
    for _ in range(1000):
        exchange.send(HELLO)
    with pytest.raises(SessionClosed, match="1,000 commands wait"):
        exchange.send(HELLO)
    with pytest.raises(SessionClosed):
        exchange.answer(hook, [say("x" * 15_000)] * 2, split=True)
    assert hook.state is State.UNACKED  # nothing has changed: it can be answered in one message
    assert len(exchange.pending_commands) == 1000
    assert read(exchange.answer(hook, HELLO)) == [ack("m1", *HELLO)]


def test_commands_that_could_not_be_written_are_the_first_to_leave_later() -> None:
    exchange, _ = running()
    frames = exchange.send([say("1")])
    exchange.dropped()
    exchange.send([say("2")])
    assert exchange.requeue(frames) == []
    exchange.open("session:reconnect", "m2", 1.0)
    assert read(exchange.heard("verb:hook")) == [command(say("1")), command(say("2"))]


def test_commands_that_could_not_be_written_leave_at_once_if_jambonz_is_back_already() -> None:
    exchange, _ = running()
    frames = exchange.send([say("1")])
    exchange.dropped()
    exchange.open("session:reconnect", "m2", 1.0)
    exchange.heard("verb:hook")
    assert exchange.requeue(frames) == frames


# -- the opening


@pytest.mark.parametrize("kind", ["session:new", "session:redirect"])
def test_the_opening_of_a_call_is_acked_with_its_first_verbs(kind: str) -> None:
    exchange, hook = opened(kind)
    assert hook.opening
    assert read(exchange.answer(hook, HELLO)) == [ack("m1", *HELLO)]


def test_an_adulting_leg_is_acked_at_once_and_its_verbs_follow_as_a_command() -> None:
    exchange = ControlProtocol()
    hook, frames = exchange.open("session:adulting", "m1", 0.0)
    assert read(frames) == [ack("m1")]
    assert exchange.opening is hook
    exchange.heard("verb:hook")
    assert read(exchange.answer(hook, HELLO)) == [command(*HELLO)]
    assert exchange.opening is None


def test_an_adulting_leg_without_verbs_is_not_hung_up() -> None:
    exchange = ControlProtocol()
    hook, _ = exchange.open("session:adulting", "m1", 0.0)
    exchange.heard("verb:hook")
    assert exchange.answer(hook, []) == []


def test_an_opening_that_takes_too_long_is_held_and_its_verbs_follow() -> None:
    exchange, hook = opened()
    assert read(exchange.expire(hook)) == [ack("m1", *HOLDING)]
    assert exchange.opening is hook
    assert exchange.answer(hook, HELLO) == []  # jambonz is not listening yet
    assert read(exchange.settled()) == [command(*HELLO)]


def test_a_new_call_whose_late_answer_has_no_verbs_is_hung_up() -> None:
    exchange, hook = opened()
    exchange.expire(hook)
    exchange.heard("verb:hook")
    assert read(exchange.answer(hook, [])) == [command({"verb": "hangup"})]


def test_a_running_call_whose_late_answer_has_no_verbs_goes_on() -> None:
    exchange, hook = opened("session:redirect")
    assert read(exchange.expire(hook)) == [ack("m1", *HOLDING)]
    exchange.heard("verb:hook")
    assert exchange.answer(hook, []) == []
    assert hook.state is State.REPLIED


# -- hooks


def test_a_hook_is_acked_once_with_its_own_msgid() -> None:
    exchange, _ = running()
    first, second = a_hook(exchange, "h1"), a_hook(exchange, "h2", name="/second")
    assert read(exchange.answer(second, HELLO)) == [ack("h2", *HELLO)]
    assert read(exchange.answer(first, [])) == [ack("h1")]
    assert exchange.unacked == {}
    with pytest.raises(ReplyError, match="/second has been replied to already") as caught:
        exchange.answer(second, HELLO)
    assert caught.value.hook == "/second"


def test_a_notification_is_acked_at_once_and_takes_no_verbs() -> None:
    exchange, _ = running()
    hook, frames = exchange.hook("queue:status", "q1", "queue:status", 0.0, notification=True)
    assert read(frames) == [ack("q1")]
    assert exchange.unacked == {}
    with pytest.raises(ReplyError, match="notification"):
        exchange.answer(hook, HELLO)
    assert exchange.answer(hook, []) == []
    with pytest.raises(ReplyError, match="already"):
        exchange.answer(hook, [])


def test_an_expired_hook_has_its_ack_and_its_verbs_follow_as_a_command() -> None:
    exchange, _ = running()
    hook = a_hook(exchange)
    assert read(exchange.expire(hook)) == [ack("h1")]
    assert exchange.unacked == {}
    assert read(exchange.answer(hook, HELLO)) == [command(*HELLO)]
    assert hook.state is State.REPLIED


def test_an_expired_hook_without_verbs_needs_nothing_more() -> None:
    exchange, _ = running()
    hook = a_hook(exchange)
    exchange.expire(hook)
    assert exchange.answer(hook, []) == []
    assert hook.state is State.REPLIED


def test_only_a_hook_that_is_owed_an_ack_expires() -> None:
    exchange, _ = running()
    replied, expired, lost = (a_hook(exchange, name) for name in ("h1", "h2", "h3"))
    notified, _ = exchange.hook("verb:hook", "h4", "/n", 0.0, notification=True)
    exchange.answer(replied, [])
    exchange.expire(expired)
    exchange.dropped()
    assert [hook.state for hook in (replied, expired, lost, notified)] == [
        State.REPLIED,
        State.EXPIRED,
        State.LOST,
        State.NOTIFIED,
    ]
    assert [exchange.expire(hook) for hook in (replied, expired, lost, notified)] == [[], [], [], []]


def test_the_verbs_for_a_hook_that_was_lost_with_its_connection_follow_as_a_command() -> None:
    exchange, _ = running()
    during, after = a_hook(exchange, "h1"), a_hook(exchange, "h2")
    exchange.dropped()
    assert exchange.answer(during, [say("during")]) == []
    exchange.open("session:reconnect", "m2", 1.0)
    assert read(exchange.heard("verb:hook")) == [command(say("during"))]
    assert read(exchange.answer(after, [say("after")])) == [command(say("after"))]


@pytest.mark.parametrize("late", ["expired", "lost"])
def test_verbs_for_a_dial_confirm_that_are_too_late_are_refused(late: str) -> None:
    exchange, _ = running()
    hook = a_hook(exchange, kind="dial:confirm", name="/confirm")
    if late == "expired":
        exchange.expire(hook)
    else:
        exchange.dropped()
    with pytest.raises(ReplyError, match="too late"):
        exchange.answer(hook, HELLO)
    assert exchange.pending_commands == []
    assert exchange.answer(hook, []) == []


def test_an_ack_that_could_not_be_written_becomes_a_command() -> None:
    exchange, _ = running()
    hook = a_hook(exchange)
    exchange.answer(hook, HELLO)
    exchange.dropped()
    assert exchange.undelivered(hook, HELLO) == []
    exchange.open("session:reconnect", "m2", 1.0)
    assert read(exchange.heard("verb:hook")) == [command(*HELLO)]
    with pytest.raises(ReplyError):
        exchange.answer(hook, HELLO)


def test_an_opening_ack_that_could_not_be_written_is_repeated_by_that_of_the_reconnect_and_by_nothing_else() -> None:
    exchange, hook = opened()
    verbs = [say("x" * 15_000), say("y" * 15_000)]
    exchange.answer(hook, verbs, split=True)
    exchange.dropped()
    assert exchange.undelivered(hook, verbs, split=True) == []
    assert read(exchange.open("session:reconnect", "m2", 1.0)[1]) == [ack("m2", verbs[0])]
    assert read(exchange.settled()) == [command(verbs[1], queue=True)]


def test_nothing_is_left_to_do_for_an_ack_that_could_not_be_written_when_the_call_is_over() -> None:
    exchange, _ = running()
    hook = a_hook(exchange)
    exchange.answer(hook, HELLO)
    exchange.closed()
    assert exchange.undelivered(hook, HELLO) == []


@pytest.mark.parametrize("notification", [False, True])
def test_a_hook_that_comes_after_the_end_is_not_acked(notification: bool) -> None:
    exchange, _ = running()
    exchange.closed()
    hook, frames = exchange.hook("verb:hook", "h1", "/h", 0.0, notification=notification)
    assert frames == []
    assert exchange.expire(hook) == []
    with pytest.raises(SessionClosed):
        exchange.answer(hook, HELLO)
    assert exchange.answer(hook, []) == []


@pytest.mark.parametrize("kind", sorted(OPENINGS))
def test_an_opening_that_comes_after_the_end_is_not_acked(kind: str) -> None:
    exchange, _ = running()
    exchange.closed()
    hook, frames = exchange.open(kind, "m2", 0.0)
    assert frames == []
    assert exchange.phase is Phase.CLOSED
    assert exchange.answer(hook, []) == []


def test_a_hook_in_flight_at_the_end_cannot_be_answered() -> None:
    exchange, _ = running()
    hook = a_hook(exchange)
    exchange.closed()
    with pytest.raises(SessionClosed):
        exchange.answer(hook, HELLO)
    assert exchange.answer(hook, []) == []


# -- reconnects


def test_the_answer_to_a_reconnect_takes_the_place_of_that_to_an_unanswered_session_new() -> None:
    exchange, hook = opened()
    exchange.dropped()
    again, frames = exchange.open("session:reconnect", "m2", 7.0)
    assert again is hook
    assert frames == []
    assert (hook.state, hook.received, hook.warned) == (State.UNACKED, 7.0, False)  # its time starts anew
    assert exchange.opening is hook
    assert read(exchange.answer(hook, HELLO)) == [ack("m2", *HELLO)]
    assert exchange.phase is Phase.SETTLING


def test_the_opening_may_be_answered_while_jambonz_is_away() -> None:
    exchange, hook = opened()
    exchange.dropped()
    assert exchange.answer(hook, HELLO) == []
    with pytest.raises(ReplyError):
        exchange.answer(hook, [say("twice")])
    assert exchange.opening is None
    exchange.send([say("then")])
    again, frames = exchange.open("session:reconnect", "m2", 1.0)
    assert read(frames) == [ack("m2", *HELLO)]
    assert again.state is State.REPLIED
    assert read(exchange.settled()) == [command(say("then"))]


def test_an_opening_answered_in_parts_while_jambonz_is_away_loses_none() -> None:
    exchange, hook = opened()
    exchange.dropped()
    verbs = [say("x" * 15_000), say("y" * 15_000)]
    with pytest.raises(MessageTooLarge):
        exchange.answer(hook, verbs)
    assert hook.state is State.LOST
    assert exchange.answer(hook, verbs, split=True) == []
    assert read(exchange.open("session:reconnect", "m2", 1.0)[1]) == [ack("m2", verbs[0])]
    assert read(exchange.settled()) == [command(verbs[1], queue=True)]


def test_a_drop_before_the_first_ack_may_happen_again_and_again() -> None:
    exchange, hook = opened()
    for i in range(3):
        exchange.dropped()
        assert exchange.open("session:reconnect", f"r{i}", 1.0) == (hook, [])
    assert read(exchange.answer(hook, HELLO)) == [ack("r2", *HELLO)]


@pytest.mark.parametrize("event", ["heard", "settled", None])
def test_a_reconnect_repeats_first_verbs_that_jambonz_may_not_have_got(event: str | None) -> None:
    exchange, _ = settling()
    if event:
        EVENTS[event](exchange)
    exchange.dropped()
    again, frames = exchange.open("session:reconnect", "m2", 1.0)
    assert read(frames) == [ack("m2", *HELLO)]
    assert again.state is State.REPLIED
    assert exchange.unacked == {}
    exchange.dropped()
    assert read(exchange.open("session:reconnect", "m3", 2.0)[1]) == [ack("m3", *HELLO)]


def test_a_reconnect_of_a_call_whose_verbs_run_is_acked_without_verbs() -> None:
    exchange, _ = running()
    exchange.answer(a_hook(exchange), [])
    exchange.dropped()
    _, frames = exchange.open("session:reconnect", "m2", 1.0)
    assert read(frames) == [ack("m2")]
    assert exchange.phase is Phase.SETTLING


def test_a_reconnect_repeats_the_verbs_that_took_the_place_of_the_holding_ones() -> None:
    exchange, hook = opened()
    exchange.expire(hook)
    exchange.settled()
    assert read(exchange.answer(hook, HELLO)) == [command(*HELLO)]
    exchange.dropped()
    assert read(exchange.open("session:reconnect", "m2", 1.0)[1]) == [ack("m2", *HELLO)]


def test_a_reconnect_holds_the_call_while_its_verbs_are_not_there() -> None:
    exchange, hook = opened()
    exchange.expire(hook)
    exchange.dropped()
    assert read(exchange.open("session:reconnect", "m2", 1.0)[1]) == [ack("m2", *HOLDING)]
    assert exchange.answer(hook, HELLO) == []
    assert read(exchange.heard("verb:hook")) == [command(*HELLO)]


def test_a_redirect_that_was_lost_is_answered_by_command_because_a_reconnect_takes_the_place_of_session_new_only() -> (
    None
):
    exchange, hook = opened("session:redirect")
    exchange.dropped()
    again, frames = exchange.open("session:reconnect", "m2", 1.0)
    assert again is not hook
    assert read(frames) == [ack("m2")]
    exchange.heard("verb:hook")
    assert read(exchange.answer(hook, HELLO)) == [command(*HELLO)]


def test_a_redirect_that_was_lost_may_be_answered_while_jambonz_is_away() -> None:
    exchange, hook = opened("session:redirect")
    exchange.dropped()
    assert exchange.answer(hook, HELLO) == []
    assert read(exchange.open("session:reconnect", "m2", 1.0)[1]) == [ack("m2")]
    assert read(exchange.heard("verb:hook")) == [command(*HELLO)]


@pytest.mark.parametrize("dropped", [False, True])
def test_a_reconnect_of_an_unknown_call_is_its_opening_whose_verbs_follow_what_holds_it(dropped: bool) -> None:
    exchange = ControlProtocol()
    if dropped:
        exchange.dropped()  # only a status had come
    hook, frames = exchange.open("session:reconnect", "m1", 0.0)
    assert read(frames) == [ack("m1", *HOLDING)]  # jambonz ignores it, unless it never got a first answer
    assert exchange.opening is hook
    assert exchange.answer(hook, HELLO) == []
    assert read(exchange.settled()) == [command(*HELLO)]


def test_an_unknown_call_that_reconnects_and_gets_no_verbs_goes_on() -> None:
    exchange = ControlProtocol()
    hook, _ = exchange.open("session:reconnect", "m1", 0.0)
    exchange.settled()
    assert exchange.answer(hook, []) == []
    assert exchange.opening is None


def test_an_unknown_call_that_reconnects_twice_gets_its_verbs_once() -> None:
    exchange = ControlProtocol()
    hook, _ = exchange.open("session:reconnect", "m1", 0.0)
    exchange.answer(hook, HELLO)
    exchange.dropped()
    assert read(exchange.open("session:reconnect", "m2", 1.0)[1]) == [ack("m2", *HOLDING)]
    assert read(exchange.settled()) == [command(*HELLO)]


# -- sizes


def text_for(size: int, char: str, envelope: int) -> str:
    """A text that, said in an envelope of that many bytes, makes a message of ``size`` bytes."""
    room = size - envelope
    width = len(char.encode())
    return char * (room // width) + "x" * (room % width)


@pytest.mark.parametrize("char", ["x", "ü", "話", "😀"])
def test_a_message_may_have_24_kib_of_utf_8_and_not_a_byte_more(char: str) -> None:
    exchange, _ = running()
    envelope = len(exchange.send([say("")])[0].encode())
    fits = [say(text_for(MAX_MESSAGE, char, envelope))]
    assert len(exchange.send(fits)[0].encode()) == MAX_MESSAGE
    with pytest.raises(MessageTooLarge) as caught:
        exchange.send([say(text_for(MAX_MESSAGE + 1, char, envelope))])
    assert caught.value.size == MAX_MESSAGE + 1
    assert caught.value.limit == MAX_MESSAGE


def test_an_answer_that_is_too_large_names_the_largest_verb_and_changes_nothing() -> None:
    exchange, _ = running()
    hook = a_hook(exchange)
    with pytest.raises(MessageTooLarge, match="The largest verb is play") as caught:
        exchange.answer(hook, [say("x" * 9000), {"verb": "play", "url": "y" * 20_000}])
    assert caught.value.largest is not None
    assert hook.state is State.UNACKED
    assert read(exchange.answer(hook, HELLO)) == [ack("h1", *HELLO)]


def test_the_largest_verb_is_named_also_where_only_what_stands_around_makes_a_message_too_large() -> None:
    exchange, _ = running()
    envelope = len(exchange.send([say("")])[0])
    verbs = [say("x" * (MAX_MESSAGE + 1 - envelope))]
    for refused in (lambda: exchange.send(verbs), lambda: exchange.answer(a_hook(exchange, "h" * 40), verbs)):
        with pytest.raises(MessageTooLarge, match="The largest verb is say") as caught:
            refused()
        assert (caught.value.largest or "").startswith("say (24,")
        assert f"{caught.value.size:,} bytes" in str(caught.value)
        assert caught.value.size > MAX_MESSAGE


def test_a_command_that_is_too_large_is_refused() -> None:
    exchange, _ = running()
    with pytest.raises(MessageTooLarge, match="a message of 30,") as caught:
        exchange.command({"type": "command", "command": "tts:tokens", "data": {"id": 1, "tokens": "x" * 30_000}})
    assert caught.value.largest is None


def test_a_too_large_answer_may_be_split_into_an_ack_and_queued_commands() -> None:
    exchange, _ = running()
    hook = a_hook(exchange)
    verbs = [say(f"{i}" + "x" * 5000) for i in range(12)]
    first, *rest = read(exchange.answer(hook, verbs, split=True))
    assert first["msgid"] == "h1"
    assert all(one["queueCommand"] for one in rest)
    assert [verb for one in (first, *rest) for verb in one["data"]] == verbs
    assert len(rest) == 2  # four fit in each


def test_an_answer_that_fits_is_not_split() -> None:
    exchange, _ = running()
    assert read(exchange.answer(a_hook(exchange), HELLO, split=True)) == [ack("h1", *HELLO)]
    assert read(exchange.send(HELLO, split=True)) == [command(*HELLO)]


def test_a_too_large_send_is_split_in_order() -> None:
    exchange, _ = running()
    verbs = [say("x" * 15_000), say("y" * 15_000)]
    assert read(exchange.send(verbs, split=True)) == [command(verbs[0]), command(verbs[1], queue=True)]
    assert read(exchange.send(verbs, queue=True, split=True)) == [
        command(verbs[0], queue=True),
        command(verbs[1], queue=True),
    ]


def test_the_rest_of_a_split_opening_waits_until_jambonz_listens() -> None:
    exchange, hook = opened()
    verbs = [say("x" * 15_000), say("y" * 15_000)]
    assert read(exchange.answer(hook, verbs, split=True)) == [ack("m1", verbs[0])]
    assert read(exchange.settled()) == [command(verbs[1], queue=True)]


def test_a_reconnect_after_a_split_opening_repeats_its_first_part() -> None:
    exchange, hook = opened()
    verbs = [say("x" * 15_000), say("y" * 15_000)]
    exchange.answer(hook, verbs, split=True)
    exchange.dropped()
    assert read(exchange.open("session:reconnect", "m2", 1.0)[1]) == [ack("m2", verbs[0])]
    assert read(exchange.heard("verb:hook")) == [command(verbs[1], queue=True)]


@pytest.mark.parametrize("where", [0, 1])
def test_a_verb_that_is_too_large_by_itself_cannot_be_split(where: int) -> None:
    exchange, _ = running()
    hook = a_hook(exchange)
    verbs = [say("short"), say("short")]
    verbs.insert(where, say("x" * 25_000))
    with pytest.raises(MessageTooLarge, match="say"):
        exchange.answer(hook, verbs, split=True)
    assert hook.state is State.UNACKED


@given(st.lists(st.text(max_size=3000).map(lambda t: say(t * 3)), max_size=12))
def test_a_split_loses_no_verb_and_keeps_their_order(verbs: list[dict[str, Any]]) -> None:
    exchange, _ = running()
    parts = read(exchange.send(verbs, split=True))
    assert [verb for part in parts for verb in part["data"]] == verbs


def test_verbs_that_json_has_no_form_for_change_nothing() -> None:
    exchange, _ = running()
    hook = a_hook(exchange)
    with pytest.raises(InvalidVerb, match="length"):
        exchange.answer(hook, [{"verb": "pause", "length": float("nan")}])
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
    exchange, _ = running()
    hook = a_hook(exchange, name="/h\nCRITICAL")
    exchange.answer(hook, [])
    with pytest.raises(ReplyError, match=r"^/h\\nCRITICAL has been") as again:
        exchange.answer(hook, [])
    assert again.value.hook == "/h\nCRITICAL"
