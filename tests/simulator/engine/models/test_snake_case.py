"""The spelling of a vendor's keys in what an app is told."""

from __future__ import annotations

import pytest

from jambonz_sync.simulator.engine.models.snake_case import snake_case_keys


@pytest.mark.parametrize(
    ("key", "spelled"),
    [
        ("serverContent", "server_content"),
        ("toolName", "tool_name"),
        ("already_snake", "already_snake"),
        ("apiURL", "api_u_r_l"),
        ("kebab-case", "kebab_case"),
        ("two words", "two_words"),
        ("_leading", "leading"),
        ("Welcome", "welcome"),
        ("callId2", "call_id2"),
        ("", ""),
    ],
)
def test_a_key_is_spelled_as_the_server_spells_it(key: str, spelled: str) -> None:
    assert snake_case_keys({key: 1}) == {spelled: 1}


def test_keys_are_spelled_anew_at_every_depth_but_not_those_of_the_arguments_of_a_tool() -> None:
    data = {"toolCall": {"functionCalls": [{"id": "1", "args": {"cityName": {"inFull": "Paris"}}}, "asText"]}}
    assert snake_case_keys(data) == {
        "tool_call": {"function_calls": [{"id": "1", "args": {"cityName": {"inFull": "Paris"}}}, "asText"]}
    }
