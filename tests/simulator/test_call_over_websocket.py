"""A call over a real WebSocket, to apps that are written by hand."""

from __future__ import annotations

import json
import socket
import threading
from typing import Any

import pytest

from jambonz_sync.simulator import Call, CallFailed, CallLimits, LiveCaller, Network, Said, Scenario

from ..waiting import wait_for
from .peer import App, Wire, placed, wait_for_no_threads

SAY = {"verb": "say", "text": "Hello! Say something."}
GATHER = {"verb": "gather", "input": ["speech"], "actionHook": "/heard"}
HANGUP = {"verb": "hangup"}

#: limits that a test can wait for
QUICK = CallLimits(ack=1.0, backoff=0.02, patience=0.3, think=0.02)


def echo(wire: Wire) -> None:
    wire.ack(wire.read("session:new"), [SAY, GATHER, HANGUP])
    heard = wire.read("verb:hook")
    text = heard["data"]["speech"]["alternatives"][0]["transcript"]
    wire.ack(heard, [{"verb": "say", "text": f"You said: {text}"}, HANGUP])


def test_a_call_from_the_first_verb_to_the_hangup(app: App) -> None:
    app.calls.append(echo)
    transcript = placed(app.ws, "hello there").run()
    assert transcript.lines("app", "caller") == ["Hello! Say something.", "hello there", "You said: hello there"]
    assert (transcript.ended_by, transcript.end_reason, transcript.ok) == ("app", "completed", True)
    assert [verb["verb"] for verb in transcript.verbs] == ["say", "gather", "say", "hangup"]


def test_what_the_server_sends(app: App) -> None:
    app.calls.append(echo)
    placed(f"{app.ws}/voice", "hi", from_="+1555", to="+1666", headers={"X-Test": "1"}, env={"A": 1}).run()
    app.stop_serving()
    (wire,) = app.wires
    new, *rest = wire.seen
    assert set(new) == {"type", "msgid", "call_sid", "data", "b3"}
    data = new["data"]
    assert (data["from"], data["to"], data["direction"], data["call_status"]) == ("+1555", "+1666", "inbound", "trying")
    assert data["sip"]["headers"]["X-Test"] == "1"
    assert data["env_vars"] == {"A": 1}
    assert [message["type"] for message in rest] == ["call:status", "call:status", "verb:hook", "call:status"]
    assert rest[2]["hook"] == "/heard"
    assert {message["call_sid"] for message in wire.seen} == {data["call_sid"]}
    assert len({message["msgid"] for message in wire.seen}) == len(wire.seen)
    assert app.handshakes[0]["HTTP_SEC_WEBSOCKET_PROTOCOL"] == "ws.jambonz.org"
    assert app.handshakes[0]["PATH_INFO"] == "/voice"


def test_the_connection_is_closed_with_1000_at_the_end(app: App) -> None:
    codes: list[int] = []

    def ends(wire: Wire) -> None:
        wire.ack(wire.read("session:new"), [HANGUP, SAY])
        wire.command("call:status", {"call_status": "completed"})
        codes.append(wire.until_closed())

    app.calls.append(ends)
    placed(app.ws, limits=QUICK).run()
    wait_for(lambda: codes, "the end of the connection")
    assert codes == [1000]


@pytest.mark.parametrize("where", ["url", "auth"])
def test_basic_credentials(app: App, where: str) -> None:
    app.calls.append(echo)
    if where == "url":
        placed(app.ws.replace("//", "//user:pass@"), "hi").run()
    else:
        placed(app.ws, "hi", auth=("user", "pass")).run()
    assert app.handshakes[0]["HTTP_AUTHORIZATION"] == "Basic dXNlcjpwYXNz"


# -- what the app can get wrong


def test_a_late_first_ack_rejects_the_call(app: App) -> None:
    def late(wire: Wire) -> None:
        wire.read("session:new")
        assert wire.until_closed() == 1001

    app.calls.append(late)
    transcript = placed(app.ws, limits=QUICK).run()
    assert transcript.end_reason == "rejected (480)"
    assert transcript.errors == ["no ack within 1 s"]


