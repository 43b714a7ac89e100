"""All I/O of the REST client passes here: requests are signed, sent, timed, repeated where that does no harm, and read.

Threads: everything here may be called from any thread at any time, and blocks the caller only.
"""

from __future__ import annotations

import json
import logging
import random
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from typing import Any

import requests
from requests.auth import AuthBase
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import NewConnectionError, ReadTimeoutError

from .adapter import exchange, new_session, refuse_retrying
from .answer import Answer
from .body import ACCEPTED, MAX_ANSWER, read_start, read_whole
from .errors import (
    MAX_KEPT,
    ApiConnectionError,
    ApiError,
    ApiTimeout,
    ConfigurationError,
    InvalidAnswer,
    InvalidRequest,
    TlsError,
    error_for,
)
from .rate_limit import RateLimit, rate_limit_in
from .retry import HARMLESS, pause_before_retry, retry_after_in

__all__ = ["Answer", "HttpTransport", "Timeout"]

log = logging.getLogger("jambonz_sync.rest")

#: seconds: to connect, and for the whole answer; or one number for both
Timeout = float | tuple[float, float]
#: the longest time-out: sockets count in milliseconds of 31 bits
_LONGEST = 1_000_000


class _Bearer(AuthBase):
    """The token. An auth object, for with a plain header requests puts what ~/.netrc has for the host in its place."""

    def __init__(self, token: str | None, *others: str) -> None:
        self._token = token
        #: the token, and other secrets that a server may quote; one as short as that is part of any word
        self._secrets = [secret for secret in (token, *others) if secret and (secret == token or len(secret) > 3)]

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._token is not None:
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request

    def blank_out(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text


class HttpTransport:
    """Sends requests below ``base_url`` (which ends in ``/v1``) and returns what the answers hold."""

    def __init__(
        self,
        base_url: str,
        token: str | None,
        *,
        timeout: Timeout,
        max_retries: int,
        session: requests.Session | None,
        user_agent: str,
    ) -> None:
        self.base_url = base_url
        self._set_options(timeout, max_retries)
        self._auth = _Bearer(token)
        self._headers = {
            "User-Agent": user_agent,
            "Accept": "application/json, */*;q=0.5",
            "Accept-Encoding": ", ".join(ACCEPTED),
        }
        self._json_headers = {**self._headers, "Content-Type": "application/json"}
        self._rate_limit: dict[str, Mapping[str, str]] = {}  # "headers" of the last that was told; shared by copies
        self._own = session is None
        self._session = new_session(base_url) if session is None else session
        if session is not None:
            refuse_retrying(session, base_url)

    def __repr__(self) -> str:
        return f"<HttpTransport to {self.base_url}>"

    def with_options(self, timeout: Timeout | None, max_retries: int | None) -> HttpTransport:
        """Make a transport with other options that shares the connections; None leaves an option as it is."""
        other = copy(self)
        other._set_options(
            self.timeout if timeout is None else timeout, self.max_retries if max_retries is None else max_retries
        )
        return other

    def with_token(self, token: str | None, *secrets: str) -> HttpTransport:
        """Make a transport that signs with another token, or with none, and shares the connections.

        Args:
            token: The token.
            secrets: What else no error must show, such as a password in a body.
        """
        other = copy(self)
        other._auth = _Bearer(token, *secrets)
        return other

    def _set_options(self, timeout: Timeout, max_retries: int) -> None:
        pair = timeout if isinstance(timeout, tuple) else (timeout, timeout)
        if len(pair) != 2 or not all(isinstance(part, (int, float)) and 0 < part <= _LONGEST for part in pair):
            raise ConfigurationError(
                f"timeout is seconds up to {_LONGEST}, or (connect, read) in seconds, not {timeout!r}", name="timeout"
            )
        if not isinstance(max_retries, int) or max_retries < 0:
            raise ConfigurationError(f"max_retries is a number from 0, not {max_retries!r}", name="max_retries")
        self.timeout = pair
        self.max_retries = max_retries

    @property
    def rate_limit(self) -> RateLimit | None:
        """The rate limit as of the last answer that told one."""
        return rate_limit_in(self._rate_limit.get("headers", {}))

    def close(self) -> None:
        """Close the connections, unless the session is the caller's."""
        if self._own:
            self._session.close()

    def get(self, path: str, query: Mapping[str, Any] | None = None) -> Any:
        """GET and return the JSON of the answer; None for 204."""
        return self.send("GET", path, None, query)

    def send(self, method: str, path: str, body: Any = None, query: Mapping[str, Any] | None = None) -> Any:
        """Send a request and return the JSON of the answer, None where there is none to read (202 and 204)."""
        answer = self.request(method, path, body=body, query=query)
        if answer.status in (202, 204):
            return None
        try:
            return json.loads(answer.content)
        except (ValueError, RecursionError):
            raise self.invalid_answer(answer, method, path, "the answer is not JSON") from None

    def request(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        query: Mapping[str, Any] | None = None,
        harmless: bool | None = None,
        above_v1: bool = False,
        upload: Mapping[str, bytes] | None = None,
    ) -> Answer:
        """Send a request until there is an answer or no more attempt is allowed.

        Args:
            method: The HTTP method.
            path: Below the base url, beginning with a slash, its parts encoded.
            body: Sent as JSON; None sends none.
            query: Parameters of the url; those that are None are left out.
            harmless: True if repeating does no harm, where the method does not say (GET and DELETE do none).
            above_v1: The path is not below ``/v1``.
            upload: A form with files, in place of ``body``.
        Returns:
            The answer, which says yes (2xx).
        Raises:
            ApiError: The server said no, or nothing, or what nobody understands.
            InvalidRequest: JSON has no form for ``body``.
        Blocks: for the time-outs of all attempts and the pauses between them, at most 30 s each.
        """
        data = None if body is None else _encoded(body, path)
        repeatable = method in HARMLESS if harmless is None else harmless
        base = self.base_url.removesuffix("/v1") if above_v1 else self.base_url
        attempt = 0
        lost = False  # an attempt may have been carried out without our seeing its answer
        while True:
            try:
                return self._attempt(method, base, path, data, query, upload)
            except ApiError as error:
                error.url = self._auth.blank_out(base + path)
                if lost and method == "DELETE" and error.status == 404:
                    return Answer(204, {}, b"")  # an earlier attempt has done it
                pause = pause_before_retry(
                    error, harmless=repeatable, attempt=attempt, max_retries=self.max_retries, jitter=random.random()
                )
                if pause is None:
                    if lost and method == "DELETE":
                        raise error.after_a_lost_answer() from error.__cause__
                    raise
                attempt += 1
                lost = lost or error.outcome_unknown
                log.info("%s; attempt %d of %d in %.1f s", error, attempt + 1, self.max_retries + 1, pause)
            time.sleep(pause)

    @contextmanager
    def stream(self, path: str, query: Mapping[str, Any] | None = None) -> Iterator[requests.Response]:
        """GET something large: the answer, whose body is still to be read with ``iter_content``. Never repeated.

        The read time-out is for each piece, not for the whole. A failure while reading is an ApiError, too.
        """
        with self._sent("GET", self.base_url, path, None, query, None) as response:
            if not 200 <= response.status_code < 300:
                try:
                    start = read_start(response, MAX_KEPT)
                except requests.RequestException:
                    start = b""  # the status says enough
                raise self._refused(response, start, "GET", path)
            if exchange.reader is not None:
                exchange.reader.by_the_piece()
            try:
                yield response
            except requests.RequestException as failure:
                raise self._failed(failure, "GET", path) from self._presentable(failure)

    def _attempt(
        self,
        method: str,
        base: str,
        path: str,
        data: bytes | None,
        query: Mapping[str, Any] | None,
        upload: Mapping[str, bytes] | None,
    ) -> Answer:
        """Send a request once and read its answer. Raises ApiError if that fails, or the answer says no."""
        with self._sent(method, base, path, data, query, upload) as response:
            good = 200 <= response.status_code < 300
            try:
                content = read_whole(response) if good else read_start(response, MAX_KEPT)
            except (requests.RequestException, OSError) as failure:
                raise self._failed(failure, method, path) from self._presentable(failure)
        if content is None:
            answer = Answer(response.status_code, response.headers, b"")
            what = f"the answer is larger than {MAX_ANSWER // 1_048_576} MiB"
            raise self.invalid_answer(answer, method, path, what)
        if not good:
            raise self._refused(response, content, method, path)
        return Answer(response.status_code, response.headers, content)

    def _sent(
        self,
        method: str,
        base: str,
        path: str,
        data: bytes | None,
        query: Mapping[str, Any] | None,
        upload: Mapping[str, bytes] | None,
    ) -> requests.Response:
        """Send a request once and return the answer, its body still to be read."""
        exchange.begin(self.timeout[1])
        started = time.monotonic()
        try:
            response = self._session.request(
                method,
                base + path,
                params=query,
                data=data,
                files=upload,
                headers=self._headers if data is None else self._json_headers,
                timeout=self.timeout,
                auth=self._auth,
                allow_redirects=False,  # the API has none, and following one would send the token elsewhere
                stream=True,
            )
        except (requests.RequestException, OSError) as failure:
            raise self._failed(failure, method, path) from self._presentable(failure)
        log.debug("%s %s -> %d in %.0f ms", method, path, response.status_code, (time.monotonic() - started) * 1000)
        if "RateLimit-Limit" in response.headers:
            self._rate_limit["headers"] = response.headers
        encoding = response.headers.get("Content-Encoding", "identity").lower()
        if encoding not in (*ACCEPTED, "identity"):
            response.close()
            answer = Answer(response.status_code, response.headers, b"")
            raise self.invalid_answer(answer, method, path, f"in an encoding that was not asked for: {encoding:.40}")
        return response

    def invalid_answer(self, answer: Answer, method: str, path: str, what: str) -> InvalidAnswer:
        """Make the error for an answer that says yes in words that the API does not use."""
        kind = answer.headers.get("Content-Type", "no content type")
        said = f"{method} {path}: {answer.status}, but {what} ({kind}); is {self.base_url} the API?"
        return InvalidAnswer(
            self._auth.blank_out(said),
            status=answer.status,
            method=method,
            path=self._auth.blank_out(path),
            url=self._url(path),
            headers=self._shown(answer.headers),
            body=self._auth.blank_out(answer.content[:MAX_KEPT].decode("utf-8", "replace")),
            request_id=_request_id(answer.headers),
        )

    def _refused(self, response: requests.Response, body: bytes, method: str, path: str) -> ApiError:
        """Make the error for an answer that says no."""
        if response.is_redirect:
            place = response.headers.get("Location", "")
            said = f"{method} {path}: {response.status_code} to {place}; the base url should be where it leads"
            place = self._auth.blank_out(place)
            return ApiError(
                self._auth.blank_out(said),
                status=response.status_code,
                method=method,
                path=self._auth.blank_out(path),
                url=self._url(path),
                headers=self._shown(response.headers),
                message=f"redirected to {place}",
                request_id=_request_id(response.headers),
            )
        return error_for(
            response.status_code,
            method=method,
            path=path,
            url=self._url(path),
            headers=self._shown(response.headers),
            body=body,
            blank_out=self._auth.blank_out,
            request_id=_request_id(response.headers),
            retry_after=retry_after_in(response.headers.get("Retry-After"), time.time()),
        )

    def _url(self, path: str) -> str:
        """Return the URL that an error shows."""
        return self._auth.blank_out(self.base_url + path)

    def _shown(self, headers: Mapping[str, str]) -> Mapping[str, str]:
        """Return the headers that an error may hold: of a plain class, so that it can be pickled."""
        shown = {name: self._auth.blank_out(value) for name, value in headers.items() if name.lower() != "set-cookie"}
        return CaseInsensitiveDict(shown)

    def _presentable(self, failure: BaseException) -> BaseException | None:
        """Return ``failure`` as the cause of an error, None if a server has made it quote the token back."""
        link: BaseException | None = failure
        while link is not None:
            if self._auth.blank_out(str(link)) != str(link):
                return None
            link = link.__cause__ or link.__context__
        return failure

    def _failed(self, failure: Exception, method: str, path: str) -> ApiError:
        """Make the error for a request without an answer. The cause loses its request, which holds the token."""
        if isinstance(failure, requests.RequestException):
            failure.request = failure.response = None
        inner = failure.args[0] if failure.args else None
        reason = getattr(inner, "reason", inner)
        dialling = isinstance(failure, requests.ConnectTimeout) or isinstance(reason, NewConnectionError)
        sent = exchange.sent and not dialling
        left = "" if sent else "; the request has not left"
        path = self._auth.blank_out(path)
        facts: dict[str, Any] = {"method": method, "path": path, "url": self._url(path), "sent": sent}
        if isinstance(failure, (requests.Timeout, TimeoutError)) or isinstance(inner, ReadTimeoutError):
            phase, limit = ("answer", self.timeout[1]) if sent else ("connection", self.timeout[0])
            return ApiTimeout(f"{method} {path}: no {phase} within {limit:g} s{left}", **facts)
        said = self._auth.blank_out(_root(failure))
        kind = TlsError if isinstance(failure, requests.exceptions.SSLError) else ApiConnectionError
        return kind(f"{method} {path} at {self.base_url}: {said}{left}", **facts)


def _encoded(body: Any, path: str) -> bytes:
    try:
        return json.dumps(body, separators=(",", ":"), allow_nan=False).encode()
    except (TypeError, ValueError) as error:
        raise InvalidRequest(f"{path}: the body is no JSON: {error}") from None


def _request_id(headers: Mapping[str, str]) -> str | None:
    return headers.get("X-Request-Id") or headers.get("X-Amzn-Trace-Id") or headers.get("CF-Ray")


def _root(failure: BaseException) -> str:
    """Say what happened, in the words of the innermost exception: requests and urllib3 wrap it up to four times."""
    while (inner := failure.__cause__ or failure.__context__) is not None and isinstance(inner, Exception):
        failure = inner
    return f"{type(failure).__name__}: {failure}" if str(failure) else type(failure).__name__
