"""Least cost routing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import responses

from jambonz_sync.rest import InvalidRequest, JambonzClient
from jambonz_sync.rest.models import LcrCarrierSetEntry, LcrRoute

from ..fake_api import PROVIDER, SID
from ..mock_server import BASE, sent

ENTRY = {"lcr_carrier_set_entry_sid": SID, "lcr_route_sid": SID, "voip_carrier_sid": PROVIDER, "workload": 1}
ROUTE = {"lcr_route_sid": SID, "lcr_sid": SID, "regex": "^1", "priority": 1, "lcr_carrier_set_entries": [ENTRY]}


def test_a_route_is_changed_within_what_its_column_takes(server: responses.RequestsMock, own: JambonzClient) -> None:
    server.put(f"{BASE}/LcrRoutes/{SID}", status=204)
    own.lcr_routes.update(SID, regex="^1508", priority=2)
    assert sent(server) == {"regex": "^1508", "priority": 2}
    with pytest.raises(InvalidRequest, match="1 to 32 characters"):
        own.lcr_routes.update(SID, regex="1" * 33)


def test_routes_that_were_read_can_be_changed_and_sent_back(server: responses.RequestsMock, own: JambonzClient) -> None:
    server.get(f"{BASE}/LcrRoutes", json=[{**ROUTE, "description": None, "newer": 1}])
    server.put(f"{BASE}/Lcrs/{SID}/Routes", status=204)
    [route] = own.lcr_routes.list(SID)
    new = {"regex": "^2", "priority": 2, "lcr_carrier_set_entries": [LcrCarrierSetEntry(voip_carrier_sid=PROVIDER)]}
    own.lcrs.update_routes(SID, [replace(route, priority=7), new])
    assert sent(server) == [
        {**ROUTE, "priority": 7},
        {"regex": "^2", "priority": 2, "lcr_carrier_set_entries": [{"voip_carrier_sid": PROVIDER}]},
    ]


def test_routes_of_one_routing_can_be_added_to_another(server: responses.RequestsMock, own: JambonzClient) -> None:
    server.post(f"{BASE}/Lcrs/{PROVIDER}/Routes", status=204)
    own.lcrs.add_routes(PROVIDER, [LcrRoute.from_dict(ROUTE)])
    assert sent(server) == [
        {"regex": "^1", "priority": 1, "lcr_carrier_set_entries": [{"voip_carrier_sid": PROVIDER, "workload": 1}]}
    ]


def test_a_new_carrier_of_a_route_that_exists_is_not_lost_without_a_word(
    server: responses.RequestsMock, own: JambonzClient
) -> None:
    routes = [{**ROUTE, "lcr_carrier_set_entries": [ENTRY, {"voip_carrier_sid": PROVIDER}]}]
    with pytest.raises(InvalidRequest, match=r"add it with client\.lcr_carrier_set_entries\.create\(\)"):
        own.lcrs.update_routes(SID, routes)
    assert len(server.calls) == 0


@pytest.mark.parametrize(
    ("route", "says"),
    [
        ({**ROUTE, "regexp": "1"}, "unknown key of a route 'regexp'; did you mean 'regex'"),
        ({**ROUTE, "lcr_carrier_set_entries": [{"carrier_sid": SID}]}, "unknown key of an entry 'carrier_sid'"),
        ({**ROUTE, "lcr_carrier_set_entries": [{"workload": 1}]}, "an entry of a route needs voip_carrier_sid"),
        ({**ROUTE, "lcr_carrier_set_entries": "x"}, "a route needs lcr_carrier_set_entries"),
        ({**ROUTE, "lcr_carrier_set_entries": [7]}, "an entry is an object, not int"),
        (7, "a route is an object, not int"),
    ],
)
def test_routes_that_the_server_would_not_understand_are_refused(
    server: responses.RequestsMock, own: JambonzClient, route: Any, says: str
) -> None:
    with pytest.raises(InvalidRequest, match=says):
        own.lcrs.update_routes(SID, [route])
    assert len(server.calls) == 0
