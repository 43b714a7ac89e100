"""The examples as their users import them: each test gets a module of its own."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from .waiting import wait_for

__all__ = ["EXAMPLES", "Example", "LoadExample", "Printed", "example", "printed"]

EXAMPLES = Path(__file__).parent.parent / "examples"

Printed = Callable[[str], None]


class Example:
    """An example that has been imported."""

    def __init__(self, module: ModuleType) -> None:
        self.module = module
        #: its endpoint, or its Flask application
        self.app: Any = module.endpoint if hasattr(module, "endpoint") else module.app
        #: where its calls come in
        self.path = "/" if hasattr(module, "endpoint") else "/incoming"

    def web(self, method: str, path: str, **options: Any) -> Any:
        """The answer of one of its own routes."""
        flask_app = getattr(self.app, "app", self.app)
        return flask_app.test_client().open(path, method=method, **options)


LoadExample = Callable[..., Example]


@pytest.fixture
def example(monkeypatch: pytest.MonkeyPatch) -> LoadExample:
    """``example("echo", NAME="value")`` imports an example, with variables of the environment."""

    def load(name: str, **env: str) -> Example:
        for variable, value in env.items():
            monkeypatch.setenv(variable, value)
        spec = importlib.util.spec_from_file_location(f"example_{name}", EXAMPLES / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return Example(module)

    return load


@pytest.fixture
def printed(capsys: pytest.CaptureFixture[str]) -> Printed:
    """``printed(text)`` waits until an example has printed it."""
    output: list[str] = []

    def look(text: str) -> bool:
        output.append(capsys.readouterr().out)
        return text in "".join(output)

    return lambda text: wait_for(lambda: look(text), f"{text!r} in the output")
