"""Conferences and queues that are going on, and messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..checks import hook_object
from ..http.errors import InvalidRequest
from ..resource import Resource, segment

if TYPE_CHECKING:
    from typing import Unpack

    from ..http.paging import Listing
    from ..models.calls import Queue
    from ..models.users import ConferenceRoom, ListenFork, SentMessage
    from ..resource import Options

__all__ = ["Conferences", "Messages", "Queues"]


class Conferences(Resource):
    """``client.conferences``. Members are muted, held and coached by their calls: ``client.calls.conference_...``."""

    def list(self, **options: Unpack[Options]) -> Listing[str]:
        """The names of the conferences. One with callers waiting shows up as "waitlist", too, and of a name with
        colons only what follows the last one is told."""
        return self._list(str, f"{self._account()}/Conferences", **options)

    def participants(self, **options: Unpack[Options]) -> Listing[ConferenceRoom]:
        """The conferences with those who are in them. For servers newer than 0.9, which answers with names only."""
        from ..models.users import ConferenceRoom

        return self._list(ConferenceRoom, f"{self._account()}/Conferences", {"expand": "participants"}, **options)

    def start_listen(
        self,
        name: str,
        url: str,
        *,
        sample_rate: int | None = None,
        username: str | None = None,
        password: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        **options: Unpack[Options],
    ) -> ListenFork:
        """Stream the mixed audio of a conference (16 bit PCM) to a ws or wss url. Asked twice, it goes on.

        ``metadata`` arrives there as the first text frame. For servers newer than 0.9, which answers 404.
        """
        from ..models.users import ListenFork

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
        path = self._listen(name)
        response = self._http.request("POST", path, body=body, **options)
        return self._made(ListenFork, response, "POST", path)

    def stop_listen(self, name: str, **options: Unpack[Options]) -> None:
        """Stop the stream of a conference. For servers newer than 0.9, which answers 404."""
        self._remove(self._listen(name), **options)

    def _listen(self, name: str) -> str:
        return f"{self._account()}/Conferences/{segment(name, 'name')}/listen"


class Queues(Resource):
    """``client.queues``."""

    def list(self, search: str | None = None, **options: Unpack[Options]) -> Listing[Queue]:
        """The queues that have callers in them. ``search`` is a glob over the whole name: ``sup*``, not ``sup``."""
        from ..models.calls import Queue

        return self._list(Queue, f"{self._account()}/Queues", {"search": search}, **options)


class Messages(Resource):
    """``client.messages``."""

    def create(
        self,
        *,
        from_: str,
        to: str,
        text: str | None = None,
        media: str | None = None,
        carrier: str | None = None,
        **options: Unpack[Options],
    ) -> SentMessage:
        """Send an SMS. Needs ``text`` or ``media``, and a key of the account itself. Never sent twice by itself.

        Server 0.9 hands it to the wrong place and answers 500, whatever is sent; 480 where no feature server is up.
        """
        from ..models.users import SentMessage

        if not text and not media:
            raise InvalidRequest("a message needs text or media", field="text")
        given = {"from": from_, "to": to, "text": text, "media": media, "carrier": carrier}
        path = f"{self._account()}/Messages"
        body = {name: value for name, value in given.items() if value is not None}
        response = self._http.request("POST", path, body=body, **options)
        return self._made(SentMessage, response, "POST", path)
