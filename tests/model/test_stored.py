"""Models keep what the server sent, whatever it sent, and cost no dataclasses_json until somebody wants JSON."""

from __future__ import annotations

import dataclasses
import datetime
import json
import pickle
import subprocess
import sys
import uuid
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
    number = uuid.UUID(int=7)
    assert json.loads(Line(extra={"number": number}).to_json())["number"] == str(number)
    assert json.loads(Line(sid="a").to_json(indent=2))["sid"] == "a"


# -- times

UTC = datetime.UTC
TEN = datetime.datetime(2026, 11, 22, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        ("2026-11-22T10:00:00.000Z", TEN),
        ("2026-11-22T10:00:00.123456789Z", TEN.replace(microsecond=123456)),
        ("2026-11-22T11:00:00+01:00", TEN),
        ("2026-11-22 10:00:00", TEN),
        ("2026-11-22", TEN.replace(hour=0)),
        ("2026-W47-7T10:00:00.000Z", TEN),
        ("2026-11-22T10:00:00.0000", TEN),
        (TEN, TEN),
    ],
)
def test_a_time_is_aware_and_in_utc_and_its_text_is_not_lost(sent: Any, seen: datetime.datetime) -> None:
    line = Line.from_dict({"at": sent})
    assert (line.at, line.at and line.at.tzinfo) == (seen, UTC)
    text = sent if isinstance(sent, str) else "2026-11-22T10:00:00.000Z"
    assert (line.text_of("at"), line.to_dict()["at"], line.extra) == (text, text, {})
    for again in (Line.from_dict(line.to_dict()), Line.from_json(line.to_json()), pickle.loads(pickle.dumps(line))):
        assert (again, again.text_of("at")) == (line, text)


@pytest.mark.parametrize("sent", ["soon", "", "0000-00-00T00:00:00.000Z", "0001-01-01T00:00:00+10:00", 7, [], {}])
def test_what_is_no_time_is_none_and_is_kept_where_unknown_things_are(sent: Any) -> None:
    line = Line.from_dict({"at": sent})
    assert (line.at, line.extra) == (None, {"at": sent})
    assert line.text_of("at") == str(sent)
    assert line.to_dict()["at"] == sent
    assert Line.from_dict(line.to_dict()) == line


def test_no_time_has_no_text() -> None:
    assert (Line.from_dict({}).text_of("at"), Line.from_dict({"at": None}).text_of("at")) == (None, None)
    with pytest.raises(AttributeError):
        Line().text_of("tea")


def test_a_time_that_is_replaced_is_written_as_it_is_now() -> None:
    for sent in ("2026-11-22T10:00:00.123456789Z", "soon"):
        line = dataclasses.replace(Line.from_dict({"at": sent}), at=TEN)
        assert (line.text_of("at"), line.to_dict()["at"]) == ("2026-11-22T10:00:00.000Z",) * 2
    local = TEN.astimezone(datetime.timezone(datetime.timedelta(hours=1))).replace(microsecond=1)
    assert Line(at=local).to_dict()["at"] == "2026-11-22T10:00:00.000001Z"
    assert Line(at=TEN.replace(tzinfo=None)).to_dict()["at"] == "2026-11-22T10:00:00.000Z"


@settings(deadline=None)
@given(
    st.text(max_size=40)
    | st.datetimes().map(str)
    | st.from_regex(r"[0-9]{4}-[0-9W]{2}-.{2}T[0-9:,.]{12}Z")
    | st.datetimes(timezones=st.timezones()).map(str)
)
def test_any_text_in_place_of_a_time_is_read_and_comes_back_as_it_was(sent: str) -> None:
    line = Line.from_dict({"at": sent})
    assert line.at is None or line.at.utcoffset() == datetime.timedelta(0)
    assert line.to_dict()["at"] == line.text_of("at") == sent


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
