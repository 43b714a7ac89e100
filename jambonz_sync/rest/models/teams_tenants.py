"""Tenants of Microsoft Teams."""

from __future__ import annotations

from ...model.stored import StoredModel, stored_model

__all__ = ["TeamsTenant"]


@stored_model
class TeamsTenant(StoredModel):
    """A tenant of Microsoft Teams."""

    ms_teams_tenant_sid: str = ""
    service_provider_sid: str | None = None
    account_sid: str | None = None
    application_sid: str | None = None
    tenant_fqdn: str = ""
