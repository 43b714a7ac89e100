"""What no line of the log holds: credentials, and digits that may be those of a card."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jambonz_sync.logs import redacted, redacted_text
from jambonz_sync.logs.redaction import _is_card


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("my card is 4111111111111111.", "my card is ************1111."),
        ("4111 1111 1111 1111 and 5500-0000-0000-0004", "************1111 and ************0004"),
        ("378282246310005", "***********0005"),
        ("4111111111111112", "4111111111111112"),  # the check digit is that of no card
        ("from +15085551212 to +4930123456789012", "from +15085551212 to +4930123456789012"),
        ("wss://bot:s3cret@example.com/audio", "wss://bot:[hidden]@example.com/audio"),
        ("Authorization: Bearer abcdefgh12345678", "Authorization: Bearer [hidden]"),
        ("the basic idea is this", "the basic idea is this"),
        ("short", "short"),
    ],
)
def test_cards_and_credentials_within_a_text_are_hidden(text: str, shown: str) -> None:
    assert redacted_text(text) == shown


def test_values_of_names_that_stand_for_secrets_are_hidden_wherever_they_are() -> None:
    data: dict[str, Any] = {
        "llm": {"auth": {"apiKey": "sk-1", "agent_id": "a"}, "llmOptions": {"api_key": "k", "temperature": 0}},
        "wsAuth": {"username": "u", "password": "p"},
        "headers": {"Authorization": "x", "X-Api-Key": "y", "X-Tenant": "7"},
        "env_vars": {"GREETING": "Hi", "KEY": "k"},
        "tokens": "text to speak",
        "max_tokens": 5,
        "accessToken": "t",
        "pin": 1234,
        "secret": None,
        "digits": "123456",
        "hints": ["4111111111111111", ["x"]],
        "event": {"dtmf": "5"},
    }
    before = repr(data)
    assert redacted(data) == {
        "llm": {
            "auth": {"apiKey": "[hidden]", "agent_id": "a"},
            "llmOptions": {"api_key": "[hidden]", "temperature": 0},
        },
        "wsAuth": {"username": "u", "password": "[hidden]"},
        "headers": {"Authorization": "[hidden]", "X-Api-Key": "[hidden]", "X-Tenant": "7"},
        "env_vars": {"GREETING": "[hidden]", "KEY": "[hidden]"},
        "tokens": "text to speak",
        "max_tokens": 5,
        "accessToken": "[hidden]",
        "pin": "[hidden]",
        "secret": None,
        "digits": "[6 keys]",
        "hints": ["************1111", ["x"]],
        "event": {"dtmf": "5"},
    }
    assert repr(data) == before


@given(st.text())
def test_any_text_can_be_redacted_and_loses_nothing_but_digits_and_credentials(text: str) -> None:
    assert redacted_text(redacted_text(text)) == redacted_text(text)


@given(st.lists(st.integers(0, 9), min_size=12, max_size=18))
def test_a_number_with_the_check_digit_of_a_card_never_stays(digits: list[int]) -> None:
    number = next([*digits, check] for check in range(10) if _is_card([*digits, check]))
    text = "".join(map(str, number))
    assert text not in redacted_text(f"it is {text}, he said")
    assert redacted_text(f"it is {text}, he said").endswith(f"{text[-4:]}, he said")
