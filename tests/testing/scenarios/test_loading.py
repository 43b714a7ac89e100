"""Scenarios are read from YAML, and each mistake is named by file, line and what was expected."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jambonz_sync.simulator import Scenario
from jambonz_sync.testing import CallScenario, ScenarioInvalid, load_scenarios
from jambonz_sync.testing.scenarios.actions import Action


def load(tmp_path: Path, text: str, **variables: str) -> list[CallScenario]:
    path = tmp_path / "menu.yaml"
    path.write_text(text)
    return load_scenarios(path, variables=variables)


def test_a_file_of_one_scenario(tmp_path: Path) -> None:
    (scenario,) = load(
        tmp_path,
        """
url: ws://127.0.0.1:3000
path: /voice
call:
  from: "+15085550000"
  env: {GREETING: Hi, COUNT: 3, ON: true, TEXT: "3"}
  headers: {X-Tenant: 7}
  auth: me:pass:word
  method: get
  callees: [busy, answer]
  queue_event_hook: /queue-events
  mcp_tools: {search: Open from 9 to 5.}
timeout: 500ms
allow: ack-slow
steps:
  - heard: Hello
  - presses: 012#
  - is_silent
  - ended: completed
""",
    )
    assert (scenario.name, scenario.line) == ("menu", 2)
    assert (scenario.url, scenario.path, scenario.timeout) == ("ws://127.0.0.1:3000", "/voice", 0.5)
    assert scenario.options == {
        "from_": "+15085550000",
        "env": {"GREETING": "Hi", "COUNT": 3, "ON": True, "TEXT": "3"},
        "headers": {"X-Tenant": "7"},
        "auth": ("me", "pass:word"),
        "method": "GET",
        "scenario": Scenario(
            callees=("busy", "answer"), queue_event_hook="/queue-events", mcp_tools={"search": "Open from 9 to 5."}
        ),
    }
    assert scenario.allow == {"ack-slow"}
    assert [type(step).__name__ for step in scenario.steps] == ["Heard", "Action", "Action", "Ended"]
    assert [step.line for step in scenario.steps] == [16, 17, 18, 19]
    assert scenario.steps[1] == Action(17, "presses", {"keys": "012#"})  # no number of YAML
    assert scenario.steps[2] == Action(18, "is_silent")


def test_an_action_has_a_plain_value_or_several_named_ones(tmp_path: Path) -> None:
    (scenario,) = load(
        tmp_path,
        """
