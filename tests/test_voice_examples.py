"""The examples of voice AI and audio are called, with stand-ins for vendors and web services."""

from __future__ import annotations

import itertools
import json
import threading
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jambonz_sync.testing import ExpectationFailed, FakeApi, PlaceCall, PlaceCalls

from .examples import LoadExample, Printed
from .examples import example as example
from .examples import printed as printed
from .vendors.llm import Failure, Llm, ToolUse
from .vendors.web import Asked, Web
from .waiting import wait_for

SHAPES = ["anthropic", "openai"]
KEY = {"OPENAI_API_KEY": "k"}
FRAME = bytes(range(256)) + bytes(64)
SUPERVISOR = {"Authorization": "Bearer secret"}


# -- text of a model, streamed


def counting() -> Iterator[str]:
    return (f"Number {number} is followed by " for number in itertools.count(1))


def assert_it_knows_how_far_it_came(llm: Llm) -> None:
    """The model is told what the caller has heard of its endless answer, and what they have cut in with."""
    told = [message for message in llm.bodies[1]["messages"] if message["role"] != "system"]
    assert (told[0]["content"], told[-1]["content"]) == ("Count for me", "Stop")
    assert "Number 20" not in "".join(message["content"] for message in told[1:-1])


def writes_to(llm: Llm, shape: str) -> dict[str, str]:
    return {"LLM_API": shape, "LLM_URL": llm.url(shape), "LLM_API_KEY": "key"}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_answer_of_a_model_is_spoken_and_is_part_of_what_it_knows_next(
    jambonz_call: PlaceCall, example: LoadExample, shape: str
) -> None:
    with Llm(["Good", " morn", "ing — the", " café", " is open."], ["Until", " nine."]) as llm:
        call = jambonz_call(example("llm_streaming", **writes_to(llm, shape)).app)
        call.heard("how can I help?")
        call.says("Is the café open?")
        call.heard("the café is open.")
        call.says("How long?")
        call.heard("Until nine.")
        call.hangs_up()
    assert llm.refused == []
    assert "on the phone" in (llm.bodies[0].get("system") or llm.bodies[0]["messages"][0]["content"])
    assert [message["content"] for message in llm.bodies[1]["messages"]][-3:] == [
        "Is the café open?",
        "Good morning — the café is open.",
        "How long?",
    ]


@pytest.mark.parametrize("shape", SHAPES)
def test_a_caller_who_cuts_in_stops_the_request_to_the_model(
    jambonz_call: PlaceCall, example: LoadExample, shape: str
) -> None:
    with Llm(counting(), ["Yes?"]) as llm:
        call = jambonz_call(example("llm_streaming", **writes_to(llm, shape)).app)
        call.says("Count for me")
        call.heard("Number 3")
        call.interrupts("Stop", after=1)
        assert llm.hung_up.wait(15)
        call.heard("Yes?")
    assert_it_knows_how_far_it_came(llm)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_model_that_fails_before_or_in_its_answer_is_apologised_for_and_the_call_goes_on(
    jambonz_call: PlaceCall, example: LoadExample, shape: str
) -> None:
    with Llm(Failure("overloaded", 529), ["The answer", Failure("broken")], ["Here I am."]) as llm:
        call = jambonz_call(example("llm_streaming", **writes_to(llm, shape)).app)
        call.says("Hello?")
        sorry = call.heard("Sorry, I cannot think right now.")
        call.says("Hello??")
        call.heard("Sorry, I cannot think right now.", after=sorry)
        call.says("Hello???")
        call.heard("Here I am.")
    assert llm.refused == []


@pytest.mark.jambonz(allow=["KeyError"])
def test_tools_run_in_the_middle_of_an_answer_that_is_spoken_as_one(
    jambonz_call: PlaceCall, example: LoadExample
) -> None:
    asked = [ToolUse("t1", "stock", {"article": "apples"}), ToolUse("t2", "stock", {"article": "plums"})]
    with Llm(["Let me ", "look. ", *asked], ["Twelve apples, ", "no plums."]) as llm:
        call = jambonz_call(example("llm_tools", **writes_to(llm, "openai")).app)
        call.says("Apples and plums?")
        call.heard("Let me look.")
        call.heard("no plums.")
        call.hangs_up()
    assert llm.refused == []
    apples, plums = (json.loads(output["content"]) for output in llm.bodies[1]["messages"][-2:])
    assert apples == {"article": "apples", "count": 12}
    assert "KeyError" in plums["error"]


