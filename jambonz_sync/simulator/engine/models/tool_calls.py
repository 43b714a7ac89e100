"""The calls of tools in one conversation: who is asked for their outputs, and what becomes of those."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..waits import HookAnswer, HookRequest, Steps, Verb
from .conversation import ToolCall, as_json, error_of, is_webhook
from .host import Host
from .snake_case import snake_case_keys
from .tool_filler import ToolFiller
from .vendor import Dropped, Function, Output, ToolHook, Vendor

__all__ = ["OwnTool", "ToolCalls"]

#: does what a tool of jambonz itself is for
OwnTool = Callable[[ToolCall], Steps | None]


class ToolCalls:
    """The calls of tools, in order.

    Args:
        call: The call.
        verb: The verb.
        vendor: The vendor of the model.
        on_output: Called with a call of a tool that has an output, which the model reads.
        do_next: Has the model do something before all else.
        end: Ends the conversation for a reason and with an error.
    """

    def __init__(
        self,
        call: Host,
        verb: Verb,
        vendor: Vendor,
        *,
        on_output: Callable[[ToolCall], None],
        do_next: Callable[[Callable[[], Steps | None]], None],
        end: Callable[[str, Any], None],
    ) -> None:
        #: all calls, in order
        self.calls: list[ToolCall] = []
        #: the tools that jambonz has given the model, by their names
        self.own: dict[str, OwnTool] = {}
        #: what the caller hears meanwhile
        self.filler = ToolFiller(call, verb)
        self._call = call
        self._verb = verb
        self._vendor = vendor
        self._on_output = on_output
        self._do_next = do_next
        self._end = end

    @property
    def waiting(self) -> bool:
        """True while the app has not given the output of a tool that was called."""
        own = self.own
        return any(not each.answered and each.problem is None and each.function.name not in own for each in self.calls)

    def ask(self, asked: ToolHook) -> None:
        """Ask for tools of which the vendor has told the server: the app, or jambonz itself."""
        own = [function for function in asked.functions if function.name in self.own]
        for function in own:
            self._use_own(self._known(function))
        if not own:
            self._ask_app(asked)

    def take(self, call_id: str, data: Any) -> None:
        """Take the output of a tool, or note why the server or the vendor throws it away."""
        try:
            outputs = self._vendor.read_outputs(call_id, data)
        except Dropped as dropped:
            return self._drop(call_id, data, str(dropped))
        for output in outputs:
            self._take(output, call_id)
        return None

    def finish(self, call: ToolCall, output: Any, *, goes_on: bool = True) -> None:
        """Let the model have the output of a tool.

        Args:
            call: The call of the tool.
            output: The output.
            goes_on: False if the conversation is about to end, and the model does nothing with the output.
        """
        self.filler.stop(call.function.id)
        call.answered, call.output = True, output
        if goes_on:
            self._on_output(call)

    def end(self, reason: str) -> None:
        """Take it that the conversation has ended for a reason: no output comes any more."""
        self.filler.stop_all()
        for call in self.calls:
            if not call.answered and call.problem is None:
                call.problem = f"the conversation has ended: {reason}"

    # -- inside

    def _known(self, function: Function) -> ToolCall:
        call = self._find(function.id)
        if call is None:
            call = ToolCall(function)
            self.calls.append(call)
        return call

    def _find(self, call_id: str) -> ToolCall | None:
        return next((call for call in self.calls if call.function.id == call_id), None)

    def _use_own(self, call: ToolCall) -> None:
        function = call.function
        use = self.own[function.name]
        self._call.note("event", f"the model calls {function.name} {as_json(function.arguments)}")
        self._do_next(lambda: use(call))

    def _ask_app(self, asked: ToolHook) -> None:
        call, hook, message = self._call, self._verb.get("toolHook"), self._vendor.TOOL_MESSAGE
        for function in asked.functions:
            call.note("status", f"{message} {function.name} {as_json(function.arguments)}")
            tool_call = self._known(function)
            if hook:
                self.filler.start(function.id, function.name)
            else:
                tool_call.problem = "the verb has no toolHook"
                problem = f"the model calls {function.name}, and the verb has no toolHook"
                call.note_error(problem, "tool-hook-missing", where="toolHook")
        payload = snake_case_keys({"tool_call_id": asked.call_id, **asked.data})
        if hook and call.websocket and not is_webhook(call, hook):
            call.notify(message, payload, hook)
        elif hook:
            request = HookRequest(hook, payload, message)
            call.send_hook(request, lambda answer: self._answered(asked.call_id, answer))

    def _answered(self, call_id: str, answer: HookAnswer) -> list[Verb]:
        """Take the answer of a webhook, which is the output itself."""
        data = answer.data
        if answer.error is not None or not isinstance(data, dict | list):
            if answer.error is None:
                problem = f"the answer to a tool hook must be a JSON object, got {as_json(data)}"
                self._call.note_error(problem, "tool-output-shape", where="toolHook", wire=data)
            self._end("client error calling function", error_of(answer.error))
        elif isinstance(data, list):
            self._drop(call_id, data, "expected an object, got an array")
        else:
            # jambonz takes an output without a type for one in the shape of Ultravox
            legacy = {} if data.get("type") else {"type": "client_tool_result", "invocation_id": call_id}
            is_agent = self._verb["verb"] == "agent"
            self.take(call_id, data if is_agent else {**data, **legacy})
        return []

    def _take(self, output: Output, call_id: str) -> None:
        call = self._find(output.call_id) or (None if output.call_id else self._find(call_id))
        if call is None:
            problem = f"a tool output for {output.call_id!r}, which the model has not called"
            self._call.note_error(problem, "tool-output-unknown", wire=output.value)
        elif call.answered:
            problem = f"a second output of the tool {call.function.name} for {output.call_id}"
            self._call.note_error(problem, "tool-output-unknown", wire=output.value)
        else:
            self._call.note("event", f"tool output of {call.function.name}: {as_json(output.value)}")
            self.finish(call, output.value)

    def _drop(self, call_id: str, data: Any, why: str) -> None:
        """Write down that an output is lost, and with it those of all calls that it may have been for."""
        call = self._find(call_id)
        name = call.function.name if call else call_id
        problem = f"the output of the tool {name} is dropped without a word: {why}"
        # found before whoever waits for the output learns that there is none
        self._call.find("tool-output-shape", problem, where=self._vendor.name, wire=data)
        # a vendor that asks for several tools at once gives the request an id of its own
        for lost in self.calls if call is None else [call]:
            if not lost.answered:
                lost.problem = problem
                self.filler.stop(lost.function.id)
        self._call.note("error", problem)
