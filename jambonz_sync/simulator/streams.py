"""The audio streams of a call: what opens and closes them, and the time that passes on them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ..model.wire import to_wire_name
from .effects import Hear, Steps, Until, Verb
from .fork import Fork
from .leg import Leg
from .pcm import FRAME, Clip, is_sound

if TYPE_CHECKING:
    from .machine import Machine

__all__ = ["Streams"]

_SCHEMES = ("ws", "wss", "http", "https")


class Streams:
    """Those of one call. The shell opens what is in ``forks``, and reports what becomes of it by the methods here."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        #: the streams that are not over
        self.forks: list[Fork] = []
        #: that of the verb that runs, which commands are about
        self.current: Fork | None = None
        #: that of a config
        self.background: Fork | None = None
        self._after: dict[Fork, Callable[[Fork], None]] = {}

    # -- what verbs call

    def begin(self, verb: Verb, leg: Leg, after: Callable[[Fork], None] | None = None) -> Fork | None:
        """Have a stream opened for a ``listen``; None if the server cannot. ``after`` is called when it is over."""
        machine = self._machine
        url, rate = str(verb.get("url") or ""), verb.get("sampleRate") or 8000
        back = (verb.get("bidirectionalAudio") or {}).get("sampleRate") or 8000
        if not url.startswith("/") and urlsplit(url).scheme not in _SCHEMES:
            machine.error(f"listen: {url!r} is no URL: expected one of ws or wss, or one that starts with /")
        elif rate % 8000 or not 8000 <= rate <= 64000:
            machine.error(f"listen: sampleRate must be a multiple of 8000 up to 64000, not {rate:g}")
        elif not 8000 <= back <= 64000:
            machine.error(f"listen: bidirectionalAudio.sampleRate must be from 8000 to 64000, not {back:g}")
        else:
            machine.note("event", f"audio goes to {url}")
            about = _camel(leg.describe())
            fork = Fork(verb, about, machine.note, documented=machine.world.server is None)
            self.forks.append(fork)
            if after is not None:
                self._after[fork] = after
            return fork
        return None

    def end(self, *forks: Fork) -> None:
        """End streams from this side."""
        for fork in forks:
            fork.end()
        self._look()

    def skip(self, fork: Fork) -> None:
        """Let the time pass that a stream has left."""
        self._machine.now += fork.skip()
        self._look()

    def speak(self, clip: Clip) -> Steps:
        """The caller is heard on all streams, which takes its time."""
        for fork in self.forks:
            fork.speak(clip)
        if self.forks:
            yield Until(lambda: not any(fork.speaking for fork in self.forks))

    def press(self, keys: str) -> None:
        """The caller presses keys."""
        for fork in self.forks:
            fork.press(keys)
        self._look()

    @property
    def playing(self) -> bool:
        """Whether the caller hears the app on any of them."""
        return any(fork.playing for fork in self.forks)

    # -- what the shell calls

    def opened(self, fork: Fork) -> None:
        """A connection stands."""
        if not fork.over:
            fork.opened()
        self._look()

    def failed(self, fork: Fork, why: str) -> None:
        """A connection cannot be made."""
        if not fork.over:
            fork.failed(why)
        self._look()

    def received(self, fork: Fork, message: str | bytes) -> None:
        """The app sends something."""
        fork.received(message)
        self._look()

    def dropped(self, fork: Fork, code: int) -> None:
        """The app closes a connection."""
        fork.dropped(code)
        self._look()

    def beat(self) -> None:
        """One frame of time passes."""
        machine = self._machine
        machine.now += FRAME
        for fork in self.forks:
            if not fork.opening:
                heard = fork.tick()
                if heard:
                    machine.transcript.hear(heard, FRAME if is_sound(heard) else 0.0)
        self._look()

    # -- inside

    def _look(self) -> None:
        """Let what waits for a stream go on if it has come so far."""
        over = [fork for fork in self.forks if fork.over]
        self.forks = [fork for fork in self.forks if not fork.over]
        for fork in over:
            after = self._after.pop(fork, None)
            if after is not None:
                after(fork)
        waiting = self._machine.waiting
        if isinstance(waiting, Until):
            done = waiting.done()
        else:
            done = isinstance(waiting, Hear) and waiting.stream is not None and waiting.stream.over
        if done:
            self._machine.turn(None)


def _camel(about: dict[str, Any]) -> dict[str, Any]:
    """What the call is, in the spelling of the first message of a stream."""
    return {to_wire_name(name): value for name, value in about.items()}
