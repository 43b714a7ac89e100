"""Plays one recorded call against the simulator."""

from __future__ import annotations

import threading
from typing import Any

from jambonz_sync.simulator import Call, CallFailed, CallLimits, Scenario
from jambonz_sync.simulator.engine.limits import Pace
from jambonz_sync.simulator.engine.scenario import Callee
from jambonz_sync.simulator.line.activity import AppActivity

from .app import CaseApp
from .caller import StepCaller
from .compare import Seen, difference, heard_of, normal, of_messages, of_recording
from .data import Recording

__all__ = ["differences", "play"]

#: how fast everything went when the calls were recorded
PACE = Pace(
    characters=1000 / 12,
    streamed=500.0,
    recording=0.401,
    before_speech=0.05,
    word=0.03,
    final=0.03,
    before_key=0.03,
    key=0.12,
    stream_open=0.25,
    ring=0.06,
    talk=0.4,
)
_VOICE = {"vendor": "deepgram", "language": "en-US", "voice": "aura-asteria-en"}


def _callee(options: dict[str, Any]) -> Callee:
    hangs_up = options.get("hangsUp", -1000)
    return Callee(
        None if options.get("never") else options.get("status", 200),
        rings=options.get("ring", True),
        hangs_up=None if hangs_up is None else hangs_up / 1000,
        presses=tuple(options.get("presses", ())),
    )


def play(recording: Recording) -> Seen:
    """Place the call of a recording, and return what was seen of it."""
    case = recording.case
    activity = AppActivity()
    app = CaseApp(recording.cases, activity)
    scenario = Scenario(
        callees=tuple(_callee(callee) for callee in case.get("callees", [{}])),
        queue_rounds=None,
        server="0.9",
        carrier=False,
        synthesizer=_VOICE,
        recognizer={"vendor": "deepgram", "language": "en-US"},
    )
    scheme = "ws" if recording.transport == "ws" else "http"
    call = Call(
        f"{scheme}://127.0.0.1:{app.port}/{recording.name}",
        caller=StepCaller(case["steps"]),
        from_="+15550001111",
        to="+15552223333",
        caller_name="Caller",
        secret="s3cret",
        scenario=scenario,
        limits=CallLimits(retries=5),
        pace=PACE,
        activity=activity,
        timeout=30.0,
    )
    call.state.models.answer_alone = False
    try:
        call.run()
    except CallFailed as error:
        call.transcript.end_reason = f"rejected (480): {error}"
    finally:
        app.stop()
    seen = of_messages(app.seen)
    reason = call.transcript.end_reason or ""
    if call.leg.answered_at is None:
        declined = "480" in reason or reason.startswith("declined")
        end: dict[str, Any] = {"status": "rejected", "sip": call.leg.sip_status if declined else 603}
    else:
        end = {"status": "over", "by": "caller" if call.transcript.ended_by == "caller" else "app"}
    return seen | {
        "heard": heard_of(call.transcript.lines("app")),
        "streams": [normal(first) for first in call.state.streams.openings],
        "sip": [normal(request) for request in call.state.sip_requests],
        "end": end,
        "closes": app.closes,
        "connections": app.opens,
    }


def differences(recording: Recording) -> list[str]:
    """Play the call of a recording, and return each difference."""
    return difference(of_recording(recording.real), play(recording))


def threads() -> list[str]:
    """The threads that a call has left."""
    names = ("simulator-", "case-app")
    return [thread.name for thread in threading.enumerate() if thread.name.startswith(names)]
