"""What is said of each mistake of a newcomer, and when: the script that makes them, in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

#: mistake -> when it is told of, and words that must be there
SAID = {
    'svc.on("sesion:new", fn)': ("at registration", "(did you mean session:new?)"),
    'session.on("call:stauts", fn)': ("at registration", "(did you mean call:status?)"),
    'session.on("closed", fn)': ("at registration", "(did you mean close?)"),
    'session.on("heard", fn)': ("at registration", "begins with \"/\" or is a URL: '/heard'"),
    "a callback with two parameters for a hook": ("at registration", "needs 2 arguments, and /heard gives 1: event"),
    "a callback with a keyword-only parameter": ("at registration", "takes tenant by name only"),
    'job.on("placd", fn) of a campaign': ("at registration", "(did you mean placed?)"),
    'create_endpoint(auth="u:p")': ("at registration", 'auth=("user", "password")'),
    "create_endpoint(port='abc')": ("at registration", "expected a port, a whole number from 0 to 65535"),
    'say({"text": "Hello"})': ("at the call that is wrong", "not in a dict: say(text=...)"),
    'say("Hello", "there")': ("at the call that is wrong", "takes one positional argument, text, got 2"),
    'hangup("now")': ("at the call that is wrong", "takes no positional argument"),
    'say(txt="Hello")': ("at the call that is wrong", "say.txt: unknown option (did you mean text?)"),
    "say()": ("at the call that is wrong", "say: needs text, or stream=True"),
    "gather(num_digits=1.5)": ("at the call that is wrong", "expected a whole number, got 1.5"),
    'say(synthesizer={"voise": "x"})': ("at the call that is wrong", "unknown option (did you mean voice?)"),
    "agent(tools=tools) without tool_hook": ("at the call that is wrong", 'tool_hook="/tool-call"'),
    "tools for a vendor that takes none in the verb": ("at the call that is wrong", "in its own configuration"),
    "stream_tts with no token stream": ("at the call that is wrong", 'config(tts_stream={"enable": True})'),
    "gather without an action_hook": ("when the verbs are sent", 'gather(action_hook="/heard"), or session.ask()'),
    'action_hook="menu" for /menu': ("when the verbs are sent", "(did you mean /menu?)"),
    "action_hook=/herd for /heard": ("when the verbs are sent", "(did you mean /heard?)"),
    'listen(url="/audio") with no audio service there': (
        "when the verbs are sent",
        'endpoint.audio("/audio") (did you mean /audio-stream?)',
    ),
    "three send()s in session:new": ("when the verbs are sent", "(say), which are lost: send all of them at once"),
    "ask with config(barge_in=...)": ("when the verbs are sent", "jambonz skips a gather, or ask()"),
    "vendor gogle": ("when the verbs are sent", "(did you mean google?)"),
    "language english": ("when the verbs are sent", "(did you mean en-US?)"),
    "language en_US": ("when the verbs are sent", "(did you mean en-US?)"),
    "session:new without verbs": ("when the verbs are sent", "jambonz rejects the call"),
    "a thread that queues verbs and never sends": (
        "at the end of the call",
        "thread worker-1 never sent the verbs that it has queued (say)",
    ),
    "@bp.websocket with signing_secret and no auth": ("at the start", 'Set auth=("user", "password")'),
    "PORT=abc": ("at the start, exit code 2", "the environment variable PORT: expected a port"),
}


@pytest.fixture(scope="module")
def said() -> dict[str, tuple[str, str]]:
    run = subprocess.run(  # advice is given once in a process
        [sys.executable, "-m", "tests.mistakes"],
        cwd=Path(__file__).parent.parent,
        capture_output=True,
        text=True,
        timeout=55,
        check=True,
    )
    blocks = (block.split("\n    ", 1) for block in run.stdout.strip().split("\n\n"))
    return {name: (rest.partition(": ")[0], rest.partition(": ")[2]) for name, rest in blocks}


@pytest.mark.parametrize("mistake", SAID)
def test_a_mistake_is_told_of_as_early_as_can_be_and_with_what_to_write(
    said: dict[str, tuple[str, str]], mistake: str
) -> None:
    when, words = said[mistake]
    assert (when, SAID[mistake][1] in words) == (SAID[mistake][0], True), words


def test_the_script_makes_all_of_them(said: dict[str, tuple[str, str]]) -> None:
    assert said.keys() == SAID.keys()
