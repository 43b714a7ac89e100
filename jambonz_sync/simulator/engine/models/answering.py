"""A model that nobody scripts: it greets, says again what it has heard, and calls a tool whose name the caller says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .conversation import ToolCall, as_json
from .model import Model
from .tools import DeclaredTool, declared_tools

__all__ = ["Answering"]

GREETING = "Hello, this is the model. How can I help you?"
_GOODBYE = re.compile(r"\b(good)?bye\b", re.IGNORECASE)


#: verb -> why its conversation ends, where that is not the end of a connection
_ENDS = {"dialogflow": "completed", "lex": "completed", "rasa": "completed"}


class Answering:
    """Makes a model react, so that an app can be tried without any vendor."""

    def begins(self, model: Model) -> None:
        verb = model.verb
        if verb["verb"] in ("agent", "rasa"):
            speaks_first = verb["verb"] == "agent" and verb.get("greeting", True)
        elif verb["verb"] == "dialogflow":
            # the server 0.9 does nothing about a queryInput
            asked = "queryInput" in verb and model.vendor.server != "0.9"
            speaks_first = bool(verb.get("welcomeEvent")) or asked or verb.get("model") in ("cx", "ces")
        elif verb["verb"] == "lex":
            speaks_first = bool(verb.get("welcomeMessage"))
        else:
            # Google waits for the caller, unless it is given something to begin with
            speaks_first = verb["vendor"] != "google" or "greeting" in model.vendor.options
        if speaks_first:
            model.says(str(verb.get("welcomeMessage") or GREETING))

    def heard(self, model: Model, text: str) -> None:
        if _GOODBYE.search(text):
            model.says("Goodbye.")
            return model.ends(_ENDS.get(model.verb["verb"], "disconnect from remote end"))
        declared = {tool.name: tool for tool in declared_tools(model.verb)}
        # those of MCP servers are declared nowhere
        for tool in ({name: DeclaredTool(name, {}) for name in model.tools.own} | declared).values():
            words = re.sub(r"[\W_]+", " ", tool.name).strip()
            if words and re.search(rf"\b{words}\b", re.sub(r"[\W_]+", " ", text), re.IGNORECASE):
                model.call(tool.name, _arguments(tool, text))
                return None
        return model.says(f"You said: {text}")

    def got_output(self, model: Model, call: ToolCall) -> None:
        output = call.output if isinstance(call.output, str) else as_json(call.output)
        model.says(f"{call.function.name} says: {output}")

    def updated(self, model: Model, data: Mapping[str, Any]) -> None:
        if data.get("type") == "InjectAgentMessage":
            model.says(str(data.get("message", "")))
        elif data.get("type") == "generate_reply":
            model.says(f"You said: {data['user_input']}" if data.get("user_input") else "I was asked to speak.")


def _arguments(tool: DeclaredTool, text: str) -> dict[str, Any]:
    """Take arguments out of words: ``name=value``, and what follows the name of the tool for the first text."""
    given = {match[1]: match[2] for match in re.finditer(r"(\w+)=(\S+)", text)}
    words = re.split(re.sub(r"[\W_]+", r"[\\W_]+", tool.name), text, maxsplit=1, flags=re.IGNORECASE)[-1]
    rest = re.sub(r"\w+=\S+", "", words).strip(" .,?!")
    arguments: dict[str, Any] = {}
    for name, schema in tool.properties.items():
        value: Any = given.get(name)
        if value is None and rest and schema.get("type", "string") == "string":
            value, rest = rest, ""
        if value is not None:
            arguments[name] = _typed(value, schema)
    return arguments


def _typed(value: str, schema: Mapping[str, Any]) -> Any:
    try:
        match schema.get("type"):
            case "integer":
                return int(value)
            case "number":
                return float(value)
            case "boolean":
                return value.lower() in ("true", "yes", "1")
            case _:
                return value
    except ValueError:
        return value
