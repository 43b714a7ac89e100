"""What may happen to an attempt, and when the next may be made: plain values and functions of time.

Nothing here knows a clock, a socket, a file or a thread. Times are seconds since the epoch.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, Literal, cast, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .errors import CampaignError

__all__ = [
    "ENDED",
    "LIVE",
    "TRANSITIONS",
    "Attempt",
    "Event",
    "Hours",
    "Pace",
    "Policy",
    "Rate",
    "Standing",
    "State",
    "as_event",
    "as_state",
    "next_state",
    "parse_seconds",
    "time_zone",
]

State = Literal["claimed", "placed", "refused", "unknown", "written-off", "completed", "busy", "no-answer", "failed"]
Event = Literal["accepted", "refused", "interrupted", "lost", "written-off", "completed", "busy", "no-answer", "failed"]

#: state of an attempt -> what may happen to it -> its state from then on.
#:
#: "claimed" is written before the request leaves and "placed" after its answer, so a process that is
#: killed between the two leaves a claim behind, and whoever comes next knows that a call may have
#: been placed. "unknown" is not left by itself: only a person writes an unknown attempt off.
TRANSITIONS: Final[Mapping[State, Mapping[Event, State]]] = {
    "claimed": {"accepted": "placed", "refused": "refused", "interrupted": "unknown"},
    "placed": {
        "completed": "completed",
        "busy": "busy",
        "no-answer": "no-answer",
        "failed": "failed",
        "lost": "unknown",
    },
    "unknown": {"written-off": "written-off"},
    "written-off": {},
    "refused": {},
    "completed": {},
    "busy": {},
    "no-answer": {},
    "failed": {},
}

#: the values of call_status of a call that goes on, and of one that is over
LIVE: Final = frozenset({"trying", "ringing", "early-media", "in-progress", "queued"})
ENDED: Final = frozenset({"completed", "busy", "no-answer", "failed"})

#: outcomes that a second attempt can mend
_RETRYABLE: Final = ENDED - {"completed"}
#: no call came of these, or one that the user has decided to forget: they use up no attempt
_UNCOUNTED: Final[frozenset[State]] = frozenset({"refused", "written-off"})


def next_state(state: State, event: Event) -> State:
    """The state of an attempt after ``event``. Raises :class:`ValueError` for what the table does not have."""
    following = TRANSITIONS[state].get(event)
    if following is None:
        raise ValueError(f"an attempt that is {state} cannot become {event}")
    return following


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to call one number, as it stands in the state file. ``n`` counts the tries of the number from 1."""

    id: int
    number: str
    n: int
    state: State
    claimed_at: float
    changed_at: float
    call_sid: str | None = None
    detail: str | None = None

    def __str__(self) -> str:
        call = f" (call_sid {self.call_sid})" if self.call_sid else ""
        return f"{self.number} attempt {self.n}: {self.state}{call}{f': {self.detail}' if self.detail else ''}"


# -- how fast ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rate:
    """At most ``count`` calls in ``seconds``, evenly spaced: ``Rate.parse("5/s")``, ``"30/min"``, ``"100/h"``."""

    count: float
    seconds: float = 1.0

    def __post_init__(self) -> None:
        if not (0 < self.count < float("inf") and 0 < self.seconds < float("inf")):
            raise CampaignError(f"a rate must be above zero, not {self.count}/{self.seconds}s")

    @classmethod
    def parse(cls, text: str) -> Rate:
        """The rate that ``text`` means. Raises :class:`CampaignError` if it means none."""
        match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*/\s*(s|sec|m|min|h)", text.strip())
        if match is None:
            raise CampaignError(f"{text!r} is no rate: write 5/s, 30/min or 100/h")
        return cls(float(match[1]), {"s": 1.0, "m": 60.0, "h": 3600.0}[match[2][0]])

    @property
    def interval(self) -> float:
        """Seconds from one call to the next."""
        return self.seconds / self.count

    def __str__(self) -> str:
        unit = {1.0: "s", 60.0: "min", 3600.0: "h"}.get(self.seconds, f"{self.seconds:g}s")
        return f"{self.count:g}/{unit}"


@dataclass(frozen=True, slots=True)
class Pace:
    """When the next call may leave. ``take`` gives the pace that holds after a call at ``now``."""

    interval: float
    last: float = float("-inf")

    def earliest(self, now: float) -> float:
        """The earliest time, ``now`` or later, for a call. A clock that was set back costs one interval at most."""
        return max(now, min(self.last, now) + self.interval)

    def take(self, now: float) -> Pace:
        return Pace(self.interval, now)


# -- at what hours -----------------------------------------------------------------------------------------------

_DAY: Final = 24 * 60