def test_a_late_ack_is_discarded_and_the_verbs_on_the_stack_run(app: App) -> None:
    def late(wire: Wire) -> None:
        wire.ack(wire.read("session:new"), [GATHER, {"verb": "say", "text": "Never mind."}])
        hook = wire.read("verb:hook")
        wire.read("jambonz:error")
        wire.ack(hook, [{"verb": "say", "text": "Late."}])
        wire.command("redirect", [HANGUP])

    app.calls.append(late)
    transcript = placed(app.ws, "hello", limits=QUICK).run()
    assert transcript.lines("app") == ["Never mind."]
    assert "no ack within 1 s" in transcript.errors[0]
    assert any("unknown msgid" in line for line in transcript.lines("event"))


def test_an_ack_with_a_wrong_msgid_is_no_answer(app: App) -> None:
    def wrong(wire: Wire) -> None:
        wire.read("session:new")
        wire.ack("nonsense", [SAY])

    app.calls.append(wrong)
    transcript = placed(app.ws, limits=QUICK).run()
    assert transcript.end_reason == "rejected (480)"
    assert any("nonsense" in line for line in transcript.lines("event"))


def test_a_second_ack_changes_nothing(app: App) -> None:
    def twice(wire: Wire) -> None:
        new = wire.read("session:new")
        wire.ack(new, [SAY, GATHER, HANGUP])
        wire.ack(new, [{"verb": "say", "text": "Never."}])
        wire.ack(wire.read("verb:hook"))

    app.calls.append(twice)
    transcript = placed(app.ws, "hi").run()
    assert transcript.lines("app") == ["Hello! Say something."]
    assert any("unknown msgid" in line for line in transcript.lines("event"))


def test_an_empty_first_answer_rejects_the_call(app: App) -> None:
    app.calls.append(lambda wire: wire.ack(wire.read("session:new"), []))
    transcript = placed(app.ws).run()
    assert (transcript.end_reason, transcript.ended_by) == ("rejected (480)", "jambonz")


def test_an_invalid_verb_in_an_answer_earns_a_jambonz_error(app: App) -> None:
    def invalid(wire: Wire) -> None:
        wire.ack(wire.read("session:new"), [GATHER, HANGUP])
        wire.ack(wire.read("verb:hook"), [SAY, {"verb": "say", "txet": "x"}])
        assert "txet" in wire.read("jambonz:error")["data"]["details"]

    app.calls.append(invalid)
    transcript = placed(app.ws, "hi").run()
    assert not transcript.heard("Hello!")
    assert not transcript.ok


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "Expected property name or '}' in JSON at position 1"),
        ("[]", "type property"),
        ('{"msgid": "x"}', "type property"),
        ('{"type": "hello"}', "invalid type property: hello"),
        ('{"type": "ack"}', "msgid not supplied"),
        ('{"type": "command"}', "command property"),
        ('{"type": "command", "command": "record"}', "data property"),
        ('{"type": "command", "command": "redirect", "data": NaN}', "NaN"),
    ],
)
def test_what_is_no_message_earns_a_jambonz_error_and_the_call_goes_on(app: App, text: str, why: str) -> None:
    def garbled(wire: Wire) -> None:
        wire.ack(wire.read("session:new"), [SAY])
        wire.send(text)
        error = wire.read("jambonz:error")
        assert error["data"]["msg"] == "InvalidMessage"
        assert why in error["data"]["details"]
        wire.command("redirect", [{"verb": "say", "text": "Still here."}, HANGUP])

    app.calls.append(garbled)
    transcript = placed(app.ws).run()
    assert transcript.heard("Still here.")
    assert not transcript.ok


