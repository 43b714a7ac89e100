"""A call over webhooks, to apps that are written by hand."""

from __future__ import annotations

import json
import socket
import ssl
import threading
import time
from typing import Any

import pytest
import trustme
from werkzeug.wrappers import Request, Response

from jambonz_sync.protocol.signature import verify_signature
from jambonz_sync.simulator import Call, CallFailed, CallLimits

from .peer import App, Wire, wait_for_no_threads

SAY = {"verb": "say", "text": "Hello! Say something."}
GATHER = {"verb": "gather", "input": ["speech"], "actionHook": "/heard"}
HANGUP = {"verb": "hangup"}


def echo(app: App) -> None:
    def heard(request: Request) -> Any:
        text = request.get_json()["speech"]["alternatives"][0]["transcript"]
        return [{"verb": "say", "text": f"You said: {text}"}, HANGUP]

    app.verbs("/incoming", [SAY, GATHER, HANGUP])
    app.hooks["/heard"] = heard


def test_a_call_from_the_first_webhook_to_the_hangup(app: App) -> None:
    echo(app)
    transcript = Call(f"{app.http}/incoming", says=["hello there"]).run()
    assert transcript.lines("app", "caller") == ["Hello! Say something.", "hello there", "You said: hello there"]
    assert transcript.ok
    posts = [request for request in app.requests if request.method == "POST"]
    assert [request.path for request in posts] == ["/incoming", "/heard"]
    first = posts[0].get_json()
    assert first["call_status"] == "trying"
    assert first["sip"]["method"] == "INVITE"
    assert "sip" not in posts[1].get_json()
    assert posts[1].get_json()["reason"] == "speechDetected"


def test_webhooks_are_signed_with_the_secret(app: App) -> None:
    echo(app)
    Call(f"{app.http}/incoming", says=["hi"], secret="s3cret").run()
    for request in app.requests:
        if request.method == "POST":
            verify_signature(request.get_data(), request.headers.get("Jambonz-Signature"), "s3cret")


def test_webhooks_are_unsigned_without_a_secret(app: App) -> None:
    echo(app)
    Call(f"{app.http}/incoming", says=["hi"]).run()
    assert all("Jambonz-Signature" not in request.headers for request in app.requests)


def test_basic_credentials_go_with_every_webhook(app: App) -> None:
    echo(app)
    Call(f"{app.http}/incoming".replace("//", "//user:pass@"), says=["hi"]).run()
    posts = [request for request in app.requests if request.method == "POST"]
    assert [request.authorization and request.authorization.password for request in posts] == ["pass", "pass"]


def test_status_events_go_to_the_status_hook_in_order(app: App) -> None:
    echo(app)
    answered: list[str] = []
    overtaken = threading.Event()

    def status(request: Request) -> Response:
        event = request.get_json()["call_status"]
        if event == "trying":
            overtaken.wait(0.3)  # time enough for the next one to come too early
        else:
            overtaken.set()
        answered.append(event)
        return Response(status=204)

    app.hooks["/status"] = status
    Call(f"{app.http}/incoming", says=["hi"], status_hook="/status").run()
    assert answered == ["trying", "in-progress", "completed"]


def test_a_status_hook_that_fails_hurts_nobody(app: App) -> None:
    echo(app)
    assert Call(f"{app.http}/incoming", says=["hi"], status_hook="/nowhere").run().ok


def test_get_hooks_carry_nothing(app: App) -> None:
    app.verbs("/incoming", [{**GATHER, "actionHook": {"url": "/heard", "method": "GET"}}, HANGUP])
    app.verbs("/heard", [])
    call = Call(f"{app.http}/incoming", says=["hi"], method="GET")
    assert call.run().ok
    assert "hook-get-without-data" in [finding.code for finding in call.findings]
    first, second = [request for request in app.requests if request.method != "OPTIONS"]
    assert (first.method, second.method) == ("GET", "GET")
    assert not first.args
    assert not second.args
    assert first.get_data() == b""


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (Response(status=500), "answered with 500"),
        (Response(status=404), "answered with 404"),
        (Response(status=302, headers={"Location": "/other"}), "answered with 302"),
        (Response("Hello!", mimetype="text/html"), "the answer is text/html; jambonz reads application/json only"),
        (Response(json.dumps([SAY]), headers={"Content-Type": ""}), "the answer is of no type; jambonz reads"),
        (Response("", mimetype="text/html"), "void"),
        (Response("{", mimetype="application/json"), "no JSON"),
        (Response("[]", mimetype="application/json"), "no verbs"),
        (Response("{}", mimetype="application/json"), "void"),
        (Response(status=204), "void"),
    ],
)
def test_a_first_answer_that_is_no_array_of_verbs_rejects_the_call(app: App, answer: Response, why: str) -> None:
    app.hooks["/incoming"] = lambda request: answer
    transcript = Call(f"{app.http}/incoming").run()
    assert transcript.end_reason == "rejected (480)"
    assert why in transcript.errors[0]


