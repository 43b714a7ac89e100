"""The threads and deadlines around the token window: who waits for what, and who sends."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from time import monotonic
from typing import Any, Final

from ...errors import JambonzError, SessionClosed
from ...protocol.tts import WAITING, Ended, Speech, State, TokenWindow, TtsTimeout, Utterance
from ...runtime import allow_handover, pool

__all__ = ["CAPACITY", "TIMEOUT", "TtsCore"]

log = logging.getLogger("jambonz_sync.protocol.tts")

#: characters that may be queued here, besides those that jambonz holds
CAPACITY: Final = 16_000
#: seconds that a call waits for room, or for text to be accepted, if it is not told otherwise
TIMEOUT: Final = 30.0


class TtsCore:
    """The machinery of :class:`jambonz_sync.session.tts.TtsStream`."""

    def __init__(
        self,
        send: Callable[[dict[str, Any]], None],
        *,
        call_sid: str | None = None,
        capacity: int = CAPACITY,
        timeout: float = TIMEOUT,
    ) -> None:
        self._send = send
        self._call_sid = call_sid
        self._capacity = capacity
        self._timeout = timeout
        self._lock = threading.Lock()  # guards all below; never held while sending or waiting
        self._window = TokenWindow(call_sid)
        self._room = threading.Condition(self._lock)  # the queue is half empty, or an utterance has ended
        self._settled = threading.Condition(self._lock)  # text was accepted or dropped
        self._for_room = 0  # threads that wait for each
        self._for_settled = 0
        self._sending = False  # a thread is writing what the window gave out
        self._ticking = False
        self._speech = Speech()

    # -- from the session

    def on_result(self, data: dict[str, Any]) -> None:
        """``tts:tokens-result`` has come."""
        with self._lock:
            window = self._window
            settled, epoch = window.settled, window.epoch
            window.on_result(data.get("id"), data.get("status"), data.get("reason"))
            if window.epoch != epoch:
                log.warning("call %s: %s", self._call_sid, self._ended(epoch))
                self._speech.silence()
                self._wake()
            elif window.settled > settled:
                self._speech.accepted(window.settled - settled, monotonic())
                self._wake()
            elif window.state in WAITING:
                self._tick_later()
        if window.outgoing:
            self._pump_quietly()

    def on_event(self, data: dict[str, Any]) -> None:
        """``tts:streaming-event`` has come."""
        kind = data.get("event_type")
        with self._lock:
            epoch = self._window.epoch
            self._window.on_event(kind)
            if kind == "tts_spoken" and isinstance(text := data.get("text"), str):
                self._speech.heard(text, monotonic())
            elif self._window.epoch != epoch:
                self._speech.silence()
            self._wake()
            if self._window.state in WAITING:
                self._tick_later()
        if self._window.outgoing:
            self._pump_quietly()

    def on_reconnect(self) -> None:
        """``session:reconnect`` has come."""
        with self._lock:
            self._window.on_reconnect()
            self._wake()
            if self._window.state in WAITING:
                self._tick_later()
        self._pump_quietly()

    def close(self, code: int = 1006, reason: str = "") -> None:
        """The call is over: whoever waits wakes with :class:`~jambonz_sync.errors.SessionClosed`."""
        with self._lock:
            self._window.close(code, reason)
            self._wake()

    # -- behind all that; the first group wants the lock held

    def _ended(self, epoch: int | None) -> JambonzError:
        ended = self._window.ended(-1 if epoch is None else epoch) or Ended("interrupted")
        return ended.error(self._call_sid)

    def _refuse_if_closed(self) -> None:
        if self._window.state is State.CLOSED:
            raise self._ended(None)

    def _wake(self) -> None:
        if self._for_settled:
            self._settled.notify_all()
        window = self._window
        if self._for_room and (window.pending * 2 <= self._capacity or window.state is State.IDLE):
            self._room.notify_all()

    def _wait_settled(self, seconds: float) -> None:
        self._for_settled += 1
        try:
            self._settled.wait(seconds)
        finally:
            self._for_settled -= 1

    def _tick_later(self) -> None:
        if not self._ticking:
            self._ticking = True
            pool.run_later(1.0, self._tick, "see to tokens that wait")

    def _timed_out(self, what: str, timeout: float | None) -> TtsTimeout:
        seconds = self._timeout if timeout is None else timeout
        return TtsTimeout(f"{what} after {seconds:g} s", timeout=seconds, call_sid=self._call_sid)

    def _wait_for_room(self, size: int, utterance: Utterance, timeout: float | None) -> None:
        """Wait until ``size`` characters may be queued. A text longer than the queue waits until that is empty, or
        what is left in it waits for more."""
        window = self._window
        deadline = monotonic() + (self._timeout if timeout is None else timeout)
        self._for_room += 1
        try:
            self._lock.release()
            allow_handover()
            self._lock.acquire()
            while True:
                if window.epoch != utterance.epoch:
                    utterance.told = True
                    raise self._ended(utterance.epoch)
                pending = window.pending
                if not pending or window.state is State.IDLE or pending + size <= self._capacity:
                    return
                left = deadline - monotonic()
                if left <= 0:
                    raise self._timed_out(f"no room for text: {pending:,} characters are queued", timeout)
                self._room.wait(left)  # till half of the queue is empty: there may be room without a notice
        finally:
            self._for_room -= 1

    # -- these want it free

    def _push(self, text: str, utterance: Utterance, timeout: float | None) -> int:
        with self._lock:
            window = self._window
            pending = window.pushed - window.settled
            if pending and pending + len(text) > self._capacity:
                self._wait_for_room(len(text), utterance, timeout)
            ticket = window.push(text, utterance.epoch)
        if window.outgoing:
            self._pump()
        return ticket

    def _want(self, ticket: int) -> None:
        with self._lock:
            self._window.want(ticket)
        self._pump()

    def _wait_for(self, ticket: int, timeout: float | None) -> None:
        """Wait until the text that ends at ``ticket`` is accepted; raise if it was dropped."""
        deadline = monotonic() + (self._timeout if timeout is None else timeout)
        if ticket > self._window.settled:
            self._want(ticket)
            allow_handover()
        with self._lock:
            while True:
                outcome = self._window.outcome(ticket)
                if isinstance(outcome, Ended):
                    raise outcome.error(self._call_sid)
                if outcome:
                    return
                left = deadline - monotonic()
                if left <= 0:
                    raise self._timed_out(f"{self._window.pending:,} characters not accepted", timeout)
                self._wait_settled(left)

    def _pump(self) -> None:
        """Send what the window gives out, unless another thread is at it, which then sends this too."""
        while True:
            with self._lock:
                messages = self._window.outgoing
                if self._sending or not messages:
                    return
                self._window.outgoing = []
                self._sending = True
            done = 0
            try:
                for message in messages:
                    self._send(message)
                    done += 1
            except SessionClosed as exc:
                self.close(exc.code, exc.reason)
                raise
            finally:
                with self._lock:
                    self._sending = False
                    if done < len(messages) and self._window.state is not State.CLOSED:
                        self._window.outgoing[:0] = messages[done:]

    def _pump_quietly(self) -> None:
        """As ``_pump``, on a thread that has nobody to tell."""
        try:
            self._pump()
        except JambonzError as exc:
            log.info("call %s: text not sent: %s", self._call_sid, exc)

    def _tick(self) -> None:
        with self._lock:
            self._ticking = False
            if self._window.state not in WAITING:
                return
            self._window.tick()
            self._wake()
            if self._window.state in WAITING:
                self._tick_later()
        self._pump_quietly()
