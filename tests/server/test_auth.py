"""Basic credentials."""

from __future__ import annotations

import base64

import pytest

from jambonz_sync.server.auth import BasicAuth


def basic(credentials: str) -> str:
    return "Basic " + base64.b64encode(credentials.encode()).decode()


@pytest.mark.parametrize("scheme", ["Basic", "basic", "BASIC"])
def test_the_right_credentials_are_admitted(scheme: str) -> None:
    assert BasicAuth("user", "pä:ss").admits(basic("user:pä:ss").replace("Basic", scheme))


@pytest.mark.parametrize(
    "authorization",
    [None, "", "Basic", "Basic !!!", "Bearer dXNlcjpwYXNz", basic("user:wrong"), basic("user"), basic("user:pass\0")],
)
def test_others_are_not(authorization: str | None) -> None:
    assert not BasicAuth("user", "pass").admits(authorization)


@pytest.mark.parametrize(("user", "password"), [("", "pass"), ("user", ""), ("us:er", "pass")])
def test_credentials_that_anybody_could_have_are_refused(user: str, password: str) -> None:
    with pytest.raises(ValueError, match="auth"):
        BasicAuth(user, password)
