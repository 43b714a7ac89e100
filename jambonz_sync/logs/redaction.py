"""What no line of the log may hold: passwords, keys, and digits that may be those of a card."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

__all__ = ["MOST_KEYS_SHOWN", "redacted", "redacted_text"]

#: keys that a caller has pressed, of which lines show as many: more may be an account number, or a PIN
MOST_KEYS_SHOWN: Final = 2

_HIDDEN: Final = "[hidden]"
#: 13 to 19 digits, in groups or not; a phone number has a plus
_CARD: Final = re.compile(r"(?<![\d+])\d(?:[ -]?\d){12,18}(?!\d)")
#: credentials within a text: in a URL, or behind the name of a scheme of HTTP
_CREDENTIALS: Final = re.compile(r"(://[^/\s:@]*:)[^/\s@]+(?=@)|(\b(?:Bearer|Basic) )[\w.~+/=-]{8,}", re.IGNORECASE)
#: names whose values are secrets
_SECRET: Final = re.compile(
    r"pass(word|wd|phrase)?$|secret|(api|access|private)[-_]?key|authorization|credential|"
    r"(^|[-_]|access|auth|bearer|refresh)token$|^(pin|cvv|cvc)$",
    re.IGNORECASE,
)
#: mappings whose values may be secrets under any name: variables of the application
_ALL_SECRET: Final = frozenset({"env_vars", "envVars"})
_KEYS: Final = frozenset({"digits", "dtmf"})


def redacted_text(text: str) -> str:
    """Return a text without numbers that may be those of cards, but for their last four digits, and credentials.

    Args:
        text: Any text.
    """
    if len(text) < 12:
        return text
    text = _CARD.sub(_hide_card, text)
    return _CREDENTIALS.sub(_hide_credentials, text)


def redacted(value: Any) -> Any:
    """Return JSON without secrets: values of names such as ``password`` and ``apiKey``, variables of the application,
    keys that a caller has pressed if they are more than two, and in all texts what :func:`redacted_text` hides.

    Args:
        value: Anything that JSON has a form for. It stays as it is.
    """
    if isinstance(value, str):
        return redacted_text(value)
    if isinstance(value, Mapping):
        return {name: _redacted_value(str(name), item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [redacted(item) for item in value]
    return value


def _redacted_value(name: str, value: Any) -> Any:
    if name in _ALL_SECRET and isinstance(value, Mapping):
        return dict.fromkeys(value, _HIDDEN)
    if name in _KEYS and isinstance(value, str) and len(value) > MOST_KEYS_SHOWN:
        return f"[{len(value)} keys]"
    if value is not None and not isinstance(value, bool) and _SECRET.search(name):
        return _HIDDEN
    return redacted(value)


def _hide_card(match: re.Match[str]) -> str:
    digits = [int(char) for char in match[0] if char.isdigit()]
    if not _is_card(digits):
        return match[0]
    return "*" * (len(digits) - 4) + "".join(map(str, digits[-4:]))


def _is_card(digits: list[int]) -> bool:
    """The check digit of cards (Luhn): of other numbers one in ten has it."""
    doubled = [digit * 2 - 9 * (digit > 4) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def _hide_credentials(match: re.Match[str]) -> str:
    return f"{match[1] or match[2]}{_HIDDEN}"
