"""Addresses: of carriers, and of this system."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from ..checks import one_of, sid
from ..http.errors import InvalidRequest
from ..resource import Fields, Resource, split_options

if TYPE_CHECKING:
    from typing import Unpack

    from ..http.paging import Listing
    from ..models.accounts import Sbc, SipGateway, Smpp, SmppGateway
    from ..resource import Options

__all__ = ["Sbcs", "SipGatewayFields", "SipGateways", "SmppGatewayFields", "SmppGateways"]


class SipGatewayFields(Fields, total=False):
    """The optional fields of a SIP gateway."""

    port: int | None
    netmask: int
    protocol: Literal["udp", "tcp", "tls", "tls/srtp"]
    is_active: bool
    send_options_ping: bool
    use_sips_scheme: bool
    pad_crypto: bool
    remove_ice: bool
    dtls_off: bool


class SipGatewayChanges(SipGatewayFields, total=False):
    """What can be changed of a SIP gateway."""

    ipv4: str
    inbound: bool
    outbound: bool


class SmppGatewayFields(Fields, total=False):
    """The optional fields of an SMPP gateway."""

    port: int | None
    netmask: int
    inbound: bool
    outbound: bool
    is_primary: bool
    use_tls: bool


class SmppGatewayChanges(SmppGatewayFields, total=False):
    """What can be changed of an SMPP gateway."""

    ipv4: str


class SipGateways(Resource):
    """``client.sip_gateways``."""

    def create(
        self, *, voip_carrier_sid: str, ipv4: str, inbound: bool, outbound: bool, **fields: Unpack[SipGatewayFields]
    ) -> str:
        """Add an address to a carrier and return its sid. ``ipv4`` may be a host name, unless ``inbound``.

        ``inbound`` and ``outbound`` must both be said: the server answers 500 where one is missing.
        """
        body, options = split_options(dict(fields), SipGatewayFields)
        given = {"voip_carrier_sid": sid(voip_carrier_sid, "voip_carrier_sid"), "ipv4": ipv4}
        body = _checked({**given, "inbound": inbound, "outbound": outbound, **body})
        if not inbound and body.get("netmask", 32) != 32:
            raise InvalidRequest("the netmask of a gateway that is only outbound is 32", field="netmask")
        return self._create("/SipGateways", body, **options)

    def list(self, voip_carrier_sid: str, **options: Unpack[Options]) -> Listing[SipGateway]:
        """The addresses of a carrier, which has to be named."""
        from ..models.accounts import SipGateway

        query = {"voip_carrier_sid": sid(voip_carrier_sid, "voip_carrier_sid")}
        return self._list(SipGateway, "/SipGateways", query, **options)

    def get(self, sip_gateway_sid: str, **options: Unpack[Options]) -> SipGateway:
        """One gateway."""
        from ..models.accounts import SipGateway

        return self._get(SipGateway, self._path(sip_gateway_sid), **options)

    def update(self, sip_gateway_sid: str, **fields: Unpack[SipGatewayChanges]) -> None:
        """Change what is given; ``inbound=True`` needs ``ipv4`` beside it. BadRequest if there is no such gateway."""
        body, options = split_options(dict(fields), SipGatewayChanges)
        if body.get("inbound") and not body.get("ipv4"):
            raise InvalidRequest("inbound=True needs ipv4 beside it", field="ipv4")
        self._change(self._path(sip_gateway_sid), _checked(body), **options)

    def delete(self, sip_gateway_sid: str, **options: Unpack[Options]) -> None:
        """Take a gateway away. BadRequest if there is none."""
        self._remove(self._path(sip_gateway_sid), **options)

    @staticmethod
    def _path(sip_gateway_sid: str) -> str:
        return f"/SipGateways/{sid(sip_gateway_sid, 'sip_gateway_sid')}"


class SmppGateways(Resource):
    """``client.smpp_gateways``. An account's key reaches those of carriers that were made with it at ``/VoipCarriers``
    (as ``client.carriers`` does); others are Forbidden."""

    def create(self, *, voip_carrier_sid: str, ipv4: str, **fields: Unpack[SmppGatewayFields]) -> str:
        """Add an address for SMS to a carrier and return its sid."""
        body, options = split_options(dict(fields), SmppGatewayFields)
        given = {"voip_carrier_sid": sid(voip_carrier_sid, "voip_carrier_sid"), "ipv4": ipv4}
        return self._create("/SmppGateways", {**given, **body}, **options)

    def list(self, voip_carrier_sid: str, **options: Unpack[Options]) -> Listing[SmppGateway]:
        """The addresses of a carrier, which has to be named."""
        from ..models.accounts import SmppGateway

        query = {"voip_carrier_sid": sid(voip_carrier_sid, "voip_carrier_sid")}
        return self._list(SmppGateway, "/SmppGateways", query, **options)

    def get(self, smpp_gateway_sid: str, **options: Unpack[Options]) -> SmppGateway:
        """One gateway."""
        from ..models.accounts import SmppGateway

        return self._get(SmppGateway, self._path(smpp_gateway_sid), **options)

    def update(self, smpp_gateway_sid: str, **fields: Unpack[SmppGatewayChanges]) -> None:
        """Change what is given."""
        body, options = split_options(dict(fields), SmppGatewayChanges)
        self._change(self._path(smpp_gateway_sid), body, **options)

    def delete(self, smpp_gateway_sid: str, **options: Unpack[Options]) -> None:
        """Take a gateway away."""
        self._remove(self._path(smpp_gateway_sid), **options)

    @staticmethod
    def _path(smpp_gateway_sid: str) -> str:
        return f"/SmppGateways/{sid(smpp_gateway_sid, 'smpp_gateway_sid')}"


class Sbcs(Resource):
    """``client.sbcs``."""

    def list(self, **options: Unpack[Options]) -> Listing[Sbc]:
        """The addresses to give to carriers."""
        from ..models.accounts import Sbc

        return self._list(Sbc, "/Sbcs", **options)

    def smpps(self, **options: Unpack[Options]) -> Listing[Smpp]:
        """The addresses to give to carriers for SMS: of the service provider, if the client knows one."""
        from ..models.accounts import Smpp

        known = self._client.has_service_provider
        query = {"service_provider_sid": self._client.service_provider_sid} if known else None
        return self._list(Smpp, "/Smpps", query, **options)

    def create(self, *, ipv4: str, port: int | None = None, **options: Unpack[Options]) -> str:
        """Add an address and return its sid. For admins; an account's key gets a ServerError."""
        body = {"ipv4": ipv4} if port is None else {"ipv4": ipv4, "port": port}
        return self._create("/Sbcs", body, **options)

    def delete(self, sbc_address_sid: str, **options: Unpack[Options]) -> None:
        """Take an address away. For admins."""
        self._remove(f"/Sbcs/{sid(sbc_address_sid, 'sbc_address_sid')}", **options)


def _checked(body: dict[str, Any]) -> dict[str, Any]:
    if "protocol" in body:
        one_of(body["protocol"], ("udp", "tcp", "tls", "tls/srtp"), "protocol")
    return body
