"""What verbs run in: the stack of the call itself, of a callee who is asked to confirm, of a wait in a queue."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, cast

from ...verbs.speech import taken_for_url
from ..errors import HookFailed
from ..media.pcm import Clip, speech
from .leg import Leg
from .state import CallState
from .transcript import Who
from .turns import Played, Pressed, Said, Silence, Turn
from .waits import Ask, Hear, Killed, Quiet, Steps, Until, Verb

__all__ = ["Session", "VerbTask", "shown", "transcription"]


class Session:
    """A stack of verbs, and the leg that hears them. ``callee``: that leg was dialled."""

    def __init__(
        self,
        call: CallState,
        leg: Leg,
        tasks: Mapping[str, VerbTask],
        *,
        callee: bool = False,
        outer: Session | None = None,
    ) -> None:
        """``tasks`` has what is done for each verb; ``outer`` is the session that waits until this one is done."""
        self.call = call
        self.leg = leg
        self.callee = callee
        self.outer = outer
        self.stack: list[Verb] = []
        self._tasks = tasks
        self._left = False

    def inner(self, leg: Leg, *, callee: bool = False) -> Session:
        """A session inside of this one: a callee who is asked to confirm, or somebody who waits."""
        return Session(self.call, leg, self._tasks, callee=callee, outer=self)

    @property
    def gone(self) -> bool:
        """Whether the leg has hung up."""
        return self._left if self.callee else self.call.ended

    def leave(self) -> None:
        """Let a callee hang up."""
        self._left = True

    # -- the verbs

    def execute(self, verb: Verb) -> Steps:
        """Run one verb."""
        call = self.call
        call.transcript.verbs.append(verb)
        outer, call.running = call.running, verb["verb"]
        call.verb_status("starting", verb, by="name")
        try:
            steps = self._tasks[verb["verb"]](self, verb)
            if steps is not None:
                yield from steps
        finally:
            call.running = outer
            call.verb_status("finished", verb, by="name")

    # -- what people hear

    def say(self, verb: Verb) -> None:
        """Speak the text of a ``say``."""
        text = verb.get("text", "")
        for part in cast("list[str]", text) if isinstance(text, list) else [str(text)]:
            word = taken_for_url(part)
            if word is not None and word.lower() not in ("http", "https"):
                self.call.error(f"nothing is spoken: jambonz takes a text that starts with {word + ':'!r} for a URL")
                continue
            self.call.note("app", self._to(part.lstrip("\u200b") if word is None else f"(plays {part})"))

    def play(self, verb: Verb) -> None:
        """Play the recordings of a ``play``."""
        url = verb["url"]
        for one in cast("list[str]", url) if isinstance(url, list) else [str(url)]:
            self.call.note("app", self._to(f"(plays {one})"))

    def prompt(self, verb: Verb) -> Steps:
        """The ``say`` or ``play`` inside of a ``gather``."""
        if isinstance(verb.get("say"), dict):
            yield from self.playback({"verb": "say", **verb["say"]}, self.say)
        elif isinstance(verb.get("play"), dict):
            yield from self.playback({"verb": "play", **verb["play"]}, self.play)

    def playback(self, verb: Verb, perform: Callable[[Verb], None]) -> Steps:
        """Let somebody hear something, which takes long enough for an app on a WebSocket to come in."""
        call = self.call
        call.verb_status("start-playback", verb)
        perform(verb)
        try:
            if call.websocket:
                yield Quiet()
        except Killed:
            call.verb_status("stop-playback", verb)
            call.verb_status("kill-playback", verb)
            raise
        call.verb_status("stop-playback", verb)

    def _to(self, text: str) -> str:
        return f"{text} (to {self.leg.to})" if self.callee else text

    # -- the call

    def pick_up(self, verb: Verb | None = None) -> None:
        """Answer the call, as verbs that need media do, unless this one is for early media."""
        call = self.call
        if call.answered_at is None:
            if verb is not None and verb.get("earlyMedia"):
                if call.leg.status != "early-media":
                    call.status(call.leg, "early-media")
                return
            call.answered_at = call.now
            call.status(call.leg, "in-progress")

    def replace(self, verbs: list[Verb]) -> None:
        if not self.gone:
            self.stack = verbs

    def run(self, verbs: list[Verb]) -> Steps:
        """Run these verbs, and those that their hooks put in their place, to the end."""
        self.stack = verbs
        while self.stack and not self.gone:
            yield from self.execute(self.stack.pop(0))

    # -- the app

    def ask(self, hook: Any, data: dict[str, Any], type: str = "verb:hook") -> Steps:
        """Ask the app and return the verbs that it answered. Raises HookFailed."""
        answer = yield Ask(hook, data, type)
        if answer.error is not None:
            raise HookFailed(answer.error, call_sid=self.leg.call_sid)
        return answer.verbs

    def action(self, verb: Verb, *, expect: bool = True, type: str = "verb:hook", **results: Any) -> Steps:
        """Report how a verb ended; the verbs that come back replace those on the stack. Raises HookFailed."""
        hook = verb.get("actionHook")
        if not hook:
            return
        answer = yield Ask(hook, self.results(verb, **results), type, action=True)
        if answer.error is not None:
            raise HookFailed(answer.error, call_sid=self.leg.call_sid)
        if expect and answer.verbs:
            self.replace(answer.verbs)

    def report(self, verb: Verb, **results: Any) -> None:
        """The action hook of a verb that does not wait for it: the next verb runs meanwhile."""
        if verb.get("actionHook"):
            self.ask_aside(verb["actionHook"], self.results(verb, **results))

    def ask_aside(self, hook: Any, data: dict[str, Any], type: str = "verb:hook") -> None:
        """Ask the app without waiting; verbs that come back replace what runs by then."""

        self.call.aside(Ask(hook, data, type), lambda answer: answer.verbs)

    def results(self, verb: Verb, **results: Any) -> dict[str, Any]:
        more = {"verb_id": verb["id"]} if "id" in verb else {}
        return self.leg.describe(**results, **more)

    # -- the caller

    def hear(self, hear: Hear) -> Steps:
        """What whoever is on this leg does: a Turn, or None from a glance. Audio streams hear it, too."""
        if self.callee:
            keys = self.call.callee_keys
            turn: Turn | None = Pressed(keys.pop(0)) if keys else Silence()
        else:
            turn = yield hear
        call = self.call
        who: Who = "callee" if self.callee else "caller"
        match turn:
            case Said():
                call.note(who, turn.text)
                if call.tokens.interrupt():
                    call.spoken([])
                yield from self._speak(speech(turn.text))
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

    def _speak(self, clip: Clip) -> Steps:
        """Be heard on all audio streams, which takes as long as the clip."""
        streams = self.call.streams
        streams.speak(clip)
        if streams.forks:
            yield Until(lambda: not streams.speaking)

    def barge_in(self, hear: Hear) -> Steps:
        """Listen in the background, as ``config`` with ``bargeIn`` has asked for."""
        options: Verb = self.call.configuration["bargeIn"]
        turn = yield from self.hear(hear)
        takes = options.get("input") or ["speech"]
        if isinstance(turn, Said) and "speech" in takes:
            results = self.leg.describe(speech=transcription(turn, self.call.configuration), reason="speechDetected")
        elif isinstance(turn, Pressed) and "digits" in takes:
            results = self.leg.describe(digits=turn.keys, reason="dtmfDetected")
        else:
            return
        if not options.get("sticky"):
            self.call.configuration["bargeIn"] = {}
        if self.call.websocket:
            self.stack = []
        if options.get("actionHook"):
            verbs = yield from self.ask(options["actionHook"], results)
            if verbs:
                self.replace(verbs)


#: what is done for a verb: at once, or in steps
VerbTask = Callable[[Session, Verb], Steps | None]


def transcription(said: Said, options: Verb, *, final: bool = True) -> dict[str, Any]:
    """What the recogniser makes of words; ``options`` may hold a ``recognizer``."""
    settings: Verb = options.get("recognizer") or {}
    vendor = settings.get("vendor", "google")
    return {
        "language_code": settings.get("language", "en-US"),
        "channel_tag": 1,
        "is_final": final,
        "alternatives": [{"transcript": said.text, "confidence": said.confidence}],
        "vendor": {"name": "google" if vendor == "default" else vendor, "evt": {}},
    }


def shown(value: object) -> str:
    """A value of a verb, as one line of a transcript."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
