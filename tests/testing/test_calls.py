"""Calls that meet, in queues and conferences."""

from __future__ import annotations

import time
from typing import Any

import flask
import pytest

from jambonz_sync import AudioStream, Jambonz, Session, create_endpoint
from jambonz_sync.events import EnqueueEvent, GatherEvent
from jambonz_sync.simulator import CallFailed, Scenario
from jambonz_sync.testing import PlaceCalls, TestCalls
from tests.waiting import wait_for

endpoint = create_endpoint()


@endpoint.service("/caller").on("session:new")
def caller(session: Session) -> None:
    """Waits in the queue; agents may take them out of it."""

    @session.on("/wait")
    def wait(evt: Any) -> None:
        session.say(text=f"You are number {evt['queue_position'] + 1} of {evt['queue_size']}.").pause(length=5).reply()

    @session.on("/served")
    def served(evt: EnqueueEvent) -> None:
        session.say(text=f"It was {evt.queue_result}.").hangup().reply()

    priority = 1 if session.from_ == "+15085550911" else 999
    session.enqueue(name="support", wait_hook="/wait", action_hook="/served", priority=priority).send()


@endpoint.service("/agent").on("session:new")
def agent(session: Session) -> None:
    """Takes one caller out of the queue."""

    @session.on("/done")
    def done(evt: Any) -> None:
        session.say(text=f"It was {evt['dequeue_result']}.").hangup().reply()

    session.say(text="Hello agent.").dequeue(name="support", timeout=30, beep=True, action_hook="/done")
    session.pause(length=1).send()


def hooks_of_queues(path: str) -> object:
    """Answer the webhooks of an app that does the same."""
    verbs: dict[str, list[dict[str, Any]]] = {
        "caller": [{"verb": "enqueue", "name": "support", "waitHook": "/wait", "actionHook": "/served"}],
        "agent": [
            {"verb": "dequeue", "name": "support", "timeout": 30, "actionHook": "/done"},
            {"verb": "pause", "length": 1},
        ],
        "ask": [{"verb": "gather", "input": ["speech"], "actionHook": "/served"}],
        "wait": [{"verb": "say", "text": "You are number 1 of 1."}, {"verb": "pause", "length": 5}],
    }
    data = flask.request.get_json(silent=True) or {}
    result = data.get("queue_result") or data.get("dequeue_result")
    return flask.jsonify(verbs.get(path) or [{"verb": "say", "text": f"It was {result}."}, {"verb": "hangup"}])


app = flask.Flask(__name__)
app.add_url_rule("/<path>", view_func=hooks_of_queues, methods=["GET", "POST"])


@pytest.fixture(params=["websocket", "webhook"])
def calls(request: pytest.FixtureRequest, jambonz_calls: PlaceCalls) -> TestCalls:
    return jambonz_calls(endpoint if request.param == "websocket" else app)


def test_a_caller_waits_until_an_agent_takes_them_out_of_the_queue(calls: TestCalls) -> None:
    a = calls.call(path="/caller")
    a.heard("You are number 1 of 1.")
    b = calls.call(path="/agent")
    a.says("I have a question.")
    b.heard("I have a question.")
    b.says("I have the answer.")
    a.heard("I have the answer.")
    a.presses("1")
    b.heard("(presses 1)")
    b.hangs_up()
    a.heard("It was bridged.")
    assert a.ended == b.ended == "completed"
    assert a.hook("/served").payload["queue_result"] == "bridged"


def test_an_agent_learns_that_the_caller_has_hung_up(calls: TestCalls) -> None:
    b = calls.call(path="/agent")
    a = calls.call(path="/caller")
    b.says("Hello?")
    a.heard("Hello?")
    a.hangs_up()
    b.heard("It was complete.")
    assert a.hook("/served").payload["queue_result"] == "bridged"
    assert b.hook("/done").payload["dequeue_result"] == "complete"


def test_a_caller_who_hangs_up_while_they_wait_is_not_in_the_queue_any_more(calls: TestCalls) -> None:
    a = calls.call(path="/caller")
    a.heard("You are number 1 of 1.")
    a.hangs_up()
    assert a.hook("/served").payload["queue_result"] == "hangup"
    b = calls.call(path="/agent")
    b.heard("It was timeout.")


