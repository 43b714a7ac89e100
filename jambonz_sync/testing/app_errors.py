"""The exceptions that callbacks of an app raise in this process, read off the log that they are written to."""

from __future__ import annotations

import logging
import re
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass

from .._application import is_of_application
from ..errors import SessionClosed

__all__ = ["AppError", "AppErrors"]

#: the files of this package
_PACKAGE = __file__.rpartition("testing")[0]
_CALL = re.compile(r"\bcall ([\w-]+)")


@dataclass(frozen=True, slots=True)
class AppError:
    """An exception that a callback of the app has raised.

    Args:
        message: The line of the log that tells of it.
        exception: The exception.
        call_sid: The call that it belongs to; None if the log does not say.
        clock: Seconds of the clock of this machine.
    """

    message: str
    exception: BaseException
    call_sid: str | None
    clock: float

    @property
    def text(self) -> str:
        """The name of its class, and its own words."""
        return f"{type(self.exception).__name__}: {self.exception}"

    @property
    def traceback(self) -> str:
        """The traceback, without the frames of this package that have called the app."""
        lines = traceback.TracebackException.from_exception(self.exception)
        frames = [frame for frame in lines.stack if not frame.filename.startswith(_PACKAGE)]
        if frames:
            lines.stack = traceback.StackSummary.from_list(frames)
        return "".join(lines.format()).rstrip()

    @property
    def where(self) -> str | None:
        """The file and line of the app that raised it, or that called what raised it."""
        frames = traceback.extract_tb(self.exception.__traceback__)
        own = [f"{frame.filename}:{frame.lineno}" for frame in frames if is_of_application(frame.filename)]
        return own[-1] if own else None


class AppErrors(logging.Handler):
    """Collects what callbacks raise, from :meth:`start` to :meth:`stop`.

    It listens at the root, where Flask and the app log, too.

    Threads: any; ``_errors`` is only ever added to, by :meth:`emit`, which logging calls with the lock of the handler.
    """

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self._errors: list[AppError] = []
        self._seen: set[int] = set()

    def start(self) -> AppErrors:
        """Listen to the log."""
        logging.root.addHandler(self)
        return self

    def stop(self) -> None:
        """Listen no more."""
        logging.root.removeHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the exception of a record of the log."""
        exception = record.exc_info[1] if record.exc_info else None
        if exception is None or isinstance(exception, SessionClosed):  # whoever hangs up interrupts what the app does
            return
        if id(exception) in self._seen:  # told twice; it is kept, so that its id is not another's
            return
        self._seen.add(id(exception))
        message = record.getMessage()
        named = _CALL.search(message)
        self._errors.append(AppError(message, exception, named[1] if named else None, time.monotonic()))

    def of(self, call_sid: str) -> Iterator[AppError]:
        """Return the errors of one call, and those of which the log does not tell the call.

        Args:
            call_sid: The call.
        """
        return (error for error in list(self._errors) if error.call_sid in (call_sid, None))
