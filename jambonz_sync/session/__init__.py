"""Sessions: one object for one call."""

from .session import Session

__all__ = ["Session"]
