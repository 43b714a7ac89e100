"""The errors of the test kit.

JambonzError
├── ExpectationFailed       also AssertionError
├── ModelUnavailable        also RuntimeError
└── ScenarioInvalid         also ValueError
"""

from __future__ import annotations

from ..errors import JambonzError

__all__ = ["ExpectationFailed", "ModelUnavailable", "ScenarioInvalid"]


class ExpectationFailed(JambonzError, AssertionError):
    """The app did not do what a test or a scenario waited for. The message has the transcript of the call."""


class ScenarioInvalid(JambonzError, ValueError):
    """A file of scenarios has a mistake. The message names the file, the line, and what was expected there."""


class ModelUnavailable(JambonzError, RuntimeError):
    """A language model that a scenario needs is not there, or has answered with nothing that can be used."""
