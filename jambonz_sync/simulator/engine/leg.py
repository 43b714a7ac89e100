"""One leg of a call, as jambonz describes it to the app."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Leg"]

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
    call_sid: str = field(default_factory=_sid)
    call_id: str = field(default_factory=lambda: secrets.token_hex(12))
    account_sid: str = field(default_factory=_sid)
    application_sid: str = field(default_factory=_sid)
    trace_id: str = field(default_factory=lambda: secrets.token_hex(16))
    status: str = "trying"
    sip_status: int = 100
    sip_reason: str = "Trying"
    customer_data: Mapping[str, Any] | None = None
    terminated_by: str | None = None

    def child(self, to: str) -> Leg:
        """Make the leg of somebody whom this one dials."""
        return Leg(
            from_=self.from_,
            to=to,
            direction="outbound",
            parent=self,
            account_sid=self.account_sid,
            application_sid=self.application_sid,
            trace_id=self.trace_id,
        )

    def set_status(self, status: str, sip_status: int | None = None, sip_reason: str | None = None) -> None:
        """Set the call status, with the SIP status that goes with it unless ``sip_status`` is given."""
        self.status = status
        default_status, default_reason = _SIP[status]
        self.sip_status = default_status if sip_status is None else sip_status
        self.sip_reason = default_reason if sip_status is None else sip_reason or ""

    @property
    def b3(self) -> str:
        """The tracing header of a message about this leg."""
        return f"{self.trace_id}-{secrets.token_hex(8)}-1"

    def describe(self, **more: Any) -> dict[str, Any]:
        """Return what every hook says about the call, and ``more``."""
        described: dict[str, Any] = {
            "call_sid": self.call_sid,
            "direction": self.direction,
            "from": self.from_,
            "to": self.to,
            "call_id": self.call_id,
            "sbc_callid": f"{self.call_id}@sbc",
            "sip_status": self.sip_status,
            "sip_reason": self.sip_reason,
            "call_status": self.status,
            "account_sid": self.account_sid,
            "trace_id": self.trace_id,
            "application_sid": self.application_sid,
            "fs_sip_address": "127.0.0.1:5060",
            "originating_sip_ip": "127.0.0.1",
            "originating_sip_trunk_name": "simulator",
        }
        if self.parent is not None:
            described["parent_call_sid"] = self.parent.call_sid
            described["caller_id"] = self.from_
        if self.terminated_by is not None:
            described["call_termination_by"] = self.terminated_by
        if self.customer_data is not None:
            described["customerData"] = self.customer_data
        return described | more

    def describe_new(self, env: Mapping[str, Any], headers: Mapping[str, str], *, sip: bool) -> dict[str, Any]:
        """Return what the first message of a call says.

        Args:
            env: The application env vars.
            headers: SIP headers of the call.
            sip: False for a GET, which has no room for the SIP message.
        """
        described = self.describe(
            caller_name=self.caller_name,
            service_provider_sid=_sid(),
            defaults={
                "synthesizer": {"vendor": "google", "language": "en-US", "voice": "en-US-Standard-C"},
                "recognizer": {"vendor": "google", "language": "en-US"},
            },
        )
        if sip:
            described["sip"] = {
                "headers": {"call-id": self.call_id, **headers},
                "body": "",
                "method": "INVITE",
                "uri": f"sip:{self.to}@127.0.0.1",
                "calledNumber": self.to,
                "callingNumber": self.from_,
                "type": "request",
                "source": "network",
                "source_address": "127.0.0.1",
                "source_port": 5060,
                "protocol": "udp",
            }
        if env:
            described["env_vars"] = dict(env)
        return described
