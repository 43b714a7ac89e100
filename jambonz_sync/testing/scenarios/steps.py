"""The steps that wait for the app, and what all steps have in common: each is read from YAML, and played in a call."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, Self

from ...simulator import HookExchange, TranscriptEntry
from ..errors import ExpectationFailed
from .yaml_file import Located

if TYPE_CHECKING:
    from ..call import TestCall

__all__ = ["STEPS", "Names", "Play", "Readable", "Step", "fill", "has_variable"]

_VARIABLE = re.compile(r"\$\{(\w+)\}")


class Names:
    """The variables that there are when a step is played: those given, and those that earlier steps find.

    Args:
        values: Name -> value of those given.
    """

    def __init__(self, values: Mapping[str, str]) -> None:
        self.known = set(values)

    def check(self, located: Located, text: str) -> str:
        """Return a text in which every variable is known. Raises ScenarioInvalid."""
        for name in _VARIABLE.findall(text):
            if name not in self.known:
                known = ", ".join(sorted(self.known)) or "none"
                raise located.invalid(f"the variable {name!r} is not set; there are: {known}")
        return text


class Play(Protocol):
    """A scenario that is being played, as steps see it."""

    call: TestCall
    variables: dict[str, str]
    #: the last line that a step has heard
    last: TranscriptEntry | None

    def ask_model(self, messages: Sequence[Mapping[str, str]], seconds: float) -> str:
        """Ask the language model, and return its answer. Raises ModelUnavailable."""
        ...


def has_variable(text: str) -> bool:
    """Return True if a text is known only when its step is played."""
    return _VARIABLE.search(text) is not None


def fill(play: Play, text: str) -> str:
    """Return a text with the values of its variables."""
    return _VARIABLE.sub(lambda match: play.variables[match[1]], text)


class Step(Protocol):
    """One step."""

    @property
    def line(self) -> int: ...

    def play(self, play: Play) -> None:
        """Do it, or wait for it. Raises ExpectationFailed if it does not come."""
        ...


class Readable(Protocol):
    """The class of a step, or whatever else reads it."""

    def read(self, value: Located, names: Names) -> Step: ...


@dataclass(frozen=True)
class Plays:
    """``plays: hello.wav``: audio of the caller, from a file beside the scenario."""

    line: int
    path: Path

    @classmethod
    def read(cls, value: Located, names: Names) -> Self:
        path = Path(value.file).parent / value.as_text("plays")
        if not path.is_file():
            raise value.invalid(f"plays: there is no file {path}")
        return cls(value.line, path)

    def play(self, play: Play) -> None:
        play.call.plays(self.path)


@dataclass(frozen=True)
class Heard:
    """``heard: text``, ``heard: {regex: ..., timeout: 5s}``: the app says something, after what was heard before.

    The named groups of an expression become variables.
    """

    line: int
    text: str
    is_regex: bool = False
    timeout: float | None = None
    name: ClassVar[str] = "heard"

    @classmethod
    def read(cls, value: Located, names: Names) -> Self:
        if value.kind != "mapping":
            return cls(value.line, names.check(value, value.as_text(cls.name)))
        fields = value.as_mapping(cls.name, ("text", "regex", "timeout"))
        if ("text" in fields) == ("regex" in fields):
            raise value.invalid(f"{cls.name}: expected either text or regex")
        wanted = fields.get("regex") or fields["text"]
        text = names.check(wanted, wanted.as_text(cls.name))
        if "regex" in fields:
            try:
                names.known |= re.compile(_VARIABLE.sub("x", text)).groupindex.keys()
            except re.error as error:
                raise wanted.invalid(f"{cls.name}.regex: {error}") from None
        timeout = fields["timeout"].as_seconds(f"{cls.name}.timeout") if "timeout" in fields else None
        return cls(value.line, text, "regex" in fields, timeout)

    def wanted(self, play: Play) -> str | re.Pattern[str]:
        """Return what to look for."""
        if not self.is_regex:
            return fill(play, self.text)
        return re.compile(_VARIABLE.sub(lambda match: re.escape(play.variables[match[1]]), self.text))

    def play(self, play: Play) -> None:
        wanted = self.wanted(play)
        play.last = play.call.heard(wanted, after=play.last, timeout=self.timeout)
        if isinstance(wanted, re.Pattern) and (match := wanted.search(play.last.text)):
            play.variables |= {name: text for name, text in match.groupdict().items() if text is not None}


@dataclass(frozen=True)
class NotHeard(Heard):
    """``not_heard: text``: the app does not say something, after what was heard before."""

    name: ClassVar[str] = "not_heard"

    def play(self, play: Play) -> None:
        play.call.not_heard(self.wanted(play), after=play.last, timeout=self.timeout or 0.5)


@dataclass(frozen=True)
class Started:
    """``started: gather``, ``started: {verb: gather, numDigits: 1}``: a verb has been started."""

    line: int
    verb: str
    options: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @classmethod
    def read(cls, value: Located, names: Names) -> Self:
        if value.kind != "mapping":
            return cls(value.line, value.as_text("started"))
        fields = value.as_mapping("started")
        if "verb" not in fields:
            raise value.invalid("started: expected a verb")
        options = {name: each.as_json() for name, each in fields.items() if name != "verb"}
        return cls(value.line, fields["verb"].as_text("started.verb"), options)

    def play(self, play: Play) -> None:
        play.call.started(self.verb, **self.options)


@dataclass(frozen=True)
class Hook:
    """``hook: /menu``, ``hook: {url: /menu, digits: "1"}``: the app has been asked by a hook, with these data."""

    line: int
    url: str
    payload: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @classmethod
    def read(cls, value: Located, names: Names) -> Self:
        if value.kind != "mapping":
            return cls(value.line, value.as_text("hook"))
        fields = value.as_mapping("hook")
        if "url" not in fields:
            raise value.invalid("hook: expected a url")
        payload = {name: each.as_json() for name, each in fields.items() if name != "url"}
        return cls(value.line, fields["url"].as_text("hook.url"), payload)

    def play(self, play: Play) -> None:
        hook: HookExchange = play.call.hook(self.url)
        for name, expected in self.payload.items():
            got = hook.payload.get(name)
            if got != expected:
                raise ExpectationFailed(f"{self.url}: expected {name} to be {expected!r}, got {got!r}\n\n{play.call}")


@dataclass(frozen=True)
class Ended:
    """``ended: completed``, ``ended: {reason: completed, by: app}``: the call has ended."""

    line: int
    reason: str | None = None
    by: str | None = None

    @classmethod
    def read(cls, value: Located, names: Names) -> Self:
        if value.kind == "nothing":
            return cls(value.line)
        if value.kind != "mapping":
            return cls(value.line, value.as_text("ended"))
        fields = value.as_mapping("ended", ("reason", "by"))
        by = fields["by"].as_text("ended.by") if "by" in fields else None
        if by not in (None, "app", "caller", "jambonz"):
            raise fields["by"].invalid(f"ended.by: expected app, caller or jambonz, got {by!r}")
        return cls(value.line, fields["reason"].as_text("ended.reason") if "reason" in fields else None, by)

    def play(self, play: Play) -> None:
        reason = play.call.ended
        if reason is None:
            raise ExpectationFailed(f"the call has not ended\n\n{play.call}")
        by = play.call.transcript.ended_by
        if self.reason not in (None, reason) or self.by not in (None, by):
            expected = " by ".join(filter(None, (self.reason or "any reason", self.by)))
            raise ExpectationFailed(f"expected the call to end with {expected}, got {reason} by {by}\n\n{play.call}")


#: name of a step in YAML -> how it is read
STEPS: dict[str, Readable] = {
    "plays": Plays,
    "heard": Heard,
    "not_heard": NotHeard,
    "started": Started,
    "hook": Hook,
    "ended": Ended,
}
