"""What became of a scenario."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Outcome", "Result"]

#: ``error``: it could not be played, because the app or a model is not there
Result = Literal["passed", "failed", "error"]


@dataclass(frozen=True)
class Outcome:
    """The outcome of a scenario that has been played.

    Args:
        name: The scenario.
        file: Its file.
        line: The line of the step that failed, or that it begins in.
        result: ``passed``, ``failed``, or ``error`` if it could not be played.
        seconds: How long it took.
        message: The reason, in a line; empty if it has passed.
        details: The reason with the transcript; of one that has passed, the transcript.
    """

    name: str
    file: str
    line: int
    result: Result
    seconds: float
    message: str = ""
    details: str = ""

    def to_dict(self) -> dict[str, object]:
        """Return the outcome as a dict for JSON."""
        return {**vars(self), "seconds": round(self.seconds, 3)}
