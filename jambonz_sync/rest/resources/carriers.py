"""Carriers (SIP trunks) and their templates."""

from __future__ import annotations

from typing import Any, Literal, Unpack

from .. import models
from ..checks import Text16, Text32, Text64, Text128, Text255, sid
from ..http.errors import InvalidRequest
from ..http.paging import Listing
from ..key_owner import KeyAware
from ..resource import Fields, checked_body

__all__ = ["CarrierChanges", "CarrierFields", "Carriers", "PredefinedCarriers"]


class CarrierFields(Fields, total=False):
    """The optional fields of a carrier. The server's own model names ``sip_proxy``, too, which it has no column for.

    Args:
        description: For people.
        account_sid: The account that it belongs to. Default: that of the client.
        service_provider_sid: The service provider of the account, which is found where it is needed.
        application_sid: The application of calls that come in by it to numbers without one.
        e164_leading_plus: Put a plus before the numbers that it is given.
        requires_register: Register with the carrier, with the six fields that begin with ``register_``. Username and
            password are needed then, the first without blanks; realms are a domain or an IPv4 address, None if none.
        register_public_ip_in_contact: Register with the public address.
        tech_prefix: Up to 16 characters, put before the numbers that it is given.
        inbound_auth_username: Credentials that the carrier has to show, with ``inbound_auth_password``.
        diversion: Up to 32 characters for the Diversion header.
        is_active: True if calls go by it.
        smpp_system_id: SMS: the login at the carrier, with ``smpp_password``.
        smpp_enquire_link_interval: SMS: the time between signs of life, as the server counts it.
        smpp_inbound_system_id: SMS: the login of the carrier, with ``smpp_inbound_password``.
        dtmf_type: The way in which digits are sent.
        outbound_sip_proxy: Where calls go first.
        trunk_type: The carrier knows its customer by address, by credentials, or by registration.
    """

    description: Text255 | None
    account_sid: str
    service_provider_sid: str
    application_sid: str | None
    e164_leading_plus: bool
    requires_register: bool
    register_username: Text64 | None
    register_password: Text64 | None
    register_sip_realm: Text64 | None
    register_from_user: Text128 | None
    register_from_domain: Text255 | None
    register_public_ip_in_contact: bool
    tech_prefix: Text16 | None
    inbound_auth_username: Text64 | None
    inbound_auth_password: Text64 | None
    diversion: Text32 | None
    is_active: bool
    smpp_system_id: Text255 | None
    smpp_password: Text64 | None
    smpp_enquire_link_interval: int
    smpp_inbound_system_id: Text255 | None
    smpp_inbound_password: Text64 | None
    dtmf_type: Literal["rfc2833", "tones", "info"]
    outbound_sip_proxy: Text255 | None
    trunk_type: Literal["static_ip", "auth", "reg"]


class CarrierChanges(CarrierFields, total=False):
    """The fields of a carrier that can be changed.

    Args:
        name: Up to 64 characters.
    """

    name: Text64


class _Owned(KeyAware):
    def _provider_of(self, account_sid: str) -> str | None:
        """Find the service provider that a carrier of an account has to name, None with the account's own key."""
        if self._key.kind == "account":
            return None
        if self._key.service_provider_sid is not None:
            return self._key.service_provider_sid
        return self._get(models.Account, f"/Accounts/{sid(account_sid, 'account_sid')}").service_provider_sid


