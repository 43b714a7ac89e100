"""The verbs that connect the caller with a bot."""

from __future__ import annotations

from typing import Any

import pytest

from jambonz_sync.simulator import Pressed, Said, Silence

from ..models.talk import Talk

SAY = {"verb": "say", "text": "Got it."}
HANGUP = {"verb": "hangup"}
DIALOGFLOW = {
    "verb": "dialogflow",
    "project": "p",
    "credentials": {},
    "lang": "en-US",
    "actionHook": "/final",
    "eventHook": "/event",
}


def events(talk: Talk) -> list[str]:
    return [payload["event"] for payload in talk.drain().payloads_of("/event")]


def test_dialogflow_tells_of_transcripts_intents_and_what_it_plays() -> None:
    talk = Talk(DIALOGFLOW)
    talk.caller_says("A table for two")
    talk.model.says("For when?")
    assert events(talk) == ["transcription", "intent", "start-play", "stop-play"]
    transcription, intent = talk.payloads_of("/event")[:2]
    assert transcription["data"]["recognition_result"]["transcript"] == "A table for two"
    assert transcription["call_sid"] == talk.state.leg.call_sid
    assert intent["data"]["query_result"]["fulfillment_text"] == "For when?"
    assert talk.heard("For when?")


def test_an_intent_of_cx_has_another_form() -> None:
    talk = Talk(DIALOGFLOW | {"model": "cx", "agent": "a", "events": ["intent"]})
    talk.model.says("For when?")
    assert events(talk) == ["intent"]
    result = talk.payloads_of("/event")[0]["data"]["detect_intent_response"]["query_result"]
    assert result["response_messages"] == [{"text": {"text": ["For when?"]}}]


@pytest.mark.parametrize("reason", ["completed", "redirect"])
def test_the_action_hook_is_told_how_the_conversation_has_ended(reason: str) -> None:
    answer: dict[str, Any] = {"/final": [SAY, HANGUP]} if reason == "completed" else {"/event": [SAY, HANGUP]}
    talk = Talk(DIALOGFLOW, answer)
    if reason == "completed":
        talk.model.ends("completed")
    else:
        talk.caller_says("A table for two")
    assert talk.drain().heard("Got it.")
    assert [payload["dialogflow_result"] for payload in talk.payloads_of("/final")] == [reason]


def test_verbs_that_come_while_the_bot_speaks_wait_until_it_has_spoken() -> None:
    talk = Talk(DIALOGFLOW | {"events": ["start-play"]}, {"/event": [SAY, HANGUP]})
    talk.model.says("For when?")
    assert talk.drain().transcript.lines("app") == ["For when?", "Got it."]


def test_a_caller_who_hangs_up_and_other_verbs_end_it_as_if_the_caller_had() -> None:
    for talk in (Talk(DIALOGFLOW).caller_hangs_up(), Talk(DIALOGFLOW).command("redirect", [SAY])):
        assert [payload["dialogflow_result"] for payload in talk.payloads_of("/final")] == ["caller hungup"]


def test_a_silent_caller_is_an_event_and_keys_are_none() -> None:
    talk = Talk(DIALOGFLOW)
    talk.caller.script += [Silence(), Pressed("1")]
    assert events(talk) == ["no-input"]
    assert "the keys 1 do not reach the model" in talk.transcript.lines("event")


def test_the_tools_of_dialogflow_are_not_simulated_and_the_transcript_says_so() -> None:
    talk = Talk(DIALOGFLOW)
    call = talk.model.call("book", {})
    talk.drain()
    assert call.problem == "not simulated: the tools of dialogflow"
    assert "not simulated: the tools of dialogflow" in talk.transcript.lines("event")
    assert talk.state.findings == []


def test_a_bot_of_lex_that_nobody_scripts_begins_with_its_welcome_message() -> None:
    talk = Talk(LEX | {"welcomeMessage": "Welcome to Lex."}, alone=True, server="0.9")
    assert talk.transcript.lines("app") == ["Welcome to Lex."]


def test_a_bot_that_nobody_scripts_answers_and_ends_when_the_caller_says_goodbye() -> None:
    talk = Talk(DIALOGFLOW | {"welcomeEvent": "welcome"}, alone=True)
    assert talk.heard("How can I help you?")
    talk.caller_says("A table for two")
    talk.caller_says("Goodbye")
    assert talk.heard("You said: A table for two")
    assert [payload["dialogflow_result"] for payload in talk.payloads_of("/final")] == ["completed"]


LEX = {"verb": "lex", "botId": "b", "botAlias": "a", "region": "r", "credentials": {}, "actionHook": "/final"}


def test_lex_tells_of_its_texts_and_reports_a_redirected_conversation_twice() -> None:
    talk = Talk(LEX | {"eventHook": "/event"}, {"/event": None, "/final": []}, server="0.9")
    talk.model.says("For when?")
    assert events(talk) == ["response-text", "start-play", "stop-play"]
    assert talk.payloads_of("/event")[0]["data"]["messages"] == [{"msg": "For when?", "type": "PlainText"}]
    assert "call_sid" not in talk.payloads_of("/event")[0]
    redirected = Talk(LEX | {"eventHook": "/event"}, {"/event": [SAY, HANGUP], "/final": []}, server="0.9")
    redirected.caller_says("A table for two")
    reasons = [payload["lex_result"] for payload in redirected.payloads_of("/final")]
    assert reasons[:2] == ["redirect", "caller hungup"]


