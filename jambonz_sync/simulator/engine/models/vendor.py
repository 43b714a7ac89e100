"""A vendor of models, as the server sees it: what it sends in the course of a conversation, and what it takes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, cast

from ..waits import Verb

__all__ = [
    "Dropped",
    "Ending",
    "Event",
    "Failure",
    "Function",
    "NoInput",
    "Output",
    "ToolHook",
    "Vendor",
    "arguments_of",
    "as_object",
    "mapping_of",
    "nested_output",
    "readable",
]

#: an event of a vendor, in the vendor's own spelling
Event = dict[str, Any]


class Dropped(Exception):
    """The server, or the vendor behind it, throws away what the app has sent; the text says why."""


@dataclass(frozen=True, slots=True)
class Function:
    """A tool that a model calls: its name, its arguments, and the id of the call."""

    id: str
    name: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Output:
    """The output of a tool: the id of the call that it answers, and the value that the model reads."""

    call_id: str
    value: Any


@dataclass(frozen=True, slots=True)
class ToolHook:
    """What the server asks the tool hook for: the id that it gives, the rest of the data, and the tools it is about."""

    call_id: str
    data: Mapping[str, Any]
    functions: Sequence[Function]


@dataclass(frozen=True, slots=True)
class Ending:
    """The end of a conversation, as the action hook reports it."""

    reason: str
    error: Any = None


@dataclass(frozen=True, slots=True)
class Failure:
    """A failure of the vendor: the events of it, and the end of its connection if it closes that."""

    events: Sequence[Event] = ()
    ending: Ending | None = None


@dataclass(frozen=True, slots=True)
class NoInput:
    """What comes of a caller who says nothing.

    Args:
        seconds: How long the model waits for them.
        events: The events of that.
        asks_again: True if the model is to speak then.
        ends: The reason for which the conversation ends; None if it goes on.
    """

    seconds: float
    events: Sequence[Event] = ()
    asks_again: bool = False
    ends: str | None = None


class Vendor:
    """The base of all vendors, and one that is not known here: its events and shapes are its own affair.

    An event is sent to the event hook if the verb wants it; :attr:`EVENTS` are those that it gets if it names none.
    """

    EVENTS: ClassVar[tuple[str, ...]] = ()
    #: ``prefix.*`` stands for all events that begin so
    WILDCARDS: ClassVar[bool] = False
    #: True if the vendor's events and shapes are known here
    KNOWN: ClassVar[bool] = False
    #: the types of the messages to the app; an event that is a hook is answered with verbs
    EVENT_MESSAGE: ClassVar[str] = "llm:event"
    TOOL_MESSAGE: ClassVar[str] = "llm:tool-call"
    #: the field of the action hook that says why the conversation has ended, and what it says of a normal end
    REASON: ClassVar[str] = "completion_reason"
    NORMAL_END: ClassVar[str] = "normal conversation end"

    def __init__(self, name: str, verb: Verb, server: str | None) -> None:
        """Make a vendor for one conversation.

        Args:
            name: The name of the vendor.
            verb: The verb.
            server: The version of jambonz, None if all are meant.
        """
        self.name = name
        self.verb = verb
        self.server = server
        self._count = 0

    # -- what the vendor sends

    def connected(self) -> list[Event]:
        """Return the events at the beginning of a conversation."""
        return []

    def heard(self, text: str) -> list[Event]:
        """Return the events of something that the caller has said."""
        return []

    def starts_speaking(self, text: str) -> list[Event]:
        """Return the events at the beginning of an answer."""
        return []

    def has_spoken(self, text: str) -> list[Event]:
        """Return the events at the end of an answer that was spoken in full."""
        return []

    def was_interrupted(self, text: str, spoken: str) -> list[Event]:
        """Return the events of an answer that the caller has cut off: its ``text``, and as much as was spoken."""
        return []

    def asks_for(self, functions: Sequence[Function]) -> list[Event]:
        """Return the events of a request for tools."""
        return [{"type": "tool_call", "functions": list(functions)}]

    def failed(self, error: Any) -> Failure:
        """Return the failure of a vendor."""
        return Failure(ending=Ending("server error", error))

    def pressed(self, keys: str) -> list[str] | list[Event] | None:
        """Return what the vendor is told of keys, as words, or the events of them; None if it learns nothing."""
        return None

    @property
    def can_be_interrupted(self) -> bool:
        """True if the caller cuts off what the model says by speaking."""
        return True

    def is_interrupted_by(self, words: str, seconds: float) -> bool:
        """Return True if the caller cuts off what the model says by what they have said so far.

        Args:
            words: What they have said.
            seconds: How long they have spoken.
        """
        return self.can_be_interrupted

    @property
    def speaks(self) -> bool:
        """True if the caller hears what the model says."""
        return True

    def response_timeout(self) -> float | None:
        """Return the seconds that a model has to begin with an answer that was asked for; None for any time."""
        return None

    @property
    def begins(self) -> bool:
        """True if the model is asked for an answer at the beginning."""
        return False

    def no_input(self, count: int) -> NoInput | None:
        """Return what comes of a caller who says nothing; None if the model waits for ever.

        Args:
            count: How often they have in a row.
        """
        return None

    # -- what the app is asked, and what it sends

    def tool_hooks(self, event: Event) -> list[ToolHook]:
        """Return what the server asks the tool hook for when it gets an event."""
        functions = event.get("functions") if event.get("type") == "tool_call" else None
        asked = cast("list[object]", functions) if isinstance(functions, list) else []
        return [self.tool_hook(function) for function in asked if isinstance(function, Function)]

    def tool_hook(self, function: Function) -> ToolHook:
        """Return what the server asks the tool hook for when one tool is called."""
        return ToolHook(function.id, {"name": function.name, "args": function.arguments}, [function])

    def ending(self, event: Event) -> Ending | None:
        """Return the end of the conversation if the server ends it for an event."""
        return None

    def read_outputs(self, call_id: str, data: Any) -> list[Output]:
        """Return the outputs of tools in what the app has sent.

        Args:
            call_id: The id that came beside it.
            data: What the app has sent.
        Raises:
            Dropped: It has another shape than the one that the server passes on.
        """
        return [Output(call_id, data)]

    def take_update(self, data: Mapping[str, Any]) -> None:
        """Take an update. Raises Dropped for one that the server does not pass on."""

    # -- which events are wanted

    def type_of(self, event: Event) -> str:
        """Return the name by which the verb chooses an event."""
        return str(event.get("type", ""))

    @property
    def options(self) -> dict[str, Any]:
        """The ``llmOptions`` of the verb."""
        return mapping_of(self.verb.get("llmOptions"))

    def wants(self, event: Event) -> bool:
        """Return True if the verb has the server tell the event hook of this event."""
        wanted: list[object] = self.verb.get("events") or list(self.EVENTS)
        events = [name for name in wanted if isinstance(name, str)]
        type = self.type_of(event)
        if "all" not in events:
            return type in self._expand([name for name in events if not name.startswith("-")])
        excluded = [name[1:] for name in events if name.startswith("-")]
        return type not in self._expand(excluded) if excluded else type in self.EVENTS

    def _expand(self, names: Sequence[str]) -> list[str]:
        expanded: list[str] = []
        for name in names:
            if self.WILDCARDS and name.endswith(".*"):
                expanded += [event for event in self.EVENTS if event.startswith(name[:-2])]
            else:
                expanded.append(name)
        return expanded

    def next_id(self, prefix: str) -> str:
        """Return an id that is new in this conversation."""
        self._count += 1
        return f"{prefix}{self._count}"


def mapping_of(value: Any) -> dict[str, Any]:
    """Return a value that is an object, and an empty one for any other: options of a vendor may be anything."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def as_object(data: Any, expected: str) -> Mapping[str, Any]:
    """Return data that is an object. Raises Dropped for any other."""
    if not isinstance(data, Mapping):
        raise Dropped(f"expected {expected}, got {type(data).__name__}")
    return cast("Mapping[str, Any]", data)


def nested_output(data: Any, shape: str, server: str | None) -> Any:
    """Return the output of a tool for a vendor whose outputs a 0.9 server, and no later one, reads under ``data``.

    Args:
        data: What the app has sent.
        shape: The shape of the output, for the error.
        server: The version of jambonz; None takes either form.
    Raises:
        Dropped: The server is 0.9, and there is nothing under ``data``.
    """
    output = as_object(data, shape)
    inner: Any = output.get("data")
    if server == "0.9":
        if not isinstance(inner, dict):
            raise Dropped(f"jambonz 0.9 expects {{data: {shape}}}")
        return cast("Any", inner)
    return cast("Any", inner) if server is None and isinstance(inner, dict) and "type" not in output else output


def arguments_of(value: Any) -> dict[str, Any] | None:
    """Return the arguments of a tool, which a vendor gives as an object or as JSON; None if they are neither."""
    arguments = readable(value)
    return cast("dict[str, Any]", arguments) if isinstance(arguments, dict) else None


def readable(text: Any) -> Any:
    """Return the value of JSON text for a test to compare; any other text, and any other value, as it is."""
    if not isinstance(text, str):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text