class Carriers(_Owned):
    """``client.carriers``: of the account, or of the service provider where the client has no account.

    An account's carriers are made and found at ``/VoipCarriers`` rather than below the account, for only what
    is made there can have SMPP gateways.

    Endpoints:
        create: POST /VoipCarriers
        list: GET /VoipCarriers
        get: GET /VoipCarriers/{voip_carrier_sid}
        update: PUT /VoipCarriers/{voip_carrier_sid}
        delete: DELETE /VoipCarriers/{voip_carrier_sid}
    """

    def create(self, *, name: str, **fields: Unpack[CarrierFields]) -> str:
        """Make a carrier. Its addresses come after, with ``client.sip_gateways``.

        One that is made for an account with the key of its service provider or of an admin has to name the service
        provider, or nobody reaches it afterwards; with the key of the account itself it must not. So the first
        carrier that a client makes takes up to four requests more, which ask whose key it is.

        Args:
            name: Up to 64 characters.
            fields: Those of :class:`CarrierFields`.
        Returns:
            The sid of the carrier.
        Example:
            >>> carrier_sid = client.carriers.create(name="Twilio", e164_leading_plus=True)
            >>> client.sip_gateways.create(
            ...     voip_carrier_sid=carrier_sid, ipv4="acme.pstn.twilio.com", inbound=False, outbound=True
            ... )
        """
        body = _checked(checked_body({"name": name, **fields}, CarrierChanges))
        if body.get("requires_register") and not (body.get("register_username") and body.get("register_password")):
            raise InvalidRequest(
                "a carrier that requires_register needs register_username and register_password",
                field="register_username",
            )
        if self._scope.is_provider:
            return self._create(self._all(), body)
        account = self._owned(body).get("account_sid")
        if account and "service_provider_sid" not in body and (provider := self._provider_of(account)):
            body["service_provider_sid"] = provider
        return self._create(self._all(), body)

    def list(
        self, *, name: str | None = None, page_size: int = 100, limit: int | None = None
    ) -> Listing[models.Carrier]:
        """List the carriers of the account; without an account those of the service provider, or all for an admin.

        An account sees those that its service provider shares as well: their ``account_sid`` is None.

        Args:
            name: Only those with this in their name.
            page_size: Carriers to fetch at a time.
            limit: The most to list; None is all.
        Returns:
            The carriers.
        Example:
            >>> inactive = [carrier.name for carrier in client.carriers.list() if not carrier.is_active]
        """
        return self._list(
            models.Carrier,
            self._all(),
            {"name": name, "account_sid": self._scope.account_sid},
            size_name="page_size",
            page_size=page_size,
            limit=limit,
            keep=lambda item: self._is_own(item) or item.get("account_sid", "") is None,
        )

    def get(self, voip_carrier_sid: str) -> models.Carrier:
        """Fetch a carrier.

        Args:
            voip_carrier_sid: The carrier.
        Returns:
            The carrier.
        Raises:
            BadRequest: It is another's, or a shared one.
        """
        return self._get_own(models.Carrier, _path(voip_carrier_sid))

    def update(self, voip_carrier_sid: str, **fields: Unpack[CarrierChanges]) -> None:
        """Change what is given of a carrier, and only that.

        Args:
            voip_carrier_sid: The carrier.
            fields: Those of :class:`CarrierChanges`.
        Raises:
            Conflict: It is another's, or a shared one.
            ServerError: There is none.
        Example:
            >>> client.carriers.update(carrier_sid, is_active=False)
        """
        body = _checked(checked_body(fields, CarrierChanges))
        if body.get("application_sid") and self._scope.is_for_one_account:
            self._owned(body)  # the server answers 400 where a key of somebody else does not name the account
        self._update(models.Carrier, _path(voip_carrier_sid), body)

    def delete(self, voip_carrier_sid: str) -> None:
        """Delete a carrier and its gateways.

        Args:
            voip_carrier_sid: The carrier.
        Raises:
            Conflict: It has numbers.
        """
        self._claim(models.Carrier, _path(voip_carrier_sid))
        self._remove(_path(voip_carrier_sid))

    def _all(self) -> str:
        return f"{self._scope.path}/VoipCarriers" if self._scope.is_provider else "/VoipCarriers"


class PredefinedCarriers(_Owned):
    """``client.predefined_carriers``.

    Endpoints:
        list: GET /PredefinedCarriers
        add: POST {scope}/PredefinedCarriers/{predefined_carrier_sid}
    """

    def list(self) -> Listing[models.PredefinedCarrier]:
        """List the templates of well-known carriers.

        Returns:
            The templates.
        """
        return self._list(models.PredefinedCarrier, "/PredefinedCarriers")

    def add(self, predefined_carrier_sid: str) -> str:
        """Make a carrier, with its gateways, from a template.

        With a service provider's or an admin's key the server makes it for the service provider, which shares it with
        all accounts; it is handed to the client's account right after. If that fails, it stays as it is.

        Args:
            predefined_carrier_sid: The template.
        Returns:
            The sid of the carrier. Where its name is taken, it gets a suffix.
        Example:
            >>> templates = {carrier.name: carrier for carrier in client.predefined_carriers.list()}
            >>> client.predefined_carriers.add(templates["Twilio"].predefined_carrier_sid)
        """
        template = sid(predefined_carrier_sid, "predefined_carrier_sid")
        account = self._scope.account_sid
        provider = None if account is None else self._provider_of(account)
        if provider is None:
            return self._create(f"{self._scope.path}/PredefinedCarriers/{template}", {})
        base = f"/ServiceProviders/{provider}"
        made = self._create(f"{base}/PredefinedCarriers/{template}", {})
        self._change(f"{base}/VoipCarriers/{made}", {"account_sid": account})
        return made


def _path(voip_carrier_sid: str) -> str:
    return f"/VoipCarriers/{sid(voip_carrier_sid, 'voip_carrier_sid')}"


def _checked(body: dict[str, Any]) -> dict[str, Any]:
    if body.get("register_sip_realm") == "":
        raise InvalidRequest("register_sip_realm is None where there is none, not empty", field="register_sip_realm")
    return body
