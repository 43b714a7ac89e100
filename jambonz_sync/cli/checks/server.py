"""Checks of the API server, of the key, and of the account: all that can be known without placing a call."""

from __future__ import annotations

import hmac
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from email.utils import parsedate_to_datetime
from typing import Final, TypeVar
from urllib.parse import urlsplit

from ...rest import (
    ApiConnectionError,
    ApiError,
    ApiTimeout,
    JambonzClient,
    NoFeatureServer,
    NotFound,
    TlsError,
    Unauthorized,
)
from ...rest.models import Application, SpeechCredential, SpeechTest
from .check import Check
from .hooks import HookAddress, check_hook, is_local

__all__ = ["NO_ACCOUNT", "check_clock", "check_server", "check_url"]

_T = TypeVar("_T")
_R = TypeVar("_R")

_RIGHTS: Final = {
    "admin": ("an admin", "everything; places calls for any account"),
    "service_provider": ("a service provider", "its own accounts; cannot place calls or send messages"),
    "account": ("an account", "its own account"),
}
#: stands for an account where the client has none: the server looks for a feature server before it looks at that
NO_ACCOUNT: Final = "00000000-0000-0000-0000-000000000000"
#: checks that go on at a time. All users of a server share its rate limit
_AT_A_TIME: Final = 6
#: applications whose hooks are tried
_MOST_APPLICATIONS: Final = 50
#: seconds that a hook has for its answer; jambonz gives it less in a call
_HOOK_TIMEOUT: Final = 10.0
#: seconds that clocks may differ: from then on times in logs mislead, and then signatures are refused
_CLOCK_WARNING: Final = 5.0
_CLOCK_FAILURE: Final = 300.0
_NEW_KEY: Final = "make a key in the portal (account, API keys), and set JAMBONZ_API_KEY or --api-key-file"


def check_url(url: str) -> Check:
    """Check the URL of the API."""
    if url.startswith("http:") and not is_local(urlsplit(url).hostname or ""):
        detail = f"{url} is not encrypted: the key can be read on its way"
        return Check("base url", "warning", detail, "use https")
    return Check("base url", "ok", url)


def check_server(client: JambonzClient, *, test_speech: bool = True) -> Iterator[Check]:
    """Check the server, then the key, then all that the key can see, as far as that makes sense.

    Nothing is changed on the server, and nobody is called: the one request that is no GET asks for a call to nobody.

    Args:
        client: The client whose settings are checked.
        test_speech: Have the vendors of speech try their keys.
    Returns:
        The checks, each when it is done.
    Blocks: for a few requests, one after the other, to know if the rest makes sense. That goes on at the same time.
    """
    yield check_url(client.base_url)
    server, is_reachable = _check_reachable(client)
    yield server
    if not is_reachable:
        yield Check("key", "skipped", "the server cannot be asked")
        return
    yield from _check_clock(client)
    try:
        owner = client.find_key_owner().kind
    except Unauthorized:
        yield Check("key", "failed", "the server does not know it (401)", _NEW_KEY)
        return
    except ApiError as error:
        yield Check("key", "failed", str(error), "look if the base url is that of the API")
        return
    whose, rights = _RIGHTS[owner]
    yield Check("key", "ok", f"of {whose}")
    if owner == "service_provider":
        yield Check("scope", "warning", rights, "to place calls use a key of the account")
    else:
        yield Check("scope", "ok", rights)
    if not client.has_account and owner == "account":
        mend = "set JAMBONZ_ACCOUNT_SID, or --account-sid: the portal shows it"
        yield Check("account", "failed", "none is set", mend)
    groups: list[Callable[[], Iterable[Check]]] = [lambda: _check_feature_server(client)]
    if client.has_account:
        groups = [
            lambda: _check_account(client),
            lambda: _check_calls(client),
            *groups,
            lambda: _check_webhook_secret(client),
            lambda: _check_speech(client, test_speech),
            lambda: _check_hooks(client),
        ]
    for checks in _at_once(lambda group: list(group()), groups):
        yield from checks
    yield _check_rate_limit(client)