def test_keys_are_events_of_lex() -> None:
    talk = Talk(LEX | {"eventHook": "/event"}, server="0.9")
    talk.caller.script.append(Pressed("7"))
    assert events(talk) == ["dtmf"]
    assert talk.payloads_of("/event")[0]["data"]["dtmf"] == "7"


def test_rasa_tells_of_both_messages_and_ends_when_the_caller_says_nothing() -> None:
    verb = {"verb": "rasa", "url": "https://rasa.example.com", "prompt": "Hello.", "eventHook": "/event"}
    talk = Talk(verb | {"actionHook": "/final"}, server="0.9")
    talk.caller_says("A table")
    assert events(talk) == ["botMessage", "userMessage"]
    talk.caller.script.append(Silence())
    assert [payload["rasa_result"] for payload in talk.drain().payloads_of("/final")] == ["timeout"]


CX = {**DIALOGFLOW, "model": "cx", "agent": "a", "toolHook": "/tool"}
FLIGHTS = {"flights": ["CA101"]}


@pytest.mark.parametrize(
    ("model", "asked"),
    [
        ("cx", {"tool": "getFlights", "action": "getFlights", "input_parameters": {"from": "JFK"}}),
        ("ces", {"display_name": "getFlights", "tool": "getFlights", "args": {"from": "JFK"}}),
    ],
)
def test_dialogflow_asks_for_a_tool_in_the_shape_of_its_product(model: str, asked: dict[str, Any]) -> None:
    talk = Talk({**CX, "model": model}, {"/tool": lambda data: {"outputParameters": FLIGHTS}})
    call = talk.model.call("getFlights", {"from": "JFK"})
    talk.drain()
    (payload,) = talk.payloads_of("/tool")
    assert payload["call_sid"] == talk.state.leg.call_sid
    told = payload["tool_call"]
    assert {name: value for name, value in told.items() if name != "id"} == asked
    assert ("id" in told) is (model == "ces")
    assert (call.answered, call.output) == (True, FLIGHTS)


@pytest.mark.parametrize(
    ("answer", "output", "problem"),
    [
        ({"error": "no such flight"}, {"error": "no such flight"}, None),
        ({"flights": []}, None, "tool-output-shape"),
        ([], None, "tool-output-shape"),
        (None, None, "tool-output-shape"),
    ],
    ids=str,
)
def test_an_output_for_dialogflow_has_parameters_or_an_error(answer: Any, output: Any, problem: str | None) -> None:
    talk = Talk(CX, {"/tool": lambda data: answer})
    call = talk.model.call("getFlights", {})
    talk.drain()
    assert call.output == output
    assert [finding.code for finding in talk.state.findings] == ([problem] if problem else [])
    assert (call.problem is None) is (problem is None)


def test_the_tools_of_dialogflow_need_a_tool_hook_and_a_product_that_has_tools() -> None:
    talk = Talk({name: value for name, value in CX.items() if name != "toolHook"})
    talk.model.call("getFlights", {})
    assert [finding.code for finding in talk.drain().state.findings] == ["tool-hook-missing"]
    talk = Talk({**CX, "model": "es"})
    call = talk.model.call("getFlights", {})
    assert [*talk.drain().state.not_simulated] == ["toolHook"]
    assert call.problem == "not simulated: the tools of dialogflow"


def test_the_caller_hears_music_while_dialogflow_thinks() -> None:
    url = "https://example.com/typing.wav"
    talk = Talk({**DIALOGFLOW, "thinkingMusic": url})
    talk.caller_says("A table for two")
    assert talk.transcript.lines("app") == [f"(plays {url})"]
    assert talk.state.phone.playing == 0  # it is played once
    talk.caller.script.append(Said("For eight"))
    talk.model.interruption = None
    talk.state.phone.take(Said("At eight", lead=0.0))
    talk.state.clock.advance(talk.state.now + 1)
    assert talk.state.phone.playing == 1
    talk.model.says("See you at eight.")
    assert talk.state.phone.playing == 1  # the bot, no longer the music
    talk.caller_hangs_up()
    assert talk.state.phone.playing == 0


def test_a_bot_without_a_script_greets_whom_a_query_has_announced() -> None:
    verb = {**DIALOGFLOW, "queryInput": {"text": "Hi"}}
    assert Talk(verb, alone=True).drain().transcript.lines("app")
    assert not Talk(verb, alone=True, server="0.9").drain().transcript.lines("app")


def test_lex_asks_a_silent_caller_again_if_it_is_told_when() -> None:
    talk = Talk({**LEX, "noInputTimeout": 5}, alone=True, server="0.9")
    talk.state.clock.advance(4.9)
    assert talk.transcript.lines("app") == []
    talk.state.clock.advance(5.1)
    assert talk.transcript.lines("app") == ["Are you still there?"]
    talk = Talk(LEX, alone=True, server="0.9")
    talk.state.clock.advance(60)
    assert talk.transcript.lines("app") == []
