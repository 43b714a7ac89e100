"""What the caller of a test does: turns that the app waits for, and requests of their phone."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from ..simulator import Beep, PhoneRequest, Played, Pressed, Said, Silence
from ..simulator.engine.turns import KEYS
from .phone_requests import PhoneRequests
from .record import CallRecord

__all__ = ["CallerActions", "check_keys"]


def check_keys(keys: str) -> None:
    """Raise ValueError unless a phone has these keys."""
    if not isinstance(keys, str) or not keys or not KEYS.issuperset(keys):
        raise ValueError(f"{keys!r}: keys are a text of 0-9, * and #")


def said(text: str | Said, confidence: float) -> Said:
    """Return what somebody says.

    Args:
        text: Words, or what is returned.
        confidence: How sure the recogniser is of words.
    """
    return Said(text, confidence) if isinstance(text, str) else text


class CallerActions(CallRecord, PhoneRequests):
    """The caller of a call that runs. Threads: that of the test."""

    def says(self, text: str | Said, confidence: float = 0.95) -> None:
        """Say something as soon as the app listens.

        On an audio stream it is a tone, 0.3 s for a word.

        Args:
            text: The words, as a recogniser writes them; or all that it tells of them: a language, translations, the
                vendor's own event.
            confidence: How sure the recogniser is of words, from 0 to 1.
        """
        self._running.queue_turn(said(text, confidence))

    def plays(self, audio: bytes | str | os.PathLike[str], sample_rate: int = 8000) -> None:
        """Be heard as this audio on the audio streams of the call, as soon as the app listens.

        Args:
            audio: A WAV file of 16 bits, as bytes or as a path; or samples (16 bits, little-endian, one channel).
            sample_rate: Samples a second; a WAV file has its own.
        Raises:
            ValueError: The audio is a WAV file of another kind.
        """
        self._running.queue_turn(Played(audio if isinstance(audio, bytes) else Path(audio).read_bytes(), sample_rate))

    def presses(self, keys: str, *, after: float | None = None) -> None:
        """Press keys as soon as the app listens, or into what it says.

        Args:
            keys: Any of ``0``-``9``, ``*`` and ``#``, pressed without a pause between them.
            after: Seconds into what the app says, as for :meth:`interrupts`; None waits until it listens.
        Raises:
            ValueError: There are no keys, or others.
        """
        __tracebackhide__ = True
        check_keys(keys)
        if after is None:
            self._running.queue_turn(Pressed(keys))
        else:
            self._running.interrupt(Pressed(keys, lead=0.0), after)

    def interrupts(self, text: str | Said, after: float = 0.0, confidence: float = 0.95) -> None:
        """Say something into what the app says or streams.

        Args:
            text: The words, as for :meth:`says`.
            after: Seconds of the call's own time, from what the test has just heard; or from the beginning of the next
                utterance, if nothing is said.
            confidence: How sure the recogniser is of words, from 0 to 1.
        """
        self._running.interrupt(replace(said(text, confidence), lead=0.0), after)

    def is_silent(self) -> None:
        """Keep silent until the verb that listens times out, which takes no time in a test."""
        self._running.queue_turn(Silence())

    def advance(self, seconds: float) -> None:
        """Let time pass, in which the caller does nothing: what listens to them may time out.

        Args:
            seconds: Seconds of the call's own time, which take as long as the app takes.
        Raises:
            CallFailed: The app could not be called; likewise any other error that has ended the call.
        Blocks: up to the ``timeout`` of the fixture.
        """
        self._running.advance(seconds)

    def drops_connection(self, *, after: float = 0.0) -> None:
        """Break the WebSocket of the app, as a network does; jambonz connects again by itself.

        Args:
            after: Seconds of the call's own time, from what the test has just heard.
        Raises:
            ValueError: The app is called by webhooks.
        """
        if not self.url.startswith("ws"):
            raise ValueError("the app is called by webhooks: there is no connection to drop")
        self._running.act_later(self._running.call.drop_connection, after)

    def hangs_up(self, *, after: float | None = None) -> None:
        """Hang up, whatever the app does.

        Args:
            after: Seconds of the call's own time, from what the test has just heard; None hangs up at once.
        """
        if after is None:
            self._running.hang_up()
        else:
            self._running.act_later(self._running.call.hang_up, after)

    def beeps(self, frequency: int = 1000) -> None:
        """Beep as an answering machine does after its greeting, as soon as the app listens.

        Args:
            frequency: The pitch, in Hz.
        """
        self._running.queue_turn(Beep(frequency))

    def _send(self, request: PhoneRequest, after: float) -> None:
        phone = self._running.call.state.phone
        self._running.act_later(lambda: phone.take(request), after)
