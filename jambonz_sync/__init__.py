"""jambonz_sync: the sync-first, threaded Python SDK for jambonz.

Importing this package loads nothing but itself: each name below is fetched from its home module
when it is first used, so that a cron job never pays for Flask, nor a web app for the REST client.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._version import __version__

if TYPE_CHECKING:
    from .audio import AudioStream as AudioStream
    from .audio_protocol import TooManyMarks as TooManyMarks
    from .audio_service import AudioService as AudioService
    from .chain import VerbChain as VerbChain
    from .chain import WebhookResponse as WebhookResponse
    from .endpoint import Endpoint as Endpoint
    from .endpoint import create_endpoint as create_endpoint
    from .env import EnvVars as EnvVars
    from .env import env_var as env_var
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
    from .rest import ApiError as ApiError
    from .rest import JambonzClient as JambonzClient
    from .service import Service as Service
    from .session import Session as Session
    from .signature import sign as sign
    from .signature import verify_signature as verify_signature
    from .tools import ToolSet as ToolSet
    from .tts import Spoken as Spoken
    from .tts import TtsCleared as TtsCleared
    from .tts import TtsError as TtsError
    from .tts import TtsFailed as TtsFailed
    from .tts import TtsInterrupted as TtsInterrupted
    from .tts import TtsResult as TtsResult
    from .tts import TtsStopped as TtsStopped
    from .tts import TtsStreamClosed as TtsStreamClosed
    from .tts import TtsTimeout as TtsTimeout
    from .webhook import IncomingCall as IncomingCall
    from .webhook import Jambonz as Jambonz
    from .webhook import JambonzBlueprint as JambonzBlueprint
    from .webhook import signed as signed

#: exported name -> the module that it lives in
_HOME = {
    "AudioStream": "audio",
    "TooManyMarks": "audio_protocol",
    "AudioService": "audio_service",
    "VerbChain": "chain",
    "WebhookResponse": "chain",
    "Endpoint": "endpoint",
    "create_endpoint": "endpoint",
    "EnvVars": "env",
    "env_var": "env",
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
    "ApiError": "rest",
    "JambonzClient": "rest",
    "Service": "service",
    "Session": "session",
    "sign": "signature",
    "verify_signature": "signature",
    "ToolSet": "tools",
    "Spoken": "tts",
    "TtsCleared": "tts",
    "TtsError": "tts",
    "TtsFailed": "tts",
    "TtsInterrupted": "tts",
    "TtsResult": "tts",
    "TtsStopped": "tts",
    "TtsStreamClosed": "tts",
    "TtsTimeout": "tts",
    "IncomingCall": "webhook",
    "Jambonz": "webhook",
    "JambonzBlueprint": "webhook",
    "signed": "webhook",
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
