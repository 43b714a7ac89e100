"""The states of the token window, and what each event does in each of them.

jambonz holds at most 1,000 characters for the synthesiser. It turns away, whole, a frame that would
exceed that, and tells when there is room again. So that nothing is lost, doubled or overtaken, one
frame is in flight at a time; the text that is queued meanwhile is merged into the next one, of at
most 800 characters, which fits after every "there is room again" (200 + 800). A flush is never
merged over: it leaves when all text before it has been accepted. An SSML tag at the end of the text
that is not complete yet waits for its rest, unless somebody waits for it, a flush follows, or it
gets longer than tags are.

The states::

    IDLE    nothing is in flight and nothing is queued that may leave
    SENT    a frame is in flight
    ROOM    a frame is in flight, and jambonz has said since that there is room
    FULL    the frame was turned away and waits until there is room
    STALE   the utterance was stopped while a frame was in flight: nobody wants it any more, but until
            its result says whether jambonz holds it, the next utterance waits
    UNSURE  the connection was replaced while a frame was in flight: its result may still come
    CLOSED  the call is gone

What an event does, and the state after it where that is not obvious::

              text    ok        full    failed  room    stop    clear   reconnect  quiet
    IDLE      next    -         -       -       -       drop    clear   -
    SENT              next      FULL    fail    ROOM    STALE   clear   UNSURE
    ROOM              next      again   fail    -       STALE   clear   UNSURE
    FULL              -         -       -       again   drop    clear   -          nudge
    STALE             clear_r.  next    next    -       drop    clear   clear_r.   clear_r.
    UNSURE            next      FULL    fail    -       drop    clear   -          again
    CLOSED            -         -       -       -       -       -       -

A dash is an event that may come there and changes nothing. An empty field is an event that cannot be
there: text that is pushed then waits, and nobody counts seconds. It is an error in the log if one is.

``stop`` is ``user_interruption``, or ``stream_closed`` while text waits here (with all text accepted,
that is no error of an utterance): jambonz has thrown its text away. ``quiet`` is a few seconds without
any of the others: jambonz does not always say that there is room again (a flush that empties its text
says nothing), and it never makes room for text that has neither a blank nor the end of a sentence,
unless a flush tells it to (``nudge``). Asking again costs no more than a frame that is turned away.
``clear_remote`` (``clear_r.``) has jambonz drop what it may hold of an utterance that was stopped.
``stream_paused`` is no event here: the ``full`` result behind it says the same, and says which frame
it is about.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

__all__ = ["TRANSITIONS", "WAITING", "WindowState"]


class WindowState(StrEnum):
    """A state of the window."""

    IDLE = "idle"
    SENT = "sent"
    ROOM = "room"
    FULL = "full"
    STALE = "stale"
    UNSURE = "unsure"
    CLOSED = "closed"


_IDLE, _SENT, _ROOM, _FULL = WindowState.IDLE, WindowState.SENT, WindowState.ROOM, WindowState.FULL
_STALE, _UNSURE, _CLOSED = WindowState.STALE, WindowState.UNSURE, WindowState.CLOSED

#: (state, event) -> (what is done, the state after it). "ignore" does nothing; "next" and "accept" go on to IDLE if
#: nothing may leave
TRANSITIONS: Final[dict[tuple[WindowState, str], tuple[str, WindowState]]] = {
    (_IDLE, "text"): ("next", _SENT),
    (_IDLE, "stop"): ("drop", _IDLE),
    (_IDLE, "clear"): ("clear", _IDLE),
    (_SENT, "ok"): ("accept", _SENT),
    (_SENT, "full"): ("keep", _FULL),
    (_SENT, "failed"): ("fail", _IDLE),
    (_SENT, "room"): ("keep", _ROOM),
    (_SENT, "stop"): ("drop", _STALE),
    (_SENT, "clear"): ("clear", _IDLE),
    (_SENT, "reconnect"): ("keep", _UNSURE),
    (_ROOM, "ok"): ("accept", _SENT),
    (_ROOM, "full"): ("again", _SENT),
    (_ROOM, "failed"): ("fail", _IDLE),
    (_ROOM, "stop"): ("drop", _STALE),
    (_ROOM, "clear"): ("clear", _IDLE),
    (_ROOM, "reconnect"): ("keep", _UNSURE),
    (_FULL, "room"): ("again", _SENT),
    (_FULL, "stop"): ("drop", _IDLE),
    (_FULL, "clear"): ("clear", _IDLE),
    (_FULL, "quiet"): ("nudge", _SENT),
    (_STALE, "ok"): ("clear_remote", _SENT),
    (_STALE, "full"): ("next", _SENT),
    (_STALE, "failed"): ("next", _SENT),
    (_STALE, "stop"): ("drop", _STALE),
    (_STALE, "clear"): ("clear", _IDLE),
    (_STALE, "reconnect"): ("clear_remote", _SENT),
    (_STALE, "quiet"): ("clear_remote", _SENT),
    (_UNSURE, "ok"): ("accept", _SENT),
    (_UNSURE, "full"): ("keep", _FULL),
    (_UNSURE, "failed"): ("fail", _IDLE),
    (_UNSURE, "stop"): ("drop", _IDLE),
    (_UNSURE, "clear"): ("clear", _IDLE),
    (_UNSURE, "quiet"): ("again", _SENT),
    **{
        (state, event): ("ignore", state)
        for state, events in {
            _IDLE: "ok full failed room reconnect",
            _ROOM: "room",
            _FULL: "ok full failed reconnect",
            _STALE: "room",
            _UNSURE: "room reconnect",
            _CLOSED: "ok full failed room stop clear reconnect",
        }.items()
        for event in events.split()
    },
}
#: states that only jambonz leads out of, and that `quiet` leads out of where it does not
WAITING: Final = frozenset({_FULL, _STALE, _UNSURE})
