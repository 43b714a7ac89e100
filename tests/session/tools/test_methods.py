"""Tools of a model, called over a real socket beside the call."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any, Literal

import pytest

from jambonz_sync import Session
from jambonz_sync.errors import InvalidVerb
from jambonz_sync.session.tools.pool import WORKERS
from jambonz_sync.tools import ToolSet
from tests.peer import Peer
from tests.session.conftest import Serve
from tests.waiting import wait_for

Dial = Callable[..., Peer]
Begin = Callable[..., Peer]

tools = ToolSet()


@tools.tool
def get_weather(city: str, scale: Literal["celsius", "fahrenheit"] = "celsius") -> dict[str, Any]:
    """The weather in a city."""
    if city == "Atlantis":
        raise LookupError("no such city")
    return {"city": city, "degrees": 20 if scale == "celsius" else 68}


@tools.tool
def everything() -> str:
    """All there is to know."""
    return "x" * 10_000_000


@tools.tool
def handle() -> object:
    """What no JSON can be made of."""
    return threading.Lock()


@pytest.fixture
def begin(serve: Serve, dial: Dial) -> Begin:
    """A call that uses tools (of this module, if no others are given), connected; ``prepare`` gets its session."""

    def start(
        used: ToolSet = tools,
        prepare: Callable[[Session], object] = lambda session: None,
        server: str | None = None,
        **options: Any,
    ) -> Peer:
        svc = serve(server=server)

        @svc.on("session:new")
        def call(session: Session) -> None:
            session.use_tools(used, **options)
            prepare(session)
            session.pause(length=60).send()

        peer = dial(svc)
        peer.begin()
        return peer

    return start


def ask(peer: Peer, name: str, args: Any = None, *, type: str = "llm:tool-call", id: str = "t1") -> None:
    peer.tell(type, {"tool_call_id": id, "name": name, "args": args}, hook="/tool-call")


def output(peer: Peer) -> tuple[str, dict[str, Any]]:
    """The id and the data of the next tool output."""
    message = peer.recv()
    assert (message["type"], message["command"]) == ("command", "llm:tool-output"), message
    return message["tool_call_id"], message["data"]


def test_a_tool_call_is_answered_while_the_callback_of_a_hook_blocks(begin: Begin, gate: threading.Event) -> None:
    entered = threading.Event()

    def slow(event: object) -> None:
        entered.set()
        gate.wait(30)

    peer = begin(prepare=lambda session: session.on("/slow", slow))
    hook = peer.hook("/slow")
    assert entered.wait(15)
    ask(peer, "get_weather", {"city": "Paris"})
    assert output(peer) == ("t1", {"city": "Paris", "degrees": 20})
    gate.set()
    assert peer.ack_of(hook) == []


def test_a_tool_that_blocks_keeps_neither_hooks_nor_other_tools_waiting(begin: Begin, gate: threading.Event) -> None:
    used = ToolSet([get_weather])
    entered = threading.Event()

    @used.tool
    def slow() -> str:
        entered.set()
        gate.wait(30)
        return "at last"

    peer = begin(used)
    ask(peer, "slow", id="slow")
    assert entered.wait(15)
    assert peer.ask("/unheard") == []
    ask(peer, "get_weather", {"city": "Rome"}, id="quick")
    assert output(peer)[0] == "quick"
    gate.set()
    assert output(peer) == ("slow", {"result": "at last"})


@pytest.mark.parametrize("type", ["llm:tool-call", "agent:tool-call"])
@pytest.mark.parametrize("name", ["args", "arguments"])
@pytest.mark.parametrize("given", [{"city": "Rome"}, '{"city": "Rome"}'])
def test_a_call_is_understood_however_jambonz_writes_it(begin: Begin, type: str, name: str, given: Any) -> None:
    peer = begin()
    peer.tell(type, {"tool_call_id": "t9", "name": "get_weather", name: given}, hook="/tool-call")
    assert output(peer) == ("t9", {"city": "Rome", "degrees": 20})


TEXT = '{"city":"Rome","degrees":20}'


@pytest.mark.parametrize(
    ("vendor", "server", "shape"),
    [
        (
            "openai",
            None,
            {
                "type": "conversation.item.create",
                "item": {"type": "function_call_output", "call_id": "t1", "output": TEXT},
            },
        ),
        ("ultravox", None, {"type": "client_tool_result", "invocation_id": "t1", "result": TEXT}),
        (
            "deepgram",
            "0.9",
            {"data": {"type": "FunctionCallResponse", "id": "t1", "name": "get_weather", "content": TEXT}},
        ),
        (
            "elevenlabs",
            "0.9",
            {"data": {"type": "client_tool_result", "tool_call_id": "t1", "result": TEXT, "is_error": False}},
        ),
    ],
)
def test_the_output_has_the_shape_of_the_vendor_on_the_server_of_the_endpoint(
    begin: Begin, vendor: str, server: str | None, shape: dict[str, Any]
) -> None:
    peer = begin(vendor=vendor, server=server)
    ask(peer, "get_weather", {"city": "Rome"})
    assert output(peer) == ("t1", shape)


def test_all_that_google_asks_for_is_answered_in_one_message(begin: Begin) -> None:
    peer = begin(vendor="google")
    calls = [{"id": str(n), "name": "get_weather", "args": {"city": city}} for n, city in enumerate(["Rome", "Oslo"])]
    data = {"tool_call_id": "function_call_id", "type": "toolCall", "function_calls": calls}
    peer.tell("llm:tool-call", data, hook="/tool-call")
    id, answer = output(peer)
    assert id == "function_call_id"
    responses = answer["toolResponse"]["functionResponses"]
    assert [(response["id"], response["response"]["city"]) for response in responses] == [("0", "Rome"), ("1", "Oslo")]


@pytest.mark.parametrize(
    ("name", "args", "told"),
    [
        ("get_wether", {}, "there is no tool 'get_wether'; known: get_weather"),
        ("get_weather", "{city: Rome", "not valid JSON"),
        ("get_weather", [], "expected object"),
        ("get_weather", {}, "missing city"),
        ("get_weather", {"city": "Rome", "scale": "kelvin"}, "scale: expected one of 'celsius'"),
        ("get_weather", {"city": "Rome", "day": 1}, "unknown name 'day'"),
        ("get_weather", {"city": "Atlantis"}, "LookupError: no such city"),
        ("handle", {}, "not JSON"),
        ("everything", {}, "too large"),
    ],
)
def test_what_goes_wrong_is_told_to_the_model_and_logged_and_the_call_goes_on(
    begin: Begin, caplog: pytest.LogCaptureFixture, name: str, args: Any, told: str
) -> None:
    peer = begin()
    with caplog.at_level(logging.INFO, "jambonz_sync.tools"):
        ask(peer, name, args)
        id, data = output(peer)
    assert id == "t1"
    assert told in data["error"]
    (line,) = (record for record in caplog.records if record.name == "jambonz_sync.tools")
    assert name in line.getMessage()
    assert peer.call_sid in line.getMessage()
    assert peer.ask("/goes-on") == []


def test_a_tool_that_takes_too_long_is_told_to_the_model_and_its_late_result_is_dropped(
    begin: Begin, caplog: pytest.LogCaptureFixture, gate: threading.Event
) -> None:
    used = ToolSet()

    @used.tool
    def sleepy() -> str:
        gate.wait(30)
        return "too late"

    peer = begin(used, timeout=0.05)
    ask(peer, "sleepy")
    assert output(peer) == ("t1", {"error": "sleepy took longer than 0.05 s"})
    gate.set()
    wait_for(lambda: "the result of tool sleepy came too late" in caplog.text)
    assert peer.ask("/goes-on") == []  # and nothing before it


def test_tools_that_exit_are_told_to_the_model_and_leave_threads_for_the_next(
    begin: Begin, caplog: pytest.LogCaptureFixture
) -> None:
    used = ToolSet([get_weather])

    @used.tool
    def leave() -> None:
        raise SystemExit("enough")

    peer = begin(used)
    for number in range(2 * WORKERS):
        ask(peer, "leave", id=str(number))
    outputs = [output(peer) for _ in range(2 * WORKERS)]
    assert {data["error"] for _, data in outputs} == {"leave failed: SystemExit: enough"}
    assert len({id for id, _ in outputs}) == 2 * WORKERS
    ask(peer, "get_weather", {"city": "Paris"})
    assert output(peer)[1]["city"] == "Paris"


def test_tools_that_are_used_for_a_hook_again_take_the_place_of_those_before(begin: Begin) -> None:
    others = ToolSet()
    heard: list[str] = []

    @others.tool
    def get_time() -> str:
        return "noon"

    def prepare(session: Session) -> None:
        session.on("/tool-call", lambda evt: heard.append(evt.name))
        session.use_tools(others, hook="/tool-call")
        session.use_tools(tools, hook="/more-tools")

    peer = begin(prepare=prepare)
    ask(peer, "get_time", id="1")
    assert output(peer) == ("1", {"result": "noon"})
    ask(peer, "get_weather", {"city": "Rome"}, id="2")
    assert "no tool 'get_weather'; known: get_time" in output(peer)[1]["error"]
    data = {"tool_call_id": "3", "name": "get_weather", "args": {"city": "Rome"}}
    peer.tell("llm:tool-call", data, hook="/more-tools")
    assert output(peer) == ("3", {"city": "Rome", "degrees": 20})
    assert peer.ask("/goes-on") == []  # and nothing before it
    assert heard == ["get_time", "get_weather"]  # a callback of the application stays


def llm(vendor: str) -> dict[str, Any]:
    return {"verb": "llm", "vendor": vendor, "llmOptions": {}}


@pytest.mark.parametrize(
    ("verb", "vendor", "right"),
    [
        (llm("openai"), "agent", "openai"),
        ({"verb": "microsoft_s2s", "llmOptions": {}}, "agent", "microsoft"),
        ({"verb": "agent", "llm": {"vendor": "openai", "model": "gpt-5"}}, "openai", "agent"),
        (llm("microsoft"), "openai", None),
        ({"verb": "voiceagent_s2s", "llmOptions": {}}, "deepgram", None),
        (llm("custom:mine"), "agent", None),
        ({"verb": "say", "text": "Hello"}, "agent", None),
    ],
)
@pytest.mark.parametrize("returned", [False, True])
def test_outputs_that_the_model_of_the_call_would_not_get_are_warned_about_once(
    serve: Serve,
    dial: Dial,
    caplog: pytest.LogCaptureFixture,
    verb: dict[str, Any],
    vendor: Any,
    right: str | None,
    returned: bool,
) -> None:
    svc = serve()

    @svc.on("session:new")
    def call(session: Session) -> Any:
        session.use_tools(tools, vendor=vendor)
        return [verb] if returned else session.add_verbs(verb)

    peer = dial(svc)
    peer.begin()
    for number in range(2):
        ask(peer, "get_weather", {"city": "Rome"}, id=str(number))
        output(peer)
    warned = [record.getMessage() for record in caplog.records if "use_tools" in record.getMessage()]
    assert len(warned) == (right is not None)
    assert all(peer.call_sid in text and f"use_tools(vendor={right!r})" in text for text in warned)


def test_a_result_that_comes_after_the_call_is_dropped(
    begin: Begin, caplog: pytest.LogCaptureFixture, gate: threading.Event
) -> None:
    used = ToolSet()
    entered = threading.Event()

    @used.tool
    def slow() -> str:
        entered.set()
        gate.wait(30)
        return "nobody listens"

    with caplog.at_level(logging.INFO, "jambonz_sync.session"):
        peer = begin(used)
        ask(peer, "slow")
        assert entered.wait(15)
        peer.close()
        gate.set()
        wait_for(lambda: "tool output not sent" in caplog.text)
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


def test_a_callback_of_the_application_may_answer_by_hand(begin: Begin) -> None:
    def prepare(session: Session) -> None:
        @session.on("/by-hand")
        def tool_call(evt: Any) -> None:
            session.send_tool_output(evt.tool_call_id, [evt.name, evt.arguments])

    peer = begin(prepare=prepare)
    peer.tell("llm:tool-call", {"tool_call_id": "t2", "name": "n", "args": '{"a": 1}'}, hook="/by-hand")
    assert output(peer) == ("t2", {"result": ["n", {"a": 1}]})


def test_an_unknown_vendor_is_an_error_where_it_is_written(begin: Begin) -> None:
    raised: list[InvalidVerb] = []

    def prepare(session: Session) -> None:
        vendor: Any = "opena1"
        with pytest.raises(InvalidVerb) as caught:
            session.use_tools(tools, vendor=vendor)
        raised.append(caught.value)

    peer = begin(prepare=prepare)
    assert "opena1" in str(raised[0])
    assert raised[0].call_sid == peer.call_sid
