from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from jambonz_sync.reference.markdown import as_markdown

PAGE = """\
.. _top:

Speech
======

``say`` speaks: see :doc:`/howto/tts`, :class:`~jambonz_sync.Session` and `jambonz <https://jambonz.org>`_.

.. code-block:: python
    :emphasize-lines: 1

    session.say(text="``Hi``")

    session.hangup()

A shell::

    pip install

Loud
----

=======  =======
Option   Meaning
=======  =======
``gain`` louder, ``a|b``
         and more
=======  =======

.. literalinclude:: ../examples/echo.py

.. autoclass:: jambonz_sync.Session
    :members: say

.. a comment
   of two lines

Deeper
~~~~~~

The end.
"""

MARKDOWN = """\
# Speech

`say` speaks: see `howto/tts`, `Session` and [jambonz](https://jambonz.org).

```python
session.say(text="``Hi``")

session.hangup()
```

A shell:

```
pip install
```

## Loud

| Option | Meaning |
| --- | --- |
| `gain` | louder, `a\\|b` and more |

(The code is the example `echo`.)

- `jambonz_sync.Session`: look it up by name

### Deeper

The end.
"""


def test_a_page_becomes_markdown() -> None:
    assert as_markdown(PAGE) == MARKDOWN


@given(st.lists(st.sampled_from([*PAGE.splitlines(), "", "    ", "====", "x::", ".. ", ".. x::"])))
def test_any_order_of_lines_is_converted(lines: list[str]) -> None:
    assert as_markdown("\n".join(lines)).endswith("\n")


def test_a_table_of_lists_becomes_a_table() -> None:
    rows = "    * - What\n      - Bound\n    * - ``say``\n      - a\n        long one\n"
    text = f".. list-table::\n    :header-rows: 1\n\n{rows}"
    assert as_markdown(text) == "| What | Bound |\n| --- | --- |\n| `say` | a long one |\n"


def test_a_table_without_a_head_becomes_a_table_whose_head_is_empty() -> None:
    assert as_markdown("===  ===\na    b\n===  ===\n") == "|  |  |\n| --- | --- |\n| a | b |\n"


def test_a_reference_to_a_heading_is_its_text() -> None:
    assert as_markdown("See `The end`_, and ``x``.") == "See The end, and `x`.\n"


def test_the_cards_of_a_grid_are_their_titles_and_texts() -> None:
    card = "    .. grid-item-card:: Tutorial\n        :link: tutorial/bot\n\n        A bot.\n"
    text = f".. grid:: 1 2\n    :gutter: 3\n\n{card}"
    assert as_markdown(text) == "Tutorial\n\nA bot.\n"


def test_a_picture_is_left_out() -> None:
    text = "Before.\n\n.. container:: picture\n\n    .. image:: call.svg\n        :alt: A call\n\nAfter.\n"
    assert as_markdown(text) == "Before.\n\nAfter.\n"
