"""Lists look the same, whichever of the three ways the server has to give them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jambonz_sync.rest import ApiError, InvalidRequest, JambonzClient, Listing

from ..fake_api import ACCOUNT, FakeApi, Visit, reply


class Server:
    """Lists ``items`` in one of the three ways, and notes which pages it was asked for."""

    def __init__(self, items: list[int], style: str, most: int = 500) -> None:
        self.items = items
        self.style = style
        self.most = most
        self.asked: list[tuple[int, int]] = []

    def __call__(self, page: int, size: int) -> Any:
        self.asked.append((page, size))
        if self.style == "whole":
            return list(self.items)
        size = min(size, self.most)
        data = self.items[(page - 1) * size : page * size]
        if self.style == "text":
            return {"total": len(self.items), "page": str(page), "page_size": str(size), "data": data}
        if self.style == "null":
            return {"total": len(self.items), "page": page, "page_size": None, "data": data}
        return {"page": page, "data": data}


STYLES = st.sampled_from(["whole", "text", "null", "without total"])


@settings(deadline=None)
@given(
    count=st.integers(0, 60), style=STYLES, size=st.integers(1, 70), limit=st.none() | st.integers(0, 70),
    most=st.integers(1, 70),
)  # fmt: skip
def test_every_item_comes_once_in_order_up_to_the_limit(
    count: int, style: str, size: int, limit: int | None, most: int
) -> None:
    server = Server(list(range(count)), style, most)
    items = list(Listing(server, lambda item: item, page_size=size, limit=limit))
    assert items == list(range(count))[:limit]
    if limit == 0:
        assert server.asked == []
    if style == "whole":
        assert len(server.asked) <= 1
    if limit and limit <= most:
        assert len(server.asked) <= -(-limit // min(size, most)) + 1


@settings(deadline=None)
@given(count=st.integers(0, 60), style=STYLES, size=st.integers(1, 20), number=st.integers(1, 10))
def test_a_page_is_what_it_says(count: int, style: str, size: int, number: int) -> None:
    page = Listing(Server(list(range(count)), style), lambda item: item, page_size=size).page(number)
    assert list(page) == list(range(count))[(number - 1) * size : number * size]
    assert (page.number, page.size, len(page)) == (number, size, len(page.items))
    if style != "without total":
        assert page.total == count


def test_pages_are_fetched_as_they_are_needed() -> None:
    server = Server(list(range(10)), "text")
    items = iter(Listing(server, lambda item: item, page_size=4))
    assert server.asked == []
    for _ in range(4):
        next(items)
    assert server.asked == [(1, 4)]
    next(items)
    assert server.asked == [(1, 4), (2, 4)]


def test_an_item_that_new_ones_push_to_the_next_page_comes_once() -> None:
    server = Server([5, 4, 3, 2, 1], "text")
    items = iter(Listing(server, lambda item: item, page_size=2))
    seen = [next(items), next(items)]
    server.items.insert(0, 6)
    assert seen + list(items) == [5, 4, 3, 2, 1]


def test_a_server_that_gives_the_same_page_again_and_again_has_no_more() -> None:
    asked: list[int] = []

    def same_page(number: int, size: int) -> Any:
        asked.append(number)
        assert number < 10
        return {"data": [1, 2]}

    assert list(Listing(same_page, lambda item: item)) == [1, 2]
    assert asked == [1, 2]


def test_after_a_failure_the_same_page_is_asked_for_again() -> None:
    server = Server(list(range(6)), "text")
    failing = [2]

    def fetch(page: int, size: int) -> Any:
        if page in failing:
            failing.clear()
            raise ApiError("lost")
        return server(page, size)

    items = iter(Listing(fetch, lambda item: item, page_size=3))
    seen = [next(items) for _ in range(3)]
    with pytest.raises(ApiError):
        next(items)
    assert seen + list(items) == list(range(6))


@settings(deadline=None)
@given(count=st.integers(0, 60), style=STYLES, size=st.integers(1, 20), limit=st.none() | st.integers(0, 70))
def test_a_second_iteration_fetches_again_and_gives_the_items_as_they_are_then(
    count: int, style: str, size: int, limit: int | None
) -> None:
    server = Server(list(range(count)), style)
    listing = Listing(server, lambda item: item, page_size=size, limit=limit)
    assert list(listing) == list(range(count))[:limit]
    asked = len(server.asked)
    server.items.append(count)
    assert list(listing) == list(range(count + 1))[:limit]
    assert (limit == 0) == (len(server.asked) == asked)


def test_two_iterations_at_once_do_not_disturb_each_other() -> None:
    listing = Listing(Server(list(range(6)), "text"), lambda item: item, page_size=2)
    assert [pair for one in listing for pair in [(one, other) for other in listing]] == [
        (one, other) for one in range(6) for other in range(6)
    ]


@settings(deadline=None)
@given(
    count=st.integers(0, 60), style=st.sampled_from(["whole", "text", "null"]), size=st.integers(1, 20),
    limit=st.none() | st.integers(0, 70),
)  # fmt: skip
def test_the_length_is_the_number_of_items_and_costs_one_page_that_is_not_fetched_twice(
    count: int, style: str, size: int, limit: int | None
) -> None:
    server = Server(list(range(count)), style)
    listing = Listing(server, lambda item: item, page_size=size, limit=limit)
    assert len(listing) == len(range(count)[:limit])
    assert len(server.asked) == (0 if limit == 0 else 1)
    assert bool(listing) is bool(range(count)[:limit])
    assert list(listing) == list(range(count))[:limit]
    assert len(set(server.asked)) == len(server.asked)


@pytest.mark.parametrize("total", [None, "many", 10**12])
def test_a_list_that_the_server_does_not_count_has_no_length_and_can_be_iterated_all_the_same(total: Any) -> None:
    listing = Listing(lambda page, size: {"total": total, "data": [7] if page == 1 else []}, lambda item: item)
    with pytest.raises(TypeError, match="does not count"):
        len(listing)
    assert listing
    assert list(listing) == [7]


def test_items_that_are_left_out_do_not_count() -> None:
    listing = Listing(lambda page, size: [{}, {}], lambda item: item or None)
    assert (len(listing), bool(listing), list(listing)) == (0, False, [])


def test_a_count_of_the_server_with_items_that_are_left_out_is_none() -> None:
    answers = [{"total": 4, "data": [1, 2]}, {"total": 4, "data": [3, 4]}]
    listing = Listing(lambda page, size: answers[page - 1], lambda item: item if item != 3 else None, page_size=2)
    assert len(listing) == 4, "nothing was left out of the first page"
    assert list(listing) == [1, 2, 4]
    with pytest.raises(TypeError, match="does not count"):
        len(listing)


def test_a_failure_while_counting_is_told_as_it_is() -> None:
    def fail(page: int, size: int) -> Any:
        raise ApiError("lost")

    for count in (len, bool, list):
        with pytest.raises(ApiError, match="lost"):
            count(Listing(fail, lambda item: item))


@pytest.mark.parametrize("number", [0, -1, "1"])
def test_pages_are_numbered_from_one(number: Any) -> None:
    with pytest.raises(InvalidRequest, match="numbered from 1"):
        Listing(Server([], "text"), lambda item: item).page(number)


@pytest.mark.parametrize("bad", [{"limit": -1}, {"limit": "3"}, {"page_size": 0}, {"page_size": "a"}])
def test_sizes_are_checked(bad: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest):
        Listing(Server([], "text"), lambda item: item, **bad)


def test_each_resource_uses_the_names_that_the_server_has_for_pages(api: FakeApi, client: JambonzClient) -> None:
    def pages(visit: Visit) -> None:
        query = dict(visit.request.query)
        number = int(query["page"])
        data = [{"name": f"{number}"}] * (2 if number == 1 else 1)
        reply(200, {"total": 3, "page": query["page"], "data": data})(visit)

    for name in ("Applications", "RecentCalls"):
        api.on("GET", f"/Accounts/{ACCOUNT}/{name}", pages)
    assert [app.name for app in client.applications.list(page_size=2)] == ["1", "1", "2"]
    assert dict(api.requests[-1].query) == {"page": "2", "page_size": "2"}
    assert len(list(client.recent_calls.list(page_size=2))) == 3
    assert dict(api.requests[-1].query) == {"page": "2", "count": "2"}
    assert client.applications.list(page_size=2).page(2).total == 3


def test_empty_records_of_calls_are_left_out(api: FakeApi, client: JambonzClient) -> None:
    api.next(reply(200, [{}, {"call_sid": "a"}, {}]))
    assert [call.call_sid for call in client.calls.list()] == ["a"]


def test_a_page_shows_what_is_in_it() -> None:
    page = Listing(Server([1, 2, 3], "text"), lambda item: item, page_size=2).page(2)
    assert repr(page) == "Page(number=2, size=2, total=3, items=(3,))"
