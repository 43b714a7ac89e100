"""SIP devices, which the API calls clients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..checks import sid
from ..http.errors import InvalidRequest
from ..resource import Fields, Resource, split_options

if TYPE_CHECKING:
    from typing import Unpack

    from ..http.paging import Listing
    from ..models.users import Device
    from ..resource import Options

__all__ = ["Clients", "DeviceFields"]


class DeviceFields(Fields, total=False):
    """The optional fields of a device."""

    password: str
    is_active: bool
    allow_direct_app_calling: bool
    allow_direct_queue_calling: bool
    allow_direct_user_calling: bool
    account_sid: str


class DeviceChanges(DeviceFields, total=False):
    """What can be changed of a device."""

    username: str


class Clients(Resource):
    """``client.clients``."""

    def create(self, *, username: str, **fields: Unpack[DeviceFields]) -> str:
        """Add a device and return its sid. BadRequest (not Conflict) if the account has one of that name."""
        body, options = split_options(dict(fields), DeviceFields)
        return self._create("/Clients", self._owned(_checked({"username": username, **body})), **options)

    def list(self, **options: Unpack[Options]) -> Listing[Device]:
        """The devices that the key can see."""
        from ..models.users import Device

        return self._list(Device, "/Clients", **options)

    def get(self, client_sid: str, **options: Unpack[Options]) -> Device:
        """One device, its password masked."""
        from ..models.users import Device

        return self._get(Device, _path(client_sid), **options)

    def update(self, client_sid: str, **fields: Unpack[DeviceChanges]) -> None:
        """Change what is given. A password that :meth:`get` returned is masked, and is refused here."""
        body, options = split_options(dict(fields), DeviceChanges)
        self._change(_path(client_sid), _checked(body), **options)

    def delete(self, client_sid: str, **options: Unpack[Options]) -> None:
        """Delete a device."""
        self._remove(_path(client_sid), **options)


def _path(client_sid: str) -> str:
    return f"/Clients/{sid(client_sid, 'client_sid')}"


def _checked(body: dict[str, Any]) -> dict[str, Any]:
    password = body.get("password")
    if isinstance(password, str) and len(password) > 1 and not password[1:].strip("X"):
        raise InvalidRequest(
            "this password is the masked one of an answer: it would become the new one", field="password"
        )
    return body
