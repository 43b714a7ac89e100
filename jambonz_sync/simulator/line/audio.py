"""The connections of the audio streams of a call, and the clock that paces them."""

from __future__ import annotations

from collections.abc import Callable

from ..engine.clock import Timer
from ..engine.limits import CallLimits
from ..engine.state import CallState
from ..media.fork import AudioFork
from ..media.pcm import FRAME
from .connections import InboxItem
from .endpoint_activity import EndpointActivity
from .sockets import AppSocket, MessageArrived, SocketClosed, SocketOpened

__all__ = ["AudioConnections"]

_SUBPROTOCOL = "audio.drachtio.org"
#: bytes that may wait to be sent: an app that does not read loses audio, and does not get it minutes late
_BUFFER = 65_536
#: the URL of a stream, and the credentials for it
StreamAddress = tuple[str, tuple[str, str] | None]


class AudioConnections:
    """The connections of the audio streams of one call. Threads: that of :meth:`Call.run`."""

    def __init__(
        self,
        call: CallState,
        address_of: Callable[[AudioFork], StreamAddress],
        limits: CallLimits,
        put: Callable[[InboxItem], None],
        activity: EndpointActivity | None = None,
    ) -> None:
        """Make the connections of a call, of which there are none yet.

        Args:
            call: The state of the call, whose time goes on with each frame.
            address_of: Returns the URL of a stream, and the credentials for it.
            limits: How long a handshake may take.
            put: Called in other threads with what arrives.
            activity: The activity of an endpoint in this process.
        """
        self._activity = activity
        self._call = call
        self._streams = call.streams
        self._address_of = address_of
        self._limits = limits
        self._put = put
        self._sockets: dict[AudioFork, AppSocket] = {}
        # closed by this side, while the app has not answered that
        self._closing: list[AppSocket] = []
        # the next frame, while any stream is open
        self._timer: Timer | None = None

    @property
    def active(self) -> bool:
        """True if there is any stream."""
        return bool(self._sockets)

    def update(self) -> None:
        """Open the streams that the call has, close those that it has not, and send what is to be sent."""
        for fork in self._streams.forks:
            if fork not in self._sockets:
                url, credentials = self._address_of(fork)
                socket = AppSocket(
                    url,
                    credentials,
                    self._limits,
                    self._put,
                    subprotocol=_SUBPROTOCOL,
                    buffer=_BUFFER,
                    activity=self._activity,
                )
                self._sockets[fork] = socket
                socket.open_later()
        for fork, socket in list(self._sockets.items()):
            self._send(fork, socket)
            if fork.ended:
                socket.send_close()
                self._closing.append(self._sockets.pop(fork))
        if any(not fork.opening for fork in self._sockets):
            if self._timer is None:
                self._timer = self._call.clock.call_later(FRAME, self._frame)
        elif self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def handle(self, item: object) -> bool:
        """Take an item out of the inbox. Returns False if it is not from an audio stream."""
        if not isinstance(item, MessageArrived | SocketClosed | SocketOpened):
            return False
        fork = next((fork for fork, socket in self._sockets.items() if socket is item.socket), None)
        if fork is None:
            return item.socket in self._closing
        match item:
            case SocketOpened():
                self._streams.opened(fork)
            case MessageArrived():
                self._streams.received(fork, item.data)
            case SocketClosed() if item.why is not None:
                self._streams.failed(fork, item.why)
            case SocketClosed():
                self._streams.dropped(fork, item.code)
        self.update()
        return True

    def _frame(self) -> None:
        """Let one frame pass."""
        self._timer = None
        self._call.tick()
        self.update()

    def close(self) -> None:
        """Close all connections. Blocks: until the app has closed them, too, about a second at most."""
        for socket in self._sockets.values():
            socket.send_close()
        for socket in [*self._closing, *self._sockets.values()]:
            socket.close()

    def _send(self, fork: AudioFork, socket: AppSocket) -> None:
        while fork.out:
            message = fork.out[0]
            if not socket.has_room:
                if isinstance(message, str):
                    return
                # like the media server, lose the audio that an app does not read
            else:
                socket.send(message)
            del fork.out[0]
