"""What a campaign does next, decided from the time and from what has happened: no clock, no thread, no I/O."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import Final

from .errors import CampaignError
from .numbers import Entry
from .policy import Attempt, Pace, Policy

__all__ = ["Done", "Follow", "Place", "Plan", "Step", "Wait"]

#: calls that may be on their way to the API at a time; each takes one thread
MAX_PLACING: Final = 16

_FIRST_LOOK: Final = 2.0
_LAST_LOOK: Final = 30.0
_FIRST_PAUSE: Final = 1.0
_LAST_PAUSE: Final = 60.0


@dataclass(frozen=True, slots=True)
class Place:
    """Claim this number in the store, then call it."""

    entry: Entry


@dataclass(frozen=True, slots=True)
class Follow:
    """Ask how these calls are."""

    attempts: tuple[Attempt, ...]


@dataclass(frozen=True, slots=True)
class Wait:
    """Do nothing until the time ``until``, or until something happens."""

    until: float


@dataclass(frozen=True, slots=True)
class Done:
    """Nothing is left to do. ``reason`` says why if that is not because every number has been dealt with."""

    reason: str | None = None


Step = Place | Follow | Wait | Done


class Plan:
    """The numbers of a campaign, in the order in which they fall due.

    ``next_step`` says what to do; ``claimed``, ``changed``, ``looked`` ... tell what has happened. Whoever
    drives it writes each attempt to the store before it tells the plan.
    """

    def __init__(
        self,
        policy: Policy,
        cases: Iterable[tuple[Entry, Sequence[Attempt]]],
        *,
        last_claim: float | None = None,
        max_placing: int = MAX_PLACING,
    ) -> None:
        self.policy = policy
        self.finished = 0
        self.total = 0
        self.stop_reason: str | None = None
        self._pace = Pace(policy.rate.interval, float("-inf") if last_claim is None else last_claim)
        self._max_placing = max_placing
        self._entries: dict[str, Entry] = {}
        self._attempts: dict[str, list[Attempt]] = {}
        self._due: list[tuple[float, int, str]] = []
        self._placing = 0
        self._live: dict[str, Attempt] = {}  # number -> its placed attempt
        self._seen: dict[str, float] = {}  # number -> when its call was last known to go on
        self._openings: dict[str | None, tuple[float, float]] = {}  # zone -> (asked at, opens at)
        self._errors = 0
        self._paused_until = float("-inf")
        self._looking = False
        self._look_after = _FIRST_LOOK
        self._next_look = float("-inf")
        for entry, attempts in cases:
            self._enter(entry, attempts)

    def _enter(self, entry: Entry, attempts: Sequence[Attempt]) -> None:
        self.total += 1
        number = entry.number
        self._entries[number] = entry
        self._attempts[number] = list(attempts)
        standing = self.policy.standing(attempts)
        if standing.kind == "open":
            last = attempts[-1]
            if last.state != "placed":
                raise CampaignError(f"{number} has a claim that nobody holds: recover the store first")
            self._live[number] = last
            self._seen[number] = last.changed_at
        elif standing.kind == "done" or entry.excluded:
            self.finished += 1
        else:
            self._push(standing.due, number)

    # -- what to do -------------------------------------------------------------------------------------------

    def next_step(self, now: float) -> Step:
        wake: list[float] = []
        if self._due and self.stop_reason is None:
            room = self.open_calls < self.policy.max_concurrent and self._placing < self._max_placing
            earliest = max(self._pace.earliest(now), self._paused_until)
            if room and earliest <= now:
                number = self._pop_due(now)
                if number is not None:
                    return Place(self._entries[number])
            if room and self._due:
                wake.append(max(earliest, self._due[0][0]))
        if self._live and not self._looking:
            if self._next_look <= now:
                self._looking = True
                return Follow(tuple(self._live.values()))
            wake.append(self._next_look)
        if not self.open_calls and not self._looking and (self.stop_reason is not None or not self._due):
            return Done(self.stop_reason)
        return Wait(max(now, min(wake, default=float("inf"))))

    @property
    def open_calls(self) -> int:
        """Calls that are being placed, or go on as far as is known."""
        return self._placing + len(self._live)

    @property
    def placing(self) -> int:
        """Calls whose request is on its way: their answers must be waited for."""
        return self._placing

    def attempts_of(self, number: str) -> Sequence[Attempt]:
        return self._attempts[number]

    def _pop_due(self, now: float) -> str | None:
        """Take out the first number that may be called now. Others are put off until their hours begin."""
        while self._due and self._due[0][0] <= now:
            _, _, number = heappop(self._due)
            opening = self._opening(now, self._entries[number].time_zone)
            if opening <= now:
                return number
            self._push(opening, number)
        return None

    def _opening(self, now: float, zone: str | None) -> float:
        if self.policy.hours is None:
            return now
        asked, opens = self._openings.get(zone, (now, now))
        if asked <= now < opens:  # closed when last asked, and it is not yet time
            return opens
        opens = self.policy.next_open(now, zone)
        self._openings[zone] = (now, opens)
        return opens

    def _push(self, due: float, number: str) -> None:
        heappush(self._due, (due, self._entries[number].line, number))

    # -- what has happened ------------------------------------------------------------------------------------

    def claimed(self, attempt: Attempt) -> None:
        """The attempt that the last :class:`Place` asked for is in the store, and its request leaves."""
        self._attempts[attempt.number].append(attempt)
        self._placing += 1
        self._pace = self._pace.take(attempt.claimed_at)

    def changed(self, attempt: Attempt, now: float) -> None:
        """An attempt is in a new state: placed, over, or unknown."""
        self._replace(attempt)
        if attempt.state == "placed":
            self._placing -= 1
            self._errors = 0
            if not self._live and not self._looking:
                self._next_look = now + _FIRST_LOOK
            self._live[attempt.number] = attempt
            self._seen[attempt.number] = now
            self._look_soon(now)
            return
        if self._live.pop(attempt.number, None) is None:  # no call came of it, or nobody knows
            self._placing -= 1
            self._count_error(now, None, attempt.detail)
        else:
            del self._seen[attempt.number]
            self._look_soon(now)
        standing = self.policy.standing(self._attempts[attempt.number])
        if standing.kind == "due" and not self._entries[attempt.number].excluded:
            self._push(standing.due, attempt.number)
        else:
            self.finished += 1

    def refused(self, attempt: Attempt, now: float, *, retry_after: float | None, stop: bool) -> None:
        """The API did not take the call. With ``retry_after`` the number is tried again; without, it is set aside
        until the campaign is started again. ``stop`` ends the campaign."""
        self._replace(attempt)
        self._placing -= 1
        self._count_error(now, retry_after, attempt.detail)
        if stop:
            self.stop(attempt.detail or "the API refused a call")
        if retry_after is None:
            self.finished += 1
        else:
            self._push(max(now + retry_after, self._paused_until), attempt.number)

    def looked(self, live: Collection[str], now: float) -> list[Attempt]:
        """The answer to :class:`Follow` has come: the calls of the numbers ``live`` go on.

        Ended ones are told by :meth:`changed` before. Returns the attempts that nothing has been heard of for
        too long, which the caller makes unknown.
        """
        self._looking = False
        self._next_look = now + self._look_after
        self._look_after = min(self._look_after * 1.5, _LAST_LOOK)
        for number in live:
            self._seen[number] = now
        limit = now - self.policy.give_up_after
        return [attempt for number, attempt in self._live.items() if self._seen[number] < limit]

    def not_looked(self, now: float, retry_after: float | None) -> list[Attempt]:
        """The question could not be asked. Returns what :meth:`looked` returns."""
        lost = self.looked((), now)
        self._next_look = max(self._next_look, now + (retry_after or 0.0))
        return lost

    def stop(self, reason: str) -> None:
        """Place no further call. Those that are open are followed."""
        if self.stop_reason is None:
            self.stop_reason = reason

    def _replace(self, attempt: Attempt) -> None:
        attempts = self._attempts[attempt.number]
        assert attempts[-1].id == attempt.id
        attempts[-1] = attempt

    def _look_soon(self, now: float) -> None:
        """Something has moved: more will. Look again in a short while, and less and less often after that."""
        self._look_after = _FIRST_LOOK
        self._next_look = min(self._next_look, now + _FIRST_LOOK)

    def _count_error(self, now: float, retry_after: float | None, detail: str | None) -> None:
        if now >= self._paused_until:  # those that were on their way when the first one failed are no new failure
            self._errors += 1
        pause = min(_FIRST_PAUSE * 2.0 ** (self._errors - 1), _LAST_PAUSE)
        self._paused_until = max(self._paused_until, now + max(pause, retry_after or 0.0))
        if self._errors >= self.policy.max_errors:
            self.stop(f"{self._errors} calls in a row could not be placed; the last one: {detail}")
