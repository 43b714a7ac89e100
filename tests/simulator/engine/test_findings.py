"""What the server holds against an app, as data."""

from __future__ import annotations

from jambonz_sync.simulator.engine.findings import CODES, Finding

from .driver import DrivenCall


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


def test_the_same_thing_is_said_once() -> None:
    call = DrivenCall([{"verb": "pause", "length": 1}])
    for _ in range(3):
        call.state.find("command-ignored", "no dial runs", where="mute:status")
    assert len(call.state.findings) == 1
