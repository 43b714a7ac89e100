"""What a view gets, what it may return, and what jambonz is answered."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

import flask
import pytest
from werkzeug.exceptions import InternalServerError

from jambonz_sync import WebhookResponse
from jambonz_sync.events import ActionHook, CallStatus
from jambonz_sync.webhook import IncomingCall, JambonzBlueprint

FIRST = {"call_sid": "CA1", "from": "+1508", "to": "+1617", "direction": "inbound", "call_status": "trying"}
HEARD = {
    "call_sid": "CA1",
    "reason": "speechDetected",
    "speech": {"alternatives": [{"transcript": "sales", "confidence": 0.9}]},
}
SAY = {"verb": "say", "text": "Hi"}
GREETING = {"GREETING": {"type": "string", "description": "First words", "default": "Hello!"}}


def client_of(view: Callable[..., Any], **options: Any) -> Any:
    """A client of an application with ``view`` at /hook."""
    bp = JambonzBlueprint("voice", __name__, **options)
    bp.webhook("/hook")(view)
    return client_of_blueprint(bp)


def client_of_blueprint(*blueprints: JambonzBlueprint, **config: Any) -> Any:
    app = flask.Flask(__name__)
    app.config.update(TESTING=True, **config)
    for bp in blueprints:
        app.register_blueprint(bp)
    return app.test_client()


@pytest.mark.parametrize(
    ("returned", "verbs"),
    [
        (lambda: WebhookResponse().say(text="Hi").hangup(), [SAY, {"verb": "hangup"}]),
        (lambda: [SAY], [SAY]),
        (lambda: SAY, [SAY]),
        (lambda: None, []),
        (list, []),
    ],
)
def test_a_view_may_return_a_response_verbs_one_verb_or_nothing(returned: Any, verbs: list[Any]) -> None:
    answer = client_of(lambda call: returned()).post("/hook", json=FIRST)
    assert (answer.status_code, answer.content_type, answer.json) == (200, "application/json", verbs)


def test_text_goes_out_in_utf_8() -> None:
    answer = client_of(lambda call: {"verb": "say", "text": "Grüezi 👋"}).post("/hook", json=FIRST)
    assert json.loads(answer.data.decode()) == [{"verb": "say", "text": "Grüezi 👋"}]


@pytest.mark.parametrize(
    ("returned", "status"),
    [
        (lambda: flask.Response("[]", 202, content_type="application/json"), 202),
        (lambda: (WebhookResponse().hangup(), 202), 202),
        (lambda: ("", 204), 204),
        (lambda: flask.redirect("/elsewhere"), 302),
    ],
)
def test_a_response_of_flask_is_sent_as_it_is(returned: Any, status: int) -> None:
    assert client_of(lambda call: returned()).post("/hook", json=FIRST).status_code == status


def test_url_variables_are_handed_to_the_view() -> None:
    bp = JambonzBlueprint("voice", __name__, url_prefix="/t/<tenant>")

    @bp.webhook("/menu/<int:level>")
    def menu(call: ActionHook, tenant: str, level: int) -> WebhookResponse:
        return WebhookResponse().say(text=f"{tenant} {level + 1}")

    answer = client_of_blueprint(bp).post("/t/acme/menu/2", json=HEARD)
    assert answer.json == [{"verb": "say", "text": "acme 3"}]


def test_a_view_can_still_read_the_request() -> None:
    seen: list[bytes] = []

    def view(call: ActionHook) -> None:
        seen.append(flask.request.get_data())

    client_of(view).post("/hook", data=json.dumps(HEARD), content_type="application/json")
    assert json.loads(seen[0]) == HEARD


def test_url_for_knows_a_webhook_by_the_name_of_its_view() -> None:
    bp = JambonzBlueprint("voice", __name__, url_prefix="/voice")

    @bp.webhook("/incoming")
    def incoming(call: IncomingCall) -> None: ...

    @bp.webhook("/menu", endpoint="main_menu")
    def menu(call: ActionHook) -> None: ...

    client = client_of_blueprint(bp)
    with client.application.test_request_context():
        assert flask.url_for("voice.incoming") == "/voice/incoming"
        assert flask.url_for("voice.main_menu") == "/voice/menu"


def test_a_decorated_view_is_still_the_plain_function() -> None:
    bp = JambonzBlueprint("voice", __name__)

    @bp.webhook("/incoming")
    def incoming(call: IncomingCall) -> str:
        return call.from_

    assert incoming(IncomingCall({"from": "+1508"})) == "+1508"


def test_a_view_that_raises_is_logged_with_its_call_and_answered_500(caplog: pytest.LogCaptureFixture) -> None:
    def view(call: IncomingCall) -> None:
        raise LookupError("no such customer")

    answer = client_of(view).post("/hook", json=FIRST)
    assert answer.status_code == 500
    (record,) = caplog.records
    assert record.getMessage() == "call CA1: the view of /hook failed"
    assert record.name.startswith("jambonz_sync.")
    assert record.levelno == logging.ERROR
    assert record.exc_info is not None
    assert isinstance(record.exc_info[1], LookupError)


def test_a_view_that_raises_is_answered_with_the_verbs_for_errors() -> None:
    def view(call: IncomingCall) -> None:
        raise LookupError

    answer = client_of(view, on_error=WebhookResponse().say(text="Sorry").hangup()).post("/hook", json=FIRST)
    assert (answer.status_code, answer.json) == (200, [{"verb": "say", "text": "Sorry"}, {"verb": "hangup"}])


def test_the_verbs_for_errors_may_depend_on_the_call_and_the_error() -> None:
    def view(call: IncomingCall) -> None:
        raise LookupError("no such customer")

    def sorry(call: IncomingCall, exc: Exception) -> WebhookResponse:
        return WebhookResponse().say(text=f"{call.from_}, {exc}")

    answer = client_of(view, on_error=sorry).post("/hook", json=FIRST)
    assert answer.json == [{"verb": "say", "text": "+1508, no such customer"}]


@pytest.mark.parametrize("on_error", [lambda call, exc: 1 / 0, lambda call, exc: [{"verb": "sya"}]])
def test_verbs_for_errors_that_fail_themselves_are_logged_and_answered_500(
    on_error: Any, caplog: pytest.LogCaptureFixture
) -> None:
    def view(call: IncomingCall) -> None:
        raise LookupError

    assert client_of(view, on_error=on_error).post("/hook", json=FIRST).status_code == 500
    assert [record.getMessage() for record in caplog.records] == [
        "call CA1: the view of /hook failed",
        "call CA1: on_error failed for /hook",
    ]


@pytest.mark.parametrize(
    "returned", [[{"verb": "sya", "text": "Hi"}], "Hello", 7, [{"verb": "say", "text": object()}], [{"text": "Hi"}]]
)
def test_verbs_that_jambonz_would_not_take_count_as_the_view_failing(
    returned: Any, caplog: pytest.LogCaptureFixture
) -> None:
    answer = client_of(lambda call: returned, on_error=[SAY]).post("/hook", json=FIRST)
    assert (answer.status_code, answer.json) == (200, [SAY])
    assert "call CA1: the view of /hook failed" in caplog.text
    assert "InvalidVerb" in caplog.text


def test_a_blueprint_for_an_old_server_does_not_answer_what_that_would_reject() -> None:
    newer = {"verb": "agent", "llm": {"vendor": "openai", "llmOptions": {}}}
    assert client_of(lambda call: [newer], server="0.9").post("/hook", json=FIRST).status_code == 500


def test_a_message_has_no_call_sid_and_is_served_all_the_same(caplog: pytest.LogCaptureFixture) -> None:
    message = {"message_sid": "SM1", "from": "+1508", "to": "+1617", "text": "hello"}
    seen: list[Any] = []
    assert client_of(seen.append).post("/hook", json=message).status_code == 200
    assert (type(seen[0]), seen[0]["text"]) == (ActionHook, "hello")
    assert client_of(lambda message: 1 / 0).post("/hook", json=message).status_code == 500
    wrong = {**GREETING, "PIN": {"type": "number", "description": "a", "default": 1}}
    client_of(lambda call: call.env and None, env_vars=wrong).post("/hook", json={"env_vars": {"PIN": "x"}})
    assert [record.getMessage().partition(":")[0] for record in caplog.records] == ["call -", "call -"]


@pytest.mark.parametrize("view", [lambda call: flask.abort(418), lambda call: flask.request.form["digits"]])
def test_an_http_exception_of_a_view_is_logged_and_answered_with_the_verbs_for_errors(
    view: Any, caplog: pytest.LogCaptureFixture
) -> None:
    answer = client_of(view, on_error=[SAY]).post("/hook", json=FIRST)
    assert (answer.status_code, answer.json) == (200, [SAY])
    assert "call CA1: the view of /hook failed" in caplog.text


@pytest.mark.parametrize(
    ("view", "status"), [(lambda call: flask.abort(418), 418), (lambda call: flask.request.form["digits"], 400)]
)
def test_an_http_exception_without_verbs_for_errors_is_logged_and_answered_as_flask_does(
    view: Any, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    assert client_of(view).post("/hook", json=FIRST).status_code == status
    assert "call CA1: the view of /hook failed" in caplog.text


def test_an_http_exception_that_is_a_response_is_that_response(caplog: pytest.LogCaptureFixture) -> None:
    def view(call: IncomingCall) -> None:
        flask.abort(flask.Response("[]", 202, content_type="application/json"))

    assert client_of(view, on_error=[SAY]).post("/hook", json=FIRST).status_code == 202
    assert caplog.records == []


def test_a_view_that_calls_sys_exit_has_failed_and_does_not_end_the_server(caplog: pytest.LogCaptureFixture) -> None:
    def view(call: IncomingCall) -> None:
        raise SystemExit(1)

    seen: list[Exception] = []
    answer = client_of(view, on_error=lambda call, exc: seen.append(exc) or [SAY]).post("/hook", json=FIRST)
    assert (answer.status_code, answer.json) == (200, [SAY])
    assert "a view called sys.exit()" in str(seen[0])
    assert "call CA1: the view of /hook failed" in caplog.text
    assert client_of(view).post("/hook", json=FIRST).status_code == 500


@pytest.mark.parametrize("error", [LookupError, SystemExit(1), flask.abort])
def test_a_status_view_is_answered_204_whatever_it_raises(error: Any, caplog: pytest.LogCaptureFixture) -> None:
    bp = JambonzBlueprint("voice", __name__, on_error=[SAY])

    @bp.status("/status")
    def status(evt: CallStatus) -> None:
        if error is flask.abort:
            flask.abort(400)
        raise error

    assert client_of_blueprint(bp).post("/status", json=FIRST).status_code == 204
    assert "call CA1: the view of /status failed" in caplog.text


def test_the_applications_own_handler_of_server_errors_still_runs() -> None:
    def view(call: IncomingCall) -> None:
        raise LookupError("no such customer")

    client = client_of(view)

    def handler(exc: InternalServerError) -> tuple[str, int]:
        return str(exc.original_exception), 500

    client.application.register_error_handler(500, handler)
    assert client.post("/hook", json=FIRST).data == b"no such customer"


def test_a_status_view_gets_a_call_status_and_is_answered_204() -> None:
    bp = JambonzBlueprint("voice", __name__)
    seen: list[CallStatus] = []

    @bp.status("/status")
    def status(evt: CallStatus) -> list[Any]:
        seen.append(evt)
        return ["nothing", "of", "use"]

    answer = client_of_blueprint(bp).post("/status", json={**FIRST, "call_status": "completed", "duration": 7})
    assert (answer.status_code, answer.data) == (204, b"")
    assert type(seen[0]) is CallStatus
    assert (seen[0].call_status, seen[0].duration) == ("completed", 7)


def test_a_get_hook_gets_the_query_with_its_numbers() -> None:
    bp = JambonzBlueprint("voice", __name__)

    @bp.webhook("/hook", methods=("GET", "POST"))
    def hook(call: ActionHook) -> WebhookResponse:
        return WebhookResponse().say(text=f"{call.from_} {call.sip_status!r} {call.digits}")

    client = client_of_blueprint(bp)
    answer = client.get("/hook", query_string={"call_sid": "CA1", "from": "+1508", "sip_status": "200", "digits": "01"})
    assert answer.json == [{"verb": "say", "text": "+1508 200 01"}]
    assert client.post("/hook", json=FIRST).status_code == 200


def test_events_of_agents_and_models_come_without_a_call_sid() -> None:
    seen: list[Any] = []
    client = client_of(seen.append)
    assert client.post("/hook", json={"type": "user_transcript", "transcript": "hello"}).status_code == 200
    assert client.post("/hook", json={"event": "transfer-status", "call_status": 180}).status_code == 200
    assert (seen[0].transcript, seen[0].call_sid, seen[1].event) == ("hello", None, "transfer-status")
