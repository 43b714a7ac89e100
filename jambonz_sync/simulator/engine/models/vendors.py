"""The vendors by name."""

from __future__ import annotations

from ..waits import Verb
from .agent import Agent
from .deepgram import Deepgram
from .dialogflow import Dialogflow
from .elevenlabs import ElevenLabs
from .google import Google
from .lex import Lex
from .openai import OpenAi
from .rasa import Rasa
from .ultravox import Ultravox
from .vendor import Vendor

__all__ = ["task_name", "vendor_of"]

_VENDORS: dict[str, type[Vendor]] = {
    "deepgram": Deepgram,
    "elevenlabs": ElevenLabs,
    "google": Google,
    "microsoft": OpenAi,
    "openai": OpenAi,
    "qwen": OpenAi,
    "ultravox": Ultravox,
    "voiceagent": Deepgram,
    "voicelive": OpenAi,
}


#: verbs that have one vendor
_VERBS: dict[str, type[Vendor]] = {"agent": Agent, "dialogflow": Dialogflow, "lex": Lex, "rasa": Rasa}

#: vendor -> the name of its verb in what the server tells of the progress of verbs
_TASKS = {
    "deepgram": "Llm_VoiceAgent_s2s",
    "elevenlabs": "Llm_Elevenlabs_s2s",
    "google": "Llm_Google_s2s",
    "microsoft": "Llm_OpenAI_s2s",
    "openai": "Llm_OpenAI_s2s",
    "ultravox": "Llm_Ultravox_s2s",
    "voiceagent": "Llm_VoiceAgent_s2s",
}


def vendor_of(verb: Verb, server: str | None) -> Vendor:
    """Return the vendor that a verb talks to.

    Args:
        verb: The verb of a model.
        server: The version of jambonz, None if all are meant.
    """
    own = _VERBS.get(verb["verb"])
    if own is not None:
        return own(verb["verb"], verb, server)
    name = str(verb["vendor"])
    return _VENDORS.get(name, Vendor)(name, verb, server)


def task_name(verb: Verb) -> str:
    """Return the name that the server gives a verb when it tells of its progress.

    Args:
        verb: Any verb.
    """
    return _TASKS.get(str(verb.get("vendor")), "llm") if verb["verb"] == "llm" else str(verb["verb"])
