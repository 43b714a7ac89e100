"""``jambonz-sync campaign``: calls for a list of numbers, at a terminal or from cron."""

from __future__ import annotations

import logging
import os
import signal
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import IO, TYPE_CHECKING, Any, Final

import click

from ..campaign import Attempt, Campaign, CampaignError, Hours, Policy, Rate, Report, RestDialler, StateFileChanged
from ..campaign.policy import parse_seconds
from ..campaign.report import check_report_name
from ..rest import ConfigurationError, InvalidRequest
from ..rest.checks import sid
from .connection import connection_options, open_client, shell_words

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

    from ..rest import JambonzClient

    _ParamType = click.ParamType[object]
else:
    _ParamType = click.ParamType  # in older releases it takes no parameter

_CLEAR_LINE: Final = "\r\x1b[K"


class _Parsed(_ParamType):
    """The type of an option that a function reads. The CampaignError that it raises is a usage error."""

    def __init__(self, name: str, parse: Callable[[str], object]) -> None:
        self.name = name
        self._parse = parse

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> object:
        if not isinstance(value, str):
            return value  # converted before
        try:
            return self._parse(value)
        except CampaignError as error:
            self.fail(str(error), param, ctx)


def _parse_outcomes(text: str) -> frozenset[str]:
    return Policy(retry=frozenset(part.strip() for part in text.split(",") if part.strip())).retry


def _parse_report_name(text: str) -> str:
    check_report_name(text)
    return text


_FILE = click.Path(exists=True, dir_okay=False)
_DURATION = _Parsed("duration", parse_seconds)


