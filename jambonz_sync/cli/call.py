"""``jambonz-sync call``: place a call to an app, and print it as a conversation."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn, TextIO

import click

from ..model.versions import LINES
from ..simulator import (
    Call,
    Caller,
    CallerWait,
    CallFailed,
    LiveCaller,
    Played,
    Pressed,
    Said,
    Scenario,
    ScriptedCaller,
    Silence,
    Transcript,
    TranscriptEntry,
    Turn,
)

__all__ = ["Printer", "call", "converse", "pairs"]

#: seconds that a pipe has to be read in before the call begins
_PIPE_HEAD_START = 0.2
_LABELS = {"event": "--", "status": ".."}
_COLOURS = {"app": "cyan", "caller": "green", "callee": "yellow", "event": None, "status": "blue", "error": "red"}


class Printer:
    """Prints a call while it runs, as a conversation or as JSON.

    Args:
        as_json: Print one JSON object a line.
        events: Print status events and commands, too.
    """

    def __init__(self, *, as_json: bool = False, events: bool = False) -> None:
        self._json = as_json
        self._events = events
        self._prompted = False

    def entry(self, entry: TranscriptEntry) -> None:
        """Print one entry.

        Args:
            entry: The entry that has just been added.
        """
        if self._json:
            click.echo(json.dumps(entry.to_dict(), ensure_ascii=False))
        elif entry.who != "status" or self._events:
            if self._prompted and entry.who == "caller":
                # they have just typed it behind the prompt
                self._prompted = False
                return
            self._line(entry.who, entry.text)

    def end(self, transcript: Transcript) -> None:
        """Print how the call ended.

        Args:
            transcript: The whole call.
        """
        if self._json:
            end = {"end_reason": transcript.end_reason, "ended_by": transcript.ended_by, "ok": transcript.ok}
            click.echo(json.dumps({**end, "verbs": len(transcript.verbs)}))
            return
        reason = transcript.end_reason or ""
        verbs = len(transcript.verbs)
        ended = f"ended by the {transcript.ended_by}".replace("the jambonz", "jambonz")
        outcome = reason if reason.startswith(("rejected", "declined")) else f"{ended} ({reason})"
        self._line("event", f"call {outcome} after {verbs} verb{'' if verbs == 1 else 's'}")

    def prompt(self) -> None:
        """Ask the person at the keyboard for their turn."""
        if not self._prompted:
            click.secho(f"{'caller':<8}", fg=_COLOURS["caller"], nl=False)
            self._prompted = True

    def _line(self, who: str, text: str) -> None:
        if self._prompted:
            click.echo()
            self._prompted = False
        label = click.style(f"{_LABELS.get(who, who):<8}", fg=_COLOURS[who], dim=True if who == "event" else None)
        # a text may have lines of its own
        click.echo(label + text.replace("\n", "\n" + " " * 8))


class Keyboard(LiveCaller):
    """Lets the person at the keyboard be the caller, whose lines are turns.

    Args:
        printer: Shows the prompt when it is their turn.
    """

    def __init__(self, printer: Printer) -> None:
        super().__init__()
        self._printer = printer

    def next_turn(self, wait: CallerWait) -> Turn | None:
        """Return the next line as a turn, or show the prompt if there is none yet.

        Args:
            wait: The kind of turn that the app listens to.
        """
        turn = super().next_turn(wait)
        if turn is None and not wait.immediate:
            self._printer.prompt()
        return turn

    def read(self, call: Call) -> None:
        """Read lines until the input ends, which hangs up.

        Args:
            call: The call that the lines belong to.
        Blocks: until the input ends.  Threads: one of its own.
        """
        for line in sys.stdin:
            self.queue_turn(_turn(line.strip()))
            call.wake()
        call.hang_up()


class PipedCaller(ScriptedCaller):
    """Takes the lines of a pipe as a script, as they come."""

    def __init__(self) -> None:
        super().__init__()
        self._ended = False

    def next_turn(self, wait: CallerWait) -> Turn | None:
        """Return the next line as a turn, or None while the pipe may bring one.

        Args:
            wait: The kind of turn that the app listens to.
        """
        return super().next_turn(wait) if self.script or self._ended else None

    def gives_up(self) -> bool:
        """Return True once the pipe has ended."""
        return self._ended

    def read(self, pipe: TextIO, wake: Callable[[], None]) -> None:
        """Read lines until the pipe ends.

        Args:
            pipe: The text stream.
            wake: Called after each line, to make a call that is idle look at it.
        Blocks: until the pipe ends.  Threads: one of its own.
        """
        try:
            for line in pipe:
                self.script.append(_turn(line.strip()))
                wake()
        except (OSError, ValueError):
            pass  # without a pipe to read from the script is empty
        self._ended = True
        wake()


def _turn(line: str) -> Turn:
    """Return a line as a turn: keys if nothing else is in it, silence if it is empty, words otherwise."""
    if not line:
        return Silence()
    return Pressed(line) if all(key in "0123456789*#" for key in line) else Said(line)


class _CommandWithTurns(click.Command):
    """Keeps ``--says``, ``--plays`` and ``--press`` in the order of the command line; click sorts them by name."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        values, _, order = self.make_parser(ctx).parse_args(list(args))
        turns: dict[str | None, tuple[Callable[[str], Turn], Iterator[str]]] = {
            name: (turn_type, iter(values.get(name, ())))
            for name, turn_type in (("says", Said), ("plays", _played), ("press", Pressed))
        }
        in_order = (turns[parameter.name] for parameter in order if parameter.name in turns)
        ctx.obj = [turn_type(next(texts)) for turn_type, texts in in_order]
        return super().parse_args(ctx, args)


