"""Recorded calls are played again, and written down as tests."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from jambonz_sync import Endpoint, Session, create_endpoint
from jambonz_sync.simulator import (
    ConnectionDrop,
    HangUp,
    Played,
    Pressed,
    Said,
    Scenario,
    Silence,
    Timed,
    Trace,
    TranscriptEntry,
)
from jambonz_sync.simulator.trace import turn_from_dict, turn_to_dict
from jambonz_sync.testing import PlaceCall, TestCall, replay_call, source_of_test
from jambonz_sync.testing.replay import compare

from ..simulator.peer import App, serving
from .apps import make_endpoint
from .replaying import plays_again

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


OPENING_HOURS = "Our opening hours are from nine to five, from Monday to Friday."


@pytest.fixture
def hotline() -> Iterator[Endpoint]:
    """An app that can be interrupted, asks twice, and then dials."""
    with create_endpoint(host="127.0.0.1", port=0) as endpoint:

        @endpoint.call("/")
        def call(session: Session) -> None:
            options: dict[str, Any] = {"input": ["speech", "digits"], "num_digits": 1, "bargein": True, "timeout": 8}
            evt = session.ask(OPENING_HOURS, **options)
            session.say(f"You want {evt.transcript or evt.digits or 'nothing'}.")
            evt = session.ask("Shall I connect you with somebody who knows more about it?", **options)
            if evt.reason != "timeout":
                target = [{"type": "phone", "number": "+15085551213"}]
                status = session.dial(target=target, action_hook="/dialled", timeout=40).wait()["dial_call_status"]
                session.say(f"The call was {status}.")
            session.say("Goodbye.").hangup()

        yield endpoint


def interrupts(call: TestCall) -> None:
    call.heard("opening hours")
    call.interrupts("tickets please", after=1.25)
    call.heard("You want tickets please.")
    call.hangs_up()


def presses_keys_into_it(call: TestCall) -> None:
    call.heard("opening hours")
    call.presses("7", after=2)
    call.heard("You want 7")
    call.hangs_up()


def hangs_up_in_the_middle_of_a_word(call: TestCall) -> None:
    call.heard("opening hours")
    call.hangs_up(after=1.5)


def lets_time_pass(call: TestCall) -> None:
    call.heard("opening hours")
    call.advance(20)
    call.heard("You want nothing.")
    call.heard("Shall I connect you")
    call.advance(20)


def hangs_up_while_a_phone_rings(call: TestCall) -> None:
    call.dialled.never_answers()
    call.says("tickets")
    call.heard("Shall I connect you")
    call.says("yes")
    call.started("dial")
    call.hangs_up(after=7)


def talks_to_somebody_who_takes_their_time(call: TestCall) -> None:
    call.dialled.answers(after=12.5)
    call.dialled.hangs_up(after=100)
    call.says("tickets")
    call.heard("Shall I connect you")
    call.says("yes")
    call.heard("The call was completed.")


def calls_somebody_who_is_busy(call: TestCall) -> None:
    call.dialled.is_busy()
    call.says("tickets")
    call.heard("Shall I connect you")
    call.says("yes")
    call.heard("The call was busy.")


def loses_the_connection(call: TestCall) -> None:
    call.heard("opening hours")
    call.drops_connection(after=2)
    call.hook("session:reconnect")
    call.says("tickets")
    call.heard("You want tickets.")
    call.hangs_up()


THINGS_THAT_HAPPEN: list[tuple[Callable[[TestCall], None], str]] = [
    (interrupts, "call.interrupts('tickets please', after=1.25)"),
    (presses_keys_into_it, "call.presses('7', after=2)"),
    (hangs_up_in_the_middle_of_a_word, "call.hangs_up(after=1.5)"),
    (lets_time_pass, "call.is_silent()"),
    (hangs_up_while_a_phone_rings, "call.dialled.never_answers()"),
    (talks_to_somebody_who_takes_their_time, "call.dialled.hangs_up(after=100)"),
    (calls_somebody_who_is_busy, "call.dialled.is_busy()"),
    (loses_the_connection, "call.drops_connection(after=2)"),
]


@pytest.mark.parametrize(("happens", "statement"), THINGS_THAT_HAPPEN)
def test_it_happens_at_the_same_moment_when_it_is_played_again(
    jambonz_call: PlaceCall, hotline: Endpoint, tmp_path: Path, happens: Callable[[TestCall], None], statement: str
) -> None:
    plays_again(jambonz_call, hotline, tmp_path, happens, [statement])


def test_an_interruption_of_an_app_that_says_less_by_now_is_played_as_a_turn(
    jambonz_call: PlaceCall, hotline: Endpoint, tmp_path: Path
) -> None:
    call = jambonz_call(hotline)
    interrupts(call)
    call.save_trace(tmp_path / "call.jsonl")
    trace = Trace.load(tmp_path / "call.jsonl")
    with create_endpoint(host="127.0.0.1", port=0) as short:

        @short.call("/")
        def short_call(session: Session) -> None:
            session.say(f"You want {session.ask('What?', bargein=True, timeout=8).transcript}.").hangup()

        transcript = replay_call(trace, short.url).transcript
    assert transcript.lines("app") == ["What?", "You want tickets please."]


def test_each_turn_and_the_end_become_statements() -> None:
    hola = Said("hola", language="es-ES", translations={"en": "hello"})
    turns = [hola, Said("a", 0.5), Pressed("12#"), Played(b"\0\0", 16000), Silence(), HangUp()]
    trace = Trace("ws://x/", records=turns, end_reason="completed")
    assert "from jambonz_sync.simulator import Said" in source_of_test(trace, "call.py")
    assert turn_from_dict(json.loads(json.dumps(turn_to_dict(hola)))) == hola
    assert source_of_test(trace, "call.py").splitlines()[-7:] == [
        "    call.says(Said('hola', language='es-ES', translations={'en': 'hello'}))",
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


def test_what_happened_at_a_moment_becomes_a_statement_with_its_time() -> None:
    turns = [Said("a", 0.5), Said("b", lead=0.0), Pressed("1"), HangUp(), ConnectionDrop(), Played(b"\0\0")]
    trace = Trace("ws://x/", records=[Timed(turn, 0.5) for turn in turns])
    assert source_of_test(trace, "call.py").splitlines()[-6:] == [
        "    call.interrupts('a', after=0.8, confidence=0.5)",
        "    call.interrupts('b', after=0.5)",
        "    call.presses('1', after=1)",
        "    call.hangs_up(after=0.5)",
        "    call.drops_connection(after=0.5)",
        "    call.plays(b'\\x00\\x00', sample_rate=8000)",
    ]
