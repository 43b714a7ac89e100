"""The stack, as plain values."""

from __future__ import annotations

from typing import Any

import pytest

from .driver import Run

SAY = {"verb": "say", "text": "Hi."}
HANGUP = {"verb": "hangup"}


def test_verbs_run_one_after_the_other_and_hangup_ends_the_call() -> None:
    run = Run([SAY, {"verb": "say", "text": ["One.", "Two."]}, HANGUP, {"verb": "say", "text": "Never."}])
    assert run.transcript.lines("app") == ["Hi.", "One.", "Two."]
    assert (run.transcript.end_reason, run.transcript.ended_by) == ("completed", "app")
    assert run.machine.finished
    assert run.transcript.ok


def test_both_shapes_of_a_verb_are_taken() -> None:
    assert Run([{"say": {"text": "Hi."}}, {"hangup": {}}]).heard("Hi.")


@pytest.mark.parametrize("first", [[], None, {}, "hello"])
def test_a_first_answer_without_verbs_rejects_the_call(first: object) -> None:
    run = Run(first)
    assert run.transcript.end_reason == "rejected (480)"
    assert not run.transcript.ok
    assert run.machine.finished


@pytest.mark.parametrize(
    "verb",
    [
        {"verb": "shout", "text": "Hi."},
        {"verb": "say", "text": "Hi.", "volume": 11},
        {"verb": "gather", "action_hook": "/x"},
        {"verb": "gather", "recognizer": {"vendor": "google", "hints_boost": 3}},
        {"verb": "gather", "say": {"verb": "say", "text": "Hi."}},
        {"verb": "dial"},
        {"verb": "pause", "length": "long"},
        {"say": {"text": "Hi."}, "play": {"url": "x"}},
        "say",
    ],
)
def test_one_verb_that_the_server_does_not_know_voids_the_first_answer(verb: Any) -> None:
    run = Run([SAY, verb])
    assert run.transcript.end_reason == "rejected (480)"
    assert not run.heard("Hi.")
    assert run.transcript.errors


def test_an_older_server_knows_fewer_options() -> None:
    from jambonz_sync.simulator import Scenario

    verb = {"verb": "transfer", "mode": "blind", "target": [{"type": "phone", "number": "+15085551214"}]}
    assert Run([verb, SAY, HANGUP]).heard("Hi.")
    assert Run([verb, SAY, HANGUP], scenario=Scenario(server="0.9")).transcript.end_reason == "rejected (480)"


def test_an_http_call_ends_with_its_verbs_and_a_websocket_call_waits_for_commands() -> None:
    assert Run([SAY], websocket=False).transcript.end_reason == "completed"
    run = Run([SAY])
    assert not run.machine.finished
    run.command("redirect", [{"verb": "say", "text": "More."}, HANGUP])
    assert run.heard("More.")
    assert run.machine.finished


def test_a_call_that_nothing_has_answered_is_declined_at_the_end() -> None:
    run = Run([{"verb": "tag", "data": {"a": 1}}, HANGUP], websocket=False)
    assert run.transcript.end_reason == "rejected (603)"


def test_call_status_tells_how_far_the_call_is() -> None:
    run = Run([SAY, HANGUP])
    assert [one["call_status"] for one in run.tells("call:status")] == ["trying", "in-progress", "completed"]
    last = run.tells("call:status")[-1]
    assert (last["duration"], last["call_termination_by"]) == (0, "jambonz")


def test_the_caller_who_hangs_up_is_named() -> None:
    run = Run([SAY]).hangs_up()
    assert run.tells("call:status")[-1]["call_termination_by"] == "caller"
    assert run.transcript.ended_by == "caller"


def test_verb_status_comes_after_notify_events_only() -> None:
    run = Run([SAY, {"verb": "config", "notifyEvents": True}, {"verb": "say", "text": "Hi.", "id": "s1"}, HANGUP])
    events = [(one.get("name") or one.get("verb"), one["event"], one.get("id")) for one in run.tells("verb:status")]
    assert events == [
        ("config", "finished", None),
        ("say", "starting", "s1"),
        ("say", "start-playback", "s1"),
        ("say", "stop-playback", "s1"),
        ("say", "finished", "s1"),
        ("hangup", "starting", None),
        ("hangup", "finished", None),
    ]


