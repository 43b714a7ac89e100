"""The calls that a ``dial`` places: how they ring, are answered or refused, and end."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from ..dialled_phone import DialledPhone
from ..flow import Flow, Future
from ..leg import Leg
from ..phone import Phone
from ..scenario import Callee
from ..stack import VerbStack
from ..state import CallState, DialledCall
from ..waits import Sleep, Steps, Verb

__all__ = ["REFUSALS", "Attempt", "decision_of", "target_name"]

#: SIP status of a refusal -> the call status
REFUSALS = {486: "busy", 600: "busy", 487: "no-answer"}


class Attempt:
    """The calls of one dial, of which the first that is answered is kept.

    Args:
        stack: The stack of the caller.
        verb: The ``dial``, or the ``transfer``.
    """

    def __init__(self, stack: VerbStack, verb: Verb) -> None:
        call = stack.call
        self._call = call
        self._stack = stack
        targets = cast("list[Verb]", verb["target"] if isinstance(verb["target"], list) else [verb["target"]])
        number = call.dial_count
        call.dial_count += len(targets)
        self.legs: list[tuple[Leg, Callee, Verb]] = []
        #: the calls to apps of the same account, by the sids of their legs
        self.apps: dict[str, DialledCall] = {}
        for index, target in enumerate(targets):
            leg = stack.leg.child(target_name(target), caller_id=verb.get("callerId"))
            if verb.get("tag") is not None:
                leg.customer_data = verb["tag"]
            callee = Callee(None, hangs_up=None)
            app = call.dial_app(leg, callee)
            if app is None:
                known = call.scenario.callee(number + index, leg.to)
                phone = self._phone(known)
                callee = replace(known, decided=Future(), gone=Future(), phone=phone)
                phone.plan(known.turns)
                call.on_dial(leg, callee)
            else:
                self.apps[leg.call_sid] = app
            call.transcript.dialled.append(callee)
            self.legs.append((leg, callee, target))
        self.leg, self.callee, self.target = self.legs[0]
        #: known once somebody has answered
        self.answered = Future()
        #: known once all have refused, or the time is up
        self.over = Future()
        self.results: dict[str, Any] = {}
        self._flows: list[Flow] = []
        self._left = len(self.legs)

    def _phone(self, callee: Callee) -> DialledPhone:
        """Return the phone of somebody; a person tells what they do by themselves."""
        call = self._call
        note = (lambda text: None) if callee.person is not None else lambda text: call.note("callee", text)
        return DialledPhone(Phone(call.clock, call.pace, note))

    def start(self) -> None:
        """Call all of them at the same time."""
        call = self._call
        call.note("event", f"dials {', '.join(leg.to for leg, _, _ in self.legs)}")
        self._flows = [Flow(self._ring(leg, callee, target), call.wait_of) for leg, callee, target in self.legs]
        for flow in self._flows:
            if not self.answered.done:
                flow.start()

    def _ring(self, leg: Leg, callee: Callee, target: Verb) -> Steps:
        self._set(leg, "trying")
        if callee.rings:
            self._set(leg, "ringing")
        sip_status = yield from decision_of(self._call, leg, callee)
        if sip_status == 200:
            self.leg, self.callee, self.target = leg, callee, target
            leg.answered_at = self._call.now
            self._set(leg, "in-progress", 200, "OK")
            self.answered.set()
            for flow in self._flows:
                flow.kill()
            for sid, app in self.apps.items():
                if sid != leg.call_sid:
                    app.hang_up()
            for other, behaviour, _ in self.legs:
                if behaviour.person is not None and other is not leg:
                    behaviour.person.end(other)
            return
        status = REFUSALS.get(sip_status, "failed")
        # the reason stays that of the last provisional answer
        self._set(leg, status, sip_status, leg.sip_reason)
        self._call.note("event", f"{leg.to}: {status} ({sip_status})")
        self._left -= 1
        if not self._left:
            self.over.set()

    def _set(self, leg: Leg, status: str, sip_status: int | None = None, reason: str | None = None) -> None:
        self._call.set_status(leg, status, sip_status, reason)
        self.results = {
            "dial_call_status": leg.status,
            "dial_sip_status": leg.sip_status,
            "dial_call_sid": leg.call_sid,
        }

    def lose_callee(self) -> None:
        """The callee has hung up before they were connected. Of one whom verbs hang up on, nothing more is told."""
        self.leg.duration = int(self._call.now - (self.leg.answered_at or self._call.now))
        self._set(self.leg, "completed", 200, "OK")
        del self.results["dial_sip_status"]  # the server tells that of answers, and of connected callees

    def end(self) -> None:
        """Let all legs go: those that still ring are told nothing of."""
        call = self._call
        for flow in self._flows:
            flow.kill()
        for app in self.apps.values():
            app.hang_up()
        for _, callee, _ in self.legs:
            if callee.phone is not None:
                callee.phone.end()
        dial, call.connected = call.connected, None
        if dial is not None:
            dial.end_hold()
            if call.streams.current is not None:
                call.streams.end(call.streams.current)
                call.streams.current = None
            leg = self.leg
            if dial.alone:
                self.results |= {"dial_call_status": "completed", "dial_sip_status": 200}
            else:
                leg.duration = int(call.now - (leg.answered_at or call.now))
                self._set(leg, "completed", 200, "OK")
            call.note("event", f"{leg.to} is not connected any more")
        for leg, callee, _ in self.legs:
            if callee.person is not None:
                callee.person.end(leg)


def decision_of(call: CallState, leg: Leg, callee: Callee) -> Steps:
    """Let the phone of somebody ring until they answer or refuse. Returns the SIP status of that."""
    started = call.now
    if callee.person is not None:
        callee.status = yield callee.person.ring(leg)
    else:
        yield Sleep(call.pace.ring if callee.after is None else callee.after)
        if callee.status is None:
            yield callee.decided
    callee.after = round(call.now - started, 3)
    return callee.status or 0


def target_name(target: Verb) -> str:
    """Return the number, URI or name that a target is called at."""
    for key in ("number", "sipUri", "name"):
        if target.get(key):
            return str(target[key])
    return str(target.get("type"))
