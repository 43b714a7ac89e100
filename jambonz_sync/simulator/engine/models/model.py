"""A model in a conversation with the caller: what it says and hears, the tools it calls, and how it ends."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from ..clock import Timer
from ..flow import Future, first_of, sleep
from ..turns import Said
from ..waits import HookRequest, Steps, Verb
from .conversation import Interruption, ToolCall, Utterance, is_webhook
from .host import Host
from .snake_case import snake_case_keys
from .tool_calls import ToolCalls
from .vendor import Event, Function, NoInput, Vendor

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
        #: the calls of tools
        self.tools = ToolCalls(call, verb, vendor, on_output=self._got_output, do_next=self._do_next, end=self.end)
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
        # runs while the model owes an answer that it was asked for
        self._late: Timer | None = None
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
        if self.vendor.begins:
            self._expect_response()
        if self.responder is not None:
            self.responder.begins(self)

    def hear(self, text: str) -> None:
        """Take the caller's words."""
        self._silences = 0
        if self._cut is not None and self.vendor.can_be_interrupted:
            self._call.note("event", f"the model speaks on: {text!r} does not interrupt it")
        self.transcript.append(Utterance("caller", text))
        self._emit(self.vendor.heard(text))
        if self.responder is not None:
            self.responder.heard(self, text)

    def hear_interim(self, words: str) -> None:
        """Take the words of a caller who still speaks, which may cut off what the model says."""
        seconds = len(words.split()) * self._call.pace.word
        if self._cut is not None and self.vendor.is_interrupted_by(words, seconds):
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
        self.tools.calls += calls
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
        self.tools.end(reason)
        self._stop_expecting()
        self._call.note("event", f"the conversation with the model ends: {reason}")
        self._news.set()

    # -- what the app sends

    def take_output(self, call_id: str, data: Any) -> None:
        """Take the output of a tool, or note why the server or the vendor throws it away."""
        self.tools.take(call_id, data)

    def take_update(self, data: Mapping[str, Any]) -> None:
        """Take an update. Raises Dropped if the server does not pass it on."""
        self.vendor.take_update(data)
        self.updates.append(data)
        if self.responder is not None:
            self.responder.updated(self, data)

    @property
    def tool_calls(self) -> list[ToolCall]:
        """The calls of tools, in order."""
        return self.tools.calls

    @property
    def waits_for_tools(self) -> bool:
        """True while the app has not given the output of a tool that was called."""
        return self.results is None and self.tools.waiting

    # -- inside

    def _do_next(self, do: Callable[[], Steps | None]) -> None:
        self._plans.appendleft(do)
        self._news.set()

    def _got_output(self, call: ToolCall) -> None:
        self._expect_response()
        if self.responder is not None:
            self.responder.got_output(self, call)

    def _speak(self, text: str) -> Steps:
        call = self._call
        self._stop_expecting()
        if self.tools.filler.phrase is not None:
            yield self.tools.filler.phrase
        if not self.vendor.speaks:
            call.note("event", f"the model answers, and nothing is spoken: {text}")
            self.transcript.append(Utterance("model", text))
            return self._emit([*self.vendor.starts_speaking(text), *self.vendor.has_spoken(text)])
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

    def _expect_response(self) -> None:
        """Take it that the model is asked for an answer."""
        seconds = self.vendor.response_timeout()
        if seconds is not None:
            self._stop_expecting()
            self._late = self._call.clock.call_later(seconds, self._be_late, patient=True)

    def _stop_expecting(self) -> None:
        if self._late is not None:
            self._late.cancel()

    def _be_late(self) -> None:
        event = {"type": "response.timeout"}
        self.events.append(event)
        if self.verb.get("eventHook"):
            self._tell(self.verb["eventHook"], event)

    def _request_tools(self, calls: Sequence[ToolCall]) -> None:
        self._stop_expecting()
        self._emit(self.vendor.asks_for([call.function for call in calls]))

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
                self.tools.ask(asked)
            if hook and self.vendor.wants(event):
                self._tell(hook, event)
            ending = self.vendor.ending(event)
            if ending is not None:
                self.end(ending.reason, ending.error)

    def _tell(self, hook: Any, event: Event) -> None:
        """Tell the event hook of an event."""
        message, data = self.vendor.EVENT_MESSAGE, snake_case_keys(event)
        self._call.note("status", f"{message} {self.vendor.type_of(event)}")
        if is_webhook(self._call, hook):
            self._call.send_hook(HookRequest(hook, data, message))
        else:
            self._call.notify(message, data, hook)
