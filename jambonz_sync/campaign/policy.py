"""The rules of a campaign: pace, calling hours, retries. Plain values and functions of time.

No clock, socket, file or thread is used here. Times are in seconds; each function says by which clock.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .attempt import ENDED, Attempt, AttemptState
from .errors import CampaignError

__all__ = [
    "Hours",
    "Pace",
    "Policy",
    "Rate",
    "Standing",
    "parse_seconds",
    "time_text",
    "time_zone",
]

#: outcomes after which the number may be called again
_RETRYABLE: Final = (ENDED - {"completed"}) | {"machine"}
#: no call was placed, or the user has decided to forget it: these do not count towards max_attempts
_UNCOUNTED: Final[frozenset[AttemptState]] = frozenset({"refused", "written-off"})


# -- pace -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rate:
    """At most ``count`` calls in ``seconds``, evenly spaced. ``Rate(5)`` is five calls a second.

    Raises:
        CampaignError: The rate is not above zero, or not finite.
    """

    count: float
    seconds: float = 1.0

    def __post_init__(self) -> None:
        if not (0 < self.count < float("inf") and 0 < self.seconds < float("inf")):
            raise CampaignError(f"a rate must be above zero, not {self.count}/{self.seconds}s")

    @classmethod
    def parse(cls, text: str) -> Rate:
        """Read a rate.

        Args:
            text: A number of calls and a unit: ``"5/s"``, ``"30/min"`` or ``"100/h"``.
        Returns:
            The rate.
        Raises:
            CampaignError: The text has another form, or the rate is zero.
        """
        match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*/\s*(s|sec|m|min|h)", text.strip())
        if match is None:
            raise CampaignError(f"{text!r} is no rate: write 5/s, 30/min or 100/h")
        return cls(float(match[1]), {"s": 1.0, "m": 60.0, "h": 3600.0}[match[2][0]])

    @property
    def interval(self) -> float:
        """Return the seconds from one call to the next."""
        return self.seconds / self.count

    def __str__(self) -> str:
        unit = {1.0: "s", 60.0: "min", 3600.0: "h"}.get(self.seconds, f"{self.seconds:g}s")
        return f"{self.count:g}/{unit}"


@dataclass(frozen=True, slots=True)
class Pace:
    """The time at which the next call may leave: ``interval`` seconds after ``last``, by the monotonic clock."""

    interval: float
    last: float = float("-inf")

    def earliest(self, now: float) -> float:
        """Compute the earliest time for a call: ``now``, or one interval after the last call if that is later."""
        return max(now, self.last + self.interval)

    def after(self, now: float) -> Pace:
        """Return the pace that holds after a call at ``now``."""
        return Pace(self.interval, now)


# -- calling hours ----------------------------------------------------------------------------------------------------

_DAY: Final = 24 * 60


def time_zone(name: str) -> ZoneInfo:
    """Return the time zone of an IANA name.

    Args:
        name: A name such as ``Europe/Berlin``.
    Returns:
        The zone.
    Raises:
        CampaignError: There is no zone of this name.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # ValueError: "../x"; OSError: a directory of zones
        raise CampaignError(f"{name!r} is no time zone: write a name such as Europe/Berlin") from None


