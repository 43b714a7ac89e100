"""Each vendor's events, tool calls, outputs and updates, as the server passes them between the vendor and the app."""

from __future__ import annotations

import json
from typing import Any

import pytest

from .talk import OPTIONS, Talk, output_of, verb_of

VENDORS = [*OPTIONS, "agent"]
#: vendor -> the type of the event that has the caller's words, and the path to them
WORDS: dict[str, tuple[str, ...]] = {
    "openai": ("conversation.item.input_audio_transcription.completed", "transcript"),
    "google": ("", "server_content", "input_transcription", "text"),
    "deepgram": ("ConversationText", "content"),
    "elevenlabs": ("user_transcript", "user_transcription_event", "user_transcript"),
    "ultravox": ("transcript", "text"),
    "agent": ("user_transcript", "transcript"),
}
#: vendor -> the same for the words of the model
ANSWERS: dict[str, tuple[str, ...]] = {
    "openai": ("response.audio_transcript.done", "transcript"),
    "google": ("", "server_content", "output_transcription", "text"),
    "deepgram": ("ConversationText", "content"),
    "elevenlabs": ("agent_response", "agent_response_event", "agent_response"),
    "ultravox": ("transcript", "text"),
    "agent": ("llm_response", "response"),
}


def texts(events: list[dict[str, Any]], path: tuple[str, ...]) -> list[Any]:
    """What stands at the path in the events of the type that it begins with."""
    found = []
    for event in events:
        value: Any = event if event.get("type", "") == path[0] else None
        for name in path[1:]:
            value = value.get(name) if isinstance(value, dict) else None
        if value is not None:
            found.append(value)
    return found


@pytest.mark.parametrize("vendor", WORDS)
def test_the_event_hook_is_told_in_the_spelling_of_the_server_what_the_caller_and_the_model_say(vendor: str) -> None:
    talk = Talk(verb_of(vendor))
    talk.caller_says("Good evening")
    talk.model.says("Good evening to you")
    assert "Good evening" in texts(talk.told(), WORDS[vendor])
    assert "Good evening to you" in texts(talk.told(), ANSWERS[vendor])
    assert talk.heard("Good evening to you")


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_tool_call_is_answered_in_the_shape_of_the_vendor(vendor: str) -> None:
    talk = Talk(verb_of(vendor), server=None if vendor == "agent" else "0.9")
    call = talk.model.call("get_weather", {"cityName": "Paris"})
    (asked,) = talk.asked()
    if vendor == "google":
        assert asked["tool_call_id"] == "function_call_id"
        (function,) = asked["function_calls"]
        assert function == {"id": call.function.id, "name": "get_weather", "args": {"cityName": "Paris"}}
    else:
        arguments = "arguments" if vendor == "agent" else "args"
        assert asked == {"tool_call_id": call.function.id, "name": "get_weather", arguments: {"cityName": "Paris"}}
    talk.command("llm:tool-output", output_of(vendor, call.function.id, "sunny"), tool_call_id=asked["tool_call_id"])
    wanted = {"google": {"w": "sunny"}, "agent": {"result": "sunny"}}.get(vendor, "sunny")
    assert (call.answered, call.output, call.problem) == (True, wanted, None)
    assert not talk.transcript.errors


@pytest.mark.parametrize("vendor", OPTIONS)
def test_a_tool_output_of_another_shape_is_dropped_and_found(vendor: str) -> None:
    talk = Talk(verb_of(vendor), server="0.9")
    call = talk.model.call("get_weather", {})
    talk.command("llm:tool-output", {"result": "sunny"}, tool_call_id=talk.asked()[0]["tool_call_id"])
    assert not call.answered
    assert call.problem is not None
    assert "is dropped without a word" in call.problem
    (finding,) = talk.state.findings
    assert (finding.code, finding.severity, finding.wire) == ("tool-output-shape", "error", {"result": "sunny"})


@pytest.mark.parametrize(
    "data",
    [
        "sunny",
        [],
        None,
        {"type": "conversation.item.create"},
        {"type": "conversation.item.create", "item": {"type": "message"}},
        {"type": "conversation.item.create", "item": {"type": "function_call_output", "call_id": "c", "output": {}}},
    ],
)
def test_openai_takes_a_text_as_the_output_of_a_function_and_nothing_else(data: Any) -> None:
    talk = Talk(verb_of("openai"))
    call = talk.model.call("get_weather", {})
    talk.command("llm:tool-output", data, tool_call_id=call.function.id)
    assert not call.answered
    assert [finding.code for finding in talk.state.findings] == ["tool-output-shape"]


@pytest.mark.parametrize("vendor", ["deepgram", "elevenlabs"])
def test_a_server_after_0_9_takes_an_output_as_the_vendor_has_it(vendor: str) -> None:
    talk = Talk(verb_of(vendor), server="11")
    call = talk.model.call("get_weather", {})
    flat = output_of(vendor, call.function.id, "sunny")["data"]
    talk.command("llm:tool-output", {"data": flat}, tool_call_id=call.function.id)
    assert not call.answered
    talk.command("llm:tool-output", flat, tool_call_id=call.function.id)
    assert call.output == "sunny"


