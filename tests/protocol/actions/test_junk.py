"""Options that make no sense: only InvalidVerb comes out, whatever is given."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jambonz_sync.errors import InvalidVerb
from jambonz_sync.model.declare import options as declared_options
from jambonz_sync.protocol import actions
from jambonz_sync.protocol.actions import command_of, update_of

EVERY = [
    cls
    for cls in (getattr(actions, name) for name in actions.__all__)
    if isinstance(cls, type) and issubclass(cls, actions.Action) and cls is not actions.Action
]
_NAMES = sorted({name for cls in EVERY for option in declared_options(cls) for name in (option.name, option.wire)})

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.binary(max_size=3)
    | st.sampled_from(["mute", "hold", "start", "enable", "/hook", "1#", "+3 dB", "inject_context", "phone"])
    | st.builds(object)
)
names = st.sampled_from([*_NAMES, "verb", "url", "text", "role", "content", "extra", ""])
junk = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(iter)
        | st.dictionaries(names | st.text(max_size=3) | st.integers(), inner, max_size=3)
    ),
    max_leaves=8,
)


@pytest.mark.parametrize("action", EVERY, ids=lambda cls: cls.__name__)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_junk_becomes_what_json_can_carry_or_is_refused(action: Any, data: st.DataObject) -> None:
    own = [name for option in declared_options(action) for name in (option.name, option.wire)]
    given_options = data.draw(st.dictionaries(st.sampled_from(own) | names | st.integers(), junk, max_size=4))
    for make in [command_of] * bool(action.command) + [update_of] * action.rest:
        refusal = None
        try:
            json.dumps(make(action, given_options), allow_nan=False)
        except InvalidVerb as error:
            refusal = error
        assert refusal is None or (refusal.verb and refusal.path and str(refusal).startswith(refusal.path))


@pytest.mark.parametrize("action", EVERY, ids=lambda cls: cls.__name__)
def test_what_is_nested_too_deeply_is_refused(action: Any) -> None:
    make = command_of if action.command else update_of
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    for option in declared_options(action):
        with pytest.raises(InvalidVerb):
            make(action, {"data": {"a": deep}, option.name: {"verb": "say", "a": deep}})
