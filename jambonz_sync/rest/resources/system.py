"""The system itself."""

from __future__ import annotations

from typing import Annotated, Literal, TypedDict, Unpack, get_args

from .. import models
from ..checks import Longest, Text255, one_of
from ..http.errors import InvalidRequest
from ..resource import Resource, checked_body, without_none

__all__ = ["System", "SystemInformationChanges"]

Unique = Literal["email", "phone", "subdomain"]


class SystemInformationChanges(TypedDict, total=False):
    """The settings of the whole system. What the server cannot store ends its process, so no others can be sent.

    Args:
        domain_name: The domain of the system; None clears it, as it does the next three.
        sip_domain_name: The domain for SIP.
        monitoring_domain_name: The domain of the monitoring.
        private_network_cidr: The networks that are private, with commas between them.
        log_level: How much the servers log.
    """

    domain_name: Text255 | None
    sip_domain_name: Text255 | None
    monitoring_domain_name: Text255 | None
    private_network_cidr: Annotated[str, Longest(8192)] | None
    log_level: Literal["info", "debug"]


class System(Resource):
    """``client.system``.

    Endpoints:
        information: GET /SystemInformation - run: for admins, others get 403
        update_information: POST /SystemInformation - run: for admins, others get 403
        health: GET /health - not below /v1
        password_settings: GET /PasswordSettings
        update_password_settings: POST /PasswordSettings - run: for admins, others get 403
        tts_cache_size: GET /TtsCache - run: for admins, others get 403
        purge_tts_cache: DELETE /TtsCache - run: for admins, others get 403
        available: GET /Availability
    """

    def information(self) -> models.SystemInformation:
        """Fetch the settings of the whole system. For admins.

        Returns:
            The settings.
        Raises:
            Forbidden: The key is no admin's.
        """
        return self._get(models.SystemInformation, "/SystemInformation")

    def update_information(self, **fields: Unpack[SystemInformationChanges]) -> models.SystemInformation:
        """Change what is given of the settings of the whole system, and only that. For admins.

        Args:
            fields: Those of :class:`SystemInformationChanges`.
        Returns:
            The settings as they are then.
        Raises:
            Forbidden: The key is no admin's.
        Example:
            >>> client.system.update_information(log_level="debug")
        """
        body = checked_body(fields, SystemInformationChanges)
        if not body:
            raise InvalidRequest("an update needs at least one field: the server ends its process without")
        return self._post(models.SystemInformation, "/SystemInformation", body)

    def health(self) -> None:
        """Return if the API server is alive, which says nothing of feature servers. It needs no key."""
        self._http.request("GET", "/health", above_v1=True)

    def password_settings(self) -> models.PasswordSettings:
        """Fetch what passwords of users must have.

        Returns:
            The settings.
        """
        return self._get(models.PasswordSettings, "/PasswordSettings")

    def update_password_settings(
        self,
        *,
        min_password_length: int | None = None,
        require_digit: bool | None = None,
        require_special_character: bool | None = None,
    ) -> None:
        """Change what is given of the rules for passwords, and only that. For admins. Passwords that there are stay.

        Args:
            min_password_length: The fewest characters, from 8 to 20.
            require_digit: True if there must be a digit.
            require_special_character: True if there must be a character that is no letter and no digit.
        Raises:
            Forbidden: The key is no admin's.
        Example:
            >>> client.system.update_password_settings(min_password_length=12, require_digit=True)
        """
        if min_password_length is not None and (
            isinstance(min_password_length, bool)
            or not isinstance(min_password_length, int)
            or not 8 <= min_password_length <= 20
        ):
            message = f"min_password_length is a number from 8 to 20, not {min_password_length!r}"
            raise InvalidRequest(message, field="min_password_length")
        body = without_none(
            {
                "min_password_length": min_password_length,
                "require_digit": require_digit,
                "require_special_character": require_special_character,
            }
        )
        if not body:
            raise InvalidRequest("an update needs at least one field")
        self._http.request("POST", "/PasswordSettings", body=body)

    def tts_cache_size(self) -> models.CacheSize:
        """Count the pieces of synthesized speech of all accounts that are in the cache. For admins.

        ``client.tts.cache_size()`` counts those of one account.

        Returns:
            The number, as ``size``.
        Raises:
            Forbidden: The key is no admin's.
        """
        return self._get(models.CacheSize, "/TtsCache")

    def purge_tts_cache(self) -> None:
        """Empty the cache of synthesized speech for all accounts. For admins.

        ``client.tts.purge_cache()`` does it for one account.

        Raises:
            Forbidden: The key is no admin's.
        """
        self._remove("/TtsCache")

    def available(self, type: Unique, value: str) -> bool:
        """Ask whether nobody on the system has an email, number or subdomain.

        Args:
            type: Of what kind ``value`` is.
            value: The email, number or subdomain.
        Returns:
            True if it can be taken.
        Example:
            >>> client.system.available("email", "ann@example.com")
        """
        one_of(type, get_args(Unique), "type")
        answer = self._http.get("/Availability", {"type": type, "value": value})
        return bool(answer.get("available")) if isinstance(answer, dict) else False
