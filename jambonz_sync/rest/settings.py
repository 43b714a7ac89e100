"""The settings of a client, checked: what cannot work is a ConfigurationError that names the argument."""

from __future__ import annotations

from urllib.parse import urlsplit

from .._version import __version__
from .checks import sid
from .http.errors import ConfigurationError, InvalidRequest

__all__ = ["api_key", "base_url", "own_sid", "user_agent"]


def base_url(url: str) -> str:
    """Return the URL of the API, with ``/v1``, from one with or without it.

    Args:
        url: The URL.
    Raises:
        ConfigurationError: It is none that the API can be at.
    """
    if not url:
        raise ConfigurationError("no base url: pass base_url or set JAMBONZ_BASE_URL", name="base_url")
    parts = urlsplit(url.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise ConfigurationError(
            "base_url is like https://api.example.com, without user, query and fragment", name="base_url"
        )
    return parts.geturl().rstrip("/").removesuffix("/v1").rstrip("/") + "/v1"


def user_agent(suffix: str | None) -> str:
    """Return the User-Agent of requests.

    Args:
        suffix: The name of the user's program, None if it has none.
    """
    return f"jambonz-sync/{__version__}" + (f" {suffix}" if suffix else "")


def api_key(key: str) -> str:
    """Return a key without the blanks around it.

    Args:
        key: The key.
    Raises:
        ConfigurationError: It is missing, or no key.
    """
    key = key.strip()  # files and secret stores like to end in a newline
    if not key:
        raise ConfigurationError("no API key: pass api_key or set JAMBONZ_API_KEY", name="api_key")
    if not key.isascii() or not key.isprintable() or " " in key:
        raise ConfigurationError("the API key has characters that no key has", name="api_key")
    return key


def own_sid(value: str | None, name: str, variable: str | None) -> str | None:
    """Return the sid that a client is for; None if there is none.

    Args:
        value: The sid.
        name: The name of the argument.
        variable: The variable of the environment that it may have come from.
    Raises:
        ConfigurationError: It is no sid.
    """
    if not value:
        return None
    try:
        return sid(value, name)
    except InvalidRequest as error:
        raise ConfigurationError(f"{error}" + (f" ({variable})" if variable else ""), name=name) from None
