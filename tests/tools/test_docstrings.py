"""Docstrings of tools, in the three styles that there are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jambonz_sync.tools.docstrings import parse_docstring


@pytest.mark.parametrize(
    "text",
    [
        "Adds up.\n\nArgs:\n    a: the first\n        of both\n    b (int): the second\n\nReturns:\n    a: sum",
        "Adds up.\n\n:param a: the first\n    of both\n:param int b: the second\n:returns: a sum",
        "Adds up.\n\nParameters\n----------\na : int\n    the first\n    of both\nb\n    the second\n"
        "\nReturns\n-------\nint\n    x",
    ],
)
def test_the_three_styles_of_docstrings_say_the_same(text: str) -> None:
    about, parameters = parse_docstring(text)
    assert about == "Adds up."
    assert parameters["a"] == "the first of both"
    assert parameters["b"] == "the second"


@given(st.text(st.sampled_from("ab:- \n*()Args:Parameters"), max_size=200))
def test_no_docstring_breaks_the_reading(text: str) -> None:
    about, parameters = parse_docstring(text)
    assert isinstance(about, str)
    assert all(isinstance(value, str) for value in parameters.values())
