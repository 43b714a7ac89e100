"""Tool calls that jambonz posts: the answer is the output."""

from __future__ import annotations

import json
import threading
from typing import Any

import flask
import pytest

from jambonz_sync import InvalidVerb, Jambonz
from jambonz_sync.protocol.signature import sign
from jambonz_sync.tools import ToolSet
from jambonz_sync.webhook import JambonzBlueprint
from tests.webhook.test_views import client_of_blueprint

CALL = {"tool_call_id": "t1", "name": "add", "args": {"a": 2, "b": 3}}


@pytest.fixture
def tools() -> ToolSet:
    tools = ToolSet()

    @tools.tool
    def add(a: int, b: int) -> int:
        """Adds."""
        if a < 0:
            raise ValueError("negative")
        return a + b

    return tools


def client_of(tools: ToolSet, vendor: Any = "agent", **options: Any) -> Any:
    bp = JambonzBlueprint("voice", __name__, **options)
    bp.tools("/tools", tools, vendor=vendor)
    return client_of_blueprint(bp)


def test_the_answer_is_the_output(tools: ToolSet) -> None:
    response = client_of(tools).post("/tools", json=CALL)
    assert (response.status_code, response.content_type, response.json) == (200, "application/json", {"result": 5})


@pytest.mark.parametrize(
    ("vendor", "output"),
    [
        ("openai", {"type": "conversation.item.create"}),
        ("ultravox", {"type": "client_tool_result", "invocation_id": "t1", "result": "5"}),
        ("elevenlabs", {"type": "client_tool_result", "tool_call_id": "t1", "is_error": False}),
        ("deepgram", {"type": "FunctionCallResponse", "id": "t1", "name": "add", "content": "5"}),
    ],
)
def test_the_answer_has_the_shape_of_the_vendor(tools: ToolSet, vendor: str, output: dict[str, Any]) -> None:
    answer = client_of(tools, vendor).post("/tools", json=CALL).json
    assert output.items() <= answer.items()


def test_what_google_asks_for_at_once_is_answered_at_once(tools: ToolSet) -> None:
    calls = [{"id": str(n), "name": "add", "args": {"a": n, "b": 1}} for n in range(2)]
    payload = {"tool_call_id": "function_call_id", "type": "toolCall", "functionCalls": calls}
    responses = client_of(tools, "google").post("/tools", json=payload).json["toolResponse"]["functionResponses"]
    assert [(one["id"], one["response"]) for one in responses] == [("0", {"result": 1}), ("1", {"result": 2})]


def test_the_server_option_of_the_blueprint_or_the_application_counts_for_the_shape(tools: ToolSet) -> None:
    nested = {"data": {"type": "FunctionCallResponse", "id": "t1", "name": "add", "content": "5"}}
    assert client_of(tools, "deepgram", server="0.9").post("/tools", json=CALL).json == nested
    bp = JambonzBlueprint("voice", __name__)
    bp.tools("/tools", tools, vendor="deepgram")
    assert client_of_blueprint(bp, JAMBONZ_SERVER="0.9").post("/tools", json=CALL).json == nested


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"name": "multiply"}, "there is no tool 'multiply'"),
        ({"args": "{"}, "not valid JSON"),
        ({"args": {"a": 1}}, "missing b"),
        ({"args": {"a": -1, "b": 1}}, "ValueError: negative"),
    ],
)
def test_what_goes_wrong_is_an_output_for_the_model(tools: ToolSet, changed: dict[str, Any], told: str) -> None:
    on_error = [{"verb": "say", "text": "verbs are no output"}]
    response = client_of(tools, on_error=on_error).post("/tools", json={**CALL, **changed})
    assert response.status_code == 200
    assert told in response.json["error"]


@pytest.mark.parametrize("size", [30_000, 1_000_000])
def test_the_limit_of_a_websocket_message_is_none_of_an_answer(size: int) -> None:
    tools = ToolSet()
    tools.tool(name="page")(lambda: "x" * size)
    answer = client_of(tools).post("/tools", json={**CALL, "name": "page", "args": {}}).json
    assert answer == {"result": "x" * size}


