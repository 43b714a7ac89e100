"""A network that is slow, or loses messages, between jambonz and an app of webhooks or on a WebSocket."""

from __future__ import annotations

from werkzeug.wrappers import Request

from jambonz_sync.simulator import Call, CallLimits, Network

from ..peer import App, Wire, placed

BYE = [{"verb": "say", "text": "Bye."}, {"verb": "hangup"}]


def test_a_webhook_reaches_the_app_as_late_as_the_network_is_slow(app: App) -> None:
    app.verbs("/incoming", [{"verb": "redirect", "actionHook": "/next"}])
    app.verbs("/next", BYE)
    call = Call(f"{app.http}/incoming", network=Network(delay=0.4))
    transcript = call.run()
    said = next(entry for entry in transcript if entry.who == "app")
    assert said.at >= 0.8
    assert transcript.ended_by == "app"


def test_a_webhook_that_is_lost_has_no_answer_in_time(app: App) -> None:
    app.verbs("/incoming", BYE)
    call = Call(f"{app.http}/incoming", network=Network(loss=1.0), limits=CallLimits(http=0.5))
    transcript = call.run()
    assert "lost on its way to the app" in str(transcript)
    assert "did not answer within 0.5 s" in str(transcript)
    assert [request.path for request in app.requests if request.method == "POST"] == []


def test_a_webhook_that_is_later_than_jambonz_waits_never_reaches_the_app(app: App) -> None:
    app.verbs("/incoming", BYE)
    transcript = Call(f"{app.http}/incoming", network=Network(delay=1.0), limits=CallLimits(http=0.3)).run()
    assert "did not answer within 0.3 s" in str(transcript)
    assert [request.path for request in app.requests if request.method == "POST"] == []


def test_a_status_that_is_late_reaches_the_app_before_the_call_is_over(app: App) -> None:
    statuses: list[str] = []

    def status(request: Request) -> list[object]:
        statuses.append(request.get_json()["call_status"])
        return []

    app.verbs("/incoming", BYE)
    app.hooks["/status"] = status
    Call(f"{app.http}/incoming", network=Network(delay=0.2), status_hook="/status").run()
    assert statuses[-1] == "completed"


def test_messages_on_a_websocket_are_late_by_as_much(app: App) -> None:
    def call(wire: Wire) -> None:
        wire.ack(wire.read("session:new"), BYE)
        wire.until_closed()

    app.calls.append(call)
    transcript = placed(app.ws, network=Network(delay=0.4)).run()
    assert next(entry for entry in transcript if entry.who == "app").at >= 0.4
