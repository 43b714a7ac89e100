"""Service providers."""

from __future__ import annotations

from typing import Any, Unpack

from .. import models
from ..checks import Text64, Text128, Text255, sid, stored_hook
from ..http.paging import Listing
from ..resource import Fields, Resource, checked_body

__all__ = ["ProviderChanges", "ProviderFields", "ServiceProviders"]


class ProviderFields(Fields, total=False):
    """The optional fields of a service provider.

    Args:
        description: For people.
        root_domain: The domain that the SIP realms of its accounts are below.
        registration_hook: Asked whether a SIP user may register. None takes it away.
        ms_teams_fqdn: The domain of the system in Microsoft Teams.
    """

    description: Text255 | None
    root_domain: Text128 | None
    registration_hook: models.AnyHook | None
    ms_teams_fqdn: Text255 | None


class ProviderChanges(ProviderFields, total=False):
    """The fields of a service provider that can be changed.

    Args:
        name: Its name.
    """

    name: Text64


class ServiceProviders(Resource):
    """``client.service_providers``. Where none is named, it is the client's.

    Its applications are in ``client.applications`` only: the list below a service provider has those of every one on
    the system.

    Endpoints:
        create: POST /ServiceProviders
        list: GET /ServiceProviders
        get: GET /ServiceProviders/{service_provider_sid}
        update: PUT /ServiceProviders/{service_provider_sid}
        delete: DELETE /ServiceProviders/{service_provider_sid}
        accounts: GET /ServiceProviders/{service_provider_sid}/Accounts
        phone_numbers: GET /ServiceProviders/{service_provider_sid}/PhoneNumbers
    """

    def create(self, *, name: str, **fields: Unpack[ProviderFields]) -> str:
        """Make a service provider. For admins.

        Args:
            name: Its name.
            fields: Those of :class:`ProviderFields`.
        Returns:
            The sid of the service provider.
        Example:
            >>> client.service_providers.create(name="Acme Telecom", root_domain="sip.example.com")
        """
        body = _hooked(checked_body({"name": name, **fields}, ProviderChanges))
        if not body.get("registration_hook"):
            body.pop("registration_hook", None)  # null is a 500
        return self._create("/ServiceProviders", body)

    def list(self) -> Listing[models.ServiceProvider]:
        """List the service providers: all for an admin, its own for a service provider's key, none for an account's.

        Returns:
            The service providers.
        """
        return self._list(models.ServiceProvider, "/ServiceProviders")

    def get(self, service_provider_sid: str | None = None) -> models.ServiceProvider:
        """Fetch a service provider.

        Args:
            service_provider_sid: The service provider; None is the client's.
        Returns:
            The service provider.
        """
        return self._get(models.ServiceProvider, self._path(service_provider_sid))

    def update(self, service_provider_sid: str | None = None, **fields: Unpack[ProviderChanges]) -> None:
        """Change what is given of a service provider, and only that.

        The server clears a ``registration_hook`` that is left out, so it is read and sent back: one request more,
        unless it is given (None to clear it).

        Args:
            service_provider_sid: The service provider; None is the client's.
            fields: Those of :class:`ProviderChanges`.
        Example:
            >>> client.service_providers.update(registration_hook="https://app.example.com/register")
        """
        body = checked_body(fields, ProviderChanges)
        if body and "registration_hook" not in body:
            body["registration_hook"] = self.get(service_provider_sid).registration_hook
        self._change(self._path(service_provider_sid), _hooked(body))

    def delete(self, service_provider_sid: str) -> None:
        """Delete a service provider. For admins.

        Args:
            service_provider_sid: The service provider. There is no default here.
        """
        self._remove(self._path(service_provider_sid))

    def accounts(self, service_provider_sid: str | None = None) -> Listing[models.Account]:
        """List the accounts of a service provider; with an account's key that one.

        Args:
            service_provider_sid: The service provider; None is the client's.
        Returns:
            The accounts.
        """
        return self._list(models.Account, f"{self._path(service_provider_sid)}/Accounts")

    def phone_numbers(self, service_provider_sid: str | None = None) -> Listing[models.PhoneNumber]:
        """List the numbers of a service provider; with an account's key those of the account.

        Args:
            service_provider_sid: The service provider; None is the client's.
        Returns:
            The numbers.
        """
        return self._list(models.PhoneNumber, f"{self._path(service_provider_sid)}/PhoneNumbers")

    def _path(self, service_provider_sid: str | None) -> str:
        value = self._scope.need_service_provider() if service_provider_sid is None else service_provider_sid
        return f"/ServiceProviders/{sid(value, 'service_provider_sid')}"


def _hooked(body: dict[str, Any]) -> dict[str, Any]:
    if "registration_hook" in body:
        hook = body["registration_hook"]
        # The server answers null with 500; an empty object takes the hook away.
        body["registration_hook"] = {} if hook is None else stored_hook(hook, "registration_hook")
    return body
