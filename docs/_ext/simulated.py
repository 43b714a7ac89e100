"""What the simulator does with each option of each verb, as it declares that: plain text, with nothing of Sphinx."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from jambonz_sync import verbs
from jambonz_sync.simulator.engine.coverage import COVERAGE, NOT_RUN, VERB_NAMES, Coverage, described_as

_LEVELS = {
    "exact": "as on the server",
    "approximate": "approximately",
    "none": "not",
    "silent-ok": "makes no difference",
}


class Section(NamedTuple):
    """A verb or a part of one: its heading with what is said above its table, and the rows of that."""

    head: str
    rows: list[tuple[str, str, str]]


def sections() -> Iterator[Section]:
    """Yield the verbs, those that are not run, and the parts of verbs."""
    for name in sorted(VERB_NAMES):
        others = ", ".join(f"``{other}``" for other in _other_names(name))
        yield Section(_head(name) + (f"\n\nAlso of {others}." if others else ""), list(_rows(name)))
    for name, why in NOT_RUN.items():
        yield Section(f"{_head(name)}\n\nNot run: {why}.", [])
    for name in sorted(set(COVERAGE) - set(VERB_NAMES)):
        yield Section(_head(name), list(_rows(name)))


def _other_names(name: str) -> list[str]:
    names = {getattr(verbs, cls).__jambonz__.verb for cls in verbs.VERBS.values()}
    return sorted(other for other in names if described_as(other) == name and other != name)


def _head(name: str) -> str:
    return f".. _simulated-{name.replace(':', '-')}:\n\n{name}\n{'~' * len(name)}"


def _rows(name: str) -> Iterator[tuple[str, str, str]]:
    exact = [option for statement in COVERAGE[name] if _is_plain(statement) for option in statement.options]
    if exact:
        yield _names(exact), _LEVELS["exact"], ""
    for statement in COVERAGE[name]:
        if statement.part is not None:
            yield _names(statement.options), "in parts", f":ref:`{statement.part} <simulated-{statement.part}>`"
        elif not _is_plain(statement):
            yield _names(statement.options), _LEVELS[statement.level], statement.note


def _is_plain(statement: Coverage) -> bool:
    return statement.level == "exact" and statement.part is None


def _names(options: Iterable[str]) -> str:
    return " ".join(f"``{option}``" for option in options)
