"""Calls that are over: filters, traces, recordings."""

from __future__ import annotations

import datetime
import io
from pathlib import Path
from typing import Any

import pytest
import responses

from jambonz_sync.rest import ApiConnectionError, JambonzClient, NotFound, ServerError

from .. import fake_api
from ..fake_api import ACCOUNT, SID, FakeApi, reply
from ..mock_server import BASE


@pytest.mark.parametrize(
    ("given", "sent_"),
    [
        ({"days": 7}, {"days": "7"}),
        ({"filter": "+1508"}, {"filter": "1508"}),
        ({"answered": False, "direction": "inbound", "trunk": "t"},
         {"answered": "false", "direction": "inbound", "trunk": "t"}),
        ({"start": "2026-01-02T03:04:05+01:00"}, {"start": "2026-01-02T02:04:05.000Z"}),
        ({"end": datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.UTC)}, {"end": "2026-01-02T03:04:05.000Z"}),
    ],
)  # fmt: skip
def test_recent_calls_are_filtered(
    server: responses.RequestsMock, own: JambonzClient, given: dict[str, Any], sent_: dict[str, str]
) -> None:
    server.get(
        f"{BASE}/Accounts/{ACCOUNT}/RecentCalls",
        json={"total": 1, "page": "1", "page_size": "100", "data": [{"sip_callid": "a@b", "answered": True}]},
        match=[responses.matchers.query_param_matcher({**sent_, "page": "1", "count": "100"})],
    )
    [call] = own.recent_calls.list(**given)
    assert (call.sip_callid, call.answered) == ("a@b", True)


def test_call_ids_are_encoded_for_they_hold_anything(server: responses.RequestsMock, own: JambonzClient) -> None:
    base = f"{BASE}/Accounts/{ACCOUNT}/RecentCalls"
    server.get(f"{base}/a%2Fb%40c", json={"total": 0})
    server.get(f"{base}/trace/t", json={"resourceSpans": []})
    server.get(f"{base}/{SID}/logs?logGroupName=g", json=["line"])
    assert own.recent_calls.sip_trace("a/b@c") == {"total": 0}
    assert own.recent_calls.trace("t") == {"resourceSpans": []}
    assert own.recent_calls.logs(SID, log_group="g") == ("line",)


def test_a_capture_is_written_to_an_open_file_with_progress(server: responses.RequestsMock, own: JambonzClient) -> None:
    server.get(f"{BASE}/Accounts/{ACCOUNT}/RecentCalls/a%40b/invite/pcap", body=b"x" * 100_000)
    target, seen = io.BytesIO(), list[tuple[int, int | None]]()
    size = own.recent_calls.download_pcap("a@b", target, progress=lambda done, total: seen.append((done, total)))
    assert (size, target.getvalue()) == (100_000, b"x" * 100_000)
    assert [done for done, _ in seen] == [65_536, 100_000]


DAY = datetime.date(2026, 3, 7)


def test_a_recording_that_breaks_off_leaves_no_file(api: FakeApi, client: JambonzClient, tmp_path: Path) -> None:
    target = tmp_path / "call.mp3"
    target.write_bytes(b"old")
    for act in (
        fake_api.send_and_close(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"),
        fake_api.send_and_close(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"),
    ):
        api.next(act)
        with pytest.raises(ApiConnectionError):
            client.recent_calls.download_recording(SID, target, day=DAY)
        assert [path.name for path in tmp_path.iterdir()] == ["call.mp3"]
        assert target.read_bytes() == b"old"
    api.next(reply(404, text=b"Not Found"))
    with pytest.raises(NotFound):
        client.recent_calls.download_recording(SID, target, day=DAY)
    api.next(reply(200, text=b"new"))
    assert client.recent_calls.download_recording(SID, target, day=DAY) == 3
    assert target.read_bytes() == b"new"


def test_a_recording_may_take_longer_than_the_time_out_as_long_as_it_comes(
    api: FakeApi, client: JambonzClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1000.0]
    monkeypatch.setattr("jambonz_sync.rest.http.adapter.monotonic", lambda: now[0])

    def slowly(visit: fake_api.Visit) -> None:
        visit.sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n")
        for _ in range(6):
            api.stopping.wait(0.05)  # so that it comes in pieces
            now[0] += 100.0
            visit.sock.sendall(b"x")

    api.next(slowly)
    assert client.with_options(timeout=20).recent_calls.download_recording(SID, io.BytesIO(), day=DAY) == 6


def test_a_recording_that_stops_coming_is_given_up(api: FakeApi, client: JambonzClient) -> None:
    def stop(visit: fake_api.Visit) -> None:
        visit.sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nx")
        visit.wait_for_the_client_to_leave()

    api.next(stop)
    with pytest.raises(TimeoutError, match=r"no answer within 0\.3 s"):
        client.with_options(timeout=(20, 0.3)).recent_calls.download_recording(SID, io.BytesIO(), day=DAY)


def test_a_refusal_that_drips_does_not_hold_a_download(api: FakeApi, client: JambonzClient) -> None:
    api.next(fake_api.drip(b"HTTP/1.1 500 Oh\r\nContent-Length: 100000\r\n\r\n"))
    with pytest.raises(ServerError):
        client.with_options(timeout=(20, 0.5)).recent_calls.download_recording(SID, io.BytesIO(), day=DAY)
    api.next(fake_api.drip(b"HTTP/1.1 200 OK\r\nX-Long: ", b"x"))
    with pytest.raises(TimeoutError):
        client.with_options(timeout=(20, 0.5)).recent_calls.download_recording(SID, io.BytesIO(), day=DAY)
