"""Scenarios are played against apps: what passes, what fails and why, and what a language model has a say in."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest
from werkzeug.wrappers import Request, Response

from jambonz_sync.audio import WavWriter
from jambonz_sync.simulator import Trace
from jambonz_sync.testing import (
    ExpectationFailed,
    ModelUnavailable,
    Outcome,
    PlaceCall,
    ScenarioInvalid,
    check_scenario,
    load_scenarios,
    play_scenario,
)
from jambonz_sync.testing.language_model import LanguageModel

from ...simulator.peer import App, serving
from ..apps import app, endpoint, make_endpoint


@pytest.fixture
def url() -> Iterator[str]:
    with make_endpoint() as served:
        yield served.url


def played(tmp_path: Path, url: str, text: str, **options: Any) -> Outcome:
    path = tmp_path / "menu.yaml"
    path.write_text(text)
    (scenario,) = load_scenarios(path)
    return play_scenario(scenario, url, **options)


PASSES = """
variables: {word: hello}
steps:
  - heard: Say something
  - says: ${word}
  - heard: {regex: "You said: (?P<echo>.*)", timeout: 5s}
  - says: {text: "${echo} again", confidence: 0.6, language: es-ES, translations: {en: "${word} again"}}
  - heard: "said: hello again"
  - not_heard: hello
  - presses: 1
  - heard: the keys 1
  - started: {verb: gather, numDigits: 1, actionHook: /heard}
  - hook: {url: /heard, digits: "1", reason: dtmfDetected}
  - hook: session:new
expect:
  verbs: [say, gather, say, gather, say, gather, say, gather]
  latency: {all: 5s, /heard: 5000 ms}
