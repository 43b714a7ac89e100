"""What requests and histories look like, vendor by vendor: messages, calls of tools and their outcomes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, Literal, Protocol, TypeAlias, get_args

from ..model.wire import dumps
from ..tools import Outcome, ToolCall, ToolSet
from .answer import Answer

__all__ = ["CHAT_VENDORS", "SHAPES", "ChatVendor", "Shape", "vendor_of"]

#: the shapes of requests: ``openai_chat`` is that of OpenAI's chat completions, and of all servers that take the same
ChatVendor: TypeAlias = Literal["openai_chat", "openai_responses", "anthropic", "google"]
CHAT_VENDORS: Final[tuple[str, ...]] = get_args(ChatVendor)

Json: TypeAlias = dict[str, Any]

#: tokens of an answer of Anthropic's models, which have no default: more than anybody listens to
_MAX_TOKENS: Final = 1024


class Shape(Protocol):
    """What a vendor's requests and history look like."""

    def request(self, options: Mapping[str, Any], system: str | None, messages: Sequence[Json], tools: ToolSet) -> Json:
        """Return the arguments of a request."""
        ...

    def user(self, text: str) -> Json:
        """Return the message that holds the words of the caller."""
        ...

    def answer(self, answer: Answer, with_calls: bool) -> tuple[list[Json], Json | None]:
        """Return the messages that an answer becomes, and the one among them that holds its text, if there is one."""
        ...

    def outcomes(self, outcomes: Sequence[Outcome]) -> list[Json]:
        """Return the messages that tell the model of the outcomes of its calls."""
        ...

    def rewrite(self, message: Json, text: str) -> bool:
        """Put another text into a message of an answer. False if nothing is left of it then."""
        ...


