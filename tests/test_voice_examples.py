"""The examples of voice AI run as their users run them, with stand-ins for jambonz and for the vendors."""

from __future__ import annotations

import itertools
import json
import os
import re
import subprocess
import sys
import threading
import urllib.error
import urllib.request
import wave
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from jambonz_sync.simulator import Call, Played, Pressed, Said, Scenario, ScriptedCaller
from jambonz_sync.testing import ExpectationFailed, PlaceCall
from tests.peer import Peer
from tests.protocol.tts.model import FLUSH
from tests.rest.fake_api import ACCOUNT, SID, FakeApi, reply
from tests.speaking import Speaking
from tests.test_examples import EXAMPLES, LIMITS, Running, said
from tests.vendors.llm import Failure, Llm, ToolUse
from tests.vendors.web import Asked, Web
from tests.waiting import wait_for

NAMES = [
    "amd_outbound",
    "audio_echo",
    "conference_coaching",
    "conference_fork",
    "crm_injection",
    "deepgram",
    "elevenlabs",
    "google_s2s",
    "llm_streaming",
    "llm_tools",
    "midcall_tool",
    "openai_realtime",
    "persona_switch",
    "realtime_translator",
    "refer_to_vendor",
    "rooms",
    "slow_tool",
    "supervisor_interrupt",
    "ultravox",
    "voice_agent",
    "voice_bot",
    "voicemail",
]
SHAPES = ["anthropic", "openai"]
FRAME = bytes(range(256)) + bytes(64)


class Example(Running):
    """An example in a process of its own, with what it prints behind its address."""

    @property
    def printed(self) -> list[str]:
        return [line.rstrip() for line in self.lines]

    def prints(self, text: str) -> None:
        wait_for(lambda: any(text in line for line in self.printed), f"{text!r} in the output")

    def web(self, path: str, data: Any = None, method: str = "POST", token: str | None = "secret") -> Any:
        """What a request to the web routes of the example is answered: JSON, or the status of an error."""
        request = urllib.request.Request(f"http://{self.address}{path}", method=method)
        if token is not None:
            request.add_header("Authorization", f"Bearer {token}")
        if data is not None:
            request.add_header("Content-Type", "application/json")
            request.data = json.dumps(data).encode()
        try:
            with urllib.request.urlopen(request, timeout=15) as response:
                return json.loads(response.read())
        except urllib.error.HTTPError as exc:
            exc.close()
            return exc.code


Start = Callable[..., Example]
Dial = Callable[..., Peer]


@pytest.fixture
def start() -> Iterator[Start]:
    running: list[Example] = []

    def start(name: str, **env: str) -> Example:
        running.append(Example(name, **env))
        return running[-1]

    yield start
    for example in running:
        example.stop()


@pytest.fixture
def dial() -> Iterator[Dial]:
    """Connect to an example as jambonz does, or as its media server does."""
    peers: list[Peer] = []

    def connect(example: Example, path: str = "/", **options: Any) -> Peer:
        peers.append(Peer(f"ws://{example.address}{path}", **{"timeout": 20.0, **options}))
        return peers[-1]

    yield connect
    for peer in peers:
        peer.vanish()


def verb(verbs: list[dict[str, Any]], name: str) -> dict[str, Any]:
    (only,) = (verb for verb in verbs if verb["verb"] == name)
    return only


def command(peer: Peer) -> dict[str, Any]:
    message = peer.recv()
    assert message["type"] == "command", message
    return {name: value for name, value in message.items() if name != "type"}


# -- text of a model, streamed


@pytest.fixture
def speak(start: Start, dial: Dial) -> Iterator[Callable[..., Speaking]]:
    """A call to an example whose model is the simulator, in one of the two shapes."""
    calls: list[Speaking] = []

    def begin(shape: str, llm: Llm, name: str = "llm_streaming") -> Speaking:
        peer = dial(start(name, LLM_API=shape, LLM_URL=llm.url(shape), LLM_API_KEY="key"))
        verbs = peer.begin()
        assert [verb["verb"] for verb in verbs] == ["config", "say"]
        assert verbs[0]["ttsStream"] == {"enable": True}
        assert verbs[0]["bargeIn"]["actionHook"] == "/heard"
        calls.append(Speaking(peer))
        return calls[-1]

    yield begin
    for call in calls:
        call.join()


def says(call: Speaking, text: str) -> None:
    """The caller says something; returns when the hook is acked."""
    speech = {"is_final": True, "alternatives": [{"transcript": text, "confidence": 0.9}]}
    msgid = call.hook("/heard", reason="speechDetected", speech=speech)
    assert call.acked() == msgid


def _is_said(call: Speaking, before: int, text: str) -> bool:
    return call.text[before:] == text


