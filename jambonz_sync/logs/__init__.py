"""What the log says, and to whom: the call of a line, lines for people or for machines, and what no line may hold.

Imports which files are the application's; nothing else of the package.
Used by ``session``, ``server``, ``webhook`` and ``cli``, and by applications.
"""

from __future__ import annotations

from .context import CallSidFilter, call_sid
from .formatter import JambonzFormatter
from .redaction import redacted, redacted_text

__all__ = ["CallSidFilter", "JambonzFormatter", "call_sid", "redacted", "redacted_text"]
