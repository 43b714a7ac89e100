"""A page of the documentation as a terminal shows it: text as wide as that, code as it is written, tables laid out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import click

from .table import table, width_of_text, wrap

__all__ = ["page_text"]

#: columns of a line of text at most: longer ones are hard to read
_WIDEST: Final = 100
#: the character below headings of each level
_RULES: Final = {1: "=", 2: "-"}
_HEADING: Final = re.compile(r"(#{1,6}) (.*)")
_BULLET: Final = re.compile(r" *(?:[-*]|\d+\.|#\.) +")
_CELL: Final = re.compile(r"(?<!\\)\|")
_LITERAL: Final = re.compile(r"`([^`]+)`")
#: one in a line of a table: it does not reach over the gap between columns
_LITERAL_OF_CELL: Final = re.compile(r"`(?:[^` \n]| (?! ))+`")


def page_text(markdown: str, width: int, coloured: bool) -> str:
    """Lay out a page.

    Args:
        markdown: The page, or a part of it.
        width: The columns of the terminal.
        coloured: True if headings, code and names are told by their colour; without it names keep their backticks.
    Returns:
        Its lines.
    """
    return "\n".join(_Layout(width, coloured).parts(markdown.splitlines())).strip("\n") + "\n"


class _Layout:
    def __init__(self, width: int, coloured: bool) -> None:
        self._width = width
        self._text_width = min(width, _WIDEST)
        self._coloured = coloured

    def parts(self, lines: list[str]) -> Iterator[str]:
        """Yield the parts of a page: paragraphs, headings, blocks of code, tables, and what is blank between them."""
        at = 0
        while at < len(lines):
            line, start = lines[at], at
            at += 1
            if line.startswith("```"):
                while at < len(lines) and lines[at] != "```":
                    at += 1
                yield self._code(lines[start + 1 : at])
                at += 1
            elif match := _HEADING.fullmatch(line):
                yield self._heading(match[2], len(match[1]))
            elif line.startswith("|"):
                while at < len(lines) and lines[at].startswith("|"):
                    at += 1
                yield self._table(lines[start:at])
            elif not line.strip():
                yield ""
            else:
                margin = len(bullet[0]) if (bullet := _BULLET.match(line)) else _indent(line)
                while at < len(lines) and _goes_on(lines[at], margin):
                    at += 1
                yield self._paragraph(lines[start:at], _indent(line), margin)

    def _heading(self, title: str, level: int) -> str:
        rule = _RULES.get(level)
        lines = [title, *([rule * width_of_text(title)] if rule else [])]
        return "\n".join(click.style(line, bold=True) for line in lines) if self._coloured else "\n".join(lines)

    def _code(self, lines: list[str]) -> str:
        return "\n".join(self._styled(f"    {line}", "green") if line.strip() else "" for line in lines)

    def _paragraph(self, lines: list[str], indent: int, margin: int) -> str:
        text = " ".join(line.strip() for line in lines)
        bullet = lines[0][indent:margin]
        first, *more = wrap(text.removeprefix(bullet.strip()).strip(), max(self._text_width - margin, 20))
        laid_out = [" " * indent + bullet + first, *(" " * margin + line for line in more)]
        return self._literals("\n".join(laid_out))

    def _table(self, rows: list[str]) -> str:
        cells = [[cell.strip().replace("\\|", "|") for cell in _CELL.split(row)[1:-1]] for row in rows]
        head, _, *body = cells
        laid_out = table(head, body, self._width)
        if not self._coloured:
            return _ruled(click.unstyle(laid_out), head)
        return _LITERAL_OF_CELL.sub(lambda match: click.style(match[0], fg="cyan"), laid_out)

    def _literals(self, text: str) -> str:
        return _LITERAL.sub(lambda match: self._styled(match[1], "cyan"), text) if self._coloured else text

    def _styled(self, text: str, colour: str) -> str:
        return click.style(text, fg=colour) if self._coloured else text


def _ruled(laid_out: str, head: list[str]) -> str:
    """Put a rule below the titles of the columns, if they stand in a line of their own."""
    first, *lines = laid_out.splitlines()
    if not any(head) or first.split() != " ".join(head).split():
        return laid_out
    return "\n".join([first, "-" * max(map(width_of_text, (first, *lines))), *lines])


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _goes_on(line: str, margin: int) -> bool:
    """Return True if a line belongs to the paragraph above it."""
    is_other = line.startswith(("```", "|")) or _HEADING.fullmatch(line) or _BULLET.match(line)
    return bool(line.strip()) and not is_other and _indent(line) == margin
