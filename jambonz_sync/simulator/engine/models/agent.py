"""The agent of jambonz itself: speech-to-text, a language model and text-to-speech, with turn taking."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar, get_args

from ....protocol.actions.choices import AgentUpdateType
from .vendor import Dropped, Ending, Event, Failure, Function, NoInput, Output, ToolHook, Vendor, as_object, mapping_of

__all__ = ["Agent"]

#: seconds until an agent asks a silent caller again, if its verb does not say
_NO_RESPONSE_TIMEOUT = 12
#: seconds of speech that interrupt an agent, if its verb does not say
_MIN_SPEECH = 0.5
#: words by which a caller shows that they listen
_BACKCHANNEL = frozenset(
    (
        "ah",
        "aha",
        "hm",
        "hmm",
        "mhm",
        "mm",
        "mm-hmm",
        "oh",
        "ok",
        "okay",
        "right",
        "sure",
        "uh-huh",
        "yeah",
        "yep",
        "yes",
    )
)
#: what a turn takes, in milliseconds, as a server in the same region as its vendors has it
_LATENCY = {"stt_ms": 120, "eot_ms": 200, "llm_ms": 450, "tts_ms": 150}


class Agent(Vendor):
    """The ``agent`` verb, which tells its event hook of each step and each turn."""

    EVENTS: ClassVar[tuple[str, ...]] = ("turn_end", "user_transcript", "llm_response", "user_interruption")
    KNOWN = True
    EVENT_MESSAGE = "agent:event"
    TOOL_MESSAGE = "agent:tool-call"

    def __init__(self, name: str, verb: Mapping[str, Any], server: str | None) -> None:
        super().__init__(name, dict(verb), server)
        self._said = ""
        self._tool_calls: list[dict[str, Any]] = []

    def heard(self, text: str) -> list[Event]:
        self._said = text
        return [{"type": "user_transcript", "transcript": text}]

    def starts_speaking(self, text: str) -> list[Event]:
        return [{"type": "llm_response", "response": text}]

    def has_spoken(self, text: str) -> list[Event]:
        return [self._turn_end(text, interrupted=False)]

    def was_interrupted(self, text: str, spoken: str) -> list[Event]:
        return [{"type": "user_interruption"}, self._turn_end(spoken, interrupted=True)]

    def failed(self, error: Any) -> Failure:
        return Failure(ending=Ending("server failure", error))

    @property
    def can_be_interrupted(self) -> bool:
        return mapping_of(self.verb.get("bargeIn")).get("enable", True) is not False

    def is_interrupted_by(self, words: str, seconds: float) -> bool:
        options = mapping_of(self.verb.get("bargeIn"))
        if options.get("strategy") == "interruptPrediction":
            signals = set(re.findall(r"[\w-]+", words.lower())) <= _BACKCHANNEL
            return self.can_be_interrupted and not signals
        return self.can_be_interrupted and seconds >= options.get("minSpeechDuration", _MIN_SPEECH)

    @property
    def speaks(self) -> bool:
        return self.verb.get("speak") is not False

    def no_input(self, count: int) -> NoInput | None:
        seconds = self.verb.get("noResponseTimeout", _NO_RESPONSE_TIMEOUT)
        most = self.verb.get("noResponseMaxPrompts") or 0
        if not seconds:
            return None
        if most and count > most:
            return NoInput(seconds, ends="no_response")
        return NoInput(seconds, asks_again=True)

    def tool_hook(self, function: Function) -> ToolHook:
        data = {"name": function.name, "arguments": function.arguments}
        self._tool_calls.append({"tool_call_id": function.id, **data})
        return ToolHook(function.id, data, [function])

    def read_outputs(self, call_id: str, data: Any) -> list[Output]:
        return [Output(call_id, as_object(data, "an object"))]

    def take_update(self, data: Mapping[str, Any]) -> None:
        if data.get("type") not in get_args(AgentUpdateType):
            raise Dropped(f"its type must be one of {', '.join(get_args(AgentUpdateType))}, got {data.get('type')!r}")

    def _turn_end(self, response: str, *, interrupted: bool) -> Event:
        latency = dict(_LATENCY)
        event: Event = {
            "type": "turn_end",
            "transcript": self._said,
            "response": response,
            "interrupted": interrupted,
            "confidence": 0.95,
            "latency": latency,
        }
        if self._tool_calls:
            event["tool_calls"], self._tool_calls = self._tool_calls, []
            latency["tool_ms"] = 100
        self._said = ""
        return event
