"""The page of the simulator tells of every verb, and of every option that there is a statement about."""

from __future__ import annotations

import re
import sys
from importlib import import_module
from typing import Any

import pytest

from jambonz_sync import verbs
from jambonz_sync.simulator.engine.coverage import COVERAGE, NOT_RUN
from tests.pages import DOCS

VERBS = sorted({getattr(verbs, name).__jambonz__.verb for name in verbs.VERBS.values()} | set(NOT_RUN))


@pytest.fixture
def sections(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    monkeypatch.setattr(sys, "path", [str(DOCS / "_ext"), *sys.path])
    return list(import_module("simulated").sections())


def test_the_page_is_made_from_the_statements() -> None:
    assert ".. jambonz-simulated::" in (DOCS / "reference" / "simulator.rst").read_text()


@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_is_on_the_page(verb: str, sections: list[Any]) -> None:
    heads = [section.head for section in sections]
    assert any(f"\n{verb}\n~" in head or f"``{verb}``" in head for head in heads)


def test_each_option_is_in_the_table_of_its_verb_with_what_is_different(sections: list[Any]) -> None:
    tables = {re.findall(r"^(\S+)\n~+$", section.head, re.MULTILINE)[0]: section.rows for section in sections}
    for name, statements in COVERAGE.items():
        cells = {option: row for row in tables[name] for option in re.findall(r"``(.+?)``", row[0])}
        for statement in statements:
            for option in statement.options:
                assert statement.note in cells[option][2]
                assert (cells[option][1] == "not") == (statement.level == "none")
