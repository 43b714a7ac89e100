"""A recorded call, written down as a test of pytest."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

from ..simulator import Beep, HangUp, Played, Pressed, Said, Silence, Trace, TranscriptEntry, Turn

__all__ = ["source_of_test"]

_HEAD = '''"""A call that was recorded, and what the app has to say in it."""

from __future__ import annotations

from jambonz_sync.testing import PlaceCall

#: the app: a URL, or an endpoint or WSGI application that is imported
APP = {url!r}


def test_{name}(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(APP{options})
'''
_AUDIO = re.compile(r"\[audio: [\d.]+ s\]")


def source_of_test(trace: Trace, path: str | PurePath) -> str:
    """Return the source of a test that holds the conversation of a recorded call.

    Args:
        trace: The call.
        path: Where the source will be, which gives the test its name.
    """
    stem = re.sub(r"\W+", "_", PurePath(path).stem).strip("_").removeprefix("test_")
    given: dict[str, Any] = {name: trace.options[name] for name in ("from_", "to", "headers") if name in trace.options}
    if trace.env:
        given["env"] = dict(trace.env)
    options = "".join(f", {name}={value!r}" for name, value in given.items())
    lines = [f"    {line}\n" for line in _steps(trace)]
    return _HEAD.format(url=trace.url, name=stem or "call", options=options) + "".join(lines)


def _steps(trace: Trace) -> Iterator[str]:
    """Return the statements of the test."""
    repeats = _repeated(trace.entries)
    any_repeated = False
    for record in trace.records:
        if isinstance(record, TranscriptEntry):
            if record.who != "app" or _AUDIO.fullmatch(record.text):
                continue
            text = record.text
            if text in repeats:
                after = ", after=heard" if any_repeated else ""
                any_repeated = True
                yield f"heard = call.heard({text!r}{after})"
            else:
                yield f"call.heard({text!r})"
        elif isinstance(record, Turn):
            yield _turn(record)
    if trace.end_reason is not None:
        yield f"assert call.ended == {trace.end_reason!r}"


def _turn(turn: Turn) -> str:
    match turn:
        case Said():
            confidence = "" if turn.confidence == 0.95 else f", confidence={turn.confidence!r}"
            return f"call.says({turn.text!r}{confidence})"
        case Pressed():
            return f"call.presses({turn.keys!r})"
        case Played():
            return f"call.plays({turn.audio!r}, sample_rate={turn.sample_rate})"
        case Beep():
            return "call.beeps()"
        case Silence():
            return "call.is_silent()"
        case HangUp():
            return "call.hangs_up()"


def _repeated(entries: list[TranscriptEntry]) -> set[str]:
    texts = [entry.text for entry in entries if entry.who == "app"]
    return {text for text in texts if texts.count(text) > 1}
