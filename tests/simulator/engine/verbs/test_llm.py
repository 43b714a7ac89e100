"""The verbs that connect the caller with a model: how a conversation runs, is interrupted, and ends."""

from __future__ import annotations

from typing import Any

import pytest

from jambonz_sync.simulator import Pressed, Said, Silence
from jambonz_sync.simulator.engine.models.conversation import Interruption, Utterance

from ..driver import DrivenCall
from ..models.talk import OPTIONS, Talk, output_of, verb_of

SAY = {"verb": "say", "text": "Got it."}
HANGUP = {"verb": "hangup"}


@pytest.mark.parametrize("vendor", [*OPTIONS, "agent"])
def test_the_action_hook_is_told_why_the_conversation_ends_and_goes_on_with_the_call(vendor: str) -> None:
    talk = Talk(verb_of(vendor), {"/final": [SAY, HANGUP]})
    talk.model.ends("disconnect from remote end")
    assert talk.final() == {"completion_reason": "disconnect from remote end"}
    assert talk.heard("Got it.")
    assert talk.transcript.end_reason == "completed"
    assert talk.state.models.current is None


def test_a_caller_who_hangs_up_ends_the_conversation_normally() -> None:
    talk = Talk(verb_of("openai")).caller_hangs_up()
    (payload,) = talk.payloads_of("/final")
    assert payload["completion_reason"] == "normal conversation end"
    assert payload["call_termination_by"] == "caller"


def test_other_verbs_end_the_conversation_and_the_answer_of_the_action_hook_replaces_them() -> None:
    replaced = Talk(verb_of("openai"), {"/final": []}).command("redirect", [SAY, HANGUP])
    assert replaced.final() == {"completion_reason": "normal conversation end"}
    assert replaced.heard("Got it.")
    other = [{"verb": "say", "text": "Something else."}, HANGUP]
    overruled = Talk(verb_of("openai"), {"/final": other}).command("redirect", [SAY, HANGUP])
    assert overruled.transcript.lines("app") == ["Something else."]


def test_an_action_hook_that_fails_ends_the_call() -> None:
    talk = Talk(verb_of("openai", actionHook="/nowhere"))
    talk.model.ends("disconnect from remote end")
    assert talk.drain().transcript.ended_by == "jambonz"


def test_a_model_that_cannot_be_connected_to_ends_the_verb_at_once() -> None:
    talk = Talk(verb_of("openai"), connects=False)
    assert talk.final() == {"completion_reason": "connection failure"}
    assert talk.told() == []


@pytest.mark.parametrize(
    ("vendor", "reason"),
    [
        ("openai", "server error"),
        ("elevenlabs", "server error"),
        ("ultravox", "server error"),
        ("deepgram", "disconnect from remote end"),
        ("google", "disconnect from remote end"),
        ("agent", "server failure"),
    ],
)
def test_a_vendor_fails_as_the_server_sees_it(vendor: str, reason: str) -> None:
    talk = Talk(verb_of(vendor))
    talk.model.fails("out of quota")
    assert talk.final()["completion_reason"] == reason


def test_the_progress_of_the_verb_is_told_under_the_name_that_the_server_has_for_it() -> None:
    config = {"verb": "config", "notifyEvents": True}
    call = DrivenCall([config, verb_of("google"), HANGUP], {"/final": [HANGUP], "/event": None})
    assert {"event": "starting", "name": "Llm_Google_s2s"} in call.notified("verb:status")


def test_an_event_of_a_script_does_what_it_does_on_the_server() -> None:
    talk = Talk(verb_of("openai"))
    item = {"type": "function_call", "call_id": "c1", "name": "get_weather", "arguments": '{"city": "Paris"}'}
    talk.model.emits({"type": "response.output_item.done", "item": item})
    assert talk.asked() == [{"tool_call_id": "c1", "name": "get_weather", "args": {"city": "Paris"}}]
    talk.command("llm:tool-output", output_of("openai", "c1", "sunny"), tool_call_id="c1")
    assert [call.output for call in talk.model.tool_calls] == ["sunny"]
    details = {"error": {"code": "rate_limit_exceeded"}}
    talk.model.emits({"type": "response.done", "response": {"status": "failed", "status_details": details}})
    assert talk.final() == {"completion_reason": "server failure", "error": {"code": "rate_limit_exceeded"}}


def test_the_tool_hook_is_asked_between_the_events_of_the_vendor() -> None:
    talk = Talk(verb_of("openai"))
    talk.model.call("get_weather", {})
    talk.drain()
    told = [str(each.data.get("type", each.type)) for each in talk.notifications if each.type.startswith("llm:")]
    asked = told.index("llm:tool-call")
    assert told[asked - 1] == "response.function_call_arguments.done"
    assert told[asked + 1] == "response.output_item.done"