@pytest.mark.parametrize("shape", SHAPES)
def test_the_answer_of_a_model_is_spoken_as_it_is_written_and_is_part_of_what_it_knows_next(
    speak: Callable[..., Speaking], shape: str
) -> None:
    first = ["Good", " morn", "ing — the", " café", " is open", ". Anything", " else?"]
    with Llm(first, ["Until", " nine."]) as llm:
        call = speak(shape, llm)
        for question, answer in (("Is the café open?", "".join(first)), ("How long?", "Until nine.")):
            before = len(call.text)
            says(call, question)
            wait_for(partial(_is_said, call, before, answer))
            wait_for(lambda: call.buffer.taken[-1] is FLUSH)
    assert llm.refused == []
    system = llm.bodies[0]["system"] if shape == "anthropic" else llm.bodies[0]["messages"].pop(0)["content"]
    assert "on the phone" in system
    assert llm.bodies[0]["messages"] == [{"role": "user", "content": "Is the café open?"}]
    assert [message["content"] for message in llm.bodies[1]["messages"]][-3:] == [
        "Is the café open?",
        "".join(first),
        "How long?",
    ]


@pytest.mark.parametrize("shape", SHAPES)
def test_a_caller_who_cuts_in_stops_the_request_to_the_model(speak: Callable[..., Speaking], shape: str) -> None:
    endless = (f"Number {n} is followed by " for n in itertools.count(1))
    with Llm(endless, ["Yes?"]) as llm:
        call = speak(shape, llm)
        says(call, "Count for me")
        wait_for(lambda: "Number 20" in call.text)
        assert not llm.hung_up.is_set()
        call.peer.tell("tts:streaming-event", {"event_type": "tts_spoken", "text": "Number 1 is followed by Number 2 "})
        call.do(call.buffer.interrupt)
        assert llm.hung_up.wait(15)
        llm.hung_up.clear()
        says(call, "Stop")
        wait_for(lambda: call.text.endswith("Yes?"))
    messages = llm.bodies[1]["messages"]
    assert (messages[-1]["content"], messages[-2]["role"]) == ("Stop", "assistant")
    assert messages[-2]["content"].startswith("Number 1 is followed by Number 2")
    assert call.text.removesuffix("Yes?").startswith(messages[-2]["content"])


@pytest.mark.parametrize("shape", SHAPES)
def test_a_model_that_fails_before_or_in_its_answer_is_apologised_for_and_the_call_goes_on(
    speak: Callable[..., Speaking], shape: str
) -> None:
    with Llm(Failure("overloaded", 529), ["The answer", Failure("broken")], ["Here I am."]) as llm:
        call = speak(shape, llm)
        says(call, "")  # nothing to answer
        says(call, "Hello?")
        wait_for(lambda: call.text == "Sorry, I cannot think right now.")
        says(call, "Hello??")
        wait_for(lambda: call.text.endswith("The answerSorry, I cannot think right now."))
        says(call, "Hello???")
        wait_for(lambda: call.text.endswith("Here I am."))
    assert llm.refused == []


@pytest.mark.parametrize("shape", SHAPES)
def test_a_tool_call_in_the_stream_is_not_spoken(speak: Callable[..., Speaking], shape: str) -> None:
    with Llm(["One moment.", ToolUse("t1", "look_up", {"city": "Oslo"})]) as llm:
        call = speak(shape, llm)
        says(call, "The weather?")
        wait_for(lambda: call.buffer.taken[-1:] == [FLUSH])
    assert call.text == "One moment."


def test_tools_run_in_the_middle_of_an_answer_that_is_spoken_as_one(speak: Callable[..., Speaking]) -> None:
    asked = [ToolUse("t1", "stock", {"article": "apples"}), ToolUse("t2", "stock", {"article": "plums"})]
    with Llm(["Let me ", "look. ", *asked], ["Twelve apples, ", "no plums."], ["Bye!"]) as llm:
        call = speak("openai", llm, "llm_tools")
        says(call, "Apples and plums?")
        wait_for(lambda: call.text == "Let me look. Twelve apples, no plums.")
        wait_for(lambda: call.buffer.taken[-1] is FLUSH)
        says(call, "Thanks")
        wait_for(lambda: call.text.endswith("Bye!"))
    assert llm.refused == []
    assert [tool["function"]["name"] for tool in llm.bodies[0]["tools"]] == ["stock"]
    calls, *outputs = llm.bodies[1]["messages"][-3:]
    assert [json.loads(call["function"]["arguments"]) for call in calls["tool_calls"]] == [
        {"article": "apples"},
        {"article": "plums"},
    ]
    assert [output["tool_call_id"] for output in outputs] == ["t1", "t2"]
    assert json.loads(outputs[0]["content"]) == {"article": "apples", "count": 12}
    assert "KeyError" in json.loads(outputs[1]["content"])["error"]


