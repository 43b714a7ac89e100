"""Whatever an answer looks like, the error says what is in it, is of a class to catch, and never holds the token."""

from __future__ import annotations

import logging
import pickle
import traceback
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jambonz_sync.errors import JambonzError
from jambonz_sync.rest import (
    ApiConnectionError,
    ApiError,
    ApiTimeout,
    BadRequest,
    Conflict,
    Forbidden,
    InvalidAnswer,
    JambonzClient,
    NoFeatureServer,
    NotFound,
    RateLimited,
    ServerError,
    Unauthorized,
)
from jambonz_sync.rest.http.errors import error_for, message_in

from .. import fake_api
from ..fake_api import ACCOUNT, KEY, SID, Act, FakeApi, reply

SHAPES: list[tuple[str, bytes, dict[str, str], str]] = [
    ("msg", b'{"msg":"missing from"}', {"Content-Type": "application/json"}, "missing from"),
    ("status and message", b'{"status":"fail","message":"no"}', {"Content-Type": "application/json"}, "no"),
    ("error", b'{"error":"locked out"}', {"Content-Type": "application/json"}, "locked out"),
    ("empty object", b"{}", {"Content-Type": "application/json"}, ""),
    ("status text", b"Not Found", {"Content-Type": "text/plain; charset=utf-8"}, "Not Found"),
    ("free text as html", b"call is not  in\nprogress", {"Content-Type": "text/html"}, "call is not in progress"),
    ("page of express", b"<!DOCTYPE html>\n<html><body><pre>Cannot PATCH /v1/x&quot;</pre></body></html>",
     {"Content-Type": "text/html"}, 'Cannot PATCH /v1/x"'),
    ("nothing", b"", {}, ""),
    ("text without a type", b"Unauthorized", {"WWW-Authenticate": 'Bearer realm="Users"'}, "Unauthorized"),
    ("page of a proxy", b"<html><head><title>502 Bad Gateway</title></head></html>", {"Content-Type": "text/html"},
     "502 Bad Gateway"),
    ("page without words", b"<div>x</div>", {"Content-Type": "text/html"}, "an HTML page"),
    ("error object", b'{"error":{"code":3,"message":"deep"}}', {}, "deep"),
    ("list", b'["a"]', {}, '["a"]'),
    ("broken json", b'{"msg": ', {"Content-Type": "application/json"}, '{"msg":'),
    ("other json", b'{"code": 3}', {}, '{"code": 3}'),
    ("not utf-8", b"caf\xe9", {}, "caf\ufffd"),
    ("too long", b"x" * 1000, {}, "x" * 197 + "..."),
]  # fmt: skip

CLASSES: list[tuple[int, type[ApiError], type[BaseException]]] = [
    (400, BadRequest, ValueError),
    (401, Unauthorized, PermissionError),
    (403, Forbidden, PermissionError),
    (404, NotFound, LookupError),
    (409, Conflict, JambonzError),
    (418, ApiError, JambonzError),
    (422, Conflict, JambonzError),
    (429, RateLimited, JambonzError),
    (480, NoFeatureServer, JambonzError),
    (500, ServerError, JambonzError),
    (503, ServerError, JambonzError),
    (599, ServerError, JambonzError),
]


@pytest.mark.parametrize(("shape", "text", "headers", "message"), SHAPES, ids=[shape[0] for shape in SHAPES])
@pytest.mark.parametrize(("status", "kind", "builtin"), CLASSES)
def test_each_status_in_each_shape_is_understood(
    api: FakeApi, client: JambonzClient, status: int, kind: type[ApiError], builtin: type[BaseException],
    shape: str, text: bytes, headers: dict[str, str], message: str,
) -> None:  # fmt: skip
    api.next(reply(status, headers=headers, text=text))
    with pytest.raises(builtin) as caught:
        client.with_options(max_retries=0).calls.get(SID)
    error = caught.value
    assert type(error) is kind
    assert isinstance(error, ApiError)
    path = f"/Accounts/{ACCOUNT}/Calls/{SID}"
    assert (error.status, error.method, error.path, error.message) == (status, "GET", path, message)
    assert error.body == text.decode("utf-8", "replace")
    said = f"GET {path}: {status} {message}".rstrip()
    assert str(error) == (f"{said}; hint: {error.hint}" if error.hint else said)
    assert error.url == f"{api.url}/v1{path}"
    assert {name: error.headers[name.upper()] for name in headers} == headers
    assert error.call_sid == SID
    assert error.sent


