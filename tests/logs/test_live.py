"""The log of an app that somebody is writing: what is shown of it, and how."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Iterator

import pytest

from jambonz_sync.logs.live import LiveFormatter, log_live
from tests.logs.test_formatter import record

Show = list[str]


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    before, of_ours = logging.root.level, logging.getLogger("jambonz_sync").level
    yield io.StringIO()
    logging.root.setLevel(before)
    logging.getLogger("jambonz_sync").setLevel(of_ours)


def shown(stream: io.StringIO) -> list[str]:
    return [re.sub(r"^\d\d:\d\d:\d\d ", "", line) for line in stream.getvalue().splitlines()]


def message(kind: str, direction: str = "<-", about: str = "") -> dict[str, object]:
    return {"jambonz": {"event": "message", "direction": direction, "kind": kind, "about": about}}


def test_what_happens_is_shown_in_few_words_with_the_call_and_without_what_lines_tell_anyway(
    stream: io.StringIO,
) -> None:
    handler = log_live("plain", stream)
    log = logging.getLogger("jambonz_sync.session")
    try:
        assert handler is not None
        log.info("call %s: begins at /", "0123456789ab", extra={"jambonz": {"event": "begins"}})
        log.debug("call %s: {...}", "0123456789ab", extra=message("verb:status", about="event finished"))
        for kind in ("ack", "redirect", "session:new", "verb:hook", "tts:tokens-result"):
            log.debug("call %s: {...}", "0123456789ab", extra=message(kind))
        log.debug("call %s: {...}", "0123456789ab", extra=message("tts:flush", "->"))
        log.debug("a detail")
        log.warning("call %s: beware", "0123456789ab")
        logging.getLogger("shop").info("of the application, 4111111111111111")
    finally:
        if handler is not None:
            logging.root.removeHandler(handler)
    assert shown(stream) == [
        "01234567 begins at /",
        "01234567 <- verb:status  event finished",
        "01234567 -> tts:flush",
        "01234567 warning: beware",
        "of the application, ************1111",
    ]


def test_a_failure_is_shown_with_the_lines_of_the_application_alone() -> None:
    def lookup() -> None:
        json.loads("{")

    try:
        lookup()
    except ValueError as exc:
        failed = record("call %s: it failed", "abc", level=logging.ERROR, exc_info=(ValueError, exc, None))
        failed.exc_info = (ValueError, exc, exc.__traceback__)
    lines = [re.sub(r":\d+ in", ":N in", line) for line in LiveFormatter(color=False).format(failed).splitlines()]
    assert lines[0].endswith("abc      error: it failed")
    assert lines[1:] == [
        "    tests/logs/test_live.py:N in test_a_failure_is_shown_with_the_lines_of_the_application_alone",
        "        lookup()",
        "    tests/logs/test_live.py:N in lookup",
        '        json.loads("{")',
        "    json.decoder.JSONDecodeError: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)",
    ]


def test_colours_tell_calls_apart_and_end_where_they_should() -> None:
    formatter = LiveFormatter(color=True)
    lines = [formatter.format(record("call %s: x", sid)) for sid in ("a", "b", "c", "d")]
    assert len({re.sub(r".*(\x1b\[\d+m)\w +.*", r"\1", line) for line in lines}) > 1
    for line in lines:
        assert line.count("\x1b[0m") == len(re.findall(r"\x1b\[[1-9]\d*m", line))


def test_lines_for_machines_are_json_and_without_a_mode_nothing_changes(stream: io.StringIO) -> None:
    handlers = list(logging.root.handlers)
    assert log_live(None) is None
    assert log_live("odd") is None
    assert logging.root.handlers == handlers
    handler = log_live("json", stream)
    try:
        logging.getLogger("jambonz_sync.session").info("call %s: x", "abc")
    finally:
        if handler is not None:
            logging.root.removeHandler(handler)
    assert json.loads(stream.getvalue())["call_sid"] == "abc"
