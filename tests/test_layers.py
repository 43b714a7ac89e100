"""The architecture, read off the imports of every module."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import jambonz_sync

PACKAGE = Path(jambonz_sync.__file__).parent

#: The parts of the package, lowest first. A part imports only from the layers below its own.
LAYERS = (
    {"_version", "errors"},
    {"wire"},
    {"components", "env", "events", "handlers", "model", "router"},
    {"verbs"},
    {"chain"},
    {"audio_protocol", "commands", "protocol", "signature", "tools", "tts"},
    {"callbacks", "inject", "transport"},
    {"tool_runner", "tts_stream"},
    {"tool_methods", "tts_methods"},
    {"audio", "session"},
    {"door", "hub"},
    {"server", "service"},
    {"audio_service"},
    {"gunicorn", "rest", "webhook"},
    {"campaign", "endpoint", "simulator"},
    {"testing"},
    {"cli"},
)
LEVEL = {part: level for level, parts in enumerate(LAYERS) for part in parts}

#: Where each third-party library may be imported.
HOMES = {
    "click": {"cli"},
    "dataclasses_json": {"model"},
    "flask": {"endpoint", "webhook"},
    "gevent": {"gunicorn"},
    "gunicorn": {"gunicorn"},
    "pytest": {"testing"},
    "requests": {"rest", "simulator"},
    "simple_websocket": {"transport"},
    "urllib3": {"rest"},
    "websocket": {"simulator"},
    "werkzeug": {"endpoint", "server", "webhook"},
    "wsproto": {"transport"},
}

#: What decides and does no I/O: modules, and packages with all that is in them.
CORE = (
    *("errors", "wire", "components", "env", "events", "model", "router", "verbs", "chain", "commands", "protocol"),
    *("audio_protocol", "signature", "tools", "tts", "transport.frames", "campaign.plan", "campaign.policy"),
    *("simulator.engine", "simulator.media"),
)
SHELL = {
    *("_thread", "asyncio", "concurrent", "multiprocessing", "queue", "sched", "select", "selectors", "signal"),
    *("socket", "socketserver", "ssl", "subprocess", "threading", "time"),
}
#: the clock that a caller may replace by an argument
MAY = {("signature", "time")}

MODULES = {
    ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(PACKAGE.rglob("*.py"))
}
del MODULES["__init__"]  # the lazy exports of the whole package: see test_exports


def part_of(module: str) -> str:
    return module.partition(".")[0]


@cache
def imports(module: str) -> list[tuple[int, str]]:
    """Line and absolute name of all that ``module`` imports when it runs, at its top or within a function."""
    path = MODULES[module]
    base = ["jambonz_sync", *module.split(".")]
    if path.name != "__init__.py":
        base.pop()
    found = []
    for node in _executed(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            prefix = base[: len(base) - node.level + 1] if node.level else []
            source = ".".join([*prefix, *([node.module] if node.module else [])])
            if source == "jambonz_sync":  # "from . import commands": each name is a part, or a lazy export
                found += [(node.lineno, f"{source}.{alias.name}") for alias in node.names]
            else:
                found.append((node.lineno, source))
    return found


def _executed(node: ast.AST) -> Iterator[ast.AST]:
    """All nodes but those under ``if TYPE_CHECKING``."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and ast.unparse(child.test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}:
            for other in child.orelse:
                yield other
                yield from _executed(other)
            continue
        yield child
        yield from _executed(child)


def test_every_part_of_the_package_has_a_layer_and_no_layer_names_another() -> None:
    assert {part_of(module) for module in MODULES} == LEVEL.keys()


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_only_from_lower_layers_or_its_own_part(module: str) -> None:
    own = part_of(module)
    wrong = []
    for line, name in imports(module):
        top, _, rest = name.partition(".")
        if top != "jambonz_sync":
            continue
        part = part_of(rest)
        if part != own and LEVEL.get(part, len(LAYERS)) >= LEVEL[own]:
            wrong.append(f"{MODULES[module].relative_to(PACKAGE.parent)}:{line} imports {name}")
    assert wrong == []


@pytest.mark.parametrize("module", MODULES)
def test_each_third_party_library_has_one_home(module: str) -> None:
    own = part_of(module)
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