def test_the_simulator_hears_the_whole_answer(start: Start) -> None:
    with Llm(["It is ", "ten o'clock. ", "Anything ", "else?"]) as llm:
        example = start("llm_streaming", LLM_URL=llm.url("anthropic"), LLM_API_KEY="key")
        caller = ScriptedCaller([Said("What time is it?")])
        heard = said(Call(f"ws://{example.address}/", caller=caller, limits=LIMITS).run())
    assert heard[0] == "Hi there, how can I help?"
    assert " ".join(heard[1:]) == "It is ten o'clock. Anything else?"


# -- the same from top to bottom


class Bot(Speaking):
    """A call to the voice bot: what the caller says answers the ``gather`` that listens."""

    listens: dict[str, Any]

    def says(self, text: str) -> list[dict[str, Any]]:
        """Say something, and return the verbs that the bot answers with."""
        speech = {"is_final": True, "alternatives": [{"transcript": text, "confidence": 0.9}]}
        return self.ends(reason="speechDetected", speech=speech)

    def is_silent(self) -> list[dict[str, Any]]:
        return self.ends(reason="timeout")

    def ends(self, **outcome: Any) -> list[dict[str, Any]]:
        msgid = self.hook(self.listens["actionHook"], **outcome)
        ack = self.other.get(timeout=15)
        assert (ack["type"], ack["msgid"]) == ("ack", msgid)
        return self.takes(ack["data"])

    def takes(self, verbs: list[dict[str, Any]]) -> list[dict[str, Any]]:
        gathers = [verb for verb in verbs if verb["verb"] == "gather"]
        if gathers:
            self.listens = gathers[0]
        return verbs


@pytest.fixture
def bot(start: Start, dial: Dial) -> Iterator[Callable[..., tuple[Example, Bot]]]:
    calls: list[Bot] = []

    def begin(llm: Llm, **env: str) -> tuple[Example, Bot]:
        example = start("voice_bot", LLM_URL=llm.url("openai"), LLM_API_KEY="key", **env)
        peer = dial(example)
        verbs = peer.begin()
        assert [verb["verb"] for verb in verbs] == ["config", "gather"]
        assert verbs[1]["say"] == {"text": "Hi there, how can I help?"}
        calls.append(Bot(peer))
        calls[-1].takes(verbs)
        return example, calls[-1]

    yield begin
    for call in calls:
        call.join()


def test_a_bot_hears_what_the_caller_cuts_in_with_and_remembers_how_far_it_came(
    bot: Callable[..., tuple[Example, Bot]],
) -> None:
    endless = (f"Number {n} is followed by " for n in itertools.count(1))
    with Llm(endless, ["Yes?"]) as llm:
        _, call = bot(llm)
        (listens,) = call.says("Count for me")
        assert (listens["bargein"], listens["timeout"]) == (True, 0)
        wait_for(lambda: "Number 20" in call.text)
        call.peer.tell("tts:streaming-event", {"event_type": "tts_spoken", "text": "Number 1 is followed by "})
        call.do(call.buffer.interrupt)
        assert llm.hung_up.wait(15)
        llm.hung_up.clear()
        call.says("Stop")
        wait_for(lambda: call.text.endswith("Yes?"))
    messages = llm.bodies[1]["messages"]
    assert [message["role"] for message in messages] == ["system", "user", "assistant", "user"]
    assert messages[-1]["content"] == "Stop"
    assert call.text.removesuffix("Yes?").startswith(messages[-2]["content"])


def test_a_caller_who_hangs_up_while_the_model_answers_stops_its_request_and_is_no_failure(
    bot: Callable[..., tuple[Example, Bot]],
) -> None:
    with Llm(f"Number {n} " for n in itertools.count(1)) as llm:
        example, call = bot(llm)
        call.says("Count for me")
        wait_for(lambda: "Number 20" in call.text)
        call.peer.close()
        assert llm.hung_up.wait(15)
    assert "Traceback" not in "".join(example.printed)


def test_a_model_that_fails_is_apologised_for_by_the_bot(bot: Callable[..., tuple[Example, Bot]]) -> None:
    with Llm(Failure("overloaded", 529), ["Here I am."]) as llm:
        _, call = bot(llm)
        call.says("Hello?")
        wait_for(lambda: call.text == "Sorry, I cannot think right now.")
        call.do(call.buffer.interrupt)
        call.says("Hello??")
        wait_for(lambda: call.text.endswith("Here I am."))
    assert llm.refused == []


def test_a_caller_who_falls_silent_is_asked_three_times(bot: Callable[..., tuple[Example, Bot]]) -> None:
    with Llm(["Ten."]) as llm:
        _, call = bot(llm, PATIENCE="0.1")
        call.says("What time is it?")
        asked = call.takes(call.other.get(timeout=15)["data"])  # in place of the gather, which had no end
        for _ in range(2):
            assert asked[0]["say"] == {"text": "Are you still there?"}
            asked = call.is_silent()
        assert asked[0]["say"] == {"text": "Are you still there?"}
        assert call.is_silent() == [{"verb": "say", "text": "Goodbye."}, {"verb": "hangup"}]


