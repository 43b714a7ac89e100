"""Actions on a running call: one frozen dataclass each, with its checks and its forms on the wire.

Imports errors, model and verbs; no socket, thread or clock, and nothing of how an action gets to jambonz.
Used by ``session.inject_...`` and ``client.calls...``, which are one line each that points here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..._lazy import lazy_exports

if TYPE_CHECKING:
    from .base import Action as Action
    from .base import Message as Message
    from .base import command as command
    from .base import command_of as command_of
    from .base import merged as merged
    from .base import refused as refused
    from .base import update_of as update_of
    from .conference import Hold as Hold
    from .conference import MuteOthers as MuteOthers
    from .conference import Participant as Participant
    from .conference import RoomPlay as RoomPlay
    from .conference import RoomSay as RoomSay
    from .config import Config as Config
    from .flow import Dial as Dial
    from .flow import Hangup as Hangup
    from .flow import Redirect as Redirect
    from .flow import SipRequest as SipRequest
    from .flow import Tag as Tag
    from .flow import Transfer as Transfer
    from .media import BoostAudio as BoostAudio
    from .media import Dtmf as Dtmf
    from .media import Listen as Listen
    from .media import MediaPath as MediaPath
    from .media import Mute as Mute
    from .media import NoiseIsolation as NoiseIsolation
    from .media import Record as Record
    from .media import Stream as Stream
    from .media import SttReconfigure as SttReconfigure
    from .media import Transcribe as Transcribe
    from .model import AgentUpdate as AgentUpdate
    from .model import LlmStatus as LlmStatus
    from .model import LlmUpdate as LlmUpdate
    from .model import ToolOutput as ToolOutput
    from .speech import Dub as Dub
    from .speech import Whisper as Whisper
else:
    __getattr__, __dir__, __all__ = lazy_exports(
        __name__,
        {
            ".base": "Action Message command command_of merged refused update_of",
            ".conference": "Hold MuteOthers Participant RoomPlay RoomSay",
            ".config": "Config",
            ".flow": "Dial Hangup Redirect SipRequest Tag Transfer",
            ".media": "BoostAudio Dtmf Listen MediaPath Mute NoiseIsolation Record Stream SttReconfigure Transcribe",
            ".model": "AgentUpdate LlmStatus LlmUpdate ToolOutput",
            ".speech": "Dub Whisper",
        },
    )
