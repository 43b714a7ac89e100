"""Agents of ElevenLabs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from .vendor import (
    Dropped,
    Ending,
    Event,
    Failure,
    Function,
    Output,
    ToolHook,
    Vendor,
    as_object,
    mapping_of,
    nested_output,
    readable,
)

__all__ = ["ElevenLabs"]


class ElevenLabs(Vendor):
    """An agent of ElevenLabs, whose prompt and tools are kept there."""

    EVENTS: ClassVar[tuple[str, ...]] = (
        "conversation_initiation_metadata",
        "user_transcript",
        "agent_response",
        "client_tool_call",
    )
    WILDCARDS = True
    KNOWN = True

    def connected(self) -> list[Event]:
        about = {
            "conversation_id": self.next_id("conv_"),
            "agent_output_audio_format": "pcm_16000",
            "user_input_audio_format": "pcm_16000",
        }
        return [{"type": "conversation_initiation_metadata", "conversation_initiation_metadata_event": about}]

    def heard(self, text: str) -> list[Event]:
        return [{"type": "user_transcript", "user_transcription_event": {"user_transcript": text}}]

    def starts_speaking(self, text: str) -> list[Event]:
        return [{"type": "agent_response", "agent_response_event": {"agent_response": text}}]

    def was_interrupted(self, text: str, spoken: str) -> list[Event]:
        correction = {"original_agent_response": text, "corrected_agent_response": spoken}
        return [
            {"type": "interruption", "interruption_event": {"event_id": 1}},
            {"type": "agent_response_correction", "agent_response_correction_event": correction},
        ]

    def asks_for(self, functions: Sequence[Function]) -> list[Event]:
        return [
            {
                "type": "client_tool_call",
                "client_tool_call": {
                    "tool_name": call.name,
                    "tool_call_id": call.id,
                    "parameters": dict(call.arguments),
                },
            }
            for call in functions
        ]

    def failed(self, error: Any) -> Failure:
        return Failure([{"type": "error", "error": error}])

    def tool_hooks(self, event: Event) -> list[ToolHook]:
        call = mapping_of(event.get("client_tool_call")) if event.get("type") == "client_tool_call" else {}
        if not call:
            return []
        arguments = mapping_of(call.get("parameters"))
        return [self.tool_hook(Function(str(call.get("tool_call_id")), str(call.get("tool_name")), arguments))]

    def ending(self, event: Event) -> Ending | None:
        return Ending("server error", event.get("error")) if event.get("type") == "error" else None

    def read_outputs(self, call_id: str, data: Any) -> list[Output]:
        shape = "{type: client_tool_result, tool_call_id, result, is_error}"
        output = as_object(nested_output(data, shape, self.server), shape)
        if output.get("type") != "client_tool_result":
            raise Dropped(f"expected {shape}, got type {output.get('type')!r}")
        return [Output(str(output.get("tool_call_id")), readable(output.get("result")))]

    def take_update(self, data: Mapping[str, Any]) -> None:
        if self.server == "0.9":
            raise Dropped("jambonz 0.9 takes no updates for ElevenLabs")
