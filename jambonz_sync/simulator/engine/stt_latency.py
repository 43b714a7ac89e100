"""How long the recogniser takes, which hooks tell if a ``config`` asks for it by ``notifySttLatency``."""

from __future__ import annotations

import json
from typing import Any

from .clock import BEGINNING
from .state import CallState
from .turns import Said

__all__ = ["SttLatency"]


class SttLatency:
    """The measures of one verb that listens, from now on.

    Args:
        call: The call.
    """

    def __init__(self, call: CallState) -> None:
        self._call = call
        self._enabled = bool(call.configuration.get("notifySttLatency"))
        self._start = call.now
        self._latencies: list[int] = []
        # when the caller began to speak, and when they stopped
        self._spurts: list[tuple[float, float]] = []

    def take_final(self, said: Said) -> None:
        """Take a final result of the recogniser."""
        pace, now = self._call.pace, self._call.now
        stop = now - pace.final
        words = len(said.text.split()) if said.interim == "words" else 0
        self._spurts.append((stop - words * pace.word, stop))
        self._latencies.append(round(pace.final * 1000))

    def fields(self) -> dict[str, Any]:
        """Return the fields of a hook, and begin again; none if they are not asked for."""
        start, now = self._start, self._call.now
        spurts = [[_unix(begin), _unix(end)] for begin, end in self._spurts]
        fields = {
            "stt_latency_ms": ",".join(map(str, self._latencies)),
            "stt_talkspurts": json.dumps(spurts, separators=(",", ":")),
            "stt_start_time": _unix(start),
            "stt_stop_time": _unix(now),
            "stt_usage": f"{now - start:.2f}",
        }
        self._start, self._latencies, self._spurts = now, [], []
        return fields if self._enabled else {}


def _unix(seconds: float) -> int:
    return BEGINNING + int(seconds)
