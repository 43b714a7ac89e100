"""The page, as a person uses it, in a real browser."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

import pytest

from jambonz_sync import Session

from .apps import bakery
from .conftest import OpenPage

if TYPE_CHECKING:
    from playwright.sync_api import Page, expect
else:
    expect = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed").expect

expect.set_options(timeout=30_000)  # a busy machine


def dial(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_role("button", name="Call", exact=True).click()
    expect(page.locator("#call-state")).to_have_text("In the call")
    expect(page.locator(".bubble.app")).not_to_have_count(0)


def test_a_person_calls_talks_presses_a_key_and_hangs_up(open_phone: OpenPage, page: Page) -> None:
    dial(page, open_phone(bakery).url)
    expect(page.locator(".bubble.app")).to_contain_text(["Hello, this is the bakery."])
    page.get_by_label("Say something").fill("two loaves")
    page.keyboard.press("Enter")
    expect(page.locator(".bubble.app").last).to_contain_text("You want two loaves.")
    page.get_by_role("button", name="5", exact=True).click()
    expect(page.locator(".bubble.app").last).to_contain_text("You want 5.")
    page.get_by_role("button", name="Hang up").click()
    expect(page.locator("#call-state")).to_have_text("Ended")
    expect(page.locator(".line.end")).to_have_text("Ended by the caller: completed")


def test_the_keys_of_the_keyboard_press_the_keypad(open_phone: OpenPage, page: Page) -> None:
    dial(page, open_phone(bakery).url)
    page.locator("#keypad").click(position={"x": 2, "y": 2})
    page.keyboard.press("#")
    expect(page.locator(".bubble.app").last).to_contain_text("You want #.")


def test_what_an_app_says_is_text_and_never_markup(open_phone: OpenPage, page: Page) -> None:
    evil = "<img src=x onerror=\"document.title='evil'\"><script>document.title='evil'</script>"

    def hostile(session: Session) -> None:
        session.say(text=evil).pause(60).send()

    dial(page, open_phone(hostile).url)
    expect(page.locator(".bubble.app .words")).to_have_text(evil)
    assert page.locator("#conversation img, #conversation script").count() == 0
    expect(page).to_have_title("jambonz phone")


def test_a_line_of_the_conversation_shows_its_details(open_phone: OpenPage, page: Page) -> None:
    dial(page, open_phone(bakery).url)
    page.locator(".bubble.app button").first.click()
    expect(page.locator("#inspector")).to_contain_text("The app says")
    expect(page.locator("#inspector blockquote")).to_have_text("Hello, this is the bakery.")


def test_arrow_keys_move_through_the_timeline_to_a_message(open_phone: OpenPage, page: Page) -> None:
    dial(page, open_phone(bakery).url)
    page.locator("#timeline").focus()
    said = page.locator("#timeline-said")
    for _ in range(20):
        page.keyboard.press("ArrowRight")
        if "session:new" in said.inner_text():
            break
    page.keyboard.press("Enter")
    expect(page.locator("#inspector h2")).to_contain_text("session:new")
    expect(page.locator("#inspector .code").first).to_contain_text('"call_sid"')
    expect(page.locator("#inspector")).to_contain_text("answered in")


def test_the_page_has_an_icon(open_phone: OpenPage, page: Page) -> None:
    phone = open_phone(bakery)
    page.goto(phone.url)
    for path in ("favicon.ico", page.locator("link[rel=icon]").get_attribute("href")):
        assert page.request.get(f"{phone.url.partition('#')[0]}{path}").headers["content-type"].startswith("image/svg")


def test_a_page_without_the_token_is_turned_away(open_phone: OpenPage, page: Page) -> None:
    phone = open_phone(bakery)
    page.goto(phone.url.partition("#")[0])
    expect(page.locator("#call-state")).to_contain_text("Open the URL that the phone printed")


def test_the_token_leaves_the_address(open_phone: OpenPage, page: Page) -> None:
    page.goto(open_phone(bakery).url)
    expect(page).to_have_url(re.compile(r"/$"))


def test_two_tabs_see_the_same_call(open_phone: OpenPage, page: Page) -> None:
    phone = open_phone(bakery)
    dial(page, phone.url)
    other = page.context.new_page()
    other.goto(phone.url)
    expect(other.locator(".bubble.app")).to_contain_text(["Hello, this is the bakery."])
    other.get_by_role("button", name="Hang up").click()
    expect(page.locator("#call-state")).to_have_text("Ended")


def test_a_call_is_kept_found_and_opened_again(open_phone: OpenPage, page: Page) -> None:
    dial(page, open_phone(bakery).url)
    page.get_by_role("button", name="Hang up").click()
    expect(page.locator("#call-state")).to_have_text("Ended")
    page.reload()
    page.get_by_role("button", name="Calls", exact=True).click()
    page.get_by_label("Search what was said").fill("BAKERY")
    page.locator("#calls .title").first.click()
    expect(page.locator(".bubble.app")).to_contain_text(["Hello, this is the bakery."])


def test_an_exported_call_opens_without_a_server(
    open_phone: OpenPage, page: Page, tmp_path_factory: pytest.TempPathFactory
) -> None:
    dial(page, open_phone(bakery).url)
    page.get_by_role("button", name="Hang up").click()
    expect(page.locator("#call-state")).to_have_text("Ended")
    page.get_by_role("button", name="Calls", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("link", name="HTML").click()
    path = tmp_path_factory.mktemp("export") / "call.html"
    download.value.save_as(path)
    other = page.context.new_page()
    other.goto(path.as_uri())
    expect(other.locator(".bubble.app")).to_contain_text(["Hello, this is the bakery."])
    other.locator(".bubble.app button").first.click()
    expect(other.locator("#inspector blockquote")).to_have_text("Hello, this is the bakery.")
    for part in ("#phone", "#speak-form", "#open-calls", "#another"):
        expect(other.locator(part)).to_be_hidden()
    other.set_viewport_size({"width": 380, "height": 760})
    expect(other.locator("#inspector")).to_be_hidden()
    expect(other.locator("#conversation")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1360, 900, 380])
def test_axe_finds_nothing(open_phone: OpenPage, page: Page, scheme: Literal["light", "dark"], width: int) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(open_phone(bakery).url)
    expect(page.locator("#app-state")).to_have_text("at a URL")
    assert violations(page) == []
    page.get_by_role("button", name="Settings").click()
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Call", exact=True).click()
    expect(page.locator("#call-state")).to_have_text("In the call")
    assert violations(page) == []
    page.get_by_role("button", name="Hang up").click()
    expect(page.locator("#call-state")).to_have_text("Ended")
    for view in ("Talk", "Timeline", "Details") if width == 380 else ():
        page.get_by_role("button", name=view, exact=True).click()
        assert violations(page) == []
    page.get_by_role("button", name="Calls", exact=True).click()
    expect(page.locator("#calls .title")).to_have_count(1)
    assert violations(page) == []


def violations(page: Page) -> list[str]:
    """Return what axe holds against the page as it is."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
    response = axe.Axe().run(page).response
    assert len(response["passes"]) > 10
    found = response["violations"]
    return [f"{each['id']}: {node['html'][:150]}: {node['failureSummary']}" for each in found for node in each["nodes"]]


