"""The one door for all I/O of the REST client: it signs, sends, times, repeats where that is harmless, and reads.

Threads: everything here may be called from any thread at any time, and blocks the caller only.
"""

from __future__ import annotations

import json
import logging
import random
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from requests.auth import AuthBase
from urllib3.exceptions import NewConnectionError, ReadTimeoutError

from ..checks import refuse_unknown
from .adapter import TrackingAdapter, exchange
from .errors import (
    ApiConnectionError,
    ApiError,
    ApiTimeout,
    ConfigurationError,
    InvalidAnswer,
    InvalidRequest,
    TlsError,
    error_for,
)
from .retry import HARMLESS, pause_before_retry, retry_after_in

__all__ = ["Http", "Timeout"]

log = logging.getLogger("jambonz_sync.rest")

#: seconds: to connect, and for the whole answer; or one number for both
Timeout = float | tuple[float, float]


class _Bearer(AuthBase):
    """The token. An auth object, for with a plain header requests puts what ~/.netrc has for the host in its place."""

    def __init__(self, token: str) -> None:
        self._header = f"Bearer {token}"

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = self._header
        return request

    def blank_out(self, text: str) -> str:
        return text.replace(self._header[7:], "***")


class Http:
    """Sends requests below ``base_url`` (which ends in ``/v1``) and returns what the answers hold."""

    def __init__(
        self,
        base_url: str,
        token: str,
        *,
        timeout: Timeout,
        max_retries: int,
        session: requests.Session | None,
        user_agent: str,
    ) -> None:
        self.base_url = base_url
        self.timeout = _pair(timeout)
        self.max_retries = max_retries
        self.limits: Mapping[str, str] | None = None
        self._auth = _Bearer(token)
        self._headers = {"User-Agent": user_agent, "Accept": "application/json, */*;q=0.5"}
        self._json_headers = {**self._headers, "Content-Type": "application/json"}
        self._own = session is None
        self._session = _own_session(base_url) if session is None else session
        if session is not None:
            _refuse_retrying(session, base_url)

    def close(self) -> None:
        """Close the connections, unless the session is the caller's."""
        if self._own:
            self._session.close()

    def get(self, path: str, query: Mapping[str, Any] | None = None, **options: Any) -> Any:
        """The JSON that a GET is answered with; None for 204."""
        return self.send("GET", path, None, query, **options)

    def send(
        self, method: str, path: str, body: Any = None, query: Mapping[str, Any] | None = None, **options: Any
    ) -> Any:
        """The JSON that the request is answered with, None where there is none to read (202 and 204)."""
        response = self.request(method, path, body=body, query=query, **options)
        if response.status_code in (202, 204):
            return None
        try:
            return json.loads(response.content)
        except (ValueError, RecursionError):
            raise self.invalid_answer(response, method, path, "the answer is not JSON") from None

    def request(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        query: Mapping[str, Any] | None = None,
        timeout: Timeout | None = None,
        max_retries: int | None = None,
        harmless: bool | None = None,
        above_v1: bool = False,
        upload: Mapping[str, bytes] | None = None,
        **unknown: Any,
    ) -> requests.Response:
        """Send, until there is an answer or no more attempt is allowed, and return the answer if it is a yes (2xx).

        ``harmless`` says whether repeating does no harm where the method does not, ``above_v1`` that the path is
        not below ``/v1``, and ``upload`` is a form with files in place of a JSON ``body``. Blocks for the time-outs of
        all attempts and the pauses between them, at most 30 s each. Raises :class:`ApiError`.
        """
        if unknown:
            refuse_unknown(unknown, ("timeout", "max_retries"), "argument")
        data = None if body is None else _encoded(body, path)
        limits = self.timeout if timeout is None else _pair(timeout)
        allowed = self.max_retries if max_retries is None else max_retries
        repeatable = method in HARMLESS if harmless is None else harmless
        base = self.base_url.removesuffix("/v1") if above_v1 else self.base_url
        attempt = 0
        lost = False  # an attempt may have been carried out without our seeing its answer
        while True:
            try:
                return self._attempt(method, base, path, data, query, limits, upload)
            except ApiError as error:
                if lost and method == "DELETE" and error.status == 404:
                    return _no_content()  # an earlier attempt has done it
                pause = pause_before_retry(
                    error, harmless=repeatable, attempt=attempt, max_retries=allowed, jitter=random.random()
                )
                if pause is None:
                    raise
                attempt += 1
                lost = lost or error.outcome_unknown
                log.info("%s; attempt %d of %d in %.1f s", error, attempt + 1, allowed + 1, pause)
            time.sleep(pause)

    def _attempt(
        self,
        method: str,
        base: str,
        path: str,
        data: bytes | None,
        query: Mapping[str, Any] | None,
        timeout: tuple[float, float],
        upload: Mapping[str, bytes] | None = None,
        stream: bool = False,
    ) -> requests.Response:
        exchange.begin(timeout[1])
        started = time.monotonic()
        try:
            response = self._session.request(
                method,
                base + path,
                params=query,
                data=data,
                files=upload,
                headers=self._headers if data is None else self._json_headers,
                timeout=timeout,
                auth=self._auth,
                allow_redirects=False,  # the API has none, and following one would send the token elsewhere
                stream=stream,
            )
        except (requests.RequestException, OSError) as failure:
            raise self._failed(failure, method, path, timeout) from self._presentable(failure)
        log.debug("%s %s -> %d in %.0f ms", method, path, response.status_code, (time.monotonic() - started) * 1000)
        if "RateLimit-Limit" in response.headers:
            self.limits = response.headers
        if 200 <= response.status_code < 300:
            if stream and exchange.reader is not None:
                exchange.reader.by_the_piece()
            return response
        raise self._refused(response, method, path)

    @contextmanager
    def stream(
        self, path: str, query: Mapping[str, Any] | None = None, *, timeout: Timeout | None = None, **unknown: Any
    ) -> Iterator[requests.Response]:
        """GET something large: the answer, whose body is still to be read with ``iter_content``. Never repeated.

        The read time-out is for each piece, not for the whole. A failure while reading is an ApiError, too.
        """
        if unknown:
            refuse_unknown(unknown, ("timeout",), "argument")
        limits = self.timeout if timeout is None else _pair(timeout)
        with self._attempt("GET", self.base_url, path, None, query, limits, stream=True) as response:
            try:
                yield response
            except requests.RequestException as failure:
                raise self._failed(failure, "GET", path, limits) from self._presentable(failure)

    def invalid_answer(self, response: requests.Response, method: str, path: str, what: str) -> InvalidAnswer:
        """The error for an answer that says yes in words that the API does not use."""
        body = self._auth.blank_out(response.content[:65_536].decode("utf-8", "replace"))
        kind = response.headers.get("Content-Type", "no content type")
        unknown = "" if method in HARMLESS else "; the outcome is unknown"
        return InvalidAnswer(
            f"{method} {path}: {response.status_code}, but {what} ({kind}); is {self.base_url} the API?{unknown}",
            status=response.status_code,
            method=method,
            path=path,
            body=body,
            request_id=_request_id(response),
        )

    def _refused(self, response: requests.Response, method: str, path: str) -> ApiError:
        with response:
            if response.is_redirect:
                place = self._auth.blank_out(response.headers.get("Location", ""))
                return ApiError(
                    f"{method} {path}: {response.status_code} to {place}; the base url should be where it leads",
                    status=response.status_code,
                    method=method,
                    path=path,
                    message=f"redirected to {place}",
                    request_id=_request_id(response),
                )
            try:
                body = response.content
            except requests.RequestException:
                body = b""  # the status says enough
        wait = retry_after_in(response.headers.get("Retry-After"), time.time())
        return error_for(
            response.status_code,
            method=method,
            path=path,
            body=body,
            blank_out=self._auth.blank_out,
            request_id=_request_id(response),
            retry_after=wait,
        )

    def _presentable(self, failure: BaseException) -> BaseException | None:
        """``failure`` as the cause of an error, None if a server has made it quote the token back."""
        link: BaseException | None = failure
        while link is not None:
            if self._auth.blank_out(str(link)) != str(link):
                return None
            link = link.__cause__ or link.__context__
        return failure

    def _failed(self, failure: Exception, method: str, path: str, timeout: tuple[float, float]) -> ApiError:
        """The error for a request without an answer. The cause loses its request, which holds the token."""
        if isinstance(failure, requests.RequestException):
            failure.request = failure.response = None
        inner = failure.args[0] if failure.args else None
        reason = getattr(inner, "reason", inner)
        dialling = isinstance(failure, requests.ConnectTimeout) or isinstance(reason, NewConnectionError)
        sent = exchange.sent and not dialling
        unknown = "; the request has left, the outcome is unknown" if sent else "; the request has not left"
        facts: dict[str, Any] = {"method": method, "path": path, "sent": sent}
        if isinstance(failure, (requests.Timeout, TimeoutError)) or isinstance(inner, ReadTimeoutError):
            phase, limit = ("answer", timeout[1]) if sent else ("connection", timeout[0])
            return ApiTimeout(f"{method} {path}: no {phase} within {limit:g} s{unknown}", **facts)
        said = self._auth.blank_out(_root(failure))
        kind = TlsError if isinstance(failure, requests.exceptions.SSLError) else ApiConnectionError
        return kind(f"{method} {path} at {self.base_url}: {said}{unknown}", **facts)