def test_a_bot_hears_what_the_caller_cuts_in_with_and_knows_how_far_it_came(
    jambonz_call: PlaceCall, example: LoadExample
) -> None:
    with Llm(counting(), ["Yes?"]) as llm:
        call = jambonz_call(example("voice_bot", **writes_to(llm, "openai")).app)
        call.says("Count for me")
        call.heard("Number 3")
        call.interrupts("Stop", after=1)
        call.heard("Yes?")
        assert llm.hung_up.wait(15)
        call.says("An operator, please")
        call.heard("One moment.")
        call.started("dial")
    assert_it_knows_how_far_it_came(llm)


def test_a_bot_apologises_for_its_model_and_asks_a_silent_caller_three_times(
    jambonz_call: PlaceCall, example: LoadExample
) -> None:
    with Llm(Failure("overloaded", 529)) as llm:
        call = jambonz_call(example("voice_bot", **writes_to(llm, "openai")).app)
        call.says("Hello?")
        asked = call.heard("Sorry, I cannot think right now.")
        for _ in range(3):
            call.is_silent()
            asked = call.heard("Are you still there?", after=asked)
        call.is_silent()
        call.heard("Goodbye.")
        assert call.ended == "completed"


def test_a_caller_who_hangs_up_while_the_bot_speaks_stops_its_request(
    jambonz_call: PlaceCall, example: LoadExample
) -> None:
    with Llm(counting()) as llm:
        call = jambonz_call(example("voice_bot", **writes_to(llm, "openai")).app)
        call.says("Count for me")
        call.heard("Number 3")
        call.hangs_up()
        assert llm.hung_up.wait(15)


# -- agents and speech-to-speech models


@pytest.mark.jambonz(allow=["ValueError"])
@pytest.mark.parametrize(
    ("name", "env", "tool", "answer", "mistake"),
    [
        (
            "elevenlabs",
            {"ELEVENLABS_AGENT_ID": "agent-1", "ELEVENLABS_API_KEY": "k"},
            ("book_table", {"people": 4, "time": "19:30"}),
            "a table for 4 at 19:30 is booked",
            ({"people": 9, "time": "19:30"}, "the largest table has 8 seats"),
        ),
        (
            "deepgram",
            {"DEEPGRAM_API_KEY": "k"},
            ("take_number", {"desk": "passports"}),
            {"desk": "passports", "number": 1},
            ({}, "desk"),
        ),
        (
            "google_s2s",
            {"GOOGLE_API_KEY": "k"},
            ("price_of_flight", {"city": "Rome", "seats": 2}),
            {"price": 280},
            ({"city": "Atlantis"}, "We do not fly to Atlantis."),
        ),
    ],
)
def test_a_speech_to_speech_model_calls_a_tool_and_is_told_of_a_mistake(
    jambonz_call: PlaceCall,
    example: LoadExample,
    name: str,
    env: dict[str, str],
    tool: tuple[str, dict[str, Any]],
    answer: Any,
    mistake: tuple[dict[str, Any], str],
) -> None:
    call = jambonz_call(example(name).app, env=env)
    model = call.model()
    assert model.verb["auth"]
    model.calls_tool(tool[0], **tool[1]).returns(answer)
    model.calls_tool(tool[0], **mistake[0]).returns(contains=mistake[1])
    model.ends("normal conversation end")
    assert call.ended == "completed"


def test_a_tool_of_ultravox_connects_the_caller_with_a_person(jambonz_call: PlaceCall, example: LoadExample) -> None:
    call = jambonz_call(example("ultravox").app, env={"ULTRAVOX_API_KEY": "k"})
    with pytest.raises(ExpectationFailed, match="the conversation has ended"):  # before the output comes
        call.tool_call("put_through", reason="lost keys")
    call.heard("One moment.")
    assert call.started("dial", tag={"reason": "lost keys"})["target"] == [{"type": "phone", "number": "+15085550100"}]


