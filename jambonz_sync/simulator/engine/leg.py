"""One leg of a call, as jambonz describes it to the app."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["DEFAULTS", "Leg"]

#: the settings of an application for speech, unless there are others
DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "synthesizer": {"vendor": "google", "language": "en-US", "voice": "en-US-Standard-C"},
    "recognizer": {"vendor": "google", "language": "en-US"},
}

#: call status -> the SIP status and reason that go with it
_SIP = {
    "trying": (100, "Trying"),
    "ringing": (180, "Ringing"),
    "early-media": (183, "Session Progress"),
    "in-progress": (200, "OK"),
    "completed": (200, "OK"),
    "busy": (486, "Busy Here"),
    "no-answer": (487, "Request Terminated"),
    "failed": (480, "Temporarily Unavailable"),
}


def _sid() -> str:
    return str(uuid.uuid4())


@dataclass
class Leg:
    """One leg of a call: that of the caller, or of somebody whom ``parent`` has dialled."""

    from_: str = "+15085551212"
    to: str = "+15085551213"
    direction: str = "inbound"
    caller_name: str = ""
    parent: Leg | None = None
    caller_id: str | None = None
    call_sid: str = field(default_factory=_sid)
    call_id: str = field(default_factory=_sid)
    account_sid: str = field(default_factory=_sid)
    application_sid: str = field(default_factory=_sid)
    trace_id: str = field(default_factory=lambda: secrets.token_hex(16))
    status: str = "trying"
    sip_status: int = 100
    sip_reason: str = "Trying"
    customer_data: Mapping[str, Any] | None = None
    terminated_by: str | None = None
    #: seconds that the call has lasted, once it has ended
    duration: int | None = None
    #: the SIP headers of the end of the call
    end_headers: Mapping[str, str] | None = None
    #: when it was answered, in seconds of the call's own time
    answered_at: float | None = None

    def child(self, to: str, *, caller_id: str | None = None) -> Leg:
        """Make the leg of somebody whom this one dials."""
        return Leg(
            from_=caller_id or self.from_,
            to=to,
            direction="outbound",
            parent=self,
            caller_id=caller_id or self.from_,
            account_sid=self.account_sid,
            application_sid=self.application_sid,
            trace_id=self.trace_id,
        )

    def set_status(self, status: str, sip_status: int | None = None, sip_reason: str | None = None) -> None:
        """Set the call status, with the SIP status that goes with it unless ``sip_status`` is given."""
        self.status = status
        default_status, default_reason = _SIP[status]
        self.sip_status = default_status if sip_status is None else sip_status
        self.sip_reason = default_reason if sip_reason is None else sip_reason

    @property
    def b3(self) -> str:
        """The tracing header of a message about this leg."""
        return f"{self.trace_id}-{secrets.token_hex(8)}-1"

    def describe(self, **more: Any) -> dict[str, Any]:
        """Return what most hooks say about the call, and ``more``."""
        described: dict[str, Any] = {
            "call_sid": self.call_sid,
            "direction": self.direction,
            "from": self.from_,
            "to": self.to,
            "call_id": self.call_id,
        }
        if self.parent is None:
            described["sbc_callid"] = f"{self.call_id}@sbc"
        described |= {
            "sip_status": self.sip_status,
            "sip_reason": self.sip_reason,
            "call_status": self.status,
        }
        if self.caller_id is not None:
            described["caller_id"] = self.caller_id
        described |= {
            "account_sid": self.account_sid,
            "trace_id": self.trace_id,
            "application_sid": self.application_sid,
            "fs_sip_address": "127.0.0.1:5060",
        }
        if self.parent is None:
            described["originating_sip_ip"] = "127.0.0.1"
        else:
            described["parent_call_sid"] = self.parent.call_sid
        return described | self._later() | more

    def describe_raw(self, **more: Any) -> dict[str, Any]:
        """Return what the first message, and each transcript, says about the call, and ``more``."""
        return {
            "direction": self.direction,
            "trace_id": self.trace_id,
            "has_recording": False,
            "caller_name": f'"{self.caller_name}"' if self.caller_name else "",
            "call_sid": self.call_sid,
            "account_sid": self.account_sid,
            "application_sid": self.application_sid,
            "from": self.from_,
            "to": self.to,
            "call_id": self.call_id,
            "sip_status": self.sip_status,
            "sip_reason": self.sip_reason,
            "call_status": self.status,
            "sbc_callid": f"{self.call_id}@sbc",
            "originating_sip_ip": "127.0.0.1",
            "local_sip_address": "127.0.0.1:5060",
            **self._later(),
            **more,
        }

    def _later(self) -> dict[str, Any]:
        """Return what there is to say only later in a call."""
        described: dict[str, Any] = {}
        if self.terminated_by is not None:
            described["call_termination_by"] = self.terminated_by
        if self.duration is not None:
            described["duration"] = self.duration
        if self.end_headers is not None:
            described["headers"] = dict(self.end_headers)
        if self.customer_data is not None:
            described["customerData"] = self.customer_data
        return described

    def describe_new(
        self,
        env: Mapping[str, Any],
        headers: Mapping[str, str],
        defaults: Mapping[str, Any] | None = None,
        *,
        sip: bool,
    ) -> dict[str, Any]:
        """Return what the first message of a call says.

        Args:
            env: The application env vars.
            headers: SIP headers of the call.
            defaults: The settings of the application for speech: ``synthesizer`` and ``recognizer``.
                By default those of the simulator.
            sip: False for a GET, which has no room for the SIP message.
        """
        described: dict[str, Any] = {"sip": self._invite(headers)} if sip else {}
        described |= self.describe_raw(service_provider_sid=_sid(), defaults=dict(defaults or DEFAULTS))
        if env:
            described["env_vars"] = dict(env)
        return described

    def _invite(self, headers: Mapping[str, str]) -> dict[str, Any]:
        return {
            "headers": {"call-id": self.call_id, **headers},
            "raw": "",
            "body": "",
            "method": "INVITE",
            "version": "2.0",
            "uri": f"sip:{self.to}@127.0.0.1",
            "payload": [],
        }
