"""The audio streams of a call: their beginnings and ends, and the time that passes on them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from ...model.wire import to_wire_name
from .fork import AudioFork, Note, Side
from .pcm import FRAME, Clip, amplify, is_sound

__all__ = ["AudioStreams"]

_SCHEMES = ("ws", "wss", "http", "https")


class AudioStreams:
    """The audio streams of one call. Not thread-safe.

    The shell connects those that are in ``forks``, and reports by the methods here how that goes.
    """

    def __init__(self, note: Note, play: Callable[[bytes, float], None], *, documented: bool = True) -> None:
        """Make the streams of a call, of which there are none yet.

        Args:
            note: Writes down what happens.
            play: Takes the audio that the caller hears, and how many seconds of it are not silent.
            documented: False for the server 0.9, see :class:`AudioFork`.
        """
        self._note = note
        self._play = play
        self._documented = documented
        #: the streams that have not ended
        self.forks: list[AudioFork] = []
        #: the first messages of all streams, whether or not they could be opened
        self.openings: list[Mapping[str, Any]] = []
        #: the stream of the verb that runs, which commands control
        self.current: AudioFork | None = None
        #: the stream of a ``config``
        self.background: AudioFork | None = None
        #: how much louder the caller hears what is played on them
        self.decibels = 0.0
        #: called whenever something has happened that a verb may wait for; set by the machine
        self.on_progress: Callable[[], None] = lambda: None
        self._on_end: dict[AudioFork, Callable[[AudioFork], None]] = {}

    # -- verbs

    def open(
        self,
        options: Mapping[str, Any],
        about: Mapping[str, Any],
        on_end: Callable[[AudioFork], None] | None = None,
        *,
        of: Side = "caller",
    ) -> AudioFork | None:
        """Have a stream opened for a ``listen``. Returns None if the server cannot do it.

        Args:
            options: The ``listen``.
            about: The leg that is heard, as hooks describe it.
            on_end: Called when the stream has ended.
            of: Who is heard on it.
        """
        url, rate = str(options.get("url") or ""), options.get("sampleRate") or 8000
        rate_back = (options.get("bidirectionalAudio") or {}).get("sampleRate") or 8000
        if not url.startswith("/") and urlsplit(url).scheme not in _SCHEMES:
            self._note("error", f"listen: {url!r} is no URL: expected one of ws or wss, or one that starts with /")
        elif rate % 8000 or not 8000 <= rate <= 64000:
            self._note("error", f"listen: sampleRate must be a multiple of 8000 up to 64000, not {rate:g}")
        elif not 8000 <= rate_back <= 64000:
            self._note("error", f"listen: bidirectionalAudio.sampleRate must be from 8000 to 64000, not {rate_back:g}")
        else:
            self._note("event", f"audio goes to {url}")
            # the first message of a stream has the spelling of the wire
            first = {to_wire_name(name): value for name, value in about.items()}
            fork = AudioFork(options, first, self._note, documented=self._documented, of=of)
            self.openings.append(fork.first_message)
            self.forks.append(fork)
            if on_end is not None:
                self._on_end[fork] = on_end
            return fork
        return None

    def end(self, *forks: AudioFork) -> None:
        """End streams from this side."""
        for fork in forks:
            fork.end()
        self._changed()

    def skip(self, fork: AudioFork) -> float:
        """End a stream as if its time were up. Returns the seconds that it had left."""
        seconds = fork.skip()
        self._changed()
        return seconds

    def speak(self, clip: Clip, of: Side = "caller") -> None:
        """Let the caller, a callee or somebody in a conference be heard on all streams that have them."""
        for fork in self.forks:
            if fork.of == of:
                fork.speak(clip)
            elif "room" not in (fork.of, of):
                fork.speak_other(clip)

    @property
    def speaking(self) -> bool:
        """True while somebody has said something that has not all been sent."""
        return any(fork.speaking for fork in self.forks)

    def press(self, keys: str, of: Side = "caller") -> None:
        """Let the caller, or a callee, press keys."""
        for fork in self.forks:
            if fork.of == of:
                fork.press(keys)
        self._changed()

    @property
    def playing(self) -> bool:
        """True while the caller hears the app on any of them."""
        return any(fork.playing for fork in self.forks)

    # -- the shell

    def opened(self, fork: AudioFork) -> None:
        """Begin on a connection that stands."""
        if not fork.ended:
            fork.opened()
        self._changed()

    def failed(self, fork: AudioFork, why: str) -> None:
        """End a stream that cannot be connected."""
        if not fork.ended:
            fork.failed(why)
        self._changed()

    def received(self, fork: AudioFork, message: str | bytes) -> None:
        """Take a message of the app."""
        fork.received(message)
        self._changed()

    def dropped(self, fork: AudioFork, code: int) -> None:
        """End a stream that the app has closed."""
        fork.dropped(code)
        self._changed()

    def tick(self) -> None:
        """Let one frame of time pass."""
        for fork in self.forks:
            if not fork.opening:
                heard = fork.tick()
                if heard and self.decibels:
                    heard = amplify(heard, self.decibels)
                if heard:
                    self._play(heard, FRAME if is_sound(heard) else 0.0)
        self._changed()

    # -- inside

    def _changed(self) -> None:
        """Forget the streams that have ended, and report that."""
        ended = [fork for fork in self.forks if fork.ended]
        self.forks = [fork for fork in self.forks if not fork.ended]
        for fork in ended:
            on_end = self._on_end.pop(fork, None)
            if on_end is not None:
                on_end(fork)
        self.on_progress()