"""


def test_a_scenario_that_passes(tmp_path: Path, url: str) -> None:
    outcome = played(tmp_path, url, PASSES)
    assert (outcome.result, outcome.message) == ("passed", ""), outcome.details
    assert outcome.name == "menu"
    assert "You said: hello again" in outcome.details


def test_a_scenario_listens_in_order(tmp_path: Path, url: str) -> None:
    outcome = played(tmp_path, url, "timeout: 1s\nsteps:\n  - heard: something\n  - heard: Hello\n")
    assert (outcome.result, outcome.line) == ("failed", 4)
    assert outcome.message == "the app did not say 'Hello' within 1 s"


@pytest.mark.parametrize(
    ("steps", "line", "message"),
    [
        ("  - heard: Hallo", 3, "the app did not say 'Hallo' within 1 s"),
        ("  - not_heard: Hello", 3, "the app has said 'Hello'"),
        ("  - started: dial", 3, "the app did not start dial within 1 s; the verbs so far: say, gather"),
        ("  - hook: /nowhere", 3, "the app was not asked by '/nowhere' within 1 s; the hooks so far: session:new"),
        ('  - presses: 1\n  - hook: {url: /heard, digits: "2"}', 4, "/heard: expected digits to be '2', got '1'"),
        ("  - ended", 3, "the call has not ended"),
        (
            "  - heard: Hello\n  - hangs_up\n  - ended: failed\ntimeout: 9s",
            5,
            "expected the call to end with failed, got",
        ),
        (
            "  - heard: Hello\n  - hangs_up\n  - ended: {by: app}\ntimeout: 9s",
            5,
            "expected the call to end with any reason by app, got",
        ),
        ("  - heard: Hello\nexpect: {verbs: [say]}", 1, "expected the verbs say, got say, gather"),
        ("  - heard: Hello\nexpect: {latency: {/x: 1s}}", 1, "expected an answer to /x, which was never asked"),
        ("  - heard: Hello\nexpect: {latency: {all: 0s}}", 1, "expected an answer to all within 0 s, it took 0."),
    ],
)
def test_a_scenario_that_fails_says_where_and_why(
    tmp_path: Path, url: str, steps: str, line: int, message: str
) -> None:
    timeout = "" if "timeout" in steps else "timeout: 1s\n"
    text = f"name: menu\nsteps:\n{steps}\n{timeout}"
    outcome = played(tmp_path, url, text, trace=tmp_path / "t.jsonl")
    assert outcome.result == "failed", outcome
    assert outcome.line == line
    assert outcome.message.startswith(message)
    assert "Hello! Say something." in outcome.details
    assert Trace.load(tmp_path / "t.jsonl").end_reason is not None


def test_what_the_server_would_refuse_fails_a_scenario_unless_it_is_allowed(tmp_path: Path) -> None:
    with serving() as server:
        server.verbs("/in", [{"verb": "say", "text": "Hello"}, {"verb": "gather", "actionHook": "/x"}])
        server.verbs("/x", [{"verb": "sing"}])
        text = "steps:\n  - heard: Hello\n  - presses: 1#\n  - is_silent\n  - ended\n"
        outcome = played(tmp_path, f"{server.http}/in", text)
        assert outcome.message == "the app got something wrong: answer-void"
        assert played(tmp_path, f"{server.http}/in", text + "allow: [answer-void]").result == "passed"


def test_audio_of_a_file_beside_the_scenario(tmp_path: Path) -> None:
    with WavWriter(tmp_path / "hello.wav", 8000, 1) as file:
        file.write(b"\x10\x20" * 1600)
    with serving() as server:
        server.verbs("/in", [{"verb": "gather", "input": ["speech"], "timeout": 1, "actionHook": "/x"}])
        server.verbs("/x", [{"verb": "hangup"}])
        outcome = played(tmp_path, f"{server.http}/in", "steps:\n  - plays: hello.wav\n  - is_silent\n  - ended\n")
        assert outcome.result == "passed", outcome.details
        assert "[audio: 0.2 s]" in outcome.details


def test_a_caller_cuts_in_waits_and_talks_to_somebody_who_was_dialled(tmp_path: Path) -> None:
    target = [{"type": "phone", "number": "+15085551213"}]
    gather = {"verb": "gather", "input": ["speech"], "bargein": True, "timeout": 10, "actionHook": "/x"}
    with serving() as server:
        server.verbs("/in", [{**gather, "say": {"text": "This takes long, and longer, and longer still."}}])
        server.hooks["/x"] = lambda request: [
            {"verb": "say", "text": request.get_json()["reason"]},
            {**gather, "actionHook": "/y"},
        ]
        server.verbs("/y", [{"verb": "dial", "target": target, "actionHook": "/z"}])
        server.hooks["/z"] = lambda request: [{"verb": "say", "text": str(request.get_json()["dial_sip_status"])}]
        steps = """
        steps:
          - heard: This takes long
          - interrupts: {text: stop, after: 500ms}
          - heard: speechDetected
          - advance: 11500ms
          - started: dial
          - dialled: {refuses: 404}
          - heard: "404"
          - hangs_up: {after: 100ms}
          - ended: {by: caller}
        """
        outcome = played(tmp_path, f"{server.http}/in", textwrap.dedent(steps))
        assert outcome.result == "passed", outcome.details
        assert "cut off after 0.8 s" in outcome.details
        steps = """
        steps:
          - heard: This takes long
          - presses: {keys: "${key}", after: 2s}
          - ended
        """
        outcome = played(tmp_path, f"{server.http}/in", "variables: {key: x}\n" + textwrap.dedent(steps))
        assert outcome.message.startswith("'x': keys are a text of 0-9, * and #")
        outcome = played(tmp_path, f"{server.http}/in", "steps: [drops_connection]")
        assert outcome.message == "the app is called by webhooks: there is no connection to drop"


def test_phones_send_what_phones_send_within_a_call(tmp_path: Path) -> None:
    target = [{"type": "phone", "number": "+15085551213"}]
    gather = {"verb": "gather", "input": ["speech"], "say": {"text": "What now?"}, "actionHook": "/dial"}
    with serving() as server:
        server.verbs("/in", [{"verb": "config", "sipRequestWithinDialogHook": "/request"}, gather])
        server.hooks["/request"] = lambda request: [
            {"verb": "say", "text": request.get_json()["sip_body"]},
            {
                "verb": "dial",
                "target": target,
                "onHoldHook": "/hold",
                "referHook": "/refer",
                "amd": {"actionHook": "/a"},
            },
        ]
        server.verbs("/hold", [{"verb": "say", "text": "One moment."}])
        server.hooks["/a"] = lambda request: []
        server.hooks["/refer"] = lambda request: [
            {"verb": "say", "text": f"Off to {request.get_json()['refer_details']['refer_to_user']}."}
        ]
        steps = """
        steps:
          - heard: What now?
          - sends_request: {method: INFO, body: "low battery", headers: {X-Level: 3}}
          - heard: low battery
          - dialled: {is_machine: You have reached the machine of Joe who is not here}
          - dialled: {says: {text: Good evening, after: 1s}}
          - dialled: {holds: 5s}
          - heard: One moment.
          - dialled: {resumes: 1s}
          - holds: 1s
          - heard: One moment.
          - resumes
          - beeps
          - dialled: beeps
          - dialled: {refers: "sip:sales@pbx.example.com"}
          - heard: Off to sales.
          - refers: "sip:x@y"
          - ended
        """
        outcome = played(tmp_path, f"{server.http}/in", textwrap.dedent(steps))
        assert outcome.result == "passed", outcome.details


def test_an_app_that_is_not_there_is_no_failure_but_an_error(tmp_path: Path) -> None:
    outcome = played(tmp_path, "ws://127.0.0.1:1/", "steps:\n  - says: hello\n")
    assert outcome.result == "error"
    assert "cannot be reached" in outcome.message


def test_the_url_of_a_scenario_is_the_one_that_is_called(tmp_path: Path, url: str) -> None:
    text = f"url: {url.rstrip('/')}\npath: /raises\nsteps:\n  - heard: Press a key\n"
    assert played(tmp_path, "ws://127.0.0.1:1/", text).result == "passed"


def test_the_scenario_of_the_documentation_passes(tmp_path: Path) -> None:
    page = (Path(__file__).parents[3] / "docs" / "howto" / "testing.rst").read_text()
    block = re.search(r"\.\. code-block:: yaml\n\n((?:    .*\n|\n)+)", page)
    assert block
    (tmp_path / "menu.yaml").write_text(textwrap.dedent(block[1]))
    with serving() as server:
        hold = {"verb": "gather", "input": ["speech"], "actionHook": "/asked"}
        server.verbs(
            "/in",
            [{"verb": "say", "text": "Welcome"}, {"verb": "gather", "numDigits": 1, "actionHook": "/pressed"}],
        )
        names = {"1": "Sales", "2": "Support"}
        server.hooks["/pressed"] = lambda request: [
            {"verb": "say", "text": f"{names[request.get_json()['digits']]}, you are number 4"},
            hold,
        ]
        server.verbs("/asked", [{"verb": "say", "text": "You are."}, {"verb": "hangup"}])
        outcomes = [play_scenario(scenario, f"{server.http}/in") for scenario in load_scenarios(tmp_path)]
        assert [(outcome.name, outcome.result) for outcome in outcomes] == [
            ("Menu [1, Sales]", "passed"),
            ("Menu [2, Support]", "passed"),
        ], outcomes


# -- in pytest


def test_the_same_file_is_played_in_pytest(jambonz_call: PlaceCall, tmp_path: Path) -> None:
    (tmp_path / "menu.yaml").write_text(PASSES)
    (scenario,) = load_scenarios(tmp_path)
    check_scenario(scenario, jambonz_call, endpoint)


def test_a_failure_in_pytest_names_the_file_and_the_line(jambonz_call: PlaceCall, tmp_path: Path) -> None:
    (tmp_path / "menu.yaml").write_text("path: /incoming\nsteps:\n  - heard: Bye")
    (scenario,) = load_scenarios(tmp_path)
    with pytest.raises(ExpectationFailed, match=r"menu\.yaml:3: the app did not say 'Bye' and nothing can happen"):
        check_scenario(scenario, jambonz_call, app)
    with pytest.raises(ScenarioInvalid, match=r"menu\.yaml:1: expected a url, or an app"):
        check_scenario(scenario, jambonz_call)


def test_what_a_scenario_allows_does_not_fail_the_test(jambonz_call: PlaceCall, tmp_path: Path) -> None:
    (tmp_path / "menu.yaml").write_text(
        "path: /raises\nallow: [handler-raised]\nsteps:\n  - presses: 0\n  - hook: /heard\n"
    )
    (scenario,) = load_scenarios(tmp_path)
    check_scenario(scenario, jambonz_call, endpoint)


# -- language models


class FakeModel:
    """A server of chat completions that answers by a script."""

    def __init__(self, server: App) -> None:
        self.url = f"{server.http}/v1"
        self.answers: list[object] = []
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        server.hooks["/v1/chat/completions"] = self._answer

    def _answer(self, request: Request) -> object:
        self.requests.append(request.get_json())
        self.keys.append(request.headers.get("Authorization"))
        answer = self.answers.pop(0)
        if isinstance(answer, Response):
            return answer
        content = answer if isinstance(answer, str) else json.dumps(answer)
        return {"choices": [{"message": {"role": "assistant", "content": content}}]}


@pytest.fixture
def model() -> Iterator[FakeModel]:
    with serving() as server:
        yield FakeModel(server)


def head(model: FakeModel) -> str:
    return f"model: {{url: '{model.url}', name: small, api_key_env: TEST_KEY}}\n"


def test_a_judge_is_asked_with_the_conversation_and_its_verdict_counts(
    tmp_path: Path, url: str, model: FakeModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEST_KEY", "k3y")
    text = head(model) + "steps:\n  - says: hello\n  - judge: It repeats what it has heard.\n"
    model.answers = ['Sure: {"met": true, "reason": "it does"} as asked', {"met": False, "reason": "it is rude"}]
    assert played(tmp_path, url, text).result == "passed"
    question = model.requests[0]["messages"][-1]["content"]
    assert model.requests[0]["model"] == "small"
    assert model.keys == ["Bearer k3y"]
    assert "caller: hello\napplication: You said: hello\n" in question
    assert "The criterion: It repeats what it has heard." in question
    outcome = played(tmp_path, url, text)
    assert (outcome.result, outcome.line) == ("failed", 4)
    assert outcome.message == "the judge says no: it is rude"


def test_a_model_plays_the_caller_until_its_goal_is_reached(tmp_path: Path, url: str, model: FakeModel) -> None:
    text = head(model) + "steps:\n  - caller: {persona: Ann, goal: hear a 1, turns: 4}\n  - heard: the keys 1\n"
    model.answers = [{"say": "Hello there"}, {"press": "1"}, {"done": True, "reason": "heard it"}]
    outcome = played(tmp_path, url, text)
    assert outcome.result == "passed", outcome.details
    assert "caller  Hello there" in outcome.details
    system = model.requests[0]["messages"][0]["content"]
    assert "You are: Ann" in system
    assert "Your goal: hear a 1" in system
    assert model.requests[1]["messages"][1]["content"].endswith(
        "caller: Hello there\napplication: You said: Hello there"
    )


@pytest.mark.parametrize(
    ("answers", "limits", "message"),
    [
        ([{"say": "a"}, {"say": "b"}], "turns: 2", "the caller's goal was not reached in 2 turns"),
        ([{"done": False, "reason": "they are closed"}], "turns: 2", "the caller gives up: they are closed"),
        ([{"say": "a"}], "seconds: 0s", "the caller's goal was not reached within 0 s"),
    ],
)
def test_a_model_that_plays_the_caller_is_bounded(
    tmp_path: Path, url: str, model: FakeModel, answers: list[object], limits: str, message: str
) -> None:
    model.answers = answers
    outcome = played(tmp_path, url, head(model) + f"steps:\n  - caller: {{goal: a pizza, {limits}}}\n")
    assert (outcome.result, outcome.message) == ("failed", message)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ("no idea", "the model answered without a JSON object: 'no idea'"),
        (" ", "answered with an empty text"),
        (Response("gone", status=503), "answered with 503: gone"),
        (Response("{}", mimetype="application/json"), "answered with something else than a completion"),
        (Response("<html>"), "answered with something else than a completion"),
    ],
)
def test_a_model_that_cannot_be_used_is_an_error(
    tmp_path: Path, url: str, model: FakeModel, answer: object, message: str
) -> None:
    model.answers = [answer]
    outcome = played(tmp_path, url, head(model) + "steps:\n  - judge: anything\n")
    assert outcome.result == "error"
    assert message in outcome.message


def test_a_model_that_refuses_holds_no_connection(model: FakeModel) -> None:
    model.answers = [Response("gone", status=503)]
    with pytest.raises(ModelUnavailable) as refused:
        LanguageModel(model.url, "small").ask([{"role": "user", "content": "hello"}], 20)
    answer = refused.value.__context__
    assert isinstance(answer, HTTPError)
    assert answer.closed


def test_a_model_that_is_not_there_is_an_error(tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    steps = "steps:\n  - judge: anything\n"
    outcome = played(tmp_path, url, steps)
    assert (outcome.result, outcome.line) == ("error", 2)
    assert outcome.message.startswith("no language model: expected model: {url: ..., name: ...} in the file, or OPENAI")
    outcome = played(tmp_path, url, "model: {url: 'http://127.0.0.1:1', name: x}\n" + steps)
    assert "the model at http://127.0.0.1:1 cannot be reached" in outcome.message
    assert issubclass(ModelUnavailable, RuntimeError)
