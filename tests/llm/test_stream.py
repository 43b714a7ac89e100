"""Streams of models, read as their official clients and HTTP libraries give them, from a server on loopback."""

from __future__ import annotations

import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
import requests
import urllib3

from jambonz_sync import LlmError
from jambonz_sync.llm import ChunkStream, text_of
from tests.vendors.models import (
    ModelServer,
    anthropic_call,
    anthropic_text,
    chat_chunk,
    google_call,
    google_chunk,
    google_text,
    openai_call,
    openai_text,
    responses_call,
    responses_text,
)

MESSAGES: list[Any] = [{"role": "user", "content": "hello"}]


def ask_openai(models: ModelServer) -> Any:
    client = models.openai()
    return client.chat.completions.create(model="m", messages=MESSAGES, stream=True)


def ask_anthropic(models: ModelServer) -> Any:
    client = models.anthropic()
    return client.messages.create(model="m", max_tokens=9, messages=MESSAGES, stream=True)


def ask_requests(models: ModelServer) -> Any:
    return requests.post(models.url, json={"messages": MESSAGES, "stream": True}, stream=True, timeout=20)


def ask_urllib(models: ModelServer) -> Any:
    return urllib.request.urlopen(urllib.request.Request(models.url, b"{}"), timeout=20)


def ask_urllib3(models: ModelServer) -> Any:
    return urllib3.request("POST", models.url, body=b"{}", preload_content=False, timeout=20, retries=False)


def texts_of(source: Any, heard: list[str] | None = None) -> list[str]:
    heard = [] if heard is None else heard
    with ChunkStream(source) as chunks:
        for chunk in chunks:
            heard += [text] if (text := text_of(chunk)) else []
    return heard


TEXTS = ["Hello", " there,", " Zoë 🎉", " again. "]
OPENAI = [ask_openai, ask_requests, ask_urllib, ask_urllib3]


@pytest.mark.parametrize("ask", OPENAI)
def test_the_text_of_chat_completions_is_read_from_the_client_and_from_responses(
    models: ModelServer, ask: Callable[[ModelServer], Any]
) -> None:
    models.answers.append(openai_text(*TEXTS))
    assert texts_of(ask(models)) == TEXTS


@pytest.mark.parametrize("ask", [ask_anthropic, ask_requests])
def test_the_text_of_anthropics_messages_is_read_from_the_client_and_from_a_response(
    models: ModelServer, ask: Callable[[ModelServer], Any]
) -> None:
    models.answers.append(anthropic_text(*TEXTS))
    assert texts_of(ask(models)) == TEXTS


def test_what_a_model_thinks_and_what_it_asks_of_tools_is_not_spoken(models: ModelServer) -> None:
    models.answers += [openai_call("stock", '{"article": "apples"}', "One moment."), anthropic_call("stock", "{}")]
    assert texts_of(ask_openai(models)) == ["One moment."]
    assert texts_of(ask_anthropic(models)) == ["Let me look."]


def test_the_helpers_of_the_clients_are_read_without_a_with_statement(models: ModelServer) -> None:
    models.answers += [openai_text(*TEXTS), anthropic_text(*TEXTS), anthropic_text(*TEXTS)]
    client = models.openai()
    assert texts_of(client.chat.completions.stream(model="m", messages=MESSAGES)) == TEXTS
    other = models.anthropic()
    assert texts_of(other.messages.stream(model="m", max_tokens=9, messages=MESSAGES)) == TEXTS
    with other.messages.stream(model="m", max_tokens=9, messages=MESSAGES) as stream:
        assert texts_of(stream.text_stream) == TEXTS


def test_the_text_of_openais_responses_is_read_and_nothing_else(models: ModelServer) -> None:
    models.answers += [responses_text(*TEXTS), responses_call("stock", "{}", "One moment."), responses_text(*TEXTS)]
    client = models.openai()
    assert texts_of(client.responses.create(model="m", input="hello", stream=True)) == TEXTS
    assert texts_of(client.responses.create(model="m", input="hello", stream=True)) == ["One moment."]
    assert texts_of(ask_requests(models)) == TEXTS


class Part:
    """An object of Google's client: it has all fields, and None where there is nothing."""

    def __init__(self, **fields: Any) -> None:
        self.__dict__ |= dict.fromkeys(("candidates", "prompt_feedback", "usage_metadata", "thought", "text")) | fields


def test_the_text_of_googles_client_and_of_its_server_is_read_and_nothing_else(models: ModelServer) -> None:
    models.answers += [google_text(*TEXTS), google_call("stock", "{}", "One moment.")]
    assert texts_of(ask_requests(models)) == TEXTS
    assert texts_of(ask_requests(models)) == ["One moment."]
    parts = [Part(text="hm", thought=True), Part(text="Hello,"), Part(text=" Ann.")]
    chunks = [Part(candidates=[Part(index=None, content=Part(parts=parts))]), Part(usage_metadata=Part())]
    assert texts_of(chunks) == ["Hello, Ann."]
    assert texts_of([{"candidates": [{"index": 1, "content": {"parts": [{"text": "no"}]}}]}]) == []
    assert texts_of([google_chunk(), {"candidates": [{"finishReason": "STOP"}]}]) == []


