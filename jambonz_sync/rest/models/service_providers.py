"""Service providers."""

from __future__ import annotations

from ...model.stored import StoredModel, stored_model
from .hooks import Hook

__all__ = ["ServiceProvider"]


@stored_model
class ServiceProvider(StoredModel):
    """A service provider, which has accounts."""

    service_provider_sid: str = ""
    name: str = ""
    description: str | None = None
    root_domain: str | None = None
    ms_teams_fqdn: str | None = None
    registration_hook: Hook | None = None
