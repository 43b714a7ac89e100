"""The system itself."""

from __future__ import annotations

from ...model.stored import StoredModel, stored_model

__all__ = ["PasswordSettings", "SystemInformation"]


@stored_model
class PasswordSettings(StoredModel):
    """The rules for passwords."""

    min_password_length: int | None = None
    require_digit: bool | None = None
    require_special_character: bool | None = None


@stored_model
class SystemInformation(StoredModel):
    """Settings of the whole system."""

    domain_name: str | None = None
    sip_domain_name: str | None = None
    monitoring_domain_name: str | None = None
    private_network_cidr: str | None = None
    log_level: str | None = None
