"""Records of calls, and the answer to a SIP request within one."""

from __future__ import annotations

from ...model.stored import StoredModel, stored_model

__all__ = ["Call", "CallCount", "SipAnswer"]


@stored_model
class Call(StoredModel):
    """The record of a call. ``call_status`` is one of trying, ringing, early-media, in-progress, queued,
    completed, failed, busy, no-answer; ``duration`` is in seconds and there once the call has ended."""

    call_sid: str = ""
    call_id: str | None = None
    account_sid: str | None = None
    application_sid: str | None = None
    direction: str = ""
    from_: str = ""
    to: str = ""
    call_status: str = ""
    sip_status: int | None = None
    sip_reason: str | None = None
    duration: int | None = None
    service_url: str | None = None
    trace_id: str | None = None
    parent_call_sid: str | None = None
    caller_id: str | None = None
    caller_name: str | None = None
    sbc_callid: str | None = None
    originating_sip_ip: str | None = None
    originating_sip_trunk_name: str | None = None
    call_termination_by: str | None = None
    has_recording: bool | None = None
    fs_sip_address: str | None = None
    fs_public_ip: str | None = None
    api_base_url: str | None = None

    @property
    def ended(self) -> bool:
        """True once nothing more can happen to the call."""
        return self.call_status in ("completed", "failed", "busy", "no-answer")


@stored_model
class CallCount(StoredModel):
    """The number of calls that are up."""

    inbound: int = 0
    outbound: int = 0


@stored_model
class SipAnswer(StoredModel):
    """The far end's answer to a SIP request within a call."""

    status: int | None = None
    reason: str | None = None
