"""The head of a request to upgrade, read as Werkzeug reads it, in a tenth of the time.

Any request but one just as clients of WebSockets send it is left to Werkzeug. Every pattern takes time in proportion to
what it reads: the heads come from strangers.
"""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from .wsgi import Environ

_REQUEST_LINE = re.compile(r"GET (/(?!/)[!-~]*) HTTP/1\.1\r\n").match
# linear: where the look-ahead refuses one split of the blanks, it refuses them all
_FIELDS = re.compile(r"^([!#$%&'*+.^`|~0-9A-Za-z-]+):[ \t]*(?![ \t])([ -~\x80-\xff]*)(?<! )\r\n", re.MULTILINE).findall
#: headers that say that there is more to the request than they
_BODY = {"HTTP_CONTENT_LENGTH", "HTTP_TRANSFER_ENCODING", "HTTP_EXPECT"}


def _name_in_environ(field: str) -> str:
    return "HTTP_" + field.upper().replace("-", "_")


#: those of usual requests, to be looked up in place of being made
_NAMES = {
    field: _name_in_environ(field)
    for field in (
        *("Host", "Upgrade", "Connection", "Sec-WebSocket-Key", "Sec-WebSocket-Version", "Sec-WebSocket-Protocol"),
        *("Sec-WebSocket-Extensions", "Authorization", "User-Agent", "Origin"),
    )
}


def usual_request(head: bytes) -> Environ | None:
    """Parse a request that is to upgrade to a WebSocket, and no other than usual.

    Args:
        head: The lines of the request, each with its end; without the empty one behind them.
    Returns:
        The part of a WSGI environment that it tells; None if it is any other request, or unusual.
    """
    text = head.decode("latin-1")
    request = _REQUEST_LINE(text)
    if request is None or "#" in request[1]:
        return None
    fields = _FIELDS(text, request.end())
    if len(fields) != text.count("\n") - 1:  # a line is none
        return None
    target = request[1]
    path, _, query = target.partition("?")
    environ: Environ = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": _unquoted(path) if "%" in path else path,
        "QUERY_STRING": query,
        "REQUEST_URI": target,
        "RAW_URI": target,
        "SERVER_PROTOCOL": "HTTP/1.1",
    }
    for field, value in fields:
        name = _NAMES.get(field) or _name_in_environ(field)
        environ[name] = f"{environ[name]},{value}" if name in environ else value
    if environ.get("HTTP_UPGRADE", "").lower() != "websocket" or not _BODY.isdisjoint(environ):
        return None
    return environ


def _unquoted(path: str) -> str:
    return unquote_to_bytes(path).decode("utf-8", "replace").encode().decode("latin-1")
