"""The stack of verbs of a leg: of the call itself, of a callee who is asked to confirm, of somebody who waits."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, cast

from ...verbs.speech import taken_for_url
from ..errors import HookFailed
from .coverage import gaps
from .flow import Killed
from .leg import Leg
from .person import Person
from .state import CallState
from .turns import REQUEST_METHODS, HangUp, Pressed, Said, Silence, Turn
from .waits import CallerWait, HookRequest, IdleWait, Sleep, Steps, Verb

__all__ = ["VerbStack", "VerbTask", "as_text", "speech_options", "texts_of", "transcription"]

#: the vendors of recognisers whose language the server takes from their results, and those with several alternatives
_FIND_LANGUAGES = frozenset({"deepgram", "gladia", "google", "microsoft"})
_TELL_ALTERNATIVES = frozenset({"aws", "cobalt", "ibm", "nvidia", "polly", "verbio"})
#: longest that a verb with ``loop: "forever"`` repeats itself
_FOREVER = 1_000_000


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
        keys: tuple[str, ...] = (),
        person: Person | None = None,
    ) -> None:
        """Make an empty stack.

        Args:
            call: The state of the call.
            leg: Who hears the verbs.
            tasks: Name of a verb -> the function that runs it.
            callee: The leg was dialled; its turns come from the scenario, not from the caller.
            parent: The stack whose verb waits until this one is done; None for the call itself.
            keys: The keys that a callee presses, one text for each time they are asked.
            person: Decides what a callee does, in place of ``keys``.
        """
        self._person = person
        self.call = call
        self.leg = leg
        self.callee = callee
        self.parent = parent
        self.verbs: list[Verb] = []
        self._keys = list(keys)
        self._tasks = tasks
        self._callee_hung_up = False

    def nested(
        self, leg: Leg, *, callee: bool = False, keys: tuple[str, ...] = (), person: Person | None = None
    ) -> VerbStack:
        """Make a stack inside of this one, for a callee who is asked to confirm or for somebody who waits."""
        return VerbStack(self.call, leg, self._tasks, callee=callee, parent=self, keys=keys, person=person)

    @property
    def hung_up(self) -> bool:
        """True once the leg has hung up."""
        if self._person is not None and self._person.hung_up(self.leg).done:
            return True
        return self._callee_hung_up if self.callee else self.call.ended

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that a callee has not been asked for."""
        return tuple(self._keys)

    def hang_up(self) -> None:
        """Let a callee hang up; the call goes on."""
        self._callee_hung_up = True

    # -- running verbs

    def execute(self, verb: Verb) -> Steps:
        """Run one verb."""
        call = self.call
        call.transcript.verbs.append(verb)
        call.on_verb(verb, True)
        outer_verb, call.running_verb = call.running_verb, verb["verb"]
        call.notify_verb_status("starting", verb, by="name")
        self.note_gaps(verb)
        try:
            task = self._tasks.get(verb["verb"])
            steps = None if task is None else task(self, verb)
            if steps is not None:
                yield from steps
        finally:
            call.running_verb = outer_verb
            call.on_verb(verb, False)
            call.notify_verb_status("finished", verb, by="name")

    def note_gaps(self, verb: Verb) -> None:
        """Say what a verb asks for and is not simulated."""
        for where, why in gaps(verb):
            self.call.note_not_simulated(f"{where}: {why}", where=where)

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

    def speak(self, verb: Verb) -> Steps:
        """Speak the text of a ``say``, as often as its ``loop`` says."""
        call = self.call
        options = {**call.scenario.synthesizer, **(call.configuration.get("synthesizer") or {})}
        options |= verb.get("synthesizer") or {}
        voice: Verb = {"vendor": options.get("vendor"), "language": options.get("language"), "served_from_cache": False}
        spoken: list[str] = []
        for part in texts_of(verb.get("text", "")):
            text = self._spoken(part) if part else None
            if text is not None:
                spoken.append(text)
                if not text.startswith("(plays "):
                    # all of them are made before the first is heard
                    call.notify_verb_status("synthesized-audio", verb, **voice)
        for _ in range(_loops(verb) if spoken else 0):
            for text in spoken:
                seconds = call.pace.recording if text.startswith("(plays ") else call.pace.of_text(text)
                yield from self._playing(verb, text, seconds)

    def play(self, verb: Verb, *, stops: bool = True) -> Steps:
        """Play the recordings of a ``play``, as often as its ``loop`` says."""
        pace = self.call.pace
        limit = float(verb.get("timeoutSecs") or 0)
        started = self.call.now
        for _ in range(_loops(verb)):
            for url in texts_of(verb["url"]):
                seconds = max(0.02, pace.recording - float(verb.get("seekOffset") or 0) / 8000)
                if limit:
                    seconds = min(seconds, limit - (self.call.now - started))
                    if seconds <= 0:
                        return
                yield from self._playing(verb, f"(plays {url})", seconds, stops=stops)

    def play_on(self, url: str) -> Steps:
        """Play a recording until it is stopped."""
        yield from self._playing({"verb": "play"}, f"(plays {url})", None, stops=False)

    def _spoken(self, part: str) -> str | None:
        """Return what the caller hears of a text, None if it is nothing."""
        scheme = taken_for_url(part)
        if scheme is None:
            return part.lstrip("\u200b")
        if scheme.lower() in ("http", "https"):
            return f"(plays {part})"
        start = f"{scheme}:"
        text = f"nothing is spoken: jambonz takes a text that starts with {start!r} for a URL"
        self.call.note_error(text, "text-not-spoken", where="say.text", wire=part)
        return None

    def _playing(self, verb: Verb, text: str, seconds: float | None, *, stops: bool = True) -> Steps:
        """Let the leg hear something for a while, or until it is stopped, which the transcript tells."""
        call = self.call
        call.notify_verb_status("start-playback", verb)
        call.note("app", f"{text} (to {self.leg.to})" if self.callee else text)
        started = call.now
        call.phone.playing += 1
        call.on_playing(True)
        try:
            yield IdleWait() if seconds is None else Sleep(seconds)
        except Killed:
            if seconds is not None and call.now > started:
                call.note("event", f"cut off after {call.now - started:.1f} s: {text}")
            for event in ("stop-playback", "kill-playback", "stop-playback") if stops else ("kill-playback",):
                call.notify_verb_status(event, verb)
            raise
        finally:
            call.phone.playing -= 1
            call.on_playing(call.phone.playing > 0)
            call.phone.changed()
        if stops:
            call.notify_verb_status("stop-playback", verb)

    def prompt(self, verb: Verb) -> Steps:
        """Perform the ``say`` or ``play`` inside of a ``gather``."""
        if isinstance(verb.get("say"), dict):
            yield from self.speak({"verb": "say", **verb["say"]})
        elif isinstance(verb.get("play"), dict):
            yield from self.play({"verb": "play", **verb["play"]})

    # -- the call

    def pick_up(self, verb: Verb | None = None) -> None:
        """Answer the call, as verbs that need media do, unless ``verb`` is for early media."""
        call, leg = self.call, self.call.leg
        if leg.answered_at is None:
            if verb is not None and verb.get("earlyMedia"):
                # the caller hears it before the call is answered; nobody is told
                if call.provisional != 183:
                    call.provisional = 183
                    call.note("event", "early media: the caller hears what follows before the call is answered")
                return
            leg.answered_at = call.now
            call.set_status(leg, "in-progress")
            if call.configuration.get("sipRequestWithinDialogHook"):
                call.request_methods = REQUEST_METHODS
        elif call.answers_twice == call.now:
            # a stream of text and the verb behind it answer side by side, and each tells so
            call.answers_twice = None
            call.tell_status(leg)

    # -- hooks

    def ask_app(self, hook: Any, data: dict[str, Any], type: str = "verb:hook") -> Steps:
        """Send a hook and return the verbs of its answer. Raises HookFailed."""
        answer = yield HookRequest(hook, data, type)
        if answer.error is not None:
            raise HookFailed(answer.error, details=answer.details, call_sid=self.leg.call_sid)
        return answer.verbs

    def run_action_hook(self, verb: Verb, *, use_answer: bool = True, type: str = "verb:hook", **results: Any) -> Steps:
        """Report how a verb ended; the verbs of the answer replace those on the stack. Raises HookFailed.

        Returns True if there were any.

        Args:
            verb: The verb that ends; nothing happens if it has no ``actionHook``.
            use_answer: False if verbs have already replaced those on the stack.
            type: The type of the message on a WebSocket.
            results: What the hook says beside who the call is.
        """
        hook = verb.get("actionHook")
        if not hook:
            return False
        answer = yield HookRequest(hook, self.hook_data(verb, **results), type, ends_verb=True)
        if answer.error is not None:
            raise HookFailed(answer.error, details=answer.details, call_sid=self.leg.call_sid)
        if use_answer and answer.verbs:
            self.replace(answer.verbs)
            return True
        return False

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

    def tell_invalid(self, verb: Verb, error: HookFailed) -> None:
        """Tell the app that the answer to an action hook was of no use."""
        call = self.call
        call.send_error("invalid actionHook response", error.details, verb=verb["verb"])
        reason = {} if error.details is None else {"reason": error.details}
        call.tell_status(call.leg, error="invalid actionHook response", **reason)

    # -- the person on the leg

    def hear_caller(self, wait: CallerWait, *, interrupts: bool = False) -> Steps:
        """Wait for a turn of the person on this leg.

        Args:
            wait: The kind of turn.
            interrupts: Words end what is being streamed to the caller.

        Returns a Turn; None if the wait ended with its stream.
        """
        turn: Turn | None
        if self._person is not None:
            turn = yield self._person.turn(self.leg)
            if isinstance(turn, HangUp):
                turn = Silence()
        elif self.callee:
            turn = Pressed(self._keys.pop(0)) if self._keys else Silence()
            if isinstance(turn, Pressed):
                self.call.note("callee", f"(presses {turn.keys})")
            else:
                self.call.note("callee", "(silence)")
        else:
            turn = yield wait
        if isinstance(turn, Said) and interrupts:
            self.interrupt_text()
        return turn

    def interrupt_text(self) -> None:
        """Throw away the text that is being streamed to the caller."""
        self.call.speech.interrupt()


