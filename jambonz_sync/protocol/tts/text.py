"""Places where a text may be cut in two on its way to a speech synthesiser.

jambonz counts text as JavaScript does, in UTF-16 code units: an emoji is two. A cut is made at a
word boundary, else between grapheme clusters; never inside an SSML tag, unless the "tag" alone is
longer than the limit.

Of the Unicode rules for grapheme clusters (UAX #29), these are kept: CR LF; combining marks,
variation selectors, emoji modifiers and tags stay with what they follow; zero-width joiner
sequences; regional indicators in pairs (flags); Hangul syllables written in jamo; consonants joined
by a virama. Not kept: prepended marks, which a few Indic scripts have.
"""

from __future__ import annotations

import re
import unicodedata

__all__ = ["cut", "ends_sentence", "open_tag", "trailing_blank", "units"]

_ZWJ = "\u200d"
_CJK_MARKS = "。！？、，；："  # noqa: RUF001 - the marks themselves
# a tag; one that is still being written counts as far as it goes, and has no group 1
_TAG = re.compile(r"""<(?:\Z|[A-Za-z/!?](?:[^<>"']|"[^"]*(?:"|\Z)|'[^']*(?:'|\Z))*+(?:(>)|\Z))""")
#: characters after which what began like a tag is taken to be none
_LONGEST_TAG = 300
_MARKS = ".!?؟۔。！？"  # noqa: RUF001 - the marks themselves


def units(text: str) -> int:
    """Return the length of a text as jambonz counts it.

    Args:
        text: The text.
    """
    if text.isascii():
        return len(text)
    return len(text) + sum(char > "\uffff" for char in text)


def ends_sentence(text: str) -> bool:
    """Tell whether jambonz hands all of a text to the synthesiser at once, keeping nothing of it back.

    Args:
        text: All that jambonz holds.
    Returns:
        True if it does.
    """
    if text[-1:] not in _MARKS:
        return text.endswith("\n\n")
    return bool(text) and not "0" <= text[-2:-1] <= "9"  # "3." may be the start of 3.5


def trailing_blank(text: str) -> int:
    """Count the blanks behind the last sentence.

    Args:
        text: The text.
    Returns:
        Their number; 0 if the text does not end in a sentence and blanks.
    """
    words = text.rstrip()
    return len(text) - len(words) if words and ends_sentence(words) else 0


def open_tag(text: str) -> int:
    """Count the characters of an SSML tag that is still being written.

    Args:
        text: The text, at whose end it may be.
    Returns:
        Their number; 0 if there is none.
    """
    start = max(0, len(text) - _LONGEST_TAG)
    if text.find("<", start) >= 0:
        for match in _TAG.finditer(text, start):
            if match.end() == len(text) and not match[1]:
                return len(text) - match.start()
    return 0


def cut(text: str, limit: int) -> int:
    """Find where to cut a text that is too long.

    Args:
        text: Longer than ``limit``.
        limit: Characters of its first part, as jambonz counts.
    Returns:
        An index above 0, with ``units(text[:index]) <= limit``.
    """
    end = _index(text, limit)
    tags: list[tuple[int, int]] = []
    for match in _TAG.finditer(text, 0, end + limit):
        start, stop = match.span()
        if start < end < stop:
            if start:
                end = start
            break
        tags.append((start, stop))

    def whole(index: int) -> bool:
        return not any(start < index < stop for start, stop in tags) and _breaks(text, index)

    blank = len(text) - len(text.lstrip())  # a cut within it would make a frame that says nothing
    for index in range(end, blank, -1):
        if (text[index - 1].isspace() or text[index - 1] in _CJK_MARKS) and whole(index):
            return index
    for index in range(end, 0, -1):
        if whole(index):
            return index
    return end


def _index(text: str, limit: int) -> int:
    """Return the largest index whose text before it is within ``limit``."""
    head = text[:limit]
    over = units(head) - limit
    while over > 0:  # each round takes off what is surely too much
        head = head[: len(head) - (over + 1) // 2]
        over = units(head) - limit
    return len(head)


def _breaks(text: str, index: int) -> bool:
    """Tell whether a grapheme cluster ends before ``text[index]``."""
    before, after = text[index - 1], text[index]
    if after < "\u0300":  # nothing below joins what is before it, but LF after CR
        return before != _ZWJ and not (after == "\n" and before == "\r")
    if before == _ZWJ or after in "\u200c\u200d\uff9e\uff9f" or unicodedata.category(after)[0] == "M":
        return False
    if "\U0001f3fb" <= after <= "\U0001f3ff" or "\U000e0020" <= after <= "\U000e007f":
        return False
    if _is_flag(before) and _is_flag(after):
        first = index - 1
        while first and _is_flag(text[first - 1]):
            first -= 1
        return (index - first) % 2 == 0
    if unicodedata.combining(before) == 9 and after.isalpha():
        return False
    return (_jamo(before), _jamo(after)) not in _SYLLABLE


def _is_flag(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


_SYLLABLE = frozenset(
    {
        *(("L", after) for after in ("L", "V", "LV", "LVT")),
        *((before, after) for before in ("LV", "V") for after in ("V", "T")),
        *((before, "T") for before in ("LVT", "T")),
    }
)


def _jamo(char: str) -> str:
    """Tell which part of a Hangul syllable ``char`` is."""
    if "\uac00" <= char <= "\ud7a3":
        return "LVT" if (ord(char) - 0xAC00) % 28 else "LV"
    if "\u1100" <= char <= "\u115f" or "\ua960" <= char <= "\ua97c":
        return "L"
    if "\u1160" <= char <= "\u11a7" or "\ud7b0" <= char <= "\ud7c6":
        return "V"
    if "\u11a8" <= char <= "\u11ff" or "\ud7cb" <= char <= "\ud7fb":
        return "T"
    return ""