def test_on_a_phone_one_part_is_shown_at_a_time(open_phone: OpenPage, page: Page) -> None:
    page.set_viewport_size({"width": 380, "height": 760})
    dial(page, open_phone(bakery).url)
    for view, part in (("Talk", ".talk"), ("Timeline", ".time"), ("Details", ".inspector"), ("Phone", ".phone")):
        page.get_by_role("button", name=view, exact=True).click()
        for each in (".talk", ".time", ".inspector", ".phone"):
            expect(page.locator(each)).to_be_visible(visible=each == part)
        assert page.locator(part).bounding_box()["height"] > 600  # type: ignore[index]
    assert page.evaluate("document.documentElement.scrollWidth") == 380


def test_two_kept_calls_are_compared_and_one_is_played_again(open_phone: OpenPage, page: Page) -> None:
    dial(page, open_phone(bakery).url)
    for words in ("rye", "wheat"):
        page.get_by_label("Say something").fill(words)
        page.keyboard.press("Enter")
        expect(page.locator(".bubble.app").last).to_contain_text(f"You want {words}.")
        page.get_by_role("button", name="Hang up").click()
        expect(page.locator("#call-state")).to_have_text("Ended")
        if words == "rye":
            page.get_by_role("button", name="Call", exact=True).click()
            expect(page.locator(".bubble.app")).to_contain_text(["Hello, this is the bakery."])
    page.get_by_role("button", name="Calls", exact=True).click()
    for number in range(2):
        page.locator("#calls input[type=checkbox]").nth(number).check()
    page.get_by_role("button", name="Compare two").click()
    expect(page.locator("#calls .differs").first).to_have_text("caller: wheatcaller: rye")
    page.get_by_role("button", name="Replay").first.click()
    expect(page.locator("#call-state")).to_have_text("In the call")
    expect(page.locator(".bubble.app").last).to_contain_text("You want wheat.")


def test_the_phone_needs_no_scrolling_on_a_usual_screen(open_phone: OpenPage, page: Page) -> None:
    dial(page, open_phone(bakery).url)
    assert page.evaluate("(phone => phone.scrollHeight - phone.clientHeight)(document.getElementById('phone'))") == 0
