"""The server's half of the control protocol, as plain values."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from jambonz_sync.simulator.engine.commands import COMMANDS
from jambonz_sync.simulator.engine.limits import Limits
from jambonz_sync.simulator.engine.protocol import Acked, Command, Dialogue, Failed, Invalid, Stray
from jambonz_sync.simulator.engine.waits import Ask, Notice

from .machine_driver import Run

NEW = Ask("", {"call_sid": "c1"}, "session:new")
HOOK = Ask("/h", {"reason": "timeout"})


def opened(**options: Any) -> Dialogue:
    dialogue = Dialogue("c1", Limits(), "b3", **options)
    dialogue.opened(0.0)
    return dialogue


def sent(dialogue: Dialogue) -> list[dict[str, Any]]:
    return [json.loads(text) for text in dialogue.outgoing()]


def ack(msgid: str, data: Any = None) -> str:
    return json.dumps({"type": "ack", "msgid": msgid, "data": data})


def started() -> Dialogue:
    """The first message has been acked."""
    dialogue = opened()
    dialogue.ask(NEW, 0.0)
    dialogue.received(ack(sent(dialogue)[0]["msgid"], []), 0.0)
    return dialogue


def test_an_ack_is_for_the_hook_of_its_msgid() -> None:
    dialogue = started()
    other = Ask("/other", {})
    dialogue.ask(HOOK, 1.0)
    dialogue.ask(other, 1.0)
    first, second = sent(dialogue)
    assert dialogue.received(ack(second["msgid"], [1]), 1.0) == Acked(other, [1], False)
    assert dialogue.received(ack(first["msgid"]), 1.0) == Acked(HOOK, None, False)
    assert dialogue.received(ack(first["msgid"]), 1.0) == Stray(first["msgid"])


def test_a_hook_fails_when_five_seconds_are_over() -> None:
    dialogue = started()
    dialogue.ask(HOOK, 10.0)
    assert dialogue.due == 15.0
    assert dialogue.expired(14.9) == []
    assert dialogue.expired(15.0) == [Failed(HOOK, "no ack within 5 s")]
    assert dialogue.due is None


def test_what_comes_up_without_a_connection_is_kept() -> None:
    dialogue = Dialogue("c1", Limits(), "b3")
    dialogue.ask(NEW, 0.0)
    dialogue.tell(Notice("call:status", {"a": 1}))
    assert dialogue.outgoing() == []
    dialogue.opened(3.0)
    assert [one["type"] for one in sent(dialogue)] == ["session:new", "call:status"]
    assert dialogue.due == 8.0


def test_everything_waits_for_the_ack_of_a_reconnect() -> None:
    dialogue = started()
    dialogue.ask(HOOK, 1.0)
    dialogue.outgoing()
    assert dialogue.dropped(1012) == ([Failed(HOOK, "the app closed the connection (1012)")], 0.5)
    dialogue.tell(Notice("call:status", {}))
    dialogue.opened(2.0)
    (again,) = sent(dialogue)
    assert (again["type"], again["data"]) == ("session:reconnect", {"call_sid": "c1"})
    assert dialogue.received(ack(again["msgid"], [{"verb": "hangup"}]), 2.0) is None
    assert [one["type"] for one in sent(dialogue)] == ["call:status"]


def test_a_reconnect_stands_in_for_a_first_message_without_an_ack() -> None:
    dialogue = opened()
    dialogue.ask(NEW, 0.0)
    old = sent(dialogue)[0]["msgid"]
    assert dialogue.dropped(1006) == ([], 0.5)
    dialogue.opened(1.0)
    (again,) = sent(dialogue)
    assert dialogue.received(ack(again["msgid"], [1]), 1.0) == Acked(NEW, [1], True)
    assert dialogue.received(ack(old), 1.0) == Stray(old)


def test_the_wait_doubles_and_five_attempts_are_all() -> None:
    dialogue = started()
    assert [dialogue.dropped(1006)[1] for _ in range(6)] == [0.5, 1.0, 2.0, 4.0, 8.0, None]
    assert dialogue.closed


def test_1000_is_final() -> None:
    dialogue = started()
    dialogue.ask(HOOK, 0.0)
    failed, delay = dialogue.dropped(1000)
    assert ([one.ask for one in failed], delay, dialogue.closed) == ([HOOK], None, True)


def test_a_handed_over_connection_opens_with_what_it_comes_from() -> None:
    redirect = Ask("/x", {"call_sid": "c1"}, "session:redirect")
    for come_from, kind, with_sid, with_hook in (
        (True, "session:redirect", False, True),
        (False, "session:new", True, False),
    ):
        dialogue = opened(come_from=come_from)
        dialogue.ask(redirect, 0.0)
        (message,) = sent(dialogue)
        assert (message["type"], "call_sid" in message, "hook" in message) == (kind, with_sid, with_hook)


def test_empty_data_is_data_where_javascript_says_so() -> None:
    dialogue = started()
    for data in ([], {}, [0], {"a": 0}, 1, "x", True):
        message = {"type": "command", "command": "redirect", "data": data}
        assert dialogue.received(json.dumps(message), 0.0) == Command(message)
    for nothing in (None, 0, "", False):
        text = json.dumps({"type": "command", "command": "redirect", "data": nothing})
        assert isinstance(dialogue.received(text, 0.0), Invalid)
    flush = {"type": "command", "command": "tts:flush"}
    assert dialogue.received(json.dumps(flush), 0.0) == Command(flush)


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
    dialogue = started()
    assert isinstance(dialogue.received(text, 0.0), Acked | Command | Invalid | Stray)


@given(st.sampled_from(sorted(COMMANDS)), JSON | st.lists(VERB, max_size=3))
def test_any_data_of_a_command_is_survived(command: str, data: Any) -> None:
    run = Run([{"verb": "say", "text": "Hi."}])
    run.command(command, data)
    run.hangs_up()
    assert run.machine.over
    assert run.transcript.ended


@given(JSON | st.lists(JSON | VERB, max_size=4), st.lists(VERB, max_size=3))
def test_any_answer_is_survived(first: Any, later: list[Any]) -> None:
    hooks: dict[str, Any] = {hook: (lambda data: later) for hook in ("", "/h")}
    run = Run(first, hooks, ["hello"], websocket=False)
    run.hangs_up()
    assert run.machine.over
