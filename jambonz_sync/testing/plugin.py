"""The pytest plugin: the fixtures, and what becomes of a test whose app got something wrong."""

from __future__ import annotations

import re
from collections.abc import Collection, Generator
from pathlib import Path
from typing import Any

import pytest

from .errors import ExpectationFailed
from .fixture import PLACED
from .fixture import jambonz_api as jambonz_api
from .fixture import jambonz_call as jambonz_call
from .fixture import jambonz_calls as jambonz_calls
from .fixture import signed_client as signed_client

__all__ = ["pytest_addoption", "pytest_configure", "pytest_runtest_call", "pytest_runtest_makereport"]

_MARK = "jambonz(allow): findings (their codes, or the names of exceptions of the app) that do not fail the test."


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of the command line.

    Args:
        parser: The parser of pytest.
    """
    group = parser.getgroup("jambonz")
    group.addoption("--jambonz-trace", metavar="DIR", help="write a trace of each call of a test that fails into DIR")


def pytest_configure(config: pytest.Config) -> None:
    """Register the mark.

    Args:
        config: The configuration of pytest.
    """
    config.addinivalue_line("markers", _MARK)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Fail a test that has passed, but whose app has raised an exception or lost something by a mistake.

    Args:
        item: The test.
    Yields:
        None, for the test to run.
    Returns:
        Whatever the other plugins return.
    """
    outcome = yield
    placing = item.stash.get(PLACED, None)
    if placing is not None:
        placing.hang_up()  # a call that ends may show a mistake, too
        mistakes = placing.mistakes(_allowed(item))
        if mistakes:
            pytest.fail(_describe(mistakes), pytrace=False)
    return outcome


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the transcripts of its calls to the report of a test that has failed.

    Args:
        item: The test.
        call: The part of it that has been run.
    Yields:
        None, for the report to be made.
    Returns:
        The report.
    """
    report = yield
    placing = item.stash.get(PLACED, None)
    if placing is not None and report.when == "call" and report.failed:
        error = call.excinfo.value if call.excinfo else None
        told = isinstance(error, ExpectationFailed | pytest.fail.Exception)  # with the transcript of its call
        for number, placed in enumerate(placing.calls, 1):
            if folder := item.config.getoption("jambonz_trace"):
                name = re.sub(r"[^\w.-]+", "-", item.nodeid).strip("-")
                path = Path(folder) / f"{name}-{number}.jsonl"
                placed.save_trace(path)
                report.sections.append((f"jambonz call {number} of {len(placing.calls)}: trace", str(path)))
            if not (told and placed.title in str(error)):
                report.sections.append((f"jambonz call {number} of {len(placing.calls)}", str(placed)))
    return report


def _allowed(item: pytest.Item) -> Collection[str]:
    """Return the findings that do not fail the test."""
    allowed: set[str] = set()
    for mark in item.iter_markers("jambonz"):
        value: Any = mark.kwargs.get("allow", ())
        if mark.args or mark.kwargs.keys() - {"allow"} or isinstance(value, str):
            raise pytest.UsageError(f"{item.nodeid}: expected @pytest.mark.jambonz(allow=[...]), got {mark}")
        allowed.update(value)
    return allowed


def _describe(mistakes: list[Any]) -> str:
    """Return the text of the failure: the mistakes, and the call they were made in."""
    codes = ", ".join(dict.fromkeys(finding.code for _, findings in mistakes for finding in findings))
    lines = [f"the test has passed, but the app got something wrong: {codes}"]
    lines.append("(if that is meant to be: @pytest.mark.jambonz(allow=[...]) with the code, or the exception)")
    for call, _ in mistakes:
        lines += ["", str(call)]
    return "\n".join(lines)
