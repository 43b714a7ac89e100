"""An answer is read as far as it can be one of the API: what a few bytes swell to does not fill the memory."""

from __future__ import annotations

import gzip
import io
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

import pytest

from jambonz_sync.rest import ApiError, InvalidAnswer, JambonzClient, NotFound, ServerError

from ..fake_api import ACCOUNT, SID, FakeApi, reply

MIB = 1024 * 1024


def swelling(status: int, encoding: str, size: int = 76 * MIB, **headers: str) -> Callable[..., None]:
    """An answer of ``size`` bytes of JSON that is a thousand times smaller on the wire."""
    packer = zlib.compressobj(9, wbits=31 if encoding == "gzip" else 15)
    packed = packer.compress(b"[") + b"".join(packer.compress(b" " * MIB) for _ in range(size // MIB))
    packed += packer.compress(b"]") + packer.flush()
    assert len(packed) < size / 900
    return reply(status, headers={"Content-Encoding": encoding, **headers}, text=packed)


@contextmanager
def memory_below(bound: int) -> Iterator[None]:
    tracemalloc.start()
    try:
        yield
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < bound


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_an_answer_that_swells_beyond_all_measure_is_refused_before_it_fills_the_memory(
    api: FakeApi, client: JambonzClient, encoding: str
) -> None:
    api.next(swelling(200, encoding))
    with (
        memory_below(60 * MIB),
        pytest.raises(InvalidAnswer, match=r"200, but the answer is larger than 32 MiB"),
    ):
        list(client.calls.list())
    assert len(api.requests) == 1


def test_a_call_whose_answer_swells_is_not_placed_again(api: FakeApi, client: JambonzClient) -> None:
    api.next(swelling(201, "gzip"))
    with pytest.raises(InvalidAnswer, match="the call may have been placed"):
        client.calls.create(from_="1", to="2", application_sid=SID)
    assert len(api.requests) == 1


@pytest.mark.parametrize("status", [307, 500])
def test_a_refusal_that_swells_is_cut(api: FakeApi, client: JambonzClient, status: int) -> None:
    api.next(swelling(status, "gzip", Location="https://example.com"))
    with memory_below(20 * MIB), pytest.raises(ApiError) as caught:
        client.calls.count()
    assert caught.value.status == status


def test_a_refused_download_that_swells_is_cut(api: FakeApi, client: JambonzClient) -> None:
    api.next(swelling(500, "gzip"))
    with memory_below(20 * MIB), pytest.raises(ServerError):
        client.recent_calls.download_recording(SID, io.BytesIO(), day=date(2026, 1, 1))


def test_an_encoding_that_was_not_asked_for_is_refused_unread(api: FakeApi, client: JambonzClient) -> None:
    api.next(swelling(200, "gzip, gzip"))
    with (
        memory_below(10 * MIB),
        pytest.raises(InvalidAnswer, match="in an encoding that was not asked for: gzip, gzip"),
    ):
        client.calls.count()
    assert api.requests[0].headers["accept-encoding"] == "gzip, deflate"


def test_a_compressed_answer_is_read_and_its_connection_kept(api: FakeApi, client: JambonzClient) -> None:
    packed = gzip.compress(b'{"inbound": 7}')
    api.on("GET", f"/Accounts/{ACCOUNT}/CallCount", reply(200, headers={"Content-Encoding": "gzip"}, text=packed))
    assert [client.calls.count().inbound for _ in range(3)] == [7, 7, 7]
    assert api.connections == 1


@pytest.mark.usefixtures("patient_pool")
def test_an_answer_without_a_body_keeps_its_connection(api: FakeApi, client: JambonzClient) -> None:
    no_content = reply(204, headers={"Content-Length": ""})
    api.next(no_content, reply(202, text=b"Accepted"), reply(404, text=b"Not Found"), no_content)
    client.applications.delete(SID)
    client.calls.mute(SID)
    with pytest.raises(NotFound):
        client.calls.get(SID)
    client.applications.update(SID, name="x")
    assert api.connections == 1


def test_a_recording_may_be_larger_than_any_other_answer(api: FakeApi, client: JambonzClient) -> None:
    class Null(io.RawIOBase):
        def write(self, data: object) -> int:
            return 0

    api.next(reply(200, text=bytes(40 * MIB)))
    assert client.recent_calls.download_recording(SID, Null(), day=date(2026, 1, 1)) == 40 * MIB  # type: ignore[arg-type]
