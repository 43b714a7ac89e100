"""Recorded calls are played again, and written down as tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jambonz_sync.simulator import HangUp, Played, Pressed, Said, Scenario, Silence, Trace, TranscriptEntry
from jambonz_sync.testing import PlaceCall, replay_call, source_of_test
from jambonz_sync.testing.replay import compare

from ..simulator.peer import App, serving
from .apps import make_endpoint

GATHER = {"verb": "gather", "input": ["speech", "digits"], "numDigits": 1, "actionHook": "/heard"}


def serve(app: App, greeting: str = "Hello", answer: str = "Bye") -> None:
    app.verbs("/in", [{"verb": "say", "text": greeting}, GATHER])
    app.verbs("/heard", [{"verb": "say", "text": answer}, {"verb": "hangup"}])


def recorded(jambonz_call: PlaceCall, app: App, tmp_path: Path, **options: Any) -> Trace:
    call = jambonz_call(f"{app.http}/in", **options)
    call.presses("1")
    assert call.ended
    call.save_trace(tmp_path / "call.jsonl")
    return Trace.load(tmp_path / "call.jsonl")


def test_an_app_that_has_not_changed_does_the_same(jambonz_call: PlaceCall, tmp_path: Path) -> None:
    with serving() as app:
        serve(app)
        trace = recorded(jambonz_call, app, tmp_path, from_="+15085550000", headers={"X-A": "b"}, env={"A": "1"})
        replayed = replay_call(trace)
        assert replayed.same, replayed.differences
        assert replayed.findings == []
        first = [request for request in app.requests if request.path == "/in" and request.method == "POST"][
            -1
        ].get_json()
        assert (first["from"], first["sip"]["headers"]["X-A"], first["env_vars"]) == ("+15085550000", "b", {"A": "1"})


def test_where_an_app_that_has_changed_parts_from_the_recorded_one(jambonz_call: PlaceCall, tmp_path: Path) -> None:
    with serving() as app:
        serve(app)
        trace = recorded(jambonz_call, app, tmp_path)
    with serving() as changed:
        serve(changed, answer="Good bye")
        replayed = replay_call(trace, f"{changed.http}/in")
    assert not replayed.same
    conversation, answers = replayed.differences
    assert str(conversation) == (
        "the conversation differs:\n"
        "    app     Hello\n"
        "    caller  (presses 1)\n"
        "  - app     Bye\n"
        "  - the call has ended: completed, by app\n"
        "  + app     Good bye\n"
        "  + the call has ended: completed, by app"
    )
    assert str(answers).startswith("the answers differ:\n    http://app/in: [")
    assert answers.to_dict()["now"] == ['/heard: [{"text": "Good bye", "verb": "say"}, {"verb": "hangup"}]']


def test_a_call_that_ends_early_parts_where_it_ends(jambonz_call: PlaceCall, tmp_path: Path) -> None:
    with serving() as app:
        serve(app)
        trace = recorded(jambonz_call, app, tmp_path)
        app.verbs("/in", [{"verb": "say", "text": "Hello"}])
        (conversation, *_) = replay_call(trace).differences
        assert conversation.now == ["the call has ended: completed, by jambonz"]


def test_the_commands_of_an_app_are_compared_too() -> None:
    def trace(text: str) -> Trace:
        body = {"type": "command", "command": "redirect", "data": [{"verb": "say", "text": text}]}
        return Trace("ws://x/", records=[{"sender": "app", "kind": "command", "data": body}])

    (difference,) = compare(trace("a"), trace("b"))
    assert (difference.what, difference.now) == ("commands", ['redirect: [{"text": "b", "verb": "say"}]'])
    assert compare(trace("a"), trace("a")) == []


def test_sids_and_addresses_are_no_difference() -> None:
    def trace(sid: str, url: str) -> Trace:
        return Trace("ws://x/", records=[TranscriptEntry("app", f"(plays {url}/{sid}.wav)")])

    one = trace("0f0e0d0c-0000-4000-8000-000000000001", "http://127.0.0.1:3000")
    assert compare(one, trace("0f0e0d0c-0000-4000-8000-000000000002", "http://127.0.0.1:4000")) == []


def test_what_dialled_parties_did_is_recorded(jambonz_call: PlaceCall, tmp_path: Path) -> None:
    dial = {"verb": "dial", "target": [{"type": "phone", "number": "+15085551213"}], "actionHook": "/heard"}
    with serving() as app:
        app.verbs("/in", [dial])
        app.hooks["/heard"] = lambda request: [{"verb": "say", "text": request.get_json()["dial_call_status"]}]
        call = jambonz_call(f"{app.http}/in", scenario=Scenario(callees=("busy",)))
        call.heard("busy")
        assert call.ended
        call.save_trace(tmp_path / "call.jsonl")
        assert replay_call(Trace.load(tmp_path / "call.jsonl")).same


def test_a_recorded_call_becomes_a_test_that_passes(jambonz_call: PlaceCall, tmp_path: Path) -> None:
    with make_endpoint() as endpoint:
        call = jambonz_call(endpoint.url, from_="+15085550000")
        for words in ("hello", "hello", "bye"):
            call.says(words)
        call.heard("said: bye")
        call.hangs_up()
        assert call.ended
        call.save_trace(tmp_path / "call.jsonl")
        source = source_of_test(Trace.load(tmp_path / "call.jsonl"), tmp_path / "test_three-words.py")
        assert "    call.heard('Hello! Say something.')\n    call.says('hello')\n" in source
        assert "    heard = call.heard('You said: hello', after=heard)\n" in source
        names: dict[str, Any] = {}
        exec(compile(source, "test_three-words.py", "exec"), names)
        names["test_three_words"](jambonz_call)


def test_each_turn_and_the_end_become_statements() -> None:
    turns = [Said("a", 0.5), Pressed("12#"), Played(b"\0\0", 16000), Silence(), HangUp()]
    trace = Trace("ws://x/", records=turns, end_reason="completed")
    assert source_of_test(trace, "call.py").splitlines()[-6:] == [
        "    call.says('a', confidence=0.5)",
        "    call.presses('12#')",
        "    call.plays(b'\\x00\\x00', sample_rate=16000)",
        "    call.is_silent()",
        "    call.hangs_up()",
        "    assert call.ended == 'completed'",
    ]


@pytest.mark.parametrize(("path", "name"), [("test_a b-1.py", "test_a_b_1"), ("-.py", "test_call")])
def test_the_test_has_the_name_of_its_file(path: str, name: str) -> None:
    assert f"def {name}(" in source_of_test(Trace("ws://x/"), path)
