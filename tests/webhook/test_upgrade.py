"""Calls over WebSockets in an application of Flask, beside its webhooks."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import flask
import pytest
import requests
from werkzeug.debug import DebuggedApplication
from werkzeug.serving import make_server

from jambonz_sync import AudioStream, Jambonz, JambonzBlueprint, Session, WebhookResponse, create_endpoint
from jambonz_sync.protocol.tts import TtsTimeout
from jambonz_sync.tools import ToolSet
from tests.peer import CALL, Closed, Peer, Refused
from tests.waiting import wait_for

Serve = Callable[[Any], str]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serve an application as ``flask run`` does; its URL."""
    servers: list[Any] = []

    def start(app: Any) -> str:
        server = make_server("127.0.0.1", 0, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        servers.append((server, thread))
        return f"ws://127.0.0.1:{server.server_port}"

    yield start
    for server, thread in servers:
        server.shutdown()
        thread.join()
        server.server_close()


def voice(**options: Any) -> tuple[JambonzBlueprint, flask.Flask]:
    bp = JambonzBlueprint("voice", __name__, url_prefix="/voice", **options)

    @bp.websocket("/ws/<int:tenant>")
    def call(session: Session) -> None:
        session.on("/app", lambda evt: session.say(text=flask.current_app.name))
        session.say(text=f"tenant {session.url_vars['tenant'] + 1}").send()

    app = flask.Flask("shop")
    return bp, app


def test_a_call_is_served_with_its_url_variables_and_in_the_context_of_the_application(serve: Serve) -> None:
    bp, app = voice()
    app.register_blueprint(bp)
    with Peer(serve(app) + "/voice/ws/41") as peer:
        assert peer.begin() == [{"verb": "say", "text": "tenant 42"}]
        assert peer.ask("/app") == [{"verb": "say", "text": "shop"}]
        peer.close()


def test_a_stream_finds_the_session_of_its_call_in_another_blueprint(serve: Serve) -> None:
    calls, streams = JambonzBlueprint("calls", __name__), JambonzBlueprint("streams", __name__)
    sessions: list[Session | None] = []
    found: list[Session | None] = []

    @calls.websocket("/ws")
    def call(session: Session) -> None:
        sessions.append(session)
        session.pause(length=60).send()

    @streams.audio("/audio")
    def stream(stream: AudioStream) -> None:
        found.append(stream.session)

    app = flask.Flask("shop")
    app.register_blueprint(calls)
    app.register_blueprint(streams)
    url = serve(app)
    with Peer(url + "/ws", call_sid="CA-other") as peer:
        peer.begin()
        for nth, call_sid in enumerate(("CA-other", "CA-unknown"), 1):
            with Peer(url + "/audio", protocol="audio.drachtio.org") as media:
                media.send({"sampleRate": 8000, "callSid": call_sid})
                wait_for(lambda nth=nth: len(found) == nth)
                media.close()
        peer.close()
    assert found == [sessions[0], None]


@pytest.mark.parametrize("kind", ["blueprint", "extension"])
def test_the_token_queue_is_as_long_and_as_patient_as_the_options_say(serve: Serve, kind: str) -> None:
    app = flask.Flask("shop")
    options = {"tts_capacity": 10, "tts_timeout": 0.05}
    where: Any = JambonzBlueprint("voice", __name__, **options) if kind == "blueprint" else Jambonz(app, **options)
    raised: list[TtsTimeout] = []

    @where.websocket("/ws")
    def call(session: Session) -> None:
        session.config(tts_stream={"enable": True})
        session.send_tts_tokens("x" * 10)
        try:
            session.send_tts_tokens("y")
        except TtsTimeout as exc:
            raised.append(exc)
        session.pause(length=60).send()

    if kind == "blueprint":
        app.register_blueprint(where)
    with Peer(serve(app) + "/ws") as peer:
        peer.begin()
        peer.close()
    assert raised[0].timeout == 0.05


@pytest.mark.parametrize("options", [{"tts_capacity": 0}, {"tts_timeout": 0}])
def test_a_token_queue_that_cannot_be_is_refused_when_it_is_asked_for(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="tts_"):
        JambonzBlueprint("voice", __name__, **options)
    with pytest.raises(ValueError, match="tts_"):
        Jambonz(**options)


def test_tools_run_in_the_context_of_the_application_too(serve: Serve) -> None:
    bp = JambonzBlueprint("voice", __name__)
    tools = ToolSet()

    @tools.tool
    def shop() -> str:
        return flask.current_app.name

    @bp.websocket("/ws")
    def call(session: Session) -> None:
        session.use_tools(tools)
        session.pause(length=60).send()

    app = flask.Flask("shop")
    app.register_blueprint(bp)
    with Peer(serve(app) + "/ws") as peer:
        peer.begin()
        peer.tell("llm:tool-call", {"tool_call_id": "1", "name": "shop", "args": {}}, hook="/tool-call")
        assert peer.recv()["data"] == {"result": "shop"}
        peer.close()


def test_one_path_serves_webhooks_options_and_calls(serve: Serve) -> None:
    bp, app = voice(env_vars={"A": {"type": "string", "description": "a"}})

    @bp.webhook("/ws/<int:tenant>")
    def incoming(call: Any, tenant: int) -> WebhookResponse:
        return WebhookResponse().say(text=f"webhook {tenant}")

    app.register_blueprint(bp)
    url = serve(app)
    http = url.replace("ws:", "http:") + "/voice/ws/1"
    assert requests.post(http, json={**CALL, "call_sid": "c1"}, timeout=15).json()[0]["text"] == "webhook 1"
    assert list(requests.options(http, timeout=15).json()) == ["A"]
    assert requests.get(http, timeout=15).status_code == 426
    with Peer(url + "/voice/ws/1/") as peer:
        assert peer.begin()[0]["text"] == "tenant 2"


def test_the_credentials_of_a_blueprint_hold_for_its_calls(serve: Serve) -> None:
    bp, app = voice(auth=("u", "p"))
    app.register_blueprint(bp)
    url = serve(app) + "/voice/ws/1"
    with pytest.raises(Refused) as caught:
        Peer(url)
    assert caught.value.status == 401
    with Peer(url, auth=("u", "p")) as peer:
        assert peer.begin()


def test_an_extension_serves_calls_and_other_events_of_theirs(serve: Serve) -> None:
    app = flask.Flask("shop")
    app.config["JAMBONZ_SERVER"] = "0.9"
    jambonz = Jambonz(app, on_error=[{"verb": "say", "text": "sorry"}])
    svc = jambonz.service("/calls")
    closed = threading.Event()
    svc.on("session:new", lambda session: session.agent(llm={"vendor": "openai"}))  # a 0.9 server has no agent
    svc.on("close", lambda session: closed.set())
    with Peer(serve(app) + "/calls") as peer:
        assert peer.begin() == [{"verb": "say", "text": "sorry"}]
        peer.close()
    assert closed.wait(15)


@pytest.mark.parametrize("method", ["POST", "OPTIONS"])
def test_only_a_get_is_a_handshake(serve: Serve, method: str) -> None:
    bp, app = voice()
    bp.webhook("/ws/<int:tenant>", endpoint="hook")(lambda call, tenant: None)
    app.register_blueprint(bp)
    with pytest.raises(Refused) as caught:
        Peer(serve(app) + "/voice/ws/1", method=method)
    assert caught.value.status == 405


@pytest.mark.parametrize("debugger", [False, True])
@pytest.mark.parametrize("of", ["blueprint", "endpoint"])
def test_a_call_that_has_ended_is_logged_as_one_and_nothing_follows_its_close_frame(
    serve: Serve, of: str, debugger: bool, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level("INFO", "werkzeug")
    app: Any
    if of == "blueprint":
        bp, app = voice()
        app.register_blueprint(bp)
    else:
        endpoint = create_endpoint()
        endpoint.service("/").on("session:new", lambda session: session.hangup().send())
        app = endpoint.app
    with Peer(serve(DebuggedApplication(app) if debugger else app) + "/voice/ws/1") as peer:
        peer.begin()
        peer.send_frame(8, (1000).to_bytes(2, "big"))
        assert peer.recv_frame() == (8, (1000).to_bytes(2, "big"))
        peer.sock.settimeout(15)
        assert peer.sock.recv(100) == b""
    wait_for(lambda: [record for record in caplog.records if record.name == "werkzeug"])
    lines = [record.getMessage() for record in caplog.records if record.name == "werkzeug"]
    assert ["GET /voice/ws/1 HTTP/1.1" in line and line.endswith(" 101 -") for line in lines] == [True]
    assert "Error" not in capfd.readouterr().err


@pytest.mark.parametrize("configured", [False, True])
@pytest.mark.parametrize("kind", [JambonzBlueprint, Jambonz])
def test_calls_are_served_with_the_options_that_an_endpoint_has_too(serve: Serve, kind: Any, configured: bool) -> None:
    options = {
        "max_message_size": 2048,
        "hook_warning_after": 0.01,
        "hook_ack_deadline": 0.02,
        "reconnect_grace": 0,
        "max_sessions": 1,
    }

    def before_upgrade(environ: dict[str, Any]) -> int | None:
        return 418 if "HTTP_X_TEAPOT" in environ else None

    app = flask.Flask("shop")
    if configured:
        app.config |= {f"JAMBONZ_{name.upper()}": str(value) for name, value in options.items()}
        app.config["JAMBONZ_ESCAPE_URLS"] = False
        options = {}
    else:
        options["escape_urls"] = False
    options["before_upgrade"] = before_upgrade  # type: ignore[assignment]
    jambonz = kind(**options) if kind is Jambonz else kind("voice", __name__, **options)
    slow = threading.Event()
    closed = threading.Event()

    @jambonz.websocket("/ws")
    def call(session: Session) -> None:
        session.on("/slow", lambda evt: slow.wait(15) and None)
        session.say(text="Note: x").send()

    jambonz.service("/ws").on("close", lambda session: closed.set())
    jambonz.init_app(app) if kind is Jambonz else app.register_blueprint(jambonz)
    url = serve(app) + "/ws"
    with Peer(url) as peer:
        assert peer.begin() == [{"verb": "say", "text": "Note: x"}]
        assert peer.ask("/slow") == []
        with pytest.raises(Refused) as caught:
            Peer(url)
        assert caught.value.status == 503
        slow.set()
        peer.send("x" * 3000)
        with pytest.raises(Closed) as ended:
            peer.recv()
        assert ended.value.code == 1009
    assert closed.wait(15)
    with pytest.raises(Refused) as caught:
        Peer(url, headers={"X-Teapot": "yes"})
    assert caught.value.status == 418


def test_a_wrong_subprotocol_is_refused(serve: Serve) -> None:
    bp, app = voice()
    app.register_blueprint(bp)
    with pytest.raises(Refused) as caught:
        Peer(serve(app) + "/voice/ws/1", protocol="chat")
    assert caught.value.status == 400


def test_the_client_of_a_test_has_no_socket_to_upgrade() -> None:
    bp, app = voice()
    app.register_blueprint(bp)
    headers = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "x"}
    assert app.test_client().get("/voice/ws/1", headers=headers).status_code == 501


def test_audio_streams_have_a_rule_of_their_own(serve: Serve) -> None:
    bp, app = voice()

    @bp.audio("/audio/<leg>")
    def echo(stream: AudioStream) -> None:
        stream.send_audio(f"{stream.url_vars['leg']} {flask.current_app.name} ".encode())
        for pcm in stream:
            stream.send_audio(pcm)

    app.register_blueprint(bp)
    with Peer(serve(app) + "/voice/audio/caller", protocol="audio.drachtio.org") as peer:
        peer.send({"sampleRate": 8000, "callSid": "c1"})
        assert peer.recv_frame() == (2, b"caller shop ")
        peer.send_frame(2, b"\1\2")
        assert peer.recv_frame() == (2, b"\1\2")
        peer.close()
    with pytest.raises(ValueError, match="calls need a rule of their own"):
        bp.service("/audio/<leg>")
    with pytest.raises(ValueError, match="audio streams need a rule of their own"):
        bp.audio("/ws/<int:tenant>")


@pytest.mark.parametrize(
    ("options", "configuration", "is_open"),
    [
        ({"signing_secret": "s"}, {}, True),
        ({}, {"JAMBONZ_SIGNING_SECRET": "s"}, True),
        ({"signing_secret": "s", "auth": ("u", "p")}, {}, False),
        ({"signing_secret": "s"}, {"JAMBONZ_USERNAME": "u", "JAMBONZ_PASSWORD": "p"}, False),
        ({"signing_secret": "s", "before_upgrade": print}, {}, False),
        ({}, {}, False),
    ],
)
def test_a_websocket_that_the_signing_secret_leaves_open_is_told_of_at_the_start(
    options: dict[str, Any], configuration: dict[str, str], is_open: bool, caplog: pytest.LogCaptureFixture
) -> None:
    app = flask.Flask("shop")
    app.config.update(configuration)
    bp, _ = voice(**options)
    bp.webhook("/hook")(print)
    app.register_blueprint(bp)
    Jambonz(app, **options).audio("/audio")(print)
    warning = (
        "{}: everybody may open its WebSocket: signing_secret protects webhooks only, because a WebSocket has no "
        'signature. Set auth=("user", "password") here and in the portal, or before_upgrade'
    )
    rules = ["/ws/<int:tenant>", "/audio"] if is_open else []
    assert [record.getMessage() for record in caplog.records] == [warning.format(rule) for rule in rules]


def test_the_limits_of_one_application_do_not_govern_the_calls_of_another(serve: Serve) -> None:
    bp = JambonzBlueprint("voice", __name__)
    bp.websocket("/ws")(lambda session: session.say(text="hi").send())
    small, large = flask.Flask("small"), flask.Flask("large")
    small.config["JAMBONZ_MAX_SESSIONS"] = 1
    small.register_blueprint(bp)
    large.register_blueprint(bp)
    of_small, of_large = serve(small) + "/ws", serve(large) + "/ws"
    with Peer(of_large) as first, Peer(of_large) as second, Peer(of_small) as third:
        for peer in (first, second, third):
            assert peer.begin()
        with pytest.raises(Refused) as caught:
            Peer(of_small)
        assert caught.value.status == 503