def test_a_caller_who_wants_a_human_is_put_through(bot: Callable[..., tuple[Example, Bot]]) -> None:
    with Llm() as llm:
        _, call = bot(llm)
        assert [verb["verb"] for verb in call.says("An operator, please")] == ["say", "dial", "hangup"]


def test_the_simulator_talks_to_the_bot(start: Start) -> None:
    with Llm(["It is ten. "], ["Bye. "]) as llm:
        example = start("voice_bot", LLM_URL=llm.url("openai"), LLM_API_KEY="key")
        caller = ScriptedCaller([Said("What time is it?"), Said("Thanks"), Said("And now an operator")])
        transcript = Call(f"ws://{example.address}/", caller=caller, limits=LIMITS).run()
    assert said(transcript) == ["Hi there, how can I help?", "It is ten.", "Bye.", "One moment."]
    assert [verb["verb"] for verb in transcript.verbs[-2:]] == ["dial", "hangup"]


# -- agents and speech-to-speech models


@pytest.mark.parametrize(
    ("name", "vendor", "env", "key", "tool", "answer"),
    [
        (
            "elevenlabs",
            "elevenlabs",
            {"ELEVENLABS_AGENT_ID": "agent-1", "ELEVENLABS_API_KEY": "k"},
            {"agent_id": "agent-1", "api_key": "k"},
            ("book_table", {"people": 4, "time": "19:30"}),
            "a table for 4 at 19:30 is booked",
        ),
        (
            "deepgram",
            "deepgram",
            {"DEEPGRAM_API_KEY": "k"},
            {"apiKey": "k"},
            ("take_number", {"desk": "passports"}),
            {"desk": "passports", "number": 1},
        ),
        (
            "google_s2s",
            "google",
            {"GOOGLE_API_KEY": "k"},
            {"apiKey": "k"},
            ("price_of_flight", {"city": "Rome", "seats": 2}),
            {"price": 280},
        ),
    ],
)
def test_a_speech_to_speech_model_is_set_up_and_its_tool_call_answered_as_the_vendor_wants_it(
    start: Start,
    jambonz_call: PlaceCall,
    name: str,
    vendor: str,
    env: dict[str, str],
    key: dict[str, str],
    tool: tuple[str, dict[str, Any]],
    answer: Any,
) -> None:
    call = jambonz_call(f"ws://{start(name).address}", env=env, timeout=20)
    model = call.model()
    assert (model.verb["vendor"], model.verb["auth"]) == (vendor, key)
    if vendor != "elevenlabs":  # which keeps the tools of its agents
        assert tool[0] in model.tools
    model.calls_tool(tool[0], **tool[1]).returns(answer)
    model.ends("normal conversation end")
    assert call.ended == "completed"


def test_a_tool_of_ultravox_connects_the_caller_with_a_person(start: Start, jambonz_call: PlaceCall) -> None:
    call = jambonz_call(f"ws://{start('ultravox').address}", env={"ULTRAVOX_API_KEY": "k"}, timeout=20)
    assert call.model().verb["auth"] == {"apiKey": "k"}
    with pytest.raises(ExpectationFailed, match="the conversation has ended"):  # before the output comes
        call.tool_call("put_through", reason="lost keys")
    call.heard("One moment.")
    assert call.started("dial", tag={"reason": "lost keys"})["target"] == [{"type": "phone", "number": "+15085550100"}]


@pytest.mark.parametrize(
    ("name", "who", "text", "printed"),
    [
        ("openai_realtime", "model", "Hi.", "the model said 'Hi.'"),
        ("elevenlabs", "caller", "A table", "A table"),
        ("deepgram", "caller", "Passports", "user: Passports"),
        ("ultravox", "model", "Astoria", "agent: Astoria"),
        ("google_s2s", "model", "Ciao", "the model said 'Ciao'"),
    ],
)
def test_events_of_the_vendor_are_understood(
    start: Start, jambonz_call: PlaceCall, name: str, who: str, text: str, printed: str
) -> None:
    example = start(name)
    names = ("OPENAI_API_KEY", "ELEVENLABS_AGENT_ID", "DEEPGRAM_API_KEY", "ULTRAVOX_API_KEY", "GOOGLE_API_KEY")
    env = {key: "k" for key in names if key.startswith(name[:6].upper())}
    call = jambonz_call(f"ws://{example.address}", env=env, timeout=20)
    speaker = call.model() if who == "model" else call
    speaker.says(text)
    example.prints(printed)


