"""A call of the simulator: one call to an app over real sockets."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from .caller import Caller, ScriptedCaller
from .engine.commands import execute
from .engine.findings import Finding
from .engine.leg import Leg
from .engine.limits import CallLimits
from .engine.machine import Machine
from .engine.protocol import CommandReceived, HookAcked, HookUnanswered, InvalidMessage, UnknownAck
from .engine.scenario import Scenario
from .engine.state import CallState
from .engine.transcript import Transcript, TranscriptEntry
from .engine.turns import HangUp, Pressed, Said
from .engine.verbs import VERBS
from .engine.waits import AudioWait, CallerWait, HookRequest, Notification, ReactionWait
from .engine.wire import WireMessage
from .errors import CallFailed, HandshakeRefused
from .line.audio import AudioConnections
from .line.call_connections import WEBHOOK_SCHEMES, WEBSOCKET_SCHEMES, CallConnections
from .line.connections import AnswerIgnored, AppLost, ConnectionEvent
from .line.webhooks import declared_env, env_values

__all__ = ["Call"]

#: seconds that one wait takes at most: a Ctrl-C that comes just before a wait does not end it, and shows after it
_LONGEST_WAIT = 0.5
#: events that the app is told of by a webhook, and the name of the hook: nothing depends on the answer
_HOOKS_OF_EVENTS = {"call:status": "status hook", "agent:event": "event hook", "llm:event": "event hook"}


class Call:
    """A call to an app, placed by :meth:`run`.

    The caller says ``says``, then presses ``presses``, one turn each time the app listens. For another order, or a
    caller who decides while the call runs, give a ``caller``.

    Args:
        url: The URL of the app, ``http``, ``https``, ``ws`` or ``wss``; Basic credentials may be in it.
        says: The texts that the caller says, one for each turn.
        presses: The keys that the caller presses after that, one text for each turn: ``["12#"]``.
        caller: The caller, in place of ``says`` and ``presses``.
        from_: The number of the caller.
        to: The number that is called.
        headers: SIP headers of the call.
        env: Values of application env vars, in place of the defaults that the app declares.
        auth: User and password for Basic authentication at the app.
        secret: The secret that webhooks are signed with; None signs none.
        status_hook: The hook for call status events of a webhook app; None sends it none.
        method: The method of the first webhook, ``POST`` or ``GET``.
        scenario: The behaviour of dialled parties and of people in queues; by default callees answer and hang up.
        limits: How long jambonz and the caller wait; by default as long as jambonz does.
        timeout: Seconds until the caller hangs up, whatever happens.
        on_entry: Called with each entry of the transcript as it is added, in the thread of :meth:`run`.
        on_audio: Called with the samples that the app plays on an audio stream, in the thread of :meth:`run`.
        on_message: Called with each message between jambonz and the app, in any thread.
        strict_opening: Lose a command that comes together with the first ack, as the real server does.
    Raises:
        ValueError: The URL is of another scheme.
    Threads: one call is run by one thread; :meth:`wake` and :meth:`hang_up` are for any.
    """

    def __init__(
        self,
        url: str,
        says: Iterable[str] = (),
        presses: Iterable[str] = (),
        *,
        caller: Caller | None = None,
        from_: str = "+15085551212",
        to: str = "+15085551213",
        headers: Mapping[str, str] | None = None,
        env: Mapping[str, Any] | None = None,
        auth: tuple[str, str] | None = None,
        secret: str | None = None,
        status_hook: str | None = None,
        method: str = "POST",
        scenario: Scenario | None = None,
        limits: CallLimits | None = None,
        timeout: float = 60.0,
        on_entry: Callable[[TranscriptEntry], None] | None = None,
        on_audio: Callable[[bytes], None] | None = None,
        on_message: Callable[[WireMessage], None] | None = None,
        strict_opening: bool = False,
    ) -> None:
        if urlsplit(url).scheme not in WEBSOCKET_SCHEMES + WEBHOOK_SCHEMES:
            raise ValueError(f"{url!r}: expected a URL that starts with http, https, ws or wss")
        self.url = url
        #: everything that was said and done, so far
        self.transcript = Transcript(on_entry, on_audio, on_message)
        #: the leg of the caller
        self.leg = Leg(from_=from_, to=to)
        self._caller = caller or ScriptedCaller([*map(Said, says), *map(Pressed, presses)])
        self._headers = headers or {}
        self._env = env or {}
        self._method = method
        self._limits = limits or CallLimits()
        self._timeout = timeout
        self._strict_opening = strict_opening
        self._state = CallState(self.leg, scenario or Scenario(), self.transcript, websocket=False)
        #: the models that the caller talks to, for what :meth:`post` is given
        self.models = self._state.models
        self.models.answer_alone = True
        self._machine = Machine(self._state, VERBS)
        # filled by the threads that read, emptied by run()
        self._inbox: queue.SimpleQueue[object] = queue.SimpleQueue()
        put = self._inbox.put
        self._connections = CallConnections(
            self._state, credentials=auth, secret=secret, status_hook=status_hook, limits=self._limits, put=put
        )
        self._audio = AudioConnections(self._state, self._connections.stream_address, self._limits, put)
        self._unanswered: set[HookRequest] = set()
        # the first message, until it has been answered
        self._opening: HookRequest | None = None
        self._deadline = 0.0

    @property
    def findings(self) -> list[Finding]:
        """All that the server holds against the app, so far."""
        return self._state.findings

    def wake(self) -> None:
        """Ask the caller once more for a turn, because they may have made up their mind."""
        self.post(lambda: None)

    def post(self, action: Callable[[], object]) -> None:
        """Have something done in the thread of the call.

        Args:
            action: Does it; it must neither block nor raise.
        """
        self._inbox.put(action)

    def hang_up(self) -> None:
        """Let the caller hang up, whatever the call does at that moment."""
        self.post(lambda: self._machine.hang_up("caller") if self._opening is None else None)

    @property
    def app_may_act(self) -> bool:
        """True if the app can do something that it was not asked for: it has a WebSocket, or an audio stream."""
        return (self._connections.current.websocket and not self._state.app_gone) or self._audio.active

    @property
    def buffered(self) -> int | None:
        """The characters of streamed text that wait to be spoken; None while there is no stream for them."""
        tokens = self._state.tokens
        return tokens.size if tokens.connected or tokens.size else None

    @property
    def activity(self) -> str:
        """The occupation of the call at this moment, in words that follow "the call"."""
        if self._machine.finished:
            return "has ended"
        if self._opening is not None:
            return "waits for the first answer of the app"
        for request in list(self._unanswered):
            return f"waits for the answer to {request.name}"
        verb, waiting = self._state.running_verb, self._machine.waiting
        if isinstance(waiting, CallerWait):
            return f"listens to the caller ({verb or 'nothing runs'})"
        return f"runs {verb}" if verb else "has no verbs left, and waits for the app or the caller"

    def run(self) -> Transcript:
        """Place the call and follow it to its end.

        Returns:
            The transcript, which is complete by then.
        Raises:
            CallFailed: Nobody can be reached at the URL.
            ValueError: An env var is of another type than the app has declared.
        Blocks: until the call has ended, ``timeout`` seconds and a little more at most.
        """
        self._deadline = time.monotonic() + self._timeout
        self.transcript.env = env_values(declared_env(self.url, self._limits), self._env)
        try:
            self._connections.open(self.url)
        except HandshakeRefused as error:
            self._machine.reject(str(error))
            return self.transcript
        try:
            self._send_opening()
            while not self._machine.finished:
                self._step()
            self._send()
        finally:
            self._audio.close()
            self._connections.close(1000 if self.leg.status != "failed" else 1001)
        return self.transcript

    # -- to the app

    def _send_opening(self) -> None:
        data = self.leg.describe_new(self.transcript.env, self._headers, sip=self._method != "GET")
        connection = self._connections.current
        self._opening = HookRequest({"url": connection.url, "method": self._method}, data, "session:new")
        self._unanswered.add(self._opening)
        connection.request(self._opening)

    def _send_hook(self, request: HookRequest) -> None:
        if self._state.app_gone:
            # jambonz asks nobody any more, and goes on as if nothing had been answered
            return self._machine.answer(request)
        self._unanswered.add(request)
        try:
            connection = self._connections.connection_for(request)
        except CallFailed as error:
            return self._handle_unanswered(HookUnanswered(request, str(error)))
        return connection.request(request)

    def _send(self) -> None:
        """Send the messages and the audio of the call."""
        messages, self._state.out = self._state.out, []
        for message in messages:
            if isinstance(message, Notification):
                self._connections.notify(message)
            else:
                self._send_hook(message)
        self._audio.update()

    # -- the loop

    def _step(self) -> None:
        """Let one thing happen: a message, a deadline, a turn of the caller, or that nobody does anything."""
        self._send()
        machine, state = self._machine, self._state
        if not state.ended and time.monotonic() >= self._deadline:
            self._time_out()
        if machine.finished:
            return
        wait = machine.waiting
        if self._unanswered or not self._connections.current.is_up or wait is None or isinstance(wait, AudioWait):
            self._await_news(None)
        elif isinstance(wait, ReactionWait):
            if self._app_is_quiet():
                machine.caller_turn(None)
        elif isinstance(wait, CallerWait):
            # a scripted caller lets the app finish first; a live one may cut in on its audio
            if self._app_is_quiet() and not (self._caller.gives_up() and state.streams.playing):
                self._ask_caller(wait)
        else:
            self._idle()

    def _app_is_quiet(self) -> bool:
        """Give the app the time to react. Returns True if it has not."""
        can_react = self._connections.current.websocket or self._audio.active
        return not can_react or not self._await_news(self._limits.think)

    def _ask_caller(self, wait: CallerWait) -> None:
        turn = self._caller.next_turn(wait)
        if isinstance(turn, HangUp):
            self._machine.hang_up("caller")
        elif turn is not None or wait.immediate:
            self._machine.caller_turn(turn)
        else:
            self._idle()

    def _idle(self) -> None:
        """Wait for anybody to do something; a caller who gives up hangs up after a while."""
        machine, state = self._machine, self._state
        can_react = (self._connections.current.websocket and not state.app_gone) or self._audio.active
        patience = self._limits.patience if can_react else 0.0
        gives_up = state.app_gone or self._caller.gives_up()
        if self._await_news(patience if gives_up else None) or not gives_up or state.streams.playing:
            return
        if not machine.text_timeout():
            machine.hang_up("caller")

    def _await_news(self, seconds: float | None) -> bool:
        """Wait until something has happened, until the next deadline, or for so many seconds.

        Frames of audio come all the time: they are news only if something comes of them. Returns False if there was no
        news.
        """
        machine, audio, entries = self._machine, self._audio, self.transcript.entries
        wait, entry_count = machine.waiting, len(entries)
        end = None if seconds is None else time.monotonic() + seconds
        while True:
            audio.tick()
            if machine.waiting is not wait or self._state.out or len(entries) > entry_count:
                return True
            due = self._next_deadline(end)
            wake_at = min(when for when in (due, audio.due, time.monotonic() + _LONGEST_WAIT) if when is not None)
            try:
                item = self._inbox.get(timeout=max(0.0, wake_at - time.monotonic()))
            except queue.Empty:
                item = None
            if item is not None and not audio.handle(item):
                self._handle_item(item)
                return True
            # looked at after every item: an app that sends audio without end does not stop the clock
            if due is not None and due <= time.monotonic():
                return self._tick()

    def _next_deadline(self, end: float | None) -> float | None:
        """Return when the next deadline is, ``end`` at the latest."""
        own_deadline = None if self._state.ended else self._deadline
        deadlines = (self._connections.due, own_deadline, end)
        return min((deadline for deadline in deadlines if deadline is not None), default=None)

    def _handle_item(self, item: object) -> None:
        if callable(item):
            item()
        for event in self._connections.handle(item):
            self._handle_event(event)

    def _tick(self) -> bool:
        """Do what is due. Returns True if something has come of it."""
        any_event = False
        for event in self._connections.tick():
            any_event = True
            self._handle_event(event)
        return any_event

    def _time_out(self) -> None:
        if self._opening is not None:
            self._machine.reject("the app did not answer in time")
        else:
            self._state.note("event", f"the call has lasted {self._timeout:g} s: the caller hangs up")
            self._machine.hang_up("caller", "timeout")

    # -- from the app

    def _handle_event(self, event: ConnectionEvent) -> None:
        machine, state = self._machine, self._state
        match event:
            case HookAcked():
                self._unanswered.discard(event.request)
                if event.request is self._opening:
                    self._opening = None
                    if self._strict_opening and self._connections.current.websocket:
                        self._lose_commands()
                    machine.start(event.data)
                else:
                    machine.answer(event.request, event.data)
            case HookUnanswered():
                self._handle_unanswered(event)
            case CommandReceived():
                execute(machine, event.message)
            case InvalidMessage():
                message = f"the app sent something that is no message: {event.why}" if event.content else event.why
                state.note_error(message)
                state.send_error("InvalidMessage", event.why, content=event.content)
            case UnknownAck():
                state.note("event", f"an ack to the unknown msgid {event.msgid} is discarded")
            case AppLost():
                self._handle_lost_app(event)
            case AnswerIgnored():
                state.note("event", event.why)

    def _handle_unanswered(self, event: HookUnanswered) -> None:
        request = event.request
        self._unanswered.discard(request)
        if request.type in _HOOKS_OF_EVENTS:
            self._state.note("event", f"the {_HOOKS_OF_EVENTS[request.type]} failed: {event.why}")
        elif request is self._opening:
            if event.unreachable:
                raise CallFailed(event.why)
            self._opening = None
            self._machine.reject(event.why)
        else:
            hook = request.hook["url"] if isinstance(request.hook, Mapping) else request.hook
            prefix = "" if str(hook) in event.why else f"{hook or request.type}: "
            self._machine.answer(request, error=prefix + event.why)

    def _handle_lost_app(self, event: AppLost) -> None:
        if event.connection is not self._connections.current:
            return
        if event.why is not None:
            self._state.note_error(event.why)
        elif not self._state.ended:
            self._state.note("event", "the app has closed the connection")
        self._state.app_gone = True
        self._machine.wake()

    def _lose_commands(self) -> None:
        """Lose what comes together with the first ack: the server begins to listen for commands a moment later."""
        kept_items: list[object] = []
        end = time.monotonic() + self._limits.think
        while (remaining := end - time.monotonic()) > 0:
            try:
                item = self._inbox.get(timeout=remaining)
            except queue.Empty:
                break
            events = self._connections.current.handle(item)
            if any(isinstance(event, CommandReceived) for event in events):
                self._state.note("event", "a command is lost: it came together with the ack of session:new")
            elif not events:
                kept_items.append(item)
            else:
                for event in events:
                    self._handle_event(event)
        for item in kept_items:
            self._inbox.put(item)
