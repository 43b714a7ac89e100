"""The history of a conversation with a model, in the shape of its vendor, cut to what the caller has heard."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal, TypeAlias, get_args

from ..model.wire import dumps
from ..tools import Outcome, ToolCall
from .answer import Answer

__all__ = ["CHAT_VENDORS", "ChatVendor", "History", "cut_at_word"]

#: the shapes of requests: ``openai_chat`` is that of OpenAI's chat completions, and of all servers that take the same
ChatVendor: TypeAlias = Literal["openai_chat", "anthropic"]
CHAT_VENDORS: Final[tuple[str, ...]] = get_args(ChatVendor)


class History:
    """The messages of a conversation.

    Args:
        vendor: The vendor whose shape they have.
        messages: The first ones.
    """

    def __init__(self, vendor: ChatVendor, messages: Iterable[Mapping[str, Any]] = ()) -> None:
        self.vendor: ChatVendor = vendor
        #: all messages, in the shape of the vendor
        self.messages: list[dict[str, Any]] = [dict(message) for message in messages]
        self._turn: list[tuple[dict[str, Any], str]] = []  # since the caller spoke: message of the model, and its text

    def add_user(self, text: str) -> None:
        """Add what the caller has said.

        Args:
            text: The words.
        """
        self.messages.append({"role": "user", "content": text})
        self._turn = []

    def add_answer(self, answer: Answer, outcomes: Iterable[Outcome] = ()) -> None:
        """Add an answer of the model, and the outcomes of the tools that it called.

        Args:
            answer: The answer.
            outcomes: One for each of its calls, in order; without them the calls are left out.
        """
        outcomes = list(outcomes)
        anthropic = self.vendor == "anthropic"
        message = _anthropic(answer, bool(outcomes)) if anthropic else _openai(answer, bool(outcomes))
        self.messages.append(message)
        self._turn.append((message, answer.text))
        if not outcomes:
            return
        if anthropic:
            self.messages.append({"role": "user", "content": [_tool_result(outcome) for outcome in outcomes]})
        else:
            self.messages += [
                {"role": "tool", "tool_call_id": outcome.call_id, "content": outcome.text} for outcome in outcomes
            ]

    def cut(self, heard: int) -> None:
        """Cut the answer to what the caller has heard of it. Calls of tools and their outcomes stay.

        Args:
            heard: Characters of the answer, counted from its beginning.
        """
        for message, text in self._turn:
            self._rewrite(message, text if heard >= len(text) else cut_at_word(text, heard))
            # a blank stands between two answers that have none
            heard = max(0, heard - len(text) - (bool(text) and not text[-1].isspace()))

    def _rewrite(self, message: dict[str, Any], text: str) -> None:
        if isinstance(message["content"], list):
            blocks: list[dict[str, Any]] = []
            for block in message["content"]:
                if block.get("type") == "text":
                    kept, text = text[: len(block["text"])], text[len(block["text"]) :]
                    if kept.strip():
                        blocks.append({**block, "text": kept.rstrip()})
                else:
                    blocks.append(block)
            message["content"] = blocks
            empty = not any(block.get("type") in ("text", "tool_use") for block in blocks)
        else:
            message["content"] = text or None
            empty = not text and "tool_calls" not in message
        if empty:
            self.messages[:] = [other for other in self.messages if other is not message]


def cut_at_word(text: str, size: int) -> str:
    """Return the beginning of a text, up to the end of a word.

    Args:
        text: The text.
        size: Characters that it may have.
    """
    if size >= len(text) or text[size].isspace():
        return text[:size].rstrip()
    words = text[:size].rsplit(None, 1)
    ends_between = bool(words) and text[:size][-1:].isspace()
    return text[:size].rstrip() if ends_between else text[: size - len(words[-1]) if words else 0].rstrip()


def _openai(answer: Answer, with_calls: bool) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": answer.text or None}
    if with_calls:
        message["tool_calls"] = [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": _as_text(call)}}
            for call in answer.calls
        ]
    return message


def _anthropic(answer: Answer, with_calls: bool) -> dict[str, Any]:
    if not with_calls:
        return {"role": "assistant", "content": answer.text}
    inputs = {call.id: _as_object(call) for call in answer.calls}
    blocks = []
    for block in answer.blocks:
        kind = block.get("type")
        if kind == "tool_use":
            blocks.append({**block, "input": inputs[str(block.get("id") or "")]})
        elif kind != "text" or block["text"].strip():
            blocks.append(block)
    return {"role": "assistant", "content": blocks}


def _tool_result(outcome: Outcome) -> dict[str, Any]:
    result = {"type": "tool_result", "tool_use_id": outcome.call_id, "content": outcome.text}
    return result if outcome.ok else {**result, "is_error": True}


def _as_text(call: ToolCall) -> str:
    """The arguments as the history has them: what is no JSON would have each further request refused."""
    return dumps(_as_object(call))


def _as_object(call: ToolCall) -> dict[str, Any]:
    arguments = call.arguments
    if isinstance(arguments, str):
        try:
            arguments = json.loads(arguments) if arguments.strip() else {}
        except (ValueError, RecursionError):
            arguments = {}
    return arguments if isinstance(arguments, dict) else {}
