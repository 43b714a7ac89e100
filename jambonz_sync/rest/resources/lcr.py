"""Least cost routing. Routes and entries can also be sent as a whole, with their routing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Unpack

from .. import models
from ..checks import Text64, Text1024, sid
from ..http.errors import InvalidRequest
from ..http.paging import Listing
from ..key_owner import KeyAware
from ..resource import Fields, Resource, checked_body, without_none
from .lcr_body import AnyRoute, regex_of, routes_of, with_known_entries, without_sids

__all__ = ["EntryFields", "LcrCarrierSetEntries", "LcrFields", "LcrRoutes", "Lcrs", "RouteFields"]


class LcrFields(Fields, total=False):
    """The fields of a routing that can be changed.

    Args:
        name: For people.
        is_active: True if it is used.
        default_carrier_set_entry_sid: The carrier of numbers that no route is for.
    """

    name: Text64
    is_active: bool
    default_carrier_set_entry_sid: str | None


class RouteFields(Fields, total=False):
    """The fields of a route that can be changed.

    Args:
        regex: Matches the numbers that it is for; 1 to 32 characters.
        priority: A lower one is tried first.
        description: For people.
    """

    regex: str
    priority: int
    description: Text1024 | None


class EntryFields(Fields, total=False):
    """The fields of a route's carrier that can be changed.

    Args:
        voip_carrier_sid: The carrier.
        workload: Its share of the calls.
        priority: A lower one is tried first.
    """

    voip_carrier_sid: str
    workload: int
    priority: int


class Lcrs(KeyAware):
    """``client.lcrs``.

    Endpoints:
        create: POST /Lcrs
        list: GET /Lcrs
        get: GET /Lcrs/{lcr_sid}
        update: PUT /Lcrs/{lcr_sid}
        delete: DELETE /Lcrs/{lcr_sid}
        add_routes: POST /Lcrs/{lcr_sid}/Routes
        update_routes: PUT /Lcrs/{lcr_sid}/Routes
    """

    def create(self, *, name: str) -> str:
        """Make the routing of the account, or of the service provider where the client has no account.

        With a service provider's key the server makes that of the whole service provider, whatever account is named.
        So a client for an account asks whose key it is, once, in up to three requests.

        Args:
            name: Up to 64 characters, for people.
        Returns:
            The sid of the routing.
        Raises:
            InvalidRequest: The client is for an account, and the key is a service provider's.
            BadRequest: It has one already.
        Example:
            >>> lcr_sid = client.lcrs.create(name="By country")
        """
        body = self._owned(checked_body({"name": name}, LcrFields))
        if self._scope.account_sid is not None and self._key.kind == "service_provider":
            raise InvalidRequest(
                "with a service provider's key this makes the routing of the whole service provider: use a key of the "
                "account or an admin's, or for_service_provider() if that is meant",
                field="account_sid",
            )
        if self._scope.is_provider:
            body["service_provider_sid"] = self._scope.service_provider_sid
        return self._create("/Lcrs", body)

    def list(self) -> Listing[models.Lcr]:
        """List the routing of the account; without an account that of the service provider, or all for an admin.

        Returns:
            The routings. With a service provider's key the server lists none of accounts.
        """
        return self._list(models.Lcr, "/Lcrs", keep=self._is_own)

    def get(self, lcr_sid: str) -> models.Lcr:
        """Fetch a routing.

        Args:
            lcr_sid: The routing.
        Returns:
            The routing, without its routes.
        """
        return self._get_own(models.Lcr, self._path(lcr_sid))

    def update(self, lcr_sid: str, **fields: Unpack[LcrFields]) -> None:
        """Change what is given of a routing, and only that.

        Args:
            lcr_sid: The routing.
            fields: Those of :class:`LcrFields`.
        Raises:
            BadRequest: There is no such routing.
        Example:
            >>> client.lcrs.update(lcr_sid, default_carrier_set_entry_sid=entry_sid)
        """
        self._update(models.Lcr, self._path(lcr_sid), checked_body(fields, LcrFields))

    def delete(self, lcr_sid: str) -> None:
        """Delete a routing, with its routes.

        Args:
            lcr_sid: The routing.
        Raises:
            BadRequest: There is none.
        """
        self._claim(models.Lcr, self._path(lcr_sid))
        self._remove(self._path(lcr_sid))

    def add_routes(self, lcr_sid: str, routes: Sequence[AnyRoute]) -> None:
        """Add routes. Their sids are not told.

        Args:
            lcr_sid: The routing.
            routes: ``{"regex", "priority", "lcr_carrier_set_entries": [{"voip_carrier_sid", ...}]}`` each, or those
                of another routing, which are copied. The one with priority 9999 becomes the default.
        Example:
            >>> entries = [{"voip_carrier_sid": carrier_sid}]
            >>> client.lcrs.add_routes(
            ...     lcr_sid, [{"regex": "^44", "priority": 1, "lcr_carrier_set_entries": entries}]
            ... )
        """
        new = [without_sids(route) for route in routes_of(routes)]
        self._claim(models.Lcr, self._path(lcr_sid))
        self._http.send("POST", f"{self._path(lcr_sid)}/Routes", new)

    def update_routes(self, lcr_sid: str, routes: Sequence[AnyRoute]) -> None:
        """Change routes, or add some. None are deleted.

        Args:
            lcr_sid: The routing.
            routes: As for :meth:`add_routes`, or as :meth:`LcrRoutes.list` returns them. Those that have an
                ``lcr_route_sid`` are changed, with their entries, the others added. An entry without
                ``lcr_carrier_set_entry_sid`` in a route that exists is refused, for the server drops it silently:
                :meth:`LcrCarrierSetEntries.create` adds one.
        Example:
            >>> from dataclasses import replace
            >>> routes = client.lcr_routes.list(lcr_sid)
            >>> client.lcrs.update_routes(lcr_sid, [replace(each, description="checked") for each in routes])
        """
        body = [with_known_entries(route) if route.get("lcr_route_sid") else route for route in routes_of(routes)]
        self._claim(models.Lcr, self._path(lcr_sid))
        self._http.send("PUT", f"{self._path(lcr_sid)}/Routes", body)

    @staticmethod
    def _path(lcr_sid: str) -> str:
        return f"/Lcrs/{sid(lcr_sid, 'lcr_sid')}"


class _Routes(Resource):
    def _claim_route(self, path: str) -> None:
        """Claim the routing of a route."""
        if self._scope.is_for_one_account:
            routing = self._get(models.LcrRoute, path).lcr_sid
            self._claim(models.Lcr, f"/Lcrs/{sid(routing or '', 'lcr_sid')}")


class LcrRoutes(_Routes):
    """``client.lcr_routes``.

    Endpoints:
        create: POST /LcrRoutes
        list: GET /LcrRoutes
        get: GET /LcrRoutes/{lcr_route_sid}
        update: PUT /LcrRoutes/{lcr_route_sid}
        delete: DELETE /LcrRoutes/{lcr_route_sid}
    """

    def create(self, *, lcr_sid: str, regex: str, priority: int, description: str | None = None) -> str:
        """Add a route.

        Args:
            lcr_sid: The routing.
            regex: Matches the numbers that it is for; 1 to 32 characters.
            priority: A lower one is tried first.
            description: For people.
        Returns:
            The sid of the route.
        Example:
            >>> client.lcr_routes.create(lcr_sid=lcr_sid, regex="^44", priority=1)
        """
        own = without_none({"regex": regex_of(regex), "priority": priority, "description": description})
        body = {"lcr_sid": sid(lcr_sid, "lcr_sid"), **checked_body(own, RouteFields)}
        self._claim(models.Lcr, f"/Lcrs/{body['lcr_sid']}")
        return self._create("/LcrRoutes", body)

    def list(self, lcr_sid: str) -> Listing[models.LcrRoute]:
        """List the routes of a routing.

        Args:
            lcr_sid: The routing.
        Returns:
            The routes, with their carriers.
        """
        return self._list(models.LcrRoute, "/LcrRoutes", {"lcr_sid": sid(lcr_sid, "lcr_sid")})

    def get(self, lcr_route_sid: str) -> models.LcrRoute:
        """Fetch a route.

        Args:
            lcr_route_sid: The route.
        Returns:
            The route.
        """
        return self._get(models.LcrRoute, self._path(lcr_route_sid))

    def update(self, lcr_route_sid: str, **fields: Unpack[RouteFields]) -> None:
        """Change what is given of a route, and only that.

        Args:
            lcr_route_sid: The route.
            fields: Those of :class:`RouteFields`.
        Example:
            >>> client.lcr_routes.update(lcr_route_sid, priority=2)
        """
        body = checked_body(fields, RouteFields)
        if "regex" in body:
            regex_of(body["regex"])
        if body:
            self._claim_route(self._path(lcr_route_sid))
        self._change(self._path(lcr_route_sid), body)

    def delete(self, lcr_route_sid: str) -> None:
        """Delete a route.

        Args:
            lcr_route_sid: The route.
        """
        self._claim_route(self._path(lcr_route_sid))
        self._remove(self._path(lcr_route_sid))

    @staticmethod
    def _path(lcr_route_sid: str) -> str:
        return f"/LcrRoutes/{sid(lcr_route_sid, 'lcr_route_sid')}"


class LcrCarrierSetEntries(_Routes):
    """``client.lcr_carrier_set_entries``.

    Endpoints:
        create: POST /LcrCarrierSetEntries
        list: GET /LcrCarrierSetEntries
        get: GET /LcrCarrierSetEntries/{lcr_carrier_set_entry_sid}
        update: PUT /LcrCarrierSetEntries/{lcr_carrier_set_entry_sid}
        delete: DELETE /LcrCarrierSetEntries/{lcr_carrier_set_entry_sid}
    """

    def create(
        self, *, lcr_route_sid: str, voip_carrier_sid: str, workload: int | None = None, priority: int | None = None
    ) -> str:
        """Add a carrier to a route.

        Args:
            lcr_route_sid: The route.
            voip_carrier_sid: The carrier.
            workload: Its share of the calls.
            priority: A lower one is tried first.
        Returns:
            The sid of the entry.
        Example:
            >>> client.lcr_carrier_set_entries.create(
            ...     lcr_route_sid=lcr_route_sid, voip_carrier_sid=carrier_sid, workload=2
            ... )
        """
        body = {
            "lcr_route_sid": sid(lcr_route_sid, "lcr_route_sid"),
            "voip_carrier_sid": sid(voip_carrier_sid, "voip_carrier_sid"),
            "workload": workload,
            "priority": priority,
        }
        self._claim_route(f"/LcrRoutes/{body['lcr_route_sid']}")
        return self._create("/LcrCarrierSetEntries", without_none(body))

    def list(self, lcr_route_sid: str) -> Listing[models.LcrCarrierSetEntry]:
        """List the carriers of a route.

        Args:
            lcr_route_sid: The route. Without one the server answers 500.
        Returns:
            The entries.
        """
        query = {"lcr_route_sid": sid(lcr_route_sid, "lcr_route_sid")}
        return self._list(models.LcrCarrierSetEntry, "/LcrCarrierSetEntries", query)

    def get(self, lcr_carrier_set_entry_sid: str) -> models.LcrCarrierSetEntry:
        """Fetch an entry.

        Args:
            lcr_carrier_set_entry_sid: The entry.
        Returns:
            The entry.
        """
        return self._get(models.LcrCarrierSetEntry, self._path(lcr_carrier_set_entry_sid))

    def update(self, lcr_carrier_set_entry_sid: str, **fields: Unpack[EntryFields]) -> None:
        """Change what is given of an entry, and only that.

        Args:
            lcr_carrier_set_entry_sid: The entry.
            fields: Those of :class:`EntryFields`.
        Example:
            >>> client.lcr_carrier_set_entries.update(entry_sid, workload=1)
        """
        body = checked_body(fields, EntryFields)
        if body:
            self._claim_entry(self._path(lcr_carrier_set_entry_sid))
        self._change(self._path(lcr_carrier_set_entry_sid), body)

    def delete(self, lcr_carrier_set_entry_sid: str) -> None:
        """Delete an entry.

        Args:
            lcr_carrier_set_entry_sid: The entry.
        """
        self._claim_entry(self._path(lcr_carrier_set_entry_sid))
        self._remove(self._path(lcr_carrier_set_entry_sid))

    def _claim_entry(self, path: str) -> None:
        if self._scope.is_for_one_account:
            route = self._get(models.LcrCarrierSetEntry, path).lcr_route_sid
            self._claim_route(f"/LcrRoutes/{sid(route or '', 'lcr_route_sid')}")

    @staticmethod
    def _path(lcr_carrier_set_entry_sid: str) -> str:
        return f"/LcrCarrierSetEntries/{sid(lcr_carrier_set_entry_sid, 'lcr_carrier_set_entry_sid')}"
