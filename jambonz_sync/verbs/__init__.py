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
    from .audio import Listen as Listen
    from .audio import Stream as Stream
    from .base import Verb as Verb
    from .bridge import Conference as Conference
    from .bridge import Dequeue as Dequeue
    from .bridge import Dial as Dial
    from .bridge import Enqueue as Enqueue
    from .bridge import Message as Message
    from .bridge import Room as Room
    from .config import Config as Config
    from .control import Alert as Alert
    from .control import Answer as Answer
    from .control import Hangup as Hangup
    from .control import Leave as Leave
    from .control import Pause as Pause
    from .control import Redirect as Redirect
    from .control import SipDecline as SipDecline
    from .control import SipRefer as SipRefer
    from .control import SipRequest as SipRequest
    from .control import Tag as Tag
    from .hearing import Gather as Gather
    from .hearing import Transcribe as Transcribe
    from .llm import DeepgramS2s as DeepgramS2s
    from .llm import ElevenlabsS2s as ElevenlabsS2s
    from .llm import GoogleS2s as GoogleS2s
    from .llm import GptliveS2s as GptliveS2s
    from .llm import Llm as Llm
    from .llm import MicrosoftS2s as MicrosoftS2s
    from .llm import OpenaiS2s as OpenaiS2s
    from .llm import QwenS2s as QwenS2s
    from .llm import S2s as S2s
    from .llm import UltravoxS2s as UltravoxS2s
    from .llm import VoiceagentS2s as VoiceagentS2s
    from .llm import VoiceliveS2s as VoiceliveS2s
    from .speech import Dtmf as Dtmf
    from .speech import Dub as Dub
    from .speech import Play as Play
    from .speech import Say as Say
    from .transfer import RestDial as RestDial
    from .transfer import Transfer as Transfer

    #: name of the chain method, which is that on the wire with "_" for ":" -> name of the class
    VERBS: dict[str, str]
else:
    __getattr__, __dir__, __all__ = lazy_exports(
        __name__,
        {
            ".speech": "Say Play Dub Dtmf",
            ".hearing": "Gather Transcribe",
            ".bridge": "Dial Conference Room Enqueue Dequeue Message",
            ".llm": (
                "Llm S2s OpenaiS2s GoogleS2s ElevenlabsS2s DeepgramS2s UltravoxS2s QwenS2s GptliveS2s VoiceliveS2s "
                "MicrosoftS2s VoiceagentS2s"
            ),
            ".agents": "Agent Dialogflow",
            ".control": "Hangup Pause Redirect Tag Alert Answer Leave SipDecline SipRefer SipRequest",
            ".config": "Config",
            ".audio": "Listen Stream",
            ".transfer": "Transfer RestDial",
            ".base": "Verb",
        },
        "VERBS",
        "verb_class",
    )
    VERBS = {to_python_name(name): name for name in __all__ if name not in {"RestDial", "Verb", "VERBS", "verb_class"}}
