"""``client.request``: any request, with the key, and to nowhere but the API."""

from __future__ import annotations

import contextlib
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jambonz_sync.rest import ApiError, ConfigurationError, InvalidRequest, JambonzClient, NotFound, ServerError

from . import fake_api
from .fake_api import ACCOUNT, KEY, PROVIDER, SID, FakeApi, reply


def test_a_request_goes_below_v1_with_the_key_and_its_answer_is_json(api: FakeApi, client: JambonzClient) -> None:
    api.next(reply(201, {"sid": SID}, {"X-Request-Id": "r"}))
    answer = client.request("post", "/Rooms", query={"dry": True, "left_out": None, "n": 3}, body={"name": "x"})
    assert (answer.status, answer.json(), answer.headers["x-request-id"]) == (201, {"sid": SID}, "r")
    [request] = api.requests
    assert (request.method, request.path, request.json) == ("POST", "/v1/Rooms", {"name": "x"})
    assert request.query == [("dry", "true"), ("n", "3")]
    assert request.headers["authorization"] == f"Bearer {KEY}"


def test_an_answer_without_json_is_text_or_bytes(api: FakeApi, client: JambonzClient) -> None:
    api.next(reply(202, text=b"Accepted"), reply(204), reply(200, text=b"\xff\xfb"))
    accepted, nothing, sound = (client.request(method, "/x") for method in ("PUT", "DELETE", "GET"))
    assert (accepted.text, nothing.json(), sound.content) == ("Accepted", None, b"\xff\xfb")
    with pytest.raises(ValueError, match="Expecting value"):
        accepted.json()


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("/Accounts/{account_sid}/Calls", f"/v1/Accounts/{ACCOUNT}/Calls"),
        ("/v1/Accounts/{account_sid}", f"/v1/Accounts/{ACCOUNT}"),
        ("{scope}/Alerts", f"/v1/Accounts/{ACCOUNT}/Alerts"),
        ("/{scope}/Alerts", f"/v1/Accounts/{ACCOUNT}/Alerts"),
        ("/ServiceProviders/{service_provider_sid}/Limits", f"/v1/ServiceProviders/{PROVIDER}/Limits"),
        ("/a%2Fb/c", "/v1/a%2Fb/c"),
        ("/v1x/y", "/v1/v1x/y"),
        ("//evil.example/x", "/v1//evil.example/x"),
    ],
)
def test_a_path_is_written_as_in_the_reference(api: FakeApi, path: str, sent: str) -> None:
    api.next(reply(200, {}))
    with JambonzClient(api.url, ACCOUNT, KEY, service_provider_sid=PROVIDER, timeout=20) as client:
        client.request("GET", path)
    assert api.requests[0].path == sent


def test_a_query_may_stand_behind_the_path(api: FakeApi, client: JambonzClient) -> None:
    api.next(reply(404))
    with pytest.raises(NotFound) as caught:
        client.request("GET", "/Applications?page=1&name=a%20b&tag=1&tag=2", query={"page": 2})
    assert api.requests[0].query == [("page", "2"), ("name", "a b"), ("tag", "1"), ("tag", "2")]
    assert caught.value.path == "/Applications"


@pytest.mark.parametrize(
    ("method", "path", "says"),
    [
        ("GET", "https://evil.example/x", "path begins with a slash"),
        ("GET", "Accounts", "path begins with a slash"),
        ("GET", "@evil.example/x", "path begins with a slash"),
        ("GET", ".evil.example/x", "path begins with a slash"),
        ("GET", "", "path begins with a slash"),
        ("GET", "/../admin", "is below the base url"),
        ("GET", "/Accounts/%2e%2E/../x", "is below the base url"),
        ("GET", "/Accounts/%2e%2E", "is below the base url"),
        ("GET", "/a\\..\\b", "percent-encoded"),
        ("GET", "/a b", "percent-encoded"),
        ("GET", "/a\r\nHost: x", "percent-encoded"),
        ("GET", "/a#b", "percent-encoded"),
        (
            "GET",
            "/Accounts/{sid}",
            "unknown placeholder {sid} \\(known: {account_sid}, {service_provider_sid}, {scope}",
        ),
        ("GET", "/Accounts/{account_sid", "a bracket without the other"),
        ("GET", 7, "path begins with a slash"),
        ("FETCH", "/x", "method: expected one of DELETE, GET"),
        (7, "/x", "method: expected one of DELETE, GET"),
    ],
)
def test_what_would_go_elsewhere_is_refused(
    api: FakeApi, client: JambonzClient, method: Any, path: Any, says: str
) -> None:
    with pytest.raises(InvalidRequest, match=says):
        client.request(method, path)
    assert api.requests == []


def test_a_placeholder_that_the_client_does_not_know_is_missed(api: FakeApi) -> None:
    with JambonzClient(api.url, api_key=KEY) as client:
        for path in ("/Accounts/{account_sid}", "/{scope}/Limits", "/ServiceProviders/{service_provider_sid}"):
            with pytest.raises(ConfigurationError, match="this needs a"):
                client.request("GET", path)
    assert api.requests == []


@settings(deadline=None, max_examples=200)
@given(st.text(alphabet="/.@:%2eE\\?#{}[]v1 a\n", max_size=12) | st.text(max_size=12))
def test_no_path_takes_the_key_elsewhere(path: str) -> None:
    urls: list[str] = []

    class Session:
        """Notes where a request would go, as requests reads its url."""

        def request(self, method: str, url: str, **options: Any) -> Any:
            import requests

            urls.append(requests.Request(method, url).prepare().url or "")
            raise requests.ConnectionError("no network")

        def get_adapter(self, url: str) -> object:
            return object()

    client = JambonzClient("https://api.example/v1", ACCOUNT, KEY, session=Session(), max_retries=0)  # type: ignore[arg-type]
    with contextlib.suppress(InvalidRequest, ConfigurationError, ApiError):
        client.request("GET", path)
    for url in urls:
        parts = urlsplit(url)
        assert (parts.scheme, parts.netloc) == ("https", "api.example")
        assert parts.path == "/v1" or parts.path.startswith("/v1/")


def test_it_is_repeated_as_the_requests_of_resources_are(
    api: FakeApi, client: JambonzClient, naps: list[float]
) -> None:
    api.next(reply(503), reply(200, [1]), reply(503), reply(503))
    assert client.request("GET", "/x").json() == [1]
    with pytest.raises(ServerError):
        client.request("POST", "/x", body={})
    with pytest.raises(ServerError):
        client.request("GET", "/Accounts/{account_sid}/WebhookSecret?regenerate=true")
    assert (len(api.requests), len(naps)) == (4, 1)


def test_the_key_in_a_path_is_in_no_error(api: FakeApi, client: JambonzClient) -> None:
    for act in (reply(404), reply(302, headers={"Location": "x"}), fake_api.close):
        api.next(act)
        with pytest.raises(ApiError) as caught:
            client.with_options(max_retries=0).request("GET", f"/ApiKeys/{KEY}")
        assert KEY not in f"{caught.value} {vars(caught.value)}"