def test_a_tool_that_takes_too_long_is_an_error_for_the_model_before_jambonz_gives_up(tools: ToolSet) -> None:
    gate = threading.Event()
    tools.tool(name="slow", timeout=0.05)(lambda: gate.wait(30))
    calls = [{"id": "1", "name": "slow", "args": {}}, {"id": "2", "name": "add", "args": {"a": 1, "b": 1}}]
    payload = {"tool_call_id": "function_call_id", "type": "toolCall", "functionCalls": calls}
    answer = client_of(tools, "google").post("/tools", json=payload).json
    gate.set()
    assert [one["response"] for one in answer["toolResponse"]["functionResponses"]] == [
        {"error": "slow took longer than 0.05 s"},
        {"result": 2},
    ]


def test_a_tool_runs_in_the_context_of_the_application() -> None:
    tools = ToolSet()
    tools.tool(name="app")(lambda: flask.current_app.name)
    assert client_of(tools).post("/tools", json={**CALL, "name": "app", "args": {}}).json == {
        "result": "tests.webhook.test_views"
    }


def test_an_unsigned_or_forged_tool_call_runs_nothing(tools: ToolSet) -> None:
    ran: list[str] = []
    tools.tool(name="note")(lambda: ran.append("note"))
    client = client_of(tools, signing_secret="s3cret")
    body = json.dumps({**CALL, "name": "note", "args": {}}).encode()
    for headers in ({}, {"Jambonz-Signature": sign(body, "another")}):
        assert client.post("/tools", data=body, content_type="application/json", headers=headers).status_code == 403
    assert not ran
    headers = {"Jambonz-Signature": sign(body, "s3cret")}
    assert client.post("/tools", data=body, content_type="application/json", headers=headers).status_code == 200
    assert ran == ["note"]


def test_credentials_are_asked_for_as_elsewhere(tools: ToolSet) -> None:
    client = client_of(tools, auth=("u", "p"))
    assert client.post("/tools", json=CALL).status_code == 401
    assert client.post("/tools", json=CALL, auth=("u", "p")).json == {"result": 5}


def test_it_is_a_decorator_of_further_tools_and_works_on_the_extension() -> None:
    app = flask.Flask(__name__)
    tools = ToolSet()

    @Jambonz(app).tools("/<tenant>/tools", tools)
    def double(n: int) -> int:
        return 2 * n

    assert double(2) == 4
    client = app.test_client()
    assert client.post("/a/tools", json={"tool_call_id": "1", "name": "double", "args": {"n": 4}}).json == {"result": 8}


def test_a_call_without_an_id_is_answered_all_the_same(tools: ToolSet) -> None:
    payload = {"call_sid": "CA1", "name": "add", "args": {"a": 2, "b": 3}}
    assert client_of(tools).post("/tools", json=payload).json == {"result": 5}


def test_only_a_post_is_a_tool_call_and_it_must_name_one(tools: ToolSet) -> None:
    client = client_of(tools)
    assert client.get("/tools").status_code == 405
    assert client.post("/tools", json={"call_sid": "CA1"}).json == {"error": "the request names no tool"}


def test_an_unknown_vendor_and_a_rule_that_is_taken_are_refused_at_once(tools: ToolSet) -> None:
    bp = JambonzBlueprint("voice", __name__)
    vendor: Any = "opena1"
    with pytest.raises(InvalidVerb, match="opena1"):
        bp.tools("/tools", tools, vendor=vendor)
    bp.tools("/tools", tools)
    with pytest.raises(ValueError, match="/tools has a view"):
        bp.tools("/tools", tools)


def test_a_tool_that_fails_is_logged_with_the_call_in_its_url(tools: ToolSet, caplog: pytest.LogCaptureFixture) -> None:
    client_of(tools).post("/tools?call_sid=CA1", json={**CALL, "args": {"a": -1, "b": 1}})
    assert "call CA1: tool add" in caplog.text
