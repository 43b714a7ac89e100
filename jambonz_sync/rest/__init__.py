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
    from .errors import ApiConnectionError as ApiConnectionError
    from .errors import ApiError as ApiError
    from .errors import ApiTimeout as ApiTimeout
    from .errors import BadRequest as BadRequest
    from .errors import ConfigurationError as ConfigurationError
    from .errors import Conflict as Conflict
    from .errors import Forbidden as Forbidden
    from .errors import InvalidAnswer as InvalidAnswer
    from .errors import InvalidRequest as InvalidRequest
    from .errors import NoFeatureServer as NoFeatureServer
    from .errors import NotFound as NotFound
    from .errors import RateLimited as RateLimited
    from .errors import ServerError as ServerError
    from .errors import TlsError as TlsError
    from .errors import Unauthorized as Unauthorized
    from .limits import RateLimit as RateLimit
    from .paging import Listing as Listing
    from .paging import Page as Page

#: exported name -> the module that it lives in
_HOME = {
    "ApiConnectionError": "errors",
    "ApiError": "errors",
    "ApiTimeout": "errors",
    "BadRequest": "errors",
    "ConfigurationError": "errors",
    "Conflict": "errors",
    "Forbidden": "errors",
    "InvalidAnswer": "errors",
    "InvalidRequest": "errors",
    "JambonzClient": "client",
    "Listing": "paging",
    "NoFeatureServer": "errors",
    "NotFound": "errors",
    "Page": "paging",
    "RateLimit": "limits",
    "RateLimited": "errors",
    "ServerError": "errors",
    "TlsError": "errors",
    "Unauthorized": "errors",
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
