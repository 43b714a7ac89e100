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
from ..logs import origins
from ..model.compile import compiled, invalid
from ..model.declare import Model, ServerTarget, documented
from ..model.json_text import dumps
from ..model.validation import ValidationError
from ..model.versions import known_server, server_target
from ..model.wire import MAX_MESSAGE
from .resolve import Raw, to_wire
from .subject import with_subject

__all__ = ["VerbChain", "WebhookResponse", "as_verbs", "check_size", "verb_name"]

P = ParamSpec("P")
C = TypeVar("C", bound="VerbChain")

#: a verb as an instance, or as a dict in either shape and spelling
AnyVerb: TypeAlias = Model | Mapping[str, Any]

_NEWEST = ServerTarget()


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
    build = compiled(cls, _NEWEST)
    name_subject = with_subject(cls, name)

    def method(self: VerbChain, *args: Any, **options: Any) -> VerbChain:
        try:
            if args:
                options = name_subject(args, options)
            if self.server is None and self.escape_urls:
                made = build(options)
            else:
                made = compiled(cls, self._server_target())(options)
        except ValidationError as error:
            raise invalid(error, verb, _call_of(self)) from None
        except RecursionError:
            raise invalid(ValidationError("is nested too deeply"), verb, _call_of(self)) from None
        self._append(made)
        if origins.watcher is not None:
            origins.watcher.made(made)
        return self

    method.__name__, method.__qualname__, method.__doc__ = name, f"VerbChain.{name}", _doc(cls)
    method.__signature__ = _signature(cls)  # type: ignore[attr-defined]
    return method


def _call_of(chain: VerbChain) -> str | None:
    return getattr(chain, "call_sid", None)  # a session has one


def _doc(cls: type[Model]) -> str:
    about, meanings = documented(cls)
    args = [f"    {name}: {meaning}" for name, meaning in meanings.items()]
    raises = "    InvalidVerb: jambonz would not take it; then nothing is appended."
    return "\n".join([about, "", "Args:", *args, "", "Raises:", raises])


