"""The call that a test places: the test is the caller, and sees what the app does."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..simulator import (
    Call,
    CallLimits,
    LiveCaller,
    Played,
    Pressed,
    Said,
    Silence,
    Transcript,
    TranscriptEntry,
    Turn,
)

__all__ = ["TestCall"]


class TestCall:
    """A call that runs beside the test, which is the caller.

    Made by the fixture ``jambonz_call``. A method for something that the caller does returns at once: it happens as
    soon as the app listens. A method for something that the app does waits for it.

    Threads: that of the test.
    """

    __test__ = False  # no test case, whatever its name

    def __init__(self, url: str, *, timeout: float, **options: Any) -> None:
        # a test runs where there may be no time to spare, and is not about the patience of jambonz
        options.setdefault("limits", CallLimits(handshake=timeout))
        self._caller = LiveCaller()
        self._timeout = timeout
        # guards _over; notified when the call goes on. _failure is set before _over, and read after it
        self._changed = threading.Condition()
        self._over = False
        self._failure: BaseException | None = None
        self._call = Call(
            url, caller=self._caller, on_entry=self._on_news, on_audio=self._on_news, timeout=10 * timeout, **options
        )
        #: everything that was said and done, so far
        self.transcript: Transcript = self._call.transcript
        self._thread = threading.Thread(target=self._place, name="simulator-call", daemon=True)
        self._thread.start()

    # -- what the caller does

    def says(self, text: str, confidence: float = 0.95) -> None:
        """Say something as soon as the app listens.

        On an audio stream it is a tone, 0.3 s for a word.

        Args:
            text: The words, as a recogniser writes them.
            confidence: How sure the recogniser is of them, from 0 to 1.
        """
        self._queue_turn(Said(text, confidence))

    def plays(self, audio: bytes | str | os.PathLike[str], sample_rate: int = 8000) -> None:
        """Be heard as this audio on the audio streams of the call, as soon as the app listens.

        Args:
            audio: A WAV file of 16 bits, as bytes or as a path; or samples (16 bits, little-endian, one channel).
            sample_rate: Samples a second; a WAV file has its own.
        Raises:
            ValueError: The audio is a WAV file of another kind.
        """
        self._queue_turn(Played(audio if isinstance(audio, bytes) else Path(audio).read_bytes(), sample_rate))

    def presses(self, keys: str) -> None:
        """Press keys as soon as the app listens.

        Args:
            keys: Any of ``0``-``9``, ``*`` and ``#``, pressed without a pause between them.
        """
        self._queue_turn(Pressed(keys))

    def is_silent(self) -> None:
        """Keep silent until the verb that listens times out, which takes no time in a test."""
        self._queue_turn(Silence())

    def hangs_up(self) -> None:
        """Hang up now, whatever the app does."""
        self._call.hang_up()

    # -- what the app does

    def heard(self, what: str | bytes) -> bool:
        """Wait until the app says something, or plays it on an audio stream.

        Args:
            what: Any part of one utterance, in upper or lower case; or samples, which may be part of longer audio.
        Returns:
            True if it has, False if the call has ended without it, or the time is up.
        Raises:
            CallFailed: The app could not be called; likewise any other error that has ended the call.
        Blocks: up to the ``timeout`` of the fixture.
        """
        return self._wait_for(
            lambda: what in self.transcript.audio if isinstance(what, bytes) else self.transcript.heard(what)
        )

    def heard_audio(self, seconds: float = 0.0) -> bytes:
        """Wait until the app has played so much audio on audio streams, or the call ends.

        Args:
            seconds: Seconds of audio that are not silent.
        Returns:
            All samples that were played so far (16 bits, little-endian, one channel), at the rate at which the app
            sent them.
        Raises:
            CallFailed: The app could not be called; likewise any other error that has ended the call.
        Blocks: up to the ``timeout`` of the fixture.
        """
        self._wait_for(lambda: self.transcript.sound_seconds >= seconds)
        return self.transcript.audio

    @property
    def ended(self) -> bool:
        """True when the call has ended, which this waits for; False if the time is up before.

        Raises:
            CallFailed: The app could not be called; likewise any other error that has ended the call.
        Blocks: up to the ``timeout`` of the fixture.
        """
        return self._wait_for(lambda: self._over)

    @property
    def end_reason(self) -> str | None:
        """Why the call has ended (``completed``, ``rejected (480)`` ...); None while it lasts."""
        return self.transcript.end_reason

    @property
    def errors(self) -> list[str]:
        """The mistakes of the app, so far."""
        return self.transcript.errors

    @property
    def verbs(self) -> Sequence[Mapping[str, object]]:
        """The verbs that have been started, in order, as the app sent them."""
        return self.transcript.verbs

    def close(self) -> None:
        """Hang up, and wait until the call has ended. The fixture does that when the test ends.

        Blocks: up to the ``timeout`` of the fixture.
        """
        self._call.hang_up()
        self._thread.join(self._timeout)

    # -- inside

    def _queue_turn(self, turn: Turn) -> None:
        self._caller.queue_turn(turn)
        self._call.wake()

    def _on_news(self, news: TranscriptEntry | bytes) -> None:
        with self._changed:
            self._changed.notify_all()

    def _place(self) -> None:
        try:
            self._call.run()
        except BaseException as error:  # raised in the thread of the test, which is where it is seen
            self._failure = error
        with self._changed:
            self._over = True
            self._changed.notify_all()

    def _wait_for(self, condition: Callable[[], bool]) -> bool:
        with self._changed:
            self._changed.wait_for(lambda: self._over or condition(), self._timeout)
        if self._failure is not None:
            raise self._failure
        return condition()