def test_a_binary_frame_is_read_as_text(app: App) -> None:
    def binary(wire: Wire) -> None:
        new = wire.read("session:new")
        wire.send(json.dumps({"type": "ack", "msgid": new["msgid"], "data": [SAY]}).encode())
        wire.send(b"rubbish")
        error = wire.read("jambonz:error")["data"]
        assert error["details"] == "Unexpected token 'r', \"rubbish\" is not valid JSON"
        wire.command("redirect", [HANGUP])

    app.calls.append(binary)
    assert placed(app.ws).run().heard("Hello!")


def test_a_message_over_24_kib_is_answered_by_closing_with_1009(app: App) -> None:
    codes: list[int] = []

    def large(wire: Wire) -> None:
        wire.ack(wire.read("session:new"), [{"verb": "say", "text": "x" * 25_000}])
        codes.append(wire.until_closed())

    def again(wire: Wire) -> None:
        wire.ack(wire.read("session:reconnect"), [SAY, HANGUP])

    app.calls += [large, again]
    transcript = placed(app.ws, limits=QUICK).run()
    app.stop_serving()
    assert codes == [1009]
    assert "24,576" in transcript.errors[0]
    assert transcript.heard("Hello!")


def test_a_message_of_just_24_kib_is_taken(app: App) -> None:
    def exact(wire: Wire) -> None:
        new = wire.read("session:new")
        empty = len('{"type": "ack", "msgid": "", "data": [{"verb": "say", "text": ""}, {"verb": "hangup"}]}')
        text = "x" * (24_576 - empty - len(new["msgid"]))
        wire.ack(new, [{"verb": "say", "text": text}, HANGUP])

    app.calls.append(exact)
    assert placed(app.ws).run().ok


# -- hooks in flight, commands


def test_several_hooks_are_in_flight_at_once(app: App) -> None:
    def both(wire: Wire) -> None:
        partial = {**GATHER, "partialResultHook": "/partial"}
        wire.ack(wire.read("session:new"), [partial, HANGUP])
        first, second = wire.read("verb:hook"), wire.read("verb:hook")
        assert [first["hook"], second["hook"]] == ["/partial", "/heard"]
        wire.ack(second, [{"verb": "say", "text": "Final."}, HANGUP])
        wire.ack(first, [{"verb": "say", "text": "Never."}])

    app.calls.append(both)
    transcript = placed(app.ws, "one").run()
    assert transcript.lines("app") == ["Final."]


def test_a_command_replaces_the_stack_or_adds_to_it(app: App) -> None:
    def commands(wire: Wire) -> None:
        wire.ack(wire.read("session:new"), [SAY])
        wire.read("call:status")
        wire.command("redirect", [{"verb": "say", "text": "One."}, {"verb": "pause", "length": 9}], queueCommand=True)
        wire.command("redirect", [{"verb": "say", "text": "Two."}, HANGUP], queueCommand=True)

    app.calls.append(commands)
    assert placed(app.ws).run().lines("app") == ["Hello! Say something.", "One.", "Two."]


def test_a_replaced_gather_reports_nothing(app: App) -> None:
    def replaces(wire: Wire) -> None:
        wire.ack(wire.read("session:new"), [GATHER])
        while wire.read("call:status")["data"]["call_status"] != "in-progress":
            pass  # the gather answers the call, and then waits for the caller
        wire.command("redirect", [{"verb": "say", "text": "Enough."}, HANGUP])
        wire.until_closed()
        assert not [message for message in wire.seen if message["type"] == "verb:hook"]

    app.calls.append(replaces)
    assert placed(app.ws, caller=LiveCaller()).run().heard("Enough.")


def test_a_command_while_a_hook_waits_runs_after_the_answer(app: App) -> None:
    def late(wire: Wire) -> None:
        wire.ack(wire.read("session:new"), [GATHER, {"verb": "say", "text": "Never."}])
        hook = wire.read("verb:hook")
        wire.command("redirect", [{"verb": "say", "text": "By command."}, HANGUP])
        wire.command("tag", {"a": 1})
        wire.ack(hook)

    app.calls.append(late)
    transcript = placed(app.ws, "hi").run()
    assert transcript.lines("app") == ["By command."]
    lines = transcript.lines()
    assert lines.index('tag {"a": 1}') < lines.index("By command.")


