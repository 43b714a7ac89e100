"""The body of a request, read within bounds."""

from __future__ import annotations

import flask
from werkzeug.exceptions import BadRequest, HTTPException, RequestEntityTooLarge

__all__ = ["MAX_BODY", "read_body"]

#: bytes of a body: far more than any webhook of jambonz has
MAX_BODY = 1024 * 1024


def read_body(request: flask.Request, limit: int) -> bytes:
    """Read the raw bytes of a body; they stay readable for the view.

    Args:
        request: The request.
        limit: Bytes that it may have. A lower limit of the application holds, too.
    Raises:
        RequestEntityTooLarge: The body is larger. No more than one byte over the limit has been read.
        BadRequest: Its length is no number, or the sender has gone.
    Blocks: until the body has come.
    """
    try:
        length = int(request.environ.get("CONTENT_LENGTH") or -1)
    except ValueError:
        raise BadRequest("Content-Length is no number") from None
    too_large = RequestEntityTooLarge(f"the body is larger than {limit} bytes")
    if length > limit:
        raise too_large
    if length < 0:  # sent in chunks. Werkzeug cuts such a body off at the limit, so one byte more tells
        configured = request.max_content_length
        request.max_content_length = limit + 1 if configured is None else min(limit + 1, configured)
    try:
        raw = request.get_data()
    except HTTPException as exc:
        raise type(exc)(exc.name.lower()) from None
    if len(raw) > limit:
        raise too_large
    return raw
