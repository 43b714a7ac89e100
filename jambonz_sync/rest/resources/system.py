"""The system itself: information, health, settings."""

from __future__ import annotations

from typing import Literal, get_args

from .. import models
from ..checks import one_of
from ..resource import Resource

__all__ = ["System"]

Unique = Literal["email", "phone", "subdomain"]


class System(Resource):
    """``client.system``.

    Endpoints:
        information: GET /SystemInformation - for admins; others get 403, which is what was run
        health: GET /health - not below /v1
        password_settings: GET /PasswordSettings
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

    def health(self) -> None:
        """Return if the API server is alive, which says nothing of feature servers. It needs no key."""
        self._http.request("GET", "/health", above_v1=True)

    def password_settings(self) -> models.PasswordSettings:
        """Fetch what passwords of users must have.

        Returns:
            The settings.
        """
        return self._get(models.PasswordSettings, "/PasswordSettings")

    def available(self, type: Unique, value: str) -> bool:
        """Ask whether nobody on the system has an email, number or subdomain.

        Args:
            type: Of what kind ``value`` is.
            value: The email, number or subdomain.
        Returns:
            True if it can be taken.
        """
        one_of(type, get_args(Unique), "type")
        answer = self._http.get("/Availability", {"type": type, "value": value})
        return bool(answer.get("available")) if isinstance(answer, dict) else False
