"""Errors: the tree that is drawn in errors.py is the true one, and each error carries its facts."""

from __future__ import annotations

import builtins
import importlib
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

import jambonz_sync
from jambonz_sync import errors
from jambonz_sync.errors import JambonzError

from .test_exports import PUBLIC


class Drawn(NamedTuple):
    name: str
    parent: str
    builtin: str | None


def tree() -> Iterator[Drawn]:
    """The rows of the tree in the docstring; four columns of its picture are one generation."""
    line_of: dict[int, str] = {0: "JambonzError"}
    for depth, name, builtin in re.findall(
        r"^    ((?:│   |    )*[├└]── )(\w+)(?: \((\w+)\))?", errors.__doc__ or "", re.M
    ):
        generation = len(depth) // 4
        line_of[generation] = name
        yield Drawn(name, line_of[generation - 1], builtin or None)


TREE = list(tree())


def exported() -> dict[str, type[JambonzError]]:
    homes = [importlib.import_module(module) for module in PUBLIC]
    values = {name: getattr(home, name) for home in homes for name in home.__all__}
    return {name: cls for name, cls in values.items() if isinstance(cls, type) and issubclass(cls, JambonzError)}


@pytest.mark.parametrize("drawn", TREE, ids=lambda drawn: drawn.name)
def test_an_error_stands_in_the_tree_below_its_base_and_with_the_builtin_that_it_is(drawn: Drawn) -> None:
    bases = [drawn.parent, *([drawn.builtin] if drawn.builtin else [])]
    assert [base.__name__ for base in exported()[drawn.name].__bases__] == bases
    assert drawn.builtin is None or issubclass(getattr(builtins, drawn.builtin), Exception)


def test_every_error_that_users_can_import_is_in_the_tree() -> None:
    assert {row.name for row in TREE} | {"JambonzError"} == exported().keys()


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("InvalidVerb", {"verb": "say", "path": "say.text", "expected": "a string", "nearest": "text"}),
        ("MessageTooLarge", {"size": 30_000, "limit": 24_576, "largest": "say (29,000 bytes)"}),
        ("SessionClosed", {"code": 1000, "reason": "bye"}),
        ("SendTimeout", {"timeout": 2.5}),
        ("HookTimeout", {"timeout": 2.5}),
        ("ReplyError", {"hook": "/heard"}),
        ("ProtocolError", {"code": 1007}),
        ("CommandRejected", {"details": {"msg": "no"}}),
        ("EnvVarError", {"name": "GREETING"}),
    ],
)
def test_an_error_carries_its_facts_and_its_call(name: str, facts: dict[str, Any]) -> None:
    error = getattr(jambonz_sync, name)("text", call_sid="CA1", **facts)
    assert (str(error), error.call_sid) == ("text", "CA1")
    assert {fact: getattr(error, fact) for fact in facts} == facts


def test_an_invalid_signature_keeps_its_reason_out_of_its_text() -> None:
    error = jambonz_sync.InvalidSignature("invalid", reason="too old")
    assert (str(error), error.reason, error.call_sid) == ("invalid", "too old", None)
