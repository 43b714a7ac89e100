"""One phone number: brought into the form E.164, or refused with the number that was most likely meant."""

from __future__ import annotations

import re
from typing import Any, Final

from ..model.validation import did_you_mean, nearest
from .errors import CampaignError, InvalidNumber

__all__ = ["check_country", "is_e164", "normalise"]

_SEPARATORS: Final = re.compile(r"[\s\-./()\u00a0\u2007\u2010-\u2015\u202f\u2060\ufeff]+")
_E164: Final = re.compile(r"\+[1-9][0-9]{6,14}")
_BRACKETED_ZERO: Final = re.compile(r"\(\s*0\s*\)")
#: a number of North America as it is written there: area, exchange, line
_NORTH_AMERICA: Final = re.compile(r"1?([2-9][0-9]{2}[2-9][0-9]{6})")
#: letters that are typed in place of digits
_LOOKALIKES: Final = str.maketrans("OoQlI|", "000111")
#: "4.9301E+11", and as some countries write it
_ROUNDED: Final = re.compile(r"[0-9]+[.,]?[0-9]*[eE]\+?[0-9]+")
_EXTENSION: Final = re.compile(r"(?:ext\.?|x|#|;ext=)\s*[0-9]+$", re.IGNORECASE)
#: names of countries that are not their codes
_OTHER_NAMES: Final = {"UK": "GB", "EN": "GB", "USA": "US"}


def normalise(text: str, country: str | None = None) -> str:
    """Bring a phone number into the form E.164: ``"+49 (30) 123-4567"`` becomes ``"+49301234567"``.

    Nothing is guessed. Without ``country`` a number without its country code is refused, and so is one with "(0)" in
    it, which is dialled in some countries and not in others.

    Args:
        text: A number that begins with ``+`` or ``00``; blanks, dashes, dots, slashes and brackets do not matter.
        country: The country, as two letters (``"US"``), of a number without its country code, which is read as it is
            dialled there. It takes phonenumbers: ``pip install 'jambonz-sync[campaign]'``.
    Returns:
        The number with the plus sign and digits only.
    Raises:
        InvalidNumber: No number can be read. Its ``suggestion`` is the number that was most likely meant.
        CampaignError: There is no such country, or phonenumbers is not installed.
    """
    if _BRACKETED_ZERO.search(text):
        raise InvalidNumber(
            "has a (0) in it: leave it out, or write the 0, as it is dialled from abroad",
            suggestion=_suggest(_BRACKETED_ZERO.sub("", text)),
        )
    digits = _SEPARATORS.sub("", text)
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    elif country is not None and re.fullmatch(r"[0-9]+", digits):
        return _read_in(digits, check_country(country))
    if is_e164(digits):
        return digits
    if not digits:
        raise InvalidNumber("is empty")
    if re.fullmatch(r"[0-9]+", digits):
        raise InvalidNumber(f"has no country code{_look_of(digits)}", suggestion=_suggest(digits))
    if re.fullmatch(r"\+[0-9]*", digits):
        raise InvalidNumber("is not 7 to 15 digits that begin with a country code", suggestion=_suggest(digits))
    if _ROUNDED.fullmatch(text.strip()):
        raise InvalidNumber("is no phone number: a spreadsheet has rounded it; make the column text, and fill it anew")
    if _EXTENSION.search(text):
        suggestion = _suggest(_EXTENSION.sub("", text))
        raise InvalidNumber("is no phone number: an extension cannot be called", suggestion=suggestion)
    raise InvalidNumber("is no phone number", suggestion=_suggest(text))


def is_e164(text: str) -> bool:
    """Tell whether ``text`` is a phone number in the form E.164, and nothing else."""
    return _E164.fullmatch(text) is not None


def _look_of(digits: str) -> str:
    """Say of what a number without its country code looks like one, as the end of a sentence."""
    if _NORTH_AMERICA.fullmatch(digits):
        return ", and looks like a number of the US or Canada"
    if digits.startswith("011"):
        return ", and looks like a number as the US dials it abroad"
    if digits.startswith("0"):
        return ", and looks like a number as it is dialled within a country"
    if len(digits) > 10:
        return ", and looks like a number whose plus is missing"
    return ": write it as +49301234567"


def _suggest(text: str) -> str | None:
    """Return the number that a wrong one was most likely meant to be; None if it does not show."""
    text = re.sub(r"^\s*(?:tel|callto|sip):", "", text, flags=re.IGNORECASE).partition("@")[0].partition(";")[0]
    digits = _SEPARATORS.sub("", text.translate(_LOOKALIKES))
    if is_e164(digits):
        return digits
    if not re.fullmatch(r"\+?[0-9]+", digits):
        return None
    north_american = _NORTH_AMERICA.fullmatch(digits.removeprefix("+"))
    if north_american is not None:
        return f"+1{north_american[1]}"
    for prefix in ("00", "011"):  # of calls abroad, in most countries and in North America
        if digits.startswith(prefix) and is_e164(abroad := "+" + digits.removeprefix(prefix)):
            return abroad
    # as long as that, a number has its country code
    return f"+{digits}" if len(digits) > 10 and is_e164(f"+{digits}") else None


def _phonenumbers() -> Any:
    try:
        import phonenumbers
    except ImportError:
        raise CampaignError("a country needs phonenumbers: pip install 'jambonz-sync[campaign]'") from None
    return phonenumbers


def check_country(country: str) -> str:
    """Return a country as two capital letters.

    Args:
        country: The country, in any case.
    Raises:
        CampaignError: There is no such country, or phonenumbers is not installed.
    """
    library = _phonenumbers()
    code = country.strip().upper()
    if code not in library.SUPPORTED_REGIONS:
        near = _OTHER_NAMES.get(code) or nearest(code, library.SUPPORTED_REGIONS)
        raise CampaignError(f"{country!r} is no country: write two letters, such as US{did_you_mean(near)}")
    return code


def _read_in(digits: str, country: str) -> str:
    """Read a number as it is dialled in a country."""
    library = _phonenumbers()
    reasons = {
        library.ValidationResult.TOO_SHORT: "is too short for a number of",
        library.ValidationResult.TOO_LONG: "is too long for a number of",
        library.ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "has no area code, and is too short for a number of",
    }
    try:
        number = library.parse(digits, country)
    except library.NumberParseException:
        raise InvalidNumber(f"is no phone number of {country}") from None
    result = library.is_possible_number_with_reason(number)
    if result != library.ValidationResult.IS_POSSIBLE:
        reason = reasons.get(result, "has not the length of a number of")
        raise InvalidNumber(f"{reason} {country}", suggestion=_suggest(digits))
    found: str = library.format_number(number, library.PhoneNumberFormat.E164)
    if not is_e164(found):
        raise InvalidNumber(f"is no phone number of {country}")
    return found
