"""The phone of a party: what they say and press in time, and who listens to it."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, field, replace
from typing import Any

from .clock import Clock
from .flow import Flow, Future, sleep
from .limits import Pace
from .turns import Beep, ConnectionDrop, PhoneRequest, Played, Pressed, Said, Silence, Sound, Turn
from .waits import CallerWait

__all__ = ["INTERIM_CONFIDENCE", "Ear", "Phone"]

#: seconds that a beep lasts
_BEEP = 0.5
#: how sure a recogniser is of an interim result
INTERIM_CONFIDENCE = 0.8


def _nothing(*args: object) -> None:
    pass


@dataclass(eq=False)
class Ear:
    """Somebody who listens to the caller: a recogniser, a collector of keys, or both.

    Args:
        on_interim: Called with the words so far.
        on_final: Called with all that was said.
        on_key: Called with each key.
        on_silence: Called when the caller decides to keep silent.
        on_tone: Called with the frequency of a beep.
        on_voice: Called with words or audio when the caller begins with them, and with None at their end.
        wait: The kind of turn that the listener waits for.
    """

    on_interim: Callable[[Said], None] = _nothing
    on_final: Callable[[Said], None] = _nothing
    on_key: Callable[[str], None] = _nothing
    on_silence: Callable[[], None] = _nothing
    on_tone: Callable[[int], None] = _nothing
    on_voice: Callable[[Sound | None], None] = _nothing
    speech: bool = True
    keys: bool = True
    wait: CallerWait = field(default_factory=CallerWait)


class Phone:
    """The phone of one leg. Not thread-safe."""

    def __init__(self, clock: Clock, pace: Pace, note: Callable[[str], None]) -> None:
        """Make a phone that nobody listens to.

        Args:
            clock: The clock of the call.
            pace: How long speaking and pressing takes.
            note: Writes into the transcript what the caller does.
        """
        self.ears: list[Ear] = []
        #: how many things are being played to the caller
        self.playing = 0
        #: True while the caller says or presses something
        self.busy = False
        #: called whenever who listens, or what is played, has changed
        self.on_change: list[Callable[[], None]] = []
        #: makes the caller be heard on audio streams; set by the state of the call
        self.on_sound: Callable[[Said | Played | Pressed], None] = _nothing
        #: called with what the caller does, before they do it; set by those who keep it
        self.on_turn: Callable[[Turn | ConnectionDrop], None] = _nothing
        #: called with what the phone sends within the call; set by the call
        self.on_request: Callable[[PhoneRequest], None] = _nothing
        #: called with words that no recogniser has heard
        self.on_unheard: Callable[[str], None] = _nothing
        #: the clock of the call
        self.clock = clock
        self._pace = pace
        self._note = note

    # -- who listens

    def open(self, ear: Ear) -> None:
        """Let somebody listen from now on."""
        if ear not in self.ears:
            self.ears.append(ear)
            self.changed()

    def close(self, ear: Ear) -> None:
        """Let somebody listen no more; does nothing if they do not."""
        if ear in self.ears:
            self.ears.remove(ear)
            self.changed()

    def changed(self) -> None:
        """Tell those who watch the phone."""
        for watch in list(self.on_change):
            watch()

    @property
    def wait(self) -> CallerWait | None:
        """The kind of turn that is waited for; None if nobody listens."""
        waits = [ear.wait for ear in self.ears]
        if not waits:
            return None
        return CallerWait(
            keys_begun=any(wait.keys_begun for wait in waits),
            keys_only=not any(ear.speech for ear in self.ears) and all(wait.keys_only for wait in waits),
            endless=all(wait.endless for wait in waits),
            optional=all(wait.optional or wait.immediate for wait in waits),
            immediate=all(wait.immediate for wait in waits),
        )

    @property
    def awaits_turn(self) -> bool:
        """True if it is the turn of the caller: somebody waits for it, and the caller has heard all out."""
        wait = self.wait
        return wait is not None and not (wait.optional or wait.immediate or self.playing or self.busy)

    # -- what the caller does

    def take(self, turn: Turn) -> Future:
        """Let the caller take a turn in the time that it needs. Returns a future that is known when it is over."""
        self.on_turn(turn)
        if isinstance(turn, Said):
            steps = self._say(turn, turn.lead if turn.lead is not None else self._pace.before_speech)
        elif isinstance(turn, Pressed):
            steps = self._press(turn)
        elif isinstance(turn, Played):
            steps = self._play(turn)
        elif isinstance(turn, Beep):
            steps = self._beep(turn)
        else:
            if isinstance(turn, PhoneRequest):
                self.on_request(turn)
            elif isinstance(turn, Silence):
                self._note("(silence)")
                for ear in list(self.ears):
                    ear.on_silence()
            done = Future()
            done.set()
            return done
        self.busy = True
        flow = Flow(steps, lambda wait: wait)
        flow.on_done(lambda _: self._finish())
        return flow.start()

    def _finish(self) -> None:
        self.busy = False
        self.changed()

    def _say(self, said: Said, lead: float) -> Generator[Future, Any, None]:
        yield sleep(self.clock, lead)
        self._note(said.text)
        self.on_sound(said)
        self._voice(said)
        words = said.text.split()
        if said.interim == "words":
            for count in range(1, len(words) + 1):
                yield sleep(self.clock, self._pace.word)
                self._interim(replace(said, text=" ".join(words[:count]), confidence=INTERIM_CONFIDENCE))
        elif said.interim == "once":
            self._interim(replace(said, confidence=INTERIM_CONFIDENCE))
        self._voice(None)
        yield sleep(self.clock, self._pace.final)
        self.final(said)

    def _voice(self, sound: Sound | None) -> None:
        for ear in list(self.ears):
            ear.on_voice(sound)

    def _interim(self, said: Said) -> None:
        for ear in list(self.ears):
            if ear.speech and ear in self.ears:
                ear.on_interim(said)

    def final(self, said: Said) -> None:
        """Let all recognisers have the final result of words."""
        heard = False
        for ear in list(self.ears):
            if ear.speech and ear in self.ears:
                heard = True
                ear.on_final(said)
        if not heard:
            self.on_unheard(said.text)

    def _press(self, pressed: Pressed) -> Generator[Future, Any, None]:
        lead = pressed.lead if pressed.lead is not None else self._pace.before_key
        yield sleep(self.clock, lead)
        self._note(f"(presses {pressed.keys})")
        for number, key in enumerate(pressed.keys):
            if number:
                yield sleep(self.clock, self._pace.key)
            self.key(key)

    def key(self, key: str) -> None:
        """Let the caller press one key."""
        self.on_sound(Pressed(key))
        for ear in list(self.ears):
            if ear.keys and ear in self.ears:
                ear.on_key(key)

    def _play(self, played: Played) -> Generator[Future, Any, None]:
        clip = played.clip()
        self._note(f"[audio: {clip.seconds:.1f} s]")
        self.on_sound(played)
        self._voice(played)
        yield sleep(self.clock, clip.seconds)
        self._voice(None)

    def _beep(self, beep: Beep) -> Generator[Future, Any, None]:
        yield sleep(self.clock, beep.lead or 0.0)
        self._note("(beeps)")
        for ear in list(self.ears):
            ear.on_tone(beep.frequency)
        yield sleep(self.clock, _BEEP)
