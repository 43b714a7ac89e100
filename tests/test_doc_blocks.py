"""Every block of Python in the documentation runs with its imports, and every callback in it is called."""

from __future__ import annotations

import inspect
import logging
import re
import sys
import wave
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import requests
from flask import Flask

from jambonz_sync import AudioStream, Endpoint, JambonzClient, Session, SessionClosed, ToolSet, create_endpoint
from jambonz_sync.server.http import HttpServer
from jambonz_sync.simulator import Call, CallLimits, Scenario, ScriptedCaller
from jambonz_sync.tools import ToolCall
from tests.pages import PAGES, ROOT, Block, free_names, name_of, python_blocks, text_of
from tests.peer import Peer
from tests.rest.fake_api import ACCOUNT, KEY, SID, FakeApi, Visit, reply
from tests.vendors.llm import Llm
from tests.waiting import in_thread, wait_for

#: what a block may use without having made it: the text before it says where it stands
SCENE = {"session", "client", "stream", "call_sid", "agent_call_sid"}
#: pages whose blocks have tests of their own, which call what is in them
TESTED_ELSEWHERE = {"howto/node", "howto/conversations"}
#: functions that nothing calls here, and why
NOT_CALLED = {"howto/gunicorn_conf": {"post_worker_init"}}  # gunicorn does, in a test of that page

HOOK = {"call_sid": SID, "from": "+15085551212", "to": "+15085551213", "digits": "1", "call_status": "completed"}
LIMITS = CallLimits(handshake=20.0, ack=20.0, http=20.0, patience=2.0)

BLOCKS = [
    pytest.param(Block(name_of(path), source), id=f"{name_of(path)}-{number}")
    for path in PAGES
    for number, source in enumerate(python_blocks(path.read_text() + "\n"))
]
#: the rule of each thing that an app serves, and what kind it is
SERVED = re.compile(
    r"""(endpoint|bp|jambonz|make_service)\.?(call|service|webhook|websocket|status)?\((?:path=)?"([^"]+)\""""
)


@pytest.mark.parametrize("block", BLOCKS)
def test_a_block_makes_or_imports_what_it_uses(block: Block) -> None:
    assert free_names(block.source) <= SCENE


