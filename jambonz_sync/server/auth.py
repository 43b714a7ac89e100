"""Basic credentials that a request must come with."""

from __future__ import annotations

import base64
import binascii
import hmac

__all__ = ["BasicAuth"]


class BasicAuth:
    """A user name and a password that a request must come with.

    Args:
        user: The user name; no colon may be in it.
        password: The password.
    Raises:
        ValueError: Either is empty, or the user name has a colon.
    """

    __slots__ = ("_expected",)

    def __init__(self, user: str, password: str) -> None:
        if not user or not password or ":" in user:
            raise ValueError("auth: expected a user name without a colon, and a password, neither of them empty")
        self._expected = f"{user}:{password}".encode()

    def admits(self, authorization: str | None) -> bool:
        """Compare the credentials of a request with those expected, in constant time.

        Args:
            authorization: The value of its ``Authorization`` header; None if it has none.
        Returns:
            True if they are those.
        """
        scheme, _, encoded = (authorization or "").partition(" ")
        if scheme.lower() != "basic":
            return False
        try:
            credentials = base64.b64decode(encoded.strip(), validate=True)
        except (binascii.Error, ValueError):
            return False
        return hmac.compare_digest(credentials, self._expected)
