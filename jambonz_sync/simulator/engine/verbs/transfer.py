"""``transfer``: hand the caller over to a person, blind or after a word with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, cast

from ...errors import HookFailed
from ..flow import Flow, Future, Killed, first_of
from ..phone import Ear
from ..scenario import Callee
from ..stack import VerbStack
from ..state import CallState
from ..turns import Pressed
from ..waits import CallerWait, HookRequest, Replaced, Sleep, Steps, Verb
from .amd import detect_machine
from .attempt import REFUSALS, Attempt, decision_of, target_name
from .dial import connect, talk
from .queue import may_run

__all__ = ["Handover", "Outcome", "transfer"]

#: seconds that a transfer rings by default
_RINGS = 30.0
#: seconds that somebody has to press the key by which they accept
_CONFIRMS = 15.0
#: seconds from one look to the next for keys that somebody presses by then
_LOOKS = 0.5
#: why a transfer fails -> the disposition for that
_DISPOSITIONS = {"no-answer": "onNoAnswer", "busy": "onBusy", "declined": "onDecline", "error": "onFailure"}
#: SIP statuses by which somebody declines
_DECLINED = (603, 607)

Reason = Literal["completed", "no-answer", "busy", "declined", "caller-abandoned", "error"]


def transfer(stack: VerbStack, verb: Verb) -> Steps:
    """Hand the caller over to a person, and report how that went."""
    stack.pick_up(verb)
    brief: Verb = verb.get("brief") or {}
    handover = Handover(stack, verb, str(brief.get("text") or ""))
    killed: Killed | None = None
    try:
        yield from handover.run()
    except Killed as kill:
        killed = kill
    outcome = handover.outcome
    use_answer = not isinstance(killed, Replaced) and not outcome.hangs_up
    yield from stack.run_action_hook(verb, use_answer=use_answer, **outcome.results)
    if killed is not None:
        raise killed
    if outcome.hangs_up:
        stack.call.hang_up("jambonz")
    elif outcome.left and not stack.verbs:
        stack.call.hang_up("caller")


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of a transfer.

    Args:
        result: The result that the app is told.
        reason: The reason for it.
        sip_status: The SIP status of the destination; None if there is none.
        call_sid: The sid of its leg; None if jambonz has not called it itself.
        hangs_up: The caller is hung up.
        left: The caller has left jambonz.
    """

    result: Literal["bridged", "returned", "voicemail", "failed"]
    reason: Reason
    sip_status: int | None = None
    call_sid: str | None = None
    hangs_up: bool = False
    left: bool = False

    @property
    def results(self) -> dict[str, Any]:
        """The fields of an action hook."""
        known = {"dial_call_sid": self.call_sid, "sip_status": self.sip_status}
        return {"transfer_result": self.result, "transfer_reason": self.reason} | {
            name: value for name, value in known.items() if value is not None
        }


