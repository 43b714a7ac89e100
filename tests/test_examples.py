"""Each example runs as its users run it, and is called by the simulator."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jambonz_sync.simulator import Call, CallLimits, HangUp, Pressed, Said, Scenario, ScriptedCaller, Transcript, Turn
from tests.waiting import wait_for

EXAMPLES = Path(__file__).parent.parent / "examples"

Place = Callable[..., Transcript]

#: a busy machine may need longer than jambonz waits
LIMITS = CallLimits(handshake=20.0, ack=20.0, http=20.0)


class Running:
    """An example in a process of its own."""

    def __init__(self, name: str, **env: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(EXAMPLES / f"{name}.py")],
            env={**os.environ, "PORT": "0", "PYTHONUNBUFFERED": "1", **env},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self._process.stdout is not None
        self._output = self._process.stdout
        self.address = self._find_address()
        #: what it has printed since
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        # or it would stop when the pipe is full. Nothing is printed here: a test may be over, and its output closed
        self.lines.extend(self._output)

    def _find_address(self) -> str:
        lines: list[str] = []
        for line in self._output:
            lines.append(line)
            url = re.search(r"(?:ws|http)://(127\.0\.0\.1:\d+)", line)
            if url:
                return url[1]
        raise AssertionError("it does not start:\n" + "".join(lines))

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(20)
        self._reader.join(20)
        self._output.close()
        print("".join(self.lines), end="")


@pytest.fixture
def place() -> Iterator[Place]:
    """``place(example, path, *turns)`` starts an example and calls it; the URL is a WebSocket's if the path is."""
    running: list[Running] = []

    def place(
        name: str, path: str, *turns: Turn | str, env: dict[str, str] | None = None, **options: object
    ) -> Transcript:
        running.append(Running(name, **(env or {})))
        scheme, _, url_path = path.partition(":")
        url = f"{scheme}://{running[-1].address}{url_path}"
        return Call(url, caller=ScriptedCaller(turns), limits=LIMITS, **options).run()  # type: ignore[arg-type]

    yield place
    for example in running:
        example.stop()


def said(transcript: Transcript) -> list[str]:
    assert transcript.ok, str(transcript)
    return transcript.lines("app")


BOTH = [("{}", "ws:/"), ("{}_webhook", "http:/incoming")]


@pytest.mark.parametrize(("name", "path"), BOTH)
def test_hello_world(place: Place, name: str, path: str) -> None:
    assert said(place(name.format("hello_world"), path)) == ["Hello, world!"]


@pytest.mark.parametrize(("name", "path"), BOTH)
def test_echo(place: Place, name: str, path: str) -> None:
    transcript = place(name.format("echo"), path, "hello there", "Goodbye now")
    assert said(transcript) == ["Hello! Say something.", "You said: hello there", "Goodbye!"]


@pytest.mark.parametrize(("name", "path"), BOTH)
def test_echo_does_not_answer_silence(place: Place, name: str, path: str) -> None:
    assert said(place(name.format("echo"), path)) == ["Hello! Say something.", "Goodbye!"]


@pytest.mark.parametrize(
    ("turns", "answer"),
    [
        ([Pressed("1")], "Our sales team will call you back."),
        ([Said("I need support")], "Our support team will call you back."),
        ([Pressed("9"), Said("your opening hours")], "We are open from nine to five."),
        ([], "Please call again later. Goodbye."),
    ],
)
def test_ivr_menu(place: Place, turns: list[Turn], answer: str) -> None:
    assert said(place("ivr_menu", "http:/incoming", *turns))[-1] == answer


@pytest.mark.parametrize(
    ("turns", "answer"),
    [
        ([Said("Sales")], "Our sales team will call you back."),
        ([Pressed("2")], "Nobody is free. We will call you back."),
        ([Pressed("9"), Said("Opening hours")], "We are open from nine to five."),
        ([], "Please call again later. Goodbye."),
    ],
)
def test_ivr(place: Place, turns: list[Turn], answer: str) -> None:
    assert said(place("ivr", "ws:/", *turns, scenario=Scenario(callees=("busy",))))[-1] == answer


def test_ivr_that_puts_the_caller_through(place: Place) -> None:
    transcript = place("ivr", "ws:/", Pressed("2"))
    assert said(transcript)[-1].startswith("For sales")
    assert [verb["verb"] for verb in transcript.verbs][-2:] == ["dial", "hangup"]


@pytest.mark.parametrize(
    ("turns", "answers"),
    [
        ([Pressed("5"), Said("The cake.")], {"rating": 5, "praise": "The cake."}),
        (
            [Pressed("9"), Pressed("2"), Said("Late."), Pressed("1"), Pressed("5085551212#")],
            {"rating": 2, "complaint": "Late.", "call_back": "5085551212"},
        ),
        ([Pressed("3"), Said("Cold."), Pressed("2")], {"rating": 3, "complaint": "Cold."}),
        ([], {"rating": None}),
        ([Pressed("1"), HangUp()], {"rating": 1}),
        ([HangUp()], {}),
    ],
)
def test_survey(turns: list[Turn], answers: dict[str, object]) -> None:
    survey = Running("survey")
    try:
        transcript = Call(f"ws://{survey.address}/", caller=ScriptedCaller(turns), limits=LIMITS).run()
        if not isinstance((turns or [None])[-1], HangUp):
            assert said(transcript)[-1].endswith("Goodbye.")
        kept = str({"caller": "+15085551212", **answers})
        wait_for(lambda: kept in "".join(survey.lines), "the answers")
        assert "Traceback" not in "".join(survey.lines)
    finally:
        survey.stop()


