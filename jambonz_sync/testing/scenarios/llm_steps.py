"""The steps of the model that the caller talks to by an ``llm`` or an ``agent``, which the scenario scripts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from .steps import Names, Play, Readable, fill
from .yaml_file import Located

__all__ = ["LLM_STEPS"]


@dataclass(frozen=True)
class LlmSays:
    """``llm_says: text``: words of the model for the caller."""

    line: int
    text: str

    @classmethod
    def read(cls, value: Located, names: Names) -> Self:
        return cls(value.line, names.check(value, value.as_text("llm_says")))

    def play(self, play: Play) -> None:
        play.call.model().says(fill(play, self.text))


@dataclass(frozen=True)
class LlmEnds:
    """``llm_ends``, ``llm_ends: server error``: the end of the conversation, by the model."""

    line: int
    reason: str = "disconnect from remote end"

    @classmethod
    def read(cls, value: Located, names: Names) -> Self:
        if value.kind == "nothing":
            return cls(value.line)
        return cls(value.line, value.as_text("llm_ends"))

    def play(self, play: Play) -> None:
        play.call.model().ends(self.reason)


@dataclass(frozen=True)
class ToolCall:
    """``tool_call: {name: get_weather, arguments: {city: Paris}, contains: sunny}``: the model calls a tool."""

    line: int
    name: str
    arguments: Mapping[str, Any] = field(default_factory=dict[str, Any])
    contains: str | None = None

    @classmethod
    def read(cls, value: Located, names: Names) -> Self:
        if value.kind != "mapping":
            return cls(value.line, value.as_text("tool_call"))
        fields = value.as_mapping("tool_call", ("name", "arguments", "contains"))
        if "name" not in fields:
            raise value.invalid("tool_call: expected a name")
        arguments = fields["arguments"].as_mapping("tool_call.arguments") if "arguments" in fields else {}
        contains = fields.get("contains")
        return cls(
            value.line,
            fields["name"].as_text("tool_call.name"),
            {name: each.as_json() for name, each in arguments.items()},
            None if contains is None else names.check(contains, contains.as_text("tool_call.contains")),
        )

    def play(self, play: Play) -> None:
        result = play.call.tool_call(self.name, **self.arguments)
        result.returns(contains=None if self.contains is None else fill(play, self.contains))


#: name of a step in YAML -> how it is read
LLM_STEPS: dict[str, Readable] = {"llm_says": LlmSays, "llm_ends": LlmEnds, "tool_call": ToolCall}
