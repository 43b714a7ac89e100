"""Streams to a path of this host that no audio service has are told of when the verb is sent."""

from __future__ import annotations

import flask
import pytest

from jambonz_sync import Jambonz, JambonzBlueprint, Session, create_endpoint
from jambonz_sync.server.missing_audio import in_app
from tests.peer import Peer, Refused

MISSING = (
    "call {sid}: {what} streams to {path}, and there is no audio service: "
    'endpoint.audio("{path}") (did you mean /audio-stream?)'
)


@pytest.mark.parametrize(
    ("verb", "warning"),
    [
        ({"verb": "listen", "url": "/audio"}, ("listen", "/audio")),
        ({"verb": "listen", "url": "audio?x=1"}, ("listen", "/audio?x=1")),
        ({"verb": "stream", "url": "/audio"}, ("stream", "/audio")),
        ({"verb": "dial", "target": [{"type": "user", "name": "x"}], "listen": {"url": "/audio"}},
         ("listen of dial", "/audio")),
        ({"verb": "config", "stream": {"enable": True, "url": "/audio"}}, ("stream of config", "/audio")),
        ({"verb": "listen", "url": "/audio-stream"}, None),
        ({"verb": "listen", "url": "/audio-stream/deeper"}, None),
        ({"verb": "listen", "url": "/by/7"}, None),
        ({"verb": "listen", "url": "wss://elsewhere.example.com/audio"}, None),
        ({"verb": "listen", "url": "/own"}, None),
        ({"verb": "config", "listen": {"enable": False}}, None),
    ],
)  # fmt: skip
def test_a_stream_to_a_path_without_an_audio_service_is_told_of_once_with_the_nearest(
    verb: dict[str, object], warning: tuple[str, str] | None, caplog: pytest.LogCaptureFixture
) -> None:
    endpoint = create_endpoint(host="127.0.0.1", port=0)
    endpoint.audio("/audio-stream")
    endpoint.audio("/by/<tenant>")
    svc = endpoint.service("/calls")
    endpoint.app.add_url_rule("/own", view_func=lambda: "", websocket=True)

    @svc.on("session:new")
    def call(session: Session) -> None:
        session.add_verbs([verb, verb]).send()

    with endpoint, Peer(f"{endpoint.url}/calls") as peer:
        peer.begin()
    warnings = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    if warning is None:
        assert warnings == []
    else:
        what, path = warning
        text = MISSING.format(sid=peer.call_sid, what=what, path=path)
        assert warnings == [text.replace('("/audio?x=1")', '("/audio")')]


def test_the_service_of_calls_is_none_for_audio(caplog: pytest.LogCaptureFixture) -> None:
    endpoint = create_endpoint(host="127.0.0.1", port=0)
    endpoint.service("/").on("session:new", lambda session: session.listen("/audio").send())
    with endpoint, Peer(endpoint.url) as peer:
        peer.begin()
    assert [record.getMessage() for record in caplog.records if record.levelname == "WARNING"] == [
        f'call {peer.call_sid}: listen streams to /audio, and there is no audio service: endpoint.audio("/audio")'
    ]


def test_what_comes_to_the_path_of_the_other_kind_is_refused_with_what_to_write(
    caplog: pytest.LogCaptureFixture,
) -> None:
    endpoint = create_endpoint(host="127.0.0.1", port=0)
    endpoint.service("/")
    endpoint.audio("/audio")
    with endpoint:
        for path, protocol in (("/adio", "audio.drachtio.org"), ("/audio", "ws.jambonz.org"), ("/audio", "chat")):
            with pytest.raises(Refused) as caught:
                Peer(endpoint.url + path, protocol=protocol)
            assert caught.value.status == 400
    refused = "a call from 127.0.0.1 was refused with 400: "
    assert [record.getMessage().removeprefix(refused) for record in caplog.records] == [
        "an audio stream (listen, stream) comes to the path /adio of calls: make a service for it, "
        "endpoint.audio(path) or @bp.audio(path)",
        "a call comes to the path /audio of audio streams: make a service for it, endpoint.service(path) or "
        "@bp.websocket(path)",
        "offers the subprotocols chat, wanted audio.drachtio.org or audio.jambonz.org",
    ]


def test_in_a_flask_application_the_rules_of_all_blueprints_count() -> None:
    app = flask.Flask("shop")
    bp = JambonzBlueprint("voice", __name__, url_prefix="/voice")
    bp.websocket("/ws")(print)
    bp.audio("/audio/<int:tenant>")(print)
    bp.webhook("/hook")(print)
    app.register_blueprint(bp)
    Jambonz(app).audio("/listen")(print)
    app.add_url_rule("/foreign", view_func=lambda: "", websocket=True)
    for path in ("/voice/audio/7", "/listen", "/listen/", "/foreign"):
        assert in_app(app, path) is None
    for path in ("/audio", "/voice/audio/x", "/voice/ws", "/voice/hook"):
        assert (in_app(app, path) or "").startswith(f"@bp.audio makes one, for {path} with the url_prefix")
    assert in_app(app, "/listn") == "@bp.audio makes one, for /listn with the url_prefix (did you mean /listen?)"


def test_where_routes_differ_by_host_nothing_is_said_to_be_missing() -> None:
    app = flask.Flask("shop", subdomain_matching=True)
    assert in_app(app, "/audio") is None


def test_an_application_behind_a_path_of_another_says_nothing(caplog: pytest.LogCaptureFixture) -> None:
    endpoint = create_endpoint(host="127.0.0.1", port=0)
    endpoint.service("/").on("session:new", lambda session: session.listen("/audio").send())
    inner = endpoint.app.wsgi_app

    def mounted(environ, start_response):  # type: ignore[no-untyped-def]
        environ["SCRIPT_NAME"] = "/voice"
        return inner(environ, start_response)

    endpoint.app.wsgi_app = mounted  # type: ignore[method-assign]
    with endpoint, Peer(endpoint.url) as peer:
        peer.begin()
    assert [record.getMessage() for record in caplog.records if record.levelname == "WARNING"] == []