def test_waiting_takes_as_long_as_in_the_other_call(calls: TestCalls) -> None:
    b = calls.call(path="/agent")
    b.advance(20)
    a = calls.call(path="/caller")
    a.says("At last.")
    heard = b.heard("At last.")
    assert 20 <= heard.at < 30
    a.hangs_up()
    b.heard("It was complete.")


def test_agents_take_callers_in_the_order_of_the_queue(jambonz_calls: PlaceCalls) -> None:
    calls = jambonz_calls(endpoint)
    first = calls.call(path="/caller")
    first.heard("You are number 1 of 1.")
    second = calls.call(path="/caller")
    second.heard("You are number 2 of 2.")
    urgent = calls.call(path="/caller", from_="+15085550911")
    urgent.heard("You are number 1 of 3.")
    agents = [calls.call(path="/agent") for _ in range(2)]
    urgent.says("It burns.")
    agents[0].heard("It burns.")
    first.says("It is cold.")
    agents[1].heard("It is cold.")
    second.heard("You are number 1 of 1.")


def test_calls_of_another_fixture_do_not_meet(jambonz_calls: PlaceCalls) -> None:
    a = jambonz_calls(endpoint).call(path="/caller")
    a.heard("You are number 1 of 1.")
    b = jambonz_calls(endpoint).call(path="/agent")
    b.heard("It was timeout.")


def test_calls_that_meet_need_an_app_and_a_time_of_their_own(jambonz_calls: PlaceCalls) -> None:
    with pytest.raises(TypeError, match="there is no app to call"):
        jambonz_calls().call()
    with pytest.raises(ValueError, match="real_time"):
        jambonz_calls(endpoint).call(real_time=True)


def test_a_wait_for_a_call_that_meets_others_is_not_cut_short(jambonz_calls: PlaceCalls) -> None:
    calls = jambonz_calls(app)
    assert calls.call(path="/agent").ended == "completed"
    asked = calls.call(path="/ask")
    assert asked.listens()
    began = time.monotonic()
    # what the other one has done as the last thing may still be on its way
    assert not asked.hears("anything", timeout=0.2)
    assert time.monotonic() - began >= 0.2


def test_a_call_that_fails_does_not_hold_up_the_others(jambonz_calls: PlaceCalls) -> None:
    calls = jambonz_calls(endpoint)
    nobody = calls.call("http://127.0.0.1:1")
    with pytest.raises(CallFailed):
        nobody.heard("anything")
    calls.call(path="/agent").heard("It was timeout.")


account = flask.Flask("account")
jambonz = Jambonz(account)
queue_events: list[dict[str, Any]] = []


@account.post("/queue-events")
def take_queue_event() -> object:
    queue_events.append(flask.request.get_json())
    return "", 204


@jambonz.websocket("/waits")
def waits(session: Session) -> None:
    session.enqueue(name="support").send()


@jambonz.websocket("/takes")
def takes(session: Session) -> None:
    session.dequeue(name="support").hangup().send()


def test_the_account_is_told_who_enters_a_queue_and_how_they_leave_it(jambonz_calls: PlaceCalls) -> None:
    queue_events.clear()
    calls = jambonz_calls(account)
    options: dict[str, Any] = {"websocket": True, "scenario": Scenario(queue_event_hook="/queue-events")}
    ann = calls.call(path="/waits", **options)
    assert ann.hook("/queue-events").payload["event"] == "join"
    bob = calls.call(path="/waits", **options)
    bob.hook("/queue-events")
    bob.hangs_up()
    assert bob.ended == "completed"
    agent = calls.call(path="/takes", websocket=True)
    ann.says("Hello?")
    agent.heard("Hello?")
    ann.hangs_up()
    assert ann.ended == "completed"
    told = [(each["call_sid"], each["event"], each["queue"], each["length"]) for each in queue_events]
    assert told == [
        (ann.leg.call_sid, "join", "support", 1),
        (bob.leg.call_sid, "join", "support", 2),
        (bob.leg.call_sid, "leave", "support", 1),
        (ann.leg.call_sid, "leave", "support", 0),
    ]
    joined, _, abandoned, dequeued = queue_events
    assert (abandoned["leave_reason"], dequeued["leave_reason"]) == ("abandoned", "dequeued")
    assert dequeued["dequeuer"]["call_sid"] == agent.leg.call_sid
    # the agent looks into the queue a second after they have come
    assert dequeued["leave_time"] - joined["join_time"] >= 1000


