"""Sessions: one object for one call."""

from .link import Context
from .session import Session

__all__ = ["Context", "Session"]