def test_the_error_of_a_vendor_reaches_the_action_hook_in_the_spelling_of_the_server() -> None:
    talk = Talk(verb_of("openai"))
    talk.model.fails({"type": "invalid_request_error", "eventId": "e1"})
    assert talk.final()["error"] == {"type": "invalid_request_error", "event_id": "e1"}
    assert "error" in talk.types()


def test_what_was_said_is_in_the_transcript_and_takes_the_time_that_a_voice_takes() -> None:
    talk = Talk(verb_of("openai"))
    before = talk.state.now
    talk.model.says("Fifteen letters" * 2)
    talk.caller_says("Thanks")
    assert talk.model.transcript == [
        Utterance("model", "Fifteen lettersFifteen letters"),
        Utterance("caller", "Thanks"),
    ]
    assert next(e.at for e in talk.transcript.entries if e.who == "caller") - before == pytest.approx(2.3)


@pytest.mark.parametrize(
    ("vendor", "type"),
    [
        ("openai", "conversation.item.truncated"),
        ("ultravox", "playback_clear_buffer"),
        ("elevenlabs", "interruption"),
        ("agent", "user_interruption"),
    ],
)
def test_the_caller_cuts_in_on_what_the_model_says(vendor: str, type: str) -> None:
    talk = Talk(verb_of(vendor))
    talk.model.interruption = Interruption(1.0, "stop")
    talk.model.says("Once upon a time there was a king who had three daughters.")
    talk.drain()
    assert type in [event.get("type") for event in talk.model.events]
    assert talk.model.transcript == [Utterance("model", "Once upon a tim"), Utterance("caller", "stop")]
    assert any(line.startswith("cut off after 1.0 s: Once upon") for line in talk.transcript.lines("event"))


def speaks(talk: Talk, seconds: float) -> None:
    """Let the model say something long, of which so many seconds pass."""
    talk.model.says("Once upon a time there was a king who had three daughters.")
    talk.state.clock.advance(talk.state.now + seconds)


def test_a_caller_who_speaks_cuts_off_the_model_with_the_first_word() -> None:
    talk = Talk(verb_of("openai"))
    speaks(talk, 1.0)
    talk.state.phone.take(Said("stop it", lead=0.0))
    talk.drain()
    assert [said.text for said in talk.model.transcript] == ["Once upon a time th", "stop it"]


def test_a_caller_cuts_off_an_agent_once_they_have_spoken_for_half_a_second() -> None:
    talk = Talk(verb_of("agent"))
    speaks(talk, 1.0)
    talk.state.phone.take(Said("stop it", lead=0.0))
    talk.drain()
    assert [said.text for said in talk.model.transcript] == ["Once upon a time there w", "stop it"]
    assert talk.types() == ["llm_response", "user_interruption", "turn_end", "user_transcript"]


PREDICTION = {"strategy": "interruptPrediction"}


@pytest.mark.parametrize(
    ("barge_in", "words", "interrupts"),
    [
        ({}, "stop", False),
        ({"minSpeechDuration": 0.3}, "stop", True),
        ({"minSpeechDuration": 1}, "stop it now", False),
        ({"minSpeechDuration": 1}, "stop it right now", True),
        (PREDICTION, "stop", True),
        (PREDICTION, "Uh-huh, okay.", False),
        ({**PREDICTION, "minSpeechDuration": 9}, "stop", True),
        ({**PREDICTION, "enable": False}, "stop", False),
    ],
    ids=str,
)
def test_the_barge_in_of_an_agent_says_which_words_interrupt_it(
    barge_in: dict[str, Any], words: str, interrupts: bool
) -> None:
    talk = Talk(verb_of("agent", bargeIn=barge_in))
    speaks(talk, 1.0)
    talk.state.phone.take(Said(words, lead=0.0))
    talk.drain()
    assert ("user_interruption" in talk.types()) is interrupts
    told = f"the model speaks on: {words!r} does not interrupt it" in talk.transcript.lines("event")
    assert told is (not interrupts and barge_in.get("enable", True))
    assert Utterance("caller", words) in talk.model.transcript


def test_an_agent_that_does_not_speak_tells_the_app_of_its_answers_only() -> None:
    talk = Talk(verb_of("agent", speak=False))
    talk.model.says("It is sunny.")
    assert talk.types() == ["llm_response", "turn_end"]
    assert talk.told()[1]["response"] == "It is sunny."
    assert talk.transcript.lines("app") == []
    assert talk.model.transcript == [Utterance("model", "It is sunny.")]
    assert talk.state.now == 0


