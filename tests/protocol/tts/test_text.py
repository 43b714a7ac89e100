"""Where a text is cut on its way to the synthesiser."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jambonz_sync.protocol.tts import TokenWindow
from jambonz_sync.protocol.tts.text import cut, ends_sentence, open_tag, trailing_blank, units
from tests.growth import grows_with_length

FLAG_DE, FLAG_FR = "\U0001f1e9\U0001f1ea", "\U0001f1eb\U0001f1f7"
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"


def pieces(text: str, limit: int) -> list[str]:
    found = []
    while units(text) > limit:
        at = cut(text, limit)
        found.append(text[:at])
        text = text[at:]
    return [*found, text]


@pytest.mark.parametrize("text", ["", "abc", "é", "👍", "a👍b", FAMILY, "漢字"])
def test_length_is_counted_as_the_server_counts_it(text: str) -> None:
    assert units(text) == len(text.encode("utf-16-le")) // 2


def test_a_text_is_cut_behind_a_blank() -> None:
    assert pieces("One two. Three", 10) == ["One two. ", "Three"]
    assert pieces("One two.  Three", 9) == ["One two. ", " Three"]


def test_a_word_longer_than_a_frame_is_cut_within() -> None:
    assert pieces("a" * 25, 10) == ["a" * 10, "a" * 10, "a" * 5]


def test_leading_blanks_are_not_cut_off_as_a_frame_of_their_own() -> None:
    assert pieces("   " + "a" * 12, 10) == ["   aaaaaaa", "aaaaa"]


def test_text_without_blanks_is_cut_behind_its_punctuation() -> None:
    assert pieces("你好。我很好。谢谢你", 8) == ["你好。我很好。", "谢谢你"]


def test_a_frame_of_emoji_holds_half_as_many() -> None:
    assert [len(piece) for piece in pieces("👍" * 25, 20)] == [10, 10, 5]


@pytest.mark.parametrize(
    "cluster",
    [
        "e\u0301\u0302\u0323",  # combining marks
        "❤\ufe0f",  # variation selector
        "👍\U0001f3fd",  # skin tone
        FAMILY,
        "\U0001f3f4\U000e0067\U000e0062\U000e007f",  # a flag of tags
        FLAG_DE,
        "\u1112\u1161\u11ab",  # Hangul in jamo
        "\uac00\u11a8",  # a syllable and a final consonant
        "\u0915\u094d\u0937",  # a Devanagari conjunct
        "\r\n",
    ],
)
def test_a_cluster_of_characters_is_never_cut(cluster: str) -> None:
    for limit in range(units(cluster), units(cluster) * 3):
        for piece in pieces("x" + cluster * 5, limit + 1):
            assert re.fullmatch(f"x?(?:{cluster})*", piece), (limit, piece)


def test_flags_are_cut_between_pairs() -> None:
    assert pieces((FLAG_DE + FLAG_FR) * 2, 10) == [FLAG_DE + FLAG_FR, FLAG_DE + FLAG_FR]


def test_a_cluster_longer_than_a_frame_is_cut_all_the_same() -> None:
    text = "e" + "\u0301" * 30
    assert "".join(pieces(text, 10)) == text


def test_an_ssml_tag_is_never_cut() -> None:
    text = 'Wait <break time="1 s" strength="x > y"/> for it <say-as interpret-as="date">1 May</say-as> now'
    for limit in range(45, 90):
        for piece in pieces(text, limit):
            assert piece.count("<") == len(re.findall(r"<(?:[^<>\"]|\"[^\"]*\")*>", piece)), (limit, piece)


def test_a_tag_that_is_not_finished_yet_is_not_cut_either() -> None:
    assert pieces('words words words <phoneme ph="abc def', 30)[0] == "words words words "


def test_a_less_than_sign_is_not_a_tag() -> None:
    assert pieces("a < b and c < d and e", 12) == ["a < b and c ", "< d and e"]


def test_a_tag_longer_than_a_frame_is_cut() -> None:
    text = "<x " + "y" * 40 + ">"
    assert "".join(pieces(text, 10)) == text


@given(
    st.text(st.sampled_from([*"ab .\n\r<>\"'/=", "é", "\u0301", "👍", "\u200d", "\U0001f1e9", "한", "。"])),
    st.integers(1, 12),
)
def test_whatever_the_text_nothing_is_lost_and_no_piece_is_too_long(text: str, limit: int) -> None:
    limit = max(limit, 2)  # an emoji alone is two
    found = pieces(text, limit)
    assert "".join(found) == text
    assert all(0 < units(piece) <= limit for piece in found[:-1])


@pytest.mark.parametrize(
    ("text", "size"),
    [
        *[("", 0), ("words", 0), ("Hi <break/>", 0), ("a < b", 0), ("I <3 you", 0), ("< ", 0)],
        *[("Hi <", 1), ("Hi <br", 3), ("</", 2), ("<break time='1s'", 16), ("<break/> and <b", 2)],
        *[('<say-as x="a>', 13), ("<say-as x='a<b", 14), ('<p x="1 > 2">', 0), ("<break/>it's", 0)],
        *[("<a" + "x" * 298, 300), ("<a" + "x" * 299, 0), ("x" * 1000 + "<a", 2)],
    ],
)
def test_a_tag_that_is_still_being_written_is_told_from_what_is_none(text: str, size: int) -> None:
    assert open_tag(text) == size


@pytest.mark.parametrize("text", ["Hi.", "Hi!", "Really?", "你好。", "para\n\n", "3.5 percent."])
def test_these_end_a_sentence(text: str) -> None:
    assert ends_sentence(text)


@pytest.mark.parametrize("text", ["", "Hi", "Hi. ", "3.", 'Hi."', "line\n"])
def test_these_do_not_end_a_sentence(text: str) -> None:
    assert not ends_sentence(text)


@pytest.mark.parametrize(
    ("text", "blanks"), [("Hi. ", 1), ("Hi.\n\n", 2), ("Hi ", 0), ("Hi.", 0), ("3. ", 0), ("  ", 0), ("", 0)]
)
def test_blanks_behind_a_sentence_are_counted(text: str, blanks: int) -> None:
    assert trailing_blank(text) == blanks


#: what costs the pattern of a tag, or the search for a place to cut, the most
WORST = {
    "tags that never end": "<a",
    "open quotes": "<a\"'",
    "quotes that hold tags": "<a \"<a\" '<b' ",
    "tags side by side": "<b>",
    "signs that begin no tag": "<",
    "flags": FLAG_DE,
    "marks on one letter": "\u0301",
    "blanks": " \n",
}


@pytest.mark.parametrize("text", WORST.values(), ids=WORST)
def test_the_work_for_a_text_grows_as_its_length_does(text: str) -> None:
    assert grows_with_length(_pass_a_window, lambda size: (text * size)[:size], 10_000)


def _pass_a_window(text: str) -> None:
    window = TokenWindow()
    window.push("word ")
    window.push(text)
    window.flush()
    while window.outgoing:
        messages, window.outgoing = window.outgoing, []
        for message in messages:
            if "data" in message:
                window.on_result(message["data"]["id"], "ok")
    assert window.pending == 0
