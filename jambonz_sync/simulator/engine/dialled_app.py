"""A call that another call places by dialling the number of an app."""

from __future__ import annotations

from functools import partial

from .party import Party
from .phone import Phone
from .scenario import Callee
from .state import CallState
from .turns import Turn

__all__ = ["DialledApp"]


class DialledApp:
    """The two ends of it: the party that dials, and the call that rings at the app.

    Threads: that of the party that dials, except for what the other call is given.
    """

    def __init__(self, caller: Party, phone: Phone, callee: Callee) -> None:
        """Make it, before the call is placed.

        Args:
            caller: The party that dials.
            phone: Its phone, on which the app is heard.
            callee: What it sees of the app, as of anybody whom it dials.
        """
        self._caller = caller
        self._phone = phone
        self._callee = callee
        # True while the phone has something more to play
        self._playing = False
        self._called: CallState | None = None
        self._connected = False

    def connect(self, called: CallState) -> None:
        """Take the call that rings at the app, before it runs."""
        self._called = called
        called.on_status = lambda leg: self._caller.tell(partial(self._learn, leg.status, leg.sip_status))
        called.on_playing = lambda playing: self._caller.tell(partial(self._play, playing))
        called.on_said.append(lambda text: self._caller.tell(partial(self._hear, text)))

    def take(self, turn: Turn) -> None:
        """Let the app hear what the caller does."""
        called = self._called
        if called is not None and called.meeting is not None:
            called.meeting.party.tell(lambda: called.phone.take(turn))

    def bridge(self) -> None:
        """Let the caller hear the app from now on."""
        self._connected = True

    def hang_up(self) -> None:
        """End the call to the app; does nothing if it has ended."""
        self._connected = False
        self._play(False)
        called, self._called = self._called, None
        if called is not None and called.meeting is not None:
            called.meeting.party.tell(lambda: called.hang_up_call("caller"))

    def _hear(self, text: str) -> None:
        if self._connected:
            self._caller.note("party", text)

    def _play(self, playing: bool) -> None:
        # what the app has begun to say before the caller was connected is not heard out
        playing = playing and self._connected
        if playing != self._playing:
            self._playing = playing
            self._phone.playing += 1 if playing else -1
            self._phone.changed()

    def _learn(self, status: str, sip_status: int) -> None:
        callee, ended = self._callee, status in ("completed", "busy", "no-answer", "failed")
        if callee.status is None and (ended or status == "in-progress"):
            callee.status = sip_status
            callee.decided.set()
        elif ended:
            callee.gone.set()
