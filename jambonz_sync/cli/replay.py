"""``jambonz-sync replay``: play a recorded call again, and show where the app does something else."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from ..simulator import CallFailed, Trace, TraceInvalid
from ..testing import replay_call, source_of_test
from .call_options import user
from .exits import OK, REFUSED, USAGE, Failure
from .target import served

__all__ = ["replay"]


@click.command()
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE")
@click.argument("app", required=False)
@click.option("--pytest", "test", type=click.Path(dir_okay=False, path_type=Path), help="Write a test here instead.")
@click.option("--auth", metavar="USER:PASSWORD", callback=user, help="Basic credentials of the app.")
@click.option("--secret", help="Sign webhooks with this secret.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def replay(
    path: Path, app: str | None, test: Path | None, auth: tuple[str, str] | None, secret: str | None, as_json: bool
) -> None:
    """Play the call in FILE, which ``jambonz-sync call --record`` has written, against an APP that may have changed.

    APP is a URL, or an app in Python (app.py, app.py:endpoint); by default the URL of the recorded call. Lines of the
    recorded call that have gone begin with -, new ones with +.

    Exits with 0 if the app does the same, 1 if it does not, 2 if there is no such file or app.
    """
    try:
        trace = Trace.load(path)
        if test is not None:
            test.write_text(source_of_test(trace, test), encoding="utf-8")
            click.echo(f"{test} has the conversation as a test")
            return
        with served(app or trace.url) as target:
            replayed = replay_call(trace, target.url, auth=auth, secret=secret, activity=target.activity())
    except OSError as error:
        raise Failure(USAGE, f"{error.filename}: {error.strerror}" if error.filename else str(error)) from None
    except (TraceInvalid, CallFailed, ValueError) as error:
        raise Failure(USAGE, str(error)) from None
    if as_json:
        differences = [difference.to_dict() for difference in replayed.differences]
        click.echo(json.dumps({"same": replayed.same, "differences": differences}, ensure_ascii=False))
    elif replayed.same:
        click.secho("the app does the same", fg="green")
    else:
        for difference in replayed.differences:
            for line in str(difference).splitlines():
                click.secho(line, fg={"  - ": "red", "  + ": "green"}.get(line[:4]))
    sys.exit(OK if replayed.same else REFUSED)
