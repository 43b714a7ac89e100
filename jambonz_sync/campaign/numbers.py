"""Read the rows of a list, and find the phone numbers in them: each number once, each wrong row with its line."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from os import PathLike
from typing import Final

from ..model.stored import StoredModel, stored_model
from .errors import BadRow, CampaignError, InvalidNumbers
from .policy import time_zone

__all__ = ["Contact", "Duplicate", "NumberList", "is_e164", "normalise"]

#: a column of one of these names holds the number
_NUMBER_COLUMNS: Final = ("number", "to", "phone", "phone_number")
_SEPARATORS: Final = re.compile(r"[\s\-./()\u00a0\u2007\u2010-\u2015\u202f\u2060\ufeff]+")
_E164: Final = re.compile(r"\+[1-9][0-9]{6,14}")


def normalise(text: str) -> str:
    """Bring a phone number into the form E.164: ``"+49 (30) 123-4567"`` becomes ``"+49301234567"``.

    Nothing is guessed. A number without its country code is refused, and so is one with "(0)" in it, which is dialled
    in some countries and not in others.

    Args:
        text: A number that begins with ``+`` or ``00``; blanks, dashes, dots, slashes and brackets do not matter.
    Returns:
        The number with the plus sign and digits only.
    Raises:
        ValueError: No number can be read; the message completes the sentence "The row ...".
    """
    if re.search(r"\(\s*0\s*\)", text):
        raise ValueError("has a (0) in it: leave it out, or write the 0, as it is dialled from abroad")
    digits = _SEPARATORS.sub("", text)
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    if is_e164(digits):
        return digits
    if not digits:
        raise ValueError("is empty")
    if re.fullmatch(r"[0-9]+", digits):
        raise ValueError("has no country code: write it as +49301234567")
    if re.fullmatch(r"\+[0-9]*", digits):
        raise ValueError("is not 7 to 15 digits that begin with a country code")
    raise ValueError("is no phone number")


def is_e164(text: str) -> bool:
    """Tell whether ``text`` is a phone number in the form E.164, and nothing else."""
    return _E164.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Contact:
    """A number to call, with all that its row says.

    Args:
        number: The number, in the form E.164.
        line: Its line in the list, from 1; 0 if it comes from no list.
        time_zone: The zone in which calling hours are read for it; None is that of the policy.
        from_: The calling number; None is that of the campaign.
        variables: Values that go with the call as its ``tag``.
        excluded: Why it is not called: "do-not-call", "removed" (from the list). None if it is called.
    """

    number: str
    line: int = 0
    time_zone: str | None = None
    from_: str | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    excluded: str | None = None


@stored_model
class Duplicate(StoredModel):
    """A row whose number is in an earlier row, too. The number is called for the earlier one only."""

    number: str = ""
    line: int = 0
    first_line: int = 0


class NumberList:
    """The numbers of a list, in its order.

    ``contacts`` are dialled; ``duplicates`` and ``bad_rows`` are not. :meth:`read` and :meth:`from_rows` make a list.

    Args:
        name: The name of the list in messages.
    """

    def __init__(self, name: str = "numbers") -> None:
        self.name = name
        self.contacts: list[Contact] = []
        self.duplicates: list[Duplicate] = []
        self.bad_rows: list[BadRow] = []
        self._line_by_number: dict[str, int] = {}

    @classmethod
    def read(cls, path: str | PathLike[str], *, name: str | None = None) -> NumberList:
        """Read a CSV file in UTF-8, with commas, semicolons or tabs.

        The first line names the columns. ``number`` (or ``to``, ``phone``, ``phone_number``) is required,
        ``time_zone`` and ``from`` are known, and every other column is a variable of the call. If the first line
        begins with a number instead, the file has no line of names, and only its first column counts. A row that is
        wrong raises nothing: it is in ``bad_rows``.

        Args:
            path: The file.
            name: The name of the list in messages; None takes the path.
        Returns:
            The list.
        Raises:
            OSError: The file cannot be read.
            CampaignError: It is no CSV file in UTF-8, has no column for the number, or names a column twice.
        Blocks: while the file is read.
        """
        numbers = cls(name or str(path))
        try:
            with open(path, encoding="utf-8-sig", newline="") as file:
                numbers._read_csv(file)
        except (UnicodeDecodeError, csv.Error) as error:
            raise CampaignError(f"{numbers.name} is no CSV file in UTF-8: {error}") from None
        return numbers

    @classmethod
    def from_rows(cls, rows: Iterable[str | Mapping[str, object] | Contact], *, name: str = "numbers") -> NumberList:
        """Make a list of rows in memory. Their lines count from 1.

        Args:
            rows: Numbers, mappings with the columns that :meth:`read` knows, or contacts.
            name: The name of the list in messages.
        Returns:
            The list. A row that is wrong raises nothing, but is in ``bad_rows``.
        """
        numbers = cls(name)
        for line, row in enumerate(rows, 1):
            if isinstance(row, Contact):
                numbers._add(line, row.number, row.time_zone, row.from_, row.variables)
            elif isinstance(row, str):
                numbers._add(line, row, None, None, {})
            else:
                numbers._add_row(line, {key: "" if value is None else str(value) for key, value in row.items()})
        return numbers

    def require_valid(self) -> NumberList:
        """Return this list if no row of it is wrong.

        Returns:
            The list itself.
        Raises:
            InvalidNumbers: There are wrong rows; the error holds all of them.
        """
        if self.bad_rows:
            raise InvalidNumbers(self.name, self.bad_rows)
        return self

    def _read_csv(self, file: Iterable[str]) -> None:
        lines = iter(file)
        first_line = next(lines, "")
        delimiter = max(",;\t", key=first_line.count)
        reader = csv.reader(chain([first_line], lines), delimiter=delimiter, strict=True)
        header: list[str] | None = None
        numbers_only = False  # there is no line of names: the first one begins with a number
        for cells in reader:
            line = reader.line_num
            if not any(cell.strip() for cell in cells):
                continue
            if header is None:
                numbers_only = _is_number(cells[0])
                header = ["number"] if numbers_only else self._header(cells)
                if not numbers_only:
                    continue
            if len(cells) > len(header) and not numbers_only:
                self._reject(line, ",".join(cells), f"has {len(cells)} columns, the first line {len(header)}")
            else:
                self._add_row(line, dict(zip(header, cells, strict=False)))

    def _header(self, cells: Sequence[str]) -> list[str]:
        names = [cell.strip() for cell in cells]
        if not any(name.lower() in _NUMBER_COLUMNS for name in names):
            raise CampaignError(f"{self.name}: the first line names no column 'number', only {', '.join(names)}")
        repeated = {name for name in names if name and names.count(name) > 1}
        if repeated:
            raise CampaignError(f"{self.name}: the first line names the column {min(repeated)!r} twice")
        return names

    def _add_row(self, line: int, row: Mapping[str, str]) -> None:
        known: dict[str, str] = {}
        variables: dict[str, str] = {}
        for name, value in row.items():
            lower = name.lower()
            if lower in _NUMBER_COLUMNS and "number" not in known:
                known["number"] = value
            elif lower in ("time_zone", "from"):
                known[lower] = value.strip()
            elif name:
                variables[name] = value
        self._add(line, known.get("number", ""), known.get("time_zone"), known.get("from"), variables)

    def _add(self, line: int, text: str, zone: str | None, from_: str | None, variables: Mapping[str, str]) -> None:
        try:
            number = normalise(text)
            if zone:
                time_zone(zone)
        except CampaignError as error:
            self._reject(line, text, f"has a wrong time zone: {error}")
        except ValueError as error:
            self._reject(line, text, str(error))
        else:
            first_line = self._line_by_number.setdefault(number, line)
            if first_line != line:
                self.duplicates.append(Duplicate(number=number, line=line, first_line=first_line))
            else:
                self.contacts.append(Contact(number, line, zone or None, from_ or None, variables))

    def _reject(self, line: int, text: str, reason: str) -> None:
        self.bad_rows.append(BadRow(line, text, reason))


def _is_number(text: str) -> bool:
    try:
        normalise(text)
    except ValueError:
        return False
    return True
