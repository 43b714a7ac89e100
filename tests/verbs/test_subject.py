"""The subject of a verb may be given without its name; all else goes by name, and the error shows how."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from jambonz_sync import InvalidVerb, WebhookResponse
from jambonz_sync.verbs import Conference, Dial, Listen, Pause, Say, Stream
from jambonz_sync.verbs.chain import VerbChain

PHONE = {"type": "phone", "number": "+15085551212"}


@pytest.mark.parametrize(
    ("append", "wire"),
    [
        (lambda chain: chain.say("Hello"), {"verb": "say", "text": "Hello"}),
        (lambda chain: chain.say("Hello", loop=2), {"verb": "say", "text": "Hello", "loop": 2}),
        (lambda chain: chain.say(["a", "b"]), {"verb": "say", "text": ["a", "b"]}),
        (lambda chain: chain.play("https://x/y.wav"), {"verb": "play", "url": "https://x/y.wav"}),
        (lambda chain: chain.pause(2), {"verb": "pause", "length": 2}),
        (lambda chain: chain.dial([PHONE], timeout=20), {"verb": "dial", "target": [PHONE], "timeout": 20}),
        (lambda chain: chain.transfer([PHONE], mode="blind"), {"verb": "transfer", "target": [PHONE], "mode": "blind"}),
        (lambda chain: chain.conference("team"), {"verb": "conference", "name": "team"}),
        (lambda chain: chain.room("team"), {"verb": "room", "name": "team"}),
        (lambda chain: chain.enqueue("support"), {"verb": "enqueue", "name": "support"}),
        (lambda chain: chain.dequeue("support"), {"verb": "dequeue", "name": "support"}),
        (lambda chain: chain.redirect("/menu"), {"verb": "redirect", "actionHook": "/menu"}),
        (lambda chain: chain.dtmf("123#"), {"verb": "dtmf", "dtmf": "123#"}),
        (lambda chain: chain.listen("/audio"), {"verb": "listen", "url": "/audio"}),
        (lambda chain: chain.stream("/audio"), {"verb": "stream", "url": "/audio"}),
        (lambda chain: chain.alert("ring"), {"verb": "alert", "message": "ring"}),
        (lambda chain: chain.sip_decline(486), {"verb": "sip:decline", "status": 486}),
        (lambda chain: chain.sip_refer("sip:x@y"), {"verb": "sip:refer", "referTo": "sip:x@y"}),
        (lambda chain: chain.sip_request("INFO"), {"verb": "sip:request", "method": "INFO"}),
    ],
)
def test_the_subject_of_a_verb_may_be_given_without_its_name(
    append: Callable[[Any], Any], wire: dict[str, Any]
) -> None:
    response = WebhookResponse()
    assert append(response) is response
    assert response == [wire]
    assert append(VerbChain())._verbs == [wire]
    assert append(WebhookResponse(server="11")) == [wire]


def test_the_classes_of_verbs_take_it_too() -> None:
    assert Say("Hello") == Say(text="Hello")
    assert Dial([PHONE], timeout=1) == Dial(target=[PHONE], timeout=1)
    assert (Pause(1).length, Conference("a").name, Listen("/a").url, Stream("/a").url) == (1, "a", "/a", "/a")
    with pytest.raises(TypeError, match="positional arguments but 3 were given"):
        Say("Hello", "en")  # type: ignore[call-arg, arg-type]


@pytest.mark.parametrize(
    ("append", "message"),
    [
        (
            lambda chain: chain.say({"text": "Hello", "loop": 2}),
            "say: options go by name, not in a dict: say(text=..., loop=...)",
        ),
        (
            lambda chain: chain.gather({"input": ["speech"], "actionHook": "/x", "timeout": 5, "say": {}, "play": {}}),
            "gather: options go by name, not in a dict: gather(input=..., action_hook=..., timeout=..., say=..., ...)",
        ),
        (lambda chain: chain.dial(PHONE), "dial: options go by name, not in a dict: dial(target=[{...}])"),
        (lambda chain: chain.tag({"vip": 1}), "tag: options go by name, not in a dict: tag(data={...})"),
        (lambda chain: chain.say({1: "x"}), "say: options go by name, not in a dict: say(text={...})"),
        (
            lambda chain: chain.hangup("bye"),
            "hangup: takes no positional argument, options go by name: hangup(headers=...)",
        ),
        (
            lambda chain: chain.message("+1", "+2"),
            "message: takes no positional argument, options go by name: message(to=...)",
        ),
        (
            lambda chain: chain.pause(1, 2),
            "pause: takes one positional argument, length, got 2; all other options go by name",
        ),
        (lambda chain: chain.say("a", text="b"), "say.text: is given twice, by position and by name"),
        (
            lambda chain: chain.redirect("/a", actionHook="/b"),
            "redirect.action_hook: is given twice, by position and by name",
        ),
        (lambda chain: chain.say(5), "say.text: expected a string or a list, got a number"),
    ],
)
def test_all_else_goes_by_name_and_the_error_shows_how(append: Callable[[Any], Any], message: str) -> None:
    response = WebhookResponse()
    with pytest.raises(InvalidVerb) as caught:
        append(response)
    assert str(caught.value) == message
    assert response == []
