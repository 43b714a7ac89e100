"""One answer of a model, put together from the chunks of its stream: the text, and the calls of tools."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..tools import ToolCall
from .chunks import field, first_choice, google_field, google_parts, text_of

__all__ = ["Answer"]


@dataclass(slots=True)
class _CallParts:
    """A call of a tool whose name and arguments come in pieces."""

    id: str = ""
    name: str = ""
    arguments: str = ""

    def add(self, part: Any) -> None:
        """Add a piece."""
        function = field(part, "function")
        self.id = self.id or str(field(part, "id") or "")
        self.name += str(field(function, "name") or "")
        arguments = field(function, "arguments")
        self.arguments += arguments if isinstance(arguments, str) else ""


class Answer:
    """What has come of one answer, so far."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._calls: dict[Any, _CallParts] = {}
        #: Anthropic's blocks of the answer, in order, as they go into the history
        self.blocks: list[dict[str, Any]] = []
        #: items of OpenAI's responses: what the model thought, and the calls
        self.items: list[dict[str, Any]] = []
        #: parts of Google's answer, in order, texts in one piece
        self.parts: list[dict[str, Any]] = []
        self._is_stored = True  # by OpenAI, which knows its items by their ids then
        self._inputs: dict[int, str] = {}  # block -> JSON of its input, so far

    def add(self, chunk: object) -> str:
        """Add a chunk.

        Args:
            chunk: The chunk, as the client yields it.
        Returns:
            The text for the caller in it; "" if it has none.
        Raises:
            LlmError: The chunk tells of an error.
            TypeError: It has no shape that is known.
        """
        text = text_of(chunk)
        if text:
            self._texts.append(text)
        kind = field(chunk, "type")
        if kind == "content_block_start":
            self._begin_block(field(chunk, "content_block"))
        elif kind == "content_block_delta":
            self._add_to_block(field(chunk, "delta"))
        elif kind == "response.created":
            self._is_stored = field(field(chunk, "response"), "store") is not False
        elif kind == "response.output_item.done":
            self._add_item(field(chunk, "item"))
        elif kind is None and (parts := google_parts(chunk)):
            self._add_parts(parts)
        elif kind is None:
            delta = field(first_choice(chunk), "delta")
            for part in field(delta, "tool_calls") or ():
                index = field(part, "index")
                self._calls.setdefault(len(self._calls) if index is None else index, _CallParts()).add(part)
        return text

    def _begin_block(self, block: Any) -> None:
        names = ("type", "id", "name", "input", "text", "thinking", "signature", "data")
        self.blocks.append({name: value for name in names if (value := field(block, name)) is not None})

    def _add_to_block(self, delta: Any) -> None:
        if not self.blocks:
            return
        block, kind = self.blocks[-1], field(delta, "type")
        if kind == "input_json_delta":
            index = len(self.blocks) - 1
            self._inputs[index] = self._inputs.get(index, "") + str(field(delta, "partial_json") or "")
        elif isinstance(kind, str) and kind.endswith("_delta"):
            name = kind.removesuffix("_delta")  # text, thinking, signature
            value = field(delta, name)
            if isinstance(value, str):
                block[name] = str(block.get(name) or "") + value

    def _add_item(self, item: Any) -> None:
        kind = field(item, "type")
        names = ("type", "id", "call_id", "name", "arguments", "summary", "encrypted_content")
        kept = {name: _plain(value) for name in names if (value := field(item, name)) is not None}
        if kind == "reasoning" and not self._is_stored and "encrypted_content" not in kept:
            return  # nobody would know it in the next request
        if kind in ("reasoning", "function_call"):
            if not self._is_stored:
                kept.pop("id", None)
            self.items.append(kept)

    def _add_parts(self, parts: list[Any]) -> None:
        for part in parts:
            text, call = field(part, "text"), google_field(part, "function_call")
            if call is not None:
                own: dict[str, Any] = {name: value for name in ("id", "name") if (value := field(call, name))}
                arguments = field(call, "args")
                kept: dict[str, Any] = {
                    "function_call": {**own, "args": arguments if isinstance(arguments, dict) else {}}
                }
                signature = google_field(part, "thought_signature")  # without it the server refuses the history
                self.parts.append(kept if signature is None else {**kept, "thought_signature": signature})
            elif isinstance(text, str) and self.parts and "text" in self.parts[-1]:
                self.parts[-1]["text"] += text
            elif isinstance(text, str):
                self.parts.append({"text": text})

    @property
    def text(self) -> str:
        """The text for the caller."""
        return "".join(self._texts)

    @property
    def calls(self) -> list[ToolCall]:
        """The tools that the model calls, in order; complete when the stream has ended."""
        calls = [ToolCall(parts.id, parts.name, parts.arguments) for parts in self._calls.values()]
        for index, block in enumerate(self.blocks):
            if block.get("type") == "tool_use":
                arguments = self._inputs.get(index) or block.get("input") or {}
                calls.append(ToolCall(str(block.get("id") or ""), str(block.get("name") or ""), arguments))
        for item in self.items:
            if item["type"] == "function_call":
                arguments = item.get("arguments") or ""
                calls.append(ToolCall(str(item.get("call_id") or ""), str(item.get("name") or ""), arguments))
        for part in self.parts:
            if "function_call" in part:
                call = part["function_call"]
                calls.append(ToolCall(str(call.get("id") or ""), str(call.get("name") or ""), call["args"]))
        return calls


def _plain(value: Any) -> Any:
    """A value of a client as JSON has it."""
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.model_dump(mode="json", exclude_none=True) if hasattr(value, "model_dump") else value
