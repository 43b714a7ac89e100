"""Commands for what a call does next, and for its data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ...errors import JambonzError
from ...protocol import actions
from ...protocol.actions.choices import CallStatus
from .base import Commands

if TYPE_CHECKING:
    from ...verbs import Verb
    from ...verbs.chain import VerbChain
    from ...verbs.components import Hook

__all__ = ["CallCommands"]


class CallCommands(Commands):
    """What a call does next, and the data that it carries."""

    def inject_command(self, command: str, data: object = None, call_sid: str | None = None) -> None:
        """Send any command, such as one that is newer than this package.

        Args:
            command: Name of the command on the wire, such as ``"mute:status"``.
            data: The data of the command, sent as it is; None sends ``{}``.
            call_sid: The leg to act on, such as a dialled one in ``session.legs``; None acts on this one.
        Raises:
            InvalidVerb: ``command`` is empty; or ``data`` is empty text, 0 or False, which jambonz refuses.
            MessageTooLarge: The command needs more than 24 KiB. Nothing is sent.
            BackPressure: Too many commands wait for jambonz.
            SessionClosed: The call is over.
        Blocks: while jambonz takes no data, up to ``send_timeout`` of the endpoint (10 s).
        """
        try:
            self._command(actions.command(command, data, call_sid=call_sid))
        except JambonzError as exc:
            exc.call_sid = exc.call_sid or self.call_sid
            raise

    def inject_redirect(
        self,
        target: Hook | VerbChain | Verb | Sequence[Any] | None = None,
        call_sid: str | None = None,
        *,
        child: Hook | VerbChain | Verb | Sequence[Any] | None = None,
        queue: bool = False,
    ) -> None:
        """Give this leg, or the leg that it has dialled, something new to do.

        Args:
            target: A hook (a path, a url, or an object with ``url``), which jambonz asks for verbs, or the verbs
                themselves, for this leg.
            call_sid: The leg that counts as "this leg"; None is the one of this connection.
            child: The same for the dialled leg: a hook if ``target`` is one, else verbs. With a hook for the child
                alone, this leg is hung up: nothing is left for it to do. jambonz 0.9.8 fails on verbs for the child.
            queue: Put verbs for this leg behind those still to run, instead of in their place.
        Raises:
            InvalidVerb: Neither ``target`` nor ``child`` is given, one is a hook and the other verbs, or ``queue`` is
                asked for anything but verbs for this leg alone. Nothing is sent.
            MessageTooLarge: The command needs more than 24 KiB. Nothing is sent.
            BackPressure: Too many commands wait for jambonz.
            SessionClosed: The call is over.
        Blocks: while jambonz takes no data, up to ``send_timeout`` of the endpoint (10 s).
        """
        self._inject(actions.Redirect, call_sid, target=target, child=child, queue=queue)

    def inject_hangup(self, status: CallStatus = "completed", call_sid: str | None = None) -> None:
        """Hang up now, whatever the call is doing.

        Args:
            status: ``"completed"`` hangs up an answered call, ``"no-answer"`` gives up one that is not answered yet.
            call_sid: The leg to act on, such as a dialled one in ``session.legs``; None acts on this one.
        Raises:
            InvalidVerb: jambonz would not take an option. Nothing is sent.
            BackPressure: Too many commands wait for jambonz.
            SessionClosed: The call is over.
        Blocks: while jambonz takes no data, up to ``send_timeout`` of the endpoint (10 s).
        """
        self._inject(actions.Hangup, call_sid, status=status)

    def inject_config(self, *, call_sid: str | None = None, **options: Any) -> None:
        """Run the ``config`` verb now: ``inject_config(tts_stream={"enable": True})``.

        Args:
            call_sid: The leg to act on, such as a dialled one in ``session.legs``; None acts on this one.
            options: Options of the ``config`` verb.
        Raises:
            InvalidVerb: jambonz would not take an option. Nothing is sent.
            MessageTooLarge: The command needs more than 24 KiB. Nothing is sent.
            BackPressure: Too many commands wait for jambonz.
            SessionClosed: The call is over.
        Blocks: while jambonz takes no data, up to ``send_timeout`` of the endpoint (10 s).
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
            application_sid: The application that the new call runs; give either it or ``call_hook``.
            call_hook: The hook that jambonz asks for the verbs of the new call.
            call_sid: The leg to act on, such as a dialled one in ``session.legs``; None acts on this one.
            options: Further fields of the REST API's request for a call: ``call_status_hook``, ``timeout`` (seconds
                until somebody has answered), ``tag`` ...
        Raises:
            InvalidVerb: jambonz would not take an option. Nothing is sent.
            MessageTooLarge: The command needs more than 24 KiB. Nothing is sent.
            BackPressure: Too many commands wait for jambonz.
            SessionClosed: The call is over.
        Blocks: while jambonz takes no data, up to ``send_timeout`` of the endpoint (10 s).
        """
        self._inject(
            actions.Dial, call_sid, to=to, from_=from_, application_sid=application_sid, call_hook=call_hook, **options
        )

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
            method: The SIP method: ``"INFO"``, ``"MESSAGE"``, ``"NOTIFY"`` ...
            content_type: MIME type of ``content``, which needs one.
            content: The body.
            headers: Further SIP headers.
            call_sid: The leg to act on, such as a dialled one in ``session.legs``; None acts on this one.
        Raises:
            InvalidVerb: jambonz would not take an option. Nothing is sent.
            MessageTooLarge: The command needs more than 24 KiB. Nothing is sent.
            BackPressure: Too many commands wait for jambonz.
            SessionClosed: The call is over.
        Blocks: while jambonz takes no data, up to ``send_timeout`` of the endpoint (10 s).
        """
        self._inject(
            actions.SipRequest, call_sid, method=method, content_type=content_type, content=content, headers=headers
        )

    def inject_tag(self, data: Mapping[str, Any], call_sid: str | None = None) -> None:
        """Attach data of yours to the call; it comes back as ``customer_data`` in later events (jambonz 10).

        Args:
            data: A mapping with at least one key. It replaces the data that was attached before.
            call_sid: The leg to act on, such as a dialled one in ``session.legs``; None acts on this one.
        Raises:
            InvalidVerb: jambonz would not take an option. Nothing is sent.
            MessageTooLarge: The command needs more than 24 KiB. Nothing is sent.
            BackPressure: Too many commands wait for jambonz.
            SessionClosed: The call is over.
        Blocks: while jambonz takes no data, up to ``send_timeout`` of the endpoint (10 s).
        """
        self._inject(actions.Tag, call_sid, data=data)
