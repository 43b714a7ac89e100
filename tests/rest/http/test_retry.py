"""What is repeated, how often, and after which pause."""

from __future__ import annotations

import logging
import pickle
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jambonz_sync.rest import ApiConnectionError, ApiError, ApiTimeout, JambonzClient, NotFound, TlsError
from jambonz_sync.rest.http.errors import error_for
from jambonz_sync.rest.http.retry import pause_before_retry, retry_after_in

from .. import fake_api
from ..fake_api import ACCOUNT, SID, Act, FakeApi, reply

COUNT = reply(200, {"inbound": 1, "outbound": 2})

PASSING: dict[str, Act] = {
    "closed": fake_api.close,
    "reset": fake_api.reset,
    "half closed": fake_api.half_close,
    "truncated": fake_api.send_and_close(b'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"inb'),
    "rate limited": reply(429, text=b"slow down"),
    "bad gateway": reply(502),
    "unavailable": reply(503),
    "gateway time-out": reply(504),
}


@pytest.mark.parametrize("act", PASSING.values(), ids=PASSING.keys())
def test_a_get_is_repeated_after_what_passes(
    api: FakeApi, client: JambonzClient, naps: list[float], act: Act, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "jambonz_sync.rest")
    api.next(act, act, COUNT)
    assert client.calls.count().outbound == 2
    assert len(api.requests) == 3
    assert [0.25 <= naps[0] <= 0.5, 0.5 <= naps[1] <= 1.0] == [True, True]
    assert "attempt 2 of 3" in caplog.text


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422, 480, 500, 501])
def test_a_get_is_not_repeated_after_what_does_not_pass(
    api: FakeApi, client: JambonzClient, naps: list[float], status: int
) -> None:
    api.next(reply(status), COUNT)
    with pytest.raises(ApiError):
        client.calls.count()
    assert (len(api.requests), naps) == (1, [])


def test_a_timeout_of_a_get_is_repeated(api: FakeApi, client: JambonzClient, naps: list[float]) -> None:
    api.next(fake_api.stay_silent)
    api.on("GET", f"/Accounts/{ACCOUNT}/CallCount", COUNT)
    assert client.with_options(timeout=(20, 2), max_retries=5).calls.count().inbound == 1
    assert naps


@pytest.mark.parametrize(
    "put",
    [
        lambda c: c.calls.mute(SID),
        lambda c: c.applications.update(SID, name="x"),
        lambda c: c.lcrs.add_routes(
            SID, [{"regex": "1", "priority": 1, "lcr_carrier_set_entries": [{"voip_carrier_sid": SID}]}]
        ),
        lambda c: c.accounts.regenerate_webhook_secret(),
        lambda c: c.messages.create(from_="1", to="2", text="x"),
    ],
)
@pytest.mark.parametrize("act", PASSING.values(), ids=PASSING.keys())
def test_what_changes_something_is_not_repeated_once_it_has_left(
    api: FakeApi, client: JambonzClient, naps: list[float], act: Act, put: Callable[[JambonzClient], object]
) -> None:
    api.next(act)
    with pytest.raises(ApiError) as caught:
        put(client)
    assert caught.value.sent
    assert (len(api.requests), naps) == (1, [])


def test_a_query_that_is_a_post_is_repeated(api: FakeApi, client: JambonzClient, naps: list[float]) -> None:
    api.next(fake_api.close, reply(200, [{"name": "joe", "expiryTime": 5}]))
    [user] = client.accounts.registered_users(["joe"])
    assert (user.name, user.expires) == ("joe", 5)
    assert len(naps) == 1


def test_a_delete_that_is_repeated_and_then_finds_nothing_has_worked(
    api: FakeApi, client: JambonzClient, naps: list[float]
) -> None:
    api.next(fake_api.close, reply(404))
    client.applications.delete(SID)
    api.next(reply(404))
    with pytest.raises(NotFound):
        client.applications.delete(SID)
    api.next(reply(429), reply(404))
    with pytest.raises(NotFound):
        client.applications.delete(SID)


@pytest.mark.parametrize("status", [400, 403, 422, 500])
def test_a_repeated_delete_that_is_refused_may_have_worked_the_first_time(
    api: FakeApi, client: JambonzClient, naps: list[float], status: int
) -> None:
    api.next(fake_api.close, reply(status, {"msg": "application does not exist"}))
    with pytest.raises(ApiError, match="does not exist; the answer to an earlier attempt was lost") as caught:
        client.applications.delete(SID)
    assert (caught.value.status, caught.value.outcome_unknown) == (status, True)
    assert pickle.loads(pickle.dumps(caught.value)).outcome_unknown


