"""Verbs of all vendors, the shapes of their tool outputs, and a call with a scripted model as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jambonz_sync.simulator import Scenario
from jambonz_sync.simulator.engine.models.model import Model
from jambonz_sync.simulator.engine.scenario import Callee

from ..driver import DrivenCall, HookReply

OPTIONS: dict[str, dict[str, Any]] = {
    "openai": {
        "response_create": {"instructions": "Help."},
        "session_update": {"input_audio_transcription": {"model": "w"}},
    },
    "microsoft": {"response_create": {}},
    "google": {"setup": {"inputAudioTranscription": {}, "outputAudioTranscription": {}}},
    "deepgram": {"Settings": {"agent": {"think": {"provider": {"type": "open_ai", "model": "gpt"}}}}},
    "elevenlabs": {},
    "ultravox": {},
}
HOOKS = {"actionHook": "/final", "eventHook": "/event", "toolHook": "/tool"}


def verb_of(vendor: str, **more: Any) -> dict[str, Any]:
    """A verb that talks to a model of a vendor, with all hooks."""
    if vendor == "agent":
        return {"verb": "agent", "llm": {"vendor": "openai", "model": "gpt"}, **HOOKS} | more
    auth = {"agent_id": "a"} if vendor == "elevenlabs" else {"apiKey": "k"}
    connect = {"connectOptions": {"host": "x.example.com"}} if vendor == "microsoft" else {}
    options = OPTIONS.get(vendor, {})
    return (
        {"verb": "llm", "vendor": vendor, "auth": auth, "llmOptions": options, "events": ["all"]}
        | connect
        | HOOKS
        | more
    )


def output_of(vendor: str, id: str, value: Any) -> dict[str, Any]:
    """A tool output in the shape of a vendor; a text, for those who take nothing else."""
    deeper = {
        "elevenlabs": {"type": "client_tool_result", "tool_call_id": id, "result": value, "is_error": False},
        "deepgram": {"type": "FunctionCallResponse", "id": id, "name": "get_weather", "content": value},
    }
    if vendor in deeper:
        return {"data": deeper[vendor]}
    if vendor in ("openai", "microsoft"):
        item = {"type": "function_call_output", "call_id": id, "output": value}
        return {"type": "conversation.item.create", "item": item}
    if vendor == "ultravox":
        return {"type": "client_tool_result", "invocation_id": id, "result": value}
    if vendor == "google":
        return {"toolResponse": {"functionResponses": [{"id": id, "name": "get_weather", "response": {"w": value}}]}}
    return {"result": value}


class Talk(DrivenCall):
    """A call whose only verb is that of a model, which the test scripts."""

    def __init__(
        self,
        verb: dict[str, Any],
        hooks: dict[str, HookReply] | None = None,
        *,
        websocket: bool = True,
        server: str | None = None,
        connects: bool = True,
        alone: bool = False,
        callees: tuple[str | Callee, ...] = ("answer",),
        mcp_tools: Mapping[str, str | None] | None = None,
    ) -> None:
        answers: dict[str, HookReply] = {"/final": [{"verb": "hangup"}], "/event": None, **(hooks or {})}
        scenario = Scenario(server=server, model_connects=connects, callees=callees, mcp_tools=mcp_tools or {})
        super().__init__([verb], answers, websocket=websocket, scenario=scenario, models_answer=alone)

    @property
    def model(self) -> Model:
        return self.state.models.started[-1]

    def told(self) -> list[dict[str, Any]]:
        """What the event hook was told, over a WebSocket."""
        self.drain()
        return self.notified("llm:event") + self.notified("agent:event")

    def types(self) -> list[str]:
        return [event.get("type", "") for event in self.told()]

    def asked(self) -> list[dict[str, Any]]:
        """What the tool hook was asked, over a WebSocket."""
        self.drain()
        return self.notified("llm:tool-call") + self.notified("agent:tool-call")

    def final(self) -> dict[str, Any]:
        """What the action hook was told of the end."""
        self.drain()
        names = ("completion_reason", "error")
        (payload,) = self.payloads_of("/final")
        return {name: payload[name] for name in names if name in payload}
