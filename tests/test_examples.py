"""The examples are called, as by those who would test an app of theirs with the kit."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from jambonz_sync.testing import MakeSignedClient, PlaceCall, PlaceCalls, TestCall

from .examples import EXAMPLES, LoadExample, Printed
from .examples import example as example
from .examples import printed as printed

NAMES = sorted(path.stem for path in EXAMPLES.glob("*.py"))
BOTH = ["{}", "{}_webhook"]


@pytest.mark.parametrize("name", BOTH)
def test_hello_world(jambonz_call: PlaceCall, example: LoadExample, name: str) -> None:
    hello = example(name.format("hello_world"))
    call = jambonz_call(hello.app, hello.path)
    call.heard("Hello, world!")
    assert call.ended == "completed"


@pytest.mark.parametrize("name", BOTH)
def test_echo_repeats_words_until_the_caller_says_goodbye(
    jambonz_call: PlaceCall, example: LoadExample, name: str
) -> None:
    echo = example(name.format("echo"))
    call = jambonz_call(echo.app, echo.path)
    call.heard("Say something")
    call.says("hello there")
    call.heard("You said: hello there")
    call.says("Goodbye now")
    call.heard("Goodbye!")
    assert call.ended == "completed"


@pytest.mark.parametrize("name", BOTH)
def test_echo_does_not_answer_silence(jambonz_call: PlaceCall, example: LoadExample, name: str) -> None:
    echo = example(name.format("echo"))
    call = jambonz_call(echo.app, echo.path)
    call.is_silent()
    call.heard("Goodbye!")


def test_ivr_puts_the_caller_through(jambonz_call: PlaceCall, example: LoadExample) -> None:
    call = jambonz_call(example("ivr").app)
    call.heard("For sales")
    call.presses("2")
    call.dialled.answers()
    call.dialled.hangs_up(after=60)
    assert call.ended == "completed"
    assert call.dialled[0].number == "+15085550101"


def test_ivr_says_so_if_nobody_is_free(jambonz_call: PlaceCall, example: LoadExample) -> None:
    call = jambonz_call(example("ivr").app)
    call.dialled.is_busy()
    call.says("support")
    call.heard("Nobody is free")


@pytest.mark.parametrize("name", ["ivr", "ivr_menu"])
def test_a_menu_asks_again_and_gives_up_the_third_time(
    jambonz_call: PlaceCall, example: LoadExample, name: str
) -> None:
    menu = example(name)
    for word, answer in (("opening hours", "We are open from nine to five."), ("what?", "Please call again later.")):
        call = jambonz_call(menu.app, menu.path)
        first = call.heard("For sales")
        call.presses("9")
        second = call.heard("For sales", after=first)
        call.says("what?")
        call.heard("For sales", after=second)
        call.says(word)
        call.heard(answer)


def test_survey_keeps_a_complaint_and_a_number(jambonz_call: PlaceCall, example: LoadExample, printed: Printed) -> None:
    call = jambonz_call(example("survey").app)
    call.presses("9")
    call.heard("a key from 1 to 5")
    call.presses("2")
    call.says("Late.")
    call.presses("1")
    call.presses("5085551212#")
    call.heard("Goodbye.")
    printed("{'caller': '+15085551212', 'rating': 2, 'complaint': 'Late.', 'call_back': '5085551212'}")


def test_survey_keeps_the_answers_of_who_hangs_up(
    jambonz_call: PlaceCall, example: LoadExample, printed: Printed
) -> None:
    call = jambonz_call(example("survey").app)
    call.presses("1")
    call.heard("What went wrong?")
    call.hangs_up()
    printed("'rating': 1}")


def test_env_vars(jambonz_call: PlaceCall, example: LoadExample) -> None:
    endpoint = example("env_vars").app
    call = jambonz_call(endpoint)
    assert call.ended
    assert call.transcript.lines("app") == ["Hello!", "Have a lovely day!"]
    call = jambonz_call(endpoint, env={"GREETING": "Good morning!", "REPEAT": 2, "SURVEY": True, "MOOD": "cool"})
    call.presses("5")
    assert call.ended
    assert call.transcript.lines("app") == ["Good morning!", "Good morning!", "Rate us from 1 to 5.", "Bye."]


def test_dial_fallback_ends_with_the_call_that_is_answered(jambonz_call: PlaceCall, example: LoadExample) -> None:
    call = jambonz_call(example("dial_fallback").app, "/incoming")
    call.dialled.is_busy()
    call.dialled.answers()
    call.dialled.hangs_up(after=30)
    assert call.ended == "completed"
    assert [party.number for party in call.dialled] == ["+15085550101", "+15085550102"]
    assert call.transcript.lines("app") == []


def test_dial_fallback_calls_back_if_nobody_is_there(jambonz_call: PlaceCall, example: LoadExample) -> None:
    call = jambonz_call(example("dial_fallback").app, "/incoming")
    call.dialled.is_busy()
    call.dialled.never_answers()
    call.presses("1")
    call.heard("We will call you at +15085551212.")


def test_an_agent_takes_one_caller_after_the_other_out_of_the_queue(
    jambonz_calls: PlaceCalls, example: LoadExample
) -> None:
    calls = jambonz_calls(example("queue_hold").app)
    ann = calls.call(path="/caller")
    ann.heard("You are number 1")
    ben = calls.call(path="/caller")
    ben.heard("You are number 2")
    agent = calls.call(path="/agent")
    ann.says("My phone does not ring.")
    agent.heard("does not ring")
    ben.heard("You are number 1")
    ann.hangs_up()
    ben.says("Mine neither.")
    agent.heard("Mine neither")
    ben.hangs_up()
    agent.heard("Nobody is waiting")


def test_a_caller_in_the_queue_is_not_kept_for_ever(jambonz_calls: PlaceCalls, example: LoadExample) -> None:
    queue = example("queue_hold")
    queue.module.PATIENCE = 10
    call = jambonz_calls(queue.app).call(path="/caller")
    call.heard("Please hold")
    call.advance(20)
    call.heard("Nobody is free")
    assert call.ended == "completed"


def _dials_somebody(call: TestCall) -> None:
    call.presses("12#")
    call.heard("That is no number")
    call.presses("15085550123#")
    call.dialled.answers()


def test_two_stage_dialler_connects_whoever_accepts(jambonz_call: PlaceCall, example: LoadExample) -> None:
    call = jambonz_call(example("two_stage_dialler").app)
    _dials_somebody(call)
    call.dialled.presses("1")
    call.dialled.hangs_up(after=60)
    call.heard("A call from +15085551212. Press 1 to accept. (to +15085550123)")
    call.heard("The call has ended.")
    assert call.hook("/dialled").payload["dial_call_status"] == "completed"


def test_two_stage_dialler_lets_the_called_party_decline(jambonz_call: PlaceCall, example: LoadExample) -> None:
    call = jambonz_call(example("two_stage_dialler").app)
    _dials_somebody(call)
    call.dialled.presses("2")
    call.heard("Goodbye. (to +15085550123)")


def test_call_recording_leaves_the_card_number_out(jambonz_call: PlaceCall, example: LoadExample) -> None:
    call = jambonz_call(example("call_recording").app, strict_opening=True)
    call.presses("1")
    call.presses("4111#")
    call.heard("that is paid")
    actions = [command["data"]["action"] for command in call.commands if command["command"] == "record"]
    assert actions == ["startCallRecording", "pauseCallRecording", "resumeCallRecording"]


def test_call_recording_asks_first(jambonz_call: PlaceCall, example: LoadExample) -> None:
    call = jambonz_call(example("call_recording").app)
    call.presses("2")
    call.presses("4111#")
    call.heard("that is paid")
    assert "record" not in [command["command"] for command in call.commands]


def test_voice_agent_webhook_keeps_calls_apart(jambonz_call: PlaceCall, example: LoadExample) -> None:
    agent = example("voice_agent_webhook")
    ann, ben = (jambonz_call(agent.app, "/incoming") for _ in range(2))
    for call, number, status in ((ann, "A-17", "shipped"), (ben, "Z-1", "no such order")):
        model = call.model()
        call.says(f"where is {number}")
        model.heard(number)
        model.calls_tool("look_up_order", number=number).returns(contains=status)
        model.ends()
        call.heard("You asked 1 questions.")
    heard = {call.leg.call_sid: [f"where is {number}"] for call, number in ((ann, "A-17"), (ben, "Z-1"))}
    assert agent.web("GET", "/heard").get_json() == heard


@pytest.mark.parametrize(("path", "websocket"), [("/voice/incoming", False), ("/voice/ws", True)])
def test_flask_blueprint(jambonz_call: PlaceCall, example: LoadExample, path: str, websocket: bool) -> None:
    flask_app = example("flask_blueprint", JAMBONZ_SECRET="s3cret").app
    options = {"websocket": websocket, "secret": "s3cret", "status_hook": "/voice/status"}
    call = jambonz_call(flask_app, path, **options)
    call.says("make me rich")
    call.heard("You said: make me rich")
    call = jambonz_call(flask_app, path, **options)
    call.is_silent()
    call.heard("Bye!")


def test_flask_blueprint_refuses_what_is_not_signed(signed_client: MakeSignedClient, example: LoadExample) -> None:
    flask_app = example("flask_blueprint", JAMBONZ_SECRET="s3cret").app
    assert signed_client(flask_app, "s3cret").call("/voice/incoming").status == 200
    assert signed_client(flask_app, "guessed").call("/voice/incoming").status == 403


# -- as scripts


@pytest.mark.parametrize("name", ["hello_world", "hello_world_webhook"])
def test_an_example_is_served_by_running_it(name: str) -> None:
    env = {**os.environ, "PORT": "0", "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        [sys.executable, str(EXAMPLES / f"{name}.py")],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            assert any(re.search(r"(?:ws|http)://127\.0\.0\.1:\d+", line) for line in process.stdout)
        finally:
            process.terminate()


@pytest.mark.parametrize("name", sorted({*NAMES} - {"campaign_celery"}))
def test_each_example_is_served_as_these_are(name: str) -> None:
    main = (EXAMPLES / f"{name}.py").read_text().partition('if __name__ == "__main__":\n')[2]
    assert main.endswith(("endpoint.run()\n", 'app.run(port=int(os.environ.get("PORT", "3000")))\n'))


@pytest.mark.parametrize("name", NAMES)
def test_an_example_fits_on_a_page_and_says_how_to_run_it(name: str) -> None:
    text = (EXAMPLES / f"{name}.py").read_text()
    assert len(text.splitlines()) <= (102 if name == "campaign_celery" else 75)
    assert f"{name}.py" in text.split('"""')[1] or name == "campaign_celery"


def test_every_example_is_in_the_list_of_them() -> None:
    listed = re.findall(r"\[(\w+)\]\(\1\.py\)", (EXAMPLES / "README.md").read_text())
    assert sorted(listed) == NAMES
