"""The client: who is calling where, and a door to each resource."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from .._version import __version__
from .checks import sid
from .http.errors import ConfigurationError, InvalidRequest
from .http.transport import Http, Timeout

if TYPE_CHECKING:
    import requests

    from .calls import Calls
    from .http.rate_limit import RateLimit
    from .resources.accounts import Accounts, Limits
    from .resources.applications import AppEnv, Applications
    from .resources.carriers import Carriers, PredefinedCarriers
    from .resources.clients import Clients
    from .resources.conferences import Conferences, Messages, Queues
    from .resources.gateways import Sbcs, SipGateways, SmppGateways
    from .resources.google_custom_voices import GoogleCustomVoices
    from .resources.lcr import LcrCarrierSetEntries, LcrRoutes, Lcrs
    from .resources.phone_numbers import PhoneNumbers
    from .resources.recent_calls import Alerts, RecentCalls
    from .resources.service_providers import ServiceProviders, System, TeamsTenants
    from .resources.speech import SpeechCredentials, Tts
    from .resources.users import ApiKeys, Users

__all__ = ["JambonzClient"]


class JambonzClient:
    """A client of the REST API. Any number of threads may share one, and should: connections are kept and reused.

    ``base_url`` (with or without ``/v1``), ``account_sid`` and ``api_key`` default to the environment variables
    JAMBONZ_BASE_URL, JAMBONZ_ACCOUNT_SID and JAMBONZ_API_KEY. An admin's or service provider's key needs no
    account; with ``service_provider_sid`` alone, what exists for both is that of the service provider.

    ``timeout`` is (seconds to connect, seconds for the whole answer), or one number for both. ``max_retries``
    bounds the repetitions of one request: GET and DELETE after a lost connection, a time-out, 429, 502, 503 and
    504; POST and PUT only if the request provably did not leave. Every method takes both, for that call.

    Proxies and certificates are those of the environment (HTTPS_PROXY, REQUESTS_CA_BUNDLE ...) as of now.
    ``session`` is a ``requests.Session`` of yours, with proxies or certificates. It must not retry by itself
    (ConfigurationError), is not closed, its time-out is requests' (for each piece that is read), and a failure
    counts as sent in more cases than with the client's own. ``user_agent_suffix`` names your program.

    A context manager, which closes the connections. Methods block until there is an answer. They raise
    InvalidRequest before anything is sent, and ApiError and its subclasses after. The key shows nowhere.
    """

    def __init__(
        self,
        base_url: str | None = None,
        account_sid: str | None = None,
        api_key: str | None = None,
        *,
        service_provider_sid: str | None = None,
        timeout: Timeout = (5, 30),
        max_retries: int = 2,
        session: requests.Session | None = None,
        user_agent_suffix: str | None = None,
    ) -> None:
        url = _base(base_url or os.environ.get("JAMBONZ_BASE_URL", ""))
        key = _key(api_key or os.environ.get("JAMBONZ_API_KEY", ""))
        account = account_sid or os.environ.get("JAMBONZ_ACCOUNT_SID") or None
        self._account_sid = _own_sid(account, "account_sid", "JAMBONZ_ACCOUNT_SID")
        self._service_provider_sid = _own_sid(service_provider_sid, "service_provider_sid", None)
        if not isinstance(max_retries, int) or max_retries < 0:
            raise ConfigurationError(f"max_retries is a number from 0, not {max_retries!r}", name="max_retries")
        agent = f"jambonz-sync/{__version__}" + (f" {user_agent_suffix}" if user_agent_suffix else "")
        self._http = Http(url, key, timeout=timeout, max_retries=max_retries, session=session, user_agent=agent)

    @property
    def base_url(self) -> str:
        """Where requests go, with ``/v1``."""
        return self._http.base_url

    @property
    def account_sid(self) -> str:
        """The account that requests are for. ConfigurationError if the client has none."""
        if self._account_sid is None:
            raise ConfigurationError(
                "this needs an account: pass account_sid, set JAMBONZ_ACCOUNT_SID, or use for_account()",
                name="account_sid",
            )
        return self._account_sid

    @property
    def service_provider_sid(self) -> str:
        """The service provider that requests are for. ConfigurationError if the client has none."""
        if self._service_provider_sid is None:
            raise ConfigurationError(
                "this needs a service provider: pass service_provider_sid, or use for_service_provider()",
                name="service_provider_sid",
            )
        return self._service_provider_sid

    @property
    def has_account(self) -> bool:
        """Whether the client is for an account."""
        return self._account_sid is not None

    @property
    def has_service_provider(self) -> bool:
        """Whether the client knows a service provider."""
        return self._service_provider_sid is not None

    @property
    def rate_limit(self) -> RateLimit | None:
        """The state of the rate limit as of the last answer, None if there was none or the server has no limit."""
        from .http.rate_limit import rate_limit_in

        return rate_limit_in(self._http.limits or {})

    def for_account(self, account_sid: str) -> JambonzClient:
        """A client for another account with the same key and connections. Closing either closes both."""
        return self._sibling(sid(account_sid, "account_sid"), self._service_provider_sid)

    def for_service_provider(self, service_provider_sid: str) -> JambonzClient:
        """A client for what belongs to a service provider, not to an account. Closing either closes both."""
        return self._sibling(None, sid(service_provider_sid, "service_provider_sid"))

    def _sibling(self, account: str | None, provider: str | None) -> JambonzClient:
        made = type(self).__new__(type(self))
        made._account_sid = account
        made._service_provider_sid = provider
        made._http = self._http
        return made

    def close(self) -> None:
        """Close the connections. Does not wait for requests of other threads, which may fail."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return (
            f"JambonzClient(base_url={self.base_url!r}, account_sid={self._account_sid!r}, "
            f"service_provider_sid={self._service_provider_sid!r}, api_key=***)"
        )

    # Each resource is loaded and made when it is first used, and then is an attribute like any other.

    @cached_property
    def calls(self) -> Calls:
        """Place, list and steer calls."""
        from .calls import Calls

        return Calls(self)

    @cached_property
    def conferences(self) -> Conferences:
        """The conferences that are going on."""
        from .resources.conferences import Conferences

        return Conferences(self)

    @cached_property
    def queues(self) -> Queues:
        """The queues that have callers in them."""
        from .resources.conferences import Queues

        return Queues(self)

    @cached_property
    def messages(self) -> Messages:
        """Send SMS."""
        from .resources.conferences import Messages

        return Messages(self)

    @cached_property
    def applications(self) -> Applications:
        """What calls run: hooks, speech, environment variables."""
        from .resources.applications import Applications

        return Applications(self)

    @cached_property
    def app_env(self) -> AppEnv:
        """The environment variables that an application declares."""
        from .resources.applications import AppEnv

        return AppEnv(self)

    @cached_property
    def accounts(self) -> Accounts:
        """Accounts: hooks, secret, registered users."""
        from .resources.accounts import Accounts

        return Accounts(self)

    @cached_property
    def limits(self) -> Limits:
        """Limits of the account, or of the service provider."""
        from .resources.accounts import Limits

        return Limits(self)

    @cached_property
    def phone_numbers(self) -> PhoneNumbers:
        """Numbers, and the applications that they lead to."""
        from .resources.phone_numbers import PhoneNumbers

        return PhoneNumbers(self)

    @cached_property
    def carriers(self) -> Carriers:
        """SIP trunks."""
        from .resources.carriers import Carriers

        return Carriers(self)

    @cached_property
    def predefined_carriers(self) -> PredefinedCarriers:
        """Templates of well-known carriers."""
        from .resources.carriers import PredefinedCarriers

        return PredefinedCarriers(self)

    @cached_property
    def sip_gateways(self) -> SipGateways:
        """Addresses of a carrier."""
        from .resources.gateways import SipGateways

        return SipGateways(self)

    @cached_property
    def smpp_gateways(self) -> SmppGateways:
        """Addresses of a carrier for SMS."""
        from .resources.gateways import SmppGateways

        return SmppGateways(self)

    @cached_property
    def sbcs(self) -> Sbcs:
        """Addresses of this system, to give to carriers."""
        from .resources.gateways import Sbcs

        return Sbcs(self)

    @cached_property
    def speech_credentials(self) -> SpeechCredentials:
        """Keys of speech vendors."""
        from .resources.speech import SpeechCredentials

        return SpeechCredentials(self)

    @cached_property
    def tts(self) -> Tts:
        """The cache of synthesized speech, and synthesizing."""
        from .resources.speech import Tts

        return Tts(self)

    @cached_property
    def google_custom_voices(self) -> GoogleCustomVoices:
        """Custom voices of Google."""
        from .resources.google_custom_voices import GoogleCustomVoices

        return GoogleCustomVoices(self)

    @cached_property
    def recent_calls(self) -> RecentCalls:
        """Call detail records, traces and recordings."""
        from .resources.recent_calls import RecentCalls

        return RecentCalls(self)

    @cached_property
    def alerts(self) -> Alerts:
        """What went wrong."""
        from .resources.recent_calls import Alerts

        return Alerts(self)

    @cached_property
    def api_keys(self) -> ApiKeys:
        """Keys of this API."""
        from .resources.users import ApiKeys

        return ApiKeys(self)

    @cached_property
    def users(self) -> Users:
        """People who may log in."""
        from .resources.users import Users

        return Users(self)

    @cached_property
    def clients(self) -> Clients:
        """SIP devices."""
        from .resources.clients import Clients

        return Clients(self)

    @cached_property
    def lcrs(self) -> Lcrs:
        """Least cost routing."""
        from .resources.lcr import Lcrs

        return Lcrs(self)

    @cached_property
    def lcr_routes(self) -> LcrRoutes:
        """The routes of a least cost routing."""
        from .resources.lcr import LcrRoutes

        return LcrRoutes(self)

    @cached_property
    def lcr_carrier_set_entries(self) -> LcrCarrierSetEntries:
        """The carriers of a route."""
        from .resources.lcr import LcrCarrierSetEntries

        return LcrCarrierSetEntries(self)

    @cached_property
    def service_providers(self) -> ServiceProviders:
        """Service providers."""
        from .resources.service_providers import ServiceProviders

        return ServiceProviders(self)

    @cached_property
    def teams_tenants(self) -> TeamsTenants:
        """Tenants of Microsoft Teams."""
        from .resources.service_providers import TeamsTenants

        return TeamsTenants(self)

    @cached_property
    def system(self) -> System:
        """The system itself: information, health, settings."""
        from .resources.service_providers import System

        return System(self)


def _base(url: str) -> str:
    if not url:
        raise ConfigurationError("no base url: pass base_url or set JAMBONZ_BASE_URL", name="base_url")
    parts = urlsplit(url.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise ConfigurationError(
            "base_url is like https://api.example.com, without user, query and fragment", name="base_url"
        )
    return parts.geturl().rstrip("/").removesuffix("/v1").rstrip("/") + "/v1"


def _key(key: str) -> str:
    key = key.strip()  # files and secret stores like to end in a newline
    if not key:
        raise ConfigurationError("no API key: pass api_key or set JAMBONZ_API_KEY", name="api_key")
    if not key.isascii() or not key.isprintable() or " " in key:
        raise ConfigurationError("the API key has characters that no key has", name="api_key")
    return key


def _own_sid(value: str | None, name: str, variable: str | None) -> str | None:
    if not value:
        return None
    try:
        return sid(value, name)
    except InvalidRequest as error:
        raise ConfigurationError(f"{error}" + (f" ({variable})" if variable else ""), name=name) from None
