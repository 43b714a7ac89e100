"""The options by which a command finds the API, and errors in the words of the command line.

Secrets come from the environment or a file, never from an argument, which others on the machine can see.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import IO, TYPE_CHECKING, Any, Final, TypeVar

import click

from .exits import REFUSED, UNKNOWN, Failure

if TYPE_CHECKING:
    from ..rest import JambonzClient

__all__ = ["connected", "connection_options", "open_client", "shell_words"]

_F = TypeVar("_F", bound=Callable[..., Any])

#: what the errors of the client and of a campaign say, and what to do about it on the command line
_PHRASES: Final = {
    "pass account_sid, set JAMBONZ_ACCOUNT_SID, or use for_account()": "pass account_sid or set JAMBONZ_ACCOUNT_SID",
    "pass service_provider_sid, or use for_service_provider()": "write its sid into the path",
    "and the campaign gives none": "and there is no --from",
    "and calling hours need one": "and --hours need one: give --time-zone",
    "to read numbers without a country code, pass country": "to read numbers without a country code, give --country US",
}
#: options whose names are words of plain English, too: only at the beginning of a message they are options
_PLAIN: Final = frozenset({"body", "filter", "from", "header", "limit", "method", "name", "path", "query", "tag", "to"})


def connection_options(function: _F) -> _F:
    """Give a command the options that say where the API is, for :func:`open_client`: that takes all three.

    Args:
        function: The command.
    Returns:
        The command with the options ``base_url``, ``account_sid`` and ``api_key_file``.
    """
    for option in (
        click.option(
            "--api-key-file",
            type=click.File(),
            help="File that holds the API key, - for standard input.  [else env var: JAMBONZ_API_KEY]",
        ),
        click.option("--account-sid", envvar="JAMBONZ_ACCOUNT_SID", show_envvar=True, help="The account."),
        click.option("--base-url", envvar="JAMBONZ_BASE_URL", show_envvar=True, help="Where the API is."),
    ):
        function = option(function)
    return function


@contextmanager
def open_client(
    base_url: str | None, account_sid: str | None, api_key_file: IO[str] | None, **options: Any
) -> Iterator[JambonzClient]:
    """Make the client of a command.

    Args:
        base_url: The option of that name.
        account_sid: The option of that name.
        api_key_file: The option of that name.
        options: Those of the client.
    Yields:
        The client, which is closed at the end.
    Raises:
        ConfigurationError: An option is missing, or cannot work.
    """
    from ..rest import JambonzClient  # here, because it loads requests, which the help does not need

    key = api_key_file.read() if api_key_file else None
    with JambonzClient(base_url, account_sid, key, user_agent_suffix="cli", **options) as client:
        yield client


def connected(function: _F) -> _F:
    """Give a command the options of the client, and the client itself as its first argument.

    An error ends the command with one line of text and an exit code of ``exits.py``.

    Args:
        function: The command: it gets the client, whether to print JSON, and its own options.
    Returns:
        The command with the options of the client.
    """

    @connection_options
    @click.option("--request-timeout", type=click.FloatRange(min=0, min_open=True), default=30, show_default=True,
                  help="Seconds that an answer may take.")  # fmt: skip
    @click.option("--json", "as_json", is_flag=True, help="Print JSON.")
    @wraps(function)
    def command(
        base_url: str | None,
        account_sid: str | None,
        api_key_file: IO[str] | None,
        request_timeout: float,
        as_json: bool,
        **options: Any,
    ) -> Any:
        from ..rest import ApiError, CallWaitTimeout, ConfigurationError, InvalidRequest  # as above

        try:
            timeout = (min(5.0, request_timeout), request_timeout)
            with open_client(base_url, account_sid, api_key_file, timeout=timeout) as client:
                return function(client, as_json, **options)
        except (ConfigurationError, InvalidRequest) as error:
            raise click.UsageError(shell_words(error)) from error
        except ApiError as error:
            raise Failure(UNKNOWN if error.outcome_unknown else REFUSED, str(error)) from error
        except CallWaitTimeout as error:
            raise Failure(UNKNOWN, str(error)) from error
        except BrokenPipeError:
            raise  # nobody reads on; click ends the command for that
        except OSError as error:
            raise Failure(REFUSED, str(error)) from error
        except KeyboardInterrupt:
            raise Failure(UNKNOWN, "interrupted; what was asked for may have been done") from None

    return command  # type: ignore[return-value]  # click makes a command of it


def shell_words(error: Exception) -> str:
    """Return the message of an error with the options of the current command in place of arguments in Python.

    Args:
        error: The error. What its message quotes stays as it is.
    """
    message = str(error)
    for phrase, instead in _PHRASES.items():
        message = message.replace(phrase, instead)
    spelled = dict(_spellings(click.get_current_context().command))
    if not hasattr(error, "field"):  # a setting of the client; the field of that name is a vendor's
        spelled["api_key"] = "--api-key-file"
    subject = getattr(error, "field", "") or getattr(error, "name", "") or ""
    is_about_option = isinstance(subject, str) and subject.partition(".")[0] in spelled

    def replaced(match: re.Match[str]) -> str:
        word: str = match[0]
        name = re.sub(r"[A-Z]", lambda capital: f"_{capital[0].lower()}", word)  # callerName
        if "_" not in name and (not is_about_option or (name in _PLAIN and match.start())):
            return word
        return spelled.get(name, word)

    message = re.sub(r"'[^']*'|\"[^\"]*\"|(?<![\w-])\w+(?!\()", replaced, message)
    return re.sub(r"(--[\w-]+)(?:, \1(?![\w-]))+", r"\1", message)  # options of several values


def _spellings(command: click.Command) -> Iterator[tuple[str, str]]:
    for parameter in command.params:
        if not isinstance(parameter, click.Option):
            name = parameter.name or ""
            yield name, parameter.metavar or name.upper()
            continue
        option = parameter.opts[0]
        name = option.removeprefix("--").replace("-", "_")
        yield name, option
        yield (parameter.name or "").rstrip("_"), option
        if parameter.nargs > 1:
            for part in str(parameter.metavar).lower().split():
                yield f"{name}_{part}", option
