"""A REST API of jambonz on loopback, for tests: it records, answers, fails, and the calls that it places ring here."""

from __future__ import annotations

import fnmatch
import json
import threading
import uuid
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qsl, urlsplit

from ..server.http import HttpServer
from ..simulator import Call
from ..simulator.engine.updates import ACTIONS
from .call import TestCall
from .errors import ExpectationFailed
from .placing import Placing

if TYPE_CHECKING:
    from ..rest import JambonzClient
    from ..server.endpoint import Endpoint

__all__ = ["ApiRequest", "FakeApi"]

#: the settings of speech that a call without an application needs
_SPEECH = (
    *("speech_synthesis_vendor", "speech_synthesis_language", "speech_synthesis_voice"),
    *("speech_recognizer_vendor", "speech_recognizer_language"),
)
_REASONS = {200: "OK", 201: "Created", 202: "Accepted", 204: "No Content", 400: "Bad Request", 401: "Unauthorized"}


@dataclass(frozen=True)
class ApiRequest:
    """A request that the API has got.

    Args:
        method: ``GET``, ``POST`` ...
        path: The path behind ``/v1``: ``/Accounts/.../Calls``.
        query: The query.
        headers: The headers, with names in lower case.
        body: The body.
    """

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def json(self) -> Any:
        """The body as JSON; None if there is none."""
        try:
            return json.loads(self.body) if self.body else None
        except ValueError:
            return None


@dataclass(frozen=True)
class _Answer:
    status: int
    body: Any = None


