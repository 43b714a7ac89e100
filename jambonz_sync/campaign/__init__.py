"""Calls to many numbers, each of them once: rates, calling hours, retries, and a state that survives ``kill -9``.

::

    with JambonzClient() as client:
        campaign = Campaign("numbers.csv", RestDialler(client), application_sid=..., from_=..., state="calls.db")
        print(campaign.run())

The rules are plain functions of time (``policy``, ``plan``), the state is one SQLite file (``store``), and
``runner`` is the small shell with threads around them.
"""

from __future__ import annotations

from .dialler import Dialler, RestDialler
from .errors import BadRow, CampaignError, CampaignLocked, InvalidNumbers, Refused
from .numbers import Duplicate, Entry, NumberList, normalise
from .policy import Attempt, Hours, Policy, Rate
from .report import Report, Row
from .runner import Campaign, Progress

__all__ = [
    "Attempt",
    "BadRow",
    "Campaign",
    "CampaignError",
    "CampaignLocked",
    "Dialler",
    "Duplicate",
    "Entry",
    "Hours",
    "InvalidNumbers",
    "NumberList",
    "Policy",
    "Progress",
    "Rate",
    "Refused",
    "Report",
    "RestDialler",
    "Row",
    "normalise",
]
