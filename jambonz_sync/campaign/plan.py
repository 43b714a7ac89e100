"""The next step of a campaign, decided from the time and from what has happened: no clock, no thread, no I/O.

Two clocks are told apart. ``now`` is the monotonic clock: it measures all that lasts (pace, pauses, retries, the time
without news of a call), because nobody can set it. ``wall`` is the time of day, in seconds since the epoch: calling
hours are read from it. The state file outlives the monotonic clock, so it holds times of day. Their ages are read off
the wall clock once, when a plan is made, and none is below zero: after that a clock that is set moves calling hours
and nothing else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Final, Literal

from .attempt import Attempt
from .errors import CampaignError
from .numbers import Contact
from .policy import Pace, Policy

__all__ = ["Done", "Follow", "Place", "Plan", "Reason", "Step", "Wait"]

#: calls that may be on their way to the API at a time; each takes one thread
MAX_PLACING: Final = 16
#: seconds after which a call is first asked for, and the longest time between two questions
FIRST_FOLLOW: Final = 2.0
_LONGEST_FOLLOW: Final = 30.0
#: seconds until the next call after a failure; doubled for each failure in a row, up to the longest
_FIRST_PAUSE: Final = 1.0
_LONGEST_PAUSE: Final = 60.0
#: doubled more often than that, the first pause is longer than the longest, and at some time longer than any float
_MAX_DOUBLINGS: Final = 6

_NEVER: Final = float("inf")
_LONG_AGO: Final = float("-inf")


@dataclass(frozen=True, slots=True)
class Place:
    """Claim this number in the store, then call it."""

    contact: Contact


@dataclass(frozen=True, slots=True)
class Follow:
    """Ask for the status of these calls."""

    attempts: tuple[Attempt, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why no call is placed just now.

    ``kind`` is "rate", "calls" (as many are up as may be), "requests" (as many are on their way to the API), "hours",
    "retry" (no number is due), "pause" (after failures), or "end" (no number is left, and open calls go on). ``until``
    is the time of day at which that ends, None if it depends on calls; ``zone`` is that of the hours.
    """

    kind: Literal["rate", "calls", "requests", "hours", "retry", "pause", "end"]
    until: float | None = None
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    """Do nothing until ``until`` (by the monotonic clock), or until something happens. ``reason`` is for people."""

    until: float
    reason: Reason | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Done:
    """Nothing is left to do. ``reason`` says why, unless every number has been dealt with."""

    reason: str | None = None


Step = Place | Follow | Wait | Done


class _ClosedZone:
    """The numbers of one time zone that are due, but may not be called at this hour."""

    def __init__(self, asked_at: float, opens_at: float) -> None:
        self.asked_at = asked_at
        self.opens_at = opens_at
        self.due: list[tuple[float, str]] = []

    def must_be_asked(self, wall: float) -> bool:
        """Tell whether the hours have begun, or the clock was set back and they may be open as well."""
        return not self.asked_at <= wall < self.opens_at


