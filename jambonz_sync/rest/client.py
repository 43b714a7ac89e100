"""The client: who is calling where, and the resources of the API."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self

from . import models, resources, settings
from .checks import sid
from .http.answer import Answer
from .http.errors import ConfigurationError, InvalidRequest, Unauthorized
from .http.rate_limit import RateLimit
from .http.transport import HttpTransport, Timeout
from .key_owner import KeyOwner, find_owner
from .raw import raw_request
from .scope import Scope

if TYPE_CHECKING:
    import requests

__all__ = ["JambonzClient"]


class JambonzClient:
    """A client of the REST API. Any number of threads may share one, and should: connections are kept and reused.

    The key of an admin or of a service provider needs no account. With ``service_provider_sid`` and no account,
    requests that exist for both are made for the service provider. Proxies and certificates are those that the
    environment names (HTTPS_PROXY, REQUESTS_CA_BUNDLE ...) when the client is made. As a context manager the client
    closes its connections at the end. The key is never shown or logged.

    Methods of resources raise :class:`InvalidRequest` before anything is sent, and :class:`ApiError` and its
    subclasses after.

    Endpoints:
        login: POST /login
        logout: POST /logout

    Args:
        base_url: The URL of the API, with or without ``/v1``. None takes JAMBONZ_BASE_URL of the environment.
        account_sid: The account that requests are for. None takes JAMBONZ_ACCOUNT_SID, if that is set. With the key
            of a service provider or an admin, :meth:`for_account` makes a safer client.
        api_key: The key that requests are made with. None takes JAMBONZ_API_KEY.
        service_provider_sid: The service provider that requests are for.
        timeout: Seconds to connect, and seconds for the whole answer, 5 and 30 by default; or one number for both.
        max_retries: Repetitions of one request at most, 2 by default: of GET and DELETE after a lost connection, a
            time-out, 429, 502, 503 and 504; of POST and PUT only if the request provably did not leave.
        session: A ``requests.Session`` of yours, with proxies or certificates. It must not retry by itself, and
            :meth:`close` leaves it open. Its time-out is that of requests (for each piece that is read), and a failure
            counts as sent in more cases than with the client's own.
        user_agent_suffix: The name of your program, for the User-Agent.
    Raises:
        ConfigurationError: The URL or the key is missing, or an argument has a value that cannot work.
    Blocks: methods of resources, up to both time-outs for each attempt, and up to 30 s between two attempts.
    Threads: any, at the same time.
    """

    calls: resources.Calls
    """Place, list and steer calls."""
    conferences: resources.Conferences
    """The conferences that are going on."""
    queues: resources.Queues
    """The queues that have callers in them."""
    messages: resources.Messages
    """Send SMS."""
    applications: resources.Applications
    """Applications, which calls run, with their hooks, speech and environment variables."""
    app_env: resources.AppEnv
    """The environment variables that an application declares."""
    accounts: resources.Accounts
    """Accounts, with their hooks, secret and registered users."""
    limits: resources.Limits
    """Limits of the account, or of the service provider."""
    phone_numbers: resources.PhoneNumbers
    """Numbers, and the applications that they lead to."""
    carriers: resources.Carriers
    """SIP trunks."""
    predefined_carriers: resources.PredefinedCarriers
    """Templates of well-known carriers."""
    sip_gateways: resources.SipGateways
    """Addresses of a carrier."""
    smpp_gateways: resources.SmppGateways
    """Addresses of a carrier for SMS."""
    sbcs: resources.Sbcs
    """Addresses of this system, to give to carriers."""
    smpps: resources.Smpps
    """Addresses of this system for SMS, to give to carriers."""
    speech_credentials: resources.SpeechCredentials
    """Keys of speech vendors."""
    tts: resources.Tts
    """The cache of synthesized speech, and synthesizing."""
    google_custom_voices: resources.GoogleCustomVoices
    """Custom voices of Google."""
    recent_calls: resources.RecentCalls
    """Call detail records, traces and recordings."""
    alerts: resources.Alerts
    """Alerts of what went wrong."""
    api_keys: resources.ApiKeys
    """Keys of this API."""
    users: resources.Users
    """People who may log in."""
    clients: resources.Clients
    """SIP devices."""
    lcrs: resources.Lcrs
    """Least cost routing."""
    lcr_routes: resources.LcrRoutes
    """The routes of a least cost routing."""
    lcr_carrier_set_entries: resources.LcrCarrierSetEntries
    """The carriers of a route."""
    service_providers: resources.ServiceProviders
    """Service providers."""
    teams_tenants: resources.TeamsTenants
    """Tenants of Microsoft Teams."""
    system: resources.System
    """The system itself, with its settings and its health."""

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
        url = settings.base_url(base_url or os.environ.get("JAMBONZ_BASE_URL", ""))
        key = settings.api_key(api_key or os.environ.get("JAMBONZ_API_KEY", ""))
        account = account_sid or os.environ.get("JAMBONZ_ACCOUNT_SID") or None
        agent = settings.user_agent(user_agent_suffix)
        self._login: models.Login | None = None
        self._scope = Scope(
            HttpTransport(url, key, timeout=timeout, max_retries=max_retries, session=session, user_agent=agent),
            settings.own_sid(account, "account_sid", "JAMBONZ_ACCOUNT_SID"),
            settings.own_sid(service_provider_sid, "service_provider_sid", None),
        )

    @classmethod
    def login(
        cls,
        base_url: str | None,
        username: str,
        password: str,
        *,
        timeout: Timeout = (5, 30),
        max_retries: int = 2,
        session: requests.Session | None = None,
        user_agent_suffix: str | None = None,
    ) -> Self:
        """Make a client for a user of the portal: with the rights, and for the account or service provider, of that.

        The token ends after an hour, unless the server is set otherwise (``logged_in_as.expires_at``); then requests
        are :class:`Unauthorized`, and it takes another login. A program is better off with an API key. As a context
        manager the client closes its connections and does not log out: see :meth:`logout`.

        Args:
            base_url: The URL of the API, with or without ``/v1``. None takes JAMBONZ_BASE_URL of the environment.
            username: The name of the user, not the email.
            password: The password.
            timeout: As for :class:`JambonzClient`, as are the others.
            max_retries: Repetitions of one request at most; the login itself is repeated only if it did not leave.
            session: A ``requests.Session`` of yours.
            user_agent_suffix: The name of your program.
        Returns:
            The client, with the login as :attr:`logged_in_as`. The environment names no account for it.
        Raises:
            Forbidden: Name or password are wrong, or were six times in half an hour, which locks the user out.
            InvalidRequest: Name or password are missing.
            ConfigurationError: The URL is missing, or an argument has a value that cannot work.
        Blocks: for the answer, which the server holds back for up to a second.
        """
        for name, value in (("username", username), ("password", password)):
            if not isinstance(value, str) or not value:
                raise InvalidRequest(f"{name} must be given, as text", field=name)
        url = settings.base_url(base_url or os.environ.get("JAMBONZ_BASE_URL", ""))
        agent = settings.user_agent(user_agent_suffix)
        http = HttpTransport(url, None, timeout=timeout, max_retries=max_retries, session=session, user_agent=agent)
        door = http.with_token(None, password)
        try:
            answer = door.request("POST", "/login", body={"username": username, "password": password})
            parsed = answer.parsed()
            if not isinstance(parsed, dict) or not isinstance(parsed.get("token"), str) or not parsed["token"]:
                raise door.invalid_answer(answer, "POST", "/login", "without a token")
        except BaseException:
            http.close()
            raise
        login = models.Login.from_dict(parsed)
        client = cls.__new__(cls)
        client._login = login
        client._scope = Scope(http.with_token(login.token), login.account_sid, login.service_provider_sid)
        return client

    def logout(self) -> None:
        """End the login of this client. It is over at once; one that was over already is no error.

        The server knows one login of each user: with it end those of the same user in other programs and browsers. So
        nothing but this method logs out.

        Raises:
            ConfigurationError: The client has an API key, and no login.
        Blocks: for one request.
        """
        if self._login is None:
            raise ConfigurationError("there is no login to end: the client has an API key", name="api_key")
        with suppress(Unauthorized):
            self._scope.http.send("POST", "/logout")

    @property
    def logged_in_as(self) -> models.Login | None:
        """The login of :meth:`login`; None if the client has an API key."""
        return self._login

    if not TYPE_CHECKING:  # which would take any name for a resource

        def __getattr__(self, name: str) -> Any:
            """Load and make a resource when it is first asked for; then it is an attribute like any other."""
            if name not in _RESOURCES:
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}", name=name, obj=self)
            resource = getattr(resources, _RESOURCES[name])(self._scope)
            return self.__dict__.setdefault(name, resource)  # atomic: threads that race share one

    def __dir__(self) -> Iterable[str]:
        return sorted({name for name in super().__dir__() if not name.startswith("_")} | _RESOURCES.keys())

    @property
    def base_url(self) -> str:
        """The URL of the API, with ``/v1``."""
        return self._scope.http.base_url

    @property
    def account_sid(self) -> str:
        """The account that requests are for.

        Raises:
            ConfigurationError: The client has none.
        """
        return self._scope.need_account()

    @property
    def service_provider_sid(self) -> str:
        """The service provider that requests are for.

        Raises:
            ConfigurationError: The client has none.
        """
        return self._scope.need_service_provider()

    @property
    def has_account(self) -> bool:
        """True if the client is for an account."""
        return self._scope.account_sid is not None

    @property
    def has_service_provider(self) -> bool:
        """True if the client knows a service provider."""
        return self._scope.service_provider_sid is not None

    @property
    def rate_limit(self) -> RateLimit | None:
        """The state of the rate limit as the last answer told it; None if no answer told of one."""
        return self._scope.http.rate_limit

    def find_key_owner(self) -> KeyOwner:
        """Find whose key requests are made with. The API does not say it, but what it lets a key see does.

        Returns:
            The owner, whose ``kind`` is "admin", "service_provider" or "account".
        Raises:
            Unauthorized: The server does not know the key.
        Blocks: for one to three requests.
        """
        return find_owner(self._scope.http)

    def request(self, method: str, path: str, *, query: Mapping[str, Any] | None = None, body: Any = None) -> Answer:
        """Send any request, with the key, the time-outs, the retries and the errors of this client.

        For what no resource has: an endpoint, a field or a filter that is newer than this release. Nothing is checked
        but the way: the request goes below the client's base url, whatever the path says.

        Args:
            method: GET, POST, PUT, DELETE, PATCH or HEAD.
            path: Below ``/v1``, as the reference writes it: ``{account_sid}``, ``{service_provider_sid}`` and
                ``{scope}`` (``Accounts/...``, or ``ServiceProviders/...`` where the client has no account) are filled
                in. Other parts are percent-encoded by you.
            query: Parameters of the URL; those that are None are left out.
            body: Sent as JSON; None sends none.
        Returns:
            The answer, which says yes (2xx), with ``json()``, ``text``, ``content``, ``headers`` and ``status``.
        Raises:
            InvalidRequest: The path leads elsewhere, or JSON has no form for ``body``.
            ConfigurationError: The client does not know what a placeholder stands for.
            ApiError: The server said no, or nothing.
        Blocks: as methods of resources do.
        """
        request = raw_request(self._scope, method, path, query)
        return self._scope.http.request(
            request.method, request.path, query=request.query, body=body, harmless=request.harmless
        )

    def with_options(self, *, timeout: Timeout | None = None, max_retries: int | None = None) -> Self:
        """Make a client with other options for the same account, which shares key and connections.

        Closing either closes both. It costs next to nothing, so it may be made for a single request:
        ``client.with_options(timeout=2).calls.count()``.

        Args:
            timeout: Seconds as for :class:`JambonzClient`; None leaves them as they are.
            max_retries: Repetitions as for :class:`JambonzClient`; None leaves them as they are.
        Returns:
            The new client. This one stays as it is.
        Raises:
            ConfigurationError: An option has a value that cannot work.
        """
        return self._sibling(self._scope._replace(http=self._scope.http.with_options(timeout, max_retries)))

    def for_account(self, account_sid: str) -> Self:
        """Make a client for another account with the same key, options and connections. Closing either closes both.

        The key, of a service provider or an admin, reaches the things of other accounts as well, which this client
        refuses with :class:`InvalidRequest`: it reads what is to be changed or deleted before (one request more; two or
        three for what is below a carrier or a routing), and lists only what belongs to the account.

        Args:
            account_sid: The account.
        Returns:
            The new client, with the same service provider.
        Raises:
            InvalidRequest: ``account_sid`` is no sid.
        """
        own = sid(account_sid, "account_sid")
        return self._sibling(self._scope._replace(account_sid=own, is_for_one_account=True))

    def for_service_provider(self, service_provider_sid: str) -> Self:
        """Make a client for what belongs to a service provider, not to an account. Closing either closes both.

        Args:
            service_provider_sid: The service provider.
        Returns:
            The new client, with the same key, options and connections, and without an account.
        Raises:
            InvalidRequest: ``service_provider_sid`` is no sid.
        """
        provider = sid(service_provider_sid, "service_provider_sid")
        scope = Scope(self._scope.http, account_sid=None, service_provider_sid=provider)
        return self._sibling(scope)

    def _sibling(self, scope: Scope) -> Self:
        client = type(self).__new__(type(self))
        client._scope = scope
        client._login = self._login
        return client

    def close(self) -> None:
        """Close the connections, without waiting for requests of other threads, which may fail."""
        self._scope.http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return (
            f"JambonzClient(base_url={self.base_url!r}, account_sid={self._scope.account_sid!r}, "
            f"service_provider_sid={self._scope.service_provider_sid!r}, api_key=***)"
        )


#: attribute of a client -> the class of that resource, as its annotations say
_RESOURCES = {name: kind.removeprefix("resources.") for name, kind in JambonzClient.__annotations__.items()}
