"""What the log tells of a call: a line each at INFO, its messages at DEBUG, and nothing more than is asked for."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable
from typing import Any

import pytest

from jambonz_sync import Session
from jambonz_sync.logs import call_sid
from jambonz_sync.session.lines import about, tell_message, verbs_in_short
from tests.peer import Peer
from tests.session.conftest import Serve
from tests.waiting import wait_for

Dial = Callable[..., Peer]
SAID = {"speech": {"alternatives": [{"transcript": "hello there", "confidence": 0.9}]}}


def records_of(caplog: pytest.LogCaptureFixture, sid: str) -> list[logging.LogRecord]:
    return [record for record in caplog.records if f"call {sid}: " in record.getMessage()]


def lines(caplog: pytest.LogCaptureFixture, sid: str) -> list[str]:
    texts = [record.getMessage() for record in records_of(caplog, sid)]
    return [re.sub(r"\d+(\.\d)? ms|\d+\.\d s", "N", text.removeprefix(f"call {sid}: ")) for text in texts]


def test_a_call_is_told_in_a_line_each_from_its_beginning_to_its_end(
    serve: Serve, dial: Dial, caplog: pytest.LogCaptureFixture
) -> None:
    svc = serve()
    heard = threading.Event()

    @svc.on("session:new")
    def call(session: Session) -> None:
        session.on("/heard", lambda evt: session.say(f"You said {evt.transcript}").hangup().reply())
        session.on("verb:status", heard.set)
        session.say("Hello!").gather(input=["speech"], action_hook="/heard").send()

    with caplog.at_level(logging.INFO, "jambonz_sync"):
        peer = dial(svc, path="/ivr")
        peer.begin()
        peer.ask("/heard", **SAID)
        peer.tell("verb:status", {"event": "finished"})
        assert heard.wait(15)
        svc.registry.find(peer.call_sid).say("Bye").send(queue=True)  # type: ignore[attr-defined]
        peer.recv()
        peer.close()
        wait_for(lambda: "ends after" in caplog.text, "the end of the call")
    assert lines(caplog, peer.call_sid) == [
        "begins at /ivr, from +15085551212 to +15085551213",
        'session:new, answered in N: say "Hello!", gather',
        '/heard (said "hello there"), answered in N: say "You said hello there", hangup',
        'sent, to follow: say "Bye"',
        "ends after N: it is done (1000)",
    ]
    facts = [record.jambonz for record in records_of(caplog, peer.call_sid)]  # type: ignore[attr-defined]
    assert [fact["event"] for fact in facts] == ["begins", "hook", "hook", "sent", "ends"]
    assert facts[2]["verbs"] == ["say", "hangup"]
    assert facts[2]["ms"] >= 0


def test_messages_are_told_at_debug_without_what_is_secret(
    serve: Serve, dial: Dial, caplog: pytest.LogCaptureFixture
) -> None:
    svc = serve()

    @svc.on("session:new")
    def call(session: Session) -> None:
        session.listen("wss://elsewhere.example.com", ws_auth={"username": "u", "password": "s3cret"}).send()
        session.inject_tag({"card": "4111111111111111"})

    with caplog.at_level(logging.DEBUG, "jambonz_sync"):
        peer = dial(svc)
        peer.begin(env_vars={"KEY": "s3cret"})
        peer.recv()
        wait_for(lambda: '"command":"tag"' in caplog.text, "the line")
    text = caplog.text
    assert f'call {peer.call_sid}: <- {{"type":"session:new"' in text
    assert f'call {peer.call_sid}: -> {{"type":"ack"' in text
    assert '"password":"[hidden]"' in text
    assert '"card":"************1111"' in text
    assert "s3cret" not in text


def test_nothing_is_told_unless_it_is_asked_for(serve: Serve, dial: Dial, caplog: pytest.LogCaptureFixture) -> None:
    svc = serve()
    svc.on("session:new", lambda session: session.say("Hello!").hangup().send())
    with caplog.at_level(logging.WARNING, "jambonz_sync"):
        peer = dial(svc)
        peer.begin()
        peer.close()
        wait_for(lambda: not svc.registry.sessions)  # type: ignore[attr-defined]
    assert caplog.records == []


def test_code_of_a_call_knows_which_one_it_is_in_callbacks_of_every_kind(serve: Serve, dial: Dial) -> None:
    svc = serve()
    seen: dict[str, str | None] = {}
    over = threading.Event()

    @svc.on("session:new")
    def call(session: Session) -> None:
        seen["session:new"] = call_sid.get()
        session.on("/hook", lambda evt: seen.update(hook=call_sid.get()))
        session.on("verb:status", lambda evt: seen.update(status=call_sid.get()))

        def ended(code: int) -> None:
            seen["close"] = call_sid.get()
            over.set()

        session.on("close", ended)
        session.pause(60).send()

    peer = dial(svc)
    peer.begin()
    peer.ask("/hook")
    peer.tell("verb:status", {"event": "finished"})
    wait_for(lambda: "status" in seen)
    peer.close()
    assert over.wait(15)
    assert seen == dict.fromkeys(("session:new", "hook", "status", "close"), peer.call_sid)
    assert call_sid.get() is None


def test_a_callback_that_holds_a_hook_is_told_of_with_the_line_where_it_stands(
    serve: Serve, dial: Dial, gate: threading.Event, caplog: pytest.LogCaptureFixture
) -> None:
    svc = serve(hook_warning_after=0.5, hook_ack_deadline=60)  # by then it stands there, on a busy machine, too

    @svc.on("session:new")
    def call(session: Session) -> None:
        @session.on("/slow")
        def slow(evt: Any) -> None:
            gate.wait(30)

        session.say("hi").send()

    peer = dial(svc)
    peer.begin()
    msgid = peer.hook("/slow")
    wait_for(lambda: "has been waiting" in caplog.text)
    gate.set()
    assert peer.ack_of(msgid) == []
    [line] = [text for text in lines(caplog, peer.call_sid) if "waiting" in text]
    assert re.fullmatch(
        r"/slow has been waiting for its reply for N: its callback is at tests/session/test_lines\.py:\d+ in "
        r"\S+slow: gate\.wait\(30\)",
        line,
    )


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (SAID, 'said "hello there"'),
        ({"speech": {"alternatives": [{"transcript": "my card 4111111111111111"}]}}, 'said "my card ************1111"'),
        ({"speech": {"alternatives": []}, "reason": "timeout"}, "reason timeout"),
        ({"speech": "odd", "digits": "1", "reason": "dtmfDetected"}, "pressed 1"),
        ({"digits": "123456"}, "pressed 6 keys"),
        ({"dial_call_status": "busy"}, "dial_call_status busy"),
        ({"reason": {"odd": 1}}, ""),
        ({}, ""),
    ],
)
def test_what_a_hook_reports_is_told_in_short(data: dict[str, Any], text: str) -> None:
    assert about(data) == text


def test_verbs_are_named_with_the_beginning_of_what_is_spoken_or_played() -> None:
    verbs: list[dict[str, Any]] = [
        {"verb": "say", "text": "x" * 100},
        {"verb": "say", "text": ["one", "two"]},
        {"verb": "say", "stream": True},
        {"verb": "play", "url": "https://example.com/a.mp3"},
        {"verb": "pause", "length": 2},
        {"say": {"text": "raw"}},
        {"verb": "redirect", "actionHook": {"url": "/x"}},
        {"verb": "hangup"},
        {"verb": "hangup"},
    ]
    assert verbs_in_short(verbs) == (
        f'say "{"x" * 37}...", say "one", say, play "https://example.com/a.mp3", pause 2, say, redirect, hangup, ...'
    )
    assert verbs_in_short([]) == "no verbs"


def test_messages_are_told_in_short_for_who_watches_them(caplog: pytest.LogCaptureFixture) -> None:
    messages: list[dict[str, Any]] = [
        {"type": "command", "command": "tts:tokens", "data": {"id": 1, "tokens": "Hello 4111111111111111"}},
        {"type": "verb:status", "data": {"event": "finished", "name": "say"}},
        {"type": "verb:status", "data": {"event": "start-playback", "verb": "say"}},
        {"type": "tts:streaming-event", "data": {"event_type": "stream_open"}},
        {"type": "command", "command": "tts:flush"},
        {"type": "call:status", "data": {"call_status": "in-progress"}},
    ]
    with caplog.at_level(logging.DEBUG, "jambonz_sync"):
        for message in messages:
            tell_message("x", "->", message)
    assert [record.__dict__["jambonz"]["about"] for record in caplog.records] == [
        '"Hello ************1111"',
        "say finished",
        "say start-playback",
        "stream_open",
        "",
        "call_status in-progress",
    ]