# -- conferences

rooms = create_endpoint()


@rooms.service("/customer").on("session:new")
def customer(session: Session) -> None:
    """Waits for an agent in the conference, and goes on when it is over."""
    session.on("/wait", lambda: session.say(text="Soon.").pause(length=10).reply())
    session.on("/status", lambda evt: events.append((evt["event"], evt["members"])))
    session.on("/over", lambda: session.say(text="It is over.").hangup().reply())
    session.conference(
        name="support",
        start_conference_on_enter=False,
        wait_hook="/wait",
        status_hook="/status",
        status_events=["start", "join", "leave", "end"],
        action_hook="/over",
    ).send()


@rooms.service("/agent").on("session:new")
def moderator(session: Session) -> None:
    """Starts the conference, has all be told of it, and ends it."""
    session.on("/status", lambda evt: events.append((evt["event"], evt["members"])))
    conference: dict[str, Any] = {"member_tag": "agent", "end_conference_on_exit": True, "beep": True}
    status: dict[str, Any] = {"status_hook": "/status", "status_events": ["start", "join", "leave", "start-talking"]}
    session.conference(name="support", max_participants=4, distribute_dtmf=True, **conference, **status).hangup().send()


@rooms.service("/supervisor").on("session:new")
def supervisor(session: Session) -> None:
    """Hears all, and is heard by nobody until told otherwise."""
    session.conference(name="support", start_conference_on_enter=False, join_muted=True).say(text="Out.").send()
    sessions.append(session)


@rooms.service("/limited").on("session:new")
def limited(session: Session) -> None:
    """Joins a conference with room for two, which goes on for a minute when nobody is left who ends it."""
    ends: dict[str, Any] = {"end_conference_on_exit": session.from_.endswith("0666"), "end_conference_duration": 60}
    session.conference(name="short", max_participants=2, **ends).say(text="That was it.").send()


@rooms.service("/held").on("session:new")
def held(session: Session) -> None:
    """Joins a conference, in which the test holds the caller."""
    session.on("/music", lambda: session.say(text="Please hold.").pause(length=5).reply())
    session.conference(name="support").send()
    sessions.append(session)


@rooms.service("/taped").on("session:new")
def taped(session: Session) -> None:
    """Joins a conference that goes to an audio stream, with a stream of the call itself if it is the second."""
    if sessions:
        session.config(listen={"enable": True, "url": "/tape", "mix_type": "stereo"})
    session.conference(name="taped", listen={"url": "/tape", "metadata": {"conference": "taped"}}).send()
    sessions.append(session)


@rooms.service("/").on("session:new")
def listens(session: Session) -> None:
    """Has what the caller says go to an audio stream."""
    session.listen(url="/tape").send()


@rooms.audio("/tape").on("connection")
def tape(stream: AudioStream) -> None:
    """Keeps what is heard on a stream, and whose it is."""
    kept = tapes.setdefault(str(stream.metadata.get("conference", stream.call_sid)), bytearray())
    for pcm in stream:
        kept += pcm


tapes: dict[str, bytearray] = {}
sessions: list[Session] = []
events: list[tuple[str, int]] = []


@pytest.fixture
def meeting(jambonz_calls: PlaceCalls) -> TestCalls:
    sessions.clear()
    events.clear()
    tapes.clear()
    return jambonz_calls(rooms)


def test_members_wait_for_their_moderator_and_hear_each_other(meeting: TestCalls) -> None:
    ann = meeting.call(path="/customer")
    ann.heard("Soon.")
    agent = meeting.call(path="/agent")
    agent.says("Hello all.")
    ann.heard("Hello all.")
    ann.says("Hello you.")
    agent.heard("Hello you.")
    agent.presses("1")
    ann.heard("(presses 1)")
    agent.hangs_up()
    ann.heard("It is over.")
    assert ann.ended == "completed"
    agents = [("start", 0), ("join", 1), ("start-talking", 2), ("leave", 1)]
    assert [event for event in events if event in agents] == agents
    # who has waited tells what their own verb says, and the last one that it is over
    anns = [("join", 2), ("leave", 0), ("end", 0)]
    assert [event for event in events if event in anns] == anns
    assert len(events) == len(agents + anns)


