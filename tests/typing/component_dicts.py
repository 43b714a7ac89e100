"""Writes ``jambonz_sync/verbs/dicts.pyi`` from the dataclasses: ``python -m tests.typing.component_dicts``."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import keyword
import pkgutil
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from jambonz_sync import verbs
from jambonz_sync.model.declare import Model, options

STUB = Path(verbs.__file__).with_name("dicts.pyi")
_HEAD = '''"""The dicts that may stand for components, for type checkers: each key in either spelling.

Written by ``python -m tests.typing.component_dicts`` from the dataclasses, and compared with them by a test.
"""

# ruff: noqa
# fmt: off
'''
_KNOWN = {"Any", "Literal", "Mapping", "Sequence", "None", "str", "int", "float", "bool", "False", "True"}


def modules() -> list[str]:
    """Return the modules of verbs and components."""
    found = pkgutil.walk_packages(verbs.__path__, f"{verbs.__name__}.")
    return [info.name for info in found if info.name != f"{verbs.__name__}.dicts"]


def dict_classes() -> dict[str, type[Model]]:
    """Return the classes that have a dict: those whose names stand in the package as ``...Dict``."""
    used: set[str] = set()
    classes: dict[str, type[Model]] = {}
    for name in modules():
        module = importlib.import_module(name)
        source = Path(str(module.__file__)).read_text()
        used.update(re.findall(r"\b(\w+)Dict\b", source))
        for cls in vars(module).values():
            if isinstance(cls, type) and issubclass(cls, Model) and cls.__module__ == name:
                classes.setdefault(cls.__name__, cls)
    return {name: classes[name] for name in sorted(used) if name in classes}


def home_of(name: str) -> str:
    """Return the module that defines a name, without the package in front."""
    for module in modules():
        for node in ast.parse(Path(str(importlib.import_module(module).__file__)).read_text()).body:
            targets = [node.target] if isinstance(node, ast.AnnAssign) else getattr(node, "targets", [])
            names = [target.id for target in targets if isinstance(target, ast.Name)]
            if name in names or (isinstance(node, ast.ClassDef) and node.name == name):
                return module.removeprefix(f"{verbs.__name__}.")
    raise LookupError(name)


def keys(cls: type[Model]) -> Iterator[tuple[str, str]]:
    """Return the keys of the dict of a class, in both spellings, and the type of each as it is written."""
    wire = {option.name: option.wire for option in options(cls)}
    for field in dataclasses.fields(cls):
        written = str(field.type).replace("'", '"')  # an annotation is kept as Python would write it
        required = field.default is dataclasses.MISSING and wire[field.name] == field.name
        text = f"Required[{written}]" if required else written
        for name in dict.fromkeys((field.name, wire.get(field.name, field.name))):
            yield name, text


def stub() -> str:
    """Return the text of the stub."""
    classes = dict_classes()
    names: set[str] = set()
    bodies: list[str] = []
    for name, cls in classes.items():
        members = list(keys(cls))
        for _, text in members:
            names.update(re.findall(r"\b[A-Za-z_]\w*\b", re.sub(r"\"[^\"]*\"", "", text)))
        if all(key.isidentifier() and not keyword.iskeyword(key) for key, _ in members):
            lines = [f"    {key}: {text}" for key, text in members]
            bodies.append("\n".join([f"class {name}Dict(TypedDict, total=False):", *lines]))
        else:
            lines = [f'        "{key}": {text},' for key, text in members]
            head = f'{name}Dict = TypedDict(\n    "{name}Dict",\n    {{'
            bodies.append("\n".join([head, *lines, "    },\n    total=False,\n)"]))
    names -= _KNOWN | {"Required"} | {f"{name}Dict" for name in classes}
    homes: dict[str, list[str]] = {}
    for needed in sorted(names):
        homes.setdefault(home_of(needed), []).append(needed)
    imports = "\n".join(f"from .{home} import {', '.join(used)}" for home, used in sorted(homes.items()))
    standard = "from collections.abc import Mapping, Sequence\nfrom typing import Any, Literal, Required, TypedDict"
    return f"{_HEAD}\n{standard}\n\n{imports}\n\n" + "\n\n".join(bodies) + "\n"


if __name__ == "__main__":
    STUB.write_text(stub())
    sys.stdout.write(f"{STUB}\n")
