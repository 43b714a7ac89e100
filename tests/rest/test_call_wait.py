"""Waiting for a call: what ends it, what does not, and what the recent calls know."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from jambonz_sync.rest import (
    CallEndedEarly,
    CallWaitTimeout,
    InvalidRequest,
    JambonzClient,
    NotFound,
    TlsError,
    Unauthorized,
)
from jambonz_sync.rest.call_wait import Milestone, call_status_of

from . import fake_api
from .fake_api import ACCOUNT, SID, Act, FakeApi, reply

CALL = f"/Accounts/{ACCOUNT}/Calls/{SID}"
RECENT = f"/Accounts/{ACCOUNT}/RecentCalls"


def status(name: str) -> Act:
    return reply(200, {"call_sid": SID, "call_status": name})


def recent(**fields: Any) -> Act:
    return reply(200, {"total": 1, "page": "1", "page_size": "1", "data": [{"call_sid": SID, **fields}]})


@pytest.mark.parametrize("end", ["completed", "busy", "no-answer", "failed"])
def test_a_call_is_waited_for_until_it_has_ended_in_any_way(
    api: FakeApi, client: JambonzClient, naps: list[float], end: str
) -> None:
    api.next(*[status(name) for name in ("trying", "ringing", "in-progress", end)])
    assert client.calls.wait(SID).call_status == end
    assert [request.method for request in api.requests] == ["GET"] * 4


@pytest.mark.parametrize(
    ("until", "seen", "looks"),
    [
        ("ringing", ["trying", "ringing"], 2),
        ("ringing", ["trying", "in-progress"], 2),
        ("in-progress", ["queued", "early-media", "in-progress"], 3),
        ("in-progress", ["ringing", "completed"], 2),
        ("completed", ["in-progress", "in-progress", "completed"], 3),
    ],
)
def test_a_state_or_a_later_one_ends_the_waiting(
    api: FakeApi, client: JambonzClient, naps: list[float], until: Milestone, seen: list[str], looks: int
) -> None:
    api.next(*map(status, seen))
    assert client.calls.wait(SID, until).call_status == seen[-1]
    assert len(api.requests) == looks


@pytest.mark.parametrize("until", ["ringing", "early-media", "in-progress"])
def test_a_call_that_ends_without_coming_there_is_an_error_with_its_record(
    api: FakeApi, client: JambonzClient, naps: list[float], until: Milestone
) -> None:
    api.next(status("trying"), reply(200, {"call_sid": SID, "call_status": "busy", "sip_status": 486}))
    with pytest.raises(CallEndedEarly, match=rf"call {SID} is busy \(SIP 486\), and did not come to {until}") as caught:
        client.calls.wait(SID, until)
    assert (caught.value.call_sid, caught.value.call_status, caught.value.call.sip_status) == (SID, "busy", 486)


def test_the_looks_become_rarer_and_begin_anew_with_each_change(
    api: FakeApi, client: JambonzClient, naps: list[float]
) -> None:
    api.next(*[status("ringing")] * 8, status("in-progress"), status("completed"))
    client.calls.wait(SID)
    assert naps[0] == naps[8] == 0.5
    assert naps[1:8] == sorted(naps[1:8])
    assert max(naps) == 5.0


def test_a_call_that_goes_on_is_a_time_out_that_says_where_it_was_seen_last(
    api: FakeApi, client: JambonzClient
) -> None:
    api.on("GET", CALL, status("ringing"))
    with pytest.raises(CallWaitTimeout, match=rf"call {SID} is ringing after 0.05 s, and not completed") as caught:
        client.calls.wait(SID, timeout=0.05)
    assert (caught.value.call_sid, caught.value.call_status) == (SID, "ringing")
    assert isinstance(caught.value, TimeoutError)


@pytest.mark.parametrize("act", [fake_api.close, reply(502), reply(429)])
def test_a_server_that_cannot_be_asked_for_a_while_does_not_end_the_waiting(
    api: FakeApi, client: JambonzClient, naps: list[float], caplog: pytest.LogCaptureFixture, act: Act
) -> None:
    api.next(status("ringing"), *[act] * 6, status("completed"))
    with caplog.at_level(logging.WARNING):
        assert client.with_options(max_retries=0).calls.wait(SID).call_status == "completed"
    assert len([line for line in caplog.messages if f"call {SID} cannot be looked at just now" in line]) == 1


def test_a_time_out_says_why_the_call_could_not_be_looked_at(api: FakeApi, client: JambonzClient) -> None:
    api.on("GET", CALL, reply(503))
    with pytest.raises(CallWaitTimeout, match=r"has not been seen .* cannot be looked at: GET .*: 503") as caught:
        client.with_options(max_retries=0).calls.wait(SID, timeout=0.01)
    assert caught.value.call_status is None


def test_a_key_that_is_refused_ends_the_waiting(api: FakeApi, client: JambonzClient) -> None:
    api.next(reply(401, text=b"Unauthorized"))
    with pytest.raises(Unauthorized):
        client.calls.wait(SID)


def test_a_server_that_is_not_trusted_ends_the_waiting(api: FakeApi) -> None:
    with JambonzClient(api.url.replace("http:", "https:"), ACCOUNT, "key") as client, pytest.raises(TlsError):
        client.calls.wait(SID)


@pytest.mark.parametrize(
    ("entry", "end"),
    [
        ({"answered": True, "sip_status": 200, "duration": 61}, "completed"),
        ({"answered": False, "sip_status": 486}, "busy"),
    ],
)
def test_a_call_whose_record_has_dropped_out_is_found_in_the_recent_calls(
    api: FakeApi, client: JambonzClient, entry: dict[str, Any], end: str
) -> None:
    api.on("GET", RECENT, recent(**entry))
    call = client.calls.wait(SID)
    assert (call.call_sid, call.call_status, call.duration) == (SID, end, entry.get("duration"))
    assert dict(api.requests[-1].query)["filter"] == SID


def test_a_call_that_lasts_longer_than_its_record_is_waited_for(
    api: FakeApi, client: JambonzClient, naps: list[float]
) -> None:
    nothing = [reply(404), reply(200, {"total": 0, "page": "1", "page_size": "1", "data": []})] * 3
    api.next(status("in-progress"), *nothing, reply(404), recent(answered=True))
    assert client.calls.wait(SID).call_status == "completed"


def test_a_new_call_whose_record_is_late_is_waited_for(api: FakeApi, client: JambonzClient, naps: list[float]) -> None:
    api.next(*[reply(404), reply(500)] * 3, status("completed"))
    assert client.calls.wait(SID).call_status == "completed"


def test_a_call_that_there_is_not_ends_the_waiting(api: FakeApi, client: JambonzClient) -> None:
    with pytest.raises(NotFound, match=f"there is no call {SID}"):
        client.calls.wait(SID, timeout=0.01)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"until": "answered"}, "until: expected one of"),
        ({"timeout": -1}, "timeout is a number of seconds from 0, not -1"),
        ({"timeout": float("nan")}, "timeout is a number"),
    ],
)
def test_what_cannot_be_waited_for_is_refused(
    api: FakeApi, client: JambonzClient, arguments: dict[str, Any], says: str
) -> None:
    with pytest.raises(InvalidRequest, match=says):
        client.calls.wait(SID, **arguments)
    assert api.requests == []


@pytest.mark.parametrize(
    ("answered", "sip_status", "status"),
    [
        (True, 200, "completed"),
        (False, 486, "busy"),
        (False, 600, "busy"),
        (False, 603, "busy"),
        (False, 487, "no-answer"),
        (False, 503, "failed"),
        (None, None, "failed"),
    ],
)
def test_an_entry_of_the_recent_calls_says_how_a_call_ended(
    answered: bool | None, sip_status: int | None, status: str
) -> None:
    assert call_status_of(answered, sip_status) == status
