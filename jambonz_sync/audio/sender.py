"""The sending half of an audio stream: samples and commands, in their order."""

from __future__ import annotations

import threading
from time import monotonic
from typing import Any, Final, Protocol

from ..model.wire import dumps
from ..protocol import audio as proto
from .pacing import AudioSource, Pace, chunks, sleep_until
from .receiver import AudioReceiver

__all__ = ["AudioPort", "AudioSender"]

#: bytes of one frame to the media server; more is sent in several
_FRAME: Final = 64_000


class AudioPort(Protocol):
    """The connection of a stream."""

    def send(self, data: str | bytes, *, more: bool = False) -> None:
        """Send a message.

        Args:
            data: A str goes as text, bytes as a binary message.
            more: Others follow: it may be held for a few milliseconds, to be written with them.
        Raises:
            SessionClosed: The connection is over.
        Blocks: while it takes no data.
        """

    def close_within(self, code: int = 1000, reason: str = "") -> bool:
        """Send the close frame, and end the connection if the peer has not closed it in time. Does not wait for it.

        Args:
            code: The code of the close frame.
            reason: The reason in the close frame.
        Returns:
            True if this call was the one that closed.
        """
        ...


class AudioSender:
    """The sending half of an audio stream. Any thread may call any method.

    Args:
        port: The connection.
        receiver: The receiving half: it knows whether the stream is over.
    """

    def __init__(self, port: AudioPort, receiver: AudioReceiver) -> None:
        self._port = port
        self._receiver = receiver
        self._lock = threading.Lock()  # keeps frames and their accounts in order; held while sending
        self._aligner = proto.Aligner(2)
        self._rate = receiver.metadata.sample_rate
        self._tail = proto.Tail(self._rate)
        self._kills = 0  # guarded by the receiver's ``changed``, so that who is pacing sees it at once

    @property
    def rate(self) -> int:
        """Samples a second that are sent."""
        return self._rate

    @rate.setter
    def rate(self, rate: int) -> None:
        with self._lock:
            self._rate, self._tail = rate, proto.Tail(rate)

    def send(self, pcm: bytes) -> None:
        """Send samples.

        Args:
            pcm: Any length; half a sample waits for the next call.
        Raises:
            SessionClosed: The stream is over.
        Blocks: while the connection takes no data.
        """
        more = self._receiver.more_waits  # where frames come faster than they are handled, what answers leaves together
        with self._lock:
            self._send_samples(pcm, more=more)

    def send_paced(self, source: AudioSource, end: bool) -> float:
        """Send audio in real time, until it ends or is killed.

        Args:
            source: The audio.
            end: Have the last of it played.
        Returns:
            Seconds of audio that were sent.
        Raises:
            SessionClosed: The stream is over.
        Blocks: as long as the audio takes.
        """
        receiver, kills, rate, samples_sent = self._receiver, self._kills, self._rate, 0
        pace = Pace(rate)
        for pcm in chunks(source, rate):
            due = pace.due(len(pcm) // 2, monotonic())
            if not sleep_until(due, receiver.changed, lambda: receiver.ended is not None or self._kills != kills):
                break
            receiver.refuse_if_over()
            with self._lock:  # under which a kill leaves, too: nothing of this may follow it
                if self._kills != kills:
                    break
                self._send_samples(pcm)
            samples_sent += len(pcm) // 2
        receiver.refuse_if_over()
        if end:
            with self._lock:
                if self._kills == kills:
                    self._send_silence()
        return samples_sent / rate

    def end(self) -> None:
        """Have the last of what was sent played."""
        with self._lock:
            self._send_silence()

    def kill(self) -> None:
        """Have all that was sent forgotten."""
        with self._receiver.changed:
            self._kills += 1
            self._receiver.changed.notify_all()
        with self._lock:
            self.command(proto.kill_audio())
            self._tail.killed()
            self._aligner = proto.Aligner(2)

    def command(self, message: dict[str, Any]) -> None:
        """Send a command.

        Args:
            message: As :mod:`jambonz_sync.protocol.audio` makes it.
        Raises:
            SessionClosed: The stream is over.
        """
        self._receiver.refuse_if_over()
        self._port.send(dumps(message))

    # -- these want the lock held

    def _send_samples(self, pcm: bytes, *, more: bool = False) -> None:
        pcm = proto.without_markers(self._aligner.feed(pcm))
        if 0 < len(pcm) <= _FRAME:
            self._port.send(pcm, more=more)
        else:
            for at in range(0, len(pcm), _FRAME):
                self._port.send(pcm[at : at + _FRAME])
        self._tail.sent(len(pcm))

    def _send_silence(self) -> None:
        silence = self._tail.silence()
        if silence:
            self._port.send(silence)
