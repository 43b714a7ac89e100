"""Those whom an app dials do what the test says."""

from __future__ import annotations

from typing import Any

import flask
import pytest

from jambonz_sync import Jambonz, Session, WebhookResponse, create_endpoint
from jambonz_sync.simulator.engine.scenario import Callee, Scenario
from jambonz_sync.testing import PlaceCall

endpoint = create_endpoint()


@endpoint.service("/").on("session:new")
def connects(session: Session) -> None:
    @session.on("/dialled")
    def dialled(evt: Any) -> None:
        session.say(text=f"{evt.dial_call_status} {evt.dial_sip_status}.").reply()

    session.dial(target=[{"type": "phone", "number": "+15085551213"}], timeout=30, action_hook="/dialled").send()


@endpoint.service("/confirm").on("session:new")
def confirms(session: Session) -> None:
    @session.on("/dialled")
    def dialled(evt: Any) -> None:
        session.say(text=f"{evt.dial_call_status}.").reply()

    @session.on("/confirm")
    def confirm(evt: Any) -> None:
        session.gather(input=["digits"], num_digits=1, action_hook="/confirmed").reply()

    @session.on("/confirmed")
    def confirmed(evt: Any) -> None:
        session.say(text=f"They pressed {evt.digits}.").reply()

    target = [{"type": "phone", "number": "+15085551213", "confirm_hook": "/confirm"}]
    session.dial(target=target, action_hook="/dialled").send()


@endpoint.service("/transfer").on("session:new")
def transfers(session: Session) -> None:
    @session.on("/transferred")
    def transferred(evt: Any) -> None:
        session.say(text=f"{evt.transfer_result} {evt.transfer_reason}.").hangup().reply()

    session.on("/progress", lambda evt: None)
    session.transfer(
        target=[{"type": "phone", "number": "+15085551213"}],
        mode="warm",
        brief={"text": "A customer about an invoice."},
        confirm={"prompt": "Press 1 to take the call.", "digit": "1"},
        action_hook="/transferred",
        event_hook="/progress",
    ).send()


@endpoint.service("/amd").on("session:new")
def detects(session: Session) -> None:
    @session.on("/detected")
    def detected(evt: Any) -> Any:
        found = evt.type.removeprefix("amd_").replace("_", " ")
        return session.say(text=f"It is {found}.").hangup() if evt.type != "amd_machine_detected" else None

    session.dial(target=[{"type": "phone", "number": "+15085551213"}], amd={"action_hook": "/detected"}).send()


@endpoint.service("/keys").on("session:new")
def reports_keys(session: Session) -> None:
    @session.on("/key")
    def key(evt: Any) -> None:
        session.inject_redirect([{"verb": "say", "text": f"They pressed {evt.dtmf}."}, {"verb": "hangup"}])

    target = [{"type": "phone", "number": "+15085551213"}]
    session.dial(target=target, dtmf_capture={"childCall": ["*2"]}, dtmf_hook="/key").send()


def test_a_party_that_rings_refuses_as_the_test_says(jambonz_call: PlaceCall) -> None:
    for status, answer in ((603, "failed 603."), (404, "failed 404."), (486, "busy 486.")):
        call = jambonz_call(endpoint)
        call.started("dial")
        call.dialled.refuses(status)
        call.heard(answer)


