"""Webhooks. With cutting, the one module of the simulator that knows requests."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import urlsplit, urlunsplit

import requests

from ...protocol.signature import sign
from ..engine.javascript import parse_json
from ..engine.limits import CallLimits
from ..errors import AnswerNotRead, HookFailed, HookUnreachable
from .cutting import Cutter

__all__ = ["WebhookClient", "declared_env", "env_values", "root_cause", "split_url"]

#: real seconds beyond the limit after which a request is given up: the clock of the call ends it before
_SPARE = 20.0


def root_cause(error: BaseException) -> str:
    """Return the words of the system about a failure, without all that libraries have wrapped them in."""
    while (inner := error.__cause__ or error.__context__) is not None:
        error = inner
    message = getattr(error, "strerror", None) or str(error)
    return re.sub(r"^\[.*?\] | \(_ssl\.c:\d+\)$", "", message)


def split_url(url: str) -> tuple[str, tuple[str, str] | None]:
    """Return a URL without the credentials in it, and those credentials."""
    parts = urlsplit(url)
    if parts.username is None:
        return url, None
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=host)), (parts.username, parts.password or "")


class WebhookClient:
    """Sends the webhooks of one app. Threads: any, several at a time."""

    def __init__(self, url: str, credentials: tuple[str, str] | None, secret: str | None, limits: CallLimits) -> None:
        """Make a client.

        Args:
            url: The URL of the app, which relative hooks belong to.
            credentials: User and password for Basic authentication, if they are not in the URL.
            secret: Signs the requests.
            limits: How long an answer may take.
        """
        self.url, url_credentials = split_url(url)
        self.credentials = credentials or url_credentials
        self._secret = secret
        self._limits = limits
        self._cutter = Cutter()
        parts = urlsplit(self.url)
        self.base = f"{parts.scheme}://{parts.netloc}"

    def cut(self) -> None:
        """Have all requests fail that have no answer yet."""
        self._cutter.cut()

    def resolve(self, url: str) -> str:
        """Return the absolute URL of a hook. Raises HookFailed if it is no URL."""
        if url.startswith("/"):
            return self.base + url
        if urlsplit(url).scheme not in ("http", "https"):
            raise HookFailed(f"{url!r} is no hook: expected an absolute URL or one that starts with /")
        return url

    def request(self, hook: Any, data: Mapping[str, Any], b3: str) -> object:
        """Send a hook, and return the JSON of its answer, None if there is none.

        Args:
            hook: The URL of the hook, or a mapping with ``url``, ``method``, ``basicAuth``.
            data: The payload; a GET has none.
            b3: The tracing header.
        Raises:
            HookUnreachable: Nobody listens at the URL.
            AnswerNotRead: The answer is of a type of content that jambonz does not read.
            HookFailed: There is no answer in time, or one that is no success, or no JSON.
        Blocks: up to ``limits.http``.
        """
        options: Mapping[str, Any] = cast("Mapping[str, Any]", hook) if isinstance(hook, Mapping) else {"url": hook}
        url, url_credentials = split_url(self.resolve(str(options["url"])))
        method = str(options.get("method") or "POST").upper()
        basic: Any = options.get("basicAuth") or options.get("auth")
        credentials = (basic["username"], basic["password"]) if basic else url_credentials or self.credentials
        try:
            with requests.Session() as session:
                session.trust_env = False
                for scheme in ("http://", "https://"):
                    session.mount(scheme, self._cutter.adapter())
                response = self._send(session, method, url, data, b3, credentials)
        except requests.Timeout as error:
            raise HookFailed(f"{url} did not answer within {self._limits.http:g} s") from error
        except requests.ConnectionError as error:
            raise HookUnreachable(f"{url} cannot be reached: {root_cause(error)}") from error
        except requests.RequestException as error:
            raise HookFailed(f"{url}: {error}") from error
        if response.status_code not in (200, 202, 204):
            raise HookFailed(f"{url} answered with {response.status_code}", "Unexpected HTTP Response")
        # the server looks for the type anywhere in the header, and reads no body of another
        content_type = response.headers.get("content-type", "")
        if "application/json" not in content_type:
            if not response.content:
                return None
            description = content_type.partition(";")[0].strip() or "of no type"
            raise AnswerNotRead(f"{url}: the answer is {description}; jambonz reads application/json only")
        try:
            return cast("object", parse_json(response.text if response.encoding else response.content.decode()))
        except ValueError as error:
            raise HookFailed(f"the answer of {url} is no JSON: {error}", str(error)) from error

    def _send(
        self,
        session: requests.Session,
        method: str,
        url: str,
        data: Mapping[str, Any],
        b3: str,
        credentials: tuple[str, str] | None,
    ) -> requests.Response:
        headers = {"b3": b3}
        body: bytes | None = None
        # a GET carries no data at all
        if method != "GET":
            body = json.dumps(data).encode()
            headers["Content-Type"] = "application/json"
            if self._secret is not None:
                headers["Jambonz-Signature"] = sign(body, self._secret)
        return session.request(
            method,
            url,
            data=body,
            headers=headers,
            auth=credentials,
            timeout=self._limits.http + _SPARE,
            allow_redirects=False,
        )


def declared_env(url: str, limits: CallLimits) -> dict[str, Mapping[str, Any]]:
    """Ask an app which env vars it declares, as the portal does: by OPTIONS, unsigned.

    Args:
        url: The URL of the app.
        limits: How long the answer may take.
    Returns:
        Name of an env var -> its declaration; empty if the app declares none, or cannot be asked.
    Blocks: up to ``limits.http``.
    """
    plain, _ = split_url(url)
    parts = urlsplit(plain)
    scheme = {"ws": "http", "wss": "https"}.get(parts.scheme, parts.scheme)
    target = urlunsplit(parts._replace(scheme=scheme, fragment=""))
    try:
        with requests.Session() as session:
            session.trust_env = False
            response = session.options(target, timeout=limits.http, allow_redirects=False)
        declared: object = response.json() if response.status_code == 200 else {}
    except (requests.RequestException, ValueError):
        return {}
    if not isinstance(declared, dict):
        return {}
    declarations = cast("dict[str, Any]", declared).items()
    return {name: declaration for name, declaration in declarations if isinstance(declaration, dict)}


def env_values(declared: Mapping[str, Mapping[str, Any]], overrides: Mapping[str, Any]) -> dict[str, Any]:
    """Return the env vars of a call: the defaults of those declared, and the overrides.

    Args:
        declared: Name of an env var -> its declaration.
        overrides: Values; a text becomes a number or a boolean where one is declared.
    Raises:
        ValueError: A text is no number or boolean where one is declared.
    """
    values = {name: declaration["default"] for name, declaration in declared.items() if "default" in declaration}
    for name, value in overrides.items():
        declared_type = declared.get(name, {}).get("type")
        if isinstance(value, str) and declared_type in ("number", "boolean"):
            try:
                values[name] = json.loads(value)
            except ValueError:
                raise ValueError(f"{name} is declared as a {declared_type}, got {value!r}") from None
        else:
            values[name] = value
    return values
