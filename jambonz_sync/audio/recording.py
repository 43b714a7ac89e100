"""The recording of what a stream receives."""

from __future__ import annotations

import logging
import threading

from .wav import WavWriter

__all__ = ["Recorder"]

log = logging.getLogger("jambonz_sync.audio")


class Recorder:
    """Writes what a stream receives to a file, if somebody wants that. Any thread may call any method.

    Args:
        call_sid: The call of the stream, for the log.
    """

    __slots__ = ("_call_sid", "_lock", "_over", "_writer")

    def __init__(self, call_sid: str) -> None:
        self._call_sid = call_sid
        self._lock = threading.Lock()  # guards what follows
        self._writer: WavWriter | None = None
        self._over = False

    @property
    def runs(self) -> bool:
        """True while samples are written."""
        return self._writer is not None

    def start(self, writer: WavWriter) -> None:
        """Write what comes from now on, and nothing more to the file before.

        Args:
            writer: Writes the file.
        """
        with self._lock:
            previous, self._writer = self._writer, writer
            if previous is not None:
                previous.close()
            if self._over:
                writer.close()

    def write(self, pcm: bytes) -> Exception | None:
        """Write samples.

        Args:
            pcm: The samples.
        Returns:
            The error that ends the recording; None if there was none.
        """
        with self._lock:
            if self._writer is None:
                return None
            try:
                self._writer.write(pcm)
                return None
            except (OSError, ValueError) as exc:
                error = exc
            self._close(self._writer)
            self._writer = None
        log.error("call %s: recording stopped: %s", self._call_sid, error)
        return error

    def end(self) -> None:
        """Complete the file: the stream is over."""
        with self._lock:
            self._over = True
            if self._writer is not None:
                self._close(self._writer)

    def _close(self, writer: WavWriter) -> None:
        try:
            writer.close()
        except OSError as exc:
            log.error("call %s: a recording is not complete: %s", self._call_sid, exc)
