"""The head of a request to upgrade, read as Werkzeug reads it, in a tenth of the time.

Any request but one just as clients of WebSockets send it is left to Werkzeug. Every pattern takes time in proportion to
what it reads: the heads come from strangers.
"""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from .wsgi import Environ

_REQUEST = re.compile(r"GET (/(?!/)[!-~]*) HTTP/1\.1").fullmatch
# linear: where the look-ahead refuses one split of the blanks, it refuses them all
_HEADER = re.compile(r"([!#$%&'*+.^`|~0-9A-Za-z-]+):[ \t]*(?![ \t])([ -~\x80-\xff]*)(?<! )").fullmatch
#: headers that say that there is more to the request than they
_BODY = {"HTTP_CONTENT_LENGTH", "HTTP_TRANSFER_ENCODING", "HTTP_EXPECT"}


def usual_request(head: bytes) -> Environ | None:
    """Parse a request that is to upgrade to a WebSocket, and no other than usual.

    Args:
        head: The request, without the empty line at its end.
    Returns:
        The part of a WSGI environment that it tells; None if it is any other request, or unusual.
    """
    request_line, *lines = head.decode("latin-1").split("\r\n")
    request = _REQUEST(request_line)
    if request is None:
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
    if "#" in target:
        return None
    for line in lines:
        header = _HEADER(line)
        if header is None:
            return None
        field, value = header.groups()
        name = "HTTP_" + field.upper().replace("-", "_")
        environ[name] = f"{environ[name]},{value}" if name in environ else value
    if environ.get("HTTP_UPGRADE", "").lower() != "websocket" or not _BODY.isdisjoint(environ):
        return None
    return environ


def _unquoted(path: str) -> str:
    return unquote_to_bytes(path).decode("utf-8", "replace").encode().decode("latin-1")
