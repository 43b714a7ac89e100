"""Text messages."""

from __future__ import annotations

from .. import models
from ..http.errors import InvalidRequest
from ..resource import Resource, without_none

__all__ = ["Messages"]


class Messages(Resource):
    """``client.messages``.

    Endpoints:
        create: POST /Accounts/{account_sid}/Messages - run: 0.9 answers 500, whatever is sent
    """

    def create(
        self, *, from_: str, to: str, text: str | None = None, media: str | None = None, carrier: str | None = None
    ) -> models.SentMessage:
        """Send an SMS. Never sends it twice by itself.

        Server 0.9 hands it to the wrong place and answers 500, whatever is sent.

        Args:
            from_: The number that sends.
            to: The number that receives.
            text: The text; needed unless there is ``media``.
            media: Url of a picture or the like.
            carrier: The carrier to send by; None is the server's choice.
        Returns:
            The message.
        Raises:
            NoFeatureServer: There is none to take it.
            BadRequest: The key is not the account's own.
        Example:
            >>> client.messages.create(from_="+15085551212", to="+15085551213", text="Your taxi is here.")
        """
        if not text and not media:
            raise InvalidRequest("a message needs text or media", field="text")
        body = without_none({"from": from_, "to": to, "text": text, "media": media, "carrier": carrier})
        return self._post(models.SentMessage, f"{self._scope.account_path}/Messages", body)
