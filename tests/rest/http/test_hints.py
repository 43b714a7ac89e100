"""A hint is given where the words of the server mislead, and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jambonz_sync.rest.http.hints import _CASES, hint_for

from ..fake_api import ACCOUNT, SID

OWN = f"/Accounts/{ACCOUNT}"

#: an answer of the server, and a word of the hint
MISLEADING = [
    (400, "POST", f"{OWN}/Calls", f"unauthorized createCall request for account {ACCOUNT}", "a key of the account"),
    (400, "POST", f"{OWN}/Messages", f"unauthorized createMessage request for account {ACCOUNT}", "an admin's is"),
    (400, "GET", f"{OWN}/RecentCalls/a%40b", "Bad Request", "Homer"),
    (400, "GET", f"{OWN}/RecentCalls/a%40b/invite/pcap", "Bad Request", "Homer"),
    (404, "GET", f"{OWN}/RecentCalls/trace/abc", "Not Found", "Jaeger"),
    (404, "GET", f"{OWN}/RecentCalls/{SID}/record/2026/03/07/mp3", "Not Found", "bucket"),
    (404, "DELETE", f"{OWN}/RecentCalls/{SID}/record/2026/03/07/mp3", "Not Found", "bucket"),
    (500, "GET", f"{OWN}/RecentCalls", "connect ECONNREFUSED", "time series"),
    (500, "GET", f"{OWN}/Alerts", "", "time series"),
    (500, "POST", f"{OWN}/Calls", "Internal Server Error", "its log"),
    (500, "POST", f"{OWN}/Calls", "fetch failed", "cannot be reached"),
    (500, "POST", f"{OWN}/Messages", "Internal Server Error", "cannot send messages"),
    (404, "PUT", f"{OWN}/Calls/{SID}", "Not Found", "even while the call is up"),
    (422, "PUT", f"{OWN}/SpeechCredentials/{SID}", "use_for_tts and use_for_stt are the only updateable fields",
     "no secret can be changed"),
    (403, "GET", f"{OWN}/SpeechCredentials/{SID}", "Insufficient privileges", "shares"),
    (400, "GET", f"/VoipCarriers/{SID}", "insufficient privileges", "shares"),
    (422, "PUT", f"/VoipCarriers/{SID}", "carrier belongs to a different user", "shares"),
    (500, "DELETE", f"/SmppGateways/{SID}", "lookupSmppGatewayBySid is not a function", "0.9.25"),
    (422, "POST", "/Applications", "exceeded limits - you have created undefined instances of this resource", "50 app"),
    (500, "GET", "/Users", "failure retrieving users list", "no users"),
    (500, "GET", f"/Users/{SID}", "failure retrieving user", "no such user"),
    (403, "GET", "/Users/me", "Forbidden", "login"),
    (403, "POST", "/login", "Forbidden", "password is wrong"),
    (500, "GET", "/AppEnv", "", "url"),
    (400, "GET", "/Applications/x", "Bad request", "lower case"),
    (403, "PUT", f"/Applications/{SID}", "insufficient privileges", "no such thing"),
    (403, "GET", f"{OWN}/CallCount", "", "no such thing"),
    (500, "PUT", f"/VoipCarriers/{SID}", "Cannot read properties of undefined (reading 'account_sid')", "stumbled"),
    (500, "DELETE", f"/Applications/{SID}", "Cannot delete or update a parent row", "still refers to it"),
    (500, "POST", "/Applications", "Internal Server Error", "a value in the request"),
    (404, "GET", "/Rooms", "Cannot GET /v1/Rooms", "a newer one may"),
]  # fmt: skip


@pytest.mark.parametrize(("status", "method", "path", "message", "says"), MISLEADING)
def test_what_misleads_is_put_right(status: int, method: str, path: str, message: str, says: str) -> None:
    assert says in (hint_for(status, method, path, message) or "")


def test_every_hint_is_tried() -> None:
    given = {hint_for(*answer[:4]) for answer in MISLEADING}
    assert given == {case.hint for case in _CASES}


@pytest.mark.parametrize(
    ("status", "method", "path", "message"),
    [
        (400, "POST", f"{OWN}/Calls", "missing from parameter"),
        (401, "GET", OWN, "Unauthorized"),
        (403, "POST", "/login", "Maximum login attempts reached. Please try again in 1800 seconds."),
        (403, "GET", "/SystemInformation", "insufficient privileges"),
        (404, "GET", f"/Applications/{SID}", ""),
        (422, "PUT", f"{OWN}/Calls/{SID}", "call is ringing"),
        (429, "GET", OWN, "Too many requests"),
        (480, "POST", f"{OWN}/Calls", "no available feature servers at this time"),
        (500, "POST", "/Applications", "Unknown column 'nme' in 'field list'"),
        (503, "GET", OWN, ""),
    ],
)
def test_what_is_clear_has_no_hint(status: int, method: str, path: str, message: str) -> None:
    assert hint_for(status, method, path, message) is None


@settings(deadline=None)
@given(st.integers(300, 599), st.sampled_from(["GET", "POST", "PUT", "DELETE"]), st.text(), st.text())
def test_any_answer_can_be_looked_up(status: int, method: str, path: str, message: str) -> None:
    assert isinstance(hint_for(status, method, path, message), str | None)
