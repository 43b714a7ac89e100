"""The collector of a ``gather``: words and keys of the caller, until one of many things ends it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

from ..clock import Timer
from ..flow import Future
from ..phone import Ear
from ..stack import VerbStack, speech_options, transcription
from ..stt_latency import SttLatency
from ..turns import Said
from ..waits import CallerWait, HookRequest, Verb

__all__ = ["Collector"]


def _nothing() -> None:
    pass


class Collector:
    """Collects what a ``gather``, or the ``bargeIn`` of a ``config``, asks for.

    Args:
        stack: The stack of the verb.
        verb: The options.
        background: It is that of a ``bargeIn``, which has no time-out unless it is given one.
        on_cut: Called when the caller cuts in.
    """

    def __init__(
        self, stack: VerbStack, verb: Verb, *, background: bool = False, on_cut: Callable[[], None] = _nothing
    ) -> None:
        self.stack = stack
        self.verb = verb
        #: what the action hook reports; known when the gather is over
        self.results = Future()
        self.inputs = cast("list[str]", verb.get("input") or ["speech" if background else "digits"])
        self.speech = "speech" in self.inputs
        self.digits = "digits" in self.inputs
        #: True once the prompt is over; before, and without one, the app is told of whoever cuts in
        self.prompt_over = False
        self._call = stack.call
        self._options = speech_options(stack.call, verb)
        self._background = background
        self._on_cut = on_cut
        self._keys = ""
        self._texts: list[Said] = []
        self._timeout: Timer | None = None
        self._between_keys: Timer | None = None
        self._after_words: Timer | None = None
        timeout = verb.get("timeout", 0 if background else 15)
        self._seconds = 0.0 if timeout == 0 else float(timeout or 15)
        #: what the hook tells of the recogniser
        self._latency = SttLatency(stack.call)
        self._fast: Timer | None = None
        fast = self._options.get("fastRecognitionTimeout")
        self._fast_seconds = float(fast) if isinstance(fast, int | float) and self.speech else 0.0
        asr_timeout = self._options.get("asrTimeout")
        self._asr_timeout = float(asr_timeout) if isinstance(asr_timeout, int | float) and asr_timeout > 0 else 0.0
        self._ear = Ear(self._interim, self._final, self.press, speech=self.speech, keys=True)
        self._ear.wait = CallerWait(endless=not self._seconds, immediate=background)

    @property
    def wait(self) -> CallerWait:
        """The kind of turn that is waited for."""
        return self._ear.wait

    @property
    def bargein(self) -> bool:
        """True if words cut what is played short."""
        return bool(self.verb.get("bargein", self._background))

    # -- listening

    def listen(self) -> None:
        """Begin to listen."""
        self.stack.call.phone.open(self._ear)

    def start_timer(self) -> None:
        """Begin the time-out, or begin it again."""
        self._stop(self._timeout)
        if self._seconds and not self.results.done:
            self._timeout = self._call.clock.call_later(self._seconds, self._timed_out, patient=True)

    def stop(self) -> None:
        """Stop listening."""
        self._call.phone.close(self._ear)
        for timer in (self._timeout, self._between_keys, self._after_words, self._fast):
            self._stop(timer)

    @staticmethod
    def _stop(timer: Timer | None) -> None:
        if timer is not None:
            timer.cancel()

    def _resolve(self, **results: Any) -> None:
        if not self.results.done:
            self.stop()
            if self.verb.get("bargein") and "say" not in self.verb and "play" not in self.verb:
                self.stack.interrupt_text()  # whatever ends such a gather does
            if self.speech and results.get("reason") != "dtmfDetected":
                results |= self._latency.fields()
            self.results.set(results)

    def _timed_out(self) -> None:
        min_digits = self.verb.get("minDigits")
        if self._asr_timeout and self._texts:
            self._resolve_words()
        elif min_digits is not None and len(self._keys) >= min_digits:
            self._resolve(digits=self._keys, reason="dtmfDetected")
        else:
            if self._keys:
                text = f"the keys {self._keys} are dropped: the gather timed out"
                self._call.note("event", text)
                self._call.find("digits-dropped", text, where="gather.minDigits")
            self._resolve(reason="timeout")

    # -- words

    def _interim(self, said: Said) -> None:
        call, verb = self._call, self.verb
        if self._timeout is not None and self._timeout.pending:
            self.start_timer()
        if self._after_words is not None and self._after_words.pending:
            self._wait_for_more_words()
        speech = transcription(said, self._options, final=False)
        words = len(said.text.split())
        if self.bargein and words >= int(verb.get("minBargeinWordCount") or 1):
            if not self.prompt_over:
                call.notify_verb_status("speech-bargein-detected", self._named, **speech)
            self._cut()
        if self._fast_seconds:
            self._stop(self._fast)
            # what was understood by then counts, as the server has it, whatever its confidence
            result = {**speech, "is_final": True}
            self._fast = call.clock.call_later(
                self._fast_seconds, lambda: self._resolve(speech=result, reason="speechDetected")
            )
        hook = verb.get("partialResultHook")
        if hook:
            request = HookRequest(hook, self.stack.leg.describe(speech=speech))
            call.send_hook(request, self._partial_answered)

    def _cut(self) -> None:
        # a gather with a prompt of its own stops that one, and no text that is streamed beside it
        if "say" not in self.verb and "play" not in self.verb:
            self.stack.interrupt_text()
        self._on_cut()

    def _partial_answered(self, answer: Any) -> list[Verb]:
        if answer.verbs:
            text = "verbs in the answer to a partialResultHook are not run"
            self._call.find("answer-lost", text, where=str(self.verb.get("partialResultHook")), wire=answer.data)
        return []

    def _final(self, said: Said) -> None:
        if not said.text.strip():
            return
        self._latency.take_final(said)
        if self._asr_timeout:
            text = said.text.rstrip()
            self._texts.append(replace(said, text=text[:-1] if text[-1:] in tuple(",;:.!?") else text))
            self._stop(self._timeout)
            self._wait_for_more_words()
            return
        self._resolve_speech(said, transcription(said, self._options))

    def _wait_for_more_words(self) -> None:
        self._stop(self._after_words)
        self._after_words = self._call.clock.call_later(self._asr_timeout, self._resolve_words)

    def _resolve_words(self) -> None:
        texts = self._texts
        joined = replace(texts[-1], text=" ".join(said.text for said in texts), alternatives=())
        speech = transcription(joined, self._options)
        speech["vendor"]["evt"] = [transcription(said, self._options) for said in texts]
        self._resolve_speech(joined, speech)

    def _resolve_speech(self, said: Said, speech: dict[str, Any]) -> None:
        least = self._options.get("minConfidence")
        sure = not isinstance(least, int | float) or said.confidence >= least
        self._resolve(speech=speech, reason="speechDetected" if sure else "stt-low-confidence")

    # -- keys

    @property
    def _named(self) -> Verb:
        return {**self.verb, "verb": "gather"}

    def press(self, key: str) -> None:
        """Take one key."""
        verb, call = self.verb, self._call
        self._stop(self._between_keys)
        if self._texts and key == str(self._options.get("asrDtmfTerminationDigit")):
            return self._resolve_words()
        if not self.digits:
            call.note("event", "nobody listens: this gather takes speech only")
            return None
        if verb.get("dtmfBargein", True):
            if not self.prompt_over:
                call.notify_verb_status("dtmf-bargein-detected", self._named, dtmf=key, duration="1600")
            self._cut()
        if key == verb.get("finishOnKey"):
            return self._resolve(digits=self._keys, reason="dtmfDetected")
        if not self._keys:
            self._ear.speech = False  # keys go before words
        self._keys += key
        self._ear.wait = CallerWait(keys_begun=True, endless=not self._seconds, immediate=self._background)
        if len(self._keys) in (verb.get("numDigits"), verb.get("maxDigits")):
            return self._resolve(digits=self._keys, reason="dtmfDetected")
        # without minDigits the timer between keys never starts: on the server a comparison with undefined is false
        min_digits, seconds = verb.get("minDigits"), verb.get("interDigitTimeout")
        if seconds and min_digits is not None and len(self._keys) >= min_digits:
            self._between_keys = call.clock.call_later(float(seconds), self._keys_done)
        return None

    def _keys_done(self) -> None:
        self._resolve(digits=self._keys, reason="dtmfDetected")
