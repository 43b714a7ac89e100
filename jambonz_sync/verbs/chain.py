"""Verbs in a row: the chain that webhooks and sessions share.

Each verb is a method that takes the options of its class in :mod:`jambonz_sync.verbs`, checks them,
and appends the verb as a plain dict in wire form.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Concatenate, Generic, ParamSpec, Self, TypeAlias, TypeVar, overload

from .. import verbs as v
from ..errors import InvalidVerb, MessageTooLarge
from ..model.compile import compiled, invalid
from ..model.declare import Dialect, Flaw, Model, documented, once
from ..model.wire import MAX_MESSAGE, dumps
from . import Raw, to_wire

__all__ = ["VerbChain", "WebhookResponse", "as_verbs", "check_size"]

P = ParamSpec("P")
C = TypeVar("C", bound="VerbChain")

#: a verb as an instance, or as a dict in either shape and spelling
AnyVerb: TypeAlias = Model | Mapping[str, Any]

_PLAIN = Dialect()


class Chained(Generic[P]):
    """A chain method that takes the options of a verb. The class of the verb is loaded at its first use."""

    def __init__(self, load: Callable[[], Callable[P, Model]]) -> None:
        self._load = load

    def __set_name__(self, owner: type, name: str) -> None:
        self._owner, self._name = owner, name

    @overload
    def __get__(self, chain: None, owner: type[C]) -> Callable[Concatenate[C, P], C]: ...
    @overload
    def __get__(self, chain: C, owner: type[C]) -> Callable[P, C]: ...
    def __get__(self, chain: Any, owner: Any) -> Any:
        method = _method(self._load(), self._name)  # type: ignore[arg-type]
        # a plain function in place of this: calls cost nothing more, and inspect, pydoc and Sphinx know it
        setattr(self._owner, self._name, method)
        return method.__get__(chain, owner)


def _method(cls: type[Model], name: str) -> Any:
    verb = cls.__jambonz__.verb or name
    build = compiled(cls, _PLAIN)

    def method(self: VerbChain, **options: Any) -> VerbChain:
        try:
            if self.server is None and self.escape_urls:
                self._append(build(options))
            else:
                self._append(compiled(cls, self._dialect())(options))
        except Flaw as flaw:
            raise invalid(flaw, verb, _call_of(self)) from None
        except RecursionError:
            raise invalid(Flaw("is nested too deeply"), verb, _call_of(self)) from None
        return self

    method.__name__, method.__qualname__, method.__doc__ = name, f"VerbChain.{name}", _doc(cls)
    method.__signature__ = _signature(cls)  # type: ignore[attr-defined]
    return method


def _call_of(chain: VerbChain) -> str | None:
    return getattr(chain, "call_sid", None)  # a session has one


def _doc(cls: type[Model]) -> str:
    about, meant = documented(cls)
    lines = [f"    {name}: {text}" for name, text in meant.items()]
    return "\n".join([about, "", "Args:", *lines, "", "Raises :class:`InvalidVerb`; then nothing is appended."])


def _signature(cls: type[Model]) -> inspect.Signature:
    given = dict(inspect.signature(cls).parameters)
    shared = [given.pop(name) for name in ("id", "extra") if name in given]
    me = inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return inspect.Signature([me, *given.values(), *shared], return_annotation="Self")


class VerbChain:
    """A row of verbs that grows by a method for each.

    ``server="0.9"`` refuses what a 0.9 server would reject. ``escape_urls=False`` sends texts as they are that
    jambonz would take for URLs. One thread at a time may use a chain.

    A subclass may keep the verbs elsewhere: methods append through ``_append`` and read ``_verbs``.
    """

    server: str | None = None
    escape_urls: bool = True
    _rows: list[dict[str, Any]]

    def __init__(self, *, server: str | None = None, escape_urls: bool = True) -> None:
        if server is not None:
            self.server = _known_server(server)
        if not escape_urls:
            self.escape_urls = False
        self._rows = []

    say = Chained(lambda: v.Say)
    play = Chained(lambda: v.Play)
    gather = Chained(lambda: v.Gather)
    dial = Chained(lambda: v.Dial)
    llm = Chained(lambda: v.Llm)
    s2s = Chained(lambda: v.S2s)
    openai_s2s = Chained(lambda: v.OpenaiS2s)
    google_s2s = Chained(lambda: v.GoogleS2s)
    elevenlabs_s2s = Chained(lambda: v.ElevenlabsS2s)
    deepgram_s2s = Chained(lambda: v.DeepgramS2s)
    ultravox_s2s = Chained(lambda: v.UltravoxS2s)
    qwen_s2s = Chained(lambda: v.QwenS2s)
    gptlive_s2s = Chained(lambda: v.GptliveS2s)
    voicelive_s2s = Chained(lambda: v.VoiceliveS2s)
    microsoft_s2s = Chained(lambda: v.MicrosoftS2s)
    voiceagent_s2s = Chained(lambda: v.VoiceagentS2s)
    agent = Chained(lambda: v.Agent)
    dialogflow = Chained(lambda: v.Dialogflow)
    conference = Chained(lambda: v.Conference)
    room = Chained(lambda: v.Room)
    enqueue = Chained(lambda: v.Enqueue)
    dequeue = Chained(lambda: v.Dequeue)
    hangup = Chained(lambda: v.Hangup)
    pause = Chained(lambda: v.Pause)
    redirect = Chained(lambda: v.Redirect)
    config = Chained(lambda: v.Config)
    tag = Chained(lambda: v.Tag)
    dtmf = Chained(lambda: v.Dtmf)
    listen = Chained(lambda: v.Listen)
    stream = Chained(lambda: v.Stream)
    transcribe = Chained(lambda: v.Transcribe)
    message = Chained(lambda: v.Message)
    dub = Chained(lambda: v.Dub)
    alert = Chained(lambda: v.Alert)
    answer = Chained(lambda: v.Answer)
    leave = Chained(lambda: v.Leave)
    sip_decline = Chained(lambda: v.SipDecline)
    sip_refer = Chained(lambda: v.SipRefer)
    sip_request = Chained(lambda: v.SipRequest)
    transfer = Chained(lambda: v.Transfer)

    @property
    def _verbs(self) -> list[dict[str, Any]]:
        return self._rows

    def _append(self, verb: dict[str, Any]) -> None:
        self._verbs.append(verb)

    def _dialect(self) -> Dialect:
        return _dialect(self.server, self.escape_urls)

    def add_verbs(self, verbs: AnyVerb | Iterable[AnyVerb] | None, validate: bool = True) -> Self:
        """Append verbs given as raw JSON (``{"verb": "say", ...}`` or ``{"say": {...}}``, in either spelling) or as
        instances, one or a list of them.

        ``validate=False`` appends raw JSON as it is. Raises :class:`InvalidVerb`; then none of them is appended.
        """
        try:
            if validate:
                rows = as_verbs(verbs, self.server, self.escape_urls)
            else:
                given: list[Any] = [verbs] if isinstance(verbs, Mapping | Model) else list(verbs or ())
                rows = [Raw(one) if isinstance(one, Mapping) else _one(one, self._dialect()) for one in given]
        except InvalidVerb as error:
            error.call_sid = _call_of(self)
            raise
        for row in rows:
            self._append(row)
        return self

    def clear(self) -> None:
        """Drop all verbs."""
        self._verbs.clear()

    def to_json(self) -> str:
        """The verbs as compact JSON. Raises :class:`InvalidVerb` for what JSON has no form for."""
        return dumps(self._verbs)

    def __len__(self) -> int:
        return len(self._verbs)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self._verbs)


def _known_server(server: str) -> str:
    if isinstance(server, str) and server.split(".")[:2] == ["0", "9"]:
        return "0.9"
    raise ValueError(f'server: expected "0.9" or None, got {server!r}')


@once
def _dialect(server: str | None, escape_urls: bool) -> Dialect:
    return Dialect(None if server is None else _known_server(server), escape_urls)


class WebhookResponse(list[dict[str, Any]], VerbChain):
    """The answer to a webhook: a list of plain dicts with a method for each verb.

    Return it from a Flask view, or give it to ``flask.jsonify`` or ``json.dumps``.
    """

    def __init__(self, *, server: str | None = None, escape_urls: bool = True) -> None:
        if server is not None:
            self.server = _known_server(server)
        if not escape_urls:
            self.escape_urls = False

    _append = list.append  # type: ignore[assignment]  # the same, without a call in between

    @property
    def _verbs(self) -> list[dict[str, Any]]:
        return self


def as_verbs(value: Any, server: str | None = None, escape_urls: bool = True) -> list[dict[str, Any]]:
    """The verbs that a handler returned, checked, as a list of wire dicts.

    ``value`` is a :class:`WebhookResponse`, a verb (``Say(text="hi")``), a dict in either shape, a list of those,
    or None. Raises :class:`InvalidVerb`.
    """
    if value is None:
        return []
    if isinstance(value, VerbChain):
        escape_urls = escape_urls and value.escape_urls
        if server is None or value.server == server:
            return list(value._verbs)
        value = value._verbs
    dialect = _dialect(server, escape_urls)
    if type(value) is not list:  # the usual; to ask what else it is takes as long as to check a verb
        if isinstance(value, Model | Mapping):
            return [_one(value, dialect)]
        if isinstance(value, str | bytes) or not isinstance(value, Iterable):
            raise InvalidVerb(f"expected verbs, got {type(value).__name__}", expected="verbs")
    return [_one(one, dialect) for one in value]


def _one(value: Any, dialect: Dialect) -> dict[str, Any]:
    try:
        return to_wire(value, dialect)
    except Flaw as flaw:
        raise invalid(flaw, _name_of(value)) from None
    except RecursionError:
        raise invalid(Flaw("is nested too deeply"), _name_of(value)) from None


def _name_of(value: Any) -> str:
    if isinstance(value, Model):
        return value.__jambonz__.verb or type(value).__name__
    if isinstance(value, Mapping):
        return str(value.get("verb") or next(iter(value), "verb"))
    return "verb"


def check_size(verbs: list[dict[str, Any]], message: int | None = None) -> int:
    """The bytes that ``verbs`` take as JSON, or ``message`` of them with what stands around. Raises
    :class:`MessageTooLarge` if that is too much for one message."""
    size = len(dumps(verbs).encode()) if message is None else message
    if size > MAX_MESSAGE:
        sizes = [(len(dumps(verb).encode()), i) for i, verb in enumerate(verbs)]
        most, index = max(sizes)
        largest = f"{_name_of(verbs[index])} ({most:,} bytes)"
        raise MessageTooLarge(
            f"{size:,} bytes{' of verbs' if message is None else ''}; jambonz takes {MAX_MESSAGE:,} in one message. "
            f"The largest verb is {largest}",
            size=size,
            limit=MAX_MESSAGE,
            largest=largest,
        )
    return size
