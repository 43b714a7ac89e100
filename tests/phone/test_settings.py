"""The settings of a call, as the form of the page sends them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jambonz_sync.phone.settings import Settings


def test_settings_come_back_as_the_form_has_them() -> None:
    form = {
        "from": "+1",
        "to": "+2",
        "headers": "X-A: b\nX-C: d:e",
        "env": {"A": 1},
        "speed": "20",
        "delay": 5,
        "loss": 0,
    }
    settings = Settings.read(form)
    assert settings.from_ == "+1"
    assert settings.speed == 20.0
    assert settings.sip_headers() == {"X-A": "b", "X-C": "d:e"}
    assert Settings.read(settings.to_dict()) == settings


def test_an_empty_form_has_the_defaults() -> None:
    assert Settings.read({}) == Settings()


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ([], "settings: expected an object"),
        ({"env": 3}, "env: expected an object"),
        ({"from": 3}, "from: expected a text of at most 4,000 characters"),
        ({"to": "1" * 4001}, "to: expected a text of at most 4,000 characters"),
        ({"speed": 0}, "speed: expected a number from 1 to 1000"),
        ({"speed": "fast"}, "speed: expected a number from 1 to 1000"),
        ({"loss": 101}, "loss: expected a number from 0 to 100"),
        ({"delay": "nan"}, "delay: expected a number from 0 to 60000"),
        ({"headers": "X-A"}, "headers: 'X-A' is not Name: value"),
    ],
)
def test_the_message_names_the_field(form: object, message: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        Settings.read(form)
    assert str(caught.value) == message


_json = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.dictionaries(
        st.sampled_from(["from", "to", "path", "headers", "env", "server", "callee", "speed", "delay", "loss"]), _json
    )
)
def test_any_form_gives_settings_or_a_message(form: dict[str, Any]) -> None:
    try:
        settings = Settings.read(form)
    except ValueError:
        return
    assert 1 <= settings.speed <= 1000
