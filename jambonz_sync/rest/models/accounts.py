"""Accounts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ...model.stored import StoredModel, stored_model, wired
from .hooks import Hook

__all__ = ["Account", "BucketTest", "RegisteredUser"]


@stored_model
class Account(StoredModel):
    """An account. ``webhook_secret`` signs its webhooks."""

    account_sid: str = ""
    name: str = ""
    service_provider_sid: str | None = None
    sip_realm: str | None = None
    registration_hook: Hook | None = None
    queue_event_hook: Hook | None = None
    device_calling_application_sid: str | None = None
    siprec_hook_sid: str | None = None
    is_active: bool | None = None
    webhook_secret: str | None = None
    disable_cdrs: bool | None = None
    record_all_calls: bool | None = None
    record_format: str | None = None
    bucket_credential: Mapping[str, Any] | None = None
    enable_debug_log: bool | None = None
    device_to_call_ratio: int | None = None
    plan_type: str | None = None
    created_at: datetime | None = None
    trial_end_date: datetime | None = None
    deactivated_reason: str | None = None


@stored_model
class BucketTest(StoredModel):
    """``status`` is ok or failed, with a ``reason``."""

    status: str = ""
    reason: str | None = None

    @property
    def ok(self) -> bool:
        """True if the bucket could be used."""
        return self.status == "ok"


@stored_model
class RegisteredUser(StoredModel):
    """A SIP user of an account. ``expires`` is in milliseconds since 1970, 0 if it is not registered."""

    name: str = ""
    contact: str | None = None
    protocol: str | None = None
    proxy: str | None = None
    expires: int | None = wired("expiryTime", default=None)
    sbc_address: str | None = wired("sbcAddress", default=None)
    registered_status: str | None = None
    allow_direct_app_calling: bool | None = None
    allow_direct_queue_calling: bool | None = None
    allow_direct_user_calling: bool | None = None

    @property
    def expires_at(self) -> datetime | None:
        """The time at which the registration ends; None if the user is not registered."""
        try:
            return datetime.fromtimestamp(self.expires / 1000, UTC) if self.expires else None
        except (TypeError, ValueError, OverflowError, OSError):
            return None  # what came is no number, or none of this world
