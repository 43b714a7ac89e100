from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jambonz_sync.server.router import Router


def router(*rules: str) -> Router[str]:
    made: Router[str] = Router()
    for rule in rules:
        made.add(rule, rule)
    return made


@pytest.mark.parametrize(
    ("path", "leads_to"),
    [
        ("/", "/"),
        ("", "/"),
        ("/other", "/"),
        ("/ivr", "/ivr"),
        ("/ivr/", "/ivr"),
        ("//ivr//", "/ivr"),
        ("/ivr/menu", "/ivr/menu"),
        ("/ivr/menu/deeper", "/ivr/menu"),
        ("/ivr/other", "/ivr"),
        ("/ivrs", "/"),  # whole segments
        ("/IVR", "/"),
        ("/x/ivr", "/"),
    ],
)
def test_the_longest_rule_that_a_path_begins_with_wins(path: str, leads_to: str) -> None:
    assert router("/", "/ivr", "/ivr/menu").match(path) == (leads_to, {})
    assert router("/ivr/menu", "/ivr", "/").match(path) == (leads_to, {})  # in any order


def test_a_star_matches_every_path() -> None:
    assert router("*", "/a").match("/b/c") == ("*", {})
    assert router("*", "/a").match("/a/c") == ("/a", {})


def test_a_path_that_no_rule_matches_leads_nowhere() -> None:
    assert router("/a").match("/b") is None
    assert router("/a/b").match("/a") is None
    assert router().match("/") is None


def test_a_variable_stands_for_a_whole_segment() -> None:
    assert router("/ivr/<tenant>").match("/ivr/acme/more") == ("/ivr/<tenant>", {"tenant": "acme"})
    assert router("/ivr/<tenant>").match("/ivr") is None
    assert router("/<a>/x/<b_2>").match("/1/x/2") == ("/<a>/x/<b_2>", {"a": "1", "b_2": "2"})


def test_a_path_may_look_like_a_variable() -> None:
    assert router("/ivr/<tenant>").match("/ivr/<tenant>") == ("/ivr/<tenant>", {"tenant": "<tenant>"})


def test_of_two_rules_of_one_length_the_one_with_fewer_variables_wins() -> None:
    made = router("/<a>/<b>", "/ivr/<b>", "/ivr/menu")
    assert made.match("/ivr/menu") == ("/ivr/menu", {})
    assert made.match("/ivr/x") == ("/ivr/<b>", {"b": "x"})
    assert made.match("/x/y") == ("/<a>/<b>", {"a": "x", "b": "y"})


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("ivr", "start with a slash"),
        ("", "start with a slash"),
        ("/<>", "expected <name>"),
        ("/<1a>", "expected <name>"),
        ("/x<a>", "expected <name>"),
        ("/<a>x", "expected <name>"),
        ("/<int:a>", "expected <name>"),  # it would not be held to
        ("/<a>/<a>", "each variable once"),
    ],
)
def test_a_rule_that_cannot_be_is_refused(rule: str, says: str) -> None:
    made = router()
    with pytest.raises(ValueError, match=says):
        made.add(rule, "x")
    assert made.match("/x/x") is None


@pytest.mark.parametrize(
    ("first", "second"), [("/a", "/a"), ("/a", "/a/"), ("/", "*"), ("/a/<x>", "/a/<y>"), ("/<x>/b", "/<y>//b")]
)
def test_a_rule_that_matches_the_same_paths_as_another_is_refused(first: str, second: str) -> None:
    made = router(first)
    with pytest.raises(ValueError, match="is there already"):
        made.add(second, "x")


segments = st.lists(st.sampled_from(["a", "b", "c"]), max_size=4)


@given(st.lists(segments, max_size=5, unique_by=tuple), segments)
def test_a_match_is_the_longest_of_the_prefixes(rules: list[list[str]], path: list[str]) -> None:
    made = router(*["/" + "/".join(rule) for rule in rules])
    fitting = [rule for rule in rules if path[: len(rule)] == rule]
    found = made.match("/" + "/".join(path))
    if fitting:
        assert found == ("/" + "/".join(max(fitting, key=len)), {})
    else:
        assert found is None


@given(st.text())
def test_any_text_is_a_path(path: str) -> None:
    assert router("/", "/<a>").match(path) is not None
