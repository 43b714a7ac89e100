"""What type checkers must make of the chain. Read by mypy and pyright, never run.

Each line marked as ignored must be an error: the checkers are told to report an ignore that is of no use.
"""

# pyright: strict, reportUnnecessaryTypeIgnoreComment=true

from collections.abc import Callable, Sequence
from typing import Any, Literal, assert_type

from jambonz_sync import WebhookResponse
from jambonz_sync.verbs import Dial, Gather, Say
from jambonz_sync.verbs.chain import VerbChain, as_verbs
from jambonz_sync.verbs.components import ActionHook, AgentLlm, Recognizer, Target
from jambonz_sync.verbs.s2s import NovaOptions


class MyChain(VerbChain):
    def greet(self) -> None: ...


def the_chain_keeps_its_type(response: WebhookResponse, chain: VerbChain, mine: MyChain) -> None:
    assert_type(response.say(text="x"), WebhookResponse)
    assert_type(response.say(text="x").gather(input=["speech"]).hangup(), WebhookResponse)
    assert_type(chain.pause(length=1).leave(), VerbChain)
    assert_type(mine.pause(length=1).add_verbs(Say(text="x")), MyChain)
    mine.say(text="x").greet()
    assert_type(response.to_json(), str)
    assert_type(len(response), int)
    plain: list[dict[str, Any]] = response
    assert_type(as_verbs(plain), list[dict[str, Any]])


def options_have_types(chain: VerbChain, maybe: str | None, keys: tuple[Literal["speech", "digits"], ...]) -> None:
    chain.say(text="x", loop=2).say(text=["a", "b"], loop="forever", early_media=True)
    chain.say(text=maybe)
    chain.gather(input=keys, timeout=1.5, num_digits=1)
    chain.gather(recognizer={"vendor": "google"}, say={"text": "x"}, action_hook={"url": "/x", "method": "GET"})
    chain.gather(recognizer=Recognizer(vendor="google"), say=Say(text="x"), action_hook=ActionHook(url="/x"))
    chain.dial(target=[Target(type="phone", number="1"), {"type": "user", "name": "x"}])
    chain.message(to="1", from_="2")
    chain.say(text="x", id="hello", extra={"newer": 1})
    chain.say("x", loop=2).say(["a", "b"]).play("https://x/y.wav").pause(1.5).conference("team").room("team")
    chain.dial([Target(type="phone", number="1"), {"type": "user", "name": "x"}], timeout=20).redirect("/menu")
    chain.transfer([Target(type="phone", number="1")], mode="blind").listen("/audio").sip_refer(refer_to="sip:x@y")
    chain.agent(llm=AgentLlm(vendor="custom"), noise_isolation="kugelaudio", speak=False)
    chain.nova_s2s(auth={"access_key_id": "k", "secret_access_key": "s"}, llm_options=NovaOptions(greeting="Hi"))
    chain.voicelive_s2s(auth={"apiKey": "k"}, connect_options={"host": "x"}, llm_options={})
    chain.add_verbs([Say(text="x"), {"verb": "hangup"}]).add_verbs({"say": {"text": "x"}}, validate=False)

    chain.say("x", synthesizer={"vendor": "google", "voice": "x", "fallback_vendor": "aws"})
    chain.say("x", synthesizer={"vendor": "google", "fallbackVendor": "aws", "extra": {"newer": 1}})
    chain.dial([{"type": "phone", "number": "1", "auth": {"username": "u", "password": "p"}}])
    chain.gather(recognizer={"vendor": "deepgram", "hints": ["a", {"phrase": "b", "boost": 2}], "deepgramOptions": {}})
    chain.config(barge_in={"enable": True, "input": ["speech"], "actionHook": "/heard"})
    settings: dict[str, Any] = {}
    chain.say("x", **settings).add_verbs({"verb": "say", "text": "x", "synthesizer": settings})

    chain.say("x", synthesizer={"voise": "x"})  # type: ignore[arg-type]
    chain.say(txt="x")  # type: ignore[call-arg]
    chain.say("x", "y")  # type: ignore[call-arg, arg-type]
    chain.say({"text": "x"})  # type: ignore[arg-type]
    chain.hangup("x")  # type: ignore[call-arg, arg-type]
    chain.tag({"vip": True})  # type: ignore[call-arg]
    chain.gather({"input": ["speech"]})  # type: ignore[call-arg, arg-type]
    chain.say(text=5)  # type: ignore[arg-type]
    chain.gather(num_digits=1.5)  # type: ignore[arg-type]
    chain.say("x", loop=1.5)  # type: ignore[arg-type]
    chain.say(text="x", early_media="yes")  # type: ignore[arg-type]
    chain.gather(input=["speach"])  # type: ignore[list-item]
    chain.gather(input="speech")  # type: ignore[arg-type]
    chain.gather(timeout="5")  # type: ignore[arg-type]
    chain.gather(recognizer="google")  # type: ignore[arg-type]
    chain.gather(recognizer=Say(text="x"))  # type: ignore[arg-type]
    chain.gather(actionHook="/x")  # type: ignore[call-arg]
    chain.dial()  # type: ignore[call-arg]
    chain.dial(target=Target(type="phone"))  # type: ignore[arg-type]
    chain.redirect(status_hook="/x")  # type: ignore[call-arg]
    AgentLlm(vendor="opnai")  # type: ignore[arg-type]
    chain.agent(noise_isolation="kugel")  # type: ignore[arg-type]
    chain.nova_s2s(llm_options={})  # type: ignore[call-arg]
    chain.voicelive_s2s(auth={}, llm_options={})  # type: ignore[call-arg]
    chain.sing(song="x")  # type: ignore[attr-defined]


def classes_have_the_same_options() -> None:
    say = Say(text="x", loop=2)
    assert_type(say.text, str | Sequence[str] | None)
    assert_type(Gather(timeout=1).timeout, float | None)
    Dial(target=[Target(type="sip", sip_uri="sip:x@y")])
    assert_type(Say("x", loop=2).text, str | Sequence[str] | None)
    Dial([Target(type="sip", sip_uri="sip:x@y")])

    say.text = "y"  # type: ignore[misc]
    Say("x", "y")  # type: ignore[call-arg, arg-type]
    Say(txt="x")  # type: ignore[call-arg]
    Dial()  # type: ignore[call-arg]
    Target(type="fax")  # type: ignore[arg-type]
    Recognizer()  # type: ignore[call-arg]


def a_method_of_the_class_takes_the_chain_first() -> None:
    hangup: Callable[[VerbChain], VerbChain] = VerbChain.hangup
    assert_type(VerbChain.pause(VerbChain(), length=1), VerbChain)
    assert_type(VerbChain.pause(VerbChain(), 1), VerbChain)
    hangup(VerbChain())
    VerbChain.pause(length=1)  # type: ignore[call-arg]
