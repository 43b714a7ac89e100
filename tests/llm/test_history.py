from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jambonz_sync.llm import Answer, ChatVendor, History
from jambonz_sync.llm.history import cut_at_word
from jambonz_sync.tools import Outcome
from tests.vendors.models import (
    anthropic_call,
    anthropic_text,
    google_call,
    google_text,
    openai_call,
    openai_text,
    responses,
    responses_call,
    responses_text,
)


def answer_of(chunks: list[Any]) -> Answer:
    answer = Answer()
    for chunk in chunks:
        if not isinstance(chunk, str):
            answer.add(chunk)
    return answer


SHAPES: list[ChatVendor] = ["openai_chat", "openai_responses", "anthropic", "google"]
TEXT = {
    "openai_chat": openai_text,
    "openai_responses": responses_text,
    "anthropic": anthropic_text,
    "google": google_text,
}
CALL = {
    "openai_chat": openai_call,
    "openai_responses": responses_call,
    "anthropic": anthropic_call,
    "google": google_call,
}


def texts(history: History) -> list[str]:
    """The texts of the model in the history."""
    said = [message for message in history.messages if message.get("role") in ("assistant", "model")]
    contents = [message.get("content") or message.get("parts") or "" for message in said]
    return [
        content if isinstance(content, str) else "".join(block.get("text", "") for block in content)
        for content in contents
    ]


@pytest.mark.parametrize("vendor", SHAPES)
def test_an_answer_is_cut_to_the_words_that_were_heard(vendor: ChatVendor) -> None:
    history = History(vendor)
    history.add_user("tell me")
    history.add_answer(answer_of(TEXT[vendor]("Once upon", " a time there ", "was a king.")))
    history.cut(18)
    assert texts(history) == ["Once upon a time"]


@pytest.mark.parametrize("vendor", SHAPES)
def test_an_answer_of_which_nothing_was_heard_is_not_in_the_history(vendor: ChatVendor) -> None:
    history = History(vendor)
    history.add_user("tell me")
    history.add_answer(answer_of(TEXT[vendor]("Once upon a time")))
    history.cut(0)
    assert len(history.messages) == 1
    assert "tell me" in str(history.messages[0])


@pytest.mark.parametrize("vendor", SHAPES)
def test_calls_of_tools_and_their_outcomes_stay_when_the_text_is_cut(vendor: ChatVendor) -> None:
    history = History(vendor)
    history.add_user("apples?")
    calls = answer_of(CALL[vendor]("stock", '{"n": 1}', "Let me look."))
    history.add_answer(calls, [Outcome("t1", "stock", True, "12")])
    history.add_answer(answer_of(TEXT[vendor]("There are twelve.")))
    history.cut(len("Let me look. There are"))
    assert texts(history) == ["Let me look.", "There are"]
    history.cut(2)
    assert texts(history) == [""] * (vendor != "openai_responses")  # there a call is no part of a message
    assert len(history.messages) == 3
    assert "t1" in str(history.messages[1])
    assert "12" in str(history.messages[2])


def test_openais_shape_of_calls_and_outcomes() -> None:
    history = History("openai_chat")
    history.add_answer(answer_of(openai_call("stock", '{"n": 1}')), [Outcome("t1", "stock", True, {"n": 12})])
    function = {"name": "stock", "arguments": '{"n":1}'}
    assert history.messages == [
        {"role": "assistant", "content": None, "tool_calls": [{"id": "t1", "type": "function", "function": function}]},
        {"role": "tool", "tool_call_id": "t1", "content": '{"n":12}'},
    ]


def test_anthropics_shape_of_calls_and_outcomes_with_what_the_model_thought() -> None:
    history = History("anthropic")
    history.add_answer(answer_of(anthropic_call("stock", '{"n": 1}')), [Outcome("t1", "stock", False, "no such")])
    assert history.messages == [
        {
            "role": "assistant",
            "content": [
                {"type": "thinking", "thinking": "I should look.", "signature": "s1"},
                {"type": "text", "text": "Let me look."},
                {"type": "tool_use", "id": "t1", "name": "stock", "input": {"n": 1}},
            ],
        },
        {
            "role": "user",
            "content": [
                {"type": "tool_result", "tool_use_id": "t1", "content": '{"error":"no such"}', "is_error": True}
            ],
        },
    ]


