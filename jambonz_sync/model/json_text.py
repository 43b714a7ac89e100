"""JSON of messages and of verbs: read and written as the standard library does it, in less time.

Each function has a quick way, which takes what is usual, and leaves the rest to the plain one: :func:`json.loads` and
:func:`~jambonz_sync.model.wire.dumps`. Where orjson is installed (the extra ``speed``), that is the quick way. Property
tests hold both ways to one result; but of a member of an enum that is a text or a number as well, and whose ``value``
is another, orjson writes the value.
"""

from __future__ import annotations

import json
from json import encoder
from typing import Any, Final

from . import wire

quick: Any = None
try:
    import orjson
except ImportError:
    pass
else:
    quick = orjson
    #: it would write dates and dataclasses, and a dict of a class of its own without asking that for its items
    _PASS_ON = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_SUBCLASS

__all__ = ["dumps", "loads", "quoted"]

_scan: Any = json.JSONDecoder().scan_once  # type: ignore[attr-defined]  # the stub does not know it

#: makes a zero of each digit; a run of them that makes a number which orjson could take for a float
_ZEROS: Final = bytes(48 if 48 <= byte <= 57 else byte for byte in range(256))
_LONG_NUMBER: Final = b"0" * 19


def loads(text: str) -> Any:
    """Return what a JSON text says, as ``json.loads`` does.

    Args:
        text: The text.

    Raises:
        ValueError: It is not JSON.
        RecursionError: It is nested too deeply.
    """
    try:
        if quick is not None:
            data = text.encode()
            if data.translate(_ZEROS).find(_LONG_NUMBER) < 0:
                return quick.loads(data)
        else:
            value, end = _scan(text, 0)  # what json.loads calls in the end
            if end == len(text):
                return value
    except (StopIteration, ValueError):
        pass  # it is not JSON; or only json takes it, as it does NaN and half an emoji
    return json.loads(text)


def dumps(obj: Any) -> str:
    """Return the compact JSON of ``obj``, as :func:`jambonz_sync.model.wire.dumps` does.

    Args:
        obj: Plain data, members of enums, which are written as their values, and UUIDs.

    Raises:
        InvalidVerb: JSON has no form for something in it.
    """
    if quick is not None:
        try:
            data = quick.dumps(obj, None, _PASS_ON)
            if data.rfind(b"null") < 0:  # it makes that of NaN, too; from the end takes half the time
                text: str = data.decode()
                return text
        except (TypeError, ValueError, RecursionError):
            pass
    return wire.dumps(obj)


def quoted(text: str) -> str:
    """Return ``dumps(text)``, in a fraction of the time where it is ASCII.

    Args:
        text: Any text.
    """
    return encoder.encode_basestring(text) if text.isascii() else wire.dumps(text)
