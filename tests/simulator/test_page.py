"""The page of the documentation that says how true the simulator is."""

from __future__ import annotations

import re
from pathlib import Path

from jambonz_sync.simulator.engine.verbs import VERBS

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "simulator.rst"


def test_the_page_says_of_each_verb_how_it_is_simulated() -> None:
    table = PAGE.read_text().split("\nVerbs\n")[1]
    named = {name for line in table.splitlines() for name in re.findall(r"``([\w:]+)``", line[:38])}
    assert VERBS.keys() <= named
