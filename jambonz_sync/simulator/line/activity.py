"""What an app in this process is doing, so that the time of a call waits exactly as long as the app works."""

from __future__ import annotations

import threading
from collections.abc import Callable

__all__ = ["AppActivity"]


class AppActivity:
    """Counts what is on its way between a call and an app that says when it is done.

    The call counts each message that it sends, and the app takes it off the count when it has dealt with it; the app
    counts each message that it sends, and each close, and the call takes it off. A webhook or a handshake that the
    app lets wait, on the clock of the call or for ever, it parks. The time of the call goes on when nothing is left.

    Threads: any may call its methods.
    """

    def __init__(self) -> None:
        # guards the counts
        self._lock = threading.Lock()
        self._messages = 0
        self._parked = 0
        #: called when the counts have changed; set by the call
        self.on_change: Callable[[], None] = lambda: None
        #: makes something happen in so many seconds of the call's own time; set by the call
        self.later: Callable[[float, Callable[[], None]], None] = lambda seconds, action: None

    def begin(self) -> None:
        """Count a message."""
        with self._lock:
            self._messages += 1

    def end(self) -> None:
        """Take a message off the count, which has been dealt with."""
        with self._lock:
            self._messages -= 1
        self.on_change()

    def park(self) -> None:
        """Let a webhook or a handshake wait."""
        with self._lock:
            self._parked += 1
        self.on_change()

    def unpark(self) -> None:
        """Go on with a webhook or a handshake that has waited."""
        with self._lock:
            self._parked -= 1

    def call_later(self, seconds: float, action: Callable[[], None]) -> None:
        """Have something happen in so many seconds of the call's own time, in the thread of the call.

        Args:
            seconds: Seconds.
            action: What is done.
        """
        self.begin()
        self.later(seconds, action)

    def is_busy(self, asked: int) -> bool:
        """Return True while the app works.

        Args:
            asked: How many webhooks and handshakes are on their way.
        """
        with self._lock:
            return self._messages > 0 or asked > self._parked