def time_text(time: float, zone: tzinfo) -> str:
    """Return a time of day for people: ``2026-11-27 09:00 Europe/Berlin``; with seconds where there are any.

    Args:
        time: Seconds since the epoch.
        zone: The zone that it is told in.
    """
    local = datetime.fromtimestamp(time, zone)
    return f"{local:{'%Y-%m-%d %H:%M:%S' if local.second else '%Y-%m-%d %H:%M'}} {zone}"


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of the day in which calls may be placed, in the local time of the called party.

    ``opens`` and ``closes`` are minutes after midnight; the minute ``closes`` is outside the hours.
    If ``closes`` is before ``opens``, the hours span midnight (``20:00-02:00``).

    Raises:
        CampaignError: The two are equal, or not within a day.
    """

    opens: int
    closes: int

    def __post_init__(self) -> None:
        if not (0 <= self.opens < _DAY and 0 < self.closes <= _DAY) or self.opens == self.closes:
            raise CampaignError("calling hours must be two different times from 00:00 to 24:00")

    @classmethod
    def parse(cls, text: str) -> Hours:
        """Read calling hours.

        Args:
            text: Two times of day: ``"09:00-20:00"``.
        Returns:
            The hours.
        Raises:
            CampaignError: The text has another form, or a time does not exist.
        """
        match = re.fullmatch(r"\s*(\d\d?):([0-5]\d)\s*-\s*(\d\d?):([0-5]\d)\s*", text)
        if match is None:
            raise CampaignError(f"{text!r} are no calling hours: write 09:00-20:00")
        hour, minute, to_hour, to_minute = (int(part) for part in match.groups())
        return cls(hour * 60 + minute, to_hour * 60 + to_minute)

    def __str__(self) -> str:
        return "-".join(f"{minutes // 60:02}:{minutes % 60:02}" for minutes in (self.opens, self.closes))

    def are_open(self, now: float, zone: ZoneInfo) -> bool:
        """Tell whether local time in ``zone`` is within the hours.

        Args:
            now: Seconds since the epoch.
            zone: The zone of the called party.
        Returns:
            True if a call may be placed.
        """
        local = datetime.fromtimestamp(now, UTC).astimezone(zone)
        minute = local.hour * 60 + local.minute
        if self.opens < self.closes:
            return self.opens <= minute < self.closes
        return minute >= self.opens or minute < self.closes

    def next_open(self, now: float, zone: ZoneInfo) -> float:
        """Find the first time, ``now`` or later, that is within the hours.

        It tries one minute after the other: local time jumps, repeats hours and has skipped whole days, and this is
        right about all of them. It takes about a millisecond, so ask once per zone.

        Args:
            now: Seconds since the epoch.
            zone: The zone of the called party.
        Returns:
            Seconds since the epoch.
        """
        if self.are_open(now, zone):
            return now
        minute = (now // 60 + 1) * 60
        while not self.are_open(minute, zone):
            minute += 60
        return minute


# -- retries ----------------------------------------------------------------------------------------------------------


def parse_seconds(text: str) -> float:
    """Read a duration.

    Args:
        text: ``"90s"``, ``"15m"``, ``"1h30m"``, ``"2d"``, or a number of seconds.
    Returns:
        The duration in seconds.
    Raises:
        CampaignError: The text has another form.
    """
    match = re.fullmatch(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s?)?", text.strip())
    if match is None or not any(match.groups()):
        raise CampaignError(f"{text!r} is no duration: write 90s, 15m or 1h30m")
    days, hours, minutes, seconds = (float(part or 0) for part in match.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds


@dataclass(frozen=True, slots=True)
class Standing:
    """The next thing that a number needs, as its attempts show.

    A number that is "due" is to be called ``delay`` seconds after its last attempt changed, or at once if it has no
    attempt. An "open" one is being called, and a "done" one needs nothing more.
    """

    kind: Literal["due", "open", "done"]
    delay: float = 0.0


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules of a campaign.

    Args:
        rate: The rate at which calls are placed; one a second by default.
        max_concurrent: Calls that may be up at a time; the default of 10 fits a small trunk.
        hours: The hours in which calls may be placed, in the zone of each row; None is at any time.
        zone: The time zone of rows that name none.
        retry: Outcomes after which a number is called again, of "busy", "no-answer", "failed" and "machine"; none by
            default.
        retry_after: Seconds from the end of a call to the next call to that number; 15 minutes by default.
        max_attempts: Calls to one number in all, the first one included; 3 by default.
        max_errors: Calls in a row that could not be placed, or may have been, and stop the campaign; 10 by default.
        give_up_after: Seconds without news of a placed call after which it counts as unknown. Two hours by default:
            twice the time for which the server keeps the record of a call.
    Raises:
        CampaignError: A value is out of range, an outcome cannot be retried, or there is no such zone.
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
                raise CampaignError(f"{name} must be 0 or more, not {getattr(self, name)}")
        unknown = sorted(set(self.retry) - _RETRYABLE)
        if unknown:
            raise CampaignError(f"{unknown[0]!r} cannot be retried: choose from {', '.join(sorted(_RETRYABLE))}")
        if self.zone is not None:
            time_zone(self.zone)

    def standing(self, attempts: Sequence[Attempt]) -> Standing:
        """Tell what a number needs next.

        Args:
            attempts: All attempts to call the number, the oldest first.
        Returns:
            The standing of the number.
        """
        if not attempts:
            return Standing("due")
        last = attempts[-1]
        if last.state in ("claimed", "placed"):
            return Standing("open")
        if last.state in _UNCOUNTED:
            return Standing("due")
        counted = sum(attempt.state not in _UNCOUNTED for attempt in attempts)
        if last.state in self.retry and counted < self.max_attempts:
            return Standing("due", self.retry_after)
        return Standing("done")

    def zone_of(self, zone: str | None) -> tzinfo:
        """Return the time zone in which times of a number are told: its own, that of the policy, or UTC.

        Args:
            zone: The time zone of the number; None if it has none.
        """
        name = zone or self.zone
        return UTC if name is None else time_zone(name)

    def next_open(self, now: float, zone: str | None) -> float:
        """Find the first time, ``now`` or later, at which a number may be called.

        Args:
            now: Seconds since the epoch.
            zone: The time zone of the number; None is that of the policy.
        Returns:
            Seconds since the epoch.
        Raises:
            CampaignError: There are calling hours, and no zone to read them in.
        """
        if self.hours is None:
            return now
        name = zone or self.zone
        if name is None:
            raise CampaignError("calling hours need a time zone: of the row, or of the campaign")
        return self.hours.next_open(now, time_zone(name))
