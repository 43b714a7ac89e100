"""From the rows of a list to numbers that can be dialled, each once, with all that is wrong named by line."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from os import PathLike
from typing import Final

from ..model.stored import Model, model
from .errors import BadRow, CampaignError, InvalidNumbers
from .policy import time_zone

__all__ = ["Duplicate", "Entry", "NumberList", "normalise"]

#: a column of one of these names holds the number
_NUMBER_COLUMNS: Final = ("number", "to", "phone", "phone_number")
_SEPARATORS: Final = re.compile(r"[\s\-./()\u00a0\u2007\u2010-\u2015\u202f\u2060\ufeff]+")
_E164: Final = re.compile(r"\+[1-9][0-9]{6,14}")


def normalise(text: str) -> str:
    """``"+49 (30) 123-4567"`` or ``"0049 30 1234567"`` as ``"+49301234567"``: E.164, with the plus.

    Nothing is guessed: a number without its country code raises :class:`ValueError`, as does "(0)",
    which is dialled in some countries and not in others.
    """
    if re.search(r"\(\s*0\s*\)", text):
        raise ValueError("has a (0) in it: leave it out, or write the 0, as it is dialled from abroad")
    digits = _SEPARATORS.sub("", text)
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    if _E164.fullmatch(digits):
        return digits
    if not digits:
        raise ValueError("is empty")
    if re.fullmatch(r"[0-9]+", digits):
        raise ValueError("has no country code: write it as +49301234567")
    if re.fullmatch(r"\+[0-9]*", digits):
        raise ValueError("is not 7 to 15 digits that begin with a country code")
    raise ValueError("is no phone number")


@dataclass(frozen=True, slots=True)
class Entry:
    """A number to call. ``line`` is its line in the list; ``variables`` go with the call as its ``tag``.

    ``time_zone`` and ``from_`` replace those of the campaign. ``excluded`` says why the number is not
    called after all ("do-not-call", "removed"), None if it is.
    """

    number: str
    line: int = 0
    time_zone: str | None = None
    from_: str | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    excluded: str | None = None


@model
class Duplicate(Model):
    """A row whose number an earlier row has. It is not dialled for this row."""

    number: str = ""
    line: int = 0
    first_line: int = 0


class NumberList:
    """The numbers of a list, in its order: ``entries`` to dial, ``duplicates`` and ``bad_rows`` not to."""

    def __init__(self, name: str = "numbers") -> None:
        self.name = name
        self.entries: list[Entry] = []
        self.duplicates: list[Duplicate] = []
        self.bad_rows: list[BadRow] = []
        self._lines: dict[str, int] = {}

    @classmethod
    def read(cls, path: str | PathLike[str], *, name: str | None = None) -> NumberList:
        """Read a CSV file: UTF-8, with commas, semicolons or tabs.

        The first line names the columns. ``number`` (or ``to``, ``phone``) is needed, ``time_zone`` and
        ``from`` are known, and every other one is a variable of the call. A file whose first line begins with
        a number has no such line, and only its first column counts. Raises :class:`OSError` and
        :class:`CampaignError`; a row that is wrong raises nothing and is found in ``bad_rows``.
        """
        numbers = cls(name or str(path))
        try:
            with open(path, encoding="utf-8-sig", newline="") as file:
                numbers._read_csv(file)
        except (UnicodeDecodeError, csv.Error) as error:
            raise CampaignError(f"{numbers.name} is no CSV file in UTF-8: {error}") from None
        return numbers

    @classmethod
    def of(cls, rows: Iterable[str | Mapping[str, object] | Entry], *, name: str = "numbers") -> NumberList:
        """Numbers, rows as mappings with the columns of :meth:`read`, or entries. Lines count from 1."""
        numbers = cls(name)
        for line, row in enumerate(rows, 1):
            if isinstance(row, Entry):
                numbers._add(line, row.number, row.time_zone, row.from_, row.variables)
            elif isinstance(row, str):
                numbers._add(line, row, None, None, {})
            else:
                numbers._add_row(line, {key: "" if value is None else str(value) for key, value in row.items()})
        return numbers

    def require_valid(self) -> NumberList:
        """This list, or :class:`InvalidNumbers` with all the rows that are wrong."""
        if self.bad_rows:
            raise InvalidNumbers(self.name, self.bad_rows)
        return self

    def _read_csv(self, file: Iterable[str]) -> None:
        lines = iter(file)
        first = next(lines, "")
        delimiter = max(",;\t", key=first.count)
        reader = csv.reader(_chain(first, lines), delimiter=delimiter, strict=True)
        header: list[str] | None = None
        bare = False  # no line of names: numbers from the first line on
        for cells in reader:
            line = reader.line_num
            if not any(cell.strip() for cell in cells):
                continue
            if header is None:
                bare = _is_number(cells[0])
                header = ["number"] if bare else self._header(cells)
                if not bare:
                    continue
            if len(cells) > len(header) and not bare:
                self._reject(line, ",".join(cells), f"has {len(cells)} columns, the first line {len(header)}")
            else:
                self._add_row(line, dict(zip(header, cells, strict=False)))

    def _header(self, cells: Sequence[str]) -> list[str]:
        names = [cell.strip() for cell in cells]
        if not any(name.lower() in _NUMBER_COLUMNS for name in names):
            raise CampaignError(f"{self.name}: the first line names no column 'number', only {', '.join(names)}")
        twice = {name for name in names if name and names.count(name) > 1}
        if twice:
            raise CampaignError(f"{self.name}: the first line names the column {min(twice)!r} twice")
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
            first = self._lines.setdefault(number, line)
            if first != line:
                self.duplicates.append(Duplicate(number=number, line=line, first_line=first))
            else:
                self.entries.append(Entry(number, line, zone or None, from_ or None, variables))

    def _reject(self, line: int, text: str, reason: str) -> None:
        self.bad_rows.append(BadRow(line, text, reason))


def _is_number(text: str) -> bool:
    try:
        normalise(text)
    except ValueError:
        return False
    return True


def _chain(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest
