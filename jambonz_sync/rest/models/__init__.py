"""The answers of the REST API, as frozen dataclasses: ``models.x`` has what ``resources.x`` returns.

Imports ``jambonz_sync.model``; nothing else of the package, as the classes know nothing of how they came.
Used by ``rest.calls`` and ``rest.resources``. A module is loaded when one of its classes is first used: dataclasses
take 10 ms to import, which a job that only places a call need not pay.

Every field has a default, as servers leave out what they do not know. Times are datetimes, aware and in UTC; their
texts are there by ``text_of``. Flags come as 0 and 1 and are booleans here. Fields that a newer server adds are in
``extra``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..._lazy import lazy_exports

if TYPE_CHECKING:
    from .accounts import *  # noqa: F403
    from .alerts import *  # noqa: F403
    from .api_keys import *  # noqa: F403
    from .applications import *  # noqa: F403
    from .calls import *  # noqa: F403
    from .carriers import *  # noqa: F403
    from .clients import *  # noqa: F403
    from .conferences import *  # noqa: F403
    from .gateways import *  # noqa: F403
    from .google_custom_voices import *  # noqa: F403
    from .hooks import *  # noqa: F403
    from .lcr import *  # noqa: F403
    from .limits import *  # noqa: F403
    from .logins import *  # noqa: F403
    from .messages import *  # noqa: F403
    from .phone_numbers import *  # noqa: F403
    from .queues import *  # noqa: F403
    from .recent_calls import *  # noqa: F403
    from .service_providers import *  # noqa: F403
    from .speech import *  # noqa: F403
    from .system import *  # noqa: F403
    from .teams_tenants import *  # noqa: F403
    from .users import *  # noqa: F403
else:
    __getattr__, __dir__, __all__ = lazy_exports(
        __name__,
        {
            ".accounts": "Account BucketTest RegisteredUser",
            ".alerts": "Alert",
            ".api_keys": "ApiKey NewApiKey",
            ".applications": "Application EnvVar",
            ".calls": "Call CallCount SipAnswer",
            ".carriers": "Carrier PredefinedCarrier",
            ".clients": "Device",
            ".conferences": "ConferenceRoom ListenFork",
            ".gateways": "Sbc SipGateway Smpp SmppGateway",
            ".google_custom_voices": "GoogleCustomVoice",
            ".hooks": "AnyHook Hook",
            ".lcr": "Lcr LcrCarrierSetEntry LcrRoute",
            ".limits": "Limit",
            ".logins": "Login",
            ".messages": "SentMessage",
            ".phone_numbers": "PhoneNumber",
            ".queues": "Queue",
            ".recent_calls": "RecentCall",
            ".service_providers": "ServiceProvider",
            ".speech": "CacheSize Language SpeechCredential SpeechTest SpeechTests Supported Voice",
            ".system": "PasswordSettings SystemInformation",
            ".teams_tenants": "TeamsTenant",
            ".users": "User",
        },
    )
