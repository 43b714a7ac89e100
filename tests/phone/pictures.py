"""Makes the pictures of the documentation: ``python -m tests.phone.pictures``."""

from __future__ import annotations

import shutil
from contextlib import chdir
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page, expect, sync_playwright

from jambonz_sync.phone.page import PhonePage
from jambonz_sync.server.endpoint import create_endpoint

from .apps import switchboard

__all__ = ["main"]

FOLDER = Path(__file__).parents[2] / "docs" / "_static"
VIEWPORT = {"width": 1200, "height": 760}


#: takes an order, a little slowly
BAKERY = """
import time

from jambonz_sync import Session, create_endpoint
from jambonz_sync.events import GatherEvent

endpoint = create_endpoint()


@endpoint.service("/").on("session:new")
def call(session: Session) -> None:
    @session.on("/heard")
    def heard(evt: GatherEvent) -> None:
        time.sleep(0.3)
        session.say(text=f"You want {evt.transcript}. Is that all? We have rye, wheat and spelt today.")
        session.gather(input=["speech"], action_hook="/heard", timeout=60, bargein=True).reply()

    session.say(text="Hello, this is the bakery.")
    session.gather(input=["speech"], action_hook="/heard", timeout=60).send()
"""


def main() -> None:
    """Call two apps from the page, and keep what it looks like."""
    endpoint = create_endpoint(host="127.0.0.1", port=0)
    endpoint.service("/dial").on("session:new", switchboard)
    endpoint.start()
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright, TemporaryDirectory() as folder, chdir(folder):
        Path("app.py").write_text(BAKERY)
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport=VIEWPORT)  # type: ignore[arg-type]
        phone = PhonePage("app.py")
        _talk(page, phone.url)
        page.screenshot(path=FOLDER / "phone.png")
        page.emulate_media(color_scheme="dark")
        page.locator("#timeline").focus()
        page.keyboard.press("f")
        page.screenshot(path=FOLDER / "phone-dark.png")
        phone.close()
        page.emulate_media(color_scheme="light")
        phone = PhonePage(f"{endpoint.url}/dial")
        _dial(page, phone.url)
        page.screenshot(path=FOLDER / "phone-dialled.png", clip={"x": 265, "y": 50, "width": 574, "height": 476})
        phone.close()
        browser.close()
    endpoint.stop(0)


def _talk(page: Page, url: str) -> None:
    page.goto(url)
    expect(page.locator("#app-state")).to_have_text("running")
    page.get_by_role("button", name="Call", exact=True).click()
    for words in ("two loaves of rye", "and a cake"):
        expect(page.locator(".bubble.app").last).not_to_contain_text(words)
        page.wait_for_timeout(2500)
        page.get_by_label("Say something").fill(words)
        page.keyboard.press("Enter")
        expect(page.locator(".bubble.app").last).to_contain_text(words, timeout=20_000)
    page.wait_for_timeout(2000)
    page.locator("#fit").click()
    page.locator("#timeline").focus()
    said = page.locator("#timeline-said")
    while "verb:hook" not in said.inner_text():
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("#inspector .source")).not_to_have_count(0)


def _dial(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_role("button", name="Settings").click()
    page.get_by_label("Dialled parties").select_option("person")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Call", exact=True).click()
    expect(page.locator("#legs .leg")).to_contain_text("ringing", timeout=20_000)
    page.wait_for_timeout(1000)


if __name__ == "__main__":
    main()