def pizza_of(block: Block) -> str:
    """Return the app of the tutorial as it is where a block stands: the last one before it."""
    pizza = ""
    for source in python_blocks(text_of("tutorial/bot")):
        if source == block.source and pizza:
            break
        pizza = source if "PIZZAS =" in source else pizza
    return pizza


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: Block) -> None:
    """The directory that blocks run in: a recording is there, and the examples can be imported."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("getpass.getpass", lambda prompt="": "Secret-1")
    monkeypatch.syspath_prepend(str(ROOT / "examples"))
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "pizza.py").write_text(pizza_of(block))
    monkeypatch.delitem(sys.modules, "pizza", raising=False)  # the tutorial changes it as it goes on
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    scenarios = tmp_path / "scenarios"
    scenarios.mkdir()
    (scenarios / "echo.yaml").write_text("steps: [heard: Say something, says: hello, heard: hello, hangs_up]")
    with wave.open("hello.wav", "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", "NONE"))
        file.writeframes(bytes(range(256)) * 40)


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeApi]:
    """A REST API that takes every call, and lists nothing."""
    with FakeApi() as api:

        def answer(visit: Visit) -> None:
            if visit.request.path.endswith("/login"):
                reply(200, {"token": "t", "scope": "account", "user_sid": SID, "account_sid": ACCOUNT})(visit)
            elif visit.request.method == "POST":
                reply(201, {"sid": SID})(visit)
            elif "/Calls" in visit.request.path and visit.request.path.endswith(SID):
                reply(200, {"sid": SID, "call_sid": SID, "call_status": "completed"})(visit)
            elif visit.request.path.endswith("/CallCount"):
                reply(200, {"total": 0})(visit)
            elif "/Applications/" in visit.request.path:
                reply(200, {"application_sid": SID, "account_sid": ACCOUNT, "name": "a"})(visit)
            elif "/Alerts" in visit.request.path:
                reply(200, {"total": 0, "data": []})(visit)
            elif visit.request.path.endswith(ACCOUNT):
                reply(200, {"account_sid": ACCOUNT, "name": "a"})(visit)
            else:
                reply(200, [])(visit)

        api.otherwise = answer
        for name, value in {"BASE_URL": api.url, "ACCOUNT_SID": ACCOUNT, "API_KEY": KEY}.items():
            monkeypatch.setenv(f"JAMBONZ_{name}", value)
        yield api


@pytest.fixture
def llm(monkeypatch: pytest.MonkeyPatch) -> Iterator[Llm]:
    """Models of OpenAI and Anthropic that answer a word, where the clients of these vendors find them."""
    with Llm(*[["Hello. "]] * 20) as llm:
        host = llm.url("openai").removesuffix("/v1/chat/completions")
        for name, value in {"OPENAI_BASE_URL": f"{host}/v1", "ANTHROPIC_BASE_URL": host}.items():
            monkeypatch.setenv(name, value)
        for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY"):
            monkeypatch.setenv(name, llm.key)
        yield llm


def run_in_a_call(block: Block, client: JambonzClient) -> None:
    """Run a block in the callback of a hook, then send each hook and event that it has asked for."""
    endpoint = create_endpoint(host="127.0.0.1", port=0)
    raised: list[BaseException] = []

    @endpoint.service("/").on("session:new")
    def call(session: Session) -> None:
        @session.on("/run")
        def run(evt: object) -> None:
            scene = {"session": session, "client": client, "call_sid": SID, "agent_call_sid": SID}
            try:
                block.run(**scene)
            except BaseException as exc:
                raised.append(exc)

        session.config(tts_stream={"enable": True}).pause(length=1).send()

    with endpoint:
        peer = Peer(endpoint.url + "/")
        peer.begin()
        for name in ["/run", *re.findall(r'session\.on\("([^"]+)"', block.source)]:
            data = {"name": "opening_hours", "tool_call_id": "t", "arguments": {}, "tokens": "Hi.", "done": True}
            msgid = peer.tell("verb:hook", data, hook=name)
            while (message := peer.recv()).get("msgid") != msgid:
                if message.get("command") == "tts:tokens":
                    peer.tell("tts:tokens-result", {"id": message["data"]["id"], "status": "ok"})
        peer.close()
    if raised:
        raise raised[0]


def run_in_a_conversation(block: Block) -> None:
    """Run a block in a function that conducts a call."""
    endpoint = create_endpoint(host="127.0.0.1", port=0)

    @endpoint.call("/")
    def call(session: Session) -> None:
        block.run(session=session)
        session.hangup()

    with endpoint:
        transcript = Call(endpoint.url + "/", caller=block.caller(), limits=LIMITS).run()
    assert transcript.ok, str(transcript)


def run_in_a_stream(block: Block) -> None:
    """Run a block in the callback of an audio stream."""
    endpoint = create_endpoint(host="127.0.0.1", port=0)
    streams: list[AudioStream] = []
    raised: list[BaseException] = []

    @endpoint.service("/").on("session:new")
    def call(session: Session) -> None:
        streaming = "play_audio" not in block.source
        mode = {"enabled": True, "streaming": streaming, **({"sample_rate": 8000} if streaming else {})}
        session.listen(url="/audio", bidirectional_audio=mode).hangup().send()

    @endpoint.audio("/audio").on("connection")
    def connected(stream: AudioStream) -> None:
        try:
            block.run(stream=stream)
        except BaseException as exc:
            raised.append(exc)
        streams.append(stream)

    with endpoint:
        thread, outcome = in_thread(Call(endpoint.url + "/", caller=ScriptedCaller(silences=0), limits=LIMITS).run)
        wait_for(lambda: streams and (raised or block.functions <= block.has_run), "the end of the block")
        with suppress(SessionClosed):
            streams[0].disconnect()
        thread.join(20)
    if raised:
        raise raised[0]
    (transcript,) = outcome
    assert transcript.ok, str(transcript)


def app_of(scope: dict[str, Any]) -> Any:
    """Return the WSGI application that a block has made, or None."""
    if blueprint := scope.get("bp"):
        app = scope.get("app") or Flask("page")
        if blueprint.name not in app.blueprints:
            app.register_blueprint(blueprint)
        return app
    made = scope.get("endpoint") or scope.get("make_service") or scope.get("app")
    return made.app if isinstance(made, Endpoint) else made


def send_what_no_call_has_brought(block: Block, url: str) -> None:
    """Begin a call, and send the hooks and events whose callbacks have not run yet."""
    callbacks = re.findall(r'@session\.on\("([^"]+)"\).*\n +def (\w+)\(', block.source)
    tools = re.findall(r"^ {4}@tools\.tool\n +def (\w+)", block.source, re.MULTILINE)
    callbacks += [("agent:tool-call", name) for name in tools]
    waiting = {function: name for name, function in callbacks if function not in block.has_run}
    if not waiting:
        return
    peer = Peer(url)
    peer.begin()
    for function, name in waiting.items():
        if name.startswith("/"):
            msgid = peer.tell("verb:hook", {**HOOK, "type": "amd_human_detected"}, hook=name)
            while peer.recv().get("msgid") != msgid:
                pass
        elif name == "agent:tool-call":
            arguments = dict.fromkeys(re.findall(rf"def {function}\((\w+): str", block.source), "Paris")
            peer.tell(name, {"tool_call_id": "t", "name": function, "arguments": arguments}, hook="/tool")
            while peer.recv().get("command") != "llm:tool-output":
                pass
        elif name != "close":
            peer.tell(name, {**HOOK, "call_status": "in-progress"})
            wait_for(lambda function=function: function in block.has_run, f"{function}, by {name}")  # type: ignore[misc]
    peer.close()


def use_the_app(block: Block) -> None:
    """Place a call to each path that takes one, post to the hooks that no call has come to, and run the tools."""
    app = app_of(block.scope)
    if app is not None:
        server = HttpServer("127.0.0.1", 0, app)
        prefix = match[1] if (match := re.search(r'url_prefix="([^"]+)"', block.source)) else ""
        served = [(home, kind, re.sub("<[^>]+>", "1", rule)) for home, kind, rule in SERVED.findall(block.source)]
        if not served and '@app.post("/incoming")' in block.source:
            served = [("app", "webhook", "/incoming")]
        try:
            for home, kind, rule in served:
                address = f"127.0.0.1:{server.port}{prefix}{rule}"
                webhook = kind in {"webhook", "status"}
                if webhook and rule != "/incoming":
                    requests.post(f"http://{address}", json=HOOK, timeout=20).raise_for_status()
                else:
                    url = f"{'http' if webhook else 'ws'}://{address}"
                    for callee in ("answer", "busy") if ".dial(" in block.source else ("answer",):
                        options = {"env": {"API_KEY": "k"}, "scenario": Scenario(callees=(callee,))}
                        transcript = Call(url, caller=block.caller(), limits=LIMITS, **options).run()  # type: ignore[arg-type]
                        assert transcript.ok, f"{home}.{kind}({rule!r})\n{transcript}"
                    if not webhook:
                        send_what_no_call_has_brought(block, url)
        finally:
            server.stop()
    for tools in block.scope.values():
        if isinstance(tools, ToolSet):
            for schema in tools.schemas("agent"):
                arguments = dict.fromkeys(schema["parameters"].get("required", ()), "Paris")
                tools.run(ToolCall("t", schema["name"], arguments))


def cases(test: Any) -> list[dict[str, Any]]:
    """Return the arguments of each case of a test, by its parametrize."""
    for mark in getattr(test, "pytestmark", ()):
        if mark.name == "parametrize":
            name, values = mark.args
            return [{name: value} for value in values]
    return [{}]


@pytest.mark.usefixtures("stage")
@pytest.mark.jambonz(allow=["handler-raised"])  # a block shows a test of a callback that fails
@pytest.mark.parametrize("block", BLOCKS)
def test_a_block_runs_and_so_does_every_function_in_it(
    block: Block, api: FakeApi, llm: Llm, request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> None:
    block.source = block.source.replace("https://llm.example.com/v1/chat/completions", llm.url("openai"))
    for host in ("https://api.example.com", "https://api.jambonz.us", "https://weather.example.com"):
        block.source = block.source.replace(host, api.url)
    names = free_names(block.source)
    with JambonzClient() as client:
        if "session" in names and ".wait()" in block.source:
            run_in_a_conversation(block)
        elif "session" in names:
            run_in_a_call(block, client)
        elif "stream" in names:
            run_in_a_stream(block)
        elif "ws://127.0.0.1:3000" in block.source:
            with __import__("echo").endpoint as echo:
                block.source = block.source.replace("ws://127.0.0.1:3000", echo.url)
                block.run()
        else:
            block.run(client=client, call_sid=SID, agent_call_sid=SID)
            if not any(name.startswith("test_") for name in block.functions):
                use_the_app(block)
            for name in block.functions:
                if name.startswith("test_"):
                    test = block.scope[name]
                    for case in cases(test):
                        fixtures = inspect.signature(test).parameters.keys() - case.keys()
                        test(**case, **{fixture: request.getfixturevalue(fixture) for fixture in fixtures})
    if "handler-raised" not in block.source:  # of a test that has a callback fail
        assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []
    if block.page not in TESTED_ELSEWHERE:
        assert block.functions - block.has_run - NOT_CALLED.get(block.page, set()) == set()
