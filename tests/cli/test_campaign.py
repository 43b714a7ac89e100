"""``jambonz-sync campaign``: its output, its files and its exit codes."""

from __future__ import annotations

import csv
import json
import os
import pty
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from click import unstyle
from click.testing import CliRunner, Result

from jambonz_sync.campaign.store import Store
from jambonz_sync.cli.campaign import campaign
from jambonz_sync.protocol.signature import sign
from tests.campaign.network import APPLICATION, APPLICATION_ANSWER, CALLS, PhoneNetwork
from tests.ports import free_port
from tests.rest.fake_api import ACCOUNT, KEY, PROVIDER, Act, Visit, reply

ANN, BOB, EVE = "+15085551212", "+15085551213", "+15085551214"


@pytest.fixture
def network() -> Iterator[PhoneNetwork]:
    with PhoneNetwork() as network:
        yield network


class Files(NamedTuple):
    folder: Path

    @property
    def numbers(self) -> Path:
        return self.folder / "numbers.csv"

    @property
    def state(self) -> Path:
        return self.folder / "calls.db"

    def list(self, text: str) -> None:
        self.numbers.write_text(text)


@pytest.fixture
def files(tmp_path: Path) -> Files:
    files = Files(tmp_path)
    files.list(f"number,name\n{ANN},Ann\n{BOB},Bob\n")
    return files


Run = Callable[..., Result]