def test_an_early_media_verb_does_not_answer_the_call() -> None:
    run = Run([{"verb": "say", "text": "Ringing.", "earlyMedia": True}, {"verb": "sip:decline", "status": 486}])
    statuses = [(one["call_status"], one["sip_status"]) for one in run.tells("call:status")]
    assert statuses == [("trying", 100), ("early-media", 183), ("failed", 486)]
    assert run.transcript.end_reason == "declined (486)"


def test_a_tag_is_in_every_later_hook() -> None:
    run = Run(
        [{"verb": "tag", "data": {"someKey": 1}}, {"verb": "redirect", "actionHook": "/next"}], {"/next": [SAY, HANGUP]}
    )
    assert run.asks("/next")[0]["customerData"] == {"someKey": 1}


def test_a_redirect_asks_with_session_redirect_and_runs_what_comes_back() -> None:
    run = Run([{"verb": "redirect", "actionHook": "/next"}, SAY], {"/next": [{"verb": "say", "text": "Next."}, HANGUP]})
    assert run.asked[0].type == "session:redirect"
    assert run.transcript.lines("app") == ["Next."]


def test_an_empty_answer_lets_the_verbs_on_the_stack_run() -> None:
    run = Run([{"verb": "gather", "actionHook": "/g", "input": ["speech"]}, SAY, HANGUP], {"/g": []}, ["hello"])
    assert run.transcript.lines("app") == ["Hi."]


def test_a_hook_that_fails_ends_the_call_but_that_of_a_gather_does_not() -> None:
    run = Run([{"verb": "play", "url": "a.wav", "actionHook": "/gone"}, SAY])
    assert run.machine.finished
    assert not run.heard("Hi.")
    assert run.transcript.errors == ["/gone is not there"]
    run = Run([{"verb": "gather", "input": ["speech"], "actionHook": "/gone"}, SAY, HANGUP], caller=["hello"])
    assert run.heard("Hi.")
    assert run.tells("jambonz:error")[0]["msg"] == "invalid actionHook response"


def test_an_invalid_verb_in_an_answer_voids_all_of_it() -> None:
    gather = {"verb": "gather", "input": ["speech"], "actionHook": "/g"}
    run = Run([gather, HANGUP], {"/g": [SAY, {"verb": "say", "text": "x", "colour": "red"}]}, ["hello"])
    assert not run.heard("Hi.")
    assert "colour" in run.transcript.errors[0]
    assert "colour" in run.tells("jambonz:error")[0]["details"]
    assert not run.transcript.ok


def test_a_text_that_looks_like_a_url_is_not_spoken() -> None:
    run = Run([{"verb": "say", "text": "Note: hello"}, {"verb": "say", "text": "\u200bNote: hello"}, HANGUP])
    assert run.transcript.lines("app") == ["Note: hello"]
    assert "URL" in run.transcript.errors[0]


def test_a_streaming_say_needs_a_websocket() -> None:
    run = Run([{"verb": "say", "stream": True}, SAY], websocket=False)
    assert run.transcript.errors == ["say with stream needs an app on a WebSocket"]
    assert run.machine.finished


def test_verbs_that_do_not_wait_for_their_hook_let_the_next_one_run() -> None:
    def sent(data: dict[str, Any]) -> Any:
        assert data["message_status"] == "success"
        return [{"verb": "say", "text": "Sent."}, HANGUP]

    message = {"verb": "message", "to": "1", "from": "2", "text": "Hey", "actionHook": "/sent"}
    run = Run([message, {"verb": "gather", "actionHook": "/g"}], {"/sent": sent, "/g": []})
    assert run.heard("Sent.")
    assert run.asks("/g") == []


