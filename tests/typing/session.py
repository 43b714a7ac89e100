"""What type checkers make of a session. Read by mypy and pyright, never run.

mypy looks into a lambda before it knows the overload that it is for: what a lambda gets is for pyright and editors.
"""

# mypy: disable-error-code="assert-type"

# pyright: strict, reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from typing import Any, assert_type

from jambonz_sync import Session, env_var
from jambonz_sync.events import ActionHook, AgentTurn, CallStatus, TtsEvent, TtsResult, VerbStatus


class Settings:
    GREETING: str = env_var("Hello!", description="First words")


def a_callback_has_the_type_of_its_event(session: Session) -> None:
    session.on("call:status", lambda evt: assert_type(evt, CallStatus))
    session.on("verb:status", lambda evt: assert_type(evt, VerbStatus))
    session.on("verb:hook", lambda evt: session.say(text=assert_type(evt, ActionHook).transcript))
    session.once("agent:event", lambda evt: assert_type(evt, AgentTurn))
    session.on("tts:streaming-event", lambda evt: assert_type(evt, TtsEvent), concurrent=True)
    session.on("tts:tokens-result", lambda evt: assert_type(evt, TtsResult))
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
