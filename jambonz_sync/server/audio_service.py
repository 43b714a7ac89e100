"""The audio streams of one path: the WebSockets that ``listen`` and ``stream`` verbs open."""

from __future__ import annotations

import logging
from functools import partial
from typing import Any

from ..audio import AudioReceiver, AudioStream
from ..audio.callbacks import STREAM_EVENTS, comes_too_late
from ..errors import ProtocolError
from ..events.known import KnownEvents
from ..logs.context import call_sid as current_call_sid
from ..protocol.audio import parse_metadata
from ..runtime.handlers import Handler, run
from ..runtime.reader import Sink
from .service import PathService, Upgrade

log = logging.getLogger("jambonz_sync.server")


class AudioService(PathService):
    """The audio streams of one path.

    Made by :meth:`Endpoint.audio`, or by a blueprint. :meth:`on` registers callbacks for these events:

    * ``connection`` (stream): a stream has begun; it may be read here until it ends.
    * ``error`` (stream, exception): a ``connection`` callback failed, and the stream is closed.
    * ``close`` (stream, code, reason): a stream is over.

    Each callback gets as many of the arguments as it has parameters without a default, and may block. Any thread may
    call any method.
    """

    _subprotocols = ("audio.drachtio.org", "audio.jambonz.org")
    _is_call = False
    _mistaken = (
        "ws.jambonz.org",
        "a call comes to the path {path} of audio streams: make a service for it, endpoint.service(path) or "
        "@bp.websocket(path)",
    )
    _events = KnownEvents(
        "an audio service",
        {"connection": ("stream",), "error": ("stream", "exception"), "close": ("stream", "code", "reason")},
        None,
        dict.fromkeys(STREAM_EVENTS, "a stream"),
    )

    def _sink(self, upgrade: Upgrade) -> Sink:
        return AudioConnection(upgrade)


class AudioConnection:
    """One connection of the media server: turns its messages over to the stream."""

    __slots__ = ("_connection", "_context", "_receiver", "_stream", "_upgrade")

    full = False  # a stream that nobody reads drops frames: reading never pauses

    def __init__(self, upgrade: Upgrade) -> None:
        self._upgrade = upgrade
        self._connection = upgrade.connection
        self._context = upgrade.context
        self._receiver: AudioReceiver | None = None
        self._stream: AudioStream | None = None

    def wait_for_room(self) -> None:
        pass

    def on_slow_callback(self) -> None:
        pass

    def handle(self, message: str | bytes) -> None:
        if self._receiver is not None:
            self._receiver.feed(message)
            return
        try:
            metadata = parse_metadata(message)
        except ProtocolError as exc:
            log.error("an audio stream was refused: %s", exc)
            self._connection.close_within(exc.code, str(exc))
            return
        connection = self._connection
        receiver = self._receiver = AudioReceiver(
            metadata,
            context=self._context.callback_context,
            work=connection.work,
            unhandled=connection.unhandled,
        )
        stream = self._stream = AudioStream(
            connection,
            receiver,
            session=partial(self._upgrade.registry.find, metadata.call_sid),
            url_vars=self._upgrade.url_vars,
        )
        log.info("call %s: an audio stream begins, %d Hz", stream.call_sid or "-", stream.sample_rate)
        handlers = self._context.handlers.take("connection")
        if not handlers:
            log.error(
                "call %s: nobody listens to connection at this path, and the stream is closed: "
                'audio.on("connection", fn)',
                stream.call_sid or "-",
            )
            stream.close(1000, "nobody listens")
            return
        receiver.queues.run(receiver.queues.hooks, partial(self._run, handlers, (stream,)), handlers[0].key)

    def over(self) -> None:
        connection, stream = self._connection, self._stream
        try:
            if self._receiver is not None and stream is not None:
                self._receiver.over(connection.code, connection.reason)
                log.info("call %s: an audio stream ends (%d)", stream.call_sid or "-", connection.code)
                self._notify("close", stream, connection.code, connection.reason)
        finally:
            self._upgrade.place.free()

    def _notify(self, name: str, stream: AudioStream, *args: Any) -> None:
        handlers, receiver = self._context.handlers.take(name), self._receiver
        if handlers and receiver is not None:
            job = partial(self._run, handlers, (stream, *args))
            receiver.queues.run(receiver.queues.notifications, job, handlers[0].key)

    def _run(self, handlers: tuple[Handler, ...], args: tuple[Any, ...]) -> None:
        stream: AudioStream = args[0]
        token = current_call_sid.set(stream.call_sid or None)
        try:
            self._run_each(handlers, args, stream)
        finally:
            current_call_sid.reset(token)

    def _run_each(self, handlers: tuple[Handler, ...], args: tuple[Any, ...], stream: AudioStream) -> None:
        for handler in handlers:
            try:
                run(handler, args, self._context.callback_context)
            except Exception as exc:
                is_of_connection = len(args) == 1  # nobody is left to read or to speak when it stops
                if comes_too_late(exc, stream.call_sid):
                    log.info("call %s: a callback of an audio stream stopped: %s", stream.call_sid or "-", exc)
                    if is_of_connection:
                        stream.close()
                    continue
                log.error("call %s: a callback of an audio stream failed", stream.call_sid or "-", exc_info=exc)
                if is_of_connection:
                    self._notify("error", stream, exc)
                    stream.close(1011, "the application failed")
