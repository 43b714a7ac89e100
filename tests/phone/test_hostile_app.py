"""Apps that misbehave do not harm the page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from flask import Flask

from jambonz_sync.phone.records import Recorder
from jambonz_sync.simulator import Transcript, TranscriptEntry, WireMessage

from .apps import bakery, serve
from .conftest import OpenPage
from .test_page import dial

if TYPE_CHECKING:
    from playwright.sync_api import Page, expect
else:
    expect = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed").expect


def test_ten_megabytes_of_text_are_shown_as_their_begin() -> None:
    recorder = Recorder(Transcript(), 15)
    recorder.entry(TranscriptEntry("app", "x" * 10_000_000, 0.0))
    recorder.wire(WireMessage("app", '{"type": "command", "data": "' + "x" * 10_000_000 + '"}', 0.0, 0.0))
    speech, wire = recorder.records
    assert speech["text"].endswith("x… (10,000,000 characters)")
    assert len(speech["text"]) < 21_000
    assert len(wire["message"]) < 101_000


@pytest.fixture
def busy_url() -> Iterator[str]:
    """The URL of an app that answers a call with 10,000 verbs."""
    app = Flask(__name__)

    @app.post("/")
    def new() -> list[dict[str, object]]:
        return [{"verb": "tag", "data": {"n": 1}}] * 10_000 + [
            {"verb": "gather", "input": ["speech"], "actionHook": "/heard", "timeout": 60}
        ]

    @app.post("/heard")
    def heard() -> list[dict[str, object]]:
        return [{"verb": "say", "text": "Still here."}, {"verb": "pause", "length": 60}]

    with serve(app) as url:
        yield url


def test_ten_thousand_verbs_are_shown_and_the_page_stays_usable(
    open_phone: OpenPage, page: Page, busy_url: str
) -> None:
    phone = open_phone(busy_url)
    page.goto(phone.url)
    page.get_by_role("button", name="Call", exact=True).click()
    expect(page.locator("#call-state")).to_have_text("In the call")
    page.get_by_label("Say something").fill("hello?")
    page.keyboard.press("Enter")
    expect(page.locator(".bubble.app").last).to_contain_text("Still here.")
    assert sum(record["kind"] == "verb" for record in phone.desk.news().records) > 20_000


def test_fifty_tabs_see_a_call(open_phone: OpenPage, page: Page) -> None:
    phone = open_phone(bakery)
    dial(page, phone.url)
    tabs = [page.context.new_page() for _ in range(49)]
    for tab in tabs:
        tab.goto(phone.url.partition("#")[0], wait_until="commit")
    for tab in tabs:
        expect(tab.locator(".bubble.app")).to_contain_text(["Hello, this is the bakery."])
    tabs[-1].get_by_role("button", name="Hang up").click()
    for tab in (page, tabs[0], tabs[24]):
        expect(tab.locator("#call-state")).to_have_text("Ended")