steps:
  - presses: 12#
  - presses: {keys: 12#, after: 500ms}
  - hangs_up
  - hangs_up: 2s
  - hangs_up: {after: 1 min}
  - drops_connection: {after: 1s}
  - interrupts: {text: stop, after: 1.5, confidence: 0.4}
  - refers: {to: "sip:a@b", headers: {X-A: 7}, after: 2s}
  - dialled: answers
  - dialled: {answers: {after: 3s}}
  - dialled: {is_machine: {greeting: Nobody is here, beeps: false}}
  - dialled: {sends_request: {method: INFO, body: a=b}}
""",
    )
    actions = [(step.name, dict(step.arguments), step.dialled) for step in scenario.steps if isinstance(step, Action)]
    assert actions == [
        ("presses", {"keys": "12#"}, False),
        ("presses", {"keys": "12#", "after": 0.5}, False),
        ("hangs_up", {}, False),
        ("hangs_up", {"after": 2.0}, False),
        ("hangs_up", {"after": 60.0}, False),
        ("drops_connection", {"after": 1.0}, False),
        ("interrupts", {"text": "stop", "after": 1.5, "confidence": 0.4}, False),
        ("refers", {"to": "sip:a@b", "headers": {"X-A": "7"}, "after": 2.0}, False),
        ("answers", {}, True),
        ("answers", {"after": 3.0}, True),
        ("is_machine", {"greeting": "Nobody is here", "beeps": False}, True),
        ("sends_request", {"method": "INFO", "body": "a=b"}, True),
    ]


def test_several_scenarios_and_examples(tmp_path: Path) -> None:
    scenarios = load(
        tmp_path,
        """
- name: Menu
  variables: {word: Hello, path: /x}
  path: ${path}
  examples:
    - {key: 1, answer: Sales}
    - {key: 2, answer: Support}
  steps:
    - heard: ${word}
    - presses: ${key}
- name: Other
  steps: [hangs_up]
---
name: Third
steps: [hangs_up]
""",
        word="Bye",
    )
    assert [str(scenario) for scenario in scenarios] == ["Menu [1, Sales]", "Menu [2, Support]", "Other", "Third"]
    assert scenarios[1].variables == {"word": "Bye", "path": "/x", "key": "2", "answer": "Support"}
    assert scenarios[0].path == "/x"
    assert [scenario.line for scenario in scenarios] == [2, 2, 11, 14]


def test_a_folder_is_read_in_the_order_of_its_files(tmp_path: Path) -> None:
    for name in ("b.yml", "a.yaml"):
        (tmp_path / name).write_text("steps: [hangs_up]")
    (tmp_path / "c.txt").write_text("no yaml")
    assert [scenario.name for scenario in load_scenarios(tmp_path)] == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", r"there are no scenarios"),
        ("hello", r"menu\.yaml:1: a scenario: expected a mapping, got 'hello'"),
        ("name: x", r":1: a scenario: expected steps"),
        ("stepps: []", r":1: a scenario: 'stepps' is not known, did you mean 'steps'\?; there are allow, call, "),
        ("steps:\n  - says: hi\n  - sayz: la", r":3: a step: 'sayz' is not known, did you mean 'says'\?"),
        ("steps: [sings]", r":1: a step: 'sings' is not known; there are says, presses"),
        ("steps: [says]", r":1: says: expected a value behind it, as in 'says: \.\.\.'"),
        ("steps:\n  - says: hi\n    heard: ho", r":2: a step: expected one name and its value, got says, heard"),
        ("steps:\n  - says:", r":2: says: expected a text, got nothing"),
        ("steps:\n  - says: [a]", r":2: says: expected a text, got a list"),
        ("steps:\n  - says: {text: a, confidence: 2}", r":2: says.confidence: expected a number from 0 to 1"),
        ("steps:\n  - says: {text: a, confidence: high}", r":2: says.confidence: expected a number, got 'high'"),
        ("steps:\n  - presses: one", r":2: presses: keys are 0-9, \* and #, got 'one'"),
        ("steps:\n  - plays: no.wav", r":2: plays: there is no file .*no\.wav"),
        ("steps:\n  - heard: {regex: '('}", r":2: heard.regex: missing \)"),
        ("steps:\n  - heard: {timeout: 1s}", r":2: heard: expected either text or regex"),
        ("steps:\n  - heard: {text: a, timeout: soon}", r":2: heard.timeout: expected a duration such as 2s or 500ms"),
        ("steps:\n  - heard: ${name}", r":2: the variable 'name' is not set; there are: none"),
        ("variables: {nam: x}\nsteps:\n  - heard: ${name}", r":3: the variable 'name' is not set; there are: nam"),
        ("steps:\n  - interrupts: {after: 1s}", r":2: interrupts.text: expected a text, got a mapping"),
        ("steps:\n  - interrupts: {text: a, after: soon}", r":2: interrupts.after: expected a duration"),
        ("steps:\n  - presses: {keys: 1, after: -1s}", r":2: presses.after: expected a duration .* got '-1s'"),
        ("steps:\n  - presses: {after: 1s}", r":2: presses.keys: expected a text, got a mapping"),
        ("steps:\n  - presses: {keys: 1, afterr: 1s}", r":2: presses: 'afterr' is not known, did you mean 'after'\?"),
        ("steps:\n  - hangs_up: now", r":2: hangs_up: expected a duration such as 2s or 500ms, got 'now'"),
        ("steps:\n  - drops_connection: {in: 1s}", r":2: drops_connection: 'in' is not known; there are after"),
        ("steps:\n  - is_silent: 2s", r":2: is_silent: expected nothing behind it"),
        ("steps:\n  - dialled: says", r":2: dialled: says: expected a value behind it, as in 'dialled: \{says: "),
        ("steps:\n  - dialled: {presses: {keys: a}}", r":2: dialled.presses.keys: keys are 0-9, \* and #, got 'a'"),
        ("steps:\n  - dialled: {is_machine: {greeting: a, beeps: 1}}", r":2: dialled.*: expected true or false"),
        ("steps:\n  - advance: later", r":2: advance: expected a duration such as 2s or 500ms, got 'later'"),
        ("steps:\n  - dialled: sings", r":2: dialled: 'sings' is not known; there are answers, is_busy"),
        ("steps:\n  - dialled: {refuses: 200}", r":2: dialled.refuses: expected a SIP status from 300 to 699, got 200"),
        ("steps:\n  - dialled: {answers: 1s, presses: 1}", r":2: dialled: expected one thing, got answers, presses"),
        ("steps:\n  - sends_request: {method: BYE}", r":2: sends_request.method: expected INFO or MESSAGE, got 'BYE'"),
        ("steps:\n  - sends_request: {body: a}", r":2: sends_request.method: expected a text, got a mapping"),
        ("steps:\n  - refers", r":2: refers: expected a value behind it"),
        ("steps:\n  - started: {numDigits: 1}", r":2: started: expected a verb"),
        ("steps:\n  - hook: {digits: 1}", r":2: hook: expected a url"),
        ("steps:\n  - ended: {by: nobody}", r":2: ended.by: expected app, caller or jambonz, got 'nobody'"),
        ("steps:\n  - caller: {persona: Ann}", r":2: caller: expected a goal"),
        ("steps:\n  - caller: {goal: x, turns: many}", r":2: caller.turns: expected a number, got 'many'"),
        ("timeout: 1h\nsteps: []", r":1: timeout: expected a duration"),
        ("call: {auth: me}\nsteps: []", r":1: auth: expected user:password"),
        ("call: {method: PUT}\nsteps: []", r":1: method: expected POST or GET, got 'PUT'"),
        ("call: {server: '0.1'}\nsteps: []", r":1: call: "),
        ("call:\n  form: x\nsteps: []", r":2: call: 'form' is not known, did you mean 'from'\?"),
        ("expect:\n  latency: {all: quick}\nsteps: []", r":2: latency of all: expected a duration"),
        ("model: {key: x}\nsteps: []", r":1: model: 'key' is not known"),
        ("name: a\nname: b\nsteps: []", r":2: 'name' is there twice"),
        ("steps: [", r":1: no YAML: "),
        ("a: &a [*a]", r":1: nested more than 20 deep"),
        ("\0", r"no YAML"),
    ],
)
def test_a_mistake_is_named_by_file_line_and_what_was_expected(tmp_path: Path, text: str, error: str) -> None:
    with pytest.raises(ScenarioInvalid, match=error):
        load(tmp_path, text)


def test_a_file_that_unfolds_without_end_is_refused(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9))]
    with pytest.raises(ScenarioInvalid, match="more than 100,000 values"):
        load(tmp_path, "\n".join(lines))


def test_a_file_that_is_not_there_or_no_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(ScenarioInvalid, match=r"nowhere\.yaml: No such file"):
        load_scenarios(tmp_path / "nowhere.yaml")
    (tmp_path / "menu.yaml").write_bytes(b"\xff\xfe\xfd")
    with pytest.raises(ScenarioInvalid, match=r"menu\.yaml: .*decode"):
        load_scenarios(tmp_path / "menu.yaml")


def test_without_pyyaml_the_error_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "yaml", None)
    with pytest.raises(ScenarioInvalid, match=r"pip install 'jambonz-sync\[desk\]'"):
        load(tmp_path, "steps: []")


@given(st.text())
def test_whatever_is_in_a_file_it_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("scenarios") / "any.yaml"
    path.write_text(text, encoding="utf-8", errors="surrogatepass")
    try:
        load_scenarios(path)
    except ScenarioInvalid as error:
        assert str(path) in str(error)  # noqa: PT017