def test_what_a_party_will_do_is_said_before_they_are_dialled(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(endpoint)
    call.dialled.is_busy()
    call.heard("busy 486.")
    assert call.dialled[0].number == "+15085551213"
    assert call.dialled["+15085551213"].leg.status == "busy"
    assert len(call.dialled) == len(list(call.dialled)) == 1


def test_a_party_answers_talks_and_hangs_up(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(endpoint)
    call.started("dial")
    call.dialled.answers(after=5)
    call.dialled.hangs_up(after=60)
    assert call.heard("completed 200.").at == pytest.approx(60, abs=1)
    call.hangs_up()
    assert call.dialled[0].leg.duration == pytest.approx(55, abs=1)


def test_a_party_that_stays_is_there_until_they_hang_up(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(endpoint)
    call.dialled.answers()
    assert not call.hears("completed", timeout=0.2)
    call.dialled.hangs_up()
    call.heard("completed 200.")


def test_a_party_that_never_answers_rings_until_the_dial_gives_up(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(endpoint)
    call.dialled.never_answers()
    assert call.heard(" 180.").at >= 30


def test_a_party_presses_keys_to_confirm(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(endpoint, "/confirm")
    call.dialled.answers()
    call.dialled.presses("1")
    call.dialled.hangs_up(after=20)
    call.heard("They pressed 1.")
    call.heard("completed.")


def test_a_party_takes_a_transfer_by_a_key(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(endpoint, "/transfer")
    call.dialled.answers()
    call.dialled.presses("1")
    call.dialled.hangs_up(after=20)
    call.heard("A customer about an invoice. (to +15085551213)")
    call.heard("Press 1 to take the call.")
    call.heard("bridged completed.")
    assert call.hook("/progress").payload == {"event_type": "transfer.bridged"}


def test_a_party_decides_on_a_transfer_once_they_have_heard_what_it_is_about(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(endpoint, "/transfer")
    call.dialled.answers()
    call.heard("Press 1 to take the call.")
    call.dialled.presses("1")
    assert call.dialled.talks()
    call.dialled.hangs_up()
    call.heard("bridged completed.")


def test_a_party_refuses_a_transfer(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(endpoint, "/transfer")
    call.dialled.refuses(603)
    call.heard("returned declined.")
    call = jambonz_call(endpoint, "/transfer")
    call.dialled.answers()
    call.heard("returned declined.")


def test_what_is_no_refusal_is_refused(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(endpoint)
    with pytest.raises(ValueError, match="200 is no SIP status of a refusal"):
        call.dialled.refuses(200)
    with pytest.raises(KeyError, match="'x' was not dialled; so far: "):
        call.dialled["x"]


def test_callees_of_a_scenario_do_not_share_their_decisions(jambonz_call: PlaceCall) -> None:
    scenario = Scenario(callees=(Callee(603),))
    for _ in range(2):
        jambonz_call(endpoint, scenario=scenario).heard("failed 603.")
    assert scenario == Scenario(callees=(Callee(603),))


def test_a_machine_that_is_dialled_is_told_from_a_person(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(endpoint, "/amd")
    call.dialled.is_machine("You have reached Joe, please leave a message after the tone", after=2)
    call.heard("It is tone detected.")
    call = jambonz_call(endpoint, "/amd")
    call.dialled.is_machine("You have reached Joe, please leave a message after the tone", beeps=False)
    call.heard("It is machine stopped speaking.")
    call = jambonz_call(endpoint, "/amd")
    call.dialled.answers()
    call.dialled.says("Hello, Joe speaking.")
    call.heard("It is human detected.")


def test_keys_of_a_party_are_captured_while_they_talk(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(endpoint, "/keys")
    call.dialled.answers()
    assert call.dialled.talks()
    call.dialled.presses("1*2")
    call.heard("They pressed *2.")


def test_keys_that_nobody_has_asked_for_are_pressed_once_they_are_connected(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(endpoint, "/keys")
    call.dialled.answers()
    call.dialled.presses("*2")
    call.heard("They pressed *2.")


def test_a_single_party_is_waited_for(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(endpoint)
    call.dialled.answers(after=3)
    call.started("dial")
    assert call.dialled.talks()
    assert call.dialled[0].talks()
    call.dialled[0].hangs_up()
    call.heard("completed 200.")
    assert not call.dialled[0].talks(timeout=0.01)


app = flask.Flask(__name__)
jambonz = Jambonz(app)


@jambonz.webhook("/incoming")
def incoming(call: object) -> WebhookResponse:
    target = [{"type": "phone", "number": "+15085551213"}]
    return WebhookResponse().dial(target=target, on_hold_hook="/hold").say(text="Parted.").hangup()


@jambonz.webhook("/hold")
def hold(evt: object) -> WebhookResponse:
    return WebhookResponse().say(text="One moment.")


def test_a_test_of_webhooks_waits_for_what_a_dialled_party_will_do(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(app, "/incoming")
    call.dialled.answers(after=5)
    assert call.dialled.talks()
    # word by word, of which the app is told nothing
    call.dialled.says("word " * 400)
    call.dialled.holds(after=150)
    call.dialled.hangs_up(after=200)
    assert call.heard("One moment.").at == pytest.approx(155, abs=2)
    assert call.heard("Parted.").at == pytest.approx(205, abs=2)


@endpoint.call("/twice")
def dials_twice(session: Session) -> None:
    for _ in range(2):
        outcome = session.dial(target=[{"type": "phone", "number": "+15085551213"}], timeout=30).wait()
        session.say(f"{outcome['dial_call_status']}.")
    session.hangup()


@pytest.mark.parametrize("rings", [True, False])
def test_what_is_said_of_two_parties_is_for_two_though_the_first_one_rings(
    jambonz_call: PlaceCall, rings: bool
) -> None:
    call = jambonz_call(endpoint, path="/twice")
    if rings:
        call.started("dial")
    call.dialled.is_busy()
    call.dialled.answers()
    call.dialled.hangs_up(after=7)
    call.heard("busy.")
    call.heard("completed.")
    assert call.ended
    assert [party.leg.duration for party in call.dialled] == [None, 6]  # a second before they answer
