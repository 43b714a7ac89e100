"""Least cost routing."""

from __future__ import annotations

import pytest
import responses

from jambonz_sync.rest import InvalidRequest, JambonzClient

from ..fake_api import SID
from ..mock_server import BASE, sent


def test_a_route_is_changed_within_what_its_column_takes(server: responses.RequestsMock, own: JambonzClient) -> None:
    server.put(f"{BASE}/LcrRoutes/{SID}", status=204)
    own.lcr_routes.update(SID, regex="^1508", priority=2)
    assert sent(server) == {"regex": "^1508", "priority": 2}
    with pytest.raises(InvalidRequest, match="1 to 32 characters"):
        own.lcr_routes.update(SID, regex="1" * 33)