def test_openai_realtime_asks_a_weather_service(start: Start, jambonz_call: PlaceCall) -> None:
    def weather(asked: Asked) -> object:
        return 404 if asked.path == "/Atlantis" else "Sunny, +68°F"

    with Web(weather) as web:
        example = start("openai_realtime", WEATHER_URL=web.url)
        call = jambonz_call(f"ws://{example.address}", env={"OPENAI_API_KEY": "k"}, timeout=20)
        call.tool_call("get_weather", city="Boston", scale="fahrenheit").returns("Sunny, +68°F")
        call.tool_call("get_weather", city="Atlantis", scale="fahrenheit").returns(contains="404")
    assert web.asked[0].query == {"format": ["%C, %t"], "u": [""]}
    call.model().fails()
    call.heard("Sorry, something went wrong.")
    assert call.ended == "completed"


def test_a_voice_agent_uses_its_tool_and_tells_of_its_turns(start: Start, jambonz_call: PlaceCall) -> None:
    example = start("voice_agent")
    call = jambonz_call(f"ws://{example.address}", env={"OPENAI_API_KEY": "k", "MODEL": "gpt-5"}, timeout=20)
    model = call.model()
    assert (model.verb["llm"]["model"], model.verb["llm"]["auth"]) == ("gpt-5", {"apiKey": "k"})
    model.calls_tool("look_up_order", number="a-17").returns({"status": "shipped", "arrives": "Tuesday"})
    model.calls_tool("look_up_order", number="Z").returns({"error": "There is no such order."})
    call.says("Where is A-17?")
    example.prints("the caller said 'Where is A-17?'")
    model.emits({"type": "turn_end", "response": "On its way.", "latency": {"model_latency": 321}})
    example.prints("'On its way.' after 321 ms")
    model.ends()
    call.heard("Goodbye!")
    assert call.ended == "completed"


def test_who_has_logged_in_gets_the_tools_of_a_customer_in_the_middle_of_the_call(
    start: Start, jambonz_call: PlaceCall
) -> None:
    call = jambonz_call(f"ws://{start('midcall_tool').address}", env={"OPENAI_API_KEY": "k"}, timeout=20)
    model = call.model()
    assert model.tools == ["log_in"]
    model.calls_tool("balance").returns(contains="there is no tool 'balance'")
    model.calls_tool("log_in", number="1001", pin="0000").returns({"result": "Wrong number or PIN."})
    model.calls_tool("log_in", number="1001", pin="4711").returns({"result": "Welcome."})
    assert [update["type"] for update in model.updates] == ["update_tools", "update_instructions"]
    assert [tool["name"] for tool in model.updates[0]["tools"]] == ["balance"]
    model.calls_tool("balance").returns({"result": 250})


def test_the_agent_says_something_while_a_slow_tool_runs(start: Start, jambonz_call: PlaceCall) -> None:
    example = start("slow_tool", PATIENCE="0.1", SECONDS="1")
    model = jambonz_call(f"ws://{example.address}", env={"OPENAI_API_KEY": "k"}, timeout=20).model()
    model.calls_tool("find_flights", city="Oslo").returns({"result": ["Oslo, 7:40, 210 dollars"]})
    (filler,) = model.updates
    assert filler["type"] == "generate_reply"
    assert "looking for flights to Oslo" in filler["instructions"]


def test_the_agent_says_nothing_while_a_quick_tool_runs(start: Start, jambonz_call: PlaceCall) -> None:
    example = start("slow_tool", PATIENCE="20", SECONDS="0")
    model = jambonz_call(f"ws://{example.address}", env={"OPENAI_API_KEY": "k"}, timeout=20).model()
    model.calls_tool("find_flights", city="Oslo").returns({"result": ["Oslo, 7:40, 210 dollars"]})
    assert list(model.updates) == []


def test_a_conversation_moves_to_a_room_where_a_colleague_joins_it(
    start: Start, dial: Dial, jambonz_call: PlaceCall
) -> None:
    example = start("rooms")
    early = jambonz_call(f"ws://{example.address}/colleague", timeout=20)
    early.heard("Nobody is waiting.")
    assert early.ended == "completed"
    model = jambonz_call(f"ws://{example.address}", timeout=20).model()
    model.calls_tool("fetch_colleague").returns({"result": "A colleague will join in a moment."})
    colleague = dial(example, "/colleague")
    joined = verb(colleague.begin(), "room")
    assert joined["name"] == model.room
    assert [verb["verb"] for verb in colleague.ask(joined["actionHook"])] == ["say", "hangup"]


