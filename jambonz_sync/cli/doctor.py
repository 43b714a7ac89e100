"""What ``jambonz-sync doctor`` looks at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ..rest import ApiError, Forbidden, JambonzClient, NotFound, Unauthorized

__all__ = ["Check", "examine"]

_MAY = {
    "admin": "everything; places calls for any account",
    "service provider": "its own accounts; cannot place calls or send messages",
    "account": "its own account",
}


class Check(NamedTuple):
    """One thing that was looked at: ``result`` is ok, warning or failed."""

    check: str
    result: str
    detail: str


def examine(client: JambonzClient) -> Iterator[Check]:
    """Look at one thing after the other, as far as that makes sense. Blocks for a request each; changes nothing."""
    yield _settings(client.base_url)
    server, goes_on = _server(client)
    yield server
    if not goes_on:
        return
    try:
        scope = _scope(client)
    except Unauthorized:
        yield Check("key", "failed", "the server does not know it (401)")
        return
    except ApiError as error:
        yield Check("key", "failed", str(error))
        return
    yield Check("key", "ok", f"of {'an' if scope[0] == 'a' else 'a'} {scope}: {_MAY[scope]}")
    if client.has_account:
        yield from _account(client)
    elif scope == "account":
        yield Check("account", "failed", "none is set: pass --account-sid or set JAMBONZ_ACCOUNT_SID")
    if scope == "service provider":
        yield Check("placing calls", "warning", "needs a key of the account: this one is refused (400)")
    yield _rate_limit(client)


def _settings(url: str) -> Check:
    local = any(f"//{host}" in url for host in ("localhost", "127.", "[::1]"))
    if url.startswith("http:") and not local:
        return Check("settings", "warning", f"{url} is not encrypted: the key can be read on its way")
    return Check("settings", "ok", url)


def _server(client: JambonzClient) -> tuple[Check, bool]:
    try:
        client.with_options(max_retries=0).system.health()
    except NotFound:
        return Check("server", "warning", "answers, but has no /health: is the base url that of the API?"), True
    except ApiError as error:
        return Check("server", "failed", str(error)), error.status is not None
    return Check("server", "ok", "alive"), True


def _scope(client: JambonzClient) -> str:
    """Whose the key is, by what it may see: only an admin the system, only a service provider's key itself."""
    providers = list(client.service_providers.list())
    try:
        client.system.information()
    except Forbidden:
        return "service provider" if providers else "account"
    return "admin"


def _account(client: JambonzClient) -> Iterator[Check]:
    try:
        account = client.accounts.get()
    except ApiError as error:
        yield Check("account", "failed", f"{client.account_sid} is not there for this key ({error.status})")
        return
    if account.is_active is False:
        yield Check("account", "warning", f"{account.name} is not active")
    else:
        yield Check("account", "ok", account.name)
    try:
        count = client.calls.count()
        yield Check("calls", "ok", f"{count.inbound} in, {count.outbound} out right now")
    except ApiError as error:
        yield Check("calls", "failed", str(error))


def _rate_limit(client: JambonzClient) -> Check:
    limit = client.rate_limit
    if limit is None:
        return Check("rate limit", "ok", "none is announced")
    few = limit.remaining < limit.limit / 10
    detail = f"{limit.remaining} of {limit.limit} requests left, anew in {limit.reset} s"
    return Check("rate limit", "warning" if few else "ok", detail)
