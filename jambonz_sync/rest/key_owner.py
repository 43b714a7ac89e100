"""Whose key the client has. The API does not say so, but what it lets a key see does."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Literal, NamedTuple

from .http.errors import Forbidden, NotFound
from .http.transport import HttpTransport
from .resource import Resource

__all__ = ["KeyAware", "KeyOwner", "find_owner"]


class KeyOwner(NamedTuple):
    """The owner of a key, or of the token of a login; with the service provider, if it is one."""

    kind: Literal["admin", "service_provider", "account"]
    service_provider_sid: str | None = None


def find_owner(http: HttpTransport) -> KeyOwner:
    """Find whose key the requests are made with.

    The key of an account sees no service provider, and only an admin's sees the system. The token of a login says the
    rest: that of an account sees its service provider.

    Blocks: for one request with the key of an account, for up to three with others.
    """
    providers = _seen(http, "/ServiceProviders")
    if not isinstance(providers, list) or not providers:
        return KeyOwner("account")
    if _seen(http, "/SystemInformation") is not None:
        return KeyOwner("admin")
    me = _seen(http, "/Users/me")
    user = me.get("user") if isinstance(me, dict) else None
    if isinstance(user, dict) and user.get("account_sid"):
        return KeyOwner("account")
    return KeyOwner("service_provider", providers[0].get("service_provider_sid"))


def _seen(http: HttpTransport, path: str) -> Any:
    try:
        return http.request("GET", path).parsed()
    except (Forbidden, NotFound):  # the latter from servers without such a thing
        return None


class KeyAware(Resource):
    """Base of resources that have to know whose key it is. They ask once."""

    @cached_property
    def _key(self) -> KeyOwner:
        return find_owner(self._http)
