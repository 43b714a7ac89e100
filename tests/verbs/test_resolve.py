"""From the name of a verb to its class, and to the dict that is sent."""

from __future__ import annotations

import pytest

from jambonz_sync import InvalidVerb, verbs
from jambonz_sync.verbs.chain import VerbChain, as_verbs


def test_an_unknown_verb_names_the_nearest_one() -> None:
    with pytest.raises(InvalidVerb, match=r"^gater: unknown verb \(did you mean gather\?\)$") as caught:
        as_verbs({"verb": "gater"})
    assert (caught.value.verb, caught.value.nearest) == ("gater", "gather")


def test_sip_verbs_have_a_colon_on_the_wire_and_either_name_does() -> None:
    chain = VerbChain().sip_decline(status=486).sip_refer(refer_to="sip:x@y").sip_request(method="INFO")
    assert [verb["verb"] for verb in chain] == ["sip:decline", "sip:refer", "sip:request"]
    for name in ("sip:decline", "sip_decline"):
        assert as_verbs({"verb": name, "status": 486}) == [{"verb": "sip:decline", "status": 486}]


@pytest.mark.parametrize(("name", "method"), [("sip:refer", "sip_refer"), ("sip_refer", "sip_refer"), ("s2s", "s2s")])
def test_a_class_is_found_by_either_name_of_its_verb(name: str, method: str) -> None:
    assert verbs.verb_class(name) is getattr(verbs, verbs.VERBS[method])


def test_every_verb_has_a_method_of_the_chain_and_a_class_that_says_its_name() -> None:
    assert [name for name in verbs.VERBS if not callable(getattr(VerbChain, name))] == []
    for method in verbs.VERBS:
        assert (verbs.verb_class(method).__jambonz__.verb or "").replace(":", "_") == method