def test_google_asks_for_several_tools_at_once_and_takes_their_outputs_together() -> None:
    talk = Talk(verb_of("google"))
    functions = [call.function for call in (talk.model.call("a", {}), talk.model.call("b", {}))]
    responses = [{"id": function.id, "name": function.name, "response": {"n": 1}} for function in functions]
    talk.command("llm:tool-output", {"toolResponse": {"functionResponses": responses}}, tool_call_id="function_call_id")
    assert [call.output for call in talk.model.tool_calls] == [{"n": 1}, {"n": 1}]


def test_a_text_that_is_json_is_compared_as_the_value_that_it_stands_for() -> None:
    talk = Talk(verb_of("openai"))
    call = talk.model.call("get_weather", {})
    output = output_of("openai", call.function.id, json.dumps({"weather": "sunny"}))
    talk.command("llm:tool-output", output, tool_call_id=call.function.id)
    assert call.output == {"weather": "sunny"}


@pytest.mark.parametrize(
    ("vendor", "good", "bad"),
    [
        ("openai", {"type": "session.update", "session": {}}, {"type": "response.create"}),
        ("deepgram", {"type": "InjectAgentMessage", "message": "Hi."}, {"type": "Settings"}),
        ("ultravox", {"type": "input_text_message", "text": "Hi."}, {"type": "user_text_message"}),
        ("google", {"clientContent": {}}, None),
        ("elevenlabs", None, {"type": "contextual_update"}),
        ("agent", {"type": "update_instructions", "instructions": "Be brief."}, {"type": "be_brief"}),
    ],
)
def test_an_update_is_passed_on_if_the_server_knows_its_type(vendor: str, good: Any, bad: Any) -> None:
    talk = Talk(verb_of(vendor), server=None if vendor == "agent" else "0.9")
    command = "agent:update" if vendor == "agent" else "llm:update"
    if good is not None:
        talk.command(command, good)
        assert talk.model.updates == [good]
        assert not talk.transcript.errors
    if bad is not None:
        talk.command(command, bad)
        assert bad not in talk.model.updates
        assert [finding.code for finding in talk.state.findings] == ["command-invalid"]


@pytest.mark.parametrize(
    ("events", "wanted", "unwanted"),
    [
        (["all"], {"session.created", "response.done"}, set()),
        (None, {"session.created", "response.done"}, set()),
        (["response.done"], {"response.done"}, {"session.created"}),
        (["response.*"], {"response.done", "response.created"}, {"session.created", "output_audio.playback_started"}),
        (["all", "-response.*"], {"session.created"}, {"response.done", "response.created"}),
    ],
)
def test_the_verb_chooses_the_events_that_its_hook_is_told_of(
    events: list[str] | None, wanted: set[str], unwanted: set[str]
) -> None:
    verb = verb_of("openai", events=events)
    talk = Talk(verb if events else {name: value for name, value in verb.items() if name != "events"})
    talk.model.says("Hello")
    assert wanted <= set(talk.types())
    assert not unwanted & set(talk.types())


def test_the_server_knows_the_events_of_ultravox_by_names_that_ultravox_does_not_use() -> None:
    talk = Talk(verb_of("ultravox"))
    talk.model.call("get_weather", {})
    assert "client_tool_invocation" in [event["type"] for event in talk.model.events]
    assert "client_tool_invocation" not in talk.types()
    assert "createCall" in talk.types()


def test_google_tells_the_words_only_of_a_setup_that_asks_for_them() -> None:
    verb = verb_of("google", llmOptions={"setup": {}})
    talk = Talk(verb)
    talk.caller_says("Good evening")
    talk.model.says("Good evening to you")
    assert "text" not in json.dumps(talk.told())


@pytest.mark.parametrize(
    "session",
    [{"input_audio_transcription": {"model": "w"}}, {"audio": {"input": {"transcription": {"model": "w"}}}}, {}],
)
def test_openai_transcribes_the_caller_only_in_a_session_that_asks_for_it(session: dict[str, Any]) -> None:
    talk = Talk(verb_of("openai", llmOptions={"response_create": {}, "session_update": session}))
    talk.caller_says("Good evening")
    assert (texts(talk.told(), WORDS["openai"]) == ["Good evening"]) == bool(session)
    later = Talk(verb_of("openai", llmOptions={"response_create": {}}))
    later.command("llm:update", {"type": "session.update", "session": session})
    later.caller_says("Good evening")
    assert (texts(later.told(), WORDS["openai"]) == ["Good evening"]) == bool(session)


def test_a_vendor_that_is_not_known_says_so_and_is_left_to_the_script() -> None:
    talk = Talk({"verb": "llm", "vendor": "nova", "llmOptions": {}, "events": ["said"], "eventHook": "/event"})
    talk.model.emits({"type": "said", "textOutput": "Hi."})
    assert talk.told() == [{"type": "said", "text_output": "Hi."}]
    assert talk.state.findings == []
    assert any(line.startswith("not simulated: the events of nova") for line in talk.transcript.lines("event"))
