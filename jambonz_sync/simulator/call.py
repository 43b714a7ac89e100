"""A call of the simulator: one call to an app over real sockets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from .app_events import AppEvents
from .app_watch import AppWatch
from .caller import Caller, ScriptedCaller
from .due_events import DueEvents
from .engine.adulting import Adulting
from .engine.clock import Clock
from .engine.dialled_app import DialledApp
from .engine.findings import Finding
from .engine.leg import Leg
from .engine.limits import CallLimits, Pace
from .engine.machine import Machine
from .engine.meetings import Meeting
from .engine.moments import TimedTurns, TurnWatch
from .engine.party import Party
from .engine.scenario import Callee, Scenario
from .engine.state import CallState
from .engine.transcript import Transcript, TranscriptEntry
from .engine.turns import ConnectionDrop, HangUp, Pressed, Said, Timed, Turn
from .engine.updates import apply_options, update_call
from .engine.verbs import VERBS
from .engine.waits import HookRequest
from .engine.wire import WireMessage
from .line.activity import AppActivity
from .line.audio import AudioConnections
from .line.call_connections import WEBHOOK_SCHEMES, WEBSOCKET_SCHEMES, CallConnections
from .line.endpoint_activity import EndpointActivity, Occupation
from .line.inbox import Inbox, Later
from .line.network import Network
from .line.pacing import Pacing
from .line.shared_time import TimeShare
from .line.webhooks import declared_env, env_values
from .loop import CallLoop
from .world import World

__all__ = ["Call"]

#: calls of one world, beyond which apps that dial each other get no more
_MOST_CALLS = 20


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
        caller_name: The name that the caller's phone shows.
        headers: SIP headers of the call.
        env: Values of application env vars, in place of the defaults that the app declares.
        auth: User and password for Basic authentication at the app.
        secret: The secret that webhooks are signed with; None signs none.
        status_hook: The hook for call status events of a webhook app; None sends it none.
        method: The method of the first webhook, ``POST`` or ``GET``.
        scenario: The behaviour of dialled parties and of people in queues; by default callees answer and hang up.
        limits: How long jambonz and the caller wait; by default as long as jambonz does.
        pace: How long speaking, pressing keys and ringing take.
        real_time: Let time go on as it does, for a person who listens. By default it waits while the app works, and
            jumps to the next event when the app is done: a pause of 30 s takes no time.
        network: How messages reach the app: late, or not at all. By default at once.
        activity: The activity of an app in this process, which says when it is done.
        timeout: Real seconds until the caller hangs up, whatever happens.
        on_entry: Called with each entry of the transcript as it is added, in the thread of :meth:`run`.
        on_audio: Called with the samples that the app plays on an audio stream, in the thread of :meth:`run`.
        on_message: Called with each message between jambonz and the app, in any thread.
        on_turn: Called with each turn of the caller before it is taken, in the thread of :meth:`run`; a :class:`Timed`
            one if the app was not listening, or had not been heard out.
        strict_opening: Lose a command that comes together with the first ack, as the real server does.
        adulting: A leg that another call has dialled, and that goes on without it; the call is that of this leg.
        world: The world in which the call meets others; None for a call alone, to whose queues and conferences the
            people of the ``scenario`` come.
    Raises:
        ValueError: The URL is of another scheme, or ``real_time`` is not that of the ``world``.
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
        caller_name: str = "",
        headers: Mapping[str, str] | None = None,
        env: Mapping[str, Any] | None = None,
        auth: tuple[str, str] | None = None,
        secret: str | None = None,
        status_hook: str | None = None,
        method: str = "POST",
        scenario: Scenario | None = None,
        limits: CallLimits | None = None,
        pace: Pace | None = None,
        real_time: bool = False,
        network: Network | None = None,
        activity: AppActivity | EndpointActivity | None = None,
        timeout: float = 60.0,
        on_entry: Callable[[TranscriptEntry], None] | None = None,
        on_audio: Callable[[bytes], None] | None = None,
        on_message: Callable[[WireMessage], None] | None = None,
        on_turn: Callable[[Turn | Timed], None] | None = None,
        strict_opening: bool = False,
        adulting: Adulting | None = None,
        world: World | None = None,
    ) -> None:
        if urlsplit(url).scheme not in WEBSOCKET_SCHEMES + WEBHOOK_SCHEMES:
            raise ValueError(f"{url!r}: expected a URL that starts with http, https, ws or wss")
        if world is not None and real_time is not world.real_time:
            raise ValueError(f"real_time is {real_time}, but {world.real_time} for the world: calls that meet share it")
        self.url = url
        #: everything that was said and done, so far
        self.transcript = Transcript(on_entry, on_audio, on_message)
        #: the leg of the caller
        self.leg = adulting.leg if adulting is not None else Leg(from_=from_, to=to, caller_name=caller_name)
        self._adulting = adulting
        self._caller = caller or ScriptedCaller([*map(Said, says), *map(Pressed, presses)])
        self._headers = headers or {}
        self._env = env or {}
        self._method = method
        self._limits = limits or CallLimits()
        self._timeout = timeout
        clock = Clock()
        self._state = CallState(
            self.leg, scenario or Scenario(), self.transcript, websocket=False, clock=clock, pace=pace
        )
        #: the models that the caller talks to, for what :meth:`post` is given
        self.models = self._state.models
        self.models.answer_alone = True
        self._machine = Machine(self._state, VERBS)
        self._pacing = Pacing(clock, real_time=real_time)
        self._inbox = Inbox()
        self._activity = activity if isinstance(activity, AppActivity) else None
        self._endpoint = activity if isinstance(activity, EndpointActivity) else None
        if self._endpoint is not None:
            self._endpoint.on_done(self.wake)
            if not real_time:
                self._endpoint.keep_time(self._pacing.now)
        if isinstance(activity, AppActivity):
            activity.on_change = self.wake
            activity.later = lambda seconds, action: self._inbox.put(Later(seconds, action))
        put = self._inbox.put
        self._events_due = DueEvents(self._state, self._endpoint)
        self._connections = CallConnections(
            self._state,
            credentials=auth,
            secret=secret,
            status_hook=status_hook,
            limits=self._limits,
            put=put,
            count=self._activity.begin if self._activity is not None else lambda: None,
            network=network,
            activity=self._endpoint,
        )
        self._audio = AudioConnections(self._state, self._connections.stream_address, self._limits, put, self._endpoint)
        self._events = AppEvents(self._machine, self._connections, self._limits, strict_opening=strict_opening)
        self._share: TimeShare | None = None
        if world is not None:
            self._join(world)
        if on_turn is not None:
            TurnWatch(self._state, on_turn)
        self._timed_turns = self._follow(self._caller) if isinstance(self._caller, ScriptedCaller) else None

    def _join(self, world: World) -> None:
        inbox, activity, endpoint = self._inbox, self._activity, self._endpoint

        def stirs() -> bool:
            app_works = (activity is not None and activity.is_busy(0)) or (endpoint is not None and endpoint.works)
            return app_works or not inbox.empty

        if not world.real_time:
            self._share = TimeShare(world.time, self._state.clock, inbox.wake, stirs)
        share = self._share

        def tell(action: Callable[[], object]) -> None:
            if share is not None:
                share.work()
            inbox.post(action)

        self.leg.account_sid = world.account_sid
        party = Party(self.leg, tell, self._state.note)
        party.on_voice = lambda sound: self._state.sound(sound, "callee")

        def dial_app(leg: Leg, callee: Callee) -> DialledApp | None:
            place = world.numbers.get(leg.to)
            if place is None:
                return None
            app = DialledApp(party, self._state.phone, callee)
            if len(world.time.shares) < _MOST_CALLS:
                place(leg, app.connect)
            else:
                text = f"{_MOST_CALLS} calls are up, and {leg.to} is not called any more: do apps dial each other?"
                self._state.note_error(text, "dial-loop", where="dial")
                callee.status, callee.rings = 503, False
            return app

        self._state.dial_app = dial_app
        self._state.meeting = Meeting(party, world.queues, world.conferences)

    def _follow(self, caller: ScriptedCaller) -> TimedTurns:
        """Let what the caller of a script does at a moment happen then."""

        def next_turn() -> Turn | Timed | None:
            return caller.script[0] if caller.script else None

        def act(timed: Timed) -> None:
            caller.take_off()
            if isinstance(timed.turn, HangUp):
                self._events.hang_up()
            elif isinstance(timed.turn, ConnectionDrop):
                self.drop_connection()
            else:
                self._state.phone.take(timed.turn)

        timed_turns = TimedTurns(self._state, next_turn, act)
        caller.on_taken = timed_turns.go_on
        caller.is_timed = lambda: timed_turns.pending
        return timed_turns

    @property
    def state(self) -> CallState:
        """The state of the call inside of the simulator, for those who script more than a caller."""
        return self._state

    @property
    def findings(self) -> list[Finding]:
        """All that the server holds against the app, so far."""
        return self._state.findings

    def wake(self) -> None:
        """Ask the caller once more for a turn, because they may have made up their mind."""
        self._inbox.wake()

    def post(self, action: Callable[[], object]) -> None:
        """Have something done in the thread of the call.

        Args:
            action: Does it; it must neither block nor raise.
        """
        self._inbox.post(action)

    def hang_up(self) -> None:
        """Let the caller hang up, whatever the call does at that moment."""
        self.post(self._events.hang_up)

    def apply_rest_options(self, options: Mapping[str, Any]) -> None:
        """Take in what a call that the REST API has placed asks for beside an app; before :meth:`run`.

        Args:
            options: Those of ``POST /Calls``; ``amd``, ``referHook``, ``sipRequestWithinDialogHook`` and ``timeLimit``
                are looked at.
        """
        apply_options(self._machine, options)

    def update(self, options: Mapping[str, Any], call_sid: str | None = None) -> None:
        """Do what an update of the REST API asks for; for :meth:`post`.

        Args:
            options: Those of ``PUT /Calls/{call_sid}``.
            call_sid: The leg that is meant, if it is not that of the caller.
        """
        update_call(self._machine, options, call_sid)

    def drop_connection(self) -> None:
        """Break the connection to the app, as a network does; for :meth:`post`."""
        self._state.phone.on_turn(ConnectionDrop())
        self._connections.current.drop()

    @property
    def awaits_app(self) -> bool:
        """True while the app has not answered what it was asked."""
        return bool(self._events.unanswered)

    @property
    def app_may_act(self) -> bool:
        """True if the app can do something that it was not asked for: it has an audio stream, or a WebSocket.

        An endpoint in this process that is known to do nothing cannot, unless something else makes it.
        """
        if self._audio.active or not self._connections.current.websocket or self._state.app_gone:
            return self._audio.active
        return self._endpoint is None or self._endpoint.look() is not Occupation.QUIET

    @property
    def more_is_due(self) -> bool:
        """True if something is due that the caller does not hold up; for the thread of the call."""
        due = self._events_due.next
        return due is not None and not due.patient

    @property
    def buffered(self) -> int | None:
        """The characters of streamed text that wait to be spoken; None while there is no stream for them."""
        speech = self._state.speech
        return speech.buffer.size if speech.enabled else None

    @property
    def activity(self) -> str:
        """The occupation of the call at this moment, in words that follow "the call"."""
        if self._machine.finished:
            return "has ended"
        if self._events.opening is not None:
            return "waits for the first answer of the app"
        for request in list(self._events.unanswered):
            return f"waits for the answer to {request.name}"
        verb = self._state.running_verb
        if self._state.phone.ears:
            who = "the caller" if any(ear.speech for ear in self._state.phone.ears) else "keys of the caller"
            return f"listens to {who} ({verb or 'nothing runs'})"
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
        try:
            return self._run()
        finally:
            if self._share is not None:
                self._share.end()

    def _run(self) -> Transcript:
        if self._adulting is None:
            self.transcript.env = env_values(declared_env(self.url, self._limits), self._env)
        self._connections.open(self.url, begins=self._adulting is None)
        loop = CallLoop(
            self._machine,
            self._events,
            self._connections,
            self._audio,
            self._inbox,
            self._caller,
            limits=self._limits,
            pacing=self._pacing,
            watch=AppWatch(self._state, self._connections, self._audio, self._limits, self._activity, self._endpoint),
            events_due=self._events_due,
            share=self._share,
            timeout=self._timeout,
        )
        try:
            if self._adulting is None:
                self._send_opening()
            else:
                self._go_on_alone(self._adulting)
            if self._timed_turns is not None:
                self._timed_turns.begin()
            script = getattr(self._caller, "script_for", None)
            if script is not None:
                self._state.start(script(self._state.phone, self._machine))
            while not self._machine.finished:
                loop.step()
            loop.send_last()
        finally:
            self._inbox.close()
            self._audio.close()
            if self._endpoint is not None:
                self._pacing.follows(at_once=True)
                self._endpoint.leave_time()
            self._connections.close(1000 if self.leg.status != "failed" else 1001)
        return self.transcript

    def _go_on_alone(self, adulting: Adulting) -> None:
        request = adulting.request()
        self._events.sent(request)
        self._connections.current.request(request)
        self._machine.start(adulting.verbs)

    def _send_opening(self) -> None:
        scenario = self._state.scenario
        defaults = {"synthesizer": dict(scenario.synthesizer), "recognizer": dict(scenario.recognizer)}
        data = self.leg.describe_new(self.transcript.env, self._headers, defaults, sip=self._method != "GET")
        connection = self._connections.current
        opening = HookRequest({"url": connection.url, "method": self._method}, data, "session:new")
        self._events.opening = opening
        self._events.sent(opening)
        connection.request(opening)