def test_a_later_answer_of_another_type_is_as_good_as_none_and_that_is_told(app: App) -> None:
    app.verbs("/incoming", [GATHER, {"verb": "say", "text": "Bye."}])
    app.hooks["/heard"] = lambda request: Response("Hello!", content_type="text/html; charset=utf-8")
    app.hooks["/status"] = lambda request: Response("fine")
    transcript = Call(f"{app.http}/incoming", says=["hi"], status_hook=f"{app.http}/status").run()
    assert transcript.ok
    assert transcript.lines("app") == ["Bye."]
    (told,) = [entry.text for entry in transcript if "application/json" in entry.text]
    assert told == f"{app.http}/heard: the answer is text/html; jambonz reads application/json only"


def test_content_types_with_parameters_and_statuses_200_202_204_are_fine(app: App) -> None:
    app.hooks["/incoming"] = lambda request: Response(
        json.dumps([SAY, GATHER, HANGUP]), status=202, content_type="application/json; charset=utf-8"
    )
    app.hooks["/heard"] = lambda request: Response(status=204)
    assert Call(f"{app.http}/incoming", says=["hi"]).run().ok


def test_an_app_that_does_not_answer_in_time_rejects_the_call(app: App) -> None:
    answered = threading.Event()

    def slow(request: Request) -> Any:
        answered.wait(20)
        return [SAY]

    app.hooks["/incoming"] = slow
    transcript = Call(f"{app.http}/incoming", limits=CallLimits(http=0.2)).run()
    wait_for_no_threads()  # though the app has not answered even now
    answered.set()
    assert transcript.end_reason == "rejected (480)"
    assert "within 0.2 s" in transcript.errors[0]


def test_a_status_hook_that_never_answers_does_not_hold_up_the_end_of_a_call(app: App) -> None:
    answered = threading.Event()
    app.verbs("/incoming", [SAY, HANGUP])
    app.hooks["/status"] = lambda request: answered.wait(60) and []
    begun = time.monotonic()
    assert Call(f"{app.http}/incoming", limits=CallLimits(http=0.5), status_hook="/status").run().ok
    assert time.monotonic() - begun < 15
    wait_for_no_threads()
    answered.set()


def test_nobody_there_is_no_call() -> None:
    with pytest.raises(CallFailed, match=r"^http://127.0.0.1:1/incoming cannot be reached: Connection refused$"):
        Call("http://127.0.0.1:1/incoming").run()


def test_a_certificate_that_is_not_trusted_is_told_as_such() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)

    def shake(listener: socket.socket) -> None:
        for _ in range(2):  # OPTIONS comes first
            peer, _ = listener.accept()
            with peer, pytest.raises(ssl.SSLError):
                context.wrap_socket(peer, server_side=True)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=shake, args=(listener,))
        thread.start()
        with pytest.raises(CallFailed, match=r"cannot be reached: certificate verify failed: [a-z -]+$"):
            Call(f"https://127.0.0.1:{listener.getsockname()[1]}/incoming").run()
        thread.join(15)


def test_an_action_hook_that_fails_lets_the_stack_run_for_a_gather(app: App) -> None:
    app.verbs("/incoming", [GATHER, {"verb": "say", "text": "Sorry."}])
    app.hooks["/heard"] = lambda request: Response(status=500)
    transcript = Call(f"{app.http}/incoming", says=["hi"]).run()
    assert transcript.heard("Sorry.")
    assert "answered with 500" in transcript.errors[0]


