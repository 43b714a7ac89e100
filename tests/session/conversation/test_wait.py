from __future__ import annotations

import gc
import logging
import threading
import weakref
from collections.abc import Callable
from typing import Any

import pytest

from jambonz_sync import (
    AlreadyWaiting,
    CallEnded,
    CommandRejected,
    HookTimeout,
    InvalidVerb,
    MessageTooLarge,
    Service,
    Session,
    VerbsReplaced,
)
from jambonz_sync.events import DialEvent, GatherEvent
from jambonz_sync.runtime import conversations, pool
from jambonz_sync.verbs import VERBS, Say
from jambonz_sync.verbs.resolve import verb_class
from tests.peer import Closed, Peer
from tests.session.conftest import Serve
from tests.waiting import in_thread, wait_for

Dial = Callable[..., Peer]
SPEECH = {"reason": "speechDetected", "speech": {"is_final": True, "alternatives": [{"transcript": "Ann"}]}}


def conduct(svc: Service, fn: Callable[[Session], Any]) -> list[Any]:
    """Have a function conduct the calls of a service; what it returns or raises is put in the list."""
    outcomes: list[Any] = []

    @svc.call
    def call(session: Session) -> Any:
        try:
            outcomes.append(fn(session))
        except BaseException as exc:
            outcomes.append(exc)
            raise
        return outcomes[-1]

    return outcomes


def hook_of(verbs: list[dict[str, Any]]) -> str:
    name: str = verbs[-1]["actionHook"]
    return name


def session_of(svc: Service) -> Session:
    """The only call of a service."""
    (session,) = svc.registry.sessions.values()  # type: ignore[attr-defined]
    return session  # type: ignore[no-any-return]