#: runs a verb: at once, or in steps
VerbTask = Callable[[VerbStack, Verb], Steps | None]


def _loops(verb: Verb) -> int:
    loop = verb.get("loop", 1)
    if loop in ("forever", 0, "0"):
        return _FOREVER
    try:
        return max(1, int(loop))
    except (TypeError, ValueError):
        return 1


def texts_of(value: object) -> list[str]:
    """Return the texts of an option that takes one or several."""
    return [str(item) for item in cast("list[object]", value)] if isinstance(value, list) else [str(value)]


def speech_options(call: CallState, verb: Verb) -> Verb:
    """Return the settings of the recogniser: those of the application, of a ``config``, and of the verb."""
    options = {**call.scenario.recognizer, **(call.configuration.get("recognizer") or {})}
    given = verb.get("recognizer")
    own: Verb = cast("Verb", given) if isinstance(given, dict) else {}
    # "default" leaves the setting of the application
    return options | {name: value for name, value in own.items() if value != "default"}


def transcription(said: Said, options: Verb, *, final: bool = True, channel: int = 1) -> dict[str, Any]:
    """Return what the recogniser makes of words; ``options`` are those of a recogniser, or have some."""
    settings: Verb = options.get("recognizer") or options
    vendor = settings.get("vendor", "google")
    language = said.language if vendor in _FIND_LANGUAGES else None
    alternatives = [(said.text, said.confidence)]
    if final and vendor in _TELL_ALTERNATIVES:
        alternatives += said.alternatives
        if vendor == "nvidia":
            del alternatives[int((settings.get("nvidiaOptions") or {}).get("maxAlternatives") or 1) :]
    return {
        "language_code": language or settings.get("language", "en-US"),
        "channel_tag": channel,
        "is_final": final,
        "alternatives": [{"confidence": confidence, "transcript": text} for text, confidence in alternatives],
        "vendor": {"name": vendor, "evt": dict(said.vendor_event) if final else {}},
    }


def as_text(value: object) -> str:
    """Return a value of a verb as one line of a transcript."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
