"""Rasa, which the server asks over HTTP for an answer to each utterance."""

from __future__ import annotations

from typing import Any, ClassVar

from .bot import BotVendor
from .vendor import Ending, Event, Failure, NoInput

__all__ = ["Rasa"]

#: seconds until a silent caller ends the conversation: the time-out of a gather without one
_TIMEOUT = 15


class Rasa(BotVendor):
    """A bot of Rasa; what it answers is up to the script, and nobody is asked over HTTP."""

    EVENTS: ClassVar[tuple[str, ...]] = ("userMessage", "botMessage")
    REASON = "rasa_result"

    def heard(self, text: str) -> list[Event]:
        return [{"event": "userMessage", "message": text}]

    def starts_speaking(self, text: str) -> list[Event]:
        return [{"event": "botMessage", "message": [{"text": text}]}]

    def failed(self, error: Any) -> Failure:
        return Failure(ending=Ending("webhookError"))

    def no_input(self, count: int) -> NoInput | None:
        return NoInput(_TIMEOUT, ends="timeout")
