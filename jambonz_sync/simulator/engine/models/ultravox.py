"""Ultravox."""

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
    readable,
)

__all__ = ["Ultravox"]


class Ultravox(Vendor):
    """A call of Ultravox."""

    EVENTS: ClassVar[tuple[str, ...]] = (
        "createCall",
        "pong",
        "state",
        "transcript",
        "conversationText",
        "clientToolInvocation",
        "playbackClearBuffer",
    )
    KNOWN = True

    def connected(self) -> list[Event]:
        call_id = self.next_id("call-")
        create = {"type": "createCall", "callId": call_id, "joinUrl": f"wss://voice.ultravox.ai/calls/{call_id}"}
        return [create, self._state("listening")]

    def heard(self, text: str) -> list[Event]:
        return [self._transcript("user", text), self._state("thinking")]

    def starts_speaking(self, text: str) -> list[Event]:
        return [self._state("speaking")]

    def has_spoken(self, text: str) -> list[Event]:
        return [self._transcript("agent", text), self._state("listening")]

    def was_interrupted(self, text: str, spoken: str) -> list[Event]:
        return [{"type": "playback_clear_buffer"}, self._transcript("agent", spoken), self._state("listening")]

    def asks_for(self, functions: Sequence[Function]) -> list[Event]:
        return [
            {
                "type": "client_tool_invocation",
                "toolName": call.name,
                "invocationId": call.id,
                "parameters": dict(call.arguments),
            }
            for call in functions
        ]

    def failed(self, error: Any) -> Failure:
        return Failure([{"type": "error", "error": error}])

    def tool_hooks(self, event: Event) -> list[ToolHook]:
        if event.get("type") != "client_tool_invocation":
            return []
        arguments = mapping_of(event.get("parameters"))
        return [self.tool_hook(Function(str(event.get("invocationId")), str(event.get("toolName")), arguments))]

    def ending(self, event: Event) -> Ending | None:
        return Ending("server error", event.get("error")) if event.get("type") == "error" else None

    def pressed(self, keys: str) -> list[str]:
        return [f"DTMF received: {key}" for key in keys]

    def read_outputs(self, call_id: str, data: Any) -> list[Output]:
        shape = "{type: client_tool_result, invocation_id, result}"
        output = as_object(data, shape)
        if output.get("type") != "client_tool_result":
            raise Dropped(f"expected {shape}, got type {output.get('type')!r}")
        return [Output(str(output.get("invocation_id")), readable(output.get("result")))]

    def take_update(self, data: Mapping[str, Any]) -> None:
        if data.get("type") != "input_text_message":
            raise Dropped(f"its type must be input_text_message, got {data.get('type')!r}")

    def _transcript(self, role: str, text: str) -> Event:
        return {"type": "transcript", "role": role, "medium": "voice", "text": text, "final": True}

    def _state(self, state: str) -> Event:
        return {"type": "state", "state": state}
