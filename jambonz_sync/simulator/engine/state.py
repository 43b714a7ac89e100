"""The state of one call: what has happened so far, and what is to be sent to the app."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..media.pcm import FRAME
from ..media.streams import AudioStreams
from .findings import Finding
from .leg import Leg
from .models.registry import Models
from .scenario import Scenario
from .tokens import TokenBuffer
from .transcript import Transcript, TranscriptEntry, Who
from .waits import HookAnswer, HookRequest, Notification, Verb

__all__ = ["CallState", "OnAnswer"]

#: takes the answer to a hook that no verb waits for, and returns the verbs that replace those that run
OnAnswer = Callable[[HookAnswer], list[Verb]]


class CallState:
    """All that verbs, commands and the machine know and change of one call. Not thread-safe.

    It runs nothing itself: the shell sends what is in ``out``, and the machine takes the answers to
    ``background_hooks``.
    """

    def __init__(self, leg: Leg, scenario: Scenario, transcript: Transcript, *, websocket: bool) -> None:
        #: the leg of the caller
        self.leg = leg
        self.scenario = scenario
        self.transcript = transcript
        #: True if the app is reached over a WebSocket: then the call waits for commands when its stack is empty
        self.websocket = websocket
        #: True once the app has closed its connection for good
        self.app_gone = False
        #: True once the call has ended; its last hooks may still be on their way
        self.ended = False
        #: seconds of the call's own time, in which nothing is waited for
        self.now = 0.0
        #: when the call was answered, in seconds of its own time
        self.answered_at: float | None = None
        self.tokens = TokenBuffer()
        #: the audio streams that listen verbs have opened
        self.streams = AudioStreams(self.note, transcript.add_audio, documented=scenario.server != "0.9")
        #: the models that the caller talks to
        self.models = Models(self, scenario.server)
        #: puts verbs in the place of those that run; set by the machine
        self.replace_verbs: Callable[[list[Verb]], None] = lambda verbs: None
        #: messages to the app, in the order of sending
        self.out: list[HookRequest | Notification] = []
        #: the hooks that no verb waits for, and who takes their answers
        self.background_hooks: dict[HookRequest, OnAnswer | None] = {}
        #: the name of the verb that runs
        self.running_verb: str | None = None
        #: the leg that a dial has connected
        self.connected_leg: Leg | None = None
        #: the settings that ``config`` verbs have made for the rest of the call
        self.configuration: Verb = {}
        #: a status hook set by ``redirect``
        self.status_hook: Any = None
        #: how many times somebody was dialled, which decides what the next callee does
        self.dial_count = 0
        #: how many callers wait in queues
        self.queue_waiting = scenario.queue_waiting
        #: what the server holds against the app, in order
        self.findings: list[Finding] = []
        #: the keys that callees will press
        self.callee_keys = list(scenario.callee_presses)

    # -- what is written down

    def note(self, who: Who, text: str) -> None:
        """Write a line into the transcript."""
        self.transcript.add(TranscriptEntry(who, text, self.now))

    def note_error(self, text: str, code: str = "answer-void", *, where: str = "", wire: Any = None) -> None:
        """Write down that the app got something wrong: into the transcript, and as a finding."""
        self.find(code, text, where=where, wire=wire)
        self.note("error", text)

    def find(self, code: str, text: str, *, where: str = "", wire: Any = None) -> None:
        """Add a finding, once for each thing that there is to say."""
        finding = Finding.make(code, self.now, text, where=where, wire=wire)
        if not any((known.code, known.text, known.where) == (code, text, where) for known in self.findings):
            self.findings.append(finding)

    # -- what the app is told

    def send_hook(self, request: HookRequest, on_answer: OnAnswer | None = None) -> None:
        """Send a hook whose answer no verb waits for; it goes to ``on_answer``, or nowhere."""
        self.background_hooks[request] = on_answer
        self.out.append(request)

    def notify(self, type: str, data: Mapping[str, Any], hook: str | None = None) -> None:
        """Send the app a message that needs no answer."""
        self.out.append(Notification(type, data, hook))

    def send_error(self, message: str, details: str, **more: Any) -> None:
        """Tell the app by ``jambonz:error`` what it got wrong."""
        self.notify("jambonz:error", {"msg": message, "details": details, **more})

    def set_status(self, leg: Leg, status: str, sip_status: int | None = None, reason: str | None = None) -> None:
        """Set the call status of a leg, and tell the app by ``call:status``."""
        leg.set_status(status, sip_status, reason)
        more: dict[str, Any] = {}
        if status == "completed":
            more["duration"] = int(self.now - self.answered_at) if self.answered_at is not None else 0
        self.notify("call:status", leg.describe(**more))
        side = "" if leg is self.leg else f" ({leg.to})"
        self.note("status", f"call:status {status}{side}")

    def notify_verb_status(self, event: str, verb: Verb, *, by: str = "verb") -> None:
        """Tell the app how far a verb is, if it has asked for that."""
        if self.configuration.get("notifyEvents") and self.websocket:
            data = {"event": event, by: verb["verb"]} | ({"id": verb["id"]} if "id" in verb else {})
            self.notify("verb:status", data)
            self.note("status", f"verb:status {verb['verb']} {event}")

    def speak_streamed(self, texts: list[str]) -> bool:
        """Speak streamed text, and pass on the events of its buffer. Returns False if there was no text."""
        for text in texts:
            self.note("app", text)
        for event in self.tokens.events():
            self.notify("tts:streaming-event", {"event_type": event})
            self.note("status", f"tts:streaming-event {event}")
        return bool(texts)

    # -- time

    def wake_verb(self) -> None:
        """Let the verb that runs look again at what it waits for."""
        self.streams.on_progress()

    def tick(self) -> None:
        """Let one frame of time pass on the audio streams."""
        self.now += FRAME
        self.streams.tick()

    # -- the end

    def hang_up(self, by: str, reason: str = "completed") -> None:
        """End the call: ``by`` is ``app``, ``caller`` or ``jambonz``. Does nothing if it has ended."""
        if self.ended:
            return
        if self.answered_at is None:
            self.end(by, reason, "no-answer" if by == "caller" else "failed", 487 if by == "caller" else 603)
        else:
            self.end(by, reason, "completed")

    def decline(self, code: int, reason: str | None = None) -> None:
        """End a call that the app declines before it has been answered."""
        self.end("app", f"declined ({code})", "failed", code, reason)

    def end(
        self, by: str, reason: str, status: str, sip_status: int | None = None, sip_reason: str | None = None
    ) -> None:
        """End the call with a call status and the SIP status that goes with it."""
        self.ended = True
        self.leg.terminated_by = "caller" if by == "caller" else "jambonz"
        self.set_status(self.leg, status, sip_status, sip_reason)
        self.transcript.ended_by = by
        self.transcript.end_reason = reason
