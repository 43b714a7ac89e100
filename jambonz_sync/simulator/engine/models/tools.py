"""The tools that a verb declares to its model, in the shape of any vendor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from ..waits import Verb

__all__ = ["DeclaredTool", "declared_tools"]


@dataclass(frozen=True, slots=True)
class DeclaredTool:
    """A tool that the model knows: its name, and the JSON schemas of its arguments by name."""

    name: str
    properties: Mapping[str, Mapping[str, Any]]


def declared_tools(verb: Verb) -> list[DeclaredTool]:
    """Return the tools that a verb declares; those of an agent at ElevenLabs are kept there, and unknown here.

    Args:
        verb: An ``llm`` or an ``agent``.
    """
    options = _mapping((verb.get("llm") or {}).get("llmOptions") if verb["verb"] == "agent" else verb.get("llmOptions"))
    places = (
        options.get("tools"),
        _mapping(options.get("session_update")).get("tools"),
        _mapping(options.get("setup")).get("tools"),
        _mapping(_mapping(_mapping(options.get("Settings")).get("agent")).get("think")).get("functions"),
        options.get("selectedTools"),
    )
    return [tool for place in places if isinstance(place, list) for tool in _read(cast("list[object]", place))]


def _read(declarations: list[object]) -> Iterator[DeclaredTool]:
    for declaration in map(_mapping, declarations):
        if isinstance(declaration.get("functionDeclarations"), list):
            yield from _read(declaration["functionDeclarations"])
        tool = _mapping(declaration.get("temporaryTool")) or _mapping(declaration.get("function")) or declaration
        name = tool.get("modelToolName") or tool.get("name")
        if isinstance(name, str):
            dynamic: list[Any] = tool.get("dynamicParameters") or []
            properties = {str(_mapping(item).get("name")): _mapping(_mapping(item).get("schema")) for item in dynamic}
            schema = _mapping(tool.get("parameters") or tool.get("input_schema"))
            properties |= {name: _mapping(item) for name, item in _mapping(schema.get("properties")).items()}
            yield DeclaredTool(name, properties)


def _mapping(value: Any) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}
