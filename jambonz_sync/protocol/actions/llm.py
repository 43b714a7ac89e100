"""Commands for the language model that a call talks to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal, TypeAlias

from .checks import Message, as_list, build, check_mapping, check_text, given, invalid, one_of

AgentUpdate: TypeAlias = Literal["update_instructions", "inject_context", "update_tools", "generate_reply"]

_AGENT = ("update_instructions", "inject_context", "update_tools", "generate_reply")


def tool_output(tool_call_id: str, data: object) -> Message:
    """The answer to a tool call. What is not an object is sent as ``{"result": data}``.

    Speech-to-speech vendors take an answer in their own shape only: see :mod:`jambonz_sync.tools`.
    """
    check_text("llm:tool-output", "tool_call_id", tool_call_id)
    message = build("llm:tool-output", dict(data) if isinstance(data, Mapping) else {"result": data}, None)
    message["tool_call_id"] = tool_call_id
    return message


def llm_update(data: Mapping[str, Any], *, call_sid: str | None = None) -> Message:
    """Change the running conversation of an ``llm`` verb. ``data`` is a client event of the model's vendor."""
    if not isinstance(data, Mapping) or not data:
        raise invalid("llm:update", "data", "an object with at least one key", data)
    return build("llm:update", dict(data), call_sid)


def agent_update(type: AgentUpdate, *, call_sid: str | None = None, **fields: object) -> Message:
    """Change the running ``agent`` verb. :func:`update_instructions`, :func:`inject_context`,
    :func:`update_tools` and :func:`generate_reply` are its four forms, and checked as those. (jambonz 10)"""
    one_of("agent:update", "type", type, _AGENT)
    data: dict[str, object] = {"type": type, **fields}
    if type == "update_instructions":
        check_text("agent:update", "instructions", fields.get("instructions"))
    elif type == "inject_context":
        data["messages"] = _messages(fields.get("messages"))
    elif type == "update_tools":
        data["tools"] = _tools(fields.get("tools"))
    else:
        for option in ("user_input", "instructions"):
            if fields.get(option) is not None:
                check_text("agent:update", option, fields[option])
    return build("agent:update", data, call_sid)


def _messages(given: object) -> list[dict[str, Any]]:
    messages = as_list("agent:update", "messages", "a non-empty array of messages", given)
    if not messages:
        raise invalid("agent:update", "messages", "a non-empty array of messages", given)
    for item in messages:
        check_mapping("agent:update", "messages", item)
        one_of("agent:update", "messages.role", item.get("role"), ("system", "user", "assistant", "tool"))
        if "content" not in item:
            raise invalid("agent:update", "messages.content", "what is said", None)
    return [dict(item) for item in messages]


def _tools(given: object) -> list[dict[str, Any]]:
    tools = as_list("agent:update", "tools", "an array of tools", given)
    for item in tools:
        check_mapping("agent:update", "tools", item)
    return [dict(item) for item in tools]


def update_instructions(instructions: str) -> Message:
    """Replace the agent's system prompt."""
    return agent_update("update_instructions", instructions=instructions)


def inject_context(messages: Iterable[Mapping[str, Any]]) -> Message:
    """Add messages (``{"role": "user", "content": ...}``) to the agent's conversation, without a reply to them."""
    return agent_update("inject_context", messages=messages)


def update_tools(tools: Iterable[Mapping[str, Any]]) -> Message:
    """Replace the agent's tools. An empty array takes them all away."""
    return agent_update("update_tools", tools=tools)


def generate_reply(
    *, interrupt: bool | None = None, user_input: str | None = None, instructions: str | None = None
) -> Message:
    """Make the agent speak now: to ``user_input`` as if the caller had said it, or as ``instructions`` tell it.

    ``interrupt`` cuts off what it is saying.
    """
    return agent_update(
        "generate_reply", **given(interrupt=interrupt, user_input=user_input, instructions=instructions)
    )
