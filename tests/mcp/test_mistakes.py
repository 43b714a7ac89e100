"""The mistakes of newcomers: ``check_app`` names those that can be known without a call, ``call_app`` the others."""

from __future__ import annotations

from pathlib import Path

import pytest

from jambonz_sync.mcp.apps import AppCheck, AppRunner
from tests.test_mistakes import SAID

#: mistake -> a line of a callback that makes it
IN_CALLBACKS = {
    'session.on("call:stauts", fn)': 'session.on("call:stauts", print)',
    'session.on("closed", fn)': 'session.on("closed", print)',
    'session.on("heard", fn)': 'session.on("heard", print)',
    "a callback with two parameters for a hook": 'session.on("/heard", lambda evt, more: None)',
    "a callback with a keyword-only parameter": 'session.on("/heard", lambda evt, *, tenant: None)',
    'say({"text": "Hello"})': 'session.say({"text": "Hello"})',
    'say("Hello", "there")': 'session.say("Hello", "there")',
    'hangup("now")': 'session.hangup("now")',
    'say(txt="Hello")': 'session.say(txt="Hello")',
    "say()": "session.say()",
    "gather(num_digits=1.5)": 'session.gather(num_digits=1.5, action_hook="/heard")',
    'say(synthesizer={"voise": "x"})': 'session.say("Hi", synthesizer={"vendor": "google", "voise": "x"})',
    "agent(tools=tools) without tool_hook": "session.agent(tools=tools)",
    "tools for a vendor that takes none in the verb": (
        'session.llm(vendor="elevenlabs", llm_options={}, tools=tools, tool_hook="/heard")'
    ),
    "stream_tts with no token stream": 'session.stream_tts(["Hello"])',
    "gather without an action_hook": 'session.gather(input=["speech"]).send()',
    'action_hook="menu" for /menu': 'session.gather(action_hook="menu")',
    "action_hook=/herd for /heard": 'session.gather(action_hook="/herd")',
    'listen(url="/audio") with no audio service there': 'session.listen("/audio")',
    "vendor gogle": 'session.say("Hi", synthesizer={"vendor": "gogle"})',
    "language english": 'session.gather(recognizer={"vendor": "google", "language": "english"}, action_hook="/heard")',
    "language en_US": 'session.gather(recognizer={"vendor": "google", "language": "en_US"}, action_hook="/heard")',
}
#: mistake -> an app that cannot be imported because of it, or of which the SDK warns then
AT_IMPORT = {
    'svc.on("sesion:new", fn)': 'create_endpoint().service("/").on("sesion:new", print)',
    'create_endpoint(auth="u:p")': 'create_endpoint(auth="u:p")',
    "create_endpoint(port='abc')": "create_endpoint(port='abc')",
    "@bp.websocket with signing_secret and no auth": (
        'bp = JambonzBlueprint("voice", __name__, signing_secret="s")\nbp.websocket("/ws")(print)\n'
        "app = flask.Flask(__name__)\napp.register_blueprint(bp)"
    ),
}
#: mistake -> the body of the function for session:new that makes it
IN_A_CALL = {
    "three send()s in session:new": 'session.say("One").send(); session.say("Two").send()',
    "ask with config(barge_in=...)": (
        'session.on("/x", print)\n    '
        'session.config(barge_in={"enable": True, "input": ["speech"], "action_hook": "/x"})'
        '.gather(input=["speech"], action_hook="/x").send()'
    ),
    "session:new without verbs": "pass",
    "a thread that queues verbs and never sends": (
        'session.pause(1).hangup().send()\n    Thread(target=lambda: session.say("Hello"), name="worker-1").start()'
    ),
}
#: mistakes that are no app's
ELSEWHERE = {'job.on("placd", fn) of a campaign', "PORT=abc"}

HEAD = """
import flask
from threading import Thread
from jambonz_sync import JambonzBlueprint, Session, ToolSet, create_endpoint

tools = ToolSet()
"""


def test_each_mistake_is_found_before_a_call_or_in_one() -> None:
    assert {*IN_CALLBACKS, *AT_IMPORT, *IN_A_CALL, *ELSEWHERE} == SAID.keys()


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], AppCheck]:
    """The lines of an app that makes all mistakes that callbacks can, and what is found in it."""
    root = tmp_path_factory.mktemp("project")
    head = [
        *HEAD.splitlines(),
        "endpoint = create_endpoint()",
        'audio = endpoint.audio("/audio-stream")',
        '@endpoint.service("/").on("session:new")',
        "def call(session: Session) -> None:",
        '    session.on("/heard", print)',
        '    session.on("/menu", print)',
    ]
    lines = [*head, *(f"    {line}" for line in IN_CALLBACKS.values())]
    (root / "mistaken.py").write_text("\n".join(lines))
    return lines, AppRunner(root).check("mistaken.py", types=False)


@pytest.mark.parametrize("mistake", IN_CALLBACKS)
def test_what_callbacks_do_wrong_is_named_with_its_line(mistake: str, checked: tuple[list[str], AppCheck]) -> None:
    lines, check = checked
    assert not check.ok
    number = lines.index(f"    {IN_CALLBACKS[mistake]}") + 1
    said = [f"{found['message']} {found['mend']}" for found in check.mistakes if found["line"] == number]
    assert any(SAID[mistake][1] in words for words in said), said


def test_nothing_else_is_found(checked: tuple[list[str], AppCheck]) -> None:
    lines, check = checked
    first = len(lines) - len(IN_CALLBACKS) + 1
    assert {found["line"] for found in check.mistakes} == set(range(first, len(lines) + 1))


@pytest.mark.parametrize("mistake", AT_IMPORT)
def test_what_is_registered_wrongly_is_a_problem_or_a_mistake(mistake: str, tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(HEAD + AT_IMPORT[mistake])
    check = AppRunner(tmp_path).check("app.py", types=False)
    assert not check.ok
    assert SAID[mistake][1] in check.problem + "".join(found["message"] for found in check.mistakes)


@pytest.mark.parametrize("mistake", IN_A_CALL)
def test_what_shows_in_a_call_is_named_by_a_call(mistake: str, tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(
        f'{HEAD}\nendpoint = create_endpoint()\n@endpoint.service("/").on("session:new")\n'
        f"def call(session: Session) -> None:\n    {IN_A_CALL[mistake]}\n"
    )
    runner = AppRunner(tmp_path)
    assert "call_app finds" in runner.check("app.py", types=False).summary
    result = runner.call("app.py", ["hello", "(hangs up)"], seconds=60)
    assert any(SAID[mistake][1] in line for line in result.log), result
