"""Scenarios: calls written down in YAML, with steps of the caller and what is expected of the app.

Imports the rest of testing, but not plugin and fixture. PyYAML lives in yaml_file only.
Used by cli, and by tests that play the same files in pytest.
"""

from __future__ import annotations

from .loading import CallScenario, load_scenarios
from .outcome import Outcome
from .playing import check_scenario, play_scenario

__all__ = ["CallScenario", "Outcome", "check_scenario", "load_scenarios", "play_scenario"]
