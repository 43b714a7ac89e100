"""What the server holds against an app, as data."""

from __future__ import annotations

from pathlib import Path

import jambonz_sync.simulator
from jambonz_sync.simulator import Scenario
from jambonz_sync.simulator.engine.findings import CODES, Finding

from .driver import DrivenCall

#: the folder of the simulator
SIMULATOR = Path(jambonz_sync.simulator.__file__).parent


def test_a_finding_has_the_severity_and_the_advice_of_its_code() -> None:
    finding = Finding.make("ack-late", 5.25, "no ack within 5 s", where="/heard")
    assert (finding.severity, finding.lost) == ("error", True)
    assert finding.advice == CODES["ack-late"][1]
    assert str(finding) == "error ack-late: no ack within 5 s (/heard)"
    assert finding.to_dict() == {
        "code": "ack-late",
        "severity": "error",
        "at": 5.25,
        "text": "no ack within 5 s",
        "advice": finding.advice,
        "where": "/heard",
    }


def test_a_mistake_of_the_app_is_a_finding() -> None:
    call = DrivenCall([{"verb": "gather", "actionHook": "/g"}], {"/g": [{"verb": "dance"}]}, ["hello"])
    assert "answer-void" in [finding.code for finding in call.state.findings]


def test_an_option_that_only_a_later_server_has_is_told_apart_from_one_that_there_is_not() -> None:
    newer = [{"verb": "agent", "llm": {"vendor": "openai", "model": "m"}}]
    call = DrivenCall(newer, scenario=Scenario(server="0.9"))
    assert [finding.code for finding in call.state.findings] == ["option-newer-than-server"]


def test_each_code_is_that_of_something_that_the_simulator_finds() -> None:
    sources = [path.read_text() for path in SIMULATOR.rglob("*.py") if path.name != "findings.py"]
    assert [code for code in CODES if not any(f'"{code}"' in source for source in sources)] == ["handler-raised"]


def test_the_same_thing_is_said_once() -> None:
    call = DrivenCall([{"verb": "pause", "length": 1}])
    for _ in range(3):
        call.state.find("command-ignored", "no dial runs", where="mute:status")
    assert len(call.state.findings) == 1
