"""The vendor of noise isolation that older servers lack."""

from __future__ import annotations

from typing import Final

__all__ = ["KUGELAUDIO"]

#: its name, and the release that brought it
KUGELAUDIO: Final = {"kugelaudio": "v11"}
