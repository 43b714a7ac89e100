"""The documentation is true as far as a program can tell: its code compiles, and it names only what there is."""

from __future__ import annotations

import ast
import inspect
import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import jambonz_sync
from jambonz_sync import rest, verbs
from jambonz_sync.events.view import Field
from jambonz_sync.model.declare import options
from jambonz_sync.rest.resources import Calls
from jambonz_sync.verbs import components
from tests.architecture import room_of
from tests.pages import DOCS, PAGES, ROOT, name_of, python_blocks, readme_blocks, text_of
from tests.test_layers import LAYERS, MODULES
from tests.verbs.facts import all_models

PACKAGE = ROOT / "jambonz_sync"
TEXTS = [*PAGES, ROOT / "README.md", ROOT / "CHANGES.md", ROOT / "examples" / "README.md"]
EXAMPLES = sorted((ROOT / "examples").glob("*.py"))

#: the packages that users import from; all others are inner ones
PUBLIC = {
    "jambonz_sync.logs",
    "jambonz_sync",
    *(f"jambonz_sync.{name}" for name in ("audio", "campaign", "events", "rest", "simulator", "testing", "tools")),
    *(f"jambonz_sync.{name}" for name in ("gunicorn", "tools.ready", "verbs", "verbs.components", "webhook")),
}

#: the class of a variable of that name, wherever it stands in the documentation
CLASS_OF: dict[str, type] = {
    "audio": jambonz_sync.AudioService,
    "bp": jambonz_sync.JambonzBlueprint,
    "client": rest.JambonzClient,
    "endpoint": jambonz_sync.Endpoint,
    "jambonz": jambonz_sync.Jambonz,
    "make_service": jambonz_sync.Endpoint,
    "session": jambonz_sync.Session,
    "stream": jambonz_sync.AudioStream,
    "svc": jambonz_sync.Service,
    "tools": jambonz_sync.ToolSet,
}
CALLABLES: dict[str, Any] = {
    name: getattr(home, name)
    for home in (jambonz_sync, rest, verbs)
    for name in home.__all__
    if callable(getattr(home, name))
}


BLOCKS = [
    pytest.param(block, id=f"{name_of(path)}-{number}")
    for path in PAGES
    for number, block in enumerate(python_blocks(path.read_text() + "\n"))
]
BLOCKS += [pytest.param(block, id=f"README-{number}") for number, block in enumerate(readme_blocks())]


def class_of(node: ast.expr) -> type | None:
    """Return the class of an expression, as far as the names of variables tell; a verb of a chain gives the chain."""
    if isinstance(node, ast.Name):
        return CLASS_OF.get(node.id)
    if isinstance(node, ast.Attribute) and node.attr == "calls" and class_of(node.value) is rest.JambonzClient:
        return Calls
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "WebhookResponse":
        return jambonz_sync.WebhookResponse
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in verbs.VERBS:
        return class_of(node.func.value)
    return None


def has(cls: type, name: str) -> bool:
    return hasattr(cls, name) or any(name in inspect.get_annotations(base) for base in cls.__mro__)


def unknown_arguments(function: Any, node: ast.Call) -> list[str]:
    try:
        parameters = inspect.signature(function).parameters.values()
    except ValueError:
        return []
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters):
        return []
    names = {parameter.name for parameter in parameters}
    return [keyword.arg for keyword in node.keywords if keyword.arg and keyword.arg not in names]


@pytest.mark.parametrize("block", BLOCKS)
def test_a_block_of_python_names_only_methods_and_options_that_there_are(block: str) -> None:
    wrong = []
    for node in ast.walk(ast.parse(block)):
        if isinstance(node, ast.Attribute):
            cls = class_of(node.value)
            if cls is not None and not has(cls, node.attr):
                wrong.append(f"{cls.__name__} has no {node.attr}")
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Name) and node.func.id in CALLABLES:
            wrong += [f"{node.func.id}({name}=)" for name in unknown_arguments(CALLABLES[node.func.id], node)]
        elif isinstance(node.func, ast.Attribute) and (cls := class_of(node.func.value)) and has(cls, node.func.attr):
            method = getattr(cls, node.func.attr, None)
            if callable(method):
                wrong += [f"{cls.__name__}.{node.func.attr}({name}=)" for name in unknown_arguments(method, node)]
    assert wrong == []


def test_there_is_code_to_look_at() -> None:
    assert len(BLOCKS) >= 30


@cache
def listed() -> set[str]:
    """Return the names of the pages that the tables of contents have."""
    names = {"index"}
    for page in PAGES:
        for table in re.findall(r"^\.\. toctree::\n((?:    .*\n|\n)+)", page.read_text() + "\n", re.MULTILINE):
            entries = re.findall(r"^    ([a-z_/]+)$", table, re.MULTILINE)
            names |= {(page.parent / entry).relative_to(DOCS).as_posix() for entry in entries}
    return names


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_a_page_is_in_the_table_of_contents(path: Path) -> None:
    assert name_of(path) in listed()


