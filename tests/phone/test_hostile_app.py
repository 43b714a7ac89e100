"""Apps that misbehave do not harm the page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
import requests
import websocket
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


def test_ten_megabytes_over_the_wire_leave_the_page_usable(open_phone: OpenPage, page: Page) -> None:
    app = Flask(__name__)

    @app.post("/")
    def new() -> list[dict[str, object]]:
        tags: list[dict[str, object]] = [{"verb": "tag", "data": {"text": "much text " * 10_000}}] * 100
        return [*tags, {"verb": "gather", "input": ["speech"], "actionHook": "/heard", "timeout": 60}]

    @app.post("/heard")
    def heard() -> list[dict[str, object]]:
        return [{"verb": "say", "text": "words " * 20_000}]

    with serve(app) as url:
        page.goto(open_phone(url).url)
        page.get_by_role("button", name="Call", exact=True).click()
        expect(page.locator("#call-state")).to_have_text("In the call")
        page.get_by_label("Say something").fill("hello?")
        page.keyboard.press("Enter")
        expect(page.locator(".bubble.app .words")).to_contain_text("characters)")
        page.locator(".bubble.app button").click()
        expect(page.locator("#inspector blockquote")).to_contain_text("(120,000 characters)")
        page.get_by_role("button", name="Hang up").click()
        expect(page.locator("#call-state")).to_have_text("Ended")


def test_fifty_tabs_see_a_call(open_phone: OpenPage, page: Page) -> None:
    phone = open_phone(bakery)
    dial(page, phone.url)
    base, _, token = phone.url.partition("/#token=")
    answer = requests.post(f"{base}/session", json={"token": token}, headers={"Origin": base}, timeout=30)
    cookie = "; ".join(f"{name}={value}" for name, value in answer.cookies.items())
    url = base.replace("http", "ws", 1) + "/socket"
    tabs = [websocket.create_connection(url, timeout=30, origin=base, cookie=cookie) for _ in range(49)]

    def read_until(tab: websocket.WebSocket, text: str) -> None:
        while text not in str(tab.recv()):
            pass

    for tab in tabs:
        read_until(tab, "Hello, this is the bakery.")
    tabs[-1].send('{"do": "hang_up"}')
    for tab in tabs:
        read_until(tab, '"state": "ended"')
        tab.close()
    expect(page.locator("#call-state")).to_have_text("Ended")
