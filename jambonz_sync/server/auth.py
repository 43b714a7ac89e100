"""Who may connect: Basic credentials."""

from __future__ import annotations

import base64
import binascii
import hmac

__all__ = ["BasicAuth"]


class BasicAuth:
    """A user name and a password that a request must come with. Raises ValueError where either is empty."""

    __slots__ = ("_expected",)

    def __init__(self, user: str, password: str) -> None:
        if not user or not password or ":" in user:
            raise ValueError("auth: expected a user name without a colon, and a password, neither of them empty")
        self._expected = f"{user}:{password}".encode()

    def admits(self, authorization: str | None) -> bool:
        """Whether this ``Authorization`` header has the credentials. Compares in constant time."""
        scheme, _, encoded = (authorization or "").partition(" ")
        if scheme.lower() != "basic":
            return False
        try:
            given = base64.b64decode(encoded.strip(), validate=True)
        except (binascii.Error, ValueError):
            return False
        return hmac.compare_digest(given, self._expected)
