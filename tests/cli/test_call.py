"""``jambonz-sync`` at a terminal: what it prints, and how it exits."""

from __future__ import annotations

import json
import os
import pty
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from jambonz_sync.audio import WavWriter
from jambonz_sync.cli import main

from ..simulator.peer import App, AudioWire, Wire, serving

SAY = {"verb": "say", "text": "Hello! Say something."}
GATHER = {"verb": "gather", "input": ["speech", "digits"], "numDigits": 1, "actionHook": "/heard"}
HANGUP = {"verb": "hangup"}

NO_NAME = "the name is not known"


@pytest.fixture(autouse=True)
def no_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names under .invalid are not known, and nobody is asked about them."""
    known = socket.getaddrinfo

    def look_up(host: Any, *args: Any, **kwargs: Any) -> Any:
        if str(host).endswith(".invalid"):
            raise socket.gaierror(socket.EAI_NONAME, NO_NAME)
        return known(host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


@pytest.fixture
def app() -> Iterator[App]:
    with serving() as app:
        app.verbs("/incoming", [SAY, GATHER, HANGUP])
        app.hooks["/heard"] = lambda request: [
            {"verb": "say", "text": f"Heard {request.get_json().get('digits') or 'words'}."},
            {**GATHER},
        ]
        yield app


def run(*args: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(main, args, input=typed)


def program(*args: str) -> list[str]:
    return [sys.executable, "-c", "from jambonz_sync.cli import main; main()", *args]


def test_a_conversation_reads_as_one(app: App) -> None:
    app.verbs("/heard", [{"verb": "say", "text": "Bye.\nReally."}, HANGUP])
    result = run("call", f"{app.http}/incoming", "--says", "hello there")
    assert result.output.splitlines() == [
        "app     Hello! Say something.",
        "caller  hello there",
        "app     Bye.",
        "        Really.",
        "--      call ended by the app (completed) after 4 verbs",
    ]
    assert result.exit_code == 0


def test_words_and_keys_come_in_the_order_given(app: App) -> None:
    result = run("call", f"{app.http}/incoming", "--press", "1", "--says=a", "--press", "2", "--says", "b")
    turns = [line for line in result.output.splitlines() if line.startswith("caller")]
    assert turns[:4] == ["caller  (presses 1)", "caller  a", "caller  (presses 2)", "caller  b"]


def echoes(stream: AudioWire) -> None:
    """Repeats the audio that is not silence until a key comes."""
    stream.begin()
    while not stream.seen:
        frame = stream.frame()
        if any(frame):
            stream.send(frame)
    stream.command("disconnect")


LISTEN = {"verb": "listen", "url": "/audio", "passDtmf": True, "bidirectionalAudio": {"streaming": True}}


def test_what_is_played_on_an_audio_stream_is_a_line(app: App, tmp_path: Path) -> None:
    with WavWriter(tmp_path / "hello.wav", 8000, 1) as file:
        file.write(b"\x10\x20" * 8000)
    app.verbs("/incoming", [LISTEN, HANGUP])
    app.streams.append(echoes)
    turns = ["--says", "one two", "--plays", str(tmp_path / "hello.wav"), "--press", "#"]
    output = run("call", f"{app.http}/incoming", *turns).output.splitlines()
    assert [line for line in output if line.startswith("caller")] == [
        "caller  one two",
        "caller  [audio: 1.0 s]",
        "caller  (presses #)",
    ]
    assert any(line.startswith("app     [audio: ") for line in output)
    assert output[-1] == "--      call ended by the app (completed) after 2 verbs"


def test_events_are_shown_when_asked_for(app: App) -> None:
    app.verbs("/heard", [HANGUP])
    assert "call:status" not in run("call", f"{app.http}/incoming", "--says", "x").output
    assert "..      call:status in-progress" in run("call", f"{app.http}/incoming", "--says", "x", "--events").output


def test_json_is_one_object_a_line(app: App) -> None:
    app.verbs("/heard", [HANGUP])
    lines = [
        json.loads(line) for line in run("call", f"{app.http}/incoming", "--says", "x", "--json").output.splitlines()
    ]
    assert {"who": "app", "text": "Hello! Say something.", "at": 0.0} in lines
    assert lines[-1] == {"end_reason": "completed", "ended_by": "app", "ok": True, "verbs": 3, "findings": []}


def test_options_reach_the_app(app: App) -> None:
    app.verbs("/incoming", [HANGUP, SAY])
    credentials = ["--auth", "u:p", "--secret", "s"]
    about = ["--from", "1", "--to", "2", "--header", "X-A:b", "--env", "A=b=c", "--status-hook", "/status"]
    run("call", f"{app.http}/incoming", *credentials, *about)
    first = next(request for request in app.requests if request.path == "/incoming" and request.method == "POST")
    body = first.get_json()
    assert (body["from"], body["to"], body["env_vars"]) == ("1", "2", {"A": "b=c"})
    assert body["sip"]["headers"]["X-A"] == "b"
    assert first.authorization is not None
    assert first.headers["Jambonz-Signature"]
    assert any(request.path == "/status" for request in app.requests)


def test_callees_do_as_they_are_told(app: App) -> None:
    target = [{"type": "phone", "number": "+1777"}]
    app.verbs("/incoming", [{"verb": "dial", "target": target}, {"verb": "dial", "target": target}])
    output = run("call", f"{app.http}/incoming", "--callee", "busy", "--callee", "answer").output
    assert "--      +1777: busy" in output
    assert "--      +1777 answers: caller and callee talk" in output


@pytest.mark.parametrize(
    ("first", "line"),
    [
        ([], "--      call rejected (480) after 0 verbs"),
        ([{"verb": "say", "txt": "x"}], "--      call rejected (480) after 0 verbs"),
        ([SAY, {**GATHER, "actionHook": "/nowhere"}], "--      call ended by jambonz (completed) after 2 verbs"),
    ],
)
def test_exit_code_1_if_the_app_got_something_wrong(app: App, first: list[object], line: str) -> None:
    app.verbs("/incoming", first)
    result = run("call", f"{app.http}/incoming", "--says", "hi")
    assert result.exit_code == 1
    assert result.output.splitlines()[-1] == line
    assert any(one.startswith("error   ") for one in result.output.splitlines())


def test_an_ack_that_never_comes_exits_with_1(app: App) -> None:
    def silent(wire: Wire) -> None:
        wire.read("session:new")

    app.calls.append(silent)
    result = run("call", app.ws, "--timeout", "0.3")
    assert result.exit_code == 1
    assert "the app did not answer in time" in result.output


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["ws://127.0.0.1:1/"], "jambonz-sync: ws://127.0.0.1:1/ cannot be reached: Connection refused"),
        (["ws://no.such.host.invalid/"], "jambonz-sync: ws://no.such.host.invalid/ cannot be reached: " + NO_NAME),
        (["http://127.0.0.1:1/x"], "jambonz-sync: http://127.0.0.1:1/x cannot be reached: Connection refused"),
        (["http://no.such.host.invalid/"], "jambonz-sync: http://no.such.host.invalid/ cannot be reached: " + NO_NAME),
        (
            ["127.0.0.1:3000"],
            "Error: '127.0.0.1:3000': expected a URL that starts with http, https, ws or wss, or an app such as app.py",
        ),
        (["ws://x/", "--press", "12a"], "Error: Invalid value for '--press': '12a': keys are 0-9, * and #"),
        (["ws://x/", "--env", "A"], "Error: Invalid value for '--env': 'A' is not NAME=VALUE"),
        (["ws://x/", "--auth", "me"], "Error: Invalid value for '--auth': expected USER:PASSWORD"),
        (
            ["ws://x/", "--plays", "/gone"],
            "Error: Invalid value for '--plays': /gone: No such file or directory",
        ),
        (["ws://x/", "--says"], "Error: Option '--says' requires an argument."),
        ([], "Error: Missing argument 'URL'."),
    ],
)
def test_exit_code_2_if_there_is_nobody_to_call(args: list[str], message: str) -> None:
    result = run("call", *args)
    assert result.exit_code == 2
    assert result.output.splitlines()[-1] == message


def test_a_wrong_type_of_env_var_is_a_usage_error(app: App) -> None:
    app.hooks["/env"] = lambda request: {"PIN": {"type": "number", "description": "x"}}
    result = run("call", f"{app.http}/env", "--env", "PIN=x")
    assert (result.exit_code, result.output) == (2, "jambonz-sync: PIN is declared as a number, got 'x'\n")


def test_without_a_script_and_a_terminal_the_caller_keeps_silent(app: App) -> None:
    result = run("call", f"{app.http}/incoming")
    assert "caller  (silence)" in result.output
    assert result.exit_code == 0


def test_a_pipe_is_the_script_line_by_line(app: App) -> None:
    output = run("call", f"{app.http}/incoming", typed="42\n\nhello there\n*1#").output
    turns = [line for line in output.splitlines() if line.startswith("caller")]
    assert turns[:4] == ["caller  (presses 42)", "caller  (silence)", "caller  hello there", "caller  (presses *1#)"]


def test_a_pipe_may_come_while_the_call_runs(app: App) -> None:
    app.verbs("/heard", [{"verb": "say", "text": "Thank you."}, HANGUP])
    command = program("call", f"{app.http}/incoming", "--plain")
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == "app     Hello! Say something.\n"
        process.stdin.write("good evening\n")
        assert [process.stdout.readline() for _ in range(2)] == ["caller  good evening\n", "app     Thank you.\n"]
        assert process.wait(20) == 0


def test_a_pipe_is_left_alone_where_the_script_is_given(app: App) -> None:
    app.verbs("/heard", [HANGUP])
    output = run("call", f"{app.http}/incoming", "--says", "hi", typed="42\n").output
    assert "caller  hi" in output
    assert "42" not in output


def test_help_says_how_a_line_is_taken() -> None:
    told = " ".join(run("call", "--help").output.split())
    assert "a line of 0-9, * and # presses these keys, any other is spoken, an empty one is silence" in told


def at_a_terminal(command: list[str], typed: list[tuple[str, str]]) -> str:
    """What a terminal shows: each ``typed`` is a text to wait for and the line to type then."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env={**os.environ, "TERM": "xterm"})
    os.close(theirs)
    shown = b""
    with os.fdopen(ours, "rb+", buffering=0) as terminal:
        for wanted, line in [*typed, ("", "")]:
            while not wanted or wanted not in shown.decode():
                try:
                    read = terminal.read(4096)
                except OSError:  # how Linux says that nobody holds the other end any more
                    read = b""
                if not read:
                    break
                shown += read
            if wanted:
                assert wanted in shown.decode()
                terminal.write(line.encode())
    assert process.wait(20) == 0
    return shown.decode()


