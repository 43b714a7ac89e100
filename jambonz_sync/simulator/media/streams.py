"""The audio streams of a call: what opens and closes them, and the time that passes on them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from ...wire import to_wire_name
from .fork import Fork, Note
from .pcm import FRAME, Clip, is_sound

__all__ = ["Streams"]

_SCHEMES = ("ws", "wss", "http", "https")


class Streams:
    """The audio streams of one call. Not thread-safe.

    The shell opens those that are in ``forks``, and reports by the methods here what becomes of them.
    """

    def __init__(self, note: Note, play: Callable[[bytes, float], None], *, documented: bool = True) -> None:
        """``note`` writes down what happens; ``play`` takes audio that the caller hears, and how many seconds of it are
        not silent. ``documented`` is False for the server 0.9: see :class:`Fork`."""
        self._note = note
        self._play = play
        self._documented = documented
        #: the streams that are not over
        self.forks: list[Fork] = []
        #: that of the verb that runs, which commands are about
        self.current: Fork | None = None
        #: that of a config
        self.background: Fork | None = None
        #: called whenever something has happened that a verb may wait for
        self.on_progress: Callable[[], None] = lambda: None
        self._after: dict[Fork, Callable[[Fork], None]] = {}

    # -- what verbs call

    def begin(
        self, options: Mapping[str, Any], about: Mapping[str, Any], after: Callable[[Fork], None] | None = None
    ) -> Fork | None:
        """Have a stream opened for a ``listen``; None if the server cannot. ``about`` describes the leg that is heard;
        ``after`` is called when the stream is over."""
        url, rate = str(options.get("url") or ""), options.get("sampleRate") or 8000
        back = (options.get("bidirectionalAudio") or {}).get("sampleRate") or 8000
        if not url.startswith("/") and urlsplit(url).scheme not in _SCHEMES:
            self._note("error", f"listen: {url!r} is no URL: expected one of ws or wss, or one that starts with /")
        elif rate % 8000 or not 8000 <= rate <= 64000:
            self._note("error", f"listen: sampleRate must be a multiple of 8000 up to 64000, not {rate:g}")
        elif not 8000 <= back <= 64000:
            self._note("error", f"listen: bidirectionalAudio.sampleRate must be from 8000 to 64000, not {back:g}")
        else:
            self._note("event", f"audio goes to {url}")
            # the first message of a stream has the spelling of the wire
            first = {to_wire_name(name): value for name, value in about.items()}
            fork = Fork(options, first, self._note, documented=self._documented)
            self.forks.append(fork)
            if after is not None:
                self._after[fork] = after
            return fork
        return None

    def end(self, *forks: Fork) -> None:
        """End streams from this side."""
        for fork in forks:
            fork.end()
        self._changed()

    def skip(self, fork: Fork) -> float:
        """End a stream as if the time had passed that it has left: how many seconds."""
        seconds = fork.skip()
        self._changed()
        return seconds

    def speak(self, clip: Clip) -> None:
        """Let the caller be heard on all streams."""
        for fork in self.forks:
            fork.speak(clip)

    @property
    def speaking(self) -> bool:
        """Whether the caller has something to say that has not all been sent."""
        return any(fork.speaking for fork in self.forks)

    def press(self, keys: str) -> None:
        """Let the caller press keys."""
        for fork in self.forks:
            fork.press(keys)
        self._changed()

    @property
    def playing(self) -> bool:
        """Whether the caller hears the app on any of them."""
        return any(fork.playing for fork in self.forks)

    # -- what the shell calls

    def opened(self, fork: Fork) -> None:
        """Take note that a connection stands."""
        if not fork.over:
            fork.opened()
        self._changed()

    def failed(self, fork: Fork, why: str) -> None:
        """Take note that a connection cannot be made."""
        if not fork.over:
            fork.failed(why)
        self._changed()

    def received(self, fork: Fork, message: str | bytes) -> None:
        """Take a message of the app."""
        fork.received(message)
        self._changed()

    def dropped(self, fork: Fork, code: int) -> None:
        """Take note that the app has closed a connection."""
        fork.dropped(code)
        self._changed()

    def pass_frame(self) -> None:
        """Let one frame of time pass."""
        for fork in self.forks:
            if not fork.opening:
                heard = fork.tick()
                if heard:
                    self._play(heard, FRAME if is_sound(heard) else 0.0)
        self._changed()

    # -- inside

    def _changed(self) -> None:
        """Forget the streams that are over, and let go on what waits for them."""
        over = [fork for fork in self.forks if fork.over]
        self.forks = [fork for fork in self.forks if not fork.over]
        for fork in over:
            after = self._after.pop(fork, None)
            if after is not None:
                after(fork)
        self.on_progress()