class Plan:
    """The numbers of a campaign, in the order in which they fall due.

    :meth:`next_step` decides; ``claimed``, ``changed``, ``refused``, ``followed`` and ``follow_failed`` report what
    has happened. The caller writes each attempt to the store before it reports it here.

    Args:
        policy: The rules.
        histories: Each number with all its attempts, the oldest first.
        now: The monotonic clock.
        wall: The time of day at the same moment; the recorded times of the attempts are compared with it.
        last_claim: The time of day at which the last call of an earlier run left; None if there was none.
        max_placing: How many calls may be on their way to the API at a time.
    Raises:
        CampaignError: An attempt is claimed, and no run is there that could get its answer.
    """

    def __init__(
        self,
        policy: Policy,
        histories: Iterable[tuple[Contact, Sequence[Attempt]]],
        *,
        now: float,
        wall: float,
        last_claim: float | None = None,
        max_placing: int = MAX_PLACING,
    ) -> None:
        self.policy = policy
        self.finished = 0
        self.total = 0
        self.stop_reason: str | None = None
        self._started_at = now
        self._wall_at_start = wall
        self._pace = Pace(policy.rate.interval, _LONG_AGO if last_claim is None else self._monotonic(last_claim))
        self._max_placing = max_placing
        self._contacts: dict[str, Contact] = {}
        self._attempts: dict[str, list[Attempt]] = {}
        self._due: list[tuple[float, int, str]] = []  # a heap of (due, line, number)
        self._closed: dict[str | None, _ClosedZone] = {}  # by time zone
        self._placing = 0
        self._live: dict[str, Attempt] = {}  # number -> its placed attempt
        self._last_news: dict[str, float] = {}  # number -> when its call was last known to be up
        self._failures = 0  # calls in a row
        self._bursts = 0  # failures in a row; those of requests that were on their way together are one
        self.outcomes = Counter[str]()  # of the numbers that are finished
        self.placed = 0  # calls of this run
        self._paused_until = _LONG_AGO
        self._following = False  # a question is on its way
        self._follow_interval = FIRST_FOLLOW
        self._next_follow = _LONG_AGO
        for contact, attempts in histories:
            self._enter(contact, attempts)

    def _monotonic(self, recorded: float) -> float:
        """Where a time of day from the state file is on the monotonic clock: a time in the future counts as now."""
        return self._started_at - max(0.0, self._wall_at_start - recorded)

    def _enter(self, contact: Contact, attempts: Sequence[Attempt]) -> None:
        self.total += 1
        number = contact.number
        self._contacts[number] = contact
        self._attempts[number] = list(attempts)
        standing = self.policy.standing(attempts)
        if standing.kind == "open":
            last = attempts[-1]
            if last.state != "placed":
                raise CampaignError(f"{number} has a claim that nobody holds: recover the store first")
            self._live[number] = last
            self._last_news[number] = self._monotonic(last.changed_at)
        elif standing.kind == "done" or contact.excluded:
            self._finish(attempts[-1].state if standing.kind == "done" else contact.excluded or "")
        elif attempts:
            self._push(self._monotonic(attempts[-1].changed_at) + standing.delay, number)
        else:
            self._push(_LONG_AGO, number)

    # -- deciding -----------------------------------------------------------------------------------------------

    def next_step(self, now: float, wall: float) -> Step:
        """Decide what to do next.

        Args:
            now: The monotonic clock.
            wall: The time of day.
        Returns:
            The step. After :class:`Place` and :class:`Follow` the caller asks again at once.
        """
        reasons: list[tuple[float, Reason]] = []
        if self.stop_reason is None and (self._due or self._closed):
            if self.open_calls >= self.policy.max_concurrent:
                reasons.append((_NEVER, Reason("calls")))
            elif self._placing >= self._max_placing:
                reasons.append((_NEVER, Reason("requests")))
            else:
                earliest = max(self._pace.earliest(now), self._paused_until)
                if earliest <= now and (number := self._pop_due(now, wall)) is not None:
                    return Place(self._contacts[number])
                reasons += self._reasons_to_wait(now, wall, earliest)
        else:
            reasons.append((_NEVER, Reason("end")))
        wake_at, reason = min(reasons, key=lambda entry: entry[0])
        if self._live and not self._following:
            if self._next_follow <= now:
                self._following = True
                return Follow(tuple(self._live.values()))
            wake_at = min(wake_at, self._next_follow)
        nothing_due = self.stop_reason is not None or not (self._due or self._closed)
        if nothing_due and not self.open_calls and not self._following:
            return Done(self.stop_reason)
        return Wait(max(now, wake_at), reason)

    def _reasons_to_wait(self, now: float, wall: float, earliest: float) -> Iterator[tuple[float, Reason]]:
        """The times at which calls could be placed, and what they are waited for; at least one."""

        def at(kind: Literal["hours", "retry"], time: float, zone: str | None = None) -> tuple[float, Reason]:
            if time < earliest:
                return earliest, Reason("pause" if self._paused_until == earliest else "rate", wall + earliest - now)
            return time, Reason(kind, wall + time - now, zone)

        if self._due:
            yield at("retry", self._due[0][0])
        for name, closed in self._closed.items():
            yield at("hours", now + closed.opens_at - wall, name or self.policy.zone)

    @property
    def open_calls(self) -> int:
        """Return the number of calls that are being placed, or are up as far as is known."""
        return self._placing + len(self._live)

    @property
    def placing(self) -> int:
        """Return the number of calls whose request is on its way: their answers must be waited for."""
        return self._placing

    def attempts_of(self, number: str) -> Sequence[Attempt]:
        """Return all attempts to call ``number``, the oldest first."""
        return self._attempts[number]

    def _pop_due(self, now: float, wall: float) -> str | None:
        """Take out the first number that may be called now. Others are put aside until their hours begin."""
        self._reopen(wall)
        while self._due and self._due[0][0] <= now:
            due, _, number = heappop(self._due)
            zone = self._contacts[number].time_zone
            closed = self._closed.get(zone)
            if closed is None:
                opens_at = self.policy.next_open(wall, zone)
                if opens_at <= wall:
                    return number
                closed = self._closed[zone] = _ClosedZone(wall, opens_at)
            closed.due.append((due, number))
        return None

    def _reopen(self, wall: float) -> None:
        """Put the numbers back in line that may have come into their hours."""
        for zone in [zone for zone, closed in self._closed.items() if closed.must_be_asked(wall)]:
            for due, number in self._closed.pop(zone).due:
                self._push(due, number)

    def _push(self, due: float, number: str) -> None:
        heappush(self._due, (due, self._contacts[number].line, number))

    # -- reporting ----------------------------------------------------------------------------------------------

    def claimed(self, attempt: Attempt, now: float) -> None:
        """Report that the attempt of the last :class:`Place` is in the store, and that its request leaves."""
        self._attempts[attempt.number].append(attempt)
        self._placing += 1
        self._pace = self._pace.after(now)

    def changed(self, attempt: Attempt, now: float) -> None:
        """Report that an attempt has come to a new state: placed, ended, or unknown."""
        self._replace(attempt)
        if attempt.state == "placed":
            self._placing -= 1
            self._failures = self._bursts = 0
            self.placed += 1
            if not self._live and not self._following:
                self._next_follow = now + FIRST_FOLLOW
            self._live[attempt.number] = attempt
            self._last_news[attempt.number] = now
            self._follow_soon(now)
            return
        if self._live.pop(attempt.number, None) is None:  # no call came of it, or nobody knows
            self._placing -= 1
            self._count_failure(now, None, attempt.detail)
        else:
            del self._last_news[attempt.number]
            self._follow_soon(now)
        standing = self.policy.standing(self._attempts[attempt.number])
        if standing.kind == "due" and not self._contacts[attempt.number].excluded:
            self._push(now + standing.delay, attempt.number)
        else:
            self._finish(attempt.state)

    def answered(self, attempt: Attempt) -> None:
        """Report that it is known by whom the call of an attempt was answered. The call goes on."""
        self._replace(attempt)
        if attempt.number in self._live:
            self._live[attempt.number] = attempt

    def answered_late(self, attempt: Attempt, now: float) -> None:
        """Report that a machine answered a call that has ended. Its attempt was completed, and is "machine" now."""
        self._replace(attempt)
        self.finished -= 1
        self.outcomes["completed"] -= 1
        is_due = self.policy.standing(self._attempts[attempt.number]).kind == "due"
        if is_due and not self._contacts[attempt.number].excluded:
            self._push(now + self.policy.retry_after, attempt.number)
        else:
            self._finish(attempt.state)

    def _finish(self, outcome: str) -> None:
        self.finished += 1
        self.outcomes[outcome] += 1

    def refused(self, attempt: Attempt, now: float, *, retry_after: float | None, stop: bool) -> None:
        """Report that a call was not placed, for certain.

        Args:
            attempt: The attempt, in its new state.
            now: The monotonic clock.
            retry_after: Seconds until the number may be tried again; None sets it aside until the next run.
            stop: True ends the campaign.
        """
        self._replace(attempt)
        self._placing -= 1
        self._count_failure(now, retry_after, attempt.detail)
        if stop:
            self.stop(attempt.detail or "the API refused a call")
        if retry_after is None:
            self._finish(attempt.state)
        else:
            self._push(max(now + retry_after, self._paused_until), attempt.number)

    def followed(self, live: Collection[str], now: float) -> list[Attempt]:
        """Report the answer to :class:`Follow`. Ended calls are reported by :meth:`changed` before.

        Args:
            live: The numbers whose calls are still up.
            now: The monotonic clock.
        Returns:
            The attempts without news for too long. The caller records them as lost.
        """
        return self._follow_ended(live, now, self._last_news)

    def follow_failed(self, now: float, retry_after: float | None) -> list[Attempt]:
        """Report that :class:`Follow` got no answer.

        A call of an earlier run is not given up by this: until the server has answered once, the time without news
        begins with this run, whatever the wall clock says of the time between the runs.

        Args:
            now: The monotonic clock.
            retry_after: Seconds that the server asks to wait; None if it does not say.
        Returns:
            The attempts without news for too long. The caller records them as lost.
        """
        last_news = {number: max(at, self._started_at) for number, at in self._last_news.items()}
        lost = self._follow_ended((), now, last_news)
        self._next_follow = max(self._next_follow, now + (retry_after or 0.0))
        return lost

    def stop(self, reason: str) -> None:
        """Place no further call. Those that are open are followed to their end."""
        if self.stop_reason is None:
            self.stop_reason = reason

    def _follow_ended(self, live: Collection[str], now: float, last_news: dict[str, float]) -> list[Attempt]:
        self._following = False
        self._next_follow = now + self._follow_interval
        self._follow_interval = min(self._follow_interval * 1.5, _LONGEST_FOLLOW)
        for number in live:
            self._last_news[number] = now
        limit = now - self.policy.give_up_after
        return [attempt for number, attempt in self._live.items() if last_news[number] < limit]

    def _replace(self, attempt: Attempt) -> None:
        attempts = self._attempts[attempt.number]
        assert attempts[-1].id == attempt.id
        attempts[-1] = attempt

    def _follow_soon(self, now: float) -> None:
        """Something has moved, so more will: ask again in a short while, and less and less often after that."""
        self._follow_interval = FIRST_FOLLOW
        self._next_follow = min(self._next_follow, now + FIRST_FOLLOW)

    def _count_failure(self, now: float, retry_after: float | None, detail: str | None) -> None:
        self._failures += 1
        if now >= self._paused_until:  # the pauses get no longer by requests that were on their way together
            self._bursts += 1
        pause = min(_FIRST_PAUSE * 2.0 ** min(self._bursts - 1, _MAX_DOUBLINGS), _LONGEST_PAUSE)
        self._paused_until = max(self._paused_until, now + max(pause, retry_after or 0.0))
        if self._failures >= self.policy.max_errors:
            self.stop(f"{self._failures} calls in a row could not be placed; the last one: {detail}")
