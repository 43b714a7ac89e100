"""A model that a test scripts, in calls over a WebSocket and by webhooks."""

from __future__ import annotations

import re

import flask
import pytest

from jambonz_sync import Jambonz, Session, ToolSet, WebhookResponse, create_endpoint
from jambonz_sync.server.http import HttpServer
from jambonz_sync.simulator import Call, LiveCaller, Said, Scenario, TranscriptEntry, Utterance
from jambonz_sync.testing import ExpectationFailed, PlaceCall

tools = ToolSet()


@tools.tool
def get_weather(city: str) -> dict[str, str]:
    """The weather in a city."""
    return {"weather": "sunny", "city": city}


endpoint = create_endpoint()
SESSION = {"tools": tools.schemas("openai"), "input_audio_transcription": {"model": "whisper-1"}}
OPENAI = {"response_create": {}, "session_update": SESSION}
HOOKS = {"event_hook": "/event", "tool_hook": "/tool", "action_hook": "/final"}


@endpoint.service("/").on("session:new")
def realtime(session: Session) -> None:
    """Talks to OpenAI, tells what it hears, and what the conversation has ended with."""
    session.use_tools(tools, hook="/tool", vendor="openai")

    @session.on("/event")
    def event(evt: dict[str, str]) -> None:
        if "agent" in evt["transcript"]:
            session.update_llm({"type": "session.update", "session": {"voice": "echo"}})

    @session.on("/final")
    def final(evt: dict[str, str]) -> None:
        session.say(text=f"It ended by {evt['completion_reason']}.").hangup().reply()

    session.llm(
        vendor="openai",
        auth={"apiKey": "k"},
        llm_options=OPENAI,
        events=["conversation.item.input_audio_transcription.completed"],
        **HOOKS,
    ).send()


@endpoint.service("/wrong").on("session:new")
def wrong(session: Session) -> None:
    """Gives the output of its tool in a shape that OpenAI does not take."""

    @session.on("/tool")
    def tool(evt: dict[str, str]) -> None:
        session.send_tool_output(evt["tool_call_id"], {"weather": "sunny"})

    session.llm(vendor="openai", auth={"apiKey": "k"}, llm_options=OPENAI, tool_hook="/tool").send()


@endpoint.service("/none").on("session:new")
def none(session: Session) -> None:
    session.say(text="No model here.").hangup().send()


app = flask.Flask(__name__)
jambonz = Jambonz(app)


@jambonz.webhook("/incoming")
def incoming(call: object) -> WebhookResponse:
    return WebhookResponse().agent(
        llm={"vendor": "openai", "model": "g", "llm_options": {"tools": tools.schemas("agent")}},
        tool_hook="/tool",
        action_hook="/final",
    )


jambonz.tools("/tool", tools)


@jambonz.webhook("/final")
def final(evt: object) -> WebhookResponse:
    return WebhookResponse().say(text="Thanks.").hangup()


