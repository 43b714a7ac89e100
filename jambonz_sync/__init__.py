"""jambonz_sync: the sync-first, threaded Python SDK for jambonz.

Importing this package loads nothing but itself: each name below is fetched from its home module
when it is first used, so that a cron job never pays for Flask, nor a web app for the REST client.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._lazy import lazy_exports
from ._version import __version__ as __version__

if TYPE_CHECKING:
    from .audio import AudioStream as AudioStream
    from .errors import AlreadyWaiting as AlreadyWaiting
    from .errors import BackPressure as BackPressure
    from .errors import CallEnded as CallEnded
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
    from .errors import UnknownEvent as UnknownEvent
    from .errors import VerbsReplaced as VerbsReplaced
    from .llm.chunks import LlmError as LlmError
    from .protocol.audio import TooManyMarks as TooManyMarks
    from .protocol.env import EnvVars as EnvVars
    from .protocol.env import env_var as env_var
    from .protocol.signature import sign as sign
    from .protocol.signature import verify_signature as verify_signature
    from .protocol.tts import SpeechEnd as SpeechEnd
    from .protocol.tts import TtsCleared as TtsCleared
    from .protocol.tts import TtsError as TtsError
    from .protocol.tts import TtsFailed as TtsFailed
    from .protocol.tts import TtsInterrupted as TtsInterrupted
    from .protocol.tts import TtsNotEnabled as TtsNotEnabled
    from .protocol.tts import TtsResult as TtsResult
    from .protocol.tts import TtsStopped as TtsStopped
    from .protocol.tts import TtsStreamClosed as TtsStreamClosed
    from .protocol.tts import TtsTimeout as TtsTimeout
    from .rest import ApiError as ApiError
    from .rest import JambonzClient as JambonzClient
    from .server.audio_service import AudioService as AudioService
    from .server.endpoint import Endpoint as Endpoint
    from .server.endpoint import create_endpoint as create_endpoint
    from .server.service import Service as Service
    from .session import Session as Session
    from .session.conversation.events import EventStream as EventStream
    from .session.conversation.pending import PendingHook as PendingHook
    from .session.llm.chat import Chat as Chat
    from .tools import ToolSet as ToolSet
    from .verbs.chain import VerbChain as VerbChain
    from .verbs.chain import WebhookResponse as WebhookResponse
    from .webhook import IncomingCall as IncomingCall
    from .webhook import Jambonz as Jambonz
    from .webhook import JambonzBlueprint as JambonzBlueprint
    from .webhook import signed as signed
else:
    __getattr__, __dir__, __all__ = lazy_exports(
        __name__,
        {
            ".audio": "AudioStream",
            ".errors": (
                "AlreadyWaiting BackPressure CallEnded CommandRejected EnvVarError HookTimeout InvalidSignature "
                "InvalidVerb JambonzError MessageTooLarge ProtocolError ReplyError SendTimeout SessionClosed "
                "UnknownEvent VerbsReplaced"
            ),
            ".llm.chunks": "LlmError",
            ".protocol.audio": "TooManyMarks",
            ".protocol.env": "EnvVars env_var",
            ".protocol.signature": "sign verify_signature",
            ".protocol.tts": (
                "SpeechEnd TtsCleared TtsError TtsFailed TtsInterrupted TtsNotEnabled TtsResult TtsStopped "
                "TtsStreamClosed TtsTimeout"
            ),
            ".rest": "ApiError JambonzClient",
            ".server.audio_service": "AudioService",
            ".server.endpoint": "Endpoint create_endpoint",
            ".server.service": "Service",
            ".session": "Session",
            ".session.conversation.events": "EventStream",
            ".session.conversation.pending": "PendingHook",
            ".session.llm.chat": "Chat",
            ".tools": "ToolSet",
            ".verbs.chain": "VerbChain WebhookResponse",
            ".webhook": "IncomingCall Jambonz JambonzBlueprint signed",
        },
        "__version__",
    )
