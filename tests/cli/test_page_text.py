"""A page in a terminal: text, code, lists and tables are told apart, with colours and without."""

from __future__ import annotations

import re

import click
import pytest

from jambonz_sync.cli.page_text import page_text
from jambonz_sync.cli.table import width_of_text
from jambonz_sync.reference.pages import pages, search

PAGE = """\
# Speech

The verb `say` speaks,
and it waits.

```python
session.say("Hi")  # a line of code stays as it is, however long it may be

session.hangup()
```

## Options

- `text`: what is
  said
- `loop`: how often

`gain`
    Louder, or
    quieter.

| Option | Meaning |
| --- | --- |
| `a\\|b` | either, or both of them |
"""

SHOWN = """\
Speech
======

The verb `say` speaks, and it waits.

    session.say("Hi")  # a line of code stays as it is, however long it may be

    session.hangup()

Options
-------

- `text`: what is said
- `loop`: how often

`gain`
    Louder, or quieter.

Option  Meaning
-------------------------------
`a|b`   either, or both of them
"""


def test_a_page_without_colours() -> None:
    assert page_text(PAGE, 80, coloured=False) == SHOWN


def test_colours_stand_for_the_backticks_of_names_and_change_nothing_else() -> None:
    coloured = page_text(PAGE, 80, coloured=True)
    assert click.style("say", fg="cyan") in coloured
    assert click.style('    session.say("Hi")', fg="green") in coloured.replace("  # a line", "\x1b[0m  # a line")
    assert click.style("`a|b`", fg="cyan") in coloured
    without_rule = SHOWN.replace("-" * 31, "")
    assert click.unstyle(coloured).replace("`", "").split() == without_rule.replace("`", "").split()


def test_text_and_tables_are_as_wide_as_the_terminal_and_what_follows_a_bullet_is_indented() -> None:
    lines = page_text(PAGE, 24, coloured=False).splitlines()
    assert lines[3:5] == ["The verb `say` speaks,", "and it waits."]
    assert lines[-2:] == ["`a|b`   either, or both", "        of them"]
    item = "- " + "word " * 12
    assert page_text(item, 24, coloured=False).splitlines()[1:] == ["  word word word word"] * 2


@pytest.mark.parametrize("name", sorted(pages()))
@pytest.mark.parametrize("coloured", [False, True])
def test_no_line_of_a_page_is_wider_than_the_terminal_but_those_of_code(name: str, coloured: bool) -> None:
    shown = click.unstyle(page_text(pages()[name].text, 80, coloured))
    code = {f"    {line}" for line in pages()[name].text.splitlines()}
    wide = [line for line in shown.splitlines() if width_of_text(line) > 80 and line not in code]
    assert wide == []
    assert "```" not in shown


def test_the_excerpt_of_a_search_has_text_in_one_piece_and_code_in_lines() -> None:
    excerpts = [hit.excerpt for query in ("barge in", "reconnect", "def call session") for hit in search(query, 10)]
    code = [excerpt for excerpt in excerpts if "```" in excerpt]
    tables = [excerpt for excerpt in excerpts if excerpt.startswith("|")]
    assert code
    assert tables
    assert all(re.fullmatch(r"```\w*\n(?:.*\n){1,4}```", excerpt) for excerpt in code)
    assert all(len(excerpt.splitlines()) == 3 for excerpt in tables)
    assert [excerpt for excerpt in excerpts if excerpt not in (*code, *tables) and "\n" in excerpt] == []
    (meaning, *_) = [hit.excerpt for hit in search("MessageTooLarge", 10) if hit.page == "reference/messages"]
    assert meaning.startswith("`MessageTooLarge`: jambonz takes 24 KiB in a message.")
    assert "BackPressure" not in meaning
    assert max(map(len, set(excerpts) - {*code, *tables})) <= 244
