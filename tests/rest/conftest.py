from __future__ import annotations

from collections.abc import Iterator

import pytest
import responses

from jambonz_sync.rest import JambonzClient

from .fake_api import ACCOUNT, KEY, PROVIDER, FakeApi
from .mock_server import URL


@pytest.fixture(autouse=True)
def no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("JAMBONZ_BASE_URL", "JAMBONZ_ACCOUNT_SID", "JAMBONZ_API_KEY", "NETRC"):
        monkeypatch.delenv(name, raising=False)
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@pytest.fixture
def api() -> Iterator[FakeApi]:
    with FakeApi() as server:
        yield server


@pytest.fixture
def client(api: FakeApi) -> Iterator[JambonzClient]:
    with JambonzClient(api.url, ACCOUNT, KEY, timeout=20) as made:
        yield made


@pytest.fixture
def patient_pool(monkeypatch: pytest.MonkeyPatch) -> None:
    """Connections stay fit for use however slow this machine is, so that they can be counted."""
    monkeypatch.setattr("jambonz_sync.rest.http.adapter._FRESH", 600.0)


@pytest.fixture
def naps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses between attempts, which are noted rather than slept."""
    taken: list[float] = []
    monkeypatch.setattr("jambonz_sync.rest.http.transport.time.sleep", taken.append)
    return taken


@pytest.fixture
def server() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


@pytest.fixture
def own(server: responses.RequestsMock) -> JambonzClient:
    return JambonzClient(URL, ACCOUNT, KEY)


@pytest.fixture
def provider(server: responses.RequestsMock) -> JambonzClient:
    return JambonzClient(URL, api_key=KEY, service_provider_sid=PROVIDER)
