"""Errors of the app are shown on the page as they happen."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from .conftest import OpenPage
from .test_page import violations

if TYPE_CHECKING:
    from playwright.sync_api import Page, expect
else:
    expect = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed").expect

expect.set_options(timeout=30_000)  # a busy machine

APP = """
from jambonz_sync import Session, create_endpoint

endpoint = create_endpoint()


@endpoint.service("/").on("session:new")
def call(session: Session) -> None:
    {body}
"""


def write(file: Path, body: str) -> None:
    before = file.stat().st_mtime_ns if file.exists() else 0
    file.write_text(APP.format(body=body))
    if before:
        os.utime(file, ns=(before, before + 1))  # however coarse the clock of the file system is


def test_a_version_that_cannot_be_loaded_is_shown_until_it_is_mended(
    open_phone: OpenPage, page: Page, tmp_path: Path
) -> None:
    file = tmp_path / "phone_app.py"
    write(file, "session.say(text='Hello').pause(60).send(")
    page.goto(open_phone(str(file)).url)
    expect(page.locator("#app-state")).to_have_text("cannot be loaded")
    expect(page.locator("#app-error")).to_contain_text("SyntaxError")
    expect(page.locator("#app-error")).to_contain_text("phone_app.py")
    assert violations(page) == []
    write(file, "session.say(text='Hello').pause(60).send()")
    expect(page.locator("#app-state")).to_have_text("running")
    expect(page.locator("#app-error")).to_be_hidden()
    page.get_by_role("button", name="Call", exact=True).click()
    expect(page.locator(".bubble.app")).to_contain_text(["Hello"])
    write(file, "1 +")
    expect(page.locator("#app-state")).to_have_text("cannot be loaded; the version before goes on")
    expect(page.locator("#call-state")).to_have_text("In the call")


def test_an_exception_of_a_callback_is_a_flag_with_its_traceback(
    open_phone: OpenPage, page: Page, tmp_path: Path
) -> None:
    file = tmp_path / "phone_app.py"
    write(file, "raise ValueError('no bread')")
    page.goto(open_phone(str(file)).url)
    expect(page.locator("#app-state")).to_have_text("running")
    page.get_by_role("button", name="Call", exact=True).click()
    expect(page.locator(".line.finding")).to_contain_text(["handler-raised ValueError: no bread"])
    page.locator(".line.finding button", has_text="no bread").click()
    assert violations(page) == []
    expect(page.locator("#inspector .code")).to_contain_text("phone_app.py:9 in call")
