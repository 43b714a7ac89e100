"""The way out of a WebSocket: whole frames, in order, from any thread.

Two ways lead to the socket. :meth:`FrameWriter.send` writes a message and waits until it has left; streams of audio use
it. :meth:`FrameWriter.enqueue` gives a message its place and never waits, so that it may be called under the lock that
decides the order; :meth:`FrameWriter.flush`, called without that lock, then writes all that is queued, whoever queued
it. A thread that must not wait (one that reads, or keeps time) flushes with ``wait=False``: while another thread writes
it leaves its frames to that one, and where the socket takes nothing it has the timers try again. (A socket of gevent,
or with TLS, cannot be tried: where it takes nothing, a thread of the pool waits for it.) So no frame needs a thread of
its own, and no thread that is blocked keeps another one's frame from its place.

A peer that takes nothing for ``send_timeout`` seconds has failed. What was queued and could not be written is given
back by :meth:`FrameWriter.take_unsent`, in order.

Lock: ``turn`` is held while a frame is written, for ``send_timeout`` at most, and by nobody who runs other code. Only
who has it takes from the queue. Who adds to the queue does not need it: that is one step for the interpreter, and those
who enqueue have a lock of their own, which decides the order.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Sequence
from time import monotonic

from ...errors import SendTimeout, SessionClosed
from ..pool import pool
from ..timers import timers
from .frames import BINARY, TEXT, frame
from .sockets import DONTWAIT, end, takes_data

#: control frames that may wait for a message to be written: of more pings, the last ones are answered
_CONTROL = 8
#: seconds until a socket that took nothing is tried again
_RETRY = 0.02
#: bytes of messages that are held for those that follow, and seconds
_HELD, _HOLD = 16_384, 0.005


class FrameWriter:
    """Writes the frames of one connection.

    Args:
        sock: A socket that blocks, for ``send_timeout`` seconds at most.
        send_timeout: Seconds in which the peer may take no data.
        may_try: The socket can be written to without waiting.
    """

    __slots__ = (
        "_added",
        "_close_frame",
        "_closes_first",
        "_control",
        "_ended",
        "_may_try",
        "_queue",
        "_rest",
        "_retrying",
        "_sock",
        "_stalled_since",
        "_taken",
        "_under_way",
        "_written",
        "closing",
        "dead",
        "enqueued",
        "send_timeout",
        "turn",
    )

    def __init__(self, sock: socket.socket, send_timeout: float, *, may_try: bool) -> None:
        self._sock = sock
        self.send_timeout = send_timeout
        self._may_try = may_try
        self.turn = threading.Lock()
        self._queue: list[str] = []  # short, and empty as a rule: a deque would take ten times the memory
        self._added = self._taken = 0  # characters: the first is for those who enqueue, the second for who has the turn
        self.enqueued = 0  # messages that have got a place in it, ever
        self._written = 0  # of these, how many have left
        self._under_way: str | None = None  # the message that is being written
        self._rest = b""  # of the frame under way, what has not been written: belongs to who has the turn
        self._control: list[bytes] = []
        self._close_frame: bytes | None = None
        self._closes_first = False  # the close frame leaves before what is queued
        self._stalled_since = 0.0  # when the socket took nothing, 0 while it takes something
        self._retrying = False
        self.closing = False  # a close frame has its place, or nothing can be written: no message is taken any more
        self._ended = False  # that frame is under way, or written: nothing follows it
        self.dead = False  # the connection is broken, or given up

    # -- messages

    def send(self, data: str | bytes, *, more: bool = False) -> bool:
        """Write one message behind those that are queued: text for ``str``, binary for ``bytes``.

        Args:
            data: The message.
            more: Others follow. It may be held for a moment, to be written with them: each write costs as much as all
                else that is done for a frame of audio, and hands the interpreter over.
        Returns:
            False if a close frame has its place, or the connection is over: then nothing has been written.
        Raises:
            SendTimeout, SessionClosed: The connection broke; a part may have been written.
        Blocks: while the peer takes nothing, ``send_timeout`` at most.
        """
        payload = frame(TEXT, data.encode()) if type(data) is str else frame(BINARY, data)  # type: ignore[arg-type]
        with self.turn:
            if self.closing:
                return False
            if self._queue:
                self._write_queued(wait=True)
            self._rest += payload
            held = more and self._may_try and len(self._rest) < _HELD
            if not held:
                self._write_queued(wait=True)
                if self._rest:  # the connection has ended meanwhile
                    return False
        if held:
            self._try_later(_HOLD)
        elif self._control or self._queue or self._close_frame:  # of those who found the turn taken
            self._try()
        return True

    def enqueue(self, texts: Sequence[str]) -> int:
        """Give text messages their place behind those that are queued. Never blocks, and never refuses: those that
        come too late are given back by :meth:`take_unsent`.

        Returns:
            The ticket of the last one, for :meth:`flush`.
        Threads: one at a time, as for :meth:`take_unsent`.
        """
        self._queue += texts
        self._added += len(texts[0]) if len(texts) == 1 else sum(map(len, texts))
        self.enqueued += len(texts)
        return self.enqueued

    @property
    def queued(self) -> int:
        """Characters of messages that are queued."""
        return self._added - self._taken

    def flush(self, ticket: int = 0, *, wait: bool = True) -> bool:
        """Write what is queued.

        Args:
            ticket: The last message that must have been written when this returns, with ``wait``.
            wait: Block while another thread writes, and while the peer takes nothing, ``send_timeout`` at most.
        Returns:
            False if the connection broke, or was closed, before all up to ``ticket`` had left.
        """
        if wait:
            while self._written < ticket and not self.dead and not self._ended:
                with self.turn:
                    try:
                        self._write_queued(wait=True)
                    except (SendTimeout, SessionClosed):
                        break  # ``dead`` says so
        if self._queue or self._control or self._rest or self._close_frame:
            self._try()
        return self._written >= ticket or not (self.dead or self._ended)

    def flush_all(self) -> None:
        """Write all that is queued, and the close frame. Blocks as :meth:`flush` does."""
        while self._has_more:
            with self.turn, contextlib.suppress(SendTimeout, SessionClosed):  # ``dead`` says so
                self._write_queued(wait=True)

    def is_written(self, ticket: int) -> bool:
        """Return True if all messages up to ``ticket`` have left."""
        return self._written >= ticket

    def stop(self) -> None:
        """Give up this connection: nothing more is written, and whoever was writing has noted whether that has left."""
        if not self.dead:  # else whoever found that has ended it
            self.die()
            end(self._sock)
        with self.turn:
            pass

    def take_unsent(self) -> list[str]:
        """Take back the messages that have not left, in their order, after :meth:`stop`."""
        self.die()
        with self.turn:
            unsent = self._queue if self._under_way is None else [self._under_way, *self._queue]
            self._queue, self._under_way = [], None
            self._taken = self._added
            return unsent

    # -- control frames

    def send_control(self, data: bytes) -> None:
        """Write a ping or pong behind the message under way. Does not block: reading must not wait for a peer that
        reads nothing itself until it is read."""
        self._control.append(data)
        del self._control[:-_CONTROL]
        self._try()

    def begin_close(self, data: bytes, *, first: bool = False) -> bool:
        """Give a close frame its place: behind what is queued, or ``first``, behind the frame under way alone.

        Returns:
            False if there is one already, or nothing can be written any more.
        Threads: one at a time.
        """
        if self.closing:
            return False
        self.closing, self._closes_first = True, first
        self._close_frame = data
        return True

    def die(self) -> None:
        """Write nothing more. The socket is left to the caller."""
        self.closing = self.dead = True

    # -- writing

    @property
    def _has_more(self) -> bool:
        if self.dead:
            return False
        return bool(self._rest or (not self._ended and (self._queue or self._control or self._close_frame)))

    def _try(self) -> None:
        """Write what is there, as far as that needs no waiting; the rest later, on whichever thread."""
        while self._has_more:
            wait = not self._may_try
            if wait and not takes_data(self._sock):
                if not self.turn.locked():
                    pool.run(self.flush_all, urgent=True)
                return
            if not self.turn.acquire(blocking=False):
                return  # whoever has it looks again when it is done
            try:
                done = self._write_queued(wait=wait)
            except (SendTimeout, SessionClosed):
                return  # who reads learns of it, and takes back what has not left
            finally:
                self.turn.release()
            if not done:
                self._try_later(_RETRY)
                return

    def _try_later(self, seconds: float) -> None:
        # without the turn: whoever has it when the time is up comes here afterwards, if there is something left
        if not self._retrying:
            self._retrying = True
            timers.call_later(seconds, self._try_again)

    def _try_again(self) -> None:
        self._retrying = False  # first, for that reason
        self._try()

    def _write_queued(self, *, wait: bool) -> bool:
        """Write the frame under way, control frames, what is queued, and a close frame. Wants the turn.

        Returns:
            True if nothing is left, False if the socket takes no more.
        """
        while not self.dead:
            if not self._rest:
                if self._ended:
                    break
                if self._control:
                    self._rest = self._control.pop(0)
                elif self._queue and not (self._closes_first and self._close_frame):
                    text = self._under_way = self._queue.pop(0)
                    self._taken += len(text)
                    self._rest = frame(TEXT, text.encode())
                elif self._close_frame:
                    self._rest, self._ended = self._close_frame, True
                else:
                    break
            try:
                if wait:
                    self._sock.sendall(self._rest)
                    self._rest = b""
                else:
                    self._rest = self._rest[self._sock.send(self._rest, DONTWAIT) :]
            except (BlockingIOError, TimeoutError):
                if wait or self._stalled():
                    seconds = self.send_timeout
                    self._break(SendTimeout(f"the peer took nothing for {seconds:g} s", timeout=seconds))
                return False
            except (OSError, ValueError) as exc:
                self._break(SessionClosed(f"the WebSocket is broken: {exc}", code=1006))
            self._stalled_since = 0.0
            if self._rest:
                return False
            if self._under_way is not None:
                self._under_way = None
                self._written += 1
            if not (self._queue or self._control or self._close_frame):
                break
        return True

    def _stalled(self) -> bool:
        """Note that the socket has taken nothing; say whether that goes on for too long."""
        now = monotonic()
        self._stalled_since = self._stalled_since or now
        return now - self._stalled_since >= self.send_timeout

    def _break(self, error: Exception) -> None:
        self.die()  # part of a frame may have left: nothing can follow it
        self._rest = b""
        end(self._sock)
        raise error
