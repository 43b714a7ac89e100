"""Addresses: of carriers, and of this system."""

from __future__ import annotations

from datetime import datetime

from ...model.stored import StoredModel, stored_model

__all__ = ["Sbc", "SipGateway", "Smpp", "SmppGateway"]


@stored_model
class Sbc(StoredModel):
    """An address of this system for SIP, to give to carriers."""

    sbc_address_sid: str = ""
    ipv4: str = ""
    port: int | None = None
    tls_port: int | None = None
    wss_port: int | None = None
    service_provider_sid: str | None = None
    last_updated: datetime | None = None


@stored_model
class SipGateway(StoredModel):
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


@stored_model
class Smpp(StoredModel):
    """An address of this system for SMS, to give to carriers."""

    smpp_address_sid: str = ""
    ipv4: str = ""
    port: int | None = None
    use_tls: bool | None = None
    is_primary: bool | None = None
    service_provider_sid: str | None = None


@stored_model
class SmppGateway(StoredModel):
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
