"""The server's half of the control protocol, as plain values."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from jambonz_sync.simulator.engine.commands import COMMANDS
from jambonz_sync.simulator.engine.limits import CallLimits
from jambonz_sync.simulator.engine.protocol import (
    CommandReceived,
    HookAcked,
    HookUnanswered,
    InvalidMessage,
    ReconnectUnacked,
    ServerProtocol,
    UnknownAck,
)
from jambonz_sync.simulator.engine.waits import HookRequest, Notification

from .driver import DrivenCall

NEW = HookRequest("", {"call_sid": "c1"}, "session:new")
HOOK = HookRequest("/h", {"reason": "timeout"})


def opened(**options: Any) -> ServerProtocol:
    protocol = ServerProtocol("c1", CallLimits(), "b3", **options)
    protocol.opened(0.0)
    return protocol


def sent(protocol: ServerProtocol) -> list[dict[str, Any]]:
    return [json.loads(text) for text in protocol.outgoing()]


def ack(msgid: str, data: Any = None) -> str:
    return json.dumps({"type": "ack", "msgid": msgid, "data": data})


def started() -> ServerProtocol:
    """The first message has been acked."""
    protocol = opened()
    protocol.request(NEW, 0.0)
    protocol.received(ack(sent(protocol)[0]["msgid"], []), 0.0)
    return protocol


def test_an_ack_is_for_the_hook_of_its_msgid() -> None:
    protocol = started()
    other = HookRequest("/other", {})
    protocol.request(HOOK, 1.0)
    protocol.request(other, 1.0)
    first, second = sent(protocol)
    assert protocol.received(ack(second["msgid"], [1]), 1.0) == HookAcked(other, [1], False)
    assert protocol.received(ack(first["msgid"]), 1.0) == HookAcked(HOOK, None, False)
    assert protocol.received(ack(first["msgid"]), 1.0) == UnknownAck(first["msgid"], "ack-twice")


def test_a_hook_fails_when_five_seconds_are_over() -> None:
    protocol = started()
    protocol.request(HOOK, 10.0)
    assert protocol.due == 15.0
    assert protocol.expired(14.9) == []
    assert protocol.expired(15.0) == [HookUnanswered(HOOK, "no ack within 5 s", code="ack-missing")]
    assert protocol.due is None


def test_what_comes_up_without_a_connection_is_kept() -> None:
    protocol = ServerProtocol("c1", CallLimits(), "b3")
    protocol.request(NEW, 0.0)
    protocol.notify(Notification("call:status", {"a": 1}))
    assert protocol.outgoing() == []
    protocol.opened(3.0)
    assert [message["type"] for message in sent(protocol)] == ["session:new", "call:status"]
    assert protocol.due == 8.0


def test_everything_waits_for_the_ack_of_a_reconnect() -> None:
    protocol = started()
    protocol.request(HOOK, 1.0)
    protocol.outgoing()
    assert protocol.dropped(1012) == [HookUnanswered(HOOK, "the app closed the connection (1012)")]
    protocol.notify(Notification("call:status", {}))
    protocol.opened(2.0)
    protocol.request(HookRequest("/next", {}), 2.0)
    protocol.notify(Notification("verb:status", {}))
    (again,) = sent(protocol)
    assert (again["type"], again["data"]) == ("session:reconnect", {"call_sid": "c1"})
    assert protocol.received(ack(again["msgid"], [{"verb": "hangup"}]), 2.0) is None
    assert [message["type"] for message in sent(protocol)] == ["call:status", "verb:hook", "verb:status"]


def test_a_reconnect_stands_in_for_a_first_message_without_an_ack() -> None:
    protocol = opened()
    protocol.request(NEW, 0.0)
    old = sent(protocol)[0]["msgid"]
    assert protocol.dropped(1006) == []
    protocol.opened(1.0)
    (again,) = sent(protocol)
    assert protocol.received(ack(again["msgid"], [1]), 1.0) == HookAcked(NEW, [1], True)
    assert protocol.received(ack(old), 1.0) == UnknownAck(old, "ack-unknown")


def test_a_server_whose_connection_drops_before_the_first_ack_says_nothing_any_more() -> None:
    protocol = opened()
    protocol.request(NEW, 0.0)
    protocol.outgoing()
    protocol.dropped(1006)
    protocol.opened(1.0)
    protocol.received(ack(sent(protocol)[0]["msgid"], [1]), 1.0)
    assert protocol.deaf
    protocol.request(HOOK, 2.0)
    protocol.notify(Notification("call:status", {}))
    assert (protocol.outgoing(), protocol.due) == ([], None)


def test_a_reconnect_that_is_not_acked_ends_the_call_and_fails_what_waits() -> None:
    protocol = started()
    protocol.dropped(1012)
    protocol.opened(1.0)
    protocol.outgoing()
    protocol.request(HOOK, 2.0)
    assert protocol.due == 6.0
    assert protocol.expired(6.0) == [ReconnectUnacked(), HookUnanswered(HOOK, "no ack within 5 s")]
    protocol.notify(Notification("call:status", {}))
    assert [message["type"] for message in sent(protocol)] == ["call:status"]


def test_1000_is_final_and_what_was_asked_is_waited_for_to_no_avail() -> None:
    protocol = started()
    protocol.request(HOOK, 0.0)
    assert (protocol.dropped(1000), protocol.closed) == ([], True)
    assert [gone.code for gone in protocol.expired(5.0) if isinstance(gone, HookUnanswered)] == ["ack-missing"]


def test_a_handed_over_connection_opens_with_what_it_comes_from() -> None:
    redirect = HookRequest("/x", {"call_sid": "c1"}, "session:redirect")
    for handed_over_by, kind, with_sid, with_hook in (
        (True, "session:redirect", False, True),
        (False, "session:new", True, False),
    ):
        protocol = opened(handed_over_by=handed_over_by)
        protocol.request(redirect, 0.0)
        (message,) = sent(protocol)
        assert (message["type"], "call_sid" in message, "hook" in message) == (kind, with_sid, with_hook)


def test_empty_data_is_data_where_javascript_says_so() -> None:
    protocol = started()
    for data in ([], {}, [0], {"a": 0}, 1, "x", True):
        message = {"type": "command", "command": "redirect", "data": data}
        assert protocol.received(json.dumps(message), 0.0) == CommandReceived(message)
    for nothing in (None, 0, "", False):
        text = json.dumps({"type": "command", "command": "redirect", "data": nothing})
        assert isinstance(protocol.received(text, 0.0), InvalidMessage)
    flush = {"type": "command", "command": "tts:flush"}
    assert protocol.received(json.dumps(flush), 0.0) == CommandReceived(flush)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
VERBS = st.sampled_from(
    ["say", "gather", "dial", "hangup", "config", "redirect", "play", "enqueue", "sip:decline", "x"]
)
OPTIONS = st.sampled_from(
    ["text", "url", "actionHook", "target", "name", "input", "say", "ttsStream", "status", "loop"]
)
VERB = st.builds(lambda verb, options: {"verb": verb, **options}, VERBS, st.dictionaries(OPTIONS, JSON, max_size=3))


@given(
    st.text()
    | JSON.map(json.dumps)
    | st.dictionaries(st.sampled_from(["type", "msgid", "command", "data"]), JSON).map(json.dumps)
)
def test_any_text_is_read_as_something(text: str) -> None:
    protocol = started()
    assert isinstance(protocol.received(text, 0.0), HookAcked | CommandReceived | InvalidMessage | UnknownAck)


@given(st.sampled_from(sorted(COMMANDS)), JSON | st.lists(VERB, max_size=3))
def test_any_data_of_a_command_is_survived(command: str, data: Any) -> None:
    call = DrivenCall([{"verb": "say", "text": "Hi."}])
    call.command(command, data)
    call.caller_hangs_up()
    assert call.machine.finished
    assert call.transcript.ended


@given(JSON | st.lists(JSON | VERB, max_size=4), st.lists(VERB, max_size=3))
def test_any_answer_is_survived(first: Any, later: list[Any]) -> None:
    hooks: dict[str, Any] = {hook: (lambda data: later) for hook in ("", "/h")}
    call = DrivenCall(first, hooks, ["hello"], websocket=False)
    call.caller_hangs_up()
    assert call.machine.finished
