"""The shapes of the vendors: how tools are declared to a model, and how it wants the output of a call.

The output shapes are those that the feature server passes on; it drops any other without a word.
Where the server is 0.9, it takes the outputs for ElevenLabs and Deepgram one level deeper, under
``data``; later ones take them as they are. Without a known server both are sent in one object.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, get_args

from ..errors import InvalidVerb
from ..model.wire import dumps

__all__ = ["VENDORS", "Declared", "Outcome", "Vendor", "declare", "known_vendor", "output", "shape_of"]

Vendor: TypeAlias = Literal[
    "agent",
    "openai",
    "openai_chat",
    "anthropic",
    "google",
    "deepgram",
    "elevenlabs",
    "ultravox",
    "microsoft",
    "qwen",
    "voicelive",
    "voiceagent",
]
VENDORS: tuple[str, ...] = get_args(Vendor)
#: vendors whose shapes are those of another: of OpenAI's realtime API, and of Deepgram under its older name
_SHAPE_OF: dict[str, str] = {
    "microsoft": "openai",
    "qwen": "openai",
    "voicelive": "openai",
    "voiceagent": "deepgram",
}


@dataclass(frozen=True, slots=True)
class Declared:
    """A tool as every vendor needs it.

    Args:
        name: The name that the model calls it by.
        description: For the model.
        parameters: A JSON schema of an object.
    """

    name: str
    description: str
    parameters: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of one call.

    Args:
        call_id: The id of the call.
        name: The tool that was called.
        ok: True if it went well.
        value: The result; if not ``ok``, a text for the model about what is wrong.
    """

    call_id: str
    name: str
    ok: bool
    value: Any

    @property
    def text(self) -> str:
        """The outcome as text: a str as it is, anything else as JSON, an error as ``{"error": ...}``."""
        if not self.ok:
            return dumps({"error": self.value})
        return self.value if isinstance(self.value, str) else dumps(self.value)

    @property
    def object(self) -> dict[str, Any]:
        """The outcome as a JSON object."""
        if not self.ok:
            return {"error": self.value}
        return self.value if isinstance(self.value, dict) else {"result": self.value}


def _flat(tool: Declared) -> dict[str, Any]:
    return {"name": tool.name, "description": tool.description, "parameters": tool.parameters}


def _ultravox(tool: Declared) -> dict[str, Any]:
    required = tool.parameters["required"]
    return {
        "temporaryTool": {
            "modelToolName": tool.name,
            "description": tool.description,
            "dynamicParameters": [
                {
                    "name": name,
                    "location": "PARAMETER_LOCATION_BODY",
                    "schema": schema,
                    "required": name in required,
                }
                for name, schema in tool.parameters["properties"].items()
            ],
            "client": {},
        }
    }


def _google_schema(schema: Any) -> dict[str, Any]:
    """Google takes a part of JSON schema: ``nullable`` in place of the type null, ``anyOf`` in place of several types,
    an ``enum`` of strings only, and no ``additionalProperties``."""
    out = {name: item for name, item in schema.items() if name not in ("additionalProperties", "default", "enum")}
    if isinstance(kinds := out.get("type"), list):
        out["anyOf"] = [{"type": kind} for kind in kinds]
        del out["type"]
    if "anyOf" in out:
        options = [option for option in out.pop("anyOf") if option != {"type": "null"}]
        if len(options) != len(schema.get("anyOf") or schema["type"]):
            out["nullable"] = True
        if len(options) == 1:
            out = {**_google_schema(options[0]), **out}
        else:
            out["anyOf"] = [_google_schema(option) for option in options]
    values = [value for value in schema.get("enum", ()) if value is not None]
    if values and all(isinstance(value, str) for value in values):
        out["enum"] = values
    if "properties" in out:
        out["properties"] = {name: _google_schema(item) for name, item in out["properties"].items()}
    if "items" in out:
        out["items"] = _google_schema(out["items"])
    return out


def _google(tool: Declared) -> dict[str, Any]:
    declared = {**_flat(tool), "parameters": _google_schema(tool.parameters)}
    if not tool.parameters["properties"]:
        del declared["parameters"]  # Google takes no object without properties
    return declared


