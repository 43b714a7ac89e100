"""The conferences of an account, in which several calls are members."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from .flow import Future
from .party import Party

__all__ = ["Conferences", "Member"]


@dataclass(eq=False)
class Member:
    """A call in a conference. What others read of it is guarded by the lock of the conferences.

    Args:
        party: The call.
        verb: The ``conference`` that has brought it there.
        on_event: Takes an event of the conference; in the thread of the call.
    """

    party: Party
    verb: Mapping[str, Any]
    on_event: Callable[[Mapping[str, Any]], None]
    #: known, in the thread of the call, once the conference has begun
    begun: Future = field(default_factory=Future)
    #: known, in the thread of the call, once the member is out of it: with the reason
    over: Future = field(default_factory=Future)
    muted: bool = False
    held: bool = False
    tag: str | None = None
    #: the tag of the only members that hear this one
    heard_by: str | None = None

    @property
    def moderator(self) -> bool:
        """True for a member who starts the conference, and does not wait for another."""
        return self.verb.get("startConferenceOnEnter") is not False

    def hears(self, other: Member) -> bool:
        """Return True if this member hears another one."""
        if self is other or other.muted or other.held or self.held:
            return False
        return other.heard_by is None or other.heard_by == self.tag


@dataclass
class _Conference:
    members: list[Member] = field(default_factory=list[Member])
    waiting: list[Member] = field(default_factory=list[Member])
    began: float | None = None


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
        self._conferences: dict[str, _Conference] = {}

    def enter(self, name: str, member: Member) -> bool:
        """Let a call join a conference, or wait for one to begin. Returns False if it is full."""
        with self._lock:
            conference = self._conferences.setdefault(name, _Conference())
            limit = member.verb.get("maxParticipants")
            if limit and len(conference.members) >= int(limit):
                return False
            if not member.moderator and conference.began is None:
                conference.waiting.append(member)
                return True
            if conference.began is None:
                conference.began = self._now()
                self._tell([member], conference, "start")
            waiting, conference.waiting = conference.waiting, []
            for each in (member, *waiting):
                conference.members.append(each)
                each.party.tell(each.begun.set)
                self._tell(conference.members, conference, "join")
                self._beep(conference, each)
            return True

    def leave(self, name: str, member: Member) -> None:
        """Let a call leave a conference; does nothing the second time. It ends for all if the member says so."""
        with self._lock:
            conference = self._conferences.get(name, _Conference())
            if member in conference.waiting:
                conference.waiting.remove(member)
            elif member in conference.members:
                conference.members.remove(member)
                self._tell(conference.members, conference, "leave")
                self._beep(conference, member)
                if member.verb.get("endConferenceOnExit"):
                    self._end(conference)
                if not conference.members:
                    self._tell([member], conference, "end")
                    conference.began = None

    def end(self, name: str) -> None:
        """End a conference for all of its members."""
        with self._lock:
            self._end(self._conferences.get(name, _Conference()))

    def listeners(self, name: str, member: Member) -> list[Party]:
        """Return those who hear what a member says."""
        with self._lock:
            conference = self._conferences.get(name, _Conference())
            return [each.party for each in conference.members if each.hears(member)]

    def change(self, member: Member, **changes: Any) -> None:
        """Change what a member hears, or who hears them."""
        with self._lock:
            for attribute, value in changes.items():
                setattr(member, attribute, value)

    def mute_others(self, name: str, muted: bool) -> None:
        """Mute all members who are no moderators, or let them be heard again."""
        with self._lock:
            for member in self._conferences.get(name, _Conference()).members:
                if not member.moderator:
                    member.muted = muted

    # -- the lock is held

    def _end(self, conference: _Conference) -> None:
        for each in conference.members:
            each.party.tell(partial(each.over.set, "the conference has ended"))

    def _tell(self, members: list[Member], conference: _Conference, event: str) -> None:
        duration = self._now() - (conference.began or 0.0)
        described = {"event": event, "duration": int(duration), "members": len(conference.members)}
        for each in members:
            each.party.tell(partial(each.on_event, described))

    def _beep(self, conference: _Conference, member: Member) -> None:
        for each in conference.members if member.verb.get("beep") else ():
            if each is not member:
                each.party.tell(partial(each.party.note, "app", "(beeps)"))
