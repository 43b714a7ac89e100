"""Environment variables of an application: declared in a dict or a class, read with their types and defaults."""

from __future__ import annotations

import dataclasses
import json
import logging
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jambonz_sync.errors import EnvVarError
from jambonz_sync.protocol.env import EnvVars, env_var

GREETING = {"type": "string", "description": "First words", "default": "Hello!"}


class Settings:
    GREETING: str = env_var("Hello!", description="First words", ui_hint="textarea")
    TRIES: int = 3
    SPEED: float = 1
    RECORD: bool = False
    VOICE: Literal["low", "high"] = "low"
    API_KEY: str = env_var(description="Key of the weather service", obscure=True)
    CARRIER: str | None = env_var(description="Way out", jambonz_resource="carriers")


def test_a_dict_is_answered_as_it_was_declared_in_its_order() -> None:
    declared = {
        "ZEBRA": {"type": "number", "description": "Z"},
        "ALPHA": {"type": "boolean", "description": "A", "required": True},
        "GREETING": GREETING,
    }
    assert json.dumps(EnvVars.parse(declared).schema()) == json.dumps(declared)


@pytest.mark.parametrize(("given", "wire"), [("ui_hint", "uiHint"), ("uiHint", "uiHint")])
def test_options_may_be_spelt_either_way_and_go_out_in_the_spelling_of_the_wire(given: str, wire: str) -> None:
    schema = EnvVars.parse({"PROMPT": {"type": "string", "description": "P", given: "textarea"}}).schema()
    assert schema["PROMPT"][wire] == "textarea"
    assert "ui_hint" not in schema["PROMPT"]


def test_a_class_declares_types_defaults_enums_and_what_is_required() -> None:
    assert EnvVars.parse(Settings).schema() == {
        "GREETING": {"type": "string", "description": "First words", "default": "Hello!", "uiHint": "textarea"},
        "TRIES": {"type": "number", "description": "Tries", "default": 3},
        "SPEED": {"type": "number", "description": "Speed", "default": 1.0},
        "RECORD": {"type": "boolean", "description": "Record", "default": False},
        "VOICE": {"type": "string", "description": "Voice", "default": "low", "enum": ["low", "high"]},
        "API_KEY": {
            "type": "string",
            "description": "Key of the weather service",
            "required": True,
            "obscure": True,
        },
        "CARRIER": {"type": "string", "description": "Way out", "jambonzResource": "carriers"},
    }
    assert next(iter(EnvVars.parse(Settings).schema())) == "GREETING"


def test_a_schema_that_is_changed_by_its_reader_does_not_change_the_declaration() -> None:
    env = EnvVars.parse({"GREETING": GREETING})
    env.schema()["GREETING"]["default"] = "Bye"
    assert env.schema()["GREETING"]["default"] == "Hello!"


@pytest.mark.parametrize(
    ("name", "spec", "message"),
    [
        ("A", {"description": "x"}, "type is missing"),
        ("A", {"type": "string"}, "description is missing"),
        ("A", {"type": "text", "description": "x"}, "A.type: expected one of string, number, boolean, got 'text'"),
        (
            "A",
            {"type": "string", "description": "x", "defualt": "y"},
            r"A.defualt: unknown option .*mean default\?",
        ),
        ("A", {"type": "number", "description": "x", "default": "3"}, "A.default: expected a number"),
        ("A", {"type": "number", "description": "x", "default": True}, "A.default: expected a number"),
        ("A", {"type": "number", "description": "x", "default": float("nan")}, "A.default: expected a number"),
        ("A", {"type": "boolean", "description": "x", "default": "true"}, "A.default: expected a boolean"),
        ("A", {"type": "string", "description": "x", "enum": []}, "at least one value"),
        ("A", {"type": "string", "description": "x", "enum": ["a", 1]}, "A.enum: expected a string"),
        ("A", {"type": "string", "description": "x", "enum": ["a"], "default": "b"}, "not one of its enum"),
        ("A", {"type": "string", "description": "x", "ui_hint": "slider"}, "A.uiHint: expected one of input, textarea"),
        ("A", {"type": "string", "description": "x", "jambonzResource": "phones"}, "A.jambonzResource"),
        ("A", {"type": "string", "description": "x", "required": "yes"}, "A.required: expected bool"),
        ("A", "string", "expected a dict"),
        ("MY VAR", GREETING, "only letters"),
        (7, GREETING, "only letters"),
    ],
)
def test_a_wrong_declaration_is_refused_when_it_is_made(name: Any, spec: Any, message: str) -> None:
    with pytest.raises(EnvVarError, match=message) as caught:
        EnvVars.parse({name: spec})
    assert caught.value.name == str(name)


