"""``jambonz-sync campaign``: calls for a list of numbers, at a terminal or from cron."""

from __future__ import annotations

import logging
import os
import signal
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from datetime import UTC, datetime
from types import FrameType
from typing import IO, TYPE_CHECKING, Any

import click

from ..campaign import (
    Campaign,
    CampaignError,
    Hours,
    InvalidNumbers,
    NumberList,
    Policy,
    Rate,
    Report,
    RestDialler,
    StateFileChanged,
    write_bad_rows,
)
from ..campaign.errors import count
from ..campaign.policy import parse_seconds
from ..campaign.report import check_report_name
from ..rest import ConfigurationError, InvalidRequest
from ..rest.checks import sid
from .amd import listen, parse_address
from .connection import connection_options, open_client, shell_words
from .exits import REFUSED, UNKNOWN, USAGE, Failure
from .live import LiveView
from .terminal import is_live

if TYPE_CHECKING:
    from ..rest import JambonzClient

    _ParamType = click.ParamType[object]
else:
    _ParamType = click.ParamType  # in older releases it takes no parameter


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
    help="Outcomes after which a number is called again: busy,no-answer,failed,machine.",
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
@click.option("--country", help="Country of numbers without a country code: US, DE ...")
@click.option("--do-not-call", type=_FILE, help="A list of numbers that are never called.")
@click.option("--retry-unknown", is_flag=True, help="Call the numbers again whose outcome is unknown.")
@click.option("--skip-invalid", is_flag=True, help="Leave rows without a valid number to the report.")
@click.option(
    "--bad-rows",
    type=click.Path(dir_okay=False),
    help="CSV file for all rows without a valid number.",
)
@click.option(
    "--max-errors", type=click.IntRange(1), default=10, show_default=True, help="Calls in a row that fail and end it."
)
@click.option("--amd-url", help="Find out if a human or a machine answers: the public URL of --amd-listen.")
@click.option("--amd-listen", type=_Parsed("address", parse_address), help="[HOST:]PORT where the results arrive.")
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
    country: str | None,
    bad_rows: str | None,
    amd_url: str | None,
    amd_listen: tuple[str, int] | None,
    max_errors: int,
    grace: float,
    reports: tuple[str, ...],
    dry_run: bool,
) -> None:
    """Call every number of the list NUMBERS once.

    NUMBERS is a CSV file whose first line names its columns: 'number' is needed, 'from' and 'time_zone' are known,
    all others go with the call as its tag.

    Started again with the same state, it goes on where it ended, whatever ended it. Exit code 0: every call has its
    outcome. 1: calls are left, or were refused. 2: nothing was done, for an option or the list is wrong, or there is no
    such application. 3: the outcome of calls is unknown.
    """
    for name in (*reports, *([bad_rows] if bad_rows else [])):
        for path in (numbers, do_not_call, state):
            if path is not None and os.path.realpath(name) == os.path.realpath(path):
                raise click.UsageError(f"{name} is read by this campaign, and would be overwritten")
    if (amd_url is None) != (amd_listen is None):
        raise click.UsageError(
            "--amd-url and --amd-listen go together: where jambonz sends the results, and where they arrive"
        )
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
                _read(numbers, country, bad_rows, skip_invalid),
                RestDialler(client, amd=None if amd_url is None else {"action_hook": amd_url}),
                application_sid=sid(application_sid, "--application-sid"),
                state=state,
                from_=from_,
                policy=policy,
                do_not_call=NumberList.read(do_not_call, country=country) if do_not_call else (),
                retry_unknown=retry_unknown,
                skip_invalid=skip_invalid,
            )
            if not dry_run:
                _look_up(client, job.application_sid)
            with _amd_results(client, job, None if dry_run else amd_listen):
                report = _print_plan(job) if dry_run else _run(job, grace)
    except BrokenPipeError:
        raise  # nobody reads on; click ends the command for that
    except (CampaignError, ConfigurationError, InvalidRequest, OSError) as error:
        raise Failure(USAGE, shell_words(error)) from error
    except (sqlite3.Error, StateFileChanged) as error:
        raise Failure(REFUSED, f"{state} cannot be written, so no more was dialled: {error}") from error
    for name in reports:
        try:
            report.write(name)
        except OSError as error:
            raise Failure(REFUSED, f"{name} cannot be written: {error}") from error
    try:
        click.echo(str(report))
    except OSError as error:
        click.echo(f"the report cannot be printed: {error.strerror}", err=True)
    if not dry_run and not report.complete:
        sys.exit(UNKNOWN if "unknown" in report.totals else REFUSED)


