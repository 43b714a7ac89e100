"""Parts of the real API server (0.9.7), as its source has them, for :class:`.fake_api.FakeApi`.

Each function serves one object that is stored in a dictionary, which a test looks at afterwards, in the way in which
the server does: which fields of a body it takes, which it drops, and what it answers with a 500.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .fake_api import SID, Act, FakeApi, Visit, reply

Row = dict[str, Any]

_500 = reply(500, {"msg": "Cannot convert undefined or null to object"})
_NO_CONTENT = reply(204)


def _as_it_is(row: Row) -> Act:
    def act(visit: Visit) -> None:
        reply(200, row)(visit)

    return act


def store_hook(row: Row, hooks: dict[str, Row], name: str, hook: Row) -> bool:
    """Store a hook: one with a ``webhook_sid`` is changed in place, and then nothing is left for the row itself."""
    if "webhook_sid" in hook:
        hooks[hook["webhook_sid"]] = {**hook}
        return False
    row[name] = {"webhook_sid": f"new-{len(hooks)}", **hook}
    return True


def applications(api: FakeApi, row: Row) -> dict[str, Row]:
    """Serve an application; the webhooks that were changed in place are returned."""
    hooks: dict[str, Row] = {}

    def put(visit: Visit) -> None:
        body = visit.request.json
        changed = {name: value for name, value in body.items() if not name.endswith("_hook")}
        for name in ("call_hook", "call_status_hook", "messaging_hook"):
            if name in body:
                if body[name] is None:
                    return _500(visit)
                if body[name] and store_hook(row, hooks, name, body[name]):
                    changed[f"{name}_sid"] = row[name]["webhook_sid"]
        if not changed:  # UPDATE applications SET WHERE ...
            return reply(500, {"msg": "You have an error in your SQL syntax"})(visit)
        row.update(changed)
        return _NO_CONTENT(visit)

    path = f"/Applications/{SID}"
    api.on("GET", path, _as_it_is(row))
    api.on("PUT", path, put)
    return hooks


def service_provider(api: FakeApi, path: str, row: Row) -> None:
    """Serve a service provider, whose registration hook is cleared where it is ``{}`` or left out."""

    def put(visit: Visit) -> None:
        body = visit.request.json
        hook = body.pop("registration_hook", {})
        if hook is None:
            return _500(visit)
        row["registration_hook"] = hook or None
        row.update(body)
        return _NO_CONTENT(visit)

    api.on("GET", path, _as_it_is(row))
    api.on("PUT", path, put)


def user(api: FakeApi, row: Row) -> None:
    """Serve a user, who may write where ``is_view_only`` is left out, and to whom flags alone are no change."""

    def put(visit: Visit) -> None:
        body = visit.request.json
        does = any(body.get(name) for name in ("name", "new_password", "email", "force_change", "is_active"))
        if not does and "is_view_only" not in body:
            return reply(400, {"msg": "no updates requested"})(visit)
        row.update(body)
        row["is_view_only"] = bool(body.get("is_view_only"))
        return _NO_CONTENT(visit)

    api.on("GET", f"/Users/{SID}", _as_it_is(row))
    api.on("PUT", f"/Users/{SID}", put)


def listed(rows: list[Row], *, by: str | None = None, keep: Callable[[Row], bool] = bool) -> Act:
    """Answer a list, of those whose account is in the query (as ``by``) and that ``keep`` says yes to."""

    def act(visit: Visit) -> None:
        query = dict(visit.request.query)
        found = [row for row in rows if keep(row) and (by is None or query.get(by) in (None, row["account_sid"]))]
        paged = {"total": len(found), "page": 1, "page_size": 100, "data": found}
        reply(200, paged if "page" in query else found)(visit)

    return act


def carriers(rows: list[Row]) -> Act:
    """Answer the list of carriers: those of the account in the query, and those that its service provider shares."""

    def act(visit: Visit) -> None:
        query = dict(visit.request.query)
        own = query.get("account_sid")
        providers = [row["service_provider_sid"] for row in rows if row["account_sid"] == own]
        found = [
            row
            for row in rows
            if own is None
            or row["account_sid"] == own
            or (row["account_sid"] is None and row["service_provider_sid"] in providers)
        ]
        reply(200, {"total": len(found), "page": 1, "page_size": 100, "data": found})(visit)

    return act