def test_a_class_with_an_annotation_that_no_variable_can_have_is_refused() -> None:
    class Wrong:
        PHONES: list[str]

    with pytest.raises(EnvVarError, match="PHONES: expected str, int, float, bool or a Literal"):
        EnvVars.parse(Wrong)

    class Mixed:
        LINE: str | int | None = None

    with pytest.raises(EnvVarError, match="LINE: expected str, int, float, bool or a Literal"):
        EnvVars.parse(Mixed)


def test_a_class_whose_whole_number_defaults_to_a_fraction_is_refused() -> None:
    class Wrong:
        TRIES: int = env_var(1.5)

    with pytest.raises(EnvVarError, match=r"TRIES\.default: expected a whole number"):
        EnvVars.parse(Wrong)


@pytest.mark.parametrize("declared", [7, "GREETING", [GREETING], object])
def test_what_is_neither_dict_nor_class_of_variables_is_refused(declared: Any) -> None:
    with pytest.raises(TypeError, match="env_vars"):
        EnvVars.parse(declared)


def test_nothing_declared_is_an_empty_declaration_that_keeps_what_is_given() -> None:
    env = EnvVars.parse(None)
    assert (len(env), env.schema()) == (0, {})
    assert env.values({"NEW": "kept"}) == {"NEW": "kept"}


def test_a_declaration_that_is_parsed_already_is_taken_as_it_is() -> None:
    env = EnvVars.parse({"GREETING": GREETING})
    assert EnvVars.parse(env) is env
    assert "GREETING" in env


def test_values_that_arrive_as_strings_get_their_declared_types() -> None:
    values = EnvVars.parse(Settings).values(
        {"TRIES": "5.0", "SPEED": "2", "RECORD": "True", "VOICE": "high", "API_KEY": "k", "CARRIER": "c", "NEW": 1}
    )
    assert dict(values) == {
        "GREETING": "Hello!",
        "TRIES": 5,
        "SPEED": 2.0,
        "RECORD": True,
        "VOICE": "high",
        "API_KEY": "k",
        "CARRIER": "c",
        "NEW": 1,
    }
    assert type(values["TRIES"]) is int
    assert type(values["SPEED"]) is float


def test_values_not_given_have_their_defaults_and_none_without_one() -> None:
    values = EnvVars.parse(Settings).values({"API_KEY": "k", "TRIES": "", "VOICE": None})
    assert (values["TRIES"], values["VOICE"], values["CARRIER"]) == (3, "low", None)


def test_an_empty_string_is_a_value_where_any_string_is_allowed() -> None:
    assert EnvVars.parse({"GREETING": GREETING}).values({"GREETING": ""})["GREETING"] == ""


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"TRIES": "many"}, "TRIES: expected a number, got 'many'"),
        ({"TRIES": "1.5"}, "TRIES: expected a whole number"),
        ({"TRIES": True}, "TRIES: expected a number"),
        ({"SPEED": "nan"}, "SPEED: expected a number"),
        ({"SPEED": "inf"}, "SPEED: expected a number"),
        ({"SPEED": 10**400}, "SPEED: expected a number"),
        ({"RECORD": "yes"}, "RECORD: expected true or false"),
        ({"RECORD": 1}, "RECORD: expected true or false"),
        ({"VOICE": "loud"}, "VOICE: expected one of low, high, got 'loud'"),
        ({"GREETING": ["Hello"]}, "GREETING: expected a string"),
    ],
)
def test_a_wrong_value_raises_an_error_that_names_the_variable(given: dict[str, Any], message: str) -> None:
    with pytest.raises(EnvVarError, match=message) as caught:
        EnvVars.parse(Settings).values({"API_KEY": "k", **given})
    assert caught.value.name == next(iter(given))


def test_a_required_variable_without_a_value_raises() -> None:
    with pytest.raises(EnvVarError, match="API_KEY is required, and has no value"):
        EnvVars.parse(Settings).values(None)


def test_the_value_of_an_obscure_variable_is_in_no_error() -> None:
    with pytest.raises(EnvVarError) as caught:
        EnvVars.parse(Settings).values({"API_KEY": ["s3cret"]})
    assert "s3cret" not in str(caught.value)


