"""The live view of a campaign at a terminal: outcomes, rate, time left, and why it waits. Equal errors are one line."""

from __future__ import annotations

import logging
import re
import sys
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, tzinfo
from typing import Final, TextIO

import click

from ..campaign import Attempt, Policy, Progress
from ..campaign.plan import Reason
from .table import printable, width_of_text
from .terminal import has_unicode, state_colour, width_of

__all__ = ["LiveView", "Speed", "duration_text", "reason_text", "view_lines"]

#: seconds between two drawings, and over which speed is measured
_TICK: Final = 0.25
_WINDOW: Final = 60.0
#: speed is not told before so many seconds
_FIRST_SPEED: Final = 3.0
#: kinds of errors that are shown
_MOST_ERRORS: Final = 3
_BAR: Final = 30
#: the request that an error is of, which is the same for all calls
_PATH: Final = re.compile(r"\b[A-Z]+ /Accounts/\S+: ")


class Speed:
    """How fast a number has grown within the last minute."""

    def __init__(self) -> None:
        self._samples: deque[tuple[float, int]] = deque()

    def add(self, now: float, value: int) -> None:
        """Note the number as of ``now``."""
        self._samples.append((now, value))
        while len(self._samples) > 2 and self._samples[1][0] <= now - _WINDOW:
            self._samples.popleft()

    @property
    def per_second(self) -> float | None:
        """The growth per second; None as long as too little is known."""
        if not self._samples:
            return None
        (began, first), (ended, last) = self._samples[0], self._samples[-1]
        return (last - first) / (ended - began) if ended - began >= _FIRST_SPEED else None


