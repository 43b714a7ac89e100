"""OpenAI's realtime API, and the vendors that speak its language."""

from __future__ import annotations

import json
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
    arguments_of,
    as_object,
    mapping_of,
    readable,
)

__all__ = ["OpenAi", "ending_of_openai"]

_UPDATES = ("session.update", "conversation.item.create", "conversation.item.delete", "response.cancel")


class OpenAi(Vendor):
    """OpenAI's realtime API: also that of Microsoft, and those of Qwen and Voice Live, which are dialects of it."""

    EVENTS: ClassVar[tuple[str, ...]] = (
        "error",
        "session.created",
        "session.updated",
        "conversation.created",
        "input_audio_buffer.committed",
        "input_audio_buffer.cleared",
        "input_audio_buffer.speech_started",
        "input_audio_buffer.speech_stopped",
        "conversation.item.created",
        "conversation.item.input_audio_transcription.completed",
        "conversation.item.input_audio_transcription.failed",
        "conversation.item.truncated",
        "conversation.item.deleted",
        "response.created",
        "response.done",
        "response.output_item.added",
        "response.output_item.done",
        "response.content_part.added",
        "response.content_part.done",
        "response.text.delta",
        "response.text.done",
        "response.audio_transcript.delta",
        "response.audio_transcript.done",
        "response.audio.delta",
        "response.audio.done",
        "response.function_call_arguments.delta",
        "response.function_call_arguments.done",
        "rate_limits.updated",
        "output_audio.playback_started",
        "output_audio.playback_stopped",
    )
    WILDCARDS = True
    KNOWN = True

    #: the ids of the answer that is being spoken
    _answer: dict[str, Any]
    #: True once the session has been told to transcribe the caller
    _transcribes = False

    def connected(self) -> list[Event]:
        session = {"id": self.next_id("sess_"), "model": self.verb.get("model")}
        events = [{"type": "session.created", "session": session}]
        update = mapping_of(self.options.get("session_update"))
        self._update(update)
        return [*events, {"type": "session.updated", "session": {**session, **update}}] if update else events

    def heard(self, text: str) -> list[Event]:
        item_id = self.next_id("item_")
        item = {"id": item_id, "type": "message", "role": "user", "content": [{"type": "input_audio"}]}
        events: list[Event] = [
            {"type": "input_audio_buffer.speech_started", "item_id": item_id},
            {"type": "input_audio_buffer.speech_stopped", "item_id": item_id},
            {"type": "input_audio_buffer.committed", "item_id": item_id},
            {"type": "conversation.item.created", "item": item},
        ]
        if self._transcribes:
            type = "conversation.item.input_audio_transcription.completed"
            events.append({"type": type, "item_id": item_id, "content_index": 0, "transcript": text})
        return events

    def starts_speaking(self, text: str) -> list[Event]:
        response_id, item_id = self.next_id("resp_"), self.next_id("item_")
        item = {"id": item_id, "type": "message", "role": "assistant", "status": "in_progress", "content": []}
        about = {"response_id": response_id, "item_id": item_id, "output_index": 0, "content_index": 0}
        self._answer = about
        return [
            {"type": "response.created", "response": {"id": response_id, "status": "in_progress", "output": []}},
            {"type": "response.output_item.added", "response_id": response_id, "output_index": 0, "item": item},
            {"type": "conversation.item.created", "item": item},
            {"type": "response.content_part.added", **about, "part": {"type": "audio", "transcript": ""}},
            {"type": "response.audio_transcript.delta", **about, "delta": text},
            {"type": "output_audio.playback_started"},
        ]

    def has_spoken(self, text: str) -> list[Event]:
        about = self._answer
        part = {"type": "audio", "transcript": text}
        item = {
            "id": about["item_id"],
            "type": "message",
            "role": "assistant",
            "status": "completed",
            "content": [part],
        }
        return [
            {"type": "response.audio.done", **about},
            {"type": "response.audio_transcript.done", **about, "transcript": text},
            {"type": "response.content_part.done", **about, "part": part},
            {"type": "response.output_item.done", "response_id": about["response_id"], "output_index": 0, "item": item},
            self._done(about["response_id"], "completed", [item]),
            {"type": "output_audio.playback_stopped"},
        ]

    def was_interrupted(self, text: str, spoken: str) -> list[Event]:
        about = self._answer
        details = {"type": "cancelled", "reason": "turn_detected"}
        response = {"id": about["response_id"], "status": "cancelled", "status_details": details, "output": []}
        return [
            {"type": "response.done", "response": response},
            {"type": "conversation.item.truncated", "item_id": about["item_id"], "content_index": 0},
            {"type": "output_audio.playback_stopped"},
        ]

    def asks_for(self, functions: Sequence[Function]) -> list[Event]:
        response_id = self.next_id("resp_")
        items = [
            {
                "id": self.next_id("item_"),
                "type": "function_call",
                "status": "completed",
                "name": function.name,
                "call_id": function.id,
                "arguments": json.dumps(dict(function.arguments)),
            }
            for function in functions
        ]
        events: list[Event] = [
            {"type": "response.created", "response": {"id": response_id, "status": "in_progress", "output": []}}
        ]
        for index, item in enumerate(items):
            about = {"response_id": response_id, "output_index": index}
            arguments = {"item_id": item["id"], "call_id": item["call_id"], "arguments": item["arguments"]}
            events += [
                {"type": "response.output_item.added", **about, "item": {**item, "status": "in_progress"}},
                {"type": "response.function_call_arguments.done", **about, **arguments},
                {"type": "response.output_item.done", **about, "item": item},
            ]
        return [*events, self._done(response_id, "completed", items)]

    def response_timeout(self) -> float | None:
        milliseconds = self.verb.get("responseTimeoutMs")
        return float(milliseconds) / 1000 if milliseconds else None

    @property
    def begins(self) -> bool:
        return "response_create" in self.options

    def failed(self, error: Any) -> Failure:
        details = error if isinstance(error, Mapping) else {"type": "server_error", "message": str(error)}
        return Failure([{"type": "error", "error": details}])

    def tool_hooks(self, event: Event) -> list[ToolHook]:
        item = mapping_of(event.get("item"))
        arguments = arguments_of(item.get("arguments"))
        if event.get("type") != "response.output_item.done" or item.get("type") != "function_call" or arguments is None:
            return []
        return [self.tool_hook(Function(str(item.get("call_id")), str(item.get("name")), arguments))]

    def ending(self, event: Event) -> Ending | None:
        return ending_of_openai(event)

    def read_outputs(self, call_id: str, data: Any) -> list[Output]:
        shape = "{type: conversation.item.create, item: {type: function_call_output, call_id, output}}"
        output = as_object(data, shape)
        if output.get("type") != "conversation.item.create":
            raise Dropped(f"expected {shape}, got type {output.get('type')!r}")
        item = as_object(output.get("item"), f"{shape}: item")
        if item.get("type") != "function_call_output":
            raise Dropped(f"expected {shape}, got an item of type {item.get('type')!r}")
        if not isinstance(item.get("output"), str):
            raise Dropped(f"expected {shape}, with a text as output, got {type(item.get('output')).__name__}")
        return [Output(str(item.get("call_id")), readable(item["output"]))]

    def take_update(self, data: Mapping[str, Any]) -> None:
        if data.get("type") not in _UPDATES:
            raise Dropped(f"its type must be one of {', '.join(_UPDATES)}, got {data.get('type')!r}")
        self._update(mapping_of(data.get("session")))

    def _update(self, session: Mapping[str, Any]) -> None:
        audio_input = mapping_of(mapping_of(session.get("audio")).get("input"))
        self._transcribes |= bool(session.get("input_audio_transcription") or audio_input.get("transcription"))

    def _done(self, response_id: str, status: str, output: list[Any]) -> Event:
        return {"type": "response.done", "response": {"id": response_id, "status": status, "output": output}}


def ending_of_openai(event: Event) -> Ending | None:
    """Return the end of the conversation for an event of OpenAI: an error, or a response that has failed."""
    response = mapping_of(event.get("response"))
    if event.get("type") == "response.done" and response.get("status") == "failed":
        return Ending("server failure", mapping_of(response.get("status_details")).get("error"))
    return Ending("server error", event.get("error")) if event.get("type") == "error" else None
