"""The call, as far as a model in it needs it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from ..clock import Clock
from ..leg import Leg
from ..limits import Pace
from ..phone import Phone
from ..transcript import Who
from ..waits import HookAnswer, HookRequest, Verb

__all__ = ["Host"]


class Host(Protocol):
    """The state of the call that a model talks in."""

    clock: Clock
    #: how long everything takes
    pace: Pace
    #: the phone of the caller
    phone: Phone
    #: the leg of the caller
    leg: Leg
    #: True if the app is reached over a WebSocket
    websocket: bool

    @property
    def now(self) -> float:
        """Seconds of the call's own time."""
        ...

    def note(self, who: Who, text: str) -> None:
        """Write a line into the transcript."""
        ...

    def note_error(self, text: str, code: str = ..., *, where: str = ..., wire: Any = ...) -> None:
        """Write down that the app got something wrong: into the transcript, and as a finding."""
        ...

    def find(self, code: str, text: str, *, where: str = ..., wire: Any = ...) -> None:
        """Add a finding."""
        ...

    def note_not_simulated(self, what: str, *, where: str) -> None:
        """Say in the transcript that something is not simulated."""
        ...

    def notify(self, type: str, data: Mapping[str, Any], hook: str | None = None) -> None:
        """Send the app a message that needs no answer."""
        ...

    def send_hook(self, request: HookRequest, on_answer: Callable[[HookAnswer], list[Verb]] | None = None) -> None:
        """Send a hook whose answer no verb waits for."""
        ...

    #: puts verbs in the place of those that run
    replace_verbs: Callable[[list[Verb]], None]
