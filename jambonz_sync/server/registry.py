"""The calls and streams of one application that are up: how many there may be, who may connect, how they end."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from time import monotonic
from typing import Any, Literal
from weakref import WeakSet

from ..runtime import fork
from ..runtime.websocket import Connection, HandshakeError
from ..session import Session, dispatcher_of

log = logging.getLogger("jambonz_sync.server")

#: gets the WSGI environment of a request to upgrade; an HTTP status that it returns refuses the connection
BeforeUpgrade = Callable[[dict[str, Any]], int | None]
#: origins of browser pages that may connect, or all of them
AllowedOrigins = Sequence[str] | Literal["*"]

#: seconds for the closing handshakes at the end of a drain, and for a peer to answer the close frame of a refusal
CLOSE_TIMEOUT = 3.0

_registries: WeakSet[Registry] = WeakSet()
_registries_lock = fork.rlock()  # guards it; a signal handler asks, too, maybe of the thread that is just asking


def registries() -> list[Registry]:
    """List all registries of this process.

    Threads: any, and signal handlers.
    """
    with _registries_lock:
        return list(_registries)


class ProcessLimit:
    """How many connections this process may serve, of whichever application; None for any number.

    A server that gives each connection a thread sets it, so that some threads are left to refuse further ones.
    """

    connections: int | None = None

    def is_reached(self) -> bool:
        """Say whether no further connection may be served.

        Returns:
            True if as many are open as may be.
        """
        return self.connections is not None and sum(map(len, registries())) >= self.connections


process_limit = ProcessLimit()


class Place:
    """The place of one connection in a registry, from its admission until :meth:`free`.

    Args:
        registry: The registry.
        is_call: A call; else an audio stream.
    """

    __slots__ = ("_registry", "connection", "is_call")

    def __init__(self, registry: Registry, *, is_call: bool) -> None:
        self._registry = registry
        self.is_call = is_call
        self.connection: Connection | None = None

    def occupy(self, connection: Connection) -> None:
        """Note which connection has the place.

        One that comes when the drain is over is closed like those that it has closed.

        Args:
            connection: The connection.
        """
        # in this order, and the end of a drain in the other: one of the two sees that the connection has to be closed
        self.connection = connection
        if self._registry._closed:
            connection.close_within(1012, "the server is going down")

    def free(self) -> None:
        """Give the place to others. Giving it twice is no error."""
        self._registry._free(self)


class Registry:
    """The connections and sessions of one application, and the limits for further ones.

    Args:
        max_sessions: Calls that may be up; None for any number. Audio streams belong to calls, and are not counted.
        before_upgrade: Asked about each request to connect.
        allowed_origins: Origins of browser pages that may connect, besides the host that is connected to.
    """

    def __init__(
        self,
        *,
        max_sessions: int | None = None,
        before_upgrade: BeforeUpgrade | None = None,
        allowed_origins: AllowedOrigins = (),
    ) -> None:
        if isinstance(allowed_origins, str) and allowed_origins != "*":
            raise ValueError(f'allowed_origins: expected a list of origins, or "*", got {allowed_origins!r}')
        self.max_sessions = max_sessions
        self.before_upgrade = before_upgrade
        self.allowed_origins = allowed_origins
        self.draining = False
        self.missing_audio: Callable[[str], str | None] | None = None  # looks for the audio service of a path
        self.contexts: dict[object, Any] = {}  # with which calls are served here, by their service
        self.sessions: dict[str, Session] = {}  # the latest of each call
        self._twins: dict[str, list[Session]] = {}  # where there are several: all of them, in the order of coming
        self._places: set[Place] = set()
        self._calls = 0  # places of control connections: audio streams belong to calls that are up
        self._closed = False  # the drain has closed what did not end by itself
        self._changed = fork.condition()  # guards the fields above; no caller's code runs under it
        with _registries_lock:
            _registries.add(self)

    def __len__(self) -> int:
        """Count the connections that are open."""
        return len(self._places)

    # -- who may connect

    def admit(self, environ: dict[str, Any], *, is_call: bool) -> Place:
        """Take a place for a request to connect.

        Args:
            environ: The request, as WSGI has it.
            is_call: A call, which counts for ``max_sessions``, and is refused in a drain; else an audio stream.
        Returns:
            The place, which whoever asked for it frees.
        Raises:
            HandshakeError: The connection is not to be served; ``status`` is the answer to give.
        Blocks: as long as ``before_upgrade`` does.
        """
        if "HTTP_ORIGIN" in environ:
            self._check_origin(environ["HTTP_ORIGIN"], environ)
        if self.before_upgrade is not None:
            self._check_room(is_call)  # it may be costly: it is asked about those only that may be served
            self._ask(self.before_upgrade, environ)
        place = Place(self, is_call=is_call)
        with self._changed:
            self._check_room(is_call)
            self._places.add(place)
            self._calls += is_call
        return place

    def _check_origin(self, origin: str, environ: dict[str, Any]) -> None:
        if self.allowed_origins == "*" or origin in self.allowed_origins:
            return
        if origin.lower().partition("://")[2] != environ.get("HTTP_HOST", "").lower():
            raise HandshakeError(f"a page of {origin!r} asks to connect (see allowed_origins)", status=403)

    def _check_room(self, is_call: bool) -> None:
        if process_limit.connections is not None and process_limit.is_reached():
            raise HandshakeError(f"no new connections: {process_limit.connections} are up", status=503)
        if not is_call:
            return
        if self.draining:
            raise HandshakeError("no new calls: the server is going down", status=503)
        if self.max_sessions is not None and self._calls >= self.max_sessions:
            raise HandshakeError(f"no new calls: {self.max_sessions} are up", status=503)

    def _ask(self, before_upgrade: BeforeUpgrade, environ: dict[str, Any]) -> None:
        try:
            status: Any = before_upgrade(environ)
        except (Exception, SystemExit):
            log.exception("before_upgrade failed")
            raise HandshakeError("before_upgrade failed", status=500) from None
        if status is None:
            return
        if type(status) is bool or not isinstance(status, int) or not 400 <= status <= 599:
            log.error("before_upgrade returned %r: expected None, or the HTTP status of a refusal (400 to 599)", status)
            raise HandshakeError("before_upgrade failed", status=500)
        raise HandshakeError("refused by before_upgrade", status=int(status))

    def _free(self, place: Place) -> None:
        with self._changed:
            if place in self._places:
                self._places.discard(place)
                self._calls -= place.is_call
                self._changed.notify_all()

    # -- which calls are up

    def add(self, session: Session) -> bool:
        """Note that a session has begun.

        Args:
            session: The session.
        Returns:
            True if there are others of its call: jambonz opens a second connection for it where a redirect leads to
            another address.
        """
        call_sid = session.call_sid
        with self._changed:
            known = self.sessions.get(call_sid)
            self.sessions[call_sid] = session
            if known is None:
                return False
            self._twins.setdefault(call_sid, [known]).append(session)
            return True

    def forget(self, session: Session) -> None:
        """Note that a session is over.

        Args:
            session: The session.
        """
        call_sid = session.call_sid
        with self._changed:
            others = [twin for twin in self._twins.pop(call_sid, ()) if twin is not session]
            if len(others) > 1:
                self._twins[call_sid] = others
            if others:
                self.sessions[call_sid] = others[-1]
            elif self.sessions.get(call_sid) is session:
                del self.sessions[call_sid]

    def sessions_of(self, call_sid: str) -> list[Session]:
        """List all sessions of a call: first those whose connection has dropped, and the latest first.

        Args:
            call_sid: The call.
        """
        with self._changed:
            known = self.sessions.get(call_sid)
            latest_first = self._twins.get(call_sid, [known] if known is not None else [])[::-1]
        return sorted(latest_first, key=lambda session: not session.away)

    def find(self, call_sid: str) -> Session | None:
        """Find the session of a call here, or in another registry of this process: each application has its own.

        Args:
            call_sid: The call.
        Returns:
            The latest session; None if the call is not up in this process.
        """
        for registry in (self, *registries()):
            session = registry.sessions.get(call_sid)
            if session is not None:
                return session
        return None

    # -- the end

    def reopen(self) -> None:
        """Take calls again after a drain."""
        with self._changed:
            self.draining = self._closed = False

    def drain(self, timeout: float) -> bool:
        """Refuse new calls, then wait until all connections have ended.

        Those that are still up after ``timeout`` are closed with 1012, so that jambonz connects them elsewhere. Calls
        that have lost their connection are over at once, since they cannot come back here.

        Args:
            timeout: Seconds to wait; 3 more for the closing handshakes.
        Returns:
            True if every connection ended by itself, False if some had to be closed.
        Blocks: up to ``timeout`` + 3 s.
        """
        return drain([self], timeout)

    def _give_up_absent(self) -> None:
        with self._changed:
            sessions = [*self.sessions.values(), *(twin for twins in self._twins.values() for twin in twins)]
        for session in sessions:
            outbox = dispatcher_of(session).outbox
            outbox.give_up(outbox.connection)

    def _wait_until_empty(self, deadline: float) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: not self._places, max(0.0, deadline - monotonic()))

    def _close_to_all(self) -> list[Connection]:
        """Have those that come from now on closed at once, and list those that are up."""
        with self._changed:
            self._closed = True
            return [place.connection for place in self._places if place.connection is not None]


def drain(registries: Sequence[Registry], timeout: float) -> bool:
    """Do as :meth:`Registry.drain` for several at the same time.

    Args:
        registries: Which.
        timeout: Seconds to wait for all of them; 3 more for the closing handshakes.
    Returns:
        True if every connection ended by itself, False if some had to be closed.
    Blocks: up to ``timeout`` + 3 s.
    """
    for registry in registries:
        registry.draining = True
    for registry in registries:  # behind that: a connection that drops from now on ends its call itself
        registry._give_up_absent()
    deadline = monotonic() + timeout
    ended = [registry._wait_until_empty(deadline) for registry in registries]
    connections = [connection for registry in registries for connection in registry._close_to_all()]
    if all(ended):
        return True
    log.info("closing %d connections with 1012", len(connections))
    deadline = monotonic() + CLOSE_TIMEOUT
    for connection in connections:
        connection.close_within(1012, "the server is going down")
    for registry in registries:
        registry._wait_until_empty(deadline)
    for registry in registries:
        for connection in registry._close_to_all():
            connection.abort()
    return False
