"""The state of one call: what has happened so far, and what is to be sent to the app."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from typing import Any, Protocol

from ..media.fork import Side
from ..media.pcm import speech_tone
from ..media.streams import AudioStreams
from .adulting import Adulting
from .clock import Clock
from .conferences import Conference, Member
from .connected_dial import ConnectedDial
from .findings import Finding
from .flow import Flow, Future, sleep
from .leg import Leg
from .limits import Pace
from .meetings import Meeting
from .models.registry import Models
from .models.vendors import task_name
from .phone import Ear, Phone
from .scenario import Callee, Scenario
from .speech import SpeechStream
from .transcript import Transcript, TranscriptEntry, Who
from .turns import HangUp, Played, Pressed, Said, Silence, Turn
from .waits import (
    AudioWait,
    CallerWait,
    HookAnswer,
    HookRequest,
    IdleWait,
    Notification,
    Sleep,
    Verb,
)

__all__ = ["CallState", "DialledCall", "OnAnswer"]

#: takes the answer to a hook that no verb waits for, and returns the verbs that replace those that run
OnAnswer = Callable[[HookAnswer], list[Verb]]
#: findings of one call at most: an app that repeats a mistake for ever does not fill the memory
_MOST_FINDINGS = 500


class DialledCall(Protocol):
    """A call to an app that a dial has placed, as the dial sees it."""

    def take(self, turn: Turn) -> None:
        """Let the app hear what the caller does."""
        ...

    def bridge(self) -> None:
        """Let the caller hear the app from now on."""
        ...

    def hang_up(self) -> None:
        """End the call to the app; does nothing if it has ended."""
        ...


class CallState:
    """All that verbs, commands and the machine know and change of one call. Not thread-safe.

    The shell sends what is in ``out``, and the machine takes the answers.
    """

    def __init__(
        self,
        leg: Leg,
        scenario: Scenario,
        transcript: Transcript,
        *,
        websocket: bool,
        clock: Clock | None = None,
        pace: Pace | None = None,
    ) -> None:
        #: the leg of the caller
        self.leg = leg
        self.scenario = scenario
        self.transcript = transcript
        self.clock = clock or Clock()
        self.pace = pace or Pace()
        #: True if the app is reached over a WebSocket: then the call waits for commands when its stack is empty
        self.websocket = websocket
        #: True once the app has closed its connection for good
        self.app_gone = False
        #: True once the call has ended; its last hooks may still be on their way
        self.ended = False
        #: the phone of the caller
        self.phone = Phone(self.clock, self.pace, lambda text: self.note("caller", text))
        self.phone.on_sound = self.sound
        self.phone.on_unheard = lambda text: self.note("event", f"nobody listens to {text!r}")
        self.speech = SpeechStream(self)
        #: the audio streams that listen verbs have opened
        self.streams = AudioStreams(self.note, transcript.add_audio, documented=scenario.server != "0.9")
        self.streams.on_progress = self._look_at_streams
        #: the models that the caller talks to
        self.models = Models(self, scenario.server)
        #: puts verbs in the place of those that run; set by the machine
        self.replace_verbs: Callable[[list[Verb]], None] = lambda verbs: None
        #: messages to the app, in the order of sending
        self.out: list[HookRequest | Notification] = []
        #: the names of the hooks that were asked, in order
        self.asked: list[str] = []
        #: the hooks on their way, and who waits for their answers
        self.hooks: dict[HookRequest, Future] = {}
        #: the name of the verb that runs
        self.running_verb: str | None = None
        #: the dial that has connected the caller with somebody, as long as they talk
        self.connected: ConnectedDial | None = None
        #: the SIP requests of the caller's phone that are listened for
        self.request_methods: frozenset[str] = frozenset()
        #: the settings that ``config`` verbs have made for the rest of the call
        self.configuration: Verb = {}
        #: what runs beside the verbs: name -> stops it
        self.background: dict[str, Callable[[], None]] = {}
        #: the tracks that are mixed into what a party hears: the sid of its leg -> those, by their names
        self.tracks: dict[str, dict[str, Any]] = {}
        #: a status hook set by ``redirect``
        self.status_hook: Any = None
        #: how many parties were dialled, which decides what the next callee does
        self.dial_count = 0
        #: called with each party that is dialled, before their phone rings; set by those who decide what they do
        self.on_dial: Callable[[Leg, Callee], None] = lambda leg, callee: None
        #: called with each leg that a dial has connected, and that goes on without the caller
        self.on_alone: Callable[[Adulting], None] = lambda adulting: None
        #: how many did so
        self.alone_count = 0
        #: called with the leg of the caller when its status has changed; set by whoever has dialled the call
        self.on_status: Callable[[Leg], None] = lambda leg: None
        #: called with what the app says
        self.on_said: list[Callable[[str], None]] = []
        #: called with True when something is played to the caller, and with False when it is over; set by whoever has
        #: dialled the call
        self.on_playing: Callable[[bool], None] = lambda playing: None
        #: places a call to the app that has the number of a leg, if one has; None for a number of nobody's
        self.dial_app: Callable[[Leg, Callee], DialledCall | None] = lambda leg, callee: None
        #: what the call shares with those that it meets; None for a call alone
        self.meeting: Meeting | None = None
        #: the conference that the caller is in, and their part in it
        self.room: tuple[Conference, Member] | None = None
        #: how many callers wait in queues
        self.queue_waiting = scenario.queue_waiting
        #: verbs and options of the app that are not simulated, and what that means
        self.not_simulated: dict[str, str] = {}
        #: all that the server holds against the app, in order
        self.findings: list[Finding] = []
        #: called when a verb begins, and when it has ended; set by those who watch the call
        self.on_verb: Callable[[Verb, bool], None] = lambda verb, begins: None
        #: stops the verbs because the caller cuts in; set by the machine
        self.interrupt_verbs: Callable[[], None] = lambda: None
        #: ends the call, and the verb that runs; set by the machine
        self.hang_up_call: Callable[[str], None] = lambda by: None
        #: SIP requests that were sent to the caller
        self.sip_requests: list[Verb] = []
        #: the last provisional SIP status that the caller has got
        self.provisional: int | None = None
        #: the moment at which a stream of text has answered the call beside the verbs
        self.answers_twice: float | None = None
        # a condition, what is known once it is true, and if it takes frames of audio to become true
        self._stream_waits: list[tuple[Callable[[], bool], Future, bool]] = []

    # -- time

    @property
    def now(self) -> float:
        """Seconds of the call's own time."""
        return self.clock.now

    @property
    def answered_at(self) -> float | None:
        """When the call was answered, in seconds of its own time."""
        return self.leg.answered_at

    @property
    def connected_leg(self) -> Leg | None:
        """The leg that a dial has connected."""
        return None if self.connected is None else self.connected.leg

    def start(self, steps: Generator[Any, Any, Any]) -> Flow:
        """Start something that runs beside the verbs."""
        return Flow(steps, self.wait_of).start()

    def wait_of(self, wait: Any) -> Future:
        """Return the future of what a flow waits for."""
        match wait:
            case Future():
                return wait
            case HookRequest():
                return self.ask(wait)
            case Sleep():
                return sleep(self.clock, wait.seconds, patient=wait.patient)
            case AudioWait():
                future = Future()
                if wait.done():
                    future.set()
                else:
                    self._stream_waits.append((wait.done, future, True))
                return future
            case CallerWait():
                return self.hear(wait)
            case IdleWait():
                return Future()
            case _:
                raise TypeError(f"nothing to wait for: {wait!r}")

    def hear(self, wait: CallerWait) -> Future:
        """Return a future of the next turn of the caller: words, or one key."""
        future = Future()
        ear = Ear(wait=wait, speech=not wait.keys_only)

        def take(turn: Turn | None) -> None:
            future.set(turn)

        # whoever ends the wait otherwise stops to listen, too
        future.on_done(lambda _: self.phone.close(ear))
        ear.on_final = take
        ear.on_key = lambda key: take(Pressed(key))
        ear.on_silence = lambda: take(Silence())
        stream = wait.stream
        if stream is not None:
            self._stream_waits.append((lambda: stream.ended, future, False))
        self.phone.open(ear)
        return future

    # -- what is written down

    def note(self, who: Who, text: str) -> None:
        """Write a line into the transcript."""
        self.transcript.add(TranscriptEntry(who, text, self.now))
        if who == "app":
            for hear in self.on_said:
                hear(text)

    def note_error(self, text: str, code: str = "answer-void", *, where: str = "", wire: Any = None) -> None:
        """Write down that the app got something wrong: into the transcript, and as a finding."""
        self.find(code, text, where=where, wire=wire)
        self.note("error", text)

    def find(self, code: str, text: str, *, where: str = "", wire: Any = None) -> None:
        """Add a finding, once for each thing that there is to say."""
        known = any((each.code, each.text, each.where) == (code, text, where) for each in self.findings)
        if not known and len(self.findings) < _MOST_FINDINGS:
            self.findings.append(Finding.make(code, self.now, text, where=where, wire=wire))

    def note_not_simulated(self, what: str, *, where: str) -> None:
        """Say in the transcript, once a call, that something is not simulated; it is no fault of the app.

        Args:
            what: It, in words.
            where: The verb or option.
        """
        if self.not_simulated.setdefault(where, what) is what:
            self.note("event", f"not simulated: {what}")

    # -- what the app is told

    def ask(self, request: HookRequest) -> Future:
        """Send a hook. Returns a future of its :class:`HookAnswer`."""
        future = self.hooks[request] = Future()
        self.asked.append(request.name)
        self.out.append(request)
        return future

    def send_hook(self, request: HookRequest, on_answer: OnAnswer | None = None) -> None:
        """Send a hook whose answer no verb waits for; it goes to ``on_answer``, or nowhere."""

        def answered(future: Future) -> None:
            if on_answer is not None and not self.ended and future.value is not None:
                verbs = on_answer(future.value)
                if verbs:
                    self.replace_verbs(verbs)

        self.ask(request).on_done(answered)

    def notify(self, type: str, data: Mapping[str, Any], hook: str | None = None, b3: str | None = None) -> None:
        """Send the app a message that needs no answer."""
        self.out.append(Notification(type, data, hook, b3))

    def send_error(self, message: str, details: str | None, **more: Any) -> None:
        """Tell the app by ``jambonz:error`` what it got wrong."""
        described = {} if details is None else {"details": details}
        self.notify("jambonz:error", {"msg": message, **described, **more})

    def set_status(self, leg: Leg, status: str, sip_status: int | None = None, reason: str | None = None) -> None:
        """Set the call status of a leg, and tell the app by ``call:status``."""
        leg.set_status(status, sip_status, reason)
        if leg is self.leg:
            self.on_status(leg)
        self.tell_status(leg)

    def tell_status(self, leg: Leg, **more: Any) -> None:
        """Tell the app the call status of a leg."""
        b3 = leg.b3 if leg is self.leg and "error" not in more else None
        self.notify("call:status", leg.describe(**more), b3=b3)
        side = "" if leg is self.leg else f" ({leg.to})"
        self.note("status", f"call:status {leg.status}{side}")

    def notify_verb_status(self, event: str, verb: Verb, *, by: str = "verb", **more: Any) -> None:
        """Tell the app how far a verb is, if it has asked for that."""
        if self.configuration.get("notifyEvents") and self.websocket:
            data = {"event": event, **more, by: task_name(verb)} | ({"id": verb["id"]} if "id" in verb else {})
            self.notify("verb:status", data)
            self.note("status", f"verb:status {verb['verb']} {event}")

    # -- audio

    @property
    def awaits_audio(self) -> bool:
        """True while something waits for an audio stream."""
        return any(takes_frames and not future.done for _, future, takes_frames in self._stream_waits)

    def tick(self) -> None:
        """Let one frame of audio pass on the audio streams."""
        self.streams.tick()

    def sound(self, turn: Said | Played | Pressed, of: Side = "caller") -> None:
        """Let the caller, whom they are connected with, or somebody in a conference be heard on audio streams."""
        if isinstance(turn, Pressed):
            self.streams.press(turn.keys, of)
        else:
            self.streams.speak(speech_tone(turn.text) if isinstance(turn, Said) else turn.clip(), of)

    def _look_at_streams(self) -> None:
        waits, self._stream_waits = self._stream_waits, []
        for wait in waits:
            done, future, _ = wait
            if future.done:
                continue
            if done():
                future.set()
            else:
                self._stream_waits.append(wait)

    # -- the end

    def hang_up(self, by: str, reason: str = "completed") -> None:
        """End the call: ``by`` is ``app``, ``caller`` or ``jambonz``. Does nothing if it has ended."""
        if self.ended:
            return
        if self.answered_at is None:
            if by == "caller":
                self.end(by, reason, "no-answer", 487)
            else:
                self.end(by, reason, "failed", 603)
        else:
            self.end(by, reason, "completed")

    def decline(self, code: int, reason: str | None = None) -> None:
        """End a call that the app declines before it has been answered."""
        self.end("app", f"declined ({code})", "failed", code, reason)

    def end(
        self,
        by: str,
        reason: str,
        status: str,
        sip_status: int | None = None,
        sip_reason: str | None = None,
        *,
        tell: bool = True,
    ) -> None:
        """End the call with a call status and the SIP status that goes with it.

        Args:
            by: ``app``, ``caller`` or ``jambonz``.
            reason: Why, for the transcript.
            status: The call status.
            sip_status: The SIP status; that of the call status by default.
            sip_reason: Its reason.
            tell: Tell the app; it is not told of a call that was rejected.
        """
        if by == "caller":
            self.phone.on_turn(HangUp())
        self.ended = True
        leg = self.leg
        if status != "failed":
            leg.terminated_by = "caller" if by == "caller" else "jambonz"
        if leg.answered_at is not None:
            leg.duration = int(self.now - leg.answered_at)
            if by == "caller":
                leg.end_headers = {"reason": "Q.850;cause=16"}
        leg.set_status(status, sip_status, sip_reason)
        self.on_status(leg)
        if tell:
            self.tell_status(leg)
        self.transcript.ended_by = by
        self.transcript.end_reason = reason
        for stop in list(self.background.values()):
            stop()
        self.background.clear()
