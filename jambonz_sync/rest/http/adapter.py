"""Sessions of requests, and the connections below: what left, how long an answer may take, what is fit for use.

requests cannot tell a request that never left from one whose answer got lost: a connection that is reset
while TLS is being set up looks like one that is reset after the request. Of two calls, one has not been
placed and one may have been. So the connections themselves note the moment when bytes leave.
"""

from __future__ import annotations

import http.client
import io
import os
import threading
from http.cookiejar import DefaultCookiePolicy
from time import monotonic
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from .errors import ConfigurationError

__all__ = ["TrackingAdapter", "exchange", "new_session", "refuse_retrying"]

#: Connections that are kept for each host. More threads than that may call; their connections are not kept.
_POOL_SIZE = 64

#: A connection unused for longer is not used again. Node closes one after 5 s, and a POST that crosses the
#: closing on the wire may or may not have been carried out.
_FRESH = 4.0


class _Exchange(threading.local):
    """The course of this thread's current request."""

    #: True unless one of our connections knows better: what cannot be told apart counts as sent
    sent = True
    #: seconds that the whole answer may take
    limit: float | None = None
    #: the reading end of the answer, None if it is not one of ours
    reader: _Deadlined | None = None

    def begin(self, limit: float) -> None:
        """Before each attempt."""
        self.sent = True
        self.limit = limit
        self.reader = None


exchange = _Exchange()


class _Deadlined(io.RawIOBase):
    """The reading end of a socket, with one deadline for all that is read: a server that drips cannot hold a job.

    A download may take longer: once it has begun well, :meth:`by_the_piece` gives each piece the time of the whole.
    """

    def __init__(self, raw: io.RawIOBase, sock: Any, limit: float) -> None:
        self._raw = raw
        self._sock = sock
        self._limit = limit
        self._deadline: float | None = monotonic() + limit

    def by_the_piece(self) -> None:
        self._deadline = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        remaining = self._limit if self._deadline is None else self._deadline - monotonic()
        if remaining <= 0:
            raise TimeoutError("timed out")
        self._sock.settimeout(remaining)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Answer(http.client.HTTPResponse):
    def __init__(self, sock: Any, *args: Any, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        if exchange.limit is not None:
            exchange.reader = _Deadlined(self.fp.detach(), sock, exchange.limit)
            self.fp = io.BufferedReader(exchange.reader)


class _Tracking(HTTPConnection):
    """Mixed into the connections of urllib3."""

    response_class = _Answer
    _dialling = False
    _used = 0.0
    _process = 0

    def connect(self) -> None:
        exchange.sent = False  # a failure from here to send() is one where the request has not left
        self._dialling = True
        try:
            super().connect()
        finally:
            self._dialling = False
        self._process = os.getpid()

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        if not self._dialling:  # asking a proxy for a tunnel goes through here too
            exchange.sent = True
            self._used = monotonic()
        super().send(data)

    @property
    def is_connected(self) -> bool:
        """False makes the pool dial anew. A connection that was inherited by fork() is the parent's."""
        return monotonic() - self._used < _FRESH and self._process == os.getpid() and super().is_connected


class _Connection(_Tracking):
    pass


class _TlsConnection(_Tracking, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection  # pyright: ignore[reportAssignmentType]  # nor does urllib3's own fit its protocol


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection  # pyright: ignore[reportAssignmentType]


_POOLS = {"http": _Pool, "https": _TlsPool}


class TrackingAdapter(HTTPAdapter):
    """An adapter of requests that keeps :data:`exchange` up to date. It never retries by itself."""

    def __init__(self) -> None:
        super().__init__(pool_connections=4, pool_maxsize=_POOL_SIZE)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **options)
        if not proxy.lower().startswith("socks"):  # those have connections of their own: what they do counts as sent
            manager.pool_classes_by_scheme = _POOLS
        return manager


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> None:
        """None: requests would read the body of a redirect, whatever its size, although none is followed."""


def new_session(base_url: str) -> requests.Session:
    """Make a session that keeps connections for many threads.

    Proxies and certificates are those of the environment. Requests would search for them before each request, which
    takes a fifth of the time of one.
    """
    session = _Session()
    environment = session.merge_environment_settings(base_url, {}, None, None, None)
    session.proxies, session.verify = environment["proxies"], environment["verify"]
    session.trust_env = False
    adapter = TrackingAdapter()
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))  # a balancer's cookie is no state of ours
    return session


def refuse_retrying(session: requests.Session, base_url: str) -> None:
    """Raise ConfigurationError if a session of the caller's repeats requests by itself."""
    retries = getattr(session.get_adapter(base_url), "max_retries", None)
    if retries is not None and (retries.total or retries.read or retries.other):
        raise ConfigurationError(
            "session retries by itself (max_retries of its adapter), which can place a call twice: "
            "leave that to the client's max_retries",
            name="session",
        )
