"""A model that nobody scripts."""

from __future__ import annotations

from typing import Any

import pytest

from jambonz_sync import ToolSet

from .talk import OPTIONS, Talk, output_of, verb_of

tools = ToolSet()


@tools.tool
def get_weather(city: str, days: int = 1) -> str:
    """The weather in a city."""
    return f"sunny in {city} for {days}"


#: vendor -> the options that declare tools
DECLARED: dict[str, Any] = {
    "openai": {"response_create": {}, "session_update": {"tools": tools.schemas("openai")}},
    "google": {"setup": {"tools": tools.schemas("google")}},
    "ultravox": {"selectedTools": tools.schemas("ultravox")},
    "deepgram": {
        "Settings": {
            "agent": {"think": {"provider": {"type": "open_ai", "model": "g"}, "functions": tools.schemas("deepgram")}}
        }
    },
}


@pytest.mark.parametrize("vendor", [*OPTIONS, "agent"])
def test_it_greets_if_its_verb_has_it_speak_first_and_answers_the_caller(vendor: str) -> None:
    talk = Talk(verb_of(vendor), alone=True)
    greeted = talk.heard("How can I help you?")
    assert greeted == (vendor != "google")
    talk.caller_says("Good evening")
    assert talk.heard("You said: Good evening")


def test_an_agent_without_a_greeting_waits_for_the_caller() -> None:
    assert Talk(verb_of("agent", greeting=False), alone=True).transcript.lines("app") == []


@pytest.mark.parametrize("vendor", DECLARED)
@pytest.mark.parametrize(
    ("words", "arguments"),
    [
        ("get weather Paris", {"city": "Paris"}),
        ("Please get_weather days=3 New York?", {"city": "New York", "days": 3}),
        ("get weather city=Rome", {"city": "Rome"}),
    ],
)
def test_it_calls_a_tool_whose_name_the_caller_says(vendor: str, words: str, arguments: dict[str, Any]) -> None:
    talk = Talk(verb_of(vendor, llmOptions=DECLARED[vendor]), alone=True)
    talk.caller_says(words)
    (call,) = talk.model.tool_calls
    assert (call.function.name, call.function.arguments) == ("get_weather", arguments)
    asked_id = talk.asked()[0]["tool_call_id"]
    talk.command("llm:tool-output", output_of(vendor, call.function.id, "sunny"), tool_call_id=asked_id)
    assert talk.heard("get_weather says: ")


def test_it_ends_the_conversation_when_the_caller_says_goodbye() -> None:
    talk = Talk(verb_of("openai"), alone=True)
    talk.caller_says("Thanks, goodbye!")
    assert talk.final() == {"completion_reason": "disconnect from remote end"}


def test_it_speaks_when_the_app_asks_for_that() -> None:
    agent = Talk(verb_of("agent"), alone=True)
    agent.command("agent:update", {"type": "generate_reply", "user_input": "Any news?"})
    assert agent.heard("You said: Any news?")
    deepgram = Talk(verb_of("deepgram"), alone=True)
    deepgram.command("llm:update", {"type": "InjectAgentMessage", "message": "One moment."})
    assert deepgram.heard("One moment.")


def test_it_catches_up_when_it_turns_out_that_nobody_scripts_it() -> None:
    talk = Talk(verb_of("openai"))
    assert talk.transcript.lines("app") == []
    talk.state.models.let_answer()
    assert talk.drain().heard("How can I help you?")
    spoken_to = Talk(verb_of("openai"))
    spoken_to.caller_says("Good evening")
    spoken_to.state.models.let_answer()
    assert spoken_to.drain().transcript.lines("app") == ["You said: Good evening"]
