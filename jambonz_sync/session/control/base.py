"""How a command leaves a session."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

from ...errors import JambonzError
from ...protocol import actions
from ...protocol.actions import Action, Message

__all__ = ["Commands"]


class Commands:
    """How a command leaves: checked, with the call's own settings, and with errors that name the call."""

    call_sid: str
    server: str | None = None
    escape_urls: bool = True

    @abstractmethod
    def _command(self, message: Message) -> None:
        """Send ``message``: all commands go this way."""
        raise NotImplementedError

    def _inject(
        self,
        action: type[Action],
        call_sid: str | None,
        options: Mapping[str, Any] | None = None,
        /,
        **named: Any,
    ) -> None:
        """Send ``action`` with the options given by name, which come first, and those of the dict ``options``."""
        try:
            merged = actions.merged(action, options, named)
            self._command(
                actions.command_of(action, merged, server=self.server, escape_urls=self.escape_urls, call_sid=call_sid)
            )
        except JambonzError as exc:
            exc.call_sid = exc.call_sid or self.call_sid
            raise
