"""One accepted WebSocket: the handshake, any thread that writes, one that reads at a time.

Where a request is unusual, simple-websocket finds the socket in the WSGI environment and answers the handshake. What
it would do afterwards, this module does: it starts no thread of its own, writes whole frames (:mod:`.writer`), reads
with bounds, pings an idle peer and ends when it is told to. The offer of permessage-deflate is left out of the
handshake, because agreeing to it costs some 300 KiB and a fifth of the speed for each call.
"""

from __future__ import annotations

import logging
import select
import socket
import threading
from collections.abc import Callable, Mapping, Sequence
from time import monotonic
from typing import Any

from ...errors import ProtocolError, SessionClosed
from ..timers import timers
from ..work import ConnectionWork
from . import handshake
from .frames import PING, PONG, Close, FrameReader, Ping, close_frame, frame
from .sockets import DONTWAIT, end, has_unread, keeps_time, pollable, set_timeouts
from .writer import FrameWriter

log = logging.getLogger("jambonz_sync.runtime")

#: bytes to receive at once: few until more has come, because a thread that waits holds the room for them
_RECEIVE, _RECEIVE_MOST = 4096, 65_536
#: seconds for a peer that broke the protocol to take its close frame
_LINGER = 1.0
#: seconds that a peer has to answer a close frame
CLOSE_TIMEOUT = 3.0
#: at import; another one by now means that gevent has patched the process since
_local = threading.local


