"""What the leg of a stack hears and does, as plain values."""

from __future__ import annotations

from typing import Any

from jambonz_sync.simulator import Said
from jambonz_sync.simulator.engine.waits import HookRequest

from .driver import DrivenCall

SAY = {"verb": "say", "text": "Hi."}
HANGUP = {"verb": "hangup"}


def test_verb_status_comes_after_notify_events_only() -> None:
    call = DrivenCall(
        [SAY, {"verb": "config", "notifyEvents": True}, {"verb": "say", "text": "Hi.", "id": "s1"}, HANGUP]
    )
    events = [
        (message.get("name") or message.get("verb"), message["event"], message.get("id"))
        for message in call.notified("verb:status")
    ]
    assert events == [
        ("config", "finished", None),
        ("say", "starting", "s1"),
        ("say", "synthesized-audio", "s1"),
        ("say", "start-playback", "s1"),
        ("say", "stop-playback", "s1"),
        ("say", "finished", "s1"),
        ("hangup", "starting", None),
        ("hangup", "finished", None),
    ]


def test_a_text_that_looks_like_a_url_is_not_spoken() -> None:
    call = DrivenCall([{"verb": "say", "text": "Note: hello"}, {"verb": "say", "text": "\u200bNote: hello"}, HANGUP])
    assert call.transcript.lines("app") == ["Note: hello"]
    assert "URL" in call.transcript.errors[0]


def test_barge_in_listens_while_the_call_waits() -> None:
    barge = {"verb": "config", "bargeIn": {"enable": True, "input": ["speech"], "actionHook": "/heard", "sticky": True}}
    call = DrivenCall(
        [SAY, barge],
        {"/heard": lambda data: [{"verb": "say", "text": data["speech"]["alternatives"][0]["transcript"]}]},
    )
    call.caller_says("stop it").caller_says("really")
    assert call.transcript.lines("app") == ["Hi.", "stop it", "really"]


def test_keys_can_barge_in_and_only_once_unless_that_sticks() -> None:
    from jambonz_sync.simulator import Pressed

    barge = {"verb": "config", "bargeIn": {"enable": True, "input": ["digits"], "actionHook": "/key"}}
    barge["bargeIn"]["numDigits"] = 1
    call = DrivenCall([SAY, barge, {"verb": "pause", "length": 1}, HANGUP], {"/key": [SAY]}, ["nothing"])
    assert call.payloads_of("/key") == []  # words while only keys count, and then the call has ended
    call = DrivenCall([SAY, barge], {"/key": [{"verb": "say", "text": "Key."}]}, [Pressed("1"), Pressed("2")])
    assert [message["digits"] for message in call.payloads_of("/key")] == ["1"]
    assert call.transcript.lines("app") == ["Hi.", "Key."]


def test_an_answer_to_barge_in_that_is_void_is_told_of() -> None:
    barge = {"verb": "config", "bargeIn": {"enable": True, "input": ["speech"], "actionHook": "/heard"}}
    call = DrivenCall([SAY, barge], {"/heard": [{"verb": "dance"}]}).caller_says("stop it")
    (error,) = call.notified("jambonz:error")
    assert (error["msg"], error["verb"]) == ("invalid actionHook response", "gather")


def test_delay_actions_are_heard_while_the_app_takes_its_time() -> None:
    delay = {"enabled": True, "noResponseTimeout": 1, "retries": 1, "actions": [{"verb": "say", "text": "One moment."}]}
    gather = {"verb": "gather", "input": ["speech"], "actionHook": "/slow", "actionHookDelayAction": delay}
    call = DrivenCall([SAY])
    asked: list[object] = []
    deliver = call.machine.answer

    def slowly(request: HookRequest, *answer: Any, **more: Any) -> None:
        asked.append(request)
        call.state.clock.call_later(5, lambda: deliver(request, *answer, **more))

    call.machine.answer = slowly  # type: ignore[method-assign]
    call.hooks["/slow"] = [HANGUP]
    call.caller.script.append(Said("yes"))
    call.command("redirect", [gather])
    assert call.transcript.lines("app") == ["Hi.", "One moment.", "One moment."]
    assert call.machine.finished


def test_a_call_that_listens_in_the_background_takes_queued_verbs_all_the_same() -> None:
    barge = {"verb": "config", "bargeIn": {"enable": True, "input": ["speech"], "actionHook": "/heard"}}
    call = DrivenCall([barge]).command("redirect", [SAY, HANGUP], queueCommand=True)
    assert call.heard("Hi.")
    assert call.machine.finished


def test_listening_in_the_background_can_be_switched_on_while_the_call_waits() -> None:
    call = DrivenCall([SAY], {"/heard": [HANGUP]}).caller_says("hello")
    assert not call.machine.finished
    call.command("config", {"bargeIn": {"enable": True, "input": ["speech"], "actionHook": "/heard"}})
    assert call.payloads_of("/heard")
    assert call.machine.finished


def test_a_playback_that_is_cut_short_is_reported() -> None:
    call = DrivenCall([{"verb": "config", "notifyEvents": True}])
    call.machine.replace([SAY, SAY])
    call.command("redirect", [HANGUP])
    events = [message["event"] for message in call.notified("verb:status") if "say" in message.values()]
    cut = ["stop-playback", "kill-playback", "stop-playback"]
    assert events == ["starting", "synthesized-audio", "start-playback", *cut, "finished"]
