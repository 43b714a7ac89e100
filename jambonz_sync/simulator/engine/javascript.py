"""How the server's JavaScript reads JSON, and what it says about text that is none: its words reach the app."""

from __future__ import annotations

import json
import re
from typing import Any

__all__ = ["JsonError", "parse_json", "truthy"]

_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]*)?([eE][+-]?[0-9]*)?")
#: characters around the fault that are shown, of a text that is too long to be shown whole
_CONTEXT = 10
_WORDS = ("NaN", "Infinity", "undefined", "[object Object]")
_ESCAPES = '"\\/bfnrt'


class JsonError(ValueError):
    """The text is no JSON; the message is that of the server."""


def parse_json(text: str) -> Any:
    """Return the value of a JSON text. Raises JsonError."""
    try:
        return json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        try:
            end = _value(text, _space(text, 0))
            if _space(text, end) < len(text):
                _fail("Unexpected non-whitespace character after JSON", _space(text, end))
        except RecursionError:
            raise JsonError("Maximum call stack size exceeded") from None
        raise JsonError("Unexpected end of JSON input") from None


def truthy(value: object) -> bool:
    """Return True if JavaScript takes a value of JSON for true: empty arrays and objects are."""
    return isinstance(value, list | dict) or bool(value)


def _no_constant(name: str) -> object:
    raise ValueError(name)


def _fail(words: str, at: int) -> None:
    raise JsonError(f"{words} in JSON at position {at}" if "after JSON" not in words else f"{words} at position {at}")


def _unexpected(text: str, at: int) -> None:
    if at >= len(text):
        raise JsonError("Unexpected end of JSON input")
    if text in _WORDS:
        raise JsonError(f'"{text}" is not valid JSON')
    start, end = 0, len(text)
    if len(text) > 2 * _CONTEXT:
        start, end = max(0, at - _CONTEXT), min(len(text), at + _CONTEXT)
    before, after = "..." if start else "", "..." if end < len(text) else ""
    # the token is one unit of UTF-16
    token = text[at] if text[at] <= "\uffff" else chr(0xD800 + (ord(text[at]) - 0x10000 >> 10))
    raise JsonError(f"Unexpected token '{token}', {before}\"{text[start:end]}\"{after} is not valid JSON")


def _space(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\n\r":
        at += 1
    return at


def _value(text: str, at: int) -> int:
    """Return the end of the value that begins here. Raises JsonError."""
    start = text[at : at + 1]
    if start == '"':
        return _string(text, at)
    if start == "{":
        return _object(text, at + 1)
    if start == "[":
        return _array(text, at + 1)
    if start and (start.isdigit() or start == "-"):
        return _number(text, at)
    for word in ("true", "false", "null"):
        if start == word[0]:
            for offset, letter in enumerate(word):
                if text[at + offset : at + offset + 1] != letter:
                    _unexpected(text, at + offset)
            return at + len(word)
    _unexpected(text, at)
    return at


def _string(text: str, at: int) -> int:
    at += 1
    while at < len(text):
        letter = text[at]
        if letter == '"':
            return at + 1
        if letter < " ":
            _fail("Bad control character in string literal", at)
        if letter == "\\":
            at += 1
            if text[at : at + 1] == "u":
                for offset in range(1, 5):
                    if text[at + offset : at + offset + 1] not in tuple("0123456789abcdefABCDEF"):
                        _fail("Bad Unicode escape", at + offset)
                at += 4
            elif at < len(text) and text[at] not in _ESCAPES:
                _fail("Bad escaped character", at)
        at += 1
    _fail("Unterminated string", len(text))
    return at


def _number(text: str, at: int) -> int:
    match = _NUMBER.match(text, at)
    if match is None:
        _fail("No number after minus sign", at + 1)
        return at
    if match[2] == ".":
        _fail("Unterminated fractional number", match.end(2))
    if match[3] and not match[3][-1].isdigit():
        _fail("Exponent part is missing a number", match.end())
    if match[1] == "0" and text[match.end(1) : match.end(1) + 1].isdigit():
        _fail("Unexpected number", match.end(1))
    return match.end()


def _array(text: str, at: int) -> int:
    at = _space(text, at)
    if text[at : at + 1] == "]":
        return at + 1
    while True:
        at = _space(text, _value(text, _space(text, at)))
        if text[at : at + 1] == "]":
            return at + 1
        if text[at : at + 1] != ",":
            _fail("Expected ',' or ']' after array element", at)
        at += 1


def _object(text: str, at: int) -> int:
    at = _space(text, at)
    if text[at : at + 1] == "}":
        return at + 1
    words = "Expected property name or '}'"
    while True:
        at = _space(text, at)
        if text[at : at + 1] != '"':
            _fail(words, at)
        at = _space(text, _string(text, at))
        if text[at : at + 1] != ":":
            _fail("Expected ':' after property name", at)
        at = _space(text, _value(text, _space(text, at + 1)))
        if text[at : at + 1] == "}":
            return at + 1
        if text[at : at + 1] != ",":
            _fail("Expected ',' or '}' after property value", at)
        at, words = at + 1, "Expected double-quoted property name"
