"""Components of verbs that place calls: whom to call, and who has answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from ...model.declare import Model, ServerTarget, model, option
from ...model.validation import ValidationError
from ...model.wire import to_python_name
from ..dicts import AmdTimersDict, AuthDict, DialFromDict, RecognizerDict
from .common import Auth, Hook
from .recognizer import Recognizer

__all__ = ["Amd", "AmdTimers", "DialFrom", "Target"]

_ADDRESS_OF = {"phone": "number", "sip": "sipUri", "user": "name"}


@model
class DialFrom(Model):
    """The calling party of an outbound call.

    Args:
        user: User part of the From header.
        host: Host part of the From header.
    """

    user: str | None = None
    host: str | None = None
    extra: Mapping[str, Any] | None = None


def _finish_target(wire: dict[str, Any], _server_target: ServerTarget) -> None:
    name = _ADDRESS_OF.get(wire.get("type", ""))
    if name is not None and name not in wire:
        raise ValidationError(f"is missing for type {wire['type']}", to_python_name(name), expected=name)


@model(finish=_finish_target)
class Target(Model):
    """A party to call.

    Args:
        type: Kind of the address.
        number: Phone number in E.164 form, for ``phone``.
        sip_uri: SIP URI, for ``sip``.
        name: Registered user, ``"joe@sip.example.com"``, for ``user``; elsewhere the display name.
        tenant: Microsoft Teams tenant, for ``teams``.
        trunk: Carrier to use.
        confirm_hook: Called when the target answers, before the calls are joined; answers with verbs for the target.
        method: HTTP method of ``confirm_hook``, POST if not set.
        headers: SIP headers of the INVITE.
        from_: Calling party of the call.
        auth: Credentials, if the far end asks for them.
        vmail: Follow the call into voicemail.
        override_to: Request URI, where it differs from the To header.
        proxy: SIP proxy to send the call through.
    """

    type: Literal["phone", "sip", "user", "teams"]
    number: str | None = None
    sip_uri: str | None = None
    name: str | None = None
    tenant: str | None = None
    trunk: str | None = None
    confirm_hook: Hook | None = None
    method: Literal["GET", "POST"] | None = option(default=None, server_default="POST")
    headers: Mapping[str, str] | None = None
    from_: DialFrom | DialFromDict | None = None
    auth: Auth | AuthDict | None = None
    vmail: bool | None = None
    override_to: str | None = None
    proxy: str | None = None
    extra: Mapping[str, Any] | None = None


@model
class AmdTimers(Model):
    """Time limits of the steps of answering machine detection, in milliseconds.

    Args:
        no_speech_timeout_ms: Until speech starts; 5000 if not set.
        decision_timeout_ms: Until it is decided; 15000 if not set.
        tone_timeout_ms: Until a tone is heard; 20000 if not set.
        greeting_completion_timeout_ms: Silence that ends a machine's greeting; 2000 if not set.
    """

    no_speech_timeout_ms: float | None = option(default=None, server_default=5000)
    decision_timeout_ms: float | None = option(default=None, server_default=15000)
    tone_timeout_ms: float | None = option(default=None, server_default=20000)
    greeting_completion_timeout_ms: float | None = option(default=None, server_default=2000)
    extra: Mapping[str, Any] | None = None


@model
class Amd(Model):
    """Answering machine detection: has a human or a machine answered? It runs beside the verbs; keep the call alive.

    Args:
        action_hook: Called with the result: ``type`` is ``amd_human_detected``, ``amd_machine_detected`` ...
        threshold_word_count: Words of a greeting that make it a machine; 9 if not set.
        digit_count: Digits of a greeting that make it a machine; 0, not looked at, if not set.
        timers: Time limits of the steps.
        recognizer: Speech-to-text to use in place of the application's.
    """

    action_hook: Hook
    threshold_word_count: int | None = option(default=None, server_default=9)
    digit_count: int | None = option(default=None, server_default=0)
    timers: AmdTimers | AmdTimersDict | None = None
    recognizer: Recognizer | RecognizerDict | None = None
    extra: Mapping[str, Any] | None = None
