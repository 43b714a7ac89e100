"""The model against the schemas of jambonz 10 and 11, and against what a 0.9.8 server accepts."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from .facts import LINES, SERVER_09, Line, compare_line, compare_server


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.server)
def test_the_model_has_what_the_schema_of_a_line_has_and_no_more(line: Line) -> None:
    assert compare_line(line) == []


def test_with_a_server_the_model_takes_what_a_0_9_server_takes_and_no_more() -> None:
    assert compare_server() == []


def new_verb(schema: Any) -> None:
    schema["verbs"]["sing"] = {"verb": "sing", "properties": {}}


def new_option(schema: Any) -> None:
    schema["verbs"]["say"]["properties"]["mood"] = "string"


def other_type(schema: Any) -> None:
    schema["verbs"]["gather"]["properties"]["timeout"] = "string"


def one_more_type(schema: Any) -> None:
    schema["verbs"]["alert"]["properties"]["message"] = ["string", "number"]


def other_choice(schema: Any) -> None:
    schema["components"]["vad"]["properties"]["vendor"] = "enum(webrtc|silero|krisp)"


def other_bound(schema: Any) -> None:
    schema["components"]["vad"]["properties"]["mode"]["maximum"] = 4


def other_default(schema: Any) -> None:
    schema["verbs"]["dtmf"]["properties"]["duration"]["default"] = 250


def now_required(schema: Any) -> None:
    schema["verbs"]["say"]["required"] = ["text"]


def no_longer_required(schema: Any) -> None:
    schema["verbs"]["dial"]["required"] = []


def other_items(schema: Any) -> None:
    schema["verbs"]["dial"]["properties"]["codecs"]["list_of"] = "number"


def removed(schema: Any) -> None:
    del schema["verbs"]["say"]["properties"]["loop"]


def other_release(schema: Any) -> None:
    schema["verbs"]["say"]["since"] = "12.0.0"


def deep_option(schema: Any) -> None:
    options = schema["components"]["recognizer-speechmaticsOptions"]["properties"]
    options["transcription_config"]["properties"]["audio_filtering_config"]["properties"]["gate"] = "number"


def now_closed(schema: Any) -> None:
    schema["verbs"]["elevenlabs_s2s"]["properties"]["auth"]["closed"] = True


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        (new_verb, "sing: no such verb"),
        (new_option, "say.mood: no such option"),
        (other_type, "gather.timeout: string, the model says float | None"),
        (one_more_type, "alert.message: number, the model says <class 'str'>"),
        (other_choice, "vad.vendor: enum(webrtc|silero|krisp), the model says webrtc|silero"),
        (other_bound, "vad.mode: maximum 4, the model says 3"),
        (other_default, "dtmf.duration: default 250, the model says 500"),
        (now_required, "say.text: required True, the model says False"),
        (no_longer_required, "dial.target: required False, the model says True"),
        (other_items, "dial.codecs[]: number, the model says <class 'str'>"),
        (removed, "say.loop: the model has it, the schema does not"),
        (other_release, "say: since 12.0.0, the model says 0.9.6"),
        (
            deep_option,
            "recognizer-speechmaticsOptions.transcription_config.audio_filtering_config.gate: no such option",
        ),
        (now_closed, "elevenlabs_s2s.auth: closed, the model lets unknown options through"),
    ],
)
def test_a_newer_schema_shows_as_a_precise_difference(change: Callable[[Any], None], difference: str) -> None:
    schema: Any = copy.deepcopy(LINES[-1].schema)
    change(schema)
    assert difference in compare_line(Line("11", schema))


def test_another_server_shows_as_a_precise_difference() -> None:
    server = copy.deepcopy(SERVER_09)
    del server["say"]["properties"]["instructions"]
    server["vad"]["required"] = ["enable"]
    server["hangup"]["properties"]["reason"] = "string"
    found = compare_server(server)
    assert "say.instructions: the server refuses it" in found
    assert "gather.say.instructions: the server refuses it" in found
    assert "gather.recognizer.vad.enable: the server needs it" in found
    assert "hangup.reason: the server takes it" in found