def test_the_shape_of_openais_responses_with_what_the_model_thought() -> None:
    history = History("openai_responses")
    history.add_answer(answer_of(responses_call("stock", '{"n": 1}')), [Outcome("t1", "stock", True, {"n": 12})])
    assert history.messages == [
        {"type": "reasoning", "id": "rs1", "summary": [{"type": "summary_text", "text": "I should look."}]},
        {"type": "function_call", "id": "fc1", "call_id": "t1", "name": "stock", "arguments": '{"n":1}'},
        {"type": "function_call_output", "call_id": "t1", "output": '{"n":12}'},
    ]


def test_a_thought_of_openais_that_the_server_would_not_know_is_left_out_with_the_ids_that_name_it() -> None:
    call = {"type": "function_call", "call_id": "t1", "name": "stock", "arguments": "{}"}
    history = History("openai_responses")
    history.add_answer(answer_of(responses_call("stock", "{}", "Let me look.")), [Outcome("t1", "stock", True, "12")])
    assert history.messages[:2] == [{"role": "assistant", "content": "Let me look."}, call]
    for encrypted, kept in ({}, []), ({"encrypted_content": "x"}, ["reasoning"]):
        thought = {"id": "rs1", "type": "reasoning", "summary": [], **encrypted}
        unknown = History("openai_responses")
        answer = answer_of(responses(thought, {**call, "id": "fc1"}, store=False))
        unknown.add_answer(answer, [Outcome("t1", "stock", True, "12")])
        assert [message["type"] for message in unknown.messages] == [*kept, "function_call", "function_call_output"]
        assert "rs1" not in str(unknown.messages)
        assert "fc1" not in str(unknown.messages)


def test_googles_shape_of_calls_and_outcomes_without_what_the_model_thought() -> None:
    history = History("google")
    history.add_user("apples?")
    answer = answer_of(
        [google_text("Let me ")[0], *google_text("Let me ", "look.")[1:], *google_call("stock", '{"n": 1}')]
    )
    history.add_answer(answer, [Outcome("t1", "stock", False, "no such")])
    call = {"id": "t1", "name": "stock", "args": {"n": 1}}
    response = {"id": "t1", "name": "stock", "response": {"error": "no such"}}
    assert history.messages == [
        {"role": "user", "parts": [{"text": "apples?"}]},
        {"role": "model", "parts": [{"text": "Let me look."}, {"function_call": call, "thought_signature": "c2ln"}]},
        {"role": "user", "parts": [{"function_response": response}]},
    ]
    unnamed = History("google")
    unnamed.add_answer(answer_of(google_call("stock", "{}", id="")), [Outcome("", "stock", True, "12")])
    assert unnamed.messages[1]["parts"] == [{"function_response": {"name": "stock", "response": {"result": "12"}}}]


@pytest.mark.parametrize("vendor", SHAPES)
@pytest.mark.parametrize("arguments", ["nope", "[1]", ""])
def test_arguments_that_are_no_object_leave_a_history_that_the_server_takes(vendor: ChatVendor, arguments: str) -> None:
    history = History(vendor)
    answer = answer_of(CALL[vendor]("stock", arguments))
    history.add_answer(answer, [Outcome("t1", "stock", False, "wrong")])
    message = history.messages[0]
    assert arguments in str(answer.calls[0].arguments) or not arguments or vendor == "google"  # which sends objects
    kept = {
        "openai_chat": lambda: message["tool_calls"][0]["function"]["arguments"],
        "openai_responses": lambda: history.messages[1]["arguments"],
        "anthropic": lambda: message["content"][-1]["input"],
        "google": lambda: message["parts"][-1]["function_call"]["args"],
    }
    assert kept[vendor]() in ("{}", {})


def test_several_calls_of_one_answer_are_told_apart_by_their_index() -> None:
    chunks = [*openai_call("a", '{"x": 1}', id="t1")[:-2], *openai_call("b", '{"y": 2}', id="t2", index=1)]
    calls = [(call.id, call.name, call.arguments) for call in answer_of(chunks).calls]
    assert calls == [("t1", "a", '{"x": 1}'), ("t2", "b", '{"y": 2}')]


@given(st.text(), st.integers(0, 50))
def test_a_text_is_cut_between_words(text: str, size: int) -> None:
    kept = cut_at_word(text, size)
    assert text.startswith(kept)
    assert len(kept) <= size
    following = text[len(kept) : len(kept) + 1]
    assert not kept or not following or following.isspace()
