"""The checks of ``jambonz-sync doctor``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

from ..rest import ApiError, Forbidden, JambonzClient, NoFeatureServer, NotFound, Unauthorized

__all__ = ["Check", "examine"]

_RIGHTS: Final = {
    "admin": "everything; places calls for any account",
    "service provider": "its own accounts; cannot place calls or send messages",
    "account": "its own account",
}
#: stands for an account where the client has none: the server looks for a feature server before it looks at that
_NO_ACCOUNT: Final = "00000000-0000-0000-0000-000000000000"
_LOCAL_HOSTS: Final = ("localhost", "127.", "[::1]")


class Check(NamedTuple):
    """The result of one check."""

    check: str
    result: Literal["ok", "warning", "failed"]
    detail: str


def examine(client: JambonzClient) -> Iterator[Check]:
    """Check the settings, the server, the key and the account, one after the other, as far as that makes sense.

    Nothing is changed on the server, and nobody is called: the one request that is no GET asks for a call to nobody.

    Args:
        client: The client whose settings are checked.
    Returns:
        The checks, each when it is done.
    Blocks: for a request or two before each check, up to the time-out of the client.
    """
    yield _check_url(client.base_url)
    server, is_reachable = _check_server(client)
    yield server
    if not is_reachable:
        return
    try:
        owner = _owner_of_key(client)
    except Unauthorized:
        yield Check("key", "failed", "the server does not know it (401)")
        return
    except ApiError as error:
        yield Check("key", "failed", str(error))
        return
    yield Check("key", "ok", f"of {'an' if owner[0] == 'a' else 'a'} {owner}: {_RIGHTS[owner]}")
    if client.has_account:
        yield from _check_account(client)
    elif owner == "account":
        yield Check("account", "failed", "none is set: pass --account-sid or set JAMBONZ_ACCOUNT_SID")
    yield _check_feature_server(client)
    if owner == "service provider":
        yield Check("placing calls", "warning", "needs a key of the account: this one is refused (400)")
    yield _check_rate_limit(client)


def _check_url(url: str) -> Check:
    is_local = any(f"//{host}" in url for host in _LOCAL_HOSTS)
    if url.startswith("http:") and not is_local:
        return Check("settings", "warning", f"{url} is not encrypted: the key can be read on its way")
    return Check("settings", "ok", url)


def _check_server(client: JambonzClient) -> tuple[Check, bool]:
    """The check of the server, and whether it answers."""
    try:
        client.with_options(max_retries=0).system.health()
    except NotFound:
        return Check("server", "warning", "answers, but has no /health: is the base url that of the API?"), True
    except ApiError as error:
        return Check("server", "failed", str(error)), error.status is not None
    return Check("server", "ok", "alive"), True


def _owner_of_key(client: JambonzClient) -> str:
    """Find the owner by the rights: only an admin sees the system, only a service provider's key sees itself."""
    providers = list(client.service_providers.list())
    try:
        client.system.information()
    except Forbidden:
        return "service provider" if providers else "account"
    return "admin"


def _check_account(client: JambonzClient) -> Iterator[Check]:
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


def _check_feature_server(client: JambonzClient) -> Check:
    """Ask for a call without saying whom to call, or from where.

    Without a feature server the answer is 480, whatever is asked; with one it is 400, for what is missing, or 403, for
    an account that is another's.
    """
    account = client.account_sid if client.has_account else _NO_ACCOUNT
    try:
        client.request("POST", f"/Accounts/{account}/Calls", body={})
    except NoFeatureServer:
        return Check("feature server", "failed", "none is there: no call can be placed or taken (480)")
    except ApiError as error:
        if error.status in (400, 403):
            return Check("feature server", "ok", "there is one")
        return Check("feature server", "warning", f"nobody can tell: {error}")
    return Check("feature server", "warning", "nobody can tell: the API took a request for a call that names nobody")


def _check_rate_limit(client: JambonzClient) -> Check:
    limit = client.rate_limit
    if limit is None:
        return Check("rate limit", "ok", "none is announced")
    is_low = limit.remaining < limit.limit / 10
    detail = f"{limit.remaining} of {limit.limit} requests left for the next {limit.reset} s"
    return Check("rate limit", "warning" if is_low else "ok", detail)
