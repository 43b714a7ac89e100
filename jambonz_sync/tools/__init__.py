"""Tools for language models: functions in, schemas and checked calls out.

Imports errors and model alone, and no thread, socket or clock: it runs nothing by itself. Tools that are ready to use
are in :mod:`.ready`, which does.
Used by applications, by sessions (:mod:`jambonz_sync.session.tools`) and by the webhooks' tool hooks.
"""

from .schema import ArgumentError
from .toolset import Tool, ToolCall, ToolSet
from .vendors import VENDORS, Outcome, Vendor

__all__ = ["VENDORS", "ArgumentError", "Outcome", "Tool", "ToolCall", "ToolSet", "Vendor"]
