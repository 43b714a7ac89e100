"""The stack of verbs of a leg: of the call itself, of a callee who is asked to confirm, of somebody who waits."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, cast

from ...verbs.speech import taken_for_url
from ..errors import HookFailed
from ..media.pcm import Clip, speech_tone
from .leg import Leg
from .state import CallState
from .transcript import Who
from .turns import Played, Pressed, Said, Silence, Turn
from .waits import AudioWait, CallerWait, HookRequest, Killed, ReactionWait, Steps, Verb

__all__ = ["VerbStack", "VerbTask", "as_text", "transcription"]


class VerbStack:
    """A stack of verbs and the leg that hears them, with all that verbs do to that leg.

    Methods that return :class:`Steps` are for ``yield from``: they take as long as what they wait for.
    """

    def __init__(
        self,
        call: CallState,
        leg: Leg,
        tasks: Mapping[str, VerbTask],
        *,
        callee: bool = False,
        parent: VerbStack | None = None,
    ) -> None:
        """Make an empty stack.

        Args:
            call: The state of the call.
            leg: Who hears the verbs.
            tasks: Name of a verb -> the function that runs it.
            callee: The leg was dialled; its turns come from the scenario, not from the caller.
            parent: The stack whose verb waits until this one is done; None for the call itself.
        """
        self.call = call
        self.leg = leg
        self.callee = callee
        self.parent = parent
        self.verbs: list[Verb] = []
        self._tasks = tasks
        self._callee_hung_up = False

    def nested(self, leg: Leg, *, callee: bool = False) -> VerbStack:
        """Make a stack inside of this one, for a callee who is asked to confirm or for somebody who waits."""
        return VerbStack(self.call, leg, self._tasks, callee=callee, parent=self)

    @property
    def hung_up(self) -> bool:
        """True once the leg has hung up."""
        return self._callee_hung_up if self.callee else self.call.ended

    def hang_up(self) -> None:
        """Let a callee hang up; the call goes on."""
        self._callee_hung_up = True

    # -- running verbs

    def execute(self, verb: Verb) -> Steps:
        """Run one verb."""
        call = self.call
        call.transcript.verbs.append(verb)
        outer_verb, call.running_verb = call.running_verb, verb["verb"]
        call.notify_verb_status("starting", verb, by="name")
        try:
            steps = self._tasks[verb["verb"]](self, verb)
            if steps is not None:
                yield from steps
        finally:
            call.running_verb = outer_verb
            call.notify_verb_status("finished", verb, by="name")

    def run_verbs(self, verbs: list[Verb]) -> Steps:
        """Run these verbs, and those that their hooks put in their place, to the end."""
        self.verbs = verbs
        while self.verbs and not self.hung_up:
            yield from self.execute(self.verbs.pop(0))

    def replace(self, verbs: list[Verb]) -> None:
        """Put verbs in the place of those that have not run yet."""
        if not self.hung_up:
            self.verbs = verbs

    # -- what the leg hears

    def say(self, verb: Verb) -> None:
        """Speak the text of a ``say``."""
        text = verb.get("text", "")
        for part in cast("list[str]", text) if isinstance(text, list) else [str(text)]:
            scheme = taken_for_url(part)
            if scheme is not None and scheme.lower() not in ("http", "https"):
                start = f"{scheme}:"
                self.call.note_error(f"nothing is spoken: jambonz takes a text that starts with {start!r} for a URL")
                continue
            self.call.note("app", self._to_callee(part.lstrip("\u200b") if scheme is None else f"(plays {part})"))

    def play(self, verb: Verb) -> None:
        """Play the recordings of a ``play``."""
        urls = verb["url"]
        for url in cast("list[str]", urls) if isinstance(urls, list) else [str(urls)]:
            self.call.note("app", self._to_callee(f"(plays {url})"))

    def prompt(self, verb: Verb) -> Steps:
        """Perform the ``say`` or ``play`` inside of a ``gather``."""
        if isinstance(verb.get("say"), dict):
            yield from self.playback({"verb": "say", **verb["say"]}, self.say)
        elif isinstance(verb.get("play"), dict):
            yield from self.playback({"verb": "play", **verb["play"]}, self.play)

    def playback(self, verb: Verb, perform: Callable[[Verb], None]) -> Steps:
        """Perform a ``say`` or ``play``, which takes long enough for an app on a WebSocket to cut in."""
        call = self.call
        call.notify_verb_status("start-playback", verb)
        perform(verb)
        try:
            if call.websocket:
                yield ReactionWait()
        except Killed:
            call.notify_verb_status("stop-playback", verb)
            call.notify_verb_status("kill-playback", verb)
            raise
        call.notify_verb_status("stop-playback", verb)

    def _to_callee(self, text: str) -> str:
        return f"{text} (to {self.leg.to})" if self.callee else text

    # -- the call

    def pick_up(self, verb: Verb | None = None) -> None:
        """Answer the call, as verbs that need media do, unless ``verb`` is for early media."""
        call = self.call
        if call.answered_at is None:
            if verb is not None and verb.get("earlyMedia"):
                if call.leg.status != "early-media":
                    call.set_status(call.leg, "early-media")
                return
            call.answered_at = call.now
            call.set_status(call.leg, "in-progress")

    # -- hooks

    def ask_app(self, hook: Any, data: dict[str, Any], type: str = "verb:hook") -> Steps:
        """Send a hook and return the verbs of its answer. Raises HookFailed."""
        answer = yield HookRequest(hook, data, type)
        if answer.error is not None:
            raise HookFailed(answer.error, call_sid=self.leg.call_sid)
        return answer.verbs

    def run_action_hook(self, verb: Verb, *, use_answer: bool = True, type: str = "verb:hook", **results: Any) -> Steps:
        """Report how a verb ended; the verbs of the answer replace those on the stack. Raises HookFailed.

        Args:
            verb: The verb that ends; nothing happens if it has no ``actionHook``.
            use_answer: False if verbs have already replaced those on the stack.
            type: The type of the message on a WebSocket.
            results: What the hook says beside who the call is.
        """
        hook = verb.get("actionHook")
        if not hook:
            return
        answer = yield HookRequest(hook, self.hook_data(verb, **results), type, ends_verb=True)
        if answer.error is not None:
            raise HookFailed(answer.error, call_sid=self.leg.call_sid)
        if use_answer and answer.verbs:
            self.replace(answer.verbs)

    def send_action_hook(self, verb: Verb, **results: Any) -> None:
        """Report how a verb ended that does not wait for the answer: the next verb runs meanwhile."""
        if verb.get("actionHook"):
            self.send_hook(verb["actionHook"], self.hook_data(verb, **results))

    def send_hook(self, hook: Any, data: dict[str, Any], type: str = "verb:hook") -> None:
        """Send a hook without waiting for its answer; the verbs of the answer replace what runs by then."""
        self.call.send_hook(HookRequest(hook, data, type), lambda answer: answer.verbs)

    def hook_data(self, verb: Verb, **results: Any) -> dict[str, Any]:
        """Return what a hook of a verb says: who the call is, and ``results``."""
        verb_id = {"verb_id": verb["id"]} if "id" in verb else {}
        return self.leg.describe(**results, **verb_id)

    # -- the person on the leg

    def hear_caller(self, wait: CallerWait, *, interrupts: bool = False) -> Steps:
        """Wait for a turn of the person on this leg, who is heard on audio streams, too.

        Args:
            wait: The kind of turn.
            interrupts: Words end what is being streamed to the caller.

        Returns a Turn; None if the wait was immediate, or ended with its stream.
        """
        if self.callee:
            keys = self.call.callee_keys
            turn: Turn | None = Pressed(keys.pop(0)) if keys else Silence()
        else:
            turn = yield wait
        call = self.call
        who: Who = "callee" if self.callee else "caller"
        match turn:
            case Said():
                call.note(who, turn.text)
                if interrupts:
                    self.interrupt_text()
                yield from self._speak(speech_tone(turn.text))
            case Played():
                clip = turn.clip()
                call.note(who, f"[audio: {clip.seconds:.1f} s]")
                yield from self._speak(clip)
            case Pressed():
                call.note(who, f"(presses {turn.keys})")
                if not self.callee:
                    call.streams.press(turn.keys)
            case Silence():
                call.note(who, "(silence)")
            case _:
                pass
        return turn

    def interrupt_text(self) -> None:
        """Throw away the text that is being streamed to the caller."""
        if self.call.tokens.interrupt():
            self.call.speak_streamed([])

    def _speak(self, clip: Clip) -> Steps:
        """Be heard on all audio streams, which takes as long as the clip."""
        streams = self.call.streams
        streams.speak(clip)
        if streams.forks:
            yield AudioWait(lambda: not streams.speaking)

    def barge_in(self, wait: CallerWait) -> Steps:
        """Listen in the background, as a ``config`` with ``bargeIn`` has asked for."""
        options: Verb = self.call.configuration["bargeIn"]
        turn = yield from self.hear_caller(wait, interrupts=options.get("bargein", True))
        inputs = options.get("input") or ["speech"]
        if isinstance(turn, Said) and "speech" in inputs:
            results = self.leg.describe(speech=transcription(turn, self.call.configuration), reason="speechDetected")
        elif isinstance(turn, Pressed) and "digits" in inputs:
            results = self.leg.describe(digits=turn.keys, reason="dtmfDetected")
        else:
            return
        if not options.get("sticky"):
            self.call.configuration["bargeIn"] = {}
        if self.call.websocket:
            self.verbs = []
        if options.get("actionHook"):
            verbs = yield from self.ask_app(options["actionHook"], results)
            if verbs:
                self.replace(verbs)


#: runs a verb: at once, or in steps
VerbTask = Callable[[VerbStack, Verb], Steps | None]


def transcription(said: Said, options: Verb, *, final: bool = True) -> dict[str, Any]:
    """Return what the recogniser makes of words; ``options`` may hold a ``recognizer``."""
    settings: Verb = options.get("recognizer") or {}
    vendor = settings.get("vendor", "google")
    return {
        "language_code": settings.get("language", "en-US"),
        "channel_tag": 1,
        "is_final": final,
        "alternatives": [{"transcript": said.text, "confidence": said.confidence}],
        "vendor": {"name": "google" if vendor == "default" else vendor, "evt": {}},
    }


def as_text(value: object) -> str:
    """Return a value of a verb as one line of a transcript."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
