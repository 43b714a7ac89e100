"""What a name means, as a page of the documentation: for ``jambonz-sync docs NAME``."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator, Sequence

from ..reference.descriptions import Description, OptionDescription
from ..reference.markdown import as_markdown, table

__all__ = ["name_page"]

#: columns of a signature, which is code and so is not wrapped later
_WIDTH = 76


def name_page(described: Description) -> str:
    """Describe a name in Markdown.

    Args:
        described: Its description.
    """
    return "\n\n".join(filter(None, _parts(described))) + "\n"


def _parts(described: Description) -> Iterator[str]:
    yield f"# {described.name}"
    leads_to_code = described.summary.endswith("::")  # which is in the notes
    yield as_markdown(described.summary.removesuffix(":") if leads_to_code else described.summary).strip()
    yield _code("python", [piece for line in described.usage.splitlines() for piece in _broken(line)])
    yield _table(described.options)
    lead = ["::", ""] if leads_to_code else []
    yield as_markdown("\n".join([*lead, *_itemized(described.notes.splitlines())])).strip("\n")
    if described.example:
        yield "## Example"
        yield _code("python", described.example.splitlines())
    if described.wire is not None:
        yield _code("json", json.dumps(described.wire, indent=2, ensure_ascii=False).splitlines())


def _broken(usage: str) -> list[str]:
    """Break a signature that is too long for a line into one of each parameter."""
    if len(usage) <= _WIDTH or not (match := re.fullmatch(r"([\w.]+\()(.*)(\) -> .*)", usage)):
        return textwrap.wrap(usage, _WIDTH, subsequent_indent="    ", break_long_words=False)
    parameters, depth = [""], 0
    for char in match[2]:
        depth += (char in "([{") - (char in ")]}")
        if char == "," and not depth:
            parameters.append("")
        else:
            parameters[-1] += char
    return [match[1], *(f"    {parameter.strip()}," for parameter in parameters), match[3]]


def _itemized(lines: Sequence[str]) -> Iterator[str]:
    """The sections of a docstring with an item for each entry, such as an error under ``Raises:``."""
    is_list = False
    for line in lines:
        if line and not line.startswith(" "):
            is_list = line == "Raises:"
        entry = re.match(r"    (\w+): (.*)", line)
        if is_list and entry:
            yield f"- ``{entry[1]}``: {entry[2]}"
        else:
            yield f"  {line.strip()}" if is_list and line.startswith(" ") else line


def _code(language: str, lines: Sequence[str]) -> str:
    return "\n".join([f"```{language}", *lines, "```"]) if lines else ""


def _table(options: Sequence[OptionDescription]) -> str:
    if not options:
        return ""
    typed = any(option.type for option in options)
    rows = [("Name", *(["Type"] if typed else []), "Meaning")]
    for option in options:
        about = as_markdown(option.about).strip().replace("\n", " ")
        needed = " (needed)" if option.required else ""
        rows.append((f"`{option.name}`{needed}", *([option.type] if typed else []), about))
    return "\n".join(table(rows))
