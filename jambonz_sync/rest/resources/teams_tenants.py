"""Tenants of Microsoft Teams."""

from __future__ import annotations

from typing import Unpack

from .. import models
from ..checks import Text255, sid
from ..http.errors import InvalidRequest
from ..http.paging import Listing
from ..resource import Fields, Resource, checked_body

__all__ = ["TeamsTenants", "TenantChanges", "TenantFields"]


class TenantFields(Fields, total=False):
    """The optional fields of a tenant.

    Args:
        account_sid: The account that it belongs to. Default: that of the client.
        application_sid: The application of calls from Teams.
    """

    account_sid: str
    application_sid: str | None


class TenantChanges(TenantFields, total=False):
    """The fields of a tenant that can be changed.

    Args:
        service_provider_sid: The service provider.
        tenant_fqdn: The domain of the tenant, unique over the whole system.
    """

    service_provider_sid: str
    tenant_fqdn: Text255


class TeamsTenants(Resource):
    """``client.teams_tenants``. The server checks no scope here: every key edits the tenants of all.

    Endpoints:
        create: POST /MicrosoftTeamsTenants
        list: GET /MicrosoftTeamsTenants
        get: GET /MicrosoftTeamsTenants/{ms_teams_tenant_sid}
        update: PUT /MicrosoftTeamsTenants/{ms_teams_tenant_sid}
        delete: DELETE /MicrosoftTeamsTenants/{ms_teams_tenant_sid}
    """

    def create(self, *, service_provider_sid: str, tenant_fqdn: str, **fields: Unpack[TenantFields]) -> str:
        """Add a tenant.

        Args:
            service_provider_sid: The service provider.
            tenant_fqdn: The domain of the tenant, unique over the whole system.
            fields: Those of :class:`TenantFields`; ``account_sid`` is needed where the client has no account.
        Returns:
            The sid of the tenant.
        Raises:
            Conflict: There is one of that domain.
        Example:
            >>> client.teams_tenants.create(
            ...     service_provider_sid=service_provider_sid, tenant_fqdn="acme.teams.example.com"
            ... )
        """
        provider = sid(service_provider_sid, "service_provider_sid")
        own = {"service_provider_sid": provider, "tenant_fqdn": tenant_fqdn}
        body = checked_body({**own, **fields}, TenantChanges)
        self._owned(body)
        if "account_sid" not in body:
            raise InvalidRequest("a tenant needs an account_sid", field="account_sid")
        return self._create("/MicrosoftTeamsTenants", body)

    def list(self) -> Listing[models.TeamsTenant]:
        """List the tenants of the account; without an account those of the service provider, or of the whole system.

        The server lists all for every key, so the others are left out here.

        Returns:
            The tenants.
        """
        return self._list(models.TeamsTenant, "/MicrosoftTeamsTenants", keep=self._is_own)

    def get(self, ms_teams_tenant_sid: str) -> models.TeamsTenant:
        """Fetch a tenant.

        Args:
            ms_teams_tenant_sid: The tenant.
        Returns:
            The tenant.
        """
        return self._get_own(models.TeamsTenant, _path(ms_teams_tenant_sid))

    def update(self, ms_teams_tenant_sid: str, **fields: Unpack[TenantChanges]) -> None:
        """Change what is given of a tenant, and only that.

        Args:
            ms_teams_tenant_sid: The tenant.
            fields: Those of :class:`TenantChanges`.
        Example:
            >>> client.teams_tenants.update(ms_teams_tenant_sid, application_sid=application_sid)
        """
        self._update(models.TeamsTenant, _path(ms_teams_tenant_sid), checked_body(fields, TenantChanges))

    def delete(self, ms_teams_tenant_sid: str) -> None:
        """Delete a tenant.

        Args:
            ms_teams_tenant_sid: The tenant.
        """
        self._claim(models.TeamsTenant, _path(ms_teams_tenant_sid))
        self._remove(_path(ms_teams_tenant_sid))


def _path(ms_teams_tenant_sid: str) -> str:
    return f"/MicrosoftTeamsTenants/{sid(ms_teams_tenant_sid, 'ms_teams_tenant_sid')}"
