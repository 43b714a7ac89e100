"""The resources of the API: one module for each family, named after what it holds; calls are in ``rest.calls``.

Imports ``rest.calls``, ``rest.resource``, ``rest.models`` and what these import; neither the client nor the rest.
Used by ``rest.client``. A module is loaded when one of its classes is first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..._lazy import lazy_exports

if TYPE_CHECKING:
    from ..calls import Calls as Calls
    from .accounts import *  # noqa: F403
    from .alerts import *  # noqa: F403
    from .api_keys import *  # noqa: F403
    from .applications import *  # noqa: F403
    from .carriers import *  # noqa: F403
    from .clients import *  # noqa: F403
    from .conferences import *  # noqa: F403
    from .gateways import *  # noqa: F403
    from .google_custom_voices import *  # noqa: F403
    from .lcr import *  # noqa: F403
    from .limits import *  # noqa: F403
    from .messages import *  # noqa: F403
    from .phone_numbers import *  # noqa: F403
    from .queues import *  # noqa: F403
    from .recent_calls import *  # noqa: F403
    from .service_providers import *  # noqa: F403
    from .smpps import *  # noqa: F403
    from .speech import *  # noqa: F403
    from .system import *  # noqa: F403
    from .teams_tenants import *  # noqa: F403
    from .users import *  # noqa: F403
else:
    __getattr__, __dir__, __all__ = lazy_exports(
        __name__,
        {
            "..calls": "Calls",
            ".accounts": "Accounts",
            ".alerts": "Alerts",
            ".api_keys": "ApiKeys",
            ".applications": "AppEnv Applications",
            ".carriers": "Carriers PredefinedCarriers",
            ".clients": "Clients",
            ".conferences": "Conferences",
            ".gateways": "Sbcs SipGateways SmppGateways",
            ".google_custom_voices": "GoogleCustomVoices",
            ".lcr": "LcrCarrierSetEntries LcrRoutes Lcrs",
            ".limits": "Limits",
            ".messages": "Messages",
            ".phone_numbers": "PhoneNumbers",
            ".queues": "Queues",
            ".recent_calls": "RecentCalls",
            ".service_providers": "ServiceProviders",
            ".smpps": "Smpps",
            ".speech": "SpeechCredentials Tts",
            ".system": "System",
            ".teams_tenants": "TeamsTenants",
            ".users": "Users",
        },
    )