@pytest.fixture
def run(network: PhoneNetwork, files: Files, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr("jambonz_sync.campaign.plan.FIRST_FOLLOW", 0.02)  # the calls of this network are short

    def run(*options: str, application: str = APPLICATION, caller: str | None = "+15085550000", **env: str) -> Result:
        arguments = [str(files.numbers), "--application-sid", application, "--state", str(files.state)]
        arguments += ["--from", caller] if caller else []
        return CliRunner().invoke(
            campaign, [*arguments, "--rate", "500/s", *options], env={**network.environment, **env}
        )

    return run


def test_every_number_is_called_and_the_outcome_is_printed(run: Run, network: PhoneNetwork) -> None:
    result = run()
    assert result.exit_code == 0, result.output
    assert network.dialled == {ANN: 1, BOB: 1}
    assert result.stdout == "       2  completed\n"
    lines = result.stderr.splitlines()
    assert [f"{ANN} attempt 1: placed" in line for line in lines].count(True) == 1
    assert [f"{BOB} attempt 1: completed (call_sid " in line for line in lines].count(True) == 1
    (body,) = (call.body for call in network.calls.values() if call.number == ANN)
    assert body == {
        "from": "+15085550000",
        "to": {"type": "phone", "number": ANN},
        "application_sid": APPLICATION,
        "tag": {"name": "Ann"},
    }


def test_a_second_start_calls_nobody_again(run: Run, network: PhoneNetwork) -> None:
    assert run().exit_code == run().exit_code == 0
    assert network.dialled == {ANN: 1, BOB: 1}


def test_reports_are_written_as_their_names_say(run: Run, network: PhoneNetwork, files: Files) -> None:
    network.outcome = lambda number, n: "busy" if number == ANN else "completed"
    table, tree = files.folder / "report.csv", files.folder / "report.json"
    assert run("--report", str(table), "--report", str(tree)).exit_code == 0
    with table.open(newline="") as file:
        assert [(row["number"], row["outcome"]) for row in csv.DictReader(file)] == [(ANN, "busy"), (BOB, "completed")]
    assert json.loads(tree.read_text())["totals"] == {"busy": 1, "completed": 1}


def test_a_report_that_cannot_be_written_makes_exit_code_1(run: Run, network: PhoneNetwork, files: Files) -> None:
    result = run("--report", str(files.folder / "none" / "report.csv"))
    assert result.exit_code == 1
    assert "report.csv cannot be written" in result.stderr
    assert network.dialled == {ANN: 1, BOB: 1}


def test_busy_numbers_are_called_again(run: Run, network: PhoneNetwork) -> None:
    network.outcome = lambda number, n: "busy" if n < 3 else "no-answer"
    result = run("--retry", "busy, no-answer", "--retry-after", "0s", "--max-attempts", "4")
    assert result.exit_code == 0
    assert network.dialled == {ANN: 4, BOB: 4}


def test_numbers_on_the_do_not_call_list_are_left_out(run: Run, network: PhoneNetwork, files: Files) -> None:
    (files.folder / "dnc.csv").write_text("+1 508 555 1212\n")
    result = run("--do-not-call", str(files.folder / "dnc.csv"))
    assert (result.exit_code, network.dialled) == (0, {BOB: 1})
    assert "1  do-not-call" in result.stdout


def test_calls_that_may_have_been_placed_make_exit_code_3(run: Run, network: PhoneNetwork) -> None:
    network.next(APPLICATION_ANSWER, reply(500, text=b"Internal Server Error"))
    result = run("--max-concurrent", "1")
    assert result.exit_code == 3
    assert f"line 2: {ANN} unknown: ServerError: POST " in result.stdout
    assert network.dialled == {BOB: 1}


def test_a_wrong_key_stops_it_with_exit_code_1_and_never_shows_the_key(run: Run, network: PhoneNetwork) -> None:
    network.on("POST", CALLS, reply(401, text=b"Unauthorized"))
    result = run("--max-concurrent", "1")
    assert result.exit_code == 1
    assert "stopped: POST" in result.stdout
    assert KEY not in result.output
    assert len(network.requests) == 2, "the look-up of the application, and one call"


def test_a_dry_run_dials_and_writes_nothing(run: Run, network: PhoneNetwork, files: Files) -> None:
    result = run("--dry-run", "--hours", "00:00-24:00", "--time-zone", "Europe/Berlin")
    assert result.exit_code == 0
    assert result.stdout == f"line 2: {ANN} due now\nline 3: {BOB} due now\n       2  waiting\n"
    assert network.requests == []
    assert sorted(path.name for path in files.folder.iterdir()) == ["numbers.csv"]


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--rate", "fast"], "'fast' is no rate"),
        (["--max-concurrent", "0"], "0 is not in the range"),
        (["--retry", "busy,completed"], "'completed' cannot be retried"),
        (["--retry-after", "soon"], "'soon' is no duration"),
        (["--hours", "9-5"], "'9-5' are no calling hours"),
        (["--hours", "09:00-17:00"], "has no time zone, and --hours need one: give --time-zone"),
        (["--time-zone", "Berlin"], "'Berlin' is no time zone"),
        (["--report", "report.txt"], "a report is written to a .csv or a .json file"),
        (["--do-not-call", "none.csv"], "does not exist"),
    ],
)
def test_wrong_options_make_exit_code_2_and_nothing_happens(
    run: Run, network: PhoneNetwork, files: Files, options: list[str], reason: str
) -> None:
    result = run(*options)
    assert result.exit_code == 2
    assert reason in " ".join(result.stderr.replace("\n│", "").split())
    assert network.requests == []
    assert not files.state.exists()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (f"number\n{ANN}\n12\nx\n", "2 rows cannot be used:\n  line 3: '12' has no country code"),
        (f"name\n{ANN}x\n", "names no column 'number'"),
        ("number,from\n+15085551212,\n", "line 2: +15085551212 has no calling number"),
    ],
)
def test_a_wrong_list_makes_exit_code_2(run: Run, network: PhoneNetwork, files: Files, text: str, reason: str) -> None:
    files.list(text)
    result = run(caller=None)
    assert result.exit_code == 2
    assert reason in result.stderr
    assert network.requests == []


def test_wrong_rows_can_be_skipped_and_are_reported(run: Run, network: PhoneNetwork, files: Files) -> None:
    files.list(f"number\n12\n{ANN}\n{ANN}\n")
    result = run("--skip-invalid")
    assert (result.exit_code, network.dialled) == (1, {ANN: 1})
    assert "line 2: 12 invalid: has no country code" in result.stdout
    assert f"line 4: {ANN} is on line 3 too" in result.stdout


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"application": "my-app"}, "--application-sid is a UUID"),
        ({"JAMBONZ_API_KEY": ""}, "no API key: pass --api-key-file or set JAMBONZ_API_KEY"),
        ({"JAMBONZ_BASE_URL": ""}, "no base url: pass --base-url or set JAMBONZ_BASE_URL"),
        ({"JAMBONZ_ACCOUNT_SID": ""}, "this needs an account: pass --account-sid or set JAMBONZ_ACCOUNT_SID"),
        ({"caller": ""}, "line 2: +15085551212 has no calling number, and there is no --from"),
    ],
)
def test_what_no_call_could_be_placed_with_makes_exit_code_2(
    run: Run, network: PhoneNetwork, change: dict[str, str], reason: str
) -> None:
    result = run(**change)
    assert result.exit_code == 2
    assert reason in result.stderr
    assert network.requests == []


