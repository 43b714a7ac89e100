"""Verbs that run while an action hook takes its time."""

from __future__ import annotations

from typing import Any

import pytest

from jambonz_sync import InvalidVerb
from jambonz_sync.verbs import Say
from jambonz_sync.verbs.chain import VerbChain, as_verbs


def test_delay_actions_are_whole_verbs() -> None:
    actions = [Say(text="one moment"), {"verb": "play", "url": "/music"}, {"pause": {"length": 1}}]
    chain = VerbChain().gather(action_hook_delay_action={"enabled": True, "actions": actions})
    assert next(iter(chain))["actionHookDelayAction"] == {
        "enabled": True,
        "actions": [
            {"verb": "say", "text": "one moment"},
            {"verb": "play", "url": "/music"},
            {"verb": "pause", "length": 1},
        ],
    }


def test_a_verb_that_holds_itself_is_refused() -> None:
    actions: list[Any] = []
    verb = {"verb": "gather", "action_hook_delay_action": {"actions": actions}}
    actions.append(verb)
    for attempt in (lambda: as_verbs(verb), lambda: VerbChain().add_verbs(verb)):
        with pytest.raises(InvalidVerb, match="gather: is nested too deeply"):
            attempt()
    with pytest.raises(InvalidVerb, match="gather: is nested too deeply"):
        VerbChain().gather(action_hook_delay_action={"actions": actions})


@pytest.mark.parametrize(
    ("action", "message"),
    [
        ({"verb": "sya", "text": "x"}, "sya: unknown verb (did you mean say?)"),
        ({"say": {"txt": "x"}}, "gather.action_hook_delay_action.actions[0].txt: unknown option (did you mean text?)"),
        ("say", "gather.action_hook_delay_action.actions[0]: expected a verb, got str"),
    ],
)
def test_a_mistake_in_a_delay_action_is_named(action: Any, message: str) -> None:
    with pytest.raises(InvalidVerb) as caught:
        VerbChain().gather(action_hook_delay_action={"actions": [action]})
    assert str(caught.value) == message
