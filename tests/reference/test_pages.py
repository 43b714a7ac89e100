from __future__ import annotations

import pytest

from jambonz_sync.reference import files
from jambonz_sync.reference.pages import examples, pages, search, search_examples


def test_the_pages_and_the_examples_are_there() -> None:
    assert {"index", "howto/tts", "reference/verbs"} <= pages().keys()
    assert pages()["howto/tts"].title == "Token streaming"
    assert examples()["echo"].about.startswith("Repeats what the caller says")


def test_no_page_shows_markup_of_its_source() -> None:
    for page in pages().values():
        outside = "".join(page.text.split("```")[::2])
        assert ".. code-block" not in outside, page.name
        assert ":doc:`" not in outside, page.name
        assert page.text.count("```") % 2 == 0, page.name


def test_a_page_is_its_sections() -> None:
    page = pages()["howto/tts"]
    assert "\n\n".join(section.text for section in page.sections) == page.text.strip()
    section = page.section("by hand")
    assert section is not None
    assert section.title == "By hand"
    assert page.section("no such") is None


@pytest.mark.parametrize(
    ("query", "page"),
    [
        ("barge-in", "howto/barge_in"),
        ("barge in", "howto/barge_in"),
        ("how do I check the signature of a webhook?", "howto/webhooks"),
        ("reconnects", "explanation/reconnects"),
        ("gunicorn workers", "howto/deployment"),
        ("port an app from node", "howto/node"),
        ("test fixture", "howto/testing"),
    ],
)
def test_a_search_finds_the_page_that_tells(query: str, page: str) -> None:
    assert page in [hit.page for hit in search(query)[:3]]


def test_a_page_is_found_by_two_of_its_sections_at_most() -> None:
    found = [hit.page for hit in search("barge in", 20)]
    assert len(set(found)) > 3
    assert max(map(found.count, found)) == 2


def test_a_search_finds_the_example_that_shows() -> None:
    assert "voicemail" in [example.name for example in search_examples("leave a voicemail")]
    assert "queue_hold" in [example.name for example in search_examples("callers wait in queues")]


@pytest.mark.parametrize("query", ["", "xyzzy", "the of and", "\0", "ö" * 10_000])
def test_a_search_for_nothing_that_there_is_finds_nothing(query: str) -> None:
    assert search(query) == []
    assert search_examples(query) == []


def test_files_that_are_not_there_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setattr(files, "_PACKAGE", tmp_path)
    with pytest.raises(FileNotFoundError, match=r"docs is not beside .*: install jambonz-sync with pip"):
        files.folder("docs")
