"""Webhooks as jambonz sends them, signed, to an app in this process: for tests of a single view."""

from __future__ import annotations

import io
import json
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import unquote

from ..protocol.signature import HEADER, sign
from ..simulator.engine.leg import Leg
from .errors import ExpectationFailed

__all__ = ["SignedClient", "WebhookAnswer"]


@dataclass(frozen=True)
class WebhookAnswer:
    """The answer of an app to a webhook.

    Args:
        status: The HTTP status.
        headers: The headers, with names in lower case.
        body: The body.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode(errors="replace")

    @property
    def verbs(self) -> list[dict[str, Any]]:
        """The verbs of the answer.

        Raises:
            ExpectationFailed: jambonz would take it for no answer.
        """
        content_type = self.headers.get("content-type", "")
        if self.status not in (200, 202, 204) or (self.body and "application/json" not in content_type):
            raise ExpectationFailed(f"no answer for jambonz: {self.status} {content_type}\n{self.text[:2000]}")
        try:
            verbs: object = json.loads(self.body or b"[]")
        except ValueError as error:
            raise ExpectationFailed(f"the answer is no JSON: {error}\n{self.text[:2000]}") from None
        if not isinstance(verbs, list):
            raise ExpectationFailed(f"the answer is no list of verbs: {self.text[:2000]}")
        return cast("list[dict[str, Any]]", verbs)


class SignedClient:
    """Sends webhooks to an app of WSGI, without a port.

    Args:
        app: The application.
        secret: The secret that webhooks are signed with; None signs none.
        auth: User and password for Basic authentication.
    """

    def __init__(
        self, app: Callable[..., Any], secret: str | None = None, *, auth: tuple[str, str] | None = None
    ) -> None:
        self._app = app
        self._secret = secret
        self._auth = auth
        self._leg = Leg()

    def post(
        self,
        path: str,
        payload: Mapping[str, Any] | None = None,
        /,
        *,
        signature: str | None = None,
        headers: Mapping[str, str] | None = None,
        **fields: Any,
    ) -> WebhookAnswer:
        """Send a webhook.

        Args:
            path: The path of the view; it may have a query.
            payload: The whole payload; by default that of a hook of a call, the same one for each webhook.
            signature: The ``Jambonz-Signature``, in place of the right one; empty for none.
            headers: Further headers.
            fields: Fields of the payload, as the wire has them: ``digits="1"``, ``speech={...}``.
        Returns:
            The answer.
        Blocks: for as long as the app takes.
        """
        body = json.dumps({**self._leg.describe(), **fields} if payload is None else {**payload, **fields}).encode()
        sent = {"Content-Type": "application/json", **(headers or {})}
        if signature is None and self._secret is not None:
            signature = sign(body, self._secret)
        if signature:
            sent[HEADER] = signature
        if self._auth is not None:
            sent["Authorization"] = "Basic " + b64encode(":".join(self._auth).encode()).decode()
        return self._send("POST", path, body, sent)

    def call(self, path: str = "/", *, env: Mapping[str, Any] | None = None, **fields: Any) -> WebhookAnswer:
        """Send the first webhook of a call.

        Args:
            path: The path of the view.
            env: The application env vars.
            fields: Fields of the payload, in place of those that there are.
        Returns:
            The answer.
        Blocks: for as long as the app takes.
        """
        return self.post(path, {**self._leg.describe_new(env or {}, {}, sip=True), **fields})

    def _send(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> WebhookAnswer:
        path, _, query = path.partition("?")
        answered: dict[str, Any] = {}

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[..., object]:
            answered["status"] = int(status.split()[0])
            answered["headers"] = {name.lower(): value for name, value in headers}
            return lambda data: None

        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote(path, "latin-1"),
            "QUERY_STRING": query,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        for name, value in headers.items():
            key = name.upper().replace("-", "_")
            environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
        chunks: Iterable[bytes] = self._app(environ, start_response)
        try:
            content = b"".join(chunks)
        finally:
            if (close := getattr(chunks, "close", None)) is not None:
                close()
        return WebhookAnswer(answered["status"], answered["headers"], content)
