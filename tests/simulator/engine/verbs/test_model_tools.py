"""The tools that jambonz gives a model itself: to hand the caller over, and to hang up."""

from __future__ import annotations

from typing import Any

import pytest

from jambonz_sync.simulator import Said, Scenario
from jambonz_sync.simulator.engine.models.conversation import ToolCall
from jambonz_sync.simulator.engine.models.tools import declared_tools
from jambonz_sync.simulator.engine.scenario import Callee

from ..driver import DrivenCall
from ..models.talk import Talk, verb_of

PHONE = {"type": "phone", "number": "+15085551214"}
HANDOFF = {"mode": "warm", "target": [PHONE]}
VENDORS = ["agent", "openai", "google", "deepgram", "elevenlabs", "ultravox"]


def handed_over(*callees: Callee, vendor: str = "agent", hooks: Any = None, **handoff: Any) -> tuple[Talk, ToolCall]:
    """A model that has called the tool of its handoff."""
    talk = Talk(verb_of(vendor, handoff=HANDOFF | handoff), hooks, callees=callees or ("answer",))
    call = talk.model.call(handoff.get("toolName", "transfer_to_human"), {"summary": "An angry customer."})
    talk.drain()
    return talk, call


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_model_hands_the_caller_over_and_the_conversation_is_over_with_the_talk(vendor: str) -> None:
    talk, call = handed_over(Callee(hangs_up=20.0), vendor=vendor)
    assert talk.final() == {"completion_reason": "transferred"}
    assert (call.answered, call.output) == (True, None)
    assert not talk.asked()
    assert talk.transcript.entries[-1].at == pytest.approx(21, abs=0.1)
    assert not talk.state.findings


@pytest.mark.parametrize("options", [{}, {"brief": "auto"}, {"brief": {"template": "Be short."}}], ids=str)
def test_the_destination_hears_the_summary_that_the_model_has_written(options: dict[str, Any]) -> None:
    talk, _ = handed_over(**options)
    assert talk.heard("An angry customer. (to +15085551214)")


def test_the_destination_hears_no_summary_if_none_is_wanted() -> None:
    assert not handed_over(brief="none")[0].heard("An angry customer.")


def test_a_handoff_that_fails_gives_the_caller_back_to_the_model() -> None:
    talk, call = handed_over(Callee(486))
    assert call.output == {"transfer_result": "returned", "transfer_reason": "busy"}
    assert not talk.payloads_of("/final")
    talk.caller_says("Are you still there?")
    assert [said.text for said in talk.model.transcript] == ["Are you still there?"]


def test_a_disposition_hangs_up_or_sends_to_the_voicemail() -> None:
    talk, call = handed_over(Callee(486), disposition={"onBusy": "hangup"})
    assert talk.transcript.ended_by == "jambonz"
    assert talk.final() == {"completion_reason": "normal conversation end"}
    assert call.answered
    mailbox = {"onBusy": "voicemail", "voicemailUrl": "sip:vm@example.com"}
    assert handed_over(Callee(486), disposition=mailbox)[0].final() == {"completion_reason": "transferred"}


def test_the_model_does_not_hear_the_caller_while_they_are_handed_over() -> None:
    talk = Talk(verb_of("agent", handoff=HANDOFF), callees=("stay",))
    talk.model.call("transfer_to_human", {})
    talk.drain()
    talk.caller_says("Hello, Ann.")
    assert talk.model.transcript == []
    talk.caller_hangs_up()
    assert talk.final() == {"completion_reason": "transferred"}


def test_a_caller_who_gives_up_before_that_ends_the_conversation_normally() -> None:
    talk = Talk(verb_of("agent", handoff=HANDOFF), callees=(Callee(None),))
    talk.state.clock.call_later(5, lambda: talk.machine.hang_up("caller"))
    talk.model.call("transfer_to_human", {})
    assert talk.final() == {"completion_reason": "normal conversation end"}


def test_the_action_hook_and_the_progress_of_a_handoff() -> None:
    hooks = {"/progress": []}
    talk, _ = handed_over(hooks=hooks, eventHook="/progress", actionHook="/transferred")
    events = [payload["event_type"] for payload in talk.payloads_of("/progress")]
    assert events == ["transfer.initiated", "transfer.bridged"]
    assert not talk.payloads_of("/transferred")
    assert [*talk.state.not_simulated] == ["agent.handoff.actionHook"]


