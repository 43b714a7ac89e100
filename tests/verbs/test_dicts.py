"""The dicts that may stand for components: what type checkers know of them is what the dataclasses say."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

import pytest

from tests.typing.component_dicts import STUB, dict_classes, keys, stub


def test_the_stub_is_what_the_dataclasses_say() -> None:
    assert STUB.read_text() == stub(), "run: python -m tests.typing.component_dicts"


def test_each_key_is_there_in_both_spellings_and_what_must_be_set_is_required() -> None:
    classes = dict_classes()
    assert dict(keys(classes["Synthesizer"]))["vendor"] == "Required[str]"
    written = dict(keys(classes["BargeIn"]))
    assert written["action_hook"] == written["actionHook"]
    assert len(classes) > 60


def test_at_run_time_each_is_any_mapping_and_nothing_else_is_there() -> None:
    dicts = importlib.import_module("jambonz_sync.verbs.dicts")
    assert dicts.SynthesizerDict == Mapping[str, Any]
    with pytest.raises(AttributeError, match="no attribute 'Synthesizer'"):
        dicts.Synthesizer  # noqa: B018 - the access is the test
