"""Answering machine detection (AMD): who it is that has answered, told by their first words and by a beep."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ..clock import Timer
from ..phone import Ear, Phone
from ..stack import VerbStack, speech_options
from ..turns import Said
from ..waits import CallerWait, HookRequest, Verb

__all__ = ["detect_caller", "detect_machine"]

#: defaults of the server, in milliseconds
_NO_SPEECH, _DECISION, _TONE, _COMPLETION = 5000, 15_000, 20_000, 2000
#: milliseconds in which a machine that has beeped says nothing more
_AFTER_BEEP = 1000
#: words that make a greeting that of a machine
_WORDS = 9


class _Detector:
    """Listens to one phone until it is known who is there, and until a machine has ended its greeting.

    Args:
        stack: The stack of the call that is told.
        options: The ``amd``.
        phone: The phone.
        on_stop: Called when it does not listen any more.
    """

    def __init__(self, stack: VerbStack, options: Verb, phone: Phone, on_stop: Callable[[], None]) -> None:
        #: called with the event of the decision
        self.on_decision: Callable[[str], None] = lambda event: None
        self._stack = stack
        self._hook = options.get("actionHook")
        self._phone = phone
        self._on_stop = on_stop
        self._language = speech_options(stack.call, options).get("language", "en-US")
        self._words = int(options.get("thresholdWordCount") or _WORDS)
        count = int(options.get("digitCount") or 0)
        self._digits = re.compile(rf"[0-9]{{{count}}}") if count else None
        self._timers: Verb = options.get("timers") or {}
        self._decided = False
        self._is_machine = False
        self._beeped = False
        self._running: dict[str, Timer] = {}
        self._ear = Ear(
            lambda said: self._hear(said, final=False), lambda said: self._hear(said, final=True), keys=False
        )
        self._ear.on_tone = self._beep
        self._ear.wait = CallerWait(optional=True, immediate=True)
        self._start("noSpeechTimeoutMs", _NO_SPEECH, lambda: self._decide("amd_no_speech_detected"))
        self._start("decisionTimeoutMs", _DECISION, lambda: self._decide("amd_decision_timeout"))
        self._start("toneTimeoutMs", _TONE, self.stop)
        phone.open(self._ear)

    def stop(self) -> None:
        """Listen no more, and tell so; does nothing the second time."""
        if self._ear in self._phone.ears:
            self.close()
            self._tell("amd_stopped")

    def close(self) -> None:
        """Listen no more, without a word."""
        for timer in self._running.values():
            timer.cancel()
        self._phone.close(self._ear)
        self._on_stop()

    def _start(self, name: str, default: float, action: Callable[[], None]) -> None:
        """Start a timer, or start it again."""
        if name in self._running:
            self._running[name].cancel()
        given = self._timers.get(name)
        seconds = float(default if given is None else given) / 1000
        self._running[name] = self._stack.call.clock.call_later(seconds, action)

    def _tell(self, event: str, **more: Any) -> None:
        call = self._stack.call
        call.note("event", f"answering machine detection: {event}")
        if self._hook:
            data = self._stack.leg.describe(type=event, **more)
            call.send_hook(HookRequest(self._hook, data), lambda answer: answer.verbs)

    def _decide(self, event: str, **more: Any) -> None:
        self._decided = True
        self._running["noSpeechTimeoutMs"].cancel()
        self._running["decisionTimeoutMs"].cancel()
        self._tell(event, **more)
        if event == "amd_machine_detected":
            self._is_machine = True
            self._wait_for_end()
        else:
            self.stop()
        self.on_decision(event)

    def _hear(self, said: Said, *, final: bool) -> None:
        if self._decided:
            if self._is_machine:
                self._wait_for_end()
            return
        self._running["noSpeechTimeoutMs"].cancel()
        about = {"greeting": said.text, "language": self._language}
        words = len(said.text.split(" "))
        if self._digits is not None and self._digits.search(said.text):
            self._decide("amd_machine_detected", reason="digit count", **about)
        elif final and words < self._words:
            self._decide("amd_human_detected", reason="short greeting", **about)
        elif words >= self._words:
            self._decide("amd_machine_detected", reason="long greeting", **about)

    def _wait_for_end(self) -> None:
        """Wait until the machine says nothing more."""
        if self._beeped:
            self._timers = {**self._timers, "greetingCompletionTimeoutMs": _AFTER_BEEP}
        self._start("greetingCompletionTimeoutMs", _COMPLETION, self._end_greeting)

    def _end_greeting(self) -> None:
        self._tell("amd_machine_stopped_speaking")
        self.stop()

    def _beep(self, frequency: int) -> None:
        if not self._beeped:
            self._beeped = True
            self._running["toneTimeoutMs"].cancel()
            self._tell("amd_tone_detected", frequency=frequency, variance=0)


def detect_machine(
    stack: VerbStack, options: Verb, phone: Phone, on_decision: Callable[[str], None] = lambda event: None
) -> Callable[[], None]:
    """Find out who answers on a phone. Returns the function that ends that, and tells so if it has not ended.

    Args:
        stack: The stack of the call that is told.
        options: The ``amd``.
        phone: The phone.
        on_decision: Called with the event of the decision, once the app has been told of it.
    """
    detector = _Detector(stack, options, phone, lambda: None)
    detector.on_decision = on_decision
    return detector.stop


def detect_caller(stack: VerbStack, options: Verb) -> None:
    """Find out who the caller is, as the ``amd`` of a ``config`` asks for."""
    call = stack.call
    earlier = call.background.pop("amd", None)
    if earlier is not None:
        earlier()

    def forget() -> None:
        call.background.pop("amd", None)

    call.background["amd"] = _Detector(stack, options, call.phone, forget).close
