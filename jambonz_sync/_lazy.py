"""Exports that are fetched from their home module when they are first used."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from sys import modules
from types import ModuleType
from typing import Any


def lazy_exports(
    package: str, homes: Mapping[str, str], *eager: str
) -> tuple[Callable[[str], Any], Callable[[], list[str]], list[str]]:
    """Make ``__getattr__``, ``__dir__`` and ``__all__`` of a package whose exports are fetched when used.

    Type checkers and editors cannot read such a table: the package shows them the same names as imports under
    ``if TYPE_CHECKING``, and a test compares the two.

    Args:
        package: The ``__name__`` of the package.
        homes: Home module, relative to the package -> the names that live there, with blanks between them.
        eager: Exports that the package has anyway.

    Returns:
        The three, to be assigned at the top level of the package.
    """
    home_of = {name: home for home, names in homes.items() for name in names.split()}

    def fetch(name: str) -> Any:
        home = home_of.get(name)
        if home is None:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(import_module(home, package), name)
        setattr(modules[package], name, value)  # the next look-up does not come here
        return value

    def list_names() -> list[str]:
        # for completion: what is exported and the modules that are loaded, not what this file itself is made of
        present = dict(vars(modules[package])).items()  # a copy: other threads fetch exports
        own = {name for name, value in present if name[:2] == "__" or isinstance(value, ModuleType)}
        return sorted({*own, *eager, *home_of})

    return fetch, list_names, [*eager, *home_of]
