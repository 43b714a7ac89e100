"""The model that a test scripts: what it says and calls, and what it has got of the caller and of the app."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..simulator import Utterance
from ..simulator.engine.models.conversation import Interruption, ToolCall, as_json
from ..simulator.engine.models.model import Model
from ..simulator.engine.models.tools import declared_tools
from .errors import ExpectationFailed
from .matching import Wanted, describe_wanted, matches
from .running import RunningCall

__all__ = ["ScriptedModel", "ToolResult"]


class ToolResult:
    """The output of a tool, as the model reads it. Equal to the output itself: ``result == {"weather": "sunny"}``.

    A text that is JSON counts as the value that it stands for.

    Args:
        call: The call of the tool, which has been answered.
        running: The call of the test.
    """

    def __init__(self, call: ToolCall, running: RunningCall) -> None:
        #: the tool that was called
        self.name = call.function.name
        #: the arguments that it was called with
        self.arguments: Mapping[str, Any] = call.function.arguments
        #: the output
        self.output: Any = call.output
        self._running = running

    def returns(self, *values: Any, contains: Wanted | None = None) -> ToolResult:
        """Make sure of the output.

        Args:
            values: The output itself; any of these.
            contains: A part of it in upper or lower case, a regular expression, or a function that gets it; as text,
                which is JSON for anything but a text.
        Returns:
            This.
        Raises:
            ExpectationFailed: It is another. The message has the transcript.
        """
        __tracebackhide__ = True
        if values and self.output not in values:
            wanted = " or ".join(map(repr, values))
            raise ExpectationFailed(self._running.describe(f"{self} returned {self.output!r}, not {wanted}\n"))
        if contains is not None and not matches(contains, self.text):
            wanted = describe_wanted(contains)
            raise ExpectationFailed(self._running.describe(f"{self} returned {self.output!r}, without {wanted}\n"))
        return self

    @property
    def text(self) -> str:
        """The output as text: JSON for anything but a text."""
        return self.output if isinstance(self.output, str) else as_json(self.output)

    def __eq__(self, other: object) -> bool:
        return bool(self.output == (other.output if isinstance(other, ToolResult) else other))

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<ToolResult of {self}: {self.output!r}>"

    def __str__(self) -> str:
        arguments = ", ".join(f"{name}={value!r}" for name, value in self.arguments.items())
        return f"{self.name}({arguments})"


class ScriptedModel:
    """The model that the caller talks to, which does what the test says. Made by :meth:`TestCall.model`.

    It does one thing after the other, in the order in which the test asks for them. A method for something that the
    app does waits for it.

    Args:
        model: The model.
        running: The call of the test.
    Threads: that of the test.
    """

    def __init__(self, model: Model, running: RunningCall) -> None:
        self._model = model
        self._running = running

    def __repr__(self) -> str:
        state = "talks to the caller" if self.completion_reason is None else self.completion_reason
        return f"<ScriptedModel {self._model.vendor.name}: {state}>"

    # -- what it does

    def says(self, text: str) -> None:
        """Say something to the caller, who hears it for as long as it takes: 15 characters a second.

        Args:
            text: The words.
        """
        self._running.post(lambda: self._model.says(text))

    def is_interrupted(self, by: str = "", *, after: float = 0.5) -> None:
        """Have the caller cut in on what the model says next.

        Args:
            by: The words of the caller, which the model hears; none if there is nothing.
            after: Seconds of speech until then. A text that is shorter is heard in full.
        """
        interruption = Interruption(after, by)
        self._running.post(lambda: self._model.interrupt_next(interruption))

    def calls_tool(self, name: str, /, **arguments: Any) -> ToolResult:
        """Call a tool of the app, in the shape of the model's vendor, and wait for its output.

        A tool of jambonz itself, by ``handoff`` or ``hangup``, has no output if it ends the conversation: None. The
        summary for the human is the first text among the arguments.

        Args:
            name: The tool.
            arguments: Its arguments.
        Returns:
            The output, which the vendor and the server have taken.
        Raises:
            ExpectationFailed: There is no output in time, or it was dropped, as the server drops one of the wrong
                shape; the message says why, and has the transcript.
            CallFailed: The app could not be called; likewise any other error that has ended the call.
        Blocks: up to the ``timeout`` of the fixture.
        """
        __tracebackhide__ = True
        calls: list[ToolCall] = []
        self._running.post(lambda: calls.append(self._model.call(name, arguments)))
        self._running.wait_for(lambda: bool(calls) and (calls[0].answered or calls[0].problem is not None))
        if calls and calls[0].answered:
            return ToolResult(calls[0], self._running)
        what = f"the model has got no output of the tool {name}"
        if calls and calls[0].problem:
            raise ExpectationFailed(self._running.describe(f"{what}: {calls[0].problem}\n"))
        raise ExpectationFailed(self._running.explain(what, None, None))

    def emits(self, event: Mapping[str, Any]) -> None:
        """Send an event of the vendor, of which the event hook is told if the verb wants it.

        Args:
            event: The event, in the spelling of the vendor: ``{"type": "rate_limits.updated", ...}``.
        """
        self._running.post(lambda: self._model.emits(dict(event)))

    def fails(self, error: Any = "the model has failed") -> None:
        """Fail, as a model of this vendor does: by an event, or by the end of its connection.

        Args:
            error: The error, a text or the mapping of the vendor.
        """
        self._running.post(lambda: self._model.fails(error))

    def ends(self, reason: str = "disconnect from remote end", error: Any = None) -> None:
        """End the conversation, of which the action hook is told.

        Args:
            reason: The ``completion_reason``; for ``dialogflow`` its result, ``completed``.
            error: The ``error`` beside it.
        """
        self._running.post(lambda: self._model.ends(reason, error))

    # -- what it has got

    @property
    def verb(self) -> Mapping[str, Any]:
        """The verb, as the app sent it, with all that it passes on to the model."""
        return self._model.verb

    @property
    def tools(self) -> list[str]:
        """The names of the tools that the verb declares, and of those that it has jambonz add by handoff and hangup.

        Those of an agent at ElevenLabs are kept there, and unknown here.
        """
        return [tool.name for tool in declared_tools(self._model.verb)]

    @property
    def transcript(self) -> Sequence[Utterance]:
        """The words of the caller and of the model, in order, as far as they were heard."""
        return self._model.transcript

    @property
    def events(self) -> Sequence[Mapping[str, Any]]:
        """The events that the vendor has sent, in its own spelling, whether the verb wants them or not."""
        return self._model.events

    @property
    def updates(self) -> Sequence[Mapping[str, Any]]:
        """The updates of the app that have reached the model, in order."""
        return self._model.updates

    @property
    def room(self) -> str | None:
        """The room that the app has moved the model and its caller to; None if it has not."""
        return self._model.room

    @property
    def completion_reason(self) -> str | None:
        """Why the conversation has ended; None while it lasts."""
        results = self._model.results
        return None if results is None else str(results[self._model.vendor.REASON])

    def hears(self, wanted: Wanted, *, timeout: float | None = None) -> bool:
        """Wait until the model hears the caller say something, and tell if it has.

        Args:
            wanted: A part of one utterance, a regular expression, or a function that gets each utterance.
            timeout: Seconds to wait; by default those of the fixture.
        Returns:
            True if it has, False if the call has ended without it, or the time is up.
        Raises:
            CallFailed: The app could not be called; likewise any other error that has ended the call.
        Blocks: up to ``timeout``.
        """
        return self._running.wait_for(lambda: self._has_heard(wanted), timeout)

    def heard(self, wanted: Wanted, *, timeout: float | None = None) -> None:
        """Wait until the model hears the caller say something.

        Args:
            wanted: As for :meth:`hears`.
            timeout: Seconds to wait; by default those of the fixture.
        Raises:
            ExpectationFailed: It has not heard that. The message has the transcript.
            CallFailed: The app could not be called; likewise any other error that has ended the call.
        Blocks: up to ``timeout``.
        """
        __tracebackhide__ = True
        if not self.hears(wanted, timeout=timeout):
            what = f"the model did not hear {describe_wanted(wanted)}"
            raise ExpectationFailed(self._running.explain(what, None, timeout))

    def updated(self, *, timeout: float | None = None, **fields: Any) -> Mapping[str, Any]:
        """Wait until the app updates the model.

        Args:
            timeout: Seconds to wait; by default those of the fixture.
            fields: Fields that the update must have: ``type="update_instructions"``.
        Returns:
            The first such update.
        Raises:
            ExpectationFailed: There was no such update. The message has the transcript.
            CallFailed: The app could not be called; likewise any other error that has ended the call.
        Blocks: up to ``timeout``.
        """
        __tracebackhide__ = True

        def find() -> Mapping[str, Any] | None:
            updates = list(self._model.updates)
            return next((each for each in updates if all(each.get(k) == v for k, v in fields.items())), None)

        if not self._running.wait_for(lambda: find() is not None, timeout):
            wanted = "".join(f" {name}={value!r}" for name, value in fields.items())
            what = f"the app did not update the model{' with' if wanted else ''}{wanted}"
            so_far = f"the updates so far: {as_json(list(self._model.updates))}"
            raise ExpectationFailed(self._running.explain(what, None, timeout, so_far))
        return find() or {}

    def _has_heard(self, wanted: Wanted) -> bool:
        return any(said.who == "caller" and matches(wanted, said.text) for said in list(self._model.transcript))