class Handover:
    """One transfer of the caller, by a verb or by a model."""

    def __init__(self, stack: VerbStack, options: Mapping[str, Any], brief: str) -> None:
        """Make it; :meth:`run` runs it.

        Args:
            stack: The stack of the caller.
            options: The options of the transfer.
            brief: The words for the destination; none if there are none.
        """
        #: how it has ended; as long as it has not, the caller has given up
        self.outcome = Outcome("failed", "caller-abandoned")
        self._stack = stack
        self._call = stack.call
        self._options = options
        self._brief = brief
        self._warm = options.get("mode") == "warm"
        self._targets = cast("list[Verb]", options["target"])

    def run(self) -> Steps:
        """Hand the caller over, and wait until that has failed, or the two have talked. Returns the outcome."""
        self._tell("initiated")
        try:
            if self._warm or self._options.get("blindMethod") == "dial":
                yield from self._dial()
            else:
                yield from self._refer()
        except Replaced:
            if self.outcome.result != "bridged":
                self.outcome = replace(self.outcome, reason="error")
            raise
        return self.outcome

    # -- the two ways

    def _refer(self) -> Steps:
        """Let the phone of the caller call the destination, and tell how that goes."""
        call = self._call
        leg = self._stack.leg.child(target_name(self._targets[0]))
        callee = replace(call.scenario.callee(call.dial_count, leg.to), decided=Future(), gone=Future())
        call.dial_count += 1
        call.note("event", f"refers the caller to {leg.to}")
        call.sip_requests.append({"method": "REFER", "headers": {}})
        call.transcript.dialled.append(callee)
        call.on_dial(leg, callee)
        rings = Flow(decision_of(call, leg, callee), call.wait_of).start()
        try:
            yield from self._wait(self._rings, rings)
        finally:
            rings.kill()
            if callee.person is not None:
                callee.person.end(leg)
        status = int(rings.value or 0)
        if status != 200:
            yield from self._fail(_reason(status), status or 487, None)
            return
        call.note("event", f"{leg.to} answers: the caller has left")
        self.outcome = Outcome("bridged", "completed", 200, left=True)
        self._tell("bridged")

    def _dial(self) -> Steps:
        """Call the destination, and let the two talk once it has been briefed and has accepted."""
        call = self._call
        attempt = Attempt(self._stack, cast("Verb", self._options))
        holds: Flow | None = None
        if self._warm and not self._options.get("callerPresent"):
            call.note("event", "the caller is on hold")
            holds = Flow(self._hold(), call.wait_of).start()
        try:
            attempt.start()
            yield from self._wait(self._rings, attempt.answered, attempt.over)
            accepted = attempt.answered.done and (yield from self._is_accepted(attempt))
            if holds is not None:
                holds.kill()
                if holds.error is not None:
                    raise holds.error
            if accepted:
                yield from self._connect(attempt)
                return
        finally:
            if holds is not None:
                holds.kill()
            attempt.end()
        sid = str(attempt.results["dial_call_sid"])
        if attempt.answered.done:
            leg = attempt.leg
            leg.duration = int(call.now - (leg.answered_at or call.now))
            call.set_status(leg, "completed", 200, "OK")
            yield from self._fail("declined", 200, sid)
        elif attempt.over.done:
            status = int(attempt.results["dial_sip_status"])
            yield from self._fail(_reason(status), status, sid)
        else:
            yield from self._fail("no-answer", 487, sid)

    def _connect(self, attempt: Attempt) -> Steps:
        """Let the two talk."""
        call, leg, options = self._call, attempt.leg, cast("Verb", self._options)
        connected = call.connected = connect(self._stack, options, attempt)
        call.note("event", f"{leg.to} answers: caller and callee talk")
        self.outcome = Outcome("bridged", "completed", 200, leg.call_sid)
        self._tell("bridged")
        yield from talk(self._stack, options, attempt, connected)

    @property
    def _rings(self) -> float:
        """Seconds that the destination rings."""
        seconds = self._options.get("timeout")
        return _RINGS if seconds is None else float(seconds)

    def _wait(self, seconds: float, *futures: Future) -> Steps:
        """Wait until one of these is known, or so many seconds are over."""
        over = Future()
        timer = self._call.clock.call_later(seconds, over.set)
        try:
            yield first_of(*futures, over)
        finally:
            timer.cancel()

    # -- the caller on hold

    def _hold(self) -> Steps:
        hook = self._options.get("onHoldHook")
        if not hook:
            return
        stack = self._stack
        try:
            verbs = yield from stack.ask_app(hook, stack.leg.describe())
            if may_run(stack, verbs, hook):
                yield from stack.nested(stack.leg).run_verbs(verbs)
        except HookFailed:
            pass  # the transfer goes on, and the caller hears nothing

    # -- the person who is called

    def _is_accepted(self, attempt: Attempt) -> Steps:
        """Brief whoever has answered, and ask for the key. Returns False if they do not take the caller."""
        call, leg, person = self._call, attempt.leg, attempt.callee.person
        gone = attempt.callee.gone if person is None else person.hung_up(leg)
        asks = Flow(self._ask(attempt), call.wait_of).start()
        try:
            yield first_of(asks, gone)
        finally:
            asks.kill()
        if asks.error is not None:
            raise asks.error
        accepted = bool(asks.value)
        if not accepted:
            call.note("event", f"{leg.to} does not take the caller")
        return accepted

    def _ask(self, attempt: Attempt) -> Steps:
        stack, confirm = self._stack, self._options.get("confirm")
        if self._warm and isinstance(self._options.get("amd"), dict) and (yield from self._is_machine(attempt)):
            return False
        callee = stack.nested(attempt.leg, callee=True, person=attempt.callee.person)
        if self._warm and self._brief:
            present = bool(self._options.get("callerPresent"))
            if present:
                self._call.note("event", f"{attempt.leg.to} joins: both hear what follows")
            yield from (stack if present else callee).speak({"verb": "say", "text": self._brief})
        if not isinstance(confirm, dict):
            return True
        yield from callee.speak({"verb": "say", "text": confirm["prompt"]})
        key = yield from self._wait_for_key(callee, attempt.callee)
        return key == confirm["digit"]

    def _is_machine(self, attempt: Attempt) -> Steps:
        """Find out who has answered. Returns True for a machine."""
        phone = attempt.callee.phone
        if phone is None:
            return False
        decision = Future()
        stop = detect_machine(self._stack, self._options["amd"], phone.phone, decision.set)
        # what they say from the beginning on decides
        if attempt.callee.person is not None:
            attempt.callee.person.connect(attempt.leg, phone.phone)
        phone.connect()
        try:
            event = yield decision
        finally:
            stop()
        return event == "amd_machine_detected"

    def _wait_for_key(self, stack: VerbStack, callee: Callee) -> Steps:
        """Return the key that whoever has answered presses; none if they press none in time."""
        call, phone = self._call, callee.phone
        callee.presses = callee.presses or call.scenario.callee_presses
        pressed: list[str] = []

        def press(key: str) -> None:
            pressed.append(key)

        ear = Ear(on_key=press, speech=False)
        if phone is not None and phone.connected:
            phone.phone.open(ear)
        person = callee.person if phone is None or not phone.connected else None
        hears = Flow(_planned_key(call, callee, pressed) if person is None else _first_key(stack), call.wait_of).start()
        try:
            yield from self._wait(_CONFIRMS, hears)
        finally:
            hears.kill()
            if phone is not None:
                phone.phone.close(ear)
        if not hears.value:
            call.note("callee", "(silence)")
        return hears.value or ""

    # -- how it ends

    def _fail(self, reason: Reason, sip_status: int, call_sid: str | None) -> Steps:
        """Do with the caller what the disposition says."""
        call = self._call
        dispositions: Verb = self._options.get("disposition") or {}
        outcome = Outcome("returned", reason, sip_status, call_sid)
        match dispositions.get(_DISPOSITIONS[reason]):
            case "hangup":
                outcome = replace(outcome, result="failed", hangs_up=True)
            case "voicemail":
                outcome = replace(outcome, result="voicemail")
            case _:
                pass
        self.outcome = outcome
        call.note("event", f"the transfer has failed: {reason}")
        if outcome.result == "voicemail":
            call.note("event", f"the caller is sent to the voicemail {dispositions.get('voicemailUrl')}")
            yield Sleep(call.pace.talk)
        else:
            self._tell(outcome.result)

    def _tell(self, event: str) -> None:
        """Tell the event hook of progress; its answer is not used."""
        hook = self._options.get("eventHook")
        if hook:
            self._call.send_hook(HookRequest(hook, {"event_type": f"transfer.{event}"}))


def _reason(status: int) -> Reason:
    """Return why a transfer fails whose destination refuses with a SIP status; 0 if it does not answer."""
    if status in _DECLINED:
        return "declined"
    match REFUSALS.get(status, "failed") if status else "no-answer":
        case "busy":
            return "busy"
        case "no-answer":
            return "no-answer"
        case _:
            return "error"


def _planned_key(call: CallState, callee: Callee, pressed: list[str]) -> Steps:
    """Wait until somebody presses a key, by plan or on a phone that is connected, and return it."""
    while not callee.presses and not pressed:
        yield Sleep(_LOOKS)
    if pressed:
        return pressed[0]
    keys, *others = callee.presses
    callee.presses = tuple(others)
    callee.confirmed = (*callee.confirmed, keys)
    call.note("callee", f"(presses {keys})")
    return keys[:1]


def _first_key(stack: VerbStack) -> Steps:
    """Return the first key of a person."""
    while not stack.hung_up:
        turn = yield from stack.hear_caller(CallerWait(keys_only=True))
        if isinstance(turn, Pressed):
            return turn.keys[:1]
    return ""