RESPONSE_TIMEOUT = {"type": "response.timeout"}


def test_a_model_that_begins_no_answer_in_time_is_told_of_to_the_event_hook() -> None:
    talk = Talk(verb_of("openai", responseTimeoutMs=2500, events=["error"]))
    assert RESPONSE_TIMEOUT not in talk.told()  # a script may still say what it does
    talk.state.clock.advance(2.4)
    assert RESPONSE_TIMEOUT not in talk.told()
    talk.state.clock.advance(2.6)
    assert talk.told().count(RESPONSE_TIMEOUT) == 1
    talk.state.clock.advance(60)
    assert talk.told().count(RESPONSE_TIMEOUT) == 1


def test_the_output_of_a_tool_asks_the_model_for_an_answer_in_time() -> None:
    talk = Talk(verb_of("openai", responseTimeoutMs=2000))
    call = talk.model.call("get_weather", {})
    talk.drain()
    talk.state.clock.advance(10)
    assert RESPONSE_TIMEOUT not in talk.told()  # it waits for the app
    talk.command("llm:tool-output", output_of("openai", call.function.id, "{}"), tool_call_id=call.function.id)
    talk.state.clock.advance(12.5)
    assert talk.told().count(RESPONSE_TIMEOUT) == 1


@pytest.mark.parametrize(
    ("vendor", "options"),
    [
        ("openai", {}),
        ("openai", {"responseTimeoutMs": 2000, "llmOptions": {}}),
        ("google", {"responseTimeoutMs": 2000}),
    ],
    ids=str,
)
def test_a_model_of_which_no_answer_was_asked_in_time_is_not_late(vendor: str, options: dict[str, Any]) -> None:
    talk = Talk(verb_of(vendor, **options))
    talk.state.clock.advance(60)
    assert RESPONSE_TIMEOUT not in talk.told()


def test_a_model_that_answers_or_has_ended_is_not_late() -> None:
    talk = Talk(verb_of("openai", responseTimeoutMs=2000))
    talk.model.says("Hello.")
    talk.drain()
    talk.state.clock.advance(60)
    assert RESPONSE_TIMEOUT not in talk.told()
    talk = Talk(verb_of("openai", responseTimeoutMs=2000))
    talk.model.ends("disconnect from remote end")
    talk.drain()
    talk.state.clock.advance(60)
    assert RESPONSE_TIMEOUT not in talk.told()


def test_an_agent_without_barge_in_speaks_on() -> None:
    talk = Talk(verb_of("agent", bargeIn={"enable": False}))
    speaks(talk, 1.0)
    talk.state.phone.take(Said("stop it", lead=0.0))
    talk.drain()
    assert [said.text[:9] for said in talk.model.transcript] == ["stop it", "Once upon"]
    assert "user_interruption" not in talk.types()


def test_a_turn_of_an_agent_tells_what_was_said_how_long_it_took_and_which_tools_ran() -> None:
    talk = Talk(verb_of("agent"))
    talk.caller_says("What is the weather?")
    call = talk.model.call("get_weather", {"city": "Paris"})
    talk.command("llm:tool-output", {"weather": "sunny"}, tool_call_id=call.function.id)
    talk.model.says("It is sunny.")
    assert talk.types() == ["user_transcript", "llm_response", "turn_end"]
    turn = talk.told()[-1]
    assert (turn["transcript"], turn["response"], turn["interrupted"]) == (
        "What is the weather?",
        "It is sunny.",
        False,
    )
    assert turn["latency"].keys() == {"stt_ms", "eot_ms", "llm_ms", "tts_ms", "tool_ms"}
    assert turn["tool_calls"] == [
        {"tool_call_id": call.function.id, "name": "get_weather", "arguments": {"city": "Paris"}}
    ]


def test_an_agent_asks_a_silent_caller_again_and_gives_up_after_so_many_times() -> None:
    talk = Talk(verb_of("agent", noResponseTimeout=5, noResponseMaxPrompts=2), alone=True)
    for _ in range(3):
        talk.caller.script.append(Silence())
        talk.drain()
    assert talk.transcript.lines("app").count("Are you still there?") == 2
    assert talk.final() == {"completion_reason": "no_response"}


