"""Conferences that are going on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .. import models
from ..checks import hook_object
from ..http.errors import InvalidRequest
from ..http.paging import Listing
from ..resource import Resource, segment

__all__ = ["Conferences"]


class Conferences(Resource):
    """``client.conferences``. Members are muted, held and coached by their calls: ``client.calls.conference_...``.

    Endpoints:
        list: GET /Accounts/{account_sid}/Conferences
        participants: GET /Accounts/{account_sid}/Conferences - newer; 0.9 answers with names
        start_listen: POST /Accounts/{account_sid}/Conferences/{name}/listen - newer; 0.9 answers 404
        stop_listen: DELETE /Accounts/{account_sid}/Conferences/{name}/listen - newer; 0.9 answers 404
    """

    def list(self) -> Listing[str]:
        """List the names of the conferences.

        Returns:
            The names. A conference with callers waiting shows up as "waitlist", too, and of a name with colons only
            what follows the last one is told.
        """
        return self._list(str, f"{self._scope.account_path}/Conferences")

    def participants(self) -> Listing[models.ConferenceRoom]:
        """List the conferences with those who are in them. For servers newer than 0.9, which answers with names only.

        Returns:
            The conferences.
        Example:
            >>> for room in client.conferences.participants():
            ...     print(room.name, len(room.members))
        """
        path = f"{self._scope.account_path}/Conferences"
        return self._list(models.ConferenceRoom, path, {"expand": "participants"})

    def start_listen(
        self,
        name: str,
        url: str,
        *,
        sample_rate: int | None = None,
        username: str | None = None,
        password: str | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> models.ListenFork:
        """Stream the mixed audio of a conference, 16 bit PCM. For servers newer than 0.9, which answers 404.

        Asked twice, it goes on.

        Args:
            name: The conference.
            url: Where the audio goes: a ws or wss url; it may hold user and password.
            sample_rate: Samples a second; None is the server's own choice.
            username: Basic credentials for the url, with ``password``.
            password: Its password.
            metadata: Arrives there as the first text frame.
        Returns:
            The stream.
        Example:
            >>> client.conferences.start_listen("support", "wss://app.example.com/audio", sample_rate=16000)
        """
        if not url.startswith(("ws://", "wss://")):
            raise InvalidRequest("url is where the audio goes: ws:// or wss://", field="url")
        hook = hook_object({"url": url, **({"username": username, "password": password} if username else {})}, "url")
        body: dict[str, Any] = {"url": hook["url"]}
        if "username" in hook:
            body["wsAuth"] = {"username": hook["username"], "password": hook["password"]}
        if sample_rate is not None:
            body["sampleRate"] = sample_rate
        if metadata is not None:
            body["metadata"] = dict(metadata)
        return self._post(models.ListenFork, self._listen(name), body)

    def stop_listen(self, name: str) -> None:
        """Stop the stream of a conference. For servers newer than 0.9, which answers 404.

        Args:
            name: The conference.
        Example:
            >>> client.conferences.stop_listen("support")
        """
        self._remove(self._listen(name))

    def _listen(self, name: str) -> str:
        return f"{self._scope.account_path}/Conferences/{segment(name, 'name')}/listen"
