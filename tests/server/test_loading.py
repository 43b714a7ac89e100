"""An app is found by the name that a user gives it, or the message says how to name it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from flask import Flask

from jambonz_sync.errors import AppNotLoaded
from jambonz_sync.server.endpoint import Endpoint
from jambonz_sync.server.loading import load_app

ENDPOINT = "from jambonz_sync import create_endpoint\nendpoint = create_endpoint(port=0)\n"
FLASK = "from flask import Flask\nweb = Flask(__name__)\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory of its own; modules that are imported from it are forgotten afterwards."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setattr(sys, "modules", {**sys.modules})
    return tmp_path


def test_a_file_gives_its_endpoint(folder: Path) -> None:
    (folder / "my_bot.py").write_text(ENDPOINT)
    loaded = load_app("my_bot.py")
    assert loaded.name == "endpoint"
    assert isinstance(loaded.endpoint, Endpoint)
    assert loaded.wsgi is loaded.endpoint.app


def test_a_file_in_another_folder_imports_its_neighbours(folder: Path) -> None:
    (folder / "bots").mkdir()
    (folder / "bots" / "neighbour_of_bot.py").write_text("NAME = 'Ann'\n")
    (folder / "bots" / "bot_there.py").write_text(f"import neighbour_of_bot\n{ENDPOINT}")
    assert load_app("bots/bot_there.py").name == "endpoint"


def test_a_module_gives_the_app_that_is_named(folder: Path) -> None:
    (folder / "bot_module.py").write_text(f"{ENDPOINT}other = create_endpoint(port=0)\n")
    loaded = load_app("bot_module:other")
    assert loaded.app is loaded.module.other


def test_a_flask_app_is_found_where_there_is_no_endpoint(folder: Path) -> None:
    (folder / "web_bot.py").write_text(FLASK)
    loaded = load_app("web_bot.py")
    assert isinstance(loaded.app, Flask)
    assert loaded.endpoint is None
    assert loaded.wsgi is loaded.app


def test_the_usual_name_is_taken_of_several(folder: Path) -> None:
    (folder / "two_webs.py").write_text(f"{FLASK}app = Flask('app')\n")
    assert load_app("two_webs.py").name == "app"


@pytest.mark.parametrize("target", ["factory_bot.py", "factory_bot:create_app", "factory_bot:create_app()"])
def test_a_factory_makes_the_app(folder: Path, target: str) -> None:
    (folder / "factory_bot.py").write_text("from flask import Flask\ndef create_app():\n    return Flask('made')\n")
    app = load_app(target).app
    assert isinstance(app, Flask)
    assert app.name == "made"


def test_a_plain_wsgi_function_is_taken_as_it_is(folder: Path) -> None:
    (folder / "plain_wsgi.py").write_text("def application(environ, start_response):\n    return []\n")
    loaded = load_app("plain_wsgi.py")
    assert loaded.app is loaded.module.application


def test_run_at_the_top_of_a_script_does_nothing_while_it_is_imported(folder: Path) -> None:
    (folder / "runs_at_once.py").write_text(f"{ENDPOINT}endpoint.run()\nREACHED = True\n")
    assert load_app("runs_at_once.py").module.REACHED


def test_run_of_flask_at_the_top_of_a_script_does_nothing_either(folder: Path) -> None:
    (folder / "flask_at_once.py").write_text(f"{FLASK}web.run(port=1)\nREACHED = True\n")
    assert load_app("flask_at_once.py").module.REACHED


def test_a_file_with_the_name_of_a_module_in_use_hides_it_not(folder: Path) -> None:
    import json

    (folder / "json.py").write_text(ENDPOINT)
    assert load_app("json.py").endpoint is not None
    assert sys.modules["json"] is json


@pytest.mark.parametrize(
    ("target", "content", "message"),
    [
        ("none.py", None, "'none.py': there is no file none.py"),
        (
            "no_such_module_here",
            None,
            "'no_such_module_here': there is no module no_such_module_here; expected app.py, app.py:endpoint or "
            "package.module:app",
        ),
        ("typo_bot.py:endpont", ENDPOINT, "'typo_bot.py:endpont': typo_bot has no 'endpont' (did you mean endpoint?)"),
        (
            "two_bots.py",
            f"{ENDPOINT}other = create_endpoint(port=0)\n",
            "'two_bots.py' has 2 apps: say which, two_bots.py:endpoint or two_bots.py:other",
        ),
        (
            "empty_bot.py",
            "",
            "'empty_bot.py' has no app: expected an endpoint (create_endpoint()), a Flask app, or a function "
            "create_app()",
        ),
        (
            "broken_bot.py",
            "1 / 0\n",
            "'broken_bot.py' cannot be imported: ZeroDivisionError: division by zero",
        ),
        (
            "needs_more.py",
            "import a_package_that_is_not_there\n",
            "'needs_more.py' cannot be imported: No module named 'a_package_that_is_not_there'",
        ),
        ("exits_bot.py", "raise SystemExit(3)\n", "'exits_bot.py' exits while it is imported, with 3"),
        ("number_bot.py:N", "N = 3\n", "number_bot.py:N is no app but 3"),
        (
            "bad_factory.py",
            "def create_app():\n    raise KeyError('URL')\n",
            "bad_factory.py:create_app() fails: KeyError: 'URL'",
        ),
    ],
)
def test_the_message_says_what_is_wrong(folder: Path, target: str, content: str | None, message: str) -> None:
    if content is not None:
        (folder / target.partition(":")[0]).write_text(content)
    with pytest.raises(AppNotLoaded) as caught:
        load_app(target)
    assert str(caught.value) == message
