"""What a gather hook brings: known fields, those of a customer, and fields newer than this package."""

from __future__ import annotations

from typing import Any

HEARD: dict[str, Any] = {
    "call_sid": "CA1",
    "from": "+15085551212",
    "reason": "speechDetected",
    "speech": {
        "is_final": True,
        "alternatives": [{"transcript": "sales please", "confidence": 0.9}, {"transcript": "sails", "confidence": 0.2}],
        "vendor": {"name": "google", "evt": {"any": "thing"}},
    },
    "customerData": {"tier": "gold"},
    "brand_new": {"x": 1},
    "newerStill": 2,
}
