"""Those whom the app dials: a test decides what they do, before their phones ring or while they ring and talk."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator

from ..simulator import PhoneRequest, Turn
from ..simulator.engine.clock import Clock
from ..simulator.engine.leg import Leg
from ..simulator.engine.scenario import Callee
from ..simulator.engine.turns import Beep, Pressed, Said
from .caller_actions import check_keys, said
from .phone_requests import PhoneRequests
from .running import RunningCall

__all__ = ["DialledParties", "DialledParty"]

#: SIP statuses of those who do not answer
_BUSY, _DECLINED = 486, 603


class _Behaviour:
    """What somebody does who has been dialled. Threads: that of the call."""

    def __init__(self, callee: Callee, clock: Clock) -> None:
        self.callee = callee
        self._clock = clock
        #: True once a test has said if they answer
        self.decided = False

    def take_up(self, act: _Act, *, decides: bool) -> None:
        """Do something, which may be the answer or the refusal."""
        self.decided = self.decided or decides
        act(self)

    def answer(self, after: float) -> None:
        def decide() -> None:
            self.callee.status, self.callee.hangs_up = 200, None
            self.callee.decided.set()

        self.callee.status = None  # until then they let it ring
        self._clock.call_later(after, decide)

    def refuse(self, status: int) -> None:
        self.callee.status = status
        self.callee.decided.set()

    def never_answer(self) -> None:
        self.callee.status = None

    def press(self, keys: str, after: float | None) -> None:
        phone = self.callee.phone
        if phone is not None and (phone.connected or after is not None):
            phone.take_later(Pressed(keys, lead=0.0), after or 0.0)
        else:
            self.callee.presses = (*self.callee.presses, keys)

    def take(self, turn: Turn, after: float) -> None:
        if self.callee.phone is not None:
            self.callee.phone.take_later(turn, after)

    def hang_up(self, after: float) -> None:
        self._clock.call_later(after, self.callee.gone.set)


#: something that is done by somebody who has been dialled
_Act = Callable[[_Behaviour], None]


class _Actions(PhoneRequests):
    """The things that a test can have somebody do who is dialled."""

    def answers(self, after: float = 0.0) -> None:
        """Have them answer, and stay until :meth:`hangs_up`, the caller or the app ends it.

        Args:
            after: Seconds of the call's own time, from now or from the first ring.
        """
        self._act(lambda party: party.answer(after))

    def is_busy(self) -> None:
        """Have them refuse with the SIP status 486."""
        self.refuses(_BUSY)

    def is_machine(self, greeting: str, *, beeps: bool = True, after: float = 0.0) -> None:
        """Have an answering machine answer, say its greeting, and beep.

        Args:
            greeting: The words, as a recogniser writes them.
            beeps: False for a machine without a beep.
            after: Seconds of the call's own time until it answers, from now or from the first ring.
        """

        def answer(party: _Behaviour) -> None:
            party.answer(after)
            party.take(Said(greeting), 0.0)
            if beeps:
                party.take(Beep(), 0.0)

        self._act(answer)

    def refuses(self, status: int = _DECLINED) -> None:
        """Have them refuse with a SIP status.

        Args:
            status: 404, 480, 486, 603 ...
        Raises:
            ValueError: It is none of a refusal.
        """
        if not 300 <= status <= 699:
            raise ValueError(f"{status} is no SIP status of a refusal: expected one from 300 to 699")
        self._act(lambda party: party.refuse(status))

    def never_answers(self) -> None:
        """Let their phone ring."""
        self._act(lambda party: party.never_answer())

    def presses(self, keys: str, *, after: float | None = None) -> None:
        """Have them press keys: now, if they and the caller are connected, or else when a ``confirmHook`` asks.

        Keys that no ``confirmHook`` has asked for are pressed as soon as they are connected.

        Args:
            keys: Any of ``0``-``9``, ``*`` and ``#``.
            after: Seconds of the call's own time, from now or from when they are connected, whatever asks for keys.
        Raises:
            ValueError: There are no keys, or others.
        """
        __tracebackhide__ = True
        check_keys(keys)
        self._act(lambda party: party.press(keys, after), goes_on=True)

    def says(self, text: str | Said, confidence: float = 0.95, after: float = 0.0) -> None:
        """Have them say something to the caller, behind what they are saying.

        Args:
            text: The words, as a recogniser writes them; or all that it tells of them.
            confidence: How sure the recogniser is of words, from 0 to 1.
            after: Seconds of the call's own time, from now or from when they are connected.
        """
        self._act(lambda party: party.take(said(text, confidence), after), goes_on=True)

    def beeps(self, frequency: int = 1000, after: float = 0.0) -> None:
        """Have them beep as an answering machine does after its greeting, behind what they are saying.

        Args:
            frequency: The pitch, in Hz.
            after: Seconds of the call's own time, from now or from when they are connected.
        """
        self._act(lambda party: party.take(Beep(frequency), after), goes_on=True)

    def hangs_up(self, after: float = 0.0) -> None:
        """Have them hang up.

        Args:
            after: Seconds of the call's own time, from now or from the first ring.
        """
        self._act(lambda party: party.hang_up(after), goes_on=True)

    def _send(self, request: PhoneRequest, after: float) -> None:
        self._act(lambda party: party.take(request, after), goes_on=True)

    def _act(self, act: _Act, *, goes_on: bool = False) -> None:
        """Have it done; ``goes_on`` if it comes after another thing of the same party."""
        raise NotImplementedError


class DialledParty(_Actions):
    """Somebody whom the app has dialled.

    Args:
        leg: Their leg.
        behaviour: Their behaviour.
        running: The call.
    Threads: that of the test.
    """

    def __init__(self, leg: Leg, behaviour: _Behaviour, running: RunningCall) -> None:
        #: their leg, with its number and its status
        self.leg = leg
        self._behaviour = behaviour
        self._running = running

    @property
    def number(self) -> str:
        """The number, URI or name that was dialled."""
        return self.leg.to

    def talks(self, *, timeout: float | None = None) -> bool:
        """Wait until they and the caller are connected, and tell if they are.

        Args:
            timeout: Seconds to wait; by default those of the fixture.
        Returns:
            True if they are, False if the call has ended, the time is up, or nothing can happen any more.
        Raises:
            CallFailed: The app could not be called; likewise any other error that has ended the call.
        Blocks: up to ``timeout``.
        """
        return self._running.wait_for(lambda: self._running.call.state.connected_leg is self.leg, timeout)

    def _act(self, act: _Act, *, goes_on: bool = False) -> None:
        self._running.post(lambda: act(self._behaviour), plans=True)


class DialledParties(_Actions):
    """Those whom the app has dialled, in order; its own methods are for the last of them, or for who is dialled next.

    ``is_busy()`` and then ``answers()`` are two parties, whether the first one rings already or not.

    ``call.dialled[0]`` and ``call.dialled["+15085551213"]`` are single ones.

    Args:
        running: The call.
    Threads: that of the test.
    """

    def __init__(self, running: RunningCall) -> None:
        self._running = running
        # changed in the thread of the call only, so that what a test wants is done in the order of what happens there
        self._parties: list[DialledParty] = []
        self._plans: deque[list[tuple[_Act, bool]]] = deque()
        running.call.state.on_dial = self._dialled

    def __len__(self) -> int:
        return len(self._parties)

    def __iter__(self) -> Iterator[DialledParty]:
        return iter(list(self._parties))

    def __getitem__(self, which: int | str) -> DialledParty:
        __tracebackhide__ = True
        parties = list(self._parties)
        found = parties[which:][:1] if isinstance(which, int) else [each for each in parties if each.number == which]
        if not found:
            numbers = ", ".join(party.number for party in parties) or "nobody"
            error = IndexError if isinstance(which, int) else KeyError
            raise error(f"{which!r} was not dialled; so far: {numbers} (call.started('dial') waits for a dial)")
        return found[-1]

    def talks(self, *, timeout: float | None = None) -> bool:
        """Wait until somebody and the caller are connected, and tell if they are.

        Args:
            timeout: As for a single one.
        Returns:
            As for a single one.
        Raises:
            CallFailed: As for a single one.
        Blocks: up to ``timeout``.
        """
        return self._running.wait_for(lambda: self._running.call.state.connected_leg is not None, timeout)

    def _act(self, act: _Act, *, goes_on: bool = False) -> None:
        def run() -> None:
            party = self._parties[-1] if self._parties else None
            is_there = party is not None and party.leg.status in ("trying", "ringing", "in-progress")
            if goes_on and self._plans:
                self._plans[-1].append((act, False))  # for whom the test has spoken of last
            elif party is not None and is_there and (goes_on or not party._behaviour.decided):
                party._behaviour.take_up(act, decides=not goes_on)
            else:
                self._plans.append([(act, not goes_on)])

        self._running.post(run, plans=True)

    def _dialled(self, leg: Leg, callee: Callee) -> None:
        behaviour = _Behaviour(callee, self._running.call.state.clock)
        for act, decides in self._plans.popleft() if self._plans else ():
            behaviour.take_up(act, decides=decides)
        self._parties.append(DialledParty(leg, behaviour, self._running))