def test_a_vendor_gives_the_call_back_by_a_refer(start: Start, dial: Dial) -> None:
    example = start("refer_to_vendor", VENDOR="sip:bot@vendor.example.com")
    peer = dial(example)
    handed = verb(peer.begin(), "dial")
    assert handed["target"] == [{"type": "sip", "sipUri": "sip:bot@vendor.example.com"}]
    assert handed["headers"] == {"X-Caller": "+15085551212"}
    details = {"sip_refer_to": "<sip:sales@example.com>", "refer_to_user": "sales"}
    verbs = peer.ask(handed["referHook"], refer_details=details)
    assert [verb["verb"] for verb in verbs] == ["tag", "say", "dial", "hangup"]
    verbs = peer.ask(handed["referHook"], refer_details={**details, "refer_to_user": "done"})
    assert [verb["verb"] for verb in verbs] == ["tag", "say", "hangup"]
    assert [verb["verb"] for verb in peer.ask(handed["actionHook"], dial_call_status="completed")] == ["hangup"]
    assert verb(peer.ask(handed["actionHook"], dial_call_status="failed"), "dial")


def test_a_person_is_spoken_with_and_a_machine_gets_a_message(start: Start, dial: Dial) -> None:
    peer = dial(start("amd_outbound"))
    assert [verb["verb"] for verb in peer.begin(direction="outbound")] == ["pause", "hangup"]
    answers = {
        "amd_human_detected": ["gather", "say", "hangup"],
        "amd_machine_detected": [],  # it speaks on, and so does the pause
        "amd_machine_stopped_speaking": ["say", "hangup"],
        "amd_error": ["hangup"],
    }
    for event, verbs in answers.items():
        assert [verb["verb"] for verb in peer.ask("/amd", type=event)] == verbs
    assert [verb["verb"] for verb in peer.ask("/key", digits="1")] == ["say", "hangup"]


def test_an_outbound_call_is_placed_with_the_detection_of_machines() -> None:
    with FakeApi() as api:
        api.next(reply(201, {"sid": SID}))
        keys = {"JAMBONZ_BASE_URL": api.url, "JAMBONZ_ACCOUNT_SID": ACCOUNT, "JAMBONZ_API_KEY": "k"}
        command = [sys.executable, str(EXAMPLES / "amd_outbound.py"), "call", "+15085551213", SID]
        run = subprocess.run(command, env={**os.environ, **keys}, capture_output=True, text=True, check=True)
        assert run.stdout == f"placed {SID}\n"
        assert api.requests[0].json["amd"] == {"actionHook": "/amd"}


def test_a_caller_who_asks_for_a_persona_gets_it_from_either_kind_of_model(
    start: Start, jambonz_call: PlaceCall
) -> None:
    url = f"ws://{start('persona_switch').address}"
    call = jambonz_call(url, env={"OPENAI_API_KEY": "k"}, timeout=20)
    agent = call.model()
    call.says("Good morning")
    call.says("Get me the Pirate!")
    assert "sea captain" in agent.updated(type="update_instructions")["instructions"]
    assert len(agent.updates) == 1
    call = jambonz_call(url, "/openai", env={"OPENAI_API_KEY": "k"}, timeout=20)
    call.says("A butler, please")
    assert "butler" in call.model().updated(type="session.update")["session"]["instructions"]


def test_a_supervisor_interrupts_the_agent_from_outside_of_the_call(start: Start, dial: Dial) -> None:
    example = start("supervisor_interrupt", SUPERVISOR_TOKEN="secret")
    peer = dial(example)
    verb(peer.begin(), "agent")
    sid = peer.call_sid
    assert list(example.web("/calls", method="GET")) == [sid]
    assert example.web(f"/calls/{sid}/tell", {"text": "x"}, token=None) == 401
    assert example.web(f"/calls/{sid}/tell", {"text": "x"}, token="guess") == 401
    assert example.web("/calls/nobody/tell", {"text": "x"}) == 404
    assert example.web(f"/calls/{sid}/tell", {"text": "The sale is on."}) == {}
    reply = {"type": "generate_reply", "interrupt": True, "user_input": "[Supervisor] The sale is on."}
    assert command(peer) == {"command": "agent:update", "data": reply}
    assert example.web(f"/calls/{sid}/hangup") == {}
    assert command(peer) == {"command": "call:status", "data": {"call_status": "completed"}}
    peer.close()
    wait_for(lambda: example.web("/calls", method="GET") == {})


def test_the_agent_greets_before_the_crm_has_answered(start: Start, dial: Dial) -> None:
    looked_up = threading.Event()

    def crm(asked: Asked) -> object:
        looked_up.wait(15)
        return {"name": "Sarah Mitchell", "tier": "gold"} if asked.query["phone"] == ["+15085551212"] else 404

    with Web(crm) as web:
        example = start("crm_injection", CRM_URL=f"{web.url}/customers")
        peer = dial(example)
        verb(peer.begin(), "agent")
        assert peer.ask("/event-of-somebody") == []  # the call goes on meanwhile
        looked_up.set()
        (message,) = command(peer)["data"]["messages"]
        assert message == {"role": "user", "content": message["content"]}
        assert "name: Sarah Mitchell. tier: gold." in message["content"]
        stranger = dial(example)
        stranger.begin(**{"from": "+15085559999"})
        wait_for(lambda: len(web.asked) == 2)
        assert stranger.ask("/anything") == []


