"""A model in a conversation with the caller: what it says and hears, the tools it calls, and how it ends."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from ..flow import Future, first_of, sleep
from ..turns import Said
from ..waits import HookAnswer, HookRequest, Steps, Verb
from .conversation import Interruption, ToolCall, Utterance, as_json, error_of, url_of
from .host import Host
from .snake_case import snake_case_keys
from .vendor import Dropped, Event, Function, NoInput, Output, ToolHook, Vendor

__all__ = ["Model", "Responder"]

#: what a model that nobody scripts says to a silent caller
ASKS_AGAIN = "Are you still there?"


class Responder(Protocol):
    """Decides what a model does that nobody scripts."""

    def begins(self, model: Model) -> None:
        """Let it speak first, if the verb has it do so."""
        ...

    def heard(self, model: Model, text: str) -> None:
        """Answer the caller."""
        ...

    def got_output(self, model: Model, call: ToolCall) -> None:
        """Answer with what a tool has put out."""
        ...

    def updated(self, model: Model, data: Mapping[str, Any]) -> None:
        """Do what an update asks for."""
        ...


class Model:
    """One conversation of a verb. Not thread-safe: the thread of the call runs it."""

    def __init__(self, call: Host, verb: Verb, vendor: Vendor, responder: Responder | None) -> None:
        """Make a model that has not been connected.

        Args:
            call: The call.
            verb: The verb.
            vendor: The vendor of the model.
            responder: Decides what the model does; None if a script does.
        """
        self.verb = verb
        self.vendor = vendor
        self.transcript: list[Utterance] = []
        self.tool_calls: list[ToolCall] = []
        #: what the vendor has sent, in its own spelling
        self.events: list[Event] = []
        #: the updates that the app has sent, and that were passed on
        self.updates: list[Mapping[str, Any]] = []
        #: how the caller will cut in on what the model says next
        self.interruption: Interruption | None = None
        #: the room that it has moved to with its caller; None if it has not
        self.room: str | None = None
        self.responder = responder
        #: True once a script says what it does
        self.scripted = False
        self._call = call
        # what the model is to do next, and what tells that there is something
        self._plans: deque[Callable[[], Steps | None]] = deque()
        self._news = Future()
        # cuts off what the model says; None while it says nothing
        self._cut: Future | None = None
        # how often in a row the caller has said nothing in time
        self._silences = 0
        #: how the conversation has ended, as the action hook reports it; None while it lasts
        self.results: dict[str, Any] | None = None

    # -- for the verb that runs it

    def next_plan(self) -> Callable[[], Steps | None] | None:
        """Take what the model is to do next; None if it only listens."""
        return self._plans.popleft() if self._plans else None

    def wait(self) -> Steps:
        """Wait until there is something to do, or the caller has said nothing for so long that it is an event."""
        call, self._news = self._call, Future()
        no_input = self.vendor.no_input(self._silences + 1)
        timer = None
        if no_input is not None:
            timer = call.clock.call_later(no_input.seconds, lambda: self._hear_nothing(no_input), patient=True)
        try:
            yield self._news
        finally:
            if timer is not None:
                timer.cancel()

    def begin(self) -> None:
        """Connect."""
        self._emit(self.vendor.connected())
        if self.responder is not None:
            self.responder.begins(self)

    def hear(self, text: str) -> None:
        """Take the caller's words."""
        self._silences = 0
        self.transcript.append(Utterance("caller", text))
        self._emit(self.vendor.heard(text))
        if self.responder is not None:
            self.responder.heard(self, text)

    def hear_interim(self) -> None:
        """Take it that the caller has begun to speak, which cuts off what the model says."""
        if self._cut is not None and self.vendor.can_be_interrupted:
            self._cut.set()

    def press(self, keys: str) -> None:
        """Take keys of the caller."""
        told = self.vendor.pressed(keys)
        if told is None:
            self._call.note("event", f"the keys {keys} do not reach the model")
        for item in told or ():
            if isinstance(item, str):
                self.hear(item)
            else:
                self._emit([item])

    def answer_alone(self, responder: Responder) -> None:
        """Let a model that nobody scripts answer what it has missed, and all that comes."""
        self.responder = responder
        if not self.transcript:
            responder.begins(self)
        elif self.transcript[-1].who == "caller":
            responder.heard(self, self.transcript[-1].text)

    def take_script(self) -> None:
        """Leave all to a script from now on."""
        self.scripted, self.responder = True, None

    # -- what it does

    def plan(self, do: Callable[[], Steps | None]) -> None:
        """Have the model do something, after all that it has been given to do."""
        if self.results is not None:
            self._call.note("event", "the model does nothing any more: the conversation has ended")
            return
        self._plans.append(do)
        self._news.set()

    def says(self, text: str) -> None:
        """Have the model say something."""
        self.plan(lambda: self._speak(text))

    def interrupt_next(self, interruption: Interruption) -> None:
        """Have the caller cut in on what the model says next."""

        def prepare() -> None:
            self.interruption = interruption

        self.plan(prepare)

    def calls(self, functions: Sequence[Function]) -> list[ToolCall]:
        """Have the model call tools, several in one request. Returns the calls."""
        over = None if self.results is None else "the conversation has ended"
        calls = [ToolCall(function, problem=over) for function in functions]
        self.tool_calls += calls
        self.plan(lambda: self._request_tools(calls))
        return calls

    def call(self, name: str, arguments: Mapping[str, Any]) -> ToolCall:
        """Have the model call a tool."""
        return self.calls([Function(self.vendor.next_id("call_"), name, arguments)])[0]

    def emits(self, event: Event) -> None:
        """Have the vendor send an event of its own."""
        self.plan(lambda: self._emit([event]))

    def fails(self, error: Any) -> None:
        """Have the vendor fail, as it tells the server of that."""
        self.plan(lambda: self._fail(error))

    def ends(self, reason: str, error: Any = None) -> None:
        """Have the conversation end for a reason."""
        self.plan(lambda: self.end(reason, error))

    def end(self, reason: str | None = None, error: Any = None) -> None:
        """End the conversation, normally if there is no other reason; does nothing if it has ended."""
        if self.results is not None:
            return
        reason = reason or self.vendor.NORMAL_END
        self.results = {self.vendor.REASON: reason}
        if error is not None:
            self.results["error"] = snake_case_keys(error)
        for call in self.tool_calls:
            if not call.answered and call.problem is None:
                call.problem = f"the conversation has ended: {reason}"
        self._call.note("event", f"the conversation with the model ends: {reason}")
        self._news.set()

    # -- what the app sends

    def take_output(self, call_id: str, data: Any) -> None:
        """Take the output of a tool, or note why the server or the vendor throws it away."""
        try:
            outputs = self.vendor.read_outputs(call_id, data)
        except Dropped as dropped:
            return self._drop_output(call_id, data, str(dropped))
        for output in outputs:
            self._take(output, call_id)
        return None

    def take_update(self, data: Mapping[str, Any]) -> None:
        """Take an update. Raises Dropped if the server does not pass it on."""
        self.vendor.take_update(data)
        self.updates.append(data)
        if self.responder is not None:
            self.responder.updated(self, data)

    # -- inside

    def _speak(self, text: str) -> Steps:
        call = self._call
        self._emit(self.vendor.starts_speaking(text))
        call.note("app", text)
        self._cut = cut = Future()
        interruption, self.interruption = self.interruption, None
        timer = None
        if interruption is not None:
            timer = call.clock.call_later(interruption.after, lambda: self._interrupt(interruption, cut))
        started, seconds = call.now, call.pace.of_text(text)
        call.phone.playing += 1
        try:
            yield first_of(sleep(call.clock, seconds), cut)
        finally:
            self._cut = None
            call.phone.playing -= 1
            call.phone.changed()
            if timer is not None:
                timer.cancel()
        if not cut.done:
            self.transcript.append(Utterance("model", text))
            return self._emit(self.vendor.has_spoken(text))
        seconds = call.now - started
        spoken = text[: int(seconds * call.pace.characters)].rstrip()
        call.note("event", f"cut off after {seconds:.1f} s: {text}")
        self.transcript.append(Utterance("model", spoken))
        return self._emit(self.vendor.was_interrupted(text, spoken))

    def _interrupt(self, interruption: Interruption, cut: Future) -> None:
        """Let the caller cut in."""
        cut.set()
        if interruption.text:
            self._call.phone.take(Said(interruption.text, lead=0.0))

    def _hear_nothing(self, no_input: NoInput) -> None:
        """Take it that the caller has said nothing for so long."""
        self._silences += 1
        self._call.note("event", f"the caller has said nothing for {no_input.seconds:g} s")
        self._emit(no_input.events)
        if no_input.ends is not None:
            self.end(no_input.ends)
        elif no_input.asks_again and self.responder is not None:
            self.says(ASKS_AGAIN)
        else:
            self._news.set()

    def _request_tools(self, calls: Sequence[ToolCall]) -> None:
        self._emit(self.vendor.asks_for([call.function for call in calls]))

    def _ask_tool_hook(self, asked: ToolHook) -> None:
        """Ask the app for tools, of which the vendor has told the server."""
        call, hook, message = self._call, self.verb.get("toolHook"), self.vendor.TOOL_MESSAGE
        for function in asked.functions:
            call.note("status", f"{message} {function.name} {as_json(function.arguments)}")
            tool_call = self._find(function.id)
            if tool_call is None:
                tool_call = ToolCall(function)
                self.tool_calls.append(tool_call)
            if not hook:
                tool_call.problem = "the verb has no toolHook"
                problem = f"the model calls {function.name}, and the verb has no toolHook"
                call.note_error(problem, "tool-hook-missing", where="toolHook")
        payload = snake_case_keys({"tool_call_id": asked.call_id, **asked.data})
        if hook and call.websocket and not self._is_webhook(hook):
            call.notify(message, payload, hook)
        elif hook:
            request = HookRequest(hook, payload, message)
            call.send_hook(request, lambda answer: self._tool_hook_answered(asked.call_id, answer))

    def _tool_hook_answered(self, call_id: str, answer: HookAnswer) -> list[Verb]:
        """Take the answer of a webhook, which is the output itself."""
        data = answer.data
        if answer.error is not None or not isinstance(data, dict | list):
            if answer.error is None:
                problem = f"the answer to a tool hook must be a JSON object, got {as_json(data)}"
                self._call.note_error(problem, "tool-output-shape", where="toolHook", wire=data)
            self.end("client error calling function", error_of(answer.error))
        elif isinstance(data, list):
            self._drop_output(call_id, data, "expected an object, got an array")
        else:
            # jambonz takes an output without a type for one in the shape of Ultravox
            legacy = {} if data.get("type") else {"type": "client_tool_result", "invocation_id": call_id}
            is_agent = self.verb["verb"] == "agent"
            self.take_output(call_id, data if is_agent else {**data, **legacy})
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
            call.answered, call.output = True, output.value
            self._call.note("event", f"tool output of {call.function.name}: {as_json(output.value)}")
            if self.responder is not None:
                self.responder.got_output(self, call)

    def _drop_output(self, call_id: str, data: Any, why: str) -> None:
        """Write down that an output is lost, and with it those of all calls that it may have been for."""
        call = self._find(call_id)
        name = call.function.name if call else call_id
        problem = f"the output of the tool {name} is dropped without a word: {why}"
        # a vendor that asks for several tools at once gives the request an id of its own
        for lost in self.tool_calls if call is None else [call]:
            if not lost.answered:
                lost.problem = problem
        self._call.note_error(problem, "tool-output-shape", where=self.vendor.name, wire=data)

    @property
    def waits_for_tools(self) -> bool:
        """True while the app has not given the output of a tool that was called."""
        return self.results is None and any(not call.answered and call.problem is None for call in self.tool_calls)

    def _find(self, call_id: str) -> ToolCall | None:
        return next((call for call in self.tool_calls if call.function.id == call_id), None)

    def _fail(self, error: Any) -> None:
        failure = self.vendor.failed(error)
        self._emit(failure.events)
        if failure.ending is not None:
            self.end(failure.ending.reason, failure.ending.error)

    def _emit(self, events: Sequence[Event]) -> None:
        """Have the vendor send events, and do with each what the server does."""
        hook = self.verb.get("eventHook")
        for event in events:
            self.events.append(event)
            for asked in self.vendor.tool_hooks(event):
                self._ask_tool_hook(asked)
            if hook and self.vendor.wants(event):
                self._tell(hook, event)
            ending = self.vendor.ending(event)
            if ending is not None:
                self.end(ending.reason, ending.error)

    def _tell(self, hook: Any, event: Event) -> None:
        """Tell the event hook of an event."""
        message, data = self.vendor.EVENT_MESSAGE, snake_case_keys(event)
        self._call.note("status", f"{message} {self.vendor.type_of(event)}")
        if self._is_webhook(hook):
            self._call.send_hook(HookRequest(hook, data, message))
        else:
            self._call.notify(message, data, hook)

    def _is_webhook(self, hook: Any) -> bool:
        """Return True for a hook that goes to another place than the WebSocket of the app."""
        return self._call.websocket and url_of(hook).startswith("http")
