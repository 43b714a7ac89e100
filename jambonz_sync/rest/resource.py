"""What all resources share: their client's door to the wire, and the options that every method takes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar
from urllib.parse import quote

from .checks import refuse_unknown
from .errors import InvalidRequest

if TYPE_CHECKING:
    import requests

    from ..model import Model
    from .client import JambonzClient
    from .http import Timeout
    from .paging import Listing

    _M = TypeVar("_M", bound=Model)

_T = TypeVar("_T")

__all__ = ["Options", "Resource", "segment", "split_options"]


class Options(TypedDict, total=False):
    """What every method takes: ``timeout`` and ``max_retries`` in place of the client's, for this call."""

    timeout: Timeout
    max_retries: int


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

    def _get(self, kind: type[_M], path: str, query: Mapping[str, Any] | None = None, **options: Any) -> _M:
        """GET one object."""
        response = self._http.request("GET", path, query=query, **options)
        return self._made(kind, response, "GET", path)

    def _made(self, kind: type[_M], response: requests.Response, method: str, path: str) -> _M:
        answer = _parsed(response)
        if not isinstance(answer, dict):
            raise self._http.invalid_answer(response, method, path, f"no {kind.__name__}")
        return kind.from_dict(answer)

    def _create(self, path: str, body: Mapping[str, Any], name: str = "sid", **options: Any) -> str:
        """POST something new and return its sid: created objects are never sent back."""
        return str(self._created(path, body, name, **options)[name])

    def _created(self, path: str, body: Mapping[str, Any], name: str = "sid", **options: Any) -> dict[str, Any]:
        response = self._http.request("POST", path, body=body, **options)
        answer = _parsed(response)
        if not isinstance(answer, dict) or not isinstance(answer.get(name), str):
            raise self._http.invalid_answer(response, "POST", path, f"without a {name}")
        return answer

    def _list(
        self,
        make: Callable[[Any], _T | None],
        path: str,
        query: Mapping[str, Any] | None = None,
        *,
        size_name: str | None = None,
        page_size: int = 100,
        limit: int | None = None,
        **options: Any,
    ) -> Listing[_T]:
        """A listing. ``size_name`` is what the server calls the size of a page, None where it has no pages."""
        from .paging import Listing

        given = {name: value for name, value in (query or {}).items() if value is not None}

        def fetch(page: int, size: int) -> Any:
            pages = {"page": page, size_name: size} if size_name else {}
            response = self._http.request("GET", path, query={**given, **pages} or None, **options)
            answer = _parsed(response)
            if not isinstance(answer, list) and not (isinstance(answer, dict) and isinstance(answer.get("data"), list)):
                raise self._http.invalid_answer(response, "GET", path, "no list")
            return answer

        return Listing(fetch, make, page_size=page_size, limit=limit)


def _parsed(response: requests.Response) -> Any:
    """The JSON of an answer, None if it is none: what it should be is for the caller to check."""
    try:
        return json.loads(response.content)
    except (ValueError, RecursionError):
        return None


def split_options(given: dict[str, Any], known: type) -> tuple[dict[str, Any], dict[str, Any]]:
    """(fields, options) of the keyword arguments that ``known``, a TypedDict, describes. Refuses others by name."""
    refuse_unknown(given, known.__annotations__, "field")
    options = {name: given.pop(name) for name in _OPTIONS if name in given}
    return given, options
