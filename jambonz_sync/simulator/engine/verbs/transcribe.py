"""``transcribe``: what the caller says goes to a hook, as a verb, in the background, or beside a dial."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from ..flow import Future, Killed
from ..phone import Ear, Phone
from ..stack import VerbStack, speech_options, transcription
from ..stt_latency import SttLatency
from ..turns import Said
from ..waits import CallerWait, HookAnswer, HookRequest, IdleWait, Steps, Verb

__all__ = ["Transcriber", "transcribe"]

#: seconds that the server waits for a last transcript when it is stopped
_LAST = 1.5


class Transcriber:
    """Sends what somebody says to a ``transcriptionHook``, as long as it listens.

    Args:
        stack: The stack of the verb.
        verb: The ``transcribe``.
        phones: Who is heard: channel -> their phone. By default the caller, on the first channel.
        nested: It belongs to another verb: the verbs of an answer are not run.
    """

    def __init__(
        self, stack: VerbStack, verb: Verb, phones: Mapping[int, Phone] | None = None, *, nested: bool = False
    ) -> None:
        self._stack = stack
        self._nested = nested
        self._hook = verb.get("transcriptionHook")
        self._options = speech_options(stack.call, verb)
        self._translation_hook = verb.get("translationHook")
        self._languages = self._find_languages() if self._translation_hook else []
        interim = bool(self._options.get("interim"))
        self._ears = [
            (phone, self._ear(channel, interim=interim)) for channel, phone in (phones or {1: stack.call.phone}).items()
        ]
        self._latency = SttLatency(stack.call)
        #: True while the verbs of an answer take the place of the rest
        self.replaces = False
        self._last = Future()
        for phone, ear in self._ears:
            phone.open(ear)

    def _find_languages(self) -> list[str]:
        """Return the languages that the recogniser translates into; only one of Speechmatics does."""
        options: Verb = self._options.get("speechmaticsOptions") or {}
        languages = (options.get("translation_config") or {}).get("target_languages") or []
        if self._options.get("vendor") == "speechmatics" and languages:
            return [str(language) for language in languages]
        text = (
            "the translationHook is not asked: only speechmatics translates, with languages in its translation_config"
        )
        self._stack.call.find("option-ignored-by-server", text, where="transcribe.translationHook")
        return []

    def _ear(self, channel: int, *, interim: bool) -> Ear:
        return Ear(
            on_interim=(lambda said: self._send(said, channel, final=False)) if interim else lambda said: None,
            on_final=lambda said: self._send(said, channel, final=True),
            keys=False,
            wait=CallerWait(optional=True),
        )

    def stop(self) -> None:
        """Stop listening."""
        for phone, ear in self._ears:
            phone.close(ear)

    def wait_for_last(self) -> Steps:
        """Wait for a last transcript, though not for long, and stop."""
        self._last = Future()
        self._stack.call.clock.call_later(_LAST, self._last.set)
        yield self._last
        self.stop()

    def _send(self, said: Said, channel: int, *, final: bool) -> None:
        call, leg = self._stack.call, self._stack.leg
        speech = transcription(said, self._options, final=final, channel=channel)
        latency: Verb = {}
        if final:
            self._latency.take_final(said)
            latency = self._latency.fields()
        if self._hook:
            data: dict[str, Any] = leg.describe_raw(b3=leg.b3, **latency, speech=speech)
            call.send_hook(HookRequest(self._hook, data), self._answered)
        if final:
            self._translate(said, channel)
            self._last.set()

    def _translate(self, said: Said, channel: int) -> None:
        """Send the words in other languages to the ``translationHook``."""
        leg = self._stack.leg
        for language in self._languages:
            text = said.translations.get(language, f"[{language}] {said.text}")
            translation = {"channel": channel, "language": language, "translation": text}
            data = leg.describe_raw(b3=leg.b3, translation=translation)
            self._stack.call.send_hook(HookRequest(self._translation_hook, data), self._answered)

    def _answered(self, answer: HookAnswer) -> list[Verb]:
        if self._nested:
            if answer.verbs:
                text = "verbs in the answer to a hook of transcribe are not run where it is part of another verb"
                self._stack.call.find("answer-lost", text, where=str(self._hook), wire=answer.data)
            return []
        self.replaces = bool(answer.verbs)
        return answer.verbs


def transcribe(stack: VerbStack, verb: Verb) -> Steps:
    """Send what the caller says to a hook, until the app stops it."""
    if verb.get("enable") is False:
        return
    stack.pick_up(verb)
    stack.call.note("event", "transcription starts")
    transcriber = Transcriber(stack, verb)
    try:
        yield IdleWait()
    except Killed:
        if transcriber.replaces:
            transcriber.stop()
        else:
            yield from transcriber.wait_for_last()
        raise


def transcribe_in_background(stack: VerbStack, options: Verb) -> None:
    """Start or stop the ``transcribe`` of a ``config``."""
    call = stack.call
    stop = call.background.pop("transcribe", None)
    if stop is not None:
        stop()
    action = "starts" if options.get("enable") else "stops"
    call.note("event", f"transcribe in the background: {action}")
    if options.get("enable"):
        call.background["transcribe"] = Transcriber(stack, options).stop


def transcribe_beside_dial(stack: VerbStack, verb: Verb, callee: Phone) -> Transcriber | None:
    """Start the ``transcribe`` of a dial, of one party or both; returns None if it has none."""
    options = verb.get("transcribe")
    if not isinstance(options, dict):
        return None
    phones = {1: stack.call.phone, 2: callee}
    channel, recognizer = options.get("channel"), options.get("recognizer")
    if channel in phones:
        phones = {channel: phones[channel]}
    elif isinstance(recognizer, dict) and cast("Verb", recognizer).get("separateRecognitionPerChannel") is False:
        phones = {1: stack.call.phone}
    return Transcriber(stack, cast("Verb", options), phones, nested=True)