def _check_reachable(client: JambonzClient) -> tuple[Check, bool]:
    """The check of the server, and whether it answers."""
    try:
        client.with_options(max_retries=0).system.health()
    except NotFound:
        detail = "it answers, but has no /health"
        return Check("server", "warning", detail, "look if the base url is that of the API, not of the portal"), True
    except TlsError as error:
        return Check("server", "failed", str(error), "mend its certificate, or name yours by REQUESTS_CA_BUNDLE"), False
    except ApiTimeout as error:
        return Check("server", "failed", str(error), "look at firewalls, and at HTTPS_PROXY"), False
    except ApiConnectionError as error:
        return Check("server", "failed", str(error), "look at JAMBONZ_BASE_URL, at DNS, and if the server is up"), False
    except ApiError as error:
        return Check("server", "failed", str(error), "look at the log of the server"), error.status is not None
    return Check("server", "ok", "alive"), True


def _check_clock(client: JambonzClient) -> Iterator[Check]:
    began = time.time()
    try:
        headers = client.with_options(max_retries=0).request("GET", "/ServiceProviders").headers
    except ApiError as error:
        headers = error.headers
    yield check_clock(headers.get("Date"), began, time.time())


def check_clock(date: str | None, began: float, ended: float) -> Check:
    """Compare the clock of this machine with that of the server.

    Args:
        date: The header of an answer: a time in whole seconds.
        began: The time here before the request.
        ended: The time here after the answer.
    """
    try:
        theirs = parsedate_to_datetime(date or "").timestamp() + 0.5
    except (ValueError, OverflowError, TypeError):
        return Check("clock", "skipped", "the server does not tell its time")
    ours = (began + ended) / 2
    ahead = ours - theirs
    off = max(0.0, abs(ahead) - 0.5 - (ended - began) / 2)  # as far as it is certain
    if off < _CLOCK_WARNING:
        return Check("clock", "ok", "as that of the server")
    detail = f"{off:.0f} s {'ahead of' if ahead > 0 else 'behind'} that of the server"
    if off < _CLOCK_FAILURE:
        return Check("clock", "warning", detail, "set it by NTP (timedatectl set-ntp true)")
    return Check("clock", "failed", f"{detail}: signatures of webhooks are refused", "set it by NTP")


def _check_account(client: JambonzClient) -> list[Check]:
    try:
        account = client.accounts.get()
    except ApiError as error:
        detail = f"{client.account_sid} is not there for this key ({error.status or error})"
        return [Check("account", "failed", detail, "look at JAMBONZ_ACCOUNT_SID: the portal shows the sid")]
    if account.is_active is False:
        return [Check("account", "failed", f"{account.name} is not active", "activate it in the portal")]
    return [Check("account", "ok", account.name)]


def _check_calls(client: JambonzClient) -> list[Check]:
    try:
        count = client.calls.count()
    except ApiError as error:
        return [Check("calls", "failed", str(error), "look at the log of the server; calls are kept in Redis")]
    return [Check("calls", "ok", f"{count.inbound} in, {count.outbound} out right now")]


def _check_feature_server(client: JambonzClient) -> list[Check]:
    """Ask for a call without saying whom to call, or from where.

    Without a feature server the answer is 480, whatever is asked; with one it is 400, for what is missing, or 403, for
    an account that is another's.
    """
    account = client.account_sid if client.has_account else NO_ACCOUNT
    try:
        client.request("POST", f"/Accounts/{account}/Calls", body={})
    except NoFeatureServer:
        detail = "none is there: no call can be placed or taken (480)"
        return [Check("feature server", "failed", detail, "start one, or look at its connection to Redis")]
    except ApiError as error:
        if error.status in (400, 403):
            return [Check("feature server", "ok", "there is one")]
        said = f"{error.status} {error.message}" if error.status else "not at all"
        return [Check("feature server", "warning", f"nobody can tell: the API answers {said}".rstrip())]
    detail = "nobody can tell: the API took a request for a call that names nobody"
    return [Check("feature server", "warning", detail)]


def _check_webhook_secret(client: JambonzClient) -> list[Check]:
    name, variable = "webhook secret", "JAMBONZ_SIGNING_SECRET"
    try:
        secret = client.accounts.webhook_secret()
    except ApiError as error:
        return [Check(name, "warning", f"cannot be read with this key ({error.status or error})")]
    own = os.environ.get(variable)
    if not secret:
        return [Check(name, "failed", "the account has none", "make one in the portal, so that webhooks are signed")]
    if own is None:
        return [Check(name, "ok", f"the account has one, and {variable} is not set here",
                      "webhooks (not WebSockets) are checked with signing_secret= of the blueprint")]  # fmt: skip
    if not hmac.compare_digest(own.encode(), secret.encode()):
        detail = f"{variable} is not that of the account: its webhooks are refused"
        return [Check(name, "failed", detail, f"set {variable} to what the portal shows")]
    return [Check(name, "ok", f"{variable} is that of the account")]


