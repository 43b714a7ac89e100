"""Python functions as tools of a language model."""

from __future__ import annotations

import dataclasses
import enum
import inspect
import json
import logging
import re
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar, overload

from ..errors import InvalidVerb
from ..model.wire import MAX_MESSAGE, dumps, json_error
from .docstrings import parse_docstring
from .schema import ArgumentError, Check, compile_fields
from .vendors import Declared, Outcome, Vendor, declare, output

__all__ = ["MAX_OUTPUT", "Tool", "ToolCall", "ToolSet"]

log = logging.getLogger("jambonz_sync.tools")

F = TypeVar("F", bound=Callable[..., Any])
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}\Z")
#: bytes of outputs in a message, which has its type and the id of the call besides
MAX_OUTPUT: Final = MAX_MESSAGE - 512


#: characters of a name or of a call_sid from outside that a line of the log shows
_SHOWN: Final = 64


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A call that a model asks for.

    Args:
        id: The id of the call; the output goes back with it. Empty where the model gives none.
        name: The tool, as the model calls it: there may be none of that name.
        arguments: A dict, or the JSON text of one.
    """

    id: str
    name: str
    arguments: Any

    @property
    def label(self) -> str:
        """The name for a line of the log: escaped and cut off where it could be no tool's."""
        return self.name if _NAME.match(self.name) else repr(self.name[:_SHOWN])


@dataclass(frozen=True, slots=True)
class Tool:
    """One function as a tool.

    Args:
        function: The function itself.
        declared: Its declaration for a model.
        check: The function that checks its arguments.
        timeout: Seconds; None for the default of whatever runs it.
    """

    function: Callable[..., Any]
    declared: Declared
    check: Check
    timeout: float | None = None

    @property
    def name(self) -> str:
        """The name that the model calls it by."""
        return self.declared.name


