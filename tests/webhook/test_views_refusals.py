"""Requests that are no webhook of jambonz: refused with a line in the log, never with a traceback."""

from __future__ import annotations

import base64
import json
import logging
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jambonz_sync.protocol.signature import HEADER, sign
from jambonz_sync.webhook import IncomingCall, JambonzBlueprint

from .test_views import FIRST, client_of, client_of_blueprint

BODY = json.dumps(FIRST).encode()
JSON = "application/json"


def nothing(call: Any) -> None:
    """A view that answers no verbs."""


def post(client: Any, body: bytes = BODY, content_type: str | None = JSON, **options: Any) -> Any:
    return client.post("/hook", data=body, content_type=content_type, **options)


def signature(body: bytes = BODY, secret: Any = "whsec", at: float | None = None) -> dict[str, str]:
    return {HEADER: sign(body, secret, at)}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "the body is not JSON in UTF-8"),
        (b"{", "the body is not JSON in UTF-8"),
        (b"\xff\xfe{\x00}\x00", "the body is not JSON in UTF-8"),
        (b'{"call_sid": "\xff"}', "the body is not JSON in UTF-8"),
        (b"[" * 100_000, "the body is not JSON in UTF-8"),
        (b'{"call_sid": ' + b"9" * 5000 + b"}", "the body is not JSON in UTF-8"),
        (b"[]", "expected a JSON object, got list"),
        (b"null", "expected a JSON object, got NoneType"),
        (b'"CA1"', "expected a JSON object, got str"),
        (b'{"call_sid": 7}', "call_sid is not a short line"),
        (b'{"call_sid": ""}', "call_sid is not a short line"),
        (b'{"call_sid": "a\\nERROR forged"}', "call_sid is not a short line"),
        (b'{"call_sid": "\\ud800"}', "call_sid is not a short line"),
        (b'{"call_sid": "' + b"A" * 129 + b'"}', "call_sid is not a short line"),
    ],
)
def test_a_body_that_is_no_event_of_a_call_is_answered_400(
    body: bytes, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    answer = post(client_of(nothing), body)
    assert answer.status_code == 400
    assert answer.data.decode().startswith(reason)
    (record,) = caplog.records
    assert record.getMessage().startswith(f"call -: POST /hook from 127.0.0.1 refused with 400: {reason}")
    assert (record.levelno, record.exc_info) == (logging.WARNING, None)


@pytest.mark.parametrize("body", [b"{}", b'{"call_sid": null}'])
def test_a_status_event_without_a_call_sid_is_answered_400(body: bytes, caplog: pytest.LogCaptureFixture) -> None:
    bp = JambonzBlueprint("voice", __name__)
    bp.status("/hook", endpoint="status")(nothing)
    answer = post(client_of_blueprint(bp), body)
    assert (answer.status_code, answer.data) == (400, b"call_sid is missing\n")
    assert "call -: POST /hook from 127.0.0.1 refused with 400: call_sid is missing" in caplog.text


@pytest.mark.parametrize("content_type", [None, "", "text/plain", "application/x-www-form-urlencoded", "text/json"])
def test_a_body_of_another_type_is_answered_415(content_type: str | None, caplog: pytest.LogCaptureFixture) -> None:
    assert post(client_of(nothing), content_type=content_type).status_code == 415
    assert "refused with 415: expected application/json" in caplog.text


@pytest.mark.parametrize(
    "content_type", [JSON, "application/json; charset=utf-8", "Application/JSON", "application/x+json"]
)
def test_json_is_known_by_any_of_its_types(content_type: str) -> None:
    assert post(client_of(nothing), content_type=content_type).status_code == 200


def test_a_refused_request_does_not_reach_the_view() -> None:
    seen: list[Any] = []
    client = client_of(seen.append, signing_secret="whsec")
    post(client)
    post(client, b"{")
    assert seen == []


@pytest.mark.parametrize("secret", ["whsec", ["new", "whsec"]])
def test_a_signed_webhook_is_served(secret: Any) -> None:
    assert post(client_of(nothing, signing_secret=secret), headers=signature()).status_code == 200


@pytest.mark.parametrize(
    ("make_headers", "reason"),
    [
        (dict, "there is no signature"),
        (lambda: {HEADER: "t=1,v1=zz"}, "the header has no v1 signature"),
        (lambda: signature(secret="other"), "no signature matches a secret"),
        (lambda: signature(b"{}"), "no signature matches a secret"),
        (lambda: signature(at=time.time() - 1000), "its time is more than 300 seconds off"),
        (lambda: signature(at=time.time() + 1000), "its time is more than 300 seconds off"),
    ],
)
def test_a_webhook_without_a_good_signature_is_answered_403_without_detail(
    make_headers: Callable[[], dict[str, str]], reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    # made when the test runs: one that was made when it was collected could be too old by then
    answer = post(client_of(nothing, signing_secret="whsec"), headers=make_headers())
    assert (answer.status_code, answer.data) == (403, b"")
    assert f"call CA1: POST /hook from 127.0.0.1 refused with 403: {reason}" in caplog.text
    assert "whsec" not in caplog.text


def test_the_signature_is_checked_before_the_body_is_looked_at() -> None:
    client = client_of(nothing, signing_secret="whsec")
    assert post(client, b"{").status_code == 403
    assert post(client, b"{", headers=signature(b"{")).status_code == 400


def test_the_tolerance_of_the_signature_is_an_option() -> None:
    client = client_of(nothing, signing_secret="whsec", signature_tolerance=5000)
    assert post(client, headers=signature(at=time.time() - 1000)).status_code == 200


def test_status_events_are_signed_too() -> None:
    bp = JambonzBlueprint("voice", __name__, signing_secret="whsec")
    bp.status("/hook")(nothing)
    client = client_of_blueprint(bp)
    assert post(client).status_code == 403
    assert post(client, headers=signature()).status_code == 204


def get_hook(**options: Any) -> Any:
    bp = JambonzBlueprint("voice", __name__, **options)
    bp.webhook("/hook", methods=["GET", "POST"])(nothing)
    return client_of_blueprint(bp)


def test_a_get_hook_is_refused_where_a_secret_is_set(caplog: pytest.LogCaptureFixture) -> None:
    answer = get_hook(signing_secret="whsec").get("/hook?call_sid=CA1", headers=signature(b""))
    assert (answer.status_code, answer.data) == (403, b"")
    assert "call CA1: GET /hook from 127.0.0.1 refused with 403: a GET has no signature" in caplog.text


def test_a_get_hook_is_served_where_a_secret_is_set_if_that_is_allowed() -> None:
    client = get_hook(signing_secret="whsec", allow_unsigned_get=True)
    assert client.get("/hook?call_sid=CA1").status_code == 200
    assert post(client).status_code == 403


def test_the_right_credentials_are_let_in() -> None:
    client = client_of(nothing, auth=("user", "pä:ss"))
    encoded = base64.b64encode("user:pä:ss".encode()).decode()
    for scheme in ("Basic", "basic"):
        assert post(client, headers={"Authorization": f"{scheme} {encoded}"}).status_code == 200


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Basic",
        "Basic ",
        "Basic !!!",
        "Basic é",
        "Bearer dXNlcjpwYXNz",
        "Basic " + base64.b64encode(b"user:wrong").decode(),
        "Basic " + base64.b64encode(b"user").decode(),
        "Basic " + base64.b64encode(b"user:pass\0").decode(),
    ],
)
def test_wrong_or_no_credentials_are_answered_401(authorization: str | None, caplog: pytest.LogCaptureFixture) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    answer = post(client_of(nothing, auth=("user", "pass")), headers=headers)
    assert (answer.status_code, answer.data) == (401, b"")
    assert answer.headers["WWW-Authenticate"].startswith("Basic realm=")
    assert "refused with 401: wrong or no credentials" in caplog.text
    assert "pass" not in caplog.text


EVERY = client_of(lambda call: [{"verb": "say", "text": f"{call.transcript}{call.env('X') if is_first(call) else ''}"}])


def is_first(call: Any) -> bool:
    return isinstance(call, IncomingCall) and "X" in call.env


JSON_VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
KEYS = st.sampled_from(["call_sid", "sip", "env_vars", "speech", "reason", "digits", "from", "type"]) | st.text()


@settings(deadline=None)
@given(st.dictionaries(KEYS, JSON_VALUE))
def test_no_payload_makes_more_of_a_stir_than_a_400(payload: dict[str, Any]) -> None:
    answer = post(EVERY, json.dumps(payload).encode())
    assert answer.status_code in {200, 400}
    if answer.status_code == 200:
        assert answer.json[0]["verb"] == "say"


@settings(deadline=None)
@given(st.binary(), st.sampled_from([JSON, "text/plain", "application/json;"]))
def test_no_bytes_make_more_of_a_stir_than_a_refusal(body: bytes, content_type: str) -> None:
    assert post(EVERY, body, content_type).status_code in {400, 415} | ({200} if body.strip() == b"{}" else set())
