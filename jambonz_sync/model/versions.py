"""Versions of jambonz: the server that verbs are made for, and whether it has what a later release has brought."""

from __future__ import annotations

from functools import cache

from .declare import ServerTarget

__all__ = ["LINES", "known_server", "lacks", "server_target"]

#: the lines of releases whose verbs and options are known, the oldest first
LINES = ("0.9", "10", "11")


def known_server(server: str) -> str:
    """Return a version as rules are looked up by it.

    Args:
        server: A line of releases (``"0.9"``, ``"10"``, ``"11"``), or one release (``"11.1.0"``). All releases of 0.9
            count as one.

    Raises:
        ValueError: There are no rules for it.
    """
    if isinstance(server, str) and all(part.isascii() and part.isdigit() for part in server.split(".")):
        for line in LINES:
            if server == line or server.startswith(f"{line}."):
                return line if line == "0.9" else server
    lines = ", ".join(f'"{line}"' for line in LINES)
    raise ValueError(f'server: expected {lines}, a release such as "11.1.0", or None, got {server!r}')


@cache
def lacks(since: str | None, server: str | None) -> bool:
    """Return True if a server is older than a release; a line of releases is as new as the newest of it.

    Args:
        since: The release (``"10.3.0"``), or the line (``"v10"``); None: all have it.
        server: The version as :func:`known_server` returns it; None is the newest.
    """
    if since is None or server is None:
        return False
    version = _numbers(server)
    return _numbers(since)[: len(version)] > version


def _numbers(version: str) -> list[int]:
    return [int(part) for part in version.removeprefix("v").split(".")]


@cache
def server_target(server: str | None, escape_urls: bool) -> ServerTarget:
    """Return the target of verbs for a server.

    Args:
        server: Its version; None for the newest.
        escape_urls: Change texts to say that jambonz would take for URLs.

    Raises:
        ValueError: There are no rules for the ``server``.
    """
    return ServerTarget(None if server is None else known_server(server), escape_urls)
