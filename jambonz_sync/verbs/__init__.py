"""All verbs of jambonz, each a frozen dataclass whose fields are its options.

``from jambonz_sync.verbs import Say, Gather``. Each is loaded when it is first used.
"""

from __future__ import annotations

from collections.abc import Mapping
from sys import modules
from typing import TYPE_CHECKING, Any

from .._lazy import lazy_exports
from ..errors import InvalidVerb
from ..model.compile import Build, compiled, verb_items
from ..model.declare import Dialect, Flaw, Model, once
from ..model.values import nearest

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
else:
    __getattr__, __dir__, __all__ = lazy_exports(
        __name__,
        {
            ".agents": "Agent Dialogflow",
            ".audio": "Listen Stream",
            ".base": "Verb",
            ".bridge": "Conference Dequeue Dial Enqueue Message Room",
            ".config": "Config",
            ".control": "Alert Answer Hangup Leave Pause Redirect SipDecline SipRefer SipRequest Tag",
            ".hearing": "Gather Transcribe",
            ".llm": (
                "DeepgramS2s ElevenlabsS2s GoogleS2s GptliveS2s Llm MicrosoftS2s OpenaiS2s QwenS2s S2s "
                "UltravoxS2s VoiceagentS2s VoiceliveS2s"
            ),
            ".speech": "Dtmf Dub Play Say",
            ".transfer": "RestDial Transfer",
        },
        "VERBS",
        "verb_class",
    )

#: name of the chain method, which is that on the wire with "_" for ":" -> class
VERBS = {
    "say": "Say",
    "play": "Play",
    "gather": "Gather",
    "dial": "Dial",
    "llm": "Llm",
    "s2s": "S2s",
    "openai_s2s": "OpenaiS2s",
    "google_s2s": "GoogleS2s",
    "elevenlabs_s2s": "ElevenlabsS2s",
    "deepgram_s2s": "DeepgramS2s",
    "ultravox_s2s": "UltravoxS2s",
    "qwen_s2s": "QwenS2s",
    "gptlive_s2s": "GptliveS2s",
    "voicelive_s2s": "VoiceliveS2s",
    "microsoft_s2s": "MicrosoftS2s",
    "voiceagent_s2s": "VoiceagentS2s",
    "agent": "Agent",
    "dialogflow": "Dialogflow",
    "conference": "Conference",
    "room": "Room",
    "enqueue": "Enqueue",
    "dequeue": "Dequeue",
    "hangup": "Hangup",
    "pause": "Pause",
    "redirect": "Redirect",
    "config": "Config",
    "tag": "Tag",
    "dtmf": "Dtmf",
    "listen": "Listen",
    "stream": "Stream",
    "transcribe": "Transcribe",
    "message": "Message",
    "dub": "Dub",
    "alert": "Alert",
    "answer": "Answer",
    "leave": "Leave",
    "sip_decline": "SipDecline",
    "sip_refer": "SipRefer",
    "sip_request": "SipRequest",
    "transfer": "Transfer",
}


def verb_class(name: str) -> type[Verb]:
    """The class of a verb by its name on the wire (``"sip:refer"``) or in Python (``"sip_refer"``).

    Raises :class:`InvalidVerb` if there is none.
    """
    found = VERBS.get(name.replace(":", "_"))
    if found is None:
        near = nearest(name, list(VERBS))
        hint = f" (did you mean {near}?)" if near else ""
        raise InvalidVerb(f"{name}: unknown verb{hint}", verb=name, path=name, expected="a known verb", nearest=near)
    cls: type[Verb] = getattr(modules[__name__], found)
    return cls


class Raw(dict[str, Any]):
    """A verb that is not to be checked: sent as it is."""

    __slots__ = ()


def to_wire(value: Any, dialect: Dialect) -> dict[str, Any]:
    """The wire dict of one verb, given as instance or in either of the two shapes that jambonz takes.

    Raises :class:`Flaw`, or :class:`InvalidVerb` for an unknown verb.
    """
    if type(value) is Raw:
        return value
    if isinstance(value, Model):
        if value.__jambonz__.verb is None:
            raise Flaw(f"expected a verb, got {type(value).__name__}", expected="a verb")
        return compiled(type(value), dialect)(value)
    if type(value) is not dict and not isinstance(value, Mapping):
        raise Flaw(f"expected a verb, got {type(value).__name__}", expected="a verb")
    name, options = _name_and_options(value)
    return _build_of(name, dialect)(options)


@once
def _build_of(name: str, dialect: Dialect) -> Build:
    return compiled(verb_class(name), dialect)


def _name_and_options(verb: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    name = verb.get("verb")
    if isinstance(name, str):
        options = dict(verb)
        del options["verb"]
        return name, options
    if name is None and len(verb) == 1:
        ((name, options),) = verb.items()
        if isinstance(name, str) and isinstance(options, Mapping):
            return name, options
    raise Flaw('expected {"verb": name, ...} or {name: {...}}', expected="a verb")


verb_items.build = to_wire
