"""Amazon's Lex."""

from __future__ import annotations

from typing import Any, ClassVar

from .bot import BotVendor
from .vendor import Event, Failure, NoInput

__all__ = ["Lex"]


class Lex(BotVendor):
    """A bot of Lex, which never ends the conversation by itself."""

    EVENTS: ClassVar[tuple[str, ...]] = (
        "intent",
        "transcription",
        "dtmf",
        "start-play",
        "stop-play",
        "play-interrupted",
        "response-text",
    )
    REASON = "lex_result"
    TELLS_CALL = False
    REPORTS_TWICE = True

    def heard(self, text: str) -> list[Event]:
        return [
            {"event": "transcription", "data": {"transcript": text, "is_final": True}},
            {"event": "intent", "data": {"intent": "scripted"}},
        ]

    def starts_speaking(self, text: str) -> list[Event]:
        messages = [{"msg": text, "type": "PlainText"}]
        return [{"event": "response-text", "data": {"messages": messages}}, self._play("start-play")]

    def has_spoken(self, text: str) -> list[Event]:
        return [self._play("stop-play")]

    def was_interrupted(self, text: str, spoken: str) -> list[Event]:
        interrupted: list[Event] = [{"event": "play-interrupted", "data": {}}] if self.verb.get("bargein") else []
        return [*interrupted, self._play("stop-play")]

    def failed(self, error: Any) -> Failure:
        # the server writes it into its log
        return Failure()

    def no_input(self, count: int) -> NoInput | None:
        seconds = self.verb.get("noInputTimeout")
        return NoInput(float(seconds), asks_again=True) if seconds else None

    def pressed(self, keys: str) -> list[Event]:
        return [{"event": "dtmf", "data": {"dtmf": key, "duration": "1600"}} for key in keys]

    def _play(self, event: str) -> Event:
        return {"event": event, "data": {"path": "lex.wav"}}
