"""A campaign as it runs: one thread decides and writes, others carry requests to the API and back."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from os import PathLike
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Final, NamedTuple, TypeVar, overload

from .dialler import Dialler
from .errors import CampaignError, Refused
from .numbers import Entry, NumberList
from .plan import Done, Follow, Place, Plan, Wait
from .policy import ENDED, LIVE, Attempt, Policy, as_event
from .report import Report
from .store import Store

__all__ = ["Campaign", "Clock", "Progress"]

log = logging.getLogger("jambonz_sync.campaign")

Numbers = str | PathLike[str] | NumberList | Iterable[str | Mapping[str, object] | Entry]
Listener = Callable[[Attempt], object]
_L = TypeVar("_L", bound=Listener)
_T = TypeVar("_T")

#: the longest sleep, in seconds: a clock that is set, or a machine that was suspended, is noticed after that
_NAP: Final = 30.0


_LEVELS: Final = {"claimed": logging.DEBUG, "unknown": logging.WARNING, "refused": logging.WARNING}


class Progress(NamedTuple):
    """``finished`` of ``total`` numbers need nothing more in this run; ``open`` calls go on."""

    finished: int
    total: int
    open: int


class Clock:
    """The time, and how to wait for it. A test has one of its own, and need not wait."""

    def time(self) -> float:
        """Seconds since the epoch."""
        return time.time()

    def wait(self, inbox: SimpleQueue[_T], seconds: float) -> _T:
        """The next thing in ``inbox``. Raises :class:`queue.Empty` after ``seconds``."""
        return inbox.get(timeout=seconds)


@dataclass(frozen=True, slots=True)
class _Answer:
    """What came of placing a call: its call_sid, or the error."""

    attempt: Attempt
    call_sid: str | None
    error: Exception | None = None


@dataclass(frozen=True, slots=True)
class _Statuses:
    """What came of asking for calls."""

    attempts: tuple[Attempt, ...]
    by_sid: Mapping[str, str]
    error: Exception | None = None


@dataclass(frozen=True, slots=True)
class _Stop:
    reason: str
    grace: float


class Campaign:
    """Calls every number of a list once, and again as the policy says, and knows at any time whom it has called.

    ``numbers`` is a CSV file (see :meth:`NumberList.read`) or the numbers themselves; so is ``do_not_call``.
    ``dialler`` places the calls: ``RestDialler(client)``. They run the application ``application_sid``.
    ``state`` is the file that all is written to before it happens: a campaign that ended in any way, also by
    ``kill -9``, goes on from there when it is run again. ``from_`` is the calling number of rows that have none.
    Rows without a valid number raise :class:`InvalidNumbers`, unless ``skip_invalid`` leaves them to the report;
    on the do-not-call list they always raise. ``retry_unknown`` calls those again of whom an earlier run could not
    tell whether they had been called. ``clock`` is there for tests.
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
        self._dialler = dialler
        self._retry_unknown = retry_unknown
        self._clock = clock or Clock()
        self._list = _numbers(numbers, "numbers")
        if not skip_invalid:
            self._list.require_valid()
        barred = {entry.number for entry in _numbers(do_not_call, "the do-not-call list").require_valid().entries}
        self._entries = [self._complete(entry, from_, entry.number in barred) for entry in self._list.entries]
        self._inbox: SimpleQueue[_Answer | _Statuses | _Stop] = SimpleQueue()
        self._listeners: dict[str, list[Listener]] = {}
        self._plan: Plan | None = None

    def _complete(self, entry: Entry, from_: str | None, barred: bool) -> Entry:
        if not (entry.from_ or from_):
            raise CampaignError(f"line {entry.line}: {entry.number} has no calling number, and the campaign gives none")
        if self.policy.hours is not None and not (entry.time_zone or self.policy.zone):
            raise CampaignError(f"line {entry.line}: {entry.number} has no time zone, and calling hours need one")
        return replace(entry, from_=entry.from_ or from_, excluded="do-not-call" if barred else None)

    # -- listening ----------------------------------------------------------------------------------------------

    @overload
    def on(self, state: str, listener: _L) -> _L: ...
    @overload
    def on(self, state: str) -> Callable[[_L], _L]: ...
    def on(self, state: str, listener: _L | None = None) -> _L | Callable[[_L], _L]:
        """Call ``listener(attempt)`` whenever an attempt has come to ``state`` ("placed", "completed", "busy",
        "unknown" ...), or to any one with ``"change"``. Also a decorator.

        It runs in the thread of :meth:`run`, when the state is on disk. It may call :meth:`stop`. While it blocks,
        nothing is placed. What it raises is logged, and the campaign goes on.
        """
        if listener is None:
            return lambda function: self.on(state, function)
        self._listeners.setdefault(state, []).append(listener)
        return listener

    def _tell(self, attempt: Attempt) -> None:
        log.log(_LEVELS.get(attempt.state, logging.INFO), "%s", attempt)
        for listener in (*self._listeners.get(attempt.state, ()), *self._listeners.get("change", ())):
            try:
                listener(attempt)
            except Exception:
                log.exception("a listener failed on: %s", attempt)

    @property
    def progress(self) -> Progress:
        """How far the campaign is. Any thread may ask."""
        plan = self._plan
        return Progress(plan.finished, plan.total, plan.open_calls) if plan else Progress(0, len(self._entries), 0)

    # -- running ------------------------------------------------------------------------------------------------

    def run(self) -> Report:
        """Place the calls and follow them to their end. Blocks until every number is dealt with, which takes
        as long as calling hours and retries take, or until :meth:`stop`.

        Raises :class:`CampaignLocked` while another process works on the state file. An error of the state file
        itself ends the run at once: nothing is dialled that cannot be written down. So does KeyboardInterrupt,
        and the calls whose answers were still to come are unknown then: have a signal call :meth:`stop`.
        """
        with Store(self.state) as store:
            store.belong_to(self.application_sid)
            store.load(self._entries)
            for attempt in store.recover(self._clock.time()):
                self._tell(attempt)
            if self._retry_unknown:
                for attempt in store.write_off(self._clock.time()):
                    self._tell(attempt)
            plan = self._plan = Plan(self.policy, store.cases(), last_claim=store.last_claim())
            try:
                self._drive(store, plan)
            finally:
                self._inbox = SimpleQueue()  # a thread that is late answers to nobody, and not to the next run
            return self._report(store, plan.stop_reason)

    def stop(self, reason: str = "stopped on request", *, grace: float = 30.0) -> None:
        """Place no further call, follow the open ones for ``grace`` seconds at most, and let :meth:`run` return.

        Returns at once. Any thread, callback or signal handler may call it.
        """
        self._inbox.put(_Stop(reason, grace))

    def dry_run(self) -> Report:
        """What :meth:`run` would begin with: a number that would be called is "waiting", and its ``detail`` says
        from when on. Dials nothing, writes nothing, and works beside a campaign that runs."""
        now = self._clock.time()
        with Store.copy_of(self.state) as store:
            store.belong_to(self.application_sid)
            store.load(self._entries)
            store.recover(now)
            if self._retry_unknown:
                store.write_off(now)
            due: dict[str, float] = {}
            for entry, attempts in store.cases():
                standing = self.policy.standing(attempts)
                if standing.kind == "due" and not entry.excluded:
                    due[entry.number] = self.policy.next_open(max(now, standing.due), entry.time_zone)
            report = self._report(store, None)
        rows = tuple(
            replace(row, outcome="waiting", detail=_when(due[row.number], now)) if row.number in due else row
            for row in report.numbers
        )
        return Report.summing(rows, report.duplicates)

    def _report(self, store: Store, stopped: str | None) -> Report:
        return Report.of(
            self.policy,
            store.cases(),
            bad_rows=self._list.bad_rows,
            duplicates=self._list.duplicates,
            stopped=stopped,
        )

    def _drive(self, store: Store, plan: Plan) -> None:
        deadline = float("inf")
        while True:
            now = self._clock.time()
            match plan.next_step(now):
                case Place(entry):
                    attempt = store.claim(entry.number, now)
                    plan.claimed(attempt)
                    self._tell(attempt)
                    self._start(self._place, entry, attempt)
                case Follow(attempts):
                    self._start(self._look, attempts)
                case Done():
                    return
                case Wait(until):
                    if now >= deadline and not plan.placing:
                        return
                    patience = min(until, deadline if now < deadline else until) - now
                    try:
                        news = self._clock.wait(self._inbox, min(max(patience, 0.0), _NAP))
                    except Empty:
                        continue
                    if isinstance(news, _Stop):
                        plan.stop(news.reason)
                        deadline = min(deadline, now + news.grace)
                    elif isinstance(news, _Answer):
                        self._answered(store, plan, news)
                    else:
                        self._looked(store, plan, news)

    # -- in threads of their own --------------------------------------------------------------------------------

    def _start(self, work: Callable[..., _Answer | _Statuses], *arguments: object) -> None:
        # A thread per request: there are a few a second, and at most MAX_PLACING + 1 at a time. As daemons they
        # cannot hold up a process that its user ends; what they were about is then claimed in the store.
        inbox = self._inbox
        Thread(target=lambda: inbox.put(work(*arguments)), name="campaign-request", daemon=True).start()

    def _place(self, entry: Entry, attempt: Attempt) -> _Answer:
        try:
            return _Answer(attempt, self._dialler.place(entry, self.application_sid))
        except Exception as error:
            return _Answer(attempt, None, error)

    def _look(self, attempts: tuple[Attempt, ...]) -> _Statuses:
        try:
            return _Statuses(attempts, self._dialler.statuses([a.call_sid for a in attempts if a.call_sid]))
        except Exception as error:
            return _Statuses(attempts, {}, error)

    # -- back in the thread of run() ----------------------------------------------------------------------------

    def _answered(self, store: Store, plan: Plan, answer: _Answer) -> None:
        now = self._clock.time()
        error = answer.error
        if error is None:
            attempt = store.record(answer.attempt, "accepted", now, call_sid=answer.call_sid)
            plan.changed(attempt, now)
        elif isinstance(error, Refused):
            attempt = store.record(answer.attempt, "refused", now, detail=str(error))
            plan.refused(attempt, now, retry_after=error.retry_after, stop=error.stop)
        else:
            attempt = store.record(answer.attempt, "interrupted", now, detail=_words(error))
            plan.changed(attempt, now)
        self._tell(attempt)

    def _looked(self, store: Store, plan: Plan, news: _Statuses) -> None:
        now = self._clock.time()
        live: list[str] = []
        for attempt in news.attempts:
            status = news.by_sid.get(attempt.call_sid or "")
            if status in ENDED:
                self._change(store, plan, store.record(attempt, as_event(status), now))
            elif status is not None:
                live.append(attempt.number)
                if status not in LIVE:
                    log.warning("call_sid %s has the unknown status %r", attempt.call_sid, status)
        if news.error is None:
            lost = plan.looked(live, now)
        else:
            log.warning("the calls could not be looked at: %s", _words(news.error))
            retry_after = getattr(news.error, "retry_after", None)
            lost = plan.not_looked(now, retry_after)
        for attempt in lost:
            detail = "the call was placed; the server does not know what became of it"
            self._change(store, plan, store.record(attempt, "lost", now, detail=detail))

    def _change(self, store: Store, plan: Plan, attempt: Attempt) -> None:
        plan.changed(attempt, self._clock.time())
        self._tell(attempt)


def _numbers(numbers: Numbers, name: str) -> NumberList:
    if isinstance(numbers, NumberList):
        return numbers
    if isinstance(numbers, (str, PathLike)):
        return NumberList.read(numbers)
    return NumberList.of(numbers, name=name)


def _when(due: float, now: float) -> str:
    if due <= now:
        return "due now"
    return time.strftime("from %Y-%m-%dT%H:%M:%SZ", time.gmtime(due))


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
