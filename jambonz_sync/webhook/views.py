"""One path of an application, and all that it serves: a webhook, call status events, OPTIONS, the upgrade."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from threading import get_ident
from time import monotonic
from typing import Any, Literal, cast

import flask
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.wrappers import Response

from ..errors import InvalidSignature
from ..events import ActionHook, CallStatus, from_query
from ..logs.context import call_sid as current_call_sid
from ..logs.formatter import FACTS
from ..logs.where import place_of
from ..model.json_text import dumps
from ..protocol.messages import shown
from ..protocol.signature import verify_signature
from ..runtime import pool, timers
from ..server.missing_audio import ROUTE_OF_VIEW
from ..server.service import PathService
from ..server.wsgi import CHALLENGE, is_handshake
from ..session import lines
from ..verbs.chain import as_verbs
from .body import read_body
from .calls import IncomingCall, event_of
from .config import AppConfig
from .upgrade import upgrade

__all__ = ["Hook", "Route"]

log = logging.getLogger("jambonz_sync.webhook")

#: A status event that has one of these may lack a call_sid: events of agents and models, progress of a transfer.
_WITHOUT_CALL = ("type", "event")
_LONGEST_CALL_SID = 128


@dataclass(frozen=True, slots=True)
class Hook:
    """A view for what jambonz posts, by what it answers.

    ``verbs``: the view gets the event and the URL variables. ``status``: the same, but its answer is of no use.
    ``tools``: it gets the event and the ``server`` option, and returns what is sent as JSON.
    """

    view: Callable[..., Any]
    methods: frozenset[str]
    answers: Literal["verbs", "status", "tools"]


class _Refused(Exception):
    """A request that is not served: ``status`` and ``body`` are answered, and ``reason`` is logged."""

    def __init__(self, status: int, reason: str, *, body: str | None = None, call_sid: str | None = None) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.body = f"{reason}\n" if body is None else body
        self.call_sid = call_sid


class Route:
    """All that one rule serves.

    Filled while the application is set up, and only read while it runs.

    Args:
        rule: The path, as Flask has it.
    """

    def __init__(self, rule: str) -> None:
        self.rule = rule
        self.hook: Hook | None = None
        self.service: PathService | None = None  # of its WebSockets
        self._configs: list[AppConfig] = []

    def serve(self, service: PathService) -> None:
        """Have a service take the WebSockets of this rule.

        Args:
            service: The service.
        """
        self.service = service
        for config in self._configs:
            self._warn_if_open(config)

    def _warn_if_open(self, config: AppConfig) -> None:
        """Tell of WebSockets that everybody may open, where the owner seems to think that nobody else may."""
        if config.secrets is not None and config.auth is None and config.registry.before_upgrade is None:
            log.warning(
                "%s: everybody may open its WebSocket: signing_secret protects webhooks only, because a WebSocket has "
                'no signature. Set auth=("user", "password") here and in the portal, or before_upgrade',
                self.rule,
            )

    def view_for(self, config: AppConfig) -> Callable[..., Any]:
        """Make the view function for one application.

        Args:
            config: The options in it.
        """

        self._configs.append(config)
        if self.service is not None:
            self._warn_if_open(config)

        def view(**url_vars: Any) -> Any:
            return self._serve(config, url_vars)

        setattr(view, ROUTE_OF_VIEW, self)
        return view

    def _serve(self, config: AppConfig, url_vars: dict[str, Any]) -> Any:
        # one look at the proxy: each attribute read through it costs as much as a whole check here
        request = cast("flask.Request", flask.request._get_current_object())  # type: ignore[attr-defined]
        environ = request.environ
        method: str = environ["REQUEST_METHOD"]
        if method == "OPTIONS":
            return self._declare(config)
        try:
            if config.auth is not None and not config.auth.admits(environ.get("HTTP_AUTHORIZATION")):
                raise _Refused(401, "wrong or no credentials", body="")
            if method == "GET" and self.service is not None and is_handshake(environ):
                return upgrade(self.service, environ, url_vars, config)
            hook = self.hook
            if hook is None or method not in hook.methods:
                return self._not_allowed(config, method)
            event = self._event(config, request, hook)
        except _Refused as refused:
            return self._refuse(config, environ, refused)
        token = current_call_sid.set(event.call_sid or None)
        received, rule = monotonic(), str(request.url_rule)
        tell_slow = partial(_tell_slow, event.call_sid or "-", rule, get_ident(), received)
        slow = timers.call_later(config.calls.hook_warning_after, partial(pool.run, tell_slow))
        try:
            response = self._run(config, hook, event, url_vars)
        finally:
            slow.cancel()
            current_call_sid.reset(token)
        if log.isEnabledFor(logging.INFO):
            _tell_answered(event.call_sid or "-", rule, event, response, received)
        return response

    def _event(self, config: AppConfig, request: flask.Request, hook: Hook) -> CallStatus | IncomingCall | ActionHook:
        environ = request.environ
        if environ["REQUEST_METHOD"] == "GET":
            if config.secrets is not None and not config.allow_unsigned_get:
                claimed = _fit_for_the_log(request.args.get("call_sid"))
                raise _Refused(403, "a GET has no signature (allow_unsigned_get is off)", body="", call_sid=claimed)
            payload = from_query(request.args)
        else:
            raw = _body(request, config.max_body)
            if config.secrets is not None:
                try:
                    verify_signature(raw, environ.get("HTTP_JAMBONZ_SIGNATURE"), config.secrets, config.tolerance)
                except InvalidSignature as exc:
                    raise _Refused(403, exc.reason, body="", call_sid=_claimed_call_sid(raw)) from None
            payload = _parse(environ.get("CONTENT_TYPE", ""), raw)
        if payload.get("call_sid") is None and "call_sid" in request.args:  # where hook_url() has put it
            payload["call_sid"] = request.args["call_sid"]
        _check_call_sid(payload, required=hook.answers == "status")
        return CallStatus(payload) if hook.answers == "status" else event_of(payload, config.env)

    def _run(
        self, config: AppConfig, hook: Hook, event: CallStatus | IncomingCall | ActionHook, url_vars: dict[str, Any]
    ) -> Any:
        try:
            if hook.answers == "tools":
                return config.response(dumps(hook.view(event, config.calls.server)), content_type="application/json")
            answer = hook.view(event, **url_vars)
            if hook.answers == "status":
                return config.response(status=204)
            if isinstance(answer, Response | tuple):
                return answer
            return config.response(
                dumps(as_verbs(answer, config.calls.server, config.calls.escape_urls)), content_type="application/json"
            )
        except (Exception, SystemExit) as exc:
            if isinstance(exc, HTTPException) and exc.response is not None:
                raise  # a response, as if it had been returned
            log.exception("call %s: the view of %s failed", event.call_sid or "-", flask.request.url_rule)
            if isinstance(exc, SystemExit):  # it would end the server's thread
                exc = RuntimeError("a view called sys.exit(): it ends no call, hangup() does")
            return self._after_failure(config, hook, event, exc)

    def _after_failure(
        self, config: AppConfig, hook: Hook, event: CallStatus | IncomingCall | ActionHook, error: Exception
    ) -> Any:
        if hook.answers == "status":
            return config.response(status=204)
        if hook.answers == "tools":  # verbs are no output of a tool
            raise InternalServerError(original_exception=error)
        verbs = config.on_error
        if callable(verbs):
            try:
                verbs = as_verbs(verbs(event, error), config.calls.server, config.calls.escape_urls)
            except (Exception, SystemExit):
                log.exception("call %s: on_error failed for %s", event.call_sid or "-", flask.request.url_rule)
                verbs = None
        if verbs is None:
            raise error if isinstance(error, HTTPException) else InternalServerError(original_exception=error)
        return config.response(dumps(verbs), content_type="application/json")

    def _declare(self, config: AppConfig) -> Response:
        allow = {"Allow": self._allowed()}
        if config.schema is None:
            return config.response(status=204, headers=allow)
        return config.response(config.schema, headers=allow, content_type="application/json")

    def _not_allowed(self, config: AppConfig, method: str) -> Response:
        if method == "HEAD" and self.hook is not None and "GET" in self.hook.methods:
            return config.response()  # whether it is there: no reason to run the view
        if method in {"GET", "HEAD"} and self.service is not None:
            headers = {"Upgrade": "websocket", "Connection": "Upgrade"}
            return config.response("expected a WebSocket handshake\n", 426, headers, content_type="text/plain")
        return config.response(status=405, headers={"Allow": self._allowed()})

    def _allowed(self) -> str:
        methods = {"OPTIONS"} | (self.hook.methods if self.hook else set())
        return ", ".join(sorted(methods | {"GET"} if self.service else methods))

    def _refuse(self, config: AppConfig, environ: dict[str, Any], refused: _Refused) -> Response:
        log.warning(
            "call %s: %s %s from %s refused with %d: %s",
            refused.call_sid or "-",
            environ["REQUEST_METHOD"],
            flask.request.url_rule,
            shown(environ.get("REMOTE_ADDR", "-")),
            refused.status,
            refused.reason,
        )
        headers = {"WWW-Authenticate": CHALLENGE} if refused.status == 401 else None
        return config.response(refused.body, refused.status, headers, content_type="text/plain")


def _tell_answered(call_sid: str, rule: str, event: CallStatus | ActionHook, response: Any, received: float) -> None:
    verbs = response.get_json(silent=True) if isinstance(response, flask.Response) and response.is_json else None
    ms = (monotonic() - received) * 1000
    if isinstance(event, IncomingCall):
        what = f"from {shown(event.from_ or '?')} to {shown(event.to or '?')}"
    else:
        what = lines.about(event)
    log.info(
        "call %s: %s%s, answered in %.*f ms: %s",
        *(call_sid, rule, f" ({what})" if what else "", 0 if ms >= 10 else 1, ms),
        lines.verbs_in_short(verbs)
        if isinstance(verbs, list)
        else getattr(response, "status", "a response of its own"),
        extra={FACTS: {"event": "hook", "hook": rule, "about": what, "ms": round(ms, 1)}},
    )


def _tell_slow(call_sid: str, rule: str, thread: int, received: float) -> None:
    place = place_of(thread)
    log.warning(
        "call %s: %s has been waiting for its answer for %.1f s%s",
        *(call_sid, rule, monotonic() - received, f": its view is at {place}" if place else ""),
    )


def _body(request: flask.Request, limit: int) -> bytes:
    try:
        return read_body(request, limit)
    except HTTPException as exc:
        raise _Refused(exc.code or 400, exc.description or exc.name.lower()) from None


def _parse(content_type: str, raw: bytes) -> dict[str, Any]:
    if content_type != "application/json":
        kind = content_type.partition(";")[0].strip().lower()
        if kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
            raise _Refused(415, "expected application/json")
    try:
        payload = json.loads(raw.decode())
    except (ValueError, RecursionError):
        raise _Refused(400, "the body is not JSON in UTF-8") from None
    if not isinstance(payload, dict):
        raise _Refused(400, f"expected a JSON object, got {type(payload).__name__}")
    return payload


def _check_call_sid(payload: dict[str, Any], *, required: bool) -> None:
    call_sid = payload.get("call_sid")
    if call_sid is None:
        if required and not any(key in payload for key in _WITHOUT_CALL):
            raise _Refused(400, "call_sid is missing")
    elif _fit_for_the_log(call_sid) is None:
        raise _Refused(400, "call_sid is not a short line of ASCII text")


def _fit_for_the_log(call_sid: object) -> str | None:
    """``call_sid`` if it can stand in a line of the log, and cannot pass for another line; else None."""
    if isinstance(call_sid, str) and 0 < len(call_sid) <= _LONGEST_CALL_SID:
        return call_sid if call_sid.isascii() and call_sid.isprintable() else None
    return None


def _claimed_call_sid(raw: bytes) -> str | None:
    """The call that an unproven body says it is about: for the log only, where a wrong secret has to be found."""
    try:
        return _fit_for_the_log(_parse("application/json", raw).get("call_sid"))
    except _Refused:
        return None
