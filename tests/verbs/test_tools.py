"""Tools that a verb declares to its model, where the model's vendor wants them, and in its shape."""

from __future__ import annotations

from typing import Any

import pytest

from jambonz_sync import InvalidVerb, ToolSet, WebhookResponse
from jambonz_sync.verbs import Agent, Llm
from jambonz_sync.verbs.chain import as_verbs

tools = ToolSet()


@tools.tool
def get_weather(city: str) -> str:
    """The weather in a city."""
    return city


HOOK = "/tool-call"


@pytest.mark.parametrize(
    ("verb", "options", "vendor", "place"),
    [
        ("agent", {}, "agent", "llm.llmOptions.tools"),
        ("agent", {"llm": {"vendor": "openai", "llm_options": {"messages": []}}}, "agent", "llm.llmOptions.tools"),
        ("openai_s2s", {"llm_options": {}}, "openai", "llmOptions.session_update.tools"),
        ("llm", {"vendor": "openai", "llm_options": {"session_update": {"voice": "x"}}}, "openai",
         "llmOptions.session_update.tools"),
        ("microsoft_s2s", {"llm_options": {}}, "microsoft", "llmOptions.session_update.tools"),
        ("qwen_s2s", {"llm_options": {}}, "qwen", "llmOptions.session_update.tools"),
        ("voicelive_s2s", {"auth": {"apiKey": "k"}, "llm_options": {"session_update": {}, "response_create": {}},
                           "connect_options": {"host": "h"}}, "voicelive", "llmOptions.session_update.tools"),
        ("google_s2s", {"llm_options": {}}, "google", "llmOptions.setup.tools"),
        ("deepgram_s2s", {"llm_options": {}}, "deepgram", "llmOptions.Settings.agent.think.functions"),
        ("voiceagent_s2s", {"llm_options": {}}, "voiceagent", "llmOptions.Settings.agent.think.functions"),
        ("ultravox_s2s", {"llm_options": {"systemPrompt": "x"}}, "ultravox", "llmOptions.selectedTools"),
    ],
)  # fmt: skip
def test_a_verb_declares_its_tools_where_its_vendor_wants_them(
    verb: str, options: dict[str, Any], vendor: Any, place: str
) -> None:
    before = repr(options)
    [row] = getattr(WebhookResponse(), verb)(**options, tools=tools, tool_hook=HOOK)
    assert "tools" not in row
    at: Any = row
    for step in place.split("."):
        at = at[step]
    assert at == tools.schemas(vendor)
    assert repr(options) == before


def test_declarations_may_be_given_in_place_of_a_tool_set_and_verbs_as_instances_and_dicts() -> None:
    declared = [{"name": "x", "description": "y", "parameters": {}}]
    assert as_verbs(Agent(tools=declared, tool_hook=HOOK)) == [
        {"verb": "agent", "toolHook": HOOK, "llm": {"llmOptions": {"tools": declared}}}
    ]
    assert as_verbs({"verb": "agent", "tools": tools, "toolHook": HOOK}) == as_verbs(Agent(tools=tools, tool_hook=HOOK))
    assert WebhookResponse().llm(vendor="openai", llm_options={}, tool_hook=HOOK, tools=[])[0]["llmOptions"] == {
        "session_update": {"tools": []}
    }


@pytest.mark.parametrize(
    ("verb", "message"),
    [
        (Agent(tools=tools), "agent.tool_hook: is missing: the model calls its tools there: "
         'tool_hook="/tool-call", which is where use_tools() listens'),
        (Agent(tools=tools, tool_hook=HOOK, llm={"llm_options": {"tools": [{"name": "x"}]}}),
         "agent.tools: is given twice, as llm.llmOptions.tools too"),
        (Agent(tools=5, tool_hook=HOOK),  # type: ignore[arg-type]
         "agent.tools: expected a ToolSet, or a list of declarations, got a number"),
        (Llm(vendor="elevenlabs", llm_options={}, tools=tools, tool_hook=HOOK),
         "llm.tools: an agent of ElevenLabs has its tools in its own configuration, for which schemas('elevenlabs') of "
         "a ToolSet is what its API takes"),
        (Llm(vendor="gogle", llm_options={}, tools=tools, tool_hook=HOOK),
         "llm.tools: how gogle takes tools is not known here: put them into llm_options"),
        (Llm(vendor="google", llm_options={"setup": "x"}, tools=tools, tool_hook=HOOK),
         "llm.llmOptions.setup: expected an object, for the tools"),
        ({"verb": "nova_s2s", "auth": {"access_key_id": "k", "secret_access_key": "s"}, "llmOptions": {},
          "tools": tools, "toolHook": HOOK}, "nova_s2s.tools: how nova takes tools is not known here: "
         "put them into llm_options"),
    ],
)  # fmt: skip
def test_tools_that_a_verb_cannot_declare_are_refused_with_what_to_write(verb: Any, message: str) -> None:
    with pytest.raises(InvalidVerb) as caught:
        as_verbs(verb)
    assert str(caught.value) == message
