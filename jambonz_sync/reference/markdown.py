"""Pages of the documentation as Markdown: from reStructuredText, as far as this documentation uses it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

__all__ = ["as_markdown", "table"]

_DIRECTIVE: Final = re.compile(r"^( *)\.\. ([a-z-]+):: ?(.*)$")
_COMMENT: Final = re.compile(r"^ *\.\. |^ *\.\.$")
_RULE: Final = re.compile(r"^([=\-~^\"'+#*])\1{2,}$")
_TABLE: Final = re.compile(r"^ *=+( +=+)+$")
_ROLE: Final = re.compile(r":[a-z]+:`([^`]*)`")
_REFERENCE: Final = re.compile(r"(?<!`)`([^`<>]+)`__?(?!\w)")
_LINK: Final = re.compile(r"`([^`<]+?)\s*<([^>]+)>`__?")


def as_markdown(text: str) -> str:
    """Return a page as Markdown.

    Args:
        text: The page, in reStructuredText.
    """
    return _Page(text.splitlines()).convert()


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the lines of a table.

    Args:
        rows: Its rows, the first of which is its head; the cells are Markdown.
    """
    lines = [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows]
    return [lines[0], f"|{' --- |' * len(rows[0])}", *lines[1:]]


class _Page:
    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._at = 0
        self._levels: list[str] = []  # the characters under headings, the highest first
        self._out: list[str] = []

    def convert(self) -> str:
        while self._at < len(self._lines):
            line = self._lines[self._at]
            directive = _DIRECTIVE.match(line)
            below = self._lines[self._at + 1] if self._at + 1 < len(self._lines) else ""
            if directive:
                self._at += 1
                self._directive(len(directive[1]), directive[2], directive[3].strip())
            elif _COMMENT.match(line):  # a label, or a comment
                self._at += 1
                self._block(len(line) - len(line.lstrip()))
            elif line.strip() and not line.startswith(" ") and _RULE.match(below) and len(below) >= len(line):
                self._heading(line, below[0])
            elif _TABLE.match(line):
                self._table()
            elif line.rstrip().endswith("::"):
                self._at += 1
                shown = line.rstrip()[:-1]
                self._out.append(_inline(shown) if shown.strip() != ":" else "")
                self._fence("", self._block(len(line) - len(line.lstrip())))
            else:
                self._at += 1
                self._out.append(_inline(line))
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self._out)).strip() + "\n"

    def _heading(self, title: str, mark: str) -> None:
        if mark not in self._levels:
            self._levels.append(mark)
        self._out += ["", f"{'#' * (self._levels.index(mark) + 1)} {_inline(title)}", ""]
        self._at += 2

    def _block(self, margin: int) -> list[str]:
        """Take the lines that are indented deeper than ``margin``, and return them without what they share."""
        block: list[str] = []
        while self._at < len(self._lines):
            line = self._lines[self._at]
            if line.strip() and len(line) - len(line.lstrip()) <= margin:
                break
            block.append(line)
            self._at += 1
        while block and not block[0].strip():
            del block[0]
        while block and not block[-1].strip():
            del block[-1]
        indent = min((len(line) - len(line.lstrip()) for line in block if line.strip()), default=0)
        return [line[indent:] for line in block]

    def _fence(self, language: str, lines: list[str]) -> None:
        self._out += ["", f"```{language}", *lines, "```", ""]

    def _directive(self, margin: int, name: str, argument: str) -> None:
        block = self._block(margin)
        options = [line for line in block if re.match(r":[\w-]+:", line)]
        content = [line for line in block if line not in options]
        while content and not content[0].strip():
            del content[0]
        if name in ("code-block", "code"):
            self._fence(argument, content)
        elif name == "literalinclude":
            self._out += ["", f"(The code is the example `{argument.rpartition('/')[2].removesuffix('.py')}`.)", ""]
        elif name == "toctree":
            self._out += ["", *(f"- {line.strip()}" for line in content if line.strip()), ""]
        elif name.startswith(("auto", "jambonz-")):
            self._out += [f"- `{argument or ', '.join(content) or name.removeprefix('jambonz-')}`: look it up by name"]
        elif name == "list-table":
            self._out += ["", *_list_table(content), ""]
        elif name in ("grid", "container"):  # the argument is the number of columns, or a class
            self._out += ["", _Page(content).convert(), ""]
        elif name != "image":  # a note, a card, whatever it is: its text
            self._out += ["", *([_inline(argument)] if argument else []), "", _Page(content).convert(), ""]

    def _table(self) -> None:
        start = self._at
        rules = 0
        while self._at < len(self._lines) and rules < 3 and self._lines[self._at].strip():
            rules += bool(_TABLE.match(self._lines[self._at]))
            self._at += 1
        self._out += ["", *_simple_table(self._lines[start : self._at]), ""]


def _simple_table(lines: list[str]) -> list[str]:
    """Rows of a table whose columns are marked by rules. A row without a first cell goes on with the one before."""
    starts = [match.start() for match in re.finditer("=+", lines[0])]
    rows: list[list[str]] = []
    parts: list[list[list[str]]] = []  # the rows above each rule
    for line in lines[1:]:
        cells = [line[start:end].strip() for start, end in zip(starts, [*starts[1:], None], strict=True)]
        if _TABLE.match(line):
            parts.append(rows)
            rows = []
        elif rows and not cells[0]:
            rows[-1] = [" ".join(filter(None, pair)) for pair in zip(rows[-1], cells, strict=True)]
        else:
            rows.append(cells)
    head = parts.pop(0) if len(parts) > 1 else []
    body = [row for part in (*parts, rows) for row in part]
    titles = [" ".join(filter(None, column)) for column in zip(*head, strict=True)] or [""] * len(starts)
    return _table_rows([titles, *body]) if body else []


def _list_table(lines: list[str]) -> list[str]:
    """Rows of a table from a list of lists, the first of which is its head."""
    rows: list[list[str]] = []
    for line in lines:
        cell = re.match(r"(\*)? *- ?(.*)", line)
        if cell and cell[1]:
            rows.append([cell[2]])
        elif cell and rows:
            rows[-1].append(cell[2])
        elif line.strip() and rows:
            rows[-1][-1] += f" {line.strip()}"
    return _table_rows(rows) if rows else []


def _table_rows(rows: list[list[str]]) -> list[str]:
    return table([[_inline(cell) for cell in row] for row in rows])


def _inline(line: str) -> str:
    """One line of text, whose roles, literals and links are written otherwise in Markdown."""
    return _plain(line, lambda name: f"`{name}`").replace("``", "`")


def _plain(line: str, literal: Callable[[str], str] = lambda name: name) -> str:
    line = _REFERENCE.sub(r"\1", _LINK.sub(r"[\1](\2)", line))
    return _ROLE.sub(lambda match: literal(_target(match[1])), line)


def _target(text: str) -> str:
    named = re.fullmatch(r"(.+?)\s*<[^>]+>", text)
    if named:
        return named[1]
    return text.rpartition(".")[2] if text.startswith("~") else text.lstrip("/!")
