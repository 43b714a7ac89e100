"""What all resources share: their client's door to the wire, and the options that every method takes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar, cast
from urllib.parse import quote

from .checks import refuse_unknown
from .http.errors import InvalidRequest

if TYPE_CHECKING:
    import requests

    from ..model import Model
    from .client import JambonzClient
    from .http.paging import Listing
    from .http.transport import Timeout

    _M = TypeVar("_M", bound=Model)

_T = TypeVar("_T")

__all__ = ["Fields", "Options", "Resource", "segment", "split_options"]


class Options(TypedDict, total=False):
    """What every method takes: ``timeout`` and ``max_retries`` in place of the client's, for this call."""

    timeout: Timeout
    max_retries: int


class Fields(Options, total=False):
    """Base of the fields of a resource. ``extra`` holds fields newer than this release, which are sent as they are.

    Any other unknown field is refused here: the server answers it with a 500. A field that is given as None is
    sent as null, which clears it; what is not given is not sent.
    """

    extra: Mapping[str, Any]


_OPTIONS = ("timeout", "max_retries")


def segment(text: str, name: str) -> str:
    """A part of a path that is no sid: encoded, as a SIP Call-ID may hold ``@`` and a name anything."""
    if not isinstance(text, str) or not text or text in (".", ".."):
        raise InvalidRequest(f"{name} must be given, as text", field=name)
    return quote(text, safe="")


class Resource:
    """Base of ``client.calls`` and the others. Threads may share one, as they share the client."""

    def __init__(self, client: JambonzClient) -> None:
        self._client = client
        self._http = client._http

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._client!r}>"

    def _account(self) -> str:
        return f"/Accounts/{self._client.account_sid}"

    def _scope(self) -> str:
        """The account, or where the client has none the service provider, for what exists below both."""
        if self._client.has_account or not self._client.has_service_provider:
            return self._account()
        return f"/ServiceProviders/{self._client.service_provider_sid}"

    def _owned(self, body: dict[str, Any]) -> dict[str, Any]:
        """``body`` with the account that it is for. Without it a service provider's key makes what no account has."""
        if "account_sid" not in body and self._client.has_account:
            body["account_sid"] = self._client.account_sid
        return body

    def _get(self, kind: type[_M], path: str, query: Mapping[str, Any] | None = None, **options: Any) -> _M:
        """GET one object."""
        response = self._http.request("GET", path, query=query, **options)
        return self._made(kind, response, "GET", path)

    def _made(self, kind: type[_M], response: requests.Response, method: str, path: str) -> _M:
        answer = self._parsed(response)
        if not isinstance(answer, dict):
            raise self._http.invalid_answer(response, method, path, f"no {kind.__name__}")
        return kind.from_dict(answer)

    def _create(self, path: str, body: Mapping[str, Any], name: str = "sid", **options: Any) -> str:
        """POST something new and return its sid: created objects are never sent back."""
        return str(self._created(path, body, name, **options)[name])

    def _created(self, path: str, body: Mapping[str, Any], name: str = "sid", **options: Any) -> dict[str, Any]:
        response = self._http.request("POST", path, body=body, **options)
        answer = self._parsed(response)
        if not isinstance(answer, dict) or not isinstance(answer.get(name), str):
            raise self._http.invalid_answer(response, "POST", path, f"without a {name}")
        return answer

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
        **options: Any,
    ) -> Listing[_T]:
        """A listing of models, or of plain text. ``size_name`` is what the server calls the size of a page, None
        where it has no pages. Items that ``keep`` finds nothing in are left out."""
        from .http.paging import Listing

        given = {name: value for name, value in (query or {}).items() if value is not None}
        wanted: type = str if kind is str else dict
        make: Any = str if kind is str else cast(Any, kind).from_dict

        def fetch(page: int, size: int) -> Any:
            pages = {"page": page, size_name: size} if size_name else {}
            response = self._http.request("GET", path, query={**given, **pages} or None, **options)
            answer = self._parsed(response)
            items: Any = answer.get("data") if isinstance(answer, dict) else answer
            if not isinstance(items, list) or not all(isinstance(item, wanted) for item in items):
                raise self._http.invalid_answer(response, "GET", path, f"no list of {kind.__name__}")
            return answer

        return Listing(fetch, lambda item: make(item) if keep(item) else None, page_size=page_size, limit=limit)

    @staticmethod
    def _parsed(response: requests.Response) -> Any:
        """The JSON of an answer, None if it is none: what it should be is for the caller to check."""
        try:
            return json.loads(response.content)
        except (ValueError, RecursionError):
            return None

    def _change(self, path: str, body: Mapping[str, Any], **options: Any) -> None:
        """PUT the fields that change. An empty body is a 500 on most resources."""
        if not body:
            raise InvalidRequest("an update needs at least one field")
        self._http.send("PUT", path, body, **options)

    def _remove(self, path: str, query: Mapping[str, Any] | None = None, **options: Any) -> None:
        self._http.send("DELETE", path, None, query, **options)


def split_options(given: dict[str, Any], known: type) -> tuple[dict[str, Any], dict[str, Any]]:
    """(body, options) of the keyword arguments that ``known``, a TypedDict, describes. Refuses others by name."""
    refuse_unknown(given, known.__annotations__, "field")
    options = {name: given.pop(name) for name in _OPTIONS if name in given}
    extra: Mapping[str, Any] = given.pop("extra", {})
    return {**given, **extra}, options
