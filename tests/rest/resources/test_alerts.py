"""Alerts, and the times that they are asked for by."""

from __future__ import annotations

import datetime

import responses

from jambonz_sync.rest import JambonzClient

from ..fake_api import ACCOUNT
from ..mock_server import BASE, last


def test_a_day_is_a_whole_local_day(server: responses.RequestsMock, own: JambonzClient) -> None:
    server.get(f"{BASE}/Accounts/{ACCOUNT}/Alerts", json={"total": 0, "data": []})
    assert list(own.alerts.list(start=datetime.date(2026, 1, 2), end="2026-01-02")) == []
    query = last(server).params
    start, end = (datetime.datetime.fromisoformat(query[name]) for name in ("start", "end"))
    assert start == datetime.datetime(2026, 1, 2).astimezone()
    assert datetime.timedelta(hours=23) < end - start < datetime.timedelta(hours=24)
