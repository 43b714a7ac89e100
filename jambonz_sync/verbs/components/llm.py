"""Components of verbs that connect the caller to a language model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...model.declare import Model, model

__all__ = ["HangupTool", "LlmAuth", "McpServer"]


@model(owner="vendor")
class LlmAuth(Model):
    """Credentials for the vendor of a model. A dict in its place is passed on untouched.

    Args:
        api_key: API key.
    """

    api_key: str | None = None
    extra: Mapping[str, Any] | None = None


@model
class McpServer(Model):
    """A Model Context Protocol server, whose tools the model may call.

    Args:
        url: Address of the server.
        auth: Credentials, passed on untouched.
        roots: MCP roots, passed on untouched.
    """

    url: str
    auth: Mapping[str, Any] | None = None
    roots: Sequence[Mapping[str, Any]] | None = None
    extra: Mapping[str, Any] | None = None


@model(since="v10", new=True)
class HangupTool(Model):
    """Lets the model end the call, through a tool named ``hangup``.

    Args:
        reason: Goes into the ``X-Reason`` header of the BYE, unless the model names a reason itself.
    """

    reason: str | None = None
    extra: Mapping[str, Any] | None = None
