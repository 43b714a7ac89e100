"""Applications, and the environment variables that they declare."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Unpack

from .. import models
from ..checks import Text12, Text64, Text256, hook_object, sid, stored_hook
from ..http.errors import InvalidRequest
from ..http.paging import Listing
from ..resource import Fields, Resource, checked_body

__all__ = ["AppEnv", "ApplicationChanges", "ApplicationFields", "Applications"]


class ApplicationFields(Fields, total=False):
    """The optional fields of an application.

    Args:
        account_sid: The account that it belongs to. Default: that of the client.
        messaging_hook: Told of SMS that come in. None takes it away.
        messaging_hook_sid: The sid of a webhook that exists already.
        app_json: Verbs that run without asking ``call_hook``: a list, or text that holds one.
        speech_synthesis_vendor: The vendor that speaks; with ``_language`` and ``_voice``. Default: google, en-US,
            en-US-Standard-C. A language has up to 12 characters, a voice 256, the other names 64.
        speech_synthesis_label: The label of the vendor's credential; None takes the one without a label.
        speech_recognizer_vendor: The vendor that hears; with ``_language`` and ``_label``. Default: google, en-US.
        use_for_fallback_speech: Use the ``fallback_`` values where a vendor fails.
        fallback_speech_synthesis_vendor and the six like it: The vendors that speak and hear then.
        env_vars: Values of the variables that the application declares (see :class:`AppEnv`). The server checks them
            where it can reach the application.
        record_all_calls: Record every call.
    """

    account_sid: str
    messaging_hook: models.AnyHook | None
    messaging_hook_sid: str | None
    app_json: str | Sequence[Any] | None
    speech_synthesis_vendor: Text64
    speech_synthesis_language: Text12
    speech_synthesis_voice: Text256 | None
    speech_synthesis_label: Text64 | None
    speech_recognizer_vendor: Text64
    speech_recognizer_language: Text64
    speech_recognizer_label: Text64 | None
    use_for_fallback_speech: bool
    fallback_speech_synthesis_vendor: Text64 | None
    fallback_speech_synthesis_language: Text12 | None
    fallback_speech_synthesis_voice: Text256 | None
    fallback_speech_synthesis_label: Text64 | None
    fallback_speech_recognizer_vendor: Text64 | None
    fallback_speech_recognizer_language: Text64 | None
    fallback_speech_recognizer_label: Text64 | None
    env_vars: Mapping[str, Any] | None
    record_all_calls: bool


class ApplicationChanges(ApplicationFields, total=False):
    """The fields of an application that can be changed.

    Args:
        name: Up to 64 characters.
        call_hook: Asked for the verbs of a call: a full http(s) or ws(s) url. It becomes a hook of this application
            alone, also where it was read from another one.
        call_status_hook: Told how calls go. Needs ``call_hook`` beside it: the server refuses it alone.
    """

    name: Text64
    call_hook: models.AnyHook
    call_status_hook: models.AnyHook


class Applications(Resource):
    """``client.applications``.

    Endpoints:
        create: POST /Applications
        list: GET /Accounts/{account_sid}/Applications - without an account it is ``GET /Applications``
        get: GET /Applications/{application_sid}
        update: PUT /Applications/{application_sid}
        delete: DELETE /Applications/{application_sid}
    """

    def create(
        self,
        *,
        name: str,
        call_hook: models.AnyHook,
        call_status_hook: models.AnyHook,
        **fields: Unpack[ApplicationFields],
    ) -> str:
        """Make an application.

        The server wants both hooks, as objects with a full url (without one it answers 500); here a url will do.

        Args:
            name: Up to 64 characters.
            call_hook: Asked for the verbs of a call: a full http(s) or ws(s) url.
            call_status_hook: Told how calls go.
            fields: Those of :class:`ApplicationFields`.
        Returns:
            The sid of the application.
        Raises:
            Conflict: The account has one of that name.
        Example:
            >>> client.applications.create(
            ...     name="menu",
            ...     call_hook="wss://app.example.com/menu",
            ...     call_status_hook="https://app.example.com/status",
            ...     env_vars={"GREETING": "Hello!"},
            ... )
        """
        hooks = {"call_hook": call_hook, "call_status_hook": call_status_hook}
        body = checked_body({"name": name, **hooks, **fields}, ApplicationChanges)
        return self._create("/Applications", self._owned(_body(body)))

    def list(
        self, *, name: str | None = None, page_size: int = 100, limit: int | None = None
    ) -> Listing[models.Application]:
        """List the applications of the account, ordered by name; without an account all that the key can see.

        Args:
            name: Only those with this in their name.
            page_size: Applications to fetch at a time.
            limit: The most to list; None is all.
        Returns:
            The applications.
        Example:
            >>> sids = {app.name: app.application_sid for app in client.applications.list(name="menu")}
        """
        return self._list(
            models.Application,
            "/Applications" if self._scope.account_sid is None else f"{self._scope.account_path}/Applications",
            {"name": name},
            size_name="page_size",
            page_size=page_size,
            limit=limit,
            keep=self._is_own,
        )

    def get(self, application_sid: str) -> models.Application:
        """Fetch an application.

        Args:
            application_sid: The application.
        Returns:
            The application. Its hooks may be sent back, to this application and to others.
        """
        return self._get_own(models.Application, _path(application_sid))

    def update(self, application_sid: str, **fields: Unpack[ApplicationChanges]) -> None:
        """Change what is given of an application, and only that.

        Args:
            application_sid: The application.
            fields: Those of :class:`ApplicationChanges`.
        Raises:
            Forbidden: There is no such application. With a service provider's key: ServerError.
        Example:
            >>> client.applications.update(application_sid, speech_synthesis_voice="en-US-Wavenet-F")
        """
        body = checked_body(fields, ApplicationChanges)
        if "call_status_hook" in body and "call_hook" not in body:
            raise InvalidRequest("call_status_hook is only taken beside call_hook: send both", field="call_status_hook")
        self._update(models.Application, _path(application_sid), _body(body))

    def delete(self, application_sid: str) -> None:
        """Delete an application.

        Args:
            application_sid: The application.
        Raises:
            Conflict: Numbers lead to it. With a service provider's key: ServerError.
            BadRequest: There is none.
        """
        self._claim(models.Application, _path(application_sid))
        self._remove(_path(application_sid))


class AppEnv(Resource):
    """``client.app_env``.

    Endpoints:
        get: GET /AppEnv
    """

    def get(self, url: str) -> dict[str, models.EnvVar]:
        """Ask an application which environment variables it declares.

        The server asks the application (OPTIONS), so this takes as long as that.

        Args:
            url: The application's hook: a full http(s) or ws(s) url.
        Returns:
            The variables by name; none if it declares none, or is down.
        Example:
            >>> for name, variable in client.app_env.get("wss://app.example.com/menu").items():
            ...     print(name, variable.type, variable.default)
        """
        hook_object(url, "url")  # the server answers a bad one with 500 and an empty object
        answer = self._http.get("/AppEnv", {"url": url})
        declared: Mapping[str, Any] = answer if isinstance(answer, Mapping) else {}
        return {name: models.EnvVar.from_dict(value) for name, value in declared.items() if isinstance(value, Mapping)}


def _path(application_sid: str) -> str:
    return f"/Applications/{sid(application_sid, 'application_sid')}"


def _body(body: dict[str, Any]) -> dict[str, Any]:
    if "messaging_hook" in body and body["messaging_hook"] is None:
        del body["messaging_hook"]  # null is a 500
        body["messaging_hook_sid"] = None
    for name in ("call_hook", "call_status_hook", "messaging_hook"):
        if name in body:
            body[name] = stored_hook(body[name], name)
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