@pytest.mark.parametrize(
    ("name", "who", "text", "line"),
    [
        ("openai_realtime", "model", "Hi.", "the model said 'Hi.'"),
        ("elevenlabs", "caller", "A table", "A table"),
        ("deepgram", "caller", "Passports", "user: Passports"),
        ("ultravox", "model", "Astoria", "agent: Astoria"),
        ("google_s2s", "model", "Ciao", "the model said 'Ciao'"),
    ],
)
def test_events_of_the_vendor_are_understood(
    jambonz_call: PlaceCall, example: LoadExample, printed: Printed, name: str, who: str, text: str, line: str
) -> None:
    names = ("OPENAI_API_KEY", "ELEVENLABS_AGENT_ID", "DEEPGRAM_API_KEY", "ULTRAVOX_API_KEY", "GOOGLE_API_KEY")
    call = jambonz_call(example(name).app, env={key: "k" for key in names if key.startswith(name[:6].upper())})
    speaker = call.model() if who == "model" else call
    speaker.says(text)
    call.listens()
    printed(line)


@pytest.mark.jambonz(allow=["HTTPError"])
def test_openai_realtime_asks_a_weather_service(jambonz_call: PlaceCall, example: LoadExample) -> None:
    with Web(lambda asked: 404 if asked.path == "/Atlantis" else "Sunny, +68°F") as web:
        call = jambonz_call(example("openai_realtime", WEATHER_URL=web.url).app, env=KEY)
        call.tool_call("get_weather", city="Boston", scale="fahrenheit").returns("Sunny, +68°F")
        call.tool_call("get_weather", city="Atlantis", scale="fahrenheit").returns(contains="404")
    assert web.asked[0].query == {"format": ["%C, %t"], "u": [""]}
    call.model().fails()
    call.heard("Sorry, something went wrong.")


def test_a_voice_agent_uses_its_tool_and_tells_of_its_turns(
    jambonz_call: PlaceCall, example: LoadExample, printed: Printed
) -> None:
    call = jambonz_call(example("voice_agent").app, env={**KEY, "MODEL": "gpt-5"})
    model = call.model()
    assert (model.verb["llm"]["model"], model.verb["llm"]["auth"]) == ("gpt-5", {"apiKey": "k"})
    model.calls_tool("look_up_order", number="a-17").returns({"status": "shipped", "arrives": "Tuesday"})
    model.calls_tool("look_up_order", number="Z").returns({"error": "There is no such order."})
    call.says("Where is A-17?")
    model.heard("A-17")
    model.emits({"type": "turn_end", "response": "On its way.", "latency": {"model_latency": 321}})
    model.ends()
    call.heard("Goodbye!")
    printed("the caller said 'Where is A-17?'")
    printed("'On its way.' after 321 ms")


def test_who_has_logged_in_gets_the_tools_of_a_customer_in_the_middle_of_the_call(
    jambonz_call: PlaceCall, example: LoadExample
) -> None:
    model = jambonz_call(example("midcall_tool").app, env=KEY).model()
    assert model.tools == ["log_in"]
    model.calls_tool("balance").returns(contains="there is no tool 'balance'")
    model.calls_tool("log_in", number="1001", pin="0000").returns({"result": "Wrong number or PIN."})
    model.calls_tool("log_in", number="1001", pin="4711").returns({"result": "Welcome."})
    assert [tool["name"] for tool in model.updated(type="update_tools")["tools"]] == ["balance"]
    model.calls_tool("balance").returns({"result": 250})


