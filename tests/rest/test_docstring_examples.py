"""The examples in the docstrings of the client's methods run, and send what the method is there for."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Any

import pytest

from jambonz_sync.rest import JambonzClient
from tests.pages import docstring_example, free_names

from .fake_api import ACCOUNT, KEY, PROVIDER, SID, FakeApi, Visit, reply
from .test_endpoints import METHODS, TABLE

EXAMPLES = {name: example for name, method in METHODS.items() if (example := docstring_example(method))}
#: parameters that say all of how they are used by their names
_OBVIOUS = re.compile(r"\w+_sid|limit|page_size")

ENTRY = {"lcr_carrier_set_entry_sid": SID, "lcr_route_sid": SID, "voip_carrier_sid": SID}
#: the end of a path -> what is found there
FOUND: dict[str, Any] = {
    "/ServiceProviders": [],
    "/LcrRoutes": [{"lcr_route_sid": SID, "regex": "^44", "priority": 1, "lcr_carrier_set_entries": [ENTRY]}],
    "/PredefinedCarriers": [{"predefined_carrier_sid": SID, "name": "Twilio"}],
    "/RecentCalls": {"total": 1, "data": [{"call_sid": SID, "sip_callid": "a@b"}]},
    "/AppEnv": {"GREETING": {"type": "string"}},
    f"/Accounts/{ACCOUNT}": {"account_sid": ACCOUNT, "name": "a", "service_provider_sid": PROVIDER},
}


def answer(visit: Visit) -> None:
    """Answer with what there is at the path, one object anywhere else, and a list to who asks for all."""
    path = visit.request.path
    found = next((found for end, found in FOUND.items() if path.endswith(end)), None)
    if found is None or visit.request.method != "GET":
        one = {"sid": SID, "user_sid": SID, "token": "t", "call_status": "in-progress", "is_view_only": False}
        whole = visit.request.method == "GET" and re.fullmatch(r".*/[A-Z]\w+", path) and "Count" not in path
        found = [] if whole or path.endswith("/RegisteredSipUsers") else one
    reply(201 if visit.request.method == "POST" else 200, found)(visit)


def test_a_method_that_takes_more_than_sids_shows_how_it_is_called() -> None:
    takes_more = {
        name
        for name, method in METHODS.items()
        if any(not _OBVIOUS.fullmatch(parameter) for parameter in [*inspect.signature(method).parameters][1:])
    }
    assert takes_more - EXAMPLES.keys() == set()


@pytest.mark.parametrize("method", EXAMPLES)
def test_an_example_sends_what_its_method_is_there_for(
    method: str, api: FakeApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("cloning.key").write_bytes(b"key")
    api.otherwise = answer
    source = EXAMPLES[method]
    with JambonzClient(api.url, ACCOUNT, KEY, service_provider_sid=PROVIDER, timeout=20) as client:
        scene = {name: "abc" if name in {"trace_id", "sip_callid"} else SID for name in free_names(source)}
        exec(source, {**scene, "client": client})
    path = re.escape(TABLE[method].path.replace("{scope}", f"/Accounts/{ACCOUNT}"))
    pattern = re.compile("/v1" + re.sub(r"\\{\w+\\}", "[^/]+", path))
    assert f"client.{method}(" in source
    assert [each for each in api.requests if each.method == TABLE[method].http and pattern.fullmatch(each.path)]
