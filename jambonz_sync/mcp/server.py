"""The server: its tools, resources and prompts."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any, Final, TypeVar

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.resources import FunctionResource
from mcp_types import ToolAnnotations

from .._version import __version__
from ..model.validation import did_you_mean, nearest
from ..reference.checks import VerbCheck, check_verbs
from ..reference.mistakes import Explanation, explain
from ..reference.names import Description, describe, describe_rest, verb_table
from ..reference.node import Port, port_from_node
from ..reference.pages import Example, Hit, Page, examples, pages, search, search_examples
from ..reference.projects import TEMPLATES
from .apps import AppCheck, AppRunner, CallResult, NotAllowed

__all__ = ["make_server"]

T = TypeVar("T")

_INSTRUCTIONS: Final = """\
Voice applications for jambonz in sync Python (jambonz_sync). Look names up with describe and search_docs instead of
guessing. After each change call the app with call_app, and read transcript, findings and errors. Nothing here dials a
real number or reads credentials. Never write async code with this SDK."""
#: characters of a page that are told at once
_LONGEST_PAGE: Final = 8000
_READ_ONLY: Final = ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)
_RUNS_CODE: Final = ToolAnnotations(read_only_hint=False, destructive_hint=False, open_world_hint=False)


@dataclass(frozen=True)
class PageText:
    """A page of the documentation, or a section of it.

    Args:
        page: Its name.
        section: The section that the text is of.
        text: The text, in Markdown.
        sections: The titles of all sections of the page.
        more: What was left out, and how to read it; empty if nothing was.
    """

    page: str
    section: str
    text: str
    sections: list[str]
    more: str = ""


@dataclass(frozen=True)
class ExampleLine:
    """An example.

    Args:
        name: Its name, for ``example``.
        about: What it shows.
    """

    name: str
    about: str


@dataclass(frozen=True)
class SearchResult:
    """Places in the documentation.

    Args:
        hits: The places, the best first: read_doc(page, section) has the text.
        examples: Examples that fit.
        hint: What to do if nothing was found.
    """

    hits: list[Hit]
    examples: list[ExampleLine] = field(default_factory=list)
    hint: str = ""


def make_server(runner: AppRunner) -> MCPServer[Any]:
    """Make the server.

    Args:
        runner: Runs apps.
    Returns:
        The server, without a transport.
    """
    server: MCPServer[Any] = MCPServer(
        "jambonz-sync", title="jambonz_sync", instructions=_INSTRUCTIONS, version=__version__, log_level="WARNING"
    )
    _add_references(server)
    _add_checks(server, runner)
    _add_resources(server)
    _add_prompts(server)
    return server


def _add_references(server: MCPServer[Any]) -> None:
    @server.tool(annotations=_READ_ONLY)
    def search_docs(query: str, limit: int = 5) -> SearchResult:
        """Search the documentation and the examples of jambonz_sync.

        Args:
            query: a few words, such as "barge in" or "transfer a call"
            limit: places at most, up to 20
        """
        hits = search(query, max(1, min(limit, 20)))
        fitting = [ExampleLine(example.name, example.about) for example in search_examples(query, 3)]
        hint = "" if hits else f"nothing about {query[:80]!r}; pages: {', '.join(pages())}"
        return SearchResult(hits, fitting, hint)

    @server.tool(annotations=_READ_ONLY)
    def read_doc(page: str, section: str = "") -> PageText:
        """Read a page of the documentation, or a section of it.

        Args:
            page: its name, such as howto/tts
            section: the title of a section, or a part of it; without it a long page is told by its first section
        """
        found = pages().get(page.strip().strip("/").removesuffix(".rst"))
        if found is None:
            raise ToolError(_unknown("page", page, list(pages())))
        titles = [each.title for each in found.sections]
        if section:
            part = found.section(section)
            if part is None:
                raise ToolError(_unknown("section", section, titles))
            return _page_text(found.name, part.title, part.text, titles)
        if len(found.text) <= _LONGEST_PAGE:
            return PageText(found.name, "", found.text, titles)
        first = found.sections[0]
        shown = _page_text(found.name, first.title, first.text, titles)
        return PageText(shown.page, shown.section, shown.text, titles, "the other sections: read_doc(page, section)")

    @server.tool(name="describe", annotations=_READ_ONLY)
    def describe_name(name: str) -> Description:
        """Look up a verb, component, event, action, method or error: options with types and defaults, an example, JSON.

        Args:
            name: such as gather, gather.num_digits, Synthesizer, call:status, session.inject_mute, InvalidVerb
        """
        return describe(name[:200])

    @server.tool(name="examples", annotations=_READ_ONLY)
    def find_examples(query: str = "") -> list[ExampleLine]:
        """Find examples: whole apps that are tested.

        Args:
            query: a few words; without them all examples are listed
        """
        found = search_examples(query) if query.strip() else examples().values()
        return [ExampleLine(example.name, example.about) for example in found]

    @server.tool(name="example", annotations=_READ_ONLY)
    def read_example(name: str) -> str:
        """Read the code of an example.

        Args:
            name: its name, as examples tells it
        """
        found = examples().get(name.strip().removesuffix(".py"))
        if found is None:
            raise ToolError(_unknown("example", name, list(examples())))
        return found.source

    @server.tool(annotations=_READ_ONLY)
    def rest(resource: str = "") -> list[Description]:
        """Look up the REST client: the methods of a resource with their fields, or all resources.

        Args:
            resource: such as calls, phone_numbers; empty for a list of all
        """
        return describe_rest(resource[:200])

    @server.tool(name="explain", annotations=_READ_ONLY)
    def explain_text(text: str) -> Explanation:
        """Explain an error, a traceback, a line of the log, or the code of a finding: what it means, what to do.

        Args:
            text: the text
        """
        return explain(text)

    @server.tool(name="port_from_node", annotations=_READ_ONLY)
    def port(source: str) -> Port:
        """Name what each thing of a Node application (@jambonz/sdk) is called here, and what has to be decided.

        Args:
            source: the source, in JavaScript or TypeScript
        """
        return port_from_node(source)


def _add_checks(server: MCPServer[Any], runner: AppRunner) -> None:
    @server.tool(name="check_verbs", annotations=_READ_ONLY)
    def check(verbs: str | list[Any], server: str = "") -> VerbCheck:
        """Check verbs: what jambonz would refuse, with the place and the mend. Nothing is run.

        Args:
            verbs: a list of verbs, as JSON, or as Python: [Say(text="Hi")], session.say("Hi").hangup()
            server: version of jambonz, such as 0.9, 10, 11; empty for the newest
        """
        return check_verbs(verbs, server or None)

    @server.tool(annotations=_RUNS_CODE)
    def check_app(path: str, types: bool = True, seconds: float = 30) -> AppCheck:
        """Import an app in a process of its own: what it serves, mistakes with line and mend, type errors.

        Found are those that can be known without a call: in registrations, hooks, options and security. Verbs that
        replace each other or are never sent, a call that gets none, slow callbacks: call_app finds them.

        Args:
            path: app.py, app.py:endpoint or package.module:app, within the working directory
            types: run mypy over it, if it is installed
            seconds: deadline, up to 120
        """
        return _allowed(lambda: runner.check(path, types=types, seconds=seconds))

    @server.tool(annotations=_RUNS_CODE)
    def call_app(
        target: str,
        turns: list[str] | None = None,
        path: str = "",
        until: str = "",
        env: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        secret: str = "",
        status_hook: str = "",
        callees: list[str] | None = None,
        server: str = "",
        seconds: float = 30,
    ) -> CallResult:
        """Place a call to an app through a simulator of jambonz: transcript, findings, tracebacks, verbs, latencies.

        Nobody is dialled: it happens in a process of its own on this machine, which is ended at the deadline.

        Args:
            target: app.py, app.py:endpoint or package.module:app, within the working directory; or a URL of loopback
            turns: what the caller does each time the app listens: words; keys such as 12#; "(silence)"; "(hangs up)";
                "(cuts in after 0.5 s) stop" interrupts what the app says next, half a second after it has begun;
                "(after 0.5 s) stop" is said half a second after the app listens
            path: the path that is called; by default the first that the app serves
            until: hang up as soon as the app says this
            env: application environment variables
            headers: SIP headers of the call
            secret: the secret that webhooks are signed with
            status_hook: the path of the status webhook
            callees: what dialled parties do, in order: answer, stay, busy, no-answer, failed
            server: version of jambonz whose verbs are taken; empty for all
            seconds: deadline, up to 120
        """
        return _allowed(
            lambda: runner.call(
                target,
                turns or [],
                path=path,
                until=until,
                env=env,
                headers=headers,
                secret=secret,
                status_hook=status_hook,
                callees=callees or [],
                server=server,
                seconds=seconds,
            )
        )


def _add_resources(server: MCPServer[Any]) -> None:
    for page in pages().values():
        _add(server, f"jambonz://docs/{page.name}", page.title, partial(_text, page), "text/markdown")
    for example in examples().values():
        uri = f"jambonz://examples/{example.name}"
        _add(server, uri, example.about, partial(_source, example), "text/x-python")
    _add(
        server, "jambonz://verbs", "All verbs with their options", lambda: json.dumps(verb_table()), "application/json"
    )

    @server.resource("jambonz://verbs/{name}", mime_type="application/json")
    def verb(name: str) -> str:
        """A verb: its options, an example, and the JSON that it becomes."""
        return json.dumps(asdict(describe(name)))


def _verbs() -> str:
    return json.dumps(verb_table())


def _text(page: Page) -> str:
    return page.text


def _source(example: Example) -> str:
    return example.source


def _add(server: MCPServer[Any], uri: str, title: str, read: Callable[[], str], mime_type: str) -> None:
    name = uri.removeprefix("jambonz://")
    server.add_resource(FunctionResource(uri=uri, name=name, title=title, mime_type=mime_type, fn=read))


def _add_prompts(server: MCPServer[Any]) -> None:
    @server.prompt(title="New voice app")
    def new_voice_app(what: str) -> str:
        """Begin a voice application.

        Args:
            what: what the app does, in a sentence
        """
        kinds = "\n".join(f"- {name}: {template.about}" for name, template in TEMPLATES.items())
        return (
            f"Write a voice application with jambonz_sync: {what}\n\n"
            f"Begin with `jambonz-sync new NAME --template KIND`. The kinds are:\n{kinds}\n\n"
            "Then: look up what you need (search_docs, describe), write the app, check_app it, and call_app it with "
            "the turns of a caller, also of one who is silent and of one who hangs up. Write the same calls as tests "
            "with the fixture jambonz_call. No async."
        )

    @server.prompt(title="Port from Node")
    def port_app_from_node(source: str) -> str:
        """Port an application of @jambonz/sdk.

        Args:
            source: its source
        """
        return (
            "Port this application of @jambonz/sdk to jambonz_sync. Call port_from_node with the source first, read "
            "read_doc('howto/node'), decide what it asks you to decide, write the app without async, and call_app it "
            f"with the same turns as before.\n\n```js\n{source}\n```"
        )

    @server.prompt(title="Why is my call silent?")
    def why_is_my_call_silent(path: str) -> str:
        """Find out why nothing is heard in a call.

        Args:
            path: the app, such as app.py
        """
        return (
            f"A call to {path} falls silent. Run check_app({path!r}), then call_app({path!r}) with the turns of the "
            "caller up to there, and with a caller who is silent. Look at findings (left-in-silence, "
            "ack-late, answer-void), at errors, and at the last hook in the transcript: was it answered with verbs? "
            "explain what you do not know. Mend it, and call it again."
        )


def _allowed(work: Callable[[], T]) -> T:
    try:
        return work()
    except NotAllowed as error:
        raise ToolError(str(error)) from None


def _page_text(page: str, section: str, text: str, titles: list[str]) -> PageText:
    more = "" if len(text) <= _LONGEST_PAGE else f"{len(text) - _LONGEST_PAGE} characters were left out"
    return PageText(page, section, text[:_LONGEST_PAGE], titles, more)


def _unknown(kind: str, name: str, known: list[str]) -> str:
    return f"there is no {kind} {name[:80]!r}{did_you_mean(nearest(name, known))}; known: {', '.join(known)}"
