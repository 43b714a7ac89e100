"""The methods by which a running call is changed from outside its verbs.

What lives here: ``session.inject_...`` and the updates of its model, one line each that points at protocol/actions.
May not import: server and above; the rest of session.
Used by: session.
"""

from .agent import AgentCommands
from .call import CallCommands
from .conference import ConferenceCommands
from .media import MediaCommands

__all__ = ["ControlCommands"]


class ControlCommands(CallCommands, MediaCommands, ConferenceCommands, AgentCommands):
    """Commands that act on the call at once, whatever verb is running.

    Each checks its arguments, sends one message and returns; it does not wait for the effect, of which jambonz reports
    nothing. They raise :class:`~jambonz_sync.errors.InvalidVerb` for what jambonz would refuse, or drop without a word,
    :class:`~jambonz_sync.errors.SessionClosed` once the call is over, and
    :class:`~jambonz_sync.errors.MessageTooLarge` over 24 KiB. ``call_sid`` aims at another leg of the call, such as
    the dialled one (see ``session.legs``); without it the leg that the connection belongs to is meant.

    Blocks: only while jambonz takes no data.  Threads: any.
    """
