"""The lock of a state file: one campaign uses it at a time, by whatever name it calls the file."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

import pytest

from jambonz_sync.campaign import CampaignError, CampaignLocked, Contact
from jambonz_sync.campaign.store import Store

ANN = Contact("+15085551212", 1)
HOLD = """\
import sys
from jambonz_sync.campaign.store import Store
store = Store(sys.argv[1])
print("open", flush=True)
input()
"""


class Holder(AbstractContextManager["Holder"]):
    """Another process that holds a state file until it is killed."""

    def __init__(self, path: Path) -> None:
        command = [sys.executable, "-c", HOLD, str(path)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.pid = self._process.pid
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "open\n"

    def kill(self) -> None:
        self._process.kill()
        self._process.wait(30)

    def __exit__(self, *error: object) -> None:
        self.kill()
        self._process.communicate()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "calls.db"


@pytest.fixture(params=["another process", "this process"])
def locked(request: pytest.FixtureRequest, path: Path) -> Iterator[Path]:
    """A state file that is in use: by another process, or by another campaign of this one."""
    with ExitStack() as stack:
        stack.enter_context(Holder(path) if request.param == "another process" else Store(path))
        yield path


def test_a_second_opening_is_refused_and_names_the_process(path: Path) -> None:
    with Store(path):
        with pytest.raises(CampaignLocked, match="in use by process") as caught:
            Store(path)
        assert caught.value.pid == os.getpid()
    Store(path).close()


def test_a_killed_process_leaves_no_lock(path: Path) -> None:
    with Holder(path) as holder:
        with pytest.raises(CampaignLocked) as caught:
            Store(path)
        assert caught.value.pid == holder.pid
        holder.kill()
        Store(path).close()


def test_a_symbolic_link_is_the_file_that_it_leads_to(locked: Path) -> None:
    link = locked.with_name("link.db")
    link.symlink_to(locked)
    with pytest.raises(CampaignLocked, match=f"{locked} is in use"):
        Store(link)


def test_a_campaign_goes_on_by_a_symbolic_link_where_it_was_killed(path: Path) -> None:
    claim = (
        "import os, sys; from jambonz_sync.campaign import Contact; from jambonz_sync.campaign.store import Store; "
        "store = Store(sys.argv[1]); store.load([Contact('+15085551212', 1)]); store.claim('+15085551212', 10.0); "
        "os.kill(os.getpid(), 9)"
    )
    assert subprocess.run([sys.executable, "-c", claim, str(path)], check=False, timeout=50).returncode == -9
    link = path.with_name("link.db")
    link.symlink_to(path)
    with Store.copy_of(link) as copy:
        assert [attempt.state for _, attempts in copy.histories() for attempt in attempts] == ["claimed"]
    with Store(link) as store:
        assert [attempt.state for attempt in store.recover(20.0)] == ["unknown"]


def test_a_hard_link_to_a_file_in_use_is_refused(locked: Path) -> None:
    link = locked.with_name("link.db")
    link.hardlink_to(locked)
    with pytest.raises(CampaignLocked, match="in use under another name"):
        Store(link)


@pytest.mark.parametrize("opens", [Store, Store.copy_of])
def test_a_file_with_two_names_is_refused_because_its_log_goes_by_name(
    path: Path, opens: Callable[[Path], Store]
) -> None:
    Store(path).close()
    link = path.with_name("link.db")
    link.hardlink_to(path)
    for name in (path, link):
        with pytest.raises(CampaignError, match="has another name"):
            opens(name)
    path.unlink()
    opens(link).close()


def test_a_file_that_was_renamed_while_it_was_in_use_is_refused(locked: Path) -> None:
    renamed = locked.rename(locked.with_name("renamed.db"))
    with pytest.raises(CampaignLocked, match="in use under another name"):
        Store(renamed)


def test_a_file_that_takes_the_name_of_one_in_use_is_refused(locked: Path) -> None:
    locked.unlink()
    with pytest.raises(CampaignLocked):
        Store(locked)


def test_a_refused_opening_takes_nothing_from_the_holder(path: Path) -> None:
    with Store(path) as store:
        store.load([ANN])
        store.claim(ANN.number, 10.0)
        renamed = path.rename(path.with_name("renamed.db"))
        for name in (renamed, path.with_name("renamed.db")):
            with pytest.raises(CampaignLocked):
                Store(name)
        renamed.rename(path)
        command = [sys.executable, "-c", HOLD, str(path)]
        other = subprocess.run(command, input="", capture_output=True, text=True, check=False, timeout=50)
        assert "CampaignLocked" in other.stderr


def test_a_forked_child_that_outlives_its_parent_holds_no_lock(path: Path) -> None:
    program = (
        "import os, sys, time; from jambonz_sync.campaign.store import Store; store = Store(sys.argv[1]);\n"
        "if os.fork() == 0: os.setsid(); os.close(1); sys.stdin.read(); os._exit(0)\n"
        "os.kill(os.getpid(), 9)"
    )
    command = [sys.executable, "-c", program, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.wait(30) == -9
        assert parent.stdout is not None
        assert parent.stdout.read() == b"", "the child has been forked, and waits"
        Store(path).close()


def test_a_file_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    (tmp_path / "calls.db").mkdir()
    with pytest.raises(CampaignError, match="cannot be used as a state file: Is a directory"):
        Store(tmp_path / "calls.db")
