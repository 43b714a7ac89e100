"""Clients of users: they log in, know whose they are, and log out when they are told to and not before."""

from __future__ import annotations

import base64
import json
import logging
import pickle
import traceback
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from jambonz_sync.rest import (
    ApiError,
    ConfigurationError,
    Forbidden,
    InvalidAnswer,
    InvalidRequest,
    JambonzClient,
    Unauthorized,
    models,
)

from . import fake_api
from .fake_api import ACCOUNT, KEY, PROVIDER, SID, FakeApi, Visit, reply

PASSWORD = "correct horse 1"


def token(**claims: Any) -> str:
    middle = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"eyJhbGciOiJIUzI1NiJ9.{middle}.c2lnbmF0dXJl"


TOKEN = token(exp=1_795_341_600)
#: what the server says beside the token, by the scope of the user
LOGINS: dict[str, dict[str, Any]] = {
    "account": {"account_sid": ACCOUNT, "account_name": "acme", "service_provider_sid": PROVIDER},
    "service_provider": {"service_provider_sid": PROVIDER, "service_provider_name": "sp"},
    "admin": {},
}


def accept(api: FakeApi, scope: str = "account") -> None:
    answer = {"token": TOKEN, "user_sid": SID, "scope": scope, "permissions": ["PROVISION_USERS"]}
    api.on("POST", "/login", reply(200, {**answer, **LOGINS[scope]}))


def log_in(api: FakeApi, **options: Any) -> JambonzClient:
    return JambonzClient.login(api.url, "ann", PASSWORD, timeout=20, **options)


@pytest.mark.parametrize("scope", LOGINS)
def test_a_client_knows_whose_it_is(api: FakeApi, monkeypatch: pytest.MonkeyPatch, scope: str) -> None:
    monkeypatch.setenv("JAMBONZ_ACCOUNT_SID", SID)
    monkeypatch.setenv("JAMBONZ_API_KEY", KEY)
    accept(api, scope)
    with log_in(api) as client:
        assert (client.has_account, client.has_service_provider) == (scope == "account", scope != "admin")
        login = client.logged_in_as
        assert login is not None
        assert (login.scope, login.user_sid, login.permissions) == (scope, SID, ("PROVISION_USERS",))
        if client.has_account:
            assert client.account_sid == ACCOUNT
    [request] = api.requests
    assert (request.path, request.json) == ("/v1/login", {"username": "ann", "password": PASSWORD})
    assert "authorization" not in request.headers


def test_requests_are_made_with_the_token_of_the_login(api: FakeApi) -> None:
    accept(api)
    api.on("GET", f"/Accounts/{ACCOUNT}/CallCount", reply(200, {"inbound": 1}))
    with log_in(api, user_agent_suffix="tool") as client:
        assert client.calls.count().inbound == 1
        client.with_options(timeout=20).calls.count()
    assert {request.headers["authorization"] for request in api.requests[1:]} == {f"Bearer {TOKEN}"}
    assert all(request.headers["user-agent"].endswith(" tool") for request in api.requests)


@pytest.mark.usefixtures("patient_pool")
def test_connections_are_shared_by_the_login_and_what_follows(api: FakeApi) -> None:
    accept(api)
    api.on("GET", f"/Accounts/{ACCOUNT}/CallCount", reply(200, {}))
    with log_in(api) as client:
        client.calls.count()
    assert api.connections == 1


def test_a_client_made_from_one_has_the_same_login(api: FakeApi) -> None:
    accept(api)
    with log_in(api) as client:
        assert client.for_account(SID).logged_in_as is client.logged_in_as
    assert JambonzClient(api.url, ACCOUNT, KEY).logged_in_as is None


def test_the_end_of_the_block_does_not_log_out_and_logout_does(api: FakeApi) -> None:
    accept(api)
    api.on("POST", "/logout", reply(204))
    with log_in(api):
        pass
    assert [request.path for request in api.requests] == ["/v1/login"]
    with log_in(api) as client:
        client.logout()
    assert [request.path for request in api.requests] == ["/v1/login", "/v1/login", "/v1/logout"]
    assert api.requests[-1].headers["authorization"] == f"Bearer {TOKEN}"


def test_a_login_that_is_over_already_can_be_ended_again_and_serves_no_more(api: FakeApi) -> None:
    accept(api)
    with log_in(api) as client:
        api.next(*[reply(401, text=b"Unauthorized")] * 2)
        client.logout()
        with pytest.raises(Unauthorized):
            client.calls.count()