@pytest.mark.parametrize(("patience", "seconds", "says_something"), [("0.1", "1", True), ("20", "0", False)])
def test_the_agent_says_something_while_a_slow_tool_runs(
    jambonz_call: PlaceCall, example: LoadExample, patience: str, seconds: str, says_something: bool
) -> None:
    model = jambonz_call(example("slow_tool", PATIENCE=patience, SECONDS=seconds).app, env=KEY).model()
    model.calls_tool("find_flights", city="Oslo").returns({"result": ["Oslo, 7:40, 210 dollars"]})
    fillers = [update["instructions"] for update in model.updates]
    assert len(fillers) == says_something
    assert all("looking for flights to Oslo" in filler for filler in fillers)


def test_a_conversation_moves_to_a_room_where_a_colleague_joins_it(
    jambonz_call: PlaceCall, example: LoadExample
) -> None:
    rooms = example("rooms").app
    early = jambonz_call(rooms, "/colleague")
    early.heard("Nobody is waiting.")
    model = jambonz_call(rooms).model()
    model.calls_tool("fetch_colleague").returns({"result": "A colleague will join in a moment."})
    colleague = jambonz_call(rooms, "/colleague")
    colleague.heard("You are connected.")
    assert colleague.started("conference")["name"] == model.room


def test_a_vendor_gives_the_call_back_by_a_refer(jambonz_call: PlaceCall, example: LoadExample) -> None:
    endpoint = example("refer_to_vendor", VENDOR="sip:bot@vendor.example.com").app
    for wanted, said in (("sales", "I am connecting you."), ("done", "Thank you for calling.")):
        call = jambonz_call(endpoint)
        call.dialled.answers()
        handed_over = call.started("dial")
        assert handed_over["target"] == [{"type": "sip", "sipUri": "sip:bot@vendor.example.com"}]
        assert handed_over["headers"] == {"X-Caller": "+15085551212"}
        call.asks_hook("/refer", refer_details={"sip_refer_to": f"<sip:{wanted}@x>", "refer_to_user": wanted})
        call.heard(said)


def test_a_vendor_that_does_not_answer_leaves_the_caller_to_a_person(
    jambonz_call: PlaceCall, example: LoadExample
) -> None:
    call = jambonz_call(example("refer_to_vendor").app)
    call.dialled.refuses(503)
    call.heard("Our assistant is not there.")
    call.started("dial", target=[{"type": "phone", "number": "+15085550101"}])


def test_a_person_is_spoken_with_and_a_machine_gets_a_message(
    jambonz_api: FakeApi, example: LoadExample, printed: Printed
) -> None:
    outbound = example("amd_outbound")
    jambonz_api.serves("wss://voice.example.com", outbound.app)
    sid = jambonz_api.application("wss://voice.example.com/")
    outbound.module.place("+15085551213", sid)
    person = jambonz_api.call()
    printed(f"placed {person.leg.call_sid}")
    assert jambonz_api.requests[0].json["amd"] == {"actionHook": "/amd"}
    person.started("pause")
    person.asks_hook("/amd", type="amd_human_detected")
    person.presses("1")
    person.heard("From nine to five.")
    outbound.module.place("+15085551214", sid)
    machine = jambonz_api.call()
    machine.started("pause")
    assert machine.asks_hook("/amd", type="amd_machine_detected").answer == []  # it speaks on, and so does the pause
    machine.asks_hook("/amd", type="amd_machine_stopped_speaking")
    machine.heard("Your order has arrived.")
    assert machine.ended == "completed"


def test_a_caller_who_asks_for_a_persona_gets_it_from_either_kind_of_model(
    jambonz_call: PlaceCall, example: LoadExample
) -> None:
    endpoint = example("persona_switch").app
    call = jambonz_call(endpoint, env=KEY)
    agent = call.model()
    call.says("Good morning")
    agent.heard("Good morning")
    call.says("Get me the Pirate!")
    assert "sea captain" in agent.updated(type="update_instructions")["instructions"]
    assert len(agent.updates) == 1
    call = jambonz_call(endpoint, "/openai", env=KEY)
    model = call.model()
    call.says("A butler, please")
    assert "butler" in model.updated(type="session.update")["session"]["instructions"]


