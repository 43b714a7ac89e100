"""Addresses of this system for SMS."""

from __future__ import annotations

from typing import Unpack

from .. import models
from ..checks import fitting, sid
from ..http.paging import Listing
from ..resource import Fields, Resource, checked_body

__all__ = ["SmppFields", "Smpps"]


class SmppFields(Fields, total=False):
    """The optional fields of an address for SMS.

    Args:
        port: Default: 5060, which is that of SIP; 2775 is usual for SMPP.
        use_tls: Default: no.
        is_primary: True if it is to be tried first. Default: yes.
        service_provider_sid: The service provider that it is for. Default: that of the client; shared by all where it
            has none.
    """

    port: int
    use_tls: bool
    is_primary: bool
    service_provider_sid: str


class Smpps(Resource):
    """``client.smpps``: of the service provider, if the client knows one; the shared ones, if it knows none.

    They are meant for admins to change. The server does not check that: any key can.

    Endpoints:
        list: GET /Smpps
        create: POST /Smpps
        delete: DELETE /Smpps/{smpp_address_sid}
    """

    def list(self) -> Listing[models.Smpp]:
        """List the addresses to give to carriers for SMS.

        Returns:
            The addresses.
        """
        return self._list(models.Smpp, "/Smpps", {"service_provider_sid": self._scope.service_provider_sid})

    def create(self, *, ipv4: str, **fields: Unpack[SmppFields]) -> str:
        """Add an address.

        Args:
            ipv4: The address.
            fields: Those of :class:`SmppFields`.
        Returns:
            The sid of the address.
        Example:
            >>> client.smpps.create(ipv4="203.0.113.7", port=2775)
        """
        body = {"ipv4": fitting(ipv4, 255, "ipv4"), **checked_body(fields, SmppFields)}
        if "service_provider_sid" not in body and self._scope.service_provider_sid is not None:
            body["service_provider_sid"] = self._scope.service_provider_sid
        return self._create("/Smpps", body)

    def delete(self, smpp_address_sid: str) -> None:
        """Delete an address.

        Args:
            smpp_address_sid: The address.
        Raises:
            NotFound: There is none.
        """
        self._remove(f"/Smpps/{sid(smpp_address_sid, 'smpp_address_sid')}")
