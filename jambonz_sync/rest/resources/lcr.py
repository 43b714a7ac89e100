"""Least cost routing. Routes and entries can also be sent as a whole, with their routing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..checks import sid
from ..http.errors import InvalidRequest
from ..resource import Fields, Resource, split_options

if TYPE_CHECKING:
    from typing import Unpack

    from ..http.paging import Listing
    from ..models.users import Lcr, LcrCarrierSetEntry, LcrRoute
    from ..resource import Options

__all__ = ["LcrCarrierSetEntries", "LcrRoutes", "Lcrs"]


class LcrFields(Fields, total=False):
    """What can be changed of a routing."""

    name: str
    is_active: bool
    default_carrier_set_entry_sid: str | None


class RouteFields(Fields, total=False):
    """What can be changed of a route."""

    regex: str
    priority: int
    description: str | None


class EntryFields(Fields, total=False):
    """What can be changed of a route's carrier."""

    voip_carrier_sid: str
    workload: int
    priority: int


class Lcrs(Resource):
    """``client.lcrs``."""

    def create(self, *, name: str, **options: Unpack[Options]) -> str:
        """Make the routing of the account (or service provider) and return its sid. BadRequest if it has one."""
        body = self._owned({"name": name})
        if "account_sid" not in body and self._client.has_service_provider:
            body["service_provider_sid"] = self._client.service_provider_sid
        return self._create("/Lcrs", body, **options)

    def list(self, **options: Unpack[Options]) -> Listing[Lcr]:
        """The routings of the key's own."""
        from ..models.users import Lcr

        return self._list(Lcr, "/Lcrs", **options)

    def get(self, lcr_sid: str, **options: Unpack[Options]) -> Lcr:
        """One routing."""
        from ..models.users import Lcr

        return self._get(Lcr, self._path(lcr_sid), **options)

    def update(self, lcr_sid: str, **fields: Unpack[LcrFields]) -> None:
        """Change what is given. BadRequest if there is no such routing."""
        body, options = split_options(dict(fields), LcrFields)
        self._change(self._path(lcr_sid), body, **options)

    def delete(self, lcr_sid: str, **options: Unpack[Options]) -> None:
        """Delete a routing, with its routes. BadRequest if there is none."""
        self._remove(self._path(lcr_sid), **options)

    def add_routes(self, lcr_sid: str, routes: Sequence[Mapping[str, Any]], **options: Unpack[Options]) -> None:
        """Add routes: ``{"regex", "priority", "lcr_carrier_set_entries": [{"voip_carrier_sid", ...}]}`` each.

        The one with priority 9999 becomes the default. Their sids are not told.
        """
        self._http.send("POST", f"{self._path(lcr_sid)}/Routes", _routes(routes), **options)

    def update_routes(self, lcr_sid: str, routes: Sequence[Mapping[str, Any]], **options: Unpack[Options]) -> None:
        """Change routes that have an ``lcr_route_sid``, add those that have none. None are deleted."""
        self._http.send("PUT", f"{self._path(lcr_sid)}/Routes", _routes(routes), **options)

    @staticmethod
    def _path(lcr_sid: str) -> str:
        return f"/Lcrs/{sid(lcr_sid, 'lcr_sid')}"


