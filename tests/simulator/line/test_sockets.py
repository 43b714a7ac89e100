"""The WebSockets of a call."""

from __future__ import annotations

import time

from jambonz_sync.simulator import CallLimits
from jambonz_sync.simulator.line.sockets import AppSocket, SocketClosed, SocketOpened

from ...waiting import wait_for
from ..peer import wait_for_no_threads
from .raw_app import raw_app, shakes_hands


def test_a_socket_that_has_no_room_can_be_closed() -> None:
    came: list[object] = []
    with raw_app(shakes_hands) as raw:
        limits = CallLimits(handshake=20)
        ws = AppSocket(raw.url, None, limits, came.append, subprotocol="audio.drachtio.org", buffer=65_536)
        ws.open_later()
        wait_for(lambda: came, "the handshake")
        deadline = time.monotonic() + 20
        while ws.has_room:
            assert time.monotonic() < deadline
            ws.send(bytes(2560))
        ws.close()
        wait_for_no_threads()
        assert [type(message) for message in came] == [SocketOpened, SocketClosed]