def test_a_first_command_that_comes_with_the_first_ack_is_lost_when_the_opening_is_strict(app: App) -> None:
    def hasty(wire: Wire) -> None:
        wire.ack(wire.read("session:new"), [SAY])
        wire.command("redirect", [{"verb": "say", "text": "Too early."}], queueCommand=True)
        wire.read("call:status")
        wire.command("redirect", [{"verb": "say", "text": "In time."}, HANGUP], queueCommand=True)

    for strict, heard in ((True, ["Hello! Say something.", "In time."]), (False, None)):
        app.calls.append(hasty)
        # the second message may be late on a busy machine, and comes together with the first all the same
        transcript = placed(app.ws, strict_opening=strict, limits=CallLimits(think=0.3, patience=0.3)).run()
        assert transcript.lines("app") == (heard or ["Hello! Say something.", "Too early.", "In time."])


def test_tokens_are_spoken_and_their_results_come_back(app: App) -> None:
    def streams(wire: Wire) -> None:
        wire.ack(wire.read("session:new"), [{"verb": "config", "ttsStream": {"enable": True}}])
        assert wire.read("tts:streaming-event")["data"] == {"event_type": "stream_open"}
        for i, token in enumerate(["Once ", "upon a time. ", "The end"]):
            wire.command("tts:tokens", {"id": i, "tokens": token})
            assert wire.read("tts:tokens-result")["data"] == {"id": i, "status": "ok"}
        wire.command("tts:flush")

    app.calls.append(streams)
    unhurried = CallLimits(think=1.0, patience=0.3)  # the tokens come before a second has passed
    assert placed(app.ws, limits=unhurried).run().lines("app") == ["Once upon a time.", "The end"]


def test_an_app_that_does_nothing_is_left_by_the_caller(app: App) -> None:
    app.calls.append(lambda wire: wire.ack(wire.read("session:new"), [SAY]))
    transcript = placed(app.ws, limits=QUICK).run()
    assert (transcript.ended_by, transcript.ok) == ("caller", True)


def test_a_call_that_lasts_too_long_ends_with_timeout(app: App) -> None:
    app.calls.append(lambda wire: wire.ack(wire.read("session:new"), [SAY]))
    transcript = placed(app.ws, caller=LiveCaller(), timeout=0.3).run()
    assert (transcript.end_reason, transcript.ended_by) == ("timeout", "caller")


# -- connections that break


@pytest.mark.parametrize("how", [1012, 1001, 1011, "vanish"])
def test_a_connection_that_breaks_is_made_again(app: App, how: Any) -> None:
    def breaks(wire: Wire) -> None:
        wire.ack(wire.read("session:new"), [SAY, GATHER])
        wire.read("call:status")
        wire.vanish() if how == "vanish" else wire.close(how)

    def resumes(wire: Wire) -> None:
        again = wire.read()
        assert again["type"] == "session:reconnect"
        assert again["data"] == app.wires[0].seen[0]["data"]
        wire.ack(again, [{"verb": "say", "text": "Ignored."}])
        hook = wire.read("verb:hook")
        wire.ack(hook, [{"verb": "say", "text": "Back."}, HANGUP])

    caller = LiveCaller()
    call = placed(app.ws, caller=caller, limits=CallLimits(backoff=0.02))

    def then_speaks(wire: Wire) -> None:
        caller.queue_turn(Said("hello"))
        call.wake()
        resumes(wire)

    app.calls += [breaks, then_speaks]
    assert call.run().lines("app") == ["Hello! Say something.", "Back."]