def test_a_call_with_wrong_values_goes_on_with_the_defaults_and_one_warning_each(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING, "jambonz_sync"):
        values = EnvVars.parse(Settings).usable_values({"TRIES": "many", "VOICE": "high"}, call_sid="CA1")
    assert (values["TRIES"], values["VOICE"], values["API_KEY"]) == (3, "high", None)
    lines = [record.getMessage() for record in caplog.records]
    assert lines == [
        "call CA1: TRIES: expected a number, got 'many'; the default is used",
        "call CA1: API_KEY is required, and has no value; the default is used",
    ]


def test_numbers_and_booleans_are_written_out_where_a_string_is_declared() -> None:
    env = EnvVars.parse({"GREETING": GREETING})
    assert [env.values({"GREETING": given})["GREETING"] for given in (7, 1.5, True, False)] == [
        "7",
        "1.5",
        "true",
        "false",
    ]


def test_what_a_class_keeps_to_itself_or_an_option_that_is_none_declares_nothing() -> None:
    class Own:
        _secret: str = "x"
        helper = 3
        GREETING: str = "Hello!"

    assert list(EnvVars.parse(Own).schema()) == ["GREETING"]
    assert EnvVars.parse({"GREETING": {**GREETING, "enum": None}}).schema() == {"GREETING": GREETING}


@pytest.mark.parametrize("given", ["GREETING=x", ["GREETING"], 7])
def test_values_that_are_no_object_count_as_none_given(given: Any, caplog: pytest.LogCaptureFixture) -> None:
    env = EnvVars.parse({"GREETING": GREETING})
    assert env.usable_values(given, call_sid="CA1") == {"GREETING": "Hello!"}
    assert "call CA1: env_vars: expected an object" in caplog.text
    with pytest.raises(EnvVarError, match="expected an object"):
        env.values(given)


def test_values_are_read_by_name_as_a_mapping_and_by_calling() -> None:
    env = EnvVars.parse({"GREETING": GREETING}).values(None)
    assert env("GREETING") == env["GREETING"] == env()["GREETING"] == "Hello!"
    assert env.get("OTHER") is None
    assert (env("OTHER", "x"), env("GREETING", "x")) == ("x", "Hello!")
    with pytest.raises(EnvVarError, match="'GREETNG' is neither declared nor given \\(did you mean GREETING\\?\\)"):
        env("GREETNG")


def test_values_are_read_only_and_their_repr_has_names_alone() -> None:
    env = EnvVars.parse({"KEY": {**GREETING, "default": "s3cret"}}).values(None)
    with pytest.raises(TypeError):
        env["KEY"] = "x"  # type: ignore[index]
    assert repr(env) == "<EnvValues KEY>"


def test_a_class_of_variables_comes_back_with_their_values_as_attributes() -> None:
    env = EnvVars.parse(Settings).usable_values({"API_KEY": "k", "TRIES": "5", "SPEED": "2"}, call_sid=None)
    settings = env(Settings)
    assert isinstance(settings, Settings)
    assert (settings.GREETING, settings.TRIES, settings.SPEED, settings.API_KEY) == ("Hello!", 5, 2.0, "k")
    assert Settings.TRIES == 3


def test_the_class_may_be_another_than_that_of_the_endpoint_and_frozen(caplog: pytest.LogCaptureFixture) -> None:
    @dataclasses.dataclass(frozen=True)
    class Voice:
        VOICE: Literal["low", "high"] = "low"
        PITCH: float | None = None

    env = EnvVars.parse({"GREETING": GREETING}).values({"VOICE": "high"})
    assert env(Voice) == Voice("high")
    assert EnvVars.parse(None).values({"VOICE": "shrill"})(Voice).VOICE == "low"
    assert caplog.messages == ["VOICE: expected one of low, high, got 'shrill'; the default is used"]


@pytest.mark.parametrize("given", [{}, {"API_KEY": ["s3cret"]}])
def test_a_class_is_not_filled_where_a_required_value_is_missing_or_wrong(given: dict[str, Any]) -> None:
    env = EnvVars.parse(Settings).usable_values(given, call_sid="CA1")
    with pytest.raises(EnvVarError, match="API_KEY is required, and has no value") as caught:
        env(Settings)
    assert "s3cret" not in str(caught.value)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from([*EnvVars.parse(Settings).schema(), "OTHER"]), JSON))
def test_whatever_is_given_a_call_gets_a_value_of_the_declared_type_for_every_variable(given: dict[str, Any]) -> None:
    values = EnvVars.parse(Settings).usable_values(given, call_sid=None)
    assert type(values["TRIES"]) is int
    assert type(values["SPEED"]) is float
    assert type(values["RECORD"]) is bool
    assert values["VOICE"] in ("low", "high")
    assert isinstance(values["GREETING"], str)
