"""``dial``: connect the caller with somebody who is called."""

from __future__ import annotations

from dataclasses import replace

from ...errors import HookFailed
from .. import in_dialog
from ..connected_dial import ConnectedDial
from ..dialled_phone import DialledPhone
from ..flow import Flow, Future, Killed, first_of, sleep
from ..phone import Ear, Phone
from ..stack import VerbStack
from ..state import DialledCall
from ..tracks import dub
from ..turns import Played, Pressed, Sound
from ..volume import boost
from ..waits import CallerWait, Replaced, Steps, Verb
from .amd import detect_machine
from .attempt import Attempt
from .captured_keys import captured_keys
from .listen import listen_beside_dial
from .transcribe import Transcriber, transcribe_beside_dial

__all__ = ["connect", "dial", "talk"]

#: seconds that dial rings by default
_RINGS = 60.0


def dial(stack: VerbStack, verb: Verb) -> Steps:
    """Call somebody, and connect the caller with whoever answers."""
    call = stack.call
    if verb.get("answerOnBridge"):
        call.provisional = 183 if call.answered_at is None else call.provisional
    else:
        stack.pick_up()
    attempt = Attempt(stack, verb)
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
                connected = call.connected = connect(stack, verb, attempt)
                call.note("event", f"{attempt.leg.to} answers: caller and callee talk")
                yield from listen_beside_dial(stack, verb, connected)
                transcriber = transcribe_beside_dial(stack, verb, connected.phone.phone)
                yield from talk(stack, verb, attempt, connected)
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


def _confirm(stack: VerbStack, verb: Verb, attempt: Attempt) -> Steps:
    """Ask the callee whether they take the call. Returns False if they do not."""
    hook = attempt.target.get("confirmHook") or verb.get("confirmHook")
    if not hook:
        return True
    leg = attempt.leg
    if attempt.target.get("method") == "GET" and not stack.call.websocket:
        text = "the method of a target is not used: give the confirmHook as an object with url and method"
        stack.call.find("option-ignored-by-server", text, where="dial.target.method")
    own = attempt.callee.presses
    keys = own or stack.call.scenario.callee_presses
    callee = stack.nested(leg, callee=True, keys=keys, person=attempt.callee.person)
    try:
        verbs = yield from callee.ask_app(hook, leg.describe(), "dial:confirm")
        yield from callee.run_verbs(verbs)
    except HookFailed:
        callee.hang_up()
    attempt.callee.confirmed = keys[: len(keys) - len(callee.keys)]
    # those that they have pressed meanwhile come behind
    attempt.callee.presses = (callee.keys if own else ()) + attempt.callee.presses[len(own) :]
    if callee.hung_up:
        stack.call.note("event", f"{leg.to} has not accepted the call")
        person = attempt.callee.person
        if person is not None and person.hung_up(leg).done:
            attempt.lose_callee()
    return not callee.hung_up


def connect(stack: VerbStack, verb: Verb, attempt: Attempt) -> ConnectedDial:
    """Return what there is to know of the two while they talk."""
    call, leg = stack.call, attempt.leg
    needs_audio = any(verb.get(option) for option in ("anchorMedia", "listen", "stream", "transcribe", "dub", "amd"))
    anchored = needs_audio or call.streams.background is not None or bool(call.configuration.get("onHoldMusic"))

    def run_for(callee: bool, verbs: list[Verb]) -> Steps:
        yield from stack.nested(leg if callee else stack.leg, callee=callee).run_verbs(list(verbs))

    phone = attempt.callee.phone or DialledPhone(Phone(call.clock, call.pace, lambda text: None))
    phone.phone.on_sound = lambda turn: call.sound(turn, "callee")
    phone.phone.on_request = lambda request: in_dialog.send(call, leg, request)
    return ConnectedDial(verb, leg, phone, anchored, run_for)


def talk(stack: VerbStack, verb: Verb, attempt: Attempt, dial: ConnectedDial) -> Steps:
    """Let caller and callee talk, until one of them hangs up or the time is up."""
    call, callee = stack.call, attempt.callee
    ends: list[Future] = []
    stay, callee.hangs_up = callee.hangs_up, None
    if stay is not None and callee.person is None:
        # a callee hangs up so many seconds after they have answered
        since = call.now - (attempt.leg.answered_at or call.now)
        ends.append(sleep(call.clock, (call.pace.talk if stay < 0 else stay) - since))
    limit = sleep(call.clock, float(verb["timeLimit"])) if verb.get("timeLimit") else None
    if limit is not None:
        ends.append(limit)
    will_end = bool(ends)
    ends.append(callee.gone if callee.person is None else callee.person.hung_up(attempt.leg))
    ends.append(dial.over)
    if verb.get("boostAudioSignal"):
        boost(call, verb["boostAudioSignal"], where="dial.boostAudioSignal", leg=attempt.leg)
    for track in verb.get("dub") or []:
        dub(call, attempt.leg, {"verb": "dub", **track})
    # the callee hears what the caller says, and the server some of the keys
    of_caller, of_callee = captured_keys(call, verb, attempt.leg)
    ear = Ear(on_key=of_caller.press, wait=CallerWait(optional=True, immediate=will_end))
    dial.phone.phone.open(Ear(on_key=of_callee.press))
    amd = verb.get("amd") if verb.get("verb") == "dial" else None
    stop_amd = detect_machine(stack, amd, dial.phone.phone) if isinstance(amd, dict) else lambda: None
    app = attempt.apps.get(attempt.leg.call_sid)
    if app is not None:
        _hear_app(ear, app)
    call.phone.open(ear)
    if callee.person is not None:
        callee.person.connect(attempt.leg, dial.phone.phone)
    for keys in callee.presses:
        dial.phone.take(Pressed(keys))
    callee.presses = ()
    dial.phone.connect()
    try:
        yield first_of(*ends)
    finally:
        call.phone.close(ear)
        stop_amd()
        # as on the server, INFO of the caller is not listened for after a dial
        call.request_methods -= {"INFO"}
    if not dial.over.done:
        if limit is None or not limit.done:
            callee.hangs_up = round(call.now - (attempt.leg.answered_at or call.now), 3)
        call.note("event", f"{attempt.leg.to} hangs up")


def _hear_app(ear: Ear, app: DialledCall) -> None:
    """Let the caller and the app that they have dialled hear each other."""
    report = ear.on_key

    def press(key: str) -> None:
        report(key)
        app.take(Pressed(key, lead=0.0))

    def play(sound: Sound | None) -> None:
        if isinstance(sound, Played):
            app.take(sound)

    app.bridge()
    ear.on_voice = play
    ear.on_final = lambda said: app.take(replace(said, lead=0.0))
    ear.on_key = press
