"""``jambonz-sync call --load``: many calls at once, and what came of them."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from ..simulator import Turn
from ..testing import CallScenario, LoadReport, LoadTest, ScenarioInvalid, load_scenarios
from .call_options import parse_seconds, turns_of
from .exits import OK, REFUSED, USAGE, Failure
from .terminal import is_live

__all__ = ["LoadOptions", "run_load"]

_YAML = (".yaml", ".yml")


@dataclass(frozen=True)
class LoadOptions:
    """How many calls there are, and what may come of them at most.

    Args:
        calls: Calls at once.
        seconds: For how long.
        rate: Calls that are begun in a second; None for any number.
        limits: Name of a figure -> the most that it may be, as it was written.
        as_json: Print JSON.
    """

    calls: int
    seconds: float
    rate: float | None
    limits: Mapping[str, str]
    as_json: bool = False


def run_load(
    url: str, given: LoadOptions, turns: Sequence[Turn], script: Path | None, options: Mapping[str, Any]
) -> int:
    """Keep calls up, print what came of them, and return the exit code: 1 if a limit is exceeded.

    Without limits, a call that fails exceeds one.

    Args:
        url: The URL of the app.
        given: How many calls, for how long.
        turns: The turns of each caller, if there is no script.
        script: A file of turns or scenarios.
        options: Those of :class:`jambonz_sync.simulator.Call`.
    Raises:
        Failure: A limit or the script has a mistake.
    Blocks: for as long as the calls last.
    """
    limits = _limits(given.limits) or {"failed": 0.0}
    show: Any = _progress  # of click's own type variable
    bar: Any = click.progressbar(
        length=round(given.seconds * 10),
        label=f"{given.calls} calls",
        file=sys.stderr,
        item_show_func=show,
    )
    is_shown = is_live(sys.stderr) and not given.as_json

    def on_progress(report: LoadReport) -> None:
        if is_shown:
            bar.update(max(0, min(round(report.seconds * 10), round(given.seconds * 10)) - bar.pos), report)

    test = LoadTest(
        url,
        given.calls,
        given.seconds,
        script=_script(turns, script),
        rate=given.rate,
        options=options,
        on_progress=on_progress,
    )
    if is_shown:
        with bar:
            report = test.run()
    else:
        report = test.run()
    exceeded = {name: value for name, value in report.figures().items() if name in limits and value > limits[name]}
    if given.as_json:
        click.echo(json.dumps({**report.to_dict(), "exceeded": sorted(exceeded)}))
    else:
        _print(report, exceeded, limits)
    return REFUSED if exceeded or not report.calls else OK


def _script(turns: Sequence[Turn], script: Path | None) -> Sequence[Turn] | Sequence[CallScenario]:
    if script is None:
        return turns
    if script.suffix not in _YAML:
        return turns_of(script)
    try:
        return load_scenarios(script)
    except ScenarioInvalid as error:
        raise Failure(USAGE, str(error)) from None


def _limits(texts: Mapping[str, str]) -> dict[str, float]:
    known = LoadReport().figures()
    limits: dict[str, float] = {}
    for name, text in texts.items():
        if name not in known:
            raise Failure(USAGE, f"--max: {name!r} is not known; there are {', '.join(known)}")
        try:
            limits[name] = float(text.removesuffix("%")) / 100 if name == "failed" else parse_seconds(text)
        except ValueError:
            expected = "a percentage such as 1%" if name == "failed" else "a time such as 500ms or 2s"
            raise Failure(USAGE, f"--max {name}: expected {expected}, got {text!r}") from None
    return limits


def _progress(report: LoadReport | None) -> str:
    if report is None:
        return ""
    figures = report.figures()
    return f"{report.calls} done, {report.calls - report.passed} failed, p99 {figures['p99'] * 1000:.0f} ms"


def _print(report: LoadReport, exceeded: Mapping[str, float], limits: Mapping[str, float]) -> None:
    described = report.to_dict()
    click.echo(
        f"{report.calls} calls in {report.seconds:.1f} s, {described['calls_per_second']:.1f} a second, "
        f"{report.most_at_once} at once at most"
    )
    click.echo(f"{'answers':<40} {'count':>7} {'p50':>8} {'p95':>8} {'p99':>8} {'max':>8}")
    rows = {**report.latencies, "all": report.all_latencies}
    for hook, seconds in rows.items():
        figures = LoadReport(latencies={hook: seconds}).figures()
        columns = " ".join(f"{figures[name] * 1000:>5.0f} ms" for name in ("p50", "p95", "p99", "max"))
        click.echo(f"{hook[-40:]:<40} {len(seconds):>7} {columns}")
    click.echo(f"over 1 s: {described['answers_over_1_s']}, over 5 s: {described['answers_over_5_s']}")
    failed = report.calls - report.passed
    click.secho(f"{report.passed} passed, {failed} failed", fg="red" if failed else "green", bold=True)
    for reason, count in report.failures.most_common():
        click.echo(f"{count:>7} {reason}")
    for name, value in exceeded.items():
        click.secho(f"{name} is {_shown(name, value)}, over the limit of {_shown(name, limits[name])}", fg="red")


def _shown(name: str, value: float) -> str:
    return f"{value * 100:.2f} %" if name == "failed" else f"{value * 1000:.0f} ms"
