"""The tools that jambonz gives a model itself: to hand the caller over, to hang up, and those of MCP servers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..flow import Killed
from ..models.conversation import ToolCall, error_of
from ..models.model import Model
from ..models.tools import HANGUP_TOOL, handoff_tool
from ..phone import Ear
from ..stack import VerbStack
from ..waits import IdleWait, Steps, Verb
from .transfer import Handover

__all__ = ["ModelTools"]


class ModelTools:
    """The tools of ``handoff``, ``hangup`` and ``mcpServers`` of an ``agent`` or ``llm``.

    Args:
        stack: The stack of the caller.
        model: The model.
        ear: Hears the caller for the model.
    """

    def __init__(self, stack: VerbStack, model: Model, ear: Ear) -> None:
        #: True once the caller has left jambonz
        self.left = False
        self._stack = stack
        self._model = model
        self._ear = ear
        verb = model.verb
        if verb.get("mcpServers"):
            self._find_mcp_tools()
        name = handoff_tool(verb)
        if name is not None:
            model.tools.own[name] = self._hand_over
        if isinstance(verb.get("hangup"), dict):
            model.tools.own[HANGUP_TOOL] = self._hang_up

    def _find_mcp_tools(self) -> None:
        """Let the model have the tools of MCP servers, which the scenario knows."""
        call, verb = self._stack.call, self._model.verb
        where = f"{verb['verb']}.mcpServers"
        tools = call.scenario.mcp_tools
        if call.scenario.server == "0.9" and verb.get("vendor") in ("deepgram", "voiceagent"):
            text = "the server 0.9 gives a voice agent of Deepgram no tools of MCP servers"
            call.find("option-ignored-by-server", text, where=where)
        elif tools:
            self._model.tools.own |= dict.fromkeys(tools, self._ask_mcp)
        else:
            what = "no MCP server is asked for its tools; those of the scenario (mcp_tools) are, and it has none"
            call.note_not_simulated(f"{where}: {what}", where=where)

    def _ask_mcp(self, call: ToolCall) -> None:
        name = call.function.name
        output = self._stack.call.scenario.mcp_tools[name]
        if output is None:
            call.problem = f"the MCP tool {name} has failed"
            self._model.end("client error calling mcp function", error_of(call.problem))
        else:
            self._stack.call.note("event", f"the MCP tool {name} answers: {output}")
            self._model.tools.finish(call, output or "There is no output from the function call")

    def _hand_over(self, call: ToolCall) -> Steps:
        """Transfer the caller; unless that fails, the conversation is over."""
        model, phone = self._model, self._stack.call.phone
        options: Verb = model.verb["handoff"]
        brief = "" if options.get("brief") == "none" else _brief(call.function.arguments)
        handover = Handover(self._stack, options, brief)
        phone.close(self._ear)
        try:
            outcome = yield from handover.run()
        except Killed:
            if handover.outcome.result == "bridged":
                model.end("transferred")
            raise
        phone.open(self._ear)
        if outcome.hangs_up:
            yield from self._end_call(call, None)
        elif outcome.result == "returned":
            model.tools.finish(call, {"transfer_result": outcome.result, "transfer_reason": outcome.reason})
        else:
            self.left = outcome.left
            model.tools.finish(call, None, goes_on=False)
            model.end("transferred")

    def _hang_up(self, call: ToolCall) -> Steps:
        reason = call.function.arguments.get("reason") or self._model.verb["hangup"].get("reason")
        self._stack.call.note("event", f"the model hangs up{f': {reason}' if reason else ''}")
        headers = {"X-Reason": reason} if reason else {}
        self._stack.call.sip_requests.append({"method": "BYE", "headers": headers})
        yield from self._end_call(call, "hangup")

    def _end_call(self, tool_call: ToolCall, reason: str | None) -> Steps:
        call = self._stack.call
        self._model.tools.finish(tool_call, None, goes_on=False)
        self._model.end(reason)
        call.clock.call_later(0, lambda: call.hang_up_call("jambonz"))
        yield IdleWait()


def _brief(arguments: Mapping[str, Any]) -> str:
    """Return the summary that a model gives its tool: the first text among the arguments."""
    return next((value for value in arguments.values() if isinstance(value, str)), "")
