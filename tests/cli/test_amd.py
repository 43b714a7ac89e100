"""The address at which results of answering machine detection arrive."""

from __future__ import annotations

import http.client
import json
import logging
import queue
from collections.abc import Iterator
from typing import Any

import pytest

from jambonz_sync.campaign import CampaignError
from jambonz_sync.cli.amd import answer_in, listen, parse_address
from jambonz_sync.protocol.signature import sign

SECRET = "wh_0123456789"
MACHINE = {"call_sid": "sid-1", "type": "amd_machine_detected"}


class Receiver:
    def __init__(self, port: int) -> None:
        self.port = port
        self.answers: queue.SimpleQueue[tuple[str, str]] = queue.SimpleQueue()

    def post(self, body: bytes, **headers: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request("POST", "/amd", body, {name.replace("_", "-"): value for name, value in headers.items()})
        status = connection.getresponse().status
        connection.close()
        return status


@pytest.fixture(params=[None, SECRET], ids=["unsigned", "signed"])
def secret(request: pytest.FixtureRequest) -> str | None:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def receiver(secret: str | None) -> Iterator[Receiver]:
    answers: queue.SimpleQueue[tuple[str, str]] = queue.SimpleQueue()
    with listen(("127.0.0.1", 0), secret, lambda *answer: answers.put(answer)) as port:
        receiver = Receiver(port)
        receiver.answers = answers
        yield receiver


def signed(body: bytes) -> dict[str, str]:
    return {"Jambonz_Signature": sign(body, SECRET)}


def test_a_result_is_taken(receiver: Receiver) -> None:
    body = json.dumps(MACHINE).encode()
    assert receiver.post(body, **signed(body)) == 200
    assert receiver.answers.get(timeout=20) == ("sid-1", "machine")


def test_what_says_nothing_of_who_answered_is_answered_and_left_alone(receiver: Receiver) -> None:
    for event in ({"call_sid": "sid-1", "type": "amd_stopped"}, {"type": "amd_human_detected"}, [1], "x"):
        body = json.dumps(event).encode()
        assert receiver.post(body, **signed(body)) == 200
    assert receiver.answers.empty()


@pytest.mark.parametrize(("body", "status"), [(b"{", 400), (b"x" * 70_000, 413)])
def test_nonsense_is_refused(receiver: Receiver, body: bytes, status: int) -> None:
    assert receiver.post(body, **signed(body)) == status
    assert receiver.answers.empty()


def test_what_is_not_signed_is_refused_where_there_is_a_secret(
    receiver: Receiver, secret: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        assert receiver.post(json.dumps(MACHINE).encode()) == (200 if secret is None else 401)
    assert receiver.answers.empty() == (secret is not None)
    assert ("a result of machine detection was refused" in caplog.text) == (secret is not None)
    assert SECRET not in caplog.text


@pytest.mark.parametrize(
    ("type_", "who"),
    [("amd_human_detected", "human"), ("amd_machine_detected", "machine"), ("amd_tone_detected", "machine"),
     ("amd_no_speech_detected", None), ("amd_decision_timeout", None), ("amd_error", None)],
)  # fmt: skip
def test_each_type_of_result_is_understood(type_: str, who: str | None) -> None:
    assert answer_in({"call_sid": "sid-1", "type": type_}) == (None if who is None else ("sid-1", who))


@pytest.mark.parametrize(
    ("text", "address"), [("8080", ("", 8080)), ("127.0.0.1:80", ("127.0.0.1", 80)), ("localhost:1", ("localhost", 1))]
)
def test_an_address_is_read(text: str, address: tuple[str, int]) -> None:
    assert parse_address(text) == address


@pytest.mark.parametrize("text", ["", "x", "localhost", "80808", "1:x"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(CampaignError, match="is no address: write 8080 or"):
        parse_address(text)


def test_an_address_that_is_taken_is_an_error() -> None:
    def taken(*answer: Any) -> None: ...

    with (
        listen(("127.0.0.1", 0), None, taken) as port,
        pytest.raises(OSError, match="in use"),
        listen(("127.0.0.1", port), None, taken),
    ):
        pass
