"""Verbs and components as dataclasses."""

from __future__ import annotations

import dataclasses
import pickle
from typing import Any

import pytest

from jambonz_sync import verbs
from jambonz_sync.model.compile import compiled
from jambonz_sync.model.declare import Dialect, Flaw, Model, documented, options
from jambonz_sync.verbs import Gather, Say, components

from .facts import all_models


@pytest.mark.parametrize("cls", all_models(), ids=lambda cls: cls.__name__)
def test_a_model_is_a_frozen_dataclass_of_keyword_only_options(cls: type[Model]) -> None:
    assert dataclasses.is_dataclass(cls)
    assert all(field.kw_only for field in dataclasses.fields(cls))
    values: dict[str, Any] = {one.name: "x" for one in options(cls) if one.required}
    made = cls(**values)
    with pytest.raises(dataclasses.FrozenInstanceError):
        made.extra = {}  # type: ignore[misc]


@pytest.mark.parametrize("cls", all_models(), ids=lambda cls: cls.__name__)
def test_the_docstring_of_a_model_tells_of_every_option_and_of_no_other(cls: type[Model]) -> None:
    about, meant = documented(cls)
    assert about.endswith(".")
    assert meant.keys() == {field.name for field in dataclasses.fields(cls)}
    assert [name for name, text in meant.items() if not text.endswith((".", ")"))] == []


@pytest.mark.parametrize("server", [None, "0.9"])
@pytest.mark.parametrize("cls", all_models(), ids=lambda cls: cls.__name__)
def test_every_option_of_a_model_is_checked(cls: type[Model], server: str | None) -> None:
    build = compiled(cls, Dialect(server))
    for one in options(cls):
        with pytest.raises(Flaw) as caught:
            build({one.wire: object()})
        assert caught.value.where in ([one.wire], [])  # nowhere in it if the server lacks all of it


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


def test_equal_options_make_equal_models() -> None:
    assert Say(text="x") == Say(text="x") != Say(text="y")
    assert Say(text="x") != Gather()
    assert Say(text="x") != "x"
    with pytest.raises(TypeError, match="unhashable"):
        hash(Say(text="x"))


def test_repr_shows_what_was_set() -> None:
    assert repr(Gather(timeout=5, say=Say(text="x"))) == "Gather(timeout=5, say=Say(text='x'))"


def test_a_model_can_be_pickled_and_replaced() -> None:
    say = Say(text="x", loop=2)
    assert pickle.loads(pickle.dumps(say)) == say
    assert dataclasses.replace(say, text="y") == Say(text="y", loop=2)
