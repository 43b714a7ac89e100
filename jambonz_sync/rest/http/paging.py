"""Lists, whichever of its three ways the server has to give them: whole, in pages on request, or only in pages."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Generic, TypeVar

from .errors import InvalidRequest

__all__ = ["Listing", "Page"]

_T = TypeVar("_T")


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


class Listing(Iterator[_T]):
    """An iterator over all items, which fetches each page when the one before is used up.

    Made by the ``list`` methods of the client. Nothing is sent before the first item is asked for. It goes through the
    list once. An item that moves to the next page, because something new came in at the front meanwhile, is given out
    once. After an :class:`~jambonz_sync.rest.ApiError` the same page is asked for again.

    Blocks: ``next()`` for one request where it needs a page.  Threads: one at a time.
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
        self._allowed = limit
        self._number = 0
        self._seen = 0
        self._last_page: list[Any] = []
        self._ready: deque[_T] = deque()
        self._done = limit == 0

    def __iter__(self) -> Listing[_T]:
        return self

    def __next__(self) -> _T:
        while not self._ready:
            if self._done:
                raise StopIteration
            self._fetch_next_page()
        item = self._ready.popleft()
        if self._allowed is not None:
            self._allowed -= 1
            if not self._allowed:
                self._done = True
                self._ready.clear()
        return item

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

    def _fetch_next_page(self) -> None:
        # The size must stay the same from page to page, so a limit only matters where one page will do.
        size = self._size if self._number or self._allowed is None else min(self._size, self._allowed)
        raw, total, whole = _parts(self._fetch(self._number + 1, size))
        items = [self._make(item) for item in raw if whole or item not in self._last_page]
        self._ready.extend(item for item in items if item is not None)
        self._number += 1
        self._seen += len(raw)
        # The server may give less than the size that was asked for, so what counts is what came. One that knows no
        # pages, and does not say so, gives the same one for ever.
        self._done = whole or not raw or raw == self._last_page or self._seen >= total
        self._last_page = raw


def _parts(answer: Any) -> tuple[list[Any], int, bool]:
    """Take an answer apart: the items, how many there are in all, and whether these are all."""
    if isinstance(answer, Mapping):
        raw = list(answer.get("data") or ())
        total = str(answer.get("total"))
        return raw, int(total) if total.isdecimal() else sys.maxsize, False
    raw = list(answer or ())
    return raw, len(raw), True