def redirected(peer: Peer, verbs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Ask for the verbs behind a ``redirect`` as jambonz does."""
    return peer.ack_of(peer.tell("session:redirect", {"call_sid": peer.call_sid}, hook=hook_of(verbs)))


# -- how it goes


def test_a_call_reads_from_top_to_bottom(serve: Serve, dial: Dial) -> None:
    svc = serve()

    @svc.call
    def call(session: Session) -> Any:
        name = session.say(text="Welcome.").ask("What is your name?", timeout=5)
        if not name.transcript:
            return session.say(text="Goodbye.").hangup()
        digits = session.ask(f"Key in your number, {name.transcript}.", num_digits=6).digits
        outcome = session.dial(target=[{"type": "phone", "number": digits or ""}], anchor_media=True).wait()
        return session.say(text=f"{outcome.dial_call_status}.").hangup()

    peer = dial(svc)
    first = peer.begin()
    assert first == [
        {"verb": "say", "text": "Welcome."},
        {
            "verb": "gather",
            "input": ["speech"],
            "say": {"text": "What is your name?"},
            "timeout": 5,
            "actionHook": "/wait/gather/1",
        },
    ]
    second = peer.ask(hook_of(first), **SPEECH)
    assert second[0]["say"] == {"text": "Key in your number, Ann."}
    assert second[0]["input"] == ["digits"]
    third = peer.ask(hook_of(second), reason="dtmfDetected", digits="123456")
    assert third[0]["target"] == [{"type": "phone", "number": "123456"}]
    assert peer.ask(hook_of(third), dial_call_status="completed") == [
        {"verb": "say", "text": "completed."},
        {"verb": "hangup"},
    ]


def test_a_branch_that_returns_early_is_sent_too(serve: Serve, dial: Dial) -> None:
    svc = serve()

    @svc.call
    def call(session: Session) -> Any:
        if not session.ask("What is your name?").transcript:
            return session.say(text="Goodbye.").hangup()
        return None

    peer = dial(svc)
    verbs = peer.begin()
    assert peer.ask(hook_of(verbs), reason="timeout") == [{"verb": "say", "text": "Goodbye."}, {"verb": "hangup"}]


def test_events_have_the_types_of_their_verbs(serve: Serve, dial: Dial) -> None:
    svc = serve()
    events: list[Any] = []

    @svc.call
    def call(session: Session) -> None:
        events.append(session.ask("?"))
        events.append(session.dial(target=[{"type": "phone", "number": "1"}]).wait())
        session.hangup()

    peer = dial(svc)
    verbs = peer.ask(hook_of(peer.begin()), **SPEECH)
    peer.ask(hook_of(verbs), dial_call_status="busy")
    assert isinstance(events[0], GatherEvent)
    assert isinstance(events[1], DialEvent)
    assert events[1].dial_call_status == "busy"


@pytest.mark.parametrize(
    ("options", "kinds"),
    [
        ({}, ["speech"]),
        ({"timeout": 5}, ["speech"]),
        ({"recognizer": {"vendor": "google"}}, ["speech"]),
        ({"num_digits": 4}, ["digits"]),
        ({"finish_on_key": "#"}, ["digits"]),
        ({"max_digits": 4, "recognizer": {"vendor": "google"}}, ["speech", "digits"]),
        ({"input": ["digits"]}, ["digits"]),
    ],
)
def test_the_options_say_what_the_caller_is_to_do(
    serve: Serve, dial: Dial, options: dict[str, Any], kinds: list[str]
) -> None:
    svc = serve()
    conduct(svc, lambda session: session.ask("?", **options) and None)
    assert dial(svc).begin()[0]["input"] == kinds


@pytest.mark.parametrize("prompt", ["Hello?", {"text": "Hello?"}, Say(text="Hello?")])
def test_a_prompt_is_a_text_or_the_options_of_say(serve: Serve, dial: Dial, prompt: Any) -> None:
    svc = serve()
    conduct(svc, lambda session: session.ask(prompt) and None)
    assert dial(svc).begin()[0]["say"] == {"text": "Hello?"}


def test_without_a_prompt_it_only_listens(serve: Serve, dial: Dial) -> None:
    svc = serve()
    conduct(svc, lambda session: session.ask() and None)
    assert "say" not in dial(svc).begin()[0]


@pytest.mark.parametrize("name", sorted(VERBS))
def test_each_verb_can_be_waited_for(serve: Serve, dial: Dial, name: str) -> None:
    svc = serve()
    verb = verb_class(name).__jambonz__.verb

    @svc.call
    def call(session: Session) -> None:
        options = {"actionHook": "/elsewhere"} if verb == "redirect" else {}
        event = session.add_verbs({"verb": verb, **options}, validate=False).wait()
        session.say(text=f"done {event['mark']}").hangup()

    peer = dial(svc)
    verbs = peer.begin()
    kind = "session:redirect" if verbs[-1]["verb"] == "redirect" else "verb:hook"
    acked = peer.ack_of(peer.tell(kind, {"call_sid": peer.call_sid, "mark": "yes"}, hook=hook_of(verbs)))
    assert acked[0] == {"verb": "say", "text": "done yes"}


# -- how verbs leave


def test_what_has_been_spoken_is_told_by_a_redirect_behind_it(serve: Serve, dial: Dial) -> None:
    svc = serve()

    @svc.call
    def call(session: Session) -> None:
        session.say(text="One.").pause(length=1).wait()
        session.say(text="Two.").hangup()

    peer = dial(svc)
    verbs = peer.begin()
    assert [verb["verb"] for verb in verbs] == ["say", "pause", "redirect"]
    assert redirected(peer, verbs) == [{"verb": "say", "text": "Two."}, {"verb": "hangup"}]


def test_a_hook_that_waits_long_is_acked_in_time_and_its_verbs_follow_as_a_command(
    serve: Serve, dial: Dial, gate: threading.Event
) -> None:
    svc = serve(hook_ack_deadline=0.5, hook_warning_after=0.05)

    @svc.call
    def call(session: Session) -> None:
        session.ask("?")
        assert gate.wait(15)
        session.say(text="late").wait()
        session.hangup()

    peer = dial(svc)
    verbs = peer.begin()
    assert peer.ask(hook_of(verbs), **SPEECH) == []
    gate.set()
    command = peer.recv()
    assert (command["type"], command["command"]) == ("command", "redirect")
    assert redirected(peer, command["data"]) == [{"verb": "hangup"}]


def test_a_call_whose_first_words_take_long_is_not_rejected(serve: Serve, dial: Dial, gate: threading.Event) -> None:
    svc = serve(hook_ack_deadline=0.05, hook_warning_after=0.05)

    @svc.call
    def call(session: Session) -> None:
        assert gate.wait(15)
        session.ask("?")
        session.hangup()

    peer = dial(svc)
    assert peer.begin() == [{"verb": "pause", "length": 60}]
    gate.set()
    peer.tell("verb:status", {"event": "starting"})  # jambonz has had the ack
    command = peer.recv()
    assert command["data"][0]["verb"] == "gather"
    assert peer.ask(hook_of(command["data"]), **SPEECH) == [{"verb": "hangup"}]


def test_send_between_two_waits_answers_the_hook_that_was_waited_for(serve: Serve, dial: Dial) -> None:
    svc = serve()

    @svc.call
    def call(session: Session) -> None:
        session.ask("?")
        session.say(text="One moment.").send()
        session.say(text="Thank you.").wait()
        session.hangup()

    peer = dial(svc)
    verbs = peer.begin()
    assert peer.ask(hook_of(verbs), **SPEECH) == [{"verb": "say", "text": "One moment."}]
    command = peer.recv()
    assert [verb["verb"] for verb in command["data"]] == ["say", "redirect"]
    assert redirected(peer, command["data"]) == [{"verb": "hangup"}]


def test_what_is_left_at_the_end_is_sent_where_no_hook_waits(serve: Serve, dial: Dial) -> None:
    svc = serve()
    timed_out = threading.Event()

    @svc.call
    def call(session: Session) -> Any:
        with pytest.raises(HookTimeout):
            session.say(text="x").wait(timeout=0.01)
        timed_out.set()
        return session.hangup()

    peer = dial(svc)
    verbs = peer.begin()
    assert timed_out.wait(15)
    peer.tell("verb:status", {"event": "starting"})
    assert peer.recv()["data"] == [{"verb": "hangup"}]
    assert redirected(peer, verbs) == []


def test_verbs_that_are_too_large_stay_queued_and_nothing_is_sent(serve: Serve, dial: Dial) -> None:
    svc = serve()

    @svc.call
    def call(session: Session) -> None:
        with pytest.raises(MessageTooLarge):
            session.say(text="x" * 30_000).wait()
        assert len(session) == 1
        session.clear()
        session.ask("Smaller?")
        session.hangup()

    peer = dial(svc)
    verbs = peer.begin()
    assert verbs[0]["say"] == {"text": "Smaller?"}
    assert peer.ask(hook_of(verbs)) == [{"verb": "hangup"}]


def test_in_a_callback_of_a_hook_the_first_verbs_are_its_reply(serve: Serve, dial: Dial) -> None:
    svc = serve()

    @svc.on("session:new")
    def call(session: Session) -> None:
        @session.on("/menu")
        def menu(evt: Any) -> None:
            name = session.ask("Your name?").transcript
            session.say(text=f"Hello {name}.").hangup()

        session.gather(input=["digits"], num_digits=1, action_hook="/menu").send()

    peer = dial(svc)
    peer.begin()
    verbs = peer.ask("/menu", digits="1")
    assert peer.ask(hook_of(verbs), **SPEECH) == [{"verb": "say", "text": "Hello Ann."}, {"verb": "hangup"}]


def test_in_a_callback_of_a_notification_the_first_verbs_are_a_command(serve: Serve, dial: Dial) -> None:
    svc = serve()

    @svc.on("session:new")
    def call(session: Session) -> None:
        @session.on("verb:status")
        def status(evt: Any) -> None:
            session.off("verb:status")
            session.ask("Still there?")
            session.say(text="Good.")

        session.pause(length=9).send()

    peer = dial(svc)
    peer.begin()
    peer.tell("verb:status", {"event": "starting"})
    command = peer.recv()
    assert command["data"][0]["say"] == {"text": "Still there?"}
    assert peer.ask(hook_of(command["data"]), **SPEECH) == [{"verb": "say", "text": "Good."}]


def test_on_a_thread_of_the_application_the_hook_is_acked_at_once_and_verbs_are_commands(
    serve: Serve, dial: Dial
) -> None:
    svc = serve()
    sessions: list[Session] = []
    svc.on("session:new", lambda session: sessions.append(session) or session.pause(length=9))

    def converse() -> str:
        name = sessions[0].ask("Your name?").transcript
        sessions[0].say(text=f"Hello {name}.").hangup().send()
        return name

    peer = dial(svc)
    peer.begin()
    thread, outcome = in_thread(converse)
    peer.tell("verb:status", {"event": "starting"})
    command = peer.recv()
    assert peer.ask(hook_of(command["data"]), **SPEECH) == []
    assert peer.recv()["data"] == [{"verb": "say", "text": "Hello Ann."}, {"verb": "hangup"}]
    thread.join(15)
    assert outcome == ["Ann"]


# -- what ends it


def test_a_hangup_raises_call_ended_and_is_no_failure(
    serve: Serve, dial: Dial, caplog: pytest.LogCaptureFixture
) -> None:
    svc = serve()
    cleaned = threading.Event()

    def converse(session: Session) -> None:
        try:
            session.ask("?")
        finally:
            cleaned.set()

    outcomes = conduct(svc, converse)
    errors: list[Any] = []
    svc.on("error", lambda session, exc: errors.append(exc))
    peer = dial(svc, call_sid="CA-gone")
    peer.begin()
    peer.close(1000)
    assert cleaned.wait(15)
    wait_for(lambda: outcomes, "the end of the function")
    assert isinstance(outcomes[0], CallEnded)
    assert (outcomes[0].code, outcomes[0].call_sid) == (1000, "CA-gone")
    assert errors == []
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


def test_after_the_end_of_the_call_a_wait_raises_at_once(serve: Serve, dial: Dial) -> None:
    svc = serve()
    over = threading.Event()
    svc.on("close", lambda session: over.set())

    def converse(session: Session) -> None:
        session.pause(length=1).send()
        assert over.wait(15)
        session.ask("?")

    outcomes = conduct(svc, converse)
    peer = dial(svc)
    peer.begin()
    peer.close(1000)
    wait_for(lambda: outcomes, "the end of the function")
    assert isinstance(outcomes[0], CallEnded)


def test_a_timeout_leaves_the_call_as_it_is_and_its_late_hook_is_acked_without_verbs(
    serve: Serve, dial: Dial, caplog: pytest.LogCaptureFixture
) -> None:
    svc = serve()
    timed_out = threading.Event()

    @svc.call
    def call(session: Session) -> None:
        with pytest.raises(TimeoutError, match=r"gather has not ended within 0.01 s") as caught:
            session.gather(input=["speech"]).wait(timeout=0.01)
        assert isinstance(caught.value, HookTimeout)
        timed_out.set()
        session.ask("Hello?")
        session.hangup()

    peer = dial(svc)
    verbs = peer.begin()
    assert timed_out.wait(15)
    peer.tell("verb:status", {"event": "starting"})
    command = peer.recv()
    assert peer.ask(hook_of(verbs), **SPEECH) == []
    assert command["data"][0]["say"] == {"text": "Hello?"}
    assert peer.ask(hook_of(command["data"]), **SPEECH) == [{"verb": "hangup"}]
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


def test_the_connection_may_drop_and_come_back_while_a_thread_waits(serve: Serve, dial: Dial) -> None:
    svc = serve()

    @svc.call
    def call(session: Session) -> None:
        session.say(text=session.ask("?").transcript).hangup()

    peer = dial(svc, call_sid="CA-back")
    verbs = peer.begin()
    peer.vanish()
    back = dial(svc, call_sid="CA-back")
    assert back.ack_of(back.open("session:reconnect")) == verbs  # it is not known whether jambonz had them
    assert back.ask(hook_of(verbs), **SPEECH) == [{"verb": "say", "text": "Ann"}, {"verb": "hangup"}]


def test_verbs_of_another_thread_replace_those_that_are_waited_for(serve: Serve, dial: Dial) -> None:
    svc = serve()
    outcomes = conduct(svc, lambda session: session.ask("?") and None)
    peer = dial(svc)
    verbs = peer.begin()
    session_of(svc).say(text="Sorry.").send()
    wait_for(lambda: outcomes, "the end of the function")
    assert isinstance(outcomes[0], VerbsReplaced)
    peer.tell("verb:status", {"event": "starting"})
    assert peer.recv()["data"] == [{"verb": "say", "text": "Sorry."}]
    assert peer.ask(hook_of(verbs)) == []


class HookComes(logging.Handler):
    """The hook of the verbs that are being replaced comes while the other ones are sent, at the warning of that."""

    def __init__(self, peer: Peer, hook: str) -> None:
        super().__init__(logging.WARNING)
        self.peer = peer
        self.hook = hook
        self.acks: list[Any] = []

    def emit(self, record: logging.LogRecord) -> None:
        if not self.acks and "are lost" in record.getMessage():  # any other one may come before they are sent
            self.peer.tell("verb:status", {"event": "starting"})  # jambonz listens: what is held leaves
            assert self.peer.recv()["command"] == "redirect"
            self.acks.append(self.peer.ask(self.hook, **SPEECH))


@pytest.mark.usefixtures("slow_to_settle")
def test_the_hook_of_verbs_that_are_being_replaced_does_not_end_the_wait(serve: Serve, dial: Dial) -> None:
    svc = serve()
    outcomes = conduct(svc, lambda session: session.say(text=session.ask("?").transcript).hangup())
    peer = dial(svc)
    verbs = peer.begin()
    comes = HookComes(peer, hook_of(verbs))
    log = logging.getLogger("jambonz_sync.session")
    log.addHandler(comes)
    try:
        session_of(svc).say(text="I am putting you through.").send()
    finally:
        log.removeHandler(comes)
    wait_for(lambda: outcomes, "the end of the function")
    assert isinstance(outcomes[0], VerbsReplaced)
    assert comes.acks == [[]]


def test_verbs_that_are_queued_behind_replace_nothing(serve: Serve, dial: Dial) -> None:
    svc = serve()
    conduct(svc, lambda session: session.say(text=session.ask("?").transcript))
    peer = dial(svc)
    verbs = peer.begin()
    peer.tell("verb:status", {"event": "starting"})
    session_of(svc).say(text="And.").send(queue=True)
    assert peer.recv()["queueCommand"] is True
    assert peer.ask(hook_of(verbs), **SPEECH) == [{"verb": "say", "text": "Ann"}]


def test_a_call_that_is_redirected_begins_anew(serve: Serve, dial: Dial) -> None:
    svc = serve()
    outcomes = conduct(svc, lambda session: session.ask("?") and None)
    peer = dial(svc)
    first = peer.begin()
    again = peer.ack_of(peer.tell("session:redirect", {"call_sid": peer.call_sid}, hook="/start"))
    assert hook_of(again) != hook_of(first)
    wait_for(lambda: outcomes, "the end of the first conversation")
    assert isinstance(outcomes[0], VerbsReplaced)


def test_verbs_that_jambonz_refuses_end_the_wait(serve: Serve, dial: Dial) -> None:
    svc = serve()

    def converse(session: Session) -> None:
        session.ask("?")
        session.add_verbs([{"verb": "dance"}], validate=False).wait()

    outcomes = conduct(svc, converse)
    peer = dial(svc)
    verbs = peer.begin()
    peer.ask(hook_of(verbs), **SPEECH)
    peer.tell("jambonz:error", {"msg": "invalid actionHook response", "details": "invalid instruction: dance"})
    assert peer.recv()["data"] == [{"verb": "hangup"}]
    assert isinstance(outcomes[0], CommandRejected)
    assert "dance" in str(outcomes[0])


def test_two_waits_at_the_same_time_are_refused_by_name(serve: Serve, dial: Dial) -> None:
    svc = serve()
    refused: list[BaseException] = []

    @svc.call
    def call(session: Session) -> None:
        @session.on("call:status")
        def status(evt: Any) -> None:
            try:
                session.say(text="x").wait()
            except AlreadyWaiting as exc:
                refused.append(exc)
                session.clear()

        session.say(text=session.ask("?").transcript).hangup()

    peer = dial(svc)
    verbs = peer.begin()
    peer.tell("call:status", {"call_sid": peer.call_sid, "call_status": "in-progress"})
    wait_for(lambda: refused, "the refusal")
    assert "wait() for say" in str(refused[0])
    assert "wait() for gather on thread 'jambonz-sync-call'" in str(refused[0])
    assert peer.ask(hook_of(verbs), **SPEECH) == [{"verb": "say", "text": "Ann"}, {"verb": "hangup"}]


def test_a_wait_for_nothing_is_refused(serve: Serve, dial: Dial) -> None:
    svc = serve()

    @svc.call
    def call(session: Session) -> None:
        with pytest.raises(ValueError, match="no verb is queued"):
            session.wait()
        with pytest.raises(InvalidVerb, match="tiemout"):
            session.ask("?", tiemout=5)
        session.hangup()

    assert dial(svc).begin() == [{"verb": "hangup"}]


def test_callbacks_beside_a_wait_go_on(serve: Serve, dial: Dial) -> None:
    svc = serve()
    heard: list[str] = []

    @svc.call
    def call(session: Session) -> None:
        session.on("/partial", lambda evt: heard.append(evt.transcript))
        session.on("call:status", lambda evt: heard.append(evt.call_status))
        session.ask("?", partial_result_hook="/partial")
        session.hangup()

    peer = dial(svc)
    verbs = peer.begin()
    assert peer.ask("/partial", **SPEECH) == []
    peer.tell("call:status", {"call_sid": peer.call_sid, "call_status": "in-progress"})
    assert peer.ask(hook_of(verbs), **SPEECH) == [{"verb": "hangup"}]
    wait_for(lambda: heard == ["Ann", "in-progress"], "the callbacks")


# -- failures


def test_a_function_that_fails_hangs_up_where_nothing_is_said_for_that(serve: Serve, dial: Dial) -> None:
    svc = serve()

    def converse(session: Session) -> None:
        session.ask("?")
        raise LookupError("no such customer")

    conduct(svc, converse)
    errors: list[BaseException] = []
    svc.on("error", lambda session, exc: errors.append(exc))
    peer = dial(svc)
    verbs = peer.begin()
    assert peer.ask(hook_of(verbs), **SPEECH) == [{"verb": "hangup"}]
    wait_for(lambda: errors, "the error callback")
    assert isinstance(errors[0], LookupError)


def test_a_function_that_fails_when_no_hook_waits_sends_the_verbs_for_that_as_a_command(
    serve: Serve, dial: Dial
) -> None:
    svc = serve(on_error=[{"verb": "say", "text": "Sorry."}, {"verb": "hangup"}])

    def converse(session: Session) -> None:
        session.ask("?")
        session.say(text="One moment.").send()
        raise LookupError("no such customer")

    conduct(svc, converse)
    peer = dial(svc)
    verbs = peer.begin()
    assert peer.ask(hook_of(verbs), **SPEECH) == [{"verb": "say", "text": "One moment."}]
    assert peer.recv()["data"] == [{"verb": "say", "text": "Sorry."}, {"verb": "hangup"}]


def test_a_function_that_fails_before_it_says_anything_rejects_the_call(serve: Serve, dial: Dial) -> None:
    svc = serve()
    conduct(svc, lambda session: 1 // 0)
    assert dial(svc).begin() == []


def test_a_function_that_leaves_the_call_without_verbs_is_told_of(
    serve: Serve, dial: Dial, caplog: pytest.LogCaptureFixture
) -> None:
    svc = serve()
    conduct(svc, lambda session: session.ask("?") and None)
    peer = dial(svc)
    assert peer.ask(hook_of(peer.begin()), **SPEECH) == []
    wait_for(lambda: "the call has nothing to do, and stays up" in caplog.text, "the warning")


def test_only_one_function_may_conduct_the_calls_of_a_service(serve: Serve) -> None:
    svc = serve()
    svc.call(lambda session: None)
    with pytest.raises(ValueError, match="has a function for session:new already"):
        svc.call(lambda session: None)
    with pytest.raises(TypeError, match="must be callable"):
        serve().call(5)  # type: ignore[type-var]


# -- threads


def test_calls_that_wait_keep_no_thread_from_callbacks(serve: Serve, dial: Dial) -> None:
    svc = serve()
    conduct(svc, lambda session: session.ask("?") and None)
    before = pool.busy
    peers = [dial(svc) for _ in range(20)]
    for peer in peers:
        peer.begin()
    assert conversations.busy >= 20
    assert pool.busy <= before + 2


@pytest.mark.parametrize("stage", range(4))
def test_a_hangup_at_any_point_leaves_no_thread_behind(serve: Serve, dial: Dial, stage: int) -> None:
    svc = serve()

    def converse(session: Session) -> Any:
        session.say(text="a").wait()
        session.ask("b")
        session.dial(target=[{"type": "phone", "number": "1"}]).wait()
        return session.say(text="c").hangup()

    outcomes = conduct(svc, converse)
    busy = conversations.busy
    peer = dial(svc)
    verbs = peer.begin()
    if stage > 0:
        verbs = redirected(peer, verbs)
    if stage > 1:
        verbs = peer.ask(hook_of(verbs), **SPEECH)
    if stage > 2:
        peer.ask(hook_of(verbs), dial_call_status="completed")
    try:
        peer.close(1000)
    except Closed:
        pass
    wait_for(lambda: outcomes and conversations.busy <= busy, "the end of the thread")
    wait_for(lambda: len(svc.registry) == 0, "the end of the connection")  # type: ignore[attr-defined]
    assert isinstance(outcomes[0], Session if stage > 2 else CallEnded)


def test_a_conversation_that_ended_is_gone_without_the_garbage_collector(serve: Serve, dial: Dial) -> None:
    svc = serve()
    sessions: list[weakref.ref[Session]] = []

    @svc.call
    def call(session: Session) -> None:
        sessions.append(weakref.ref(session))
        session.events("verb:status")
        session.ask("?")

    gc.disable()
    try:
        peer = dial(svc)
        peer.begin()
        peer.close()
        wait_for(lambda: sessions[0]() is None, "the session to be gone")
    finally:
        gc.enable()
