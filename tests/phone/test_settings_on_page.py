"""The settings of the page, and what comes of them in the next call."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

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


def test_what_is_typed_stays_when_the_app_is_saved_meanwhile(open_phone: OpenPage, page: Page, tmp_path: Path) -> None:
    file = tmp_path / "phone_app.py"
    greeting = {"type": "string", "description": "First words"}
    key = {"type": "string", "description": "Key of the bank"}
    mood = {"type": "string", "description": "Last words"}
    survey = {"type": "boolean", "description": "Ask how it was"}

    def save(version: int, **env: dict[str, Any]) -> None:
        file.write_text(
            f"from jambonz_sync import create_endpoint\n\nendpoint = create_endpoint(env_vars={env!r})\n"
            "endpoint.service('/').on('session:new', print)\n"
        )
        os.utime(file, ns=(version, version))  # however coarse the clock of the file system is

    save(1, GREETING={**greeting, "default": "Hello"}, SURVEY=survey, KEY=key, MOOD={**mood, "enum": ["warm", "cool"]})
    page.goto(open_phone(str(file)).url)
    expect(page.locator("#app-state")).to_have_text("running")
    page.get_by_role("button", name="Settings").click()
    page.get_by_label("Called number").fill("+15550009")
    page.get_by_label("Last words").select_option("cool")
    page.get_by_label("Ask how it was").check()
    page.get_by_label("Key of the bank").press_sequentially("s3cret")
    page.keyboard.press("ArrowLeft")
    save(2, GREETING={**greeting, "default": "Hi"}, KEY=key, MOOD={**mood, "enum": ["cool", "hot"]})
    expect(page.get_by_label("First words")).to_have_value("Hi")  # nobody has typed there
    expect(page.get_by_label("Ask how it was")).to_have_count(0)
    page.keyboard.type("!")
    expect(page.get_by_label("Key of the bank")).to_have_value("s3cre!t")  # the cursor is where it was
    expect(page.get_by_label("Last words")).to_have_value("cool")
    expect(page.get_by_label("Called number")).to_have_value("+15550009")
    save(3, SURVEY={**survey, "default": True}, KEY={**key, "obscure": True}, MOOD={**mood, "enum": ["hot"]})
    expect(page.get_by_label("Ask how it was")).to_be_checked()
    expect(page.get_by_label("Key of the bank")).to_have_attribute("type", "password")
    expect(page.get_by_label("Key of the bank")).to_have_value("s3cre!t")
    expect(page.get_by_label("Key of the bank")).to_be_focused()
    expect(page.get_by_label("Last words")).to_have_value("hot")
    save(4)
    expect(page.locator("#settings")).to_contain_text("The app declares none.")
    expect(page.get_by_label("Caller", exact=True)).to_be_focused()
