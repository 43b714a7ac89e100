"""A conversation with the simulator of jambonz on the other side: each wait of it, and a hang-up in each."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from jambonz_sync import CallEnded, Endpoint, Session, create_endpoint
from jambonz_sync.runtime import conversations
from jambonz_sync.testing import TestCall
from tests.waiting import wait_for

Place = Callable[..., TestCall]

#: what the app says, or does, when each of its waits has begun; and what the caller does then
STEPS: list[tuple[str, Callable[[TestCall], None]]] = [
    ("What is your name?", lambda call: call.says("Ann")),
    ("One moment.", lambda call: None),
    ("Key in your number.", lambda call: call.presses("1234")),
    ("(plays https://example.com/terms.wav)", lambda call: None),
    ("Anything else?", lambda call: call.is_silent()),
]


@pytest.fixture
def outcomes() -> list[Any]:
    return []


@pytest.fixture
def endpoint(outcomes: list[Any]) -> Iterator[Endpoint]:
    endpoint = create_endpoint(host="127.0.0.1", port=0)

    @endpoint.call("/")
    def call(session: Session) -> Any:
        try:
            name = session.say(text="Welcome.").ask("What is your name?").transcript
            session.say(text="One moment.").pause(length=1).wait()
            digits = session.ask("Key in your number.", num_digits=4).digits
            session.play(url="https://example.com/terms.wav").wait()
            more = session.ask("Anything else?", timeout=3)
            outcome = session.dial(target=[{"type": "phone", "number": "+15550001111"}], anchor_media=True).wait()
            outcomes.append((name, digits, more.reason, outcome.dial_call_status))
        except BaseException as exc:
            outcomes.append(exc)
            raise
        return session.say(text="Thank you.").hangup()

    with endpoint:
        yield endpoint


def test_every_wait_of_a_call_ends_with_what_became_of_its_verbs(
    endpoint: Endpoint, outcomes: list[Any], jambonz_call: Place
) -> None:
    call = jambonz_call(endpoint)
    for said, act in STEPS:
        assert call.heard(said)
        act(call)
    assert call.heard("Thank you.")
    assert call.ended
    assert outcomes == [("Ann", "1234", "timeout", "completed")]
    assert call.errors == []


@pytest.mark.parametrize("stage", range(len(STEPS)))
def test_a_hangup_in_any_wait_leaves_no_thread_and_no_descriptor(
    endpoint: Endpoint, outcomes: list[Any], jambonz_call: Place, stage: int
) -> None:
    first = jambonz_call(endpoint)  # what is made once, and kept, is there after it
    assert first.heard("What is your name?")
    first.hangs_up()
    assert first.ended
    wait_for(lambda: outcomes, "the end of the first call")
    wait_for(lambda: len(endpoint.registry) == 0, "the end of its connection")
    outcomes.clear()
    threads, descriptors, busy = threading.active_count(), len(os.listdir("/dev/fd")), conversations.busy

    call = jambonz_call(endpoint)
    for said, act in STEPS[:stage]:
        assert call.heard(said)
        act(call)
    assert call.heard(STEPS[stage][0])
    call.hangs_up()
    assert call.ended
    wait_for(lambda: outcomes and conversations.busy <= busy, "the end of the conversation")
    assert isinstance(outcomes[0], CallEnded)
    wait_for(lambda: len(endpoint.registry) == 0, "the end of the connection")
    wait_for(lambda: len(os.listdir("/dev/fd")) <= descriptors, "the descriptors to be closed")
    wait_for(lambda: threading.active_count() <= threads, "the threads to end")
