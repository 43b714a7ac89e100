"""How an action on a running call is declared, and the two forms that it has on the wire."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, TypeAlias

from ...errors import InvalidVerb
from ...model.compile import compiled, invalid
from ...model.declare import Model, ServerTarget, model
from ...model.declare import options as declared_options
from ...model.validation import ValidationError
from ...model.versions import server_target
from ...verbs.chain import as_verbs

__all__ = [
    "Action",
    "Message",
    "check_move",
    "command",
    "command_of",
    "listed",
    "merged",
    "refused",
    "update_of",
    "verbs_in",
]

#: a message of the control connection
Message: TypeAlias = dict[str, Any]

#: commands that jambonz takes without data
_NO_DATA = frozenset({"tts:flush", "tts:clear"})


@model
class Action(Model):
    """Base of all actions: a frozen dataclass whose fields are the options on the wire, checked as those of a verb.

    A class says what its options become: by default they are the ``data`` of the command, and the REST API takes the
    same object as the field ``rest_field`` of an update.

    Attributes:
        command: Name of the command on the control connection; empty if there is none.
        command_field: Name within ``data`` that holds the options; None if they are ``data`` itself.
        rest_field: Name of the field of a REST update; None if the options are fields of the update themselves.
        rest: True if the REST API has the action.
        value_of: The only option, where its value stands in place of an object; None otherwise.
    """

    command: ClassVar[str] = ""
    command_field: ClassVar[str | None] = None
    rest_field: ClassVar[str | None] = None
    rest: ClassVar[bool] = True
    value_of: ClassVar[str | None] = None

    @classmethod
    def prepare(cls, options: dict[str, Any], target: ServerTarget) -> dict[str, Any]:
        """Return ``options`` as they are checked: for what may be given in a form that has no type, such as verbs.

        Args:
            options: None of them None; to be changed or not.
            target: For whom verbs within are written.
        """
        return options

    @classmethod
    def command_data(cls, options: dict[str, Any]) -> Any:
        """Return the ``data`` of the command for checked ``options`` in wire spelling."""
        value = options if cls.value_of is None else options[cls.value_of]
        return value if cls.command_field is None else {cls.command_field: value}

    @classmethod
    def beside_data(cls, options: dict[str, Any]) -> dict[str, Any]:
        """Return what stands beside ``data`` in the message."""
        return {}

    @classmethod
    def update_body(cls, options: dict[str, Any]) -> dict[str, Any]:
        """Return the body of the REST update for checked ``options`` in wire spelling."""
        value = options if cls.value_of is None else options[cls.value_of]
        return value if cls.rest_field is None else {cls.rest_field: value}


def listed(value: Any) -> Any:
    """Return the items of an iterable that can be read only once, such as a generator; anything else as it is."""
    return list(value) if isinstance(value, Iterable) and not isinstance(value, str | bytes | Mapping) else value


def check_move(options: Mapping[str, Any], status: str) -> None:
    """Raise for a move that names no room, and for a room without a move.

    Args:
        options: The options on the wire.
        status: Name of the option that says whether it is a move.
    """
    moves = options[status] == "move-to-room"
    if moves and "room" not in options:
        raise ValidationError("is missing: a move needs one", "room", expected="a room")
    if "room" in options and not moves:
        raise ValidationError(f"goes with move-to-room only, not with {options[status]}", "room", expected="no room")


def verbs_in(value: Any, option: str, target: ServerTarget) -> list[dict[str, Any]]:
    """Return what was given for ``option`` as verbs on the wire: a verb, several or a chain."""
    try:
        return as_verbs(value, target.server, target.escape_urls)
    except InvalidVerb as error:
        if error.path:
            raise  # it names the verb and its option
        raise ValidationError(str(error), option, expected=error.expected) from None


def _checked(cls: type[Action], name: str, options: Mapping[str, Any], target: ServerTarget) -> dict[str, Any]:
    try:
        chosen = {option: value for option, value in options.items() if value is not None}
        return compiled(cls, target, nested=True)(cls.prepare(chosen, target))
    except ValidationError as error:
        raise invalid(error, name) from None


def command_of(
    cls: type[Action],
    options: Mapping[str, Any],
    *,
    server: str | None = None,
    escape_urls: bool = True,
    call_sid: str | None = None,
) -> Message:
    """Make the message that asks for an action on the control connection of a call.

    Args:
        cls: The action.
        options: Its options, in either spelling. None is "not given".
        server: Version of jambonz: an action, an option or a verb within that it lacks is refused.
        escape_urls: Escape texts that jambonz would take for URLs.
        call_sid: The leg that is meant, such as the dialled one; None for that of the connection.
    Raises:
        InvalidVerb: jambonz would refuse the action, or drop it without a word.
    """
    checked = _checked(cls, cls.command, options, server_target(server, escape_urls))
    message = command(cls.command, cls.command_data(checked), call_sid=call_sid)
    message.update(cls.beside_data(checked))
    return message


def update_of(cls: type[Action], options: Mapping[str, Any]) -> dict[str, Any]:
    """Make the body of the REST update that asks for an action.

    Args:
        cls: The action.
        options: Its options, in either spelling. None is "not given".
    Raises:
        InvalidVerb: jambonz would refuse the action, or drop it without a word.
    """
    name = cls.rest_field or cls.command
    checked = _checked(cls, name, options, ServerTarget())
    try:
        return cls.update_body(checked)
    except ValidationError as error:
        raise invalid(error, name) from None


def merged(cls: type[Action], options: Mapping[str, Any] | None, named: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return options given in one dict, as in the Node SDK, and those given by name, which come first.

    Args:
        cls: The action.
        options: In either spelling; None for none.
        named: By their Python names; None is "not given".
    Raises:
        InvalidVerb: ``options`` is no object, or says otherwise what the action is to do.
    """
    if options is None:
        return named
    command_name = cls.command or str(cls.rest_field)
    if not isinstance(options, Mapping):
        raise refused(command_name, None, "an object of options", options)
    chosen = {name: value for name, value in named.items() if value is not None}
    both = dict(options)
    for option in declared_options(cls):
        if option.name not in chosen:
            continue
        for name in {option.name, option.wire} & both.keys():
            value = both.pop(name)
            if option.required and value is not None and value != chosen[option.name]:
                raise refused(command_name, name, f"{chosen[option.name]!r} here too, or nothing", value)
    return {**both, **chosen}


