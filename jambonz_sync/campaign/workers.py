"""Requests to the API, each on a thread of its own. Their results come to an inbox, whatever happens to the thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Thread
from typing import Final, Protocol

from .attempt import Attempt
from .dialler import Dialler
from .errors import Refused
from .numbers import Contact

__all__ = ["FollowResult", "Inbox", "PlaceResult", "Workers"]

#: seconds until a call is tried again for which the system had no thread
_RETRY_AFTER: Final = 5.0


@dataclass(frozen=True, slots=True)
class PlaceResult:
    """The result of placing a call: its call_sid, or the error."""

    attempt: Attempt
    call_sid: str | None
    error: BaseException | None = None


@dataclass(frozen=True, slots=True)
class FollowResult:
    """The result of asking for the status of calls, or the error."""

    attempts: tuple[Attempt, ...]
    status_by_sid: Mapping[str, str]
    error: BaseException | None = None


class Inbox(Protocol):
    """Takes results from any thread."""

    def put(self, item: PlaceResult | FollowResult, /) -> None:
        """Add a result. It never blocks."""
        ...


class Workers:
    """Starts a thread for each request: there are a few a second, and at most MAX_PLACING + 1 at a time.

    The threads are daemons. They must not hold up a process that its user ends, and the store has claims for what
    they were about. Each method returns at once, and puts exactly one result into the inbox.

    Args:
        dialler: Carries out the requests.
        application_sid: The application that the calls run.
    """

    def __init__(self, dialler: Dialler, application_sid: str) -> None:
        self._dialler = dialler
        self._application_sid = application_sid

    def place(self, contact: Contact, attempt: Attempt, inbox: Inbox) -> None:
        """Place the call of an attempt. If there is no thread for it, the call is refused: nothing has left."""

        def work() -> None:
            try:
                result = PlaceResult(attempt, self._dialler.place(contact, self._application_sid))
            except BaseException as error:  # SystemExit, too: the campaign waits for a result
                result = PlaceResult(attempt, None, error)
            inbox.put(result)

        try:
            _start(work)
        except RuntimeError as error:
            inbox.put(PlaceResult(attempt, None, Refused(str(error), retry_after=_RETRY_AFTER)))

    def follow(self, attempts: tuple[Attempt, ...], inbox: Inbox) -> None:
        """Ask for the status of the calls of these attempts."""

        def work() -> None:
            try:
                call_sids = [attempt.call_sid for attempt in attempts if attempt.call_sid]
                result = FollowResult(attempts, self._dialler.statuses(call_sids))
            except BaseException as error:  # SystemExit, too: the campaign waits for a result
                result = FollowResult(attempts, {}, error)
            inbox.put(result)

        try:
            _start(work)
        except RuntimeError as error:
            inbox.put(FollowResult(attempts, {}, error))


def _start(work: Callable[[], None]) -> None:
    """Start a thread; RuntimeError if the system has none."""
    Thread(target=work, name="campaign-request", daemon=True).start()