def test_the_facts_of_a_rate_limit_are_there(api: FakeApi, client: JambonzClient) -> None:
    limit = {"RateLimit-Policy": "600;w=300", "RateLimit-Limit": "600", "RateLimit-Remaining": "0"}
    headers = {**limit, "RateLimit-Reset": "120", "Retry-After": "120", "X-Request-Id": "r-1"}
    before = client.rate_limit
    assert before is None
    api.next(reply(429, headers=headers, text=b"Too many requests, please try again later."))
    with pytest.raises(RateLimited, match=r"429 Too many requests, .*\(again in 120 s\)") as caught:
        client.calls.count()
    assert caught.value.retry_after == 120
    assert caught.value.request_id == "r-1"
    seen = client.rate_limit
    assert seen is not None
    assert (seen.limit, seen.remaining, seen.reset, seen.window) == (600, 0, 120, 300)


def test_a_redirect_is_not_followed_for_it_would_take_the_token_along(api: FakeApi, client: JambonzClient) -> None:
    api.next(reply(307, headers={"Location": f"{api.url}/elsewhere"}))
    with pytest.raises(ApiError, match=r"307 to .*/elsewhere; the base url should be where it leads") as caught:
        client.calls.create(from_="1", to="2", application_sid=SID)
    assert caught.value.status == 307
    assert len(api.requests) == 1


@pytest.mark.parametrize("text", [b"<html>Please log in</html>", b"[]", b"null", b"", b'{"a":', b"\xff\xfe"])
def test_a_yes_that_is_no_json_object_is_an_error(api: FakeApi, client: JambonzClient, text: bytes) -> None:
    api.next(reply(200, headers={"Content-Type": "text/html"}, text=text))
    with pytest.raises(InvalidAnswer, match=r"200, but no CallCount \(text/html\); is http://.*/v1 the API\?"):
        client.calls.count()


@pytest.mark.parametrize("text", [b"<html>Please log in</html>", b"{}", b'{"data": 3}', b'["a"]', b'{"data": [3]}'])
def test_a_yes_that_is_no_list_is_an_error(api: FakeApi, client: JambonzClient, text: bytes) -> None:
    api.next(reply(200, text=text))
    with pytest.raises(InvalidAnswer, match="no list of Application"):
        list(client.applications.list())


@pytest.mark.usefixtures("no_garbage_collection")
def test_deeply_nested_json_is_an_error_of_ours(api: FakeApi, client: JambonzClient) -> None:
    api.next(reply(200, text=b"[" * 100_000), reply(500, text=b'{"msg":' * 100_000))
    with pytest.raises(InvalidAnswer):
        client.calls.count()
    with pytest.raises(ServerError):
        client.calls.count()


def test_a_large_answer_is_read_whole_and_a_large_error_is_cut(api: FakeApi, client: JambonzClient) -> None:
    calls = [{"call_sid": f"{n}", "service_url": "x" * 1000} for n in range(10_000)]
    api.next(reply(200, calls), reply(500, text=b"x" * 10_000_000))
    assert sum(1 for _ in client.calls.list()) == 10_000
    with pytest.raises(ServerError) as caught:
        client.calls.count()
    assert caught.value.body == "x" * 65_536


def test_errors_survive_pickling_as_celery_and_multiprocessing_need(api: FakeApi, client: JambonzClient) -> None:
    api.next(reply(422, {"msg": "busy"}, {"X-Request-Id": "r"}), reply(404, text=b"Not Found"), fake_api.close)
    for expected in (Conflict, NotFound, ApiConnectionError):
        with pytest.raises(expected) as caught:
            client.calls.mute(SID)
        again = pickle.loads(pickle.dumps(caught.value))
        assert type(again) is expected
        assert str(again) == str(caught.value)
        assert vars(again) == vars(caught.value)


ECHOES: dict[str, Act] = {
    "in json": reply(403, {"msg": f"key {KEY} is not allowed"}),
    "in text": reply(500, text=f"Bearer {KEY}".encode()),
    "in a page": reply(404, text=f"<pre>{KEY}</pre>".encode()),
    "in a yes": reply(200, text=f"<pre>{KEY}</pre>".encode()),
    "in a redirect": reply(302, headers={"Location": f"https://example.com/?t={KEY}"}),
    "in a status line": fake_api.send_and_close(f"HTTP/9 {KEY}\r\n\r\n".encode()),
    "in no way": fake_api.reset,
}


