"""The base of all resources, and the checks of their arguments."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from types import NoneType, UnionType
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Literal,
    NamedTuple,
    TypedDict,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)
from urllib.parse import quote

from .checks import Longest, fitting, one_of, refuse_unknown, sid
from .http.answer import Answer
from .http.errors import InvalidRequest
from .http.paging import Listing
from .scope import Scope

if TYPE_CHECKING:  # 5 ms, which placing a call does not need
    from ..model.stored import StoredModel

    _M = TypeVar("_M", bound=StoredModel)

_T = TypeVar("_T")

__all__ = ["Fields", "Resource", "checked_body", "optional_sid", "segment", "without_none"]


class Fields(TypedDict, total=False):
    """Base of the fields of a resource.

    A field that is not given is not sent. One that is given as None is sent as null, which clears it. What the server
    answers with a bare 500 is refused here: a name that is not known, text that is longer than its column, and None
    where there is no null.

    Args:
        extra: Fields newer than this release, which are sent as they are.
    """

    extra: Mapping[str, Any]


class Resource:
    """Base of ``client.calls`` and the others.

    Blocks: each method for the answers to its requests, within the client's time-outs and retries; one that returns a
    :class:`~jambonz_sync.rest.Listing` does not, but iterating over that does.  Threads: any, at the same time.
    """

    def __init__(self, scope: Scope) -> None:
        """Make a resource. The client does that, when it is first asked for one."""
        self._scope = scope
        self._http = scope.http

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._scope!r}>"

    def _owned(self, body: dict[str, Any]) -> dict[str, Any]:
        """Add the account that ``body`` is for. Without it a service provider's key makes what no account has."""
        if "account_sid" not in body and self._scope.account_sid is not None:
            body["account_sid"] = self._scope.account_sid
        return body

    def _is_own(self, item: Mapping[str, Any]) -> bool:
        """Return whether an item of a list belongs to the account or, where the client has none, to the service
        provider. Some lists hold all that the key can see."""
        scope = self._scope
        name, own = "account_sid", scope.account_sid
        if scope.is_provider:
            name, own = "service_provider_sid", scope.service_provider_sid
        return bool(item) and (own is None or item.get(name, own) == own)

    def _get_own(self, kind: type[_M], path: str) -> _M:
        """GET one object, and refuse one that is another account's. One of no account is shared, and may be read."""
        item = self._get(kind, path)
        if getattr(item, "account_sid", None) is not None:
            self._refuse_foreign(item, path)
        return item

    def _claim(self, kind: type[_M], path: str) -> _M | None:
        """Read what is to be changed or deleted, and refuse it if it is not the account's. None where the client was
        not made by ``for_account()``, which leaves that to the server."""
        if not self._scope.is_for_one_account:
            return None
        item = self._get(kind, path)
        self._refuse_foreign(item, path)
        return item

    def _refuse_foreign(self, item: Any, path: str) -> None:
        own = self._scope.account_sid
        if self._scope.is_for_one_account and item.account_sid != own:
            whose = f"of the account {item.account_sid}" if item.account_sid else "of no account"
            raise InvalidRequest(f"{path} is {whose}, and the client is for {own}", field="account_sid")

    def _get(self, kind: type[_M], path: str, query: Mapping[str, Any] | None = None) -> _M:
        """GET one object."""
        return self._object(kind, self._http.request("GET", path, query=query), "GET", path)

    def _post(self, kind: type[_M], path: str, body: Any) -> _M:
        """POST something that is answered with an object."""
        return self._object(kind, self._http.request("POST", path, body=body), "POST", path)

    def _object(self, kind: type[_M], answer: Answer, method: str, path: str) -> _M:
        parsed = answer.parsed()
        if not isinstance(parsed, dict):
            raise self._http.invalid_answer(answer, method, path, f"no {kind.__name__}")
        return kind.from_dict(parsed)

    def _create(self, path: str, body: Mapping[str, Any], name: str = "sid") -> str:
        """POST something new and return its sid: created objects are never sent back."""
        return str(self._created(path, body, name)[name])

    def _created(self, path: str, body: Mapping[str, Any], name: str = "sid") -> dict[str, Any]:
        answer = self._http.request("POST", path, body=body)
        parsed = answer.parsed()
        if not isinstance(parsed, dict) or not isinstance(parsed.get(name), str):
            raise self._http.invalid_answer(answer, "POST", path, f"without a {name}")
        return parsed

    def _list(
        self,
        kind: type[_T],
        path: str,
        query: Mapping[str, Any] | None = None,
        *,
        size_name: str | None = None,
        page_size: int = 100,
        limit: int | None = None,
        keep: Callable[[dict[str, Any]], object] = bool,
    ) -> Listing[_T]:
        """Make a listing of models, or of plain text. ``size_name`` is what the server calls the size of a page, None
        where it has no pages. Items that ``keep`` says no to are left out."""
        filters = without_none(query or {})
        raw_type: type = str if kind is str else dict
        make: Any = str if kind is str else cast(Any, kind).from_dict

        def fetch(page: int, size: int) -> Any:
            pages = {"page": page, size_name: size} if size_name else {}
            answer = self._http.request("GET", path, query={**filters, **pages} or None)
            parsed = answer.parsed()
            items: Any = parsed.get("data") if isinstance(parsed, dict) else parsed
            if not isinstance(items, list) or not all(isinstance(item, raw_type) for item in items):
                raise self._http.invalid_answer(answer, "GET", path, f"no list of {kind.__name__}")
            return parsed

        return Listing(fetch, lambda item: make(item) if keep(item) else None, page_size=page_size, limit=limit)

    def _change(self, path: str, body: Mapping[str, Any]) -> None:
        """PUT the fields that change. An empty body is a 500 on most resources."""
        if not body:
            raise InvalidRequest("an update needs at least one field")
        self._http.send("PUT", path, body)

    def _update(self, kind: type[StoredModel], path: str, body: Mapping[str, Any]) -> None:
        """PUT the fields that change of something that belongs to an account, as :meth:`_claim` makes sure."""
        if body:
            self._claim(kind, path)
        self._change(path, body)

    def _remove(self, path: str, query: Mapping[str, Any] | None = None) -> None:
        self._http.send("DELETE", path, None, query)


