"""The vendors by name."""

from __future__ import annotations

from ..waits import Verb
from .agent import Agent
from .deepgram import Deepgram
from .elevenlabs import ElevenLabs
from .google import Google
from .openai import OpenAi
from .ultravox import Ultravox
from .vendor import Vendor

__all__ = ["vendor_of"]

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


def vendor_of(verb: Verb, server: str | None) -> Vendor:
    """Return the vendor that a verb talks to.

    Args:
        verb: An ``llm`` or an ``agent``.
        server: The version of jambonz, None if all are meant.
    """
    if verb["verb"] == "agent":
        return Agent("agent", verb, server)
    name = str(verb["vendor"])
    return _VENDORS.get(name, Vendor)(name, verb, server)
