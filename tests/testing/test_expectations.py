"""What a test expects of a call, and what it is told when that does not come."""

from __future__ import annotations

import operator
import re
import threading
import time
from collections.abc import Callable

import flask
import pytest

from jambonz_sync import Jambonz, Session, create_endpoint
from jambonz_sync.simulator import CallFailed, Transcript, TranscriptEntry
from jambonz_sync.testing import ExpectationFailed, PlaceCall, TestCall
from jambonz_sync.testing.failure import describe_call
from jambonz_sync.testing.matching import describe_wanted, matches, nearest_text

from . import apps
from .apps import app, endpoint

signed, guarded = flask.Flask("signed"), flask.Flask("guarded")
for refusing in (Jambonz(signed, signing_secret="s3cret"), Jambonz(guarded, auth=("user", "password"))):

    @refusing.webhook("/incoming")
    def incoming(call: object) -> None:
        raise AssertionError("this is not asked")


def message_of(call: object, *args: object, **options: object) -> str:
    with pytest.raises(ExpectationFailed) as failure:
        call(*args, **options)  # type: ignore[operator]
    return str(failure.value)


def test_what_is_heard_is_a_line_of_the_transcript(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(endpoint)
    heard = call.heard("SAY something")
    assert heard == TranscriptEntry("app", "Hello! Say something.")
    assert heard in list(call.transcript)


@pytest.mark.parametrize("wanted", ["say SOME", re.compile(r"^Hello!.*\.$"), lambda text: text.endswith("something.")])
def test_words_are_found_by_a_part_an_expression_or_a_predicate(jambonz_call: PlaceCall, wanted: object) -> None:
    call = jambonz_call(endpoint)
    assert call.hears(wanted)  # type: ignore[arg-type]
    assert call.heard(wanted)  # type: ignore[arg-type]


def test_what_is_said_once_more_is_told_from_what_was_said_before(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(endpoint)
    call.says("one")
    first = call.heard("You said")
    assert not call.hears("You said", after=first, timeout=0.2)
    call.says("one")
    second = call.heard("You said", after=first)
    assert second is not first
    assert second == first or second.at > first.at


def test_a_failure_tells_the_transcript_the_nearest_text_and_what_the_call_does(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(endpoint)
    call.says("hello")
    call.heard("You said")
    message = message_of(call.heard, "You sayd: hello", timeout=0.1)
    assert message.startswith("the app did not say 'You sayd: hello' ")
    assert message.splitlines()[1] == "did you mean: 'You said: hello'"
    assert re.search(r"^ +0\.00  app     Hello! Say something\.$", message, re.M)
    assert re.search(r"^> +\d+\.\d\d  app     You said: hello$", message, re.M)
    assert message.endswith("the call listens to the caller (gather)")


def test_a_wait_ends_at_once_when_the_call_is_over(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(app, "/incoming")
    call.presses("1")
    began = time.monotonic()
    message = message_of(call.heard, "something else", timeout=30)
    assert message.startswith("the app did not say 'something else' before the call ended\n")
    assert time.monotonic() - began < 15


def test_a_wait_ends_at_once_when_an_app_of_webhooks_waits_for_the_caller(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(app, "/incoming")
    began = time.monotonic()
    message = message_of(call.heard, "You pressed", timeout=30)
    assert "and nothing can happen any more: it waits for the caller" in message
    assert call.ended is None
    assert time.monotonic() - began < 15
    call.presses("1")
    call.heard("You pressed 1.")


def test_a_wait_ends_at_once_when_an_endpoint_of_this_process_waits_for_the_caller(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(endpoint)
    message = message_of(call.heard, "Goodbye", timeout=60)
    assert message.startswith("the app did not say 'Goodbye' and nothing can happen any more: it waits for the caller")
    call.says("one")
    call.heard("You said: one")


def test_an_endpoint_that_has_a_thread_of_its_own_is_waited_for(jambonz_call: PlaceCall) -> None:
    with create_endpoint(host="127.0.0.1", port=0) as busy:

        @busy.service("/").on("session:new")
        def later(session: Session) -> None:
            session.gather(say={"text": "Hold on."}, action_hook="/heard").send()
            threading.Timer(0.5, lambda: session.say("Here it is.").send()).start()

        session = jambonz_call(busy)
        session.heard("Here it is.")


def test_a_call_on_which_another_one_acts_is_waited_for(jambonz_call: PlaceCall) -> None:
    with create_endpoint(host="127.0.0.1", port=0) as shared:
        sessions: list[Session] = []

        @shared.call("/")
        def waits(session: Session) -> None:
            sessions.append(session)
            session.ask("Say something.")

        @shared.call("/other")
        def tells(session: Session) -> None:
            session.say("A long sentence, which takes some time to say.").wait()
            sessions[0].say("News!").send()
            session.hangup()

        call = jambonz_call(shared)
        call.heard("Say something")
        other = jambonz_call(shared, "/other")
        call.heard("News!")
        assert other.ended == "completed"  # before its app is there no more


def test_a_turn_that_is_queued_late_is_waited_for(jambonz_call: PlaceCall) -> None:
    for _ in range(20):
        call = jambonz_call(app, "/incoming")
        call.heard("Hello")
        call.presses("1")
        call.heard("You pressed 1.")


def test_what_must_not_be_said_fails_the_test_when_it_is(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(endpoint)
    call.not_heard("sorry", timeout=0.1)
    message = message_of(call.not_heard, re.compile("Say some"))
    assert message.startswith("the app has said /Say some/\n")
    assert re.search("^> .*Hello! Say something", message, re.M)


def test_a_verb_is_waited_for_with_its_options(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(endpoint)
    assert call.started("gather", action_hook="/heard")["input"] == ["speech", "digits"]
    message = message_of(call.started, "gather", action_hook="/herd", timeout=0.1)
    assert message.startswith("the app did not start gather action_hook='/herd' ")
    assert "; the verbs so far: say, gather\n" in message


@pytest.mark.parametrize("path", ["/incoming", "/"])
def test_a_hook_tells_what_the_app_was_told_and_has_answered(jambonz_call: PlaceCall, path: str) -> None:
    call = jambonz_call(app if path == "/incoming" else endpoint, path)
    call.presses("1#")
    name = "/pressed" if path == "/incoming" else "/heard"
    hook = call.hook(name)
    assert hook.payload["digits"] == "1"
    assert hook.payload["reason"] == "dtmfDetected"
    assert isinstance(hook.answer, list)
    assert hook.answer[0]["verb"] == "say"
    assert hook.seconds is not None
    assert 0 < hook.seconds < 10
    assert call.latency[name] == call.latency.all(name)[0] <= call.latency.worst
    message = message_of(call.hook, "/herd", timeout=0.1)
    assert f"; the hooks so far: {'http' if path == '/incoming' else 'session'}" in message


def test_a_command_is_waited_for_with_its_data(jambonz_call: PlaceCall) -> None:
    with create_endpoint(host="127.0.0.1", port=0) as muting:

        @muting.service("/").on("session:new")
        def quiet(session: Session) -> None:
            session.say("A long sentence, in which the caller is muted.").pause(10).send()
            session.inject_mute("mute")
            session.inject_dub("addTrack", "music")

        call = jambonz_call(muting)
        assert call.command("dub", track="music") == call.commands[1]
        assert [command["command"] for command in call.commands] == ["mute:status", "dub"]
        message = message_of(call.command, "dub", track="voice", timeout=0.1)
        assert message.startswith(
            "the app did not send the command dub track='voice' within 0.1 s; the commands so far: mute:status, dub\n"
        )
        call.hangs_up()
        assert call.ended  # before its endpoint does


@pytest.mark.parametrize("websocket", [True, False])
def test_a_hook_that_the_simulator_does_not_ask_is_asked_by_the_test(jambonz_call: PlaceCall, websocket: bool) -> None:
    call = jambonz_call(endpoint) if websocket else jambonz_call(app, "/incoming")
    call.listens()
    hook, answer = ("/heard", "You said: the keys 7") if websocket else ("/pressed", "You pressed 7.")
    exchange = call.asks_hook(hook, digits="7", reason="dtmfDetected")
    assert (exchange.name, exchange.payload["digits"]) == (hook, "7")
    call.heard(answer)


def test_events_are_what_the_app_is_told_without_being_asked(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(endpoint)
    call.heard("Hello")
    call.hangs_up()
    assert call.ended
    statuses = [event["data"]["call_status"] for event in call.events if event["type"] == "call:status"]
    assert statuses == ["trying", "in-progress", "completed"]


def test_a_call_describes_itself_in_one_line(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(endpoint)
    call.started("gather")
    assert re.fullmatch(
        r"<TestCall call from \+15085551212 to ws://127\.0\.0\.1:\d+/: listens to the caller \(gather\), no findings>",
        repr(call),
    )
    call.hangs_up()
    assert call.ended == "completed"
    assert ": completed," in repr(call)


def test_keys_are_keys(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(endpoint)
    for keys in ("", "1a", "one"):
        with pytest.raises(ValueError, match="keys are a text of 0-9"):
            call.presses(keys)


@pytest.mark.jambonz(allow=["LookupError", "answer-empty", "answer-void"])
def test_an_exception_of_the_app_is_told_with_the_app_s_own_frames(jambonz_call: PlaceCall) -> None:
    own = create_endpoint()

    @own.service("/").on("session:new")
    def call_comes(session: Session) -> None:
        raise LookupError("nobody knows")

    call = jambonz_call(own)
    call.hangs_up()
    assert call.ended
    (error,) = call.app_errors
    assert error.text == "LookupError: nobody knows"
    assert (error.where or "").startswith(f"{__file__}:")
    assert "jambonz_sync/session" not in error.traceback
    assert "nobody knows" in str(call)
    (finding,) = [each for each in call.findings if each.code == "handler-raised"]
    assert finding.text == "LookupError: nobody knows"
    assert finding.where == error.where


@pytest.mark.jambonz(allow=["ZeroDivisionError"])
def test_an_exception_belongs_to_the_call_that_it_was_raised_in(jambonz_call: PlaceCall) -> None:
    good, bad = jambonz_call(endpoint), jambonz_call(endpoint, "/raises")
    bad.presses("0")
    assert bad.hook("/heard").answer is not None
    good.says("hello")
    good.heard("You said: hello")
    assert good.app_errors == []
    with pytest.raises(ZeroDivisionError) as same:
        operator.floordiv(10, 0)  # as Python says it, which depends on its version
    assert [error.text for error in bad.app_errors] == [f"ZeroDivisionError: {same.value}"]


REFUSALS = [
    (lambda call: call(signed, "/incoming"), "it wants a signature: call it with its secret"),
    (lambda call: call(guarded, "/incoming"), "it wants credentials: call it with auth, a user and a password"),
    (lambda call: call(app, "/nowhere"), "nothing is served there: call it with another path"),
    (lambda call: call(endpoint, websocket=False), "websocket=True calls an app over a WebSocket"),
    (lambda call: call(app, "/incoming", websocket=True), "websocket=True calls an app over a WebSocket"),
]


@pytest.mark.parametrize(("place", "hint"), REFUSALS)
def test_a_call_that_the_app_refuses_says_what_the_test_has_left_out(
    jambonz_call: PlaceCall, place: Callable[[PlaceCall], TestCall], hint: str
) -> None:
    call = place(jambonz_call)
    message = message_of(call.heard, "Hello")
    assert hint in message
    for finding in call.findings:
        call.allow.add(finding.code)


MISUSES: list[tuple[Callable[[PlaceCall], object], type[Exception], str]] = [
    (lambda call: call("app.py"), ValueError, "'app.py' is no URL of an app: .* or the app itself, which the test imp"),
    (lambda call: call(apps), TypeError, "is no app: .*; the module has endpoint and app"),  # type: ignore[arg-type]
    (lambda call: call(endpoint, form="+1"), TypeError, "form: a call has no such option; did you mean from_?"),
    (lambda call: call(endpoint, zzz=1), TypeError, "zzz: a call has no such option; expected one of activity, auth, "),
    (lambda call: call(endpoint).presses(1), ValueError, "1: keys are a text of 0-9"),  # type: ignore[arg-type]
    (lambda call: call(endpoint).dialled[0], IndexError, "0 was not dialled; so far: nobody"),
    (lambda call: call(endpoint).dialled["+1"], KeyError, "'\\+1' was not dialled; so far: nobody"),
]


@pytest.mark.parametrize(("misuse", "kind", "message"), MISUSES)
def test_a_mistake_of_the_test_says_what_was_expected(
    jambonz_call: PlaceCall, misuse: Callable[[PlaceCall], object], kind: type[Exception], message: str
) -> None:
    with pytest.raises(kind, match=message):
        misuse(jambonz_call)


def test_what_happens_again_and_again_is_one_line() -> None:
    transcript = Transcript()
    for at in range(3):
        transcript.add(TranscriptEntry("status", "command tts:tokens", float(at)))
    transcript.add(TranscriptEntry("app", "Hello"))
    assert describe_call(transcript, "call", "runs say").splitlines()[1:3] == [
        "     0.00  status  command tts:tokens  (3 times)",
        "     0.00  app     Hello",
    ]


def test_an_app_that_is_not_there_is_told_without_the_frames_of_a_socket(jambonz_call: PlaceCall) -> None:
    with pytest.raises(CallFailed, match="cannot be reached") as failure:
        jambonz_call("ws://127.0.0.1:9/").heard("Hello")
    assert failure.value.__cause__ is None


def test_a_text_is_found_near_another() -> None:
    assert (
        nearest_text("How may I help", ["Hello", "How can I help you today?", "Goodbye"]) == "How can I help you today?"
    )
    assert nearest_text("How may I help", ["Goodbye", ""]) is None
    assert nearest_text("", ["Goodbye"]) is None
    assert nearest_text(b"1234", ["Goodbye"]) is None


def test_what_is_wanted_is_told_in_words() -> None:
    def polite(text: str) -> bool:
        return "please" in text

    assert describe_wanted("please") == "'please'"
    assert describe_wanted(re.compile("pl[e]ase")) == "/pl[e]ase/"
    assert describe_wanted(polite) == "a text that polite says yes to"
    assert describe_wanted(b"1234") == "[audio: 2 samples]"
    assert matches(polite, "please")