class HandshakeError(ProtocolError):
    """The request is no WebSocket handshake that can be accepted; ``status`` is the HTTP answer to it."""

    def __init__(self, message: str, *, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


def offered(environ: Mapping[str, Any]) -> list[str]:
    """The subprotocols that the client offers, in its order."""
    names = environ.get("HTTP_SEC_WEBSOCKET_PROTOCOL", "").split(",")
    return [name for name in map(str.strip, names) if name]


class Connection:
    """An open WebSocket. Any thread may send and close; one thread at a time receives.

    ``out`` is the way out for those who give messages a place in a queue; :meth:`send` is for those who wait.
    ``over`` turns True when nothing will ever be received again; ``code`` and ``reason`` then say how it ended
    (1006 if the peer vanished), and ``fault`` what the peer broke the protocol with, if it did. ``ignored`` counts the
    messages that came behind this side's close frame.
    """

    __slots__ = (
        "_closed_here",
        "_heard",
        "_ping_interval",
        "_pinged_at",
        "_reader",
        "_room",
        "_sock",
        "_state",
        "code",
        "fault",
        "ignored",
        "out",
        "over",
        "reason",
        "subprotocol",
        "unhandled",
        "work",
    )

    def __init__(
        self,
        sock: socket.socket,
        *,
        subprotocol: str | None = None,
        max_message_size: int = 1 << 20,
        send_timeout: float = 10.0,
        ping_interval: float = 25.0,
    ) -> None:
        self._sock = sock
        self.subprotocol = subprotocol
        #: what counts the work on it; None where nobody does
        self.work: ConnectionWork | None = None
        #: messages that have been received, and that whoever reads has not come to yet
        self.unhandled: Sequence[str | bytes] = ()
        self._ping_interval = ping_interval
        self._reader = FrameReader(max_message_size)
        self._room = _RECEIVE
        self.out = FrameWriter(sock, send_timeout, may_try=bool(DONTWAIT) and not keeps_time(sock))
        self._state = threading.Lock()  # guards who closes, and with which code; held for moments
        self._closed_here = False
        self._heard = monotonic()
        self._pinged_at: float | None = None  # when a ping was sent that nothing has come after
        self.over = False
        self.ignored = 0
        self.fault: ProtocolError | None = None
        self.code = 1006
        self.reason = ""
        set_timeouts(sock, ping_interval, send_timeout)

    @classmethod
    def accept(
        cls,
        environ: Mapping[str, Any],
        *,
        subprotocols: Sequence[str],
        detach: Callable[[], socket.socket] | None = None,
        **options: Any,
    ) -> Connection:
        """Answer the handshake of a WSGI request and take its socket over.

        A client that offers subprotocols must offer one of ``subprotocols``; one that offers none is taken as it is.
        ``detach`` takes the socket away from the server; then :meth:`dispose` closes it. ``options`` are those of
        the constructor. Raises :class:`HandshakeError`, before anything has been written,
        for a request that cannot be accepted.
        """
        if threading.local is not _local:
            raise HandshakeError("gevent has patched this process after jambonz_sync was imported", status=500)
        offers = offered(environ)
        chosen = next((name for name in offers if name in subprotocols), None)
        if offers and chosen is None:
            raise HandshakeError(f"offers the subprotocols {', '.join(offers)}, wanted {' or '.join(subprotocols)}")
        if environ.get("HTTP_SEC_WEBSOCKET_VERSION") != "13":
            raise HandshakeError("not a WebSocket of version 13", status=426)
        try:
            sock, subprotocol = handshake.accept(environ, subprotocols, chosen)
        except ValueError as exc:
            raise HandshakeError(f"a malformed WebSocket handshake: {exc}") from None
        except RuntimeError:
            raise HandshakeError(
                "this WSGI server does not hand out its sockets (Werkzeug, gunicorn gthread and gunicorn gevent do)",
                status=501,
            ) from None
        except OSError as exc:
            raise HandshakeError(f"the client has gone: {exc}") from None
        if detach is not None:
            sock = detach()
        return cls(sock, subprotocol=subprotocol, **options)

    # -- receiving

    def receive(self, into: list[str | bytes]) -> bool:
        """Block until a message is there and append it, with those that came along with it, to ``into``.

        False when the connection is over. Pings are answered here; an idle peer is pinged every ``ping_interval``
        and given up after as long again without a sign of life. One thread at a time.
        """
        while not self.over and not into:
            if self._reader.pending:
                self._read(b"", into)
                continue
            try:
                data = self._sock.recv(self._room)
            except (BlockingIOError, TimeoutError):
                self.on_timeout()
                continue
            except (OSError, ValueError):
                data = b""
            self._take(data, into)
        return bool(into)

    def receive_now(self, into: list[str | bytes]) -> bool:
        """As :meth:`receive`, for what is there already, which may be nothing. False when the connection is over.
        Blocks only where the peer has to be told that it broke the protocol, for a second."""
        if self.over:
            return False
        if self._reader.pending:
            self._read(b"", into)
            return bool(into) or not self.over
        try:
            data = self._sock.recv(self._room, DONTWAIT)
        except BlockingIOError:
            return True
        except (OSError, ValueError):
            data = b""
        self._take(data, into)
        return bool(into) or not self.over

    def _take(self, data: bytes, into: list[str | bytes]) -> None:
        if not data:
            self._end(1006, "")
            return
        if len(data) == self._room < _RECEIVE_MOST:
            self._room *= 4
        self._heard = monotonic()
        self._pinged_at = None
        self._read(data, into)

    def _read(self, data: bytes, into: list[Any]) -> None:
        """Put what ``data`` completes into the empty list ``into``: a bounded number of messages of it (see
        ``FrameReader.pending``). Control frames are answered."""
        reader, fault = self._reader, None
        try:
            reader.feed(data, into)
        except ProtocolError as exc:
            fault = exc
        if reader.control or self.out.closing:  # as a rule there are messages alone, and all of them count
            reader.control = False
            self._sort(into)
        if fault is not None and not self.over:
            self.fault = fault
            log.warning("closing a WebSocket with %d: %s", fault.code, fault)
            self.close(fault.code, str(fault))
            self._discard()
            self._end(fault.code, str(fault))

    def _sort(self, items: list[Any]) -> None:
        """Leave in ``items`` the messages that somebody could answer, and see to the control frames."""
        ping = None
        out = self.out
        messages = []
        for item in items:
            if type(item) is str or type(item) is bytes:
                if out.closing:  # nobody could answer it
                    self.ignored += 1
                else:
                    messages.append(item)
            elif type(item) is Ping:
                ping = item
            elif type(item) is Close:
                if ping is not None:
                    out.send_control(frame(PONG, ping.payload))
                    ping = None
                # where the peer closed first, its code counts
                self._answer_close(item)
                self._end(item.code, item.reason)
        items[:] = messages
        if ping is not None:  # of many that came at once, one answer does for all (RFC 6455, 5.5.3)
            out.send_control(frame(PONG, ping.payload))

    def _discard(self) -> None:
        """Read what still comes, for a moment: ending with bytes unread would reset the connection, and the close
        frame could be lost with it."""
        deadline = monotonic() + _LINGER
        try:
            set_timeouts(self._sock, _LINGER, self.out.send_timeout)
            while monotonic() < deadline and self._sock.recv(_RECEIVE_MOST):
                pass
        except (OSError, ValueError):
            pass  # it has ended, or nothing came

    # -- where many connections are waited for by one thread

    @property
    def pollable(self) -> int | None:
        """See :func:`.sockets.pollable`. Where it is None, only :meth:`receive` will do."""
        return pollable(self._sock)

    @property
    def check_interval(self) -> float:
        """How often :meth:`timed_out` should be asked, in seconds."""
        return self._ping_interval / 4

    @property
    def pending(self) -> bool:
        """True if frames that have been received are still to be given out, without more being read."""
        return self._reader.pending

    def timed_out(self) -> bool:
        """Return True if :meth:`on_timeout` has something to do."""
        silent_since = self._heard if self.closing or self._pinged_at is None else self._pinged_at
        return monotonic() - silent_since >= self._ping_interval

    def gone(self) -> bool:
        """Return True if the peer will send nothing more than what has come. Does not block."""
        poll = select.poll()
        try:
            poll.register(self._sock, select.POLLRDHUP)
        except (OSError, ValueError):
            return True
        return bool(poll.poll(0))

    def on_timeout(self) -> None:
        """See to a peer that has been silent: ping it, or give it up. Any thread may.

        A peer is silent only if nothing of it waits unread: a process that stood still for a while, or that does not
        read for the moment, must not take that for the peer's silence.
        """
        if not self.timed_out() or has_unread(self._sock):
            return
        if self.closing or self._pinged_at is not None:
            self._end(1006, "" if self.closing else "no answer to a ping")
        else:
            self._pinged_at = monotonic()
            self.out.send_control(frame(PING, b""))

    def _end(self, code: int, reason: str) -> None:
        with self._state:
            if not self.closing:
                self.code, self.reason = code, reason
            self.over = True
        self.out.die()
        self.abort()

    # -- sending

    def send(self, data: str | bytes, *, more: bool = False) -> None:
        """Write one message: text for ``str``, binary for ``bytes``.

        Args:
            data: The message.
            more: Others follow: it may be held for a moment, to be written with them. Not where the work on the
                connection is counted: what is held would be on its way, and nobody would know.
        Raises:
            SessionClosed: A close frame has been sent, or the connection is over.
            SendTimeout: The peer took nothing for ``send_timeout`` seconds; the connection is broken.
        Blocks: while the peer takes nothing, ``send_timeout`` at most.
        """
        if not self.out.send(data, more=more and self.work is None):
            raise SessionClosed("the WebSocket is closed", code=self.code, reason=self.reason)

    # -- the end

    @property
    def ended_on_purpose(self) -> bool:
        """True if one side has closed for good: this one with 1000, or the peer with a code that says no fault."""
        return self.code == 1000 or (self.code in (1001, 1005) and not self._closed_here)

    @property
    def closing(self) -> bool:
        """True if a close frame has its place, or nothing can be written any more."""
        return self.out.closing

    def close(self, code: int = 1000, reason: str = "") -> bool:
        """Send the close frame, once; nothing follows it.

        Does not wait for the peer's: :meth:`receive` does, and :meth:`abort` ends that.

        Returns:
            True if this call was the one that closed.
        Raises:
            ValueError: ``code`` may not be sent.
        Blocks: while the peer takes nothing, ``send_timeout`` at most.
        """
        closed = self._begin_close(close_frame(code, reason), code, reason)
        self.out.flush_all()
        return closed

    def close_within(self, code: int = 1000, reason: str = "") -> bool:
        """Send the close frame, and end the connection if the peer has not closed it within :data:`CLOSE_TIMEOUT`.

        What is queued leaves before it, as far as the peer takes it by then.

        Returns:
            True if this call was the one that closed.
        Raises:
            ValueError: ``code`` may not be sent.
        """
        closed = self._begin_close(close_frame(code, reason), code, reason)
        if closed:
            timers.call_later(CLOSE_TIMEOUT, self.abort)
            self.out.flush(0, wait=False)
        return closed

    def _begin_close(self, data: bytes, code: int, reason: str) -> bool:
        with self._state:
            if self.closing:
                return False
            self._closed_here, self.code, self.reason = True, code, reason
            return self.out.begin_close(data)

    def _answer_close(self, close: Close) -> None:
        """Send the close frame of the peer back. Where the peer closed first, its code counts; what is queued comes too
        late for it."""
        with self._state:
            if not self.closing:
                self.code, self.reason = close.code, close.reason
                self.out.begin_close(close_frame(1000 if close.code == 1005 else close.code), first=True)
        self.out.flush_all()

    def give_up(self) -> None:
        """End a connection that nobody reads: it is over at once."""
        self._end(1006, "")

    def abort(self) -> None:
        """End the connection now; a thread in :meth:`receive` wakes. The descriptor stays open."""
        end(self._sock)

    def dispose(self) -> None:
        """Close the descriptor of a connection that is over, where that is not left to the server."""
        self._sock.close()
