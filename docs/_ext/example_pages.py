"""The examples in reStructuredText: the table of ``examples/README.md``, and each file with its code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

EXAMPLES = Path(__file__).parents[2] / "examples"

_GROUP = re.compile(r"^\| ([A-Z][\w ]+) \| \|$")
_ROW = re.compile(r"^\| (\[.+\]\(.+\)) \| (.+) \|$")


def groups() -> Iterator[tuple[str, list[tuple[list[str], str]]]]:
    """Yield each group of examples with its rows: names of files, and what they show."""
    title, rows = "", []
    for line in (EXAMPLES / "README.md").read_text(encoding="utf-8").splitlines():
        if match := _GROUP.match(line):
            if title:
                yield title, rows
            title, rows = match[1], []
        elif match := _ROW.match(line):
            rows.append((re.findall(r"\((\w+)\.py\)", match[1]), match[2]))
    yield title, rows


def example_sections() -> Iterator[str]:
    """Yield the sections of the page, each with the code of its examples."""
    for title, rows in groups():
        yield f"{title}\n{'-' * len(title)}"
        for names, about in rows:
            for name in names:
                yield f".. _example-{name}:"
                yield f"{name}\n{'~' * len(name)}"
                yield f"{about}."
                options = f"    :caption: examples/{name}.py\n    :language: python"
                yield f".. literalinclude:: /../examples/{name}.py\n{options}"
