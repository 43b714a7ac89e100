"""Google's Gemini Live."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, cast

from .vendor import Dropped, Ending, Event, Failure, Function, Output, ToolHook, Vendor, as_object, mapping_of

__all__ = ["Google"]


class Google(Vendor):
    """Gemini Live, whose messages have no type: the server calls all of them ``llm_event``."""

    EVENTS: ClassVar[tuple[str, ...]] = ("error", "session.created", "session.updated", "llm_event")
    WILDCARDS = True
    KNOWN = True

    def connected(self) -> list[Event]:
        return [{"setupComplete": {}}]

    def heard(self, text: str) -> list[Event]:
        wanted = "inputAudioTranscription" in self._setup
        return [{"serverContent": {"inputTranscription": {"text": text}}}] if wanted else []

    def starts_speaking(self, text: str) -> list[Event]:
        wanted = "outputAudioTranscription" in self._setup
        return [{"serverContent": {"outputTranscription": {"text": text}}}] if wanted else []

    def has_spoken(self, text: str) -> list[Event]:
        return [{"serverContent": {"generationComplete": True}}, {"serverContent": {"turnComplete": True}}]

    def was_interrupted(self, text: str, spoken: str) -> list[Event]:
        return [{"serverContent": {"interrupted": True}}, {"serverContent": {"turnComplete": True}}]

    def asks_for(self, functions: Sequence[Function]) -> list[Event]:
        calls = [{"id": call.id, "name": call.name, "args": dict(call.arguments)} for call in functions]
        return [{"toolCall": {"functionCalls": calls}}]

    def failed(self, error: Any) -> Failure:
        # the connection is closed, which is all that the server sees of a failure
        return Failure(ending=Ending("disconnect from remote end"))

    def tool_hooks(self, event: Event) -> list[ToolHook]:
        calls = mapping_of(event.get("toolCall")).get("functionCalls")
        if not isinstance(calls, list):
            return []
        functions = [
            Function(str(call.get("id", "")), str(call.get("name")), mapping_of(call.get("args")))
            for call in map(mapping_of, cast("list[object]", calls))
        ]
        return [ToolHook("function_call_id", {"type": "toolCall", "functionCalls": calls}, functions)]

    def read_outputs(self, call_id: str, data: Any) -> list[Output]:
        shape = "{toolResponse: {functionResponses: [{id, name, response}]}}"
        response = as_object(as_object(data, shape).get("toolResponse"), shape)
        responses = response.get("functionResponses")
        if not isinstance(responses, list):
            raise Dropped(f"expected {shape}")
        outputs: list[Output] = []
        for item in cast("list[object]", responses):
            fields = as_object(item, shape)
            if not isinstance(fields.get("response"), dict):
                raise Dropped(f"expected {shape}, with an object as response")
            outputs.append(Output(str(fields.get("id", "")), fields["response"]))
        return outputs

    def type_of(self, event: Event) -> str:
        return "llm_event"

    @property
    def _setup(self) -> dict[str, Any]:
        return mapping_of(self.options.get("setup"))