def test_the_ack_of_a_reconnect_takes_the_place_of_the_first(app: App) -> None:
    def breaks(wire: Wire) -> None:
        wire.read("session:new")
        wire.close(1012)

    app.calls += [breaks, lambda wire: wire.ack(wire.read("session:reconnect"), [SAY, HANGUP])]
    assert placed(app.ws, limits=QUICK).run().heard("Hello!")


def test_hooks_that_were_in_flight_have_failed_and_commands_bring_their_verbs(app: App) -> None:
    def breaks(wire: Wire) -> None:
        wire.ack(wire.read("session:new"), [GATHER])
        wire.read("verb:hook")
        wire.close(1012)

    def resumes(wire: Wire) -> None:
        wire.ack(wire.read("session:reconnect"))
        assert wire.read("jambonz:error")["data"]["msg"] == "invalid actionHook response"
        wire.command("redirect", [{"verb": "say", "text": "By command."}, HANGUP])

    app.calls += [breaks, resumes]
    assert placed(app.ws, "hi", limits=CallLimits(backoff=0.02)).run().heard("By command.")


def test_code_1000_is_final_and_the_call_ends_with_its_verbs(app: App) -> None:
    def leaves(wire: Wire) -> None:
        wire.ack(wire.read("session:new"), [SAY, {"verb": "pause", "length": 1}, {"verb": "say", "text": "Bye."}])
        wire.close(1000)

    app.calls.append(leaves)
    transcript = placed(app.ws).run()
    assert transcript.lines("app") == ["Hello! Say something.", "Bye."]
    assert transcript.ok
    assert len(app.handshakes) == 1


def test_an_app_that_stays_away_is_given_up(app: App) -> None:
    def breaks(wire: Wire) -> None:
        wire.ack(wire.read("session:new"), [SAY])
        app.refuse = 503
        wire.close(1012)

    app.calls.append(breaks)
    transcript = placed(app.ws, limits=CallLimits(backoff=0.01, patience=1.0)).run()
    assert set(transcript.errors) == {"the app cannot be reached: the handshake was answered with 503"}
    assert len(app.handshakes) == 3  # once after the drop, and once for the status at the end
    assert transcript.ended_by == "caller"


def test_a_handshake_that_is_refused_rejects_the_call_at_once(app: App) -> None:
    app.refuse = 401
    transcript = placed(app.ws, limits=CallLimits(retries=3)).run()
    assert transcript.end_reason == "rejected (480)"
    assert "401" in transcript.errors[0]
    assert len(app.handshakes) == 1


def test_an_app_must_select_the_subprotocol(app: App) -> None:
    app.subprotocol = None
    app.calls.append(lambda wire: None)
    assert "ws.jambonz.org" in placed(app.ws).run().errors[0]


def test_the_caller_can_hang_up_at_any_time(app: App) -> None:
    call = placed(app.ws, caller=LiveCaller())

    def goes_on(wire: Wire) -> None:
        wire.ack(wire.read("session:new"), [SAY])
        wire.read("call:status")
        call.hang_up()

    app.calls.append(goes_on)
    assert call.run().ended_by == "caller"


def test_nobody_there_is_no_call() -> None:
    with pytest.raises(CallFailed, match="refused"):
        Call("ws://127.0.0.1:1/").run()
    with pytest.raises(ValueError, match="ftp"):
        Call("ftp://127.0.0.1/")


def test_a_call_that_the_app_has_left_asks_nobody(app: App) -> None:
    def leaves(wire: Wire) -> None:
        wire.ack(wire.read("session:new"), [{"verb": "pause", "length": 1}, GATHER, {"verb": "say", "text": "Bye."}])
        wire.close(1000)

    app.calls.append(leaves)
    transcript = placed(app.ws, "hi").run()
    assert transcript.lines("app") == ["Bye."]
    assert transcript.ok