def test_barge_in_listens_while_the_call_waits() -> None:
    barge = {"verb": "config", "bargeIn": {"enable": True, "input": ["speech"], "actionHook": "/heard", "sticky": True}}
    run = Run(
        [SAY, barge],
        {"/heard": lambda data: [{"verb": "say", "text": data["speech"]["alternatives"][0]["transcript"]}]},
    )
    run.says("stop it").says("really")
    assert run.transcript.lines("app") == ["Hi.", "stop it", "really"]


@pytest.mark.parametrize(
    "verb",
    [
        {"verb": "llm", "vendor": "openai", "model": "gpt", "llmOptions": {}},
        {"verb": "openai_s2s", "model": "gpt", "llmOptions": {}},
        {"verb": "agent", "llm": {"vendor": "openai", "model": "gpt"}},
        {"verb": "transcribe", "transcriptionHook": "/t"},
        {"verb": "conference", "name": "room"},
        {"verb": "listen", "url": "/audio"},
        {"verb": "leave"},
    ],
)
def test_a_verb_without_an_end_of_its_own_stays_until_told(verb: dict[str, Any]) -> None:
    run = Run([SAY, verb, {"verb": "say", "text": "Never."}], {"/t": []})
    assert not run.machine.finished
    run.command("redirect", [{"verb": "say", "text": "Other."}, HANGUP])
    assert run.transcript.lines("app") == ["Hi.", "Other."]
    assert run.machine.finished


def test_keys_can_barge_in_and_only_once_unless_that_sticks() -> None:
    from jambonz_sync.simulator import Pressed

    barge = {"verb": "config", "bargeIn": {"enable": True, "input": ["digits"], "actionHook": "/key"}}
    run = Run([SAY, barge, {"verb": "pause", "length": 1}, HANGUP], {"/key": [SAY]}, ["nothing", Pressed("1")])
    assert run.asks("/key") == []  # words while only keys count, and then the call has ended
    run = Run([SAY, barge], {"/key": [{"verb": "say", "text": "Key."}]}, [Pressed("1"), Pressed("2")])
    assert [one["digits"] for one in run.asks("/key")] == ["1"]
    assert run.transcript.lines("app") == ["Hi.", "Key."]


def test_a_call_that_listens_in_the_background_takes_queued_verbs_all_the_same() -> None:
    barge = {"verb": "config", "bargeIn": {"enable": True, "input": ["speech"], "actionHook": "/heard"}}
    run = Run([barge]).command("redirect", [SAY, HANGUP], queueCommand=True)
    assert run.heard("Hi.")
    assert run.machine.finished


def test_listening_in_the_background_can_be_switched_on_while_the_call_waits() -> None:
    run = Run([SAY], {"/heard": [HANGUP]}).says("hello")
    assert not run.machine.finished
    run.command("config", {"bargeIn": {"enable": True, "input": ["speech"], "actionHook": "/heard"}})
    assert run.asks("/heard")
    assert run.machine.finished


def test_a_config_command_does_not_end_a_verb_that_waits() -> None:
    run = Run([{"verb": "leave"}, {"verb": "say", "text": "Never."}]).command("config", {"notifyEvents": True})
    assert not run.heard("Never.")
    assert not run.machine.finished


def test_a_playback_that_is_cut_short_is_reported() -> None:
    from jambonz_sync.simulator.engine.waits import ReactionWait

    run = Run([{"verb": "config", "notifyEvents": True}])
    run.machine.replace([SAY, SAY])
    assert isinstance(run.machine.waiting, ReactionWait)
    run.command("redirect", [HANGUP])
    events = [one["event"] for one in run.tells("verb:status") if "say" in one.values()]
    assert events == ["starting", "start-playback", "stop-playback", "kill-playback", "finished"]


def test_an_agent_tells_what_the_caller_said() -> None:
    verb = {"verb": "agent", "llm": {"vendor": "openai", "model": "gpt"}, "eventHook": "/event"}
    run = Run([verb], caller=["good evening"])
    assert run.tells("agent:event") == [{"type": "user_transcript", "transcript": "good evening"}]


