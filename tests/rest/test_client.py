"""Settings, credentials, connections."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
import requests

import jambonz_sync.rest
from jambonz_sync.rest import ApiTimeout, ConfigurationError, InvalidRequest, JambonzClient, resources

from . import fake_api
from .fake_api import ACCOUNT, KEY, PROVIDER, SID, FakeApi, Visit, reply


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("https://api.example.com", "https://api.example.com/v1"),
        ("https://api.example.com/", "https://api.example.com/v1"),
        ("https://api.example.com/v1", "https://api.example.com/v1"),
        ("https://api.example.com/v1/", "https://api.example.com/v1"),
        ("https://example.com/api/v1", "https://example.com/api/v1"),
        (" http://[::1]:3000\n", "http://[::1]:3000/v1"),
    ],
)
def test_the_base_url_may_have_v1_or_not(given: str, url: str) -> None:
    assert JambonzClient(given, ACCOUNT, KEY).base_url == url


@pytest.mark.parametrize(
    ("arguments", "name", "says"),
    [
        ((None, ACCOUNT, KEY), "base_url", "no base url: pass base_url or set JAMBONZ_BASE_URL"),
        (("api.example.com", ACCOUNT, KEY), "base_url", "base_url is like https://api.example.com"),
        (("https://", ACCOUNT, KEY), "base_url", "base_url is like"),
        (("https://u:p@x.example", ACCOUNT, KEY), "base_url", "without user"),
        (("https://x.example?a=1", ACCOUNT, KEY), "base_url", "base_url is like"),
        (("https://x.example", ACCOUNT, None), "api_key", "no API key: pass api_key or set JAMBONZ_API_KEY"),
        (("https://x.example", ACCOUNT, "a\nb"), "api_key", "characters that no key has"),
        (("https://x.example", ACCOUNT, "schlüssel"), "api_key", "characters that no key has"),
        (("https://x.example", "acme", KEY), "account_sid", "account_sid is a UUID, not 'acme'"),
    ],
)
def test_settings_that_cannot_work_are_refused_at_once(arguments: Any, name: str, says: str) -> None:
    with pytest.raises(ConfigurationError, match=says) as caught:
        JambonzClient(*arguments)
    assert caught.value.name == name
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize(
    "options",
    [
        {"max_retries": -1},
        {"timeout": 0},
        {"timeout": (5,)},
        {"timeout": "5"},
        {"timeout": float("nan")},
        {"timeout": float("inf")},
        {"timeout": (5, 1e12)},
    ],
)
def test_options_that_cannot_work_are_refused_at_once(options: Any) -> None:
    with pytest.raises(ConfigurationError) as caught:
        JambonzClient("https://x.example", ACCOUNT, KEY, **options)
    assert [caught.value.name] == [*options]
    with pytest.raises(ConfigurationError):
        JambonzClient("https://x.example", ACCOUNT, KEY).with_options(**options)


def test_settings_come_from_arguments_and_then_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAMBONZ_BASE_URL", "https://env.example")
    monkeypatch.setenv("JAMBONZ_ACCOUNT_SID", ACCOUNT)
    monkeypatch.setenv("JAMBONZ_API_KEY", KEY + "\n")
    client = JambonzClient()
    assert (client.base_url, client.account_sid) == ("https://env.example/v1", ACCOUNT)
    assert JambonzClient(account_sid=SID.upper()).account_sid == SID
    assert JambonzClient("https://arg.example").base_url == "https://arg.example/v1"
    monkeypatch.setenv("JAMBONZ_ACCOUNT_SID", "typo")
    with pytest.raises(ConfigurationError, match=r"not 'typo' \(JAMBONZ_ACCOUNT_SID\)"):
        JambonzClient()


def test_an_account_is_only_wanted_where_it_is_needed(api: FakeApi) -> None:
    with JambonzClient(api.url, api_key=KEY) as client:
        api.next(reply(200, {"name": "x"}))
        assert client.applications.get(SID).name == "x"
        with pytest.raises(ConfigurationError, match="this needs an account"):
            client.calls.count()
        with pytest.raises(ConfigurationError, match="this needs a service provider"):
            client.service_providers.get()


@pytest.mark.usefixtures("patient_pool")
def test_a_client_for_another_account_shares_key_and_connections(api: FakeApi, client: JambonzClient) -> None:
    other = client.for_account(SID)
    api.next(*[reply(200, {"inbound": 1})] * 2, reply(200, []))
    client.calls.count()
    other.calls.count()
    list(other.for_service_provider(PROVIDER).limits.list())
    assert [request.path.split("/")[2:4] for request in api.requests] == [
        ["Accounts", ACCOUNT],
        ["Accounts", SID],
        ["ServiceProviders", PROVIDER],
    ]
    assert api.connections == 1
    assert other.calls is not client.calls
    assert client.calls is client.calls


def test_a_netrc_never_replaces_the_token(
    api: FakeApi, client: JambonzClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    assert requests.utils.get_netrc_auth(api.url) == ("somebody", "else")
    api.on("GET", f"/Accounts/{ACCOUNT}/CallCount", reply(200, {}))
    client.calls.count()
    with requests.Session() as session:
        JambonzClient(api.url, ACCOUNT, KEY, session=session).calls.count()
    assert {request.headers["authorization"] for request in api.requests} == {f"Bearer {KEY}"}


def test_cookies_are_not_kept(api: FakeApi, client: JambonzClient) -> None:
    api.next(*[reply(200, {}, {"Set-Cookie": "node=1; Path=/"})] * 2)
    client.calls.count()
    client.calls.count()
    assert "cookie" not in api.requests[1].headers


def test_the_user_agent_names_the_package_and_the_program(api: FakeApi) -> None:
    api.next(reply(200, {}))
    with JambonzClient(api.url, ACCOUNT, KEY, user_agent_suffix="nightly/2") as client:
        client.calls.count()
    agent = f"jambonz-sync/{jambonz_sync.__version__} nightly/2"
    assert api.requests[0].headers["user-agent"] == agent


def test_a_proxy_of_the_environment_is_used(api: FakeApi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", api.url)
    monkeypatch.delenv("no_proxy")
    seen: list[str] = []

    def proxy(visit: Visit) -> None:
        seen.append(visit.request.path)
        reply(200, {"inbound": 3})(visit)

    api.next(proxy)
    with JambonzClient("http://api.example.com", ACCOUNT, KEY, timeout=20) as client:
        assert client.calls.count().inbound == 3
    assert api.requests[0].headers["host"] == "api.example.com"
    assert len(seen) == 1


def test_a_proxy_that_refuses_the_tunnel_has_not_sent_the_request(
    api: FakeApi, monkeypatch: pytest.MonkeyPatch, naps: list[float]
) -> None:
    monkeypatch.setenv("https_proxy", api.url)
    monkeypatch.delenv("no_proxy")
    api.next(*[reply(502)] * 3)
    with (
        JambonzClient("https://api.example.com", ACCOUNT, KEY, timeout=20) as client,
        pytest.raises(ConnectionError, match="the request has not left"),
    ):
        client.calls.create(from_="1", to="2", application_sid=SID)
    assert [request.method for request in api.requests] == ["CONNECT"] * 3
    assert all("authorization" not in request.headers for request in api.requests)


@pytest.mark.usefixtures("patient_pool")
def test_many_threads_are_served_at_once_and_their_connections_are_kept(api: FakeApi, client: JambonzClient) -> None:
    together = threading.Barrier(32)

    def meet(visit: Visit) -> None:
        together.wait(fake_api.PATIENCE)
        reply(200, {"inbound": 1})(visit)

    api.on("GET", f"/Accounts/{ACCOUNT}/CallCount", meet)
    for _ in range(2):
        threads = [threading.Thread(target=client.calls.count) for _ in range(32)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(fake_api.PATIENCE)
    assert len(api.requests) == 64
    assert api.connections == 32


@pytest.mark.usefixtures("patient_pool")
def test_a_client_with_other_options_shares_key_account_and_connections(api: FakeApi, client: JambonzClient) -> None:
    hasty = client.with_options(timeout=(20, 0.3), max_retries=0)
    api.next(reply(200, {"inbound": 1}), reply(200, {"inbound": 2}), fake_api.stay_silent)
    assert [client.calls.count().inbound, hasty.calls.count().inbound] == [1, 2]
    assert api.connections == 1
    with pytest.raises(ApiTimeout, match=r"no answer within 0\.3 s"):
        hasty.calls.count()
    assert (hasty.account_sid, hasty.base_url) == (client.account_sid, client.base_url)
    assert {request.headers["authorization"] for request in api.requests} == {f"Bearer {KEY}"}


def test_options_are_kept_by_clients_that_are_made_from_one(api: FakeApi, client: JambonzClient) -> None:
    api.on("GET", f"/Accounts/{SID}/CallCount", fake_api.stay_silent)
    with pytest.raises(ApiTimeout, match=r"no answer within 0\.2 s"):
        client.with_options(timeout=(20, 0.2)).with_options(max_retries=0).for_account(SID).calls.count()


def test_the_rate_limit_is_that_of_all_clients_that_share_connections(api: FakeApi, client: JambonzClient) -> None:
    limit = {"RateLimit-Limit": "600", "RateLimit-Remaining": "7", "RateLimit-Reset": "60"}
    api.next(reply(200, {}, limit))
    client.with_options(max_retries=0).for_account(SID).calls.count()
    assert client.rate_limit is not None
    assert client.rate_limit.remaining == 7


def test_dir_shows_what_a_user_may_call() -> None:
    client = JambonzClient("https://x.example", ACCOUNT, KEY, service_provider_sid=PROVIDER)
    offered = dir(client)
    assert {"calls", "applications", "system", "with_options", "for_account", "close", "rate_limit"} <= set(offered)
    assert [name for name in offered if name.startswith("_") or not hasattr(client, name)] == []
    offered_kinds = {type(getattr(client, name)).__name__ for name in offered}
    assert set(resources.__all__) <= offered_kinds


def test_a_resource_that_there_is_not_is_an_attribute_error(client: JambonzClient) -> None:
    with pytest.raises(AttributeError, match="no attribute 'cals'"):
        client.cals  # type: ignore[attr-defined]  # noqa: B018


def test_a_body_that_is_no_json_is_refused(client: JambonzClient) -> None:
    with pytest.raises(InvalidRequest, match=r"tag.data.a: JSON has no form for object"):
        client.calls.tag(SID, {"a": object()})
    with pytest.raises(InvalidRequest, match="the body is no JSON"):
        client.applications.update(SID, extra={"a": float("nan")})


def test_importing_the_client_loads_neither_flask_nor_the_json_codec_nor_resources() -> None:
    code = (
        "import logging, sys\n"  # which loads dataclasses itself from Python 3.14 on
        "before = set(sys.modules)\n"
        "import jambonz_sync.rest\n"
        "assert 'requests' not in sys.modules\n"
        "from jambonz_sync.rest import JambonzClient, ApiError\n"
        "client = JambonzClient('http://127.0.0.1:9', api_key='x')\n"
        "assert not {'jambonz_sync.rest.calls', 'jambonz_sync.rest.resources.speech'} & set(sys.modules)\n"
        "client.calls\n"
        "unwanted = {'flask', 'dataclasses_json', 'marshmallow', 'websocket', 'simple_websocket', 'dataclasses',\n"
        "            'jambonz_sync.rest.resources.speech', 'jambonz_sync.rest.models.calls',\n"
        "            'jambonz_sync.model.stored', 'jambonz_sync.model.declare'}\n"
        "found = unwanted & set(sys.modules) - before\n"
        "assert not found, found\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=50)


def test_the_package_exports_what_it_says() -> None:
    for name in jambonz_sync.rest.__all__:
        assert getattr(jambonz_sync.rest, name).__name__ == name
        assert name in dir(jambonz_sync.rest)
    with pytest.raises(AttributeError, match="no attribute 'Nonsense'"):
        _ = jambonz_sync.rest.Nonsense
