"""``dial`` and ``transfer``: connect the caller with somebody who is called."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, cast

from ...errors import HookFailed
from ..flow import Flow, Future, Killed, first_of, sleep
from ..leg import Leg
from ..phone import Ear
from ..scenario import Callee
from ..stack import VerbStack
from ..state import CallState, DialledCall
from ..turns import Pressed
from ..waits import CallerWait, HookAnswer, HookRequest, Replaced, Sleep, Steps, Verb
from .listen import listen_beside_dial
from .transcribe import Transcriber, transcribe_beside_dial

__all__ = ["dial", "transfer"]

#: SIP status of a refusal -> the call status
_REFUSALS = {486: "busy", 600: "busy", 487: "no-answer"}
#: seconds that dial rings by default
_RINGS = 60.0
#: seconds between two keys of one pattern
_BETWEEN_KEYS = 3.0


def dial(stack: VerbStack, verb: Verb) -> Steps:
    """Call somebody, and connect the caller with whoever answers."""
    call = stack.call
    if verb.get("answerOnBridge"):
        call.provisional = 183 if call.answered_at is None else call.provisional
    else:
        stack.pick_up()
    attempt = _Attempt(stack, verb)
    transcriber: Transcriber | None = None
    killed: Killed | None = None
    music: Flow | None = None
    if verb.get("dialMusic"):
        music = Flow(stack.play_on(str(verb["dialMusic"])), call.wait_of)
        music.start()
    try:
        attempt.start()
        timer = call.clock.call_later(float(verb.get("timeout") or _RINGS), attempt.over.set)
        try:
            yield first_of(attempt.answered, attempt.over)
        finally:
            timer.cancel()
        if attempt.answered.done:
            accepted = yield from _confirm(stack, verb, attempt)
            if music is not None:
                music.kill()
            if accepted:
                stack.pick_up()
                call.connected_leg = attempt.leg
                call.note("event", f"{attempt.leg.to} answers: caller and callee talk")
                yield from listen_beside_dial(stack, verb, attempt.leg)
                transcriber = transcribe_beside_dial(stack, verb)
                yield from _talk(stack, verb, attempt)
    except Killed as kill:
        killed = kill
    if music is not None:
        music.kill()
    attempt.end()
    if transcriber is not None:
        yield from transcriber.wait_for_last()
    try:
        use_answer = not isinstance(killed, Replaced)
        yield from stack.run_action_hook(verb, use_answer=use_answer, **attempt.results)
    except HookFailed:
        pass  # the server writes it into its log, and runs the rest of the stack
    if killed is not None:
        raise killed


class _Attempt:
    """The calls of one dial, of which the first that is answered is kept."""

    def __init__(self, stack: VerbStack, verb: Verb) -> None:
        call = stack.call
        self._call = call
        self._stack = stack
        targets = cast("list[Verb]", verb["target"] if isinstance(verb["target"], list) else [verb["target"]])
        number = call.dial_count
        call.dial_count += 1
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
                known = call.scenario.callee(number + index if len(targets) > 1 else number, leg.to)
                callee = replace(known, decided=Future(), gone=Future())
                call.on_dial(leg, callee)
            else:
                self.apps[leg.call_sid] = app
            self.legs.append((leg, callee, target))
        self.leg, self.callee, self.target = self.legs[0]
        #: known once somebody has answered
        self.answered = Future()
        #: known once all have refused, or the time is up
        self.over = Future()
        self.results: dict[str, Any] = {}
        self._flows: list[Flow] = []
        self._left = len(self.legs)

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
        if callee.person is not None:
            sip_status = yield callee.person.ring(leg)
        else:
            yield Sleep(self._call.pace.ring if callee.after is None else callee.after)
            if callee.status is None:
                yield callee.decided
            sip_status = callee.status
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
            return
        status = _REFUSALS.get(sip_status or 0, "failed")
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

    def end(self) -> None:
        """Let all legs go: those that still ring are told nothing of."""
        call = self._call
        for flow in self._flows:
            flow.kill()
        for app in self.apps.values():
            app.hang_up()
        if call.connected_leg is not None:
            call.connected_leg = None
            if call.streams.current is not None:
                call.streams.end(call.streams.current)
                call.streams.current = None
            leg = self.leg
            leg.duration = int(call.now - (leg.answered_at or call.now))
            self._set(leg, "completed", 200, "OK")
            call.note("event", f"{leg.to} is not connected any more")
        for leg, callee, _ in self.legs:
            if callee.person is not None:
                callee.person.end(leg)


def _confirm(stack: VerbStack, verb: Verb, attempt: _Attempt) -> Steps:
    """Ask the callee whether they take the call. Returns False if they do not."""
    hook = attempt.target.get("confirmHook") or verb.get("confirmHook")
    if not hook:
        return True
    leg = attempt.leg
    keys = attempt.callee.presses or stack.call.scenario.callee_presses
    callee = stack.nested(leg, callee=True, keys=keys, person=attempt.callee.person)
    try:
        verbs = yield from callee.ask_app(hook, leg.describe(), "dial:confirm")
        yield from callee.run_verbs(verbs)
    except HookFailed:
        callee.hang_up()
    if callee.hung_up:
        stack.call.note("event", f"{leg.to} has not accepted the call")
    return not callee.hung_up


def _talk(stack: VerbStack, verb: Verb, attempt: _Attempt) -> Steps:
    """Let caller and callee talk, until one of them hangs up or the time is up."""
    call, callee = stack.call, attempt.callee
    ends: list[Future] = []
    stay = callee.hangs_up
    if stay is not None and callee.person is None:
        # a callee hangs up so many seconds after they have answered
        since = call.now - (attempt.leg.answered_at or call.now)
        ends.append(sleep(call.clock, (call.pace.talk if stay < 0 else stay) - since))
    if verb.get("timeLimit"):
        ends.append(sleep(call.clock, float(verb["timeLimit"])))
    will_end = bool(ends)
    ends.append(callee.gone if callee.person is None else callee.person.hung_up(attempt.leg))
    patterns = _capture_patterns(call, verb.get("dtmfCapture"))
    # the callee hears what the caller says, and the server some of the keys
    ear = Ear(wait=CallerWait(optional=True, immediate=will_end))
    if patterns and verb.get("dtmfHook"):
        ear.on_key = _Keys(stack, verb, patterns).press
    app = attempt.apps.get(attempt.leg.call_sid)
    if app is not None:
        _hear_app(ear, app)
    call.phone.open(ear)
    try:
        yield first_of(*ends)
    finally:
        call.phone.close(ear)
    call.note("event", f"{attempt.leg.to} hangs up")


def _hear_app(ear: Ear, app: DialledCall) -> None:
    """Let the caller and the app that they have dialled hear each other."""
    report = ear.on_key

    def press(key: str) -> None:
        report(key)
        app.take(Pressed(key, lead=0.0))

    app.bridge()
    ear.on_final = lambda said: app.take(replace(said, lead=0.0))
    ear.on_key = press


class _Keys:
    """Reports keys of the caller that ``dtmfCapture`` names."""

    def __init__(self, stack: VerbStack, verb: Verb, patterns: frozenset[str]) -> None:
        self._stack = stack
        self._hook = verb.get("dtmfHook")
        self._patterns = patterns
        self._keys = ""
        self._last = 0.0

    def press(self, key: str) -> None:
        """Take one key."""
        now = self._stack.call.now
        self._keys = key if now - self._last > _BETWEEN_KEYS else self._keys + key
        self._last = now
        if self._keys in self._patterns:
            request = HookRequest(self._hook, self._stack.leg.describe(dtmf=self._keys))
            self._stack.call.send_hook(request, self._ignore)
            self._keys = ""
        elif not any(pattern.startswith(self._keys) for pattern in self._patterns):
            self._keys = ""

    def _ignore(self, answer: HookAnswer) -> list[Verb]:
        if answer.verbs:
            text = "verbs in the answer to a dtmfHook are not run"
            self._stack.call.find("answer-lost", text, where="dial.dtmfHook", wire=answer.data)
        return []


def transfer(stack: VerbStack, verb: Verb) -> Steps:
    """Hand the caller over to a person, and report how that went."""
    stack.pick_up(verb)
    call = stack.call
    leg = stack.leg.child(target_name(verb["target"][0]))
    callee = call.scenario.callee(call.dial_count, leg.to)
    call.dial_count += 1
    yield Sleep(call.pace.ring if callee.after is None else callee.after)
    if callee.status is None:
        yield Sleep(float(verb.get("timeout") or _RINGS))
    bridged = callee.status == 200
    status = (
        "completed" if bridged else "no-answer" if callee.status is None else _REFUSALS.get(callee.status, "failed")
    )
    leg.set_status(status, callee.status)
    call.note("event", f"transfers the caller to {leg.to}: {status}")
    reason = {"failed": "error"}.get(status, status)
    results: dict[str, Any] = {"dial_call_sid": leg.call_sid, "sip_status": leg.sip_status}
    yield from stack.run_action_hook(
        verb, transfer_result="bridged" if bridged else "returned", transfer_reason=reason, **results
    )


def target_name(target: Verb) -> str:
    """Return the number, URI or name that a target is called at."""
    for key in ("number", "sipUri", "name"):
        if target.get(key):
            return str(target[key])
    return str(target.get("type"))


def _capture_patterns(call: CallState, capture: object) -> frozenset[str]:
    """Return the keys of a ``dtmfCapture`` that are reported when the caller presses them."""
    if isinstance(capture, dict):
        options = cast("dict[str, object]", capture)
        if options.get("parentCall") and call.scenario.server == "0.9":
            text = "the server 0.9 listens for the keys of parentCall on the leg of the callee"
            call.find("option-ignored-by-server", text, where="dial.dtmfCapture.parentCall")
            return frozenset()
        capture = options.get("parentCall")
    return frozenset(map(str, cast("Iterable[object]", capture))) if isinstance(capture, list) else frozenset()
