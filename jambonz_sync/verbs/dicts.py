"""The dicts that may stand for components. At run time each is any mapping, which is checked as the component is.

Type checkers read ``dicts.pyi`` in place of this, which has the keys of each.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__: list[str] = []


def __getattr__(name: str) -> Any:
    if name.endswith("Dict"):
        return Mapping[str, Any]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
