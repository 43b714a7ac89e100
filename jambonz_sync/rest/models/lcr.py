"""Least cost routing."""

from __future__ import annotations

from ...model.stored import StoredModel, stored_model

__all__ = ["Lcr", "LcrCarrierSetEntry", "LcrRoute"]


@stored_model
class Lcr(StoredModel):
    """A least cost routing."""

    lcr_sid: str = ""
    name: str | None = None
    is_active: bool | None = None
    default_carrier_set_entry_sid: str | None = None
    service_provider_sid: str | None = None
    account_sid: str | None = None
    number_routes: int | None = None


@stored_model
class LcrCarrierSetEntry(StoredModel):
    """A carrier of a route."""

    lcr_carrier_set_entry_sid: str = ""
    lcr_route_sid: str | None = None
    voip_carrier_sid: str | None = None
    workload: int | None = None
    priority: int | None = None


@stored_model
class LcrRoute(StoredModel):
    """The carriers for numbers that match ``regex``. Lower ``priority`` is tried first."""

    lcr_route_sid: str = ""
    lcr_sid: str | None = None
    regex: str = ""
    description: str | None = None
    priority: int | None = None
    lcr_carrier_set_entries: tuple[LcrCarrierSetEntry, ...] | None = None
