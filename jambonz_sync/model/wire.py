"""The form of things on the wire: names in both spellings, and JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from enum import Enum
from json import encoder
from keyword import iskeyword
from typing import Any, Final

from ..errors import InvalidVerb
from .validation import ValidationError

__all__ = ["MAX_MESSAGE", "UNSET", "Unset", "dumps", "json_error", "to_python_name", "to_wire_name"]

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
    """Return the name on the wire: ``action_hook`` → ``actionHook``, ``from_`` → ``from``.

    A name in wire spelling stays as it is.
    """
    first, *others = name.rstrip("_").split("_")
    return first + "".join([word[:1].upper() + word[1:] for word in others])


def to_python_name(name: str) -> str:
    """Return the name in Python: ``actionHook`` → ``action_hook``, ``from`` → ``from_``, ``userID`` → ``user_id``."""
    chars: list[str] = []
    for i, char in enumerate(name):
        if char.isupper() and i and (not name[i - 1].isupper() or name[i + 1 : i + 2].islower()):
            chars.append("_")
        chars.append(char.lower())
    python = "".join(chars)
    return f"{python}_" if iskeyword(python) else python


def _refuse(value: object) -> Any:
    raise TypeError(f"JSON has no form for {type(value).__name__}")


def _plain(value: object) -> Any:
    """Return what is written in place of a value that is not plain: orjson, where it is installed, takes just these."""
    if isinstance(value, Enum):
        return value.value
    from uuid import UUID  # whoever has one has loaded it

    return str(value) if isinstance(value, UUID) else _refuse(value)


def _make_encode(default: Callable[[object], Any]) -> Any:
    """Make an encoder for the whole process: ``JSONEncoder.encode`` would make a new one for each message."""
    make: Any = getattr(encoder, "c_make_encoder", None)  # the stub does not know it
    if make is None:
        return json.JSONEncoder(
            ensure_ascii=False, allow_nan=False, check_circular=False, separators=(",", ":"), default=default
        ).encode
    chunks = make(None, default, encoder.encode_basestring, None, ":", ",", False, False, False)
    return lambda obj: "".join(chunks(obj, 0))


_encode = _make_encode(_plain)
#: of what users are given as plain data, too: they may have another encoder
_encode_plain = _make_encode(_refuse)


def dumps(obj: object) -> str:
    """Return the compact JSON of ``obj``, with non-ASCII text as it is.

    Args:
        obj: Plain data: dicts, lists, tuples, strings, numbers, flags, None; members of enums, which are written as
            their values, and UUIDs.

    Raises:
        InvalidVerb: JSON has no form for something in it: NaN, an infinity, an object of another type, a structure
            that contains itself. ``path`` names the place.
    """
    try:
        text: str = _encode(obj)
    except (TypeError, ValueError, RecursionError) as cause:
        error = _find_error(obj, cause, _plain)
        raise InvalidVerb(error.message(), path=error.path(), expected="JSON") from None
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:  # half an emoji, as transcripts and token streams cut them: sent as an escape
            return json.dumps(obj, allow_nan=False, separators=(",", ":"), default=_plain)
    return text


def json_error(value: object) -> ValidationError | None:
    """Return None if all of ``value`` is plain data that JSON has a form for, else the error that names what is not."""
    try:
        _encode_plain(value)
    except (TypeError, ValueError, RecursionError) as cause:
        return _find_error(value, cause, _refuse)
    return None


def _find_error(obj: object, cause: Exception, default: Callable[[object], Any]) -> ValidationError:
    """Find what the encoder with ``default`` refused with ``cause``. It takes its time: only for error messages."""
    steps: list[str] = []  # outermost first, while it walks
    open_ids: set[int] = set()

    def walk(value: object) -> str:
        if isinstance(value, float) and not math.isfinite(value):
            return f"{value} is no number in JSON"
        if isinstance(value, dict | list | tuple):
            if id(value) in open_ids:
                return "contains itself"
            if len(open_ids) > 200:
                del steps[3:]  # where it begins says more than how it goes on
                return "is nested too deeply"
            open_ids.add(id(value))
            for key, item in value.items() if isinstance(value, dict) else enumerate(value):
                if isinstance(value, dict) and not isinstance(key, str | int | float | None):
                    return f"JSON has no form for a key of type {type(key).__name__}"
                steps.append(f"[{key}]" if isinstance(value, list | tuple) else str(key))
                problem = walk(item)
                if problem:
                    return problem
                steps.pop()
            open_ids.discard(id(value))
            return ""
        if value is None or isinstance(value, str | int | float):
            return ""
        try:
            return walk(default(value))
        except TypeError as error:
            return str(error)

    problem = walk(obj)
    return ValidationError(problem or str(cause), *reversed(steps), expected="JSON")
