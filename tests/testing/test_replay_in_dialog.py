"""What phones send, and what those do who are dialled, is in the trace of a call, and played again at its moment."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jambonz_sync import Session, create_endpoint
from jambonz_sync.events import CallEvent
from jambonz_sync.simulator import Beep, CallerWait, Hold, Resume, ScriptedCaller, Timed, Trace
from jambonz_sync.testing import PlaceCall, TestCall, source_of_test

from .replaying import plays_again

endpoint = create_endpoint()
PHONE = {"type": "phone", "number": "+15085551213"}
BEFORE = "How can I help?"


@endpoint.call("/")
def hotline(session: Session) -> None:
    """Asks the caller, connects them with somebody who has to accept, and takes all that phones send."""

    @session.on("/refer")
    def refer(evt: CallEvent) -> None:
        session.say(text=f"Off to {evt['refer_details']['refer_to_user']}.").hangup().reply()

    for name in ("/request", "/amd"):
        session.on(name, lambda evt: None)

    @session.on("/hold")
    def hold(evt: CallEvent) -> None:
        session.say(text="One moment, please.").reply()

    @session.on("/confirm")
    def confirm(evt: CallEvent) -> None:
        session.gather(input=["digits"], num_digits=1, action_hook="/accepted", say={"text": "Press 1."}).reply()

    @session.on("/accepted")
    def accepted(evt: CallEvent) -> Any:
        return session.hangup() if evt["digits"] != "1" else None

    session.config(refer_hook="/refer", sip_request_within_dialog_hook="/request")
    if session.ask(BEFORE, input=["speech"], timeout=30).transcript == "hand me over":
        confirm_by = {"prompt": "Press 1 to accept.", "digit": "1"}
        session.transfer(target=[PHONE], mode="warm", brief={"text": "Ann."}, confirm=confirm_by).send()
        return
    dial = session.dial(
        target=[PHONE],
        confirm_hook="/confirm",
        refer_hook="/refer",
        on_hold_hook="/hold",
        amd={"action_hook": "/amd"},
        action_hook="/dialled",
    )
    session.say(f"The call was {dial.wait()['dial_call_status']}.").hangup()


def the_caller_is_referred_while_the_app_listens(call: TestCall) -> None:
    call.heard(BEFORE)
    call.sends_request("INFO", "low battery", headers={"X-Level": "3"}, after=4)
    call.sends_request("MESSAGE", after=6)
    call.refers("sip:sales@example.com", headers={"X-Reason": "invoice"}, after=9)
    call.heard("Off to sales.")


def both_put_each_other_on_hold(call: TestCall) -> None:
    call.dialled.answers(after=3)
    call.dialled.presses("1")
    call.dialled.says("Good morning, this is Joe", after=1.5)
    call.dialled.holds(after=8)
    call.heard(BEFORE)
    call.says("a person")
    call.heard("One moment, please.")
    call.holds(after=4)
    call.dialled.resumes(after=10)
    call.resumes(after=20)
    call.dialled.hangs_up(after=30)
    call.heard("The call was completed.")


def the_colleague_sends_the_caller_on(call: TestCall) -> None:
    call.says("a person")
    call.dialled.answers()
    call.dialled.presses("1")
    assert call.dialled.talks()
    call.dialled.sends_request("INFO", "a=b", after=2)
    call.dialled.presses("42", after=3)
    call.dialled.refers("+15085559999", headers={"User-Agent": "phone"}, after=5)
    call.heard("Off to +15085559999.")


def a_machine_answers(call: TestCall) -> None:
    call.says("a person")
    call.dialled.is_machine("You have reached the machine of Joe, who is not here", after=4)
    call.dialled.presses("1")
    call.dialled.hangs_up(after=40)
    call.heard("The call was completed.")


def a_briefed_colleague_takes_their_time_and_accepts(call: TestCall) -> None:
    call.heard(BEFORE)
    call.says("hand me over")
    call.dialled.answers(after=2)
    call.heard("Press 1 to accept.")
    call.dialled.presses("1")
    assert call.dialled.talks()
    call.dialled.says("Hello", after=2)
    call.refers("sip:x@example.com", after=5)
    call.dialled.hangs_up(after=9)


def nobody_accepts(call: TestCall) -> None:
    call.says("a person")
    call.dialled.answers()
    call.dialled.presses("2")
    call.heard("The call was in-progress.")


THINGS_THAT_HAPPEN: list[tuple[Callable[[TestCall], None], list[str]]] = [
    (
        the_caller_is_referred_while_the_app_listens,
        [
            "call.sends_request('INFO', 'low battery', headers={'X-Level': '3'}, after=4)",
            "call.sends_request('MESSAGE', after=6)",
            "call.refers('sip:sales@example.com', headers={'X-Reason': 'invoice'}, after=9)",
        ],
    ),
    (
        both_put_each_other_on_hold,
        [
            "call.dialled.answers(after=3)",
            "call.dialled.presses('1')",
            "call.dialled.says('Good morning, this is Joe', after=1.5)",
            "call.dialled.holds(after=8)",
            "call.holds(after=4)",
            "call.resumes(after=15.5)",
        ],
    ),
    (
        the_colleague_sends_the_caller_on,
        [
            "call.dialled.presses('1')",
            "call.dialled.sends_request('INFO', 'a=b', after=2)",
            "call.dialled.presses('42', after=3)",
            "call.dialled.refers('+15085559999', headers={'User-Agent': 'phone'}, after=5)",
        ],
    ),
    (
        a_machine_answers,
        [
            "call.dialled.answers(after=4)",
            "call.dialled.says('You have reached the machine of Joe, who is not here')",
            "call.dialled.beeps(after=",
        ],
    ),
    (nobody_accepts, ["call.dialled.presses('2')"]),
    (
        a_briefed_colleague_takes_their_time_and_accepts,
        ["call.dialled.presses('1')", "call.dialled.says('Hello', after=2)", "call.refers('sip:x@example.com', after="],
    ),
]


@pytest.mark.parametrize(("happens", "statements"), THINGS_THAT_HAPPEN)
def test_it_happens_at_the_same_moment_when_it_is_played_again(
    jambonz_call: PlaceCall, tmp_path: Path, happens: Callable[[TestCall], None], statements: list[str]
) -> None:
    plays_again(jambonz_call, endpoint, tmp_path, happens, statements)


def test_a_request_waits_for_its_moment_while_the_app_listens_and_is_sent_if_the_app_says_less_by_now() -> None:
    caller = ScriptedCaller([Timed(Hold(), 5.0, utterance=3), Resume()])
    caller.is_timed = lambda: True
    assert caller.next_turn(CallerWait()) is None
    caller.is_timed = lambda: False
    assert caller.next_turn(CallerWait()) == Hold()
    assert caller.next_turn(CallerWait(keys_only=True)) == Resume()


def test_all_that_somebody_did_who_was_dialled_becomes_statements() -> None:
    turns: list[dict[str, Any]] = [
        {"turn": "says", "text": "a", "confidence": 0.5, "lead": 0.0, "after": 2.0},
        {"turn": "beeps", "frequency": 500, "after": 3.0},
        {"turn": "beeps", "after": 0.0},
        {"turn": "presses", "keys": "1", "after": 1.0},
        {"turn": "plays", "audio": "AAA=", "after": 2.0},
    ]
    options = {"scenario": {"callees": [{"after": 4.0, "turns": turns}]}}
    source = source_of_test(Trace("ws://x/", options, records=[Beep(700)]), "call.py")
    assert source.splitlines()[-8:] == [
        "    call.dialled.answers(after=4)",
        "    call.dialled.hangs_up(after=34)",
        "    call.dialled.says('a', after=1.7, confidence=0.5)",
        "    call.dialled.beeps(frequency=500, after=3)",
        "    call.dialled.beeps()",
        "    call.dialled.presses('1', after=1.5)",
        "    # somebody who is dialled plays no audio in a test: 0.0 s, 2 s after they were connected",
        "    call.beeps(frequency=700)",
    ]
