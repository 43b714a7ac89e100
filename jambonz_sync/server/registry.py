"""What is up at the moment: the calls of one server, how many there may be, and how they come to an end."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from time import monotonic
from typing import Any
from weakref import WeakSet

from ..runtime import fork, pool
from ..runtime.websocket import Connection, HandshakeError
from ..session import Session

log = logging.getLogger("jambonz_sync.server.registry")

#: gets the WSGI environment of a request to upgrade; an HTTP status that it returns refuses the call
BeforeUpgrade = Callable[[dict[str, Any]], int | None]

_registries: WeakSet[Registry] = WeakSet()
_registries_lock = fork.rlock()  # a signal handler asks, too, maybe of the thread that is just asking


def registries() -> list[Registry]:
    """All that there are in this process."""
    with _registries_lock:
        return list(_registries)


class Registry:
    """What the services of one server share: the calls that are up, and how many there may be."""

    def __init__(self, *, max_sessions: int | None = None, before_upgrade: BeforeUpgrade | None = None) -> None:
        self.max_sessions = max_sessions
        self.before_upgrade = before_upgrade
        self.draining = False
        self.sessions: dict[str, Session] = {}  # the latest of each call
        self._twins: dict[str, list[Session]] = {}  # where there are several: all of them, in the order of coming
        self._connections: set[Connection] = set()
        self._calls = 0  # of these, the control connections: audio streams belong to calls that are up
        self._changed = fork.condition()  # guards the fields above
        with _registries_lock:
            _registries.add(self)

    def admit(self, environ: dict[str, Any], *, is_call: bool) -> None:
        """Raises :class:`HandshakeError` for a connection that is not to be served."""
        if is_call:
            if self.draining:
                raise HandshakeError("no new calls: the server is going down", status=503)
            if self._is_full():
                raise HandshakeError(f"no new calls: {self.max_sessions} are up", status=503)
        if self.before_upgrade is not None:
            self._ask(self.before_upgrade, environ)

    def _ask(self, before_upgrade: BeforeUpgrade, environ: dict[str, Any]) -> None:
        try:
            status: Any = before_upgrade(environ)
        except (Exception, SystemExit):
            log.exception("before_upgrade failed")
            raise HandshakeError("before_upgrade failed", status=500) from None
        if status is None:
            return
        if type(status) is bool or not isinstance(status, int) or not 400 <= status <= 599:
            told = "before_upgrade returned %r: expected None, or the HTTP status of a refusal (400 to 599)"
            log.error(told, status)
            raise HandshakeError("before_upgrade failed", status=500)
        raise HandshakeError("refused by before_upgrade", status=int(status))

    def _is_full(self) -> bool:
        return self.max_sessions is not None and self._calls >= self.max_sessions

    def enter(self, connection: Connection, *, is_call: bool) -> None:
        with self._changed:
            if not is_call or not (self.draining or self._is_full()):
                self._connections.add(connection)
                self._calls += is_call
                return
        connection.close(1013, "try again later")  # the last free place went to another call meanwhile

    def leave(self, connection: Connection, *, is_call: bool) -> None:
        with self._changed:
            if connection in self._connections:
                self._connections.discard(connection)
                self._calls -= is_call
                self._changed.notify_all()

    def add(self, session: Session) -> bool:
        """A session has begun. Whether there are others of its call: jambonz opens a second connection for it where a
        redirect leads to another address."""
        call_sid = session.call_sid
        with self._changed:
            known = self.sessions.get(call_sid)
            self.sessions[call_sid] = session
            if known is None:
                return False
            self._twins.setdefault(call_sid, [known]).append(session)
            return True

    def forget(self, session: Any) -> None:
        """It is over."""
        call_sid = session.call_sid
        with self._changed:
            rest = [one for one in self._twins.pop(call_sid, ()) if one is not session]
            if len(rest) > 1:
                self._twins[call_sid] = rest
            if rest:
                self.sessions[call_sid] = rest[-1]
            elif self.sessions.get(call_sid) is session:
                del self.sessions[call_sid]

    def sessions_of(self, call_sid: str) -> list[Session]:
        """All sessions of a call: first those whose connection has dropped, and the latest first."""
        with self._changed:
            known = self.sessions.get(call_sid)
            latest_first = self._twins.get(call_sid, [known] if known is not None else [])[::-1]
        return sorted(latest_first, key=lambda session: not session.away)

    def find(self, call_sid: str) -> Session | None:
        """The session of a call that is up, here or at another registry of this process: each blueprint has its own."""
        for registry in (self, *registries()):
            session = registry.sessions.get(call_sid)
            if session is not None:
                return session
        return None

    def __len__(self) -> int:
        """Connections that are open."""
        return len(self._connections)

    def drain(self, timeout: float) -> bool:
        """Take no new calls and wait until those that run have ended, ``timeout`` seconds at most; then close the rest
        with 1012, so that jambonz connects them elsewhere. Whether all had ended by themselves."""
        with self._changed:
            self.draining = True
            self._changed.notify_all()
            if self._changed.wait_for(lambda: not self._connections, timeout):
                return True
            rest = list(self._connections)
        log.info("closing %d connections with 1012", len(rest))
        for connection in rest:  # each on its own: one that takes no data must not keep the others
            pool.run(partial(connection.close, 1012, "the server is going down"))
        deadline = monotonic() + 3.0
        with self._changed:
            self._changed.wait_for(lambda: not self._connections, max(0.0, deadline - monotonic()))
            rest = list(self._connections)
        for connection in rest:
            connection.abort()
        return False