def test_the_tables_of_contents_have_pages_that_there_are() -> None:
    assert listed() <= {name_of(path) for path in PAGES}


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_what_a_page_includes_is_there(path: Path) -> None:
    included = re.findall(r"literalinclude:: (\S+)", path.read_text())
    assert [name for name in included if not (path.parent / name).exists()] == []


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_a_page_that_is_referred_to_is_there(path: Path) -> None:
    pages = re.findall(r":doc:`(?:[^`<]*<)?([^`>]+)>?`", path.read_text())
    assert [page for page in pages if not (DOCS / f"{page.removeprefix('/')}.rst").exists()] == []
    assert [page for page in pages if not page.startswith("/")] == []  # so that a page may move with its links


def resolved(name: str) -> Any:
    """Return the object of a dotted name, or None if there is none."""
    thing: Any = jambonz_sync
    parts = name.split(".")
    for number, part in enumerate(parts[1:], 2):
        try:
            thing = getattr(thing, part)
        except AttributeError:
            try:
                thing = import_module(".".join(parts[:number]))
            except ImportError:
                return None
    return thing


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_a_role_names_something_that_can_be_imported_from_a_public_package(path: Path) -> None:
    roles = re.findall(r":(?:class|exc|func|meth|mod):`~?(jambonz_sync[\w.]*)`", path.read_text())
    assert [name for name in roles if resolved(name) is None] == []
    assert [name for name in roles if name not in PUBLIC and name.rpartition(".")[0] not in PUBLIC] == []


def imported_names(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "jambonz_sync":
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def not_public(tree: ast.AST) -> list[str]:
    names = [name.removesuffix(".*") for name in imported_names(tree)]
    return [name for name in names if {name, name.rpartition(".")[0]}.isdisjoint(PUBLIC) or resolved(name) is None]


@pytest.mark.parametrize("block", BLOCKS)
def test_a_block_of_python_imports_from_public_packages_only(block: str) -> None:
    assert not_public(ast.parse(block)) == []


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_imports_from_public_packages_only(path: Path) -> None:
    assert not_public(ast.parse(path.read_text())) == []


SOURCES = [*BLOCKS, *(pytest.param(path.read_text(), id=f"examples-{path.stem}") for path in EXAMPLES)]


@pytest.mark.parametrize("source", SOURCES)
def test_every_parameter_is_annotated_so_that_an_editor_knows_what_comes(source: str) -> None:
    bare = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef):
            arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            bare += [f"{node.name}({each.arg})" for each in arguments if each.annotation is None and each.arg != "self"]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in {"on", "once"}:
            bare += [ast.unparse(each) for each in node.args if isinstance(each, ast.Lambda) and each.args.args]
    assert bare == []


@cache
def known_names() -> set[str]:
    """Return all words of the package, of the examples, and of what is known of the server."""
    files = [*PACKAGE.rglob("*.py"), *EXAMPLES, *(ROOT / "tests" / "facts").glob("*.json")]
    return {word for path in files for word in re.findall(r"\w+", path.read_text())}


#: settings of gunicorn and nginx that the package does not set, functions of Python that it does not call
_OF_OTHERS = {"max_requests", "preload_app", "proxy_http_version", "stack_size", "copy_context", "test_pizza"}


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_a_name_in_the_text_is_one_of_the_code(path: Path) -> None:
    literals = re.findall(r"`([^`\n]+)`", path.read_text())
    words = {word for literal in literals if "/" not in literal for word in re.findall(r"\w+", literal)}
    names = {word for word in words if re.fullmatch(r"[a-z]+(_[a-z0-9]+)+", word)}
    assert sorted(names - known_names() - _OF_OTHERS) == []


def test_a_key_of_the_configuration_of_flask_is_an_option_of_a_blueprint() -> None:
    options = inspect.signature(jambonz_sync.JambonzBlueprint).parameters.keys() | {"username", "password"}
    keys = re.findall(r"^``JAMBONZ_(\w+)``", (DOCS / "howto" / "webhooks.rst").read_text(), re.MULTILINE)
    assert len(keys) > 10
    assert [key for key in keys if key.lower() not in options] == []


# -- the map for contributors

DESIGN = text_of("explanation/design")


def test_the_map_draws_the_layers_that_the_tests_demand() -> None:
    drawn = re.search(r"and from itself::\n\n((?:    .*\n)+)", DESIGN)
    assert drawn
    assert [set(line.split()) for line in reversed(drawn[1].splitlines())] == [set(layer) for layer in LAYERS]


