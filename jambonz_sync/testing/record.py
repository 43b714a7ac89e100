"""What has happened in a call so far, for a test to look at: none of it waits."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..simulator import Finding, HookExchange, Transcript, WireMessage, hook_exchanges
from ..simulator.engine.leg import Leg
from .app_errors import AppError
from .latency import Latencies
from .running import RunningCall

__all__ = ["CallRecord"]


class CallRecord:
    """All that has been said, done, sent and found in a call so far.

    Args:
        running: The call.
    Threads: that of the test.
    """

    def __init__(self, running: RunningCall) -> None:
        self._running = running
        #: findings, by their codes, and exceptions of callbacks, by their names, that do not fail the test
        self.allow: set[str] = set()
        #: everything that was said and done, so far
        self.transcript: Transcript = running.transcript

    def __repr__(self) -> str:
        state = self.end_reason or self._running.call.activity
        findings = len(self.findings)
        return (
            f"<{type(self).__name__} {self.title}: {state}, {findings or 'no'} finding{'' if findings == 1 else 's'}>"
        )

    def __str__(self) -> str:
        return self._running.describe()

    @property
    def title(self) -> str:
        """Who calls whom."""
        return self._running.title

    @property
    def url(self) -> str:
        """The URL of the app, which the call began with."""
        return self._running.call.url

    @property
    def leg(self) -> Leg:
        """The leg of the caller: its sid, its numbers, its status."""
        return self._running.call.leg

    @property
    def end_reason(self) -> str | None:
        """Why the call has ended; None while it lasts."""
        return self.transcript.end_reason

    @property
    def errors(self) -> list[str]:
        """The mistakes of the app, so far."""
        return self.transcript.errors

    @property
    def app_errors(self) -> list[AppError]:
        """The exceptions that callbacks of the app have raised, so far, if it runs in this process."""
        return self._running.app_errors

    @property
    def findings(self) -> list[Finding]:
        """All that the server holds against the app, so far, and the exceptions of its callbacks, in order."""
        return self._running.findings

    @property
    def verbs(self) -> Sequence[Mapping[str, Any]]:
        """The verbs that have been started, in order, as the app sent them."""
        return self.transcript.verbs

    @property
    def messages(self) -> Sequence[WireMessage]:
        """The messages between jambonz and the app, in order."""
        return self.transcript.messages

    @property
    def events(self) -> list[Mapping[str, Any]]:
        """The messages to the app that want no answer: call status, verb status, and so on, with ``type``."""
        found: list[Mapping[str, Any]] = []
        for message in list(self.transcript.messages):
            if message.is_event:
                data = message.data if message.webhook is None else {"data": message.data}
                found.append({"type": message.kind, **data})
        return found

    @property
    def hooks(self) -> list[HookExchange]:
        """The hooks that the app was asked, in order, with its answers."""
        return hook_exchanges(list(self.transcript.messages))

    @property
    def commands(self) -> list[Mapping[str, Any]]:
        """The commands of the app, in order, as it sent them."""
        return [message.data for message in list(self.transcript.messages) if message.kind == "command"]

    @property
    def latency(self) -> Latencies:
        """How long the app took for its answers, by the URL of the hook, in real seconds."""
        return Latencies(self.hooks)

    def save_trace(self, path: str | os.PathLike[str]) -> None:
        """Write all that has happened in the call so far into a file, for ``jambonz-sync replay``.

        Args:
            path: The file, of JSON lines; its folder is made if there is none.
        Raises:
            OSError: The file cannot be written.
        """
        self._running.save_trace(Path(path))
