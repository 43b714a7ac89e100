"""The server, asked by the client of the official SDK, over standard input and output, and over HTTP."""

from __future__ import annotations

import asyncio
import os
import re
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("mcp", reason="the extra mcp is not installed")

import httpx2
from mcp import Client
from mcp.client.stdio import StdioServerParameters
from mcp.client.streamable_http import streamable_http_client

ROOT = Path(__file__).parent.parent.parent
TOKEN = "a-token-for-tests"
COMMAND = ["-c", "from jambonz_sync.cli import main; main()", "mcp"]
TOOLS = {
    *("search_docs", "read_doc", "describe", "examples", "example", "check_verbs", "check_app", "call_app"),
    *("port_from_node", "rest", "explain"),
}

Ask = Callable[[Client], Awaitable[Any]]
Run = Callable[[Ask], Any]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from . import apps

    folder = tmp_path_factory.mktemp("project")
    (folder / "good.py").write_text(apps.GOOD)
    (folder / "slow_import.py").write_text(apps.SLOW_IMPORT)
    return folder


@pytest.fixture(scope="module")
def http_server(project: Path) -> Iterator[str]:
    """The URL of a server over HTTP."""
    process = subprocess.Popen(
        [sys.executable, *COMMAND, "--http", "--port", "0", "--root", str(project)],
        cwd=ROOT,
        env={**os.environ, "JAMBONZ_MCP_TOKEN": TOKEN},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    url = next(line for line in process.stderr if line.startswith("http://")).strip()
    yield url
    process.terminate()
    process.communicate(timeout=20)


class Connection:
    """A client that stays connected, in an event loop of its own."""

    def __init__(self, connect: Callable[[], AbstractAsyncContextManager[Client]]) -> None:
        self._connect = connect
        self._ready = threading.Event()
        self._thread = threading.Thread(target=asyncio.run, args=(self._stay(),), daemon=True)
        self._thread.start()
        assert self._ready.wait(40), "no connection"

    async def _stay(self) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        async with self._connect() as self._client:
            self._ready.set()
            await self._over.wait()

    def __call__(self, ask: Ask) -> Any:
        async def asked() -> Any:
            return await ask(self._client)

        return asyncio.run_coroutine_threadsafe(asked(), self._loop).result(50)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(20)


@pytest.fixture(params=["stdio", "http"], scope="module")
def run(request: pytest.FixtureRequest, project: Path) -> Iterator[Run]:
    """A connected client, which runs what it is given."""

    @asynccontextmanager
    async def over_stdio() -> AsyncIterator[Client]:
        arguments = [*COMMAND, "--root", str(project)]
        async with Client(StdioServerParameters(command=sys.executable, args=arguments, cwd=ROOT)) as client:
            yield client

    @asynccontextmanager
    async def over_http() -> AsyncIterator[Client]:
        async with (
            httpx2.AsyncClient(headers={"Authorization": f"Bearer {TOKEN}"}, timeout=60) as http,
            Client(streamable_http_client(request.getfixturevalue("http_server"), http_client=http)) as client,
        ):
            yield client

    if request.param == "http":
        request.getfixturevalue("http_server")
    connection = Connection(over_stdio if request.param == "stdio" else over_http)
    yield connection
    connection.close()


def call(run: Run, tool: str, **arguments: Any) -> Any:
    """The structured content of what a tool answers."""

    async def ask(client: Client) -> Any:
        return await client.call_tool(tool, arguments)

    result = run(ask)
    assert not result.is_error, result
    content = result.structured_content
    assert content is not None
    return content["result"] if set(content) == {"result"} else content


def error_of(run: Run, tool: str, **arguments: Any) -> str:
    async def ask(client: Client) -> Any:
        return await client.call_tool(tool, arguments)

    result = run(ask)
    assert result.is_error
    return str(result.content[0].text)


def test_the_tools_are_there_each_with_typed_input_and_output(run: Run) -> None:
    async def ask(client: Client) -> Any:
        return (await client.list_tools()).tools

    tools = run(ask)
    assert {tool.name for tool in tools} == TOOLS
    for tool in tools:
        assert tool.description
        assert tool.output_schema, tool.name
        for name, schema in tool.input_schema["properties"].items():
            assert schema.get("type") or schema.get("anyOf"), (tool.name, name)


def test_the_documentation_is_searched_and_read(run: Run) -> None:
    found = call(run, "search_docs", query="barge in")
    assert found["hits"]
    hit = found["hits"][0]
    page = call(run, "read_doc", page=hit["page"], section=hit["section"])
    assert page["text"]
    long = call(run, "read_doc", page="howto/websockets")
    assert len(long["text"]) <= 8000
    assert "Events" in long["sections"]
    assert "did you mean howto/tts?" in error_of(run, "read_doc", page="howto/tss")


def test_names_are_described(run: Run) -> None:
    gather = call(run, "describe", name="gather")
    assert gather["kind"] == "verb"
    assert gather["wire"]["verb"] == "gather"
    assert "num_digits" in [option["name"] for option in gather["options"]]
    assert call(run, "describe", name="gathr")["nearest"] == ["gather"]
    assert "client.calls" in [each["name"] for each in call(run, "rest")]
    assert "client.calls.create" in [each["name"] for each in call(run, "rest", resource="calls")]


def test_examples_are_found_and_read(run: Run) -> None:
    assert "voicemail" in [example["name"] for example in call(run, "examples", query="voicemail")]
    assert len(call(run, "examples")) > 20
    assert "create_endpoint" in call(run, "example", name="echo")
    assert "there is no example 'ech' (did you mean echo?)" in error_of(run, "example", name="ech")


def test_verbs_are_checked(run: Run) -> None:
    check = call(run, "check_verbs", verbs=[{"verb": "gather", "recognizer": {"vendr": "google"}}])
    assert not check["ok"]
    assert check["problems"][0]["mend"] == "write vendor"
    assert call(run, "check_verbs", verbs='session.say("Hi").hangup()')["ok"]


def test_errors_are_explained_and_sources_of_node_ported(run: Run) -> None:
    assert "plain def" in call(run, "explain", text="async functions are not accepted")["mend"]
    port = call(run, "port_from_node", source="session.injectMute('mute')")
    assert port["equivalents"][0]["python"] == "session.inject_mute(...)"


def test_an_app_is_checked_and_called(run: Run) -> None:
    check = call(run, "check_app", path="good.py", types=False)
    assert check["paths"] == [{"path": "/", "kind": "calls"}]
    result = call(run, "call_app", target="good.py", turns=["hello"])
    assert result["ok"]
    assert "You said: hello" in [entry["text"] for entry in result["transcript"]]


def test_what_is_not_allowed_is_an_error_that_says_how_it_may_be(run: Run) -> None:
    assert "--allow FOLDER" in error_of(run, "check_app", path="/etc/x.py")
    assert "--allow-host" in error_of(run, "call_app", target="ws://example.com/")


def test_an_app_that_hangs_keeps_no_other_request_waiting(run: Run) -> None:
    async def ask(client: Client) -> Any:
        slow = asyncio.ensure_future(
            client.call_tool("check_app", {"path": "slow_import.py", "types": False, "seconds": 5})
        )
        quick = await client.call_tool("describe", {"name": "say"})
        return slow.done(), quick.structured_content["name"], (await slow).structured_content["problem"]

    was_over, name, problem = run(ask)
    assert not was_over
    assert name == "say"
    assert "ended after 5 s" in problem


@pytest.mark.parametrize("arguments", [{}, {"name": 7}, {"name": None}, {"name": "say", "more": "x" * 100_000}])
def test_arguments_of_another_kind_are_an_error_and_the_server_goes_on(run: Run, arguments: dict[str, Any]) -> None:
    async def ask(client: Client) -> Any:
        try:
            first = (await client.call_tool("describe", arguments)).is_error
        except Exception:
            first = True
        return first, (await client.call_tool("describe", {"name": "say"})).is_error

    first, second = run(ask)
    assert first or "more" in arguments
    assert not second


def test_resources_are_the_pages_the_examples_and_the_verbs(run: Run) -> None:
    async def ask(client: Client) -> Any:
        listed = [str(resource.uri) for resource in (await client.list_resources()).resources]
        texts = [
            (await client.read_resource(uri)).contents[0].text
            for uri in ("jambonz://docs/howto/tts", "jambonz://examples/echo", "jambonz://verbs", "jambonz://verbs/say")
        ]
        return listed, texts

    listed, (page, example, verbs, say) = run(ask)
    assert "jambonz://docs/index" in listed
    assert page.startswith("# ")
    assert "create_endpoint" in example
    assert '"gather"' in verbs
    assert '"text"' in say


def test_prompts_begin_an_app_a_port_and_the_search_for_silence(run: Run) -> None:
    async def ask(client: Client) -> Any:
        names = [prompt.name for prompt in (await client.list_prompts()).prompts]
        result = await client.get_prompt("new_voice_app", {"what": "it takes orders for pizza"})
        return names, result.messages[0].content.text

    names, text = run(ask)
    assert names == ["new_voice_app", "port_app_from_node", "why_is_my_call_silent"]
    assert "it takes orders for pizza" in text
    assert "--template" in text


# -- over HTTP, strangers


def status_of(url: str, **headers: str) -> int:
    body = b'{"jsonrpc": "2.0", "id": 1, "method": "ping"}'
    sent = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream", **headers}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, sent), timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


@pytest.mark.parametrize(
    "token", ["", "Bearer", "Bearer wrong", f"bearer {TOKEN}", f"Bearer {TOKEN}x", f"Basic {TOKEN}"]
)
def test_nobody_gets_in_without_the_token(http_server: str, token: str) -> None:
    assert status_of(http_server, **({"Authorization": token} if token else {})) == 401


def test_another_host_and_a_page_of_another_origin_are_refused(http_server: str) -> None:
    known = {"Authorization": f"Bearer {TOKEN}"}
    assert status_of(http_server, **known, Host="evil.example.com") == 421
    assert status_of(http_server, **known, Origin="http://evil.example.com") == 403
    port = int(re.search(r":(\d+)/", http_server)[1])  # type: ignore[index]
    assert status_of(http_server, **known, Origin=f"http://127.0.0.1:{port}") not in (401, 403, 421)


def test_it_listens_on_loopback_only(http_server: str) -> None:
    port = int(re.search(r":(\d+)/", http_server)[1])  # type: ignore[index]
    addresses = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)} - {"127.0.0.1"}
    for address in addresses:
        if address.startswith("127."):
            continue
        with pytest.raises(OSError, match=r"refused|unreachable|timed out"):
            socket.create_connection((str(address), port), timeout=2)


def test_without_a_token_in_the_environment_one_is_made_and_printed() -> None:
    environment = {name: value for name, value in os.environ.items() if name != "JAMBONZ_MCP_TOKEN"}
    process = subprocess.Popen(
        [sys.executable, *COMMAND, "--http", "--port", "0"],
        cwd=ROOT,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr is not None
        url = process.stderr.readline().strip()
        token = re.fullmatch(r"Authorization: Bearer (\S{40,})\n", process.stderr.readline())
        assert token
        assert status_of(url, Authorization=f"Bearer {token[1]}") != 401
    finally:
        process.terminate()
        process.communicate(timeout=20)


def test_a_port_that_is_taken_is_an_error_in_one_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        run = subprocess.run(
            [sys.executable, *COMMAND, "--http", "--port", port],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=50,
            check=False,
        )
    assert run.returncode == 1
    assert run.stderr == f"Error: port {port} of 127.0.0.1 cannot be had: Address already in use\n"
