"""Text on its way to jambonz's speech synthesiser: which frame goes when. No I/O, no clock, no thread.

jambonz holds at most 1,000 characters for the synthesiser. It turns away, whole, a frame that would
exceed that, and tells when there is room again. So that nothing is lost, doubled or overtaken, one
frame is in flight at a time; the text that is queued meanwhile is merged into the next one, of at
most 800 characters, which fits after every "there is room again" (200 + 800). A flush is never
merged over: it leaves when all text before it has been accepted. An SSML tag at the end of the text
that is not complete yet waits for its rest, unless somebody waits for it, a flush follows, or it
gets longer than tags are.

States and events; an event that is not in the table changes nothing::

    IDLE    nothing is in flight and nothing is queued that may leave
    SENT    a frame is in flight
    ROOM    a frame is in flight, and jambonz has said since that there is room
    FULL    the frame was turned away and waits until there is room
    STALE   the utterance was stopped while a frame was in flight: nobody wants it any more, but until
            its result says whether jambonz holds it, the next utterance waits
    UNSURE  the connection was replaced while a frame was in flight: its result may still come
    CLOSED  the call is gone

              text    ok      full    failed  room    stop    clear   anew    quiet
    IDLE      next                                    drop    clear
    SENT              next    FULL    fail    ROOM    STALE   clear   UNSURE
    ROOM              next    again   fail            STALE   clear   UNSURE
    FULL                                      again   drop    clear           prod
    STALE             wipe    next    next            drop    clear   wipe    wipe
    UNSURE            next    FULL    fail            drop    clear           again

``stop`` is ``user_interruption``, or ``stream_closed`` while text waits here (with all text
accepted, that is no error of an utterance): jambonz has thrown its text away. ``anew`` is
``session:reconnect``. ``quiet`` is a few seconds without any of the others: jambonz does not always
say that there is room again (a flush that empties its text says nothing), and it never makes room
for text that has neither a blank nor the end of a sentence, unless a flush tells it to (``prod``).
Asking again costs no more than a frame that is turned away. ``stream_paused`` is no event here: the
``full`` result behind it says the same, and says which frame it is about.
"""

from __future__ import annotations

from collections import deque
from enum import Enum
from typing import Any, Final, NamedTuple

from .errors import Ended
from .text import cut, ends_sentence, open_tag, trailing_blank, units

__all__ = ["FRAME", "QUIET", "TRANSITIONS", "WAITING", "Dropped", "State", "TokenWindow"]

#: the most characters in a frame, as jambonz counts them
FRAME: Final = 800
#: calls of ``tick()`` without any other event after which jambonz is asked again
QUIET: Final = 3


class State(Enum):
    """Where the window stands; see the table above."""

    IDLE = "idle"
    SENT = "sent"
    ROOM = "room"
    FULL = "full"
    STALE = "stale"
    UNSURE = "unsure"
    CLOSED = "closed"


_I, _S, _R, _F, _ST, _U = State.IDLE, State.SENT, State.ROOM, State.FULL, State.STALE, State.UNSURE

