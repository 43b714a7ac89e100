"""The architecture, read off the imports of every module: those for type checkers and those within functions count."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import pytest

import jambonz_sync
from tests.architecture import Package, room_of

#: The rooms of the package, lowest first. A room imports only from the layers below its own.
LAYERS = (
    {"_application", "_lazy", "_version", "errors"},
    {"logs", "model"},
    {"events", "runtime", "verbs"},
    {"protocol", "tools"},
    {"llm"},
    {"audio", "rest", "session"},
    {"campaign", "server"},
    {"gunicorn", "webhook"},
    {"simulator"},
    {"phone", "reference", "testing"},
    {"mcp"},
    {"cli"},
)
LEVEL = {room: level for level, rooms in enumerate(LAYERS) for room in rooms}
#: rooms that stand beside the others: all that they may import
BESIDE = {
    "rest": {"_lazy", "_version", "errors", "model", "protocol", "verbs"},
    "campaign": {"errors", "model", "rest"},
    "runtime": {"_application", "errors"},
}

#: Where each third-party library may be imported.
HOMES = {
    "click": {"cli"},
    "dataclasses_json": {"model"},
    "flask": {"phone", "server", "webhook"},
    "gevent": {"gunicorn"},
    "gunicorn": {"server"},
    "orjson": {"model"},
    "phonenumbers": {"campaign"},
    "prompt_toolkit": {"cli"},
    "mcp": {"mcp"},
    "mcp_types": {"mcp"},
    "pytest": {"testing"},
    "requests": {"rest", "simulator"},
    "simple_websocket": {"phone", "runtime"},
    "urllib3": {"rest", "simulator"},
    "websocket": {"simulator"},
    "websockets": {"runtime"},
    "uvicorn": {"mcp"},
    "werkzeug": {"phone", "server", "webhook"},
    "wsproto": {"runtime"},
    "yaml": {"testing"},
}

#: What decides and does no I/O: modules, and packages with all that is in them.
CORE = (
    *("errors", "model", "verbs", "events", "protocol", "llm", "server.router"),
    "runtime.websocket.frames",
    # what is ready in tools asks for the weather, and looks at the clock
    *("tools.docstrings", "tools.schema", "tools.toolset", "tools.vendors"),
    *("server.request", "campaign.attempt", "campaign.number", "campaign.plan", "campaign.policy"),
    *("simulator.engine", "simulator.media"),
)
SHELL = {
    *("_thread", "asyncio", "concurrent", "multiprocessing", "queue", "sched", "select", "selectors", "signal"),
    *("socket", "socketserver", "ssl", "subprocess", "threading", "time"),
}
#: parts of the rule at the top of a package, behind the line that says what lives in it
RULE = (re.compile(r"\b(Imports|May import|Knows) "), re.compile(r"\bUsed by "))
#: the clock that a caller may replace by an argument
MAY = {("protocol.signature", "time")}

PACKAGE = Package(Path(jambonz_sync.__file__).parent)
MODULES = PACKAGE.modules
PACKAGES = {name for name, path in MODULES.items() if path.name == "__init__.py"}


def test_every_room_of_the_package_has_a_layer_and_no_layer_names_another() -> None:
    assert {room_of(module) for module in MODULES} == LEVEL.keys()


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_only_from_lower_layers_or_its_own_room(module: str) -> None:
    own = room_of(module)
    wrong = []
    for line, name in PACKAGE.imports[module]:
        top, _, inner = name.partition(".")
        if top != "jambonz_sync":
            continue
        room = room_of(inner)
        lower = LEVEL.get(room, len(LAYERS)) < LEVEL[own]
        if room != own and not (lower and room in BESIDE.get(own, {room})):
            wrong.append(f"{MODULES[module].relative_to(PACKAGE.folder.parent)}:{line} imports {name}")
    assert wrong == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert PACKAGE.circles == []


@pytest.mark.parametrize("module", MODULES)
def test_each_third_party_library_has_one_home(module: str) -> None:
    own = room_of(module)
    wrong = []
    for line, name in PACKAGE.imports[module]:
        top = name.partition(".")[0]
        if top == "jambonz_sync" or top in sys.stdlib_module_names:
            continue
        if own not in HOMES.get(top, set()):
            wrong.append(f"{MODULES[module].relative_to(PACKAGE.folder.parent)}:{line} imports {name}")
    assert wrong == []


@pytest.mark.parametrize(
    "module", [name for name in MODULES if any(name == core or name.startswith(f"{core}.") for core in CORE)]
)
def test_a_module_of_the_core_needs_no_socket_no_thread_and_no_clock(module: str) -> None:
    used = {name.partition(".")[0] for _, name in PACKAGE.imports[module]}
    assert {(module, name) for name in used & SHELL} <= MAY


def test_the_core_names_only_modules_that_exist() -> None:
    assert set(CORE) <= MODULES.keys()


@pytest.mark.parametrize("module", MODULES)
def test_a_module_is_read_in_one_sitting(module: str) -> None:
    lines = len(MODULES[module].read_text().splitlines())
    assert lines <= 400


@pytest.mark.parametrize("module", [name for name in MODULES if not name.startswith("cli.")])
def test_a_module_logs_under_the_name_of_its_room(module: str) -> None:
    names = re.findall(r"getLogger\((.*)\)", MODULES[module].read_text())
    assert set(names) <= {f'"jambonz_sync.{room_of(module)}"'}


def missing_of_rule(package: str) -> list[str]:
    doc = ast.get_docstring(ast.parse(MODULES[package].read_text())) or ""
    return [part.pattern for part in RULE if not part.search(doc)]


@pytest.mark.parametrize("package", sorted(PACKAGES))
def test_a_package_says_what_lives_in_it_what_it_may_not_import_and_who_uses_it(package: str) -> None:
    assert missing_of_rule(package) == []
