"""The words of the server's JavaScript about text that is no JSON, as Node 20 says them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jambonz_sync.simulator.engine.javascript import JsonError, parse_json, truthy


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Unexpected end of JSON input"),
        ("{", "Expected property name or '}' in JSON at position 1"),
        ("[", "Unexpected end of JSON input"),
        ("rubbish", "Unexpected token 'r', \"rubbish\" is not valid JSON"),
        ('{"a"', "Expected ':' after property name in JSON at position 4"),
        ('{"a":', "Unexpected end of JSON input"),
        ('{"a":1', "Expected ',' or '}' after property value in JSON at position 6"),
        ('{"a":1,', "Expected double-quoted property name in JSON at position 7"),
        ("[1,", "Unexpected end of JSON input"),
        ("[1", "Expected ',' or ']' after array element in JSON at position 2"),
        ('"abc', "Unterminated string in JSON at position 4"),
        ("{a:1}", "Expected property name or '}' in JSON at position 1"),
        ('{"a" 1}', "Expected ':' after property name in JSON at position 5"),
        ("nul", "Unexpected end of JSON input"),
        ("tru", "Unexpected end of JSON input"),
        ("1 2", "Unexpected non-whitespace character after JSON at position 2"),
        ("[1 2]", "Expected ',' or ']' after array element in JSON at position 3"),
        ('{"a":1 "b"}', "Expected ',' or '}' after property value in JSON at position 7"),
        ("NaN", '"NaN" is not valid JSON'),
        ("undefined", '"undefined" is not valid JSON'),
        ("Infinity", '"Infinity" is not valid JSON'),
        ("[object Object]", '"[object Object]" is not valid JSON'),
        ("\x00", "Unexpected token '\x00', \"\x00\" is not valid JSON"),
        ('"a\nb"', "Bad control character in string literal in JSON at position 2"),
        ('"\\x"', "Bad escaped character in JSON at position 2"),
        ('"\\u12"', "Bad Unicode escape in JSON at position 5"),
        ("1.", "Unterminated fractional number in JSON at position 2"),
        ("1e", "Exponent part is missing a number in JSON at position 2"),
        ("-", "No number after minus sign in JSON at position 1"),
        ("01", "Unexpected number in JSON at position 1"),
        ('{"type": "hello" rubbish here and more', "Expected ',' or '}' after property value in JSON at position 17"),
        ("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "Unexpected token 'x', \"xxxxxxxxxx\"... is not valid JSON"),
        (
            '{"type":"command","command":"redirect","data": NaN}',
            'Unexpected token \'N\', ..."","data": NaN}" is not valid JSON',
        ),
        ("]", "Unexpected token ']', \"]\" is not valid JSON"),
        ("}", "Unexpected token '}', \"}\" is not valid JSON"),
        ("[]]", "Unexpected non-whitespace character after JSON at position 2"),
        ('{"a":1,}', "Expected double-quoted property name in JSON at position 7"),
        ("[1,]", "Unexpected token ']', \"[1,]\" is not valid JSON"),
        ("{'a':1}", "Expected property name or '}' in JSON at position 1"),
        ('"x" y', "Unexpected non-whitespace character after JSON at position 4"),
        ('{"a":"b"', "Expected ',' or '}' after property value in JSON at position 8"),
        ("truee", "Unexpected non-whitespace character after JSON at position 4"),
        ("hello", "Unexpected token 'h', \"hello\" is not valid JSON"),
        ('{"a":tru}', 'Unexpected token \'}\', "{"a":tru}" is not valid JSON'),
        ('{"a":truu, "bbbbbbbbbbbbbbbbbbbbbb":1}', 'Unexpected token \'u\', "{"a":truu, "bbbbbb"... is not valid JSON'),
        ("[,]", "Unexpected token ',', \"[,]\" is not valid JSON"),
        ("{,}", "Expected property name or '}' in JSON at position 1"),
        ("{1:2}", "Expected property name or '}' in JSON at position 1"),
        ('{"a"::}', 'Unexpected token \':\', "{"a"::}" is not valid JSON'),
        ("😀", "Unexpected token '\ud83d', \"😀\" is not valid JSON"),
    ],
)
def test_text_that_is_no_json_is_told_of_in_the_words_of_the_server(text: str, words: str) -> None:
    with pytest.raises(JsonError) as caught:
        parse_json(text)
    assert str(caught.value) == words


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists))
def test_json_is_read(value: object) -> None:
    assert parse_json(json.dumps(value)) == value


@given(st.text(alphabet='{}[]",:truefalsn0123456789.-+eE\\u \n'))
def test_any_text_is_json_or_told_of(text: str) -> None:
    told = None
    try:
        parse_json(text)
    except JsonError as error:
        told = str(error)
    assert told != ""


@pytest.mark.parametrize(
    ("value", "is_true"), [([], True), ({}, True), ("", False), (0, False), (None, False), ("0", True), (1, True)]
)
def test_truth_is_that_of_javascript(value: object, is_true: bool) -> None:
    assert truthy(value) is is_true
