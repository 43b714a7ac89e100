"""Google's Dialogflow, in its three products."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from .bot import BotVendor
from .vendor import Event, Failure, Function, NoInput

__all__ = ["Dialogflow"]

#: seconds until Dialogflow is told of a silent caller, if its verb does not say
_NO_INPUT_TIMEOUT = 20


class Dialogflow(BotVendor):
    """An agent of Dialogflow ES, CX or CES, which tells the app of intents and transcripts."""

    EVENTS: ClassVar[tuple[str, ...]] = ("intent", "transcription", "dtmf", "start-play", "stop-play", "no-input")
    REASON = "dialogflow_result"

    def heard(self, text: str) -> list[Event]:
        self._said = text
        result = {"is_final": True, "transcript": text, "confidence": 0.95, "message_type": "TRANSCRIPT"}
        return [{"event": "transcription", "data": {"recognition_result": result}}, {"event": "end-utterance"}]

    def starts_speaking(self, text: str) -> list[Event]:
        return [{"event": "intent", "data": self._intent(text)}, self._play("start-play")]

    def has_spoken(self, text: str) -> list[Event]:
        return [self._play("stop-play")]

    def was_interrupted(self, text: str, spoken: str) -> list[Event]:
        return [self._play("stop-play")]

    def tool_call(self, function: Function) -> Mapping[str, Any] | None:
        match self.verb.get("model"):
            case "cx":
                arguments = dict(function.arguments)
                return {"tool": function.name, "action": function.name, "input_parameters": arguments}
            case "ces":
                about = {"id": function.id, "display_name": function.name, "tool": function.name}
                return {**about, "args": dict(function.arguments)}
            case _:
                return None

    def failed(self, error: Any) -> Failure:
        # the server writes it into its log
        return Failure()

    def no_input(self, count: int) -> NoInput | None:
        seconds = self.verb.get("noInputTimeout") or _NO_INPUT_TIMEOUT
        return NoInput(seconds, [{"event": "no-input"}], asks_again=True)

    def _intent(self, text: str) -> dict[str, Any]:
        response_id = self.next_id("response-")
        said = getattr(self, "_said", "")
        if self.verb.get("model") == "cx":
            messages = [{"text": {"text": [text]}}]
            match = {"intent": {"display_name": "scripted"}, "match_type": "INTENT", "confidence": 1.0}
            result = {"transcript": said, "response_messages": messages, "match": match}
            return {"detect_intent_response": {"response_id": response_id, "query_result": result}}
        intent = {"display_name": "scripted", "end_interaction": False}
        result = {"query_text": said, "fulfillment_text": text, "intent": intent, "intent_detection_confidence": 1.0}
        return {"response_id": response_id, "query_result": result}

    def _play(self, event: str) -> Event:
        return {"event": event, "data": {"path": "dialogflow.wav"}}
