"""Calls each number of numbers.csv once, however often it is started: cron may run it every five minutes.

set -a; . ./.env; set +a
python campaign.py
"""

import os
import sys
from pathlib import Path

from jambonz_sync.campaign import Campaign, Dialler, Hours, Policy, Rate, RestDialler
from jambonz_sync.rest import JambonzClient

HERE = Path(__file__).parent


def make(dialler: Dialler, state: Path) -> Campaign:
    """The campaign: whom it calls, how fast, when, and how often."""
    return Campaign(
        HERE / "numbers.csv",
        dialler,
        application_sid=os.environ["APPLICATION_SID"],
        from_=os.environ["CALLING_NUMBER"],
        state=state,
        policy=Policy(
            rate=Rate(1),
            max_concurrent=10,
            retry=frozenset({"busy", "no-answer"}),
            retry_after=900,
            max_attempts=3,
            hours=Hours.parse(os.environ.get("CALLING_HOURS", "09:00-20:00")),
        ),
    )


if __name__ == "__main__":
    with JambonzClient() as client:
        report = make(RestDialler(client), HERE / "calls.db").run()
    report.write(HERE / "result.csv")
    print(report.totals)
    sys.exit(0 if set(report.totals) <= {"completed", "busy", "no-answer"} else 1)
