"""``jambonz-sync call``: place a call to an app, and print it as a conversation."""

from __future__ import annotations

import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from ..model.versions import LINES
from ..simulator import (
    Call,
    Caller,
    CallFailed,
    Recorder,
    Scenario,
    ScriptedCaller,
    TranscriptEntry,
    Turn,
    WireMessage,
)
from .call_options import CommandWithTurns, keys, pairs, seconds, turns_of, user
from .call_printing import Printer
from .callers import Keyboard, PipedCaller
from .load import LoadOptions, run_load
from .target import Target, served
from .terminal import is_live

if TYPE_CHECKING:
    from .phone_screen import PhoneScreen

__all__ = ["call", "converse"]

#: seconds that a pipe has to be read in before the call begins
_PIPE_HEAD_START = 0.2


@click.command(cls=CommandWithTurns)
@click.argument("app", metavar="URL")
@click.option("--says", multiple=True, metavar="TEXT", help="Words that the caller says when the app listens.")
@click.option(
    "--plays",
    multiple=True,
    metavar="FILE",
    help="A WAV file that audio streams hear of the caller; repeatable.",
)
@click.option("--press", multiple=True, metavar="KEYS", callback=keys, help="Keys that the caller presses; repeatable.")
@click.option("--script", type=click.Path(dir_okay=False, path_type=Path), help="A file with a turn a line, as a pipe.")
@click.option("--from", "from_", default="+15085551212", show_default=True, help="The number of the caller.")
@click.option("--to", default="+15085551213", show_default=True, help="The number that is called.")
@click.option("--header", multiple=True, metavar="NAME:VALUE", callback=pairs(":"), help="A SIP header of the call.")
@click.option("--env", multiple=True, metavar="NAME=VALUE", callback=pairs("="), help="An application env var.")
@click.option("--auth", metavar="USER:PASSWORD", callback=user, help="Basic credentials of the app.")
@click.option("--secret", help="Sign webhooks with this secret.")
@click.option("--status-hook", metavar="URL", help="Where call status events of a webhook app go.")
@click.option(
    "--callee",
    multiple=True,
    type=click.Choice(["answer", "stay", "busy", "no-answer", "failed"]),
    help="The reaction of the first, second ... dialled party; the last is that of all others, too.",
)
@click.option("--callee-press", multiple=True, metavar="KEYS", callback=keys, help="Keys for a confirmHook.")
@click.option("--server", type=click.Choice(LINES), help="Take only the verbs and options that this version has.")
@click.option("--timeout", type=float, help="Seconds until the caller hangs up: 60, or an hour at the keyboard.")
@click.option("--events", is_flag=True, help="Show status events and commands, too.")
@click.option("--wire", is_flag=True, help="Show each message between jambonz and the app, too.")
@click.option("--plain", is_flag=True, help="At the keyboard: one line after the other, without a status line.")
@click.option("--record", type=click.Path(dir_okay=False, path_type=Path), help="Write the call here, for replay.")
@click.option("--load", type=click.IntRange(min=1), metavar="CALLS", help="Keep so many calls up at once.")
@click.option("--for", "duration", callback=seconds, metavar="TIME", help="How long, with --load.  [default: 60s]")
@click.option("--rate", type=click.FloatRange(min=0, min_open=True), help="Calls begun in a second, with --load.")
@click.option(
    "--max",
    "limits",
    multiple=True,
    metavar="NAME=VALUE",
    callback=pairs("="),
    help="A limit, with --load: p50, p95, p99 or max as a time, failed as a percentage.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_obj
def call(
    turns: list[Turn],
    /,
    app: str,
    script: Path | None,
    from_: str,
    to: str,
    header: Mapping[str, str],
    env: Mapping[str, str],
    auth: tuple[str, str] | None,
    secret: str | None,
    status_hook: str | None,
    callee: tuple[str, ...],
    callee_press: tuple[str, ...],
    server: str | None,
    timeout: float | None,
    events: bool,
    wire: bool,
    plain: bool,
    record: Path | None,
    load: int | None,
    duration: float | None,
    rate: float | None,
    limits: Mapping[str, str],
    as_json: bool,
    **_: Any,
) -> None:
    """Place a call to the app at URL (http, https, ws or wss; or app.py) and print what is said.

    The options --says, --plays and --press are turns of the caller, taken in their order, one each time the app
    listens. Without any, you are the caller, or the lines of a pipe are the turns: a line of 0-9, * and # presses
    these keys, any other is spoken, an empty one is silence.

    With --load, so many calls are kept up at once, each with these turns or with those of --script, which may be
    scenarios in YAML; what came of them is a table.

    Exits with 0 when the call ended normally, 1 when the app got something wrong or exceeded --max, 2 when it cannot be
    called.
    """
    options: dict[str, Any] = {
        "from_": from_,
        "to": to,
        "headers": header,
        "env": env,
        "auth": auth,
        "secret": secret,
        "status_hook": status_hook,
        "scenario": Scenario(callees=callee or ("answer",), callee_presses=callee_press, server=server),
    }
    if load is not None:
        given = LoadOptions(load, duration or 60.0, rate, limits, as_json=as_json)
        with served(app) as target:
            sys.exit(run_load(target.url, given, turns, script, {**options, "timeout": timeout or 60.0}))
    for name, value in (("--for", duration), ("--rate", rate), ("--max", limits)):
        if value:
            raise click.UsageError(f"{name} belongs to --load")
    if script is not None:
        turns = turns_of(script)
    printer = Printer(as_json=as_json, events=events, wire=wire)
    interactive = not turns and script is None and sys.stdin is not None and sys.stdin.isatty()
    options["timeout"] = timeout or (3600.0 if interactive else 60.0)
    with served(app) as target:
        converse(printer, turns, target, interactive=interactive, plain=plain, record=record, **options)


def converse(
    printer: Printer,
    script: list[Turn],
    target: Target,
    *,
    interactive: bool,
    plain: bool = False,
    record: Path | None = None,
    **options: Any,
) -> NoReturn:
    """Place a call, print it, and exit: 0 if it ended normally, 1 if the app got something wrong, 2 if it failed.

    Args:
        printer: Prints the call.
        script: The turns of the caller. Without any, and if not ``interactive``, the lines of standard input are.
        target: Where the app is.
        interactive: The person at the keyboard is the caller.
        plain: They see one line after the other, even where a screen could be shown.
        record: The file that the trace is written to.
        options: Further options of :class:`jambonz_sync.simulator.Call`.
    Blocks: for as long as the call lasts.
    """
    screen = _screen(printer) if interactive and not plain else None
    keyboard = Keyboard(printer) if interactive and screen is None else None
    piped = PipedCaller() if not script and not interactive and sys.stdin is not None else None
    caller: Caller = screen.caller if screen else keyboard or piped or ScriptedCaller(script)
    shown: Printer | PhoneScreen = screen or printer
    recorder = Recorder(target.url, options)
    placed_call: Call | None = None

    def on_entry(entry: TranscriptEntry) -> None:
        recorder.add(entry)
        shown.entry(entry)

    def on_message(message: WireMessage) -> None:
        recorder.add(message)
        shown.message(message)

    try:
        placed_call = Call(
            target.url,
            caller=caller,
            real_time=interactive,
            on_entry=on_entry,
            on_message=on_message,
            on_turn=recorder.add,
            activity=None if interactive else target.activity(),
            **options,
        )
        if keyboard is not None:
            threading.Thread(
                target=keyboard.read, args=(placed_call,), name="jambonz-sync-keyboard", daemon=True
            ).start()
        if piped is not None:
            reader = threading.Thread(
                target=piped.read, args=(sys.stdin, placed_call.wake), name="jambonz-sync-pipe", daemon=True
            )
            reader.start()
            reader.join(_PIPE_HEAD_START)
        transcript = screen.run(placed_call) if screen else placed_call.run()
    except (CallFailed, ValueError) as error:
        _fail(str(error), 2)
    except KeyboardInterrupt:
        if keyboard is not None:
            click.echo(err=True)  # the line has the prompt, or what Ctrl-C looks like
        _fail("interrupted", 130)
    finally:
        if record is not None and placed_call is not None:
            _save(recorder, record, placed_call)
    assert placed_call is not None  # otherwise it has failed above
    app_errors = list(target.app_errors.of(placed_call.leg.call_sid)) if target.app_errors else []
    shown.end(transcript, placed_call.findings, app_errors)
    sys.exit(0 if transcript.ok and not app_errors else 1)


def _screen(printer: Printer) -> PhoneScreen | None:
    """Return the phone of a person at a terminal; None without prompt_toolkit, or a terminal that it can use."""
    if printer.as_json or not is_live(sys.stdout):
        return None
    try:
        from .phone_screen import PhoneScreen
    except ImportError:
        return None
    return PhoneScreen(events=printer.events, wire=printer.wire)


def _save(recorder: Recorder, path: Path, placed_call: Call) -> None:
    try:
        recorder.save(path, placed_call.transcript, placed_call.findings)
    except OSError as error:
        click.echo(f"jambonz-sync: the call is not recorded: {path}: {error.strerror}", err=True)


def _fail(message: str, code: int) -> NoReturn:
    click.echo(f"jambonz-sync: {message}", err=True)
    sys.exit(code)
