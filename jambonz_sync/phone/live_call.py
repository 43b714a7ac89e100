"""One call of the page, which runs beside it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal

from ..simulator import Call, CallFailed, LiveCaller, Pressed, Said, TranscriptEntry
from ..simulator.engine.wire import WireMessage
from .records import Record, Recorder
from .settings import Settings

__all__ = ["LiveCall", "Progress"]

Progress = Literal["idle", "calling", "talking", "ended"]

#: characters of one text that a person may say, and keys at once
_LONGEST_SAID, _MOST_KEYS = 10_000, 100
_KEYS = frozenset("0123456789*#")


class LiveCall:
    """A call that runs on a thread of its own.

    Args:
        url: The URL of the app.
        settings: How it is placed.
        changed: Called after each change, on the thread of the call.
    Threads: any may call the methods.
    """

    def __init__(self, url: str, settings: Settings, changed: Callable[[], None]) -> None:
        self.url = url
        self.settings = settings
        self.begun = datetime.now().astimezone()
        self.state: Progress = "calling"
        #: in words, where the state alone does not say it
        self.text = ""
        self._changed = changed
        self._begun = time.monotonic()
        self._caller = LiveCaller()
        self._call = Call(
            url,
            caller=self._caller,
            from_=settings.from_,
            to=settings.to,
            headers=settings.sip_headers(),
            env=settings.env,
            timeout=3600,
            on_entry=self._on_entry,
            on_message=self._on_message,
        )
        self._recorder = Recorder(self._call.transcript)
        self._known_findings = 0
        self._thread = threading.Thread(target=self._run, name="jambonz-phone-call", daemon=True)

    @property
    def records(self) -> list[Record]:
        """What has happened so far; only ever added to."""
        return self._recorder.records

    @property
    def elapsed(self) -> float:
        """Seconds since the call was placed."""
        return time.monotonic() - self._begun

    def start(self) -> None:
        """Place the call."""
        self._thread.start()

    def say(self, text: str) -> None:
        """Have the caller say something.

        Args:
            text: The words.
        """
        self._caller.queue_turn(Said(text[:_LONGEST_SAID]))
        self._call.wake()

    def press(self, keys: str) -> None:
        """Have the caller press keys.

        Args:
            keys: Any of ``0``-``9``, ``*`` and ``#``; others are left out.
        """
        pressed = "".join(key for key in keys[:_MOST_KEYS] if key in _KEYS)
        if pressed:
            self._caller.queue_turn(Pressed(pressed))
            self._call.wake()

    def hang_up(self) -> None:
        """Have the caller hang up."""
        self._call.hang_up()

    def wait(self, timeout: float) -> bool:
        """Wait until the call has ended.

        Args:
            timeout: Seconds.
        Returns:
            False if it has not.
        Blocks: up to ``timeout``.
        """
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def content(self, target: str) -> dict[str, Any]:
        """Return the call as it is kept.

        Args:
            target: The app as its user calls it.
        """
        transcript = self._call.transcript
        return {
            "target": target,
            "begun": self.begun.isoformat(" ", "seconds"),
            "seconds": self.records[-1]["at"] if self.records else 0.0,
            "end": self.text or transcript.end_reason or "",
            "settings": self.settings.to_dict(),
            "records": self.records,
        }

    def _run(self) -> None:
        try:
            self._call.run()
        except (CallFailed, ValueError) as error:
            self.text = str(error)
            self._recorder.app_error(0.0, str(error), "")
        finally:
            self._tell_findings()
            self._recorder.end(self._at())
            self.state = "ended"
            self._changed()

    def _at(self) -> float:
        entries = self._call.transcript.entries
        return entries[-1].at if entries else 0.0

    def _on_entry(self, entry: TranscriptEntry) -> None:
        if self.state == "calling" and entry.who == "app":
            self.state = "talking"
        self._recorder.entry(entry)
        self._tell_findings()
        self._changed()

    def _on_message(self, message: WireMessage) -> None:
        self._recorder.wire(message)
        self._changed()

    def _tell_findings(self) -> None:
        findings = self._call.findings
        while self._known_findings < len(findings):
            self._recorder.finding(findings[self._known_findings])
            self._known_findings += 1
