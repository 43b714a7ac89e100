"""Which connection a hook of a call goes to."""

from __future__ import annotations

import pytest

from jambonz_sync.simulator import CallLimits, Scenario
from jambonz_sync.simulator.engine.leg import Leg
from jambonz_sync.simulator.engine.state import CallState
from jambonz_sync.simulator.engine.transcript import Transcript
from jambonz_sync.simulator.engine.waits import HookRequest
from jambonz_sync.simulator.line.call_connections import CallConnections


@pytest.mark.parametrize(
    ("app", "host"),
    [
        ("ws://127.0.0.1:1/ws", "http://127.0.0.1:1"),
        ("wss://127.0.0.1:1/ws", "https://127.0.0.1:1"),
        ("http://news.example/incoming", "http://news.example"),
        ("https://news.example/incoming", "https://news.example"),
    ],
)
def test_a_hook_of_the_account_goes_to_the_host_of_the_app_whatever_its_name(app: str, host: str) -> None:
    call = CallState(Leg(), Scenario(), Transcript(), websocket=app.startswith("ws"))
    connections = CallConnections(
        call, credentials=None, secret=None, status_hook=None, limits=CallLimits(), put=lambda item: None
    )
    connections.open(app)
    try:
        assert connections.connection_for(HookRequest("/queues", {}, "queue:status")).url == f"{host}/queues"
    finally:
        connections.close(1000)
