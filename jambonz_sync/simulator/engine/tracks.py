"""The tracks that ``dub`` mixes into what a party hears, as the media server plays them."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import cast

from .flow import Flow
from .leg import Leg
from .state import CallState
from .waits import IdleWait, Sleep, Steps, Verb

__all__ = ["dub"]

#: tracks that one party may have
_MOST = 2


@dataclass(frozen=True, slots=True)
class _Audio:
    text: str
    seconds: float
    loop: bool


@dataclass(eq=False)
class _Track:
    """One track: its audio is played one after the other.

    Args:
        name: Its name.
    """

    name: str
    queue: deque[_Audio] = field(default_factory=deque[_Audio])
    flow: Flow | None = None
    #: True once it was silenced: as on the server, nothing is heard on it any more
    silenced: bool = False

    def stop(self) -> None:
        """Play nothing more."""
        self.queue.clear()
        if self.flow is not None:
            self.flow.kill()


def dub(call: CallState, leg: Leg, verb: Verb) -> None:
    """Do what a ``dub`` says with the tracks of a leg."""
    action, name = str(verb["action"]), str(verb["track"])
    tracks = call.tracks.setdefault(leg.call_sid, {})
    call.note("event", f"dub {action} {name}{_how(verb)}{'' if leg is call.leg else f' (for {leg.to})'}")
    if action == "addTrack":
        if name in tracks or len(tracks) == _MOST:
            why = "there is such a track" if name in tracks else f"the server has room for {_MOST} tracks only"
            _ignore(call, f"dub addTrack {name}: {why}")
            return
        tracks[name] = _Track(name)
    if name not in tracks:
        _ignore(call, f"dub {action} {name}: there is no such track")
    elif action == "removeTrack":
        tracks.pop(name).stop()
    elif action == "silenceTrack":
        tracks[name].silenced = True
        tracks[name].stop()
    elif (audio := _audio(call, verb)) is not None:
        _play(call, leg, tracks[name], audio)


def _how(verb: Verb) -> str:
    loops, gain = " in a loop" if verb.get("loop") else "", verb.get("gain")
    return f"{loops} at {gain}{'' if isinstance(gain, str) else ' dB'}" if gain else loops


def _audio(call: CallState, verb: Verb) -> _Audio | None:
    """Return the audio that a verb asks for, if any."""
    says = verb["action"] == "sayOnTrack" or "play" not in verb
    if not says and verb.get("play"):
        return _Audio(f"(plays {verb['play']})", call.pace.recording, bool(verb.get("loop")))
    say = verb.get("say")
    text = cast("Verb", say).get("text") if isinstance(say, dict) else say
    return _Audio(str(text), call.pace.of_text(str(text)), bool(verb.get("loop"))) if says and text else None


def _play(call: CallState, leg: Leg, track: _Track, audio: _Audio) -> None:
    if track.silenced:
        _ignore(
            call, f"nothing is heard on {track.name}: a track that was silenced stays so; remove it, and add it again"
        )
        return
    track.queue.append(audio)
    if track.flow is None or track.flow.done:
        track.flow = Flow(_play_all(call, leg, track), call.wait_of)
        track.flow.start()


def _play_all(call: CallState, leg: Leg, track: _Track) -> Steps:
    while track.queue and not call.ended:
        audio = track.queue.popleft()
        call.note("app", f"{audio.text} (on the track {track.name}{'' if leg is call.leg else f', to {leg.to}'})")
        yield IdleWait() if audio.loop else Sleep(audio.seconds)


def _ignore(call: CallState, text: str) -> None:
    call.find("option-ignored-by-server", text, where="dub")
    call.note("event", text)
