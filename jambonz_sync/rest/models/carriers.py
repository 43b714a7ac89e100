"""Carriers (SIP trunks) and their templates."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ...model.stored import StoredModel, stored_model

__all__ = ["Carrier", "PredefinedCarrier"]


@stored_model
class _Trunk(StoredModel):
    name: str = ""
    requires_static_ip: bool | None = None
    e164_leading_plus: bool | None = None
    requires_register: bool | None = None
    register_username: str | None = None
    register_password: str | None = None
    register_sip_realm: str | None = None
    tech_prefix: str | None = None
    inbound_auth_username: str | None = None
    inbound_auth_password: str | None = None
    diversion: str | None = None
    trunk_type: str | None = None


@stored_model
class Carrier(_Trunk):
    """A SIP trunk. One without ``account_sid`` is shared by the service provider's accounts."""

    voip_carrier_sid: str = ""
    description: str | None = None
    account_sid: str | None = None
    service_provider_sid: str | None = None
    application_sid: str | None = None
    register_from_user: str | None = None
    register_from_domain: str | None = None
    register_public_ip_in_contact: bool | None = None
    register_status: Any = None
    is_active: bool | None = None
    dtmf_type: str | None = None
    outbound_sip_proxy: str | None = None
    smpp_system_id: str | None = None
    smpp_password: str | None = None
    smpp_enquire_link_interval: int | None = None
    smpp_inbound_system_id: str | None = None
    smpp_inbound_password: str | None = None
    created_at: datetime | None = None


@stored_model
class PredefinedCarrier(_Trunk):
    """A template of a well-known carrier."""

    predefined_carrier_sid: str = ""