def test_relative_hooks_go_to_the_host_of_the_application(app: App) -> None:
    app.verbs("/deep/er/incoming", [{"verb": "redirect", "actionHook": "/next"}])
    app.verbs("/next", [SAY, HANGUP])
    assert Call(f"{app.http}/deep/er/incoming").run().heard("Hello!")


def test_a_hook_that_is_neither_absolute_nor_begins_with_a_slash_fails(app: App) -> None:
    app.verbs("/incoming", [{"verb": "redirect", "actionHook": "next"}, SAY])
    transcript = Call(f"{app.http}/incoming").run()
    assert "'next' is no hook" in transcript.errors[0]
    assert not transcript.heard("Hello!")


def test_an_absolute_redirect_moves_relative_hooks_to_the_new_host(app: App) -> None:
    from .peer import serving

    with serving() as other:
        app.verbs("/incoming", [{"verb": "redirect", "actionHook": f"{other.http}/there"}])
        other.verbs("/there", [{"verb": "redirect", "actionHook": "/next"}])
        other.verbs("/next", [SAY, HANGUP])
        assert Call(f"{app.http}/incoming").run().heard("Hello!")


def test_a_redirect_hands_the_call_over_to_a_websocket_as_a_new_session(app: App) -> None:
    def takes_over(wire: Wire) -> None:
        new = wire.read()
        assert new["type"] == "session:new"
        assert new["call_sid"] == new["data"]["call_sid"]
        wire.ack(new, [{"verb": "say", "text": "On a socket now."}])
        wire.command("call:status", {"call_status": "completed"})

    app.verbs("/incoming", [{"verb": "redirect", "actionHook": f"{app.ws}/ws"}])
    app.calls.append(takes_over)
    assert Call(f"{app.http}/incoming").run().lines("app") == ["On a socket now."]


def test_declared_env_vars_arrive_with_their_defaults_and_can_be_overridden(app: App) -> None:
    app.hooks["/env"] = lambda request: (
        {"A": {"type": "string", "default": "a"}, "B": {"type": "number", "default": 1}, "C": {"type": "string"}}
        if request.method == "OPTIONS"
        else [SAY, HANGUP]
    )
    assert Call(f"{app.http}/env", env={"B": 2}).run().env == {"A": "a", "B": 2}
    first = next(request for request in app.requests if request.method == "POST")
    assert first.get_json()["env_vars"] == {"A": "a", "B": 2}
    assert "Jambonz-Signature" not in app.requests[0].headers
    assert Call(f"{app.http}/env", env={"A": "7", "B": "7"}).run().env == {"A": "7", "B": 7}
    with pytest.raises(ValueError, match="B is declared as a number, got 'seven'"):
        Call(f"{app.http}/env", env={"B": "seven"}).run()


def test_an_app_that_goes_round_in_circles_is_left(app: App) -> None:
    app.verbs("/incoming", [{"verb": "redirect", "actionHook": "/incoming"}])
    call = Call(f"{app.http}/incoming")
    assert call.run().end_reason == "redirect loop"
    assert call.findings[-1].code == "redirect-loop"


def test_jambonz_error_is_not_sent_to_webhooks(app: App) -> None:
    app.verbs("/incoming", [GATHER, HANGUP])
    app.verbs("/heard", [{"verb": "shout"}])
    Call(f"{app.http}/incoming", says=["hi"], status_hook="/status").run()
    paths = [request.path for request in app.requests if request.method == "POST"]
    assert sorted(set(paths)) == ["/heard", "/incoming", "/status"]
    assert all("details" not in request.get_json() for request in app.requests if request.method == "POST")


def test_the_event_hook_of_an_agent_is_told_of_no_call(app: App) -> None:
    app.verbs("/incoming", [{"verb": "agent", "eventHook": "/event?mine=1", "greeting": False}])
    app.verbs("/event", [])
    transcript = Call(f"{app.http}/incoming", says=["hello there"]).run()
    assert transcript.ok
    event = next(request for request in app.requests if request.path == "/event")
    assert event.get_json() == {"type": "user_transcript", "transcript": "hello there"}
    assert event.args["mine"] == "1"


def test_an_event_hook_that_fails_hurts_nobody(app: App) -> None:
    app.verbs("/incoming", [{"verb": "agent", "eventHook": "/nowhere"}])
    assert Call(f"{app.http}/incoming", says=["hello there"]).run().ok
    assert "/nowhere" in [request.path for request in app.requests]
