"""The methods by which a running call is changed from outside its verbs.

Imports protocol/actions, where each is described; nothing else of session, and nothing above.
Used by session, which inherits the methods.
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
