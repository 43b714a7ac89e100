"""The tools that a verb declares to its model, in the shape of any vendor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from ..waits import Verb
from .vendor import mapping_of

__all__ = ["HANGUP_TOOL", "DeclaredTool", "declared_tools", "handoff_tool", "tool_declarations"]

#: the tool by which a model ends the call, if its verb lets it
HANGUP_TOOL = "hangup"
#: the tool by which a model hands the caller over, if its verb lets it and gives it no other name
_HANDOFF_TOOL = "transfer_to_human"


@dataclass(frozen=True, slots=True)
class DeclaredTool:
    """A tool that the model knows: its name, and the JSON schemas of its arguments by name."""

    name: str
    properties: Mapping[str, Mapping[str, Any]]


def declared_tools(verb: Verb) -> list[DeclaredTool]:
    """Return the tools that a verb declares, and those that jambonz adds by ``handoff`` and ``hangup``.

    Those of an agent at ElevenLabs are kept there, and unknown here.

    Args:
        verb: An ``llm`` or an ``agent``.
    """
    own: list[DeclaredTool] = []
    name = handoff_tool(verb)
    if name is not None:
        brief = mapping_of(verb["handoff"]).get("brief") != "none"
        own.append(DeclaredTool(name, {"summary": {"type": "string"}} if brief else {}))
    if isinstance(verb.get("hangup"), dict):
        own.append(DeclaredTool(HANGUP_TOOL, {"reason": {"type": "string"}}))
    return [*_read(tool_declarations(verb)), *own]


def handoff_tool(verb: Verb) -> str | None:
    """Return the name of the tool by which a model hands the caller over; None if its verb has no ``handoff``.

    Args:
        verb: An ``llm`` or an ``agent``.
    """
    handoff = verb.get("handoff")
    return str(mapping_of(handoff).get("toolName") or _HANDOFF_TOOL) if isinstance(handoff, dict) else None


def tool_declarations(verb: Verb) -> list[object]:
    """Return the declarations of the tools of a verb, in the shape of its vendor.

    Args:
        verb: An ``llm`` or an ``agent``.
    """
    options = mapping_of(
        mapping_of(verb.get("llm")).get("llmOptions") if verb["verb"] == "agent" else verb.get("llmOptions")
    )
    places = (
        options.get("tools"),
        mapping_of(options.get("session_update")).get("tools"),
        mapping_of(options.get("setup")).get("tools"),
        mapping_of(mapping_of(mapping_of(options.get("Settings")).get("agent")).get("think")).get("functions"),
        options.get("selectedTools"),
    )
    return [each for place in places if isinstance(place, list) for each in cast("list[object]", place)]


def _read(declarations: list[object]) -> Iterator[DeclaredTool]:
    for declaration in map(mapping_of, declarations):
        if isinstance(declaration.get("functionDeclarations"), list):
            yield from _read(declaration["functionDeclarations"])
        tool = mapping_of(declaration.get("temporaryTool")) or mapping_of(declaration.get("function")) or declaration
        name = tool.get("modelToolName") or tool.get("name")
        if isinstance(name, str):
            dynamic = tool.get("dynamicParameters")
            parameters = map(mapping_of, cast("list[object]", dynamic) if isinstance(dynamic, list) else [])
            properties = {str(item.get("name")): mapping_of(item.get("schema")) for item in parameters}
            schema = mapping_of(tool.get("parameters") or tool.get("input_schema"))
            properties |= {name: mapping_of(item) for name, item in mapping_of(schema.get("properties")).items()}
            yield DeclaredTool(name, properties)
