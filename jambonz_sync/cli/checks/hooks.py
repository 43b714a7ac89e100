"""Checks that the hooks of applications can be reached, by the question that jambonz asks them, too: OPTIONS."""

from __future__ import annotations

import base64
import ssl
import urllib.request
from collections.abc import Callable
from http.client import HTTPException
from ipaddress import ip_address
from typing import Any, Final, NamedTuple
from urllib.error import HTTPError, URLError
from urllib.parse import unquote, urlsplit, urlunsplit

from ..table import printable, without_password
from .check import Check

__all__ = ["HookAddress", "check_hook", "is_local"]

_AGENT: Final = "jambonz-sync doctor"


class HookAddress(NamedTuple):
    """A hook: its URL, and its credentials if it has any."""

    url: str
    username: str | None = None
    password: str | None = None


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Leaves a redirect to the caller: jambonz follows none either."""

    def redirect_request(self, *args: Any, **options: Any) -> None:
        return None


def check_hook(
    application: str,
    hook: HookAddress,
    timeout: float,
    seen_by_jambonz: Callable[[str], bool],
    *,
    jambonz_is_local: bool,
) -> Check:
    """Check that a hook answers.

    Args:
        application: The name of the application that has it.
        hook: The hook.
        timeout: Seconds that the answer may take.
        jambonz_is_local: True if jambonz runs on this machine or in its network, and sees the hook as it is seen here.
        seen_by_jambonz: Asks jambonz for the environment variables of the hook; True if there are any. Called where the
            hook cannot be reached from here, or by a name that means another machine there.
    Blocks: for the answer.
    """
    name, shown = "hook", f"{application}: {without_password(printable(hook.url))}"
    parts = urlsplit(hook.url)
    if is_local(parts.hostname or "") and not jambonz_is_local:
        if seen_by_jambonz(hook.url):
            return Check(name, "ok", f"{shown}: jambonz gets its environment variables")
        detail = f"{shown} is an address of this machine, or of a network like it"
        return Check(name, "warning", detail, "jambonz has to reach it: use a public address, or a tunnel")
    status, problem, location = _ask(hook, timeout)
    if status is None:
        if seen_by_jambonz(hook.url):
            return Check(name, "ok", f"{shown}: jambonz gets its environment variables (not from here: {problem})")
        return Check(name, "failed", f"{shown}: {problem}", "start the app, or mend the URL of the application's hook")
    if 300 <= status < 400:
        return Check(name, "failed", f"{shown}: {status} to {location}", "use the URL that it leads to")
    if status in (401, 403):
        advice = "give the hook the user name and the password of the app (auth=)"
        return Check(name, "failed", f"{shown}: {status}, it wants other credentials", advice)
    if status == 404:
        advice = "the path of the hook must be one that the app has"
        return Check(name, "failed", f"{shown}: 404, nothing is at that path", advice)
    if status >= 500:
        return Check(name, "failed", f"{shown}: {status}", "look at the log of the app, or of the proxy before it")
    return Check(name, "ok", f"{shown}: {status}")


def is_local(host: str) -> bool:
    """Return True for a host that is another machine, or none, seen from elsewhere."""
    if host == "localhost" or host.endswith((".localhost", ".local")):
        return True
    try:
        return not ip_address(host).is_global
    except ValueError:
        return False


def _ask(hook: HookAddress, timeout: float) -> tuple[int | None, str, str]:
    """Send OPTIONS, and return the status, or what went wrong; and where a redirect leads."""
    parts = urlsplit(hook.url)
    username, password = hook.username, hook.password
    if username is None and parts.username is not None:
        username, password = unquote(parts.username), unquote(parts.password or "")
    scheme = {"ws": "http", "wss": "https"}.get(parts.scheme, parts.scheme)
    url = urlunsplit((scheme, parts.netloc.rpartition("@")[2], parts.path or "/", parts.query, ""))
    headers = {"User-Agent": _AGENT}
    if username is not None:
        pair = f"{username}:{password or ''}"
        headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
    opener = urllib.request.build_opener(_NoRedirects)
    try:
        request = urllib.request.Request(url, headers=headers, method="OPTIONS")
        with opener.open(request, timeout=timeout) as response:
            return response.status, "", ""
    except HTTPError as error:
        error.close()
        return error.code, "", without_password(printable(error.headers.get("Location", "")))
    except URLError as error:
        reason = error.reason
        if isinstance(reason, ssl.SSLCertVerificationError):
            return None, f"its certificate is not trusted: {reason.verify_message}", ""
        return None, getattr(reason, "strerror", None) or str(reason), ""
    except TimeoutError:
        return None, f"no answer within {timeout:g} s", ""
    except (OSError, HTTPException, ValueError) as error:
        return None, without_password(printable(f"{type(error).__name__}: {error}")), ""
