"""The conferences of an account, in which calls are members."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal

from .flow import Future
from .party import Party
from .turns import Sound

__all__ = ["Conference", "Conferences", "Member", "RoomStream"]


@dataclass(eq=False)
class Member:
    """A call in a conference. What others read of it is guarded by the lock of the conferences.

    Args:
        party: The call.
        verb: The ``conference`` that has brought it there.
        on_event: Takes an event of the conference that the call tells the app of; in the thread of the call.
        on_hold: Called with the hook of what is heard on hold, and with None at the end of that; in its thread.
        end_after: Has the call leave in so many seconds; in its thread.
    """

    party: Party
    verb: Mapping[str, Any]
    on_event: Callable[[Mapping[str, Any]], None] = lambda event: None
    on_hold: Callable[[object], None] = lambda hook: None
    end_after: Callable[[float], None] = lambda seconds: None
    #: known, in the thread of a call that has waited, once the conference has begun
    begun: Future = field(default_factory=Future)
    #: known, in the thread of the call, once the member is out of it: with the reason
    over: Future = field(default_factory=Future)
    muted: bool = False
    held: bool = False
    tag: str | None = None
    #: the tag of the only members that hear this one
    heard_by: str | None = None
    #: the hook of what is heard on hold, which is kept for the next time
    wait_hook: object = None

    @property
    def may_start(self) -> bool:
        """True for a member who does not wait for another one to start the conference."""
        return self.verb.get("startConferenceOnEnter") is not False

    @property
    def moderator(self) -> bool:
        """True for a member whom ``conf:mute-status`` leaves alone: only one of whom the app has said so."""
        return self.verb.get("startConferenceOnEnter") is True

    @property
    def audible(self) -> bool:
        """True for a member who is neither muted nor on hold."""
        return not self.muted and not self.held

    def hears(self, other: Member) -> bool:
        """Return True if this member hears another one."""
        if self is other or not other.audible or self.held:
            return False
        return other.heard_by is None or other.heard_by == self.tag


@dataclass(frozen=True, eq=False)
class RoomStream:
    """The audio stream of a conference.

    Args:
        party: The call on whose connections it is.
        speak: Lets somebody be heard on it; in the thread of that call.
        end: Ends it; in the thread of that call.
    """

    party: Party
    speak: Callable[[Sound], None]
    end: Callable[[], None]


class Conference:
    """A conference, from the first who waits for it to the last who leaves it, and again. Threads: any."""

    def __init__(self, lock: AbstractContextManager[object], now: Callable[[], float]) -> None:
        """Make one with nobody in it.

        Args:
            lock: Guards who is in it; held for a moment only.
            now: Returns the time that the calls share.
        """
        self.now = now
        self._lock = lock
        self._members: list[Member] = []
        self._waiting: list[Member] = []
        # when it began, and by whom
        self._began: float | None = None
        self._starter: Member | None = None
        # those who are in it and have no call here
        self._unseen = 0
        # how many may be in it
        self._most: int | None = None
        # the statusHook and statusEvents of whoever has started it, for those who join later
        self._status: Mapping[str, Any] = {}
        self._stream: RoomStream | None = None

    def enter(self, member: Member) -> Literal["in", "waits", "full"]:
        """Let a call come in, or wait for somebody who starts the conference. Returns what it does."""
        with self._lock:
            if self._most is not None and self._size >= self._most:
                return "full"
            if self._began is None and not member.may_start:
                self._waiting.append(member)
                return "waits"
            if self._began is None:
                self._began, self._starter = self.now(), member
                self._status = _status_of(member.verb)
                self._tell(member, "start")
            else:
                member.verb = {**member.verb, **self._status}
            return "in"

    def let_in(self, member: Member) -> None:
        """Let a call in that waits, as if somebody without a call here had started the conference."""
        with self._lock:
            self._waiting.remove(member)
            self._began, self._unseen = self.now(), 1
            member.party.tell(member.begun.set)

    def join(self, member: Member) -> None:
        """Make a call that has come in a member, and let those in who wait for it."""
        with self._lock:
            self._members.append(member)
            self._tell(member, "join")
            most = member.verb.get("maxParticipants")
            if isinstance(most, int | float) and most > 1:
                self._most = int(most)  # as on the server: of one who joins, and not below 2
            for each in self._members if member.verb.get("beep") else ():
                each.party.tell(partial(each.party.note, "app", "(beeps)"))
            if member is self._starter:
                waiting, self._waiting = self._waiting, []
                for each in waiting:
                    each.party.tell(each.begun.set)

    def leave(self, member: Member) -> None:
        """Let a call leave; does nothing the second time. It ends for all if the member says so."""
        with self._lock:
            if member in self._waiting:
                self._waiting.remove(member)
            if member in self._members:
                self._members.remove(member)
                self._tell(member, "leave")
                if member.verb.get("endConferenceOnExit") or not self._size:
                    self._tell(member, "end")
                if member.verb.get("endConferenceOnExit"):
                    self._end_if_last(member)
                if self._members and self._stream is not None and self._stream.party is member.party:
                    member.party.tell(partial(_note_stream_stays, member.party))
            if not self._members and (member is self._starter or self._began is not None):
                self._close()

    def started_by(self, member: Member) -> bool:
        """Return True if a member has started it."""
        with self._lock:
            return self._starter is member

    def listeners(self, member: Member) -> list[Party]:
        """Return those who hear what a member says."""
        with self._lock:
            return [each.party for each in self._members if each.hears(member)]

    def change(self, member: Member, **changes: Any) -> None:
        """Change what a member hears, or who hears them."""
        with self._lock:
            for attribute, value in changes.items():
                setattr(member, attribute, value)

    def mute_others(self, muted: bool) -> None:
        """Mute all members who are no moderators, or let them be heard again."""
        with self._lock:
            for member in self._members:
                if not member.moderator:
                    member.muted = muted

    def say(self, text: str) -> None:
        """Let all members who are not on hold hear something of the app."""
        with self._lock:
            for each in self._members:
                if not each.held:
                    each.party.tell(partial(each.party.note, "app", text))

    # -- voices

    def talk(self, member: Member, *, begins: bool) -> None:
        """Tell that a member has begun to talk, or has stopped."""
        with self._lock:
            if member in self._members and member.audible:
                self._tell(member, "start-talking" if begins else "stop-talking")

    def stream(self, stream: RoomStream) -> bool:
        """Let the conference have an audio stream. Returns False if it has one."""
        with self._lock:
            if self._stream is not None:
                return False
            self._stream = stream
            return True

    def stream_ended(self, stream: RoomStream) -> None:
        """Take in that its audio stream has ended."""
        with self._lock:
            if self._stream is stream:
                self._stream = None

    def speak(self, member: Member, sound: Sound) -> None:
        """Let a member be heard on the audio stream of the conference."""
        with self._lock:
            if self._stream is not None and member.audible:
                self._stream.party.tell(partial(self._stream.speak, sound))

    # -- the lock is held

    @property
    def _size(self) -> int:
        return len(self._members) + self._unseen

    def _close(self) -> None:
        """Be as before the first."""
        self._began, self._starter, self._unseen, self._most, self._status = None, None, 0, None, {}
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.party.tell(stream.end)

    def _end_if_last(self, member: Member) -> None:
        """End it for all, at once or after a while, if nobody is left in it who would end it."""
        if not any(each.verb.get("endConferenceOnExit") for each in self._members):
            seconds = float(member.verb.get("endConferenceDuration") or 0)
            for each in self._members:
                each.party.tell(partial(each.end_after, seconds))

    def _tell(self, member: Member, event: str) -> None:
        duration = round(self.now() - (self._began or 0.0), 3)
        # of what a call does it tells itself, at once: it may be its last moment
        member.on_event({"event": event, "duration": duration, "members": self._size})


class Conferences:
    """All conferences of an account, by their names. Threads: any."""

    def __init__(self, lock: AbstractContextManager[object], now: Callable[[], float]) -> None:
        """Make them, with nobody in them.

        Args:
            lock: Guards who is where; held for a moment only.
            now: Returns the time that the calls share.
        """
        self._lock = lock
        self._now = now
        self._by_name: dict[str, Conference] = {}

    def named(self, name: str) -> Conference:
        """Return the conference of this name, which may have nobody in it."""
        with self._lock:
            return self._by_name.setdefault(name, Conference(self._lock, self._now))


def _status_of(verb: Mapping[str, Any]) -> dict[str, Any]:
    """Return the hook of a conference that whoever starts it has brought, which those who join it later have, too."""
    has_hook = bool(verb.get("statusHook") and verb.get("statusEvents"))
    return {option: verb.get(option) if has_hook else None for option in ("statusHook", "statusEvents")}


def _note_stream_stays(party: Party) -> None:
    party.note("event", "the stream of the conference goes on, as long as this call does")
