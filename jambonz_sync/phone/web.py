"""The page's requests: its files, the exchange of the token, kept calls; and the WebSocket of each tab."""

from __future__ import annotations

import json
import logging
import threading
from collections import deque
from collections.abc import Iterable
from importlib.resources import files
from typing import Any

import simple_websocket
from flask import Flask, Response, abort, jsonify, request

from .desk import Desk
from .export import html_of
from .guard import PAGE_POLICY, Guard
from .saving import pytest_of, scenario_of
from .store import CallStore, compare

__all__ = ["make_web"]

log = logging.getLogger("jambonz_sync.phone")

_STATIC = files("jambonz_sync.phone") / "static"
_TYPES = {"js": "text/javascript", "css": "text/css", "svg": "image/svg+xml", "html": "text/html"}
#: records that one message to a tab holds at most
_BATCH = 500
#: bytes that a tab may send at once: a WAV file
_MOST_BYTES = 16 * 1024 * 1024
#: seconds in which records gather for the next message to a tab: one for each would keep both sides busy
_GATHER = 0.03
#: seconds between two looks for news: a wait that a signal or a close cannot end
_PATIENCE = 5.0
#: chunks of audio that wait for a tab; a tab that is slower loses the oldest
_MOST_CHUNKS = 100
_MOST_ERRORS = 20


class _Connected(Response):
    """The answer of a view whose connection has become a WebSocket, which has ended."""

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        raise ConnectionError("a WebSocket has ended")  # Werkzeug answers nothing then


def make_web(desk: Desk, guard: Guard, store: CallStore) -> Flask:
    """Make the app that serves the page.

    Args:
        desk: The calls.
        guard: Lets in who may use it.
        store: The calls that are kept.
    """
    web = Flask(__name__, static_folder=None)
    web.config["MAX_CONTENT_LENGTH"] = 1024 * 1024

    @web.before_request
    def check() -> Response | None:
        if not guard.knows_host(request.host):
            return _refusal("this page is for the address that the phone has printed", 421)
        foreign = request.headers.get("Origin") is not None and not guard.knows_origin(request.headers["Origin"])
        if foreign or (request.method == "POST" and not guard.knows_origin(request.headers.get("Origin"))):
            return _refusal("only the page itself may ask for this", 403)
        open_to_all = request.endpoint in ("page", "icon", "static_file", "session")
        if not open_to_all and not guard.knows_session(request.cookies):
            return _refusal("open the URL that the phone has printed", 401)
        return None

    @web.after_request
    def secure(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", PAGE_POLICY)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cache-Control"] = "no-store"
        return response

    @web.get("/")
    def page() -> Response:
        return _file("index.html")

    @web.get("/favicon.ico")
    def icon() -> Response:
        return _file("icon.svg")

    @web.get("/static/<name>")
    def static_file(name: str) -> Response:
        return _file(name)

    @web.post("/session")
    def session() -> Response:
        content = request.get_json(silent=True)
        cookie = guard.session_for(content.get("token")) if isinstance(content, dict) else None
        if cookie is None:
            return _refusal("this is not the token that the phone has printed", 401)
        response = jsonify({})
        response.set_cookie(guard.cookie, cookie, httponly=True, samesite="Strict")
        return response

    @web.get("/session")
    def has_session() -> Response:
        return jsonify({})

    @web.get("/calls")
    def calls() -> Response:
        return jsonify({"calls": store.find(request.args.get("q", ""))})

    @web.get("/calls/<id>")
    def call(id: str) -> Response:
        return jsonify(_kept(store, id))

    @web.get("/calls/<id>/test.py")
    def as_pytest(id: str) -> Response:
        return Response(pytest_of(_kept(store, id)), mimetype="text/plain")

    @web.get("/calls/<id>/test.yaml")
    def as_scenario(id: str) -> Response:
        return Response(scenario_of(_kept(store, id)), mimetype="text/plain")

    @web.get("/calls/<id>/export.html")
    def export(id: str) -> Response:
        response = Response(html_of(_kept(store, id)), mimetype="text/html")
        response.headers["Content-Disposition"] = f'attachment; filename="call-{id}.html"'
        return response

    @web.get("/calls/<left>/compare/<right>")
    def compare_calls(left: str, right: str) -> Response:
        return jsonify({"rows": compare(_kept(store, left)["records"], _kept(store, right)["records"])})

    @web.post("/calls/<id>/replay")
    def replay(id: str) -> Response:
        try:
            desk.replay(_kept(store, id), request.args.get("caller", 1, int))
        except ValueError as error:
            return _refusal(str(error), 409)
        return jsonify({})

    @web.errorhandler(404)
    def not_found(error: Exception) -> Response:
        return _refusal("there is nothing here", 404)

    @web.route("/socket", websocket=True)
    def socket() -> Response:
        if not guard.knows_origin(request.headers.get("Origin")):
            abort(403)
        caller = None if request.args.get("caller") == "new" else request.args.get("caller", 1, int)
        ws = simple_websocket.Server(request.environ, max_message_size=_MOST_BYTES, ping_interval=25)
        _Tab(ws, desk, caller).serve()
        return _Connected()

    return web


