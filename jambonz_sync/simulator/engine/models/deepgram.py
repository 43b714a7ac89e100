"""Deepgram's voice agent, also under its older name ``voiceagent``."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, cast

from .openai import ending_of_openai
from .vendor import (
    Dropped,
    Ending,
    Event,
    Failure,
    Function,
    Output,
    ToolHook,
    Vendor,
    arguments_of,
    as_object,
    mapping_of,
    nested_output,
    readable,
)

__all__ = ["Deepgram"]

_UPDATES = ("UpdateInstructions", "UpdateSpeak", "InjectAgentMessage")


class Deepgram(Vendor):
    """Deepgram's voice agent."""

    EVENTS: ClassVar[tuple[str, ...]] = (
        "Error",
        "Welcome",
        "SettingsApplied",
        "ConversationText",
        "UserStartedSpeaking",
        "EndOfThought",
        "AgentThinking",
        "FunctionCallRequest",
        "FunctionCalling",
        "AgentStartedSpeaking",
        "AgentAudioDone",
    )
    KNOWN = True

    def connected(self) -> list[Event]:
        return [{"type": "Welcome", "request_id": self.next_id("request-")}, {"type": "SettingsApplied"}]

    def heard(self, text: str) -> list[Event]:
        return [{"type": "UserStartedSpeaking"}, {"type": "ConversationText", "role": "user", "content": text}]

    def starts_speaking(self, text: str) -> list[Event]:
        latency = {"total_latency": 1.0, "tts_latency": 0.3, "ttt_latency": 0.7}
        return [
            {"type": "ConversationText", "role": "assistant", "content": text},
            {"type": "AgentStartedSpeaking", **latency},
        ]

    def has_spoken(self, text: str) -> list[Event]:
        return [{"type": "AgentAudioDone"}]

    def asks_for(self, functions: Sequence[Function]) -> list[Event]:
        asked = [
            {"id": call.id, "name": call.name, "arguments": json.dumps(dict(call.arguments)), "client_side": True}
            for call in functions
        ]
        return [{"type": "FunctionCallRequest", "functions": asked}]

    def failed(self, error: Any) -> Failure:
        # the server looks for "error", which Deepgram spells otherwise: it sees the end of the connection only
        event = {"type": "Error", "description": str(error), "code": "UNKNOWN"}
        return Failure([event], Ending("disconnect from remote end"))

    def tool_hooks(self, event: Event) -> list[ToolHook]:
        functions = event.get("functions") if event.get("type") == "FunctionCallRequest" else None
        asked = map(mapping_of, cast("list[object]", functions) if isinstance(functions, list) else [])
        read = [(each, arguments_of(each.get("arguments"))) for each in asked]
        return [
            self.tool_hook(Function(str(each.get("id")), str(each.get("name")), arguments))
            for each, arguments in read
            if arguments is not None
        ]

    def ending(self, event: Event) -> Ending | None:
        return ending_of_openai(event)  # whose events the server looks for here, too

    def read_outputs(self, call_id: str, data: Any) -> list[Output]:
        shape = "{type: FunctionCallResponse, id, name, content}"
        response = as_object(nested_output(data, shape, self.server), shape)
        if response.get("type") != "FunctionCallResponse":
            raise Dropped(f"expected {shape}, got type {response.get('type')!r}")
        return [Output(str(response.get("id")), readable(response.get("content")))]

    def take_update(self, data: Mapping[str, Any]) -> None:
        if data.get("type") not in _UPDATES:
            raise Dropped(f"its type must be one of {', '.join(_UPDATES)}, got {data.get('type')!r}")
