"""The speech vendors that jambonz is known to have, and the way it writes languages. Newer servers may have more."""

from __future__ import annotations

import re
from typing import Any, Final

from ...model.declare import ServerTarget
from ...model.validation import did_you_mean, nearest
from ..base import advise

__all__ = ["LANGUAGE_NAMES", "SPEECH_VENDORS", "advise_on_speech"]

#: the vendors that speak or hear, by the names of jambonz; ``polly`` is an older name of ``aws``
SPEECH_VENDORS: Final = frozenset(
    {
        *("assemblyai", "aws", "cartesia", "cobalt", "deepgram", "deepgramflux", "default", "elevenlabs"),
        *("gladia", "google", "gradium", "houndify", "ibm", "inworld", "krisp", "kugelaudio", "microsoft"),
        *("mistral", "modulate", "nuance", "nvidia", "openai", "playht", "polly", "resemble", "rimelabs"),
        *("soniox", "speechmatics", "verbio", "voxist", "wellsaid", "whisper", "xai", "zoom"),
    }
)
#: languages by their English names, which people write in place of the code
LANGUAGE_NAMES: Final = {
    "arabic": "ar-SA",
    "chinese": "zh-CN",
    "danish": "da-DK",
    "dutch": "nl-NL",
    "english": "en-US",
    "finnish": "fi-FI",
    "french": "fr-FR",
    "german": "de-DE",
    "greek": "el-GR",
    "hebrew": "he-IL",
    "hindi": "hi-IN",
    "italian": "it-IT",
    "japanese": "ja-JP",
    "korean": "ko-KR",
    "norwegian": "nb-NO",
    "polish": "pl-PL",
    "portuguese": "pt-BR",
    "russian": "ru-RU",
    "spanish": "es-ES",
    "swedish": "sv-SE",
    "turkish": "tr-TR",
    "ukrainian": "uk-UA",
}
#: vendors that have names of their own for languages, ``"english"`` among them
_OWN_LANGUAGES: Final = frozenset({"playht"})
_UNDERSCORE: Final = re.compile(r"[A-Za-z]{2,3}(_[A-Za-z0-9]{2,8})+").fullmatch
_SHOWN: Final = 40


def advise_on_speech(wire: dict[str, Any], _server_target: ServerTarget) -> None:
    """Advise about vendors that jambonz is not known to have, and languages that are written otherwise, once each.

    Args:
        wire: The options of a synthesizer or a recognizer on the wire.
    """
    _look(wire, "vendor", "language")
    if "fallbackVendor" in wire or "fallbackLanguage" in wire:
        _look(wire, "fallbackVendor", "fallbackLanguage")


def _look(wire: dict[str, Any], vendor_option: str, language_option: str) -> None:
    vendor, language = wire.get(vendor_option), wire.get(language_option)
    if vendor is not None and vendor not in SPEECH_VENDORS:
        if not vendor or vendor.startswith("custom:"):
            return
        _advise_vendor(vendor_option, vendor)
    if language is not None and vendor not in _OWN_LANGUAGES and _may_be_no_code(language):
        _advise_language(language_option, language)


def _may_be_no_code(language: str) -> bool:
    """Return False for nearly all codes, in a fraction of the time: a name has no hyphen, and is not as short."""
    return "_" in language or ("-" not in language and len(language) > 4)


def _advise_vendor(option: str, vendor: str) -> None:
    near = did_you_mean(nearest(vendor.lower(), SPEECH_VENDORS))
    shown = vendor[:_SHOWN]
    advise(
        f"vendor {shown}",
        f"{option} {shown!r}: jambonz is not known to have this speech vendor{near}; "
        "one of your own is called 'custom:' and its name",
    )


def _advise_language(option: str, language: str) -> None:
    code = language.replace("_", "-") if _UNDERSCORE(language) else LANGUAGE_NAMES.get(language.lower())
    if code is not None:
        advise(f"language {language}", f"{option} {language!r}: jambonz writes languages as codes{did_you_mean(code)}")
