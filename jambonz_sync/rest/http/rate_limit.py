"""The rate limit, as the headers of an answer tell it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["RateLimit", "rate_limit_in"]


@dataclass(frozen=True)
class RateLimit:
    """What the last answer said: ``limit`` requests in ``window`` seconds, ``remaining`` of them left,
    ``reset`` seconds to the next window. By default all users of a jambonz system share one count."""

    limit: int
    remaining: int
    reset: int
    window: int | None


def rate_limit_in(headers: Mapping[str, str]) -> RateLimit | None:
    """The limit that these headers tell, None if they tell none."""
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