@pytest.mark.parametrize(
    "chunk",
    [{"promptFeedback": {"blockReason": "SAFETY"}}, Part(prompt_feedback=Part(block_reason=Part(value="SAFETY")))],
)
def test_a_prompt_that_google_blocks_is_an_error(chunk: Any) -> None:
    with pytest.raises(LlmError, match="blocked the prompt: SAFETY"):
        texts_of([chunk])


def test_a_second_choice_is_not_for_the_caller() -> None:
    second = {"choices": [{"index": 1, "delta": {"content": "no"}}]}
    assert texts_of([chat_chunk({"content": "yes"}), second, {"choices": []}]) == ["yes"]
    assert texts_of([{"choices": [{"index": 0, "text": "of completions"}]}]) == ["of completions"]


@pytest.mark.parametrize("ask", [*OPENAI[:2], ask_urllib3])
def test_a_request_ends_with_the_stream_that_is_left_by_an_exception(
    models: ModelServer, ask: Callable[[ModelServer], Any]
) -> None:
    models.answers.append([chat_chunk({"content": "one"}), models.left])
    with suppress(ZeroDivisionError), ChunkStream(ask(models)) as chunks:
        for _ in chunks:
            raise ZeroDivisionError
    models.wait_until_left()


@pytest.mark.parametrize("ask", [ask_requests, ask_urllib3])
def test_an_http_error_is_raised_with_its_status_and_its_reason(
    models: ModelServer, ask: Callable[[ModelServer], Any]
) -> None:
    models.answers.append((401, {"error": {"message": "Incorrect API key"}}))
    with pytest.raises(LlmError, match="refused the request with 401: Incorrect API key") as caught:
        texts_of(ask(models))
    assert caught.value.status == 401


@pytest.mark.parametrize("body", [b"<html>no</html>", b"", b'{"detail": "no"}', b"\xff\xfe"])
def test_an_http_error_without_a_reason_in_the_known_form_is_an_error_nevertheless(
    models: ModelServer, body: bytes
) -> None:
    models.answers.append((500, body))
    with pytest.raises(LlmError, match="refused the request with 500"):
        texts_of(ask_requests(models))


def test_an_error_in_the_stream_is_raised_behind_the_text_before_it(models: ModelServer) -> None:
    models.answers.append([chat_chunk({"content": "one"}), {"error": {"message": "overloaded"}}])
    heard: list[str] = []
    with pytest.raises(LlmError, match="broke the answer off: overloaded"):
        texts_of(ask_requests(models), heard)
    assert heard == ["one"]
    with pytest.raises(LlmError, match="overloaded"):
        text_of({"type": "error", "error": {"type": "overloaded_error", "message": "overloaded"}})
    with pytest.raises(LlmError, match="quota"):
        text_of({"type": "response.failed", "response": {"error": {"message": "quota"}}})


def test_an_answer_that_was_not_streamed_says_how_to_ask_for_a_stream(models: ModelServer) -> None:
    message = {"role": "assistant", "content": "hello"}
    whole = {"id": "c", "object": "chat.completion", "created": 1, "model": "m"}
    models.answers += 2 * [(200, {**whole, "choices": [{"index": 0, "message": message, "finish_reason": "stop"}]})]
    client = models.openai()
    answer: Any = client.chat.completions.create(model="m", messages=MESSAGES)
    with pytest.raises(TypeError, match=r"ChatCompletion is a whole answer.*stream=True"):
        ChunkStream(answer)
    with pytest.raises(LlmError, match=r"expected a stream of server-sent events.*stream=True"):
        texts_of(ask_requests(models))


def test_a_stream_of_an_async_client_is_refused() -> None:
    class AsyncStream:
        def __aiter__(self) -> Any: ...

    with pytest.raises(TypeError, match="use the sync client"):
        ChunkStream(AsyncStream())  # type: ignore[arg-type]


@pytest.mark.parametrize("chunk", [7, None, object(), {"usage": {}}, ("choices", [])])
def test_a_chunk_of_no_known_shape_is_an_error_that_names_what_is_taken(chunk: object) -> None:
    with pytest.raises(TypeError, match="must be str, or a chunk of a model's stream"):
        text_of(chunk)


@pytest.mark.parametrize("source", [7, None, object()])
def test_a_source_of_no_known_shape_is_an_error(source: Any) -> None:
    with pytest.raises(TypeError, match="expected an iterable of str or the stream of a model"):
        ChunkStream(source)


def test_all_that_an_answer_comes_from_is_closed_once_it_is_left() -> None:
    closed: list[str] = []

    class Stream:
        def __iter__(self) -> Iterator[str]:
            try:
                yield "one"
            finally:
                closed.append("generator")

        def close(self) -> None:
            closed.append("stream")

    with suppress(ZeroDivisionError), ChunkStream(Stream()) as chunks:
        for _ in chunks:
            raise ZeroDivisionError
    assert closed == ["generator", "stream"]
