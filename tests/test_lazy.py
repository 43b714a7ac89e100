"""Exports that are fetched from their home when they are first used, also where no source is installed."""

from __future__ import annotations

import compileall
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import jambonz_sync
from jambonz_sync import rest

PACKAGE = Path(jambonz_sync.__file__).parent

SHOP = """
from jambonz_sync._lazy import lazy_exports

OPEN = True
__getattr__, __dir__, __all__ = lazy_exports(__name__, {".fruit": "Pear Plum", ".bread": "Roll"}, "OPEN")
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    package = tmp_path / "lazy_shop"
    package.mkdir()
    (package / "__init__.py").write_text(SHOP)
    (package / "fruit.py").write_text("class Pear: pass\nclass Plum: pass\n")
    (package / "bread.py").write_text("raise RuntimeError('sold out')\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield package.name
    for name in [name for name in sys.modules if name.startswith(package.name)]:
        del sys.modules[name]


def test_a_home_is_imported_when_one_of_its_names_is_used_and_no_other_is(shop: str) -> None:
    package = __import__(shop)
    assert f"{shop}.fruit" not in sys.modules
    pear = package.Pear
    assert pear is sys.modules[f"{shop}.fruit"].Pear
    assert vars(package)["Pear"] is pear
    assert f"{shop}.bread" not in sys.modules


def test_all_names_are_listed_before_they_are_fetched(shop: str) -> None:
    package = __import__(shop)
    assert package.__all__ == ["OPEN", "Pear", "Plum", "Roll"]
    assert {"OPEN", "Pear", "Plum", "Roll", "__name__"} <= set(dir(package))


def test_an_error_of_a_home_is_not_taken_for_a_missing_name(shop: str) -> None:
    package = __import__(shop)
    with pytest.raises(RuntimeError, match="sold out"):
        _ = package.Roll
    with pytest.raises(AttributeError, match="module 'lazy_shop' has no attribute 'Cake'"):
        _ = package.Cake


def test_an_installation_without_sources_has_all_names(tmp_path: Path) -> None:
    installed = tmp_path / "jambonz_sync"
    shutil.copytree(PACKAGE, installed, ignore=shutil.ignore_patterns("__pycache__"))
    compileall.compile_dir(installed, legacy=True, quiet=2)
    for source in installed.rglob("*.py"):
        source.unlink()
    code = (
        "import jambonz_sync as home; from jambonz_sync import verbs; from jambonz_sync.verbs import components\n"
        "assert home.__file__.endswith('.pyc'), home.__file__\n"
        "for module in (home, verbs, components):\n"
        "    for name in module.__all__: getattr(module, name)\n"
        "print(home.WebhookResponse().say(text='x').to_json())"
    )
    command = [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n{code}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=50)
    assert (done.stdout.strip(), done.stderr) == ('[{"verb":"say","text":"x"}]', "")


@pytest.mark.parametrize("package", [jambonz_sync, rest], ids=lambda package: package.__name__)
def test_completion_shows_what_is_exported_and_no_means_of_exporting(package: object) -> None:
    assert rest.JambonzClient  # loads a module of the package, which is then an attribute of it
    shown = set(dir(package))
    assert "JambonzClient" in shown
    assert shown & {"TYPE_CHECKING", "annotations", "lazy_exports"} == set()


def test_a_module_that_has_been_imported_is_listed_too() -> None:
    import jambonz_sync.rest.client  # noqa: F401

    assert "client" in dir(rest)


@pytest.mark.parametrize(
    ("code", "unused"),
    [
        ("actions.command_of(actions.Mute, {'status': 'mute'})", "verbs.speech verbs.config verbs.components.common"),
        ("actions.update_of(actions.Redirect, {'call_hook': '/x'})", "verbs.speech verbs.config verbs.vendors"),
    ],
)
def test_an_action_without_verbs_does_not_wait_for_their_modules(code: str, unused: str) -> None:
    code = f"import sys; from jambonz_sync.protocol import actions; {code}; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=50)
    assert set(run.stdout.split()) & {f"jambonz_sync.{name}" for name in unused.split()} == set()