def test_a_supervisor_interrupts_the_agent_from_outside_of_the_call(
    jambonz_call: PlaceCall, example: LoadExample
) -> None:
    shop = example("supervisor_interrupt", SUPERVISOR_TOKEN="secret")
    call = jambonz_call(shop.app)
    model = call.model()
    url = f"/calls/{call.leg.call_sid}"
    assert list(shop.web("GET", "/calls", headers=SUPERVISOR).json) == [call.leg.call_sid]
    for headers in ({}, {"Authorization": "Bearer guess"}):
        assert shop.web("POST", f"{url}/tell", headers=headers, json={"text": "x"}).status_code == 401
    assert shop.web("POST", "/calls/nobody/tell", headers=SUPERVISOR, json={"text": "x"}).status_code == 404
    shop.web("POST", f"{url}/tell", headers=SUPERVISOR, json={"text": "The sale is on."})
    told = {"type": "generate_reply", "interrupt": True, "user_input": "[Supervisor] The sale is on."}
    assert model.updated(type="generate_reply") == told
    shop.web("POST", f"{url}/hangup", headers=SUPERVISOR)
    assert call.ended == "completed"
    wait_for(lambda: shop.web("GET", "/calls", headers=SUPERVISOR).json == {})


def test_the_agent_greets_before_the_crm_has_answered(jambonz_call: PlaceCall, example: LoadExample) -> None:
    looked_up = threading.Event()

    def crm(asked: Asked) -> object:
        looked_up.wait(15)
        return {"name": "Sarah Mitchell", "tier": "gold"} if asked.query["phone"] == ["+15085551212"] else 404

    with Web(crm) as web:
        endpoint = example("crm_injection", CRM_URL=f"{web.url}/customers").app
        call, stranger = jambonz_call(endpoint), jambonz_call(endpoint, from_="+15085559999")
        for model in (call.model(), stranger.model()):
            model.says("How can I help you?")
        call.heard("How can I help you?")
        looked_up.set()
        (message,) = call.command("agent:update")["data"]["messages"]
        assert "name: Sarah Mitchell. tier: gold." in message["content"]
        stranger.heard("How can I help you?")
        assert stranger.commands == []


def test_a_crm_that_is_down_costs_the_caller_nothing(
    jambonz_call: PlaceCall, example: LoadExample, printed: Printed
) -> None:
    with Web(lambda asked: 500) as web:
        call = jambonz_call(example("crm_injection", CRM_URL=web.url).app)
        call.model().says("How can I help you?")
        printed("no CRM: 500")
        call.heard("How can I help you?")


def test_what_each_party_says_is_spoken_to_the_other_in_their_language(
    jambonz_call: PlaceCall, example: LoadExample
) -> None:
    words = {"Hello": "Hola", "Buenos días": "Good morning", "Is anybody there?": "¿Hay alguien?"}
    with Web(lambda asked: {"translatedText": words[asked.body["q"]]}) as web:
        endpoint = example("realtime_translator", TRANSLATE_URL=f"{web.url}/translate").app
        call = jambonz_call(endpoint, env={"DIAL": "+34911234567"})
        call.dialled.answers(after=10)
        call.says("Is anybody there?")
        assert call.hook("/caller-said").answer == []  # nobody to translate it for
        assert call.dialled.talks()
        call.says("Hello")
        to_callee = call.command("dub")
        call.dialled.says("Buenos días")
        say = {"text": "Good morning", "synthesizer": {"vendor": "google", "language": "en-US"}}
        to_caller = call.command("dub", say=say)
    assert [(asked.body["q"], asked.body["source"], asked.body["target"]) for asked in web.asked] == [
        ("Hello", "en", "es"),
        ("Buenos días", "es", "en"),
    ]
    assert (to_callee["callSid"], to_callee["data"]["say"]["text"]) == (call.dialled[0].leg.call_sid, "Hola")
    assert "callSid" not in to_caller


# -- audio