def _own_session(base_url: str) -> requests.Session:
    """A session that keeps connections for many threads. Proxies and certificates are those of the environment, which
    requests would search for them before each request: that takes a fifth of the time of one."""
    session = requests.Session()
    found = session.merge_environment_settings(base_url, {}, None, None, None)
    session.proxies, session.verify = found["proxies"], found["verify"]
    session.trust_env = False
    adapter = TrackingAdapter()
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))  # a balancer's cookie is no state of ours
    return session


def _refuse_retrying(session: requests.Session, base_url: str) -> None:
    retries = getattr(session.get_adapter(base_url), "max_retries", None)
    if retries is not None and (retries.total or retries.read or retries.other):
        raise ConfigurationError(
            "session retries by itself (max_retries of its adapter), which can place a call twice: "
            "leave that to the client's max_retries",
            name="session",
        )


def _pair(timeout: Timeout) -> tuple[float, float]:
    pair = timeout if isinstance(timeout, tuple) else (timeout, timeout)
    if len(pair) != 2 or not all(isinstance(part, (int, float)) and part > 0 for part in pair):
        raise InvalidRequest(f"timeout is seconds, or (connect, read) in seconds, not {timeout!r}", field="timeout")
    return pair


def _encoded(body: Any, path: str) -> bytes:
    try:
        return json.dumps(body, separators=(",", ":"), allow_nan=False).encode()
    except (TypeError, ValueError) as error:
        raise InvalidRequest(f"{path}: the body is no JSON: {error}") from None


def _no_content() -> requests.Response:
    response = requests.Response()
    response.status_code = 204
    return response


def _request_id(response: requests.Response) -> str | None:
    headers = response.headers
    return headers.get("X-Request-Id") or headers.get("X-Amzn-Trace-Id") or headers.get("CF-Ray")


def _root(failure: BaseException) -> str:
    """What happened, in the words of the innermost exception: requests and urllib3 wrap it up to four times."""
    while (inner := failure.__cause__ or failure.__context__) is not None and isinstance(inner, Exception):
        failure = inner
    return f"{type(failure).__name__}: {failure}" if str(failure) else type(failure).__name__
