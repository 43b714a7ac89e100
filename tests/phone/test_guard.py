"""Only the browser of the person who started the phone gets in."""

from __future__ import annotations

import pytest

from jambonz_sync.phone.guard import PAGE_POLICY, Guard

guard = Guard(4711)


@pytest.mark.parametrize("host", ["127.0.0.1:4711", "localhost:4711"])
def test_the_names_of_loopback_are_known(host: str) -> None:
    assert guard.knows_host(host)
    assert guard.knows_origin(f"http://{host}")


@pytest.mark.parametrize(
    "host", ["", "127.0.0.1", "127.0.0.1:4712", "evil.example:4711", "127.0.0.1:4711.evil.example"]
)
def test_other_hosts_are_not(host: str) -> None:
    assert not guard.knows_host(host)
    assert not guard.knows_origin(f"http://{host}")


@pytest.mark.parametrize("origin", [None, "", "null", "https://127.0.0.1:4711", "file://127.0.0.1:4711"])
def test_an_origin_that_is_not_the_page_is_not_known(origin: str | None) -> None:
    assert not guard.knows_origin(origin)


def test_the_token_is_exchanged_for_a_cookie() -> None:
    session = guard.session_for(guard.token)
    assert session is not None
    assert session != guard.token
    assert guard.knows_session({guard.cookie: session})


@pytest.mark.parametrize("token", [None, "", "x", 3, ["a"], "\ud800"])
def test_a_wrong_token_is_not(token: object) -> None:
    assert guard.session_for(token) is None


@pytest.mark.parametrize("cookies", [{}, {"jambonz-phone-4711": ""}, {"jambonz-phone-4711": "x"}, {"other": "x"}])
def test_a_wrong_cookie_is_not_known(cookies: dict[str, str]) -> None:
    assert not guard.knows_session(cookies)


def test_two_phones_have_cookies_of_their_own() -> None:
    assert Guard(1).cookie != Guard(2).cookie


def test_the_policy_lets_no_inline_script_run() -> None:
    assert "unsafe" not in PAGE_POLICY
    assert "default-src 'none'" in PAGE_POLICY
