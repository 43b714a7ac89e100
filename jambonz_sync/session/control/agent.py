"""Commands for the language model that a call talks to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ...protocol import actions
from ...protocol.actions.choices import AgentUpdateType
from .base import Commands

if TYPE_CHECKING:
    from ...tools import ToolSet

__all__ = ["AgentCommands"]


class AgentCommands(Commands):
    """The language model that a call talks to."""

    def send_tool_output(self, tool_call_id: str, data: object) -> None:
        """Answer a tool call of an ``llm`` or ``agent`` verb.

        Args:
            tool_call_id: From the event of the tool call.
            data: The answer. What is not an object goes as ``{"result": data}``. Speech-to-speech vendors drop an
                answer that is not in their own shape: ``use_tools`` makes that shape.
        """
        self._inject(actions.ToolOutput, None, tool_call_id=tool_call_id, data=data)

    def update_llm(self, data: Mapping[str, Any]) -> None:
        """Change the conversation of a running ``llm`` verb.

        Args:
            data: A client event of the model's vendor.
        """
        self._inject(actions.LlmUpdate, None, data=data)

    def update_agent(self, type: AgentUpdateType | Mapping[str, Any], **fields: Any) -> None:
        """Change a running ``agent`` verb: ``update_agent("update_instructions", instructions="Be brief.")``.

        The four methods below are its typed forms. (jambonz 10)

        Args:
            type: What to change; or all of it in one dict, its ``type`` included.
            fields: What the type takes: ``instructions``, ``messages``, ``tools``, ``user_input``, ``interrupt``.
        """
        if isinstance(type, Mapping):
            self._inject(actions.AgentUpdate, None, type, **fields)
        else:
            self._inject(actions.AgentUpdate, None, type=type, **fields)

    def update_instructions(self, instructions: str) -> None:
        """Replace the agent's system prompt. (jambonz 10)

        Args:
            instructions: The new one.
        """
        self.update_agent("update_instructions", instructions=instructions)

    def inject_context(self, messages: Iterable[Mapping[str, Any]]) -> None:
        """Add messages to the agent's conversation, without a reply to them. (jambonz 10)

        Args:
            messages: ``{"role": "user", "content": ...}`` ...
        """
        self.update_agent("inject_context", messages=messages)

    def update_tools(self, tools: ToolSet | Iterable[Mapping[str, Any]]) -> None:
        """Replace the agent's tools. (jambonz 10)

        Args:
            tools: A :class:`~jambonz_sync.ToolSet`, or schemas; none takes them all away.
        """
        self.update_agent("update_tools", tools=tools)

    def generate_reply(
        self, *, interrupt: bool | None = None, user_input: str | None = None, instructions: str | None = None
    ) -> None:
        """Make the agent speak now. (jambonz 10)

        Args:
            interrupt: Cut off what it is saying.
            user_input: What it replies to, as if the caller had said it.
            instructions: What to say, or how.
        """
        self.update_agent("generate_reply", interrupt=interrupt, user_input=user_input, instructions=instructions)
