"""When a request may be repeated, and how long to wait before. No clock, no socket: plain values.

A request that has left may have been carried out. So POST and PUT are repeated only where they provably
did not leave; GET, HEAD and DELETE do no harm twice. A 500 is never repeated: on this API it is a bug or
an invalid value, and says the same again.
"""

from __future__ import annotations

from email.utils import parsedate_to_datetime

from .errors import ApiConnectionError, ApiError, ApiTimeout, TlsError

__all__ = ["HARMLESS", "MAX_RETRY_AFTER", "pause_before_retry", "retry_after_in"]

HARMLESS = frozenset({"GET", "HEAD", "DELETE"})

#: the longest ``Retry-After`` that is waited for, in seconds; a longer one is the caller's to schedule
MAX_RETRY_AFTER = 30.0

_FIRST, _LONGEST = 0.5, 8.0
_PASSING = frozenset({429, 502, 503, 504})


def pause_before_retry(
    error: ApiError, *, harmless: bool, attempt: int, max_retries: int, jitter: float
) -> float | None:
    """Say how many seconds to wait before the next attempt, None if there must not be one.

    Args:
        error: The end of the attempt.
        harmless: True if repeating does no harm although the request may have been carried out.
        attempt: Number of the attempt that failed, from 0.
        max_retries: Attempts that may follow the first.
        jitter: A random number from 0 to 1: clients that failed together do not come back together.
    """
    if attempt >= max_retries or isinstance(error, TlsError):
        return None
    if error.sent and not (
        harmless and (isinstance(error, (ApiConnectionError, ApiTimeout)) or error.status in _PASSING)
    ):
        return None
    if error.retry_after is not None:
        return error.retry_after if error.retry_after <= MAX_RETRY_AFTER else None
    return min(_LONGEST, _FIRST * 2.0 ** min(attempt, 10)) * (0.5 + jitter / 2)  # 2.0**1024 is beyond any float


def retry_after_in(value: str | None, now: float) -> float | None:
    """Read how many seconds a ``Retry-After`` header asks for, None if it says nothing.

    Args:
        value: A number, or a date (from proxies); None where there is no such header.
        now: The time of day, as of ``time.time()``.
    """
    if not value:
        return None
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - now)
    except (ValueError, OverflowError):
        return None