def checked_body(fields: Mapping[str, Any], known: type) -> dict[str, Any]:
    """Make the body of a request from the keyword arguments that ``known``, a TypedDict, describes.

    Raises InvalidRequest for what the database answers with a 500: one that is not known, one whose type is a Literal
    (an enum there) that it is none of, text that is longer than its type says, and None where the type has none.
    """
    rules = _rules(known)
    refuse_unknown(fields, rules, "field")
    body = dict(fields)
    extra = body.pop("extra", None) or {}
    if not isinstance(extra, Mapping):
        raise InvalidRequest(f"extra is an object of fields, not {type(extra).__name__}", field="extra")
    for name, value in body.items():
        rules[name].check(value, name)
    return {**body, **extra}


class _Rule(NamedTuple):
    """The values that a field may have, as its type says."""

    choices: tuple[Any, ...] = ()
    longest: int | None = None
    nullable: bool = False

    def check(self, value: Any, name: str) -> None:
        if value is None and self.nullable:
            return
        if self.choices:
            one_of(value, self.choices, name)
        elif value is None:
            raise InvalidRequest(f"{name} cannot be None: leave it out, or give a value", field=name)
        elif self.longest is not None:
            fitting(value, self.longest, name)


@cache
def _rules(known: type) -> dict[str, _Rule]:
    """Make the rules for the fields of a TypedDict."""
    return {name: _rule(hint) for name, hint in get_type_hints(known, include_extras=True).items()}


def _rule(hint: Any) -> _Rule:
    is_union = get_origin(hint) in (Union, UnionType)
    kinds = get_args(hint) if is_union else (hint,)
    choices: tuple[Any, ...] = ()
    longest = None
    for kind in kinds:
        if get_origin(kind) is Literal:
            choices += get_args(kind)
        elif get_origin(kind) is Annotated:
            longest = next(mark.characters for mark in kind.__metadata__ if isinstance(mark, Longest))
    return _Rule(choices, longest, NoneType in kinds)


def without_none(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out the arguments that were left out, which are None."""
    return {name: value for name, value in fields.items() if value is not None}


def segment(text: str, name: str) -> str:
    """Encode a part of a path that is no sid: a SIP Call-ID may hold ``@``, and a name anything."""
    if not isinstance(text, str) or not text or text in (".", ".."):
        raise InvalidRequest(f"{name} must be given, as text", field=name)
    return quote(text, safe="")


def optional_sid(value: str | None, name: str) -> str | None:
    """Check a sid as :func:`~.checks.sid` does, if it is not None."""
    return None if value is None else sid(value, name)
