"""The calls of one path: the callbacks that listen to them, and the way from a request to a session."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, NamedTuple

from ..errors import ProtocolError
from ..events.known import KnownEvents
from ..events.names import SERVICE_EVENTS, SESSION_EVENTS
from ..protocol.messages import NOTIFICATIONS, WANT_ACK, parse, shown
from ..runtime import Reader, timers
from ..runtime.counted import CountedSink, count
from ..runtime.handlers import Context, F, Handlers, Listeners
from ..runtime.reader import Sink
from ..runtime.websocket import DETACH, Connection, HandshakeError, preload
from ..runtime.work import WORK, ConnectionWork
from ..session import Dispatcher, Session, dispatcher_of
from ..session.context import CallContext, SessionOptions
from ..session.lines import tell_begin
from . import wsgi
from .registry import Place, Registry

log = logging.getLogger("jambonz_sync.server")

#: seconds in which the first message of a call must come
_FIRST_MESSAGE = 10.0


class PathService(Listeners):
    """The service of one path: the functions that listen to the events of its connections."""

    _subprotocols: ClassVar[tuple[str, ...]]
    _is_call: ClassVar[bool]
    _events: ClassVar[KnownEvents]
    #: a subprotocol that comes by mistake, and what to do about it
    _mistaken: ClassVar[tuple[str, str]]

    def __init__(self) -> None:
        preload()
        self._handlers = Handlers(self._events)

    def _sink(self, upgrade: Upgrade) -> Sink:
        """Make what takes the messages of a connection that has been accepted."""
        raise NotImplementedError


class Upgrade(NamedTuple):
    """A connection that has been accepted, and what it is served with."""

    connection: Connection
    place: Place
    registry: Registry
    context: CallContext
    url_vars: dict[str, Any]
    path: str


def serve(
    service: PathService,
    environ: dict[str, Any],
    url_vars: Mapping[str, Any],
    *,
    options: SessionOptions,
    registry: Registry,
    callback_context: Context | None = None,
    accepted: Callable[[], object] | None = None,
) -> None:
    """Answer the handshake of a WSGI request and serve its connection.

    The socket is used up by that: the server must write nothing to it.

    Args:
        service: The service of the path of the request.
        environ: The request.
        url_vars: Variables of the path.
        options: How the call is served.
        registry: Decides about the request, and knows the connection and its session from then on.
        callback_context: Makes the context that each callback runs in.
        accepted: Called when the request has been accepted, and ``environ`` is needed no more.
    Raises:
        HandshakeError: The request is refused, and nothing has been written; ``status`` is the answer to give.
    Blocks: until the connection is over, unless the server is one that lets its sockets go
    (:mod:`jambonz_sync.server.http`).
    """
    if wsgi.serves_one_at_a_time(environ):
        raise HandshakeError(
            "a sync worker of gunicorn has one connection at a time, and is killed when that has lasted 30 s: "
            "gunicorn -c python:jambonz_sync.gunicorn app:app, with the name of your application",
            status=503,
        )
    place = registry.admit(environ, is_call=service._is_call)
    detach: Callable[[], Any] | None = environ.get(DETACH)
    work: ConnectionWork | None = environ.get(WORK)
    if work is not None:
        work.attach()
    connection: Connection | None = None
    try:
        try:
            connection = Connection.accept(
                environ,
                subprotocols=service._subprotocols,
                detach=detach,
                max_message_size=options.max_message_size,
                send_timeout=options.send_timeout,
                ping_interval=options.ping_interval,
            )
        except HandshakeError as exc:
            subprotocol, hint = service._mistaken
            if subprotocol not in environ.get("HTTP_SEC_WEBSOCKET_PROTOCOL", ""):
                raise
            raise HandshakeError(hint.format(path=shown(wsgi.path_of(environ))), status=exc.status) from None
        if work is not None:
            count(connection, work)
        place.occupy(connection)
        if wsgi.ON_UPGRADE in environ:
            environ[wsgi.ON_UPGRADE]()
        path = f"{environ.get('SCRIPT_NAME', '')}{wsgi.path_of(environ)}"
        context: CallContext | None = registry.contexts.get(service)
        if context is None or context.options is not options:
            if environ.get("SCRIPT_NAME"):  # behind a path of another application, which may have audio services
                registry.missing_audio = None
            context = CallContext(options, service._handlers, registry, callback_context)
            registry.contexts[service] = context
        sink = service._sink(Upgrade(connection, place, registry, context, dict(url_vars), path))
        if accepted is not None:
            accepted()
        reader = Reader(connection, sink if work is None else CountedSink(sink, work))
        if detach is not None and reader.start(connection.dispose):
            return
        reader.serve()
    except BaseException:  # nobody reads it: it must not keep its place, nor its peer wait for an answer
        place.free()
        if connection is not None:
            connection.give_up()
            if detach is not None:
                connection.dispose()
        raise
    if detach is not None:
        connection.dispose()


class Service(PathService):
    """The calls of one path.

    Made by :meth:`Endpoint.service`, or by a blueprint. :meth:`on` registers callbacks for these events:

    * ``session:new`` (session, event): a call begins; send its first verbs.
    * ``session:redirect`` (session, event): a call comes from elsewhere. Without a callback it goes to ``session:new``.
    * ``session:adulting`` (session, event): a dialled leg has become a call of its own.
    * ``session:reconnect`` (session, event): jambonz lost the connection and is back; verbs that are sent replace what
      the call is doing. A call that this process does not know goes to ``session:new`` if there is no callback.
    * ``call:status`` (session, event): progress, before the call has begun.
    * ``error`` (session, exception): a callback failed, and the session has no ``error`` callback.
    * ``close`` (session, code, reason): a call is over.

    Each callback gets as many of the arguments as it has parameters without a default, and may block. Any thread may
    call any method.
    """

    _subprotocols = ("ws.jambonz.org",)
    _is_call = True
    _mistaken = (
        "audio.",
        "an audio stream (listen, stream) comes to the path {path} of calls: make a service for it, "
        "endpoint.audio(path) or @bp.audio(path)",
    )
    _events = KnownEvents("a service", SERVICE_EVENTS, None, dict.fromkeys(SESSION_EVENTS, "a session"))

    def call(self, fn: F) -> F:
        """Have a function conduct each call, from top to bottom: a decorator.

        The function gets the session, and the event if it has a second parameter, when a call begins
        (``session:new``). It has a thread for as long as it takes, and may wait for the call:
        :meth:`~jambonz_sync.session.Session.ask`, :meth:`~jambonz_sync.session.Session.wait`. The verbs that it has
        queued when it ends, or returns, are sent. When the caller hangs up, it ends by itself, with
        :class:`~jambonz_sync.CallEnded`. If it raises anything else, ``on_error`` is sent; without that the call is
        hung up.

        Args:
            fn: A plain function.
        Returns:
            The function.
        Raises:
            ValueError: The service has a function for ``session:new`` already.
            TypeError: ``fn`` is an async function, cannot be called, or needs more than two arguments.
        """
        if "session:new" in self._handlers:
            raise ValueError(f"{fn!r} cannot conduct calls: the service has a function for session:new already")
        return self._handlers.converse("session:new", fn)

    def _sink(self, upgrade: Upgrade) -> Sink:
        return CallConnection(upgrade)


class CallConnection:
    """One connection of a call: turns its messages over to the dispatcher of the call."""

    __slots__ = ("_connection", "_dispatcher", "_first_message", "_session", "_upgrade")

    def __init__(self, upgrade: Upgrade) -> None:
        self._upgrade = upgrade
        self._connection = upgrade.connection
        self._dispatcher: Dispatcher | None = None
        self._session: Session | None = None  # held for the dispatcher, which does not hold it
        self._first_message = timers.call_later(_FIRST_MESSAGE, self._close_if_silent)

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
            self._reject(exc)
            return
        kind = message["type"]
        if kind not in NOTIFICATIONS and kind not in WANT_ACK:
            log.warning("call %s: a message of unknown type %.40r", dispatcher.call_sid, kind)
        try:
            dispatcher.on_message(message, self._connection, len(text))
        except Exception:
            log.exception("call %s: a %.40r could not be handled", dispatcher.call_sid, kind)

    def _begin(self, message: dict[str, Any]) -> Dispatcher:
        if message["type"] not in WANT_ACK and message["type"] != "call:status":
            raise ProtocolError(f"a connection that begins with {shown(message['type'])}", code=1008)
        self._session = self._session_for(message)
        self._dispatcher = dispatcher_of(self._session)
        self._first_message.cancel()
        return self._dispatcher

    def _session_for(self, message: dict[str, Any]) -> Session:
        """Find or make the call that the first message belongs to: a new one, unless jambonz is back."""
        data = message["data"]
        call_sid = message.get("call_sid") or data.get("call_sid")
        if type(call_sid) is not str or not call_sid:
            raise ProtocolError(f"a {message['type']} without a call_sid", code=1008)
        if not call_sid.isprintable():  # it stands in every line of the log about the call
            raise ProtocolError(f"a {message['type']} whose call_sid is no name: {shown(call_sid)}", code=1008)
        _, _, registry, context, url_vars, path = self._upgrade
        if message["type"] == "session:reconnect":
            for known in registry.sessions_of(call_sid):
                if dispatcher_of(known).attach(context.handlers, self._connection):
                    log.info("call %s: is back, by a new connection", call_sid)
                    return known
        if log.isEnabledFor(logging.INFO):
            tell_begin(call_sid, message["type"], data, path)
        session = Session(context, self._connection, call_sid, data, url_vars)
        if registry.add(session):
            log.warning("call %s: a second session of this call; both are served", call_sid)
        return session

    def _close_if_silent(self) -> None:
        """End a connection whose peer has taken the place of a call, and does not say of which.

        Threads: the timers'.
        """
        if self._dispatcher is None and not self._connection.closing:
            self._reject(ProtocolError(f"no message within {_FIRST_MESSAGE:g} s", code=1008))

    def _reject(self, exc: ProtocolError) -> None:
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
        self._first_message.cancel()
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
            self._upgrade.place.free()
