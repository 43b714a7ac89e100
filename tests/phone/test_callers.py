"""Several callers of one page meet in the queues and conferences of the app."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from jambonz_sync.phone.desk import MOST_CALLERS, Desk
from jambonz_sync.phone.target import UrlTarget
from jambonz_sync.server.endpoint import create_endpoint
from tests.waiting import wait_for

from .apps import support
from .conftest import OpenPage
from .test_page import dial, violations

if TYPE_CHECKING:
    from playwright.sync_api import Page, expect
else:
    expect = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed").expect

AGENT, ROOM = "+15550001", "+15550002"


@pytest.fixture
def desk() -> Iterator[Desk]:
    endpoint = create_endpoint(host="127.0.0.1", port=0)
    endpoint.service("/").on("session:new", support)
    endpoint.service("/rooms").on("session:new", lambda session: session.conference(name="by path").send())
    endpoint.start()
    desk = Desk(UrlTarget(f"{endpoint.url}/"), lambda call, id: "1")
    yield desk
    desk.close()
    endpoint.stop(0)


def place(desk: Desk, caller: int, to: str = "+15550000", path: str = "") -> None:
    desk.act("settings", {"values": {"to": to, "path": path}}, caller)
    desk.act("dial", {}, caller)


def records(desk: Desk, caller: int, kind: str) -> list[dict[str, Any]]:
    return [record for record in desk.news(caller).records if record["kind"] == kind]


def places(desk: Desk, caller: int) -> list[str]:
    """Where a caller has seen the others."""
    return [f"{record['name']} {record['place']}".strip() for record in records(desk, caller, "other")]


def heard(desk: Desk, caller: int) -> list[str]:
    """What a caller has heard of others, by name."""
    return [f"{r['name']}: {r['text']}" for r in records(desk, caller, "speech") if r["who"] == "party"]


def test_who_waits_in_a_queue_is_taken_out_of_it_by_a_second_caller(desk: Desk) -> None:
    place(desk, 1)
    wait_for(lambda: desk.news().call is not None and desk.news().call.place == "waits in the queue support")
    place(desk, 2, AGENT)
    wait_for(lambda: "Caller 2 takes from the queue support" in places(desk, 1))
    desk.act("say", {"text": "My bread is hard."}, 1)
    wait_for(lambda: heard(desk, 2) == ["Caller 1: My bread is hard."])
    desk.act("hang_up", {}, 2)
    wait_for(lambda: places(desk, 1)[-1] == "Caller 2")
    assert places(desk, 2)[0] == "Caller 1 waits in the queue support"


def test_three_callers_hear_each_other_in_a_conference(desk: Desk) -> None:
    for caller in (1, 2, 3):
        place(desk, caller, ROOM)
    wait_for(lambda: all(places(desk, 3).count(f"Caller {each} in the conference room") for each in (1, 2)))
    wait_for(lambda: "Caller 3 in the conference room" in places(desk, 1))
    desk.act("say", {"text": "Hello all"}, 3)
    for caller in (1, 2):
        wait_for(lambda caller=caller: heard(desk, caller) == ["Caller 3: Hello all"])
    assert heard(desk, 3) == []


def test_a_caller_may_call_another_path_of_the_app(desk: Desk) -> None:
    place(desk, 1, path="/rooms")
    place(desk, 2)
    wait_for(lambda: "Caller 1 in the conference by path" in places(desk, 2))
    with pytest.raises(ValueError, match="path: expected one that begins with /"):
        desk.act("settings", {"values": {"path": "rooms"}}, 1)


def test_each_caller_has_one_call_at_a_time_and_a_page_has_nine_callers(desk: Desk) -> None:
    place(desk, 2)
    with pytest.raises(ValueError, match="there is a call already"):
        desk.act("dial", {}, 2)
    taken = [desk.open_tab(None, lambda pcm, rate: None) for _ in range(MOST_CALLERS - 1)]
    assert taken == [1, 3, 4, 5, 6, 7, 8, 9]
    with pytest.raises(ValueError, match="all 9 callers are being played"):
        desk.open_tab(None, lambda pcm, rate: None)
    with pytest.raises(ValueError, match="from 1 to 9"):
        desk.open_tab(10, lambda pcm, rate: None)


def test_two_tabs_meet_and_each_has_a_row_for_the_other(open_phone: OpenPage, page: Page) -> None:
    dial(page, open_phone(support).url)
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Another caller").click()
    tab = opened.value
    expect(tab).to_have_title("Caller 2: jambonz phone")
    tab.reload()
    expect(tab.locator("#caller")).to_have_text("Caller 2")
    tab.get_by_role("button", name="Settings").click()
    tab.get_by_label("Called number").fill(AGENT)
    tab.get_by_role("button", name="Save").click()
    tab.get_by_role("button", name="Call", exact=True).click()
    expect(tab.locator("#conversation")).to_contain_text("Caller 1: waits in the queue support")
    expect(page.locator("#timeline")).to_have_attribute("aria-description", re.compile("App says, Caller 2, Verbs"))
    tab.get_by_label("Say something").fill("How can I help?")
    tab.keyboard.press("Enter")
    expect(page.locator(".bubble.party")).to_contain_text("Caller 2")
    expect(page.locator(".bubble.party .words")).to_have_text("How can I help?")
    page.locator(".bubble.party button").click()
    expect(page.locator("#inspector h2")).to_have_text("Caller 2 says")
    assert violations(tab) == []
    tab.get_by_role("button", name="Hang up").click()
    expect(page.locator("#conversation")).to_contain_text("Caller 2: is gone")
