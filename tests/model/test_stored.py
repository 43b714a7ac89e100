"""Models keep what the server sent, whatever it sent, and cost no dataclasses_json until somebody wants JSON."""

from __future__ import annotations

import dataclasses
import datetime
import json
import pickle
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jambonz_sync.model.stored import StoredModel, stored_model, wired


@stored_model
class Hook(StoredModel):
    url: str = ""
    password: str | None = None


@stored_model
class Line(StoredModel):
    sid: str = ""
    from_: str | None = None
    active: bool | None = None
    length: int = 3
    hook: Hook | None = None
    hooks: tuple[Hook, ...] = ()
    codecs: tuple[str, ...] = ()
    by_name: dict[str, Hook] = dataclasses.field(default_factory=dict[str, Hook], hash=False)
    expires: int | None = wired("expiryTime", default=None)
    at: datetime.datetime | None = None


def test_fields_arrive_under_their_python_names() -> None:
    line = Line.from_dict({"sid": "a", "from": "1508", "expiryTime": 5})
    assert (line.sid, line.from_, line.expires) == ("a", "1508", 5)


@pytest.mark.parametrize(
    ("sent", "seen"), [(1, True), (0, False), (True, True), ("true", True), ("FALSE", False), ("maybe", "maybe")]
)
def test_booleans_come_as_numbers_and_strings_too(sent: Any, seen: Any) -> None:
    assert Line.from_dict({"active": sent}).active == seen
    assert type(Line.from_dict({"active": sent}).active) is type(seen)


@pytest.mark.parametrize(("sent", "seen"), [("25", 25), (25, 25), ("-1", -1), ("", ""), ("x", "x"), ("²", "²")])
def test_numbers_come_as_strings_too(sent: Any, seen: Any) -> None:
    assert Line.from_dict({"length": sent}).length == seen


def test_nested_objects_are_models() -> None:
    line = Line.from_dict({"hook": {"url": "u"}, "hooks": [{"url": "v"}, 3], "by_name": {"a": {"url": "w"}}})
    assert Line.from_dict({"codecs": ["PCMU", "OPUS"]}).codecs == ("PCMU", "OPUS")
    assert line.hook == Hook(url="u")
    assert list(line.hooks) == [Hook(url="v"), 3]
    assert line.by_name == {"a": Hook(url="w")}


def test_null_is_the_default_where_the_field_has_no_null() -> None:
    assert Line.from_dict({"length": None, "hooks": None}) == Line()


def test_unknown_fields_are_kept_and_written_back() -> None:
    data = {"sid": "a", "brand_new": [1, {"x": None}]}
    assert Line.from_dict(data).extra == {"brand_new": [1, {"x": None}]}
    assert Line.from_dict(data).to_dict()["brand_new"] == [1, {"x": None}]


def test_defaults_are_not_shared_between_objects() -> None:
    assert Line.from_dict({}).by_name is not Line.from_dict({}).by_name
    assert Line.from_dict({}).extra is not Line.from_dict({}).extra


def test_a_model_is_frozen_comparable_and_hashable() -> None:
    line = Line.from_dict({"sid": "a", "new": []})
    with pytest.raises(dataclasses.FrozenInstanceError):
        line.sid = "b"  # type: ignore[misc]
    assert line == Line(sid="a", extra={"new": []})
    assert line in {line}
    assert dataclasses.replace(line, length=9).length == 9


def test_a_model_survives_pickling() -> None:
    line = Line.from_dict({"sid": "a", "hook": {"url": "u"}, "new": 1})
    assert pickle.loads(pickle.dumps(line)) == line


def test_what_is_no_object_is_refused() -> None:
    with pytest.raises(TypeError, match="Line is made from a JSON object, not from list"):
        Line.from_dict([])  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="Expecting value"):
        Line.from_json("<html>")


def test_repr_hides_secrets_and_the_contents_of_unknown_fields() -> None:
    line = Line.from_dict({"sid": "a", "hook": {"url": "u", "password": "hunter2"}, "new": "hunter2"})
    assert (
        repr(line)
        == "Line(sid='a', length=3, hook=Hook(url='u', password=***), hooks=(), codecs=(), by_name={}, extra=<new>)"
    )


def test_json_is_written_with_the_types_that_dataclasses_json_knows() -> None:
    at = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    assert json.loads(Line(at=at).to_json())["at"] == at.timestamp()
    assert json.loads(Line(sid="a").to_json(indent=2))["sid"] == "a"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
names = st.sampled_from(["sid", "from", "active", "length", "hook", "hooks", "by_name", "expiryTime"]) | st.text()


@settings(deadline=None)
@given(st.dictionaries(names, json_values, max_size=8))
def test_any_object_makes_a_model_that_survives_json(data: dict[str, Any]) -> None:
    made = Line.from_dict(data)
    repr(made)
    assert Line.from_json(made.to_json()) == made
    assert {
        k: v for k, v in data.items() if k not in Line().to_dict() and k not in ("from", "active", "expiryTime")
    }.keys() <= (made.to_dict().keys() | {"hook", "at"})


def test_dataclasses_json_is_imported_for_json_only() -> None:
    code = (
        "import sys\n"
        "from jambonz_sync.model.stored import StoredModel, stored_model\n"
        "@stored_model\n"
        "class A(StoredModel):\n"
        "    sid: str = ''\n"
        "A.from_dict({'sid': 'x', 'y': 1}).to_dict()\n"
        "assert 'dataclasses_json' not in sys.modules\n"
        "assert A.from_json(A(sid='x').to_json()) == A(sid='x')\n"
        "assert 'dataclasses_json' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=50)