def recorded(path: Path) -> bytes:
    (recording,) = path.iterdir()
    with wave.open(str(recording)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (8000, 1, 2)
        return file.readframes(file.getnframes())


def test_a_message_is_recorded_to_a_wav_file_and_once_more_if_the_caller_wants(
    jambonz_call: PlaceCall, example: LoadExample, tmp_path: Path
) -> None:
    call = jambonz_call(example("voicemail", RECORDINGS=str(tmp_path)).app)
    call.dialled.never_answers()
    call.heard("Nobody can take your call.")
    call.heard("(beeps)")
    call.plays(FRAME * 60)
    call.presses("#")
    asks = call.heard("It has 1 seconds.")
    call.presses("1")
    call.heard("(beeps)", after=asks)
    call.plays(FRAME * 75)
    call.presses("#")
    call.heard("Press 1 to record it again", after=asks)
    call.presses("2")
    call.heard("Thank you. Goodbye.")
    assert FRAME * 75 in recorded(tmp_path)


def test_a_message_is_kept_if_the_caller_hangs_up(
    jambonz_call: PlaceCall, example: LoadExample, printed: Printed, tmp_path: Path
) -> None:
    call = jambonz_call(example("voicemail", RECORDINGS=str(tmp_path)).app)
    call.dialled.is_busy()
    call.plays(FRAME * 50)
    call.heard("(beeps)")
    call.listens()
    call.hangs_up()
    printed(".wav has ")
    assert FRAME * 50 in recorded(tmp_path)


def test_who_is_answered_leaves_no_message(jambonz_call: PlaceCall, example: LoadExample, tmp_path: Path) -> None:
    call = jambonz_call(example("voicemail", RECORDINGS=str(tmp_path)).app)
    call.dialled.answers()
    call.dialled.hangs_up(after=30)
    assert call.ended == "completed"
    assert list(tmp_path.iterdir()) == []


def test_the_caller_hears_an_echo_until_a_key_ends_it(jambonz_call: PlaceCall, example: LoadExample) -> None:
    call = jambonz_call(example("audio_echo").app)
    call.plays(FRAME * 25)
    call.heard(FRAME * 25)
    call.presses("*")
    call.presses("#")
    wait_for(lambda: "the app ends the audio stream" in call.transcript.lines("event"))


def test_a_conference_is_recorded_as_a_whole(
    jambonz_call: PlaceCall, example: LoadExample, printed: Printed, tmp_path: Path
) -> None:
    endpoint = example("conference_fork", RECORDINGS=str(tmp_path)).app
    nobody = jambonz_call(endpoint)
    nobody.is_silent()
    nobody.heard("Goodbye.")
    call = jambonz_call(endpoint)
    call.presses("17#")
    call.started("conference", name="17")
    wait_for((tmp_path / "17.wav").exists)
    call.plays(FRAME * 10)
    call.hangs_up(after=1)
    printed("17.wav: ")
    assert FRAME * 10 in recorded(tmp_path)


def test_a_supervisor_listens_in_coaches_and_joins(jambonz_calls: PlaceCalls, example: LoadExample) -> None:
    support = example("conference_coaching", SUPERVISOR_TOKEN="secret")
    calls = jambonz_calls(support.app)
    customer = calls.call(path="/customer")
    customer.heard("An agent will be with you")
    agent = calls.call(path="/agent")
    agent.says("Good morning!")
    customer.heard("Good morning!")
    supervisor = calls.call(path="/supervisor")
    customer.says("It does not work.")
    supervisor.heard("It does not work.")
    url = f"/supervisor/{supervisor.leg.call_sid}"

    def does(action: str) -> int:
        status: int = support.web("POST", f"{url}/{action}", headers=SUPERVISOR).status_code
        return status

    assert does("coach") == 202
    supervisor.command("conf:participant-action", action="unmute")
    supervisor.says("Offer a refund.")
    agent.heard("Offer a refund.")
    assert does("join") == 202
    supervisor.command("conf:participant-action", action="uncoach")
    supervisor.says("You get your money back.")
    customer.heard("You get your money back.")
    customer.not_heard("Offer a refund.", timeout=0)
    assert does("listen") == 202
    supervisor.command("conf:participant-action", action="mute")
    assert does("sing") == 404
    assert support.web("POST", "/supervisor/nobody/coach", headers=SUPERVISOR).status_code == 404
    assert support.web("POST", f"{url}/coach").status_code == 401
