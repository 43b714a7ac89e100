"""Keys, users, devices, routing, conferences, and the system."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...model import Model, model, wired

__all__ = [
    "ApiKey",
    "ConferenceRoom",
    "Device",
    "Lcr",
    "LcrCarrierSetEntry",
    "LcrRoute",
    "ListenFork",
    "NewApiKey",
    "PasswordSettings",
    "SentMessage",
    "SystemInformation",
    "User",
]


@model
class ApiKey(Model):
    """A key of this API. ``expires_at`` is stored, and not enforced by the server."""

    api_key_sid: str = ""
    token: str = ""
    account_sid: str | None = None
    service_provider_sid: str | None = None
    expires_at: str | None = None
    last_used: str | None = None
    created_at: str | None = None


@model
class NewApiKey(Model):
    """A key that has just been made."""

    sid: str = ""
    token: str = ""


@model
class User(Model):
    """Somebody who may log in. ``scope`` is admin, service_provider or account."""

    user_sid: str = ""
    name: str = ""
    email: str | None = None
    scope: str | None = None
    is_active: bool | None = None
    is_view_only: bool | None = None
    force_change: bool | None = None
    account_sid: str | None = None
    account_name: str | None = None
    service_provider_sid: str | None = None
    service_provider_name: str | None = None


@model
class Device(Model):
    """A SIP device. ``password`` comes masked: do not send it back, it would be stored as the new one."""

    client_sid: str = ""
    account_sid: str | None = None
    username: str = ""
    password: str | None = None
    is_active: bool | None = None
    allow_direct_app_calling: bool | None = None
    allow_direct_queue_calling: bool | None = None
    allow_direct_user_calling: bool | None = None


@model
class Lcr(Model):
    """A least cost routing."""

    lcr_sid: str = ""
    name: str | None = None
    is_active: bool | None = None
    default_carrier_set_entry_sid: str | None = None
    service_provider_sid: str | None = None
    account_sid: str | None = None
    number_routes: int | None = None


@model
class LcrCarrierSetEntry(Model):
    """A carrier of a route."""

    lcr_carrier_set_entry_sid: str = ""
    lcr_route_sid: str | None = None
    voip_carrier_sid: str | None = None
    workload: int | None = None
    priority: int | None = None


@model
class LcrRoute(Model):
    """The carriers for numbers that match ``regex``. Lower ``priority`` is tried first."""

    lcr_route_sid: str = ""
    lcr_sid: str | None = None
    regex: str = ""
    description: str | None = None
    priority: int | None = None
    lcr_carrier_set_entries: tuple[LcrCarrierSetEntry, ...] | None = None


@model
class SentMessage(Model):
    """A message that a feature server has taken."""

    sid: str = ""
    carrier_response: Any = wired("carrierResponse", default=None)


@model
class ConferenceRoom(Model):
    """A conference with those who are in it (newer servers than 0.9)."""

    name: str = ""
    duration: int | None = None
    members: tuple[Mapping[str, Any], ...] = ()


@model
class ListenFork(Model):
    """A stream of a conference's audio (newer servers than 0.9)."""

    bot_member_id: int | None = wired("botMemberId", default=None)
    bot_id: str | None = wired("botId", default=None)


@model
class SystemInformation(Model):
    """Settings of the whole system."""

    domain_name: str | None = None
    sip_domain_name: str | None = None
    monitoring_domain_name: str | None = None
    private_network_cidr: str | None = None
    log_level: str | None = None


@model
class PasswordSettings(Model):
    """What passwords must have."""

    min_password_length: int | None = None
    require_digit: bool | None = None
    require_special_character: bool | None = None
