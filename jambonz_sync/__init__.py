"""jambonz_sync: the sync-first, threaded Python SDK for jambonz.

Importing this package loads nothing but itself: each name below is fetched from its home module
when it is first used, so that a cron job never pays for Flask, nor a web app for the REST client.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._version import __version__

if TYPE_CHECKING:
    from .chain import WebhookResponse as WebhookResponse
    from .errors import CommandRejected as CommandRejected
    from .errors import EnvVarError as EnvVarError
    from .errors import HookTimeout as HookTimeout
    from .errors import InvalidSignature as InvalidSignature
    from .errors import InvalidVerb as InvalidVerb
    from .errors import JambonzError as JambonzError
    from .errors import MessageTooLarge as MessageTooLarge
    from .errors import ProtocolError as ProtocolError
    from .errors import ReplyError as ReplyError
    from .errors import SendTimeout as SendTimeout
    from .errors import SessionClosed as SessionClosed

#: exported name -> the module that it lives in
_HOME = {
    "WebhookResponse": "chain",
    "CommandRejected": "errors",
    "EnvVarError": "errors",
    "HookTimeout": "errors",
    "InvalidSignature": "errors",
    "InvalidVerb": "errors",
    "JambonzError": "errors",
    "MessageTooLarge": "errors",
    "ProtocolError": "errors",
    "ReplyError": "errors",
    "SendTimeout": "errors",
    "SessionClosed": "errors",
}

__all__ = ["__version__", *_HOME]  # noqa: PLE0604 - the keys are literals


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
