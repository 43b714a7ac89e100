"""The lines of the log, for people and for machines."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Any, Final

from .context import call_sid_of
from .redaction import redacted, redacted_text

__all__ = ["FACTS", "JambonzFormatter"]

#: the attribute of a record that has its facts, by name: what a line about a call says, for machines
FACTS: Final = "jambonz"


class JambonzFormatter(logging.Formatter):
    """Formats the log of calls, and that of the application beside it: one line each, with the call that it is about.

    Numbers that may be those of cards, and credentials, are hidden in all lines::

        handler = logging.StreamHandler()
        handler.setFormatter(JambonzFormatter(json=True))
        logging.basicConfig(level=logging.INFO, handlers=[handler])

    Args:
        json: One JSON object a line: ``time`` (UTC), ``level``, ``logger``, ``call_sid``, ``message``, ``exception``,
            and of lines about calls ``event`` (``begins``, ``hook``, ``sent``, ``ends`` ...) with what belongs to it
            (``hook``, ``ms``, ``verbs``, ``seconds`` ...). Else text for people.
    """

    def __init__(self, *, json: bool = False) -> None:
        super().__init__()
        self._json = json

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, or with an exception the lines, of a record.

        Args:
            record: The record.
        """
        sid = call_sid_of(record)
        message = redacted_text(record.getMessage())
        trace = [self.formatException(record.exc_info)] if record.exc_info else []
        if record.stack_info:
            trace.append(self.formatStack(record.stack_info))
        at = datetime.fromtimestamp(record.created, UTC)
        if self._json:
            facts = redacted(getattr(record, FACTS, None) or {})
            line: dict[str, Any] = {
                "time": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
                "level": record.levelname,
                "logger": record.name,
                **({"call_sid": sid} if sid else {}),
                "message": message,
                **facts,
                **({"exception": redacted_text("\n".join(trace))} if trace else {}),
            }
            return json.dumps(line, ensure_ascii=False, default=str)
        if sid and sid not in message:
            message = f"call {sid}: {message}"
        local = at.astimezone()
        first = f"{local:%Y-%m-%d %H:%M:%S}.{local.microsecond // 1000:03d} {record.levelname:<7} {message}"
        return "\n".join([first, *map(redacted_text, trace)])