class _Annotation(str):
    """An annotation as it is written: ``help()`` would put a plain string in quotes."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def _signature(cls: type[Model]) -> inspect.Signature:
    options = inspect.signature(cls).parameters.values()
    shown = [option.replace(annotation=_Annotation(option.annotation)) for option in options]
    me = inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return inspect.Signature([me, *shown], return_annotation=_Annotation("Self"))


class VerbChain:
    """A row of verbs that grows by a method for each.

    One thread at a time may use a chain. A subclass may keep the verbs elsewhere: methods append through ``_append``
    and read ``_verbs``.

    Args:
        server: Version of jambonz whose verbs and options are known: ``"0.9"``, ``"10"``, ``"11"`` or a release
            (``"11.1.0"``). A verb or an option that it lacks is refused. None takes whatever the newest server does.
        escape_urls: False sends texts as they are that jambonz would take for URLs, and not speak.

    Raises:
        ValueError: ``server`` is no version that is known.
    """

    server: str | None = None
    escape_urls: bool = True
    _rows: list[dict[str, Any]]

    def __init__(self, *, server: str | None = None, escape_urls: bool = True) -> None:
        if server is not None:
            self.server = known_server(server)
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
    nova_s2s = Chained(lambda: v.NovaS2s)
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

    def _server_target(self) -> ServerTarget:
        return server_target(self.server, self.escape_urls)

    def add_verbs(self, verbs: AnyVerb | Iterable[AnyVerb] | None, validate: bool = True) -> Self:
        """Append verbs that are given as raw JSON or as instances.

        Args:
            verbs: One verb or several: ``{"verb": "say", ...}``, ``{"say": {...}}`` in either spelling, or
                ``Say(...)``. None appends nothing.
            validate: False appends raw JSON as it is, unchecked.

        Returns:
            The chain.

        Raises:
            InvalidVerb: jambonz would not take one of them; then none of them is appended.
        """
        try:
            if validate:
                rows = as_verbs(verbs, self.server, self.escape_urls)
            else:
                items: list[Any] = [verbs] if isinstance(verbs, Mapping | Model) else list(verbs or ())
                target = self._server_target()
                rows = [Raw(item) if isinstance(item, Mapping) else _checked(item, target) for item in items]
        except InvalidVerb as error:
            error.call_sid = _call_of(self)
            raise
        for row in rows:
            self._append(row)
            if origins.watcher is not None:
                origins.watcher.made(row)
        return self

    def clear(self) -> None:
        """Drop all verbs."""
        self._verbs.clear()

    def to_json(self) -> str:
        """Return the verbs as compact JSON.

        Raises:
            InvalidVerb: JSON has no form for something in them.
        """
        return dumps(self._verbs[:])  # a plain list, which has the quicker encoder

    def __len__(self) -> int:
        return len(self._verbs)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self._verbs)


class WebhookResponse(list[dict[str, Any]], VerbChain):
    """The answer to a webhook: a list of plain dicts with a method for each verb.

    Return it from a Flask view, or give it to ``flask.jsonify`` or ``json.dumps``.

    Args:
        server: Version of jambonz whose verbs and options are known: ``"0.9"``, ``"10"``, ``"11"`` or a release
            (``"11.1.0"``). A verb or an option that it lacks is refused. None takes whatever the newest server does.
        escape_urls: False sends texts as they are that jambonz would take for URLs, and not speak.

    Raises:
        ValueError: ``server`` is no version that is known.
    """

    def __init__(self, *, server: str | None = None, escape_urls: bool = True) -> None:
        if server is not None:
            self.server = known_server(server)
        if not escape_urls:
            self.escape_urls = False

    _append = list.append  # type: ignore[assignment]  # the same, without a call in between

    @property
    def _verbs(self) -> list[dict[str, Any]]:
        return self


def as_verbs(value: Any, server: str | None = None, escape_urls: bool = True) -> list[dict[str, Any]]:
    """Return the verbs that a handler returned, checked, as a list of wire dicts.

    Args:
        value: A :class:`WebhookResponse`, a verb (``Say(text="hi")``), a dict in either shape, a list of those, or
            None for no verbs.
        server: Version of jambonz whose verbs and options are known: ``"0.9"``, ``"10"``, ``"11"`` or a release
            (``"11.1.0"``). A verb or an option that it lacks is refused. None takes whatever the newest server does.
        escape_urls: False leaves texts as they are that jambonz would take for URLs, and not speak.

    Raises:
        InvalidVerb: It is something else, or jambonz would not take it.
    """
    if value is None:
        return []
    if isinstance(value, VerbChain):
        escape_urls = escape_urls and value.escape_urls
        if server is None or value.server == server:
            return list(value._verbs)
        value = value._verbs
    target = server_target(server, escape_urls)
    if type(value) is not list:  # the usual; to ask what else it is takes as long as to check a verb
        if isinstance(value, Model | Mapping):
            return [_checked(value, target)]
        if isinstance(value, str | bytes) or not isinstance(value, Iterable):
            raise InvalidVerb(f"expected verbs, got {type(value).__name__}", expected="verbs")
    return [_checked(verb, target) for verb in value]


def _checked(verb: Any, target: ServerTarget) -> dict[str, Any]:
    try:
        return to_wire(verb, target)
    except ValidationError as error:
        raise invalid(error, verb_name(verb)) from None
    except RecursionError:
        raise invalid(ValidationError("is nested too deeply"), verb_name(verb)) from None


def verb_name(verb: Any) -> str:
    """Return what messages call a verb, in whichever form it is.

    Args:
        verb: An instance, a dict in either shape, or anything else, which is called ``verb``.
    """
    if isinstance(verb, Model):
        return verb.__jambonz__.verb or type(verb).__name__
    if isinstance(verb, Mapping):
        return str(verb.get("verb") or next(iter(verb), "verb"))
    return "verb"


def check_size(verbs: list[dict[str, Any]], message: int | None = None) -> int:
    """Return the size of verbs as JSON, if it is not too much for one message.

    Args:
        verbs: Verbs in wire form.
        message: Size in bytes of the whole message that carries them, where it is known; else that of the verbs
            alone counts.

    Raises:
        MessageTooLarge: jambonz would close the connection. The error names the largest of the verbs.
    """
    size = len(dumps(verbs).encode()) if message is None else message
    if size > MAX_MESSAGE:
        sizes = [(len(dumps(verb).encode()), i) for i, verb in enumerate(verbs)]
        bytes_of_largest, index = max(sizes)
        largest = f"{verb_name(verbs[index])} ({bytes_of_largest:,} bytes)"
        raise MessageTooLarge(
            f"{size:,} bytes{' of verbs' if message is None else ''}; jambonz takes {MAX_MESSAGE:,} in one message. "
            f"The largest verb is {largest}",
            size=size,
            limit=MAX_MESSAGE,
            largest=largest,
        )
    return size
