"""The result of one check."""

from __future__ import annotations

from typing import Literal, NamedTuple

__all__ = ["Check", "Result"]

Result = Literal["ok", "warning", "failed", "skipped"]


class Check(NamedTuple):
    """The result of one check: of what, how it went, what was found, and what to do about it (None if nothing)."""

    check: str
    result: Result
    detail: str
    advice: str | None = None
