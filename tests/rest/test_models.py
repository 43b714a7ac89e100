"""What holds for all models of the API."""

from __future__ import annotations

import dataclasses
import typing
from datetime import UTC, datetime

import pytest

from jambonz_sync.model.stored import StoredModel
from jambonz_sync.rest import models

MODELS: dict[str, type[StoredModel]] = {
    name: getattr(models, name) for name in models.__all__ if isinstance(getattr(models, name), type)
}
#: times whose names do not end in _at
_TIMES = {"last_tested", "last_updated", "last_used", "time", "trial_end_date"}


def time_fields() -> list[tuple[str, str]]:
    return [
        (name, field.name)
        for name, cls in MODELS.items()
        for field in dataclasses.fields(cls)
        if field.name.endswith("_at") or field.name in _TIMES
    ]


def test_there_are_times() -> None:
    assert len(time_fields()) >= 13


@pytest.mark.parametrize(("model", "field"), time_fields())
def test_a_time_is_a_datetime_in_utc_and_its_text_can_be_had(model: str, field: str) -> None:
    cls = MODELS[model]
    assert typing.get_type_hints(cls)[field] == datetime | None
    text = "2026-11-22T10:00:00.123456789Z"
    read = cls.from_dict({field: text})
    assert getattr(read, field) == datetime(2026, 11, 22, 10, 0, 0, 123456, tzinfo=UTC)
    assert read.text_of(field) == read.to_dict()[field] == text
    assert getattr(cls.from_dict({field: "soon"}), field) is None
