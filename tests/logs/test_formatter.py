"""The lines of the log, for people and for machines, and the call of each."""

from __future__ import annotations

import json
import logging
import re
from typing import Any

import pytest

from jambonz_sync.logs import CallSidFilter, JambonzFormatter, call_sid


def record(message: str, *args: Any, level: int = logging.INFO, **attributes: Any) -> logging.LogRecord:
    made = logging.LogRecord("shop.bot", level, __file__, 1, message, args, None)
    made.__dict__.update(attributes)
    return made


def test_a_line_for_people_has_the_time_the_level_and_the_call() -> None:
    line = JambonzFormatter().format(record("call %s: card %s", "abc", "4111111111111111", level=logging.WARNING))
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} WARNING call abc: card \*{12}1111", line)


def test_a_line_of_the_application_has_the_call_in_whose_code_it_is_logged() -> None:
    token = call_sid.set("abc")
    try:
        assert JambonzFormatter().format(record("looked up %s", 7)).endswith(" INFO    call abc: looked up 7")
    finally:
        call_sid.reset(token)
    assert JambonzFormatter().format(record("looked up %s", 7)).endswith(" INFO    looked up 7")


def test_a_line_for_machines_is_one_json_object_with_the_facts() -> None:
    facts = {"event": "hook", "hook": "/heard", "ms": 1.5, "verbs": ["say"]}
    line = json.loads(JambonzFormatter(json=True).format(record("call %s: ü\n", "abc", jambonz=facts)))
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line.pop("time"))
    assert line == {"level": "INFO", "logger": "shop.bot", "call_sid": "abc", "message": "call abc: ü\n", **facts}


@pytest.mark.parametrize("as_json", [True, False])
def test_a_traceback_belongs_to_the_line_and_is_redacted_too(as_json: bool) -> None:
    try:
        raise ValueError("wss://u:s3cret@host")
    except ValueError as exc:
        failed = record("it failed", exc_info=(ValueError, exc, exc.__traceback__), stack_info="Stack:\n  here")
    text = JambonzFormatter(json=as_json).format(failed)
    assert "Traceback" in text
    assert "wss://u:[hidden]@host" in text
    assert "here" in text
    assert as_json is ("\n" not in text)


@pytest.mark.parametrize(
    ("line", "sid"),
    [
        (record("call %s: over", "abc"), "abc"),
        (record("call %s: over", "-"), "-"),
        (record("call %s: over", None), "-"),
        (record("of %s", "abc"), "-"),
        (record("plain", call_sid="own"), "own"),
        (record("%(a)s", {"a": 1}), "-"),
    ],
)
def test_the_filter_gives_any_formatter_the_call(line: logging.LogRecord, sid: str) -> None:
    assert CallSidFilter().filter(line) is True
    assert logging.Formatter("%(call_sid)s").format(line) == sid