def test_a_model_speaks_hears_and_calls_a_tool(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(endpoint)
    model = call.model()
    model.says("How can I help?")
    call.heard("How can I help?")
    call.says("What is the weather in Paris?")
    model.heard("weather in paris")
    result = model.calls_tool("get_weather", city="Paris")
    assert result == {"weather": "sunny", "city": "Paris"}
    assert result.returns(contains="sunny").output["city"] == "Paris"
    model.says("It is sunny.")
    model.ends()
    call.heard("It ended by disconnect from remote end.")
    assert call.ended == "completed"
    assert model.completion_reason == "disconnect from remote end"
    assert list(model.transcript) == [
        Utterance("model", "How can I help?"),
        Utterance("caller", "What is the weather in Paris?"),
        Utterance("model", "It is sunny."),
    ]
    assert not call.findings


def test_a_tool_call_of_whatever_model_runs_is_one_line(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(endpoint)
    call.tool_call("get_weather", city="Paris").returns({"weather": "sunny", "city": "Paris"}, contains=re.compile("P"))


@pytest.mark.parametrize("path", ["/incoming"])
def test_a_model_is_scripted_over_webhooks_as_well(jambonz_call: PlaceCall, path: str) -> None:
    call = jambonz_call(app, path)
    model = call.model()
    model.says("How can I help?")
    call.heard("How can I help?")
    model.calls_tool("get_weather", city="Rome").returns(contains="Rome")
    call.says("Thanks")
    model.heard("Thanks")
    model.ends("normal conversation end")
    call.heard("Thanks.")
    assert call.ended == "completed"


@endpoint.service("/handoff").on("session:new")
def hands_over(session: Session) -> None:
    """Has a model that may hand the caller over, and hang up."""

    @session.on("/final")
    def final(evt: dict[str, str]) -> None:
        session.say(text=f"It ended by {evt['completion_reason']}.").hangup().reply()

    target = [{"type": "phone", "number": "+15085551213"}]
    handoff = {"mode": "warm", "target": target, "confirm": {"prompt": "Press 1.", "digit": "1"}}
    llm = {"vendor": "openai", "model": "gpt-4o"}
    session.agent(llm=llm, handoff=handoff, hangup={"reason": "done"}, action_hook="/final").send()


def test_a_model_hands_the_caller_over_to_whom_the_test_plays(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(endpoint, "/handoff")
    model = call.model()
    assert model.tools == ["transfer_to_human", "hangup"]
    call.dialled.answers()
    assert model.calls_tool("transfer_to_human", summary="A customer.") == {
        "transfer_result": "returned",
        "transfer_reason": "declined",
    }
    call.dialled.answers()
    call.dialled.presses("1")
    call.dialled.hangs_up(after=20)
    assert model.calls_tool("transfer_to_human", summary="A customer.").output is None
    call.heard("A customer. (to +15085551213)")
    call.heard("It ended by transferred.")
    assert model.completion_reason == "transferred"


def test_a_model_hangs_up(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(endpoint, "/handoff")
    model = call.model()
    model.says("Goodbye.")
    model.calls_tool("hangup")
    assert call.ended == "completed"
    assert model.completion_reason == "hangup"
    assert call.transcript.lines("app") == ["Goodbye."]


def test_the_caller_cuts_in_on_a_model(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(endpoint)
    model = call.model()
    model.is_interrupted("I want an agent", after=1)
    model.says("Once upon a time there was a king.")
    call.heard("Once upon a ti")
    model.heard("I want an agent")
    assert model.transcript[0] == Utterance("model", "Once upon a tim")
    # the app has heard of it, and changed the voice
    assert model.updated(type="session.update")["session"] == {"voice": "echo"}
    assert len(model.updates) == 1


def test_a_person_who_listens_cuts_in_on_a_model_by_speaking() -> None:
    caller = LiveCaller()

    def listen(entry: TranscriptEntry) -> None:
        if entry.who == "app":
            caller.queue_turn(Said("Stop it, please", lead=0.0))
        elif entry.who == "event" and "cut off" in entry.text:
            call.hang_up()

    server = HttpServer("127.0.0.1", 0, endpoint.app)
    call = Call(f"ws://127.0.0.1:{server.port}/", caller=caller, real_time=True, timeout=20, on_entry=listen)
    try:
        transcript = call.run()
    finally:
        server.stop()
    assert any(line.startswith("cut off after 0.") for line in transcript.lines("event"))
    assert call.models.started[0].transcript[0].text in "Hello, this is the model."


def test_a_model_fails_and_sends_events_of_its_own(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(endpoint)
    model = call.model()
    event = {"type": "conversation.item.input_audio_transcription.completed", "transcript": "an agent, please"}
    model.emits(event)
    model.updated()
    assert event in model.events
    model.fails("out of quota")
    call.heard("It ended by server error.")
    assert model.completion_reason == "server error"


def test_a_model_that_the_test_does_not_script_answers_by_itself(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(endpoint)
    call.heard("How can I help you?")
    call.says("Good evening")
    call.heard("You said: Good evening")
    call.says("get weather Paris")
    call.heard('get_weather says: {"weather": "sunny", "city": "Paris"}')
    call.says("bye")
    call.heard("It ended by disconnect from remote end.")


def test_a_model_that_has_answered_by_itself_leaves_the_rest_to_the_test(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(endpoint)
    call.heard("How can I help you?")
    model = call.model()
    call.says("Good evening")
    model.heard("Good evening")
    model.says("Yes?")
    call.heard("Yes?")
    assert call.transcript.lines("app") == ["Hello, this is the model. How can I help you?", "Yes?"]


def test_a_model_that_the_test_scripts_does_nothing_by_itself(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(endpoint)
    model = call.model()
    call.says("Good evening")
    model.heard("Good evening")
    model.says("Yes?")
    call.heard("Yes?")
    assert call.transcript.lines("app") == ["Yes?"]
    assert model.tools == ["get_weather"]
    assert model.verb["vendor"] == "openai"
    assert "talks to the caller" in repr(model)


@pytest.mark.jambonz(allow=["tool-output-shape"])
def test_an_output_of_the_wrong_shape_fails_the_test_with_the_reason(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(endpoint, "/wrong")
    with pytest.raises(ExpectationFailed, match=r"dropped without a word: expected \{type: conversation\.item\.create"):
        call.tool_call("get_weather", city="Paris")
    assert [finding.code for finding in call.findings] == ["tool-output-shape"]


def test_an_expectation_of_a_model_that_is_not_met_says_so(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(endpoint)
    model = call.model()
    with pytest.raises(ExpectationFailed, match=r"the model did not hear 'hello' (within|and nothing)"):
        model.heard("hello", timeout=0.1)
    with pytest.raises(ExpectationFailed, match=r"did not update the model with type='x' .*; the updates so far: \[\]"):
        model.updated(type="x", timeout=0.1)
    result = model.calls_tool("get_weather", city="Paris")
    with pytest.raises(ExpectationFailed, match=r"get_weather\(city='Paris'\) returned .*, without 'rain'"):
        result.returns(contains="rain")
    with pytest.raises(ExpectationFailed, match="not 'rain'"):
        result.returns("rain")
    call.hangs_up()
    assert call.ended
    with pytest.raises(ExpectationFailed, match="no output of the tool get_weather"):
        model.calls_tool("get_weather", city="Paris")


def test_a_call_without_a_model_has_none_to_script(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(endpoint, "/none")
    with pytest.raises(ExpectationFailed, match="the caller did not talk to a model before the call ended"):
        call.model()


def test_a_model_that_cannot_be_connected_to_is_a_scenario(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(endpoint, scenario=Scenario(model_connects=False))
    call.heard("It ended by connection failure.")
