"""An adapter of requests whose exchanges another thread can cut off. The one module here that knows urllib3."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

__all__ = ["Cutter"]


class Cutter:
    """Cuts all exchanges of its adapters off, those that are still to begin, too. Threads: any."""

    def __init__(self) -> None:
        # guards both: a connection is either here before the cut, or sees it
        self._lock = threading.Lock()
        self._sockets: list[socket.socket] = []
        self._is_cut = False

    def cut(self) -> None:
        """Shut all connections down: whoever reads from one, or will, gets its end. Blocks: never."""
        with self._lock:
            self._is_cut = True
            sockets, self._sockets = self._sockets, []
        for each in sockets:
            _shut(each)

    def adapter(self) -> HTTPAdapter:
        """Return an adapter for one session."""
        return _Adapter(self)

    def opened(self, connection: Any) -> None:
        """Take note of a connection that stands."""
        with self._lock:
            if not self._is_cut:
                self._sockets = [each for each in self._sockets if each.fileno() != -1]
                self._sockets.append(connection.sock)
                return
        _shut(connection.sock)


def _shut(sock: socket.socket) -> None:
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)


class _Adapter(HTTPAdapter):
    def __init__(self, cutter: Cutter) -> None:
        self._cutter = cutter
        super().__init__()

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        opened = self._cutter.opened

        class Connection(HTTPConnection):
            def connect(self) -> None:
                super().connect()
                opened(self)

        class TlsConnection(HTTPSConnection):
            def connect(self) -> None:
                super().connect()
                opened(self)

        class Pool(HTTPConnectionPool):
            ConnectionCls = Connection  # pyright: ignore[reportAssignmentType]  # nor does urllib3's own fit

        class TlsPool(HTTPSConnectionPool):
            ConnectionCls = TlsConnection  # pyright: ignore[reportAssignmentType]

        self.poolmanager.pool_classes_by_scheme = {"http": Pool, "https": TlsPool}
