"""CSV files that are safe to open in a spreadsheet: no text of the list, the server or a carrier is a formula there."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from os import PathLike
from typing import Final

from .number import is_e164

__all__ = ["write_csv"]

#: Where a spreadsheet would take the text for a formula: at its beginning, or behind a character that separates cells
#: or lines in some languages or programs. The wide forms count as formulas in East Asian languages.
_FORMULA: Final = re.compile(r"(?:^|(?<=[;\t\r\n]))(?=[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20])")


def write_csv(path: str | PathLike[str], header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a CSV file in UTF-8. An older file is replaced.

    Args:
        path: The file.
        header: The names of the columns.
        rows: The cells of each row; a text that would be taken for a formula gets an apostrophe before it.
    Raises:
        OSError: The file cannot be written.
    Blocks: while the file is written.
    """
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows([_cell(value) for value in row] for row in rows)


def _cell(value: object) -> object:
    """The cell of a CSV file that holds ``value``, without a formula."""
    if isinstance(value, str) and not is_e164(value):
        return _FORMULA.sub("'", value)
    return value