def test_an_api_key_cannot_log_out(api: FakeApi, client: JambonzClient) -> None:
    with pytest.raises(ConfigurationError, match="the client has an API key"):
        client.logout()
    assert api.requests == []


def test_a_wrong_password_says_so(api: FakeApi) -> None:
    api.next(reply(403, text=b"Forbidden"))
    with pytest.raises(Forbidden, match="403 Forbidden; hint: the name or the password is wrong"):
        log_in(api)
    api.next(reply(403, {"error": "Maximum login attempts reached. Please try again in 1800 seconds."}))
    with pytest.raises(Forbidden, match="Maximum login attempts") as caught:
        log_in(api)
    assert caught.value.hint is None


@pytest.mark.parametrize(("username", "password"), [("", "x"), ("x", ""), (None, "x"), ("x", 7)])
def test_what_is_missing_is_missed_here(api: FakeApi, username: Any, password: Any) -> None:
    with pytest.raises(InvalidRequest, match="must be given, as text"):
        JambonzClient.login(api.url, username, password)
    assert api.requests == []


def test_the_url_comes_from_the_environment_where_it_is_none(api: FakeApi, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigurationError, match="no base url"):
        JambonzClient.login(None, "ann", PASSWORD)
    monkeypatch.setenv("JAMBONZ_BASE_URL", api.url)
    accept(api)
    with JambonzClient.login(None, "ann", PASSWORD) as client:
        assert client.base_url == f"{api.url}/v1"


@pytest.mark.parametrize("answer", [{}, {"token": None}, {"token": ""}, [], "x"])
def test_a_yes_without_a_token_is_no_login(api: FakeApi, answer: Any) -> None:
    api.next(reply(200, answer))
    with pytest.raises(InvalidAnswer, match="without a token"):
        log_in(api)


def test_a_session_of_the_callers_stays_open(api: FakeApi) -> None:
    accept(api)
    with requests.Session() as session:
        with log_in(api, session=session) as client:
            api.on("GET", f"/Accounts/{ACCOUNT}/CallCount", reply(200, {}))
            client.calls.count()
        assert session.get(f"{api.url}/v1/login").status_code == 404


def echo(visit: Visit) -> None:
    reply(500, {"msg": f"SELECT * FROM users WHERE password = {PASSWORD}"}, {"X-Echo": PASSWORD})(visit)


@pytest.mark.parametrize(
    "act",
    [echo, fake_api.reset, reply(200, {"echo": PASSWORD}), reply(302, headers={"Location": f"https://x/{TOKEN}"})],
)
def test_no_error_log_or_repr_shows_password_or_token(api: FakeApi, caplog: pytest.LogCaptureFixture, act: Any) -> None:
    caplog.set_level(logging.DEBUG, "jambonz_sync")
    accept(api)
    client = log_in(api)
    api.next(act)
    with pytest.raises(ApiError) as used:
        list(client.with_options(max_retries=0).calls.list())
    api.next(act)
    with pytest.raises(ApiError) as caught:
        log_in(api)
    for error, secret in ((caught.value, PASSWORD), (used.value, TOKEN)):
        shown = "".join(traceback.format_exception(error)) + repr(vars(error)) + caplog.text
        assert secret not in shown
        assert vars(pickle.loads(pickle.dumps(error))) == vars(error)
    assert TOKEN not in f"{client!r} {client.logged_in_as!r} {client._scope!r} {client._scope.http._auth!r}"


# -- the login itself


def test_a_login_says_when_its_token_ends_and_what_it_may_do() -> None:
    login = models.Login.from_dict({"token": TOKEN, "permissions": ["VIEW_ONLY"], "force_change": 1})
    assert login.expires_at == datetime(2026, 11, 22, 10, tzinfo=UTC)
    assert (login.is_view_only, login.force_change) == (True, True)
    assert not models.Login.from_dict({"permissions": ["VIEW_ONLY", "PROVISION_USERS"]}).is_view_only


@pytest.mark.parametrize(
    "text", ["", "x", "a.b.c", f"a.{'é'}.c", token(exp="soon"), token(exp=1e300), token(), "a.W10.c"]
)
def test_a_token_that_does_not_say_when_it_ends_is_no_error(text: str) -> None:
    assert models.Login.from_dict({"token": text}).expires_at is None