class ToolSet:
    """The tools that a model may use. Declare them once, at import::

        tools = ToolSet()

        @tools.tool
        def get_weather(city: str, scale: Literal["celsius", "fahrenheit"] = "celsius") -> str:
            \"\"\"The weather in a city.

            Args:
                city: its name, in English
            \"\"\"

    The schema comes from the signature, the descriptions from the docstring. Any thread may call any method; a tool
    itself may be run by several threads at once.

    Args:
        functions: The first tools, as :meth:`tool` takes them.
    Raises:
        TypeError: A function cannot be a tool, as :meth:`tool` says.
        ValueError: Two functions have the same name, or one has a name that is none for a tool.
    """

    def __init__(self, functions: Iterable[Callable[..., Any]] = ()) -> None:
        self._tools: dict[str, Tool] = {}
        for function in functions:
            self.tool(function)

    @overload
    def tool(self, function: F) -> F: ...
    @overload
    def tool(
        self, *, name: str | None = None, description: str | None = None, timeout: float | None = None
    ) -> Callable[[F], F]: ...
    def tool(
        self,
        function: Any = None,
        *,
        name: str | None = None,
        description: str | None = None,
        timeout: float | None = None,
    ) -> Any:
        """Add a function, as a decorator with or without arguments. The function stays as it is.

        Args:
            function: A plain function. It runs on a thread of its own and may block.
            name: The name that the model calls it by; None takes that of the function.
            description: The description for the model; None takes it from the docstring of the function.
            timeout: Seconds that it may take; None takes the ``timeout`` of ``use_tools``.
        Returns:
            The function; without one, a decorator.
        Raises:
            TypeError: JSON schema has no form for a parameter; or it is an async function, a generator, or has
                ``*args``, ``**kwargs`` or positional-only parameters.
            ValueError: There is a tool of that name already, or the name has other characters than letters, digits,
                ``_`` and ``-``, or more than 64.
        """
        if function is None:
            return lambda function: self.tool(  # type: ignore[call-overload]
                function, name=name, description=description, timeout=timeout
            )
        tool = _make(function, name, description, timeout)
        if tool.name in self._tools:
            raise ValueError(f"there is a tool {tool.name!r} already")
        self._tools[tool.name] = tool
        return function

    def __len__(self) -> int:
        return len(self._tools)

    def __iter__(self) -> Iterator[Tool]:
        return iter(self._tools.values())

    def __contains__(self, name: object) -> bool:
        return name in self._tools

    def get(self, name: str) -> Tool | None:
        """Look up a tool.

        Args:
            name: The name that the model calls it by.
        Returns:
            The tool, None if there is none of that name.
        """
        return self._tools.get(name)

    def schemas(self, vendor: Vendor = "agent") -> list[dict[str, Any]]:
        """Declare the tools in the shape that a vendor wants.

        They go into the options of the verb, at a place that depends on the vendor:

        * ``agent``: ``llm_options.tools`` of the agent verb.
        * ``openai``, ``microsoft``, ``qwen``, ``voicelive``: ``session_update.tools`` of ``openai_s2s`` and so on.
        * ``google``: ``setup.tools`` of ``google_s2s``.
        * ``deepgram``, ``voiceagent``: ``Settings.agent.think.functions``.
        * ``ultravox``: ``selectedTools``.
        * ``elevenlabs``: client tools, for its own API.
        * ``openai_chat`` and ``anthropic``: for code that talks to those itself; ``openai`` for OpenAI's responses,
          and ``google`` for Gemini, too.

        Args:
            vendor: The vendor whose shape is wanted.
        Returns:
            The declarations, as they go into the verb.
        Raises:
            InvalidVerb: There is no such vendor.
        """
        return declare([tool.declared for tool in self], vendor)

    def calls(self, payload: Mapping[str, Any]) -> list[ToolCall]:
        """Read the calls that a tool hook asks for.

        Args:
            payload: The data of the hook.
        Returns:
            One call, or with Google several; none if the hook asks for none.
        """
        functions = payload.get("functionCalls") or payload.get("function_calls")
        if isinstance(functions, list):
            return [
                ToolCall(str(item.get("id") or ""), str(item.get("name") or ""), _arguments(item))
                for item in functions
                if isinstance(item, Mapping)
            ]
        name = payload.get("name")
        if not isinstance(name, str):
            return []
        return [ToolCall(str(payload.get("tool_call_id") or ""), name, _arguments(payload))]

    def run(self, call: ToolCall, *, call_sid: str | None = None) -> Outcome:
        """Run the tool of one call, on this thread.

        An unknown tool, wrong arguments and an error of the tool are outcomes too, with a text for the model.

        Args:
            call: The call, as :meth:`calls` reads it.
            call_sid: The call_sid for the log.
        Returns:
            The outcome.
        Raises:
            KeyboardInterrupt: The tool raised it. All other errors are outcomes.
        Blocks: as long as the tool takes.
        """
        try:
            tool, arguments = self.prepare(call)
        except ArgumentError as exc:
            log.info("call %s: tool %s not run: %s", call_sid, call.label, exc)
            return Outcome(call.id, call.name, False, str(exc))
        except KeyboardInterrupt:
            raise
        except BaseException as exc:  # of a class that an argument is made into
            return _failed(call, exc, call_sid)
        try:
            value = tool.function(**arguments)
            if dataclasses.is_dataclass(value) and not isinstance(value, type):
                value = dataclasses.asdict(value)
        except KeyboardInterrupt:
            raise
        except BaseException as exc:  # a tool that exits, or is cancelled, ends neither call nor server
            return _failed(call, exc, call_sid)
        return _outcome(call, value, call_sid)

    def prepare(self, call: ToolCall) -> tuple[Tool, dict[str, Any]]:
        """Look up the tool of a call, and check its arguments.

        Args:
            call: The call, as :meth:`calls` reads it.
        Returns:
            The tool, and the arguments that its function is to be called with.
        Raises:
            ValueError: An :class:`ArgumentError`, with a text for the model: there is no such tool, or it does not take
                these arguments.
        """
        tool = self._tools.get(call.name)
        if tool is None:
            known = ", ".join(self._tools) or "none"
            raise ArgumentError(f"there is no tool {call.name[:_SHOWN]!r}; known: {known}")
        arguments = call.arguments
        if isinstance(arguments, str | bytes):
            try:
                arguments = json.loads(arguments) if arguments.strip() else {}
            except (ValueError, RecursionError) as exc:
                raise ArgumentError(f"the arguments are not valid JSON: {exc}") from None
        checked: dict[str, Any] = tool.check({} if arguments is None else arguments, "")
        return tool, checked

    def output(
        self,
        outcomes: Outcome | list[Outcome],
        vendor: Vendor = "agent",
        server: str | None = None,
        *,
        call_sid: str | None = None,
        limit: int | None = MAX_OUTPUT,
    ) -> dict[str, Any]:
        """Put outcomes into the shape that a vendor wants.

        Args:
            outcomes: The outcomes of the calls of one request.
            vendor: The vendor whose shape is wanted.
            server: Version of jambonz (``"11"``); None takes it for the newest.
            call_sid: The call_sid for the log.
            limit: Bytes that all outputs may have, by default as many as jambonz takes in a message of a WebSocket. A
                larger one is replaced by an error for the model. None sets no limit, which is right over HTTP.
        Returns:
            The data of ``llm:tool-output``, or the JSON body of an answer.
        Raises:
            InvalidVerb: There is no such vendor.
        """
        outcomes = [outcomes] if isinstance(outcomes, Outcome) else outcomes
        data = output(outcomes, vendor, server)
        if limit is None:
            return data
        size = len(dumps(data).encode("utf-8", "surrogatepass"))
        if size <= limit:
            return data
        names = ", ".join(outcome.name[:_SHOWN] for outcome in outcomes)
        log.error("call %s: the output of %s is too large: %d bytes, at most %d", call_sid, names, size, limit)
        share = limit // (2 * len(outcomes))
        outcomes = [
            outcome
            if len(outcome.text.encode("utf-8", "surrogatepass")) <= share // 2
            else dataclasses.replace(
                outcome,
                ok=False,
                value=f"the result of {outcome.name[:_SHOWN]} is too large; ask for less of it",
            )
            for outcome in outcomes
        ]
        return output(outcomes, vendor, server)

    def answer(self, payload: Mapping[str, Any], vendor: Vendor = "agent", server: str | None = None) -> dict[str, Any]:
        """Answer a tool hook that came over HTTP. The tools run on this thread, one after another.

        Args:
            payload: The data of the hook.
            vendor: The vendor whose shape the output has.
            server: Version of jambonz (``"11"``); None takes it for the newest.
        Returns:
            The JSON body of the answer.
        Raises:
            InvalidVerb: There is no such vendor.
        Blocks: as long as the tools take.
        """
        calls = self.calls(payload)
        if not calls:
            return {"error": "the request names no tool"}
        call_sid = call_sid_of(payload)
        outcomes = [self.run(call, call_sid=call_sid) for call in calls]
        return self.output(outcomes, vendor, server, call_sid=call_sid, limit=None)