def test_a_conference_goes_on_without_a_member_who_does_not_end_it(meeting: TestCalls) -> None:
    agent = meeting.call(path="/agent")
    ann, bob = meeting.call(path="/customer"), meeting.call(path="/customer")
    agent.says("Both of you.")
    ann.heard("Both of you.")
    bob.heard("Both of you.")
    ann.hangs_up()
    assert ann.ended == "completed"
    bob.says("I am alone.")
    agent.heard("I am alone.")
    assert ("leave", 2) in events


def test_a_supervisor_listens_coaches_and_joins(meeting: TestCalls) -> None:
    agent, ann, boss = (meeting.call(path=path) for path in ("/agent", "/customer", "/supervisor"))
    boss.says("Nobody hears me.")
    ann.says("What does it cost?")
    boss.heard("What does it cost?")
    agent.heard("What does it cost?")
    sessions[0].inject_conference(action="coach", tag="agent")
    sessions[0].inject_conference(action="unmute")
    wait_for(lambda: "conf:participant-action: unmute" in boss.transcript.lines("event"))
    boss.says("Ten dollars.")
    agent.heard("Ten dollars.")
    sessions[0].inject_conference(action="uncoach")
    wait_for(lambda: "conf:participant-action: uncoach" in boss.transcript.lines("event"))
    boss.says("Hello, I am the boss.")
    ann.heard("I am the boss.")
    assert "Nobody hears me." not in str(agent) + str(ann)
    assert "Ten dollars." not in str(ann)


def test_a_member_who_is_kicked_goes_on_with_the_next_verb(meeting: TestCalls) -> None:
    agent, boss = meeting.call(path="/agent"), meeting.call(path="/supervisor")
    agent.says("One.")
    boss.heard("One.")
    sessions[0].inject_conference(action="kick")
    boss.heard("Out.")


def test_a_conference_has_room_for_so_many_and_ends_a_while_after_its_host_has_left(meeting: TestCalls) -> None:
    host, guest = meeting.call(path="/limited", from_="+15085550666"), meeting.call(path="/limited")
    host.says("Hello.")
    guest.heard("Hello.")
    meeting.call(path="/limited").heard("That was it.")
    left = guest.heard("Hello.").at
    host.hangs_up()
    assert 60 <= guest.heard("That was it.").at - left < 65


def test_a_member_on_hold_hears_the_hook_for_that_and_not_the_others(meeting: TestCalls) -> None:
    ann = meeting.call(path="/held")
    ann.started("conference")
    bob = meeting.call(path="/held")
    bob.says("Hello.")
    ann.heard("Hello.")
    sessions[0].inject_conference(hold=True, wait_hook="/music")
    first = ann.heard("Please hold.")
    bob.says("You do not hear this.")
    bob.advance(1)
    assert ann.heard("Please hold.", after=first).at - first.at >= 5
    sessions[0].inject_conference(hold=False)
    wait_for(lambda: "conf:hold-status: unhold" in ann.transcript.lines("event"))
    bob.says("You hear me again.")
    ann.heard("You hear me again.")
    assert "You do not hear this." not in str(ann)
    assert "Please hold." not in str(bob)


def test_all_in_a_conference_hear_what_is_said_in_the_room(meeting: TestCalls) -> None:
    ann, bob = meeting.call(path="/held"), meeting.call(path="/held")
    ann.says("Hello.")
    bob.heard("Hello.")
    sessions[1].inject_say("The meeting begins.")
    sessions[1].inject_play("https://example.com/gong.wav")
    for call in (ann, bob):
        call.heard("(plays https://example.com/gong.wav)", after=call.heard("The meeting begins."))


def test_what_the_members_of_a_conference_say_goes_to_its_audio_stream_and_to_those_of_the_others(
    meeting: TestCalls,
) -> None:
    ann = meeting.call(path="/taped")
    wait_for(lambda: tapes)
    bob = meeting.call(path="/taped")
    wait_for(lambda: len(tapes) == 2)
    ann.says("one two three")
    bob.heard("one two three")
    wait_for(lambda: any(tapes["taped"]))
    stereo = tapes[bob.leg.call_sid]
    wait_for(lambda: any(right(stereo)))  # whom the caller hears
    assert not any(left(stereo))
    tapes["taped"].clear()
    bob.says("four five six")
    wait_for(lambda: any(tapes["taped"]))
    wait_for(lambda: any(left(stereo)))
    bob.hangs_up()
    ann.hangs_up()
    assert ann.ended == bob.ended == "completed"


