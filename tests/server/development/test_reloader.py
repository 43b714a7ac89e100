"""An app that is served while somebody writes it."""

from __future__ import annotations

import os
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from jambonz_sync.logs.live import LIVE
from jambonz_sync.server.development import AppEvent, Reloader
from tests.peer import Closed, Peer
from tests.waiting import wait_for

BOT = """
from jambonz_sync import Session, create_endpoint

endpoint = create_endpoint(port=0)
svc = endpoint.service("/")


@svc.on("session:new")
def answer(session: Session) -> None:
    session.say({text!r}).send()
"""
WEB = """
from flask import Flask

app = Flask(__name__)


@app.get("/")
def text() -> str:
    return {text!r}
"""


class Served:
    """A reloader and the events that it has told."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "app_under_test.py"
        self.events: list[AppEvent] = []
        self.reloader: Reloader | None = None

    def start(self, content: str) -> None:
        self.file.write_text(content)
        self.reloader = Reloader(str(self.file), on_event=self.events.append).start()

    @property
    def url(self) -> str:
        assert self.reloader is not None
        return self.reloader.url

    def write(self, content: str) -> None:
        self.events.clear()
        before = self.file.stat().st_mtime_ns
        self.file.write_text(content)
        os.utime(self.file, ns=(before, before + 1))  # however coarse the clock of the file system is

    def kinds(self) -> list[str]:
        return [event.kind for event in self.events]

    def wait_for(self, *kinds: str) -> AppEvent:
        wait_for(lambda: self.kinds()[-len(kinds) :] == [*kinds], f"{kinds}, not {self.events}", 30)
        return self.events[-1]

    def text(self) -> str:
        with urllib.request.urlopen(self.url, timeout=10) as answer:
            return str(answer.read().decode())


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    served = Served(tmp_path)
    yield served
    if served.reloader is not None:
        served.reloader.stop()


def test_an_app_is_served_until_it_is_stopped(served: Served) -> None:
    served.start(WEB.format(text="one"))
    assert not served.wait_for("loading", "up").is_endpoint
    assert served.text() == "one"
    assert served.reloader is not None
    served.reloader.stop()
    with pytest.raises(OSError, match="refused"):
        served.text()


def test_a_request_while_the_app_is_loaded_waits_for_it(served: Served) -> None:
    served.start(WEB.format(text="one"))
    assert served.text() == "one"


def test_a_changed_file_is_served_anew(served: Served) -> None:
    served.start(WEB.format(text="one"))
    served.wait_for("up")
    served.write(WEB.format(text="two"))
    served.wait_for("loading", "up")
    assert served.events[-2].changed == (os.path.relpath(served.file),)
    assert served.text() == "two"


def test_a_module_that_the_app_imports_is_watched_too(served: Served, tmp_path: Path) -> None:
    other = tmp_path / "texts_under_test.py"
    other.write_text("TEXT = 'one'\n")
    served.start(WEB.replace("{text!r}", "TEXT").replace("from flask", "from texts_under_test import TEXT\nfrom flask"))
    served.wait_for("up")
    served.events.clear()
    other.write_text("TEXT = 'two, and longer'\n")
    served.wait_for("loading", "up")
    assert served.text() == "two, and longer"


def test_a_version_that_cannot_be_loaded_is_told_and_the_one_before_goes_on(served: Served) -> None:
    served.start(WEB.format(text="one"))
    served.wait_for("up")
    served.write("def broken(:\n")
    failed = served.wait_for("loading", "failed")
    assert "SyntaxError" in failed.text
    assert "app_under_test.py" in failed.traceback
    assert served.text() == "one"
    served.write(WEB.format(text="two"))
    served.wait_for("loading", "up")
    assert served.text() == "two"


def test_the_traceback_begins_in_the_code_of_the_app(served: Served) -> None:
    served.start("def fails():\n    return {}['here']\n\nfails()\n")
    failed = served.wait_for("loading", "failed")
    lines = failed.traceback.splitlines()
    assert lines[0] == "Traceback (most recent call last):"
    assert "app_under_test.py" in lines[1]
    assert lines[-1] == "KeyError: 'here'"


def test_an_app_that_failed_at_first_is_served_once_it_is_mended(served: Served) -> None:
    served.start("1 / 0\n")
    served.wait_for("loading", "failed")
    served.write(WEB.format(text="mended"))
    served.wait_for("loading", "up")
    assert served.text() == "mended"


def test_a_running_call_is_closed_with_1012_and_connects_to_the_new_version(served: Served) -> None:
    served.start(BOT.format(text="one"))
    assert served.wait_for("up").is_endpoint
    url = served.url.replace("http", "ws", 1) + "/"
    with Peer(url) as jambonz:
        assert jambonz.begin() == [{"verb": "say", "text": "one"}]
        served.write(BOT.format(text="two"))
        with pytest.raises(Closed) as closed:
            jambonz.recv()
    assert closed.value.code == 1012
    with Peer(url) as jambonz:
        assert jambonz.begin() == [{"verb": "say", "text": "two"}]


def test_a_process_that_dies_is_told(served: Served) -> None:
    served.start("import os\n" + WEB.format(text="one").replace("return", "os._exit(7)\n    return"))
    served.wait_for("up")
    with pytest.raises(OSError):  # noqa: PT011 - of which class depends on what the system had sent
        served.text()
    assert served.wait_for("ended").text.endswith("has ended with 7")


def test_an_app_that_is_still_being_loaded_can_be_stopped(served: Served) -> None:
    served.start("import threading\nprint('loading', flush=True)\nthreading.Event().wait()\n")
    served.wait_for("loading")
    assert served.reloader is not None
    served.reloader.stop()
    assert served.kinds() == ["loading"]


def test_what_the_app_raises_is_told_while_it_is_served(tmp_path: Path) -> None:
    file = tmp_path / "raising_app.py"
    file.write_text(WEB.format(text="x").replace("return 'x'", "raise ValueError('no bread')"))
    events: list[AppEvent] = []
    with Reloader(str(file), on_event=events.append, env={**os.environ, LIVE: "plain"}) as reloader:
        wait_for(lambda: any(event.kind == "up" for event in events), timeout=30)
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(reloader.url)
        refused.value.close()
        wait_for(lambda: any(event.kind == "raised" for event in events), timeout=30)
    raised = events[-1]
    assert raised.text == "ValueError: no bread"
    assert "raising_app.py" in raised.traceback
    assert events[1].name == "app"
