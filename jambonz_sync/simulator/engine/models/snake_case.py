"""The spelling of keys in what the server tells an app: it puts all of a vendor's keys into snake_case."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

__all__ = ["snake_case_keys"]

#: keys whose values the server passes on as they are
_UNTOUCHED = ("customerData", "sip", "env_vars", "args", "arguments")
_CAMEL = re.compile(r"[a-z][A-Z]|[A-Z][a-z]")
_SEPARATOR = re.compile(r"[\W_]+(.|$)")


def snake_case_keys(value: Any) -> Any:
    """Return data as the server sends it to an app.

    Args:
        value: The data, as the vendor has sent it.
    """
    if isinstance(value, list):
        return [snake_case_keys(item) for item in cast("list[object]", value)]
    if not isinstance(value, Mapping):
        return value
    return {
        name if name in _UNTOUCHED else _snake_case(name): item if name in _UNTOUCHED else snake_case_keys(item)
        for name, item in cast("Mapping[str, Any]", value).items()
    }


def _snake_case(name: str) -> str:
    """Return a key in snake_case, by the rule of the library that the server uses: ``apiURL`` gives ``api_u_r_l``."""
    if re.search(r"\s", name):
        words = name.lower()
    elif re.search(r"[_\-.:]", name):
        words = _SEPARATOR.sub(r" \1", name).lower()
    elif _CAMEL.search(name):
        words = re.sub(r"(.)([A-Z]+)", lambda match: f"{match[1]} {' '.join(match[2].lower())}", name).lower()
    else:
        words = name.lower()
    return _SEPARATOR.sub(r" \1", words).strip().replace(" ", "_")