def test_the_caller_of_a_handoff_by_refer_has_left() -> None:
    talk = Talk(verb_of("agent", handoff={"mode": "blind", "target": [PHONE]}), {"/final": []})
    talk.model.call("transfer_to_human", {})
    talk.drain()
    assert (talk.transcript.ended_by, talk.transcript.end_reason) == ("caller", "completed")


def test_the_tools_of_jambonz_are_among_those_of_the_model() -> None:
    verb = verb_of("openai", handoff={**HANDOFF, "toolName": "to_sales"}, hangup={})
    assert [tool.name for tool in declared_tools(verb)] == ["to_sales", "hangup"]
    assert [tool.name for tool in declared_tools(verb_of("agent", handoff=HANDOFF))] == ["transfer_to_human"]
    assert declared_tools(verb_of("agent")) == []
    talk, call = handed_over(toolName="to_sales")
    assert call.answered
    assert talk.final() == {"completion_reason": "transferred"}


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize(
    ("hangup", "arguments", "reason"),
    [({"reason": "done"}, {}, "done"), ({"reason": "done"}, {"reason": "bored"}, "bored"), ({}, {}, None)],
)
def test_a_model_hangs_up_with_a_reason(vendor: str, hangup: Any, arguments: Any, reason: Any) -> None:
    talk = Talk(verb_of(vendor, hangup=hangup))
    talk.model.says("Goodbye.")
    call = talk.model.call("hangup", arguments)
    assert talk.final() == {"completion_reason": "hangup"}
    assert call.answered
    assert talk.transcript.lines("app") == ["Goodbye."]
    assert talk.transcript.ended_by == "jambonz"
    (payload,) = talk.payloads_of("/final")
    assert (payload["call_status"], payload["call_termination_by"]) == ("completed", "jambonz")
    headers = {"X-Reason": reason} if reason else {}
    assert talk.state.sip_requests == [{"method": "BYE", "headers": headers}]


def test_a_model_without_these_options_calls_tools_of_the_app_by_those_names() -> None:
    talk = Talk(verb_of("agent"))
    talk.model.call("hangup", {})
    assert [asked["name"] for asked in talk.asked()] == ["hangup"]
    assert not talk.state.ended


@pytest.mark.parametrize(
    ("words", "reason"), [("Transfer to human please", "transferred"), ("You can hangup now", "hangup")]
)
def test_a_model_that_nobody_scripts_uses_them_when_the_caller_names_them(words: str, reason: str) -> None:
    talk = Talk(verb_of("agent", handoff=HANDOFF, hangup={}), alone=True)
    talk.caller_says(words)
    assert talk.final() == {"completion_reason": reason}


def test_an_agent_whose_handoff_fails_answers_to_that_by_itself() -> None:
    talk = Talk(verb_of("agent", handoff=HANDOFF), alone=True, callees=("busy",))
    talk.caller_says("Transfer to human please")
    assert talk.heard('transfer_to_human says: {"transfer_result": "returned", "transfer_reason": "busy"}')


# -- what the caller hears while a tool of the app runs

MUSIC = {"type": "audio", "url": "https://example.com/typing.wav"}
ONE_MOMENT, LONGER = "One moment, please.", "This takes a little longer than usual. Thank you for waiting."


def waiting(filler: Any, own: Any = None) -> tuple[Talk, ToolCall]:
    """An agent that has called a tool, which the app does not answer yet."""
    tool = {"name": "get_weather"} | ({} if own is None else {"filler": own})
    options = {} if filler is None else {"toolFiller": filler}
    talk = Talk(verb_of("agent", llm={"vendor": "openai", "llmOptions": {"tools": [tool]}}, **options))
    return talk, talk.model.call("get_weather", {})


def heard_by(talk: DrivenCall, seconds: float) -> list[str]:
    talk.state.clock.advance(seconds)
    return talk.transcript.lines("app")


def answer(talk: Talk, call: ToolCall) -> None:
    talk.command("llm:tool-output", {"weather": "sunny"}, tool_call_id=call.function.id)


def test_audio_plays_after_two_seconds_and_ends_with_the_tool() -> None:
    talk, call = waiting(MUSIC)
    assert heard_by(talk, 1.9) == []
    assert heard_by(talk, 2.1) == ["(plays https://example.com/typing.wav)"]
    assert talk.state.phone.playing == 1
    answer(talk, call)
    assert talk.state.phone.playing == 0


def test_a_tool_that_is_quick_has_no_filler() -> None:
    for filler in (MUSIC, {"type": "backchannel"}):
        talk, call = waiting(filler)
        talk.state.clock.advance(1)
        answer(talk, call)
        assert heard_by(talk, 60) == []


