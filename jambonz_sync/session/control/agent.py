"""Commands for the language model that a call talks to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ...protocol import actions
from ...protocol.actions.choices import AgentUpdateType, LlmStatusCommand
from .base import Commands

if TYPE_CHECKING:
    from ...tools import ToolSet

__all__ = ["AgentCommands"]


class AgentCommands(Commands):
    """The language model that a call talks to."""

    def send_tool_output(self, tool_call_id: str, data: object) -> None:
        """Answer a tool call of an ``llm`` or ``agent`` verb.

        Args:
            tool_call_id: The id that the event of the tool call has.
            data: The answer. Anything but a mapping is sent as ``{"result": data}``. Speech-to-speech vendors drop an
                answer that is not in their own shape, which :meth:`use_tools` makes.
        Raises:
            InvalidVerb: jambonz would not take an option. Nothing is sent.
            MessageTooLarge: The command needs more than 24 KiB. Nothing is sent.
            BackPressure: Too many commands wait for jambonz.
            SessionClosed: The call is over.
        Blocks: while jambonz takes no data, up to ``send_timeout`` of the endpoint (10 s).
        """
        self._inject(actions.ToolOutput, None, tool_call_id=tool_call_id, data=data)

    def update_llm(self, data: Mapping[str, Any]) -> None:
        """Change the conversation of a running ``llm`` verb.

        Args:
            data: A client event as the model's vendor defines it; it is sent as it is.
        Raises:
            InvalidVerb: jambonz would not take an option. Nothing is sent.
            MessageTooLarge: The command needs more than 24 KiB. Nothing is sent.
            BackPressure: Too many commands wait for jambonz.
            SessionClosed: The call is over.
        Blocks: while jambonz takes no data, up to ``send_timeout`` of the endpoint (10 s).
        """
        self._inject(actions.LlmUpdate, None, data=data)

    def inject_llm_status(
        self,
        status: LlmStatusCommand,
        call_sid: str | None = None,
        *,
        room: str | None = None,
        conference: str | None = None,
    ) -> None:
        """Move a speech-to-speech session into a room or a conference, with the caller, or stop it (jambonz 10).

        The conversation with the model goes on: everybody in the room hears it, and is heard by it.

        Args:
            status: ``"move-to-room"``, ``"move-to-conference"``, ``"move-from-conference"`` or ``"stop"``.
            call_sid: The leg to act on, such as a dialled one in ``session.legs``; None acts on this one.
            room: Name of the room, for ``"move-to-room"``, which needs it; it is made if there is none.
            conference: Name of the conference, for ``"move-to-conference"``.
        Raises:
            InvalidVerb: jambonz would not take an option. Nothing is sent.
            BackPressure: Too many commands wait for jambonz.
            SessionClosed: The call is over.
        Blocks: while jambonz takes no data, up to ``send_timeout`` of the endpoint (10 s).
        """
        self._inject(actions.LlmStatus, call_sid, status=status, room=room, conference=conference)

    def update_agent(self, type: AgentUpdateType | Mapping[str, Any], **fields: Any) -> None:
        """Change a running ``agent`` verb: ``update_agent("update_instructions", instructions="Be brief.")``.

        :meth:`update_instructions`, :meth:`inject_context`, :meth:`update_tools` and :meth:`generate_reply` are its
        typed forms. (jambonz 10)

        Args:
            type: The kind of change, named like those methods; or all fields in one dict, ``type`` among them.
            fields: The fields of that kind: ``instructions``, ``messages``, ``tools``, ``user_input``, ``interrupt``.
        Raises:
            InvalidVerb: jambonz would not take an option. Nothing is sent.
            MessageTooLarge: The command needs more than 24 KiB. Nothing is sent.
            BackPressure: Too many commands wait for jambonz.
            SessionClosed: The call is over.
        Blocks: while jambonz takes no data, up to ``send_timeout`` of the endpoint (10 s).
        """
        if isinstance(type, Mapping):
            self._inject(actions.AgentUpdate, None, type, **fields)
        else:
            self._inject(actions.AgentUpdate, None, type=type, **fields)

    def update_instructions(self, instructions: str) -> None:
        """Replace the agent's system prompt (jambonz 10).

        Args:
            instructions: The new system prompt, which is not empty.
        Raises:
            InvalidVerb: jambonz would not take an option. Nothing is sent.
            MessageTooLarge: The command needs more than 24 KiB. Nothing is sent.
            BackPressure: Too many commands wait for jambonz.
            SessionClosed: The call is over.
        Blocks: while jambonz takes no data, up to ``send_timeout`` of the endpoint (10 s).
        """
        self.update_agent("update_instructions", instructions=instructions)

    def inject_context(self, messages: Iterable[Mapping[str, Any]]) -> None:
        """Add messages to the agent's conversation without having it reply to them (jambonz 10).

        Args:
            messages: The messages, at least one: ``{"role": "user", "content": ...}``. Roles are ``system``, ``user``,
                ``assistant`` and ``tool``.
        Raises:
            InvalidVerb: jambonz would not take an option. Nothing is sent.
            MessageTooLarge: The command needs more than 24 KiB. Nothing is sent.
            BackPressure: Too many commands wait for jambonz.
            SessionClosed: The call is over.
        Blocks: while jambonz takes no data, up to ``send_timeout`` of the endpoint (10 s).
        """
        self.update_agent("inject_context", messages=messages)

    def update_tools(self, tools: ToolSet | Iterable[Mapping[str, Any]]) -> None:
        """Replace the agent's tools (jambonz 10).

        Args:
            tools: A :class:`~jambonz_sync.ToolSet`, or schemas of tools; an empty list takes all tools away.
        Raises:
            InvalidVerb: jambonz would not take an option. Nothing is sent.
            MessageTooLarge: The command needs more than 24 KiB. Nothing is sent.
            BackPressure: Too many commands wait for jambonz.
            SessionClosed: The call is over.
        Blocks: while jambonz takes no data, up to ``send_timeout`` of the endpoint (10 s).
        """
        self.update_agent("update_tools", tools=tools)

    def generate_reply(
        self, *, interrupt: bool | None = None, user_input: str | None = None, instructions: str | None = None
    ) -> None:
        """Make the agent speak now (jambonz 10).

        Args:
            interrupt: Cut off what it is saying.
            user_input: A text to reply to, as if the caller had said it.
            instructions: Instructions about what to say, or how to say it.
        Raises:
            InvalidVerb: jambonz would not take an option. Nothing is sent.
            MessageTooLarge: The command needs more than 24 KiB. Nothing is sent.
            BackPressure: Too many commands wait for jambonz.
            SessionClosed: The call is over.
        Blocks: while jambonz takes no data, up to ``send_timeout`` of the endpoint (10 s).
        """
        self.update_agent("generate_reply", interrupt=interrupt, user_input=user_input, instructions=instructions)
