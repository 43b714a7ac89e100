"""Text on its way to jambonz's speech synthesiser: which frame goes when. No I/O, no clock, no thread.

The states, and what happens in them, are a table: :mod:`.states`.
"""

from __future__ import annotations

import logging
from collections import deque
from typing import Any, Final, NamedTuple

from ...errors import JambonzError
from .errors import Ended
from .states import TRANSITIONS, WAITING, WindowState
from .text import cut, ends_sentence, open_tag, trailing_blank, units

__all__ = ["FRAME", "QUIET", "Dropped", "TokenWindow"]

log = logging.getLogger("jambonz_sync.protocol")

#: the most characters in a frame, as jambonz counts them
FRAME: Final = 800
#: calls of ``tick()`` without any other event after which jambonz is asked again
QUIET: Final = 3
#: utterances of which is known why they ended, and texts of which is known that they were dropped; the oldest go first
_ENDS_KEPT: Final = 64

#: characters of a reason that jambonz gives for a refusal
_REASON_KEPT: Final = 500

_IDLE, _FULL = WindowState.IDLE, WindowState.FULL
_IN_FLIGHT: Final = frozenset({WindowState.SENT, WindowState.ROOM, WindowState.FULL, WindowState.UNSURE})


class Dropped(NamedTuple):
    """Characters ``start`` to ``stop`` of all that was ever pushed, and why they were not accepted."""

    start: int
    stop: int
    ended: Ended


