"""Calls to the app, through a simulator of jambonz. A function stands in for the model: nothing leaves the machine."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from jambonz_sync.testing import PlaceCall

import app


class Model:
    """Answers what a test tells it to, in the form of OpenAI's chat completions."""

    def __init__(self) -> None:
        self.answers: list[list[dict[str, Any]]] = []
        self.requests: list[dict[str, Any]] = []

    def says(self, *words: str) -> None:
        self.answers.append([{"content": word} for word in words])

    def calls_tool(self, name: str, arguments: str = "{}") -> None:
        function = {"name": name, "arguments": arguments}
        self.answers.append([{"tool_calls": [{"index": 0, "id": "t1", "function": function}]}])

    def create(self, **request: Any) -> Iterator[dict[str, Any]]:
        self.requests.append(request)
        for delta in self.answers.pop(0):
            yield {"choices": [{"index": 0, "delta": delta}]}


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Model:
    model = Model()
    create: Callable[..., Any] = model.create
    monkeypatch.setattr(app, "ask", create)
    return model


def test_the_model_answers_and_knows_what_was_said(jambonz_call: PlaceCall, model: Model):
    model.says("Berlin", " has it.")
    call = jambonz_call(app.endpoint)
    call.heard("how can I help")
    call.says("Where is the Brandenburg Gate?")
    call.heard("Berlin has it.")
    assert model.requests[0]["messages"][-1] == {"role": "user", "content": "Where is the Brandenburg Gate?"}
    call.hangs_up()


def test_the_model_ends_the_call(jambonz_call: PlaceCall, model: Model):
    model.calls_tool("end_call")
    model.says("")
    call = jambonz_call(app.endpoint)
    call.says("That is all, thanks")
    call.heard("Goodbye!")
    assert call.ended == "completed"


def test_a_model_that_fails_is_apologised_for(jambonz_call: PlaceCall, model: Model, monkeypatch: pytest.MonkeyPatch):
    def fail(**request: Any) -> Any:
        return iter([{"error": {"message": "overloaded"}}])

    monkeypatch.setattr(app, "ask", fail)
    call = jambonz_call(app.endpoint)
    call.says("Hello?")
    call.heard("I cannot think right now")
    call.hangs_up()
