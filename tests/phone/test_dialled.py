"""Somebody who is dialled is a person of the page: in its list, or in a tab of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jambonz_sync import Session
from jambonz_sync.verbs.components import Target

from .apps import switchboard
from .conftest import OpenPage
from .test_page import violations

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page, expect
else:
    expect = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed").expect

expect.set_options(timeout=30_000)  # a busy machine


def choose_person(page: Page) -> None:
    page.get_by_role("button", name="Settings").click()
    page.get_by_label("Dialled parties").select_option("person")
    page.get_by_role("button", name="Save").click()


def dialled(page: Page, url: str) -> Locator:
    """Place a call that dials a person. Returns what the page shows of them."""
    page.goto(url)
    choose_person(page)
    page.get_by_role("button", name="Call", exact=True).click()
    leg = page.locator("#legs .leg")
    expect(leg).to_contain_text("+15554445555 ringing")
    return leg


def test_a_dialled_person_answers_accepts_talks_and_hangs_up_in_a_tab_of_their_own(
    open_phone: OpenPage, page: Page
) -> None:
    leg = dialled(page, open_phone(switchboard).url)
    assert violations(page) == []
    with page.context.expect_page() as opened:
        leg.get_by_role("link", name="Talk as they do").click()
    tab = opened.value
    expect(tab.locator("#call-state")).to_have_text("It rings")
    assert violations(tab) == []
    tab.get_by_role("button", name="Answer", exact=True).click()
    expect(tab.locator("#call-state")).to_have_text("Answered")
    expect(tab.locator(".bubble.app").last).to_contain_text("Press 1 to take the call.")
    tab.get_by_role("button", name="1", exact=True).click()
    expect(page.locator("#conversation")).to_contain_text("caller and callee talk")
    tab.get_by_label("Say something").fill("Anna speaking")
    tab.keyboard.press("Enter")
    expect(page.locator(".bubble.callee .words").last).to_have_text("Anna speaking")
    tab.get_by_role("button", name="Hang up").click()
    expect(tab.locator("#call-state")).to_have_text("This leg is over")
    expect(page.locator(".bubble.app").last).to_contain_text("The call was completed.")
    expect(page.locator("#legs")).to_be_hidden()


def test_the_others_are_released_when_one_of_several_dialled_persons_answers(open_phone: OpenPage, page: Page) -> None:
    def both(session: Session) -> None:
        numbers = ("+15554445555", "+15554446666")
        session.dial(target=[Target(type="phone", number=number) for number in numbers]).send()

    page.goto(open_phone(both).url)
    choose_person(page)
    page.get_by_role("button", name="Call", exact=True).click()
    legs = page.locator("#legs .leg")
    expect(legs).to_have_count(2)
    legs.last.get_by_role("button", name="Answer").click()
    expect(legs).to_have_count(1)
    expect(legs).to_contain_text("+15554446666 has answered")
    expect(page.locator("#conversation")).to_contain_text("+15554445555: released")


def test_a_dialled_person_refuses_from_the_list(open_phone: OpenPage, page: Page) -> None:
    leg = dialled(page, open_phone(switchboard).url)
    leg.get_by_label("Reason to refuse").select_option("486")
    leg.get_by_role("button", name="Refuse").click()
    expect(page.locator(".bubble.app").last).to_contain_text("The call was busy.")


def test_a_dialled_person_who_hangs_up_has_not_accepted_the_call(open_phone: OpenPage, page: Page) -> None:
    leg = dialled(page, open_phone(switchboard).url)
    leg.get_by_role("button", name="Answer").click()
    expect(leg).to_contain_text("has answered")
    leg.get_by_role("button", name="Hang up").click()
    expect(page.locator("#conversation")).to_contain_text("+15554445555 has not accepted the call")
    expect(page.locator("#legs")).to_be_hidden()
