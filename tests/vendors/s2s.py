"""What jambonz 0.9.8 does between an application and the vendors of speech-to-speech models: how a tool call comes, and
what of an output goes on to the vendor."""

from __future__ import annotations

from typing import Any


def tool_call(vendor: str, id: str, name: str, args: dict[str, Any]) -> dict[str, Any]:
    """The data of ``llm:tool-call``, or of ``agent:tool-call``."""
    if vendor == "google":
        calls = [{"id": id, "name": name, "args": args}]
        return {"tool_call_id": "function_call_id", "type": "toolCall", "function_calls": calls}
    return {"tool_call_id": id, "name": name, "arguments" if vendor == "agent" else "args": args}


def passed_on(vendor: str, data: dict[str, Any]) -> dict[str, Any]:
    """What the vendor gets of the data of ``llm:tool-output``. Raises ValueError for what jambonz drops."""
    if vendor in ("elevenlabs", "deepgram"):
        data = data["data"]
    wanted = {
        "openai": "conversation.item.create",
        "ultravox": "client_tool_result",
        "elevenlabs": "client_tool_result",
        "deepgram": "FunctionCallResponse",
    }.get(vendor)
    if wanted is not None and data.get("type") != wanted:
        raise ValueError(f"invalid tool output, must be {wanted}: {data}")
    if vendor == "google" and "toolResponse" not in data:
        raise ValueError(f"invalid tool output, must be functionResponses: {data}")
    return data


def result(vendor: str, data: dict[str, Any]) -> tuple[str, Any]:
    """The id of the call, and the result as the model reads it."""
    if vendor == "openai":
        item = data["item"]
        assert item["type"] == "function_call_output"
        return item["call_id"], item["output"]
    if vendor == "ultravox":
        return data["invocation_id"], data["result"]
    if vendor == "elevenlabs":
        assert data["is_error"] is False
        return data["tool_call_id"], data["result"]
    if vendor == "deepgram":
        return data["id"], data["content"]
    if vendor == "google":
        (response,) = data["toolResponse"]["functionResponses"]
        return response["id"], response["response"]
    raise ValueError(vendor)