#: (state, event) -> (what is done, the state after it); "next" goes on to IDLE if nothing may leave
TRANSITIONS: Final[dict[tuple[State, str], tuple[str, State]]] = {
    (_I, "text"): ("next", _S),
    (_I, "stop"): ("drop", _I),
    (_I, "clear"): ("clear", _I),
    (_S, "ok"): ("accept", _S),
    (_S, "full"): ("keep", _F),
    (_S, "failed"): ("fail", _I),
    (_S, "room"): ("keep", _R),
    (_S, "stop"): ("drop", _ST),
    (_S, "clear"): ("clear", _I),
    (_S, "anew"): ("keep", _U),
    (_R, "ok"): ("accept", _S),
    (_R, "full"): ("again", _S),
    (_R, "failed"): ("fail", _I),
    (_R, "stop"): ("drop", _ST),
    (_R, "clear"): ("clear", _I),
    (_R, "anew"): ("keep", _U),
    (_F, "room"): ("again", _S),
    (_F, "stop"): ("drop", _I),
    (_F, "clear"): ("clear", _I),
    (_F, "quiet"): ("prod", _S),
    (_ST, "ok"): ("wipe", _S),
    (_ST, "full"): ("next", _S),
    (_ST, "failed"): ("next", _S),
    (_ST, "stop"): ("drop", _ST),
    (_ST, "clear"): ("clear", _I),
    (_ST, "anew"): ("wipe", _S),
    (_ST, "quiet"): ("wipe", _S),
    (_U, "ok"): ("accept", _S),
    (_U, "full"): ("keep", _F),
    (_U, "failed"): ("fail", _I),
    (_U, "stop"): ("drop", _I),
    (_U, "clear"): ("clear", _I),
    (_U, "quiet"): ("again", _S),
}
#: states that only jambonz leads out of, and that `quiet` leads out of where it does not
WAITING: Final = frozenset({_F, _ST, _U})


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
    """

    __slots__ = (
        "_blank",
        "_call_sid",
        "_closed",
        "_end",
        "_ends",
        "_frame",
        "_head",
        "_head_flush",
        "_id",
        "_parts",
        "_paused",
        "_taken",
        "_ticks",
        "_wanted",
        "dropped",
        "epoch",
        "outgoing",
        "pushed",
        "settled",
        "state",
    )

    def __init__(self, call_sid: str | None = None) -> None:
        self._call_sid = call_sid
        self.state = State.IDLE
        #: messages for jambonz, oldest first
        self.outgoing: list[dict[str, Any]] = []
        #: characters ever pushed, and those of them that are accepted or dropped
        self.pushed = 0
        self.settled = 0
        #: the number of the utterance: text of an earlier one is refused
        self.epoch = 0
        #: what was not accepted, oldest first
        self.dropped: deque[Dropped] = deque(maxlen=64)
        self._ends: list[Ended] = []  # why epoch 0, 1, ... ended
        self._end: Ended | None = None  # why the window is closed
        self._parts: list[str] = []  # text behind the last flush
        self._closed: deque[str] = deque()  # texts that are each followed by a flush
        self._head = ""  # what the next frame is cut from
        self._head_flush = False  # whether a flush follows the head
        self._taken = 0  # where the head starts, counted as tickets are
        self._frame: tuple[str, int] = ("", 0)  # in flight: its text, and where that ends
        self._id = 0
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
        """Whether jambonz has no room for what is in flight, and has not told since that there is some."""
        return self._paused

    # -- what the application wants

    def push(self, text: str, epoch: int | None = None) -> int:
        """Queue ``text`` and return its ticket. ``epoch``: the utterance that it belongs to (None: the present one).

        Raises what ended that utterance, if it has ended, and what closed the window.
        """
        if epoch is not None and epoch != self.epoch:
            raise self._ends[epoch].error(self._call_sid)
        self._parts.append(text)
        self.pushed += len(text)
        if self.state is _I:
            self._step("text")
        elif self._end is not None:
            self._parts.clear()
            self.pushed = self.settled
            raise self._end.error(self._call_sid)
        return self.pushed

    def flush(self) -> None:
        """Have jambonz speak all text up to here, whole sentence or not, once it has accepted that text."""
        if self._end is not None or (not self._parts and (self._head_flush or self._closed)):
            return
        if self._head and not self._parts:
            self._head_flush = True
        elif self._parts or self.state is not _I:
            self._closed.append("".join(self._parts))
            self._parts.clear()
        else:
            self._flushed()
            return
        if self.state is _I:
            self._step("text")

    def want(self, ticket: int) -> None:
        """Hold no text before ``ticket`` back: somebody waits until it is accepted."""
        self._wanted = max(self._wanted, ticket)
        if self.state is _I:
            self._step("text")

    def clear(self) -> None:
        """Drop all text, here and at jambonz. The utterance ends."""
        self._step("clear", Ended("cleared"))

    def close(self, code: int = 1006, reason: str = "") -> None:
        """The call is gone: drop all text. ``code`` and ``reason`` are those of the close frame."""
        if self._end is None:
            self._end = Ended("closed", reason, code)
            self._paused = False
            self._drop(self._end)
            self.state = State.CLOSED
            self.outgoing = []

    # -- what jambonz says

    def on_result(self, id: object, status: object = None, reason: object = None) -> None:
        """``tts:tokens-result``. A result for another frame than the one in flight is ignored."""
        if self.state in (_I, _F, State.CLOSED) or isinstance(id, bool) or id != self._id:
            return
        if status == "ok":
            self._step("ok")
        elif status == "failed" and reason == "full":
            self._step("full")
        elif status == "failed":
            self._step("failed", Ended("failed", str(reason) if reason else "no reason given"))
        else:
            self._step("failed", Ended("failed", "the call has no TTS stream; enable it by config(tts_stream=...)"))

    def on_event(self, kind: object) -> None:
        """``tts:streaming-event``, by its ``event_type``. Those that change nothing here are ignored."""
        if kind == "stream_paused":
            self._paused |= self.state in (_S, _R, _F, _U)
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
        """``session:reconnect``: results that jambonz held back may follow, those of lost frames never do."""
        self._step("anew")

    def tick(self) -> None:
        """To be called about once a second while :attr:`state` is one of ``WAITING``."""
        self._ticks += 1
        if self._ticks >= QUIET:
            self._step("quiet")

    # -- what became of a text

    def outcome(self, ticket: int) -> bool | Ended:
        """False: not settled yet. True: accepted. Otherwise why it was dropped, all of it or its end."""
        if ticket > self.settled:
            return False
        for start, stop, ended in reversed(self.dropped):
            if start < ticket <= stop:
                return ended
        return True

    def accepted(self, start: int, stop: int) -> int:
        """How many of the characters ``start`` to ``stop`` jambonz has accepted."""
        lost = sum(max(0, min(stop, drop.stop) - max(start, drop.start)) for drop in self.dropped)
        return max(0, min(stop, self.settled) - start) - lost

    def ended(self, epoch: int) -> Ended | None:
        """Why utterance ``epoch`` ended; None while it has not."""
        return self._end or (self._ends[epoch] if 0 <= epoch < self.epoch else None)

    # -- the table at work

    def _step(self, event: str, ended: Ended | None = None) -> None:
        transition = TRANSITIONS.get((self.state, event))
        if transition is None:
            return
        self._ticks = 0
        action, self.state = transition
        if action == "keep":
            self._paused |= self.state is _F
            return
        if action == "accept":
            self._paused = False
            text, end = self._frame
            self.settled = max(self.settled, end)
            self._blank = ends_sentence(text)
        elif action in ("again", "prod"):
            if action == "prod":
                self._flushed()
            self._send(*self._frame)
            return
        elif action == "wipe":
            self._emit("tts:clear")
            self._blank = True
        elif action != "next":
            assert ended is not None  # these actions belong to events that end the utterance
            self._drop(ended)
            if action == "clear":
                self._emit("tts:clear")
            return
        self._next()

    def _drop(self, ended: Ended) -> None:
        """Nothing that is queued or in flight will be accepted: the utterance has ended."""
        if self.pushed > self.settled:
            self.dropped.append(Dropped(self.settled, self.pushed, ended))
        self.settled = self._taken = self.pushed
        self._ends.append(ended)
        self.epoch += 1
        self._parts.clear()
        self._closed.clear()
        self._head, self._head_flush = "", False
        self._blank, self._paused = True, False

    def _emit(self, command: str) -> None:
        self.outgoing.append({"type": "command", "command": command})

    def _send(self, text: str, end: int) -> None:
        self._id += 1
        self._frame = (text, end)
        self.outgoing.append({"type": "command", "command": "tts:tokens", "data": {"id": self._id, "tokens": text}})

    def _flushed(self) -> None:
        self._emit("tts:flush")
        self._blank = True

    def _next(self) -> None:
        """Send the next frame, and the flushes before it; with nothing to send the state is IDLE."""
        self.state = _I
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
                self._flushed()
                continue
            size = len(text)
            if size > FRAME or (size > FRAME // 2 and units(text) > FRAME):
                size = cut(text[: 2 * FRAME + 1], FRAME)
            text = self._take(size, text[:size])
            if self._head_flush and not self._head:
                # a blank behind the last sentence would hold the flush back for a second or two
                text = text[: len(text) - trailing_blank(text)]
            self.state = _S
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
        if self._closed:
            self._head += self._closed.popleft()
            self._head_flush = True
            return True
        if self._parts:
            self._head += "".join(self._parts)
            self._parts.clear()
        return bool(self._head)