def test_server_account_and_key_may_be_given_by_options(run: Run, network: PhoneNetwork, files: Files) -> None:
    key = files.folder / "key"
    key.write_text(f"{KEY}\n")
    nowhere = {"JAMBONZ_BASE_URL": "http://127.0.0.1:1", "JAMBONZ_ACCOUNT_SID": "", "JAMBONZ_API_KEY": ""}
    options = ("--base-url", network.url, "--account-sid", ACCOUNT, "--api-key-file", str(key))
    assert run(*options, **nowhere).exit_code == 0
    assert network.dialled == {ANN: 1, BOB: 1}


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (reply(404), f"there is no application {APPLICATION} for this key (404); see --application-sid"),
        (reply(403, {"msg": "no"}), f"there is no application {APPLICATION} for this key (403)"),
        (reply(401, text=b"Unauthorized"), "the API does not know the key (401); see --api-key-file"),
        (reply(200, {"account_sid": PROVIDER}), f"{APPLICATION} belongs to another account than {ACCOUNT}"),
    ],
)
def test_without_the_application_nobody_is_called_and_the_exit_code_is_2(
    run: Run, network: PhoneNetwork, files: Files, answer: Act, reason: str
) -> None:
    network.on("GET", f"/Applications/{APPLICATION}", answer)
    result = run()
    assert result.exit_code == 2
    assert reason in result.stderr
    assert KEY not in result.output
    assert [request.method for request in network.requests] == ["GET"]
    assert not files.state.exists()


def test_an_application_that_cannot_be_looked_up_just_now_stops_nobody(run: Run, network: PhoneNetwork) -> None:
    network.on("GET", f"/Applications/{APPLICATION}", reply(500, {"msg": "no connection to the database"}))
    result = run()
    assert (result.exit_code, network.dialled) == (0, {ANN: 1, BOB: 1})
    assert "the application cannot be looked up, and calls are tried all the same: GET" in result.stderr


def test_the_application_is_looked_up_once(run: Run, network: PhoneNetwork) -> None:
    run("--max-concurrent", "1")
    looked_up = [request.path for request in network.requests if "/Applications/" in request.path]
    assert looked_up == [f"/v1/Applications/{APPLICATION}"]
    assert network.requests[0].path == looked_up[0]


def test_a_state_file_in_use_makes_exit_code_2_and_names_the_process(
    run: Run, network: PhoneNetwork, files: Files
) -> None:
    with Store(files.state):
        result = run()
    assert result.exit_code == 2
    assert f"Error: {files.state} is in use by process {os.getpid()}" in result.stderr
    assert network.dialled == {}


@pytest.mark.parametrize("link", [os.symlink, os.link], ids=["symbolic", "hard"])
def test_a_link_to_a_state_file_in_use_makes_exit_code_2_and_dials_nobody(
    run: Run, network: PhoneNetwork, files: Files, link: Callable[[Path, Path], None]
) -> None:
    other = files.folder / "link.db"
    with Store(files.state):
        link(files.state, other)
        result = run("--state", str(other))
    assert result.exit_code == 2
    assert "is in use" in result.stderr
    assert network.dialled == {}


def test_a_state_file_that_is_replaced_ends_the_campaign_with_exit_code_1(
    run: Run, network: PhoneNetwork, files: Files
) -> None:
    network.after = lambda visit: visit.request.method == "POST" and files.state.unlink()
    result = run("--max-concurrent", "1")
    assert result.exit_code == 1
    assert f"so no more was dialled: the state file {files.state} is gone" in result.stderr
    assert network.dialled == {ANN: 1}