class _Refused(Exception):
    """Ends a request with an answer that is no success."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.answer = _Answer(status, {"msg": message})


class FakeApi:
    """A REST API that answers on a free port of loopback, until it is closed.

    Made by the fixture ``jambonz_api``, which sets ``JAMBONZ_BASE_URL``, ``JAMBONZ_ACCOUNT_SID`` and
    ``JAMBONZ_API_KEY`` to it for the test. ``client.calls.create`` places a call in the simulator: the party that is
    called answers, and the call goes to the app of its ``call_hook``, or of its application. Of its options, ``amd``,
    ``referHook``, ``sipRequestWithinDialogHook`` and ``timeLimit`` work as they do on the server. Actions such as
    ``client.calls.whisper`` and ``client.calls.redirect`` act on the calls of the test, whoever has placed them.
    Anything else is answered with 404 unless :meth:`answers` says more.

    Args:
        placing: Serves the apps, and keeps the calls.

    Threads: any; ``_lock`` guards all that requests change.
    """

    def __init__(self, placing: Placing) -> None:
        self._placing = placing
        # guards all below; notified when a call has been placed
        self._changed = threading.Condition()
        #: the requests so far, in order
        self.requests: list[ApiRequest] = []
        self._answers: list[tuple[str, str, _Answer]] = []
        self._failures: deque[_Answer] = deque()
        self._apps: dict[str, Endpoint | Callable[..., Any]] = {}
        self._applications: dict[str, str] = {}
        self._calls: dict[str, TestCall] = {}
        self._deleted: set[str] = set()
        self._unseen: deque[TestCall] = deque()
        self.account_sid = str(uuid.uuid4())
        self.api_key = str(uuid.uuid4())
        self._server = HttpServer("127.0.0.1", 0, self._serve)
        self.url = f"http://127.0.0.1:{self._server.port}"

    # -- for the test

    def client(self, **options: Any) -> JambonzClient:
        """Make a client of this API.

        Args:
            options: Those of :class:`jambonz_sync.rest.JambonzClient`.
        """
        from ..rest import JambonzClient

        return JambonzClient(self.url, self.account_sid, self.api_key, **options)

    def serves(self, url: str, app: Endpoint | Callable[..., Any]) -> None:
        """Have calls whose hook is at a host go to an app in this process.

        Args:
            url: The URL that the app has in production: ``https://voice.example.com``; its path does not matter.
            app: An endpoint, or any WSGI application.
        """
        with self._changed:
            self._apps[urlsplit(url).netloc] = app

    def application(self, call_hook: str) -> str:
        """Add an application of the account.

        Args:
            call_hook: The URL that its calls go to.
        Returns:
            Its sid.
        """
        sid = str(uuid.uuid4())
        with self._changed:
            self._applications[sid] = call_hook
        return sid

    def answers(self, method: str, path: str, body: Any = None, *, status: int = 200) -> None:
        """Answer requests from now on; the last that fits counts.

        Args:
            method: ``GET``, ``POST`` ...
            path: The path behind ``/v1/Accounts/<sid>`` or ``/v1``, with ``*`` for any part: ``/Queues``, ``/Calls/*``.
            body: The answer, as JSON; a text is answered as text, as the server often does.
            status: The HTTP status.
        """
        with self._changed:
            self._answers.insert(0, (method.upper(), path, _Answer(status, body)))

    def fails(self, status: int = 500, *, times: int = 1, message: str = "Internal Server Error") -> None:
        """Let the next requests fail, whatever they ask for.

        Args:
            status: The HTTP status.
            times: How many requests.
            message: The text of the answer.
        """
        with self._changed:
            self._failures.extend([_Answer(status, message)] * times)

    def call(self, *, timeout: float = 10.0) -> TestCall:
        """Wait until the app has placed a call.

        Args:
            timeout: Seconds to wait.
        Returns:
            The call, in which the test is the one who is called; each is returned once, in their order.
        Raises:
            ExpectationFailed: No call was placed.
        Blocks: up to ``timeout``.
        """
        __tracebackhide__ = True
        with self._changed:
            if not self._changed.wait_for(lambda: bool(self._unseen), timeout):
                asked = ", ".join(f"{request.method} {request.path}" for request in self.requests) or "none"
                text = f"no call was placed within {timeout:g} s; the requests so far: {asked}"
                hint = (
                    "" if self.requests else " (a JambonzClient() without arguments, made in the test, asks this API)"
                )
                raise ExpectationFailed(text + hint)
            return self._unseen.popleft()

    def close(self) -> None:
        """Answer no more."""
        self._server.stop()

    # -- requests

    def _serve(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        size = int(environ.get("CONTENT_LENGTH") or 0)
        request = ApiRequest(
            environ["REQUEST_METHOD"],
            str(environ.get("PATH_INFO", "")).removeprefix("/v1"),
            dict(parse_qsl(str(environ.get("QUERY_STRING", "")))),
            {name[5:].lower().replace("_", "-"): value for name, value in environ.items() if name.startswith("HTTP_")},
            environ["wsgi.input"].read(size) if size else b"",
        )
        with self._changed:
            self.requests.append(request)
            failure = self._failures.popleft() if self._failures else None
        try:
            answer = failure or self._answer(request)
        except _Refused as refused:
            answer = refused.answer
        is_text = isinstance(answer.body, str)
        body = b"" if answer.body is None else (answer.body if is_text else json.dumps(answer.body)).encode()
        headers = [("Content-Length", str(len(body)))]
        if answer.body is not None:
            headers.append(("Content-Type", "text/html; charset=utf-8" if is_text else "application/json"))
        start_response(f"{answer.status} {_REASONS.get(answer.status, 'Whatever')}", headers)
        return [body]

    def _answer(self, request: ApiRequest) -> _Answer:
        if request.headers.get("authorization") != f"Bearer {self.api_key}":
            raise _Refused(401, "unauthorized")
        path = request.path.removeprefix(f"/Accounts/{self.account_sid}")
        with self._changed:
            for method, pattern, answer in self._answers:
                if method == request.method and (
                    fnmatch.fnmatch(path, pattern) or fnmatch.fnmatch(request.path, pattern)
                ):
                    return answer
        if path == "/Calls" and request.method == "POST":
            return self._create(request.json)
        if path == "/Calls" and request.method == "GET":
            return _Answer(200, [_record(sid, call) for sid, call in list(self._calls.items()) if not call.end_reason])
        if path.startswith("/Calls/"):
            return self._one_call(request, path.removeprefix("/Calls/"))
        raise _Refused(404, f"{request.method} {request.path} is not known to this fake: see FakeApi.answers")

    def _create(self, body: Any) -> _Answer:
        if not isinstance(body, dict) or not body.get("from") or not isinstance(body.get("to"), dict):
            raise _Refused(400, "missing from, or to is no object")
        fields = cast("dict[str, Any]", body)
        hook = fields.get("call_hook")
        if "application_sid" in fields:
            hook = self._applications.get(str(fields["application_sid"]))
            if hook is None:
                raise _Refused(400, "unknown application_sid")
        elif not hook or not all(fields.get(name) for name in _SPEECH):
            raise _Refused(400, f"without application_sid, call_hook and {', '.join(_SPEECH)} are required")
        sid, call_id = str(uuid.uuid4()), uuid.uuid4().hex
        call = self._ring(str(hook["url"] if isinstance(hook, dict) else hook), sid, call_id, fields)
        with self._changed:
            self._calls[sid] = call
            self._unseen.append(call)
            self._changed.notify_all()
        return _Answer(201, {"sid": sid, "callId": call_id})

    def _ring(self, hook: str, sid: str, call_id: str, fields: Mapping[str, Any]) -> TestCall:
        target = fields["to"]
        number = str(target.get("number") or target.get("sipUri") or target.get("name") or "")
        parts = urlsplit(hook)
        app: Endpoint | Callable[..., Any] | str = self._apps.get(parts.netloc, hook)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        is_url = isinstance(app, str)
        status_hook: Any = fields.get("call_status_hook")
        if isinstance(status_hook, dict):
            status_hook = status_hook.get("url")
        if status_hook and urlsplit(str(status_hook)).netloc in self._apps:
            status_hook = urlsplit(str(status_hook)).path  # relative hooks go to the app that has the call

        def prepare(call: Call) -> None:
            leg = call.leg
            leg.direction, leg.call_sid, leg.call_id = "outbound", sid, call_id
            leg.account_sid, leg.caller_name = self.account_sid, str(fields.get("callerName") or "")
            leg.customer_data = fields.get("tag")
            if "application_sid" in fields:
                leg.application_sid = str(fields["application_sid"])
            # the app is asked when the party has answered
            for status in ("trying", "ringing", "in-progress"):
                call.state.set_status(leg, status)
            leg.answered_at = 0.0
            call.apply_rest_options(fields)

        return self._placing.place(
            app,
            "/" if is_url else path,
            websocket=None if is_url else parts.scheme in ("ws", "wss"),
            prepare=prepare,
            from_=str(fields["from"]),
            to=number,
            headers=fields.get("headers") or {},
            status_hook=status_hook,
        )

    def _one_call(self, request: ApiRequest, sid: str) -> _Answer:
        call = self._find(sid)
        if call is None:
            return _Answer(404, "Not Found")
        if request.method == "GET":
            return _Answer(200, _record(sid, call))
        if request.method == "DELETE":
            with self._changed:
                self._calls.pop(sid, None)
                self._deleted.add(sid)
            return _Answer(204)
        if call.end_reason is not None:
            return _Answer(422, "call session is gone")
        return self._update(call, None if call.leg.call_sid == sid else sid, request.json)

    def _find(self, sid: str) -> TestCall | None:
        """Return the call that has a leg with this sid: that of the caller, or of whom they are connected with."""
        if sid in self._deleted:
            return None
        for call in list(self._placing.calls):
            connected = call._running.call.state.connected_leg
            if sid == call.leg.call_sid or (connected is not None and sid == connected.call_sid):
                return call
        return None

    def _update(self, call: TestCall, leg_sid: str | None, body: Any) -> _Answer:
        """Have a call do what an update asks for; like the server, say nothing of what comes of it."""
        fields: dict[str, Any] = dict(cast("Mapping[str, Any]", body)) if isinstance(body, dict) else {}
        names = [name for name in ACTIONS if fields.get(name)]
        alone = [name for name in names if name != "whisper"]
        if not names or (len(alone) > 1 and set(alone) != {"call_hook", "child_call_hook"}):
            raise _Refused(400, f"expected one action, got {', '.join(alone) or 'none that is known'}")
        answered = call.leg.answered_at is not None
        if fields.get("call_status") not in (None, "completed" if answered else "no-answer"):
            return _Answer(422, f"the call is {call.leg.status}")
        for name in ("call_hook", "child_call_hook"):
            if fields.get(name):
                fields[name] = self._hook(fields[name])
        running = call._running
        running.post(lambda: running.call.update(fields, leg_sid))
        return _Answer(200, {"status": 200, "reason": "OK"}) if "sip_request" in alone else _Answer(202, "Accepted")

    def _hook(self, hook: Any) -> Any:
        """Return a hook as it is asked here: at an app of this process, if it has that of the host."""
        url = str(hook["url"] if isinstance(hook, dict) else hook)
        parts = urlsplit(url)
        app = self._apps.get(parts.netloc)
        if app is not None:
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            url = self._placing.url_of(app, path, websocket=parts.scheme in ("ws", "wss"))
        return {**cast("dict[str, Any]", hook), "url": url} if isinstance(hook, dict) else url


def _record(sid: str, call: TestCall) -> dict[str, Any]:
    """Return a call as the API describes it."""
    leg = call.leg
    return {
        "call_sid": sid,
        "call_id": leg.call_id,
        "account_sid": leg.account_sid,
        "application_sid": leg.application_sid,
        "direction": leg.direction,
        "from": leg.from_,
        "to": leg.to,
        "call_status": leg.status,
        "sip_status": leg.sip_status,
        "sip_reason": leg.sip_reason,
        "trace_id": leg.trace_id,
        "service_url": call.url,
    }