def command(name: str, data: object = None, *, call_sid: str | None = None) -> Message:
    """Make the message of any command, with ``data`` as it is.

    Args:
        name: Name of the command.
        data: None becomes ``{}``, and nothing at all for ``tts:flush`` and ``tts:clear``.
        call_sid: The leg that is meant; None for that of the connection.
    Raises:
        InvalidVerb: ``data`` is what JavaScript counts as false (``0``, ``""``, ``False``), which jambonz refuses.
    """
    if not name or not isinstance(name, str):
        raise refused("command", "name", "a non-empty string", name)
    if call_sid is not None and not (call_sid and isinstance(call_sid, str)):
        raise refused(name, "call_sid", "a non-empty string", call_sid)
    message: Message = {"type": "command", "command": name}
    if data is not None or name not in _NO_DATA:
        if data is not None and not isinstance(data, Mapping | list | tuple) and not data:
            raise refused(name, "data", "a value that is not empty, 0 or false", data)
        message["data"] = {} if data is None else data
    if call_sid is not None:
        message["callSid"] = call_sid
    return message


def refused(name: str, option: str | None, expected: str, value: object) -> InvalidVerb:
    """Make the error for ``option`` of the command ``name`` (None: the command as a whole)."""
    path = f"{name}.{option}" if option else name
    text = repr(value)
    text = text if len(text) <= 80 else f"{text[:77]}..."
    return InvalidVerb(f"{path}: expected {expected}, got {text}", verb=name, path=path, expected=expected)
