"""Phone numbers."""

from __future__ import annotations

from ...model.stored import Model, model

__all__ = ["PhoneNumber"]


@model
class PhoneNumber(Model):
    """A number, stored without its plus."""

    phone_number_sid: str = ""
    number: str = ""
    voip_carrier_sid: str | None = None
    account_sid: str | None = None
    application_sid: str | None = None
    service_provider_sid: str | None = None
