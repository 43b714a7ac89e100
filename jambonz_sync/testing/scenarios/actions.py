"""The steps of the caller and of those whom the app dials: each is a method of the kit, with its arguments."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ...simulator import Said
from ...simulator.engine.turns import KEYS, REQUEST_METHODS
from ..errors import ExpectationFailed
from .steps import Names, Play, Readable, fill, has_variable
from .yaml_file import Located

__all__ = ["ACTIONS", "Action", "ActionReader"]

#: reads an argument, whose name is there for errors
_Argument = Callable[[Located, str, Names], Any]


@dataclass(frozen=True)
class Action:
    """``says: hello``, ``hangs_up``, ``presses: {keys: 12#, after: 500ms}``, ``dialled: {answers: 3s}`` ...

    Args:
        line: The line that it is in.
        name: The name of the method.
        arguments: Its arguments.
        dialled: It is done by those whom the app has dialled, not by the caller.
    """

    line: int
    name: str
    arguments: Mapping[str, Any] = field(default_factory=dict[str, Any])
    dialled: bool = False

    def play(self, play: Play) -> None:
        act = getattr(play.call.dialled if self.dialled else play.call, self.name)
        arguments = {name: _filled(play, value) for name, value in self.arguments.items()}
        recognized = {name: arguments.pop(name) for name in ("language", "translations") if name in arguments}
        if recognized:
            confidence = {"confidence": arguments.pop("confidence")} if "confidence" in arguments else {}
            arguments["text"] = Said(arguments["text"], **confidence, **recognized)
        try:
            act(**arguments)
        except ValueError as error:
            raise ExpectationFailed(str(error)) from None


@dataclass(frozen=True)
class ActionReader:
    """Reads one action: a plain value is the first of its arguments, a mapping has several.

    Args:
        name: The name of the method.
        arguments: Name -> how it is read.
        required: The first one must be there.
        dialled: It is an action of those whom the app dials.
    """

    name: str
    arguments: Mapping[str, _Argument]
    required: bool = False
    dialled: bool = False

    def read(self, value: Located, names: Names) -> Action:
        """Return the action. Raises ScenarioInvalid."""
        what = f"dialled.{self.name}" if self.dialled else self.name
        first = next(iter(self.arguments), None)
        arguments: dict[str, Any] = {}
        if value.kind == "mapping":
            fields = value.as_mapping(what, self.arguments)
            if self.required and first is not None and first not in fields:
                fields = {first: value, **fields}  # which is none, and the error says what was expected
            arguments = {name: self.arguments[name](each, f"{what}.{name}", names) for name, each in fields.items()}
        elif value.kind != "nothing" or self.required:
            if first is None:
                raise value.invalid(f"{what}: expected nothing behind it")
            arguments = {first: self.arguments[first](value, what, names)}
        return Action(value.line, self.name, arguments, self.dialled)


class _DialledReader:
    """Reads ``dialled``: an action alone, or with its value."""

    def read(self, value: Located, names: Names) -> Action:
        """Return the action. Raises ScenarioInvalid."""
        if value.kind != "mapping":
            name, content = value.as_text("dialled"), value.without_value()
            if name not in _OF_DIALLED:
                raise value.invalid(f"dialled: {name!r} is not known; there are {', '.join(_OF_DIALLED)}")
            if _OF_DIALLED[name].required:
                raise value.invalid(f"dialled: {name}: expected a value behind it, as in 'dialled: {{{name}: ...}}'")
        else:
            fields = value.as_mapping("dialled", _OF_DIALLED)
            if len(fields) != 1:
                raise value.invalid(f"dialled: expected one thing, got {', '.join(fields) or 'nothing'}")
            name, content = next(iter(fields.items()))
        return _OF_DIALLED[name].read(content, names)


def _filled(play: Play, value: Any) -> Any:
    if isinstance(value, dict):
        return {name: fill(play, text) for name, text in value.items()}
    return fill(play, value) if isinstance(value, str) else value


# -- arguments


def _text(value: Located, what: str, names: Names) -> str:
    return names.check(value, value.as_text(what))


def _seconds(value: Located, what: str, names: Names) -> float:
    return value.as_seconds(what)


def _keys(value: Located, what: str, names: Names) -> str:
    keys = names.check(value, value.as_text(what))
    if not has_variable(keys) and not KEYS.issuperset(keys):
        raise value.invalid(f"{what}: keys are 0-9, * and #, got {keys!r}")
    return keys


def _confidence(value: Located, what: str, names: Names) -> float:
    confidence = value.as_number(what)
    if confidence > 1:
        raise value.invalid(f"{what}: expected a number from 0 to 1")
    return confidence


def _refusal(value: Located, what: str, names: Names) -> int:
    status = int(value.as_number(what))
    if not 300 <= status <= 699:
        raise value.invalid(f"{what}: expected a SIP status from 300 to 699, got {status}")
    return status


def _frequency(value: Located, what: str, names: Names) -> int:
    return int(value.as_number(what))


def _flag(value: Located, what: str, names: Names) -> bool:
    if value.as_text(what) not in ("true", "false"):
        raise value.invalid(f"{what}: expected true or false, got {value.text!r}")
    return value.text == "true"


def _method(value: Located, what: str, names: Names) -> str:
    method = value.as_text(what)
    if method not in REQUEST_METHODS:
        raise value.invalid(f"{what}: expected INFO or MESSAGE, got {method!r}")
    return method


def _texts(value: Located, what: str, names: Names) -> dict[str, str]:
    return {name: names.check(each, each.as_text(f"{what}.{name}")) for name, each in value.as_mapping(what).items()}


# -- actions

_AFTER: Mapping[str, _Argument] = {"after": _seconds}
_SAID: Mapping[str, _Argument] = {
    "text": _text,
    "confidence": _confidence,
    "language": _text,
    "translations": _texts,
}


def _phone_requests(*, dialled: bool) -> list[ActionReader]:
    """Return the actions of a phone, whoever has it."""
    return [
        ActionReader("refers", {"to": _text, "headers": _texts, **_AFTER}, True, dialled),
        ActionReader("holds", _AFTER, False, dialled),
        ActionReader("resumes", _AFTER, False, dialled),
        ActionReader("sends_request", {"method": _method, "body": _text, "headers": _texts, **_AFTER}, True, dialled),
    ]


_OF_DIALLED: Mapping[str, ActionReader] = {
    reader.name: reader
    for reader in [
        ActionReader("answers", _AFTER, False, True),
        ActionReader("is_busy", {}, False, True),
        ActionReader("refuses", {"status": _refusal}, False, True),
        ActionReader("never_answers", {}, False, True),
        ActionReader("is_machine", {"greeting": _text, "beeps": _flag, **_AFTER}, True, True),
        ActionReader("presses", {"keys": _keys, **_AFTER}, True, True),
        ActionReader("says", {**_SAID, **_AFTER}, True, True),
        ActionReader("beeps", {"frequency": _frequency, **_AFTER}, False, True),
        *_phone_requests(dialled=True),
        ActionReader("hangs_up", _AFTER, False, True),
    ]
}
#: name of a step in YAML -> how it is read; ``dialled`` is one that needs a value, too
ACTIONS: Mapping[str, Readable] = {
    **{
        reader.name: reader
        for reader in [
            ActionReader("says", _SAID, True),
            ActionReader("presses", {"keys": _keys, **_AFTER}, True),
            ActionReader("interrupts", {"text": _text, **_AFTER, "confidence": _confidence}, True),
            ActionReader("is_silent", {}),
            ActionReader("advance", {"seconds": _seconds}, True),
            ActionReader("drops_connection", _AFTER),
            ActionReader("hangs_up", _AFTER),
            ActionReader("beeps", {"frequency": _frequency}),
            *_phone_requests(dialled=False),
        ]
    },
    "dialled": _DialledReader(),
}
