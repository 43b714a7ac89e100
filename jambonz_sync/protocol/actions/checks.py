"""What every command builder shares: the message, and the checks of its arguments."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, TypeAlias

from ...errors import InvalidVerb

Message: TypeAlias = dict[str, Any]
Hook: TypeAlias = str | Mapping[str, Any]

_NO_DATA = frozenset({"tts:flush", "tts:clear"})


def invalid(name: str, option: str | None, expected: str, given: object) -> InvalidVerb:
    """The error for ``option`` of command ``name`` (None: the command as a whole)."""
    path = f"{name}.{option}" if option else name
    nearest = None
    if isinstance(given, str) and "|" in expected:
        nearest = next(iter(get_close_matches(given, expected.split("|"), 1)), None)
    shown = repr(given)
    if len(shown) > 80:
        shown = f"{shown[:77]}..."
    hint = f"; did you mean {nearest!r}?" if nearest else ""
    return InvalidVerb(
        f"command {path}: expected {expected}, got {shown}{hint}",
        verb=name,
        path=path,
        expected=expected,
        nearest=nearest,
    )


def one_of(name: str, option: str, value: object, allowed: Sequence[str]) -> None:
    if value not in allowed:
        raise invalid(name, option, "|".join(allowed), value)


def check_text(name: str, option: str, value: object) -> None:
    if not isinstance(value, str) or not value:
        raise invalid(name, option, "a non-empty string", value)


def check_mapping(name: str, option: str | None, value: object) -> None:
    if not isinstance(value, Mapping):
        raise invalid(name, option, "an object", value)


def check_number(name: str, option: str, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise invalid(name, option, "a number", value)


def as_list(name: str, option: str, expected: str, value: object) -> list[Any]:
    """The items of any iterable but text and mappings, which are mistaken for one."""
    if isinstance(value, str | bytes | Mapping) or not isinstance(value, Iterable):
        raise invalid(name, option, expected, value)
    return list(value)


def check_verbs(name: str, option: str | None, value: object) -> list[dict[str, Any]]:
    if isinstance(value, str | bytes | Mapping) or not isinstance(value, Sequence) or not value:
        raise invalid(name, option, "a non-empty array of verbs", value)
    for verb in value:
        check_mapping(name, option, verb)
    return [dict(verb) for verb in value]


def check_hook(name: str, option: str, value: object) -> str | dict[str, Any]:
    if isinstance(value, Mapping):
        check_text(name, f"{option}.url", value.get("url"))
        return dict(value)
    if not isinstance(value, str) or not value:
        raise invalid(name, option, "a url, a hook name or a hook object", value)
    return value


def build(name: str, data: object, call_sid: str | None) -> Message:
    message: Message = {"type": "command", "command": name, "data": data}
    if call_sid is not None:
        check_text(name, "call_sid", call_sid)
        message["callSid"] = call_sid
    return message


def given(**options: object) -> dict[str, Any]:
    """The options that the caller set. jambonz takes an explicit null for a wrong value."""
    return {name: value for name, value in options.items() if value is not None}


def command(name: str, data: object = None, *, call_sid: str | None = None, queue: bool | None = None) -> Message:
    """Any command, for what has no builder of its own.

    ``data`` is passed on as it is. jambonz refuses data that JavaScript counts as false (``0``, ``""``,
    ``False``), so that raises; None becomes ``{}`` (nothing at all for ``tts:flush`` and ``tts:clear``).
    """
    check_text("command", "name", name)
    if data is None and name in _NO_DATA:
        message: Message = {"type": "command", "command": name}
        if call_sid is not None:
            message["callSid"] = call_sid
        return message
    if data is None:
        data = {}
    elif (not data and not isinstance(data, Mapping | Sequence)) or data == "":
        raise invalid(name, "data", "a value that is not empty, 0 or false", data)
    message = build(name, data, call_sid)
    if queue is not None:
        message["queueCommand"] = queue
    return message
