"""Addresses: of carriers, and of this system."""

from __future__ import annotations

from typing import Literal, Unpack

from .. import models
from ..checks import Text128, fitting, sid
from ..http.errors import InvalidRequest
from ..http.paging import Listing
from ..resource import Fields, Resource, checked_body

__all__ = [
    "Sbcs",
    "SipGatewayChanges",
    "SipGatewayFields",
    "SipGateways",
    "SmppGatewayChanges",
    "SmppGatewayFields",
    "SmppGateways",
]


class SipGatewayFields(Fields, total=False):
    """The optional fields of a SIP gateway.

    Args:
        port: None is the default of the protocol.
        netmask: Bits of the address that count, 32 by default; of a gateway that is only outbound it is 32.
        protocol: Default: udp.
        is_active: True if calls go by it. Default: yes.
        send_options_ping: Ask it for signs of life. Default: no, as for the next four.
        use_sips_scheme: Call it by sips urls.
        pad_crypto: Pad the keys of SRTP.
        remove_ice: Offer no ICE.
        dtls_off: Offer no DTLS.
    """

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
    """The fields of a SIP gateway that can be changed.

    Args:
        ipv4: The address; a host name, too, unless ``inbound``.
        inbound: True if calls come from it. True needs ``ipv4`` beside it.
        outbound: True if calls go to it.
    """

    ipv4: Text128
    inbound: bool
    outbound: bool


class SmppGatewayFields(Fields, total=False):
    """The optional fields of an SMPP gateway.

    Args:
        port: Default: 2775.
        netmask: Default: 32.
        inbound: True if SMS come from it. Default: no.
        outbound: True if SMS go to it. Default: yes.
        is_primary: True if it is tried first. Default: yes.
        use_tls: Default: no.
    """

    port: int | None
    netmask: int
    inbound: bool
    outbound: bool
    is_primary: bool
    use_tls: bool


class SmppGatewayChanges(SmppGatewayFields, total=False):
    """The fields of an SMPP gateway that can be changed.

    Args:
        ipv4: The address.
    """

    ipv4: Text128


class _Gateways(Resource):
    def _claim_carrier(self, voip_carrier_sid: str) -> None:
        self._claim(models.Carrier, f"/VoipCarriers/{voip_carrier_sid}")

    def _claim_gateway(self, kind: type[models.SipGateway] | type[models.SmppGateway], path: str) -> None:
        """Claim the carrier of a gateway."""
        if self._scope.is_for_one_account:
            carrier = self._get(kind, path).voip_carrier_sid
            self._claim_carrier(sid(carrier or "", "voip_carrier_sid"))


class SipGateways(_Gateways):
    """``client.sip_gateways``.

    Endpoints:
        create: POST /SipGateways
        list: GET /SipGateways
        get: GET /SipGateways/{sip_gateway_sid}
        update: PUT /SipGateways/{sip_gateway_sid}
        delete: DELETE /SipGateways/{sip_gateway_sid}
    """

    def create(
        self, *, voip_carrier_sid: str, ipv4: str, inbound: bool, outbound: bool, **fields: Unpack[SipGatewayFields]
    ) -> str:
        """Add an address to a carrier.

        Args:
            voip_carrier_sid: The carrier.
            ipv4: The address; a host name, too, unless ``inbound``.
            inbound: True if calls come from it. Both must be said: the server answers 500 where one is missing.
            outbound: True if calls go to it.
            fields: Those of :class:`SipGatewayFields`.
        Returns:
            The sid of the gateway.
        Raises:
            Forbidden: The carrier is another's.
        Example:
            >>> client.sip_gateways.create(
            ...     voip_carrier_sid=carrier_sid, ipv4="203.0.113.7", inbound=True, outbound=True, protocol="tls"
            ... )
        """
        body = {
            "voip_carrier_sid": sid(voip_carrier_sid, "voip_carrier_sid"),
            **checked_body({"ipv4": ipv4, "inbound": inbound, "outbound": outbound, **fields}, SipGatewayChanges),
        }
        if not inbound and body.get("netmask", 32) != 32:
            raise InvalidRequest("the netmask of a gateway that is only outbound is 32", field="netmask")
        self._claim_carrier(body["voip_carrier_sid"])
        return self._create("/SipGateways", body)

    def list(self, voip_carrier_sid: str) -> Listing[models.SipGateway]:
        """List the addresses of a carrier.

        Args:
            voip_carrier_sid: The carrier.
        Returns:
            The gateways.
        """
        query = {"voip_carrier_sid": sid(voip_carrier_sid, "voip_carrier_sid")}
        return self._list(models.SipGateway, "/SipGateways", query)

    def get(self, sip_gateway_sid: str) -> models.SipGateway:
        """Fetch a gateway.

        Args:
            sip_gateway_sid: The gateway.
        Returns:
            The gateway.
        """
        return self._get(models.SipGateway, self._path(sip_gateway_sid))

    def update(self, sip_gateway_sid: str, **fields: Unpack[SipGatewayChanges]) -> None:
        """Change what is given of a gateway, and only that.

        Args:
            sip_gateway_sid: The gateway.
            fields: Those of :class:`SipGatewayChanges`.
        Raises:
            BadRequest: There is no such gateway.
        Example:
            >>> client.sip_gateways.update(sip_gateway_sid, send_options_ping=True)
        """
        body = checked_body(fields, SipGatewayChanges)
        if body.get("inbound") and not body.get("ipv4"):
            raise InvalidRequest("inbound=True needs ipv4 beside it", field="ipv4")
        if body:
            self._claim_gateway(models.SipGateway, self._path(sip_gateway_sid))
        self._change(self._path(sip_gateway_sid), body)

    def delete(self, sip_gateway_sid: str) -> None:
        """Delete a gateway.

        Args:
            sip_gateway_sid: The gateway.
        Raises:
            BadRequest: There is none.
        """
        self._claim_gateway(models.SipGateway, self._path(sip_gateway_sid))
        self._remove(self._path(sip_gateway_sid))

    @staticmethod
    def _path(sip_gateway_sid: str) -> str:
        return f"/SipGateways/{sid(sip_gateway_sid, 'sip_gateway_sid')}"


