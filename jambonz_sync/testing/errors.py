"""The errors of the test kit.

JambonzError
└── ExpectationFailed       also AssertionError
"""

from __future__ import annotations

from ..errors import JambonzError

__all__ = ["ExpectationFailed"]


class ExpectationFailed(JambonzError, AssertionError):
    """The app did not do what a test or a scenario waited for. The message has the transcript of the call."""
