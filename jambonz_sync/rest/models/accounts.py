"""Applications, accounts, numbers, carriers, and what else is set up once and read often."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...model import Model, model, wired

__all__ = [
    "Account",
    "Application",
    "BucketTest",
    "Carrier",
    "EnvVar",
    "Hook",
    "Limit",
    "PhoneNumber",
    "PredefinedCarrier",
    "RegisteredUser",
    "Sbc",
    "ServiceProvider",
    "SipGateway",
    "Smpp",
    "SmppGateway",
    "TeamsTenant",
]


@model
class Hook(Model):
    """A webhook. A WebSocket application has a ``ws:`` or ``wss:`` url; the method is POST there too."""

    url: str = ""
    method: str = "POST"
    username: str | None = None
    password: str | None = None
    webhook_sid: str | None = None


@model
class Application(Model):
    """What a call runs. ``app_json`` is text that holds verbs, and then stands in for ``call_hook``."""

    application_sid: str = ""
    name: str = ""
    account_sid: str | None = None
    service_provider_sid: str | None = None
    call_hook: Hook | None = None
    call_status_hook: Hook | None = None
    messaging_hook: Hook | None = None
    app_json: str | None = None
    speech_synthesis_vendor: str | None = None
    speech_synthesis_language: str | None = None
    speech_synthesis_voice: str | None = None
    speech_synthesis_label: str | None = None
    speech_recognizer_vendor: str | None = None
    speech_recognizer_language: str | None = None
    speech_recognizer_label: str | None = None
    use_for_fallback_speech: bool | None = None
    record_all_calls: bool | None = None
    env_vars: Mapping[str, Any] | None = None
    created_at: str | None = None


@model
class EnvVar(Model):
    """A variable that an application declares: ``type`` is string, number or boolean; ``obscure`` means secret."""

    type: str = "string"
    description: str = ""
    required: bool | None = None
    default: Any = None
    enum: tuple[Any, ...] | None = None
    obscure: bool | None = None


@model
class Account(Model):
    """An account. ``webhook_secret`` signs its webhooks."""

    account_sid: str = ""
    name: str = ""
    service_provider_sid: str | None = None
    sip_realm: str | None = None
    registration_hook: Hook | None = None
    queue_event_hook: Hook | None = None
    device_calling_application_sid: str | None = None
    is_active: bool | None = None
    webhook_secret: str | None = None
    disable_cdrs: bool | None = None
    record_all_calls: bool | None = None
    record_format: str | None = None
    bucket_credential: Mapping[str, Any] | None = None
    enable_debug_log: bool | None = None
    device_to_call_ratio: int | None = None
    plan_type: str | None = None
    created_at: str | None = None
    trial_end_date: str | None = None
    deactivated_reason: str | None = None


@model
class RegisteredUser(Model):
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


@model
class BucketTest(Model):
    """``status`` is ok or failed, with a ``reason``."""

    status: str = ""
    reason: str | None = None

    @property
    def ok(self) -> bool:
        """Whether the bucket could be used."""
        return self.status == "ok"


@model
class Limit(Model):
    """One limit: ``quantity`` of a category."""

    category: str = ""
    quantity: int = 0
    account_sid: str | None = None
    service_provider_sid: str | None = None
    account_limits_sid: str | None = None
    service_provider_limits_sid: str | None = None


@model
class PhoneNumber(Model):
    """A number, stored without its plus."""

    phone_number_sid: str = ""
    number: str = ""
    voip_carrier_sid: str | None = None
    account_sid: str | None = None
    application_sid: str | None = None
    service_provider_sid: str | None = None


@model
class _Trunk(Model):
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


@model
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
    created_at: str | None = None


@model
class PredefinedCarrier(_Trunk):
    """A template of a well-known carrier."""

    predefined_carrier_sid: str = ""


@model
class SipGateway(Model):
    """An address of a carrier. ``ipv4`` may be a host name, despite its name."""

    sip_gateway_sid: str = ""
    voip_carrier_sid: str | None = None
    ipv4: str = ""
    port: int | None = None
    netmask: int | None = None
    inbound: bool | None = None
    outbound: bool | None = None
    protocol: str | None = None
    is_active: bool | None = None
    send_options_ping: bool | None = None
    use_sips_scheme: bool | None = None
    pad_crypto: bool | None = None
    remove_ice: bool | None = None
    dtls_off: bool | None = None


@model
class SmppGateway(Model):
    """An address of a carrier for SMS."""

    smpp_gateway_sid: str = ""
    voip_carrier_sid: str | None = None
    ipv4: str = ""
    port: int | None = None
    netmask: int | None = None
    inbound: bool | None = None
    outbound: bool | None = None
    is_primary: bool | None = None
    use_tls: bool | None = None


@model
class Sbc(Model):
    """An address of this system for SIP, to give to carriers."""

    sbc_address_sid: str = ""
    ipv4: str = ""
    port: int | None = None
    tls_port: int | None = None
    wss_port: int | None = None
    service_provider_sid: str | None = None
    last_updated: str | None = None


@model
class Smpp(Model):
    """An address of this system for SMS, to give to carriers."""

    smpp_address_sid: str = ""
    ipv4: str = ""
    port: int | None = None
    use_tls: bool | None = None
    is_primary: bool | None = None
    service_provider_sid: str | None = None


@model
class ServiceProvider(Model):
    """A service provider, which has accounts."""

    service_provider_sid: str = ""
    name: str = ""
    description: str | None = None
    root_domain: str | None = None
    ms_teams_fqdn: str | None = None
    registration_hook: Hook | None = None


@model
class TeamsTenant(Model):
    """A tenant of Microsoft Teams."""

    ms_teams_tenant_sid: str = ""
    service_provider_sid: str | None = None
    account_sid: str | None = None
    application_sid: str | None = None
    tenant_fqdn: str = ""