class DelayedAnswer:
    """Keeps the answer of each request to place a call back until ``answer`` is set."""

    def __init__(self, network: PhoneNetwork) -> None:
        self.arrived, self.answer = threading.Event(), threading.Event()
        network.before = self._before

    def _before(self, visit: Visit) -> bool:
        if visit.request.method == "POST":
            self.arrived.set()
            self.answer.wait(60)
        return False


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_placing_and_the_next_start_goes_on(
    network: PhoneNetwork, files: Files, run: Run, how: signal.Signals
) -> None:
    delayed = DelayedAnswer(network)
    with network.start(
        files.numbers, files.state, "--rate", "1/h", stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert delayed.arrived.wait(60)
        process.send_signal(how)
        assert process.stderr is not None
        line = ""
        while how.name not in line:
            line = process.stderr.readline()
            assert line, "it ended without a word"
        delayed.answer.set()
        out, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert f"stopped: stopped by {how.name}" in out
    assert network.dialled == {ANN: 1}, "the call whose answer was on its way is followed, and no other placed"
    assert "1  completed" in out
    assert "1  waiting" in out
    with closing(sqlite3.connect(files.state)) as db, db:  # the pace of 1/h would hold over the restart
        db.execute("UPDATE attempt SET claimed_at = 0")
    assert run().exit_code == 0
    assert network.dialled == {ANN: 1, BOB: 1}


def test_a_second_signal_ends_it_at_once_and_the_call_is_unknown(network: PhoneNetwork, files: Files, run: Run) -> None:
    delayed = DelayedAnswer(network)
    with network.start(
        files.numbers, files.state, "--max-concurrent", "1", stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert delayed.arrived.wait(60)
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        while "SIGINT" not in process.stderr.readline():
            pass
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=60)
        assert process.returncode == 3
        assert "ended at once: calls whose answers were on their way are unknown" in err
        delayed.answer.set()
    result = run()
    assert result.exit_code == 3
    assert f"{ANN} unknown: the process ended before the answer came" in result.stdout
    assert network.dialled == {ANN: 1, BOB: 1}


def test_a_terminal_gets_a_live_view_with_outcomes_and_errors(network: PhoneNetwork, files: Files) -> None:
    network.next(APPLICATION_ANSWER, reply(500, text=b"Internal Server Error"))
    ours, theirs = pty.openpty()
    with network.start(
        files.numbers, files.state, "--max-concurrent", "1", stdout=subprocess.PIPE, stderr=theirs
    ) as process:
        os.close(theirs)
        shown = unstyle(_read_all(ours))
        out, _ = process.communicate(timeout=60)
    assert process.returncode == 3, out
    assert "2/2  100%" in shown
    assert "1 x unknown: ServerError: 500 Internal Server Error; the call may" in shown
    assert "unknown 1  completed 1" in shown or "completed 1  unknown 1" in shown
    assert f"{BOB} attempt 1: placed" not in shown, "there is no line for each thing that happens"


def test_lines_for_a_pipe_have_times_in_the_zone_of_the_list(run: Run, network: PhoneNetwork) -> None:
    lines = run("--time-zone", "Asia/Tokyo").stderr.splitlines()
    assert len(lines) == 4
    assert all(re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\+09:00 \+1508", line) for line in lines)


def test_a_log_that_nobody_reads_ends_no_campaign(network: PhoneNetwork, files: Files) -> None:
    ours, theirs = os.pipe()
    os.close(ours)
    with network.start(files.numbers, files.state, "--rate", "500/s", stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        process.communicate(timeout=60)
    assert network.dialled == {ANN: 1, BOB: 1}
    with closing(sqlite3.connect(files.state)) as db:
        assert db.execute("SELECT state FROM attempt").fetchall() == [("completed",)] * 2


def test_a_wrong_row_of_the_do_not_call_list_is_an_error_whatever_is_skipped(
    run: Run, network: PhoneNetwork, files: Files
) -> None:
    (files.folder / "dnc.csv").write_text("number\n12\n")
    result = run("--skip-invalid", "--do-not-call", str(files.folder / "dnc.csv"))
    assert (result.exit_code, network.requests) == (2, [])
    assert "dnc.csv: 1 row cannot be used:\n  line 2: '12' has no country code" in result.stderr


# -- numbers of a country, and wrong rows


def test_numbers_of_a_country_are_called(run: Run, network: PhoneNetwork, files: Files) -> None:
    files.list("number\n508 555 1212\n")
    result = run("--country", "US")
    assert (result.exit_code, network.dialled) == (0, {ANN: 1})


def test_all_wrong_rows_are_written_to_a_file(run: Run, network: PhoneNetwork, files: Files) -> None:
    files.list("number\n5085551212\n" + "12\n" * 40)
    bad = files.folder / "bad.csv"
    result = run("--bad-rows", str(bad))
    assert result.exit_code == 2
    assert f"41 rows of {files.numbers} without a valid number: see {bad}" in result.stderr
    assert "    and 39 rows like it: lines 4-42" in result.stderr
    assert "give --country US" in result.stderr
    rows = list(csv.DictReader(bad.read_text().splitlines()))
    assert (len(rows), rows[0]["suggestion"]) == (41, ANN)
    assert network.requests == []


def test_without_a_file_for_wrong_rows_the_option_for_it_is_named(run: Run, files: Files) -> None:
    files.list("number\n12\n")
    assert "to have all of them in a file, give --bad-rows" in run().stderr


@pytest.mark.parametrize("option", ["--bad-rows", "--report"])
def test_a_file_that_is_read_is_not_overwritten(run: Run, files: Files, option: str) -> None:
    before = files.numbers.read_text()
    result = run(option, str(files.numbers))
    assert (result.exit_code, files.numbers.read_text()) == (2, before)
    assert "would be overwritten" in result.stderr


def test_an_empty_list_is_an_error(run: Run, network: PhoneNetwork, files: Files) -> None:
    files.list("number\n")
    result = run()
    assert (result.exit_code, network.requests) == (2, [])
    assert f"{files.numbers} holds no number to call" in result.stderr


def test_a_country_that_there_is_not_is_wrong_usage(run: Run) -> None:
    result = run("--country", "UK")
    assert (result.exit_code, "did you mean GB?" in result.stderr) == (2, True)


# -- answering machine detection


def test_results_of_machine_detection_arrive_while_the_campaign_runs(
    run: Run, network: PhoneNetwork, files: Files
) -> None:
    secret, port = "wh_0123456789", free_port()
    network.on("GET", f"/Accounts/{ACCOUNT}/WebhookSecret", reply(200, {"webhook_secret": secret}))

    def send(call_sid: str, type_: str) -> None:
        body = json.dumps({"call_sid": call_sid, "type": type_}).encode()
        headers = {"Jambonz-Signature": sign(body, secret), "Content-Type": "application/json"}
        request = urllib.request.Request(f"http://127.0.0.1:{port}/amd", body, headers)
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=20) as response:
            assert response.read() == b"[]"

    def after(visit: Visit) -> None:
        if visit.request.method == "POST":
            number = visit.request.json["to"]["number"]
            [sid] = [call.call_sid for call in network.calls.values() if call.number == number]
            network.calls[sid].status = "in-progress"
            send(sid, "amd_machine_detected" if number == ANN else "amd_human_detected")
            network.calls[sid].status = "completed"

    network.after = after
    url = "https://cron.example/amd"
    report = files.folder / "report.json"
    result = run("--amd-url", url, "--amd-listen", f"127.0.0.1:{port}", "--report", str(report))
    assert result.exit_code == 0, result.output
    assert {call.body["amd"]["actionHook"] for call in network.calls.values()} == {url}
    rows = json.loads(report.read_text())["numbers"]
    assert [(row["outcome"], row["answered_by"]) for row in rows] == [("machine", "machine"), ("completed", "human")]
    assert secret not in result.output


@pytest.mark.parametrize("option", [("--amd-url", "https://x.example"), ("--amd-listen", "8080")])
def test_where_results_are_sent_and_where_they_arrive_go_together(run: Run, option: tuple[str, str]) -> None:
    result = run(*option)
    assert (result.exit_code, "go together" in result.stderr) == (2, True)


def test_an_address_that_is_taken_is_wrong_usage(run: Run, network: PhoneNetwork) -> None:
    result = run("--amd-url", "https://x.example", "--amd-listen", f"127.0.0.1:{network.port}")
    assert (result.exit_code, network.dialled) == (2, {})


def _read_all(descriptor: int) -> str:
    data = b""
    while True:
        try:
            chunk = os.read(descriptor, 4096)
        except OSError:  # how Linux says that the other side of a terminal is gone
            chunk = b""
        if not chunk:
            os.close(descriptor)
            return data.decode()
        data += chunk


def test_the_help_names_every_option() -> None:
    result = CliRunner().invoke(campaign, ["--help"])
    assert result.exit_code == 0
    options: list[Any] = [option for param in campaign.params for option in param.opts if option.startswith("--")]
    assert all(option in result.output for option in options)


def test_the_command_loads_neither_flask_nor_a_web_socket() -> None:
    program = (
        "import sys, jambonz_sync.cli.campaign; "
        "print([name for name in ('flask', 'requests', 'websocket', 'dataclasses_json') if name in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert out.stdout == "[]\n"
