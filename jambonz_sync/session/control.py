"""The methods by which a running call is changed from outside its verbs. A session inherits them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import wraps
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from ..errors import JambonzError
from ..model.wire import to_python_name
from ..protocol import actions as commands
from ..verbs.chain import VerbChain, as_verbs

if TYPE_CHECKING:
    from ..tools import ToolSet
    from ..verbs import Say

__all__ = ["ControlCommands"]

C = TypeVar("C", bound=type)


def _errors_name_the_call(cls: C) -> C:
    """Whatever a public method of ``cls`` raises on purpose carries the ``call_sid``."""

    def named(method: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(method)
        def call(self: Any, *args: Any, **options: Any) -> Any:
            try:
                return method(self, *args, **options)
            except JambonzError as exc:
                exc.call_sid = exc.call_sid or getattr(self, "call_sid", None)
                raise

        return call

    for name, method in list(vars(cls).items()):
        if not name.startswith("_"):
            setattr(cls, name, named(method))
    return cls


@_errors_name_the_call
class ControlCommands:
    """Commands that act on the call at once, whatever verb is running.

    Every method checks its arguments, raises :class:`~jambonz_sync.errors.InvalidVerb` if jambonz would
    not take them, sends one message and returns; it does not wait for the effect, of which jambonz
    reports nothing. Sending blocks only while the connection takes no data. Any thread may call.
    ``call_sid`` aims at another leg of the call, such as the dialled one (see ``session.legs``).

    Besides: :class:`~jambonz_sync.errors.SessionClosed` once the call is gone, and
    :class:`~jambonz_sync.errors.MessageTooLarge` over 24 KiB.
    """

    @abstractmethod
    def _command(self, message: commands.Message) -> None:
        """Send ``message``. The one door that all commands go through."""
        raise NotImplementedError

    def _wire_verbs(self, verbs: object) -> list[dict[str, Any]]:
        return as_verbs(verbs, *self._dialect_of_call())

    def _wire_options(self, verb: str, options: dict[str, Any]) -> dict[str, Any]:
        """The options of one verb as they go on the wire, checked as the verb checks them."""
        server, escape_urls = self._dialect_of_call()
        chain = VerbChain(server=server, escape_urls=escape_urls)
        getattr(chain, verb)(**options)
        return {name: value for name, value in next(iter(chain)).items() if name != "verb"}

    def _dialect_of_call(self) -> tuple[str | None, bool]:
        return getattr(self, "server", None), getattr(self, "escape_urls", True)

    def inject_command(self, command: str, data: object = None, call_sid: str | None = None) -> None:
        """Send any command, for those that have no method here. ``data`` goes as it is."""
        self._command(commands.command(command, data, call_sid=call_sid))

    def inject_redirect(
        self, target: object = None, call_sid: str | None = None, *, child: object = None, queue: bool = False
    ) -> None:
        """Give this leg, or the leg that it has dialled (``child``), something new to do.

        Each of the two is a hook (a path, a url, or an object with ``url``), which jambonz asks for verbs, or the
        verbs themselves; not one of each. ``queue`` puts verbs for this leg behind those still to run instead of
        in their place; there is no such thing for a hook or for the child. With a hook for the child alone, this leg
        is hung up.
        """
        hooks = [_is_hook(value) for value in (target, child) if value is not None]
        if queue and (any(hooks) or child is not None):
            raise commands.invalid("redirect", "queue", "verbs for this leg alone", (target, child))
        if all(hooks):
            self._command(commands.redirect_hook(_hook(target), child_hook=_hook(child), call_sid=call_sid))
        elif any(hooks):
            raise commands.invalid("redirect", None, "hooks for both legs, or verbs for both", target)
        elif child is None:
            self._command(commands.redirect_verbs(self._wire_verbs(target), queue=queue, call_sid=call_sid))
        else:
            parent = None if target is None else self._wire_verbs(target)
            self._command(commands.redirect_legs(parent, self._wire_verbs(child), call_sid=call_sid))

    def inject_hangup(
        self, status: Literal["completed", "no-answer"] = "completed", *, call_sid: str | None = None
    ) -> None:
        """Hang up an answered call; ``no-answer`` gives up one that has not been answered."""
        self._command(commands.hangup(status, call_sid=call_sid))

    def inject_config(self, *, call_sid: str | None = None, **options: Any) -> None:
        """Run the ``config`` verb now, with its options: ``inject_config(tts_stream={"enable": True})``."""
        self._command(commands.config(self._wire_options("config", options), call_sid=call_sid))

    def inject_dial(
        self,
        *,
        to: Mapping[str, Any],
        from_: str,
        application_sid: str | None = None,
        call_hook: commands.Hook | None = None,
        call_sid: str | None = None,
        **options: Any,
    ) -> None:
        """Place another outbound call, apart from this one, which runs ``call_hook`` or the application.

        ``to`` is a target object (``{"type": "phone", "number": "+15085551212"}``); ``options`` are further fields
        of the REST call "create call", such as ``call_status_hook``, ``timeout`` (seconds) and ``tag``.
        """
        self._command(
            commands.dial(
                to=to,
                from_=from_,
                application_sid=application_sid,
                call_hook=call_hook,
                options=options,
                call_sid=call_sid,
            )
        )

    def inject_mute(self, status: Literal["mute", "unmute"], call_sid: str | None = None) -> None:
        """Mute or unmute a leg. Only in a dial or a conference."""
        self._command(commands.mute(status, call_sid=call_sid))

    def inject_whisper(self, verbs: object, call_sid: str | None = None) -> None:
        """Speak or play to one leg only. ``verbs``: one ``say`` or ``play``, several, or a chain of them.
        Only in a dial or a listen."""
        self._command(commands.whisper(self._wire_verbs(verbs), call_sid=call_sid))

    def inject_noise_isolation(
        self,
        status: Literal["enable", "disable"],
        options: Mapping[str, Any] | None = None,
        call_sid: str | None = None,
        *,
        vendor: str | None = None,
        level: float | None = None,
        model: str | None = None,
    ) -> None:
        """Switch the removal of background noise on or off; ``level`` is 0 to 100. What is by name may be in the dict
        ``options`` instead. (jambonz 10)"""
        given = _merged("noiseIsolation:status", options, {"vendor": vendor, "level": level, "model": model})
        self._command(commands.noise_isolation(status, **given, call_sid=call_sid))

    def inject_record(
        self,
        action: commands.RecordAction,
        options: Mapping[str, Any] | None = None,
        call_sid: str | None = None,
        *,
        type: Literal["siprec", "cloud"] | None = None,
        siprec_server_url: str | Sequence[str] | None = None,
        recording_id: str | None = None,
        headers: Mapping[str, str] | None = None,
        silence: bool | None = None,
    ) -> None:
        """Start, stop, pause or resume recording: by SIPREC to ``siprec_server_url``, or, with ``type="cloud"``, to
        the account's bucket. ``silence`` records silence during a pause (cloud only). What is by name may be in the
        dict ``options`` instead, in either spelling."""
        named = {
            "type": type,
            "siprec_server_url": siprec_server_url,
            "recording_id": recording_id,
            "headers": headers,
            "silence": silence,
        }
        self._command(commands.record(action, **_merged("record", options, named), call_sid=call_sid))

    def inject_listen_status(self, status: Literal["pause", "silence", "resume"], call_sid: str | None = None) -> None:
        """Pause or resume the audio sent to a listen (or stream) verb; ``silence`` sends silence instead."""
        self._command(commands.listen_status(status, call_sid=call_sid))

    def inject_transcribe_status(self, status: Literal["pause", "resume"], call_sid: str | None = None) -> None:
        """Pause or resume transcription."""
        self._command(commands.transcribe_status(status, call_sid=call_sid))

    def inject_dtmf(self, digit: str, duration: int | None = None, call_sid: str | None = None) -> None:
        """Send DTMF: one or more of ``0-9 * # A-D``, ``duration`` milliseconds each (default 250)."""
        self._command(commands.dtmf(digit, duration=duration, call_sid=call_sid))

    def inject_dub(
        self,
        action: commands.DubAction,
        track: str,
        *,
        play: str | None = None,
        say: str | Say | Mapping[str, Any] | None = None,
        loop: bool | None = None,
        gain: float | str | None = None,
        call_sid: str | None = None,
    ) -> None:
        """Mix a further audio track into a leg. ``say`` is a text, or the options of the verb ``say``; ``gain`` is in
        decibels (``-10`` or ``"-10 dB"``)."""
        said = None if say is None else self._wire_options("dub", _saying(say))["say"]
        self._command(commands.dub(action, track, play=play, say=said, loop=loop, gain=gain, call_sid=call_sid))

    def inject_boost_audio(self, gain: float | str, call_sid: str | None = None) -> None:
        """Make a leg louder or quieter, by decibels: ``-6``, ``"+3 dB"``; 0 is as it was."""
        self._command(commands.boost_audio(gain, call_sid=call_sid))

    def inject_media_path(self, path: commands.MediaPath, call_sid: str | None = None) -> None:
        """How much of the media server a bridged call passes through. Only in a dial."""
        self._command(commands.media_path(path, call_sid=call_sid))

    def inject_stt_reconfigure(self, language_hints: Iterable[str], call_sid: str | None = None) -> None:
        """Tell the recogniser which languages to expect (BCP-47 codes); none: it detects them. (jambonz 10)"""
        self._command(commands.stt_reconfigure(language_hints, call_sid=call_sid))

    def inject_sip_request(
        self,
        method: str,
        *,
        content_type: str | None = None,
        content: str | None = None,
        headers: Mapping[str, str] | None = None,
        call_sid: str | None = None,
    ) -> None:
        """Send a SIP request (``INFO``, ``MESSAGE``, ``NOTIFY`` ...) within the call's dialog."""
        self._command(
            commands.sip_request(method, content_type=content_type, content=content, headers=headers, call_sid=call_sid)
        )

    def inject_tag(self, data: Mapping[str, Any], call_sid: str | None = None) -> None:
        """Attach data of yours to the call; it comes back in later events. (jambonz 10)"""
        self._command(commands.tag(data, call_sid=call_sid))

    # -- the conference that this call is in

    def inject_conference(
        self,
        *,
        mute: Literal["mute", "unmute"] | None = None,
        hold: Literal["hold", "unhold"] | None = None,
        action: commands.ConferenceAction | None = None,
        tag: str | None = None,
        wait_hook: str | None = None,
        call_sid: str | None = None,
    ) -> None:
        """Act on the conference: one of three.

        ``mute`` mutes everybody but the moderators. ``hold`` puts this member on hold, with what ``wait_hook`` plays.
        ``action`` acts on this member: ``coach`` and ``tag`` need ``tag``.
        """
        if sum(option is not None for option in (mute, hold, action)) != 1:
            raise commands.invalid("conference", None, "one of mute, hold and action", (mute, hold, action))
        if mute is not None:
            self._command(commands.conference_mute(mute, call_sid=call_sid))
        elif hold is not None:
            self._command(commands.conference_hold(hold, wait_hook=wait_hook, call_sid=call_sid))
        elif action is not None:
            self._command(commands.conference_action(action, tag=tag, wait_hook=wait_hook, call_sid=call_sid))

    def inject_say(
        self,
        text: str | Sequence[str],
        *,
        synthesizer: Any = None,
        loop: int | Literal["forever"] | None = None,
        stream: bool | None = None,
        id: str | None = None,
        replace: bool | None = None,
        call_sid: str | None = None,
    ) -> None:
        """Speak to everybody in the conference. ``id`` comes back in its ``say-start`` and ``say-done`` events.
        (jambonz 10)"""
        said = self._wire_options("say", {"text": text, "synthesizer": synthesizer})
        self._command(
            commands.say_in_room(
                said.get("text", text),
                synthesizer=said.get("synthesizer"),
                loop=loop,
                stream=stream,
                id=id,
                replace=replace,
                call_sid=call_sid,
            )
        )

    def inject_play(
        self, url: str, *, id: str | None = None, replace: bool | None = None, call_sid: str | None = None
    ) -> None:
        """Play a file or a tone to everybody in the conference. (jambonz 10)"""
        self._command(commands.play_in_room(url, id=id, replace=replace, call_sid=call_sid))

    # -- the language model that this call talks to

    def send_tool_output(self, tool_call_id: str, data: object) -> None:
        """Answer a tool call of an ``llm`` or ``agent`` verb. What is not an object goes as ``{"result": data}``.

        Speech-to-speech vendors drop an answer that is not in their own shape: ``use_tools`` makes that shape.
        """
        self._command(commands.tool_output(tool_call_id, data))

    def update_llm(self, data: Mapping[str, Any]) -> None:
        """Change the conversation of a running ``llm`` verb: ``data`` is a client event of the model's vendor."""
        self._command(commands.llm_update(data))

    def update_agent(self, type: commands.AgentUpdate | Mapping[str, Any], **fields: Any) -> None:
        """Change a running ``agent`` verb: ``update_agent("update_instructions", instructions="Be brief.")``, or all of
        it in one dict, its ``type`` included. The four methods below are its typed forms. (jambonz 10)"""
        data: dict[str, Any] = {**(type if isinstance(type, Mapping) else {"type": type}), **fields}
        if "tools" in data:
            data["tools"] = _declared(data["tools"])
        self._command(commands.agent_update(**{"type": None, **data}))

    def update_instructions(self, instructions: str) -> None:
        """Replace the agent's system prompt. (jambonz 10)"""
        self._command(commands.update_instructions(instructions))

    def inject_context(self, messages: Iterable[Mapping[str, Any]]) -> None:
        """Add messages (``{"role": "user", "content": ...}``) to the agent's conversation, without a reply to
        them. (jambonz 10)"""
        self._command(commands.inject_context(messages))

    def update_tools(self, tools: ToolSet | Iterable[Mapping[str, Any]]) -> None:
        """Replace the agent's tools; an empty list takes them all away. (jambonz 10)"""
        self._command(commands.update_tools(_declared(tools)))

    def generate_reply(
        self, *, interrupt: bool | None = None, user_input: str | None = None, instructions: str | None = None
    ) -> None:
        """Make the agent speak now: to ``user_input`` as if the caller had said it, or as ``instructions`` tell it.
        ``interrupt`` cuts off what it is saying. (jambonz 10)"""
        self._command(commands.generate_reply(interrupt=interrupt, user_input=user_input, instructions=instructions))


def _merged(command: str, options: object, named: dict[str, Any]) -> dict[str, Any]:
    """Options given in one dict, as in the Node SDK, and those given by name, which come first."""
    if options is None:
        return named
    if not isinstance(options, Mapping):
        raise commands.invalid(command, None, "an object of options", options)
    merged = {to_python_name(str(name)): value for name, value in options.items()}
    for name in merged:
        if name not in named:
            raise commands.invalid(command, name, "|".join(named), name)
    return {**merged, **{name: value for name, value in named.items() if value is not None or name not in merged}}


def _declared(tools: Any) -> Any:
    """The schemas of a ToolSet, whose module a session does not load by itself; anything else as it is."""
    return tools.schemas("agent") if hasattr(tools, "schemas") else tools


def _saying(say: object) -> dict[str, Any]:
    """Options of a ``dub`` verb in which ``say`` is checked, whatever else the command has."""
    return {"action": "sayOnTrack", "track": "any", "say": say}


def _is_hook(value: object) -> bool:
    return isinstance(value, str) or (isinstance(value, Mapping) and "url" in value and "verb" not in value)


def _hook(value: object) -> commands.Hook | None:
    if value is None or isinstance(value, str):
        return value
    assert isinstance(value, Mapping)
    return value
