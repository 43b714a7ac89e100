"""Applications, and the environment variables that they declare."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..checks import hook_object, sid
from ..http.errors import InvalidRequest
from ..resource import Fields, Resource, split_options

if TYPE_CHECKING:
    from typing import Unpack

    from ..http.paging import Listing
    from ..models.accounts import Application, EnvVar
    from ..models.accounts import Hook as HookModel
    from ..resource import Options

    Hook = str | Mapping[str, Any] | HookModel

__all__ = ["AppEnv", "ApplicationFields", "Applications"]


class ApplicationFields(Fields, total=False):
    """The optional fields of an application. ``app_json`` is a list of verbs, or text that holds one."""

    account_sid: str
    messaging_hook: Hook
    messaging_hook_sid: str | None
    app_json: str | Sequence[Any] | None
    speech_synthesis_vendor: str
    speech_synthesis_language: str
    speech_synthesis_voice: str | None
    speech_synthesis_label: str | None
    speech_recognizer_vendor: str
    speech_recognizer_language: str
    speech_recognizer_label: str | None
    use_for_fallback_speech: bool
    fallback_speech_synthesis_vendor: str | None
    fallback_speech_synthesis_language: str | None
    fallback_speech_synthesis_voice: str | None
    fallback_speech_synthesis_label: str | None
    fallback_speech_recognizer_vendor: str | None
    fallback_speech_recognizer_language: str | None
    fallback_speech_recognizer_label: str | None
    env_vars: Mapping[str, Any] | None
    record_all_calls: bool


class ApplicationChanges(ApplicationFields, total=False):
    """What can be changed of an application."""

    name: str
    call_hook: Hook
    call_status_hook: Hook


class Applications(Resource):
    """``client.applications``."""

    def create(self, *, name: str, call_hook: Hook, call_status_hook: Hook, **fields: Unpack[ApplicationFields]) -> str:
        """Make an application and return its sid. Conflict if the account has one of that name.

        Hooks are urls or objects. The server wants both, as objects with a full url: without one it answers 500.
        """
        body, options = split_options(dict(fields), ApplicationFields)
        hooks = {"call_hook": call_hook, "call_status_hook": call_status_hook}
        return self._create("/Applications", self._owned(_body({"name": name, **hooks, **body})), **options)

    def list(
        self, *, name: str | None = None, page_size: int = 100, limit: int | None = None, **options: Unpack[Options]
    ) -> Listing[Application]:
        """The applications that the key can see, ordered by name; ``name`` is a part of theirs."""
        from ..models.accounts import Application

        return self._list(
            Application,
            "/Applications",
            {"name": name},
            size_name="page_size",
            page_size=page_size,
            limit=limit,
            **options,
        )

    def get(self, application_sid: str, **options: Unpack[Options]) -> Application:
        """One application."""
        from ..models.accounts import Application

        return self._get(Application, _path(application_sid), **options)

    def update(self, application_sid: str, **fields: Unpack[ApplicationChanges]) -> None:
        """Change what is given, and only that.

        ``call_status_hook`` needs ``call_hook`` beside it (the server refuses it alone). A hook with its
        ``webhook_sid`` is changed in place, one without becomes a new one. To take ``messaging_hook`` away send
        ``messaging_hook_sid=None``.
        """
        body, options = split_options(dict(fields), ApplicationChanges)
        if "call_status_hook" in body and "call_hook" not in body:
            raise InvalidRequest("call_status_hook is only taken beside call_hook: send both", field="call_status_hook")
        self._change(_path(application_sid), _body(body), **options)

    def delete(self, application_sid: str, **options: Unpack[Options]) -> None:
        """Delete an application. Conflict while numbers lead to it; BadRequest if there is none."""
        self._remove(_path(application_sid), **options)


class AppEnv(Resource):
    """``client.app_env``."""

    def get(self, url: str, **options: Unpack[Options]) -> dict[str, EnvVar]:
        """The environment variables that the application at ``url`` declares, by name; empty if none, or if it is down.

        The server asks the application (OPTIONS), so this takes as long as that.
        """
        from ..models.accounts import EnvVar

        hook_object(url, "url")  # the server answers a bad one with 500 and an empty object
        answer = self._http.get("/AppEnv", {"url": url}, **options)
        declared: Mapping[str, Any] = answer if isinstance(answer, Mapping) else {}
        return {name: EnvVar.from_dict(value) for name, value in declared.items() if isinstance(value, Mapping)}


def _path(application_sid: str) -> str:
    return f"/Applications/{sid(application_sid, 'application_sid')}"


def _body(body: dict[str, Any]) -> dict[str, Any]:
    for name in ("call_hook", "call_status_hook", "messaging_hook"):
        if name in body:
            body[name] = hook_object(body[name], name)
    verbs = body.get("app_json")
    if isinstance(verbs, str):
        try:
            verbs = json.loads(verbs)
        except ValueError as error:
            raise InvalidRequest(f"app_json is no JSON: {error}", field="app_json") from None
        if not isinstance(verbs, list):
            raise InvalidRequest("app_json holds a list of verbs", field="app_json")
    elif verbs is not None:
        body["app_json"] = json.dumps(list(verbs))  # the server wants text, and answers a list with 500
    return body
