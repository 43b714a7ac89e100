"""``jambonz-sync test``: play scenarios against an app."""

from __future__ import annotations

import json
import re
import sys
import textwrap
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path

import click

from ..testing import CallScenario, Outcome, ScenarioInvalid, load_scenarios, play_scenario
from ..testing.scenarios.report import junit_xml, summary, table
from .call_options import pairs
from .exits import USAGE, Failure
from .target import Target, is_url, served

__all__ = ["test"]

_COLOURS = {"passed": "green", "failed": "red", "error": "yellow"}


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="FILE... [URL]")
@click.option("--set", "variables", multiple=True, metavar="NAME=VALUE", callback=pairs("="), help="A variable.")
@click.option("--only", metavar="REGEX", help="Play only scenarios whose name has this in it.")
@click.option("--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="Calls at a time.")
@click.option("--junit", type=click.Path(dir_okay=False, path_type=Path), help="Write a report as JUnit XML.")
@click.option("--trace", type=click.Path(file_okay=False, path_type=Path), help="Write traces of those that fail here.")
@click.option("--verbose", "-v", is_flag=True, help="Show the transcripts of those that pass, too.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def test(
    paths: Sequence[str],
    variables: dict[str, str],
    only: str | None,
    jobs: int,
    junit: Path | None,
    trace: Path | None,
    verbose: bool,
    as_json: bool,
) -> None:
    """Play the scenarios in FILEs (YAML, or folders of it) against the app at URL (http, https, ws or wss; or app.py).

    A scenario that names a url of its own needs none here.

    Exits with 0 if all have passed, 1 if one has failed, 2 if a file has a mistake, or the app or a model is not there.
    """
    files = list(paths)
    app = files.pop() if is_url(files[-1]) or ".py" in files[-1] else None
    try:
        scenarios = load_scenarios(*files, variables=variables)
    except ScenarioInvalid as error:
        raise Failure(USAGE, str(error)) from None
    if only is not None:
        scenarios = _selected(scenarios, only)
    for scenario in scenarios:
        if not (app or scenario.url):
            place = f"{scenario.file}:{scenario.line}"
            raise Failure(USAGE, f"{place}: expected a url in the scenario, or as the last argument")
    outcomes: list[Outcome] = []
    with served(app) if app is not None else nullcontext() as target:
        for outcome in _played(scenarios, target, jobs, trace):
            outcomes.append(outcome)
            _print(outcome, verbose=verbose, as_json=as_json)
    if junit is not None:
        junit.parent.mkdir(parents=True, exist_ok=True)
        junit.write_text(junit_xml(outcomes), encoding="utf-8")
    results = {outcome.result for outcome in outcomes}
    if not as_json:
        worst = "error" if "error" in results else "failed" if "failed" in results else "passed"
        click.secho(summary(outcomes), fg=_COLOURS[worst], bold=True)
    sys.exit(2 if "error" in results else 1 if "failed" in results else 0)


def _selected(scenarios: Sequence[CallScenario], only: str) -> list[CallScenario]:
    try:
        selected = [scenario for scenario in scenarios if re.search(only, scenario.name, re.IGNORECASE)]
    except re.error as error:
        raise click.BadParameter(str(error), param_hint="'--only'") from None
    if not selected:
        raise click.BadParameter(f"no scenario has {only!r} in its name", param_hint="'--only'")
    return selected


def _played(
    scenarios: Sequence[CallScenario], target: Target | None, jobs: int, trace: Path | None
) -> Iterator[Outcome]:
    """Play them, several at a time, and give the outcomes in their order."""

    def play(numbered: tuple[int, CallScenario]) -> Outcome:
        number, scenario = numbered
        name = re.sub(r"[^\w.-]+", "-", f"{Path(scenario.file).stem}-{scenario.name}").strip("-")
        path = trace / f"{number}-{name}.jsonl" if trace else None
        place = target if target is not None else Target(str(scenario.url), None)
        options = {"activity": place.activity()}
        return play_scenario(scenario, place.url, trace=path, options=options, app_errors=place.app_errors)

    pool = ThreadPoolExecutor(jobs, thread_name_prefix="jambonz-sync-test")
    try:
        yield from pool.map(play, enumerate(scenarios, 1))
    finally:
        pool.shutdown(cancel_futures=True)  # after Ctrl-C only those that run are waited for


def _print(outcome: Outcome, *, verbose: bool, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(outcome.to_dict(), ensure_ascii=False))
        return
    (line,) = table([outcome])
    click.echo(click.style(line[:7], fg=_COLOURS[outcome.result]) + line[7:])
    if verbose or outcome.result == "failed":
        details = outcome.details.removeprefix(outcome.message).strip("\n")  # which stands in the line above
        click.echo(textwrap.indent(details, "    "))
