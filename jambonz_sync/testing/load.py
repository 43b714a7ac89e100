"""Many calls at once, for a while: how fast the app answers, and what fails."""

from __future__ import annotations

import itertools
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..simulator import Call, CallFailed, ScriptedCaller, Turn, hook_exchanges
from .latency import percentile
from .scenarios import CallScenario, play_scenario

__all__ = ["LoadReport", "LoadTest"]

#: seconds between two looks at how far it is
_TICK = 0.2
#: answers that come after so many seconds: the caller wonders, and jambonz gives up
_SLOW, _TOO_SLOW = 1.0, 5.0


@dataclass
class LoadReport:
    """The outcome of a load test.

    Args:
        seconds: How long it took.
        calls: How many calls have ended.
        passed: How many of them went well.
        failures: Reason -> how many calls failed for it.
        latencies: Hook -> how long each answer took, in seconds.
        most_at_once: How many calls were up at the same time, at most.
    """

    seconds: float = 0.0
    calls: int = 0
    passed: int = 0
    failures: Counter[str] = field(default_factory=Counter[str])
    latencies: dict[str, list[float]] = field(default_factory=dict[str, list[float]])
    most_at_once: int = 0

    @property
    def all_latencies(self) -> list[float]:
        """The time of each answer, in seconds."""
        return [seconds for each in self.latencies.values() for seconds in each]

    def figures(self) -> dict[str, float]:
        """Return the figures that a limit can be set for: latencies in seconds, ``failed`` as a share from 0 to 1."""
        seconds = self.all_latencies
        return {
            "p50": percentile(seconds, 50),
            "p95": percentile(seconds, 95),
            "p99": percentile(seconds, 99),
            "max": max(seconds, default=0.0),
            "failed": (self.calls - self.passed) / self.calls if self.calls else 0.0,
        }

    def to_dict(self) -> dict[str, Any]:
        """Return the report as a dict for JSON."""
        return {
            "seconds": round(self.seconds, 3),
            "calls": self.calls,
            "passed": self.passed,
            "calls_per_second": round(self.calls / self.seconds, 3) if self.seconds else 0.0,
            "most_at_once": self.most_at_once,
            "answers": len(self.all_latencies),
            "answers_over_1_s": sum(seconds > _SLOW for seconds in self.all_latencies),
            "answers_over_5_s": sum(seconds > _TOO_SLOW for seconds in self.all_latencies),
            **{name: round(value, 6) for name, value in self.figures().items()},
            "hooks": {
                hook: {"answers": len(each), "p50": percentile(each, 50), "p99": percentile(each, 99), "max": max(each)}
                for hook, each in sorted(self.latencies.items())
            },
            "failures": dict(self.failures.most_common()),
        }


class LoadTest:
    """Keeps so many calls up for so long; each that ends is followed by another.

    Args:
        url: The URL of the app.
        calls: Calls at once.
        seconds: Seconds in which calls are begun; those that are up then are hung up.
        script: The turns of each caller, or scenarios, taken in turn.
        rate: Calls that are begun in a second, at most; None for any number.
        options: Those of :class:`jambonz_sync.simulator.Call`; those of a scenario come first.
        on_progress: Called about five times a second with what came of it so far.
    Threads: each call has two of its own. ``report`` is changed with ``_lock`` held.
    """

    def __init__(
        self,
        url: str,
        calls: int,
        seconds: float,
        *,
        script: Sequence[Turn] | Sequence[CallScenario] = (),
        rate: float | None = None,
        options: Mapping[str, Any] | None = None,
        on_progress: Callable[[LoadReport], None] = lambda report: None,
    ) -> None:
        self._url = url
        self._calls = calls
        self._seconds = seconds
        self._turns = [turn for turn in script if not isinstance(turn, CallScenario)]
        self._scenarios = [scenario for scenario in script if isinstance(scenario, CallScenario)]
        self._rate = rate
        self._options = options or {}
        self._on_progress = on_progress
        self._numbers = itertools.count()
        # guards report, _up and _live
        self._lock = threading.Lock()
        self._up = 0
        self._live: set[Call] = set()
        self._over = threading.Event()
        self._report = LoadReport()

    def run(self) -> LoadReport:
        """Place the calls, and return what came of them.

        Returns:
            The report.
        Blocks: for ``seconds``, and until the last calls have ended.
        """
        began = time.monotonic()
        threads = [
            threading.Thread(target=self._keep_calling, args=(began,), name="jambonz-sync-load", daemon=True)
            for _ in range(self._calls)
        ]
        try:
            for thread in threads:
                thread.start()
            while time.monotonic() - began < self._seconds and any(thread.is_alive() for thread in threads):
                self._over.wait(_TICK)
                self._progress(began)
        finally:
            self._over.set()
            with self._lock:
                live = list(self._live)
            for call in live:
                call.hang_up()
        for thread in threads:
            while thread.is_alive():
                thread.join(_TICK)
                self._progress(began)
        self._progress(began)
        return self._report

    def _progress(self, began: float) -> None:
        with self._lock:
            self._report.seconds = time.monotonic() - began
        self._on_progress(self._report)

    def _keep_calling(self, began: float) -> None:
        while True:
            number = next(self._numbers)
            due = began + (number / self._rate if self._rate else 0.0)
            if due - began >= self._seconds or self._over.wait(max(0.0, due - time.monotonic())):
                return
            with self._lock:
                self._up += 1
                self._report.most_at_once = max(self._report.most_at_once, self._up)
            try:
                self._one_call(number)
            finally:
                with self._lock:
                    self._up -= 1

    def _one_call(self, number: int) -> None:
        if self._scenarios:
            scenario = self._scenarios[number % len(self._scenarios)]
            options = {name: value for name, value in self._options.items() if name != "timeout"}  # it has its own
            outcome = play_scenario(scenario, self._url, options=options)
            return self._count(outcome.latencies, None if outcome.result == "passed" else outcome.message)
        call = Call(self._url, caller=ScriptedCaller(self._turns), **self._options)
        with self._lock:
            self._live.add(call)
        reason: str | None = None
        try:
            transcript = call.run()
        except (CallFailed, OSError) as error:
            reason = f"not connected: {type(error).__name__}"
        else:
            lost = [finding.code for finding in call.findings if finding.lost]
            if lost:
                reason = lost[0]
            elif transcript.end_reason == "cancelled" and self._over.is_set():
                return None  # begun too late to be of any account
            elif transcript.end_reason != "completed":
                reason = transcript.end_reason
        finally:
            with self._lock:
                self._live.discard(call)
        latencies: dict[str, list[float]] = {}
        for hook in hook_exchanges(call.transcript.messages):
            if hook.seconds is not None:
                latencies.setdefault(hook.name, []).append(hook.seconds)
        return self._count(latencies, reason)

    def _count(self, latencies: Mapping[str, Sequence[float]], reason: str | None) -> None:
        with self._lock:
            self._report.calls += 1
            if reason is None:
                self._report.passed += 1
            else:
                self._report.failures[reason] += 1
            for hook, seconds in latencies.items():
                self._report.latencies.setdefault(hook, []).extend(seconds)