class _OpenAiChat:
    def request(self, options: Mapping[str, Any], system: str | None, messages: Sequence[Json], tools: ToolSet) -> Json:
        first = [] if system is None else [{"role": "system", "content": system}]
        request = {**options, "messages": [*first, *messages], "stream": True}
        return {**request, "tools": tools.schemas("openai_chat")} if tools else request

    def user(self, text: str) -> Json:
        return {"role": "user", "content": text}

    def answer(self, answer: Answer, with_calls: bool) -> tuple[list[Json], Json | None]:
        message: Json = {"role": "assistant", "content": answer.text or None}
        if with_calls:
            message["tool_calls"] = [
                {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": _as_text(call)}}
                for call in answer.calls
            ]
        return [message], message

    def outcomes(self, outcomes: Sequence[Outcome]) -> list[Json]:
        return [{"role": "tool", "tool_call_id": outcome.call_id, "content": outcome.text} for outcome in outcomes]

    def rewrite(self, message: Json, text: str) -> bool:
        message["content"] = text or None
        return bool(text) or "tool_calls" in message


class _OpenAiResponses:
    """A call of a tool, its outcome and what the model thought before it are items of the history like messages.

    A thought names what followed it by its id, and is refused without. The text of an answer may be cut, so it has no
    id, and the thoughts beside it are left out.
    """

    def request(self, options: Mapping[str, Any], system: str | None, messages: Sequence[Json], tools: ToolSet) -> Json:
        request = {**options, "input": [*messages], "stream": True}
        if system is not None:
            request["instructions"] = system
        if tools:  # strict, the default here, makes each argument a required one
            request["tools"] = [{**schema, "strict": False} for schema in tools.schemas("openai")]
        return request

    def user(self, text: str) -> Json:
        return {"role": "user", "content": text}

    def answer(self, answer: Answer, with_calls: bool) -> tuple[list[Json], Json | None]:
        spoken: Json | None = {"role": "assistant", "content": answer.text} if answer.text else None
        messages = [] if spoken is None else [spoken]
        if with_calls:
            inputs = {call.id: _as_text(call) for call in answer.calls}
            for item in answer.items:
                if item["type"] == "function_call":
                    kept = {name: value for name, value in item.items() if name != "id" or spoken is None}
                    messages.append({**kept, "arguments": inputs[str(item.get("call_id") or "")]})
                elif spoken is None:
                    messages.append(item)
        return messages, spoken

    def outcomes(self, outcomes: Sequence[Outcome]) -> list[Json]:
        kind = "function_call_output"
        return [{"type": kind, "call_id": outcome.call_id, "output": outcome.text} for outcome in outcomes]

    def rewrite(self, message: Json, text: str) -> bool:
        message["content"] = text
        return bool(text)


class _Anthropic:
    def request(self, options: Mapping[str, Any], system: str | None, messages: Sequence[Json], tools: ToolSet) -> Json:
        request = {"max_tokens": _MAX_TOKENS, **options, "messages": [*messages], "stream": True}
        if system is not None:
            request["system"] = system
        return {**request, "tools": tools.schemas("anthropic")} if tools else request

    def user(self, text: str) -> Json:
        return {"role": "user", "content": text}

    def answer(self, answer: Answer, with_calls: bool) -> tuple[list[Json], Json | None]:
        message: Json = {"role": "assistant", "content": answer.text}
        if with_calls:
            inputs = {call.id: _as_object(call) for call in answer.calls}
            message["content"] = blocks = []
            for block in answer.blocks:
                kind = block.get("type")
                if kind == "tool_use":
                    blocks.append({**block, "input": inputs[str(block.get("id") or "")]})
                elif kind != "text" or block["text"].strip():
                    blocks.append(block)
        return [message], message

    def outcomes(self, outcomes: Sequence[Outcome]) -> list[Json]:
        results: list[Json] = []
        for outcome in outcomes:
            result = {"type": "tool_result", "tool_use_id": outcome.call_id, "content": outcome.text}
            results.append(result if outcome.ok else {**result, "is_error": True})
        return [{"role": "user", "content": results}]

    def rewrite(self, message: Json, text: str) -> bool:
        if isinstance(message["content"], str):
            message["content"] = text
            return bool(text)
        blocks = _rewritten(message["content"], text, lambda block: block.get("type") == "text")
        message["content"] = blocks
        return any(block.get("type") in ("text", "tool_use") for block in blocks)


class _Google:
    def request(self, options: Mapping[str, Any], system: str | None, messages: Sequence[Json], tools: ToolSet) -> Json:
        request = {**options, "contents": [*messages]}
        config = options.get("config")
        own: Json = {} if system is None else {"system_instruction": system}
        if tools:
            others = (config.get("tools") if isinstance(config, Mapping) else getattr(config, "tools", None)) or ()
            own["tools"] = [*others, *tools.schemas("google")]
        if own:
            request["config"] = _with(config, own)
        return request

    def user(self, text: str) -> Json:
        return {"role": "user", "parts": [{"text": text}]}

    def answer(self, answer: Answer, with_calls: bool) -> tuple[list[Json], Json | None]:
        parts = [part for part in answer.parts if "text" not in part or part["text"].strip()]
        message = {"role": "model", "parts": parts if with_calls else [{"text": answer.text}]}
        return [message], message

    def outcomes(self, outcomes: Sequence[Outcome]) -> list[Json]:
        parts = []
        for outcome in outcomes:
            response = {"name": outcome.name, "response": outcome.object}
            # models on Vertex give their calls no ids
            parts.append({"function_response": {"id": outcome.call_id, **response} if outcome.call_id else response})
        return [{"role": "user", "parts": parts}]

    def rewrite(self, message: Json, text: str) -> bool:
        message["parts"] = _rewritten(message["parts"], text, lambda part: "text" in part)
        return bool(message["parts"])


SHAPES: Final[Mapping[str, Shape]] = {
    "openai_chat": _OpenAiChat(),
    "openai_responses": _OpenAiResponses(),
    "anthropic": _Anthropic(),
    "google": _Google(),
}


def vendor_of(create: Callable[..., Any]) -> ChatVendor:
    """Return the vendor whose client a function belongs to; ``openai_chat`` if it belongs to none.

    Args:
        create: The function that makes requests.
    """
    package, *modules = str(getattr(create, "__module__", "")).split(".")
    if package == "openai" and "responses" in modules:
        return "openai_responses"
    if package == "google":
        return "google"
    return "anthropic" if package == "anthropic" else "openai_chat"


def _with(config: Any, own: Json) -> Any:
    """Google's ``config``, a dict or an object of its client, with other fields besides."""
    if config is None or isinstance(config, Mapping):
        return {**(config or {}), **own}
    return type(config)(**{name: getattr(config, name) for name in config.model_fields_set} | own)


def _rewritten(blocks: Iterable[Json], text: str, is_text: Callable[[Json], bool]) -> list[Json]:
    """The blocks of a message with as much of their text as ``text`` has. Others stay."""
    kept: list[Json] = []
    for block in blocks:
        if not is_text(block):
            kept.append(block)
            continue
        own, text = text[: len(block["text"])], text[len(block["text"]) :]
        if own.strip():
            kept.append({**block, "text": own.rstrip()})
    return kept


def _as_text(call: ToolCall) -> str:
    """The arguments as the history has them: what is no JSON would have each further request refused."""
    return dumps(_as_object(call))


def _as_object(call: ToolCall) -> Json:
    arguments = call.arguments
    if isinstance(arguments, str):
        try:
            arguments = json.loads(arguments) if arguments.strip() else {}
        except (ValueError, RecursionError):
            arguments = {}
    return arguments if isinstance(arguments, dict) else {}
