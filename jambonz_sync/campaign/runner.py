"""A running campaign: one thread decides and writes, others carry requests to the API and back."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from os import PathLike
from queue import Empty, SimpleQueue
from typing import Final, NamedTuple, TypeVar, get_args, overload

from ..model.validation import did_you_mean, nearest
from .attempt import ENDED, LIVE, Attempt, AttemptState, parse_event, printable
from .dialler import Dialler
from .errors import CampaignError, Refused
from .numbers import Contact, NumberList
from .plan import Done, Follow, Place, Plan, Wait
from .policy import Policy
from .report import Report
from .store import Store
from .workers import FollowResult, PlaceResult, Workers

__all__ = ["Campaign", "Clock", "Progress"]

log = logging.getLogger("jambonz_sync.campaign")

Numbers = str | PathLike[str] | NumberList | Iterable[str | Mapping[str, object] | Contact]
Listener = Callable[[Attempt], object]
_L = TypeVar("_L", bound=Listener)
_T = TypeVar("_T")

#: the longest sleep, in seconds: after that it is noticed that the clock was set, or the machine suspended
_LONGEST_SLEEP: Final = 30.0

#: the states that a listener may ask for
_LISTENABLE: Final = (*get_args(AttemptState), "change")

_LOG_LEVELS: Final = {"claimed": logging.DEBUG, "unknown": logging.WARNING, "refused": logging.WARNING}


class Progress(NamedTuple):
    """How far a campaign is: ``finished`` of ``total`` numbers need nothing more in this run; ``open`` calls are up."""

    finished: int
    total: int
    open: int


class Clock:
    """The two clocks of a campaign, and how to wait. A test has a clock of its own, and need not wait."""

    def time(self) -> float:
        """Return the time of day, in seconds since the epoch: for calling hours and for the state file."""
        return time.time()

    def monotonic(self) -> float:
        """Return the monotonic time in seconds, which nobody can set: for all that lasts."""
        return time.monotonic()

    def wait(self, inbox: SimpleQueue[_T], seconds: float) -> _T:
        """Take the next message out of ``inbox``. Blocks up to ``seconds``, then raises :class:`queue.Empty`."""
        return inbox.get(timeout=seconds)


@dataclass(frozen=True, slots=True)
class _Stop:
    """The wish of a user to end the run."""

    reason: str
    grace: float


class Campaign:
    """Calls every number of a list once, again as the policy says, and knows at any time whom it has called.

    Args:
        numbers: The path of a CSV file (see :meth:`NumberList.read`), a :class:`NumberList`, or rows as
            :meth:`NumberList.from_rows` takes them.
        dialler: Places the calls: ``RestDialler(client)``.
        application_sid: The application that the calls run.
        state: The file to which each step is written before it is taken. A campaign that ended in any way, ``kill -9``
            included, goes on from there when it is run again.
        from_: The calling number of rows that have none.
        policy: The rules; None is ``Policy()``: one call a second, ten at a time, at any hour, without retries.
        do_not_call: Numbers that are never called, in the same forms as ``numbers``. A wrong row is an error here,
            because it may stand for somebody who must not be called.
        retry_unknown: Call numbers again that an earlier run left as "unknown": they may have been called.
        skip_invalid: Leave rows without a valid number to the report instead of raising.
        clock: The clocks, for tests that need not wait; None takes those of the system.
    Raises:
        InvalidNumbers: A row holds no valid number.
        CampaignError: A list cannot be read, or a row has no calling number or no time zone and needs one.
        OSError: A list cannot be read.
    """

    def __init__(
        self,
        numbers: Numbers,
        dialler: Dialler,
        *,
        application_sid: str,
        state: str | PathLike[str],
        from_: str | None = None,
        policy: Policy | None = None,
        do_not_call: Numbers = (),
        retry_unknown: bool = False,
        skip_invalid: bool = False,
        clock: Clock | None = None,
    ) -> None:
        self.application_sid = application_sid
        self.state = state
        self.policy = policy or Policy()
        self._workers = Workers(dialler, application_sid)
        self._retry_unknown = retry_unknown
        self._clock = clock or Clock()
        self._list = _as_list(numbers, "numbers")
        if not skip_invalid:
            self._list.require_valid()
        excluded = _as_list(do_not_call, "the do-not-call list").require_valid()
        do_not_call_numbers = {contact.number for contact in excluded.contacts}
        self._contacts = [
            self._complete(contact, from_, contact.number in do_not_call_numbers) for contact in self._list.contacts
        ]
        self._inbox: SimpleQueue[PlaceResult | FollowResult | _Stop] = SimpleQueue()
        self._listeners: dict[str, list[Listener]] = {}
        self._plan: Plan | None = None

    def _complete(self, contact: Contact, from_: str | None, do_not_call: bool) -> Contact:
        where = f"line {contact.line}: {contact.number}"
        if not (contact.from_ or from_):
            raise CampaignError(f"{where} has no calling number, and the campaign gives none")
        if self.policy.hours is not None and not (contact.time_zone or self.policy.zone):
            raise CampaignError(f"{where} has no time zone, and calling hours need one")
        return replace(contact, from_=contact.from_ or from_, excluded="do-not-call" if do_not_call else None)

    # -- listening ----------------------------------------------------------------------------------------------

    @overload
    def on(self, state: str, listener: _L) -> _L: ...
    @overload
    def on(self, state: str) -> Callable[[_L], _L]: ...
    def on(self, state: str, listener: _L | None = None) -> _L | Callable[[_L], _L]:
        """Call ``listener(attempt)`` whenever an attempt comes to a state; without a listener, make a decorator.

        The listener runs when the state is on disk, and no call is placed while it blocks. It may call :meth:`stop`. An
        error that it raises is logged, and the campaign goes on.

        Args:
            state: "placed", "completed", "busy", "unknown" ..., or "change" for any state.
            listener: The function; without it, a decorator is returned.
        Returns:
            The listener, or the decorator.
        Raises:
            CampaignError: There is no such state.
        Threads: any, before :meth:`run`; the listener runs on the thread of :meth:`run`.
        """
        if state not in _LISTENABLE:
            near = did_you_mean(nearest(str(state), _LISTENABLE))
            raise CampaignError(f"on(): no attempt comes to a state {state!r}{near}; known: {', '.join(_LISTENABLE)}")
        if listener is None:
            return lambda function: self.on(state, function)
        self._listeners.setdefault(state, []).append(listener)
        return listener

    def _notify(self, attempt: Attempt) -> None:
        log.log(_LOG_LEVELS.get(attempt.state, logging.INFO), "%s", attempt)
        for listener in (*self._listeners.get(attempt.state, ()), *self._listeners.get("change", ())):
            try:
                listener(attempt)
            except Exception:
                log.exception("a listener failed on: %s", attempt)

    @property
    def progress(self) -> Progress:
        """The numbers that need nothing more in this run, all numbers, and the calls that are up.

        Threads: any.
        """
        plan = self._plan
        return Progress(plan.finished, plan.total, plan.open_calls) if plan else Progress(0, len(self._contacts), 0)

    # -- running ------------------------------------------------------------------------------------------------

    def run(self) -> Report:
        """Place the calls, and follow them to their end.

        An error of the state file ends the run at once: a call that cannot be written down is not placed. So does
        KeyboardInterrupt, and the calls whose answers are on their way are unknown then; to avoid that, let a signal
        handler call :meth:`stop`.

        Returns:
            The outcome of every number.
        Raises:
            CampaignLocked: Another campaign is using the state file.
            CampaignError: The state file cannot be used, or belongs to another application.
            StateFileChanged: The state file was moved or replaced while the campaign was running.
            sqlite3.Error: The state file cannot be written.
        Blocks: until every number is dealt with, which takes as long as calling hours and retries take, or until
        :meth:`stop`.  Threads: one at a time.
        """
        with Store(self.state) as store:
            store.bind(self.application_sid)
            store.load(self._contacts)
            for attempt in store.recover(self._clock.time()):
                self._notify(attempt)
            if self._retry_unknown:
                for attempt in store.write_off(self._clock.time()):
                    self._notify(attempt)
            plan = self._plan = Plan(
                self.policy,
                store.histories(),
                now=self._clock.monotonic(),
                wall=self._clock.time(),
                last_claim=store.last_claim(),
            )
            try:
                self._drive(store, plan)
            finally:
                self._inbox = SimpleQueue()  # an answer that is late must not reach the next run
            return self._report(store, plan.stop_reason)

    def stop(self, reason: str = "stopped on request", *, grace: float = 30.0) -> None:
        """Place no further call, and let :meth:`run` return.

        Args:
            reason: The reason, for the report.
            grace: Seconds for which open calls are still followed, at most. The answers to requests that place a call
                are always waited for.
        Threads: any, and signal handlers and listeners too.
        """
        self._inbox.put(_Stop(reason, grace))

    def dry_run(self) -> Report:
        """Report what :meth:`run` would do first. Nothing is dialled or written; it works beside a running campaign.

        Returns:
            A report in which numbers that would be called are "waiting", with the time in their ``detail``.
        Raises:
            CampaignError: The state file cannot be used, or belongs to another application.
        Blocks: while the state file is read.
        """
        now = self._clock.time()
        with Store.copy_of(self.state) as store:
            store.bind(self.application_sid)
            store.load(self._contacts)
            store.recover(now)
            if self._retry_unknown:
                store.write_off(now)
            due: dict[str, float] = {}
            for contact, attempts in store.histories():
                standing = self.policy.standing(attempts)
                if standing.kind == "due" and not contact.excluded:
                    # a recorded time in the future counts as now: see plan.py
                    changed_at = min(attempts[-1].changed_at, now) if attempts else now
                    due[contact.number] = self.policy.next_open(
                        max(now, changed_at + standing.delay), contact.time_zone
                    )
            report = self._report(store, None)
        rows = tuple(
            replace(row, outcome="waiting", detail=_describe_due(due[row.number], now)) if row.number in due else row
            for row in report.numbers
        )
        return Report.from_rows(rows, report.duplicates)

    def _report(self, store: Store, stopped: str | None) -> Report:
        return Report.from_histories(
            self.policy,
            store.histories(),
            bad_rows=self._list.bad_rows,
            duplicates=self._list.duplicates,
            stopped=stopped,
        )

    def _drive(self, store: Store, plan: Plan) -> None:
        deadline = float("inf")
        while True:
            now, wall = self._clock.monotonic(), self._clock.time()
            match plan.next_step(now, wall):
                case Place(contact):
                    attempt = store.claim(contact.number, wall)
                    plan.claimed(attempt, now)
                    self._notify(attempt)
                    self._workers.place(contact, attempt, self._inbox)
                case Follow(attempts):
                    self._workers.follow(attempts, self._inbox)
                case Done():
                    return
                case Wait(until):
                    if now >= deadline and not plan.placing:
                        return
                    wake_at = min(until, deadline if now < deadline else until)
                    try:
                        message = self._clock.wait(self._inbox, min(max(wake_at - now, 0.0), _LONGEST_SLEEP))
                    except Empty:
                        continue
                    if isinstance(message, _Stop):
                        plan.stop(message.reason)
                        deadline = min(deadline, now + message.grace)
                    elif isinstance(message, PlaceResult):
                        self._on_placed(store, plan, message)
                    else:
                        self._on_followed(store, plan, message)

    # -- results of requests --------------------------------------------------------------------------------------

    def _on_placed(self, store: Store, plan: Plan, result: PlaceResult) -> None:
        now, wall = self._clock.monotonic(), self._clock.time()
        error = result.error
        if error is None:
            attempt = store.record(result.attempt, "accepted", wall, call_sid=result.call_sid)
            plan.changed(attempt, now)
        elif isinstance(error, Refused):
            attempt = store.record(result.attempt, "refused", wall, detail=str(error))
            plan.refused(attempt, now, retry_after=error.retry_after, stop=error.stop)
        else:
            attempt = store.record(result.attempt, "interrupted", wall, detail=_describe(error))
            plan.changed(attempt, now)
        self._notify(attempt)

    def _on_followed(self, store: Store, plan: Plan, result: FollowResult) -> None:
        now, wall = self._clock.monotonic(), self._clock.time()
        live: list[str] = []
        for attempt in result.attempts:
            status = result.status_by_sid.get(attempt.call_sid or "")
            if status in ENDED:
                self._change(store.record(attempt, parse_event(status), wall), plan, now)
            elif status is not None:
                live.append(attempt.number)
                if status not in LIVE:
                    log.warning("call_sid %s has the unknown status %r", attempt.call_sid, status)
        if result.error is None:
            lost = plan.followed(live, now)
        else:
            log.warning("the status of the calls is not known: %s", _describe(result.error))
            lost = plan.follow_failed(now, getattr(result.error, "retry_after", None))
        for attempt in lost:
            detail = "the call was placed; the server does not know what became of it"
            self._change(store.record(attempt, "lost", wall, detail=detail), plan, now)

    def _change(self, attempt: Attempt, plan: Plan, now: float) -> None:
        plan.changed(attempt, now)
        self._notify(attempt)


def _as_list(numbers: Numbers, name: str) -> NumberList:
    if isinstance(numbers, NumberList):
        return numbers
    if isinstance(numbers, (str, PathLike)):
        return NumberList.read(numbers)
    return NumberList.from_rows(numbers, name=name)


def _describe_due(due: float, now: float) -> str:
    if due <= now:
        return "due now"
    return time.strftime("from %Y-%m-%dT%H:%M:%SZ", time.gmtime(due))


def _describe(error: BaseException) -> str:
    return printable(f"{type(error).__name__}: {error}")
