"""What type checkers make of a session. Read by mypy and pyright, never run.

mypy looks into a lambda before it knows the overload that it is for: what a lambda gets is for pyright and editors.
"""

# mypy: disable-error-code="assert-type"

# pyright: strict, reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from collections.abc import Callable
from typing import Any, assert_type

from jambonz_sync import Endpoint, EventStream, JambonzBlueprint, PendingHook, Service, Session, env_var
from jambonz_sync.events import (
    ActionHook,
    AgentTurn,
    CallStatus,
    DialEvent,
    EnqueueEvent,
    Event,
    GatherEvent,
    LlmToolCall,
    LlmVendorEvent,
    TokensResult,
    TtsEvent,
    VerbStatus,
)
from jambonz_sync.verbs import Say


class Settings:
    GREETING: str = env_var("Hello!", description="First words")


def a_callback_has_the_type_of_its_event(session: Session) -> None:
    session.on("call:status", lambda evt: assert_type(evt, CallStatus))
    session.on("verb:status", lambda evt: assert_type(evt, VerbStatus))
    session.on("verb:hook", lambda evt: session.say(text=assert_type(evt, ActionHook).transcript))
    session.once("agent:event", lambda evt: assert_type(evt, AgentTurn))
    session.on("tts:streaming-event", lambda evt: assert_type(evt, TtsEvent), concurrent=True)
    session.on("tts:tokens-result", lambda evt: assert_type(evt, TokensResult))
    session.on("tts:stream_open", lambda evt: assert_type(evt, TtsEvent))
    session.on("/heard", lambda evt: assert_type(evt, ActionHook))
    session.on("error", lambda exc: assert_type(exc, Exception))
    session.on("close", lambda code, reason: (assert_type(code, int), assert_type(reason, str)))


def a_hook_has_whatever_event_its_verb_has(session: Session) -> None:
    def heard(evt: ActionHook) -> None: ...

    def bare() -> None: ...

    session.on("/heard", heard)
    session.on("/bare", bare)
    assert_type(session.on("call:status", bare)(), None)

    @session.on("/decorated")
    def decorated(evt: ActionHook, times: int = 1) -> int:
        return times

    assert_type(decorated(ActionHook({}), times=2), int)

    @session.on("call:status")
    def status(evt: CallStatus) -> None: ...

    assert_type(status(CallStatus({})), None)


def variables_are_typed(session: Session) -> None:
    assert_type(session.env("NAME"), Any)
    assert_type(session.env(Settings).GREETING, str)
    assert_type(session.away, bool)


def a_question_has_the_options_of_gather(session: Session, say: Say) -> None:
    assert_type(session.ask("Your name?"), GatherEvent)
    assert_type(session.ask(say, timeout=5).transcript, str)
    assert_type(session.say(text="Welcome.").ask({"text": "Your number?"}, num_digits=6).digits, str | None)
    session.ask(input=["speech"], recognizer={"vendor": "google"}, partial_result_hook="/partial")
    session.ask("Your name?", tiemout=5)  # type: ignore[call-arg]
    session.ask("Your name?", timeout="5")  # type: ignore[arg-type]
    session.ask(prompt="Your name?")  # type: ignore[call-arg]
    session.ask(5)  # type: ignore[arg-type]


def the_end_of_verbs_is_the_event_of_their_hook(session: Session) -> None:
    assert_type(session.say(text="Hello.").pause(length=1).wait(), ActionHook)
    outcome: DialEvent = session.dial(target=[{"type": "phone", "number": "+15085550101"}]).wait(timeout=60)
    left: EnqueueEvent = session.enqueue(name="support").wait()
    if outcome.dial_call_status == "completed" or left.queue_result == "leave":
        return
    listening = session.gather(input=["speech"]).start()
    assert_type(listening, PendingHook)
    assert_type(listening.ended, bool)
    heard: GatherEvent = listening.wait(timeout=10)
    assert_type(heard.transcript, str)
    session.dial(target=[]).wait("60")  # type: ignore[arg-type]


def notifications_are_iterated_over_by_their_types(session: Session) -> None:
    assert_type(session.events("call:status", timeout=30), EventStream[CallStatus])
    for status in session.events("verb:status"):
        assert_type(status, VerbStatus)
    with session.events("tts:stream_open", "tts:user_interruption") as events:
        assert_type(next(events), TtsEvent)
    assert_type(session.events("agent:event"), EventStream[AgentTurn])
    assert_type(session.events("llm:event"), EventStream[LlmVendorEvent])
    assert_type(session.events("llm:tool-call"), EventStream[LlmToolCall])
    assert_type(session.events("call:status", "verb:status"), EventStream[Event])


def a_function_that_conducts_calls_keeps_its_type(endpoint: Endpoint, service: Service, bp: JambonzBlueprint) -> None:
    @endpoint.call("/")
    def call(session: Session) -> Session:
        return session.hangup()

    @service.call
    def other(session: Session) -> int:
        return 5

    @bp.call("/ws")
    def third(session: Session, event: CallStatus) -> None: ...

    def conduct(session: Session) -> None:
        assert_type(call(session), Session)
        assert_type(other(session), int)
        third(session, CallStatus({}))

    functions: list[Callable[..., None]] = [conduct]
    del functions
