from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jambonz_sync.reference.files import folder
from jambonz_sync.reference.lint import lint
from tests.growth import grows_with_length

APPS = sorted([*folder("examples").glob("*.py"), *folder("templates").glob("*/*.py")])


@pytest.mark.parametrize("path", APPS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_an_app_that_is_right_has_no_mistakes(path: Path) -> None:
    assert lint(path.read_text()) == []


@pytest.mark.parametrize(
    ("source", "message", "mend"),
    [
        ("session.say(txt='hi')", "say.txt: unknown option (did you mean text?)", "text="),
        ("session.say('hi').gather(timeot=1)", "gather.timeot: unknown option (did you mean timeout?)", "timeout="),
        ("WebhookResponse().pause(len=1)", "pause.len: unknown option", "length="),
        ("@session.on('/a')\nasync def heard(evt): ...", "async def heard: callbacks are plain functions", "def heard"),
        ("session.gather(action_hook='/herd')", "nobody listens to /herd", '@session.on("/herd")'),
        ("session.stream_tts(['hi'])", "text is streamed, and no token stream is opened", "tts_stream"),
        ("session.listen(url='/audio')", "no audio service is there", 'endpoint.audio("/audio")'),
        ("KEY = 'sk-0123456789abcdef'", "a key is in the code", "os.environ"),
        ("def nope(:", "it is no Python", "mend the syntax"),
        ("session.say(words, txt='hi')", "say.txt: unknown option", "text="),
        ("session.say(words, more)", "takes one positional argument, text, got 2", ""),
        ("session.say(words, synthesizer={'vendor': 'gogle'})", "(did you mean google?)", ""),
        ("session.on('call:stauts', fn)", "(did you mean call:status?)", 'session.on("call:status")'),
        ("session.once('session:new', fn)", "its service has it", ""),
        ("@session.on('/heard')\ndef heard(evt, more): ...", "heard needs 2 arguments, and /heard gives 1", ""),
        ("session.on('/heard', lambda evt, *, key: 1)", "a lambda takes key by name only", ""),
        ("def ended(code, why, more): ...\nsession.on('close', ended)", "ended needs 3 arguments", ""),
        ("session.gather(input=['speech']).send()", "a gather without an action_hook", "session.ask()"),
        ("WebhookResponse().gather(input=['speech'])", "a gather without an action_hook", "session.ask()"),
        ("session.on('/menu', f)\nsession.gather(action_hook='menu')", "(did you mean /menu?)", 'action_hook="/menu"'),
        (
            "endpoint.audio('/audio-stream')\nsession.listen('/audio')",
            "no audio service",
            "(did you mean /audio-stream?)",
        ),
    ],
)
def test_a_mistake_is_named_with_its_mend(source: str, message: str, mend: str) -> None:
    (mistake,) = lint(source)
    assert message in mistake.message
    assert mend in mistake.mend
    assert mistake.line >= 1


@pytest.mark.parametrize(
    "source",
    [
        "session.on('/heard', f)\nsession.gather(action_hook='/heard')",
        "@bp.webhook('/heard')\ndef f(evt): ...\nresponse.gather(action_hook='/v/heard')\nB('v', url_prefix='/v')",
        "session.use_tools(tools)\nsession.agent(tool_hook='/tool-call')",
        "session.on('verb:hook', f)\nsession.gather(action_hook='/any')",
        "session.gather(action_hook=name)",
        "session.redirect(action_hook='/elsewhere')",
        "session.config(tts_stream={'enable': True})\nsession.stream_tts(['hi'])",
        "endpoint.audio('/audio')\nsession.listen(url='/audio')",
        "other.say(txt='hi')",
        "async def unrelated(): ...",
        "session.say(words)",
        "session.say(*words)",
        "session.dial(target=targets)",
        "session.llm(vendor='elevenlabs', auth=auth, llm_options=options)",
        "session.agent(tools=tools, tool_hook=hook)\nsession.on('/...', f)",
        "session.gather(input=['speech']).wait()",
        "session.gather(**options).send()",
        "session.gather(input=['speech'])\nsession.wait()",
        "session.on(name, fn)",
        "session.on('/heard', fn)",
        "def fn(evt): ...\ndef fn(a, b): ...\nsession.on('/heard', fn)",
        "bp.on('call:stauts', fn)",
    ],
)
def test_what_may_be_right_is_no_mistake(source: str) -> None:
    assert lint(source) == []


@given(st.text())
def test_any_text_is_read(source: str) -> None:
    lint(source)


@pytest.mark.parametrize("line", ["session.say(txt='hi')\n", "session.on('/a', f)\n", "x.y.z(1)\n"])
def test_a_long_source_takes_no_longer_than_its_length(line: str) -> None:
    assert grows_with_length(lint, lambda lines: line * lines, 30)