def _played(path: str) -> Played:
    try:
        return Played(Path(path).read_bytes())
    except OSError as error:
        raise click.BadParameter(f"{path}: {error.strerror}", param_hint="'--plays'") from None
    except ValueError as error:
        raise click.BadParameter(f"{path}: {error}", param_hint="'--plays'") from None


def pairs(separator: str) -> Callable[[click.Context, click.Parameter, tuple[str, ...]], dict[str, str]]:
    def split(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
        pairs: dict[str, str] = {}
        for value in values:
            name, separated, content = value.partition(separator)
            if not separated or not name.strip():
                raise click.BadParameter(f"{value!r} is not NAME{separator}VALUE", ctx, param)
            pairs[name.strip()] = content.strip()
        return pairs

    return split


def _user(ctx: click.Context, param: click.Parameter, value: str | None) -> tuple[str, str] | None:
    if value is None:
        return None
    user, separated, password = value.partition(":")
    if not separated:
        raise click.BadParameter("expected USER:PASSWORD", ctx, param)
    return user, password


def _keys(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        if not value or any(key not in "0123456789*#" for key in value):
            raise click.BadParameter(f"{value!r}: keys are 0-9, * and #", ctx, param)
    return values


@click.command(cls=_CommandWithTurns)
@click.argument("url")
@click.option("--says", multiple=True, metavar="TEXT", help="Words that the caller says when the app listens.")
@click.option(
    "--plays",
    multiple=True,
    metavar="FILE",
    help="A WAV file that audio streams hear of the caller; repeatable.",
)
@click.option(
    "--press", multiple=True, metavar="KEYS", callback=_keys, help="Keys that the caller presses; repeatable."
)
@click.option("--from", "from_", default="+15085551212", show_default=True, help="The number of the caller.")
@click.option("--to", default="+15085551213", show_default=True, help="The number that is called.")
@click.option("--header", multiple=True, metavar="NAME:VALUE", callback=pairs(":"), help="A SIP header of the call.")
@click.option("--env", multiple=True, metavar="NAME=VALUE", callback=pairs("="), help="An application env var.")
@click.option("--auth", metavar="USER:PASSWORD", callback=_user, help="Basic credentials of the app.")
@click.option("--secret", help="Sign webhooks with this secret.")
@click.option("--status-hook", metavar="URL", help="Where call status events of a webhook app go.")
@click.option(
    "--callee",
    multiple=True,
    type=click.Choice(["answer", "stay", "busy", "no-answer", "failed"]),
    help="The reaction of the first, second ... dialled party; the last is that of all others, too.",
)
@click.option("--callee-press", multiple=True, metavar="KEYS", callback=_keys, help="Keys for a confirmHook.")
@click.option("--server", type=click.Choice(LINES), help="Take only the verbs and options that this version has.")
@click.option("--timeout", type=float, help="Seconds until the caller hangs up: 60, or an hour at the keyboard.")
@click.option("--events", is_flag=True, help="Show status events and commands, too.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_obj
def call(
    script: list[Turn],
    /,
    url: str,
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
    as_json: bool,
    **_: Any,
) -> None:
    """Place a call to the app at URL (http, https, ws or wss) and print what is said.

    The options --says, --plays and --press are turns of the caller, taken in their order, one each time the app
    listens. Without any, you are the caller, or the lines of a pipe are the turns: a line of 0-9, * and # presses
    these keys, any other is spoken, an empty one is silence.

    Exits with 0 when the call ended normally, 1 when the app got something wrong, 2 when it cannot be called.
    """
    scenario = Scenario(callees=callee or ("answer",), callee_presses=callee_press, server=server)
    printer = Printer(as_json=as_json, events=events)
    interactive = not script and sys.stdin is not None and sys.stdin.isatty()
    converse(
        printer,
        script,
        url,
        interactive=interactive,
        from_=from_,
        to=to,
        headers=header,
        env=env,
        auth=auth,
        secret=secret,
        status_hook=status_hook,
        scenario=scenario,
        timeout=timeout or (3600.0 if interactive else 60.0),
    )


def converse(printer: Printer, script: list[Turn], url: str, *, interactive: bool, **options: Any) -> NoReturn:
    """Place a call, print it, and exit: 0 if it ended normally, 1 if the app got something wrong, 2 if it failed.

    Args:
        printer: Prints the call.
        script: The turns of the caller. Without any, and if not ``interactive``, the lines of standard input are.
        url: Where the app is.
        interactive: The person at the keyboard is the caller.
        options: Further options of :class:`jambonz_sync.simulator.Call`.
    Blocks: for as long as the call lasts.
    """
    keyboard = Keyboard(printer) if interactive else None
    piped = PipedCaller() if not script and not interactive and sys.stdin is not None else None
    caller: Caller = keyboard or piped or ScriptedCaller(script)
    try:
        placed_call = Call(url, caller=caller, on_entry=printer.entry, **options)
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
        transcript = placed_call.run()
    except (CallFailed, ValueError) as error:
        _fail(str(error), 2)
    except KeyboardInterrupt:
        if interactive:
            click.echo(err=True)  # the line has the prompt, or what Ctrl-C looks like
        _fail("interrupted", 130)
    printer.end(transcript)
    sys.exit(0 if transcript.ok else 1)


def _fail(message: str, code: int) -> NoReturn:
    click.echo(f"jambonz-sync: {message}", err=True)
    sys.exit(code)
