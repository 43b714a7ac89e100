"""A call from the page by the keyboard alone: nothing is clicked, and the focus is never lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .apps import bakery, switchboard
from .conftest import OpenPage

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page, expect
else:
    expect = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed").expect

expect.set_options(timeout=30_000)  # a busy machine


def tab_to(page: Page, wanted: Locator, key: str = "Tab") -> None:
    """Press a key until something has the focus."""
    for _ in range(60):
        page.keyboard.press(key)
        if wanted.evaluate("(node) => node === document.activeElement"):
            outline = wanted.evaluate("(node) => getComputedStyle(node).outlineStyle")
            assert outline == "solid", "the focus is not to be seen"
            return
    pytest.fail(f"{key} does not come to {wanted}")


def open_page(page: Page, url: str, *, is_narrow: bool = False) -> None:
    if is_narrow:
        page.set_viewport_size({"width": 380, "height": 760})
    page.goto(url)
    expect(page.locator("#dial")).to_be_enabled()


def begin_call(page: Page) -> None:
    tab_to(page, page.get_by_role("button", name="Call", exact=True))
    page.keyboard.press("Enter")
    expect(page.locator("#call-state")).to_have_text("In the call")
    expect(page.locator(".bubble.app")).not_to_have_count(0)


def test_a_call_is_placed_talked_in_keyed_in_and_hung_up(open_phone: OpenPage, page: Page) -> None:
    open_page(page, open_phone(bakery).url)
    begin_call(page)
    expect(page.get_by_label("Say something")).to_be_focused()
    page.keyboard.type("two loaves")
    page.keyboard.press("Enter")
    expect(page.locator(".bubble.app").last).to_contain_text("You want two loaves.")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Hang up")).to_be_focused()
    page.keyboard.press("7")
    expect(page.locator(".bubble.app").last).to_contain_text("You want 7.")
    tab_to(page, page.get_by_role("button", name="hash", exact=True))
    page.keyboard.press("Space")
    expect(page.locator(".bubble.app").last).to_contain_text("You want #.")
    page.keyboard.press("/")
    expect(page.get_by_label("Say something")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    expect(page.locator("#call-state")).to_have_text("Ended")
    expect(page.get_by_role("button", name="Call", exact=True)).to_be_focused()


def test_the_conversation_is_one_stop_of_tab_and_arrow_keys_move_in_it(open_phone: OpenPage, page: Page) -> None:
    open_page(page, open_phone(bakery).url)
    begin_call(page)
    page.keyboard.type("rye")
    page.keyboard.press("Enter")
    expect(page.locator(".bubble.app")).to_have_count(2)
    tab_to(page, page.locator("#conversation"), "Shift+Tab")
    page.keyboard.press("ArrowUp")
    expect(page.locator(".bubble.app button").last).to_be_focused()
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    expect(page.locator("#inspector blockquote")).to_have_text("Hello, this is the bakery.")
    expect(page.locator("#selected-said")).to_have_text("Details: The app says")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Say something")).to_be_focused()
    tab_to(page, page.locator("#inspector").get_by_role("button", name="Copy").first)
    page.keyboard.press("Escape")
    expect(page.locator(".bubble.app button").first).to_be_focused()


def test_on_a_phone_details_are_shown_and_left_again(open_phone: OpenPage, page: Page) -> None:
    open_page(page, open_phone(bakery).url, is_narrow=True)
    begin_call(page)
    expect(page.get_by_role("button", name="Hang up")).to_be_focused()
    for view, name in (("Talk", "conversation"), ("Timeline", "timeline")):
        tab_to(page, page.get_by_role("button", name=view, exact=True))
        page.keyboard.press("Enter")
        tab_to(page, page.locator(f"#{name}"), "Shift+Tab")
        page.keyboard.press("ArrowUp" if name == "conversation" else "ArrowRight")
        page.keyboard.press("Enter")
        expect(page.locator("#inspector")).to_be_focused()
        page.keyboard.press("Escape")
        expect(page.locator("#inspector")).to_be_hidden()
        assert page.evaluate("document.activeElement !== document.body")
    page.keyboard.press("h")
    expect(page.locator("#call-state")).to_have_text("Ended")
    tab_to(page, page.get_by_role("link", name="Skip to the conversation"))
    page.keyboard.press("Enter")
    expect(page.locator("#conversation")).to_be_focused()


def test_the_timeline_says_when_it_no_longer_follows_and_shows_rows_out_of_sight(
    open_phone: OpenPage, page: Page
) -> None:
    page.set_viewport_size({"width": 1280, "height": 560})
    open_page(page, open_phone(bakery).url)
    begin_call(page)
    follow = page.get_by_role("button", name="Follow")
    expect(follow).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Escape")
    tab_to(page, page.locator("#timeline"))
    page.keyboard.press("PageUp")
    expect(follow).to_have_attribute("aria-pressed", "false")
    box = page.locator("#canvas-box")
    box.evaluate("(box) => document.getElementById('timeline').style.height = '2000px'")
    box.evaluate("(box) => (box.scrollTop = 500)")
    page.keyboard.press("ArrowRight")
    assert box.evaluate("(box) => box.scrollTop") < 100


def test_dialogs_take_the_focus_to_what_is_used_first_and_give_it_back(open_phone: OpenPage, page: Page) -> None:
    open_page(page, open_phone(bakery).url)
    begin_call(page)
    page.keyboard.press("Escape")
    page.keyboard.press("h")
    expect(page.locator("#call-state")).to_have_text("Ended")
    calls = page.get_by_role("button", name="Calls", exact=True)
    tab_to(page, calls, "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Search what was said")).to_be_focused()
    expect(page.locator("#calls [role=status]")).to_have_text("1 call")
    tab_to(page, page.get_by_role("button", name="YAML"))
    page.keyboard.press("Enter")
    expect(page.locator("dialog[open] #toasts")).to_have_text("Copied")
    page.keyboard.press("Escape")
    expect(calls).to_be_focused()
    tab_to(page, page.get_by_role("button", name="Settings"))
    page.keyboard.press("Enter")
    expect(page.get_by_label("Caller", exact=True)).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Settings")).to_be_focused()


def test_a_dialled_person_answers_and_the_focus_stays_with_them(open_phone: OpenPage, page: Page) -> None:
    open_page(page, open_phone(switchboard).url)
    tab_to(page, page.get_by_role("button", name="Settings"))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_label("Dialled parties"))
    page.keyboard.press("ArrowUp")
    expect(page.get_by_label("Dialled parties")).to_have_value("person")
    tab_to(page, page.get_by_role("button", name="Save"))
    page.keyboard.press("Enter")
    begin_call(page)
    leg = page.locator("#legs .leg")
    expect(leg).to_contain_text("ringing")
    tab_to(page, leg.get_by_label("Reason to refuse"))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    expect(leg.get_by_role("button", name="Refuse")).to_be_focused()
    expect(leg).to_contain_text("ringing")  # another reason is chosen, and nothing refused yet
    tab_to(page, leg.get_by_role("button", name="Answer"), "Shift+Tab")
    page.keyboard.press("Enter")
    expect(leg).to_contain_text("has answered")
    expect(leg.get_by_role("button", name="Hang up")).to_be_focused()


def test_shortcuts_of_one_key_are_switched_off_for_good(open_phone: OpenPage, page: Page) -> None:
    open_page(page, open_phone(bakery).url)
    switch = page.get_by_label("Shortcuts of one key")
    expect(switch).to_be_checked()
    tab_to(page, switch)
    page.keyboard.press("Space")
    page.reload()
    expect(switch).not_to_be_checked()
    expect(page.locator("[aria-keyshortcuts]")).to_have_count(0)
    begin_call(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Hang up")).to_be_focused()
    page.keyboard.type("7/h")
    expect(page.get_by_role("button", name="Hang up")).to_be_focused()
    tab_to(page, switch)
    page.keyboard.press("Space")
    expect(page.locator("#hang-up")).to_have_attribute("aria-keyshortcuts", "h")
    page.keyboard.press("Tab")
    page.keyboard.press("8")
    expect(page.locator(".bubble.app").last).to_contain_text("You want 8.")
    expect(page.locator("#conversation")).not_to_contain_text("You want 7.")
    page.keyboard.press("h")
    expect(page.locator("#call-state")).to_have_text("Ended")
