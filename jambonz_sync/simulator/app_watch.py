"""Whether the app of a call is at work: counted where the app says what it does, else guessed by a think time."""

from __future__ import annotations

import time

from .engine.limits import CallLimits
from .engine.state import CallState
from .line.activity import AppActivity
from .line.audio import AudioConnections
from .line.call_connections import CallConnections
from .line.endpoint_activity import EndpointActivity, Occupation
from .line.sockets import MessageArrived, SocketClosed

__all__ = ["AppWatch"]

#: real seconds between two looks at threads of which nothing is known
_LOOK = 0.01


class AppWatch:
    """Knows, or guesses, when the app of a call is done. Threads: that of :meth:`Call.run`."""

    def __init__(
        self,
        call: CallState,
        connections: CallConnections,
        audio: AudioConnections,
        limits: CallLimits,
        activity: AppActivity | None,
        endpoint: EndpointActivity | None,
    ) -> None:
        """Watch the app of a call that begins now.

        Args:
            call: The state of the call.
            connections: The connections of the call.
            audio: Its audio streams.
            limits: How long an app may think.
            activity: The activity of an app that says itself when it is done.
            endpoint: The activity of an endpoint in this process.
        """
        self._call = call
        self._connections = connections
        self._audio = audio
        self._limits = limits
        self._activity = activity
        self._endpoint = endpoint
        #: when anything went over a connection last, in real time
        self.last_exchange = time.monotonic()

    @property
    def says_all(self) -> bool:
        """True for an app that says itself when it is done, with its audio streams."""
        return self._activity is not None

    @property
    def is_there(self) -> bool:
        """True while the app has a WebSocket."""
        return self._connections.current.websocket and not self._call.app_gone

    def note_exchange(self) -> None:
        """Take note that something goes over a connection."""
        self.last_exchange = time.monotonic()

    def note_handled(self, item: object, *, is_audio: bool = False) -> None:
        """Take note that something that the app has sent has been dealt with."""
        if not isinstance(item, MessageArrived | SocketClosed):
            return
        item.socket.note_handled(item)
        if self._activity is None or is_audio:
            return
        if isinstance(item, MessageArrived) or (item.error is None and not item.socket.closed_here):
            self._activity.end()

    def note_begun(self) -> None:
        """Take note that what an app wants done later has its time: the app is done with it."""
        if self._activity is not None:
            self._activity.end()

    @property
    def is_busy(self) -> bool:
        """True while the app works, or may still react to what it was told."""
        connections = self._connections
        asked = connections.unanswered + connections.connecting
        if self._activity is not None:
            return self._activity.is_busy(asked)
        if asked or self._audio.active:
            return True
        if not self.is_there:
            return False
        occupation = self._occupation
        if connections.awaits_acks or occupation is Occupation.WORKS:
            return True
        return occupation is Occupation.UNKNOWN and (self._runs_tools or self.seconds_to_think > 0)

    @property
    def takes_its_time(self) -> bool:
        """True while the app has something to do, and False while it only gets a moment to react."""
        connections = self._connections
        if connections.unanswered or connections.connecting or connections.awaits_acks or self._activity is not None:
            return True
        return self._runs_tools or (not self._audio.active and self.works)

    @property
    def works(self) -> bool:
        """True while an endpoint in this process is known to work."""
        return self._occupation is Occupation.WORKS

    @property
    def seconds_to_think(self) -> float:
        """Real seconds in which an app may still react, of which nothing else tells."""
        last = self.last_exchange if self._endpoint is None else max(self.last_exchange, self._endpoint.changed_at)
        return last + self._limits.think - time.monotonic()

    @property
    def seconds_until_look(self) -> float:
        """Real seconds until an app that may react is looked at again: a thread of it may have ended by then."""
        return self.seconds_to_think if self._endpoint is None else min(self.seconds_to_think, _LOOK)

    @property
    def _occupation(self) -> Occupation:
        return self._endpoint.look() if self._endpoint is not None and self.is_there else Occupation.UNKNOWN

    @property
    def _runs_tools(self) -> bool:
        """True while the app at a URL runs a tool for a model, of which nothing else tells; but not for ever."""
        limits = self._limits
        return self._call.models.waits_for_tools and time.monotonic() - self.last_exchange < limits.patience
