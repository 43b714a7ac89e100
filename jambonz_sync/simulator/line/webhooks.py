"""Webhooks. The one module of the stand-in that knows requests."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit, urlunsplit

from ...signature import sign
from ..engine.limits import Limits
from ..errors import AnswerNotRead, HookFailed, HookUnreachable

if TYPE_CHECKING:
    import requests

__all__ = ["Web", "cause", "declared_env", "env_values", "split_url"]


def cause(error: BaseException) -> str:
    """What the system has said about a failure, out of all that libraries have wrapped it in."""
    while (inner := error.__cause__ or error.__context__) is not None:
        error = inner
    told = getattr(error, "strerror", None) or str(error)
    return re.sub(r"^\[.*?\] | \(_ssl\.c:\d+\)$", "", told)


def split_url(url: str) -> tuple[str, tuple[str, str] | None]:
    """A URL without the credentials in it, and those credentials."""
    parts = urlsplit(url)
    if parts.username is None:
        return url, None
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=host)), (parts.username, parts.password or "")


class Web:
    """The webhooks of one app. Methods block and may be called by several threads."""

    def __init__(self, url: str, credentials: tuple[str, str] | None, secret: str | None, limits: Limits) -> None:
        self.url, own = split_url(url)
        self.credentials = credentials or own
        self._secret = secret
        self._limits = limits
        parts = urlsplit(self.url)
        self.base = f"{parts.scheme}://{parts.netloc}"

    def resolve(self, url: str) -> str:
        """Where a hook goes: a relative one to the host of the application."""
        if url.startswith("/"):
            return self.base + url
        if urlsplit(url).scheme not in ("http", "https"):
            raise HookFailed(f"{url!r} is no hook: expected an absolute URL or one that starts with /")
        return url

    def request(self, hook: Any, data: Mapping[str, Any], b3: str) -> object:
        """Ask for verbs: the JSON of the answer, None if there is none. Raises HookFailed, AnswerNotRead."""
        import requests

        options: Mapping[str, Any] = cast("Mapping[str, Any]", hook) if isinstance(hook, Mapping) else {"url": hook}
        url, own = split_url(self.resolve(str(options["url"])))
        method = str(options.get("method") or "POST").upper()
        basic: Any = options.get("basicAuth") or options.get("auth")
        credentials = (basic["username"], basic["password"]) if basic else own or self.credentials
        try:
            with requests.Session() as session:
                session.trust_env = False
                response = self._send(session, method, url, data, b3, credentials)
        except requests.Timeout as error:
            raise HookFailed(f"{url} did not answer within {self._limits.http:g} s") from error
        except requests.ConnectionError as error:
            raise HookUnreachable(f"{url} cannot be reached: {cause(error)}") from error
        except requests.RequestException as error:
            raise HookFailed(f"{url}: {error}") from error
        if response.status_code not in (200, 202, 204):
            raise HookFailed(f"{url} answered with {response.status_code}")
        kind = response.headers.get("content-type", "").partition(";")[0].strip()
        if not response.content:
            return None
        if kind != "application/json":
            raise AnswerNotRead(f"{url}: the answer is {kind or 'of no type'}; jambonz reads application/json only")
        try:
            return cast("object", response.json())
        except ValueError as error:
            raise HookFailed(f"the answer of {url} is no JSON: {error}") from error

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
        query: dict[str, Any] = {}
        body: bytes | None = None
        if method == "GET":
            query = {name: value for name, value in data.items() if isinstance(value, str | int | float)}
        else:
            body = json.dumps(data).encode()
            headers["Content-Type"] = "application/json"
            if self._secret is not None:
                headers["Jambonz-Signature"] = sign(body, self._secret)
        return session.request(
            method,
            url,
            params=query,
            data=body,
            headers=headers,
            auth=credentials,
            timeout=self._limits.http,
            allow_redirects=False,
        )


def declared_env(url: str, limits: Limits) -> dict[str, Mapping[str, Any]]:
    """The env vars that an app declares, as the portal learns them: by OPTIONS, unsigned. Empty if it does not."""
    import requests

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
    return {name: about for name, about in cast("dict[str, Any]", declared).items() if isinstance(about, dict)}


def env_values(declared: Mapping[str, Mapping[str, Any]], given: Mapping[str, Any]) -> dict[str, Any]:
    """The defaults of what is declared and the values that are given; text becomes what is declared."""
    values = {name: about["default"] for name, about in declared.items() if "default" in about}
    for name, value in given.items():
        kind = declared.get(name, {}).get("type")
        if isinstance(value, str) and kind in ("number", "boolean"):
            try:
                values[name] = json.loads(value)
            except ValueError:
                raise ValueError(f"{name} is declared as a {kind}, got {value!r}") from None
        else:
            values[name] = value
    return values