def test_a_delete_that_was_refused_both_times_has_not_worked(
    api: FakeApi, client: JambonzClient, naps: list[float]
) -> None:
    api.next(reply(429), reply(400))
    with pytest.raises(ApiError) as caught:
        client.applications.delete(SID)
    assert not caught.value.outcome_unknown


def test_a_get_that_is_refused_the_second_time_is_refused(
    api: FakeApi, client: JambonzClient, naps: list[float]
) -> None:
    api.next(fake_api.close, reply(403))
    with pytest.raises(ApiError) as caught:
        client.applications.get(SID)
    assert not caught.value.outcome_unknown


def test_retry_after_is_honoured_up_to_30_seconds(api: FakeApi, client: JambonzClient, naps: list[float]) -> None:
    api.next(reply(503, headers={"Retry-After": "30"}), COUNT)
    client.calls.count()
    assert naps == [30.0]
    api.next(reply(503, headers={"Retry-After": "31"}), COUNT)
    with pytest.raises(ApiError) as caught:
        client.calls.count()
    assert caught.value.retry_after == 31
    assert naps == [30.0]


def test_max_retries_is_an_option_of_the_client(api: FakeApi, client: JambonzClient, naps: list[float]) -> None:
    api.on("GET", f"/Accounts/{ACCOUNT}/CallCount", reply(503))
    for sibling, attempts in (
        (client, 3),
        (client.with_options(max_retries=0), 1),
        (client.with_options(max_retries=4), 5),
        (client.with_options(timeout=20), 3),
    ):
        api.requests.clear()
        with pytest.raises(ApiError):
            sibling.calls.count()
        assert len(api.requests) == attempts


def error(status: int | None, sent: bool, retry_after: float | None) -> ApiError:
    if status is None:
        return ApiConnectionError("x", sent=sent)
    made = error_for(status, method="GET", path="/", body=b"", retry_after=retry_after)
    made.sent = sent
    return made


@settings(deadline=None)
@given(
    status=st.sampled_from([None, 400, 429, 500, 502, 503, 504]),
    sent=st.booleans(),
    harmless=st.booleans(),
    attempt=st.integers(0, 40),
    retry_after=st.none() | st.floats(0, 100),
    jitter=st.floats(0, 1),
)
def test_no_pause_is_longer_than_30_seconds_and_nothing_harmful_is_repeated(
    status: int | None, sent: bool, harmless: bool, attempt: int, retry_after: float | None, jitter: float
) -> None:
    pause = pause_before_retry(
        error(status, sent, retry_after), harmless=harmless, attempt=attempt, max_retries=20, jitter=jitter
    )
    if sent and not harmless:
        assert pause is None
    if attempt >= 20:
        assert pause is None
    assert pause is None or 0 <= pause <= 30


def test_trust_does_not_come_by_asking_again() -> None:
    refused = TlsError("x", sent=False)
    assert pause_before_retry(refused, harmless=True, attempt=0, max_retries=5, jitter=0) is None


def test_a_job_that_never_gives_up_pauses_as_long_the_ten_thousandth_time_as_the_tenth() -> None:
    lost = ApiTimeout("x", sent=True)
    assert pause_before_retry(lost, harmless=True, attempt=10_000, max_retries=20_000, jitter=1) == 8


def test_pauses_grow_to_eight_seconds_and_are_spread() -> None:
    lost = ApiTimeout("x", sent=True)
    pauses = [pause_before_retry(lost, harmless=True, attempt=n, max_retries=99, jitter=1) for n in range(7)]
    assert pauses == [0.5, 1, 2, 4, 8, 8, 8]
    assert pause_before_retry(lost, harmless=True, attempt=1, max_retries=99, jitter=0) == 0.5


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        ("0", 0.0),
        ("Sun, 22 Nov 2026 12:00:10 GMT", 10.0),
        ("Sun, 22 Nov 2026 11:59:00 GMT", 0.0),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str | None, seconds: float | None) -> None:
    assert retry_after_in(header, now=1795348800.0) == seconds


@settings(deadline=None)
@given(st.text(max_size=40))
def test_any_retry_after_is_taken(header: str) -> None:
    seconds = retry_after_in(header, now=0.0)
    assert seconds is None or seconds >= 0
