"""The requests that a conversation with a model makes, vendor by vendor."""

from __future__ import annotations

from typing import Any

import pytest

from jambonz_sync import ToolSet
from jambonz_sync.llm import CHAT_VENDORS, SHAPES, vendor_of
from tests.vendors.models import ModelServer

MESSAGES: list[dict[str, Any]] = [{"role": "user", "content": "hello"}]
NO_TOOLS = ToolSet()
TOOLS = ToolSet()


@TOOLS.tool
def stock(article: str, since: str = "") -> int:
    """How many there are."""
    return len(article + since)


def test_the_vendor_is_that_of_the_client(models: ModelServer) -> None:
    client = models.openai()
    assert vendor_of(client.chat.completions.create) == "openai_chat"
    assert vendor_of(client.responses.create) == "openai_responses"
    assert vendor_of(models.anthropic().messages.create) == "anthropic"

    def generate_content_stream() -> None: ...

    generate_content_stream.__module__ = "google.genai.models"
    assert vendor_of(generate_content_stream) == "google"
    assert vendor_of(print) == "openai_chat"


@pytest.mark.parametrize("vendor", CHAT_VENDORS)
def test_a_request_has_what_is_given_and_no_more(vendor: str) -> None:
    request = SHAPES[vendor].request({"model": "m"}, None, MESSAGES, NO_TOOLS)
    messages = {"openai_responses": "input", "google": "contents"}.get(vendor, "messages")
    assert request.pop(messages) == MESSAGES
    assert request.pop("stream", False) == (vendor != "google")
    assert request == {"model": "m"} | ({"max_tokens": 1024} if vendor == "anthropic" else {})


def test_responses_take_the_system_prompt_as_instructions_and_tools_that_are_not_strict() -> None:
    request = SHAPES["openai_responses"].request({"max_output_tokens": 9}, "Be brief.", MESSAGES, TOOLS)
    assert (request["instructions"], request["max_output_tokens"]) == ("Be brief.", 9)
    assert request["tools"] == [{**TOOLS.schemas("openai")[0], "strict": False}]


class Config:
    """An object of Google's client."""

    def __init__(self, **fields: Any) -> None:
        self.model_fields_set = set(fields)
        self.__dict__ |= {"tools": None} | fields


def test_google_takes_system_prompt_and_tools_in_its_config_beside_what_is_there() -> None:
    shape, own = SHAPES["google"], TOOLS.schemas("google")
    assert shape.request({}, "Be brief.", MESSAGES, TOOLS)["config"] == {
        "system_instruction": "Be brief.",
        "tools": own,
    }
    config = {"temperature": 0.5, "tools": [{"google_search": {}}]}
    request = shape.request({"config": config}, None, MESSAGES, TOOLS)
    assert request["config"] == {"temperature": 0.5, "tools": [{"google_search": {}}, *own]}
    assert config["tools"] == [{"google_search": {}}]
    made = shape.request({"config": Config(temperature=0.5)}, "Be brief.", MESSAGES, TOOLS)["config"]
    assert isinstance(made, Config)
    assert (vars(made)["temperature"], vars(made)["system_instruction"], vars(made)["tools"]) == (0.5, "Be brief.", own)
