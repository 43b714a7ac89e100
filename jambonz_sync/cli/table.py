"""Tables of text that fit a terminal: cells are wrapped, wide columns go below their row, or a row becomes a block."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

import click

from ..model.times import time_text
from .terminal import state_colour

__all__ = ["printable", "table", "width_of_text", "without_password", "wrap"]

_GAP: Final = 2
#: columns that may be put below their row, and how far those are indented
_MOST_BELOW: Final = 2
_INDENT: Final = 4
_HEADER: Final[dict[str, object]] = {"bold": True}
#: columns whose values have a colour of their own
_STATES: Final = frozenset({"status", "answered", "result", "outcome", "tts", "stt", "active", "tested"})
#: the password in a URL
_PASSWORD: Final = re.compile(r"(://[^/\s:@]*):[^/\s@]+@")


def table(headers: Sequence[str], rows: Iterable[Sequence[object]], width: int | None = None) -> str:
    """Lay out rows as a table whose columns are as wide as their contents.

    Control characters become blanks, because texts of callers are shown here. Nothing is cut off: where the terminal is
    too narrow cells are wrapped between words; where that does not do, the widest columns, such as sids, have lines of
    their own below their row; and where even that does not do, a row is a block of lines. Times have milliseconds, and
    no blank, where there is no terminal.

    Args:
        headers: The titles of the columns.
        rows: As many values each; None is shown as ``-``.
        width: The columns of the terminal; None where there is none, and lines are as long as they get.
    Returns:
        The lines of the table, styled.
    """
    show_time = time_text if width is None else _short_time
    lines = [[_cell(show_time(value) if isinstance(value, datetime) else value) for value in row] for row in rows]
    columns = list(zip(headers, *lines, strict=True)) if lines else [(header,) for header in headers]
    natural = [max(map(width_of_text, column)) for column in columns]
    least = [max(width_of_text(word) for cell in column for word in cell.split(" ")) for column in columns]
    gaps = _GAP * (len(headers) - 1)
    if width is None or sum(natural) + gaps <= width:
        return "\n".join(_lines(headers, lines, natural))
    if sum(least) + gaps <= width:
        return "\n".join(_lines(headers, lines, _shared(least, natural, width - gaps)))
    widest = sorted(range(len(headers)), key=lambda column: -least[column])
    for moved in range(1, min(_MOST_BELOW, len(headers) - 1) + 1):
        kept = sorted(widest[moved:])
        room = width - _GAP * (len(kept) - 1)
        if sum(least[column] for column in kept) <= room:
            widths = _shared([least[column] for column in kept], [natural[column] for column in kept], room)
            return "\n".join(_two_level_lines(headers, lines, kept, widths, width))
    return "\n\n".join("\n".join(_block(headers, line, width)) for line in lines)


def _two_level_lines(
    headers: Sequence[str], rows: Sequence[Sequence[str]], kept: Sequence[int], widths: Sequence[int], width: int
) -> Iterator[str]:
    """The kept columns as a table, and below each row a line for each other column."""
    below = [column for column in range(len(headers)) if column not in kept]
    names = [headers[column] for column in kept]
    yield from _wrapped(names, widths, [_HEADER] * len(names))
    for row in rows:
        cells = [row[column] for column in kept]
        yield from _wrapped(cells, widths, [_style(name, cell) for name, cell in zip(names, cells, strict=True)])
        block = _block([headers[column] for column in below], [row[column] for column in below], width - _INDENT)
        yield from (" " * _INDENT + line for line in block)


def _shared(least: Sequence[int], natural: Sequence[int], room: int) -> list[int]:
    """Share the room out: each column has what its longest word needs, and those that want more share the rest."""
    widths = list(least)
    spare = room - sum(widths)
    for column in sorted(range(len(widths)), key=lambda column: natural[column] - least[column]):
        wanting = sum(width < want for width, want in zip(widths, natural, strict=True))
        if not wanting:
            break
        more = min(natural[column] - widths[column], spare // wanting)
        widths[column] += more
        spare -= more
    return widths


def _lines(headers: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[int]) -> Iterator[str]:
    yield from _wrapped(headers, widths, [_HEADER] * len(headers))
    for row in rows:
        yield from _wrapped(row, widths, [_style(header, cell) for header, cell in zip(headers, row, strict=True)])


def _wrapped(cells: Sequence[str], widths: Sequence[int], styles: Sequence[dict[str, object]]) -> Iterator[str]:
    pieces = [wrap(cell, width) for cell, width in zip(cells, widths, strict=True)]
    for level in range(max(map(len, pieces))):
        parts = [column[level] if level < len(column) else "" for column in pieces]
        last = max(index for index, part in enumerate(parts) if part) if any(parts) else 0
        yield "".join(
            _styled(part, style) + (" " * (width - width_of_text(part) + _GAP) if index < last else "")
            for index, (part, width, style) in enumerate(zip(parts, widths, styles, strict=True))
        )


def _block(headers: Sequence[str], row: Sequence[str], width: int) -> Iterator[str]:
    indent = max(map(width_of_text, headers)) + _GAP
    for header, cell in zip(headers, row, strict=True):
        style = _style(header, cell)
        first, *more = wrap(cell, max(width - indent, 1))
        yield _styled(header, _HEADER) + " " * (indent - width_of_text(header)) + _styled(first, style)
        yield from (" " * indent + _styled(line, style) for line in more)


def _style(header: str, cell: str) -> dict[str, object]:
    colour = state_colour(cell) if header in _STATES else None
    return {"fg": colour} if colour else {}


def _styled(text: str, style: dict[str, object]) -> str:
    return click.style(text, **style) if text and style else text  # type: ignore[arg-type]


def wrap(text: str, width: int) -> list[str]:
    """Break a text into lines, between words where there are any that fit; at least one line comes of it.

    Args:
        text: The text, on one line.
        width: The columns that a line may take.
    """
    if width_of_text(text) <= width:
        return [text]
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if width_of_text(longer) <= width:
            lines[-1] = longer
            continue
        if lines[-1]:
            lines.append("")
        for char in word:
            if lines[-1] and width_of_text(lines[-1] + char) > width:
                lines.append("")
            lines[-1] += char
    return lines


def width_of_text(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.category(char) in ("Mn", "Me", "Cf")
        else 2 if unicodedata.east_asian_width(char) in "WF"
        else 1
        for char in text
    )  # fmt: skip


def _short_time(time: datetime) -> str:
    return time.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%SZ")


def _cell(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return without_password(printable(str(value)))


def printable(text: str) -> str:
    """Replace control characters by blanks."""
    return "".join(char if char.isprintable() else " " for char in text)


def without_password(text: str) -> str:
    """Return a text with *** for the password of each URL in it."""
    return _PASSWORD.sub(r"\1:***@", text) if "@" in text else text