class LcrRoutes(Resource):
    """``client.lcr_routes``."""

    def create(
        self,
        *,
        lcr_sid: str,
        regex: str,
        priority: int,
        description: str | None = None,
        **options: Unpack[Options],
    ) -> str:
        """Add a route and return its sid. ``regex`` has up to 32 characters; lower ``priority`` is tried first."""
        body: dict[str, Any] = {"lcr_sid": sid(lcr_sid, "lcr_sid"), "regex": _regex(regex), "priority": priority}
        if description is not None:
            body["description"] = description
        return self._create("/LcrRoutes", body, **options)

    def list(self, lcr_sid: str, **options: Unpack[Options]) -> Listing[LcrRoute]:
        """The routes of a routing, which has to be named."""
        from ..models.users import LcrRoute

        return self._list(LcrRoute, "/LcrRoutes", {"lcr_sid": sid(lcr_sid, "lcr_sid")}, **options)

    def get(self, lcr_route_sid: str, **options: Unpack[Options]) -> LcrRoute:
        """One route."""
        from ..models.users import LcrRoute

        return self._get(LcrRoute, self._path(lcr_route_sid), **options)

    def update(self, lcr_route_sid: str, **fields: Unpack[RouteFields]) -> None:
        """Change what is given."""
        body, options = split_options(dict(fields), RouteFields)
        if "regex" in body:
            _regex(body["regex"])
        self._change(self._path(lcr_route_sid), body, **options)

    def delete(self, lcr_route_sid: str, **options: Unpack[Options]) -> None:
        """Delete a route."""
        self._remove(self._path(lcr_route_sid), **options)

    @staticmethod
    def _path(lcr_route_sid: str) -> str:
        return f"/LcrRoutes/{sid(lcr_route_sid, 'lcr_route_sid')}"


class LcrCarrierSetEntries(Resource):
    """``client.lcr_carrier_set_entries``."""

    def create(
        self,
        *,
        lcr_route_sid: str,
        voip_carrier_sid: str,
        workload: int | None = None,
        priority: int | None = None,
        **options: Unpack[Options],
    ) -> str:
        """Add a carrier to a route and return the sid of the entry."""
        given = {
            "lcr_route_sid": sid(lcr_route_sid, "lcr_route_sid"),
            "voip_carrier_sid": sid(voip_carrier_sid, "voip_carrier_sid"),
            "workload": workload,
            "priority": priority,
        }
        body = {name: value for name, value in given.items() if value is not None}
        return self._create("/LcrCarrierSetEntries", body, **options)

    def list(self, lcr_route_sid: str, **options: Unpack[Options]) -> Listing[LcrCarrierSetEntry]:
        """The carriers of a route, which has to be named: without, the server answers 500."""
        from ..models.users import LcrCarrierSetEntry

        query = {"lcr_route_sid": sid(lcr_route_sid, "lcr_route_sid")}
        return self._list(LcrCarrierSetEntry, "/LcrCarrierSetEntries", query, **options)

    def get(self, lcr_carrier_set_entry_sid: str, **options: Unpack[Options]) -> LcrCarrierSetEntry:
        """One entry."""
        from ..models.users import LcrCarrierSetEntry

        return self._get(LcrCarrierSetEntry, self._path(lcr_carrier_set_entry_sid), **options)

    def update(self, lcr_carrier_set_entry_sid: str, **fields: Unpack[EntryFields]) -> None:
        """Change what is given."""
        body, options = split_options(dict(fields), EntryFields)
        self._change(self._path(lcr_carrier_set_entry_sid), body, **options)

    def delete(self, lcr_carrier_set_entry_sid: str, **options: Unpack[Options]) -> None:
        """Delete an entry."""
        self._remove(self._path(lcr_carrier_set_entry_sid), **options)

    @staticmethod
    def _path(lcr_carrier_set_entry_sid: str) -> str:
        return f"/LcrCarrierSetEntries/{sid(lcr_carrier_set_entry_sid, 'lcr_carrier_set_entry_sid')}"


def _regex(regex: str) -> str:
    if not regex or len(regex) > 32:
        raise InvalidRequest("the regex of a route has 1 to 32 characters", field="regex")
    return regex


def _routes(routes: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    if not routes:
        raise InvalidRequest("there must be at least one route", field="routes")
    for route in routes:
        _regex(route.get("regex", ""))
        if not route.get("lcr_carrier_set_entries"):
            raise InvalidRequest("a route needs lcr_carrier_set_entries", field="lcr_carrier_set_entries")
        if not isinstance(route.get("priority"), int):
            raise InvalidRequest("a route needs a priority, a number", field="priority")
    return [dict(route) for route in routes]
