"""Service providers, tenants of Microsoft Teams, and the system itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from ..checks import hook_object, one_of, sid
from ..http.errors import InvalidRequest
from ..resource import Fields, Resource, split_options

if TYPE_CHECKING:
    from typing import Unpack

    from ..http.paging import Listing
    from ..models.accounts import Account, PhoneNumber, ServiceProvider, TeamsTenant
    from ..models.accounts import Hook as HookModel
    from ..models.users import PasswordSettings, SystemInformation
    from ..resource import Options

    Hook = str | Mapping[str, Any] | HookModel

__all__ = ["ServiceProviders", "System", "TeamsTenants"]


class ProviderFields(Fields, total=False):
    """The optional fields of a service provider."""

    description: str | None
    root_domain: str | None
    registration_hook: Hook | None
    ms_teams_fqdn: str | None


class ProviderChanges(ProviderFields, total=False):
    """What can be changed of a service provider."""

    name: str


class TenantFields(Fields, total=False):
    """The optional fields of a tenant. ``account_sid`` is the client's account, if it has one."""

    account_sid: str
    application_sid: str | None


class TenantChanges(TenantFields, total=False):
    """What can be changed of a tenant."""

    service_provider_sid: str
    tenant_fqdn: str


class ServiceProviders(Resource):
    """``client.service_providers``. Its applications are in ``client.applications`` only: the list below a service
    provider has those of every one on the system."""

    def create(self, *, name: str, **fields: Unpack[ProviderFields]) -> str:
        """Make a service provider and return its sid. For admins."""
        body, options = split_options(dict(fields), ProviderFields)
        return self._create("/ServiceProviders", _hooked({"name": name, **body}), **options)

    def list(self, **options: Unpack[Options]) -> Listing[ServiceProvider]:
        """All for an admin, its own for a service provider's key, none for an account's."""
        from ..models.accounts import ServiceProvider

        return self._list(ServiceProvider, "/ServiceProviders", **options)

    def get(self, service_provider_sid: str | None = None, **options: Unpack[Options]) -> ServiceProvider:
        """One service provider; without a sid the client's."""
        from ..models.accounts import ServiceProvider

        return self._get(ServiceProvider, self._path(service_provider_sid), **options)

    def update(self, service_provider_sid: str | None = None, **fields: Unpack[ProviderChanges]) -> None:
        """Change what is given. The server clears a registration_hook that is left out, so it is read and sent back:
        one request more, unless it is given (None to clear it)."""
        body, options = split_options(dict(fields), ProviderChanges)
        if not body:
            raise InvalidRequest("an update needs at least one field")
        if "registration_hook" not in body:
            body["registration_hook"] = self.get(service_provider_sid, **options).registration_hook
        self._change(self._path(service_provider_sid), _hooked(body), **options)

    def delete(self, service_provider_sid: str, **options: Unpack[Options]) -> None:
        """Delete a service provider. For admins."""
        self._remove(self._path(service_provider_sid), **options)

    def accounts(self, service_provider_sid: str | None = None, **options: Unpack[Options]) -> Listing[Account]:
        """Its accounts; with an account's key that one."""
        from ..models.accounts import Account

        return self._list(Account, f"{self._path(service_provider_sid)}/Accounts", **options)

    def phone_numbers(
        self, service_provider_sid: str | None = None, **options: Unpack[Options]
    ) -> Listing[PhoneNumber]:
        """Its numbers; with an account's key those of the account."""
        from ..models.accounts import PhoneNumber

        return self._list(PhoneNumber, f"{self._path(service_provider_sid)}/PhoneNumbers", **options)

    def _path(self, service_provider_sid: str | None) -> str:
        known = self._client.service_provider_sid if service_provider_sid is None else service_provider_sid
        return f"/ServiceProviders/{sid(known, 'service_provider_sid')}"


class TeamsTenants(Resource):
    """``client.teams_tenants``. The server checks no scope here: every key lists and edits the tenants of all."""

    def create(self, *, service_provider_sid: str, tenant_fqdn: str, **fields: Unpack[TenantFields]) -> str:
        """Add a tenant and return its sid. Conflict if there is one of that name."""
        body, options = split_options(dict(fields), TenantFields)
        given = {"service_provider_sid": sid(service_provider_sid, "service_provider_sid"), "tenant_fqdn": tenant_fqdn}
        body = self._owned({**given, **body})
        if "account_sid" not in body:
            raise InvalidRequest("a tenant needs an account_sid", field="account_sid")
        return self._create("/MicrosoftTeamsTenants", body, **options)

    def list(self, **options: Unpack[Options]) -> Listing[TeamsTenant]:
        """The tenants of the whole system."""
        from ..models.accounts import TeamsTenant

        return self._list(TeamsTenant, "/MicrosoftTeamsTenants", **options)

    def get(self, ms_teams_tenant_sid: str, **options: Unpack[Options]) -> TeamsTenant:
        """One tenant."""
        from ..models.accounts import TeamsTenant

        return self._get(TeamsTenant, self._path(ms_teams_tenant_sid), **options)

    def update(self, ms_teams_tenant_sid: str, **fields: Unpack[TenantChanges]) -> None:
        """Change what is given."""
        body, options = split_options(dict(fields), TenantChanges)
        self._change(self._path(ms_teams_tenant_sid), body, **options)

    def delete(self, ms_teams_tenant_sid: str, **options: Unpack[Options]) -> None:
        """Delete a tenant."""
        self._remove(self._path(ms_teams_tenant_sid), **options)

    @staticmethod
    def _path(ms_teams_tenant_sid: str) -> str:
        return f"/MicrosoftTeamsTenants/{sid(ms_teams_tenant_sid, 'ms_teams_tenant_sid')}"


class System(Resource):
    """``client.system``."""

    def information(self, **options: Unpack[Options]) -> SystemInformation:
        """Settings of the whole system. For admins."""
        from ..models.users import SystemInformation

        return self._get(SystemInformation, "/SystemInformation", **options)

    def health(self, **options: Unpack[Options]) -> None:
        """Returns if the API server is alive, which says nothing of feature servers. It needs no key."""
        self._http.request("GET", "/health", above_v1=True, **options)

    def password_settings(self, **options: Unpack[Options]) -> PasswordSettings:
        """What passwords of users must have."""
        from ..models.users import PasswordSettings

        return self._get(PasswordSettings, "/PasswordSettings", **options)

    def available(self, type: Literal["email", "phone", "subdomain"], value: str, **options: Unpack[Options]) -> bool:
        """Whether nobody on the system has that email, number or subdomain."""
        one_of(type, ("email", "phone", "subdomain"), "type")
        answer = self._http.get("/Availability", {"type": type, "value": value}, **options)
        return bool(answer.get("available")) if isinstance(answer, dict) else False


def _hooked(body: dict[str, Any]) -> dict[str, Any]:
    if body.get("registration_hook") is not None:
        body["registration_hook"] = hook_object(body["registration_hook"], "registration_hook")
    return body
