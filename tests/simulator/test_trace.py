"""The trace of a call: what is written is read again, and what is no trace is refused by file and line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jambonz_sync.simulator import (
    ConnectionDrop,
    HangUp,
    Hold,
    Played,
    Pressed,
    Recorder,
    Refer,
    Resume,
    Said,
    ScriptedCaller,
    Silence,
    SipRequest,
    Timed,
    Trace,
    TraceInvalid,
    TranscriptEntry,
)
from jambonz_sync.simulator.engine.turns import Turn
from jambonz_sync.simulator.trace import scenario_from_dict, turn_from_dict, turn_to_dict

from .peer import App, placed

UNTIMED: st.SearchStrategy[Turn] = st.one_of(
    st.builds(Said, st.text(), st.floats(0, 1)),
    st.builds(Pressed, st.text("0123456789*#", min_size=1)),
    st.builds(Played, st.binary(max_size=20).map(lambda data: b"\0\0" + data[: len(data) // 2 * 2])),
    st.builds(Silence),
    st.builds(HangUp),
    st.builds(Refer, st.text(), st.dictionaries(st.text(), st.text())),
    st.builds(Hold),
    st.builds(Resume),
    st.builds(SipRequest, st.sampled_from(["INFO", "MESSAGE"]), st.text(), st.dictionaries(st.text(), st.text())),
)
TIMED = st.builds(
    Timed, st.one_of(UNTIMED, st.builds(ConnectionDrop)), st.floats(0, allow_infinity=False), st.integers(0)
)


@given(st.one_of(UNTIMED, TIMED))
def test_a_turn_is_read_as_it_was_written(turn: Turn | Timed) -> None:
    assert turn_from_dict(json.loads(json.dumps(turn_to_dict(turn)))) == turn


def test_a_call_is_kept_whole(app: App, tmp_path: Path) -> None:
    app.verbs("/in", [{"verb": "gather", "input": ["speech"], "actionHook": "/heard"}])
    app.verbs("/heard", [{"verb": "say", "text": "Bye."}, {"verb": "hangup"}])
    url = app.http.replace("//", "//me:secret@") + "/in"
    recorder = Recorder(url, {"from_": "+15085550000", "auth": ("me", "secret"), "scenario": object()})
    keep = {"on_entry": recorder.add, "on_message": recorder.add, "on_turn": recorder.add}
    call = placed(url, caller=ScriptedCaller(["hello"]), from_="+15085550000", **keep)
    transcript = call.run()
    path = tmp_path / "new" / "call.jsonl"
    recorder.save(path, transcript, call.findings)

    assert "secret" not in path.read_text()
    trace = Trace.load(path)
    assert trace.url == f"{app.http}/in"
    assert trace.options == {"from_": "+15085550000"}
    assert trace.turns == [Said("hello")]
    assert trace.entries == [TranscriptEntry(e.who, e.text, round(e.at, 3)) for e in transcript.entries]
    assert [message["kind"] for message in trace.messages] == ["session:new", "ack", "verb:hook", "ack"]
    assert trace.messages[2]["webhook"] == "/heard"
    assert trace.messages[3]["data"] == [{"verb": "say", "text": "Bye."}, {"verb": "hangup"}]
    assert (trace.end_reason, trace.ended_by, trace.findings) == ("completed", "app", [])


CALLEES: list[tuple[object, str]] = [
    ({"turns": [{"turn": "says", "text": "a"}]}, "scenario: there is no 'after'"),
    ({"turns": [{"turn": "sings", "after": 1}]}, "turn: expected one of says, "),
    ({"turns": [{"turn": "hangs_up", "after": 1}]}, "turns: somebody who is dialled does not take the turn HangUp"),
    ({"mood": "bad"}, "scenario: .*mood"),
]


@pytest.mark.parametrize(("described", "why"), CALLEES)
def test_what_describes_nobody_who_is_dialled_is_refused(described: object, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        scenario_from_dict({"callees": [described]})


HEAD = '{"type": "call", "version": 1, "url": "ws://127.0.0.1/"}\n'


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", r"call\.jsonl: the file is empty"),
        ("hello\n", r"call\.jsonl:1: no JSON"),
        ("[]\n", r"call\.jsonl:1: expected an object"),
        ('{"type": "entry"}\n', r"call\.jsonl:1: the first line of a trace is of the type 'call'"),
        ('{"type": "call", "version": 2, "url": ""}', r"call\.jsonl:1: version: expected 1, got 2"),
        ('{"type": "call", "version": 1}', r"call\.jsonl:1: expected a url and options"),
        (HEAD + '{"type": "entry", "who": "app"}', r"call\.jsonl:2: there is no 'text'"),
        (HEAD + '{"type": "song"}', r"call\.jsonl:2: type: expected turn, entry, .* got 'song'"),
        (HEAD + '{"type": "turn", "turn": "sings"}', r"call\.jsonl:2: turn: expected one of says, .* got 'sings'"),
        (HEAD + '{"type": "turn", "turn": "says", "loud": 1}', r"call\.jsonl:2: says: .*loud"),
        (
            HEAD + '{"type": "turn", "turn": "sends_request", "method": "BYE"}',
            r"call\.jsonl:2: 'BYE': jambonz listens for INFO and MESSAGE only",
        ),
        (
            HEAD + '{"type": "turn", "turn": "sends_request", "method": ["INFO"]}',
            r"call\.jsonl:2: \['INFO'\]: jambonz listens for INFO and MESSAGE only",
        ),
        (
            HEAD + '{"type": "turn", "turn": "drops_connection"}',
            r"call\.jsonl:2: drops_connection: expected its moment",
        ),
        (
            HEAD + '{"type": "turn", "turn": "hangs_up", "timed": {"after": 1}}',
            r"call\.jsonl:2: there is no 'utterance'",
        ),
        (HEAD + '{"type": "turn", "turn": "hangs_up", "timed": [1]}', r"call\.jsonl:2: hangs_up: "),
        (
            HEAD + '{"type": "turn", "turn": "hangs_up", "timed": {"after": -1, "utterance": 1}}',
            r"call\.jsonl:2: a moment is after an utterance: got -1\.0 s after number 1",
        ),
    ],
)
def test_what_is_no_trace_is_refused_by_file_and_line(tmp_path: Path, text: str, why: str) -> None:
    path = tmp_path / "call.jsonl"
    path.write_text(text)
    with pytest.raises(TraceInvalid, match=why):
        Trace.load(path)
