"""Verbs and components as dataclasses."""

from __future__ import annotations

import dataclasses
import inspect
from typing import Any

import pytest

from jambonz_sync import verbs
from jambonz_sync.model.compile import compiled
from jambonz_sync.model.declare import Model, ServerTarget, documented, options
from jambonz_sync.model.validation import ValidationError
from jambonz_sync.verbs import components
from jambonz_sync.verbs.chain import VerbChain

from .. import docstrings
from .facts import all_models


@pytest.mark.parametrize("cls", all_models(), ids=lambda cls: cls.__name__)
def test_a_model_is_a_frozen_dataclass_of_keyword_only_options_but_for_one_subject(cls: type[Model]) -> None:
    assert dataclasses.is_dataclass(cls)
    positional = [field.name for field in dataclasses.fields(cls) if not field.kw_only]
    assert positional == [one.name for one in options(cls) if one.is_subject]
    assert len(positional) <= 1
    values: dict[str, Any] = {one.name: "x" for one in options(cls) if one.required}
    made: Any = cls(**values)
    with pytest.raises(dataclasses.FrozenInstanceError):
        made.extra = {}


@pytest.mark.parametrize("cls", all_models(), ids=lambda cls: cls.__name__)
def test_the_docstring_of_a_model_tells_of_every_option_and_of_no_other(cls: type[Model]) -> None:
    about, meanings = documented(cls)
    names = [field.name for field in dataclasses.fields(cls)]
    assert about.endswith(".")
    assert list(meanings) == names
    assert [name for name, text in meanings.items() if not text.endswith((".", ")"))] == []
    entries = docstrings.parse(cls.__doc__ or "").entries("Args")
    assert cls is verbs.Verb or entries == [name for name in names if name in entries]


@pytest.mark.parametrize("server", [None, "0.9"])
@pytest.mark.parametrize("cls", all_models(), ids=lambda cls: cls.__name__)
def test_every_option_of_a_model_is_checked(cls: type[Model], server: str | None) -> None:
    build = compiled(cls, ServerTarget(server))
    for one in options(cls):
        with pytest.raises(ValidationError) as caught:
            build({one.wire: object()})
        assert caught.value.steps in ([one.wire], [])  # nowhere in it if the server lacks all of it


@pytest.mark.parametrize("package", [verbs, components], ids=["verbs", "components"])
def test_a_package_hands_out_every_class_that_it_lists(package: Any) -> None:
    for name in package.__all__:
        assert getattr(package, name) is not None
        assert name in dir(package)
    with pytest.raises(AttributeError, match="no attribute 'Sing'"):
        package.Sing  # noqa: B018


def test_every_component_that_a_verb_takes_can_be_imported() -> None:
    for cls in all_models():
        if cls.__module__.startswith("jambonz_sync.verbs.components"):
            assert getattr(components, cls.__name__) is cls


BASES = {"SpeechToSpeech", "_AnyVendor", "TransferOptions", "Verb"}


@pytest.mark.parametrize("cls", all_models(), ids=lambda cls: cls.__name__)
def test_the_options_that_are_seldom_used_come_last(cls: type[Model]) -> None:
    names = list(inspect.signature(cls).parameters)
    if cls.__name__ not in BASES:
        assert names[-2:] == ["id", "extra"] if issubclass(cls, verbs.Verb) else names[-1] == "extra"


@pytest.mark.parametrize(
    ("method", "subject"),
    [
        *(
            ("say", "text"),
            ("play", "url"),
            ("gather", "input action_hook"),
            ("dial", "target"),
            ("llm", "vendor model"),
        ),
        *(("openai_s2s", "model llm_options auth"), ("elevenlabs_s2s", "model llm_options auth"), ("pause", "length")),
        *(("transfer", "target mode"), ("room", "name"), ("stream", "url"), ("agent", "llm stt tts")),
        *(("transcribe", "transcription_hook"), ("message", "to from_ text"), ("redirect", "action_hook")),
    ],
)
def test_a_verb_names_first_what_it_is_about(method: str, subject: str) -> None:
    names = list(inspect.signature(getattr(VerbChain, method)).parameters)
    assert names[1 : len(subject.split()) + 1] == subject.split()


@pytest.mark.parametrize("method", verbs.VERBS)
def test_a_signature_shows_options_and_nothing_of_how_they_are_declared(method: str) -> None:
    signature = inspect.signature(getattr(VerbChain, method))
    assert {parameter.default for parameter in signature.parameters.values()} <= {None, inspect.Parameter.empty}
    assert signature.return_annotation == "Self"
