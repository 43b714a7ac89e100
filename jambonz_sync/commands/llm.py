"""Commands for the language model that a call talks to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias

from .checks import Message, build, check_mapping, check_text, given, invalid, one_of

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
    :func:`update_tools` and :func:`generate_reply` are its four forms. (jambonz 10)"""
    one_of("agent:update", "type", type, _AGENT)
    return build("agent:update", {"type": type, **fields}, call_sid)


def update_instructions(instructions: str) -> Message:
    """Replace the agent's system prompt."""
    check_text("agent:update", "instructions", instructions)
    return agent_update("update_instructions", instructions=instructions)


def inject_context(messages: Sequence[Mapping[str, Any]]) -> Message:
    """Add messages (``{"role": "user", "content": ...}``) to the agent's conversation, without a reply to them."""
    wire = messages
    if isinstance(wire, str | bytes | Mapping) or not wire:
        raise invalid("agent:update", "messages", "a non-empty array of messages", messages)
    for item in wire:
        check_mapping("agent:update", "messages", item)
        one_of("agent:update", "messages.role", item.get("role"), ("system", "user", "assistant", "tool"))
        if "content" not in item:
            raise invalid("agent:update", "messages.content", "what is said", None)
    return agent_update("inject_context", messages=[dict(item) for item in wire])


def update_tools(tools: Sequence[Mapping[str, Any]]) -> Message:
    """Replace the agent's tools. An empty array takes them all away."""
    if isinstance(tools, str | bytes | Mapping):
        raise invalid("agent:update", "tools", "an array of tools", tools)
    for item in tools:
        check_mapping("agent:update", "tools", item)
    return agent_update("update_tools", tools=[dict(item) for item in tools])


def generate_reply(
    *, interrupt: bool | None = None, user_input: str | None = None, instructions: str | None = None
) -> Message:
    """Make the agent speak now: to ``user_input`` as if the caller had said it, or as ``instructions`` tell it.

    ``interrupt`` cuts off what it is saying.
    """
    for option, value in (("user_input", user_input), ("instructions", instructions)):
        if value is not None:
            check_text("agent:update", option, value)
    return agent_update(
        "generate_reply", **given(interrupt=interrupt, user_input=user_input, instructions=instructions)
    )
