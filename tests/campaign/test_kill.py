"""``kill -9`` at any moment: started again until it is done, a campaign has called nobody twice and left nobody out."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from tests.rest.fake_api import Visit

from .network import PhoneNetwork

NUMBERS = [f"+1508555{1000 + n}" for n in range(12)]
#: these are busy at first, so that attempts are killed, too, that are not the first
BUSY = {NUMBERS[n]: n % 3 for n in range(0, 12, 2)}
ROUNDS = 14


class Killer:
    """Kills the process when its n-th request of the round is here, before or after the answer."""

    def __init__(self, network: PhoneNetwork) -> None:
        self._lock = threading.Lock()
        self._victim: subprocess.Popen[str] | None = None
        self._requests_until_kill = 0
        self._answer_first = False
        network.before = self._before
        network.after = self._after

    def aim(self, victim: subprocess.Popen[str], n: int, *, answer_first: bool) -> None:
        with self._lock:
            self._victim, self._requests_until_kill, self._answer_first = victim, n, answer_first

    def disarm(self) -> None:
        with self._lock:
            self._victim = None

    def _before(self, visit: Visit) -> bool:
        with self._lock:
            if self._victim is None:
                return False
            self._requests_until_kill -= 1
            if self._requests_until_kill > 0 or (self._requests_until_kill == 0 and self._answer_first):
                return False
            self._victim.kill()
            return True

    def _after(self, visit: Visit) -> None:
        with self._lock:
            if self._victim is not None and self._requests_until_kill <= 0:
                self._victim.kill()


@pytest.fixture
def network() -> Iterator[PhoneNetwork]:
    with PhoneNetwork() as network:
        network.outcome = lambda number, n: "busy" if n <= BUSY.get(number, 0) else "completed"
        yield network


def test_a_call_whose_answer_never_came_is_reported_and_not_repeated(network: PhoneNetwork, tmp_path: Path) -> None:
    killer, state, numbers = Killer(network), tmp_path / "calls.db", tmp_path / "numbers.csv"
    numbers.write_text("\n".join(NUMBERS[1:4:2]))
    with network.start(numbers, state, "--rate", "200/s", "--max-concurrent", "1") as process:
        killer.aim(process, 1, answer_first=False)
        assert process.wait(60) == -signal.SIGKILL
    killer.disarm()
    assert attempts_in(state) == {NUMBERS[1]: ["claimed"]}
    for _ in range(2):
        with network.start(numbers, state, "--rate", "200/s", stdout=subprocess.PIPE) as process:
            out, _ = process.communicate(timeout=60)
        assert process.returncode == 3
        assert f"{NUMBERS[1]} unknown: the process ended before the answer came" in out
        assert network.dialled == {NUMBERS[1]: 1, NUMBERS[3]: 1}
        assert attempts_in(state) == {NUMBERS[1]: ["unknown"], NUMBERS[3]: ["completed"]}


def attempts_in(state: Path) -> dict[str, list[str]]:
    with closing(sqlite3.connect(state)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        states: dict[str, list[str]] = {}
        for number, attempt in db.execute("SELECT number, state FROM attempt ORDER BY number, n"):
            states.setdefault(number, []).append(attempt)
        return states


@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", range(3))
def test_nobody_is_called_twice_and_nobody_left_out(network: PhoneNetwork, tmp_path: Path, seed: int) -> None:
    random, killer = Random(seed), Killer(network)
    numbers, state, report = tmp_path / "numbers.csv", tmp_path / "calls.db", tmp_path / "report.json"
    numbers.write_text("number\n" + "\n".join(NUMBERS))
    options = ("--rate", "200/s", "--max-concurrent", "5", "--retry", "busy", "--retry-after", "0s")

    killed = 0
    for _ in range(ROUNDS):
        with network.start(numbers, state, *options, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            killer.aim(process, random.randint(1, 5), answer_first=random.random() < 0.5)
            finished = process.wait(60) != -signal.SIGKILL
            killer.disarm()
        if finished:
            break
        killed += 1
        dialled, attempts = network.dialled, attempts_in(state)
        for number in NUMBERS:
            # Whatever arrived was on disk before; and what is unknown was not repeated.
            assert dialled[number] <= len(attempts.get(number, []))
            assert "unknown" not in attempts.get(number, [])[:-1]
            assert dialled[number] <= 1 + BUSY.get(number, 0)
    assert killed >= 3, "the test has not done what it is for"

    with network.start(
        numbers, state, *options, "--report", str(report), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        out, err = process.communicate(timeout=60)
    rows = {row["number"]: row for row in json.loads(report.read_text())["numbers"]}
    attempts, dialled = attempts_in(state), network.dialled
    assert sorted(rows) == sorted(NUMBERS)
    for number in NUMBERS:
        if rows[number]["outcome"] == "completed":
            assert attempts[number] == ["busy"] * BUSY.get(number, 0) + ["completed"]
            assert dialled[number] == len(attempts[number])
        else:
            assert rows[number]["outcome"] == "unknown"
            assert rows[number]["detail"] == "the process ended before the answer came"
            assert dialled[number] in (len(attempts[number]) - 1, len(attempts[number]))
    unknown = [number for number in NUMBERS if rows[number]["outcome"] == "unknown"]
    assert process.returncode == (3 if unknown else 0), err
    assert ("unknown: the process ended before the answer came" in out) == bool(unknown)

    before = network.dialled
    with network.start(
        numbers, state, *options, "--retry-unknown", stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        out, err = process.communicate(timeout=60)
    assert process.returncode == 0, out + err
    for number in NUMBERS:
        assert (network.dialled[number] > before[number]) == (number in unknown)
