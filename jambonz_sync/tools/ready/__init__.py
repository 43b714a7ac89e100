"""Tools that are ready to use: end the call, transfer it, send digits, take a message, date and time, weather.

Each function makes a tool, and what the tool answers is text that can be spoken, not JSON::

    from jambonz_sync.tools import ToolSet, ready

    tools = ToolSet([
        ready.end_call(session),
        ready.transfer_call(session, {"sales": "+15085550101", "support": "+15085550102"}),
        ready.date_and_time("America/New_York"),
        ready.weather(),
    ])

May import the other modules of tools, verbs and what is below them; the weather is asked for over HTTP, which blocks.
Used by applications.
"""

from .call import Message, end_call, send_digits, take_message, transfer_call
from .clock import date_and_time
from .weather import weather

__all__ = ["Message", "date_and_time", "end_call", "send_digits", "take_message", "transfer_call", "weather"]
