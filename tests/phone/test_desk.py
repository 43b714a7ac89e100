"""What a call is told by the process of the app, which may be late."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from jambonz_sync.phone.desk import Desk
from jambonz_sync.phone.live_call import LiveCall
from jambonz_sync.phone.store import CallStore
from jambonz_sync.phone.target import UrlTarget
from jambonz_sync.server.endpoint import create_endpoint
from tests.waiting import wait_for


@pytest.fixture
def ended(store: CallStore) -> Iterator[tuple[Desk, LiveCall]]:
    """A call that the app has rejected."""
    endpoint = create_endpoint(host="127.0.0.1", port=0)
    endpoint.service("/").on("session:new", lambda session: [])
    endpoint.start()
    desk = Desk(UrlTarget(f"{endpoint.url}/"), store.add)
    call = desk.dial()
    wait_for(lambda: call.kept_as is not None, timeout=30)
    yield desk, call
    endpoint.stop(0)


def raised(desk: Desk) -> list[str]:
    return [record["text"] for record in desk.news().records if record.get("code") == "handler-raised"]


def test_an_exception_that_is_told_of_after_the_end_of_its_call_is_shown_and_kept(
    ended: tuple[Desk, LiveCall], store: CallStore
) -> None:
    desk, call = ended
    desk.app_raised("ValueError: no bread", "app.py:9 in call", call.call_sid)
    assert raised(desk) == ["ValueError: no bread"]
    (kept,) = store.find("no bread")
    content = store.get(kept.id)
    assert content is not None
    assert content["records"] == call.records


def test_an_exception_of_nobody_knows_which_call_is_not_shown_in_one_that_is_over(
    ended: tuple[Desk, LiveCall],
) -> None:
    desk, call = ended
    desk.app_raised("ValueError: of a thread", "app.py:9 in work", None)
    desk.app_raised("ValueError: of another call", "app.py:9 in call", "another")
    assert raised(desk) == []
    assert call.records[-1]["kind"] == "end"
