"""A message and a verb show the line of the app that they come from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from jambonz_sync.phone.page import PhonePage
from tests.waiting import wait_for

from .apps import bakery
from .conftest import OpenPage
from .test_page import dial, violations

if TYPE_CHECKING:
    from playwright.sync_api import Page, expect
else:
    expect = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed").expect

ENDPOINT = """
from jambonz_sync import Session, create_endpoint

endpoint = create_endpoint()


def greet(session):
    session.say(text="Hello")


@endpoint.service("/").on("session:new")
def call(session: Session) -> None:
    @session.on("/heard")
    def heard():
        greet(session)
        session.gather(input=["speech"], action_hook="/heard", timeout=60)

    greet(session)
    session.gather(
        input=["speech"],
        action_hook="/heard",
        timeout=60,
    ).send()
    session.inject_tag({"number": 7})
"""
FLASK = """
from flask import Flask, jsonify

from jambonz_sync import WebhookResponse

app = Flask(__name__)


@app.post("/")
def incoming():
    response = WebhookResponse()
    response.say(text="Hello")
    response.gather(input=["speech"], action_hook="/heard", timeout=60)
    return response


@app.post("/heard")
def heard():
    if False:
        return None
    return jsonify(
        [{"verb": "tag", "data": {}}, *WebhookResponse().say(text="Hello").pause(60)],
    )
"""


def lines_of(phone: PhonePage, kind: str, wanted: str) -> list[str]:
    """The lines that all records of this kind come from which have this name, in order."""
    records = phone.desk.news().records
    named = {record["id"]: record for record in records if wanted in (record.get("verb"), record.get("label"))}
    lines: list[Any] = [record for record in records if record["kind"] == "line" and record["of"] in named]
    found = [each for each in lines if named[each["of"]]["kind"] == kind]
    return [f"{each['how']} {Path(each['file']).name}:{each['line']} {each['function']}" for each in found]


@pytest.fixture
def served(open_phone: OpenPage, tmp_path: Path) -> Any:
    """Make a function that serves an app by the phone, calls it, and has the caller speak once."""

    def serve(source: str) -> PhonePage:
        file = tmp_path / "lines_app.py"
        file.write_text(source)
        phone = open_phone(str(file))
        wait_for(lambda: phone.desk.app()["app"]["state"] == "up", timeout=30)
        phone.desk.dial()
        wait_for(lambda: any(record.get("text") == "Hello" for record in phone.desk.news().records), timeout=30)
        phone.desk.act("say", {"text": "bread"})
        return phone

    return serve


def test_verbs_of_an_endpoint_show_the_line_that_made_them_and_messages_that_which_sent_them(served: Any) -> None:
    phone = served(ENDPOINT)
    wait_for(lambda: len(lines_of(phone, "verb", "gather")) == 3, timeout=30)
    # nobody has sent the answer of heard(): it has left when the function had returned
    assert sorted(lines_of(phone, "verb", "gather")) == [
        "made lines_app.py:16 call.<locals>.heard",
        "made lines_app.py:19 call",
        "sent lines_app.py:23 call",
    ]
    assert set(lines_of(phone, "verb", "say")) == {"made lines_app.py:8 greet", "sent lines_app.py:23 call"}
    assert lines_of(phone, "wire", "command tag") == ["sent lines_app.py:24 call"]


def test_verbs_of_a_flask_app_show_the_line_that_made_them(served: Any) -> None:
    phone = served(FLASK)
    wait_for(lambda: lines_of(phone, "verb", "pause"), timeout=30)
    assert lines_of(phone, "verb", "gather") == ["made lines_app.py:13 incoming"]
    assert lines_of(phone, "verb", "say") == ["made lines_app.py:12 incoming", "made lines_app.py:22 heard"]
    assert lines_of(phone, "verb", "tag") == []
    assert lines_of(phone, "wire", "answer") == [
        *("made lines_app.py:12 incoming", "made lines_app.py:13 incoming", "made lines_app.py:22 heard")
    ]


def test_a_click_shows_the_line_in_its_surroundings(served: Any, page: Page) -> None:
    page.goto(served(ENDPOINT).url)
    page.locator(".bubble.app button").first.click()
    inspector = page.locator("#inspector")
    expect(inspector.locator(".source figcaption").last).to_contain_text("lines_app.py:8in greet, made here")
    expect(inspector.locator(".source .here").last).to_have_text('    session.say(text="Hello")')
    assert violations(page) == []


def test_the_line_of_an_app_at_a_url_is_not_known(open_phone: OpenPage, page: Page) -> None:
    dial(page, open_phone(bakery).url)
    page.locator(".bubble.app button").first.click()
    expect(page.locator("#inspector .where")).to_have_text("Its line is not known: the phone does not serve this app.")
