"""The checks that all rooms share: what they let through, and what their error says."""

from __future__ import annotations

from typing import Any

import pytest

from jambonz_sync.model.checks import (
    ValidationError,
    did_you_mean,
    hook,
    hook_object,
    kind_of,
    nearest,
    one_of,
    refuse_unknown,
)


@pytest.mark.parametrize(
    ("name", "near"), [("gater", "gather"), ("gather", "gather"), ("sey", "say"), ("qqq", None), ("", None)]
)
def test_the_nearest_name_is_the_known_one_that_a_misspelt_one_resembles(name: str, near: str | None) -> None:
    assert nearest(name, iter(["say", "gather", "dial"])) == near


def test_a_suggestion_ends_a_message_and_is_nothing_where_nothing_resembles() -> None:
    assert (did_you_mean("gather"), did_you_mean(None)) == (" (did you mean gather?)", "")


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        *(("secret", "a string"), (5, "a number"), ([1], "a list"), ((), "a list"), ({"a": 1}, "an object")),
        *((None, "None"), (True, "True"), (object(), "object")),
    ],
)
def test_the_kind_of_a_value_does_not_give_its_content_away(value: object, kind: str) -> None:
    assert kind_of(value) == kind


@pytest.mark.parametrize(("value", "allowed"), [("a", ("a", "b")), (1, (1, 2)), (False, (False,)), (1.0, (1,))])
def test_an_allowed_value_comes_back_as_it_is(value: object, allowed: tuple[object, ...]) -> None:
    assert one_of(value, allowed) is value


@pytest.mark.parametrize(
    ("value", "allowed", "message", "near"),
    [
        ("mut", ("mute", "unmute"), "status: expected one of mute, unmute, got 'mut' (did you mean mute?)", "mute"),
        ("x" * 50, ("mute",), f"status: expected mute, got {'x' * 40!r}", None),
        (True, (1, 2), "status: expected one of 1, 2, got True", None),
        (1, (True, False), "status: expected one of true, false, got a number", None),
        (["mute"], ("mute",), "status: expected mute, got a list", None),
    ],
)
def test_a_value_that_is_not_allowed_is_refused_with_the_choice_and_the_nearest(
    value: object, allowed: tuple[object, ...], message: str, near: str | None
) -> None:
    with pytest.raises(ValidationError) as caught:
        one_of(value, allowed, "status")
    assert (caught.value.message(), caught.value.nearest) == (message, near)


def test_an_error_tells_its_place_from_the_root_down() -> None:
    error = ValidationError("is missing", "number", "[0]", "target")
    assert error.path("dial") == "dial.target[0].number"
    assert error.path() == "target[0].number"
    assert error.message("dial") == "dial.target[0].number: is missing"
    assert ValidationError("is empty").message() == "is empty"


def test_the_first_unknown_name_is_refused_and_known_ones_are_not() -> None:
    refuse_unknown(["from", "to"], iter(["to", "from"]), "filter")
    with pytest.raises(ValidationError) as caught:
        refuse_unknown(["to", "form", "x"], ["from", "to"], "filter", "query")
    assert caught.value.message() == "query.form: unknown filter (did you mean from?)"
    with pytest.raises(ValidationError, match="unknown filter"):
        refuse_unknown([5], ["from"], "filter")


@pytest.mark.parametrize("value", ["/path", "https://example.com/x", {"url": "/x", "method": "GET"}])
def test_a_hook_of_a_running_call_is_an_address_or_an_object_with_one(value: Any) -> None:
    assert hook(value) == value
    assert not isinstance(value, dict) or hook(value) is not value


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("", "call_hook: expected a path, a URL, or an object with a url, got no text"),
        (5, "call_hook: expected a path, a URL, or an object with a url, got a number"),
        ({}, "call_hook.url: expected a path, a URL, or an object with a url, got None"),
        ({"url": ""}, "call_hook.url: expected a path, a URL, or an object with a url, got no text"),
    ],
)
def test_what_has_no_address_is_no_hook(value: object, message: str) -> None:
    with pytest.raises(ValidationError) as caught:
        hook(value, "call_hook")
    assert caught.value.message() == message


class Stored:
    def to_dict(self) -> dict[str, str]:
        return {"url": "https://a.example/x", "method": "GET"}


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        ("https://a.example/x", {"url": "https://a.example/x", "method": "POST"}),
        ({"url": "ws://a.example", "method": "GET"}, {"url": "ws://a.example", "method": "GET"}),
        (Stored(), {"url": "https://a.example/x", "method": "GET"}),
        (
            "https://joe:s%40t@a.example:8080/x?y=1",
            {"url": "https://a.example:8080/x?y=1", "method": "POST", "username": "joe", "password": "s@t"},
        ),
        (
            {"url": "https://joe:other@a.example/", "password": "mine"},
            {"url": "https://a.example/", "method": "POST", "username": "joe", "password": "mine"},
        ),
    ],
)
def test_a_stored_hook_is_an_object_whose_credentials_are_beside_its_url(value: Any, stored: dict[str, str]) -> None:
    assert hook_object(value) == stored


def test_a_hook_of_a_running_call_may_be_a_path() -> None:
    assert hook_object("/next", absolute=False) == {"url": "/next", "method": "POST"}


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (5, "hook: expected a url or an object with one, got a number"),
        ({"uri": "https://a.example"}, "hook.uri: unknown key of a hook (did you mean url?)"),
        ({}, "hook: needs a url without blanks around it"),
        (" https://a.example", "hook: needs a url without blanks around it"),
        ("/path", "hook: expected a full http, https, ws or wss url, got '/path'"),
        ("ftp://joe:secret@a.example", "hook: expected a full http, https, ws or wss url, got 'ftp://a.example'"),
        (
            {"url": "https://a.example", "method": "PUT"},
            "hook.method: expected GET or POST (also where the url is ws), got 'PUT'",
        ),
    ],
)
def test_a_hook_that_the_server_would_misread_is_refused_without_showing_a_password(value: Any, message: str) -> None:
    with pytest.raises(ValidationError) as caught:
        hook_object(value, "hook")
    assert caught.value.message() == message
