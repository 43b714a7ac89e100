"""What became of a scenario."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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
        latencies: Hook -> how long each answer took, in real seconds.
    """

    name: str
    file: str
    line: int
    result: Result
    seconds: float
    message: str = ""
    details: str = ""
    latencies: Mapping[str, Sequence[float]] = field(default_factory=dict[str, list[float]])

    def to_dict(self) -> dict[str, object]:
        """Return the outcome as a dict for JSON."""
        return {**vars(self), "seconds": round(self.seconds, 3)}
