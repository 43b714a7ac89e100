"""The settings of the page, and what comes of them in the next call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jambonz_sync import Session

from .apps import bakery
from .conftest import OpenPage
from .test_page import dial

if TYPE_CHECKING:
    from playwright.sync_api import Page, expect
else:
    expect = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed").expect

ENV = {
    "GREETING": {"type": "string", "description": "First words", "uiHint": "textarea", "default": "Hello"},
    "KEY": {"type": "string", "description": "Key of the bank", "obscure": True, "required": True},
    "MOOD": {"type": "string", "description": "Last words", "enum": ["warm", "cool"], "default": "warm"},
    "TIMES": {"type": "number", "description": "How often", "default": 1},
    "SURVEY": {"type": "boolean", "description": "Ask how it was", "default": True},
}


def test_env_vars_are_a_form_made_from_what_the_app_declares(open_phone: OpenPage, page: Page) -> None:
    def tells(session: Session) -> None:
        values = [session.env(name) for name in ENV]
        session.say(text=repr(values)).pause(60).send()

    page.goto(open_phone(tells, env=ENV).url)
    page.get_by_role("button", name="Settings").click()
    assert page.get_by_label("First words").evaluate("(field) => field.tagName") == "TEXTAREA"
    assert page.get_by_label("Key of the bank").get_attribute("type") == "password"
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#settings")).to_be_visible()  # the key is required
    page.get_by_label("Key of the bank").fill("s3cret")
    page.get_by_label("First words").fill("Good\nmorning")
    page.get_by_label("Last words").select_option("cool")
    page.get_by_label("How often").fill("3")
    page.get_by_label("Ask how it was").uncheck()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#settings")).to_be_hidden()
    page.get_by_role("button", name="Call", exact=True).click()
    expect(page.locator(".bubble.app .words")).to_have_text("['Good\\nmorning', 's3cret', 'cool', 3, False]")


def test_a_wrong_setting_is_refused_in_words(open_phone: OpenPage, page: Page) -> None:
    page.goto(open_phone(bakery).url)
    page.get_by_role("button", name="Settings").click()
    page.get_by_label("SIP headers").fill("no header")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#toasts")).to_contain_text("headers: 'no header' is not Name: value")


def test_late_messages_delay_what_the_app_says(open_phone: OpenPage, page: Page) -> None:
    phone = open_phone(bakery)
    page.goto(phone.url)
    page.get_by_role("button", name="Settings").click()
    page.get_by_label("late by").fill("700")
    page.get_by_label("Called number").fill("+15550009")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Call", exact=True).click()
    expect(page.locator(".bubble.app")).not_to_have_count(0)
    expect(page.locator("#number")).to_have_text("+15550009")
    first = next(record for record in phone.desk.news().records if record["kind"] == "speech")
    assert first["at"] >= 0.7


def test_a_dropped_connection_is_made_again(open_phone: OpenPage, page: Page) -> None:
    dial(page, open_phone(bakery).url)
    page.get_by_role("button", name="Drop the connection").click()
    expect(page.locator("#conversation")).to_contain_text("the connection to the app breaks")
    page.get_by_label("Say something").fill("rye")
    page.keyboard.press("Enter")
    expect(page.locator(".bubble.app").last).to_contain_text("You want rye.")
