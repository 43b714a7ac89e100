"""What the caller hears while a tool of an agent takes its time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..clock import Timer
from ..flow import Future
from ..waits import Verb
from .host import Host
from .tools import tool_declarations
from .vendor import mapping_of

__all__ = ["ToolFiller"]

#: seconds from the call of a tool, unless the verb says otherwise
_START, _ESCALATION = 2.0, 10.0
#: the phrases, in the place of those that a model writes
_PHRASES = ("One moment, please.", "This takes a little longer than usual. Thank you for waiting.")


class ToolFiller:
    """The ``toolFiller`` of a verb: audio, which ends with the tool, or phrases, which are spoken to their end.

    Args:
        call: The call.
        verb: The verb; one without a ``toolFiller`` is silent while its tools run.
    """

    def __init__(self, call: Host, verb: Verb) -> None:
        self._call = call
        self._options = verb.get("toolFiller")
        self._by_tool = _by_tool(verb)
        # the ids of the calls of tools -> what is due for them, or plays
        self._timers: dict[str, list[Timer]] = {}
        self._playing: set[str] = set()
        # known once the phrase that is spoken is over; None if none is
        self._phrase: Future | None = None

    def start(self, call_id: str, tool: str) -> None:
        """Take it that a tool was called."""
        options = mapping_of(self._by_tool.get(tool, self._options))
        kind, later = options.get("type"), self._call.clock.call_later
        start = float(options.get("startDelaySecs", _START))
        if kind == "audio":
            self._timers[call_id] = [later(start, lambda: self._play(call_id, str(options.get("url"))))]
        elif kind == "backchannel":
            escalation = float(options.get("escalationSecs", _ESCALATION))
            first, longer = _PHRASES
            self._timers[call_id] = [
                later(start, lambda: self._speak(first)),
                later(escalation, lambda: self._speak(longer)),
            ]

    def stop(self, call_id: str) -> None:
        """Take it that a tool has put something out."""
        for timer in self._timers.pop(call_id, ()):
            timer.cancel()
        if call_id in self._playing:
            self._playing.remove(call_id)
            self._add_playing(-1)

    def stop_all(self) -> None:
        """End all of it: the conversation is over."""
        for call_id in list(self._timers):
            self.stop(call_id)

    @property
    def phrase(self) -> Future | None:
        """The phrase that is being spoken, known once it is over; None if none is."""
        return self._phrase

    def _play(self, call_id: str, url: str) -> None:
        self._call.note("app", f"(plays {url})")
        self._playing.add(call_id)
        self._add_playing(1)

    def _speak(self, text: str) -> None:
        if self._phrase is not None:
            return
        call = self._call
        call.note("app", text)
        self._phrase = phrase = Future()
        self._add_playing(1)

        def over() -> None:
            self._phrase = None
            self._add_playing(-1)
            phrase.set()

        call.clock.call_later(call.pace.of_text(text), over)

    def _add_playing(self, count: int) -> None:
        phone = self._call.phone
        phone.playing += count
        phone.changed()


def _by_tool(verb: Verb) -> Mapping[str, Any]:
    """Return the fillers that tools have of their own, by the names of the tools."""
    tools = map(mapping_of, tool_declarations(verb))
    return {str(tool.get("name")): tool["filler"] for tool in tools if "filler" in tool}
