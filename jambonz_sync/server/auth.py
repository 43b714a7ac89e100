"""Basic credentials that a request must come with."""

from __future__ import annotations

import base64
import binascii
import hmac

from ..model.validation import kind_of

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

    @classmethod
    def of(cls, auth: object) -> BasicAuth:
        """Make it of the option ``auth``.

        Args:
            auth: A tuple of user name and password.
        Raises:
            ValueError: It is none, or either is empty, or the user name has a colon.
        """
        if isinstance(auth, tuple | list) and len(auth) == 2 and all(isinstance(part, str) for part in auth):
            return cls(*auth)
        if isinstance(auth, tuple | list):
            got = f"{len(auth)} parts" if len(auth) != 2 else "parts that are no strings"
        else:
            got = kind_of(auth)
        raise ValueError(f'auth: expected a user name and a password, auth=("user", "password"), got {got}')

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
