"""The sockets of the audio streams of a call, and the clock by which they run."""

from __future__ import annotations

import time
from collections.abc import Callable

from ..engine.limits import Limits
from ..engine.state import CallState
from ..media.fork import Fork
from ..media.pcm import FRAME
from .connections import Inbox
from .sockets import Arrived, Dropped, Opened, Socket

__all__ = ["Media"]

_SUBPROTOCOL = "audio.drachtio.org"
#: bytes that may wait to be sent: an app that does not read loses audio, rather than to get it minutes late
_BUFFER = 65_536

#: where a stream goes: its URL, and the credentials for it
Place = tuple[str, tuple[str, str] | None]


class Media:
    """The shell around :class:`~.streams.Streams`. Methods are called from one thread and do not block, but
    :meth:`close`."""

    def __init__(
        self, call: CallState, place: Callable[[Fork], Place], limits: Limits, put: Callable[[Inbox], None]
    ) -> None:
        self._call = call
        self._streams = call.streams
        self._place = place
        self._limits = limits
        self._put = put
        self._sockets: dict[Fork, Socket] = {}
        # those that are over for this side, and wait for the app's
        self._leaving: list[Socket] = []
        #: when the next frame is due, while any stream is open
        self.due: float | None = None

    @property
    def active(self) -> bool:
        """Whether there is any stream."""
        return bool(self._sockets)

    def update(self) -> None:
        """Open and close what is to be opened and closed, and send what there is to send."""
        for fork in self._streams.forks:
            if fork not in self._sockets:
                url, credentials = self._place(fork)
                socket = Socket(url, credentials, self._limits, self._put, subprotocol=_SUBPROTOCOL, buffer=_BUFFER)
                self._sockets[fork] = socket
                socket.open_later()
        for fork, socket in list(self._sockets.items()):
            self._send(fork, socket)
            if fork.over:
                socket.say_goodbye()
                self._leaving.append(self._sockets.pop(fork))
        if not any(not fork.opening for fork in self._sockets):
            self.due = None
        elif self.due is None:
            self.due = time.monotonic() + FRAME

    def handle(self, arrived: object) -> bool:
        """Take something out of the inbox. False if it is not from an audio stream."""
        if not isinstance(arrived, Arrived | Dropped | Opened):
            return False
        fork = next((fork for fork, socket in self._sockets.items() if socket is arrived.socket), None)
        if fork is None:
            return arrived.socket in self._leaving
        match arrived:
            case Opened():
                self._streams.opened(fork)
            case Arrived():
                self._streams.received(fork, arrived.data)
            case Dropped() if arrived.why is not None:
                self._streams.failed(fork, arrived.why)
            case Dropped():
                self._streams.dropped(fork, arrived.code)
        self.update()
        return True

    def tick(self) -> None:
        """Let the time pass that has passed."""
        while self.due is not None and self.due <= time.monotonic():
            self.due += FRAME
            self._call.pass_frame()
            self.update()

    def close(self) -> None:
        """Close all connections. Blocks until the app has closed them too, for a second or so."""
        for socket in self._sockets.values():
            socket.say_goodbye()
        for socket in [*self._leaving, *self._sockets.values()]:
            socket.close()

    def _send(self, fork: Fork, socket: Socket) -> None:
        while fork.out:
            message = fork.out[0]
            if not socket.has_room:
                if isinstance(message, str):
                    return
                # as the media server does with what an app does not read: the audio is lost, and nothing waits
            else:
                socket.send(message)
            del fork.out[0]
