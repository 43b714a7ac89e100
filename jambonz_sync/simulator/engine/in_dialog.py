"""The SIP requests that a phone sends within a call: REFER, hold, INFO and MESSAGE, and what the server makes of them.

Threads: that of the call.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .adulting import Adulting
from .connected_dial import ConnectedDial
from .flow import Flow
from .leg import Leg
from .models.snake_case import snake_case_keys
from .state import CallState
from .turns import Hold, PhoneRequest, Refer, Resume
from .waits import HookAnswer, HookRequest, Sleep, Steps, Verb

__all__ = ["hold", "let_callee_go", "refer", "resume", "send", "send_request"]

#: the verbs that an onHoldHook may answer with
_ON_HOLD = ("say", "play", "pause")
#: seconds of silence before an onHoldHook is asked
_SILENCE = 0.5


def send(call: CallState, leg: Leg, request: PhoneRequest) -> None:
    """Let a phone send a request.

    Args:
        call: The call.
        leg: The leg of the phone: that of the caller, or of whom a dial has connected.
        request: The request.
    """
    match request:
        case Refer():
            refer(call, leg, request.to, request.headers)
        case Hold():
            hold(call, leg)
        case Resume():
            resume(call, leg)
        case _:
            send_request(call, leg, request.method, request.body, request.headers)


def refer(call: CallState, leg: Leg, to: str, headers: Mapping[str, str]) -> None:
    """Let a phone ask by REFER that the other party talks to somebody else.

    Args:
        call: The call.
        leg: The leg of the phone: that of the caller, or of whom a dial has connected.
        to: The number or URI that it refers to.
        headers: Further headers of the request.
    """
    call.note("event", f"{_name(call, leg)} sends a REFER to {to}")
    dial = call.connected
    of_dial = dial is not None and (dial.verb.get("referHook") or leg is dial.leg)
    hook = dial.verb.get("referHook") if dial is not None and of_dial else call.configuration.get("referHook")
    if not hook:
        call.note("event", "the REFER is refused (501): there is no referHook for it")
        return
    other = (call.leg if leg is dial.leg else dial.leg).call_sid if dial is not None and of_dial else None
    data = leg.describe(refer_details=_describe_refer(leg, to, headers, other))

    def answered(answer: HookAnswer) -> list[Verb]:
        call.note("event", "the REFER is refused (501)" if answer.error is not None else "the REFER is accepted (202)")
        if dial is None or not of_dial or leg is dial.leg:
            return answer.verbs
        if answer.verbs and dial is call.connected:
            let_callee_go(call, answer.verbs)
            dial.over.set()
        return []

    call.send_hook(HookRequest(hook, data), answered)


def let_callee_go(call: CallState, verbs: list[Verb]) -> None:
    """Let whom a dial has connected go on alone, with these verbs; the dial is not over by that."""
    dial = call.connected
    names = ", ".join(str(verb["verb"]) for verb in verbs) or "nothing"
    call.note("event", f"{dial.leg.to if dial is not None else 'the callee'} goes on alone with: {names}")
    if dial is None or dial.alone or not verbs:
        return
    dial.alone = True
    call.alone_count += 1
    # the time of a call begins at 0
    dial.leg.answered_at = (dial.leg.answered_at or call.now) - call.now
    call.on_alone(Adulting(dial.leg, verbs, call.leg.describe(), call.alone_count))


def _describe_refer(leg: Leg, to: str, headers: Mapping[str, str], other_sid: str | None) -> dict[str, Any]:
    names = {name.lower(): value for name, value in headers.items()}
    refer_to, referred_by = _address(to), names.get("referred-by") or _address(_number(leg))
    details: dict[str, Any] = {
        "sip_refer_to": refer_to,
        "refer_to_user": _user(refer_to),
        "sip_referred_by": referred_by,
        "referred_by_user": _user(referred_by),
        "referring_call_sid": leg.call_sid,
        "referred_call_sid": other_sid,
    }
    if "user-agent" in names:
        details["sip_user_agent"] = names["user-agent"]
    own = {name: value for name, value in headers.items() if name.lower().startswith("x-")}
    return details | dict(snake_case_keys(own))


def hold(call: CallState, leg: Leg) -> None:
    """Let a phone put the other party on hold."""
    dial = call.connected
    if dial is not None and leg.call_sid in dial.held_by:
        return
    call.note("event", f"{_name(call, leg)} puts the call on hold")
    if dial is None:
        return
    dial.held_by.add(leg.call_sid)
    dial.end_hold()
    music = call.configuration.get("onHoldMusic")
    if dial.verb.get("onHoldHook"):
        dial.hold_flow = Flow(_ask_on_hold(call, dial, leg), call.wait_of)
    elif music:
        verb = {"verb": "play", "url": music, "loop": "forever"}
        dial.hold_flow = Flow(dial.run_for(leg is call.leg, [verb]), call.wait_of)
    if dial.hold_flow is not None:
        dial.hold_flow.start()


def resume(call: CallState, leg: Leg) -> None:
    """Let a phone take the other party off hold; does nothing if they are not."""
    dial = call.connected
    if dial is not None and leg.call_sid in dial.held_by:
        dial.held_by.remove(leg.call_sid)
        dial.end_hold()
        call.note("event", f"{_name(call, leg)} takes the call off hold")


def _ask_on_hold(call: CallState, dial: ConnectedDial, leg: Leg) -> Steps:
    """Ask the onHoldHook, once, and let one of the parties hear its verbs."""
    yield Sleep(_SILENCE)
    hook, by_caller = dial.verb["onHoldHook"], leg is call.leg
    other = dial.leg if by_caller else call.leg
    parties = {"from": _header(leg, _number(leg)), "to": _header(leg, _number(other))}
    answer = yield HookRequest(hook, call.leg.describe(hold_detail=parties))
    forbidden = [verb["verb"] for verb in answer.verbs if verb["verb"] not in _ON_HOLD]
    if forbidden:
        text = f"{forbidden[0]} cannot run while somebody is on hold, only {', '.join(_ON_HOLD)}"
        call.note_error(text, "queue-verb-not-allowed", where=str(hook), wire=answer.data)
        return
    if by_caller and dial.anchored and answer.verbs:
        text = "the verbs of the onHoldHook are heard by the caller, who has put the call on hold: media is anchored"
        call.find("option-ignored-by-server", text, where="dial.onHoldHook")
    yield from dial.run_for(by_caller and not dial.anchored, answer.verbs)


def send_request(call: CallState, leg: Leg, method: str, body: str, headers: Mapping[str, str]) -> None:
    """Let a phone send an INFO or a MESSAGE."""
    call.note("event", f"{_name(call, leg)} sends {method}")
    dial, hook = call.connected, call.configuration.get("sipRequestWithinDialogHook")
    heard = leg is dial.leg if dial is not None and leg is not call.leg else method in call.request_methods
    if not hook or not heard:
        call.note("event", f"nobody is asked about {method}: jambonz does not listen for it")
        return
    if call.running_verb is None:
        call.note("event", f"nobody is asked about {method}: no verb runs")
        return
    described = snake_case_keys({"call-id": leg.call_id, **{name.lower(): value for name, value in headers.items()}})
    data = call.leg.describe(sip_method=method, sip_body=body, sip_headers=described)
    call.send_hook(HookRequest(hook, data), lambda answer: answer.verbs)


# -- names and addresses


def _name(call: CallState, leg: Leg) -> str:
    return "the caller" if leg is call.leg else leg.to


def _number(leg: Leg) -> str:
    """Return the number of the person on a leg."""
    return leg.from_ if leg.parent is None else leg.to


def _address(number: str) -> str:
    """Return a number or URI as a header has it."""
    if number.startswith("<"):
        return number
    if number.startswith(("sip:", "sips:", "tel:")):
        return f"<{number}>"
    return f"<sip:{number}>" if "@" in number else f"<sip:{number}@127.0.0.1>"


def _header(leg: Leg, number: str) -> str:
    return f"{_address(number)};tag={leg.call_id[:8]}"


def _user(address: str) -> str:
    """Return the user of an address, or the number of a ``tel`` URI."""
    return address.strip("<>").partition(":")[2].partition("@")[0].partition(";")[0]