def time_zone(name: str) -> ZoneInfo:
    """The zone of an IANA name (``Europe/Berlin``). Raises :class:`CampaignError` for what is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # ValueError: "../x"; OSError: a directory of zones
        raise CampaignError(f"{name!r} is no time zone: write a name such as Europe/Berlin") from None


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of the day, by the clock on the wall of the called party, in which calls may be placed.

    ``opens`` and ``closes`` are minutes after midnight; the minute ``closes`` is no longer within.
    ``closes`` before ``opens`` is a night (``20:00-02:00``).
    """

    opens: int
    closes: int

    def __post_init__(self) -> None:
        if not (0 <= self.opens < _DAY and 0 < self.closes <= _DAY) or self.opens == self.closes:
            raise CampaignError("calling hours must be two different times from 00:00 to 24:00")

    @classmethod
    def parse(cls, text: str) -> Hours:
        """The hours of ``"09:00-20:00"``. Raises :class:`CampaignError` for anything else."""
        match = re.fullmatch(r"\s*(\d\d?):([0-5]\d)\s*-\s*(\d\d?):([0-5]\d)\s*", text)
        if match is None:
            raise CampaignError(f"{text!r} are no calling hours: write 09:00-20:00")
        hour, minute, to_hour, to_minute = (int(part) for part in match.groups())
        return cls(hour * 60 + minute, to_hour * 60 + to_minute)

    def __str__(self) -> str:
        return "-".join(f"{minutes // 60:02}:{minutes % 60:02}" for minutes in (self.opens, self.closes))

    def are_open(self, now: float, zone: ZoneInfo) -> bool:
        """True if the clock on the wall in ``zone`` is within the hours."""
        local = datetime.fromtimestamp(now, UTC).astimezone(zone)
        minute = local.hour * 60 + local.minute
        if self.opens < self.closes:
            return self.opens <= minute < self.closes
        return minute >= self.opens or minute < self.closes

    def next_open(self, now: float, zone: ZoneInfo) -> float:
        """The first time, ``now`` or later, within the hours.

        Found by asking minute after minute: the clock on the wall jumps, repeats hours, and has skipped
        whole days, and this is right about all of them. It takes a millisecond; ask once per zone.
        """
        if self.are_open(now, zone):
            return now
        minute = (now // 60 + 1) * 60
        while not self.are_open(minute, zone):
            minute += 60
        return minute


# -- how often ---------------------------------------------------------------------------------------------------


def parse_seconds(text: str) -> float:
    """``"90s"``, ``"15m"``, ``"1h30m"``, ``"2d"`` or ``"90"`` in seconds."""
    match = re.fullmatch(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s?)?", text.strip())
    if match is None or not any(match.groups()):
        raise CampaignError(f"{text!r} is no duration: write 90s, 15m or 1h30m")
    days, hours, minutes, seconds = (float(part or 0) for part in match.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a number stands: to be called at ``due`` or later, being called, or done with."""

    kind: Literal["due", "open", "done"]
    due: float = 0.0


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules of a campaign.

    ``rate`` and ``max_concurrent`` bound how fast calls are placed and how many there are at a time.
    ``hours`` are read in the zone of the row, or else in ``zone``. A number whose call ended as one of
    ``retry`` ("busy", "no-answer", "failed") is called again ``retry_after`` seconds later or after that,
    ``max_attempts`` times in all. ``max_errors`` failures to place a call, one after the other, stop
    the campaign. A call that nothing has been heard of for ``give_up_after`` seconds counts as unknown.
    """

    rate: Rate = field(default_factory=lambda: Rate(1.0))
    max_concurrent: int = 10
    hours: Hours | None = None
    zone: str | None = None
    retry: frozenset[str] = frozenset()
    retry_after: float = 900.0
    max_attempts: int = 3
    max_errors: int = 10
    give_up_after: float = 7200.0

    def __post_init__(self) -> None:
        for name in ("max_concurrent", "max_attempts", "max_errors"):
            if getattr(self, name) < 1:
                raise CampaignError(f"{name} must be at least 1, not {getattr(self, name)}")
        for name in ("retry_after", "give_up_after"):
            if not getattr(self, name) >= 0:
                raise CampaignError(f"{name} must not be below zero, nor {getattr(self, name)}")
        unknown = sorted(set(self.retry) - _RETRYABLE)
        if unknown:
            raise CampaignError(f"{unknown[0]!r} cannot be retried: choose from {', '.join(sorted(_RETRYABLE))}")
        if self.zone is not None:
            time_zone(self.zone)

    def standing(self, attempts: Sequence[Attempt]) -> Standing:
        """Where a number with these attempts stands, the oldest first."""
        if not attempts:
            return Standing("due")
        last = attempts[-1]
        if last.state in ("claimed", "placed"):
            return Standing("open")
        if last.state in _UNCOUNTED:
            return Standing("due", last.changed_at)
        made = sum(attempt.state not in _UNCOUNTED for attempt in attempts)
        if last.state in self.retry and made < self.max_attempts:
            return Standing("due", last.changed_at + self.retry_after)
        return Standing("done")

    def next_open(self, now: float, zone: str | None) -> float:
        """The first time, ``now`` or later, at which a number in ``zone`` may be called."""
        if self.hours is None:
            return now
        name = zone or self.zone
        if name is None:
            raise CampaignError("calling hours need a time zone: of the row, or of the campaign")
        return self.hours.next_open(now, time_zone(name))


def as_event(text: str) -> Event:
    """``text`` as a server sent it, or :class:`ValueError`."""
    if text not in get_args(Event):
        raise ValueError(f"nothing called {text!r} happens to an attempt")
    return cast(Event, text)


def as_state(text: str) -> State:
    """``text`` as read from a file, or :class:`ValueError`."""
    if text not in get_args(State):
        raise ValueError(f"{text!r} is no state of an attempt")
    return cast(State, text)
