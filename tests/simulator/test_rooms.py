"""The rooms of the simulator, read off the imports of its modules, those for types and in functions included."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from jambonz_sync import simulator

ROOT = Path(simulator.__file__).parent

#: lowest first: a room imports from itself and from those before it
ROOMS = (
    *("errors", "media", "engine", "line", "caller", "app_events", "app_watch"),
    *("due_events", "loop", "world", "call", "trace"),
)


def imports(path: Path) -> Iterator[str]:
    """What a module imports from the simulator, as a path from its root."""
    package = path.relative_to(ROOT).parts[:-1]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and 0 < node.level <= len(package) + 1:
            base = package[: len(package) - node.level + 1]
            module = [*base, *(node.module or "").split(".")] if node.module else [*base]
            yield from (".".join(module) if module else alias.name for alias in node.names)


MODULES = [
    pytest.param(path, id=str(path.relative_to(ROOT))) for path in sorted(ROOT.rglob("*.py")) if path.parent != ROOT
] + [pytest.param(ROOT / f"{name}.py", id=name) for name in ROOMS if (ROOT / f"{name}.py").exists()]


@pytest.mark.parametrize("path", MODULES)
def test_a_room_imports_only_from_those_below_it(path: Path) -> None:
    own = path.relative_to(ROOT).with_suffix("").parts[0]
    rooms = {name.partition(".")[0] for name in imports(path)}
    assert rooms <= set(ROOMS[: ROOMS.index(own) + 1])


def test_every_module_has_a_room() -> None:
    assert {path.stem for path in ROOT.iterdir() if not path.name.startswith("__")} == set(ROOMS)
