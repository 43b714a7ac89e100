"""The method of a session that begins a conversation with a model of the application. A session inherits it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ...llm import ChatVendor
    from ...tools import ToolSet
    from .chat import Chat

__all__ = ["LlmMethods"]


class LlmMethods:
    """Conversations with language models that the application asks itself."""

    def chat(
        self,
        create: Callable[..., Any],
        *,
        system: str | None = None,
        tools: ToolSet | None = None,
        messages: Iterable[Mapping[str, Any]] = (),
        vendor: ChatVendor | None = None,
        tool_timeout: float = 20.0,
        max_rounds: int = 8,
        **options: Any,
    ) -> Chat:
        """Begin a conversation with a language model: its answers are spoken, its tools run, its history kept.

        ``create`` makes the requests. It is ``client.chat.completions.create`` or ``client.responses.create`` of the
        ``openai`` client, ``client.messages.create`` of the ``anthropic`` client,
        ``client.models.generate_content_stream`` of the ``google-genai`` client, or a function of yours that sends its
        keyword arguments as the JSON body of a request to an OpenAI-compatible endpoint, and returns the response::

            chat = session.chat(client.chat.completions.create, model="gpt-4.1-mini", system=PROMPT, tools=tools)

            @session.on("/heard")
            def heard(evt):
                session.reply()
                chat.answer(evt.transcript)

        Args:
            create: Is called with the arguments that its vendor has for the history, the system prompt and the tools,
                with ``options``, and with ``stream=True``, but for Google.
            system: The system prompt.
            tools: The tools that the model may use.
            messages: The beginning of the history, in the shape of the vendor.
            vendor: The shape of requests: ``openai_chat`` (all that is compatible with OpenAI's chat completions),
                ``openai_responses``, ``anthropic`` or ``google``. None takes that of the client that ``create``
                belongs to, else ``openai_chat``.
            tool_timeout: Seconds that a tool without a time limit of its own may take.
            max_rounds: Requests that one answer may take: each time the model calls tools, another one follows.
            options: Further arguments of each request, such as ``model``. Anthropic's ``max_tokens`` is 1024 by
                default. Google has others in ``config``, a dict or an object of its client.
        Returns:
            The conversation.
        Raises:
            ValueError: There is no such vendor.
            TypeError: ``create`` cannot be called, or belongs to an async client.
        """
        from .chat import Chat  # a call without a model of the application does not load it

        return Chat(
            self,  # type: ignore[arg-type]
            create,
            system=system,
            tools=tools,
            messages=messages,
            vendor=vendor,
            tool_timeout=tool_timeout,
            max_rounds=max_rounds,
            options=options,
        )