def _check_speech(client: JambonzClient, test: bool) -> Iterator[Check]:
    """Have each vendor try its key: it takes some of them a few seconds."""
    try:
        credentials = list(client.speech_credentials.list())
    except ApiError as error:
        yield Check("speech", "warning", f"the credentials cannot be listed: {error}")
        return
    if not credentials:
        mend = "add one in the portal, or by jambonz-sync speech-credentials create"
        yield Check("speech", "warning", "no credentials: calls can neither speak nor listen", mend)
        return
    if not test:
        yield Check("speech", "skipped", f"{len(credentials)} credentials, not tested")
        return
    yield from _at_once(lambda credential: _check_credential(client, credential), credentials)


def _check_credential(client: JambonzClient, credential: SpeechCredential) -> Check:
    name, whose = "speech", credential.vendor + (f" ({credential.label})" if credential.label else "")
    if not credential.use_for_tts and not credential.use_for_stt:
        return Check(name, "warning", f"{whose} is used neither to speak nor to hear", "switch it on in the portal")
    try:
        tests = client.speech_credentials.test(credential.speech_credential_sid)
    except ApiError as error:
        if credential.account_sid is None and error.status in (400, 403):
            return Check(name, "skipped", f"{whose} is shared by the service provider: this key cannot test it")
        return Check(name, "failed", f"{whose}: {error}")
    results = [(use, test) for use, test in (("tts", tests.tts), ("stt", tests.stt)) if test and _was_tested(test)]
    said = ", ".join(f"{use} {test.status}" + (f": {test.reason}" if test.reason else "") for use, test in results)
    if tests.ok:
        return Check(name, "ok" if results else "skipped", f"{whose}: {said or 'the server has no test for it'}")
    return Check(name, "failed", f"{whose}: {said}", "replace the key: delete the credential, and add it anew")


def _was_tested(test: SpeechTest) -> bool:
    return test.status != "not tested"


def _check_hooks(client: JambonzClient) -> Iterator[Check]:
    """Ask the hooks of all applications for their environment variables, as the portal does."""
    try:
        applications = list(client.applications.list(limit=_MOST_APPLICATIONS))
    except ApiError as error:
        yield Check("hook", "warning", f"the applications cannot be listed: {error}")
        return
    if not applications:
        yield Check("hook", "warning", "no applications", "make one in the portal: a number leads to it")
        return
    jambonz_is_local = is_local(urlsplit(client.base_url).hostname or "")

    def seen_by_jambonz(url: str) -> bool:
        try:
            return bool(client.app_env.get(url))
        except (ApiError, ValueError):
            return False

    def check(hook: tuple[str, HookAddress]) -> Check:
        name, address = hook
        return check_hook(name, address, _HOOK_TIMEOUT, seen_by_jambonz, jambonz_is_local=jambonz_is_local)

    yield from _at_once(check, list(_hooks_of(applications)))


def _hooks_of(applications: Sequence[Application]) -> Iterator[tuple[str, HookAddress]]:
    """The hooks of applications, each once: the name of the first application that has it, and the address."""
    seen: set[HookAddress] = set()
    for application in applications:
        for hook in (application.call_hook, application.call_status_hook):
            if hook is None or not hook.url:
                continue
            address = HookAddress(hook.url, hook.username or None, hook.password or None)
            if address not in seen:
                seen.add(address)
                yield application.name, address


def _at_once(check: Callable[[_T], _R], subjects: Sequence[_T]) -> Iterator[_R]:
    """Check several things at a time, each on a thread, and return what is found in their order."""
    with ThreadPoolExecutor(_AT_A_TIME, thread_name_prefix="doctor") as pool:
        yield from pool.map(check, subjects)


def _check_rate_limit(client: JambonzClient) -> Check:
    limit = client.rate_limit
    if limit is None:
        return Check("rate limit", "ok", "none is announced")
    detail = f"{limit.remaining} of {limit.limit} requests left for the next {limit.reset} s"
    if limit.remaining < limit.limit / 10:
        return Check("rate limit", "warning", detail, "all users of the server share it: ask its operator for more")
    return Check("rate limit", "ok", detail)
