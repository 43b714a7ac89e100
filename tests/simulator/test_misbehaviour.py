"""Apps that answer nonsense, nothing, too late, too much or for ever: each call ends, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import threading
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jambonz_sync.simulator import Call, CallFailed, CallLimits, Scenario, Transcript
from jambonz_sync.simulator.line.activity import AppActivity

from ..waiting import wait_for
from .recordings.app import CaseApp
from .recordings.caller import StepCaller
from .recordings.play import threads

VERBS = st.sampled_from(
    [
        {"verb": "say", "text": "Hello."},
        {"verb": "say", "text": ["a", "b"], "loop": 2},
        {"verb": "play", "url": "http://x/a.wav", "actionHook": "/@/a", "loop": 3},
        {"verb": "gather", "input": ["speech", "digits"], "timeout": 3, "actionHook": "/@/a"},
        {"verb": "gather", "input": ["digits"], "say": {"text": "Keys?"}, "partialResultHook": "/@/b"},
        {"verb": "pause", "length": 2},
        {"verb": "redirect", "actionHook": "/@/a"},
        {"verb": "redirect", "actionHook": "/@/b"},
        {"verb": "dial", "target": [{"type": "phone", "number": "+1"}], "actionHook": "/@/a", "confirmHook": "/@/b"},
        {"verb": "enqueue", "name": "q", "waitHook": "/@/b", "actionHook": "/@/a"},
        {"verb": "conference", "name": "c", "enterHook": "/@/b"},
        {"verb": "transcribe", "transcriptionHook": "/@/b"},
        {"verb": "config", "bargeIn": {"enable": True, "sticky": True, "actionHook": "/@/a"}},
        {"verb": "config", "ttsStream": {"enable": True}},
        {"verb": "say", "stream": True},
        {"verb": "leave"},
        {"verb": "hangup"},
        {"verb": "dance"},
        {"verb": "say", "volume": 11},
        5,
        None,
    ]
)
ACTIONS = st.sampled_from(
    [
        {"raw": "{"},
        {"raw": "null"},
        {"raw": '{"type": "ack", "msgid": "x"}'},
        {"binary": "rubbish"},
        {"big": 25_000},
        {"close": 1000},
        {"close": 1006},
        {"close": 1012, "after": 700},
        {"command": "redirect", "data": [{"verb": "say", "text": "pushed"}], "after": 300},
        {"command": "redirect", "data": "dance"},
        {"command": "tts:tokens", "data": {"id": 1, "tokens": "words " * 30}},
        {"command": "tts:flush"},
        {"command": "nonsense", "data": {}},
        {"command": "call:status", "data": {"call_status": "completed"}, "after": 2500},
    ]
)
ANSWERS = st.recursive(
    st.one_of(
        st.lists(VERBS, max_size=4),
        st.sampled_from([{"none": True}, {"data": "hello"}, {"data": {}}, {"wrongId": True}, {"destroy": True}]),
        st.builds(lambda verbs, ms: {"verbs": verbs, "delay": ms}, st.lists(VERBS, max_size=2), st.integers(1, 12_000)),
        st.builds(lambda verbs: {"verbs": verbs, "twice": True}, st.lists(VERBS, max_size=2)),
        st.builds(lambda verbs, acts: {"verbs": verbs, "then": acts}, st.lists(VERBS, max_size=3), st.lists(ACTIONS)),
        st.builds(lambda acts: {"before": acts, "none": True}, st.lists(ACTIONS, min_size=1, max_size=3)),
        st.sampled_from([{"status": 500}, {"status": 302, "location": "/"}, {"body": "[{"}, {"type": "text/html"}]),
    ),
    lambda answers: st.builds(lambda many: {"inTurn": many}, st.lists(answers, min_size=1, max_size=3)),
    max_leaves=3,
)
STEPS = st.lists(
    st.sampled_from([["says", "yes please"], ["presses", "12#"], ["sleep", 3000], ["interrupts", "stop"], ["silent"]]),
    max_size=3,
)
CASES = st.fixed_dictionaries(
    {"first": ANSWERS, "hooks": st.fixed_dictionaries({"/@/a": ANSWERS, "/@/b": ANSWERS}), "steps": STEPS},
    optional={
        "reconnect": ANSWERS,
        "handshake": st.sampled_from([{"status": 503}, {"destroy": True}, {"delay": 4000}, {"inTurn": [{}, {}]}]),
    },
)


def run(case: dict[str, Any], transport: str) -> tuple[Call, Transcript]:
    activity = AppActivity()
    app = CaseApp({"c": case}, activity)
    call = Call(
        f"{transport}://127.0.0.1:{app.port}/c",
        caller=StepCaller(case["steps"]),
        scenario=Scenario(server="0.9", callees=("stay",)),
        limits=CallLimits(retries=2),
        activity=activity,
        timeout=20.0,
    )
    try:
        return call, call.run()
    except CallFailed as error:  # an app of webhooks that hangs up on the first is no app
        call.transcript.end_reason = str(error)
        return call, call.transcript
    finally:
        app.stop()


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(case=CASES, transport=st.sampled_from(["ws", "http"]))
def test_a_call_to_any_app_ends_and_leaves_nothing_behind(case: dict[str, Any], transport: str) -> None:
    files, alive = len(os.listdir("/proc/self/fd")), threading.active_count()
    call, transcript = run(case, transport)
    assert transcript.ended
    # a webhook that was too late ends by itself, now that its app is gone
    wait_for(lambda: threads() == [] and threading.active_count() <= alive, "the end of all threads")
    assert len(os.listdir("/proc/self/fd")) <= files
    assert len(transcript.entries) < 5000
    assert len(call.findings) < 200
    assert json.dumps([finding.to_dict() for finding in call.findings])


FLOOD = {"command": "tts:tokens", "data": {"id": 1, "tokens": "x"}}


@pytest.mark.parametrize(
    ("case", "code"),
    [
        ({"first": []}, "answer-empty"),
        ({"first": {"none": True}}, "ack-missing"),
        ({"first": {"delay": 6000}}, "ack-missing"),
        ({"first": {"data": {}}}, "answer-not-a-list"),
        ({"first": {"verbs": [{"verb": "dance"}]}}, "answer-void"),
        ({"first": [{"verb": "say", "text": "x" * 25_000}]}, "answer-too-big"),
        ({"first": [{"verb": "answer"}, {"verb": "redirect", "actionHook": "/@"}]}, "redirect-loop"),
        ({"first": {"verbs": [{"verb": "say", "text": "Hi."}], "then": [FLOOD] * 8000}}, "too-much"),
        ({"first": {"verbs": [{"verb": "say", "text": "Hi."}], "then": [{"close": 1000}]}}, "close-1000-in-call"),
        ({"first": [{"verb": "play", "url": "a.wav", "loop": "forever"}]}, "never-ends"),
        (
            {"first": {"before": [{"close": 1006}], "none": True}, "reconnect": [{"verb": "say", "text": "Hi."}]},
            "deaf-after-early-drop",
        ),
        ({"first": {"verbs": [{"verb": "pause", "length": 9}], "then": [FLOOD]}}, "tokens-no-stream"),
        ({"first": {"verbs": [], "delay": 3000}}, "ack-slow"),
    ],
)
def test_the_finding_names_what_an_app_did(case: dict[str, Any], code: str) -> None:
    steps = [["sleep", 30_000_000]] if code == "never-ends" else [["over", None, 30_000]]
    call, transcript = run({"hooks": {}, "steps": steps, **case}, "ws")
    assert transcript.ended
    assert code in [finding.code for finding in call.findings]


def test_one_script_gives_one_transcript() -> None:
    gather = {"verb": "gather", "input": ["speech"], "actionHook": "/@/a", "bargein": True, "say": {"text": "Yes?" * 9}}
    case = {
        "first": [{"verb": "config", "ttsStream": {"enable": True}}, gather],
        "hooks": {"/@/a": {"verbs": [{"verb": "pause", "length": 30}, {"verb": "hangup"}], "delay": 1500}},
        "steps": [["says", "well then"], ["over", None, 60_000]],
    }
    transcripts = {str([entry.to_dict() for entry in run(case, "ws")[1]]) for _ in range(10)}
    assert len(transcripts) == 1
