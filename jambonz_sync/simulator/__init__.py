"""A simulator of jambonz: it places one call to an app, and behaves as the real server does on the wire.

Lives here: media (audio), engine (the server), line (connections to the app), and call with its loop and caller.
May import all of the package but testing and cli. Used by testing, by cli, and by the tests of applications.
"""

from .call import Call
from .caller import Caller, LiveCaller, ScriptedCaller
from .engine.findings import Finding
from .engine.limits import CallLimits, Pace
from .engine.models.conversation import Utterance
from .engine.scenario import Callee, Scenario
from .engine.transcript import Transcript, TranscriptEntry
from .engine.turns import (
    Beep,
    ConnectionDrop,
    HangUp,
    Hold,
    PhoneRequest,
    Played,
    Pressed,
    Refer,
    Resume,
    Said,
    Silence,
    SipRequest,
    Timed,
    Turn,
)
from .engine.waits import CallerWait
from .engine.wire import HookExchange, WireMessage, hook_exchanges
from .errors import CallFailed, TraceInvalid
from .line.network import Network
from .trace import Recorder, Trace
from .world import World

__all__ = [
    "Beep",
    "Call",
    "CallFailed",
    "CallLimits",
    "Callee",
    "Caller",
    "CallerWait",
    "ConnectionDrop",
    "Finding",
    "HangUp",
    "Hold",
    "HookExchange",
    "LiveCaller",
    "Network",
    "Pace",
    "PhoneRequest",
    "Played",
    "Pressed",
    "Recorder",
    "Refer",
    "Resume",
    "Said",
    "Scenario",
    "ScriptedCaller",
    "Silence",
    "SipRequest",
    "Timed",
    "Trace",
    "TraceInvalid",
    "Transcript",
    "TranscriptEntry",
    "Turn",
    "Utterance",
    "WireMessage",
    "World",
    "hook_exchanges",
]
