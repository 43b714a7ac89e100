"""The log of an app that somebody is writing: a short line for each thing that happens, in colour."""

from __future__ import annotations

import logging
import sys
import traceback
import zlib
from datetime import datetime
from typing import Any, Final, TextIO

from .._application import is_of_application
from .context import call_sid_of
from .formatter import FACTS, JambonzFormatter
from .redaction import redacted_text
from .where import shortened

__all__ = ["LIVE", "LiveFormatter", "log_live", "short_traceback"]

#: the variable of the environment by which a process that serves an app is told how to log: one of ``MODES``
LIVE: Final = "JAMBONZ_SYNC_LIVE"
MODES: Final = ("color", "plain", "json")

_RESET, _DIM, _BOLD, _RED, _YELLOW, _GREEN = "\x1b[0m", "\x1b[2m", "\x1b[1m", "\x1b[31m", "\x1b[33m", "\x1b[32m"
#: one for each call, so that the lines of two are told apart
_OF_CALLS: Final = tuple(f"\x1b[{code}m" for code in (36, 35, 34, 96, 95, 94))
_CALL_SHOWN: Final = 8
#: frames of the application that a traceback has
_MOST_FRAMES: Final = 5
#: messages that lines at INFO tell of, or that mean nothing to who writes an app
_TOLD: Final = frozenset({"ack", "redirect", "jambonz:error", "tts:tokens-result"})
_HOOKS: Final = frozenset(
    {"session:new", "session:redirect", "session:adulting", "session:reconnect", "verb:hook", "dial:confirm"}
)


class LiveFormatter(logging.Formatter):
    """Formats records for a terminal: the time, the call in a colour of its own, and what happens in few words.

    A traceback has the frames of the application alone.

    Args:
        color: Use colours.
    """

    def __init__(self, *, color: bool = True) -> None:
        super().__init__()
        self._color = color

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, or with an exception the lines, of a record.

        Args:
            record: The record.
        """
        sid = call_sid_of(record)
        text, style = self._text(record, sid)
        at = datetime.fromtimestamp(record.created)
        call = ""
        if sid is not None:
            call = self._in(_OF_CALLS[zlib.crc32(sid.encode()) % len(_OF_CALLS)], f"{sid[:_CALL_SHOWN]:<8}") + " "
        lines = [f"{self._in(_DIM, f'{at:%H:%M:%S}')} {call}{self._in(style, text)}"]
        if record.exc_info and record.exc_info[1] is not None:
            lines += [self._in(_RED, f"    {line}") for line in short_traceback(record.exc_info[1])]
        return "\n".join(lines)

    def _in(self, style: str, text: str) -> str:
        return f"{style}{text}{_RESET}" if style and self._color else text

    def _text(self, record: logging.LogRecord, sid: str | None) -> tuple[str, str]:
        facts: dict[str, Any] = getattr(record, FACTS, None) or {}
        event = facts.get("event")
        if event == "message":
            about = f"  {facts['about']}" if facts["about"] else ""
            return f"{facts['direction']} {facts['kind']}{about}", _DIM
        text = redacted_text(record.getMessage())
        if sid is not None:
            text = text.removeprefix(f"call {sid}: ")
        if record.levelno >= logging.ERROR:
            return f"error: {text}", _RED
        if record.levelno >= logging.WARNING:
            return f"warning: {text}", _YELLOW
        return text, {"begins": _BOLD, "ends": _BOLD, "hook": _GREEN, "sent": _GREEN}.get(str(event), "")


def short_traceback(exc: BaseException) -> list[str]:
    """Return the lines of the application that an exception has come by, and what it says.

    Args:
        exc: The exception.
    """
    frames = [frame for frame in traceback.extract_tb(exc.__traceback__) if is_of_application(frame.filename)]
    lines: list[str] = []
    for frame in frames[-_MOST_FRAMES:]:
        lines.append(f"{shortened(frame.filename)}:{frame.lineno} in {frame.name}")
        if frame.line:
            lines.append(f"    {redacted_text(frame.line)}")
    said = redacted_text("".join(traceback.format_exception_only(exc)).rstrip())
    return [*lines, *said.splitlines()]


class _ForDevelopers(logging.Filter):
    """Holds back what would only hide the rest."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno > logging.DEBUG:
            return True
        facts = getattr(record, FACTS, None) or {}
        return facts.get("event") == "message" and facts["kind"] not in _TOLD and facts["kind"] not in _HOOKS


def log_live(mode: str | None, stream: TextIO | None = None) -> logging.Handler | None:
    """Have the log of this process tell what happens as it happens.

    Args:
        mode: ``"color"``, ``"plain"`` or ``"json"``; anything else changes nothing.
        stream: Where lines go; stdout by default.
    Returns:
        The handler that does it, at the root; None if there is none.
    """
    if mode not in MODES:
        return None
    handler = logging.StreamHandler(stream or sys.stdout)
    handler.addFilter(_ForDevelopers())
    handler.setFormatter(JambonzFormatter(json=True) if mode == "json" else LiveFormatter(color=mode == "color"))
    logging.root.addHandler(handler)
    logging.root.getChild("jambonz_sync").setLevel(logging.DEBUG)
    if logging.root.level > logging.INFO:
        logging.root.setLevel(logging.INFO)
    return handler
