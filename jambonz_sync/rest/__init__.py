"""The REST client: the whole API of jambonz, fit for cron jobs and threads; resources are loaded when first used.

Imports errors and model, and for actions on a call protocol/actions and verbs; no other room, and no Flask.
Used by campaign, by cli, and by the programs of users::

    with JambonzClient() as client:
        sid = client.calls.create(from_="+15085551212", to="+15085551213", application_sid=...)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._lazy import lazy_exports

if TYPE_CHECKING:
    from .client import JambonzClient as JambonzClient
    from .http.answer import Answer as Answer
    from .http.errors import ApiConnectionError as ApiConnectionError
    from .http.errors import ApiError as ApiError
    from .http.errors import ApiTimeout as ApiTimeout
    from .http.errors import BadRequest as BadRequest
    from .http.errors import CallEndedEarly as CallEndedEarly
    from .http.errors import CallWaitTimeout as CallWaitTimeout
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
else:
    __getattr__, __dir__, __all__ = lazy_exports(
        __name__,
        {
            ".client": "JambonzClient",
            ".http.answer": "Answer",
            ".http.errors": (
                "ApiConnectionError ApiError ApiTimeout BadRequest CallEndedEarly CallWaitTimeout ConfigurationError "
                "Conflict Forbidden InvalidAnswer InvalidRequest NoFeatureServer NotFound RateLimited ServerError "
                "TlsError Unauthorized"
            ),
            ".http.paging": "Listing Page",
            ".http.rate_limit": "RateLimit",
        },
    )