class TokenWindow:
    """The text of one call that jambonz has not accepted yet. Not thread-safe: guard it by a lock.

    Every method may add messages to :attr:`outgoing`; take them off it and send them, in order.
    A ticket is the position in the text, counted in characters from the start of the call, at which
    a pushed text ends: it is settled when :attr:`settled` has reached it.

    Args:
        call_sid: The call, for errors and the log.
    """

    __slots__ = (
        "_blank",
        "_call_sid",
        "_end",
        "_ends",
        "_flushed_texts",
        "_frame",
        "_head",
        "_head_flush",
        "_parts",
        "_paused",
        "_taken",
        "_ticks",
        "_wanted",
        "dropped",
        "generation",
        "last_id",
        "outgoing",
        "pushed",
        "settled",
        "state",
    )

    def __init__(self, call_sid: str | None = None) -> None:
        self._call_sid = call_sid
        self.state = _IDLE
        #: messages for jambonz, oldest first
        self.outgoing: list[dict[str, Any]] = []
        #: id of the last frame that was given out
        self.last_id = 0
        #: characters ever pushed, and those of them that are accepted or dropped
        self.pushed = 0
        self.settled = 0
        #: how many utterances have ended: text of an earlier one is refused
        self.generation = 0
        #: texts that were not accepted, oldest first
        self.dropped: deque[Dropped] = deque(maxlen=_ENDS_KEPT)
        self._ends: deque[Ended] = deque(maxlen=_ENDS_KEPT)  # why the last generations ended
        self._end: Ended | None = None  # why the window is closed
        self._parts: list[str] = []  # text behind the last flush
        self._flushed_texts: deque[str] = deque()  # texts that are each followed by a flush
        self._head = ""  # what the next frame is cut from
        self._head_flush = False  # whether a flush follows the head
        self._taken = 0  # where the head starts, counted as tickets are
        self._frame: tuple[str, int] = ("", 0)  # in flight: its text, and where that ends
        self._blank = True  # whether jambonz may hold no text at all
        self._paused = False
        self._ticks = 0
        self._wanted = 0  # no text before this ticket is held back

    @property
    def pending(self) -> int:
        """Characters that are neither accepted nor dropped."""
        return self.pushed - self.settled

    @property
    def paused(self) -> bool:
        """True while jambonz has no room for what is in flight."""
        return self._paused

    # -- what the application wants

    def push(self, text: str, generation: int | None = None) -> int:
        """Queue ``text``.

        Args:
            text: Any length, at least one character.
            generation: The utterance that it belongs to. None: the present one.
        Returns:
            The ticket of the text.
        Raises:
            JambonzError: That utterance has ended, or the window is closed: as :meth:`error_of` has it.
        """
        if generation is not None and generation != self.generation:
            raise self.error_of(generation)
        self._parts.append(text)
        self.pushed += len(text)
        if self.state is _IDLE:
            self._step("text")
        elif self._end is not None:
            self._parts.clear()
            self.pushed = self.settled
            raise self._end.error(self._call_sid)
        return self.pushed

    def flush(self) -> None:
        """Have jambonz speak all text up to here, whole sentence or not, once it has accepted that text."""
        if self._end is not None or (not self._parts and (self._head_flush or self._flushed_texts)):
            return
        if self._head and not self._parts:
            self._head_flush = True
        elif self._parts or self.state is not _IDLE:
            self._flushed_texts.append("".join(self._parts))
            self._parts.clear()
        else:
            self._flush_remote()
            return
        if self.state is _IDLE:
            self._step("text")

    def want(self, ticket: int) -> None:
        """Hold no text back that somebody waits for.

        Args:
            ticket: The ticket of its last text.
        """
        self._wanted = max(self._wanted, ticket)
        if self.state is _IDLE:
            self._step("text")

    def clear(self) -> None:
        """Drop all text, here and at jambonz. The utterance ends."""
        self._step("clear", Ended("cleared"))

    def close(self, code: int = 1006, reason: str = "") -> None:
        """Drop all text, for good: the call is gone.

        Args:
            code: The code of the close frame.
            reason: The reason in the close frame.
        """
        if self._end is None:
            self._end = Ended("closed", reason, code)
            self._paused = False
            self._drop(self._end)
            self.state = WindowState.CLOSED
            self.outgoing = []

    # -- what jambonz says

    def on_result(self, id: object, status: object = None, reason: object = None) -> None:
        """Take note of a ``tts:tokens-result``. One for another frame than the one in flight is ignored.

        Args:
            id: The id of the frame.
            status: ``ok`` or ``failed``; anything else says that the call has no TTS stream.
            reason: ``full``, or jambonz's own account.
        """
        if isinstance(id, bool) or id != self.last_id:
            return
        if status == "ok":
            self._step("ok")
        elif status == "failed" and reason == "full":
            self._step("full")
        elif status == "failed":
            reason = reason[:_REASON_KEPT] if isinstance(reason, str) else ""
            self._step("failed", Ended("failed", reason or "no reason given"))
        else:
            self._step("failed", Ended("failed", "the call has no TTS stream; enable it by config(tts_stream=...)"))

    def on_event(self, kind: object) -> None:
        """Take note of a ``tts:streaming-event``.

        Args:
            kind: Its ``event_type``. Those that are not about text are ignored.
        """
        if kind == "stream_paused":
            self._paused |= self.state in _IN_FLIGHT
        elif kind == "stream_resumed":
            self._paused = False
            self._step("room")
        elif kind == "user_interruption":
            self._step("stop", Ended("interrupted"))
        elif kind == "stream_closed":
            self._blank = True
            if self.pending:
                self._step("stop", Ended("stream_closed", "stream closed"))

    def on_reconnect(self) -> None:
        """Take note of a ``session:reconnect``: results that jambonz held back may follow, those of lost frames never
        do. A frame that has not left yet is not lost."""
        if not any("data" in message for message in self.outgoing):
            self._step("reconnect")

    def tick(self) -> None:
        """Count a second without an event. To be called about once a second while :attr:`state` is in ``WAITING``."""
        if self.state in WAITING:
            self._ticks += 1
            if self._ticks >= QUIET:
                self._step("quiet")

    # -- what became of a text

    def outcome(self, ticket: int) -> bool | Ended:
        """Tell if a text has been accepted, or dropped.

        Args:
            ticket: As :meth:`push` has returned it.
        Returns:
            True if it was accepted, False if that is not known yet; the reason if it, or its end, was dropped.
        """
        if ticket > self.settled:
            return False
        for start, stop, ended in reversed(self.dropped):
            if start < ticket <= stop:
                return ended
        return True

    def accepted(self, start: int, stop: int) -> int:
        """Count the characters of a text that jambonz has accepted.

        Args:
            start: The ticket of the text before it.
            stop: Its ticket.
        Returns:
            Their number.
        """
        lost = sum(max(0, min(stop, drop.stop) - max(start, drop.start)) for drop in self.dropped)
        return max(0, min(stop, self.settled) - start) - lost

    def error_of(self, generation: int | None) -> JambonzError:
        """Make a new exception that says why an utterance has ended.

        Args:
            generation: That of the utterance. One that is long gone is taken to have been interrupted.
        Returns:
            A TtsError, or SessionClosed if the window is closed.
        """
        ended = self._end
        if ended is None and generation is not None:
            index = generation - self.generation  # from the end
            ended = self._ends[index] if -len(self._ends) <= index < 0 else None
        return (ended or Ended("interrupted")).error(self._call_sid)

    # -- the table at work

    def _step(self, event: str, ended: Ended | None = None) -> None:
        transition = TRANSITIONS.get((self.state, event))
        if transition is None:
            log.error(
                "call %s: %r of the token stream cannot happen while it is %s, and is left out",
                self._call_sid,
                event,
                self.state,
            )
            return
        action, state = transition
        if action == "ignore":
            return
        self._ticks = 0
        self.state = state
        if action == "keep":
            self._paused |= state is _FULL
            return
        if action == "accept":
            self._paused = False
            text, end = self._frame
            self.settled = max(self.settled, end)
            self._blank = ends_sentence(text)
        elif action in ("again", "nudge"):
            if action == "nudge":
                self._flush_remote()
            self._send(*self._frame)
            return
        elif action == "clear_remote":
            self._emit("tts:clear")
            self._blank = True
        elif action != "next":
            assert ended is not None  # these actions belong to events that end the utterance
            self._drop(ended)
            if action == "clear":
                self.outgoing.clear()  # nothing that has not left yet is wanted any more
                self._emit("tts:clear")
            return
        self._next()

    def _drop(self, ended: Ended) -> None:
        """Nothing that is queued or in flight will be accepted: the utterance has ended."""
        if self.pushed > self.settled:
            self.dropped.append(Dropped(self.settled, self.pushed, ended))
        self.settled = self._taken = self.pushed
        self._ends.append(ended)
        self.generation += 1
        self._parts.clear()
        self._flushed_texts.clear()
        self._head, self._head_flush = "", False
        self._blank, self._paused = True, False

    def _emit(self, command: str) -> None:
        message = {"type": "command", "command": command}
        if self.outgoing[-1:] != [message]:  # twice says no more than once
            self.outgoing.append(message)

    def _send(self, text: str, end: int) -> None:
        self.last_id += 1
        self._frame = (text, end)
        self.outgoing.append({"type": "command", "command": "tts:tokens", "data": {"id": self.last_id, "tokens": text}})

    def _flush_remote(self) -> None:
        self._emit("tts:flush")
        self._blank = True

    def _next(self) -> None:
        """Send the next frame, and the flushes before it; with nothing to send the state is IDLE."""
        self.state = _IDLE
        while self._fill():
            text = self._head
            if not self._head_flush and (tag := open_tag(text)) and self._taken + len(text) - tag >= self._wanted:
                text = text[:-tag]
                if not text:
                    return
            if self._blank and text.isspace():
                # jambonz would throw it away, and the words around it would run together: it goes with the next text
                self.settled = max(self.settled, self._taken + len(text))
                if not self._head_flush:
                    return
                text = self._take(len(text), "")
            if not text:
                self._head_flush = False
                self._flush_remote()
                continue
            size = len(text)
            if size > FRAME or (size > FRAME // 2 and units(text) > FRAME):
                size = cut(text[: 2 * FRAME + 1], FRAME)
            text = self._take(size, text[:size])
            if self._head_flush and not self._head:
                # a blank behind the last sentence would hold the flush back for a second or two
                text = text[: len(text) - trailing_blank(text)]
            self.state = WindowState.SENT
            self._send(text, self._taken)
            return

    def _take(self, size: int, text: str) -> str:
        self._head = self._head[size:]
        self._taken += size
        return text

    def _fill(self) -> bool:
        """Merge what is queued into the head, up to the next flush; whether there is anything to send."""
        if self._head_flush or (len(self._head) > 2 * FRAME and not self._head.isspace()):
            return True
        if self._flushed_texts:
            self._head += self._flushed_texts.popleft()
            self._head_flush = True
            return True
        if self._parts:
            self._head += "".join(self._parts)
            self._parts.clear()
        return bool(self._head)
