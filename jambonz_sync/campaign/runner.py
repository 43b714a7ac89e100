"""A running campaign: one thread decides and writes, others carry requests to the API and back."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from os import PathLike
from queue import Empty, SimpleQueue
from typing import Final, NamedTuple, TypeVar, get_args, overload

from .attempt import ENDED, LIVE, AnsweredBy, Attempt, parse_event, printable
from .clock import Clock
from .dialler import Dialler
from .errors import CampaignError, Refused
from .listeners import Listener, Listeners, check_state
from .numbers import Contact, Numbers, as_list
from .plan import Done, Follow, Place, Plan, Reason, Wait
from .policy import Policy, time_text
from .report import Report
from .store import Store
from .workers import FollowResult, PlaceResult, Workers

__all__ = ["Campaign", "Clock", "Progress"]

log = logging.getLogger("jambonz_sync.campaign")

_L = TypeVar("_L", bound=Listener)

#: the longest sleep, in seconds: after that it is noticed that the clock was set, or the machine suspended
_LONGEST_SLEEP: Final = 30.0


class Progress(NamedTuple):
    """How far a campaign is: ``finished`` of ``total`` numbers need nothing more in this run; ``open`` calls are up.

    ``outcomes`` counts the finished numbers by outcome, ``placed`` the calls of this run. ``waits`` is why no call is
    placed just now; None if one is, or if the campaign has been stopped, which ``stopped`` has the reason of.
    """

    finished: int
    total: int
    open: int
    outcomes: Mapping[str, int] = {}
    placed: int = 0
    waits: Reason | None = None
    stopped: str | None = None


@dataclass(frozen=True, slots=True)
class _Stop:
    """The wish of a user to end the run."""

    reason: str
    grace: float


@dataclass(frozen=True, slots=True)
class _Answer:
    """What answering machine detection has told of a call."""

    call_sid: str
    answered_by: AnsweredBy


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
        country: The country of numbers without a country code (``"US"``), as :func:`normalise` has it; for lists that
            are not a :class:`NumberList` yet.
        clock: The clocks, for tests that need not wait; None takes those of the system.
    Raises:
        InvalidNumbers: A row holds no valid number.
        CampaignError: A list cannot be read or holds no number, or a row has no calling number or no time zone and
            needs one.
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
        country: str | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.application_sid = application_sid
        self.state = state
        self.policy = policy or Policy()
        self._workers = Workers(dialler, application_sid)
        self._retry_unknown = retry_unknown
        self._clock = clock or Clock()
        self._list = as_list(numbers, "numbers", country)
        if not skip_invalid:
            self._list.require_valid()
        if not self._list.contacts:
            raise CampaignError(f"{self._list.name} holds no {'valid ' if self._list.bad_rows else ''}number to call")
        excluded = as_list(do_not_call, "the do-not-call list", country).require_valid()
        do_not_call_numbers = {contact.number for contact in excluded.contacts}
        self._contacts = [
            self._complete(contact, from_, contact.number in do_not_call_numbers) for contact in self._list.contacts
        ]
        self._inbox: SimpleQueue[PlaceResult | FollowResult | _Stop | _Answer] = SimpleQueue()
        self._early_answers: dict[str, AnsweredBy] = {}  # by call_sid, of calls whose sid is not known here yet
        self._listeners = Listeners()
        self._progress = Progress(0, len(self._contacts), 0)

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
        check_state(state)
        if listener is None:
            return lambda function: self._listeners.add(state, function)
        return self._listeners.add(state, listener)

    @property
    def progress(self) -> Progress:
        """How far the campaign is, and why it waits.

        Threads: any.
        """
        return self._progress

    def answered_by(self, call_sid: str, who: AnsweredBy) -> None:
        """Tell by whom a call was answered, as the ``action_hook`` of answering machine detection has told you.

        A call that a machine answered gets the outcome "machine" in place of "completed".

        Args:
            call_sid: The call: ``evt.call_sid`` of the hook.
            who: ``"human"`` (``amd_human_detected``) or ``"machine"`` (``amd_machine_detected``).
        Raises:
            CampaignError: ``who`` is neither.
        Threads: any.
        """
        if who not in get_args(AnsweredBy):
            raise CampaignError(f'a call is answered by "human" or "machine", not by {who!r}')
        self._inbox.put(_Answer(call_sid, who))

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
                self._listeners.notify(attempt)
            if self._retry_unknown:
                for attempt in store.write_off(self._clock.time()):
                    self._listeners.notify(attempt)
            plan = Plan(
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
            due: dict[str, str] = {}
            for contact, attempts in store.histories():
                standing = self.policy.standing(attempts)
                if standing.kind == "due" and not contact.excluded:
                    # a recorded time in the future counts as now: see plan.py
                    changed_at = min(attempts[-1].changed_at, now) if attempts else now
                    earliest = max(now, changed_at + standing.delay)
                    due_at = self.policy.next_open(earliest, contact.time_zone)
                    zone = self.policy.zone_of(contact.time_zone)
                    due[contact.number] = "due now" if due_at <= now else f"from {time_text(due_at, zone)}"
            report = self._report(store, None)
        rows = tuple(
            replace(row, outcome="waiting", detail=due[row.number]) if row.number in due else row
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
            step = plan.next_step(now, wall)
            match step:
                case Place(contact):
                    attempt = store.claim(contact.number, wall)
                    plan.claimed(attempt, now)
                    self._announce(attempt, plan, None)
                    self._workers.place(contact, attempt, self._inbox)
                case Follow(attempts):
                    self._workers.follow(attempts, self._inbox)
                case Done():
                    self._show(plan, None)
                    return
                case Wait(until, reason):
                    self._show(plan, reason)
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
                    elif isinstance(message, _Answer):
                        self._on_answer(store, plan, message)
                    else:
                        self._on_followed(store, plan, message)

    def _announce(self, attempt: Attempt, plan: Plan, reason: Reason | None) -> None:
        """Tell the listeners of an attempt in its new state. They see the progress that it has made."""
        self._show(plan, reason)
        self._listeners.notify(attempt)

    def _show(self, plan: Plan, reason: Reason | None) -> None:
        """Replace the progress, which other threads read, as a whole."""
        waits = None if plan.stop_reason is not None else reason
        self._progress = Progress(
            plan.finished, plan.total, plan.open_calls, dict(+plan.outcomes), plan.placed, waits, plan.stop_reason
        )

    # -- results of requests --------------------------------------------------------------------------------------

    def _on_placed(self, store: Store, plan: Plan, result: PlaceResult) -> None:
        now, wall = self._clock.monotonic(), self._clock.time()
        error = result.error
        if error is None:
            attempt = store.record(result.attempt, "accepted", wall, call_sid=result.call_sid)
            if (answered_by := self._early_answers.pop(attempt.call_sid or "", None)) is not None:
                attempt = store.record_answer(attempt, answered_by)
            plan.changed(attempt, now)
        elif isinstance(error, Refused):
            attempt = store.record(result.attempt, "refused", wall, detail=str(error))
            plan.refused(attempt, now, retry_after=error.retry_after, stop=error.stop)
        else:
            attempt = store.record(result.attempt, "interrupted", wall, detail=_describe(error))
            plan.changed(attempt, now)
        while self._early_answers and not plan.placing:
            _log_stranger(*self._early_answers.popitem())
        self._announce(attempt, plan, self._progress.waits)

    def _on_answer(self, store: Store, plan: Plan, answer: _Answer) -> None:
        attempt = store.find(answer.call_sid)
        if attempt is None:
            if plan.placing:  # the hook may be faster than the answer to the request
                self._early_answers[answer.call_sid] = answer.answered_by
            else:
                _log_stranger(answer.call_sid, answer.answered_by)
            return
        attempt = store.record_answer(attempt, answer.answered_by)
        if plan.attempts_of(attempt.number)[-1].id != attempt.id:
            return  # the number has been called again since
        if attempt.state == "completed" and attempt.answered_by == "machine":
            attempt = store.record(attempt, "machine", self._clock.time())
            plan.answered_late(attempt, self._clock.monotonic())
            self._announce(attempt, plan, self._progress.waits)
        else:
            plan.answered(attempt)

    def _on_followed(self, store: Store, plan: Plan, result: FollowResult) -> None:
        now, wall = self._clock.monotonic(), self._clock.time()
        live: list[str] = []
        for attempt in result.attempts:
            status = result.status_by_sid.get(attempt.call_sid or "")
            if status in ENDED:
                current = plan.attempts_of(attempt.number)[-1]  # which may know by now who answered
                is_machine = status == "completed" and current.answered_by == "machine"
                self._change(store.record(current, "machine" if is_machine else parse_event(status), wall), plan, now)
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
        self._announce(attempt, plan, self._progress.waits)


def _log_stranger(call_sid: str, answered_by: AnsweredBy) -> None:
    log.warning("call %s, which a %s answered, is none of this campaign", printable(call_sid), answered_by)


def _describe(error: BaseException) -> str:
    return printable(f"{type(error).__name__}: {error}")
