"""Who may use the page: only the browser of the person who started it."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from urllib.parse import urlsplit

__all__ = ["PAGE_POLICY", "Guard"]

#: what the page may load and run: its own files, and nothing else; no script in its HTML
PAGE_POLICY = "; ".join(
    (
        *("default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "connect-src 'self'"),
        *("media-src 'self' blob:", "worker-src 'self'", "base-uri 'none'", "form-action 'none'"),
        "frame-ancestors 'none'",
    )
)
_LOOPBACK = ("127.0.0.1", "localhost")


class Guard:
    """Lets in who has the token, by a name of loopback, from the page itself.

    The token is in the fragment of the printed URL, which a browser sends nowhere; the page exchanges it for a cookie.
    A page of another site can make a browser send requests, but neither with that cookie (it is ``SameSite=Strict``)
    nor under the host name of that site (DNS rebinding) nor with another origin.

    Args:
        port: The port of the page.
    Threads: any.
    """

    def __init__(self, port: int) -> None:
        self.token = secrets.token_urlsafe(24)
        #: cookies know no ports: another phone on this machine has another name
        self.cookie = f"jambonz-phone-{port}"
        self._session = secrets.token_urlsafe(24)
        self._hosts = {f"{name}:{port}" for name in _LOOPBACK}

    def knows_host(self, host: str) -> bool:
        """Return True if a request was meant for this page.

        Args:
            host: Its ``Host`` header.
        """
        return host in self._hosts

    def knows_origin(self, origin: str | None) -> bool:
        """Return True if a request comes from the page itself.

        Args:
            origin: Its ``Origin`` header; None if it has none.
        """
        parts = urlsplit(origin or "")
        return parts.scheme == "http" and parts.netloc in self._hosts

    def session_for(self, token: object) -> str | None:
        """Return what the cookie of a browser with this token holds, None if it is the wrong one.

        Args:
            token: The token.
        """
        is_known = isinstance(token, str) and hmac.compare_digest(token.encode(errors="replace"), self.token.encode())
        return self._session if is_known else None

    def knows_session(self, cookies: Mapping[str, str]) -> bool:
        """Return True if a browser has exchanged the token.

        Args:
            cookies: Its cookies.
        """
        return hmac.compare_digest(cookies.get(self.cookie, "").encode(errors="replace"), self._session.encode())