def test_the_map_has_each_room_once() -> None:
    table = DESIGN.partition("The rooms\n---")[2].partition("Which way imports go")[0]
    rooms = re.findall(r"^``(\w+)(?:/|\.py)``", table, re.MULTILINE)
    assert sorted(rooms) == sorted({room_of(module) for module in MODULES})


def test_the_map_leads_to_files_that_there_are() -> None:
    paths = re.findall(r"``([\w./]+/|[\w./]+\.py)``", DESIGN)
    assert len(paths) > 40
    homes = (ROOT, PACKAGE, *(PACKAGE / room for room in ("rest", "session", "simulator", "runtime", "verbs")))
    assert [path for path in paths if not any((home / path).exists() for home in homes)] == []


def test_the_table_of_actions_has_each_action_with_the_methods_that_ask_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT / "docs" / "_ext")
    extension = import_module("actions")
    methods = {each.action.__name__: (each.session, each.rest) for each in extension.action_methods()}
    assert methods["Mute"] == (["inject_mute"], ["mute"])
    assert methods["Transfer"] == ([], ["transfer"])
    assert methods["Hold"] == (["inject_conference"], ["conference_hold"])
    injected = {name for name in dir(jambonz_sync.Session) if name.startswith("inject_")}
    assert injected <= set(extension.session_methods())
    assert extension.call_form(jambonz_sync.Session, "inject_dtmf") == "inject_dtmf(digit, duration, call_sid)"


def test_the_tables_of_options_tell_which_server_has_what(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT / "docs" / "_ext")
    extension = import_module("option_rows")
    agent = {name: meaning for name, _, meaning in extension.option_rows(verbs.Agent)}
    assert agent["``speak``"].endswith("Default of jambonz: ``True``. *Since v11.*")
    assert agent["``noise_isolation``"].endswith("*kugelaudio since v11.*")
    assert agent["``no_response_timeout``"].endswith("Default of jambonz: ``12``.")
    recognizer = {name: meaning for name, _, meaning in extension.option_rows(components.Recognizer)}
    assert recognizer["``nuance_options``"].endswith("*For jambonz 0.9 only.*")
    for cls in all_models():
        meanings = {name: meaning for name, _, meaning in extension.option_rows(cls)}
        for option in options(cls):
            since = option.constraints.since
            assert since is None or f"*Since {since}.*" in meanings[f"``{option.name}``{extension.wire_note(option)}"]


# -- what the reference shows


@pytest.fixture
def extension(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Any]:
    """Import a module of the extensions of Sphinx."""
    monkeypatch.syspath_prepend(DOCS / "_ext")
    return import_module


@pytest.mark.filterwarnings("error")
def test_the_reference_has_an_example_of_each_verb_that_jambonz_takes(extension: Callable[[str], Any]) -> None:
    examples = extension("verb_examples")
    assert sorted(examples.verb_calls()) == sorted(verbs.VERBS)
    for method, name in verbs.VERBS.items():
        wire = examples.wire_form(method)
        assert wire.pop("verb") == getattr(verbs, name).__jambonz__.verb
        assert examples.verb_calls()[method].startswith(f"session.{method}(")
        assert (wire == {}) == (examples.verb_calls()[method] == f"session.{method}()")


def test_the_reference_has_a_payload_of_each_event_in_which_each_field_is_known(
    extension: Callable[[str], Any],
) -> None:
    payloads = extension("event_payloads")
    classes = payloads.event_classes()
    assert sorted(payloads.OWN) == sorted(cls.__name__ for cls in classes)
    for cls in classes:
        payload = payloads.payload(cls)
        event = cls(payload)
        assert dict(event) == payload
        members = {name: member for base in cls.__mro__ for name, member in vars(base).items()}
        for name, member in members.items():
            if isinstance(member, Field) and name in payload and member.values:
                assert payload[name] in member.values, (cls, name)
        known = {member.wire for member in members.values() if isinstance(member, Field)} | set(members)
        # besides: what properties read, and what is any event's
        assert payload.keys() - known <= {"verb", "verb_id", "anything", "speech", "transcript"}, cls


@pytest.mark.parametrize(
    "value", [{}, [], {"a": 1}, ["x" * 50, "y" * 50], {"deep": {"deeper": ["z" * 90, {"end": None}]}}]
)
def test_json_that_is_broken_into_lines_says_the_same(extension: Callable[[str], Any], value: Any) -> None:
    text = extension("verb_examples").as_json(value)
    assert json.loads(text) == value
    assert len(text.splitlines()) == 1 or len(json.dumps(value)) > 76


def test_the_page_of_examples_has_each_of_them_once_with_its_code(extension: Callable[[str], Any]) -> None:
    sections = "\n".join(extension("example_pages").example_sections())
    shown = re.findall(r"literalinclude:: /\.\./examples/(\w+)\.py\n.*\n    :language: python", sections)
    assert sorted(shown) == sorted(path.stem for path in EXAMPLES)
