from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jambonz_sync.reference.checks import check_verbs

SAY = {"verb": "say", "text": "hi"}


@pytest.mark.parametrize(
    "source",
    [
        [SAY],
        SAY,
        {"say": {"text": "hi"}},
        '[{"verb": "say", "text": "hi"}]',
        "[{'verb': 'say', 'text': 'hi'}]",
        'session.say(text="hi").send()',
        'session.say("hi").send()',
        'WebhookResponse().say("hi")',
        '[Say(text="hi")]',
        'Say("hi")',
    ],
)
def test_verbs_are_read_in_each_form(source: Any) -> None:
    check = check_verbs(source)
    assert check.problems == []
    assert check.wire == [SAY]
    assert check.ok


def test_all_mistakes_are_found_each_with_its_place_and_its_mend() -> None:
    check = check_verbs('[{"verb": "sya"}, {"verb": "gather", "recognizer": {"vendr": "google"}}, {"verb": "pause"}]')
    assert not check.ok
    assert [(problem.path, problem.mend) for problem in check.problems[:2]] == [
        ("[0].sya", "write say"),
        ("[1].gather.recognizer.vendr", "write vendor"),
    ]
    assert check.problems[2].path == "[2].pause.length"


def test_what_an_older_server_lacks_is_a_problem_there() -> None:
    assert check_verbs([{"verb": "agent"}]).problems == []
    (problem,) = check_verbs([{"verb": "agent"}], "0.9").problems
    assert "needs jambonz 10" in problem.message
    assert check_verbs([SAY], "banana").problems[0].path == "server"


def test_advice_is_a_warning_each_time() -> None:
    for _ in range(2):
        (warning,) = check_verbs('session.say("Hi", synthesizer={"vendor": "gogle"})').warnings
        assert "(did you mean google?)" in warning


def test_doubts_are_warnings() -> None:
    check = check_verbs('session.gather(input=["speech"]).hangup().say("never")')
    assert check.ok
    assert [warning.partition(":")[0] for warning in check.warnings] == ["[0]", "[1]"]


@pytest.mark.parametrize(
    "source", ["", "nonsense(", "[]", "7", "lambda: 1", "session.sya('x')", "[" * 10_000, "x" * 300_000]
)
def test_what_is_no_list_of_verbs_is_a_problem(source: str) -> None:
    check = check_verbs(source)
    assert not check.ok
    assert check.problems[0].message


def test_nothing_is_run(tmp_path: Any) -> None:
    target = tmp_path / "made"
    check = check_verbs(f"__import__('pathlib').Path({str(target)!r}).touch()")
    assert not check.ok
    assert not target.exists()


def test_verbs_that_are_too_large_for_a_message_are_a_problem() -> None:
    (problem,) = check_verbs([{"verb": "say", "text": "x" * 30_000}]).problems
    assert problem.mend == "fewer verbs, or send(split=True)"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(st.lists(json_values) | json_values)
def test_any_json_is_checked(verbs: Any) -> None:
    check_verbs(verbs)


@given(st.text())
def test_any_text_is_checked(source: str) -> None:
    check_verbs(source)
