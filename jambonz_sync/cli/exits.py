"""The exit codes of all commands that ask the API, and errors that end a command with one of them.

A script has to know whether to run a command again. So a request that was refused, and did nothing for certain, has
another code than one of which nobody knows.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

import click

__all__ = ["OK", "REFUSED", "UNKNOWN", "USAGE", "Failure", "stdout_may_be_closed"]

OK: Final = 0
#: not done, for certain: the API said no, or could not be reached; or what was checked is not as it should be
REFUSED: Final = 1
#: an option or a setting is wrong, and nothing was sent
USAGE: Final = 2
#: it may have been done, and nobody can tell: do not repeat it unseen
UNKNOWN: Final = 3


class Failure(click.ClickException):
    """An error that is shown as one line, with an exit code of its own."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.exit_code = code  # type: ignore[misc]  # declared for the class, read from the instance


@contextmanager
def stdout_may_be_closed(instead: str) -> Iterator[None]:
    """End the command with UNKNOWN, and ``instead`` on standard error, if what was done cannot be printed.

    Otherwise click would end it with 1 (a closed pipe) or a traceback (a full disk), which says that nothing was done.
    """
    try:
        yield
        sys.stdout.flush()
    except OSError as error:
        _forget_stdout()
        raise Failure(UNKNOWN, f"{instead}, but that cannot be printed: {error.strerror}") from error


def _forget_stdout() -> None:
    """Have what is still in the buffer go nowhere: the interpreter would try to write it, and end with 120."""
    with suppress(OSError):  # a stream without a descriptor, in a test
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
