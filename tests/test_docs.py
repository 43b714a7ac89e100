"""The documentation is true as far as a program can tell: its code compiles, and names only what there is."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import jambonz_sync
from jambonz_sync import rest, verbs
from jambonz_sync.audio import AudioStream
from jambonz_sync.events import for_message
from jambonz_sync.rest.calls import Calls
from jambonz_sync.server.audio_service import AudioService
from jambonz_sync.tools import ToolSet

ROOT = Path(__file__).parent.parent
PAGES = sorted((ROOT / "docs").glob("*.rst"))

#: what a variable of that name is, wherever it stands in the documentation
IS_A: dict[str, type] = {
    "audio": AudioService,
    "bp": jambonz_sync.JambonzBlueprint,
    "client": rest.JambonzClient,
    "endpoint": jambonz_sync.Endpoint,
    "jambonz": jambonz_sync.Jambonz,
    "session": jambonz_sync.Session,
    "stream": AudioStream,
    "svc": jambonz_sync.Service,
    "tools": ToolSet,
}
CALLABLES: dict[str, Any] = {
    name: getattr(home, name)
    for home in (jambonz_sync, rest, verbs)
    for name in home.__all__
    if callable(getattr(home, name))
}


def python_blocks(text: str) -> Iterator[str]:
    for match in re.finditer(r"^( *)\.\. code-block:: python\n((?: *\n|\1 +\S.*\n)+)", text, re.MULTILINE):
        lines = match[2].splitlines()
        while lines and (not lines[0].strip() or lines[0].strip().startswith(":")):
            del lines[0]
        yield textwrap.dedent("\n".join(lines))


BLOCKS = [
    pytest.param(block, id=f"{path.stem}-{number}")
    for path in PAGES
    for number, block in enumerate(python_blocks(path.read_text() + "\n"))
]
BLOCKS += [
    pytest.param(block, id=f"README-{number}")
    for number, block in enumerate(re.findall(r"^```python\n(.*?)^```", (ROOT / "README.md").read_text(), re.M | re.S))
]


def parsed(block: str) -> ast.Module:
    # within a function, since some blocks show no more than what a callback returns
    return ast.parse("def block():\n" + textwrap.indent(block, "    "))


def class_of(node: ast.expr) -> type | None:
    """What an expression is, as far as the names of variables tell; a verb of a chain gives the chain."""
    if isinstance(node, ast.Name):
        return IS_A.get(node.id)
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
    if any(one.kind is one.VAR_KEYWORD for one in parameters):
        return []
    return [word.arg for word in node.keywords if word.arg and word.arg not in {one.name for one in parameters}]


@pytest.mark.parametrize("block", BLOCKS)
def test_a_block_of_python_names_only_methods_and_options_that_there_are(block: str) -> None:
    wrong = []
    for node in ast.walk(parsed(block)):
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


@pytest.mark.parametrize(
    ("data", "done"),
    [
        ({"tokens": "Hello "}, ["Hello "]),
        ({"done": True}, ["flush"]),
        ({"tokens": "bye.", "done": True}, ["bye.", "flush"]),
        ({"tokens": "", "done": False}, []),
        ({}, []),
    ],
)
def test_the_token_streaming_of_the_node_page_takes_events_that_lack_fields(
    data: dict[str, Any], done: list[str]
) -> None:
    [block] = [block for block in python_blocks((ROOT / "docs" / "node.rst").read_text()) if "/llm-tokens" in block]
    said: list[str] = []

    class Session:
        send_tts_tokens = staticmethod(said.append)
        flush_tts_tokens = staticmethod(lambda: said.append("flush"))
        on = staticmethod(lambda name: lambda fn: fn)

    names: dict[str, Any] = {"session": Session}
    exec(block, names)
    names["tokens"](for_message("verb:hook", "/llm-tokens", data))
    assert said == done


def test_there_is_code_to_look_at() -> None:
    assert len(BLOCKS) >= 30


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_page_is_in_the_table_of_contents(path: Path) -> None:
    listed = re.findall(r"^    ([a-z_]+)$", (ROOT / "docs" / "index.rst").read_text(), re.MULTILINE)
    assert path.stem in [*listed, "index"]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_what_a_page_includes_is_there(path: Path) -> None:
    included = re.findall(r"literalinclude:: (\S+)", path.read_text())
    assert [name for name in included if not (path.parent / name).exists()] == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_role_names_something_that_can_be_imported(path: Path) -> None:
    wrong = []
    for name in re.findall(r":(?:class|func|meth|mod):`~?(jambonz_sync[\w.]*)`", path.read_text()):
        parts = name.split(".")[1:]
        found: Any = jambonz_sync
        prefix = "jambonz_sync"
        for part in parts:
            prefix = f"{prefix}.{part}"
            try:
                found = getattr(found, part)
            except AttributeError:
                found = _module(prefix)
            if found is None:
                wrong.append(name)
                break
    assert wrong == []


def _module(name: str) -> Any:
    from importlib import import_module

    try:
        return import_module(name)
    except ImportError:
        return None
