"""Tools that a verb declares to its model: one option, put where the model's vendor wants them, and in its shape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol, TypeAlias, runtime_checkable

from ..model.declare import ServerTarget
from ..model.validation import ValidationError, kind_of

__all__ = ["ToolDeclarations", "Tools", "declare_tools", "tools_of"]


@runtime_checkable
class ToolDeclarations(Protocol):
    """Tools that can be declared: a :class:`~jambonz_sync.ToolSet`."""

    def schemas(self, vendor: Any, /) -> list[dict[str, Any]]:
        """Return the declarations in the shape of a vendor."""
        ...


#: the type of the option: a ToolSet, or declarations in the shape of the vendor
Tools: TypeAlias = ToolDeclarations | Sequence[Mapping[str, Any]]

_OF_SESSION: Final = ("llmOptions", "session_update", "tools")
_OF_THINKING: Final = ("llmOptions", "Settings", "agent", "think", "functions")
#: vendor -> the place of the declarations in the verb, as on the wire
_PLACES: Final[Mapping[str, tuple[str, ...]]] = {
    "agent": ("llm", "llmOptions", "tools"),
    "openai": _OF_SESSION,
    "microsoft": _OF_SESSION,
    "qwen": _OF_SESSION,
    "voicelive": _OF_SESSION,
    "google": ("llmOptions", "setup", "tools"),
    "deepgram": _OF_THINKING,
    "voiceagent": _OF_THINKING,
    "ultravox": ("llmOptions", "selectedTools"),
}


def tools_of(value: Any) -> Any:
    """Return what :func:`declare_tools` declares.

    Args:
        value: A ToolSet, or a list of declarations.
    Raises:
        ValidationError: It is neither.
    """
    if isinstance(value, list | tuple) and all(isinstance(item, Mapping) for item in value):
        return [dict(item) for item in value]
    if isinstance(value, ToolDeclarations):
        return value
    expected = "a ToolSet, or a list of declarations"
    raise ValidationError(f"expected {expected}, got {kind_of(value)}", expected=expected)


def declare_tools(wire: dict[str, Any], server_target: ServerTarget) -> None:
    """Put the tools of a verb, if it has any, where its vendor wants them.

    Args:
        wire: The options on the wire.
    Raises:
        ValidationError: The vendor takes none in the verb, they are there already, or there is no hook for them.
    """
    tools = wire.pop("tools", None)
    if tools is None:
        return
    vendor = wire["vendor"] if "vendor" in wire else wire["verb"].removesuffix("_s2s")
    place = _PLACES.get(vendor)
    if place is None:
        raise ValidationError(_why_not(vendor), "tools", expected="no tools")
    if "toolHook" not in wire:
        raise ValidationError(
            'is missing: the model calls its tools there: tool_hook="/tool-call", which is where use_tools() listens',
            "tool_hook",
            expected="a hook",
        )
    at = wire
    for step in place[:-1]:
        inner = at.get(step)
        if inner is not None and not isinstance(inner, Mapping):
            raise ValidationError("expected an object, for the tools", *reversed(place[: place.index(step) + 1]))
        at[step] = dict(inner or {})  # a copy: the options belong to who gave them
        at = at[step]
    if at.get(place[-1]):
        raise ValidationError(f"is given twice, as {'.'.join(place)} too", "tools")
    at[place[-1]] = tools if isinstance(tools, list) else tools.schemas(vendor)


def _why_not(vendor: str) -> str:
    if vendor == "elevenlabs":
        return (
            "an agent of ElevenLabs has its tools in its own configuration, for which schemas('elevenlabs') of a "
            "ToolSet is what its API takes"
        )
    return f"how {vendor} takes tools is not known here: put them into llm_options"