def call_sid_of(payload: Mapping[str, Any]) -> str:
    """Return the call of a tool hook over HTTP, for the log; "-" where there is none: jambonz 0.9 does not tell."""
    call_sid = payload.get("call_sid")
    return call_sid[:_SHOWN] if isinstance(call_sid, str) and call_sid and call_sid.isprintable() else "-"


def _arguments(payload: Mapping[str, Any]) -> Any:
    arguments = payload.get("args")
    return payload.get("arguments") if arguments is None else arguments


def _failed(call: ToolCall, exc: BaseException, call_sid: str | None) -> Outcome:
    log.error("call %s: tool %s failed", call_sid, call.label, exc_info=exc)
    return Outcome(call.id, call.name, False, f"{call.name} failed: {type(exc).__name__}: {exc}")


def _outcome(call: ToolCall, value: Any, call_sid: str | None) -> Outcome:
    try:
        dumps(value)
    except InvalidVerb as exc:
        log.error("call %s: the result of tool %s cannot be sent: %s", call_sid, call.label, exc)
        return Outcome(call.id, call.name, False, f"{call.name} gave a result that is not JSON: {exc}")
    return Outcome(call.id, call.name, True, value)


def _make(function: Any, name: str | None, description: str | None, timeout: float | None) -> Tool:
    if not callable(function):
        raise TypeError(f"a tool is a function, not {type(function).__name__}")
    called: str = name or str(getattr(function, "__name__", ""))
    if not _NAME.match(called):
        raise ValueError(f"{called!r} is no name for a tool: letters, digits, _ and -, at most 64")
    target: Any = function if inspect.isroutine(function) else type(function).__call__
    if inspect.iscoroutinefunction(target) or inspect.isasyncgenfunction(target) or inspect.isgeneratorfunction(target):
        raise TypeError(
            f"tool {called}: async functions and generators are not accepted. A tool is a plain function: it runs on a "
            "thread of its own and may block; use a blocking client in it"
        )
    about, documented = parse_docstring(inspect.getdoc(function))
    try:
        hints = typing.get_type_hints(inspect.unwrap(target), include_extras=True)
    except NameError as exc:
        raise TypeError(f"tool {called}: an annotation cannot be resolved: {exc}") from exc
    fields: dict[str, tuple[Any, bool]] = {}
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind not in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY):
            raise TypeError(f"tool {called}: parameter {parameter.name}: a model gives arguments by name only")
        if parameter.name not in hints:
            raise TypeError(f"tool {called}: parameter {parameter.name} has no type")
        fields[parameter.name] = (hints[parameter.name], parameter.default is parameter.empty)
    try:
        schema, check = compile_fields(fields, "", dict)
    except TypeError as exc:
        raise TypeError(f"tool {called}: parameter {exc}") from None
    except NameError as exc:
        raise TypeError(f"tool {called}: an annotation within a parameter cannot be resolved: {exc}") from exc
    for field, part in schema["properties"].items():
        if field in documented and "description" not in part:
            part["description"] = documented[field]
        default = inspect.signature(function).parameters[field].default
        if isinstance(default, str | int | float) and not isinstance(default, enum.Enum) and not json_error(default):
            part["default"] = default
    return Tool(function, Declared(called, description or about or called, schema), check, timeout)
