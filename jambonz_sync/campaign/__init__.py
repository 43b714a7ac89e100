"""Calling campaigns: many numbers, each called once; rates, calling hours, retries, a state that survives ``kill -9``.

Imports errors, model and rest; nothing of sessions and servers. Its plan and policy use no clock, thread or file.
Used by cli and by the programs of users::

    with JambonzClient() as client:
        campaign = Campaign("numbers.csv", RestDialler(client), application_sid=..., from_=..., state="calls.db")
        print(campaign.run())
"""

from __future__ import annotations

from .attempt import AnsweredBy, Attempt
from .dialler import Dialler, RestDialler
from .errors import (
    BadRow,
    CampaignError,
    CampaignLocked,
    InvalidNumber,
    InvalidNumbers,
    Refused,
    StateFileChanged,
)
from .number import normalise
from .numbers import Contact, Duplicate, NumberList, write_bad_rows
from .policy import Hours, Policy, Rate
from .report import Report, Row
from .runner import Campaign, Progress

__all__ = [
    "AnsweredBy",
    "Attempt",
    "BadRow",
    "Campaign",
    "CampaignError",
    "CampaignLocked",
    "Contact",
    "Dialler",
    "Duplicate",
    "Hours",
    "InvalidNumber",
    "InvalidNumbers",
    "NumberList",
    "Policy",
    "Progress",
    "Rate",
    "Refused",
    "Report",
    "RestDialler",
    "Row",
    "StateFileChanged",
    "normalise",
    "write_bad_rows",
]
