"""What comes of the news of the app: answers, commands, mistakes, and connections that are lost."""

from __future__ import annotations

from urllib.parse import urlsplit

from .engine.commands import execute
from .engine.limits import CallLimits
from .engine.machine import Machine
from .engine.protocol import CommandReceived, HookAcked, HookUnanswered, InvalidMessage, ReconnectUnacked, UnknownAck
from .engine.waits import HookRequest
from .errors import CallFailed, HandshakeRefused
from .line.call_connections import CallConnections
from .line.connections import AnswerIgnored, AppLost, ConnectionEvent, ConnectionFailed, MessageTooBig

__all__ = ["AppEvents"]

#: events that the app is told of by a webhook, and the name of the hook: nothing depends on the answer
_HOOKS_OF_EVENTS = {"call:status": "status hook", "agent:event": "event hook", "llm:event": "event hook"}
#: seconds after which the answer to a hook is slow
_SLOW = 2.0
#: seconds of the call's own time that a caller who hangs up waits for the first answer of the app
_SOON = 1.0


class AppEvents:
    """Takes the news of the connections of one call to its machine. Threads: that of :meth:`Call.run`."""

    def __init__(
        self, machine: Machine, connections: CallConnections, limits: CallLimits, *, strict_opening: bool
    ) -> None:
        """Make it for a call that has not begun.

        Args:
            machine: Runs the call.
            connections: The connections of the call.
            limits: How large messages may be.
            strict_opening: Lose a command that comes together with the first ack.
        """
        #: the first message, until it has been answered
        self.opening: HookRequest | None = None
        #: the hooks that have not been answered
        self.unanswered: set[HookRequest] = set()
        self._sent_at: dict[HookRequest, float] = {}
        self._machine = machine
        self._state = machine.call
        self._connections = connections
        self._limits = limits
        self._strict_opening = strict_opening
        # the first answer has come, and the server does not listen for commands yet
        self._starting = False
        # the caller has hung up before the first answer has come
        self._hangs_up = False

    def time_out(self, seconds: float) -> None:
        """End a call that has lasted too long."""
        if self.opening is not None:
            self.opening = None
            if self._state.ended:
                self._machine.finished = True
            else:
                self._machine.reject("the app did not answer in time")
        else:
            text = f"the call has lasted {seconds:g} s: the caller hangs up"
            self._state.find("never-ends", text)
            self._state.note("event", text)
            self._machine.hang_up("caller", "timeout")

    def hang_up(self) -> None:
        """Let the caller hang up: at once, or as soon as the app has answered the first message, if that is soon."""
        if self.opening is None and not self._starting:
            self._machine.hang_up("caller")
        elif not self._hangs_up:
            self._hangs_up = True
            self._state.clock.call_later(_SOON, self._cancel)

    def _cancel(self) -> None:
        """Let the caller hang up before the app has answered: what it answers then is of no use."""
        if self.opening is not None and not self._state.ended:
            self._state.note("event", "the caller hangs up before the app has answered")
            self._state.end("caller", "cancelled", "no-answer", 487, tell=False)

    def handle(self, event: ConnectionEvent) -> None:
        """Do what comes of one event."""
        machine, state = self._machine, self._state
        match event:
            case HookAcked():
                self.unanswered.discard(event.request)
                self._note_slow(event.request)
                if event.request is self.opening:
                    self.opening = None
                    if self._connections.is_deaf:
                        text = "the connection has dropped before the first ack: the app is told nothing any more"
                        self._state.note_error(text, "deaf-after-early-drop")
                    self._start(event.data)
                else:
                    machine.answer(event.request, event.data)
            case HookUnanswered():
                self._handle_unanswered(event)
            case CommandReceived():
                self._execute(event)
            case InvalidMessage():
                state.note_error(f"the app sent something that is no message: {event.why}", event.code)
                state.send_error("InvalidMessage", event.why, content=event.content)
            case MessageTooBig():
                limit = self._limits.message
                text = f"a message of {event.size:,} bytes is over jambonz's limit of {limit:,}: closed with 1009"
                state.note_error(text, "answer-too-big")
            case UnknownAck():
                text = f"an ack to the unknown msgid {event.msgid} is discarded"
                state.note("event", text)
                state.find(event.code, text, where=event.hook)
            case AnswerIgnored():
                state.find("answer-not-json", event.why)
                state.note("event" if self.opening is None else "error", event.why)
            case ReconnectUnacked():
                state.note_error("session:reconnect was not acked: the call ends", "reconnect-unacked")
                machine.hang_up("jambonz")
            case ConnectionFailed():
                self._first_connection_failed(event.error)
            case AppLost():
                self._lose_app(event)

    def _start(self, answer: object) -> None:
        """Start the call with the first answer; strictly, when all is lost that came together with it."""
        if self._state.ended:
            self._machine.finished = True
        elif self._strict_opening and self._connections.current.websocket:
            self._starting = True
            self._state.clock.call_later(0.0, lambda: self._start_late(answer))
        else:
            self._begin(answer)

    def _start_late(self, answer: object) -> None:
        self._starting = False
        self._begin(answer)

    def _begin(self, answer: object) -> None:
        self._machine.start(answer)
        if self._hangs_up:
            # the caller has hung up meanwhile, and hears the beginning of it
            self._state.clock.call_later(0.0, lambda: self._machine.hang_up("caller"))

    def sent(self, request: HookRequest) -> None:
        """Take note of a hook that is sent."""
        self.unanswered.add(request)
        self._sent_at[request] = self._state.now
        parts = urlsplit(request.name)
        if parts.username is not None:
            text = f"the URL of a hook on {parts.hostname} has credentials in it"
            self._state.find("secret-in-url", text, where=str(request.type))

    def _note_slow(self, request: HookRequest) -> None:
        seconds = self._state.now - self._sent_at.pop(request, self._state.now)
        if seconds > _SLOW:
            code = "ack-slow" if self._connections.current.websocket else "http-slow"
            self._state.find(code, f"{request.name} was answered after {seconds:.1f} s", where=request.name)

    def _execute(self, event: CommandReceived) -> None:
        if self._starting:
            text = "a command is lost: it came together with the ack of session:new"
            self._state.note("event", text)
            self._state.find("command-lost-at-opening", text, where=str(event.message.get("command")))
        elif self.opening is None:
            execute(self._machine, event.message)
        else:
            text = "a command is lost: it came before the first answer"
            self._state.note("event", text)
            self._state.find("command-lost-at-opening", text, where=str(event.message.get("command")))

    def _handle_unanswered(self, event: HookUnanswered) -> None:
        request = event.request
        self.unanswered.discard(request)
        self._sent_at.pop(request, None)
        if request is self.opening:
            if event.unreachable and not self._connections.current.websocket:
                raise CallFailed(event.why)
            self.opening = None
            if self._state.ended:
                self._machine.finished = True
            else:
                self._machine.reject(event.why, event.code, sip_reason=event.details or "unknown")
        elif event.code == "event":
            what = _HOOKS_OF_EVENTS.get(request.type, request.type)
            self._state.note("event", f"{what}: {event.why}")
            self._state.find("event-hook-failed", f"{what}: {event.why}", where=request.name)
        elif request.type == "session:adulting":
            # the verbs run nevertheless
            self._state.note_error(event.why, event.code, where=request.type)
        else:
            self._machine.answer(request, error=event.why, details=event.details, code=event.code)

    def _first_connection_failed(self, error: CallFailed) -> None:
        self.opening = None
        if not isinstance(error, HandshakeRefused):
            raise error
        self._machine.reject(str(error), "connect-failed", sip_reason=str(error))

    def _lose_app(self, event: AppLost) -> None:
        if event.why is not None:
            # the server still asks the app, to no avail
            self._state.note_error(event.why, "reconnect-refused")
            return
        self._state.note("event", "the app has closed the connection")
        if event.connection is not self._connections.current:
            return
        if not self._state.ended:
            text = "the app has closed the connection with 1000 while the call lasts"
            self._state.find("close-1000-in-call", text)
        self._state.app_gone = True