@pytest.mark.parametrize("act", ECHOES.values(), ids=ECHOES.keys())
def test_the_token_is_in_no_error_no_log_and_no_repr(
    api: FakeApi, client: JambonzClient, caplog: pytest.LogCaptureFixture, act: Act
) -> None:
    caplog.set_level(logging.DEBUG, "jambonz_sync")
    api.next(act)
    with pytest.raises(ApiError) as caught:
        client.with_options(max_retries=0).calls.count()
    error: BaseException | None = caught.value
    assert KEY not in "".join(traceback.format_exception(caught.value))
    while error is not None:
        assert KEY not in repr(vars(error))
        assert getattr(error, "request", None) is None
        error = error.__cause__
    assert KEY not in caplog.text
    scope = client._scope
    for thing in (client, client.calls, scope, scope.http, scope.http._auth, caught.value):
        assert KEY not in repr(thing)


def test_requests_are_logged_with_path_and_status_and_without_query(
    api: FakeApi, client: JambonzClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "jambonz_sync.rest")
    api.next(reply(200, []))
    list(client.calls.list(from_="+15085551212"))
    assert f"GET /Accounts/{ACCOUNT}/Calls -> 200 in " in caplog.text
    assert "1508" not in caplog.text


def test_an_error_holds_the_headers_of_the_answer_and_the_url_without_its_query(
    api: FakeApi, client: JambonzClient
) -> None:
    headers = {"Content-Type": "text/html", "Set-Cookie": "session=s3cret", "X-Echo": f"Bearer {KEY}"}
    api.next(reply(422, headers=headers, text=b"ringing"))
    with pytest.raises(Conflict) as caught:
        list(client.calls.list(from_="+15085551212"))
    error = caught.value
    assert error.url == f"{api.url}/v1/Accounts/{ACCOUNT}/Calls"
    assert (error.headers["content-type"], error.headers["x-echo"]) == ("text/html", "Bearer ***")
    assert "s3cret" not in repr(vars(error))
    api.next(
        reply(200, headers={"X-Proxy": "p"}, text=b"<html>"), reply(302, headers={"Location": "https://x.example"})
    )
    with pytest.raises(InvalidAnswer) as garbled:
        client.calls.count()
    assert (garbled.value.headers["x-proxy"], garbled.value.url) == ("p", f"{api.url}/v1/Accounts/{ACCOUNT}/CallCount")
    with pytest.raises(ApiError) as moved:
        client.system.health()
    assert (moved.value.headers["location"], moved.value.url) == ("https://x.example", f"{api.url}/health")


def test_without_an_answer_there_are_no_headers_but_a_url(api: FakeApi, client: JambonzClient) -> None:
    api.next(fake_api.close)
    with pytest.raises(ApiConnectionError) as caught:
        client.with_options(max_retries=0).calls.count()
    assert (dict(caught.value.headers), caught.value.url) == ({}, f"{api.url}/v1/Accounts/{ACCOUNT}/CallCount")
    assert caught.value.hint is None


def test_an_error_says_what_the_server_means_where_its_words_mislead(api: FakeApi, client: JambonzClient) -> None:
    api.next(reply(500, text=b"Internal Server Error"))
    with pytest.raises(
        ServerError, match=r"500 Internal Server Error; the call may have been placed; hint: the feature server"
    ) as caught:
        client.calls.create(from_="1", to="2", application_sid=SID)
    assert caught.value.hint is not None
    assert str(caught.value).endswith(f"; hint: {caught.value.hint}")
    assert caught.value.message == "Internal Server Error"


def test_a_timeout_is_a_timeout_error(api: FakeApi, client: JambonzClient) -> None:
    api.next(fake_api.stay_silent)
    with pytest.raises(TimeoutError, match=r"no answer within 0\.2 s") as caught:
        client.with_options(timeout=(20, 0.2), max_retries=0).calls.count()
    assert type(caught.value) is ApiTimeout


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_body_makes_a_message_of_one_short_line(body: bytes) -> None:
    message = message_in(body)
    assert len(message) <= 200
    assert "\n" not in message
    assert isinstance(error_for(500, method="GET", path="/x", body=body), ServerError)


@settings(deadline=None)
@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), lambda x: st.lists(x) | st.dictionaries(
    st.sampled_from(["msg", "message", "error", "reason"]) | st.text(), x), max_leaves=6))  # fmt: skip
def test_any_json_makes_a_message(value: Any) -> None:
    import json

    assert isinstance(message_in(json.dumps(value).encode()), str)
