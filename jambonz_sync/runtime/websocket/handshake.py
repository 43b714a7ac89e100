"""The handshake of a request.

As with frames there is a quick way: a request that is just as clients send it is answered here, in a tenth of the
time that wsproto takes for it. Any other one is wsproto's to judge (:mod:`.any_handshake`).
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["accept", "answer"]

_KEY = re.compile(r"[A-Za-z0-9+/]{22}==").fullmatch
_HOST = re.compile(r"[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]+\](:[0-9]{1,5})?").fullmatch
#: of RFC 6455
_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_SWITCHING = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"


def answer(environ: Mapping[str, Any], subprotocol: str | None) -> bytes | None:
    """The response to a usual handshake; None if this is none. ``subprotocol`` is the one that was chosen."""
    key = environ.get("HTTP_SEC_WEBSOCKET_KEY", "")
    if (
        not _KEY(key)
        or not _HOST(environ.get("HTTP_HOST", ""))
        or environ.get("HTTP_UPGRADE", "").lower() != "websocket"
        or environ.get("HTTP_CONNECTION", "").lower() not in ("upgrade", "keep-alive, upgrade")
        or environ.get("HTTP_SEC_WEBSOCKET_VERSION") != "13"
    ):
        return None
    token = b64encode(hashlib.sha1((key + _GUID).encode(), usedforsecurity=False).digest()).decode()
    agreed = "" if subprotocol is None else f"Sec-WebSocket-Protocol: {subprotocol}\r\n"
    return f"{_SWITCHING}Sec-WebSocket-Accept: {token}\r\n{agreed}\r\n".encode()


def accept(environ: Mapping[str, Any], subprotocols: Sequence[str], chosen: str | None) -> tuple[Any, str | None]:
    """Answer the handshake of a request; return its socket, and the subprotocol that was agreed on.

    It raises as :func:`.any_handshake.accept` does.
    """
    response = answer(environ, chosen)
    sock = environ.get("werkzeug.socket")
    if response is None or sock is None:
        from . import any_handshake  # heavy, and most calls do without

        return any_handshake.accept(environ, subprotocols, chosen, response)
    sock.sendall(response)
    return sock, chosen
