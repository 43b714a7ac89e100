"""What the package offers: names that are there, documented, known to type checkers, and cheap to import."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import inspect
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import jambonz_sync

from . import docstrings

PACKAGE = Path(jambonz_sync.__file__).parent

#: The modules that users import from.
PUBLIC = [
    "jambonz_sync",
    "jambonz_sync.audio",
    "jambonz_sync.campaign",
    "jambonz_sync.errors",
    "jambonz_sync.events",
    "jambonz_sync.logs",
    "jambonz_sync.protocol.tts",
    "jambonz_sync.rest",
    "jambonz_sync.simulator",
    "jambonz_sync.testing",
    "jambonz_sync.tools",
    "jambonz_sync.tools.ready",
    "jambonz_sync.verbs",
    "jambonz_sync.verbs.components",
    "jambonz_sync.webhook",
]

#: import -> libraries that it must not load, because importing them takes time or they may not be there
CHEAP = {
    "jambonz_sync": "flask werkzeug requests urllib3 websocket simple_websocket wsproto dataclasses_json click",
    "jambonz_sync.rest": "flask werkzeug websocket simple_websocket wsproto dataclasses_json click",
    "jambonz_sync.verbs": "flask werkzeug requests websocket simple_websocket wsproto dataclasses_json click",
    "jambonz_sync.events": "flask werkzeug requests websocket simple_websocket wsproto dataclasses_json click",
    "jambonz_sync.webhook": "requests websocket dataclasses_json gunicorn gevent pytest",
    "jambonz_sync.server.endpoint": "requests websocket dataclasses_json gunicorn gevent pytest",
}


@pytest.mark.parametrize("module", CHEAP)
def test_an_import_loads_no_more_than_it_needs(module: str) -> None:
    code = f"import sys, {module}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=50)
    assert set(run.stdout.split()) & set(CHEAP[module].split()) == set()


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="WebhookRespond"):
        jambonz_sync.WebhookRespond  # type: ignore[attr-defined]  # noqa: B018


@pytest.mark.parametrize("module", PUBLIC)
def test_all_exported_names_are_there_and_listed_by_dir(module: str) -> None:
    home = importlib.import_module(module)
    assert [name for name in home.__all__ if not hasattr(home, name)] == []
    assert len(set(home.__all__)) == len(home.__all__)
    assert set(home.__all__) <= set(dir(home))


def shown_imports(module: str) -> dict[str, str]:
    """Name -> home of all that a package shows to type checkers, and fetches when it is used."""
    homes = {}
    for node in ast.parse(Path(inspect.getfile(importlib.import_module(module))).read_text()).body:
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            for child in node.body:
                if isinstance(child, ast.ImportFrom):
                    source = importlib.util.resolve_name("." * child.level + (child.module or ""), module)
                    homes.update({alias.asname: source for alias in child.names if alias.asname == alias.name})
    return homes


@pytest.mark.parametrize("module", [module for module in PUBLIC if shown_imports(module)])
def test_lazy_names_are_those_that_type_checkers_see(module: str) -> None:
    home = importlib.import_module(module)
    code = f"import {module} as home; print(*(name for name in home.__all__ if name not in vars(home)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=50)
    shown = shown_imports(module)
    assert set(run.stdout.split()) == shown.keys()
    for name, source in shown.items():
        assert getattr(home, name) is getattr(importlib.import_module(source), name)


def public_subjects() -> Iterator[tuple[str, Any]]:
    """All classes and functions that users can import or find in the documentation, with methods and properties."""
    names = [f"{module}.{name}" for module in PUBLIC for name in importlib.import_module(module).__all__]
    for page in sorted((Path(__file__).parent.parent / "docs").rglob("*.rst")):
        names += re.findall(r"^\.\. auto(?:class|function):: ([\w.]+)", page.read_text(), re.MULTILINE)
    for name in dict.fromkeys(names):
        home, _, attribute = name.rpartition(".")
        subject = getattr(importlib.import_module(home), attribute, None)
        if subject is None:
            yield name, None
        if inspect.isclass(subject) or inspect.isroutine(subject):
            yield name, subject
        if inspect.isclass(subject):
            yield from ((f"{name}.{member}", value) for member, value in docstrings.members(subject))


SUBJECTS = dict(public_subjects())


@pytest.mark.parametrize("name", SUBJECTS)
def test_everything_public_is_documented(name: str) -> None:
    subject = SUBJECTS[name]
    assert subject is not None, f"the documentation names {name}, which does not exist"
    assert docstrings.faults(name, subject) == []


@pytest.mark.parametrize("module", PUBLIC)
def test_every_module_that_users_import_from_says_what_it_is_for(module: str) -> None:
    assert importlib.import_module(module).__doc__
