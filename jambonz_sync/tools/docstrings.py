"""Docstrings of tools, read for the descriptions that a model gets: Google, NumPy and reST styles."""

from __future__ import annotations

import inspect
import re

__all__ = ["parse_docstring"]

_REST = re.compile(r"^:(?:param|parameter|arg|argument|key)\s+(?:[^:]*\s)?\*{0,2}(\w+)\s*:\s*(.*)$")
_REST_FIELD = re.compile(r"^:\w+[^:]*:")
_GOOGLE = re.compile(r"^\*{0,2}(\w+)\s*(?:\([^)]*\))?\s*:\s*(.*)$")
_GOOGLE_SECTION = re.compile(r"^[A-Z][A-Za-z ]*:\s*$")
_ARGS = ("args:", "arguments:", "parameters:", "params:")
_RULE = re.compile(r"^-{3,}\s*$")


def parse_docstring(text: str | None) -> tuple[str, dict[str, str]]:
    """Read a docstring in the style of Google, NumPy or reST.

    Args:
        text: The docstring, None if there is none.
    Returns:
        The description, without sections about results and errors, and what each parameter is said to be.
    """
    lines = inspect.cleandoc(text or "").splitlines()
    end = next((index for index in range(len(lines)) if _is_section(lines, index)), len(lines))
    about = " ".join(" ".join(lines[:end]).split())
    return about, {**_numpy(lines), **_google(lines), **_rest(lines)}


def _is_section(lines: list[str], index: int) -> bool:
    line = lines[index]
    if _REST_FIELD.match(line) or _GOOGLE_SECTION.match(line):
        return True
    return bool(line.strip()) and index + 1 < len(lines) and _RULE.match(lines[index + 1]) is not None


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _gather(lines: list[str], start: int, margin: int) -> str:
    """Join the text of the lines from ``start`` on that are indented deeper than ``margin``."""
    parts = []
    for line in lines[start:]:
        if line.strip() and _indent(line) <= margin:
            break
        parts.append(line.strip())
    return " ".join(" ".join(parts).split())


def _rest(lines: list[str]) -> dict[str, str]:
    descriptions = {}
    for index, line in enumerate(lines):
        match = _REST.match(line)
        if match:
            descriptions[match[1]] = f"{match[2]} {_gather(lines, index + 1, 0)}".strip()
    return descriptions


def _google(lines: list[str]) -> dict[str, str]:
    start = next((index for index, line in enumerate(lines) if line.strip().lower() in _ARGS), None)
    if start is None:
        return {}
    descriptions = {}
    margin: int | None = None
    for index in range(start + 1, len(lines)):
        line = lines[index]
        if not line.strip():
            continue
        if _indent(line) <= _indent(lines[start]):
            break
        margin = _indent(line) if margin is None else margin
        match = _GOOGLE.match(line.strip())
        if _indent(line) == margin and match:
            descriptions[match[1]] = f"{match[2]} {_gather(lines, index + 1, margin)}".strip()
    return descriptions


def _numpy(lines: list[str]) -> dict[str, str]:
    start = next(
        (
            index + 2
            for index in range(len(lines) - 1)
            if lines[index].strip().lower() in ("parameters", "other parameters") and _RULE.match(lines[index + 1])
        ),
        None,
    )
    if start is None:
        return {}
    descriptions = {}
    for index in range(start, len(lines)):
        line = lines[index]
        if index + 1 < len(lines) and _RULE.match(lines[index + 1]):
            break
        if line.strip() and not _indent(line):
            about = _gather(lines, index + 1, 0)
            for name in line.partition(":")[0].split(","):
                descriptions[name.strip().lstrip("*")] = about
    return descriptions
