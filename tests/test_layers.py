"""The architecture, read off the imports of every module: those for type checkers and those within functions count."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import jambonz_sync

PACKAGE = Path(jambonz_sync.__file__).parent

#: The rooms of the package, lowest first. A room imports only from the layers below its own.
LAYERS = (
    {"_lazy", "_version", "errors"},
    {"model"},
    {"events", "runtime", "verbs"},
    {"protocol", "tools"},
    {"audio", "rest", "session"},
    {"campaign", "server"},
    {"gunicorn", "webhook"},
    {"simulator"},
    {"testing"},
    {"cli"},
)
LEVEL = {room: level for level, rooms in enumerate(LAYERS) for room in rooms}
#: rooms that stand beside the others: all that they may import
BESIDE = {
    "rest": {"_lazy", "_version", "errors", "model", "protocol", "verbs"},
    "campaign": {"errors", "model", "rest"},
    "runtime": {"errors"},
}

#: Where each third-party library may be imported.
HOMES = {
    "click": {"cli"},
    "dataclasses_json": {"model"},
    "flask": {"server", "webhook"},
    "gevent": {"gunicorn"},
    "gunicorn": {"gunicorn"},
    "pytest": {"testing"},
    "requests": {"rest", "simulator"},
    "simple_websocket": {"runtime"},
    "urllib3": {"rest"},
    "websocket": {"simulator"},
    "werkzeug": {"server", "webhook"},
    "wsproto": {"runtime"},
}

#: What decides and does no I/O: modules, and packages with all that is in them.
CORE = (
    *("errors", "model", "verbs", "events", "protocol", "tools", "server.router", "runtime.websocket.frames"),
    *("campaign.plan", "campaign.policy"),
    *("simulator.dialogue", "simulator.gather", "simulator.machine", "simulator.listening", "simulator.streams"),
    *("simulator.fork", "simulator.playout", "simulator.pcm"),
)
SHELL = {
    *("_thread", "asyncio", "concurrent", "multiprocessing", "queue", "sched", "select", "selectors", "signal"),
    *("socket", "socketserver", "ssl", "subprocess", "threading", "time"),
}
#: the clock that a caller may replace by an argument
MAY = {("protocol.signature", "time")}

#: arrows that run back up, and rooms with circles, until they are mended
PENDING = {
    ("server.endpoint", "gunicorn"),
    ("session.outbox", "server"),
}
PENDING_CIRCLES = {"gunicorn", "rest", "runtime", "server", "session", "simulator"}

MODULES = {
    ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(PACKAGE.rglob("*.py"))
}
del MODULES["__init__"]  # the lazy exports of the whole package: see test_exports


def room_of(module: str) -> str:
    return module.partition(".")[0]


@cache
def imports(module: str) -> list[tuple[int, str]]:
    """Line and absolute name of all that ``module`` imports."""
    path = MODULES[module]
    base = ["jambonz_sync", *module.split(".")]
    if path.name != "__init__.py":
        base.pop()
    names = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            prefix = base[: len(base) - node.level + 1] if node.level else []
            source = ".".join([*prefix, *([node.module] if node.module else [])])
            for alias in node.names:
                submodule = f"{source}.{alias.name}"
                of_package = submodule.removeprefix("jambonz_sync.") in MODULES or source == "jambonz_sync"
                names.append((node.lineno, submodule if of_package else source))
    return names


@cache
def needs(module: str) -> set[str]:
    """The modules of the package that ``module`` imports; a package stands for its ``__init__``."""
    names = {name.removeprefix("jambonz_sync.") for _, name in imports(module) if name.startswith("jambonz_sync.")}
    return names & MODULES.keys() - {module}


def circles() -> Iterator[list[str]]:
    """Modules that import each other in a loop (Tarjan's strongly connected components)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []

    def visit(module: str) -> Iterator[list[str]]:
        index[module] = low[module] = len(index)
        stack.append(module)
        for other in needs(module):
            if other not in index:
                yield from visit(other)
                low[module] = min(low[module], low[other])
            elif other in stack:
                low[module] = min(low[module], index[other])
        if low[module] == index[module]:
            circle = stack[stack.index(module) :]
            del stack[stack.index(module) :]
            if len(circle) > 1:
                yield sorted(circle)

    for module in MODULES:
        if module not in index:
            yield from visit(module)


def test_every_room_of_the_package_has_a_layer_and_no_layer_names_another() -> None:
    assert {room_of(module) for module in MODULES} == LEVEL.keys()


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_only_from_lower_layers_or_its_own_room(module: str) -> None:
    own = room_of(module)
    wrong = []
    for line, name in imports(module):
        top, _, inner = name.partition(".")
        if top != "jambonz_sync":
            continue
        room = room_of(inner)
        lower = LEVEL.get(room, len(LAYERS)) < LEVEL[own]
        if room != own and not (lower and room in BESIDE.get(own, {room})) and (module, room) not in PENDING:
            wrong.append(f"{MODULES[module].relative_to(PACKAGE.parent)}:{line} imports {name}")
    assert wrong == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert [circle for circle in circles() if not {room_of(module) for module in circle} <= PENDING_CIRCLES] == []


@pytest.mark.parametrize("module", MODULES)
def test_each_third_party_library_has_one_home(module: str) -> None:
    own = room_of(module)
    wrong = []
    for line, name in imports(module):
        top = name.partition(".")[0]
        if top == "jambonz_sync" or top in sys.stdlib_module_names:
            continue
        if own not in HOMES.get(top, set()):
            wrong.append(f"{MODULES[module].relative_to(PACKAGE.parent)}:{line} imports {name}")
    assert wrong == []


@pytest.mark.parametrize(
    "module", [name for name in MODULES if any(name == core or name.startswith(f"{core}.") for core in CORE)]
)
def test_a_module_of_the_core_needs_no_socket_no_thread_and_no_clock(module: str) -> None:
    used = {name.partition(".")[0] for _, name in imports(module)}
    assert {(module, name) for name in used & SHELL} <= MAY


def test_the_core_names_only_modules_that_exist() -> None:
    assert set(CORE) <= MODULES.keys()


@pytest.mark.parametrize("module", MODULES)
def test_a_module_is_read_in_one_sitting(module: str) -> None:
    lines = len(MODULES[module].read_text().splitlines())
    assert lines <= 400
