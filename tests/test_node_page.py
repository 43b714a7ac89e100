"""The page for those who come from the Node SDK shows code that runs, and names that there are."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from jambonz_sync import JambonzClient, Session, WebhookResponse
from jambonz_sync.events import for_message
from jambonz_sync.testing import PlaceCall
from tests.pages import python_blocks
from tests.rest.fake_api import FakeApi, reply
from tests.session.conftest import Serve
from tests.session.conftest import dial as dial
from tests.session.conftest import serve as serve
from tests.waiting import wait_for

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs" / "howto" / "node.rst").read_text()
ACCOUNT = "9351f46a-678c-43f5-b8a6-d4eb58d131af"
CALL_SID, AGENT_SID = "8f3c1a52-6f0e-4a43-a3a3-0d3c3a6d6f11", "8f3c1a52-6f0e-4a43-a3a3-0d3c3a6d6f12"
RECORDER = "sip:siprec@recorder.example.com"
TOOLS = [
    {
        "name": "opening_hours",
        "description": "When the shop is open.",
        "parameters": {
            "type": "object",
            "properties": {"day": {"type": "string"}},
            "required": ["day"],
            "additionalProperties": False,
        },
    }
]
WHISPER = [{"verb": "say", "text": "The customer is a VIP."}]


def block_with(text: str) -> str:
    (block,) = [block for block in python_blocks(TEXT) if text in block]
    return block


def run(text: str, **names: Any) -> dict[str, Any]:
    """Run the block that ``text`` is in, and return its names."""
    scope: dict[str, Any] = {"__name__": "node", **names}
    exec(compile(block_with(text), "docs/howto/node.rst", "exec", dont_inherit=True), scope)
    return scope


def commands_of(text: str, serve: Serve, dial: Any, **names: Any) -> list[tuple[str, Any, str | None]]:
    """Run a block in a callback of a live call, and return the commands that jambonz gets: name, data, callSid."""
    service = serve()

    @service.on("session:new")
    def call(session: Session) -> None:
        @session.on("/run")
        def run_block(evt: object) -> None:
            run(text, session=session, agent_call_sid=AGENT_SID, **names)

        session.pause(length=1).send()

    peer = dial(service)
    peer.begin()
    peer.hook("/run")
    commands = []
    while (message := peer.recv())["type"] == "command":
        commands.append((message["command"], message["data"], message.get("callSid")))
    assert message["type"] == "ack"
    return commands


def test_the_webhooks_take_what_is_said(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(run("@jambonz.webhook")["app"], "/incoming")
    assert call.heard("Hello from jambonz!")
    call.says("sales")
    assert call.heard("You said: sales")
    assert call.ended
    assert call.errors == []


def test_the_websocket_app_takes_what_is_said(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(run("make_service = create_endpoint")["make_service"])
    call.says("good morning")
    assert call.heard("You said: good morning")
    assert call.ended
    assert call.errors == []


@pytest.mark.parametrize(("env", "answer"), [({}, "I am gpt-4.1-mini."), ({"OPENAI_MODEL": "gpt-5"}, "I am gpt-5.")])
def test_environment_variables_have_their_defaults(jambonz_call: PlaceCall, env: dict[str, str], answer: str) -> None:
    call = jambonz_call(run("OPENAI_MODEL")["endpoint"], env=env)
    assert call.heard(answer)
    assert call.ended


def test_the_audio_stream_is_served_beside_the_call(
    jambonz_call: PlaceCall, capsys: pytest.CaptureFixture[str]
) -> None:
    call = jambonz_call(run("endpoint.audio(path=")["endpoint"])
    assert call.heard("Listening...")
    wait_for(lambda: bytes(3200) in call.transcript.audio, "the samples of the app")
    call.hangs_up()
    assert call.ended
    assert call.errors == []
    printed = ""

    def closed() -> bool:
        nonlocal printed
        printed += capsys.readouterr().out
        return "Audio stream closed" in printed

    wait_for(closed, "the end of the stream")


def test_the_rest_client_places_a_call_mutes_and_redirects_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with FakeApi() as api:
        api.next(reply(201, {"sid": CALL_SID}), *[reply(202, text=b"Accepted")] * 2)
        block = block_with("client.calls.create").replace("https://api.jambonz.us", api.url)
        scope: dict[str, Any] = {}
        exec(compile(block, "docs/howto/node.rst", "exec"), scope)
        scope["client"].close()
        placed, muted, redirected = api.requests
    assert placed.json["from"] == "+15085551212"
    assert placed.json["to"] == {"type": "phone", "number": "+15085551213"}
    assert muted.json == {"mute_status": "mute"}
    assert redirected.json["call_hook"]["url"] == "https://example.com/new-flow"
    assert {muted.path, redirected.path} == {f"/v1/Accounts/{ACCOUNT}/Calls/{CALL_SID}"}


def test_each_verb_of_the_guide_is_a_method_of_both_transports() -> None:
    section = TEXT.partition("Verb methods\n")[2].partition("TTS token streaming")[0]
    names = re.findall(r"``([a-z_]+)``", section)
    assert len(names) == 25
    assert [name for name in names if not (hasattr(WebhookResponse, name) and hasattr(Session, name))] == []


@pytest.mark.parametrize(
    ("data", "done"),
    [
        ({"tokens": "Hello "}, ["Hello "]),
        ({"done": True}, ["flush"]),
        ({"tokens": "bye.", "done": True}, ["bye.", "flush"]),
        ({"tokens": "", "done": False}, []),
        ({}, []),
    ],
)
def test_token_streaming_takes_events_that_lack_fields(data: dict[str, Any], done: list[str]) -> None:
    spoken: list[str] = []

    class TokenSession:
        send_tts_tokens = staticmethod(spoken.append)
        flush_tts_tokens = staticmethod(lambda: spoken.append("flush"))
        on = staticmethod(lambda name: lambda fn: fn)

    scope = run("/llm-tokens", session=TokenSession)
    scope["tokens"](for_message("verb:hook", "/llm-tokens", data))
    assert spoken == done


def test_an_agent_is_changed_by_one_dict_and_by_typed_methods_alike(serve: Serve, dial: Any) -> None:
    updates = [
        {"type": "update_instructions", "instructions": "You are now a billing agent."},
        {"type": "inject_context", "messages": [{"role": "user", "content": "Customer: Sarah, Gold tier."}]},
        {"type": "update_tools", "tools": TOOLS},
        {"type": "generate_reply", "interrupt": True, "user_input": "Tell the customer about the flash sale."},
    ]
    assert commands_of("update_agent", serve, dial) == [
        *[("agent:update", update, None) for update in updates * 2],
        ("llm:update", {"instructions": "Switch to Spanish."}, None),
    ]


def test_a_tool_call_is_answered(serve: Serve, dial: Any) -> None:
    service = serve()

    @service.on("session:new")
    def call(session: Session) -> None:
        block = block_with("update_agent").partition("# Change the system prompt")[0]
        exec(compile(block, "docs/howto/node.rst", "exec"), {"session": session})
        session.pause(length=1).send()

    peer = dial(service)
    peer.begin()
    arguments = {"tool_call_id": "t1", "name": "opening_hours", "arguments": {"day": "Sunday"}}
    peer.tell("verb:hook", arguments, hook="/tool-call")
    message = peer.recv()
    assert (message["command"], message["tool_call_id"]) == ("llm:tool-output", "t1")
    assert message["data"] == {"you asked": "opening_hours", "with": {"day": "Sunday"}}


def test_each_spelling_of_an_inject_command_leaves_on_the_connection_of_the_call(serve: Serve, dial: Any) -> None:
    commands = commands_of('session.inject_mute("unmute")', serve, dial)
    record = {"action": "startCallRecording", "siprecServerURL": RECORDER}
    assert commands == [
        ("mute:status", {"mute_status": "mute"}, None),
        ("mute:status", {"mute_status": "unmute"}, None),
        ("whisper", {"whisper": WHISPER}, AGENT_SID),
        ("noiseIsolation:status", {"noise_isolation_status": "enable", "vendor": "krisp", "level": 80}, None),
        ("noiseIsolation:status", {"noise_isolation_status": "disable"}, None),
        ("record", record, None),
        ("record", record, None),
        ("record", {"action": "pauseCallRecording"}, None),
        ("listen:status", {"listen_status": "pause"}, None),
        ("listen:status", {"listen_status": "resume"}, None),
        ("dtmf", {"digit": "1234", "dtmf": {"digit": "1234"}}, None),
        ("redirect", {"call_hook": "/new-webhook"}, None),
        ("tag", {"priority": "high", "department": "billing"}, None),
        ("mute:status", {"mute_status": "mute"}, AGENT_SID),
    ]


def test_each_spelling_of_an_inject_command_is_a_request_of_the_rest_client(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with FakeApi() as api, JambonzClient(api.url, ACCOUNT, "key") as client:
        api.next(*[reply(202, text=b"Accepted")] * 14)
        run("client.calls.dtmf", client=client, call_sid=CALL_SID, agent_call_sid=AGENT_SID)
        bodies = [request.json for request in api.requests]
    record = {"record": {"action": "startCallRecording", "siprecServerURL": RECORDER}}
    assert bodies == [
        {"mute_status": "mute"},
        {"mute_status": "unmute"},
        {"whisper": WHISPER},
        {"noise_isolation_status": "enable", "noise_isolation_vendor": "krisp", "noise_isolation_level": 80},
        {"noise_isolation_status": "disable"},
        record,
        record,
        {"record": {"action": "pauseCallRecording", "siprecServerURL": RECORDER}},
        {"listen_status": "pause"},
        {"listen_status": "resume"},
        {"dtmf": {"digit": "1234"}},
        {"call_hook": {"url": "/new-webhook", "method": "POST"}},
        {"tag": {"priority": "high", "department": "billing"}},
        {"mute_status": "mute"},
    ]


def test_the_examples_that_it_names_are_there() -> None:
    names = re.findall(r"``(\w+\.py)``", TEXT.partition("Examples\n--")[2])
    assert names
    assert [name for name in names if not (ROOT / "examples" / name).exists()] == []
