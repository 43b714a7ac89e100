"""The state file: all that is written is there after any end, and nothing else can be written."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from jambonz_sync.campaign import CampaignError, Contact, StateFileChanged
from jambonz_sync.campaign.store import Store

ANN, BOB = Contact("+15085551212", 2, variables={"name": "Ann"}), Contact("+15085551213", 3, "UTC", "+15085550000")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "calls.db"


def test_what_is_written_is_there_when_the_file_is_opened_again(path: Path) -> None:
    with Store(path) as store:
        store.load([ANN, BOB])
        claimed = store.claim(ANN.number, 10.0)
        placed = store.record(claimed, "accepted", 11.0, call_sid="sid-1")
        busy = store.record(placed, "busy", 12.0)
    with Store(path) as store:
        assert list(store.histories()) == [(ANN, [busy]), (BOB, [])]
        assert (busy.state, busy.call_sid, busy.n, busy.claimed_at, busy.changed_at) == ("busy", "sid-1", 1, 10.0, 12.0)
        assert store.last_claim() == 10.0


def test_others_see_a_claim_as_soon_as_it_is_made(path: Path) -> None:
    with Store(path) as store, closing(sqlite3.connect(path)) as other:
        store.load([ANN])
        store.claim(ANN.number, 10.0)
        assert other.execute("SELECT state FROM attempt").fetchall() == [("claimed",)]


def test_every_write_waits_for_the_disk(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connections: list[sqlite3.Connection] = []
    connect = sqlite3.connect

    def connected(database: str, **options: Any) -> sqlite3.Connection:
        connections.append(connect(database, **options))
        return connections[-1]

    monkeypatch.setattr(sqlite3, "connect", connected)
    with Store(path):
        (db,) = (db for db in connections if db.execute("PRAGMA database_list").fetchone()[2] == str(path))
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert db.execute("PRAGMA synchronous").fetchone() == (2,)


def test_a_second_claim_is_impossible_while_one_is_open(path: Path) -> None:
    with Store(path) as store:
        store.load([ANN])
        claimed = store.claim(ANN.number, 10.0)
        with pytest.raises(sqlite3.IntegrityError):
            store.claim(ANN.number, 11.0)
        placed = store.record(claimed, "accepted", 12.0, call_sid="sid-1")
        with pytest.raises(sqlite3.IntegrityError):
            store.claim(ANN.number, 13.0)
        store.record(placed, "busy", 14.0)
        assert store.claim(ANN.number, 15.0).n == 2


def test_a_number_that_is_not_on_the_list_cannot_be_claimed(path: Path) -> None:
    with Store(path) as store, pytest.raises(sqlite3.IntegrityError):
        store.claim(ANN.number, 10.0)


def test_an_attempt_that_has_moved_on_is_not_written_over(path: Path) -> None:
    with Store(path) as store:
        store.load([ANN])
        claimed = store.claim(ANN.number, 10.0)
        store.record(claimed, "accepted", 11.0, call_sid="sid-1")
        with pytest.raises(StateFileChanged, match="is not claimed there"):
            store.record(claimed, "interrupted", 12.0)


def test_a_claim_that_a_dead_process_left_becomes_unknown_and_a_placed_call_stays(path: Path) -> None:
    with Store(path) as store:
        store.load([ANN, BOB])
        store.record(store.claim(ANN.number, 10.0), "accepted", 11.0, call_sid="sid-1")
        store.claim(BOB.number, 12.0)
    with Store(path) as store:
        (unknown,) = store.recover(20.0)
        assert (unknown.number, unknown.state, unknown.detail) == (
            BOB.number,
            "unknown",
            "the process ended before the answer came",
        )
        assert [attempts[0].state for _, attempts in store.histories()] == ["placed", "unknown"]
        assert store.recover(21.0) == []
        (written_off,) = store.write_off(22.0)
        assert (written_off.number, written_off.state) == (BOB.number, "written-off")


def test_a_list_that_has_changed_keeps_what_has_been_dialled(path: Path) -> None:
    with Store(path) as store:
        store.load([ANN, BOB])
        store.record(store.claim(BOB.number, 10.0), "refused", 11.0)
        store.load([Contact(BOB.number, 2, excluded="do-not-call"), Contact("+15085551214", 3)])
        assert [(contact.number, contact.excluded, len(attempts)) for contact, attempts in store.histories()] == [
            (ANN.number, "removed", 0),
            (BOB.number, "do-not-call", 1),
            ("+15085551214", None, 0),
        ]
        store.load([ANN])
        assert [contact.excluded for contact, _ in store.histories()] == [None, "removed", "removed"]


def test_the_file_of_one_campaign_is_refused_to_another(path: Path) -> None:
    with Store(path) as store:
        store.bind("app-1")
        store.bind("app-1")
        with pytest.raises(CampaignError, match="holds the campaign of application app-1"):
            store.bind("app-2")


def test_a_copy_reads_beside_the_writer_and_writes_nothing(path: Path) -> None:
    with Store(path) as store:
        store.load([ANN])
        store.claim(ANN.number, 10.0)
        with Store.copy_of(path) as copy:
            assert [attempt.state for attempt in copy.recover(20.0)] == ["unknown"]
        assert [attempt.state for _, attempts in store.histories() for attempt in attempts] == ["claimed"]


def test_a_copy_of_nothing_is_empty_and_makes_no_file(path: Path) -> None:
    with Store.copy_of(path) as copy:
        assert list(copy.histories()) == []
    assert list(path.parent.iterdir()) == []


def test_a_file_of_something_else_is_refused_and_left_as_it_is(path: Path) -> None:
    path.write_text("numbers\n" * 1000)
    with pytest.raises(CampaignError, match="cannot be used as a state file"):
        Store(path)
    assert path.read_text() == "numbers\n" * 1000
    path.unlink()
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("CREATE TABLE mine (x)")
    with pytest.raises(CampaignError, match="something else"):
        Store(path)
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("PRAGMA user_version = 99")
    with pytest.raises(CampaignError, match="has format 99"):
        Store(path)


def test_a_file_that_was_replaced_or_removed_takes_no_further_claim(path: Path) -> None:
    with Store(path) as store:
        store.load([ANN, BOB])
        store.claim(ANN.number, 10.0)
        path.rename(path.with_name("elsewhere.db"))
        with pytest.raises(StateFileChanged, match="is gone"):
            store.claim(BOB.number, 11.0)
        path.touch()
        with pytest.raises(StateFileChanged, match="was replaced"):
            store.claim(BOB.number, 12.0)


def test_a_directory_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(CampaignError, match="cannot be locked"):
        Store(tmp_path / "none" / "calls.db")
