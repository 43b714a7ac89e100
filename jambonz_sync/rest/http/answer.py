"""An answer of the API that says yes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

__all__ = ["Answer"]


class Answer(NamedTuple):
    """An answer that says yes (2xx), read to its end."""

    #: the HTTP status
    status: int
    #: the headers, by names in any case
    headers: Mapping[str, str]
    #: the body, decompressed
    content: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.content.decode("utf-8", "replace")

    def json(self) -> Any:
        """Return the JSON of the body, None if there is no body.

        Raises:
            ValueError: The body is something else, such as text or sound.
        """
        return json.loads(self.content) if self.content else None

    def parsed(self) -> Any:
        """Return the JSON of the body, None if the body is anything else."""
        try:
            return json.loads(self.content)
        except (ValueError, RecursionError):
            return None
