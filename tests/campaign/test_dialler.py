"""The answers of the API, as a campaign reads them: no call for certain, a call, or nobody knows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from jambonz_sync.campaign import Contact, Refused, RestDialler
from jambonz_sync.rest import ApiError, JambonzClient
from tests.ports import free_port
from tests.rest.fake_api import ACCOUNT, KEY, Act, close, reply, reset, send_and_close

from .network import APPLICATION, CALLS, PhoneNetwork

ANN = Contact("+15085551212", from_="+15085550000", variables={"name": "Ann"})


@pytest.fixture
def network() -> Iterator[PhoneNetwork]:
    with PhoneNetwork() as network:
        yield network


@pytest.fixture
def dialler(network: PhoneNetwork) -> Iterator[RestDialler]:
    with JambonzClient(network.url, ACCOUNT, KEY, timeout=20, max_retries=0) as client:
        yield RestDialler(client)


def test_a_call_is_placed_with_the_variables_of_its_row_as_tag(network: PhoneNetwork, dialler: RestDialler) -> None:
    call_sid = dialler.place(ANN, APPLICATION)
    assert type(call_sid) is str
    assert network.calls[call_sid].body["tag"] == {"name": "Ann"}
    dialler.place(Contact("+15085551213", from_="+15085550000"), APPLICATION)
    assert "tag" not in list(network.calls.values())[1].body


@pytest.mark.parametrize(
    ("status", "stop", "retry_after"),
    [
        (400, False, None),
        (409, False, None),
        (422, False, None),
        (401, True, None),
        (403, True, None),
        (404, True, None),
        (429, False, 5.0),
        (480, False, 5.0),
    ],
)
def test_an_answer_that_no_call_was_placed_is_a_refusal(
    network: PhoneNetwork, dialler: RestDialler, status: int, stop: bool, retry_after: float | None
) -> None:
    network.next(reply(status, {"msg": "no"}))
    with pytest.raises(Refused, match=str(status)) as caught:
        dialler.place(ANN, APPLICATION)
    assert (caught.value.stop, caught.value.retry_after) == (stop, retry_after)


def test_the_time_that_the_server_asks_for_is_kept(network: PhoneNetwork, dialler: RestDialler) -> None:
    network.next(reply(429, text=b"Too many requests", headers={"Retry-After": "77"}))
    with pytest.raises(Refused) as caught:
        dialler.place(ANN, APPLICATION)
    assert caught.value.retry_after == 77.0


def test_a_server_that_cannot_be_reached_has_placed_no_call() -> None:
    with JambonzClient(f"http://127.0.0.1:{free_port()}", ACCOUNT, KEY, max_retries=0) as client:
        with pytest.raises(Refused) as caught:
            RestDialler(client).place(ANN, APPLICATION)
        assert caught.value.retry_after == 5.0


def test_a_row_that_the_client_refuses_has_placed_no_call(network: PhoneNetwork, dialler: RestDialler) -> None:
    with pytest.raises(Refused):
        dialler.place(ANN, "not a uuid")
    assert network.requests == []


@pytest.mark.parametrize(
    "act",
    [
        reply(500, text=b"Internal Server Error"),
        reply(500, {"msg": "fetch failed"}),
        reply(502, text=b"Bad Gateway"),
        reply(503, text=b""),
        reply(504, text=b""),
        reply(408, text=b""),
        reply(201, text=b"not json"),
        reply(201, {"no": "sid"}),
        reply(200, text=b""),
        close,
        reset,
        send_and_close(b"HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{"),
    ],
)
def test_any_other_end_of_a_request_leaves_it_open_whether_there_is_a_call(
    network: PhoneNetwork, dialler: RestDialler, act: Act
) -> None:
    network.next(act)
    with pytest.raises(ApiError):
        dialler.place(ANN, APPLICATION)
    assert len(network.requests) == 1


@pytest.mark.parametrize("count", [1, 3, 4, 20])
def test_few_calls_are_asked_for_one_by_one_and_many_in_one_request(
    network: PhoneNetwork, dialler: RestDialler, count: int
) -> None:
    network.outcome = lambda number, n: "busy" if number.endswith("0") else "ringing"
    sids = [dialler.place(Contact(f"+1508555{1000 + n}", from_="+15085550000"), APPLICATION) for n in range(count)]
    assert dialler.statuses(sids) == {sid: network.calls[sid].status for sid in sids}
    assert sum(request.method == "GET" for request in network.requests) == (count if count <= 3 else 1)


def test_a_call_whose_record_is_gone_is_found_in_the_recent_calls(network: PhoneNetwork, dialler: RestDialler) -> None:
    sid = dialler.place(ANN, APPLICATION)
    network.on("GET", f"{CALLS}/{sid}", reply(404, text=b"Not Found"))
    entry = {"call_sid": sid, "answered": False, "sip_status": 486, "direction": "outbound"}
    page = {"total": 1, "page_size": "1", "page": "1", "data": [entry]}
    network.on("GET", f"/Accounts/{ACCOUNT}/RecentCalls", reply(200, page))
    assert dialler.statuses([sid]) == {sid: "busy"}
    (asked,) = (request for request in network.requests if request.path.endswith("/RecentCalls"))
    assert ("filter", sid) in asked.query


def test_a_call_that_nothing_is_known_of_is_left_out(network: PhoneNetwork, dialler: RestDialler) -> None:
    sid = dialler.place(ANN, APPLICATION)
    network.on("GET", f"{CALLS}/{sid}", reply(404, text=b"Not Found"))
    page = {"total": 0, "page_size": "1", "page": "1", "data": []}
    network.on("GET", f"/Accounts/{ACCOUNT}/RecentCalls", reply(200, page))
    assert dialler.statuses([sid]) == {}


def test_calls_may_be_placed_with_answering_machine_detection(network: PhoneNetwork) -> None:
    with JambonzClient(network.url, ACCOUNT, KEY, timeout=20) as client:
        dialler = RestDialler(client, amd={"action_hook": "https://cron.example/amd"})
        sid = dialler.place(ANN, APPLICATION)
    assert network.calls[sid].body["amd"] == {"actionHook": "https://cron.example/amd"}
