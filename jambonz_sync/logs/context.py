"""Which call a line of the log is about."""

from __future__ import annotations

import logging
from contextvars import ContextVar
from typing import Final

__all__ = ["CallSidFilter", "call_sid", "call_sid_of"]

#: the call whose code runs: in callbacks, views of webhooks, tools and audio streams; None elsewhere
call_sid: ContextVar[str | None] = ContextVar("jambonz_call_sid", default=None)

#: what lines of this package about a call begin with
_PREFIX: Final = "call %s: "
#: stands for a call that is not known
_UNKNOWN: Final = ("-", "None")


def call_sid_of(record: logging.LogRecord) -> str | None:
    """Return the call that a line is about, None if it is about none.

    Args:
        record: The line: one of this package, or one of the application that is logged in a callback.
    """
    sid = getattr(record, "call_sid", None)
    if sid is None and isinstance(record.args, tuple) and record.args and str(record.msg).startswith(_PREFIX):
        sid = str(record.args[0])
    if sid is None:
        sid = call_sid.get()
    return None if sid in _UNKNOWN else sid


class CallSidFilter(logging.Filter):
    """Gives each line of the log the call that it is about, as ``%(call_sid)s``; ``-`` stands for none.

    Add it to a handler, so that it sees the lines of all loggers::

        handler.addFilter(CallSidFilter())
        handler.setFormatter(logging.Formatter("%(asctime)s %(call_sid)s %(message)s"))

    Threads: any.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Set ``record.call_sid``.

        Args:
            record: The line.
        Returns:
            True, because no line is held back.
        """
        record.call_sid = call_sid_of(record) or "-"
        return True
