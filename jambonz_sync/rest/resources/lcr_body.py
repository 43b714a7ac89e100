"""Routes of a routing as the API takes them, with their entries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from .. import models
from ..checks import refuse_unknown
from ..http.errors import InvalidRequest

__all__ = ["AnyRoute", "regex_of", "routes_of", "with_known_entries", "without_sids"]

#: a route as an argument: an object of its fields, or one that was read
AnyRoute: TypeAlias = "Mapping[str, Any] | models.LcrRoute"

_ROUTE_SIDS = ("lcr_route_sid", "lcr_sid")
_ROUTE_KEYS = (*_ROUTE_SIDS, "regex", "priority", "description", "lcr_carrier_set_entries")
_ENTRY_SIDS = ("lcr_carrier_set_entry_sid", "lcr_route_sid")
_ENTRY_KEYS = (*_ENTRY_SIDS, "voip_carrier_sid", "workload", "priority")


def regex_of(regex: str) -> str:
    """Return the regex of a route if its column takes it."""
    if not isinstance(regex, str) or not regex or len(regex) > 32:
        raise InvalidRequest("the regex of a route has 1 to 32 characters", field="regex")
    return regex


def routes_of(routes: Sequence[AnyRoute]) -> list[dict[str, Any]]:
    """Return routes, and their entries, as objects that have all that the server needs."""
    if not routes:
        raise InvalidRequest("there must be at least one route", field="routes")
    bodies = [_known(route, _ROUTE_KEYS, "a route") for route in routes]
    for route in bodies:
        regex_of(route.get("regex", ""))
        if not isinstance(route.get("priority"), int):
            raise InvalidRequest("a route needs a priority, a number", field="priority")
        entries = route.get("lcr_carrier_set_entries")
        if not isinstance(entries, (list, tuple)) or not entries:
            raise InvalidRequest("a route needs lcr_carrier_set_entries", field="lcr_carrier_set_entries")
        route["lcr_carrier_set_entries"] = [_known(entry, _ENTRY_KEYS, "an entry") for entry in entries]
        if not all(entry.get("voip_carrier_sid") for entry in route["lcr_carrier_set_entries"]):
            raise InvalidRequest("an entry of a route needs voip_carrier_sid", field="voip_carrier_sid")
    return bodies


def _known(item: AnyRoute | models.LcrCarrierSetEntry, keys: Sequence[str], what: str) -> dict[str, Any]:
    """Return a route or an entry as an object. What a newer server has added to one that was read is not sent back."""
    if isinstance(item, Mapping):
        refuse_unknown(item, keys, f"key of {what}")
        return dict(item)
    if isinstance(item, (models.LcrRoute, models.LcrCarrierSetEntry)):
        return {key: value for key, value in item.to_dict().items() if key in keys and value != ""}
    raise InvalidRequest(f"{what} is an object, not {type(item).__name__}", field="routes")


def without_sids(route: dict[str, Any]) -> dict[str, Any]:
    """Leave out the sids that something new does not have yet."""
    entries = [
        {key: value for key, value in entry.items() if key not in _ENTRY_SIDS}
        for entry in route["lcr_carrier_set_entries"]
    ]
    own = {key: value for key, value in route.items() if key not in _ROUTE_SIDS}
    return {**own, "lcr_carrier_set_entries": entries}


def with_known_entries(route: dict[str, Any]) -> dict[str, Any]:
    """Return a route that exists if all its entries do."""
    if not all(entry.get("lcr_carrier_set_entry_sid") for entry in route["lcr_carrier_set_entries"]):
        raise InvalidRequest(
            f"an entry of the route {route['lcr_route_sid']} has no lcr_carrier_set_entry_sid, so that the server "
            "would drop it: add it with client.lcr_carrier_set_entries.create()",
            field="lcr_carrier_set_entry_sid",
        )
    return route
