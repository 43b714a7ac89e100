"""Lists, whichever of its three ways the server has to give them: whole, in pages on request, or only in pages."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Generic, NamedTuple, TypeVar

from .errors import InvalidRequest

__all__ = ["Listing", "Page"]

_T = TypeVar("_T")

#: A larger total is none: ``list()`` makes room for ``len()`` items before it asks for the first.
_MOST_COUNTED = 100_000_000


class Page(Generic[_T]):
    """One page of a list: iterate over it, or look at its ``items``. A list without pages is its own page 1.

    Made by :meth:`Listing.page`.
    """

    __slots__ = ("items", "number", "size", "total")

    def __init__(self, items: tuple[_T, ...], number: int, size: int, total: int) -> None:
        self.items = items
        #: number of the page, from 1
        self.number = number
        #: the size that was asked for; the last page has fewer items
        self.size = size
        #: items of all pages; ``sys.maxsize`` if the server does not say
        self.total = total

    def __iter__(self) -> Iterator[_T]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __repr__(self) -> str:
        return f"Page(number={self.number}, size={self.size}, total={self.total}, items={self.items!r})"


class Listing(Iterable[_T]):
    """All items of a list: iterate over it, and each page is fetched when the one before is used up.

    Made by the ``list`` methods of the client. Nothing is sent before the first item is asked for, and no more than one
    page is kept. It may be iterated over any number of times: each time fetches again, and gives the items as they are
    then; ``tuple(listing)`` keeps them. An item that moves to the next page, because something new came in at the
    front meanwhile, is given out once. After an :class:`~jambonz_sync.rest.ApiError` the same iterator asks for the
    same page again.

    ``len(listing)`` is the number of its items, ``limit`` included, as of the last answer: where there was none, the
    first page is fetched, which the next iteration begins with. TypeError if the server does not count the items of
    this list. ``bool(listing)`` is True if it has an item, and may fetch the first page, too.

    Blocks: for one request where an item needs a page.  Threads: any, each with an iterator of its own.
    """

    def __init__(
        self,
        fetch: Callable[[int, int], Any],
        make: Callable[[Any], _T | None],
        *,
        page_size: int = 100,
        limit: int | None = None,
    ) -> None:
        """Prepare a listing; nothing is sent.

        Args:
            fetch: Asks the server for a page by number and size, and returns the parsed answer.
            make: Turns an item of JSON into one of the list, None to leave it out.
            page_size: Items to ask for at a time.
            limit: The most items to give out; None is all.
        Raises:
            InvalidRequest: ``page_size`` is below 1, or ``limit`` below 0.
        """
        if limit is not None and (not isinstance(limit, int) or limit < 0):
            raise InvalidRequest(f"limit is a number of items, not {limit!r}", field="limit")
        if not isinstance(page_size, int) or page_size < 1:
            raise InvalidRequest(f"page_size is a number of items, from 1, not {page_size!r}", field="page_size")
        self._fetch = fetch
        self._make = make
        self._size = page_size
        self._limit = limit
        self._first: _Fetched[_T] | None = None  # fetched by len() or bool(); the next iteration begins with it
        self._count: int | None = 0 if limit == 0 else None  # items of all pages, as of the last answer
        self._is_mixed = False  # the server counts items, too, that are left out here

    def __iter__(self) -> Iterator[_T]:
        return _Items(self)

    def __len__(self) -> int:
        if self._count is None:
            self._first = self._fetch_page(1)
        if self._count is None or self._count > _MOST_COUNTED:
            raise TypeError("the server does not count the items of this list: iterate over it")
        return self._count if self._limit is None else min(self._count, self._limit)

    def __bool__(self) -> bool:
        if self._limit == 0:
            return False
        if self._first is None:
            self._first = self._fetch_page(1)
        return self._first.kept > 0

    def page(self, number: int) -> Page[_T]:
        """Fetch a page by its number.

        Where the server knows no pages, they are cut from its whole list. ``limit`` does not count here.

        Args:
            number: From 1: the server answers 0 and less with a 500.
        Returns:
            The page, which is empty past the end.
        Raises:
            InvalidRequest: The number is below 1.
            ApiError: The server refused the request, or could not be asked.
        Blocks: for one request.
        """
        if not isinstance(number, int) or number < 1:
            raise InvalidRequest(f"pages are numbered from 1, not {number!r}", field="page")
        raw, total, whole = _parts(self._fetch(number, self._size))
        if whole:
            raw = raw[(number - 1) * self._size : number * self._size]
        items = map(self._make, raw)
        return Page(tuple(item for item in items if item is not None), number, self._size, total)

    def _fetch_page(self, number: int) -> _Fetched[_T]:
        # The size must stay the same from page to page, so a limit only matters where one page will do.
        size = self._size if number > 1 or self._limit is None else min(self._size, self._limit)
        raw, total, whole = _parts(self._fetch(number, size))
        fetched = _Fetched(raw, [self._make(item) for item in raw], total, whole)
        self._is_mixed = self._is_mixed or (not whole and fetched.kept < len(raw))
        self._count = fetched.kept if whole else sys.maxsize if self._is_mixed else total
        return fetched

    def _first_page(self) -> _Fetched[_T]:
        first, self._first = self._first, None
        return first or self._fetch_page(1)


class _Items(Iterator[_T]):
    """One iteration over a listing."""

    def __init__(self, listing: Listing[_T]) -> None:
        self._listing = listing
        self._allowed = sys.maxsize if listing._limit is None else listing._limit
        self._number = 0
        self._seen = 0
        self._last_page: list[Any] = []
        self._ready: deque[_T] = deque()
        self._done = False

    def __next__(self) -> _T:
        while not self._ready:
            if self._done or not self._allowed:
                raise StopIteration
            self._fetch_next_page()
        self._allowed -= 1
        item = self._ready.popleft()
        if not self._allowed:
            self._ready.clear()
        return item

    def _fetch_next_page(self) -> None:
        number = self._number + 1
        page = self._listing._fetch_page(number) if number > 1 else self._listing._first_page()
        for raw, item in zip(page.raw, page.items, strict=True):
            if item is not None and (page.whole or raw not in self._last_page):
                self._ready.append(item)
        self._number = number
        self._seen += len(page.raw)
        # The server may give less than the size that was asked for, so what counts is what came. One that knows no
        # pages, and does not say so, gives the same one for ever.
        self._done = page.whole or not page.raw or page.raw == self._last_page or self._seen >= page.total
        self._last_page = page.raw


class _Fetched(NamedTuple, Generic[_T]):
    """An answer with the items that were made of it, None where one is left out."""

    raw: list[Any]
    items: list[_T | None]
    #: items of all pages; ``sys.maxsize`` if the server does not say
    total: int
    #: True if these are all
    whole: bool

    @property
    def kept(self) -> int:
        """The number of items that are not left out."""
        return sum(item is not None for item in self.items)


def _parts(answer: Any) -> tuple[list[Any], int, bool]:
    """Take an answer apart: the items, how many there are in all, and whether these are all."""
    if isinstance(answer, Mapping):
        raw = list(answer.get("data") or ())
        total = str(answer.get("total"))
        return raw, int(total) if total.isdecimal() else sys.maxsize, False
    raw = list(answer or ())
    return raw, len(raw), True
