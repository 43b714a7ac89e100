"""Read the rows of a list, and find the phone numbers in them: each number once, each wrong row with its line."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from os import PathLike
from typing import Final

from ..model.stored import StoredModel, stored_model
from .errors import BadRow, CampaignError, InvalidNumber, InvalidNumbers
from .number import check_country, normalise
from .policy import time_zone
from .spreadsheet import write_csv

__all__ = ["Contact", "Duplicate", "NumberList", "Numbers", "as_list", "write_bad_rows"]

#: a column of one of these names holds the number
_NUMBER_COLUMNS: Final = ("number", "to", "phone", "phone_number")


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
        country: The country of numbers without a country code (``"US"``); None refuses them.
    Raises:
        CampaignError: There is no such country, or phonenumbers is not installed.
    """

    def __init__(self, name: str = "numbers", *, country: str | None = None) -> None:
        self.name = name
        self.country = None if country is None else check_country(country)
        self.contacts: list[Contact] = []
        self.duplicates: list[Duplicate] = []
        self.bad_rows: list[BadRow] = []
        self._line_by_number: dict[str, int] = {}

    @classmethod
    def read(cls, path: str | PathLike[str], *, name: str | None = None, country: str | None = None) -> NumberList:
        """Read a CSV file in UTF-8, with commas, semicolons or tabs.

        The first line names the columns. ``number`` (or ``to``, ``phone``, ``phone_number``) is required,
        ``time_zone`` and ``from`` are known, and every other column is a variable of the call. If the first line
        begins with a number instead, the file has no line of names, and only its first column counts. A row that is
        wrong raises nothing: it is in ``bad_rows``.

        Args:
            path: The file.
            name: The name of the list in messages; None takes the path.
            country: The country of numbers without a country code, as :func:`normalise` has it.
        Returns:
            The list.
        Raises:
            OSError: The file cannot be read.
            CampaignError: It is no CSV file in UTF-8, has no column for the number, or names a column twice.
        Blocks: while the file is read.
        """
        numbers = cls(name or str(path), country=country)
        try:
            with open(path, encoding="utf-8-sig", newline="") as file:
                numbers._read_csv(file)
        except (UnicodeDecodeError, csv.Error) as error:
            raise CampaignError(f"{numbers.name} is no CSV file in UTF-8: {error}") from None
        return numbers

    @classmethod
    def from_rows(
        cls,
        rows: Iterable[str | Mapping[str, object] | Contact],
        *,
        name: str = "numbers",
        country: str | None = None,
    ) -> NumberList:
        """Make a list of rows in memory. Their lines count from 1.

        Args:
            rows: Numbers, mappings with the columns that :meth:`read` knows, or contacts.
            name: The name of the list in messages.
            country: The country of numbers without a country code, as :func:`normalise` has it.
        Returns:
            The list. A row that is wrong raises nothing, but is in ``bad_rows``.
        """
        numbers = cls(name, country=country)
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
                numbers_only = _is_number(cells[0], self.country)
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
            number = normalise(text, self.country)
            if zone:
                time_zone(zone)
        except CampaignError as error:
            self._reject(line, text, f"has a wrong time zone: {error}")
        except InvalidNumber as error:
            self.bad_rows.append(BadRow(line, text, error.reason, error.suggestion))
        else:
            first_line = self._line_by_number.setdefault(number, line)
            if first_line != line:
                self.duplicates.append(Duplicate(number=number, line=line, first_line=first_line))
            else:
                self.contacts.append(Contact(number, line, zone or None, from_ or None, variables))

    def _reject(self, line: int, text: str, reason: str) -> None:
        self.bad_rows.append(BadRow(line, text, reason))


def as_list(numbers: Numbers, name: str, country: str | None) -> NumberList:
    """Return ``numbers``, in any of the forms that a campaign takes, as a list. ``name`` is that of rows in memory."""
    if isinstance(numbers, NumberList):
        return numbers
    if isinstance(numbers, (str, PathLike)):
        return NumberList.read(numbers, country=country)
    return NumberList.from_rows(numbers, name=name, country=country)


def write_bad_rows(path: str | PathLike[str], rows: Iterable[BadRow]) -> None:
    """Write the rows of a list that hold no number to a CSV file, for whoever is to mend them.

    Args:
        path: The file; an older one is replaced.
        rows: The rows.
    Raises:
        OSError: The file cannot be written.
    Blocks: while the file is written.
    """
    write_csv(path, ("line", "text", "reason", "suggestion"), rows)


def _is_number(text: str, country: str | None) -> bool:
    try:
        normalise(text, country)
    except ValueError:
        return False
    return True


#: the forms in which a campaign takes numbers: the path of a file, a list, or rows
Numbers = str | PathLike[str] | NumberList | Iterable[str | Mapping[str, object] | Contact]