class _Failure(click.ClickException):
    """An error that is shown as one line, with an exit code of its own."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.exit_code = code  # type: ignore[misc]  # declared for the class, read from the instance


@click.command("campaign")
@click.argument("numbers", type=_FILE)
@click.option("--application-sid", required=True, help="The application that the calls run.")
@click.option("--state", required=True, type=click.Path(dir_okay=False), help="The file that remembers who was called.")
@click.option("--from", "from_", help="The calling number of rows that have no column 'from'.")
@click.option(
    "--rate", type=_Parsed("rate", Rate.parse), default="1/s", show_default=True, help="5/s, 30/min, 100/h: no faster."
)
@click.option("--max-concurrent", type=click.IntRange(1), default=10, show_default=True, help="Calls at a time.")
@click.option(
    "--retry",
    type=_Parsed("outcomes", _parse_outcomes),
    default="",
    help="Outcomes after which a number is called again: busy,no-answer,failed.",
)
@click.option(
    "--retry-after",
    type=_DURATION,
    default="15m",
    show_default=True,
    help="How long after that, at least: 90s, 15m, 1h30m.",
)
@click.option("--max-attempts", type=click.IntRange(1), default=3, show_default=True, help="Calls to a number in all.")
@click.option("--hours", type=_Parsed("hours", Hours.parse), help="Place calls only then: 09:00-20:00.")
@click.option("--time-zone", help="The zone of the hours, for rows that have no column 'time_zone'.")
@click.option("--do-not-call", type=_FILE, help="A list of numbers that are never called.")
@click.option("--retry-unknown", is_flag=True, help="Call the numbers again whose outcome is unknown.")
@click.option("--skip-invalid", is_flag=True, help="Leave rows without a valid number to the report.")
@click.option("--max-errors", type=click.IntRange(1), default=10, show_default=True, help="Failures in a row to stop.")
@click.option("--grace", type=_DURATION, default="30s", show_default=True, help="How long Ctrl-C lets calls go on.")
@click.option(
    "--report", "reports", multiple=True, type=_Parsed("file", _parse_report_name), help="Write a .csv or .json file."
)
@click.option("--dry-run", is_flag=True, help="Say who would be called and when. Dials and writes nothing.")
@connection_options
def campaign(
    base_url: str | None,
    account_sid: str | None,
    api_key_file: IO[str] | None,
    numbers: str,
    application_sid: str,
    state: str,
    from_: str | None,
    rate: Rate,
    max_concurrent: int,
    retry: frozenset[str],
    retry_after: float,
    max_attempts: int,
    hours: Hours | None,
    time_zone: str | None,
    do_not_call: str | None,
    retry_unknown: bool,
    skip_invalid: bool,
    max_errors: int,
    grace: float,
    reports: tuple[str, ...],
    dry_run: bool,
) -> None:
    """Call every number of the list NUMBERS once.

    NUMBERS is a CSV file whose first line names its columns: 'number' is needed, 'from' and 'time_zone' are known,
    all others go with the call as its tag.

    Started again with the same state, it goes on where it ended, whatever ended it. Exit code 0: every call has its
    outcome. 1: calls are left, or unknown, or were refused. 2: nothing was done, for an option or the list is wrong,
    or there is no such application.
    """
    try:
        policy = Policy(
            rate=rate,
            max_concurrent=max_concurrent,
            hours=hours,
            zone=time_zone,
            retry=retry,
            retry_after=retry_after,
            max_attempts=max_attempts,
            max_errors=max_errors,
        )
        with open_client(base_url, account_sid, api_key_file) as client:
            job = Campaign(
                numbers,
                RestDialler(client),
                application_sid=sid(application_sid, "--application-sid"),
                state=state,
                from_=from_,
                policy=policy,
                do_not_call=do_not_call or (),
                retry_unknown=retry_unknown,
                skip_invalid=skip_invalid,
            )
            if not dry_run:
                _look_up(client, job.application_sid)
            report = _print_plan(job) if dry_run else _run(job, grace)
    except (CampaignError, ConfigurationError, InvalidRequest, OSError) as error:
        raise _Failure(2, shell_words(error)) from error
    except (sqlite3.Error, StateFileChanged) as error:
        raise _Failure(1, f"{state} cannot be written, so no more was dialled: {error}") from error
    for name in reports:
        try:
            report.write(name)
        except OSError as error:
            raise _Failure(1, f"{name} cannot be written: {error}") from error
    click.echo(str(report))
    if not dry_run and not report.complete:
        sys.exit(1)


def _look_up(client: JambonzClient, application_sid: str) -> None:
    """End the command where calls could not run the application: a typo would ring at every number, and say nothing.

    Where the API cannot be asked just now, the campaign has pauses and retries of its own.
    """
    from ..rest import ApiError, BadRequest, Forbidden, NotFound, Unauthorized  # as in open_client()

    own = client.account_sid
    try:
        application = client.applications.get(application_sid)
    except (BadRequest, Forbidden, NotFound) as error:
        reason = f"there is no application {application_sid} for this key ({error.status}); see --application-sid"
        raise _Failure(2, reason) from error
    except Unauthorized as error:
        raise _Failure(2, f"the API does not know the key ({error.status}); see --api-key-file") from error
    except ApiError as error:
        click.echo(f"the application cannot be looked up, and calls are tried all the same: {error}", err=True)
        return
    if application.account_sid not in (None, own):
        raise _Failure(2, f"the application {application_sid} belongs to another account than {own}")


def _print_plan(job: Campaign) -> Report:
    report = job.dry_run()
    for row in report.numbers:
        if row.outcome == "waiting":
            click.echo(f"line {row.line}: {row.number} {row.detail}")
    return report


def _run(job: Campaign, grace: float) -> Report:
    with _stopped_by_signals(job, grace):
        if not sys.stderr.isatty():
            with _log_to_stderr(None):
                return job.run()
        with click.progressbar(length=job.progress.total, file=sys.stderr, show_eta=False, show_pos=True) as bar:

            def update(attempt: Attempt) -> None:
                progress = job.progress
                bar.length = progress.total
                bar.label = f"{progress.open} open"
                bar.update(progress.finished - bar.pos)
                bar.render_progress()

            job.on("change", update)
            with _log_to_stderr(bar):
                return job.run()


@contextmanager
def _log_to_stderr(bar: ProgressBar[int] | None) -> Iterator[None]:
    """Print a line for each thing that happens; beside a bar, only for each thing that goes wrong."""

    class LineHandler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            line = self.format(record)
            click.echo(line if bar is None else _CLEAR_LINE + line, err=True)

    handler = LineHandler(logging.INFO if bar is None else logging.WARNING)
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    logger = logging.getLogger("jambonz_sync.campaign")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)


@contextmanager
def _stopped_by_signals(job: Campaign, grace: float) -> Iterator[None]:
    """Stop placing calls at the first Ctrl-C or SIGTERM, and end at once at the second one."""
    received: list[str] = []

    def stop(number: int, frame: FrameType | None) -> None:
        if received:
            raise KeyboardInterrupt
        received.append(signal.Signals(number).name)
        # Not click.echo: the signal may have interrupted it in the middle of a line.
        line = f"\n{received[0]}: no more calls; following open ones for {grace:g} s, again to end now\n"
        os.write(2, line.encode())
        job.stop(f"stopped by {received[0]}", grace=grace)

    previous = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
