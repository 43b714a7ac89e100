"""The scope of requests: the account or service provider that they are for, and the transport that they go by."""

from __future__ import annotations

from typing import NamedTuple

from .http.errors import ConfigurationError
from .http.transport import HttpTransport

__all__ = ["Scope"]


class Scope(NamedTuple):
    """The part of a client that its resources are given. Threads share one."""

    http: HttpTransport
    account_sid: str | None
    service_provider_sid: str | None
    #: True refuses what is another account's. Only the key of an account itself has the server refuse all of that.
    is_for_one_account: bool = False

    def need_account(self) -> str:
        """Return the sid of the account. ConfigurationError if there is none."""
        if self.account_sid is None:
            raise ConfigurationError(
                "this needs an account: pass account_sid, set JAMBONZ_ACCOUNT_SID, or use for_account()",
                name="account_sid",
            )
        return self.account_sid

    def need_service_provider(self) -> str:
        """Return the sid of the service provider. ConfigurationError if there is none."""
        if self.service_provider_sid is None:
            raise ConfigurationError(
                "this needs a service provider: pass service_provider_sid, or use for_service_provider()",
                name="service_provider_sid",
            )
        return self.service_provider_sid

    @property
    def is_provider(self) -> bool:
        """True if there is a service provider and no account: what exists below both is its then."""
        return self.account_sid is None and self.service_provider_sid is not None

    @property
    def account_path(self) -> str:
        """The path of the account, below which most of the API is."""
        return f"/Accounts/{self.need_account()}"

    @property
    def path(self) -> str:
        """The path of the account or, where there is none, of the service provider, for what exists below both."""
        return f"/ServiceProviders/{self.service_provider_sid}" if self.is_provider else self.account_path
