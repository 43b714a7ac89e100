"""What type checkers know about events. Checked by mypy and pyright, and never run."""

# pyright: strict, reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from typing import Any, assert_type

from jambonz_sync.events import ActionHook, CallSession, GatherEvent, LlmToolCall, LlmVendorEvent, Speech
from jambonz_sync.protocol.env import EnvValues
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


def an_event_of_a_vendor_is_typed_where_vendors_agree(evt: LlmVendorEvent) -> None:
    assert_type(evt.type, str | None)
    assert_type(evt.transcript, str | None)
    assert_type(evt.text, str | None)
    assert_type(evt.final, bool | None)
    assert_type(evt.response, dict[str, Any] | None)


def an_action_hook_is_any_of_them(evt: ActionHook, call: IncomingCall) -> None:
    assert_type(evt.transcript, str)
    assert_type(evt.dial_call_status, str | None)
    assert_type(call.env, EnvValues)
    session: CallSession = call
    gathered: GatherEvent = call
    assert_type(session.from_, str)
    assert_type(gathered.reason, str | None)


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