def duration_text(seconds: float) -> str:
    """Return a duration for people: "40 s", "12 min", "3 h 20 min", "2 d 4 h"."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    days, hours = divmod(hours, 24)
    return f"{days} d {hours} h" if hours else f"{days} d"


def reason_text(reason: Reason, policy: Policy, now: float) -> str | None:
    """Say why a campaign places no call just now; None for what is over in a moment.

    Args:
        reason: The reason.
        policy: The rules of the campaign. Times are told in the zone of the hours, its own, or that of the machine.
        now: The time of day.
    """
    if reason.kind == "calls":
        return f"waits for a call to end: {policy.max_concurrent} are up"
    if reason.kind == "requests":
        return "waits for answers of the API"
    if reason.kind == "end":
        return "waits for the last calls to end"
    assert reason.until is not None, "the others end at a time"
    if reason.kind == "rate" and reason.until - now < 1:
        return None
    left = duration_text(max(reason.until - now, 0))
    zone = policy.zone_of(reason.zone) if reason.zone or policy.zone else None
    at = f"{_time_text(reason.until, now, zone)}, in {left}"
    if reason.kind == "hours":
        return f"waits for calling hours ({policy.hours}): they begin at {at}"
    if reason.kind == "retry":
        return f"waits for the next retry: it is due at {at}"
    if reason.kind == "pause":
        return f"waits after failures until {at}"
    return f"waits for the next call at a rate of {policy.rate}: at {at}"


def _time_text(until: float, now: float, zone: tzinfo | None) -> str:
    """A time of day, with its day if that is not today, and with the name of a zone that was given."""
    time_then, time_now = (datetime.fromtimestamp(at, zone) for at in (until, now))
    form = "%H:%M:%S" if until - now < 60 else "%H:%M" if time_then.date() == time_now.date() else "%a %d %b %H:%M"
    return f"{time_then:{form}}" + (f" {zone}" if zone else "")


def view_lines(
    progress: Progress,
    policy: Policy,
    errors: Counter[str],
    *,
    now: float,
    placed_per_second: float | None,
    finished_per_second: float | None,
    unicode: bool = True,
) -> Iterator[str]:
    """Make the lines of the view.

    Args:
        progress: How far the campaign is.
        policy: Its rules.
        errors: How often each error was met.
        now: The time of day.
        placed_per_second: The speed of calls; None if it is not known yet.
        finished_per_second: The speed of numbers that are finished; None if it is not known yet.
        unicode: True if the terminal can show blocks.
    """
    share = progress.finished / progress.total if progress.total else 1.0
    full = round(_BAR * share)
    bar = ("█" * full + "░" * (_BAR - full)) if unicode else "#" * full + "-" * (_BAR - full)
    yield f"{click.style(bar, fg='green')}  {progress.finished:,}/{progress.total:,}  {share:.0%}"
    ordered = sorted(progress.outcomes.items(), key=lambda item: -item[1])
    yield (
        "  ".join(f"{click.style(name, fg=state_colour(name))} {number:,}" for name, number in ordered)
        or "no outcome yet"
    )
    facts = [f"{progress.open} of {policy.max_concurrent} calls up"]
    if placed_per_second is not None:
        facts.append(f"{_rate_text(placed_per_second)} of {policy.rate}")
    remaining = progress.total - progress.finished
    is_waiting = progress.waits is not None and progress.waits.kind in ("hours", "retry", "pause")
    if finished_per_second and remaining and not is_waiting and progress.stopped is None:
        facts.append(f"about {duration_text(remaining / finished_per_second)} left")
    yield "  ".join(facts)
    if progress.stopped is not None:
        followed = "; open ones are followed, Ctrl-C ends that" if progress.open else ""
        yield click.style(f"no more calls: {printable(progress.stopped)}{followed}", fg="yellow")
    elif progress.waits is not None and (text := reason_text(progress.waits, policy, now)) is not None:
        yield click.style(text, fg="yellow")
    for error, number in errors.most_common(_MOST_ERRORS):
        yield click.style(f"{number:,} x {error}", fg="red")
    if len(errors) > _MOST_ERRORS:
        yield click.style(f"and {len(errors) - _MOST_ERRORS} more kinds of errors: see the report", fg="red")


def _rate_text(per_second: float) -> str:
    """A speed in the unit in which it is above one."""
    for unit, seconds in (("s", 1), ("min", 60)):
        if per_second * seconds >= 1:
            return f"{per_second * seconds:.1f}/{unit}"
    return f"{per_second * 3600:.1f}/h"


class LiveView(logging.Handler):
    """Draws the view on standard error, again and again in one place. As a handler of the log it collects warnings.

    Threads: any. ``_lock`` guards the errors and the place of the cursor: the ticker draws, others add errors.

    Args:
        progress: Tells how far the campaign is, on any thread.
        policy: The rules of the campaign.
    """

    def __init__(self, progress: Callable[[], Progress], policy: Policy) -> None:
        super().__init__(logging.WARNING)
        self._progress = progress
        self._policy = policy
        self._errors = Counter[str]()
        self._placed, self._finished = Speed(), Speed()
        self._drawn: Sequence[str] = ()
        self._lock = threading.Lock()
        self._done = threading.Event()

    def emit(self, record: logging.LogRecord) -> None:
        """Count a warning: of an attempt by its outcome and the reason, of something else by its words."""
        attempt = record.args[0] if isinstance(record.args, tuple) and record.args else None
        if isinstance(attempt, Attempt):
            reason = _PATH.sub("", attempt.detail or "no reason is known")
            error = f"{attempt.state}: {reason}"
        else:
            error = record.getMessage()
        with self._lock:
            self._errors[printable(error)] += 1

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Draw as long as the block lasts, and once more at its end."""
        ticker = threading.Thread(target=self._tick, name="jambonz-sync-live", daemon=True)
        ticker.start()
        try:
            yield
        finally:
            self._done.set()
            ticker.join()
            self._draw()

    def _tick(self) -> None:
        while not self._done.wait(_TICK):
            self._draw()

    def _draw(self) -> None:
        progress, now = self._progress(), time.monotonic()
        self._placed.add(now, progress.placed)
        self._finished.add(now, progress.finished)
        stream: TextIO = sys.stderr
        width = width_of(stream) or 80
        with self._lock:
            lines = [
                _cut(line, width - 1)
                for line in view_lines(
                    progress,
                    self._policy,
                    self._errors,
                    now=time.time(),
                    placed_per_second=self._placed.per_second,
                    finished_per_second=self._finished.per_second,
                    unicode=has_unicode(stream),
                )
            ]
            if lines == self._drawn:
                return
            # back to the first line of the view, and clear from there to the end of the screen
            back = f"\x1b[{len(self._drawn)}F\x1b[J" if self._drawn else ""
            self._drawn = lines
            context = click.get_current_context(silent=True)
            text = "\n".join(lines) + "\n"
            if context is not None and context.color is False:
                text = click.unstyle(text)
            with suppress(OSError):  # the terminal is gone, and the campaign goes on
                stream.write(back + text)
                stream.flush()


def _cut(line: str, width: int) -> str:
    """Cut a line, which would move the view if it were wrapped. A line that is cut loses its colours."""
    plain = click.unstyle(line)
    if width_of_text(plain) <= width:
        return line
    while plain and width_of_text(plain) > width - 3:
        plain = plain[:-1]
    return plain + "..."
