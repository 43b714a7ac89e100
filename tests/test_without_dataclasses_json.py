"""All but ``to_json`` and ``from_json`` of what the REST API returns works where dataclasses_json cannot be imported.

Its release 0.6.7 wants a marshmallow below 4, so that an application with a newer one may have neither of the two.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent

#: makes the two, and what they bring, impossible to import
BLOCK = """
import sys

BLOCKED = {"dataclasses_json", "marshmallow", "typing_inspect"}


class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in BLOCKED:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


assert not BLOCKED & set(sys.modules)
sys.meta_path.insert(0, Blocked())
"""

TESTS = """
import importlib
import pickle

import flask
import pytest

import jambonz_sync
from jambonz_sync import Jambonz, Session, WebhookResponse, create_endpoint
from jambonz_sync.rest import JambonzClient
from tests.rest.fake_api import ACCOUNT, KEY, FakeApi, reply

endpoint = create_endpoint()


@endpoint.service("/").on("session:new")
def answer(session: Session) -> None:
    @session.on("/heard")
    def heard(evt) -> None:
        session.say(text=f"You said: {evt.transcript}").hangup().reply()

    session.say(text="Say something.").gather(input=["speech"], action_hook="/heard", timeout=10).hangup().send()


app = flask.Flask(__name__)


@Jambonz(app).webhook("/incoming")
def incoming(call) -> WebhookResponse:
    return WebhookResponse().say(text="Goodbye.").hangup()


@pytest.mark.parametrize("name", ["", ".audio", ".campaign", ".events", ".rest", ".rest.models", ".rest.resources",
                                  ".simulator", ".testing", ".tools", ".verbs", ".verbs.components", ".webhook"])
def test_every_public_name_can_be_imported(name) -> None:
    home = importlib.import_module("jambonz_sync" + name)
    for each in home.__all__:
        getattr(home, each)


def test_a_session_converses(jambonz_call) -> None:
    call = jambonz_call(endpoint, path="/")
    assert call.heard("Say something.")
    call.says("hello")
    assert call.heard("You said: hello") and call.ended


def test_a_webhook_answers(jambonz_call) -> None:
    call = jambonz_call(app, path="/incoming")
    assert call.heard("Goodbye.") and call.ended


def test_the_rest_api_is_read_and_written() -> None:
    record = {"call_sid": "x", "attempted_at": "2026-11-22T10:00:00.000Z", "answered": 1, "newer": {"a": 1}}
    with FakeApi() as api, JambonzClient(api.url, ACCOUNT, KEY, timeout=20) as client:
        api.next(reply(201, {"sid": ACCOUNT}), reply(200, {"total": 1, "data": [record]}))
        client.calls.create(from_="1", to="2", application_sid=ACCOUNT)
        (call,) = client.recent_calls.list()
    assert (call.attempted_at.year, call.answered) == (2026, True)
    assert call.to_dict()["newer"] == {"a": 1}
    assert pickle.loads(pickle.dumps(call)) == call
    assert "newer" in repr(call)


def test_the_two_methods_that_need_it_say_what_is_missing() -> None:
    from jambonz_sync.rest.models import Call

    with pytest.raises(ModuleNotFoundError, match="dataclasses_json"):
        Call().to_json()
    with pytest.raises(ModuleNotFoundError, match="dataclasses_json"):
        Call.from_json("{}")
"""


def test_calls_webhooks_and_the_rest_api_work_without_it(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(BLOCK)
    (tmp_path / "test_blocked.py").write_text(TESTS)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "no_proxy": "127.0.0.1"}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull, str(tmp_path)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=55)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
    assert " passed" in done.stdout
    assert "skipped" not in done.stdout
