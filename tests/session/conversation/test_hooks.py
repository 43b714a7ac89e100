from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jambonz_sync.session.conversation.hooks import PREFIX, awaited
from jambonz_sync.verbs import VERBS

SAY = {"verb": "say", "text": "hi"}


def test_a_verb_that_has_an_action_hook_gets_one() -> None:
    verbs = [SAY, {"verb": "gather", "input": ["speech"]}]
    sent = awaited(verbs, 7)
    assert sent.hook == "/wait/gather/7"
    assert sent.verb == "gather"
    assert sent.verbs == [SAY, {"verb": "gather", "input": ["speech"], "actionHook": "/wait/gather/7"}]


def test_hooks_that_were_made_up_are_known_by_their_names() -> None:
    assert awaited([SAY], 1).hook.startswith(PREFIX)
    assert not "/waiting-room".startswith(PREFIX)


def test_behind_any_other_verb_goes_a_redirect() -> None:
    assert awaited([SAY], 1).verbs == [SAY, {"verb": "redirect", "actionHook": "/wait/say/1"}]


def test_the_verbs_stay_as_they_are_so_that_what_failed_can_be_sent_again() -> None:
    verbs: list[dict[str, Any]] = [SAY, {"verb": "gather"}]
    awaited(verbs, 1)
    assert verbs == [SAY, {"verb": "gather"}]


@pytest.mark.parametrize("own", ["/mine", "mine", {"url": "/mine", "method": "POST"}])
def test_an_action_hook_of_the_application_is_kept(own: Any) -> None:
    verbs = [{"verb": "dial", "target": [], "actionHook": own}]
    sent = awaited(verbs, 1)
    assert sent.verbs == verbs
    assert sent.hook in ("/mine", "mine")


@pytest.mark.parametrize("own", ["https://example.com/x", {"url": "wss://example.com/x"}, {"method": "POST"}])
def test_an_action_hook_on_another_server_is_refused(own: Any) -> None:
    with pytest.raises(ValueError, match="the action_hook of dial is not one of this call"):
        awaited([{"verb": "dial", "target": [], "actionHook": own}], 1)


def test_raw_verbs_in_the_other_shape_are_known_too() -> None:
    assert awaited([{"gather": {"input": ["digits"]}}], 2).verbs == [
        {"gather": {"input": ["digits"], "actionHook": "/wait/gather/2"}}
    ]
    assert awaited([{"say": {"text": "hi"}}], 3).verbs[-1] == {"verb": "redirect", "actionHook": "/wait/say/3"}
    assert awaited([{"dance": None}], 4).verbs[-1] == {"verb": "redirect", "actionHook": "/wait/dance/4"}


def test_a_colon_of_a_verb_is_none_in_its_hook() -> None:
    assert awaited([{"verb": "sip:refer", "referTo": "x"}], 1).hook == "/wait/sip_refer/1"


@given(st.sampled_from(sorted(VERBS)), st.integers(1, 10**6))
def test_each_verb_ends_with_one_hook_of_that_number(name: str, number: int) -> None:
    sent = awaited([{"verb": name}], number)
    hooks = [verb["actionHook"] for verb in sent.verbs if "actionHook" in verb]
    assert hooks == [sent.hook]
    assert sent.hook.endswith(f"/{number}")