def test_a_reset_forgets_what_was_configured() -> None:
    barge = {"verb": "config", "bargeIn": {"enable": True}, "ttsStream": {"enable": True}}
    run = Run([barge, {"verb": "config", "reset": "bargeIn", "ttsStream": {"enable": False}}, SAY])
    assert "bargeIn" not in run.call.configuration
    assert [one["event_type"] for one in run.tells("tts:streaming-event")] == ["stream_open", "stream_closed"]


@pytest.mark.parametrize("name", ["hangup", "sip:refer", "sip:request"])
def test_what_needs_an_answered_call_is_skipped_before_it(name: str) -> None:
    options = {"sip:refer": {"referTo": "sip:a@b"}, "sip:request": {"method": "INFO"}}.get(name, {})
    run = Run([{"verb": name, **options}, SAY, HANGUP])
    assert f"{name} is skipped: the call has not been answered" in run.transcript.lines("event")
    assert run.heard("Hi.")


def test_a_call_that_has_been_answered_cannot_be_declined() -> None:
    run = Run([SAY, {"verb": "sip:decline", "status": 486}, HANGUP])
    assert run.transcript.end_reason == "completed"


def test_a_caller_who_is_referred_elsewhere_leaves() -> None:
    refer = {"verb": "sip:refer", "referTo": "sip:a@b", "actionHook": "/referred", "eventHook": "/event"}
    run = Run([SAY, refer], {"/referred": [], "/event": []})
    assert run.asks("/event")[0]["event"] == "transfer-status"
    assert run.asks("/referred")[0]["refer_status"] == 202
    assert run.machine.finished


@pytest.mark.parametrize("alias", ["stream", "room", "s2s"])
def test_aliases_are_the_verbs_that_they_stand_for(alias: str) -> None:
    options = {"stream": {"url": "/a"}, "room": {"name": "r"}, "s2s": {"vendor": "openai", "llmOptions": {}}}[alias]
    run = Run([{"verb": alias, **options}])
    assert run.verbs() == [{"stream": "listen", "room": "conference", "s2s": "llm"}[alias]]


@pytest.mark.parametrize(
    "verb",
    [
        {"verb": "alert", "message": "Queued"},
        {"verb": "answer"},
        {"verb": "dtmf", "dtmf": "12#"},
        {"verb": "dub", "action": "addTrack", "track": "music"},
        {"verb": "pause", "length": 3},
        {"verb": "play", "url": ["a.wav", "b.wav"]},
        {"verb": "sip:refer", "referTo": "sip:a@b", "actionHook": "/more"},
        {"verb": "sip:request", "method": "INFO", "actionHook": "/more"},
        {"verb": "listen", "url": "/audio", "maxLength": 5, "actionHook": "/more"},
        {"verb": "transcribe", "enable": False},
        {"verb": "dequeue", "name": "q", "actionHook": "/more"},
        {"verb": "dequeue", "name": "q"},
        {"verb": "config", "record": {"action": "startCallRecording", "siprecServerURL": "sip:r@s"}},
    ],
)
def test_every_other_verb_comes_to_its_end(verb: dict[str, Any]) -> None:
    run = Run([SAY, verb, {"verb": "say", "text": "After."}, HANGUP], {"/more": []})
    assert run.transcript.lines("app")[-1] == "After."
    assert run.transcript.ok, run.transcript.errors


def test_a_transcription_hook_gets_what_the_caller_says() -> None:
    run = Run([{"verb": "transcribe", "transcriptionHook": "/t"}], {"/t": [SAY, HANGUP]}, ["hello there"])
    assert run.asks("/t")[0]["speech"]["alternatives"][0]["transcript"] == "hello there"
    assert run.heard("Hi.")


def test_a_key_ends_a_listen() -> None:
    from jambonz_sync.simulator import Pressed

    verb = {"verb": "listen", "url": "/audio", "finishOnKey": "#", "actionHook": "/done"}
    run = Run([verb], {"/done": [HANGUP]}, [Pressed("#")])
    assert run.asks("/done")[0]["digits"] == "#"
    assert run.machine.finished
