"""Waiting for a call: the record of it is looked at again and again, until it is in the state that is waited for."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Final, Literal

from . import models
from .checks import one_of
from .http.errors import ApiError, CallEndedEarly, CallWaitTimeout, InvalidRequest, NotFound, TlsError

__all__ = ["MILESTONES", "Milestone", "call_from_recent", "call_status_of", "wait_for_call"]

log = logging.getLogger("jambonz_sync.rest")

Milestone = Literal["ringing", "early-media", "in-progress", "completed"]

#: the states of a call that takes its course, in order
_COURSE: Final = ("queued", "trying", "ringing", "early-media", "in-progress", "completed")
MILESTONES: Final = _COURSE[2:]

#: seconds between two looks: at first, and at most. All users of a server share 600 requests in 5 minutes
_FIRST_PAUSE: Final = 0.5
_LONGEST_PAUSE: Final = 5.0
#: seconds after which a call of which nothing was ever seen counts as missing. The record of a new one may be late
_GRACE: Final = 10.0

# how the server names the end of a call that it has placed
_BUSY: Final = frozenset({486, 600, 603})
_NO_ANSWER: Final = 487


def wait_for_call(
    look: Callable[[], models.Call | None], call_sid: str, until: Milestone, timeout: float
) -> models.Call:
    """Look at a call until it is in a state.

    Args:
        look: Fetches the record of the call; None if there is none.
        call_sid: The call.
        until: The state that is waited for. A later one will do, and for "completed" any end of the call.
        timeout: Seconds to wait.
    Returns:
        The record.
    Raises:
        CallWaitTimeout: It has not come to that state in time.
        CallEndedEarly: It has ended without coming to that state.
        NotFound: There is no such call.
        ApiError: The server refuses to be asked.
    Blocks: up to ``timeout``, and for the answer to the last request.
    """
    one_of(until, MILESTONES, "until")
    if not isinstance(timeout, (int, float)) or not timeout >= 0:
        raise InvalidRequest(f"timeout is a number of seconds from 0, not {timeout!r}", field="timeout")
    started = time.monotonic()
    last: models.Call | None = None
    failure: ApiError | None = None
    pause = _FIRST_PAUSE
    while True:
        rest = pause
        try:
            call = look()
        except ApiError as error:
            if not _is_passing(error):
                raise
            if failure is None or str(error) != str(failure):
                log.warning("call %s cannot be looked at just now: %s", call_sid, error)
            failure, rest = error, max(pause, error.retry_after or 0.0)
        else:
            failure = None
            if call is not None:
                if has_come(call, until):
                    return call
                if call.ended:
                    sip = f" (SIP {call.sip_status})" if call.sip_status else ""
                    raise CallEndedEarly(
                        f"call {call_sid} is {call.call_status}{sip}, and did not come to {until}", call=call
                    )
                if last is None or call.call_status != last.call_status:
                    rest = pause = _FIRST_PAUSE
                last = call
            elif last is None and time.monotonic() - started >= min(_GRACE, timeout):
                raise NotFound(f"there is no call {call_sid}", status=404, path=f"/Calls/{call_sid}")
        left = started + timeout - time.monotonic()
        if left <= 0:
            seen = f"is {last.call_status}" if last else "has not been seen"
            why = f"; it cannot be looked at: {failure}" if failure else ""
            raise CallWaitTimeout(
                f"call {call_sid} {seen} after {timeout:g} s, and not {until}{why}",
                call_sid=call_sid,
                call_status=last.call_status if last else None,
            ) from failure
        time.sleep(min(rest, left))
        pause = min(pause * 1.5, _LONGEST_PAUSE)


def has_come(call: models.Call, until: Milestone) -> bool:
    """Return True if a call is in a state, or in a later one. Any end is "completed"."""
    status = call.call_status
    if until == "completed":
        return call.ended
    return status in _COURSE and _COURSE.index(status) >= _COURSE.index(until)


def _is_passing(error: ApiError) -> bool:
    """Return True for an error that may be over at the next look."""
    if isinstance(error, TlsError):
        return False
    return error.status is None or error.status == 429 or error.status >= 500


def call_from_recent(recent: models.RecentCall) -> models.Call:
    """Make the record of a call that has ended from its entry in the recent calls, which outlives the record."""
    return models.Call(
        call_sid=recent.call_sid or "",
        account_sid=recent.account_sid,
        application_sid=recent.application_sid,
        direction=recent.direction or "",
        from_=recent.from_ or "",
        to=recent.to or "",
        call_status=call_status_of(recent.answered, recent.sip_status),
        sip_status=recent.sip_status,
        duration=recent.duration,
        trace_id=recent.trace_id,
    )


def call_status_of(answered: bool | None, sip_status: int | None) -> str:
    """Derive the call_status of a call that has ended from its entry in the recent calls.

    Args:
        answered: True if the called party answered.
        sip_status: The SIP status that ended the attempt; None if there is none.
    Returns:
        "completed", "busy", "no-answer" or "failed".
    """
    if answered:
        return "completed"
    if sip_status in _BUSY:
        return "busy"
    return "no-answer" if sip_status == _NO_ANSWER else "failed"