def test_keys_reach_ultravox_as_text_and_other_models_not_at_all() -> None:
    ultravox, openai = Talk(verb_of("ultravox")), Talk(verb_of("openai"))
    for talk in (ultravox, openai):
        talk.caller.script.append(Pressed("12"))
        talk.drain()
    assert [said.text for said in ultravox.model.transcript] == ["DTMF received: 1", "DTMF received: 2"]
    assert openai.model.transcript == []
    assert "the keys 1 do not reach the model" in openai.transcript.lines("event")


def test_a_tool_call_without_a_hook_for_it_is_found() -> None:
    talk = Talk(verb_of("openai", toolHook=None) | {"toolHook": ""})
    call = talk.model.call("get_weather", {})
    assert call.problem == "the verb has no toolHook"
    assert [finding.code for finding in talk.state.findings] == ["tool-hook-missing"]


def test_an_output_that_nobody_waits_for_is_found() -> None:
    talk = Talk(verb_of("openai"))
    call = talk.model.call("get_weather", {})
    for id in ("call_other", call.function.id, call.function.id):
        talk.command("llm:tool-output", output_of("openai", id, "sunny"), tool_call_id=id)
    assert [finding.code for finding in talk.state.findings] == ["tool-output-unknown"] * 2
    assert call.output == "sunny"


def test_a_tool_call_that_is_open_when_the_conversation_ends_has_no_output() -> None:
    talk = Talk(verb_of("openai"))
    call = talk.model.call("get_weather", {})
    talk.model.ends("disconnect from remote end")
    assert call.problem == "the conversation has ended: disconnect from remote end"


@pytest.mark.parametrize("vendor", ["openai", "ultravox", "agent"])
def test_a_webhook_answers_a_tool_call_with_the_output_itself(vendor: str) -> None:
    def answer(payload: dict[str, Any]) -> Any:
        # without a type it is taken for one in the shape of Ultravox
        return {"result": "sunny"} if vendor != "openai" else output_of("openai", payload["tool_call_id"], "sunny")

    talk = Talk(verb_of(vendor), {"/tool": answer}, websocket=False)
    call = talk.model.call("get_weather", {})
    talk.drain()
    assert call.output == ({"result": "sunny"} if vendor == "agent" else "sunny")
    assert not talk.transcript.errors


def test_an_app_on_a_websocket_may_have_webhooks_for_events_and_tools() -> None:
    hooks = {"eventHook": "https://example.com/event", "toolHook": {"url": "https://example.com/tool"}}
    output = {"type": "client_tool_result", "invocation_id": "call_2", "result": "sunny"}
    talk = Talk(verb_of("ultravox", **hooks), {hooks["eventHook"]: [], str(hooks["toolHook"]): lambda _payload: output})
    call = talk.model.call("get_weather", {})
    talk.drain()
    assert (call.function.id, call.output) == ("call_2", "sunny")
    assert talk.payloads_of("https://example.com/event")[0]["type"] == "createCall"
    assert talk.notified("llm:event") == []


def test_an_output_of_a_webhook_without_a_type_is_lost_on_openai() -> None:
    talk = Talk(verb_of("openai"), {"/tool": lambda _payload: {"result": "sunny"}}, websocket=False)
    call = talk.model.call("get_weather", {})
    talk.drain()
    assert not call.answered
    assert "client_tool_result" in str(call.problem)


@pytest.mark.parametrize("answer", [None, "sunny", 5])
def test_a_tool_hook_that_answers_with_no_object_ends_the_conversation(answer: Any) -> None:
    talk = Talk(verb_of("openai"), {"/tool": lambda _payload: answer}, websocket=False)
    talk.model.call("get_weather", {})
    talk.drain()
    assert talk.final() == {"completion_reason": "client error calling function", "error": {}}


def test_a_tool_hook_that_fails_ends_the_conversation() -> None:
    talk = Talk(verb_of("openai"), websocket=False)
    talk.model.call("get_weather", {})
    talk.drain()
    assert talk.final()["completion_reason"] == "client error calling function"


@pytest.mark.parametrize("command", ["llm:tool-output", "llm:update", "agent:update", "llm:status"])
def test_a_command_for_a_model_is_ignored_when_none_runs(command: str) -> None:
    talk = Talk(verb_of("openai"), {"/final": [SAY]})
    talk.model.ends("disconnect from remote end")
    talk.command(command, {"llm_status": "stop"}, tool_call_id="t")
    assert [finding.code for finding in talk.state.findings] == ["command-ignored"]


def test_a_model_can_be_stopped() -> None:
    talk = Talk(verb_of("openai")).command("llm:status", {"llm_status": "stop"})
    assert talk.final() == {"completion_reason": "normal conversation end"}
