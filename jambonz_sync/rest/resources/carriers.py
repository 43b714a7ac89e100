"""Carriers (SIP trunks) and their templates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from ..checks import one_of, sid
from ..http.errors import InvalidRequest
from ..resource import Fields, Resource, split_options

if TYPE_CHECKING:
    from typing import Unpack

    from ..http.paging import Listing
    from ..models.accounts import Carrier, PredefinedCarrier
    from ..resource import Options

__all__ = ["CarrierFields", "Carriers", "PredefinedCarriers"]


class CarrierFields(Fields, total=False):
    """The optional fields of a carrier. The server's own model names ``sip_proxy``, too, which it has no column for."""

    description: str | None
    account_sid: str
    application_sid: str | None
    e164_leading_plus: bool
    requires_register: bool
    register_username: str | None
    register_password: str | None
    register_sip_realm: str | None
    register_from_user: str | None
    register_from_domain: str | None
    register_public_ip_in_contact: bool
    tech_prefix: str | None
    inbound_auth_username: str | None
    inbound_auth_password: str | None
    diversion: str | None
    is_active: bool
    smpp_system_id: str | None
    smpp_password: str | None
    smpp_enquire_link_interval: int
    smpp_inbound_system_id: str | None
    smpp_inbound_password: str | None
    dtmf_type: Literal["rfc2833", "tones", "info"]
    outbound_sip_proxy: str | None
    trunk_type: Literal["static_ip", "auth", "reg"]


class CarrierChanges(CarrierFields, total=False):
    """What can be changed of a carrier."""

    name: str


class Carriers(Resource):
    """``client.carriers``: of the account, or of the service provider where the client has no account.

    An account's carriers are made and found at ``/VoipCarriers`` rather than below the account, for only what
    is made there can have SMPP gateways.
    """

    def create(self, *, name: str, **fields: Unpack[CarrierFields]) -> str:
        """Make a carrier and return its sid. Gateways come after, with ``client.sip_gateways``."""
        body, options = split_options(dict(fields), CarrierFields)
        body = _checked({"name": name, **body})
        if body.get("requires_register") and not (body.get("register_username") and body.get("register_password")):
            raise InvalidRequest(
                "a carrier that requires_register needs register_username and register_password",
                field="register_username",
            )
        if not self._client.has_account and self._client.has_service_provider:
            return self._create(f"{self._scope()}/VoipCarriers", body, **options)
        return self._create("/VoipCarriers", self._owned(body), **options)

    def list(
        self, *, name: str | None = None, page_size: int = 100, limit: int | None = None, **options: Unpack[Options]
    ) -> Listing[Carrier]:
        """The carriers; ``name`` is a part of theirs. An account sees the shared ones of its service provider, too."""
        from ..models.accounts import Carrier

        below_provider = not self._client.has_account and self._client.has_service_provider
        path = f"{self._scope()}/VoipCarriers" if below_provider else "/VoipCarriers"
        return self._list(
            Carrier, path, {"name": name}, size_name="page_size", page_size=page_size, limit=limit, **options
        )

    def get(self, voip_carrier_sid: str, **options: Unpack[Options]) -> Carrier:
        """One carrier. BadRequest, not Forbidden, if it is another's or a shared one."""
        from ..models.accounts import Carrier

        return self._get(Carrier, _path(voip_carrier_sid), **options)

    def update(self, voip_carrier_sid: str, **fields: Unpack[CarrierChanges]) -> None:
        """Change what is given. Conflict if it is another's or a shared one; ServerError if there is none."""
        body, options = split_options(dict(fields), CarrierChanges)
        self._change(_path(voip_carrier_sid), _checked(body), **options)

    def delete(self, voip_carrier_sid: str, **options: Unpack[Options]) -> None:
        """Delete a carrier and its gateways. Conflict while it has numbers."""
        self._remove(_path(voip_carrier_sid), **options)


class PredefinedCarriers(Resource):
    """``client.predefined_carriers``."""

    def list(self, **options: Unpack[Options]) -> Listing[PredefinedCarrier]:
        """The templates."""
        from ..models.accounts import PredefinedCarrier

        return self._list(PredefinedCarrier, "/PredefinedCarriers", **options)

    def add(self, predefined_carrier_sid: str, **options: Unpack[Options]) -> str:
        """Make a carrier, with its gateways, from a template, and return its sid."""
        template = sid(predefined_carrier_sid, "predefined_carrier_sid")
        return self._create(f"{self._scope()}/PredefinedCarriers/{template}", {}, **options)


def _path(voip_carrier_sid: str) -> str:
    return f"/VoipCarriers/{sid(voip_carrier_sid, 'voip_carrier_sid')}"


def _checked(body: dict[str, Any]) -> dict[str, Any]:
    known: Mapping[str, tuple[str, ...]] = {
        "dtmf_type": ("rfc2833", "tones", "info"),
        "trunk_type": ("static_ip", "auth", "reg"),
    }
    for name, values in known.items():
        if name in body:
            one_of(body[name], values, name)  # another one is a 500
    if body.get("register_sip_realm") == "":
        raise InvalidRequest("register_sip_realm is None where there is none, not empty", field="register_sip_realm")
    return body
