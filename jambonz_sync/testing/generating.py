"""A recorded call, written down as a test of pytest."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

from ..simulator import (
    Beep,
    Callee,
    ConnectionDrop,
    HangUp,
    Hold,
    Pace,
    PhoneRequest,
    Played,
    Pressed,
    Refer,
    Resume,
    Said,
    Silence,
    SipRequest,
    Timed,
    Trace,
    TranscriptEntry,
    Turn,
)
from ..simulator.trace import scenario_from_dict

__all__ = ["source_of_test"]

_HEAD = '''"""A call that was recorded, and what the app has to say in it."""

from __future__ import annotations

{imports}from jambonz_sync.testing import PlaceCall

#: the app: a URL, or an endpoint or WSGI application that is imported
APP = {url!r}


def test_{name}(jambonz_call: PlaceCall) -> None:
    call = jambonz_call(APP{options})
'''
_PACE = Pace()
_SAID = Said("")
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
    lines = [f"    {line}\n" for line in [*_dialled(trace), *_steps(trace)]]
    imports = "from jambonz_sync.simulator import Said\n" if any("(Said(" in line for line in lines) else ""
    head = _HEAD.format(url=trace.url, name=stem or "call", options=options, imports=imports)
    return head + "".join(lines)


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
        elif isinstance(record, Timed):
            yield _timed(record)
        elif isinstance(record, Turn):
            yield _turn(record)
    if trace.end_reason is not None:
        yield f"assert call.ended == {trace.end_reason!r}"


def _turn(turn: Turn) -> str:
    match turn:
        case Said():
            return f"call.says({_words(turn)})"
        case Pressed():
            return f"call.presses({turn.keys!r})"
        case Played():
            return f"call.plays({turn.audio!r}, sample_rate={turn.sample_rate})"
        case Beep():
            return f"call.beeps({', '.join(_frequency(turn))})"
        case Silence():
            return "call.is_silent()"
        case HangUp():
            return "call.hangs_up()"
        case _:
            return _request("call", turn)


def _request(party: str, request: PhoneRequest, after: float = 0.0) -> str:
    """Return the statement for what a phone sends within the call."""
    match request:
        case Refer():
            name, values = "refers", [repr(request.to), *_headers(request)]
        case Hold():
            name, values = "holds", []
        case Resume():
            name, values = "resumes", []
        case SipRequest():
            body = [repr(request.body)] if request.body else []
            name, values = "sends_request", [repr(request.method), *body, *_headers(request)]
    return f"{party}.{name}({', '.join([*values, *_moment(after)])})"


def _headers(request: Refer | SipRequest) -> list[str]:
    return [f"headers={dict(request.headers)!r}"] if request.headers else []


def _words(said: Said, *more: str) -> str:
    """Return the arguments for what somebody says: the words, or all that the recogniser tells of them."""
    values = {
        name: getattr(said, name)
        for name in ("confidence", "language", "translations", "alternatives", "vendor_event")
        if getattr(said, name) != getattr(_SAID, name)
    }
    options = [f"{name}={value!r}" for name, value in values.items()]
    if not values.keys() - {"confidence"}:
        return ", ".join([repr(said.text), *more, *options])
    return ", ".join([f"Said({', '.join([repr(said.text), *options])})", *more])


def _frequency(beep: Beep) -> list[str]:
    return [] if beep == Beep() else [f"frequency={beep.frequency}"]


def _timed(timed: Timed) -> str:
    """Return the statement for what the caller did at a moment; it is told from when they begin to be heard."""
    match timed.turn:
        case Said() as said:
            lead = _PACE.before_speech if said.lead is None else said.lead
            return f"call.interrupts({_words(said, f'after={timed.after + lead:g}')})"
        case Pressed() as pressed:
            lead = _PACE.before_key if pressed.lead is None else pressed.lead
            return f"call.presses({pressed.keys!r}, after={timed.after + lead:g})"
        case HangUp():
            return f"call.hangs_up(after={timed.after:g})"
        case ConnectionDrop():
            return f"call.drops_connection(after={timed.after:g})"
        case Refer() | Hold() | Resume() | SipRequest() as request:
            return _request("call", request, timed.after)
        case turn:
            return _turn(turn)


def _turn_of_dialled(timed: Timed) -> str:
    """Return the statement for what somebody did who was dialled, so many seconds after they were connected."""
    match timed.turn:
        case Said() as said:
            after = timed.after + (0.0 if said.lead is None else said.lead - _PACE.before_speech)
            return f"call.dialled.says({_words(said, *_moment(after))})"
        case Pressed() as pressed:
            lead = _PACE.before_key if pressed.lead is None else pressed.lead
            return f"call.dialled.presses({pressed.keys!r}, after={timed.after + lead:g})"
        case Beep() as beep:
            values = [*_frequency(beep), *_moment(timed.after + (beep.lead or 0.0))]
            return f"call.dialled.beeps({', '.join(values)})"
        case Refer() | Hold() | Resume() | SipRequest() as request:
            return _request("call.dialled", request, timed.after)
        case Played() as played:
            seconds = f"{played.clip().seconds:.1f} s, {timed.after:g} s after they were connected"
            return f"# somebody who is dialled plays no audio in a test: {seconds}"
        case other:
            raise TypeError(f"no turn of somebody who is dialled: {other}")


def _moment(after: float) -> list[str]:
    return [f"after={after:g}"] if after > 0 else []


def _dialled(trace: Trace) -> Iterator[str]:
    """Return the statements for those who were dialled, unless all of them did what they do by themselves."""
    described = trace.options.get("scenario")
    callees = scenario_from_dict(described).callees if isinstance(described, dict) else ()
    known = [callee for callee in callees if isinstance(callee, Callee)]
    if all(_does_as_usual(callee) for callee in known):
        return
    for callee in known:
        if callee.status is None:
            yield "call.dialled.never_answers()"
        elif callee.status == 200:
            yield f"call.dialled.answers(after={_after(callee):g})"
            if callee.hangs_up is not None:
                stays = _PACE.talk if callee.hangs_up < 0 else callee.hangs_up
                yield f"call.dialled.hangs_up(after={round(_after(callee) + stays, 3):g})"
        else:
            yield "call.dialled.is_busy()" if callee.status == 486 else f"call.dialled.refuses({callee.status})"
        yield from (f"call.dialled.presses({keys!r})" for keys in callee.presses)
        yield from map(_turn_of_dialled, callee.turns)


def _does_as_usual(callee: Callee) -> bool:
    acts = bool(callee.presses or callee.turns)
    return not acts and (callee.status, callee.hangs_up) == (200, _PACE.talk) and _after(callee) == _PACE.ring


def _after(callee: Callee) -> float:
    """Return the seconds for which the phone has rung."""
    return _PACE.ring if callee.after is None else callee.after


def _repeated(entries: list[TranscriptEntry]) -> set[str]:
    texts = [entry.text for entry in entries if entry.who == "app"]
    return {text for text in texts if texts.count(text) > 1}
