"""The text in a chunk of a model's stream, found by the shape of the chunk: an object of a client, or a dict.

Known are the chunks of OpenAI's chat completions and of all that is compatible with it, of OpenAI's responses and
completions, of Anthropic's messages, of Google's ``generate_content_stream()``, and the events of the helpers
``client.chat.completions.stream()``, ``client.responses.stream()`` and ``client.messages.stream()``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ..errors import JambonzError
from ..model.wire import to_wire_name

__all__ = ["LlmError", "field", "first_choice", "google_field", "google_parts", "text_of"]

#: characters of a message from outside that an error shows
_SHOWN: Final = 300
#: events whose ``delta`` is text for the caller
_TEXT_EVENTS: Final = {
    "response.output_text.delta",
    "response.refusal.delta",
    "content.delta",
    "refusal.delta",
}
#: each chunk of Google's has one of these; the last may have nothing else
_GOOGLE_FIELDS: Final = ("candidates", "prompt_feedback", "usage_metadata")
_ERROR_EVENTS: Final = {"error", "response.failed", "response.error"}


class LlmError(JambonzError):
    """A language model, or its server, answered with an error, or with no stream of an answer.

    Args:
        message: The text of the error.
        status: The HTTP status, None where the error came in the stream.
        call_sid: The call that the answer was for, None where that is not known.
    """

    def __init__(self, message: str, *, status: int | None = None, call_sid: str | None = None) -> None:
        super().__init__(message, call_sid=call_sid)
        self.status = status


def field(thing: object, name: str) -> Any:
    """Return an attribute of an object, or the value of a key of a dict; None if it has none.

    Args:
        thing: An object of a vendor's client, or the dict that it stands for.
        name: The name of the attribute or key.
    """
    return thing.get(name) if isinstance(thing, Mapping) else getattr(thing, name, None)


def first_choice(chunk: object) -> Any:
    """Return the choice of a chunk of chat completions that is spoken, None if it has none.

    Args:
        chunk: The chunk.
    """
    for choice in field(chunk, "choices") or ():
        if not field(choice, "index"):  # with n=2 the second answer is not for the caller
            return choice
    return None


def google_field(thing: object, name: str) -> Any:
    """Return a field of Google's: its client writes them in snake_case, its server in camelCase.

    Args:
        thing: An object of the client, or a dict of either.
        name: The name in snake_case.
    """
    value = field(thing, name)
    return field(thing, to_wire_name(name)) if value is None else value


def google_parts(chunk: object) -> list[Any] | None:
    """Return the parts of a chunk of Google's that are for the caller or for tools, and not what the model thinks.

    Args:
        chunk: The chunk.
    Returns:
        The parts; None if the chunk is not one of Google's.
    Raises:
        LlmError: The server takes no such prompt.
    """
    if all(google_field(chunk, name) is None for name in _GOOGLE_FIELDS):
        return None
    reason = google_field(google_field(chunk, "prompt_feedback"), "block_reason")
    if reason is not None:
        raise LlmError(f"the model's server blocked the prompt: {getattr(reason, 'value', reason)}")
    for candidate in field(chunk, "candidates") or ():
        if not field(candidate, "index"):
            parts = field(field(candidate, "content"), "parts") or ()
            return [part for part in parts if not field(part, "thought")]
    return []


def text_of(chunk: object) -> str:
    """Return the text for the caller in a chunk of a stream; "" if it has none, such as one of a tool call.

    Args:
        chunk: The chunk, as the client yields it; a text stands for itself.
    Raises:
        LlmError: The chunk tells of an error.
        TypeError: It has no shape that is known.
    """
    if isinstance(chunk, str):
        return chunk
    kind = field(chunk, "type")
    raise_error_of(chunk, kind)
    if isinstance(kind, str):
        if kind == "content_block_delta":
            delta = field(chunk, "delta")
            return str(field(delta, "text") or "") if field(delta, "type") == "text_delta" else ""
        return str(field(chunk, "delta") or "") if kind in _TEXT_EVENTS else ""
    if field(chunk, "choices") is None:
        parts = google_parts(chunk)
        if parts is not None:
            return "".join(str(field(part, "text") or "") for part in parts)
        raise TypeError(
            f"a text of the stream must be str, or a chunk of a model's stream, not {type(chunk).__name__}: pass the "
            "stream of the openai, anthropic or google-genai client, the response of an HTTP endpoint, or an iterable "
            "of str"
        )
    choice = first_choice(chunk)
    delta = field(choice, "delta")
    if delta is None:
        return str(field(choice, "text") or "")
    return str(field(delta, "content") or "") + str(field(delta, "refusal") or "")


def raise_error_of(chunk: object, kind: object) -> None:
    """Raise the error that a chunk tells of, if it does.

    Args:
        chunk: The chunk.
        kind: Its ``type``.
    Raises:
        LlmError: It tells of one.
    """
    error = field(chunk, "error")
    if error or kind in _ERROR_EVENTS:
        error = error or field(field(chunk, "response"), "error") or chunk
        raise LlmError(f"the model's server broke the answer off: {error_text(error)}")


def error_text(error: object) -> str:
    """Return the message of an error, as far as its shape tells.

    Args:
        error: The ``error`` of an answer.
    """
    message = field(error, "message") or error
    return str(message)[:_SHOWN]
