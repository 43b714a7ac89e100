"""A call, as the others know it that it meets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .leg import Leg
from .transcript import Who
from .turns import Played, Sound

__all__ = ["Party"]


@dataclass(eq=False)
class Party:
    """One call, as the others know it.

    Args:
        leg: The leg of the caller.
        tell: Has something done in the thread of the call. Threads: any.
        note: Writes into the transcript of the call; in its thread.
    """

    leg: Leg
    tell: Callable[[Callable[[], object]], None]
    note: Callable[[Who, str], None]
    #: called with the SID of another call before what its caller says is written down; set by those who watch the call
    on_hearing: Callable[[str], None] = lambda call_sid: None
    #: takes what the caller of another call is heard as on the audio streams of this one; in its thread
    on_voice: Callable[[Sound], None] = lambda sound: None

    @property
    def number(self) -> str:
        """The number of the caller."""
        return self.leg.from_

    def hear_voice(self, sound: Sound) -> None:
        """Hear the voice of the caller of another call, from its beginning; in the thread of this one."""
        self.on_voice(sound)
        if isinstance(sound, Played):
            self.note("party", f"[audio: {sound.clip().seconds:.1f} s]")

    def hear(self, text: str, call_sid: str) -> None:
        """Hear what the caller of another call says; in the thread of this one."""
        self.on_hearing(call_sid)
        self.note("party", text)
