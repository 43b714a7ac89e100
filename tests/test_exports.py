"""What the package offers: names that are there, documented, known to type checkers, and cheap to import."""

from __future__ import annotations

import ast
import functools
import importlib
import importlib.util
import inspect
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import jambonz_sync

PACKAGE = Path(jambonz_sync.__file__).parent

#: The modules that users import from.
PUBLIC = [
    name
    for name in (
        "jambonz_sync",
        "jambonz_sync.audio",
        "jambonz_sync.campaign",
        "jambonz_sync.verbs.components",
        "jambonz_sync.errors",
        "jambonz_sync.events",
        "jambonz_sync.rest",
        "jambonz_sync.simulator",
        "jambonz_sync.testing",
        "jambonz_sync.tools",
        "jambonz_sync.protocol.tts",
        "jambonz_sync.verbs",
        "jambonz_sync.webhook",
    )
    if name in {"jambonz_sync", *(module.name for module in pkgutil.iter_modules([str(PACKAGE)], "jambonz_sync."))}
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


def lazy_imports(module: str) -> dict[str, str]:
    """Name -> home of all that a package shows to type checkers, and fetches when it is used."""
    home = importlib.import_module(module)
    homes = {}
    for node in ast.parse(Path(inspect.getfile(home)).read_text()).body:
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            for child in node.body:
                assert isinstance(child, ast.ImportFrom)
                source = importlib.util.resolve_name("." * child.level + (child.module or ""), module)
                homes.update({alias.asname: source for alias in child.names if alias.asname == alias.name})
    return homes


@pytest.mark.parametrize("module", [module for module in PUBLIC if lazy_imports(module)])
def test_lazy_names_are_those_that_type_checkers_see(module: str) -> None:
    home = importlib.import_module(module)
    lazy = lazy_imports(module)
    assert [name for name in lazy if name not in home.__all__] == []
    for name, source in lazy.items():
        assert getattr(home, name) is getattr(importlib.import_module(source), name)


def _undocumented(name: str, value: Any) -> Iterator[str]:
    """Public functions, classes, methods and properties without a docstring of this package's."""
    if inspect.isroutine(value) and not inspect.getdoc(value):
        yield name
    if not inspect.isclass(value):
        return
    if not value.__doc__:
        yield name
    for attribute, member in vars(value).items():
        if attribute.startswith("_"):
            continue
        plain = member.__func__ if isinstance(member, classmethod | staticmethod) else member
        if not (inspect.isfunction(plain) or isinstance(plain, property | functools.cached_property)):
            continue
        inherited = (vars(base).get(attribute) for base in value.__mro__[1:])
        if not plain.__doc__ and not any(getattr(base, "__doc__", None) for base in inherited):
            yield f"{name}.{attribute}"


@pytest.mark.parametrize("module", PUBLIC)
def test_everything_public_is_documented(module: str) -> None:
    home = importlib.import_module(module)
    assert home.__doc__
    missing = [gap for name in home.__all__ for gap in _undocumented(name, getattr(home, name))]
    assert missing == []