def test_a_crm_that_is_down_costs_the_caller_nothing(start: Start, dial: Dial) -> None:
    with Web(lambda asked: 500) as web:
        example = start("crm_injection", CRM_URL=web.url)
        peer = dial(example)
        verb(peer.begin(), "agent")
        example.prints("no CRM: 500")
        assert peer.ask("/anything") == []


def test_what_each_party_says_is_spoken_to_the_other_in_their_language(start: Start, dial: Dial) -> None:
    words = {"Hello": "Hola", "Buenos días": "Good morning"}

    def translate(asked: Asked) -> object:
        return {"translatedText": words[asked.body["q"]]}

    def heard(text: str) -> dict[str, Any]:
        return {"speech": {"is_final": True, "alternatives": [{"transcript": text, "confidence": 1}]}}

    with Web(translate) as web:
        peer = dial(start("realtime_translator", TRANSLATE_URL=f"{web.url}/translate"))
        verbs = peer.begin(env_vars={"DIAL": "+34911234567"})
        assert [verb["verb"] for verb in verbs] == ["answer", "config", "dub", "dial", "hangup"]
        assert verbs[1]["transcribe"]["transcriptionHook"] == "/caller-said"
        bridge = verbs[3]
        assert (bridge["target"][0]["number"], bridge["boostAudioSignal"]) == ("+34911234567", "-20 dB")
        assert bridge["transcribe"]["transcriptionHook"] == "/callee-said"
        assert bridge["dub"][0]["action"] == verbs[2]["action"] == "addTrack"
        assert peer.ask("/caller-said", **heard("nobody is there to hear it yet")) == []
        peer.tell("call:status", {"call_sid": "CA-callee", "direction": "outbound", "call_status": "in-progress"})
        assert peer.ask("/caller-said", **heard("Hello")) == []
        to_callee = command(peer)
        assert peer.ask("/callee-said", **heard("Buenos días")) == []
        to_caller = command(peer)
    assert [(asked.body["q"], asked.body["source"], asked.body["target"]) for asked in web.asked] == [
        ("Hello", "en", "es"),
        ("Buenos días", "es", "en"),
    ]
    assert (to_callee["command"], to_callee["callSid"]) == ("dub", "CA-callee")
    assert (to_caller["command"], to_caller.get("callSid")) == ("dub", None)
    for dub, text, language in ((to_callee, "Hola", "es-ES"), (to_caller, "Good morning", "en-US")):
        assert (dub["data"]["action"], dub["data"]["track"]) == ("sayOnTrack", verbs[2]["track"])
        assert dub["data"]["say"]["text"] == text
        assert dub["data"]["say"]["synthesizer"]["language"] == language


# -- audio


def listen(dial: Dial, example: Example, path: str, call_sid: str) -> Peer:
    media = dial(example, path, protocol="audio.drachtio.org")
    media.send({"sampleRate": 8000, "mixType": "mono", "callSid": call_sid, "from": "1", "to": "2"})
    return media


