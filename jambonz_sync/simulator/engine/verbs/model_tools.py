"""The tools that jambonz gives a model itself: to hand the caller over to a human, and to hang up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..flow import Killed
from ..models.conversation import ToolCall
from ..models.model import Model
from ..models.tools import HANGUP_TOOL, handoff_tool
from ..phone import Ear
from ..stack import VerbStack
from ..waits import IdleWait, Steps, Verb
from .transfer import Handover

__all__ = ["ModelTools"]


class ModelTools:
    """The tools ``handoff`` and ``hangup`` of an ``agent`` or ``llm``.

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
        name = handoff_tool(verb)
        if name is not None:
            model.tools.own[name] = self._hand_over
        if isinstance(verb.get("hangup"), dict):
            model.tools.own[HANGUP_TOOL] = self._hang_up

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
