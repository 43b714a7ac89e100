"""A conversation with a language model that the application asks itself."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Any, Protocol

from ...llm import CHAT_VENDORS, Answer, ChatVendor, ChunkStream, History, LlmError, vendor_of
from ...protocol.tts import TtsResult
from ...runtime.handlers import Context
from ...tools import ToolSet
from ..tools.runner import ToolRunner

__all__ = ["Chat"]


class _Speaker(Protocol):
    """The part of a session that a conversation needs."""

    call_sid: str

    @property
    def _callback_context(self) -> Context | None: ...

    def stream_tts(
        self,
        texts: Iterable[Any] | AbstractContextManager[Any],
        flush: bool = True,
        timeout: float | None = None,
        *,
        until_spoken: bool = False,
    ) -> TtsResult: ...


class Chat:
    """A conversation of one call with a language model. Made by :meth:`~jambonz_sync.Session.chat`.

    Threads: one at a time, as the callbacks of one hook are.
    """

    def __init__(
        self,
        session: _Speaker,
        create: Callable[..., Any],
        *,
        system: str | None,
        tools: ToolSet | None,
        messages: Iterable[Mapping[str, Any]],
        vendor: ChatVendor | None,
        tool_timeout: float,
        max_rounds: int,
        options: Mapping[str, Any],
    ) -> None:
        if not callable(create):
            raise TypeError(
                f"create makes the requests, such as client.chat.completions.create, not {type(create).__name__}"
            )
        if inspect.iscoroutinefunction(inspect.unwrap(create)):
            raise TypeError("create belongs to an async client: use the sync client")
        vendor = vendor or vendor_of(create)
        if vendor not in CHAT_VENDORS:
            raise ValueError(f"no such vendor of requests: {vendor!r}; known: {', '.join(CHAT_VENDORS)}")
        self._session = session
        self._create = create
        self._system = system
        self._tools = tools or ToolSet()
        self._max_rounds = max_rounds
        self._options = dict(options)
        self._history = History(vendor, messages)
        self._runner = ToolRunner(
            self._tools,
            lambda _, data: None,
            timeout=tool_timeout,
            call_sid=session.call_sid,
            context=session._callback_context,
        )

    @property
    def messages(self) -> list[dict[str, Any]]:
        """The history, in the shape of the vendor, without the system prompt. It may be changed between answers."""
        return self._history.messages

    def answer(self, text: str, *, timeout: float | None = None) -> TtsResult:
        """Ask the model, and speak its answer while it is written.

        Tools that the model calls run in between, several at once, and their outcomes go back to the model; errors of
        them are told to it. When the caller cuts in, the request is closed, and the history keeps only what the caller
        has heard: as jambonz reports it, or estimated from the length of the text.

        Args:
            text: The words of the caller.
            timeout: Seconds of each wait for jambonz, as in :meth:`~jambonz_sync.Session.stream_tts`.
        Returns:
            The part that was accepted, the part that was spoken, and how it ended.
        Raises:
            ValueError: There is no text.
            LlmError: The server of the model refused the request, or broke the answer off; or the model called tools
                in each of ``max_rounds`` answers. The history ends with the words of the caller and the outcomes of
                tools. Likewise an error that ``create`` raises.
            TtsError: The call has no token stream, or jambonz refused text.
            SessionClosed: The call is over.
        Blocks: until the answer has been spoken, or the caller has cut in.  Threads: one at a time.
        """
        if not text or not isinstance(text, str):
            raise ValueError(f"call {self._session.call_sid}: answer() takes the words of the caller, not {text!r}")
        self._history.add_user(text)
        result = self._session.stream_tts(self._texts(), timeout=timeout, until_spoken=True)
        if result.interrupted:
            self._history.cut(len(result.text_spoken))
        return result

    def _texts(self) -> Iterator[str]:
        """The answer, piece by piece: "" for what is not for the caller, so that an interruption is noticed there."""
        for _ in range(self._max_rounds):
            answer = Answer()
            outcomes = None
            request = self._history.shape.request(self._options, self._system, self.messages, self._tools)
            try:
                with ChunkStream(self._create(**request)) as chunks:
                    for chunk in chunks:
                        yield answer.add(chunk)
                if not answer.calls or not self._tools:
                    return
                outcomes = self._runner.run_all(answer.calls)
            except GeneratorExit:  # the caller has cut in
                raise
            except Exception:
                answer = Answer()  # nobody knows how it would have gone on
                raise
            finally:
                if answer.text or outcomes:
                    self._history.add_answer(answer, outcomes or ())
            yield " " if answer.text and not answer.text[-1].isspace() else ""
        raise LlmError(
            f"the model called tools in each of {self._max_rounds} answers (max_rounds)",
            call_sid=self._session.call_sid,
        )