_DECLARE: dict[str, Callable[[Declared], dict[str, Any]]] = {
    # llmOptions.tools of the agent verb, and update_tools
    "agent": _flat,
    # llmOptions.session_update.tools of openai_s2s: the session.update of OpenAI's realtime API
    "openai": lambda tool: {"type": "function", **_flat(tool)},
    # tools of OpenAI's chat completions
    "openai_chat": lambda tool: {"type": "function", "function": _flat(tool)},
    # tools of Anthropic's messages
    "anthropic": lambda tool: {
        "name": tool.name,
        "description": tool.description,
        "input_schema": tool.parameters,
    },
    # llmOptions.Settings.agent.think.functions of deepgram_s2s; no endpoint: the client runs them
    "deepgram": _flat,
    # a client tool of an ElevenLabs agent, as its API for tools takes it
    "elevenlabs": lambda tool: {"type": "client", **_flat(tool), "expects_response": True},
    # llmOptions.selectedTools of ultravox_s2s
    "ultravox": _ultravox,
}


def declare(tools: Sequence[Declared], vendor: str) -> list[dict[str, Any]]:
    """Declare tools in the shape that a vendor wants.

    Args:
        tools: The tools.
        vendor: The vendor whose shape is wanted.
    Returns:
        The declarations, as they go into the verb.
    """
    shape = shape_of(vendor)
    if shape == "google":  # llmOptions.setup.tools of google_s2s: one entry that holds all functions
        functions = [_google(tool) for tool in tools]
        return [{"functionDeclarations": functions}] if functions else []
    return [_DECLARE[shape](tool) for tool in tools]


def output(outcomes: Sequence[Outcome], vendor: str, server: str | None = None) -> dict[str, Any]:
    """Put outcomes into the shape that ``vendor`` wants, for ``llm:tool-output`` or an answer over HTTP.

    Args:
        outcomes: Of one request (Google asks for several calls at once).
        vendor: The vendor whose shape is wanted.
        server: Version of the feature server, None if it is not known.
    Returns:
        The data.
    """
    shape = shape_of(vendor)
    if shape == "google" or len(outcomes) != 1:
        responses = [
            {**({"id": outcome.call_id} if outcome.call_id else {}), "name": outcome.name, "response": outcome.object}
            for outcome in outcomes  # Google's models on Vertex give their calls no ids
        ]
        return {"toolResponse": {"functionResponses": responses}}
    [outcome] = outcomes
    if shape == "openai":
        item = {"type": "function_call_output", "call_id": outcome.call_id, "output": outcome.text}
        return {"type": "conversation.item.create", "item": item}
    if shape == "ultravox":
        return {"type": "client_tool_result", "invocation_id": outcome.call_id, "result": outcome.text}
    if shape == "elevenlabs":
        return _deeper(
            {
                "type": "client_tool_result",
                "tool_call_id": outcome.call_id,
                "result": outcome.text,
                "is_error": not outcome.ok,
            },
            server,
        )
    if shape == "deepgram":
        return _deeper(
            {
                "type": "FunctionCallResponse",
                "id": outcome.call_id,
                "name": outcome.name,
                "content": outcome.text,
            },
            server,
        )
    return outcome.object


def _deeper(data: dict[str, Any], server: str | None) -> dict[str, Any]:
    if server is not None and server.startswith("0."):
        return {"data": data}
    return {**data, "data": data} if server is None else data


def shape_of(vendor: str) -> str:
    """Return the vendor whose shapes a vendor takes: itself or another.

    Args:
        vendor: The name of a vendor.
    Raises:
        InvalidVerb: There is no such vendor.
    """
    return _SHAPE_OF.get(known_vendor(vendor), vendor)


def known_vendor(vendor: str, call_sid: str | None = None) -> str:
    """Return ``vendor`` itself.

    Args:
        vendor: The name of a vendor.
        call_sid: For the error.
    Raises:
        InvalidVerb: It is not among :data:`VENDORS`.
    """
    if vendor not in VENDORS:
        raise InvalidVerb(
            f"no such vendor of tools: {vendor!r}; known: {', '.join(VENDORS)}",
            path="vendor",
            expected="|".join(VENDORS),
            call_sid=call_sid,
        )
    return vendor
