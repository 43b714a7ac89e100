"""GPT Live: its tools, a handoff and a hangup need a delegation to ``responses``."""

from __future__ import annotations

from typing import Any

import pytest

from jambonz_sync import InvalidVerb
from jambonz_sync.verbs.chain import VerbChain


def gptlive(delegation: dict[str, Any] | None, **options: Any) -> VerbChain:
    session = {} if delegation is None else {"delegation": delegation}
    return VerbChain().gptlive_s2s(auth={"apiKey": "k"}, llm_options={"session_update": session}, **options)


RESPONSES = {"type": "responses", "responses": {"model": "m"}}


@pytest.mark.parametrize(
    ("delegation", "options"),
    [
        (None, {}),
        ({"type": "client"}, {"event_hook": "/event"}),
        (RESPONSES, {"hangup": {}}),
        (RESPONSES, {"mcp_servers": [{"url": "https://mcp.example"}]}),
    ],
)
def test_a_delegation_to_responses_is_needed_for_nothing_else(delegation: Any, options: dict[str, Any]) -> None:
    assert len(gptlive(delegation, **options)) == 1


@pytest.mark.parametrize(
    ("delegation", "options", "message"),
    [
        (None, {"hangup": {}}, "type: expected responses, which hangup needs"),
        ({"type": "client"}, {"hangup": {}}, "type: expected responses, which hangup needs"),
        (
            {"type": "client"},
            {"mcp_servers": [{"url": "https://mcp.example"}]},
            "type: expected responses, which mcpServers needs",
        ),
        ({"type": "responses"}, {}, "responses: is missing for type responses"),
        ({**RESPONSES, "tools": []}, {}, "tools: belongs in responses"),
    ],
)
def test_what_needs_another_delegation_is_refused(delegation: Any, options: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidVerb) as caught:
        gptlive(delegation, **options)
    assert str(caught.value) == f"gptlive_s2s.llm_options.session_update.delegation.{message}"
