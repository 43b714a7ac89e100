"""The state of one call: what has happened so far, and what is to be sent to the app."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..media.pcm import FRAME
from ..media.streams import Streams
from .leg import Leg
from .scenario import World
from .tokens import TokenBuffer
from .transcript import Entry, Transcript, Who
from .waits import Answer, Ask, Notice, Verb

__all__ = ["CallState", "Follow"]

#: takes the answer to a hook that nothing waited for, and returns the verbs that replace those that run
Follow = Callable[[Answer], list[Verb]]


class CallState:
    """What verbs, commands and the machine know of one call and change. Not thread-safe.

    It runs nothing: what is in ``out`` is sent by others, and ``asides`` are answered through the machine.
    """

    def __init__(self, leg: Leg, world: World, transcript: Transcript, *, websocket: bool) -> None:
        self.leg = leg
        self.world = world
        self.transcript = transcript
        #: the app is reached over a WebSocket: the call waits for commands when the stack is empty
        self.websocket = websocket
        #: the app has closed its connection for good
        self.app_gone = False
        #: the call has ended, though its last hooks may still be on their way
        self.ended = False
        #: seconds of the call's own time, in which nothing is waited for
        self.now = 0.0
        self.answered_at: float | None = None
        self.tokens = TokenBuffer()
        #: the audio streams that listen verbs have opened
        self.streams = Streams(self.note, transcript.hear, documented=world.server is None)
        #: messages to the app, in the order of sending
        self.out: list[Ask | Notice] = []
        #: the hooks that no verb waits for, and what becomes of their answers
        self.asides: dict[Ask, Follow | None] = {}
        #: the name of the verb that runs
        self.running: str | None = None
        #: the leg that a dial has connected
        self.bridged: Leg | None = None
        #: what the verb ``config`` has set for the rest of the call
        self.configuration: Verb = {}
        #: a status hook set by ``redirect``
        self.status_hook: Any = None
        self.dials = 0
        self.queue_waiting = world.queue_waiting
        self.callee_keys = list(world.callee_presses)

    # -- what is written down

    def note(self, who: Who, text: str) -> None:
        """Write a line into the transcript."""
        self.transcript.add(Entry(who, text, self.now))

    def error(self, text: str) -> None:
        """Write down that the app got something wrong."""
        self.note("error", text)

    # -- what the app is told

    def aside(self, ask: Ask, follow: Follow | None = None) -> None:
        """Ask the app without waiting for the answer, whose verbs go to ``follow``, nowhere without it."""
        self.asides[ask] = follow
        self.out.append(ask)

    def tell(self, type: str, data: Mapping[str, Any], hook: str | None = None) -> None:
        """Tell the app something that needs no answer."""
        self.out.append(Notice(type, data, hook))

    def complain(self, message: str, details: str, **more: Any) -> None:
        """Tell the app by ``jambonz:error`` what it got wrong."""
        self.tell("jambonz:error", {"msg": message, "details": details, **more})

    def status(self, leg: Leg, status: str, sip_status: int | None = None, reason: str | None = None) -> None:
        """Give a leg a new call status, and tell the app by ``call:status``."""
        leg.become(status, sip_status, reason)
        more: dict[str, Any] = {}
        if status == "completed":
            more["duration"] = int(self.now - self.answered_at) if self.answered_at is not None else 0
        self.tell("call:status", leg.describe(**more))
        side = "" if leg is self.leg else f" ({leg.to})"
        self.note("status", f"call:status {status}{side}")

    def verb_status(self, event: str, verb: Verb, *, by: str = "verb") -> None:
        """Tell the app how far a verb is, if it has asked for that."""
        if self.configuration.get("notifyEvents") and self.websocket:
            data = {"event": event, by: verb["verb"]} | ({"id": verb["id"]} if "id" in verb else {})
            self.tell("verb:status", data)
            self.note("status", f"verb:status {verb['verb']} {event}")

    def spoken(self, texts: list[str]) -> bool:
        """Write down streamed text that is spoken, and pass on what the buffer has to tell. False if there is none."""
        for text in texts:
            self.note("app", text)
        for event in self.tokens.events():
            self.tell("tts:streaming-event", {"event_type": event})
            self.note("status", f"tts:streaming-event {event}")
        return bool(texts)

    # -- time

    def pass_frame(self) -> None:
        """Let one frame of time pass on the audio streams."""
        self.now += FRAME
        self.streams.pass_frame()

    # -- the end

    def hang_up(self, by: str, reason: str = "completed") -> None:
        """End the call, from either side or by jambonz itself."""
        if self.ended:
            return
        if self.answered_at is None:
            self.end(by, reason, "no-answer" if by == "caller" else "failed", 487 if by == "caller" else 603)
        else:
            self.end(by, reason, "completed")

    def decline(self, code: int, reason: str | None = None) -> None:
        """End a call that the app does not want, and that has not been answered."""
        self.end("app", f"declined ({code})", "failed", code, reason)

    def end(
        self, by: str, reason: str, status: str, sip_status: int | None = None, sip_reason: str | None = None
    ) -> None:
        """End the call with this status."""
        self.ended = True
        self.leg.terminated_by = "caller" if by == "caller" else "jambonz"
        self.status(self.leg, status, sip_status, sip_reason)
        self.transcript.ended_by = by
        self.transcript.end_reason = reason
