"""The page looks as it did: pictures of its states, compared loosely enough for other fonts.

A change that is meant needs new pictures, at which somebody has looked:
``NEW_PICTURES=1 pytest tests/phone/test_look.py``.
"""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from . import calls
from .conftest import OpenPage

if TYPE_CHECKING:
    from PIL import Image, ImageChops, ImageFilter
    from playwright.sync_api import Page, WebSocketRoute
else:
    pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    Image = pytest.importorskip("PIL.Image", reason="Pillow is not installed: the extra test has it")
    ImageChops, ImageFilter = pytest.importorskip("PIL.ImageChops"), pytest.importorskip("PIL.ImageFilter")

FOLDER = Path(__file__).parent / "look"
#: a picture is kept in grey at a quarter of its size, and compared at a third of that, blurred
KEPT, COMPARED, BLUR = 4, 3, 2.5
#: how much lighter or darker a cell may be, of 255, and how many cells of a thousand may be beyond that: another font
#: of the system makes up to 27, a part that is missing 37
TOLERANCE, CELLS = 5, 30.0

Show = Callable[..., "Page"]


@pytest.fixture
def show(open_phone: OpenPage, page: Page) -> Show:
    """Make a function that has the page show a state, as if the phone had sent these messages."""

    def show(*messages: dict[str, Any], width: int = 1360, height: int = 860, dark: bool = False) -> Page:
        def connect(socket: WebSocketRoute) -> None:
            for message in messages:
                socket.send(json.dumps(message))

        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme="dark" if dark else "light", reduced_motion="reduce")
        page.route_web_socket("**/socket*", connect)
        page.clock.install(time=0)
        page.goto(open_phone("ws://127.0.0.1:9/").url)
        page.locator("#dial:not([disabled])").wait_for(state="attached")
        page.clock.run_for(600)
        return page

    return show


def records(content: Any) -> dict[str, Any]:
    return {"type": "records", "records": calls.numbered(content)}


def error_of_app() -> dict[str, Any]:
    details = "app.py cannot be imported: SyntaxError\n\n  File app.py, line 12\n    1 +\n       ^\ninvalid syntax"
    app = {"state": "error", "text": "cannot be loaded; the version before goes on", "details": details}
    return {"type": "app", "app": app}


IN_CALL = calls.hello("talking", "")
STATES: dict[str, tuple[tuple[dict[str, Any], ...], dict[str, Any]]] = {
    "empty": ((calls.hello("idle"),), {}),
    "ringing": ((calls.hello("calling"),), {}),
    "talking": ((IN_CALL, records(calls.answered())), {}),
    "dark": ((IN_CALL, records(calls.answered())), {"dark": True}),
    "long": ((calls.hello("ended", "Ended"), records(calls.long_records())), {}),
    "error": ((IN_CALL, records(calls.raised()), error_of_app()), {}),
    "two-legs": ((IN_CALL, records(calls.two_legs())), {}),
    "narrow": ((IN_CALL, records(calls.answered())), {"width": 380, "height": 760}),
}


def picture(page: Page) -> Image.Image:
    """The page in grey, at a quarter of its size."""
    whole = Image.open(io.BytesIO(page.screenshot())).convert("L")
    return whole.resize((whole.width // KEPT, whole.height // KEPT), Image.Resampling.BOX)


def difference(one: Image.Image, other: Image.Image) -> float:
    """How many cells of a thousand differ; 1000 for pictures of different size."""
    if one.size != other.size:
        return 1000.0

    def coarse(image: Image.Image) -> Image.Image:
        small = image.resize((image.width // COMPARED, image.height // COMPARED), Image.Resampling.BOX)
        return small.filter(ImageFilter.GaussianBlur(BLUR))

    histogram = ImageChops.difference(coarse(one), coarse(other)).histogram()
    return 1000 * sum(histogram[TOLERANCE + 1 :]) / sum(histogram)


@pytest.mark.parametrize("state", STATES)
def test_a_state_of_the_page_looks_as_it_did(show: Show, state: str) -> None:
    messages, options = STATES[state]
    seen, path = picture(show(*messages, **options)), FOLDER / f"{state}.png"
    if os.environ.get("NEW_PICTURES"):
        FOLDER.mkdir(exist_ok=True)
        seen.save(path, optimize=True)
    differs = difference(seen, Image.open(path))
    assert differs <= CELLS, f"{differs:.1f} of 1,000 cells of {path.name} differ"


def test_a_part_that_is_missing_or_elsewhere_is_seen(show: Show) -> None:
    messages, options = STATES["talking"]
    page = show(*messages, **options)
    kept = Image.open(FOLDER / "talking.png")
    for style in (
        *("#keypad { display: none }", "#keypad { display: block }", "main { display: block }"),
        *(".speak { display: none }", ".bar { display: block }", ".bubble { width: auto; max-width: none }"),
    ):
        # what the page allows: no style in its HTML
        sheet = "const sheet = new CSSStyleSheet(); sheet.replaceSync(text); document.adoptedStyleSheets = [sheet]"
        page.evaluate(f"(text) => {{ {sheet} }}", style.replace("; ", " !important; ").replace(" }", " !important }"))
        page.clock.run_for(300)
        assert difference(picture(page), kept) > CELLS, style
