"""What goes over the wire: names in both spellings, and JSON."""

from __future__ import annotations

import json
import math
from enum import Enum
from json import encoder
from keyword import iskeyword
from typing import Any, Final

from ..errors import InvalidVerb

__all__ = ["MAX_MESSAGE", "UNSET", "Unset", "dumps", "json_flaw", "to_python_name", "to_wire_name"]

#: bytes of one WebSocket message that jambonz still takes; it closes the connection on a larger one
MAX_MESSAGE: Final = 24_576


class Unset(Enum):
    """The type of :data:`UNSET`."""

    UNSET = "UNSET"

    def __repr__(self) -> str:
        return "UNSET"

    def __bool__(self) -> bool:
        return False


#: an argument that was not given, where ``None`` is a value of its own
UNSET: Final = Unset.UNSET


def to_wire_name(name: str) -> str:
    """``action_hook`` → ``actionHook``, ``from_`` → ``from``; a name in wire spelling stays as it is."""
    head, *rest = name.rstrip("_").split("_")
    return head + "".join([part[:1].upper() + part[1:] for part in rest])


def to_python_name(name: str) -> str:
    """``actionHook`` → ``action_hook``, ``from`` → ``from_``, ``recordingID`` → ``recording_id``."""
    out: list[str] = []
    for i, char in enumerate(name):
        if char.isupper() and i and (not name[i - 1].isupper() or name[i + 1 : i + 2].islower()):
            out.append("_")
        out.append(char.lower())
    python = "".join(out)
    return f"{python}_" if iskeyword(python) else python


def _refuse(value: object) -> Any:
    raise TypeError(f"JSON has no form for {type(value).__name__}")


def _make_encode() -> Any:
    """One encoder for the whole process: ``JSONEncoder.encode`` would make a new one for each message."""
    make: Any = getattr(encoder, "c_make_encoder", None)  # the stub does not know it
    if make is None:
        return json.JSONEncoder(
            ensure_ascii=False, allow_nan=False, check_circular=False, separators=(",", ":"), default=_refuse
        ).encode
    chunks = make(None, _refuse, encoder.encode_basestring, None, ":", ",", False, False, False)
    return lambda obj: "".join(chunks(obj, 0))


_encode = _make_encode()


def dumps(obj: object) -> str:
    """The compact JSON of ``obj``, non-ASCII text as it is.

    Raises :class:`InvalidVerb`, naming the place, if JSON has no form for something in it: NaN, an
    infinity, an object of another type, a structure that contains itself. May be called by any thread.
    """
    try:
        text: str = _encode(obj)
    except (TypeError, ValueError, RecursionError) as error:
        steps, what = _find_flaw(obj)
        where = "".join(step if step.startswith("[") else f".{step}" for step in reversed(steps)).removeprefix(".")
        raise InvalidVerb(
            f"{where}: {what or error}" if where else str(what or error), path=where, expected="JSON"
        ) from None
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:  # half an emoji, as transcripts and token streams cut them: sent as an escape
            return json.dumps(obj, allow_nan=False, separators=(",", ":"))
    return text


def _find_flaw(obj: object) -> tuple[list[str], str]:
    """Where in ``obj`` is what JSON cannot say, innermost step first, and what it is. Only for error messages."""
    path: list[str] = []
    open_: set[int] = set()

    def walk(value: object) -> str:
        if isinstance(value, float) and not math.isfinite(value):
            return f"{value} is no number in JSON"
        if isinstance(value, dict | list | tuple):
            if id(value) in open_:
                return "contains itself"
            if len(open_) > 200:
                del path[3:]  # where it begins says more than how it goes on
                return "is nested too deeply"
            open_.add(id(value))
            for key, item in value.items() if isinstance(value, dict) else enumerate(value):
                if isinstance(value, dict) and not isinstance(key, str | int | float | None):
                    return f"JSON has no form for a key of type {type(key).__name__}"
                path.append(f"[{key}]" if isinstance(value, list | tuple) else str(key))
                what = walk(item)
                if what:
                    return what
                path.pop()
            open_.discard(id(value))
            return ""
        if value is None or isinstance(value, str | int | float):
            return ""
        return f"JSON has no form for {type(value).__name__}"

    what = walk(obj)
    return path[::-1], what


def json_flaw(value: object) -> tuple[list[str], str] | None:
    """None if JSON has a form for ``value``, all of it; else where it has none, innermost step first, and why."""
    try:
        _encode(value)
    except (TypeError, ValueError, RecursionError) as error:
        steps, what = _find_flaw(value)
        return steps, what or str(error)
    return None
