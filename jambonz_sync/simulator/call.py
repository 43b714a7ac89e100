"""One call to an app over real sockets: the shell around :class:`~.machine.Machine`."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from .caller import Caller, ScriptedCaller
from .engine.commands import obey
from .engine.leg import Leg
from .engine.limits import Limits
from .engine.machine import Machine
from .engine.protocol import Acked, Command, Dialogue, Failed, Invalid, Stray
from .engine.scenario import World
from .engine.state import CallState
from .engine.transcript import Entry, Transcript
from .engine.turns import HangUp, Pressed, Said
from .engine.verbs import VERBS
from .engine.waits import Ask, Hear, Notice, Quiet, Until
from .errors import CallFailed, HandshakeRefused
from .line.audio import Media, Place
from .line.connections import Event, Line, Lost, Unread, WebLine, WsLine
from .line.webhooks import Web, declared_env, env_values, split_url
from .media.fork import Fork

__all__ = ["Call"]

_WS = ("ws", "wss")
_WEB = ("http", "https")
#: seconds that one wait takes at most: a Ctrl-C that comes just before a wait does not end it, and shows after it
_PAUSE = 0.5
_WAKE = object()
_HANG_UP = object()


class Call:
    """A call to the app at ``url`` (``http``, ``https``, ``ws`` or ``wss``), placed by :meth:`run`.

    The caller says ``says``, then presses ``presses``, one a turn, whenever the app listens; for any other order,
    or a caller who decides while the call runs, give a ``caller``. ``env`` overrides the defaults of the env vars
    that the app declares. ``auth`` are Basic credentials, ``secret`` signs webhooks, ``status_hook`` takes call
    status events of a webhook app, ``method`` is that of the first webhook. ``timeout`` is in seconds: then the
    caller hangs up. ``on_entry`` sees each entry of the transcript as it is made, ``on_audio`` the samples that the app
    plays on an audio stream, both in the thread of :meth:`run`.
    With ``strict_opening``, a command that comes together with the first ack is lost, as it is on the real server.
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
        world: World | None = None,
        limits: Limits | None = None,
        timeout: float = 60.0,
        on_entry: Callable[[Entry], None] | None = None,
        on_audio: Callable[[bytes], None] | None = None,
        strict_opening: bool = False,
    ) -> None:
        if urlsplit(url).scheme not in _WS + _WEB:
            raise ValueError(f"{url!r}: expected a URL that starts with http, https, ws or wss")
        self.url = url
        self.transcript = Transcript(on_entry, on_audio)
        self.leg = Leg(from_=from_, to=to)
        self._caller = caller or ScriptedCaller([*map(Said, says), *map(Pressed, presses)])
        self._headers = headers or {}
        self._env = env or {}
        self._auth = auth
        self._secret = secret
        self._status_hook = status_hook
        self._method = method
        self._limits = limits or Limits()
        self._timeout = timeout
        self._strict = strict_opening
        self._state = CallState(self.leg, world or World(), self.transcript, websocket=False)
        self._machine = Machine(self._state, VERBS)
        self._inbox: queue.SimpleQueue[object] = queue.SimpleQueue()
        self._media = Media(self._state, self._place, self._limits, self._inbox.put)
        self._in_flight: set[Ask] = set()
        self._opening: Ask | None = None
        self._end = 0.0

    def wake(self) -> None:
        """The caller may have made up their mind. Any thread may call it."""
        self._inbox.put(_WAKE)

    def hang_up(self) -> None:
        """The caller hangs up, whatever the call does. Returns at once; any thread may call it."""
        self._inbox.put(_HANG_UP)

    def run(self) -> Transcript:
        """Place the call and follow it to its end. Blocks.

        Raises CallFailed if nobody can be reached at the URL, ValueError for an env var of another type than declared.
        """
        self._end = time.monotonic() + self._timeout
        self.transcript.env = env_values(declared_env(self.url, self._limits), self._env)
        try:
            first = self._connect(self.url)
        except HandshakeRefused as error:
            self._machine.reject(str(error))
            return self.transcript
        self._lines: list[Line] = [first]
        # status events stay with the first connection, hooks go to the newest
        self._notified = self._line = first
        try:
            self._state.websocket = first.websocket
            self._open()
            while not self._machine.over:
                self._step()
            self._send()
        finally:
            self._media.close()
            for line in self._lines:
                line.close(1000 if self._state.leg.status != "failed" else 1001)
        return self.transcript

    # -- connections

    def _connect(self, url: str, *, leaving: Line | None = None) -> Line:
        """A line to ``url``; ``leaving`` is the one that the call comes from."""
        plain, own = split_url(url)
        # credentials are not carried over to another URL
        credentials = own or (self._auth if leaving is None else None)
        if urlsplit(url).scheme in _WS:
            come_from = None if leaving is None else leaving.websocket
            dialogue = Dialogue(self.leg.call_sid, self._limits, self.leg.b3, come_from=come_from)
            return WsLine(plain.partition("#")[0], credentials, dialogue, self._limits, self._inbox.put)
        web = Web(plain, credentials, self._secret, self._limits)
        return WebLine(web, self._where_status_goes, self.leg.b3, self._inbox.put)

    def _place(self, fork: Fork) -> Place:
        """Where an audio stream goes: a relative URL to the host of the app, with the credentials of the app."""
        url, own = split_url(fork.url)
        if fork.auth:
            own = str(fork.auth.get("username")), str(fork.auth.get("password"))
        if url.startswith("/"):
            base = urlsplit(self._line.url)
            url, own = f"{base.scheme}://{base.netloc}{url}", self._line.credentials or own
        # http is ws, and https is wss
        return url.replace("http", "ws", 1) if url.startswith("http") else url, own

    def _where_status_goes(self) -> object:
        return self._state.status_hook or self._status_hook

    def _open(self) -> None:
        data = self.leg.describe_new(self.transcript.env, self._headers, sip=self._method != "GET")
        self._opening = Ask({"url": self._line.url, "method": self._method}, data, "session:new")
        self._in_flight.add(self._opening)
        self._line.ask(self._opening)

    def _ask(self, ask: Ask) -> None:
        """Send a hook to where it belongs, which may be another app than before."""
        if self._state.app_gone:
            # jambonz asks nobody any more, and goes on as if nothing had been answered
            return self._machine.answer(ask)
        self._in_flight.add(ask)
        try:
            line = self._line_for(ask)
        except CallFailed as error:
            return self._failed(Failed(ask, str(error)))
        return line.ask(ask)

    def _line_for(self, ask: Ask) -> Line:
        url = str(ask.hook["url"] if isinstance(ask.hook, Mapping) else ask.hook)
        scheme = urlsplit(url).scheme
        if ask.type == "session:redirect" and scheme in _WS + _WEB:
            line = self._connect(url, leaving=self._line)
            self._state.note("event", f"the call is handed over to {line.url}")
            self._state.websocket = line.websocket
            self._lines.append(line)
            self._line = line
        elif scheme in _WEB and self._line.websocket:
            # one webhook of an app that is on a WebSocket otherwise
            line = self._connect(url, leaving=self._line)
            self._lines.append(line)
        else:
            line = self._line
        return line

    # -- the loop

    def _send(self) -> None:
        """Send what the call has to say."""
        out, self._state.out = self._state.out, []
        for one in out:
            if isinstance(one, Notice):
                self._notified.tell(one) if one.type == "call:status" else self._line.tell(one)
            else:
                self._ask(one)
        self._media.update()

    def _step(self) -> None:
        self._send()
        machine = self._machine
        if not self._state.ended and time.monotonic() >= self._end:
            self._time_is_up()
        if machine.over:
            return
        waiting = machine.waiting
        if self._in_flight or not self._line.up or waiting is None or isinstance(waiting, Until):
            self._wait(None)
        elif isinstance(waiting, Quiet):
            if self._is_quiet():
                machine.turn(None)
        elif isinstance(waiting, Hear):
            # whoever speaks has let the app finish first; who decides while the call runs may cut in on audio
            if self._is_quiet() and not (self._caller.bored() and self._state.streams.playing):
                self._listen(waiting)
        else:
            self._idle()

    def _is_quiet(self) -> bool:
        return not (self._line.websocket or self._media.active) or not self._wait(self._limits.think)

    def _listen(self, hear: Hear) -> None:
        turn = self._caller.turn(hear)
        if isinstance(turn, HangUp):
            self._machine.hang_up("caller")
        elif turn is not None or hear.glance:
            self._machine.turn(turn)
        else:
            self._idle()

    def _idle(self) -> None:
        """Nothing happens until somebody does something: the caller does not wait for ever."""
        machine = self._machine
        reacts = (self._line.websocket and not self._state.app_gone) or self._media.active
        patience = self._limits.patience if reacts else 0.0
        bored = self._state.app_gone or self._caller.bored()
        if self._wait(patience if bored else None) or not bored or self._state.streams.playing:
            return
        if not machine.settle():
            machine.hang_up("caller")

    def _wait(self, seconds: float | None) -> bool:
        """Take in what comes within ``seconds``, or by the next deadline; False if nothing has come. The audio of
        streams, which comes all the time, is nothing unless something comes of it."""
        machine, media, entries = self._machine, self._media, self.transcript.entries
        waiting, written = machine.waiting, len(entries)
        end = None if seconds is None else time.monotonic() + seconds
        while True:
            media.tick()
            if machine.waiting is not waiting or self._state.out or len(entries) > written:
                return True
            due = self._due(end)
            next_ = min(when for when in (due, media.due, time.monotonic() + _PAUSE) if when is not None)
            try:
                arrived = self._inbox.get(timeout=max(0.0, next_ - time.monotonic()))
            except queue.Empty:
                arrived = None
            if arrived is not None and not media.handle(arrived):
                self._take(arrived)
                return True
            # looked at whatever has come: an app that sends audio without end does not stop the clock
            if due is not None and due <= time.monotonic():
                return self._tick()

    def _due(self, end: float | None) -> float | None:
        """The next deadline, ``end`` at the latest."""
        times = [line.due for line in self._lines if line.due is not None]
        if not self._state.ended:
            times.append(self._end)
        if end is not None:
            times.append(end)
        return min(times, default=None)

    def _take(self, arrived: object) -> None:
        if arrived is _HANG_UP and self._opening is None:
            self._machine.hang_up("caller")
        for line in list(self._lines):
            for event in line.handle(arrived):
                self._happened(event, line)

    def _tick(self) -> bool:
        happened = False
        for line in list(self._lines):
            for event in line.tick():
                happened = True
                self._happened(event, line)
        return happened

    def _time_is_up(self) -> None:
        if self._opening is not None:
            self._machine.reject("the app did not answer in time")
        else:
            self._state.note("event", f"the call has lasted {self._timeout:g} s: the caller hangs up")
            self._machine.hang_up("caller", "timeout")

    # -- what the app does

    def _happened(self, event: Event, line: Line | None = None) -> None:
        machine = self._machine
        match event:
            case Acked():
                self._in_flight.discard(event.ask)
                if event.ask is self._opening:
                    self._opening = None
                    if self._strict and self._line.websocket:
                        self._lose_commands()
                    machine.begin(event.data)
                else:
                    machine.answer(event.ask, event.data)
            case Failed():
                self._failed(event)
            case Command():
                obey(machine, event.message)
            case Invalid():
                self._state.error(
                    f"the app sent something that is no message: {event.why}" if event.content else event.why
                )
                self._state.complain("InvalidMessage", event.why, content=event.content)
            case Stray():
                self._state.note("event", f"an ack to the unknown msgid {event.msgid} is discarded")
            case Lost():
                self._lost(event)
            case Unread():
                self._state.note("event", event.why)

    def _failed(self, event: Failed) -> None:
        ask = event.ask
        self._in_flight.discard(ask)
        if ask.type == "call:status":
            self._state.note("event", f"the status hook failed: {event.why}")
        elif ask is self._opening:
            if event.unreachable:
                raise CallFailed(event.why)
            self._opening = None
            self._machine.reject(event.why)
        else:
            hook = ask.hook["url"] if isinstance(ask.hook, Mapping) else ask.hook
            prefix = "" if str(hook) in event.why else f"{hook or ask.type}: "
            self._machine.answer(ask, error=prefix + event.why)

    def _lost(self, event: Lost) -> None:
        if event.line is not self._line:
            return
        machine = self._machine
        if event.why is not None:
            self._state.error(event.why)
        elif not self._state.ended:
            self._state.note("event", "the app has closed the connection")
        self._state.app_gone = True
        machine.wake()

    def _lose_commands(self) -> None:
        """The server listens for commands a moment after it has read the first ack: what comes with it is lost."""
        later: list[object] = []
        end = time.monotonic() + self._limits.think
        while (left := end - time.monotonic()) > 0:
            try:
                arrived = self._inbox.get(timeout=left)
            except queue.Empty:
                break
            events = self._line.handle(arrived)
            if any(isinstance(event, Command) for event in events):
                self._state.note("event", "a command is lost: it came together with the ack of session:new")
            elif not events:
                later.append(arrived)
            else:
                for event in events:
                    self._happened(event)
        for arrived in later:
            self._inbox.put(arrived)
