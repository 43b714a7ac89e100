"""The methods by which a running call is changed from outside its verbs."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from ..errors import JambonzError
from ..protocol import actions
from ..protocol.actions import Action, Message
from ..protocol.actions.choices import (
    AgentUpdateType,
    AudioPath,
    CallStatus,
    DubAction,
    HoldStatus,
    ListenStatus,
    MuteStatus,
    NoiseIsolationStatus,
    ParticipantAction,
    RecordAction,
    RecordType,
    TranscribeStatus,
)

if TYPE_CHECKING:
    from ..tools import ToolSet
    from ..verbs import Say
    from ..verbs.chain import VerbChain
    from ..verbs.components import Hook

__all__ = ["ControlCommands"]


class ControlCommands:
    """Commands that act on the call at once, whatever verb is running.

    Each checks its arguments, sends one message and returns; it does not wait for the effect, of which jambonz reports
    nothing. They raise :class:`~jambonz_sync.errors.InvalidVerb` for what jambonz would refuse, or drop without a word,
    :class:`~jambonz_sync.errors.SessionClosed` once the call is over, and
    :class:`~jambonz_sync.errors.MessageTooLarge` over 24 KiB. ``call_sid`` aims at another leg of the call, such as
    the dialled one (see ``session.legs``); without it the leg that the connection belongs to is meant.

    Blocks: only while jambonz takes no data.  Threads: any.
    """

    call_sid: str
    server: str | None = None
    escape_urls: bool = True

    @abstractmethod
    def _command(self, message: Message) -> None:
        """Send ``message``: all commands go this way."""
        raise NotImplementedError

    def _inject(
        self,
        action: type[Action],
        call_sid: str | None,
        options: Mapping[str, Any] | None = None,
        /,
        *,
        queue: bool | None = None,
        **named: Any,
    ) -> None:
        """Send ``action`` with the options given by name, which come first, and those of the dict ``options``."""
        try:
            merged = actions.merged(action, options, named)
            message = actions.command_of(
                action, merged, server=self.server, escape_urls=self.escape_urls, call_sid=call_sid
            )
            if queue is not None:
                message["queueCommand"] = queue
            self._command(message)
        except JambonzError as exc:
            exc.call_sid = exc.call_sid or self.call_sid
            raise

    def inject_command(self, command: str, data: object = None, call_sid: str | None = None) -> None:
        """Send any command, for those that have no method here.

        Args:
            command: Name of the command.
            data: What the command takes, sent as it is; None for nothing.
            call_sid: The leg that is meant.
        Raises:
            InvalidVerb: ``data`` is empty text, 0 or False, which jambonz refuses.
        """
        try:
            self._command(actions.command(command, data, call_sid=call_sid))
        except JambonzError as exc:
            exc.call_sid = exc.call_sid or self.call_sid
            raise

    def inject_redirect(
        self,
        target: Hook | VerbChain | Sequence[Any] | None = None,
        call_sid: str | None = None,
        *,
        child: Hook | VerbChain | Sequence[Any] | None = None,
        queue: bool = False,
    ) -> None:
        """Give this leg, or the leg that it has dialled, something new to do.

        Args:
            target: A hook (a path, a url, or an object with ``url``), which jambonz asks for verbs, or the verbs
                themselves, for this leg.
            call_sid: The leg that is meant by "this leg".
            child: The same for the dialled leg; of one kind with ``target``. With a hook for the child alone, this leg
                is hung up: nothing is left for it to do. jambonz 0.9.8 fails on verbs for the child.
            queue: Put verbs for this leg behind those still to run, instead of in their place.
        Raises:
            InvalidVerb: Neither is given, one is a hook and the other verbs, or ``queue`` is asked for anything but
                verbs for this leg alone.
        """
        try:
            options = actions.redirect_options(target, child)
            if queue and options.keys() != {"parent_call"}:
                raise actions.refused("redirect", "queue", "verbs for this leg alone", (target, child))
        except JambonzError as exc:
            exc.call_sid = exc.call_sid or self.call_sid
            raise
        for_this_leg = options.keys() == {"parent_call"}
        self._inject(actions.Redirect, call_sid, queue=queue if for_this_leg else None, **options)

    def inject_hangup(self, status: CallStatus = "completed", call_sid: str | None = None) -> None:
        """Hang up.

        Args:
            status: ``"completed"`` hangs up an answered call, ``"no-answer"`` gives up one that is not answered yet.
            call_sid: The leg that is meant.
        """
        self._inject(actions.Hangup, call_sid, status=status)

    def inject_config(self, *, call_sid: str | None = None, **options: Any) -> None:
        """Run the ``config`` verb now: ``inject_config(tts_stream={"enable": True})``.

        Args:
            call_sid: The leg that is meant.
            options: Options of the ``config`` verb.
        """
        self._inject(actions.Config, call_sid, **options)

    def inject_dial(
        self,
        *,
        to: Mapping[str, Any],
        from_: str,
        application_sid: str | None = None,
        call_hook: Hook | None = None,
        call_sid: str | None = None,
        **options: Any,
    ) -> None:
        """Place another outbound call, apart from this one.

        Args:
            to: A target object: ``{"type": "phone", "number": "+15085551212"}``.
            from_: The caller's number.
            application_sid: The application that the new call runs; it, or ``call_hook``.
            call_hook: The hook that the new call runs.
            call_sid: The leg that is meant.
            options: Further fields of the REST call "create call", such as ``call_status_hook``, ``timeout`` (seconds)
                and ``tag``.
        """
        self._inject(
            actions.Dial, call_sid, to=to, from_=from_, application_sid=application_sid, call_hook=call_hook, **options
        )

    def inject_mute(self, status: MuteStatus = "mute", call_sid: str | None = None) -> None:
        """Mute or unmute a leg of a dial, or a member of a conference.

        Args:
            status: ``"mute"`` or ``"unmute"``.
            call_sid: The leg that is meant.
        """
        self._inject(actions.Mute, call_sid, status=status)

    def inject_whisper(self, verbs: Any, call_sid: str | None = None) -> None:
        """Speak or play to one leg of a dial, or of a listen, only.

        Args:
            verbs: One ``say`` or ``play``, several, or a chain of them.
            call_sid: The leg that is meant.
        """
        self._inject(actions.Whisper, call_sid, verbs=verbs)

    def inject_noise_isolation(
        self,
        status: NoiseIsolationStatus,
        options: Mapping[str, Any] | None = None,
        call_sid: str | None = None,
        *,
        vendor: str | None = None,
        level: float | None = None,
        model: str | None = None,
    ) -> None:
        """Switch the removal of background noise on or off (jambonz 10).

        Args:
            status: ``"enable"`` or ``"disable"``.
            options: What is by name below, in one dict, in either spelling.
            call_sid: The leg that is meant.
            vendor: Who removes it, such as ``"krisp"``.
            level: How much, 0 to 100.
            model: The vendor's model.
        """
        self._inject(actions.NoiseIsolation, call_sid, options, status=status, vendor=vendor, level=level, model=model)

    def inject_record(
        self,
        action: RecordAction,
        options: Mapping[str, Any] | None = None,
        call_sid: str | None = None,
        *,
        type: RecordType | None = None,
        siprec_server_url: str | Sequence[str] | None = None,
        recording_id: str | None = None,
        headers: Mapping[str, str] | None = None,
        silence: bool | None = None,
    ) -> None:
        """Start, stop, pause or resume recording.

        Args:
            action: ``"startCallRecording"`` or ``"start"``, and so on for stop, pause and resume.
            options: What is by name below, in one dict, in either spelling.
            call_sid: The leg that is meant.
            type: ``"cloud"`` records to the account's bucket, ``"siprec"`` to ``siprec_server_url``.
            siprec_server_url: SIP URI of a SIPREC server, or several.
            recording_id: A name of your choice for the SIPREC server.
            headers: SIP headers for the SIPREC server.
            silence: Record silence during a pause; cloud only.
        """
        self._inject(
            actions.Record,
            call_sid,
            options,
            action=action,
            type=type,
            siprec_server_url=siprec_server_url,
            recording_id=recording_id,
            headers=headers,
            silence=silence,
        )

    def inject_listen_status(self, status: ListenStatus, call_sid: str | None = None) -> None:
        """Pause or resume the audio that is sent to a listen (or stream) verb.

        Args:
            status: ``"pause"``, ``"resume"``, or ``"silence"``, which sends silence instead.
            call_sid: The leg that is meant.
        """
        self._inject(actions.Listen, call_sid, status=status)

    def inject_transcribe_status(self, status: TranscribeStatus, call_sid: str | None = None) -> None:
        """Pause or resume a transcribe verb, one in the background or one nested in a dial.

        Args:
            status: ``"pause"`` or ``"resume"``.
            call_sid: The leg that is meant.
        """
        self._inject(actions.Transcribe, call_sid, status=status)

    def inject_dtmf(self, digit: str, duration: int | None = None, call_sid: str | None = None) -> None:
        """Send DTMF.

        Args:
            digit: One or more of ``0-9 * # A-D``.
            duration: Milliseconds each; 250 if not set.
            call_sid: The leg that is meant.
        """
        self._inject(actions.Dtmf, call_sid, digit=digit, duration=duration)

    def inject_dub(
        self,
        action: DubAction,
        track: str,
        *,
        play: str | None = None,
        say: str | Say | Mapping[str, Any] | None = None,
        loop: bool | None = None,
        gain: float | str | None = None,
        call_sid: str | None = None,
    ) -> None:
        """Mix a further audio track into a leg.

        Args:
            action: What to do with the track.
            track: Name of the track, of your choice.
            play: URL of what to play on it.
            say: What to say on it: a text, or the options of the verb ``say``.
            loop: Repeat.
            gain: Volume in decibels, ``-10`` or ``"-10 dB"``.
            call_sid: The leg that is meant.
        """
        self._inject(actions.Dub, call_sid, action=action, track=track, play=play, say=say, loop=loop, gain=gain)

    def inject_boost_audio(self, gain: float | str, call_sid: str | None = None) -> None:
        """Make a leg louder or quieter.

        Args:
            gain: Decibels: ``-6``, ``"+3 dB"``; 0 is as it was.
            call_sid: The leg that is meant.
        """
        self._inject(actions.BoostAudio, call_sid, gain=gain)

    def inject_media_path(self, path: AudioPath, call_sid: str | None = None) -> None:
        """Choose how much of the media server the audio of a dial passes through.

        Args:
            path: ``"no-media"``, ``"partial-media"`` or ``"full-media"``.
            call_sid: The leg that is meant.
        """
        self._inject(actions.MediaPath, call_sid, path=path)

    def inject_stt_reconfigure(self, language_hints: Iterable[str], call_sid: str | None = None) -> None:
        """Tell the speech recogniser which languages to expect (jambonz 10).

        Args:
            language_hints: BCP-47 codes; with none it detects the language.
            call_sid: The leg that is meant.
        """
        self._inject(actions.SttReconfigure, call_sid, language_hints=language_hints)

    def inject_sip_request(
        self,
        method: str,
        content_type: str | None = None,
        content: str | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        call_sid: str | None = None,
    ) -> None:
        """Send a SIP request within the call's dialog.

        Args:
            method: ``"INFO"``, ``"MESSAGE"``, ``"NOTIFY"`` ...
            content_type: MIME type of ``content``.
            content: The body.
            headers: SIP headers.
            call_sid: The leg that is meant.
        """
        self._inject(
            actions.SipRequest, call_sid, method=method, content_type=content_type, content=content, headers=headers
        )

    def inject_tag(self, data: Mapping[str, Any], call_sid: str | None = None) -> None:
        """Attach data of yours to the call; it comes back as ``customer_data`` in later events (jambonz 10).

        Args:
            data: At least one key; replaces what was attached before.
            call_sid: The leg that is meant.
        """
        self._inject(actions.Tag, call_sid, data=data)

    # -- the conference that this call is in

    def inject_conference(
        self,
        *,
        mute: MuteStatus | bool | None = None,
        hold: HoldStatus | bool | None = None,
        action: ParticipantAction | None = None,
        tag: str | None = None,
        wait_hook: str | None = None,
        call_sid: str | None = None,
    ) -> None:
        """Act on the conference in one of three ways.

        Args:
            mute: Mute (``"mute"`` or True) or unmute everybody but the moderators.
            hold: Put this member on hold (``"hold"`` or True), with what ``wait_hook`` plays, or take it off.
            action: Act on this member.
            tag: Names the member (``action="tag"``), or whom to coach (``"coach"``).
            wait_hook: Hook for what a member on hold hears.
            call_sid: The leg that is meant.
        Raises:
            InvalidVerb: Not exactly one of ``mute``, ``hold`` and ``action`` is given.
        """
        if sum(option is not None for option in (mute, hold, action)) != 1:
            error = actions.refused("conference", None, "one of mute, hold and action", (mute, hold, action))
            error.call_sid = self.call_sid
            raise error
        if mute is not None:
            self._inject(actions.MuteOthers, call_sid, status=mute)
        elif hold is not None:
            self._inject(actions.Hold, call_sid, status=hold, wait_hook=wait_hook)
        else:
            self._inject(actions.Participant, call_sid, action=action, tag=tag, wait_hook=wait_hook)

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
        """Speak to everybody in the conference (jambonz 10).

        Args:
            text: What to say; of a list, one text picked at random.
            synthesizer: Which vendor speaks, in place of the application's.
            loop: How often; ``"forever"`` until something else happens.
            stream: Speak what ``send_tts_tokens`` delivers instead of a text.
            id: A name of your choice, which ``say-start`` and ``say-done`` events carry.
            replace: Cut off what is being spoken.
            call_sid: The leg that is meant.
        """
        self._inject(
            actions.RoomSay,
            call_sid,
            text=text,
            synthesizer=synthesizer,
            loop=loop,
            stream=stream,
            id=id,
            replace=replace,
        )

    def inject_play(
        self, url: str, *, id: str | None = None, replace: bool | None = None, call_sid: str | None = None
    ) -> None:
        """Play a file or a tone to everybody in the conference (jambonz 10).

        Args:
            url: What to play.
            id: A name of your choice, which its events carry.
            replace: Cut off what is being played.
            call_sid: The leg that is meant.
        """
        self._inject(actions.RoomPlay, call_sid, url=url, id=id, replace=replace)

    # -- the language model that this call talks to

    def send_tool_output(self, tool_call_id: str, data: object) -> None:
        """Answer a tool call of an ``llm`` or ``agent`` verb.

        Args:
            tool_call_id: From the event of the tool call.
            data: The answer. What is not an object goes as ``{"result": data}``. Speech-to-speech vendors drop an
                answer that is not in their own shape: ``use_tools`` makes that shape.
        """
        self._inject(actions.ToolOutput, None, tool_call_id=tool_call_id, data=data)

    def update_llm(self, data: Mapping[str, Any]) -> None:
        """Change the conversation of a running ``llm`` verb.

        Args:
            data: A client event of the model's vendor.
        """
        self._inject(actions.LlmUpdate, None, data=data)

    def update_agent(self, type: AgentUpdateType | Mapping[str, Any], **fields: Any) -> None:
        """Change a running ``agent`` verb: ``update_agent("update_instructions", instructions="Be brief.")``.

        The four methods below are its typed forms. (jambonz 10)

        Args:
            type: What to change; or all of it in one dict, its ``type`` included.
            fields: What the type takes: ``instructions``, ``messages``, ``tools``, ``user_input``, ``interrupt``.
        """
        if isinstance(type, Mapping):
            self._inject(actions.AgentUpdate, None, type, **fields)
        else:
            self._inject(actions.AgentUpdate, None, type=type, **fields)

    def update_instructions(self, instructions: str) -> None:
        """Replace the agent's system prompt. (jambonz 10)

        Args:
            instructions: The new one.
        """
        self.update_agent("update_instructions", instructions=instructions)

    def inject_context(self, messages: Iterable[Mapping[str, Any]]) -> None:
        """Add messages to the agent's conversation, without a reply to them. (jambonz 10)

        Args:
            messages: ``{"role": "user", "content": ...}`` ...
        """
        self.update_agent("inject_context", messages=messages)

    def update_tools(self, tools: ToolSet | Iterable[Mapping[str, Any]]) -> None:
        """Replace the agent's tools. (jambonz 10)

        Args:
            tools: A :class:`~jambonz_sync.ToolSet`, or schemas; none takes them all away.
        """
        self.update_agent("update_tools", tools=tools)

    def generate_reply(
        self, *, interrupt: bool | None = None, user_input: str | None = None, instructions: str | None = None
    ) -> None:
        """Make the agent speak now. (jambonz 10)

        Args:
            interrupt: Cut off what it is saying.
            user_input: What it replies to, as if the caller had said it.
            instructions: What to say, or how.
        """
        self.update_agent("generate_reply", interrupt=interrupt, user_input=user_input, instructions=instructions)
