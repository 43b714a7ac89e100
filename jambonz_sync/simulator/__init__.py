"""A stand-in for jambonz: places one call to an app and behaves as the real server does on the wire.

``jambonz-sync call URL`` and the pytest fixture ``jambonz_call`` are made of :class:`Call`.
"""

from .call import Call
from .caller import Caller, HangUp, LiveCaller, Played, Pressed, Said, ScriptedCaller, Silence, Turn
from .dialogue import Limits
from .effects import CallFailed
from .state import World
from .transcript import Entry, Transcript

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
