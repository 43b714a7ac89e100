"""SIP devices, which the API calls clients."""

from __future__ import annotations

from typing import Any, Unpack

from .. import models
from ..checks import Text64, sid
from ..http.errors import InvalidRequest
from ..http.paging import Listing
from ..resource import Fields, Resource, checked_body

__all__ = ["Clients", "DeviceChanges", "DeviceFields"]


class DeviceFields(Fields, total=False):
    """The optional fields of a device.

    Args:
        password: That the device registers with. It is read back masked.
        is_active: True if it may register. Default: yes.
        allow_direct_app_calling: True if it may call applications. Default: yes, as for the next two.
        allow_direct_queue_calling: True if it may call queues.
        allow_direct_user_calling: True if it may call other devices.
        account_sid: The account that it belongs to. Default: that of the client.
    """

    password: str
    is_active: bool
    allow_direct_app_calling: bool
    allow_direct_queue_calling: bool
    allow_direct_user_calling: bool
    account_sid: str


class DeviceChanges(DeviceFields, total=False):
    """The fields of a device that can be changed.

    Args:
        username: Unique in the account.
    """

    username: Text64


class Clients(Resource):
    """``client.clients``.

    Endpoints:
        create: POST /Clients
        list: GET /Clients
        get: GET /Clients/{client_sid}
        update: PUT /Clients/{client_sid}
        delete: DELETE /Clients/{client_sid}
    """

    def create(self, *, username: str, **fields: Unpack[DeviceFields]) -> str:
        """Add a device.

        Args:
            username: Unique in the account.
            fields: Those of :class:`DeviceFields`.
        Returns:
            The sid of the device.
        Raises:
            BadRequest: The account has one of that name.
        Example:
            >>> client.clients.create(username="ann", password="...")
        """
        body = checked_body({"username": username, **fields}, DeviceChanges)
        return self._create("/Clients", self._owned(_unmasked(body)))

    def list(self) -> Listing[models.Device]:
        """List the devices of the account; without an account all that the key can see.

        The server has no filter, so the devices of other accounts are left out here.

        Returns:
            The devices.
        """
        return self._list(models.Device, "/Clients", keep=self._is_own)

    def get(self, client_sid: str) -> models.Device:
        """Fetch a device.

        Args:
            client_sid: The device.
        Returns:
            The device, its password masked.
        """
        return self._get_own(models.Device, _path(client_sid))

    def update(self, client_sid: str, **fields: Unpack[DeviceChanges]) -> None:
        """Change what is given of a device, and only that.

        Args:
            client_sid: The device.
            fields: Those of :class:`DeviceChanges`. A masked password, as :meth:`get` returns it, is refused.
        Example:
            >>> client.clients.update(client_sid, allow_direct_user_calling=False)
        """
        self._update(models.Device, _path(client_sid), _unmasked(checked_body(fields, DeviceChanges)))

    def delete(self, client_sid: str) -> None:
        """Delete a device.

        Args:
            client_sid: The device.
        """
        self._claim(models.Device, _path(client_sid))
        self._remove(_path(client_sid))


def _path(client_sid: str) -> str:
    return f"/Clients/{sid(client_sid, 'client_sid')}"


def _unmasked(body: dict[str, Any]) -> dict[str, Any]:
    password = body.get("password")
    if isinstance(password, str) and len(password) > 1 and not password[1:].strip("X"):
        raise InvalidRequest(
            "this password is the masked one of an answer: it would become the new one", field="password"
        )
    return body