def test_env_vars(place: Place) -> None:
    assert said(place("env_vars", "ws:/")) == ["Hello!", "Have a lovely day!"]


def test_env_vars_that_are_set(place: Place) -> None:
    call_env = {"GREETING": "Good morning!", "REPEAT": 2, "SURVEY": True, "MOOD": "cool"}
    running = Running("env_vars")
    try:
        transcript = Call(f"ws://{running.address}/", presses=["5"], env=call_env, limits=LIMITS).run()
    finally:
        running.stop()
    assert said(transcript) == ["Good morning!", "Good morning!", "Rate us from 1 to 5.", "Bye."]


def test_dial_with_a_first_number_that_answers(place: Place) -> None:
    assert said(place("dial_fallback", "http:/incoming")) == []


def test_dial_with_fallback(place: Place) -> None:
    transcript = place(
        "dial_fallback", "http:/incoming", Pressed("1"), scenario=Scenario(callees=("busy", "no-answer"))
    )
    assert said(transcript) == ["Nobody is free. Press 1 to be called back.", "We will call you at +15085551212."]
    assert [line for line in transcript.lines("event") if line.startswith("dials")] == [
        "dials +15085550101",
        "dials +15085550102",
    ]


def test_queue_with_hold(place: Place) -> None:
    heard = said(place("queue_hold", "ws:/caller"))
    assert heard[0] == "All our agents are busy. Please hold."
    assert heard.count("You are number 1 in line.") == 2


def test_queue_taken_by_an_agent(place: Place) -> None:
    transcript = place("queue_hold", "ws:/agent", scenario=Scenario(queue_waiting=2))
    assert said(transcript) == ["Nobody is waiting. Goodbye."]
    assert [verb["verb"] for verb in transcript.verbs] == ["dequeue"] * 3 + ["say", "hangup"]


def test_two_stage_dialler(place: Place) -> None:
    turns = [Pressed("12#"), Pressed("15085550123#")]
    transcript = place("two_stage_dialler", "ws:/", *turns, scenario=Scenario(callee_presses=("1",)))
    heard = said(transcript)
    assert heard[1:4] == [
        "That is no number. Please try again.",
        "One moment.",
        "A call from +15085551212. Press 1 to accept. (to +15085550123)",
    ]
    assert any("+15085550123 answers" in line for line in transcript.lines("event"))


def test_two_stage_dialler_with_a_callee_who_declines(place: Place) -> None:
    transcript = place("two_stage_dialler", "ws:/", Pressed("15085550123#"), scenario=Scenario(callee_presses=("2",)))
    assert "Goodbye. (to +15085550123)" in said(transcript)
    assert any("not accepted" in line for line in transcript.lines("event"))


def test_call_recording(place: Place) -> None:
    transcript = place("call_recording", "ws:/", Pressed("1"), Pressed("4111#"), strict_opening=True)
    assert said(transcript)[-1] == "Thank you, that is paid."
    recording = [line for line in transcript.lines("event") if line.startswith("recording")]
    assert recording == [
        "recording: startCallRecording at sip:recorder@example.com",
        "recording: pauseCallRecording",
        "recording: resumeCallRecording",
    ]


def test_call_recording_that_is_not_agreed_to(place: Place) -> None:
    transcript = place("call_recording", "ws:/", Pressed("2"), Pressed("4111#"))
    assert said(transcript)[-1] == "Thank you, that is paid."
    assert not any("recording" in line for line in transcript.lines("event"))


def test_voice_agent_webhook() -> None:
    running = Running("voice_agent_webhook")
    try:
        transcripts = [
            Call(f"http://{running.address}/incoming", says=[text], limits=LIMITS).run()
            for text in ("where is A-17", "where is B-4")
        ]
        with urllib.request.urlopen(f"http://{running.address}/heard", timeout=20) as answer:
            heard = json.load(answer)
    finally:
        running.stop()
    assert all(transcript.ok for transcript in transcripts)
    assert sorted(heard.values()) == [["where is A-17"], ["where is B-4"]]


@pytest.mark.parametrize("path", ["http:/voice/incoming", "ws:/voice/ws"])
@pytest.mark.parametrize("turns", [["make me rich"], []])
def test_flask_blueprint(place: Place, path: str, turns: list[str]) -> None:
    options = {"env": {"JAMBONZ_SECRET": "s3cret"}, "secret": "s3cret", "status_hook": "/voice/status"}
    heard = said(place("flask_blueprint", path, *turns, **options))
    assert heard == ["Hello!", "You said: make me rich" if turns else "Bye!"]


def test_flask_blueprint_refuses_what_is_not_signed(place: Place) -> None:
    transcript = place("flask_blueprint", "http:/voice/incoming", env={"JAMBONZ_SECRET": "s3cret"})
    assert transcript.end_reason == "rejected (480)"
    assert "403" in transcript.errors[0]


@pytest.mark.parametrize(
    "name",
    [
        "call_recording",
        "dial_fallback",
        "echo",
        "echo_webhook",
        "env_vars",
        "flask_blueprint",
        "hello_world",
        "hello_world_webhook",
        "ivr",
        "ivr_menu",
        "queue_hold",
        "survey",
        "two_stage_dialler",
    ],
)
def test_an_example_fits_on_a_page(name: str) -> None:
    assert len((EXAMPLES / f"{name}.py").read_text().splitlines()) <= 60
