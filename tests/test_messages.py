"""The page of messages lists all that the package says when something is wrong, and nothing that it does not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.messages import error_classes, templates

PAGE = (Path(__file__).parent.parent / "docs" / "reference" / "messages.rst").read_text()
#: the lines that name messages, and those that name errors
TERMS = [term for line in re.findall(r"^``.*``$", PAGE, re.MULTILINE) for term in re.findall(r"``(.+?)``", line)]
MESSAGES = [term for term in TERMS if " " in term]
#: texts that say nothing themselves: the whole message is put in
EMPTY = {"call ...: ..."}


def plain(template: str) -> str:
    """Return a message as the page writes it: dots stand for what differs."""
    return re.sub(r"%[-.*\d]*[a-zA-Z]", "...", template).replace("......", "...")


LOGGED = {plain(template): where for template, where in templates().items()}


@pytest.mark.parametrize("message", sorted(LOGGED.keys() - EMPTY))
def test_each_warning_and_error_of_the_log_is_on_the_page(message: str) -> None:
    assert any(message.startswith(term.removesuffix(": ...")) for term in MESSAGES), LOGGED[message]


#: advice about verbs is said by a function of its own
ADVICE = [
    "a text to say that starts with a word and a colon",
    "gather: inter_digit_timeout",
    "... ...: jambonz",
    "... is missing, vendor",
]


@pytest.mark.parametrize("term", MESSAGES)
def test_each_message_of_the_page_is_one_of_the_package(term: str) -> None:
    is_advice = any(term.startswith(advice) for advice in ADVICE)
    assert is_advice or any(message.startswith(term.removesuffix(": ...")) for message in LOGGED)


def test_each_message_has_a_cause_and_a_mend() -> None:
    parts = re.split(r"^``.*``$\n", PAGE, flags=re.MULTILINE)[1:]
    assert [part for part in parts if not part.startswith("    ")] == []


def test_each_error_of_the_tree_is_on_the_page_and_no_other() -> None:
    assert {term for term in TERMS if re.fullmatch(r"[A-Z]\w+", term)} == error_classes() - {"JambonzError"}
