"""What type checkers know about events. Checked by mypy and pyright, and never run."""

# pyright: strict, reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from typing import Any, Literal, assert_type

from jambonz_sync.events import (
    ActionHook,
    AgentTurn,
    CallSession,
    CallStatus,
    DialEvent,
    Event,
    FinishedToolCall,
    GatherEvent,
    LlmEvent,
    LlmToolCall,
    LlmVendorEvent,
    Speech,
    TokensResult,
    TtsEvent,
    VerbStatus,
)
from jambonz_sync.events.names import EVENT_CLASSES, TtsEventName
from jambonz_sync.protocol.env import EnvValues, env_var
from jambonz_sync.webhook import IncomingCall, Jambonz, JambonzBlueprint


def fields_are_typed(evt: GatherEvent, call: LlmToolCall) -> None:
    assert_type(evt.call_sid, str)
    assert_type(evt.digits, str | None)
    assert_type(evt.sip_status, int | None)
    assert_type(evt.speech, Speech | None)
    assert_type(evt.transcript, str)
    assert_type(evt.confidence, float | None)
    assert_type(evt["speech"], Any)
    assert_type(call.arguments, dict[str, Any])


def closed_sets_are_literals(
    gathered: GatherEvent, dialled: DialEvent, call: CallSession, status: CallStatus, tts: TtsEvent, verb: VerbStatus
) -> None:
    assert_type(call.from_, str)
    assert_type(call.direction, Literal["inbound", "outbound"])
    assert_type(
        gathered.reason, Literal["speechDetected", "dtmfDetected", "timeout", "error", "stt-low-confidence"] | None
    )
    assert_type(status.call_termination_by, Literal["caller", "jambonz"] | None)
    assert_type(
        status.call_status,
        Literal["trying", "ringing", "early-media", "in-progress", "completed", "failed", "busy", "no-answer", "queued"]
        | None,
    )
    if dialled.dial_call_status == "no-answer" or tts.event_type == "tts_spoken" or verb.event == "finished":
        return
    misspelt = gathered.reason == "speechdetected"  # type: ignore[comparison-overlap]
    misspelt = call.direction == "inboud"  # type: ignore[comparison-overlap]
    del misspelt


def a_turn_of_an_agent_is_typed(turn: AgentTurn, ended: LlmEvent, result: TokensResult, call: IncomingCall) -> None:
    assert turn.latency is not None
    assert_type(turn.latency.stt_ms, int | None)
    assert_type(turn.latency.transcriber_latency, int | None)
    assert_type(turn.tool_calls, list[FinishedToolCall])
    assert_type(turn.tool_calls[0].result_ms, int | None)
    assert_type(turn.tool_calls[0].arguments, dict[str, Any])
    assert_type(result.status, Literal["ok", "failed"] | None)
    assert_type(call.hook_url("/event"), str)
    if ended.completion_reason == "no_response" or result.reason == "missing id":
        return
    misspelt = ended.completion_reason == "no response"  # type: ignore[comparison-overlap]
    del misspelt


def names_of_events_are_grouped_by_their_class(name: TtsEventName) -> None:
    assert_type(EVENT_CLASSES[name], type[Event])
    other: TtsEventName = "tts:stream_closd"  # type: ignore[assignment]
    del other


def an_event_of_a_vendor_is_typed_where_vendors_agree(evt: LlmVendorEvent) -> None:
    assert_type(evt.type, str | None)
    assert_type(evt.transcript, str | None)
    assert_type(evt.text, str | None)
    assert_type(evt.final, bool | None)
    assert_type(evt.response, dict[str, Any] | None)


def an_action_hook_is_any_of_them(evt: ActionHook, call: IncomingCall) -> None:
    assert_type(evt.transcript, str)
    assert_type(evt.reason, str | None)
    assert_type(call.env, EnvValues)
    fields_are_typed(evt, LlmToolCall({}))
    closed_sets_are_literals(call, DialEvent({}), call, CallStatus({}), TtsEvent({}), VerbStatus({}))


class Settings:
    GREETING: str = env_var("Hello!", description="First words")
    TRIES: int = 3
    API_KEY: str = env_var(description="Key of the weather service")
    VOICE: Literal["low", "high"] = "low"
    SPEED: float = env_var("fast")  # type: ignore[assignment]


def variables_of_a_class_are_typed(env: EnvValues) -> None:
    assert_type(env(), EnvValues)
    assert_type(env("GREETING"), Any)
    assert_type(env(Settings), Settings)
    assert_type(env(Settings).TRIES, int)
    assert_type(env(Settings).VOICE, Literal["low", "high"])
    env(Settings).TRYS  # type: ignore[attr-defined]  # noqa: B018
    env(3)  # type: ignore[call-overload]


def a_misspelt_field_and_an_assignment_are_errors(evt: GatherEvent) -> None:
    evt.transcipt  # type: ignore[attr-defined]  # noqa: B018
    evt.digits = "1"  # type: ignore[assignment]


def a_decorated_view_keeps_its_type(bp: JambonzBlueprint) -> None:
    @bp.webhook("/hook")
    def view(call: IncomingCall) -> list[dict[str, str]]:
        return []

    assert_type(view(IncomingCall({})), list[dict[str, str]])


def options_are_typed() -> None:
    Jambonz(escape_urls=False, max_sessions=10, auth=("user", "password"))
    JambonzBlueprint(
        "voice", __name__, url_prefix="/voice", signing_secret=["old", "new"], before_upgrade=lambda _: 403
    )
    Jambonz(max_sessions="10")  # type: ignore[arg-type]
    Jambonz(speakabel=False)  # type: ignore[call-arg]
    JambonzBlueprint("voice", __name__, speakabel=False)  # type: ignore[call-arg]
