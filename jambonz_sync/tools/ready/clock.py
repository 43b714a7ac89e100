"""The date and the time of day, in words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

__all__ = ["date_and_time"]


def date_and_time(time_zone: str = "UTC", *, now: Callable[[ZoneInfo], datetime] = datetime.now) -> Callable[..., str]:
    """Make a tool that tells the date and the time.

    Args:
        time_zone: The time zone of your callers, such as ``Europe/Paris``; the model may ask for another one.
        now: The clock.
    Returns:
        The tool, ``date_and_time(time_zone)``.
    Raises:
        ValueError: There is no such time zone.
    """
    own_zone = time_zone
    if _zone(own_zone) is None:
        raise ValueError(f"date_and_time: no such time zone: {own_zone!r}; expected one such as Europe/Paris")

    def date_and_time(time_zone: str = "") -> str:
        """The date and the time of day.

        Args:
            time_zone: the time zone, such as Europe/Paris, if it is another one than that of the caller
        """
        zone = _zone(time_zone or own_zone)
        if zone is None:
            return f"The time zone {time_zone[:64]} is not known. A time zone is written such as Europe/Paris."
        time = now(zone)
        place = f" in {zone.key.rpartition('/')[2].replace('_', ' ')}" if time_zone else ""
        return f"It is {time:%A}, {time:%B} {time.day}, {time.year}, {time:%H:%M}{place}."

    return date_and_time


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # no such name, a path, a folder of zones
        return None
