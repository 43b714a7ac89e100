"""Actions on the language model that a call talks to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from ...model.declare import Model, ServerTarget, model, option, required
from ...model.validation import ValidationError
from .base import Action, check_move, listed
from .choices import AgentUpdateType, LlmStatusCommand
from .flow import refuse_empty

__all__ = ["AgentUpdate", "LlmStatus", "LlmUpdate", "ToolOutput"]


@model
class ToolOutput(Action):
    """Answer a tool call of an ``llm`` or ``agent`` verb. Anything but an object is sent as ``{"result": data}``.

    Speech-to-speech vendors take an answer in their own shape only: see :mod:`jambonz_sync.tools`.
    """

    command = "llm:tool-output"
    rest = False
    value_of = "data"

    tool_call_id: str = required(wire="tool_call_id", min_length=1)
    data: Any = required()

    @classmethod
    def prepare(cls, options: dict[str, Any], target: ServerTarget) -> dict[str, Any]:
        data = options.get("data")
        return {**options, "data": dict(data) if isinstance(data, Mapping) else {"result": data}}

    @classmethod
    def beside_data(cls, options: dict[str, Any]) -> dict[str, Any]:
        return {"tool_call_id": options["tool_call_id"]}


@model(finish=refuse_empty)
class LlmUpdate(Action):
    """Change the running conversation of an ``llm`` verb."""

    command = "llm:update"
    rest_field = "llm_update"
    value_of = "data"

    data: Mapping[str, Any]


@model(owner="open")
class ContextMessage(Model):
    """A message of an agent's conversation.

    Args:
        role: The role of who says it.
        content: What is said.
    """

    role: Literal["system", "user", "assistant", "tool"]
    content: Any = required()


#: the option without which an update of an agent says nothing
_ABOUT = {"update_instructions": "instructions", "inject_context": "messages", "update_tools": "tools"}


def _finish_agent_update(options: dict[str, Any], target: ServerTarget) -> None:
    about = _ABOUT.get(options["type"])
    if about is not None and not options.get(about) and not (about == "tools" and about in options):
        raise ValidationError("is missing, or empty", about, expected=about)


@model(owner="open", since="v10", new=True, finish=_finish_agent_update)
class AgentUpdate(Action):
    """Change the running ``agent`` verb (jambonz 10)."""

    command = "agent:update"
    rest_field = "agent_update"

    type: AgentUpdateType
    instructions: str | None = option(min_length=1)
    messages: Sequence[ContextMessage | Mapping[str, Any]] | None = None
    tools: Sequence[Mapping[str, Any]] | None = None
    interrupt: bool | None = None
    user_input: str | None = option(wire="user_input", min_length=1)

    @classmethod
    def prepare(cls, options: dict[str, Any], target: ServerTarget) -> dict[str, Any]:
        tools: Any = options.get("tools")
        if hasattr(tools, "schemas"):  # a ToolSet, whose module is not loaded for those who have none
            options["tools"] = tools.schemas("agent")
        return {name: listed(value) if name in ("messages", "tools") else value for name, value in options.items()}


def _finish_llm_status(options: dict[str, Any], target: ServerTarget) -> None:
    check_move(options, "llm_status")


@model(since="v10", new=True, finish=_finish_llm_status)
class LlmStatus(Action):
    """Move a speech-to-speech session into a room, or into a conference and back, or stop it (jambonz 10)."""

    command = "llm:status"

    status: LlmStatusCommand = required(wire="llm_status")
    room: str | None = option(min_length=1)
    conference: str | None = None

    @classmethod
    def command_data(cls, options: dict[str, Any]) -> Any:
        if options["llm_status"] != "move-to-room":
            return options
        # the server reads a move under the one name, whichever command brings it
        return {"stream_status" if name == "llm_status" else name: value for name, value in options.items()}

    @classmethod
    def update_body(cls, options: dict[str, Any]) -> dict[str, Any]:
        if "room" in options:
            expected = "a conference: a call moves into a room by its own connection only"
            raise ValidationError(f"expected {expected}", "room", expected=expected)
        return options
