"""Threads that wait for the token window: until it has room, or has settled a text."""

from __future__ import annotations

import threading

from ...protocol.tts import Ended, TokenWindow, TtsTimeout, Utterance, WindowState
from ...runtime import allow_handover
from ...runtime.work import Condition, Work, clock_of

__all__ = ["WindowWaits"]


class WindowWaits:
    """The waits of one call. Every method wants ``lock`` held, and gives it back while it waits.

    Args:
        window: Whose room and text is waited for.
        lock: Guards the window and all below.
        capacity: Characters that may be queued in the window.
        timeout: Seconds that a wait takes at most, if it is not told otherwise.
        call_sid: The call, for errors.
        work: The work of the call, whose clock limits go by; None where nobody counts.
    """

    def __init__(
        self,
        window: TokenWindow,
        lock: threading.Lock,
        capacity: int,
        timeout: float,
        call_sid: str | None,
        work: Work | None = None,
    ) -> None:
        self._window = window
        self._lock = lock
        self._capacity = capacity
        self._timeout = timeout
        self._call_sid = call_sid
        #: the clock that limits go by, and estimates
        self.now = clock_of(work)
        self._room = Condition(lock, work)  # the queue is half empty, or an utterance has ended
        self._settled = Condition(lock, work)  # text was accepted or dropped
        #: threads that wait for room, and for text to be settled
        self.for_room = 0
        self.for_settled = 0

    def notify(self) -> None:
        """Wake whoever may go on: the window has changed."""
        assert self._lock.locked()
        if self.for_settled:
            self._settled.notify_all()
        window = self._window
        if self.for_room and (window.pending * 2 <= self._capacity or window.state is WindowState.IDLE):
            self._room.notify_all()

    def seconds(self, timeout: float | None) -> float:
        """Return the seconds that a wait takes at most.

        Args:
            timeout: As it was asked for; None for the default.
        """
        return self._timeout if timeout is None else timeout

    def timed_out(self, state: str, timeout: float | None) -> TtsTimeout:
        """Make the error for a wait that has taken too long.

        Args:
            state: In which it has ended.
            timeout: As it was asked for; None for the default.
        """
        seconds = self.seconds(timeout)
        return TtsTimeout(f"{state} after {seconds:g} s", timeout=seconds, call_sid=self._call_sid)

    def wait_for_room(self, size: int, utterance: Utterance, timeout: float | None) -> None:
        """Wait until ``size`` characters may be queued.

        A text longer than the queue waits until that is empty, or what is left in it waits for more.

        Args:
            size: Characters of the text.
            utterance: The one that the text belongs to.
            timeout: Seconds; None for the default.
        Raises:
            JambonzError: The utterance has ended meanwhile.
            TtsTimeout: There is no room yet.
        Blocks: up to ``timeout``.
        """
        assert self._lock.locked()
        window = self._window
        deadline = self.now() + self.seconds(timeout)
        self.for_room += 1
        try:
            self._hand_over()
            while True:
                if window.generation != utterance.generation:
                    utterance.end_reported = True
                    raise window.error_of(utterance.generation)
                pending = window.pending
                if not pending or window.state is WindowState.IDLE or pending + size <= self._capacity:
                    return
                seconds_left = deadline - self.now()
                if seconds_left <= 0:
                    raise self.timed_out(f"no room for text: {pending:,} characters are queued", timeout)
                self._room.wait(seconds_left)  # till half of the queue is empty: there may be room without a notice
        finally:
            self.for_room -= 1

    def wait_for_ticket(self, ticket: int, timeout: float | None) -> None:
        """Wait until the text that ends at ``ticket`` is accepted.

        Args:
            ticket: As :meth:`TokenWindow.push` has returned it.
            timeout: Seconds; None for the default.
        Raises:
            JambonzError: Why the text was dropped.
            TtsTimeout: It has not been accepted yet.
        Blocks: up to ``timeout``.
        """
        assert self._lock.locked()
        deadline = self.now() + self.seconds(timeout)
        if ticket > self._window.settled:
            self._hand_over()
        while True:
            outcome = self._window.outcome(ticket)
            if isinstance(outcome, Ended):
                raise outcome.error(self._call_sid)
            if outcome:
                return
            seconds_left = deadline - self.now()
            if seconds_left <= 0:
                raise self.timed_out(f"{self._window.pending:,} characters not accepted", timeout)
            self.wait_settled(seconds_left)

    def wait_settled(self, seconds: float) -> None:
        """Wait until the window has changed.

        Args:
            seconds: At most.
        Blocks: up to ``seconds``.
        """
        self.for_settled += 1
        try:
            self._settled.wait(seconds)
        finally:
            self.for_settled -= 1

    def _hand_over(self) -> None:
        """Have other threads read meanwhile. They may need the lock for that."""
        self._lock.release()
        try:
            allow_handover()
        finally:
            self._lock.acquire()