def test_a_backchannel_speaks_after_two_seconds_and_more_after_ten() -> None:
    talk, _ = waiting({"type": "backchannel"})
    assert heard_by(talk, 1.9) == []
    assert heard_by(talk, 9.9) == [ONE_MOMENT]
    assert heard_by(talk, 60) == [ONE_MOMENT, LONGER]
    talk, _ = waiting({"type": "backchannel", "startDelaySecs": 1, "escalationSecs": 4})
    assert heard_by(talk, 1.1) == [ONE_MOMENT]
    assert heard_by(talk, 4.1) == [ONE_MOMENT, LONGER]


def test_a_phrase_is_spoken_to_its_end_before_the_model_answers() -> None:
    talk, call = waiting({"type": "backchannel"})
    talk.state.clock.advance(2.1)
    answer(talk, call)
    talk.model.says("It is sunny.")
    talk.drain()
    first, second = [entry for entry in talk.transcript.entries if entry.who == "app"]
    assert second.at == pytest.approx(first.at + talk.state.pace.of_text(ONE_MOMENT))


@pytest.mark.parametrize(
    ("general", "own", "heard"),
    [
        (MUSIC, False, []),
        (MUSIC, {"type": "backchannel"}, [ONE_MOMENT]),
        (None, {"type": "backchannel"}, [ONE_MOMENT]),
        (False, None, []),
        (None, None, []),
    ],
    ids=str,
)
def test_a_tool_may_have_a_filler_of_its_own(general: Any, own: Any, heard: list[str]) -> None:
    talk, _ = waiting(general, own)
    assert heard_by(talk, 9) == heard


def test_a_filler_ends_with_the_conversation_and_with_an_output_that_is_dropped() -> None:
    talk, _ = waiting(MUSIC)
    talk.state.clock.advance(3)
    talk.caller_hangs_up()
    assert talk.state.phone.playing == 0
    talk, call = waiting(MUSIC)
    talk.state.clock.advance(3)
    talk.command("llm:tool-output", "sunny", tool_call_id=call.function.id)
    assert talk.state.phone.playing == 0


def test_the_caller_may_speak_while_a_filler_plays() -> None:
    talk, _ = waiting(MUSIC)
    talk.state.clock.advance(3)
    talk.state.phone.take(Said("Hello?", lead=0.0))
    talk.state.clock.advance(5)
    assert [said.text for said in talk.model.transcript] == ["Hello?"]


MCP = {"mcpServers": [{"url": "https://mcp.example.com/sse"}]}
TOOLS = {"search_docs": "Open from 9 to 5.", "empty": "", "broken": None}


@pytest.mark.parametrize("vendor", VENDORS)
def test_the_tools_of_mcp_servers_are_those_of_the_scenario_and_the_app_is_not_asked(vendor: str) -> None:
    talk = Talk(verb_of(vendor, **MCP), mcp_tools=TOOLS)
    calls = [talk.model.call(name, {"q": "hours"}) for name in ("search_docs", "empty")]
    talk.drain()
    assert [call.output for call in calls] == ["Open from 9 to 5.", "There is no output from the function call"]
    assert not talk.asked()
    broken = talk.model.call("broken", {})
    talk.drain()
    assert broken.problem == "the MCP tool broken has failed"
    assert talk.final()["completion_reason"] == "client error calling mcp function"
    assert not talk.state.findings
    assert not talk.state.not_simulated


def test_a_model_that_nobody_scripts_knows_the_tools_of_mcp_servers() -> None:
    scenario = Scenario(mcp_tools=TOOLS)
    call = DrivenCall([verb_of("agent", **MCP)], caller=["search docs"], scenario=scenario, models_answer=True)
    assert call.heard("search_docs says: Open from 9 to 5.")


def test_without_tools_in_the_scenario_the_transcript_says_that_no_mcp_server_is_asked() -> None:
    assert [*Talk(verb_of("openai", **MCP)).state.not_simulated] == ["llm.mcpServers"]


def test_jambonz_0_9_gives_a_voice_agent_of_deepgram_no_tools_of_mcp_servers() -> None:
    talk = Talk(verb_of("deepgram", **MCP), server="0.9", mcp_tools=TOOLS)
    assert [(each.code, each.where) for each in talk.state.findings] == [("option-ignored-by-server", "llm.mcpServers")]
    talk.model.call("search_docs", {})
    talk.drain()
    assert talk.asked()
