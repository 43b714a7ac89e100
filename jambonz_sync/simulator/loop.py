"""The loop of a call: what happens next, and when."""

from __future__ import annotations

import time
from collections.abc import Mapping

from .app_events import AppEvents
from .app_watch import AppWatch
from .caller import Caller
from .due_events import DueEvents
from .engine.limits import CallLimits
from .engine.machine import Machine
from .engine.phone import Ear
from .engine.turns import HangUp, Silence
from .engine.waits import CallerWait, HookRequest, Notification
from .line.audio import AudioConnections
from .line.call_connections import CallConnections
from .line.inbox import Inbox, Later
from .line.pacing import Pacing
from .line.shared_time import TimeShare
from .line.sockets import MessageArrived

__all__ = ["CallLoop"]

#: seconds that one wait takes at most: a Ctrl-C that comes just before a wait does not end it, and shows after it
_LONGEST_WAIT = 0.5
#: seconds until a caller who holds the time of the call is looked at again
_HELD = 0.05
#: seconds of the call's own time that a call lasts at most
_LONGEST_CALL = 6 * 3600.0
#: messages that an app may send, at once and in each second of the call's own time
_MOST_MESSAGES = 5000


class CallLoop:
    """Lets one thing happen after the other. Threads: that of :meth:`Call.run`."""

    def __init__(
        self,
        machine: Machine,
        events: AppEvents,
        connections: CallConnections,
        audio: AudioConnections,
        inbox: Inbox,
        caller: Caller,
        *,
        limits: CallLimits,
        pacing: Pacing,
        watch: AppWatch,
        events_due: DueEvents,
        share: TimeShare | None = None,
        timeout: float,
    ) -> None:
        """Make the loop of a call that begins now.

        Args:
            machine: Runs the call.
            events: Takes the news of the connections.
            connections: The connections of the call.
            audio: Its audio streams.
            inbox: What threads bring.
            caller: The caller.
            limits: How long everyone waits.
            pacing: How the time of the call goes on.
            watch: Knows when the app is done.
            events_due: Knows the next event.
            share: The part in the time of calls that meet; None for a call alone.
            timeout: Real seconds until the caller hangs up.
        """
        self._machine = machine
        self._state = machine.call
        self._events = events
        self._connections = connections
        self._audio = audio
        self._inbox = inbox
        self._caller = caller
        self._limits = limits
        self._pacing = pacing
        self._watch = watch
        self._events_due = events_due
        self._share = share
        self._timeout = timeout
        self._deadline = time.monotonic() + timeout
        # when anything was played on an audio stream last, in real time
        self._last_playing = 0.0
        # those who listen to a caller who has decided to keep silent
        self._silent_ears: list[Ear] = []
        # True if an arrival was the last thing that happened
        self._arrived = False
        # how many messages have come
        self._messages = 0
        self._state.clock.on_patience_over = self._end_silence

    @property
    def app_may_act(self) -> bool:
        """True if the app can do something that it was not asked for: it has a WebSocket, or an audio stream."""
        return (self._connections.current.websocket and not self._state.app_gone) or self._audio.active

    def send(self) -> None:
        """Send the messages and the audio of the call, one message at a time to an app that is known to react to it."""
        while self._state.out and not self._holds_messages:
            message = self._state.out.pop(0)
            self._watch.note_exchange()
            if isinstance(message, Notification):
                self._connections.notify(message)
            else:
                self._events.sent(message)
                self._note_get(message)
                self._connections.connection_for(message).request(message)
        self._audio.update()

    def send_last(self) -> None:
        """Send what is left at the end of the call. A connection that is made for it is waited for.

        Blocks: as long as a handshake may take.
        """
        self.send()
        end = time.monotonic() + self._limits.handshake
        while self._connections.reconnecting and self._wait(end - time.monotonic()):
            pass

    @property
    def _holds_messages(self) -> bool:
        """True while the app works: for a moment it is told one thing after the other, however threads are switched."""
        return self._watch.works and not self._pacing.following and not self._machine.finished

    def _note_get(self, request: HookRequest) -> None:
        hook = request.hook
        if isinstance(hook, Mapping) and str(hook.get("method")).upper() == "GET" and not self._state.websocket:
            self._state.find(
                "hook-get-without-data", f"{request.name} is asked by GET, without data", where=request.name
            )

    def step(self) -> None:
        """Let one thing happen: an arrival, an event that is due, a turn of the caller, or nothing."""
        self.send()
        if self._share is not None:
            self._share.work()
        if time.monotonic() >= self._deadline and (not self._state.ended or self._events.opening is not None):
            self._events.time_out(self._timeout)
        if self._machine.finished:
            return None
        if self._arrived and self._audio.active and self._let_frame_pass():
            return None
        # asked before: what a test does at the end of that is in the inbox by then
        holds_time = self._caller_holds_time()
        item = self._inbox.get(0.0)
        self._arrived = item is not None
        if item is not None:
            return self._handle_item(item)
        if self._fire_due():
            return None
        if self._watch.is_busy:
            return self._wait_busy()
        if self._state.out:
            return None
        self._pacing.jumps()
        if self._pacing.real_time:
            self._pacing.follows()
        if holds_time:
            self._wait(_HELD)
            return None
        return self._app_is_done()

    def _let_frame_pass(self) -> bool:
        """Let what is due happen between two arrivals: an app that sends without end does not stop the clock."""
        self._arrived = False
        self._pacing.follows(at_once=not self._watch.says_all)
        self._pacing.advance(self._limit())
        return self._fire_due()

    def _wait_busy(self) -> None:
        """Wait for the app; the time of the call follows real time if that takes long."""
        waits, guesses = self._watch.takes_its_time, not self._watch.says_all
        if waits or self._audio.active:
            self._pacing.follows(at_once=self._audio.active and guesses)
            seconds = self._pacing.seconds_until(self._next_due())
        else:
            # it only gets a moment to react; one that goes on and on does not stop the time of the call
            self._pacing.follows()
            seconds = self._watch.seconds_until_look
            until_due = self._pacing.seconds_until(self._next_due()) if self._pacing.following else None
            seconds = seconds if until_due is None else min(seconds, until_due)
        if self._audio.active and guesses and not waits:
            self._ask_caller_over_audio()
            self._give_up_over_audio()
        if self._share is not None and self._pacing.following:
            self._share.reached(self._state.now)
        self._wait(seconds)
        if self._share is None:
            self._pacing.advance(self._limit())
        else:
            self._pacing.advance(self._share.limit(self._limit()))
            if self._pacing.following:
                self._share.reached(self._state.now)

    def _ask_caller_over_audio(self) -> None:
        """Let the caller speak on an audio stream; a scripted one lets the app finish first."""
        phone, wait = self._state.phone, self._state.phone.wait
        if wait is None or phone.busy or phone.playing or self._silent:
            return
        if self._caller.gives_up() and self._state.streams.playing:
            return
        if time.monotonic() - self._watch.last_exchange >= self._limits.think:
            self._ask_caller(wait)

    def _give_up_over_audio(self) -> None:
        """Let a caller who gives up hang up when nothing has been played for a while."""
        now = time.monotonic()
        if self._state.streams.playing or self._state.phone.playing or self._state.phone.busy:
            self._last_playing = now
        idle = self._machine.awaits_commands or (self._state.phone.wait is not None and not self._silent)
        since = max(self._last_playing, self._watch.last_exchange)
        if idle and self._caller.gives_up() and now - since > self._limits.patience and not self._state.ended:
            self._machine.hang_up("caller")

    def _app_is_done(self) -> None:
        """Do what comes next when the app does nothing: the caller's turn, or the next event."""
        phone, state = self._state.phone, self._state
        wait = phone.wait
        # a person may speak while they hear something; a script goes on when it has been heard
        hears_out = phone.playing and not self._pacing.real_time
        if wait is not None and not phone.busy and not hears_out and not self._silent and not state.ended:
            if self._share is not None and not self._share.may_go_on(state.now):
                # what the others do at this moment may be heard before the caller acts
                self._wait(None)
                return None
            if self._ask_caller(wait):
                return None
            if wait.optional and not wait.immediate and self._is_patient_next():
                return self._idle()
        due = self._next_due()
        held = self._limit()
        if due is None or (held is not None and due > held) or due > _LONGEST_CALL:
            if due is not None and due > _LONGEST_CALL:
                state.note_error("the call goes on for ever: it has lasted six hours", "never-ends")
                self._machine.hang_up("caller", "timeout")
                return None
            return self._idle()
        if self._pacing.real_time:
            self._wait(self._pacing.seconds_until(due))
            self._pacing.advance(held)
        elif self._share is not None and not self._share.may_go_on(due):
            self._wait(None)
        else:
            # what is due then happens with the next steps, one event at a time
            state.clock.now = max(state.clock.now, due)
        return None

    def _ask_caller(self, wait: CallerWait) -> bool:
        """Ask the caller for a turn. Returns False if they do nothing now."""
        turn = self._caller.next_turn(wait)
        if turn is None:
            return False
        if isinstance(turn, HangUp):
            self._machine.hang_up("caller")
        else:
            if isinstance(turn, Silence):
                self._silent_ears = list(self._state.phone.ears)
            self._state.phone.take(turn)
        return True

    def _caller_holds_time(self) -> bool:
        """Return True while a test that has heard something may still do something at this very moment."""
        holds = getattr(self._caller, "holds_time", None)
        return holds is not None and bool(holds()) and not self._state.ended

    def _lets_pass(self, at: float) -> bool:
        """Return True if the caller has decided that the time of the call goes on to there."""
        allowed = getattr(self._caller, "time_allowed", None)
        return allowed is not None and at <= allowed()

    def _is_patient_next(self) -> bool:
        """Return True if only a caller who keeps silent lets the next event happen, and this one does not decide to."""
        timer = self._state.clock.next_timer
        scripted = getattr(self._caller, "script_for", None) is not None
        patient = timer is not None and timer.patient and not self._lets_pass(timer.at)
        return patient and not scripted and not self._pacing.real_time

    @property
    def _silent(self) -> bool:
        """True while the caller keeps silent: until a time-out has passed, or others listen."""
        return bool(self._silent_ears) and self._silent_ears == self._state.phone.ears

    def _end_silence(self) -> None:
        if not self._silent:
            self._state.phone.on_turn(Silence())  # nobody has decided that: the time has just passed
        self._silent_ears = []

    def _limit(self) -> float | None:
        """Return the time at which the call waits for the caller to make up their mind; None if it does not."""
        due = self._events_due.next
        if due is None or not due.patient or self._silent or self._state.ended or self._lets_pass(due.at):
            return None
        if getattr(self._caller, "script_for", None) is not None or self._pacing.real_time:
            return None
        return None if self._caller.gives_up() else due.at - 1e-9

    def _next_due(self) -> float | None:
        """Return the time of the call at which something is due."""
        event = self._events_due.next
        times = [time for time in (event.at if event else None, self._connections.due) if time is not None]
        return min(times, default=None)

    def _fire_due(self) -> bool:
        """Let happen what is due now. Returns False if there is nothing."""
        now = self._state.clock.now
        due = self._connections.due
        if due is not None and due <= now:
            for event in self._connections.tick():
                self._events.handle(event)
            return True
        next_event = self._events_due.next
        if next_event is None or next_event.at > now or self._limit() is not None:
            return False
        if self._state.out or (self._watch.is_busy and not self._pacing.following):
            # the app reacts first to what has happened until now
            return False
        self._events_due.fire_next()
        return True

    def _idle(self) -> None:
        """Wait for anybody to do something; a caller who gives up hangs up after a while."""
        state = self._state
        patience = self._limits.patience if self.app_may_act else 0.0
        gives_up = self._caller.gives_up()
        if self._connections.current.websocket and state.app_gone and self._machine.awaits_commands:
            text = "the app has closed the connection, and the caller hears nothing any more"
            state.find("left-in-silence", text)
        if state.ended:
            # nobody will answer what the call still waits for
            for event in self._connections.give_up():
                self._events.handle(event)
            return
        if self._share is not None:
            self._share.rest()
        if not gives_up:
            self._wait(None)
        elif self._share is not None and self._share.others_go_on:
            self._wait(_HELD)
        elif not self._wait(patience):
            if self._machine.awaits_commands and state.phone.wait is None:
                state.find("left-in-silence", "the call waits for a command, and the caller hears nothing")
            self._machine.hang_up("caller")

    def _wait(self, seconds: float | None) -> bool:
        """Wait for an arrival, and deal with it. Returns False if the time is up before."""
        end = None if seconds is None else time.monotonic() + max(0.0, seconds)
        while True:
            now = time.monotonic()
            most = _LONGEST_WAIT if self._state.ended else min(_LONGEST_WAIT, max(0.0, self._deadline - now))
            left = most if end is None else min(most, end - now)
            item = self._inbox.get(max(0.0, left))
            if item is not None:
                self._handle_item(item)
                return True
            now = time.monotonic()
            if (end is not None and now >= end) or (now >= self._deadline and not self._state.ended):
                return False

    def _handle_item(self, item: object) -> None:
        self._pacing.catch_up(self._next_due())
        if self._share is not None:
            self._share.work()
            if self._limit() is None:
                # a caller who has not made up their mind holds up the time of their own call
                self._share.catch_up(self._next_due())
        if isinstance(item, Later):
            self._state.clock.call_later(item.seconds, item.action)
            self._watch.note_begun()
            return
        if callable(item):
            item()
            return
        if self._audio.handle(item):
            self._watch.note_handled(item, is_audio=True)
            return
        self._watch.note_exchange()
        self._bound_messages(item)
        for event in self._connections.handle(item):
            self._events.handle(event)
        self._watch.note_handled(item)

    def _bound_messages(self, item: object) -> None:
        """End a call whose app sends without end."""
        if not isinstance(item, MessageArrived):
            return
        self._messages += 1
        if self._messages > _MOST_MESSAGES * (1 + self._state.now) and not self._state.ended:
            text = f"the app has sent {self._messages:,} messages in {self._state.now:.0f} s"
            self._state.note_error(text, "too-much")
            self._machine.hang_up("jambonz", "too much")