def test_at_a_terminal_you_are_the_caller(app: App) -> None:
    app.verbs("/heard", [{"verb": "say", "text": "Thank you."}, {**GATHER, "actionHook": "/again"}])
    app.verbs("/again", [{"verb": "say", "text": "Goodbye."}, HANGUP])
    shown = at_a_terminal(
        program("call", f"{app.http}/incoming", "--plain"),
        [("something.\r\n\x1b[32mcaller  \x1b[0m", "good evening\n"), ("Thank you.\r\n\x1b[32mcaller  ", "5\n")],
    )
    assert "good evening\r\n\x1b[36mapp     \x1b[0mThank you." in shown
    assert "Goodbye." in shown
    heard, again = [request.get_json() for request in app.requests if request.path in ("/heard", "/again")]
    assert heard["speech"]["alternatives"][0]["transcript"] == "good evening"
    assert again["digits"] == "5"


def test_the_end_of_the_input_hangs_up(app: App) -> None:
    shown = at_a_terminal(program("call", f"{app.http}/incoming", "--plain"), [("caller  ", "\x04")])
    assert "call ended by the caller (completed)" in shown


def test_ctrl_c_at_the_prompt_leaves_the_line_of_the_caller_first(app: App) -> None:
    ours, theirs = pty.openpty()
    command = program("call", f"{app.http}/incoming", "--plain")
    with subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, env={**os.environ, "TERM": "xterm"}
    ) as process:
        try:
            os.close(theirs)
            shown = b""
            while b"caller  " not in shown:
                shown += os.read(ours, 4096)
            process.send_signal(signal.SIGINT)
            while b"interrupted" not in shown:
                shown += os.read(ours, 4096)
            assert process.wait(20) == 130
        finally:
            process.kill()  # what is left running would fail some other test
            os.close(ours)
    assert shown.decode().split("caller  ")[1].splitlines()[1] == "jambonz-sync: interrupted"


def test_the_demo_runs_without_any_argument() -> None:
    done = subprocess.run(
        program("demo"), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=50, check=False
    )
    assert done.stdout.splitlines() == [
        "app     Hello! Say something.",
        "caller  hello there",
        "app     You said: hello there",
        "--      call ended by the app (completed) after 4 verbs",
    ]
    assert (done.returncode, done.stderr) == (0, "")
