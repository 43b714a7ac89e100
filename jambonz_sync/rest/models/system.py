"""The system itself."""

from __future__ import annotations

from ...model.stored import Model, model

__all__ = ["PasswordSettings", "SystemInformation"]


@model
class PasswordSettings(Model):
    """The rules for passwords."""

    min_password_length: int | None = None
    require_digit: bool | None = None
    require_special_character: bool | None = None


@model
class SystemInformation(Model):
    """Settings of the whole system."""

    domain_name: str | None = None
    sip_domain_name: str | None = None
    monitoring_domain_name: str | None = None
    private_network_cidr: str | None = None
    log_level: str | None = None
