"""The messages of the token window on their way to jambonz: one thread at a time sends, and nothing is lost."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any, Final

from ...errors import BackPressure, JambonzError, SessionClosed
from ...protocol.tts import WAITING, TokenWindow, WindowState
from ...runtime import pool, timers
from .waits import WindowWaits

__all__ = ["TICK", "WindowSender"]

log = logging.getLogger("jambonz_sync.session")

#: seconds between two looks at a window that waits for jambonz, or whose messages could not be sent
TICK: Final = 1.0


class WindowSender:
    """Sends the messages of the window of one call, in their order.

    Args:
        window: Whose messages leave.
        waits: Who is told when the window changes.
        lock: Guards the window and all below; never held while sending.
        send: Writes one message. Called by one thread at a time.
        call_sid: The call, for the log.
    """

    def __init__(
        self,
        window: TokenWindow,
        waits: WindowWaits,
        lock: threading.Lock,
        send: Callable[[dict[str, Any]], None],
        call_sid: str | None,
    ) -> None:
        self._window = window
        self._waits = waits
        self._lock = lock
        self._send = send
        self._call_sid = call_sid
        self._sending = False  # a thread is writing what the window gave out
        self._ticking = False  # a timer is set
        self._held_up = False  # the log has it that messages wait

    def pump(self) -> None:
        """Send what the window gives out, unless another thread is at it, which then sends this too.

        While the connection takes no more commands (:class:`~jambonz_sync.errors.BackPressure`), messages wait here.

        Raises:
            SessionClosed: The call is over, and the window closed.
        Blocks: while jambonz takes no data.
        """
        while True:
            with self._lock:
                messages = self._window.outgoing
                if self._sending or not messages:
                    return
                self._window.outgoing = []
                self._sending = True
            if not self._write(messages):
                return

    def pump_quietly(self) -> None:
        """Send what the window gives out, on a thread that has nobody to tell of an error."""
        try:
            self.pump()
        except JambonzError as exc:
            log.info("call %s: text not sent: %s", self._call_sid, exc)

    def tick_later(self) -> None:
        """Have the window ticked in a while. Wants the lock held."""
        assert self._lock.locked()
        if not self._ticking:
            self._ticking = True
            timers.call_later(TICK, self._tick)

    def _write(self, messages: list[dict[str, Any]]) -> bool:
        """Write ``messages``; those that could not be written are the first to leave next. False if they must wait."""
        written = 0
        try:
            for message in messages:
                self._send(message)
                written += 1
        except BackPressure as exc:
            if not self._held_up:
                self._held_up = True
                log.warning("call %s: text waits until jambonz takes commands: %s", self._call_sid, exc)
        except SessionClosed as exc:
            with self._lock:
                self._window.close(exc.code, exc.reason)
                self._waits.notify()
            raise
        else:
            self._held_up = False
        finally:
            with self._lock:
                self._sending = False
                if written < len(messages) and self._window.state is not WindowState.CLOSED:
                    self._window.outgoing[:0] = messages[written:]
                    if self._held_up:
                        self.tick_later()
        return not self._held_up

    def _tick(self) -> None:
        """On the thread of the timers, which must not wait for a peer that is slow: another one sends."""
        with self._lock:
            self._ticking = False
            self._window.tick()
            self._waits.notify()
            unsent = bool(self._window.outgoing)
            if unsent or self._window.state in WAITING:
                self.tick_later()
        if unsent:
            pool.run(self.pump_quietly, urgent=True)
