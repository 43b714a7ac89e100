"""Phone numbers."""

from __future__ import annotations

from ...model.stored import StoredModel, stored_model

__all__ = ["PhoneNumber"]


@stored_model
class PhoneNumber(StoredModel):
    """A number, stored without its plus."""

    phone_number_sid: str = ""
    number: str = ""
    voip_carrier_sid: str | None = None
    account_sid: str | None = None
    application_sid: str | None = None
    service_provider_sid: str | None = None
