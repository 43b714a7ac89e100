"""The rate limit, as the headers of an answer tell it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

__all__ = ["RateLimit", "rate_limit_in"]


class RateLimit(NamedTuple):
    """The rate limit as of an answer. By default all users of a jambonz system share one count."""

    #: requests in a window
    limit: int
    #: requests that are left of them
    remaining: int
    #: seconds to the next window
    reset: int
    #: seconds that a window lasts, None if the server does not say
    window: int | None


def rate_limit_in(headers: Mapping[str, str]) -> RateLimit | None:
    """Read the limit that these headers tell, None if they tell none."""
    _, _, window = headers.get("RateLimit-Policy", "").partition("w=")
    try:
        return RateLimit(
            limit=int(headers["RateLimit-Limit"]),
            remaining=int(headers["RateLimit-Remaining"]),
            reset=int(headers["RateLimit-Reset"]),
            window=int(window) if window.isdecimal() else None,
        )
    except (KeyError, ValueError):
        return None
