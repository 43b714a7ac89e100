"""A stand-in for jambonz: places one call to an app and behaves as the real server does on the wire.

``jambonz-sync call URL`` and the pytest fixture ``jambonz_call`` are made of :class:`Call`.
"""

from .call import Call
from .caller import Caller, LiveCaller, ScriptedCaller
from .engine.limits import Limits
from .engine.scenario import World
from .engine.transcript import Entry, Transcript
from .engine.turns import HangUp, Played, Pressed, Said, Silence, Turn
from .errors import CallFailed

__all__ = [
    "Call",
    "CallFailed",
    "Caller",
    "Entry",
    "HangUp",
    "Limits",
    "LiveCaller",
    "Played",
    "Pressed",
    "Said",
    "ScriptedCaller",
    "Silence",
    "Transcript",
    "Turn",
    "World",
]