def left(stereo: bytearray) -> bytes:
    return bytes(stereo[0::4])


def right(stereo: bytearray) -> bytes:
    return bytes(stereo[2::4])


def test_audio_that_a_caller_plays_is_heard_by_those_they_meet(meeting: TestCalls) -> None:
    ann = meeting.call(path="/held")
    ann.started("conference")
    bob = meeting.call(path="/held")
    bob.says("Hello.")
    ann.heard("Hello.")
    bob.plays(bytes(range(256)) * 25)
    ann.heard("[audio: 0.4 s]")


# -- dial to the number of an app

switchboard, office = create_endpoint(), create_endpoint()


@switchboard.service("/").on("session:new")
def dials(session: Session) -> None:
    """Connects the caller with the office."""
    session.on("/dialled", lambda evt: session.say(text=f"It was {evt['dial_call_status']}.").hangup().reply())
    session.dial(target=[{"type": "phone", "number": "+15085550001"}], action_hook="/dialled").send()


@office.service("/").on("session:new")
def answers(session: Session) -> None:
    """Repeats what the caller says, refuses those of one number, and says goodbye to who presses a key."""
    if session.from_ == "+15085550666":
        session.sip_decline(status=486).send()
        return

    @session.on("/heard")
    def heard(evt: GatherEvent) -> None:
        if evt.digits:
            session.say(text="Goodbye.").hangup().reply()
        else:
            session.say(text=f"You said {evt.transcript}.").gather(**gather).reply()

    gather: dict[str, Any] = {"input": ["speech", "digits"], "num_digits": 1, "action_hook": "/heard"}
    session.say(text="Office.").gather(**gather).send()


def test_a_dial_to_the_number_of_an_app_rings_there(jambonz_calls: PlaceCalls) -> None:
    calls = jambonz_calls(switchboard, numbers={"+15085550001": office})
    a = calls.call()
    a.started("dial")
    a.says("hello")
    a.heard("You said hello.")
    b = calls.all[1]
    assert (b.leg.from_, b.leg.to) == (a.leg.from_, "+15085550001")
    assert b.heard("You said hello.")
    a.presses("1")
    a.heard("It was completed.")
    assert a.ended == b.ended == "completed"


def test_audio_that_a_caller_plays_is_heard_by_the_app_that_they_have_dialled(jambonz_calls: PlaceCalls) -> None:
    tapes.clear()
    calls = jambonz_calls(switchboard, numbers={"+15085550001": rooms})
    a = calls.call()
    assert a.dialled.talks()
    samples = bytes(range(256)) * 25
    wait_for(lambda: tapes)
    a.plays(samples)
    wait_for(lambda: any(samples in tape for tape in tapes.values()))
    a.hangs_up()
    assert calls.all[1].ended == "completed"


def test_an_app_that_declines_makes_the_dial_fail(jambonz_calls: PlaceCalls) -> None:
    calls = jambonz_calls(switchboard, numbers={"+15085550001": office})
    a = calls.call(from_="+15085550666")
    a.heard("It was busy.")
    assert calls.all[1].ended == "declined (486)"


def test_a_caller_who_hangs_up_takes_the_dialled_call_along(jambonz_calls: PlaceCalls) -> None:
    calls = jambonz_calls(switchboard, numbers={"+15085550001": office})
    a = calls.call()
    a.says("hello")
    a.heard("You said hello.")
    a.hangs_up()
    assert calls.all[1].ended == "completed"
    assert a.hook("/dialled").payload["dial_call_status"] == "completed"


circular = create_endpoint()


@circular.service("/").on("session:new")
def dials_itself(session: Session) -> None:
    """Dials its own number, and gives up."""
    session.dial(target=[{"type": "phone", "number": "+15085550002"}]).hangup().send()


@pytest.mark.jambonz(allow=["dial-loop"])
def test_an_app_that_dials_itself_gets_so_many_calls_and_no_more(jambonz_calls: PlaceCalls) -> None:
    calls = jambonz_calls(circular, numbers={"+15085550002": circular})
    assert calls.call(timeout=60).ended == "completed"
    assert len(calls.all) == 20
    assert [finding.code for finding in calls.all[-1].findings] == ["dial-loop"]
    assert all(each.ended == "completed" for each in calls.all)