class _Tab:
    """One tab: a thread that sends what is new, and one that reads what the person does."""

    def __init__(self, ws: simple_websocket.Server, desk: Desk, caller: int | None) -> None:
        self._ws = ws
        self._desk = desk
        self._wanted = caller
        self._over = threading.Event()
        # audio for this tab, filled by the thread of the call
        self._audio: deque[tuple[bytes, int]] = deque(maxlen=_MOST_CHUNKS)
        self._rate = 0
        # what this tab did that could not be done, filled by the thread that reads
        self._errors: deque[str] = deque(maxlen=_MOST_ERRORS)

    def serve(self) -> None:
        """Serve the tab until it is closed."""
        listener = self._on_sound
        try:
            self._caller = self._desk.open_tab(self._wanted, listener)
        except ValueError as error:
            self._put({"type": "refused", "text": str(error)})
            self._ws.close()
            return
        sender = threading.Thread(target=self._send, name="jambonz-phone-tab", daemon=True)
        sender.start()
        try:
            while True:
                self._do(self._ws.receive())
        except (simple_websocket.ConnectionClosed, OSError):
            pass
        finally:
            self._over.set()
            self._desk.close_tab(self._caller, listener)
            sender.join(_PATIENCE)

    def _send(self) -> None:
        desk, caller, known, sent = self._desk, self._caller, None, 0
        try:
            while not self._over.is_set():
                news = desk.news(caller)
                if known is None or news.call is not known.call:
                    sent = 0
                    self._put({"type": "hello", **desk.greeting(news, caller)})
                else:
                    if news.state != known.state:
                        self._put({"type": "state", "state": news.state[0], "text": news.state[1]})
                    if news.app != known.app:
                        self._put({"type": "app", **desk.app()})
                known = news
                while self._errors:
                    self._put({"type": "error", "text": self._errors.popleft()})
                while self._audio:
                    self._play(*self._audio.popleft())
                batch = news.records[sent : sent + _BATCH]
                if batch:
                    self._put({"type": "records", "records": batch})
                    sent += len(batch)
                    if len(batch) < _BATCH:
                        self._over.wait(_GATHER)
                else:
                    desk.wait(news, sent, _PATIENCE, caller)
        except (simple_websocket.ConnectionClosed, OSError):
            pass  # the tab is gone, which the thread that reads sees, too

    def _on_sound(self, pcm: bytes, rate: int) -> None:
        self._audio.append((pcm, rate))

    def _play(self, pcm: bytes, rate: int) -> None:
        if rate != self._rate:
            self._rate = rate
            self._put({"type": "audio", "rate": rate})
        self._ws.send(pcm)

    def _put(self, message: dict[str, Any]) -> None:
        self._ws.send(json.dumps(message, ensure_ascii=False, default=str))

    def _do(self, data: str | bytes | None) -> None:
        try:
            if isinstance(data, bytes):
                self._desk.hear(data, self._caller)
            elif data is not None:
                message = json.loads(data)
                self._desk.act(str(message.pop("do")), message, self._caller)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            self._errors.append(str(error))
            self._desk.wake()


def _file(name: str) -> Response:
    suffix = name.rpartition(".")[2]
    path = _STATIC / name
    if suffix not in _TYPES or "/" in name or "\\" in name or not path.is_file():
        abort(404)
    return Response(path.read_bytes(), mimetype=_TYPES[suffix])


def _kept(store: CallStore, id: str) -> dict[str, Any]:
    content = store.get(id)
    if content is None:
        abort(404)
    return content


def _refusal(why: str, status: int) -> Response:
    response = jsonify({"error": why})
    response.status_code = status
    return response
