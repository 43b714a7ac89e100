"""The REST client: the whole API of jambonz, fit for cron jobs and threads.

    from jambonz_sync.rest import JambonzClient

    with JambonzClient() as client:
        sid = client.calls.create(from_="+15085551212", to="+15085551213", application_sid=...)

Importing this costs little more than importing requests: resources are loaded when they are first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .client import JambonzClient as JambonzClient
    from .http.errors import ApiConnectionError as ApiConnectionError
    from .http.errors import ApiError as ApiError
    from .http.errors import ApiTimeout as ApiTimeout
    from .http.errors import BadRequest as BadRequest
    from .http.errors import ConfigurationError as ConfigurationError
    from .http.errors import Conflict as Conflict
    from .http.errors import Forbidden as Forbidden
    from .http.errors import InvalidAnswer as InvalidAnswer
    from .http.errors import InvalidRequest as InvalidRequest
    from .http.errors import NoFeatureServer as NoFeatureServer
    from .http.errors import NotFound as NotFound
    from .http.errors import RateLimited as RateLimited
    from .http.errors import ServerError as ServerError
    from .http.errors import TlsError as TlsError
    from .http.errors import Unauthorized as Unauthorized
    from .http.paging import Listing as Listing
    from .http.paging import Page as Page
    from .http.rate_limit import RateLimit as RateLimit

#: exported name -> the module that it lives in
_HOME = {
    "ApiConnectionError": "http.errors",
    "ApiError": "http.errors",
    "ApiTimeout": "http.errors",
    "BadRequest": "http.errors",
    "ConfigurationError": "http.errors",
    "Conflict": "http.errors",
    "Forbidden": "http.errors",
    "InvalidAnswer": "http.errors",
    "InvalidRequest": "http.errors",
    "JambonzClient": "client",
    "Listing": "http.paging",
    "NoFeatureServer": "http.errors",
    "NotFound": "http.errors",
    "Page": "http.paging",
    "RateLimit": "http.rate_limit",
    "RateLimited": "http.errors",
    "ServerError": "http.errors",
    "TlsError": "http.errors",
    "Unauthorized": "http.errors",
}

__all__ = [*_HOME]  # noqa: PLE0604 - the keys are literals


def __getattr__(name: str) -> object:
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = value  # the next look-up does not come here
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