class SmppGateways(_Gateways):
    """``client.smpp_gateways``.

    An account's key reaches those of carriers that were made with it at ``/VoipCarriers`` (as ``client.carriers``
    does); others are Forbidden.

    Endpoints:
        create: POST /SmppGateways
        list: GET /SmppGateways
        get: GET /SmppGateways/{smpp_gateway_sid}
        update: PUT /SmppGateways/{smpp_gateway_sid} - run: 500 where the server has db-helpers 0.9.25, else it works
        delete: DELETE /SmppGateways/{smpp_gateway_sid} - run: 500 where the server has db-helpers 0.9.25, else it works
    """

    def create(self, *, voip_carrier_sid: str, ipv4: str, **fields: Unpack[SmppGatewayFields]) -> str:
        """Add an address for SMS to a carrier.

        Args:
            voip_carrier_sid: The carrier.
            ipv4: The address.
            fields: Those of :class:`SmppGatewayFields`.
        Returns:
            The sid of the gateway.
        Example:
            >>> client.smpp_gateways.create(voip_carrier_sid=carrier_sid, ipv4="203.0.113.7", use_tls=True)
        """
        body = {
            "voip_carrier_sid": sid(voip_carrier_sid, "voip_carrier_sid"),
            **checked_body({"ipv4": ipv4, **fields}, SmppGatewayChanges),
        }
        self._claim_carrier(body["voip_carrier_sid"])
        return self._create("/SmppGateways", body)

    def list(self, voip_carrier_sid: str) -> Listing[models.SmppGateway]:
        """List the addresses of a carrier for SMS.

        Args:
            voip_carrier_sid: The carrier.
        Returns:
            The gateways.
        """
        query = {"voip_carrier_sid": sid(voip_carrier_sid, "voip_carrier_sid")}
        return self._list(models.SmppGateway, "/SmppGateways", query)

    def get(self, smpp_gateway_sid: str) -> models.SmppGateway:
        """Fetch a gateway.

        Args:
            smpp_gateway_sid: The gateway.
        Returns:
            The gateway.
        """
        return self._get(models.SmppGateway, self._path(smpp_gateway_sid))

    def update(self, smpp_gateway_sid: str, **fields: Unpack[SmppGatewayChanges]) -> None:
        """Change what is given of a gateway, and only that.

        Args:
            smpp_gateway_sid: The gateway.
            fields: Those of :class:`SmppGatewayChanges`.
        Example:
            >>> client.smpp_gateways.update(smpp_gateway_sid, is_primary=False)
        """
        body = checked_body(fields, SmppGatewayChanges)
        if body:
            self._claim_gateway(models.SmppGateway, self._path(smpp_gateway_sid))
        self._change(self._path(smpp_gateway_sid), body)

    def delete(self, smpp_gateway_sid: str) -> None:
        """Delete a gateway.

        Args:
            smpp_gateway_sid: The gateway.
        """
        self._claim_gateway(models.SmppGateway, self._path(smpp_gateway_sid))
        self._remove(self._path(smpp_gateway_sid))

    @staticmethod
    def _path(smpp_gateway_sid: str) -> str:
        return f"/SmppGateways/{sid(smpp_gateway_sid, 'smpp_gateway_sid')}"


class Sbcs(Resource):
    """``client.sbcs``.

    Endpoints:
        list: GET /Sbcs
        create: POST /Sbcs - for admins
        delete: DELETE /Sbcs/{sbc_address_sid} - for admins
    """

    def list(self) -> Listing[models.Sbc]:
        """List the addresses of this system, to give to carriers.

        Returns:
            The addresses.
        """
        return self._list(models.Sbc, "/Sbcs")

    def create(self, *, ipv4: str, port: int | None = None) -> str:
        """Add an address. For admins.

        Args:
            ipv4: The address.
            port: None is the default of the server.
        Returns:
            The sid of the address.
        Raises:
            ServerError: The key is an account's.
        Example:
            >>> client.sbcs.create(ipv4="203.0.113.7", port=5060)
        """
        fitting(ipv4, 255, "ipv4")
        return self._create("/Sbcs", {"ipv4": ipv4} if port is None else {"ipv4": ipv4, "port": port})

    def delete(self, sbc_address_sid: str) -> None:
        """Delete an address. For admins.

        Args:
            sbc_address_sid: The address.
        """
        self._remove(f"/Sbcs/{sid(sbc_address_sid, 'sbc_address_sid')}")
