"""The steps of phones: what those do whom the app has dialled, and what the caller's phone sends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

from .steps import IsSilent, Names, Play, Presses, Readable, fill
from .yaml_file import Located

__all__ = ["PHONE_STEPS"]

_BARE = ("answers", "is_busy", "refuses", "never_answers", "hangs_up", "holds", "resumes", "beeps")
_SECONDS = ("answers", "hangs_up", "holds", "resumes")
_TEXTS = ("says", "is_machine", "refers")


@dataclass(frozen=True)
class Dialled:
    """``dialled: is_busy``, ``dialled: {answers: 3s}``, ``{refuses: 603}``, ``{says: hello}``, ``{holds: 5s}`` ..."""

    line: int
    action: str
    value: Any = None

    @classmethod
    def read(cls, value: Located, names: Names) -> Self:
        if value.kind != "mapping":
            action = value.as_text("dialled")
            if action not in _BARE:
                known = ", ".join((*_BARE, "presses", *_TEXTS))
                raise value.invalid(f"dialled: {action!r} is not known; there are {known}")
            return cls(value.line, action)
        fields = value.as_mapping("dialled", ("refuses", "presses", *_SECONDS, *_TEXTS))
        if len(fields) != 1:
            raise value.invalid(f"dialled: expected one thing, got {', '.join(fields) or 'nothing'}")
        action, given = next(iter(fields.items()))
        if action == "presses":
            return cls(value.line, action, Presses.read(given, names).keys)
        if action in _TEXTS:
            return cls(value.line, action, names.check(given, given.as_text(f"dialled.{action}")))
        if action == "refuses":
            status = int(given.as_number("dialled.refuses"))
            if not 300 <= status <= 699:
                raise given.invalid(f"dialled.refuses: expected a SIP status from 300 to 699, got {status}")
            return cls(value.line, action, status)
        return cls(value.line, action, given.as_seconds(f"dialled.{action}"))

    def play(self, play: Play) -> None:
        act = getattr(play.call.dialled, self.action)
        value = fill(play, self.value) if isinstance(self.value, str) else self.value
        act() if value is None else act(value)


@dataclass(frozen=True)
class Refers:
    """``refers: "sip:sales@example.com"``: a REFER of the caller."""

    line: int
    to: str

    @classmethod
    def read(cls, value: Located, names: Names) -> Self:
        return cls(value.line, names.check(value, value.as_text("refers")))

    def play(self, play: Play) -> None:
        play.call.refers(fill(play, self.to))


@dataclass(frozen=True)
class Holds(IsSilent):
    """``holds``: the caller puts whom they talk to on hold."""

    action: ClassVar[str] = "holds"

    def play(self, play: Play) -> None:
        getattr(play.call, self.action)()


@dataclass(frozen=True)
class Resumes(Holds):
    """``resumes``: the caller takes them off hold."""

    action: ClassVar[str] = "resumes"


@dataclass(frozen=True)
class Beeps(Holds):
    """``beeps``: the caller is a machine, after its greeting."""

    action: ClassVar[str] = "beeps"


@dataclass(frozen=True)
class SendsRequest:
    """``sends_request: {method: INFO, body: a=b, headers: {X-Level: 3}}``: a request of the caller's phone."""

    line: int
    method: str
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])

    @classmethod
    def read(cls, value: Located, names: Names) -> Self:
        fields = value.as_mapping("sends_request", ("method", "body", "headers"))
        method = fields.get("method", value).as_text("sends_request.method")
        if method not in ("INFO", "MESSAGE"):
            raise fields["method"].invalid(f"sends_request.method: expected INFO or MESSAGE, got {method!r}")
        body = names.check(value, fields["body"].as_text("sends_request.body")) if "body" in fields else ""
        headers = fields["headers"].as_mapping("sends_request.headers") if "headers" in fields else {}
        return cls(value.line, method, body, {name: each.as_text(name) for name, each in headers.items()})

    def play(self, play: Play) -> None:
        play.call.sends_request(self.method, fill(play, self.body), self.headers)


PHONE_STEPS: dict[str, Readable] = {
    "dialled": Dialled,
    "refers": Refers,
    "holds": Holds,
    "resumes": Resumes,
    "beeps": Beeps,
    "sends_request": SendsRequest,
}
