"""What serves the calls of one path: the callbacks that listen to them, and the way from a request to a session."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, ClassVar, overload

from ..errors import ProtocolError
from ..protocol.messages import NOTIFICATIONS, WANT_ACK, parse, shown
from ..runtime import Reader, pool, timers
from ..runtime.handlers import Context, F, Handlers
from ..runtime.reader import Sink
from ..runtime.websocket import DETACHABLE, Connection, preload
from ..session import Dispatcher, Session, dispatcher_of
from ..session.context import CallContext, SessionOptions
from .registry import Registry

log = logging.getLogger("jambonz_sync.server.service")

#: how long a connection may be open before its first message comes, in seconds
_FIRST_MESSAGE = 10.0


class PathService:
    """What serves the connections to one path."""

    subprotocols: ClassVar[tuple[str, ...]]
    is_call: ClassVar[bool]

    def __init__(self, options: SessionOptions, registry: Registry) -> None:
        preload()
        self.options = options
        self.registry = registry
        self.handlers = Handlers()

    @overload
    def on(self, name: str, fn: None = None, *, concurrent: bool = False) -> Callable[[F], F]: ...
    @overload
    def on(self, name: str, fn: F, *, concurrent: bool = False) -> F: ...
    def on(self, name: str, fn: Any = None, *, concurrent: bool = False) -> Any:
        """Call ``fn`` at each event ``name`` (see the class); without ``fn`` a decorator. It may block.
        Raises TypeError for an async function."""
        return self.handlers.on(name, fn, concurrent=concurrent)

    @overload
    def once(self, name: str, fn: None = None, *, concurrent: bool = False) -> Callable[[F], F]: ...
    @overload
    def once(self, name: str, fn: F, *, concurrent: bool = False) -> F: ...
    def once(self, name: str, fn: Any = None, *, concurrent: bool = False) -> Any:
        """As :meth:`on`, for the next event of that name only."""
        return self.handlers.once(name, fn, concurrent=concurrent)

    def off(self, name: str, fn: Callable[..., Any] | None = None) -> None:
        """Forget ``fn``, or all functions, for the event ``name``."""
        self.handlers.off(name, fn)

    def serve(
        self,
        environ: dict[str, Any],
        url_vars: Mapping[str, Any],
        *,
        accepted: Callable[[], object] | None = None,
        options: SessionOptions | None = None,
        callback_context: Context | None = None,
    ) -> None:
        """Answer the handshake of a WSGI request and serve its call. Blocks until the connection is over, unless the
        server is one that lets its sockets go (:mod:`jambonz_sync.server.http`): then the call is served without
        its thread.
        ``accepted`` is called between the two; each callback of the application runs in a
        ``callback_context`` of its own. ``options`` are those of this call, in place of the service's.

        Raises :class:`HandshakeError`, before anything has been written, for a request that is refused; its
        ``status`` is the answer to give. Otherwise the socket is used up: the server must write nothing to it.
        """
        self.registry.admit(environ, is_call=self.is_call)
        context = CallContext(options or self.options, self.handlers, self.registry, callback_context)
        detach = DETACHABLE in environ
        connection = Connection.accept(
            environ,
            subprotocols=self.subprotocols,
            detach=detach,
            max_message_size=context.options.max_message_size,
            send_timeout=context.options.send_timeout,
            ping_interval=context.options.ping_interval,
        )
        self.registry.enter(connection, is_call=self.is_call)
        sink = self._sink(context, connection, dict(url_vars))
        if accepted is not None:
            accepted()
        reader = Reader(connection, sink)
        if detach and reader.start(connection.dispose):
            return
        try:
            reader.serve()
        finally:
            if detach:
                connection.dispose()

    def _sink(self, context: CallContext, connection: Connection, url_vars: dict[str, Any]) -> Sink:
        """What takes the messages of a connection that has been accepted."""
        raise NotImplementedError


class Service(PathService):
    """The calls of one path. Register callbacks for::

        session:new         (session, event)     a call begins; send() its first verbs
        session:redirect    (session, event)     a call comes from elsewhere; without a callback, as session:new
        session:adulting    (session, event)     a dialled leg has become a call of its own
        session:reconnect   (session, event)     jambonz lost the connection and is back, and verbs replace what the
                                                 call is doing; a call that this process does not know goes to
                                                 session:new without a callback
        call:status         (session, event)     progress, before the call has begun
        error               (session, exception) a callback failed and the session has no ``error`` callback
        close               (session, code, reason)  a call is over

    Each callback gets as many of the arguments as it has parameters without a default.
    """

    subprotocols = ("ws.jambonz.org",)
    is_call = True

    def _sink(self, context: CallContext, connection: Connection, url_vars: dict[str, Any]) -> Sink:
        return CallConnection(self.registry, context, connection, url_vars)


class CallConnection:
    """One connection of a call: turns its messages over to the dispatcher of the call."""

    __slots__ = ("_connection", "_context", "_dispatcher", "_patience", "_registry", "_url_vars")

    def __init__(
        self, registry: Registry, context: CallContext, connection: Connection, url_vars: dict[str, Any]
    ) -> None:
        self._registry = registry
        self._context = context
        self._connection = connection
        self._url_vars = url_vars
        self._dispatcher: Dispatcher | None = None
        self._patience = timers.call_later(_FIRST_MESSAGE, partial(pool.run, self._silent))

    @property
    def full(self) -> bool:
        return self._dispatcher is not None and self._dispatcher.callbacks.queues.full

    def wait_for_room(self) -> None:
        if self._dispatcher is not None:
            self._dispatcher.callbacks.queues.wait_for_room()

    def on_slow_callback(self) -> None:
        if self._dispatcher is not None:
            self._dispatcher.watch_hooks()

    def handle(self, text: str | bytes) -> None:
        try:
            if type(text) is not str:
                raise ProtocolError("a binary message on the control connection", code=1003)
            message = parse(text)
            dispatcher = self._dispatcher if self._dispatcher is not None else self._begin(message)
        except ProtocolError as exc:
            self._garbage(exc)
            return
        kind = message["type"]
        if kind not in NOTIFICATIONS and kind not in WANT_ACK:
            log.warning("call %s: a message of unknown type %.40r", dispatcher.call_sid, kind)
        try:
            dispatcher.on_message(message, self._connection)
        except Exception:
            log.exception("call %s: a %.40r could not be handled", dispatcher.call_sid, kind)

    def _begin(self, message: dict[str, Any]) -> Dispatcher:
        if message["type"] not in WANT_ACK and message["type"] != "call:status":
            raise ProtocolError(f"a connection that begins with {shown(message['type'])}", code=1008)
        self._dispatcher = self._dispatcher_for(message)
        self._patience.cancel()
        return self._dispatcher

    def _dispatcher_for(self, message: dict[str, Any]) -> Dispatcher:
        """The call that the first message belongs to: a new one, unless jambonz is back."""
        data = message["data"]
        call_sid = message.get("call_sid") or data.get("call_sid")
        if type(call_sid) is not str or not call_sid:
            raise ProtocolError(f"a {message['type']} without a call_sid", code=1008)
        if not call_sid.isprintable():  # it stands in every line of the log about the call
            raise ProtocolError(f"a {message['type']} whose call_sid is no name: {shown(call_sid)}", code=1008)
        if message["type"] == "session:reconnect":
            for known in self._registry.sessions_of(call_sid):
                dispatcher = dispatcher_of(known)
                if dispatcher.attach(self._context.handlers, self._connection):
                    return dispatcher
        session = Session(self._context, self._connection, call_sid, data, self._url_vars)
        if self._registry.add(session):
            log.warning("call %s: a second session of this call; both are served", call_sid)
        return dispatcher_of(session)

    def _silent(self) -> None:
        """The peer has taken a place for a call, and does not say for which."""
        if self._dispatcher is None and not self._connection.closing:
            self._garbage(ProtocolError(f"no message within {_FIRST_MESSAGE:g} s", code=1008))

    def _garbage(self, exc: ProtocolError) -> None:
        self._log(exc)
        # a peer that does not speak the protocol is closed; in the middle of a call a bad text is left out, no more
        if self._dispatcher is None or exc.code == 1003:
            self._connection.close_within(exc.code, str(exc))
        if self._dispatcher is not None:
            self._dispatcher.callbacks.report(exc)

    def _log(self, exc: ProtocolError) -> None:
        if self._dispatcher is not None:
            exc.call_sid = self._dispatcher.call_sid
        log.error("call %s: %s", exc.call_sid or "-", exc)

    def over(self) -> None:
        connection, dispatcher = self._connection, self._dispatcher
        self._patience.cancel()
        try:
            if connection.fault is not None:
                self._log(connection.fault)
            if dispatcher is not None:
                if connection.fault is not None:
                    dispatcher.callbacks.report(connection.fault)
                if connection.ignored:
                    log.info(
                        "call %s: %d messages came after the close and have no answer",
                        dispatcher.call_sid,
                        connection.ignored,
                    )
                dispatcher.connection_over(connection)
        finally:
            self._registry.leave(connection, is_call=True)