def _read(path: str, country: str | None, bad_rows: str | None, skip_invalid: bool) -> NumberList:
    """Read a list. Its wrong rows are written to the file for them, and end the command if they are not skipped."""
    numbers = NumberList.read(path, country=country)
    if numbers.bad_rows and bad_rows is not None:
        write_bad_rows(bad_rows, numbers.bad_rows)
        click.echo(f"{count(len(numbers.bad_rows), 'row')} of {path} without a valid number: see {bad_rows}", err=True)
    if not skip_invalid:
        try:
            numbers.require_valid()
        except InvalidNumbers as error:
            more = "" if bad_rows is not None else "\n  to have all of them in a file, give --bad-rows bad-rows.csv"
            raise Failure(USAGE, shell_words(error) + more) from error
    return numbers


@contextmanager
def _amd_results(client: JambonzClient, job: Campaign, address: tuple[str, int] | None) -> Iterator[None]:
    """Take the results of answering machine detection as long as the block lasts."""
    if address is None:
        yield
        return
    from ..rest import ApiError  # here, because it loads requests, which the help does not need

    try:
        secret = client.accounts.webhook_secret() or None
    except ApiError as error:
        click.echo(f"results of machine detection cannot be checked for their signature: {error}", err=True)
        secret = None
    with listen(address, secret, job.answered_by):
        yield


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
        raise Failure(USAGE, reason) from error
    except Unauthorized as error:
        raise Failure(USAGE, f"the API does not know the key ({error.status}); see --api-key-file") from error
    except ApiError as error:
        click.echo(f"the application cannot be looked up, and calls are tried all the same: {error}", err=True)
        return
    if application.account_sid not in (None, own):
        raise Failure(USAGE, f"the application {application_sid} belongs to another account than {own}")


def _print_plan(job: Campaign) -> Report:
    report = job.dry_run()
    for row in report.numbers:
        if row.outcome == "waiting":
            click.echo(f"line {row.line}: {row.number} {row.detail}")
    return report


def _run(job: Campaign, grace: float) -> Report:
    logger = logging.getLogger("jambonz_sync.campaign")
    is_shown = is_live(sys.stderr)
    view = LiveView(lambda: job.progress, job.policy) if is_shown else None
    try:
        with (
            _stopped_by_signals(job, grace, is_shown),
            _handled_by(logger, view or _line_handler(job.policy)),
            view.shown() if view is not None else nullcontext(),
        ):
            return job.run()
    except KeyboardInterrupt:
        message = "ended at once: calls whose answers were on their way are unknown; start again with the same state"
        raise Failure(UNKNOWN, message) from None


def _line_handler(policy: Policy) -> logging.Handler:
    """Make a handler that prints a line for each thing that happens, with the time in the zone of the list."""

    class LineHandler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            zone = policy.zone_of(None) if policy.zone else None
            time = datetime.fromtimestamp(record.created, UTC).astimezone(zone)
            with suppress(OSError):  # nobody reads on, and the state file has it all
                click.echo(f"{time.isoformat(sep=' ', timespec='seconds')} {self.format(record)}", err=True)

    return LineHandler(logging.INFO)


@contextmanager
def _handled_by(logger: logging.Logger, handler: logging.Handler) -> Iterator[None]:
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)


@contextmanager
def _stopped_by_signals(job: Campaign, grace: float, is_shown: bool) -> Iterator[None]:
    """Stop placing calls at the first Ctrl-C or SIGTERM, and end at once at the second one."""
    received: list[str] = []

    def stop(number: int, frame: FrameType | None) -> None:
        if received:
            raise KeyboardInterrupt
        received.append(signal.Signals(number).name)
        if not is_shown:
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
