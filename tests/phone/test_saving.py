"""A call that is saved as a test is a test that runs."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from jambonz_sync.cli import main
from jambonz_sync.phone.desk import Desk
from jambonz_sync.phone.saving import pytest_of, scenario_of
from jambonz_sync.phone.target import UrlTarget
from jambonz_sync.server.endpoint import create_endpoint
from tests.waiting import wait_for

from .apps import bakery

APP = """
from jambonz_sync import create_endpoint
from tests.phone.apps import bakery

endpoint = create_endpoint()
endpoint.service("/").on("session:new", bakery)


def create_app():
    return endpoint.app
"""


@pytest.fixture
def url() -> Iterator[str]:
    endpoint = create_endpoint(host="127.0.0.1", port=0)
    endpoint.service("/").on("session:new", bakery)
    endpoint.start()
    yield endpoint.url
    endpoint.stop(0)


@pytest.fixture
def kept(url: str) -> dict[str, Any]:
    """A call in which something was said and a key pressed, as it is kept."""
    calls: list[dict[str, Any]] = []

    def keep(call: Mapping[str, Any], id: str | None) -> str:
        calls.append(dict(call))
        return "1"

    desk = Desk(UrlTarget(url), keep)
    desk.act("settings", {"values": {"from": "+15550001", "headers": "X-A: b", "server": "11", "speed": 200}})
    desk.act("dial", {})

    def said(text: str) -> bool:
        return any(text in record.get("text", "") for record in desk.news().records)

    wait_for(lambda: said("Hello"), timeout=30)
    desk.act("say", {"text": 'two "loaves", ${rye}: 5 €'})
    wait_for(lambda: said("You want two"), timeout=30)
    desk.act("press", {"keys": "5"})
    wait_for(lambda: said("You want 5"), timeout=30)
    desk.act("hang_up", {})
    wait_for(lambda: calls, timeout=30)
    desk.close()
    return calls[0]


def run_pytest(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_saved.py"],
        cwd=folder,
        env={"PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("app", ["url", "endpoint", "create_app()"])
def test_a_call_that_is_saved_for_pytest_passes(kept: dict[str, Any], app: str, tmp_path: Path) -> None:
    if app != "url":
        (tmp_path / "saved_app.py").write_text(APP)
        kept["for_tests"] = {"module": "saved_app", "name": app, "path": "/", "websocket": True}
    (tmp_path / "test_saved.py").write_text(pytest_of(kept))
    run_pytest(tmp_path)


def test_a_saved_test_fails_when_the_app_says_something_else(kept: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "test_saved.py").write_text(pytest_of(kept).replace("You want 5.", "You want 6."))
    with pytest.raises(AssertionError, match="You want 6"):
        run_pytest(tmp_path)


def test_a_call_that_is_saved_as_a_scenario_passes(kept: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "saved.yaml"
    file.write_text(scenario_of(kept))
    result = CliRunner().invoke(main, ["test", str(file)])
    assert result.exit_code == 0, result.output


def test_settings_that_are_not_the_usual_ones_are_in_the_test(kept: dict[str, Any]) -> None:
    text = pytest_of(kept)
    assert "from_='+15550001', headers={'X-A': 'b'}, scenario=Scenario(server='11')" in text
    assert "to=" not in text
    assert 'from: "+15550001"' in scenario_of(kept)
