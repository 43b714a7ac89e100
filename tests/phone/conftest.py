"""A page with an app behind it, a store of calls, and a browser."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from jambonz_sync.phone.page import PhonePage
from jambonz_sync.phone.store import CallStore
from jambonz_sync.server.endpoint import Endpoint, create_endpoint

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Route

#: Debian's
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
_FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--use-fake-device-for-media-stream"),
    *("--use-fake-ui-for-media-stream", "--autoplay-policy=no-user-gesture-required"),
)

OpenPage = Callable[..., PhonePage]


@pytest.fixture
def open_phone() -> Iterator[OpenPage]:
    """Make a function that opens the phone for an endpoint, or for a target by its name."""
    opened: list[PhonePage] = []
    endpoints: list[Endpoint] = []

    def open_phone(
        app: Callable[[Any], None] | str,
        *,
        audio: Callable[[Any], None] | None = None,
        env: dict[str, Any] | None = None,
        **options: Any,
    ) -> PhonePage:
        if not isinstance(app, str):
            endpoint = create_endpoint(host="127.0.0.1", port=0, env_vars=env or {})
            if audio is not None:
                endpoint.audio("/echo").on("connection", audio)
            endpoint.service("/").on("session:new", app)
            endpoints.append(endpoint.start())
            app = endpoint.url
        opened.append(PhonePage(app, **options))
        return opened[-1]

    yield open_phone
    for phone in opened:
        phone.close()
    for endpoint in endpoints:
        endpoint.stop(0)


@pytest.fixture
def store() -> Iterator[CallStore]:
    """Calls that are kept in memory."""
    store = CallStore(":memory:")
    yield store
    store.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed: the extra test has it")
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed: on Debian, apt install chromium")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(_FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser of somebody new, from which no request leaves this machine, and whose errors fail the test."""
    context = browser.new_context(
        viewport={"width": 1360, "height": 860}, permissions=["clipboard-read", "clipboard-write"]
    )
    context.set_default_timeout(30_000)
    outside: list[str] = []
    errors: list[str] = []

    def route(route: Route) -> None:
        if route.request.url.startswith(("http://127.0.0.1:", "data:", "blob:", "file:")):
            route.continue_()
        else:
            outside.append(route.request.url)
            route.abort()

    context.route("**", route)
    context.on("weberror", lambda error: errors.append(str(error.error)))
    yield context
    context.close()
    assert outside == []
    assert errors == []


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A tab."""
    return context.new_page()
