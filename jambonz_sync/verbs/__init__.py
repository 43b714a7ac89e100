"""All verbs of jambonz, each a frozen dataclass whose fields are its options; and the chain that puts them in a row.

Imports model and errors; a verb knows no session, no socket and no event. A verb is loaded when it is first used.
Used by session and webhook (as chains), by the simulator, and by users: ``from jambonz_sync.verbs import Say, Gather``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._lazy import lazy_exports
from ..model.wire import to_python_name
from .resolve import verb_class as verb_class

if TYPE_CHECKING:
    from .agents import Agent as Agent
    from .agents import Dialogflow as Dialogflow
    from .base import Verb as Verb
    from .conference import Conference as Conference
    from .conference import Room as Room
    from .config import Config as Config
    from .dial import Dial as Dial
    from .flow import Alert as Alert
    from .flow import Answer as Answer
    from .flow import Hangup as Hangup
    from .flow import Leave as Leave
    from .flow import Pause as Pause
    from .flow import Redirect as Redirect
    from .flow import SipDecline as SipDecline
    from .flow import SipRefer as SipRefer
    from .flow import SipRequest as SipRequest
    from .flow import Tag as Tag
    from .gather import Gather as Gather
    from .listen import Listen as Listen
    from .listen import Stream as Stream
    from .llm import DeepgramS2s as DeepgramS2s
    from .llm import GoogleS2s as GoogleS2s
    from .llm import Llm as Llm
    from .llm import MicrosoftS2s as MicrosoftS2s
    from .llm import OpenaiS2s as OpenaiS2s
    from .llm import QwenS2s as QwenS2s
    from .llm import S2s as S2s
    from .llm import UltravoxS2s as UltravoxS2s
    from .llm import VoiceagentS2s as VoiceagentS2s
    from .message import Message as Message
    from .queue import Dequeue as Dequeue
    from .queue import Enqueue as Enqueue
    from .s2s import ElevenlabsS2s as ElevenlabsS2s
    from .s2s import GptliveS2s as GptliveS2s
    from .s2s import NovaS2s as NovaS2s
    from .s2s import VoiceliveS2s as VoiceliveS2s
    from .speech import Dtmf as Dtmf
    from .speech import Dub as Dub
    from .speech import Play as Play
    from .speech import Say as Say
    from .transcribe import Transcribe as Transcribe
    from .transfer import RestDial as RestDial
    from .transfer import Transfer as Transfer

    #: name of the chain method, which is that on the wire with "_" for ":" -> name of the class
    VERBS: dict[str, str]
else:
    __getattr__, __dir__, __all__ = lazy_exports(
        __name__,
        {
            ".speech": "Say Play Dub Dtmf",
            ".gather": "Gather",
            ".dial": "Dial",
            ".conference": "Conference Room",
            ".queue": "Enqueue Dequeue",
            ".message": "Message",
            ".transcribe": "Transcribe",
            ".llm": "Llm S2s OpenaiS2s GoogleS2s DeepgramS2s UltravoxS2s QwenS2s MicrosoftS2s VoiceagentS2s",
            ".s2s": "ElevenlabsS2s GptliveS2s VoiceliveS2s NovaS2s",
            ".agents": "Agent Dialogflow",
            ".flow": "Hangup Pause Redirect Tag Alert Answer Leave SipDecline SipRefer SipRequest",
            ".config": "Config",
            ".listen": "Listen Stream",
            ".transfer": "Transfer RestDial",
            ".base": "Verb",
        },
        "VERBS",
        "verb_class",
    )
    VERBS = {to_python_name(name): name for name in __all__ if name not in {"RestDial", "Verb", "VERBS", "verb_class"}}
