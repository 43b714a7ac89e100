"""The reference of the REST client has all that users can call, write and read, and says no more than was seen."""

from __future__ import annotations

import dataclasses
import inspect
import json
import sys
import typing
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from jambonz_sync.model.stored import StoredModel
from jambonz_sync.rest import models, resources

from .test_endpoints import METHODS

ROOT = Path(__file__).parents[2]

sys.path.insert(0, str(ROOT / "docs" / "_ext"))
try:
    reference: Any = import_module("rest_reference")
finally:
    del sys.path[0]

SECTIONS: Mapping[str, str] = reference.whole()
TITLES = "\n".join(reference.resource_reference())
MODELS = {name: cls for name in models.__all__ if isinstance(cls := getattr(models, name), type)}
#: method -> the class of its keyword arguments
FIELDS: dict[str, type] = {
    name: cls for name, method in METHODS.items() if (cls := reference.fields_of(method)) is not None
}


def attributes(cls: type[StoredModel]) -> set[str]:
    """All that can be read of a model, but for what all models have."""
    fields = {field.name for field in dataclasses.fields(cls)} - {"extra"}
    return fields | {name for name, _ in inspect.getmembers(cls, lambda member: isinstance(member, property))}


def test_there_is_something_to_look_at() -> None:
    assert len(MODELS) >= 40
    assert len(FIELDS) >= 25
    assert len(SECTIONS) >= 100


@pytest.mark.parametrize("attribute", sorted({method.partition(".")[0] for method in METHODS}))
def test_each_resource_is_there_with_all_its_methods(attribute: str) -> None:
    assert f"client.{attribute}\n~~~" in TITLES
    cls = next(cls for name, cls in import_module("endpoints").resource_classes().items() if name == attribute)
    section = SECTIONS[f"{resources.__name__}.{cls.__name__}"]
    assert ":members:" in section
    assert ":inherited-members:" in section


@pytest.mark.parametrize("method", FIELDS)
def test_each_field_that_a_method_takes_is_there(method: str) -> None:
    cls = FIELDS[method]
    names = reference.names_in(SECTIONS[f"{cls.__module__}.{cls.__name__}"])
    missing = cls.__annotations__.keys() - {"extra"} - names
    assert missing == set()


def test_each_class_of_fields_is_found() -> None:
    public = {
        f"{module.__name__}.{name}"
        for module in {import_module(method.__module__) for method in METHODS.values()}
        for name in module.__all__
        if typing.is_typeddict(getattr(module, name))
    }
    assert public <= SECTIONS.keys()


@pytest.mark.parametrize("name", MODELS)
def test_each_field_of_a_model_is_there_the_inherited_ones_too(name: str) -> None:
    assert attributes(MODELS[name]) - reference.names_in(SECTIONS[f"{models.__name__}.{name}"]) == set()


def test_what_methods_return_is_there() -> None:
    returned = {
        word
        for method in METHODS.values()
        for word in str(inspect.signature(method).return_annotation).replace("[", " ").replace("]", " ").split()
        if word.startswith("models.")
    }
    assert {f"jambonz_sync.rest.{name}" for name in returned} <= SECTIONS.keys()
    assert "jambonz_sync.rest.calls.NewCall" in SECTIONS


def test_what_is_missing_would_be_found() -> None:
    section = SECTIONS[f"{models.__name__}.Carrier"]
    without = section.replace("``trunk_type``", "")
    assert attributes(MODELS["Carrier"]) - reference.names_in(without) == {"trunk_type"}


def test_types_are_told_in_words() -> None:
    section = SECTIONS["jambonz_sync.rest.resources.applications.ApplicationFields"]
    assert "text of up to 12 characters" in section
    assert ":class:`~jambonz_sync.rest.models.Hook`" in SECTIONS[f"{models.__name__}.Application"]
    assert "time, or None" in SECTIONS[f"{models.__name__}.RecentCall"]
    assert "``botMemberId`` on the wire" in SECTIONS[f"{models.__name__}.ListenFork"]


# -- the table of endpoints

SEEN = json.loads((ROOT / "tests" / "facts" / "rest-seen.json").read_text())


def table() -> list[Any]:
    module = import_module("endpoints")
    return [*module.client_endpoints(), *module.endpoints()]


def test_the_table_says_of_each_method_what_was_seen_and_no_more() -> None:
    told = {
        kind: sorted(each.method for each in table() if each.seen == kind)
        for kind in ("run", "in part", "read", "newer")
    }
    assert told == {kind: sorted(methods) for kind, methods in SEEN.items() if kind != "server"}


def test_what_fails_although_it_was_run_has_a_remark() -> None:
    remarks = {each.method: each.remark for each in table()}
    for method in ("messages.create", "smpp_gateways.update", "smpp_gateways.delete"):
        assert "500" in remarks[method]
    assert "403" in remarks["users.me"]


def test_the_table_has_login_and_logout_too() -> None:
    assert [(each.method, each.http, each.path) for each in table()[:2]] == [
        ("login", "POST", "/login"), ("logout", "POST", "/logout")
    ]  # fmt: skip
    assert "``calls.create``\n     - ``POST /Accounts/" in reference.endpoint_table()
