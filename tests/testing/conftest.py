from __future__ import annotations

from tests.bystanders import bystanders

__all__ = ["bystanders"]