def recorded(path: Path) -> bytes:
    (recording,) = path.iterdir()
    with wave.open(str(recording)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (8000, 1, 2)
        return file.readframes(file.getnframes())


def test_a_message_is_recorded_to_a_wav_file_and_once_more_if_the_caller_wants(start: Start, tmp_path: Path) -> None:
    example = start("voicemail", RECORDINGS=str(tmp_path))
    again = FRAME * 75
    turns = [Played(FRAME * 60), Pressed("#"), Pressed("1"), Played(again), Pressed("#"), Pressed("2")]
    scenario = Scenario(callees=("no-answer",))
    transcript = Call(f"ws://{example.address}/", caller=ScriptedCaller(turns), scenario=scenario, limits=LIMITS).run()
    heard = said(transcript)
    assert heard[0] == "Nobody can take your call."
    assert heard.count("(beeps)") == 2
    assert re.fullmatch(r"It has [1-9]\d* seconds. Press 1 to record it again, or hang up.", heard[3])
    assert heard[-1] == "Thank you. Goodbye."
    wait_for(lambda: sum(".wav has " in line for line in example.printed) == 2, "both recordings")
    assert again in recorded(tmp_path)


def test_a_message_that_is_cut_off_is_recorded_all_the_same(start: Start, dial: Dial, tmp_path: Path) -> None:
    example = start("voicemail", RECORDINGS=str(tmp_path))
    peer = dial(example)
    verbs = peer.ask(verb(peer.begin(), "dial")["actionHook"], dial_call_status="no-answer")
    media = listen(dial, example, verb(verbs, "listen")["url"], peer.call_sid)
    wait_for(lambda: any(file.stat().st_size for file in tmp_path.iterdir()), "the recording to begin")
    for _ in range(100):
        media.send_frame(2, FRAME)
    media.vanish()
    peer.close()
    example.prints("has 2.0 s")
    assert recorded(tmp_path) == FRAME * 100
    assert "Traceback" not in "".join(example.printed)


def test_who_is_answered_leaves_no_message(start: Start, tmp_path: Path) -> None:
    example = start("voicemail", RECORDINGS=str(tmp_path))
    assert said(Call(f"ws://{example.address}/", limits=LIMITS).run()) == []
    assert list(tmp_path.iterdir()) == []


def test_the_caller_hears_an_echo(start: Start) -> None:
    example = start("audio_echo")
    caller = ScriptedCaller([Played(FRAME * 25), "hello", Pressed("#")])
    limits = replace(LIMITS, patience=0.1)
    transcript = Call(f"ws://{example.address}/", caller=caller, limits=limits).run()
    assert FRAME * 25 in transcript.audio
    heard = said(transcript)
    assert {text.partition(":")[0] for text in heard[1:]} == {"[audio"}
    assert "the app ends the audio stream" in transcript.lines("event")


def test_a_conference_is_recorded_as_a_whole(start: Start, dial: Dial, tmp_path: Path) -> None:
    example = start("conference_fork", RECORDINGS=str(tmp_path))
    peer = dial(example)
    gather = verb(peer.begin(), "gather")
    assert [verb["verb"] for verb in peer.ask(gather["actionHook"], reason="timeout")] == ["say", "hangup"]
    room = verb(peer.ask(gather["actionHook"], digits="17"), "conference")
    media = dial(example, room["listen"]["url"], protocol="audio.drachtio.org")
    media.send(room["listen"]["metadata"])  # and nothing of the call
    for _ in range(50):
        media.send_frame(2, FRAME)
    media.close()
    example.prints("17.wav: 1.0 s")
    assert recorded(tmp_path) == FRAME * 50


def test_audio_is_echoed_frame_by_frame_and_keys_control_it(start: Start, dial: Dial) -> None:
    example = start("audio_echo")
    peer = dial(example)
    stream = verb(peer.begin(), "listen")
    assert stream["bidirectionalAudio"] == {"enabled": True, "streaming": True, "sampleRate": 8000}
    media = listen(dial, example, stream["url"], peer.call_sid)
    for number in range(50):
        frame = bytes([number]) * 320
        media.send_frame(2, frame)
        assert media.recv_frame() == (2, frame)
    for key, message_type in (("*", "killAudio"), ("#", "disconnect")):
        media.send({"event": "dtmf", "dtmf": key, "duration": "1600"})
        assert media.recv()["type"] == message_type
    media.close()


def test_a_supervisor_listens_in_coaches_and_joins(start: Start, dial: Dial) -> None:
    example = start("conference_coaching", SUPERVISOR_TOKEN="secret")
    customer, agent, supervisor = (dial(example, path) for path in ("/customer", "/agent", "/supervisor"))
    rooms = [verb(peer.begin(), "conference") for peer in (customer, agent, supervisor)]
    assert {room["name"] for room in rooms} == {"support"}
    assert [room.get("startConferenceOnEnter") for room in rooms] == [False, None, False]
    assert (rooms[1]["memberTag"], rooms[2]["joinMuted"]) == ("agent", True)
    assert [verb["verb"] for verb in customer.ask(rooms[0]["waitHook"])] == ["say", "pause"]
    sid = supervisor.call_sid

    def expect_actions(*actions: dict[str, str]) -> None:
        for action in actions:
            assert command(supervisor) == {"command": "conf:participant-action", "data": action}

    assert example.web(f"/supervisor/{sid}/coach") == {}
    expect_actions({"action": "coach", "tag": "agent"}, {"action": "unmute"})
    assert example.web(f"/supervisor/{sid}/join") == {}
    expect_actions({"action": "uncoach"}, {"action": "unmute"})
    assert example.web(f"/supervisor/{sid}/listen") == {}
    expect_actions({"action": "mute"})
    assert example.web(f"/supervisor/{sid}/sing") == 404
    assert example.web("/supervisor/nobody/coach") == 404
    assert example.web(f"/supervisor/{sid}/coach", token=None) == 401


@pytest.mark.parametrize("name", NAMES)
def test_an_example_fits_on_a_page_and_says_how_to_run_it(name: str) -> None:
    text = (EXAMPLES / f"{name}.py").read_text()
    assert len(text.splitlines()) <= 75
    assert f"python {name}.py" in text.split('"""')[1]


def test_every_example_is_in_the_list_of_them() -> None:
    listed = re.findall(r"\[(\w+)\]\(\1\.py\)", (EXAMPLES / "README.md").read_text())
    assert sorted(listed) == sorted(path.stem for path in EXAMPLES.glob("*.py"))
