"""Phone numbers."""

from __future__ import annotations

from ...model.wire import UNSET, Unset
from .. import models
from ..checks import fitting, sid
from ..http.errors import InvalidRequest
from ..http.paging import Listing
from ..resource import Resource, optional_sid, without_none

__all__ = ["PhoneNumbers"]


class PhoneNumbers(Resource):
    """``client.phone_numbers``.

    Endpoints:
        create: POST /PhoneNumbers
        list: GET /PhoneNumbers
        get: GET /PhoneNumbers/{phone_number_sid}
        update: PUT /PhoneNumbers/{phone_number_sid}
        delete: DELETE /PhoneNumbers/{phone_number_sid}
    """

    def create(
        self,
        *,
        number: str,
        voip_carrier_sid: str | None = None,
        application_sid: str | None = None,
        account_sid: str | None = None,
    ) -> str:
        """Add a number.

        Args:
            number: Digits, with or without a plus, which is not stored.
            voip_carrier_sid: The carrier that it comes from, of the account or its service provider.
            application_sid: The application that it leads to.
            account_sid: The account that it belongs to. Default: that of the client. A number of no account is in no
                list.
        Returns:
            The sid of the number.
        Raises:
            Conflict: The carrier has it already.
        Example:
            >>> client.phone_numbers.create(
            ...     number="+15085551212", voip_carrier_sid=carrier_sid, application_sid=application_sid
            ... )
        """
        if not isinstance(number, str) or not number.removeprefix("+").isdigit():  # the server takes "abc", too
            raise InvalidRequest(f"number is text of digits, with or without a plus, not {number!r}", field="number")
        fitting(number.removeprefix("+"), 132, "number")
        body = {
            "number": number,
            "voip_carrier_sid": optional_sid(voip_carrier_sid, "voip_carrier_sid"),
            "application_sid": optional_sid(application_sid, "application_sid"),
            "account_sid": optional_sid(account_sid, "account_sid"),
        }
        return self._create("/PhoneNumbers", self._owned(without_none(body)))

    def list(
        self,
        *,
        filter: str | None = None,
        account_sid: str | None = None,
        page_size: int = 100,
        limit: int | None = None,
    ) -> Listing[models.PhoneNumber]:
        """List the numbers of the account; without an account those of the service provider, or all that the key sees.

        Args:
            filter: Only those with this in them.
            account_sid: Only those of this account, for a client without one.
            page_size: Numbers to fetch at a time.
            limit: The most to list; None is all.
        Returns:
            The numbers.
        Example:
            >>> unused = [each.number for each in client.phone_numbers.list(filter="1508") if not each.application_sid]
        """
        query = {
            "filter": None if filter is None else filter.removeprefix("+"),
            "account_sid": optional_sid(account_sid, "account_sid") or self._scope.account_sid,
            "service_provider_sid": self._scope.service_provider_sid if self._scope.is_provider else None,
        }
        if self._scope.account_sid not in (None, query["account_sid"]):
            raise InvalidRequest(
                f"the client is for the account {self._scope.account_sid}: use for_account()", field="account_sid"
            )
        return self._list(
            models.PhoneNumber,
            "/PhoneNumbers",
            query,
            size_name="page_size",
            page_size=page_size,
            limit=limit,
            keep=lambda item: item.get("account_sid") == query["account_sid"] or query["account_sid"] is None,
        )

    def get(self, phone_number_sid: str) -> models.PhoneNumber:
        """Fetch a number.

        Args:
            phone_number_sid: The number's sid.
        Returns:
            The number.
        """
        return self._get_own(models.PhoneNumber, _path(phone_number_sid))

    def update(
        self,
        phone_number_sid: str,
        *,
        application_sid: str | Unset | None = UNSET,
        account_sid: str | Unset | None = UNSET,
    ) -> None:
        """Lead a number to another application or account. Nothing else can be changed.

        Args:
            phone_number_sid: The number's sid.
            application_sid: The application that the number leads to from now on; None for no application. Without it
                the application stays the same.
            account_sid: The account that the number belongs to from now on; None for no account. Without it the account
                stays the same.
        Example:
            >>> client.phone_numbers.update(phone_number_sid, application_sid=application_sid)
        """
        changes = {"application_sid": application_sid, "account_sid": account_sid}
        body = {name: optional_sid(value, name) for name, value in changes.items() if not isinstance(value, Unset)}
        self._update(models.PhoneNumber, _path(phone_number_sid), body)

    def delete(self, phone_number_sid: str) -> None:
        """Delete a number.

        Args:
            phone_number_sid: The number's sid.
        """
        self._claim(models.PhoneNumber, _path(phone_number_sid))
        self._remove(_path(phone_number_sid))


def _path(phone_number_sid: str) -> str:
    return f"/PhoneNumbers/{sid(phone_number_sid, 'phone_number_sid')}"
