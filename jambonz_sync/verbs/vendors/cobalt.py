"""Settings of Cobalt, which only a 0.9 server knows, in ``recognizer``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...model.declare import Model, model

__all__ = ["CobaltOptions"]


@model(open_since="v10")
class CobaltOptions(Model):
    """Settings of Cobalt.

    Args:
        server_uri: Address of the Cobalt server.
        enable_confusion_network: Deliver a confusion network.
        metadata: Metadata of the request.
        compiled_context_data: Compiled context.
        word_time_offsets: Deliver the time of each word.
        context_token: Token of the context.
    """

    server_uri: str | None = None
    enable_confusion_network: bool | None = None
    metadata: str | None = None
    compiled_context_data: str | None = None
    word_time_offsets: bool | None = None
    context_token: str | None = None
    extra: Mapping[str, Any] | None = None
