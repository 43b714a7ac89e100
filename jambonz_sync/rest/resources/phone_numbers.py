"""Phone numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..checks import sid
from ..http.errors import InvalidRequest
from ..resource import Resource

if TYPE_CHECKING:
    from typing import Unpack

    from ..http.paging import Listing
    from ..models.accounts import PhoneNumber
    from ..resource import Options

__all__ = ["PhoneNumbers"]

_UNCHANGED: Any = object()


class PhoneNumbers(Resource):
    """``client.phone_numbers``."""

    def create(
        self,
        *,
        number: str,
        voip_carrier_sid: str | None = None,
        application_sid: str | None = None,
        account_sid: str | None = None,
        **options: Unpack[Options],
    ) -> str:
        """Add a number and return its sid. A leading plus is not stored. Conflict if the carrier has it already.

        ``account_sid`` is the client's account, if it has one: a number of no account is in no list.
        """
        if not isinstance(number, str) or not number.removeprefix("+").isdigit():  # the server takes "abc", too
            raise InvalidRequest(f"number is text of digits, with or without a plus, not {number!r}", field="number")
        given = {
            "number": number,
            "voip_carrier_sid": _sid(voip_carrier_sid, "voip_carrier_sid"),
            "application_sid": _sid(application_sid, "application_sid"),
            "account_sid": _sid(account_sid, "account_sid"),
        }
        body = {name: value for name, value in given.items() if value is not None}
        return self._create("/PhoneNumbers", self._owned(body), **options)

    def list(
        self,
        *,
        filter: str | None = None,
        account_sid: str | None = None,
        page_size: int = 100,
        limit: int | None = None,
        **options: Unpack[Options],
    ) -> Listing[PhoneNumber]:
        """The numbers that the key can see; ``filter`` is a part of theirs.

        ``account_sid`` narrows the list for keys of service providers and admins, and is ignored for others.
        """
        from ..models.accounts import PhoneNumber

        query = {
            "filter": None if filter is None else filter.removeprefix("+"),
            "account_sid": _sid(account_sid, "account_sid"),
        }
        return self._list(
            PhoneNumber, "/PhoneNumbers", query, size_name="page_size", page_size=page_size, limit=limit, **options
        )

    def get(self, phone_number_sid: str, **options: Unpack[Options]) -> PhoneNumber:
        """One number."""
        from ..models.accounts import PhoneNumber

        return self._get(PhoneNumber, _path(phone_number_sid), **options)

    def update(
        self,
        phone_number_sid: str,
        *,
        application_sid: str | None = _UNCHANGED,
        account_sid: str | None = _UNCHANGED,
        **options: Unpack[Options],
    ) -> None:
        """Lead a number to another application (None: to none) or account. Nothing else can be changed."""
        given = {"application_sid": application_sid, "account_sid": account_sid}
        body = {name: _sid(value, name) for name, value in given.items() if value is not _UNCHANGED}
        self._change(_path(phone_number_sid), body, **options)

    def delete(self, phone_number_sid: str, **options: Unpack[Options]) -> None:
        """Take a number out."""
        self._remove(_path(phone_number_sid), **options)


def _path(phone_number_sid: str) -> str:
    return f"/PhoneNumbers/{sid(phone_number_sid, 'phone_number_sid')}"


def _sid(value: str | None, name: str) -> str | None:
    return None if value is None else sid(value, name)
