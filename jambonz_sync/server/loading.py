"""The app of a user, found by the name that they give it: ``app.py``, ``app.py:endpoint`` or ``package.module:app``."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any, cast

from flask import Flask

from ..errors import AppNotLoaded
from ..model.validation import did_you_mean, nearest
from .endpoint import Endpoint
from .running import running_ignored
from .wsgi import WSGIApp

__all__ = ["LoadedApp", "load_app"]

#: where an app is looked for first if none is named, as Flask and gunicorn do
_USUAL_NAMES = ("app", "application")
_USUAL_FACTORIES = ("create_app", "make_app")


@dataclass(frozen=True)
class LoadedApp:
    """An app that has been imported and found.

    Args:
        name: Its name in its module.
        module: The module.
        app: The endpoint or the WSGI application.
    """

    name: str
    module: ModuleType
    app: Endpoint | WSGIApp

    @property
    def endpoint(self) -> Endpoint | None:
        """The endpoint, if it is one."""
        return self.app if isinstance(self.app, Endpoint) else None

    @property
    def wsgi(self) -> WSGIApp:
        """What a server runs."""
        return self.app.app if isinstance(self.app, Endpoint) else self.app


def load_app(target: str) -> LoadedApp:
    """Import the module of an app, and find the app in it.

    A script is imported, not run: what stands under ``if __name__ == "__main__":`` does not happen, and
    ``endpoint.run()`` outside of that does nothing.

    Args:
        target: ``app.py``, ``app.py:endpoint``, ``package.module`` or ``package.module:app``; the name may be that of
            a function without arguments that makes the app. Without a name, the endpoint of the module is taken, or
            else its Flask app, or else what ``create_app`` makes.
    Raises:
        AppNotLoaded: There is no such module or app in it, more than one, or it cannot be imported.
    Blocks: as long as the import takes.  Threads: the main one, as the app may set signal handlers.
    """
    path, _, name = target.rpartition(":") if ":" in target else (target, "", "")
    module = _import(path, target)
    found = _named(module, name, target) if name else _only_one(module, target)
    return LoadedApp(found, module, _made(getattr(module, found), f"{path}:{found}"))


def _import(path: str, target: str) -> ModuleType:
    if path.endswith(".py") or "/" in path:
        file = Path(path).resolve()
        if not file.is_file():
            raise AppNotLoaded(f"{target!r}: there is no file {path}")
        folder, load = str(file.parent), partial(_import_file, file)
    else:
        folder, load = str(Path.cwd()), partial(importlib.import_module, path)
    if folder not in sys.path:
        sys.path.insert(0, folder)
    try:
        with running_ignored():
            return load()
    except ModuleNotFoundError as error:
        if error.name is not None and (path == error.name or path.startswith(f"{error.name}.")):
            raise AppNotLoaded(
                f"{target!r}: there is no module {error.name}; expected app.py, app.py:endpoint or package.module:app"
            ) from None
        raise AppNotLoaded(f"{target!r} cannot be imported: {error}") from error
    except SystemExit as error:
        raise AppNotLoaded(f"{target!r} exits while it is imported, with {error.code!r}") from error
    except Exception as error:
        raise AppNotLoaded(f"{target!r} cannot be imported: {type(error).__name__}: {error}") from error


def _import_file(file: Path) -> ModuleType:
    name = file.stem
    known = sys.modules.get(name)
    if known is not None and getattr(known, "__file__", None) != str(file):
        name = f"{name}_of_{file.parent.name}"  # select.py of a user is not that of Python
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # dataclasses and pickle look for the module of a class there
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _named(module: ModuleType, name: str, target: str) -> str:
    name = name.removesuffix("()")
    if hasattr(module, name):
        return name
    apps = [*_instances(module, Endpoint), *_instances(module, Flask)] or list(vars(module))
    raise AppNotLoaded(f"{target!r}: {module.__name__} has no {name!r}{did_you_mean(nearest(name, apps))}")


def _only_one(module: ModuleType, target: str) -> str:
    for kind in (Endpoint, Flask):
        names = _instances(module, kind)
        usual = [name for name in _USUAL_NAMES if name in names]
        if len(names) == 1 or usual:
            return (usual or names)[0]
        if names:
            several = " or ".join(f"{target}:{name}" for name in names)
            raise AppNotLoaded(f"{target!r} has {len(names)} apps: say which, {several}")
    for name in (*_USUAL_NAMES, *_USUAL_FACTORIES):
        if callable(getattr(module, name, None)):
            return name
    raise AppNotLoaded(
        f"{target!r} has no app: expected an endpoint (create_endpoint()), a Flask app, or a function create_app()"
    )


def _instances(module: ModuleType, kind: type) -> list[str]:
    """Return the names of the objects of a class, the first name of each."""
    names: dict[int, str] = {}
    for name, value in vars(module).items():
        if isinstance(value, kind):
            names.setdefault(id(value), name)
    return list(names.values())


def _made(value: Any, target: str) -> Endpoint | WSGIApp:
    """Return an app, or what its factory makes."""
    if isinstance(value, Endpoint | Flask):
        return value
    if callable(value) and _takes_nothing(value):
        try:
            with running_ignored():
                value = value()
        except Exception as error:
            raise AppNotLoaded(f"{target}() fails: {type(error).__name__}: {error}") from error
        target = f"{target}()"
    if isinstance(value, Endpoint) or callable(value):
        return cast("Endpoint | WSGIApp", value)
    raise AppNotLoaded(f"{target} is no app but {value!r:.100}")


def _takes_nothing(factory: Callable[..., Any]) -> bool:
    """Return True for what can be called without arguments, which a WSGI application cannot."""
    try:
        parameters = inspect.signature(factory).parameters.values()
    except (TypeError, ValueError):
        return False
    return all(
        parameter.default is not parameter.empty or parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
        for parameter in parameters
    )
