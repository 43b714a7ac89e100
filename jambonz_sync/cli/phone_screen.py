"""A person's phone at the terminal: they type at any time, and see what happens. Only this knows prompt_toolkit.

The call runs on a thread of its own; its lines scroll above the one that is typed in. Below that are the state of the
call and the keys.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace

import click
from prompt_toolkit import PromptSession
from prompt_toolkit.completion import WordCompleter
from prompt_toolkit.formatted_text import ANSI, StyleAndTextTuples
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.patch_stdout import patch_stdout
from prompt_toolkit.styles import Style

from ..simulator import (
    Call,
    Finding,
    LiveCaller,
    Pressed,
    Said,
    Silence,
    Transcript,
    TranscriptEntry,
    Turn,
    WireMessage,
)
from ..simulator.engine.turns import KEYS
from ..testing.app_errors import AppError
from .call_printing import COLOURS, LABELS, ending_of, wire_line

__all__ = ["PhoneScreen"]

#: seconds between two looks at the state of the call
_REFRESH = 0.25
#: characters of streamed text that the server takes before it pauses the app
_BUFFER = 1000
_STYLE = Style.from_dict(
    {"bottom-toolbar": "noreverse", "state": "reverse", "hint": "ansibrightblack", "bad": "ansired reverse"}
)
_HINTS = "type to speak · /1# keys · Enter silence · /hangup · /help · F2 events · F3 wire"
_HELP = """\
a line          is said, into what the app says if it speaks; keys alone (1, 12#) are pressed
/1#             presses these keys
Enter           keeps silent until the app stops waiting
/hangup         hangs up, as Ctrl-D does
/events, F2     shows status events and commands, or does not
/wire, F3       shows each message between jambonz and the app, or does not"""


class PhoneScreen:
    """Shows a call, and takes what its caller types.

    Args:
        events: Show status events and commands from the beginning.
        wire: Show each message between jambonz and the app from the beginning.
    Threads: :meth:`run` is for the main one; the rest is called by the call, in any.
    """

    def __init__(self, *, events: bool = False, wire: bool = False) -> None:
        self._events = events
        self._wire = wire
        self.caller = LiveCaller()
        self._began = time.monotonic()
        # when each hook was sent, and how long the answer took that the next line of the app comes from
        self._sent: dict[str, float] = {}
        self._answered_in: float | None = None
        # turns that have been typed and not taken
        self._queued: list[Turn] = []
        self._call: Call | None = None
        self._over = threading.Event()
        self._failure: BaseException | None = None
        self._session: PromptSession[str] = PromptSession(
            ANSI(click.style("caller  ", fg=COLOURS["caller"])),
            bottom_toolbar=self._toolbar,
            completer=WordCompleter(list(self._commands()), sentence=True),
            complete_while_typing=True,
            key_bindings=self._bindings(),
            erase_when_done=True,
            refresh_interval=_REFRESH,
            style=_STYLE,
        )

    # -- what happens

    def entry(self, entry: TranscriptEntry) -> None:
        """Show one entry of the transcript.

        Args:
            entry: The entry that has just been added.
        """
        if entry.who == "caller" and self._queued:
            del self._queued[0]
        if entry.who != "status" or self._events:
            note = ""
            if entry.who == "app" and self._answered_in is not None:
                note, self._answered_in = f"{self._answered_in * 1000:.0f} ms", None
            self._line(entry.who, entry.text, note)

    def message(self, message: WireMessage) -> None:
        """Take note of a message between jambonz and the app, and show it if that is asked for.

        Args:
            message: The message.
        """
        if message.msgid is not None:
            if message.sender == "jambonz":
                self._sent[message.msgid] = message.clock
            elif message.kind == "ack" and message.msgid in self._sent:
                self._answered_in = message.clock - self._sent.pop(message.msgid)
        if self._wire:
            self._line("status", wire_line(message))

    def end(self, transcript: Transcript, findings: list[Finding], app_errors: list[AppError]) -> None:
        """Show how the call ended, and what the app got wrong.

        Args:
            transcript: The whole call.
            findings: What the server holds against the app.
            app_errors: The exceptions that callbacks have raised.
        """
        self._line("event", ending_of(transcript))
        for finding in findings:
            if finding.severity != "hint":
                self._line("error" if finding.lost else "event", f"{finding.code}: {finding.text}", finding.advice)
        for error in app_errors:
            self._line("error", error.traceback)

    # -- the person

    def run(self, placed_call: Call) -> Transcript:
        """Place the call, and let the person talk until it has ended.

        Args:
            placed_call: The call, whose caller is :attr:`caller`.
        Returns:
            The transcript.
        Raises:
            CallFailed: Nobody can be reached; likewise any other error that has ended the call.
            KeyboardInterrupt: They have pressed Ctrl-C.
        Blocks: for as long as the call lasts.
        """
        self._call = placed_call
        self._began = time.monotonic()
        thread = threading.Thread(target=self._place, args=(placed_call,), name="jambonz-sync-call", daemon=True)
        with patch_stdout(raw=True):
            thread.start()
            try:
                while not self._over.is_set():
                    self._take(self._session.prompt(pre_run=self._leave_if_over).strip())
            except EOFError:
                placed_call.hang_up()  # Ctrl-D, or the call has ended
            finally:
                if sys.exc_info()[0] is not None:
                    placed_call.hang_up()
            thread.join()
        if self._failure is not None:
            raise self._failure
        return placed_call.transcript

    def _place(self, placed_call: Call) -> None:
        try:
            placed_call.run()
        except BaseException as error:  # raised in the main thread
            self._failure = error
        self._over.set()
        app = self._session.app
        loop = app.loop
        if app.is_running and loop is not None:
            loop.call_soon_threadsafe(self._leave_if_over)

    def _leave_if_over(self) -> None:
        """End the prompt if the call has ended."""
        app = self._session.app
        if self._over.is_set() and app.is_running and app.future is not None and not app.future.done():
            app.exit(exception=EOFError())

    def _take(self, line: str) -> None:
        """Do what a line says."""
        if not line.startswith("/"):
            self._queue(Silence() if not line else Pressed(line) if KEYS.issuperset(line) else Said(line))
        elif len(line) > 1 and KEYS.issuperset(line[1:]):
            self._queue(Pressed(line[1:]))
        elif (command := self._commands().get(line.partition(" ")[0])) is not None:
            command()
        else:
            self._line("event", f"{line} is not known; there are {', '.join(self._commands())}")

    def _queue(self, turn: Turn) -> None:
        placed_call = self._call
        if placed_call is None:
            return
        self._queued.append(turn)

        def act() -> None:
            phone = placed_call.state.phone
            if phone.playing and isinstance(turn, Said | Pressed):
                # whoever types while the app speaks cuts in
                phone.take(replace(turn, lead=0.0))
            else:
                self.caller.queue_turn(turn)

        placed_call.post(act)

    def _commands(self) -> Mapping[str, Callable[[], None]]:
        return {
            "/help": lambda: self._line("event", _HELP),
            "/hangup": self._hang_up,
            "/silence": lambda: self._queue(Silence()),
            "/events": self._toggle_events,
            "/wire": self._toggle_wire,
        }

    def _hang_up(self) -> None:
        if self._call is not None:
            self._call.hang_up()

    def _toggle_events(self) -> None:
        self._events = not self._events
        self._line("event", f"status events and commands are {'shown' if self._events else 'hidden'}")

    def _toggle_wire(self) -> None:
        self._wire = not self._wire
        self._line("event", f"messages are {'shown' if self._wire else 'hidden'}")

    def _bindings(self) -> KeyBindings:
        bindings = KeyBindings()

        @bindings.add("f2")
        def _(event: KeyPressEvent) -> None:
            self._toggle_events()

        @bindings.add("f3")
        def _(event: KeyPressEvent) -> None:
            self._toggle_wire()

        return bindings

    # -- what it looks like

    def _line(self, who: str, text: str, note: str = "") -> None:
        elapsed = time.monotonic() - self._began
        clock = click.style(f"{int(elapsed // 60):>2}:{elapsed % 60:04.1f}  ", dim=True)
        label = click.style(f"{LABELS.get(who, who):<8}", fg=COLOURS[who], dim=True if who == "event" else None)
        beside = click.style(f"  ({note})", dim=True) if note else ""
        # written to the stream that prompt_toolkit has put in place: it comes out above the line that is typed in
        sys.stdout.write(clock + label + text.replace("\n", "\n" + " " * 16) + beside + "\n")
        sys.stdout.flush()

    def _toolbar(self) -> StyleAndTextTuples:
        """Return the lines below the one that is typed in: the state of the call, and the keys."""
        placed_call = self._call
        if placed_call is None:
            return [("class:hint", _HINTS)]
        elapsed = time.monotonic() - self._began
        leg = placed_call.leg
        parts = [
            leg.status,
            placed_call.activity,
            f"{int(elapsed // 60)}:{int(elapsed % 60):02}",
        ]
        buffered = placed_call.buffered
        if buffered is not None:
            parts.append(f"buffer {buffered}/{_BUFFER}")
        if self._queued:
            parts.append(f"{len(self._queued)} to be said")
        parts.append(f"{leg.from_} → {leg.to}")
        lost = sum(finding.lost for finding in placed_call.findings)
        state: StyleAndTextTuples = [("class:state", " " + " · ".join(parts) + " ")]
        if lost:
            state.append(("class:bad", f" {lost} error{'' if lost == 1 else 's'} "))
        return [*state, ("", "\n"), ("class:hint", _HINTS)]