def test_an_app_that_does_not_answer_the_handshake_is_tried_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        seen: list[bytes] = []

        def slam() -> None:
            for _ in range(3):
                connection, _ = listener.accept()
                seen.append(connection.recv(4096))
                connection.close()

        thread = threading.Thread(target=slam)
        # the question for env vars is the first to arrive
        thread.start()
        transcript = placed(
            f"ws://127.0.0.1:{listener.getsockname()[1]}/", limits=CallLimits(retries=1, backoff=0.01)
        ).run()
        thread.join(10)
    assert [message.split()[0] for message in seen] == [b"OPTIONS", b"GET", b"GET"]
    assert transcript.end_reason == "rejected (480)"


# -- handed over


def test_a_redirect_to_nobody_ends_the_call(app: App) -> None:
    away = [{"verb": "redirect", "actionHook": "ws://127.0.0.1:1/"}, SAY]
    app.calls.append(lambda wire: wire.ack(wire.read("session:new"), away))
    transcript = placed(app.ws).run()
    assert "cannot be reached" in transcript.errors[0]
    assert not transcript.heard("Hello!")


def test_a_redirect_to_another_websocket_opens_it_with_session_redirect(app: App) -> None:
    def sends_away(wire: Wire) -> None:
        wire.ack(wire.read("session:new"), [{"verb": "redirect", "actionHook": f"{app.ws}/other"}])
        assert wire.until_closed() == 1000
        assert wire.seen[-1]["data"]["call_status"] == "completed"

    def takes_over(wire: Wire) -> None:
        first = wire.read()
        assert first["type"] == "session:redirect"
        assert "call_sid" not in first
        assert first["data"]["call_sid"] == app.wires[0].seen[0]["call_sid"]
        wire.ack(first, [{"verb": "say", "text": "Other app."}, HANGUP])

    app.calls += [sends_away, takes_over]
    transcript = placed(app.ws, auth=("u", "p")).run()
    assert transcript.lines("app") == ["Other app."]
    assert "HTTP_AUTHORIZATION" not in app.handshakes[1]


def test_an_absolute_http_hook_of_a_websocket_app_is_a_webhook(app: App) -> None:
    def mixed(wire: Wire) -> None:
        wire.ack(wire.read("session:new"), [{**GATHER, "actionHook": f"{app.http}/hook"}])

    app.verbs("/hook", [{"verb": "say", "text": "By webhook."}, HANGUP])
    app.calls.append(mixed)
    assert placed(app.ws, "hi").run().heard("By webhook.")
    assert app.requests[-1].get_json()["speech"]


def test_no_thread_is_left_behind(app: App) -> None:
    app.calls.append(echo)
    placed(app.ws, "hi").run()
    wait_for_no_threads()


def test_the_scenario_decides_how_callees_behave(app: App) -> None:
    def dials(wire: Wire) -> None:
        dial = {"verb": "dial", "target": [{"type": "phone", "number": "+1777"}], "actionHook": "/dialled"}
        wire.ack(wire.read("session:new"), [dial])
        done = wire.read("verb:hook")
        wire.ack(done, [{"verb": "say", "text": done["data"]["dial_call_status"]}, HANGUP])

    app.calls.append(dials)
    assert placed(app.ws, scenario=Scenario(callees=("busy",))).run().heard("busy")


def test_messages_may_be_late(app: App) -> None:
    app.calls.append(echo)
    transcript = placed(app.ws, "hi", network=Network(delay=1.5)).run()
    assert transcript.heard("You said: hi")
    first_said = next(entry for entry in transcript.entries if entry.who == "app")
    assert first_said.at >= 1.5


def test_messages_may_be_lost(app: App) -> None:
    def hears_nothing(wire: Wire) -> None:
        wire.until_closed()

    app.calls.append(hears_nothing)
    transcript = placed(app.ws, network=Network(loss=1.0), limits=QUICK).run()
    assert not transcript.ok
    assert any(line.startswith("lost on its way to the app: {") for line in transcript.lines("event"))
    app.stop_serving()
    assert app.wires[0].seen == []
