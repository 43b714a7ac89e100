"""Accounts and limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from ..checks import hook_object, one_of, sid
from ..http.errors import InvalidRequest
from ..resource import Fields, Resource, segment, split_options

if TYPE_CHECKING:
    from typing import Unpack

    from ..http.paging import Listing
    from ..models.accounts import Account, BucketTest, Limit, RegisteredUser
    from ..models.accounts import Hook as HookModel
    from ..models.users import ApiKey
    from ..resource import Options

    Hook = str | Mapping[str, Any] | HookModel

__all__ = ["AccountFields", "Accounts", "Limits"]

#: vendor of a bucket -> what the server needs, or answers 500
_BUCKETS = {
    "aws_s3": ("name", "region", "access_key_id", "secret_access_key"),
    "s3_compatible": ("name", "endpoint", "access_key_id", "secret_access_key"),
    "google": ("name", "service_key"),
    "azure": ("name", "connection_string"),
    "none": (),
}

Category = Literal[
    "api_rate",
    "voice_call_session",
    "device",
    "voice_call_minutes",
    "voice_call_session_license",
    "voice_call_minutes_license",
]
_CATEGORIES = (
    "api_rate",
    "voice_call_session",
    "device",
    "voice_call_minutes",
    "voice_call_session_license",
    "voice_call_minutes_license",
)


class AccountFields(Fields, total=False):
    """The fields of an account. Hooks: None takes one away. ``bucket_credential``: ``{"vendor": "none"}`` does."""

    name: str
    sip_realm: str
    registration_hook: Hook | None
    queue_event_hook: Hook | None
    device_calling_application_sid: str | None
    siprec_hook_sid: str | None
    is_active: bool
    disable_cdrs: bool
    record_all_calls: bool
    record_format: Literal["mp3", "wav"]
    bucket_credential: Mapping[str, Any]
    enable_debug_log: bool
    device_to_call_ratio: int
    plan_type: Literal["trial", "free", "paid"]


class NewAccountFields(AccountFields, total=False):
    """An admin's key has to say whose account it is to be."""

    service_provider_sid: str


class Accounts(Resource):
    """``client.accounts``. Where no account is named, it is the client's."""

    def create(self, **fields: Unpack[NewAccountFields]) -> str:
        """Make an account (``name`` is needed) and return its sid. Keys of service providers and admins only.

        The service provider is the client's, if it knows one.
        """
        body, options = split_options(dict(fields), NewAccountFields)
        if not body.get("name"):
            raise InvalidRequest("an account needs a name", field="name")
        if self._client.has_service_provider:
            body.setdefault("service_provider_sid", self._client.service_provider_sid)
        return self._create("/Accounts", _body(body), **options)

    def list(self, *, limit: int | None = None, **options: Unpack[Options]) -> Listing[Account]:
        """The accounts that the key can see: its own one, or all of the service provider's."""
        from ..models.accounts import Account

        return self._list(Account, "/Accounts", limit=limit, **options)

    def get(self, account_sid: str | None = None, **options: Unpack[Options]) -> Account:
        """One account. Forbidden, not NotFound, if it is another's or does not exist."""
        from ..models.accounts import Account

        return self._get(Account, self._path(account_sid), **options)

    def update(self, account_sid: str | None = None, **fields: Unpack[AccountFields]) -> None:
        """Change what is given. With an account's key ``sip_realm`` is refused: use :meth:`set_sip_realm`."""
        body, options = split_options(dict(fields), AccountFields)
        self._change(self._path(account_sid), _body(body), **options)

    def delete(self, account_sid: str, **options: Unpack[Options]) -> None:
        """Delete an account and nearly everything below it. It has to be named: there is no default here."""
        self._remove(self._path(account_sid), **options)

    def webhook_secret(self, **options: Unpack[Options]) -> str:
        """The secret that signs the account's webhooks."""
        return self._secret(None, **options)

    def regenerate_webhook_secret(self, **options: Unpack[Options]) -> str:
        """Replace the secret that signs webhooks, and return the new one. Signatures with the old one fail from now on.

        A GET with a side effect: it is not repeated, unlike the others.
        """
        return self._secret({"regenerate": "true"}, harmless=False, **options)

    def _secret(self, query: Mapping[str, str] | None, **options: Any) -> str:
        path = f"{self._account()}/WebhookSecret"
        response = self._http.request("GET", path, query=query, **options)
        answer = self._parsed(response)
        if not isinstance(answer, dict) or not isinstance(answer.get("webhook_secret"), str):
            raise self._http.invalid_answer(response, "GET", path, "without a webhook_secret")
        return str(answer["webhook_secret"])

    def api_keys(self, **options: Unpack[Options]) -> Listing[ApiKey]:
        """The keys of the account, with their tokens in clear."""
        from ..models.users import ApiKey

        return self._list(ApiKey, f"{self._account()}/ApiKeys", **options)

    def set_sip_realm(self, realm: str, **options: Unpack[Options]) -> None:
        """Give the account of the key a SIP realm (``sub.domain.tld``). Makes DNS records, where that is set up."""
        if realm.count(".") < 2:
            raise InvalidRequest("a SIP realm is like sub.domain.tld", field="realm")
        self._http.send("POST", f"{self._account()}/SipRealms/{segment(realm, 'realm')}", **options)

    def test_bucket(self, credential: Mapping[str, Any], **options: Unpack[Options]) -> BucketTest:
        """Whether recordings could be stored with this ``bucket_credential``. Look at ``ok``: it does not raise."""
        from ..models.accounts import BucketTest

        path = f"{self._account()}/BucketCredentialTest"
        response = self._http.request("POST", path, body=_bucket(credential), **options)
        return self._made(BucketTest, response, "POST", path)

    def registered_user_names(self, **options: Unpack[Options]) -> Listing[str]:
        """The SIP users that are registered, as ``user@realm``."""
        return self._list(str, f"{self._account()}/RegisteredSipUsers", **options)

    def registered_users(self, names: Sequence[str] = (), **options: Unpack[Options]) -> Sequence[RegisteredUser]:
        """All registered SIP users, or those of these names, registered or not (see ``registered_status``)."""
        from ..models.accounts import RegisteredUser

        path = f"{self._account()}/RegisteredSipUsers"
        response = self._http.request("POST", path, body=[*names], harmless=True, **options)  # a query, despite POST
        answer = self._parsed(response)
        if not isinstance(answer, list) or not all(isinstance(item, dict) for item in answer):
            raise self._http.invalid_answer(response, "POST", path, "no list of users")
        return tuple(map(RegisteredUser.from_dict, answer))

    def registered_user(self, name: str, **options: Unpack[Options]) -> RegisteredUser:
        """One SIP user. There is an answer for unknown ones, too: see ``registered_status``."""
        from ..models.accounts import RegisteredUser

        return self._get(RegisteredUser, f"{self._account()}/RegisteredSipUsers/{segment(name, 'name')}", **options)

    def _path(self, account_sid: str | None) -> str:
        return self._account() if account_sid is None else f"/Accounts/{sid(account_sid, 'account_sid')}"


class Limits(Resource):
    """``client.limits``: of the account, or of the service provider where the client has no account."""

    def list(self, category: Category | None = None, **options: Unpack[Options]) -> Listing[Limit]:
        """The limits that are set."""
        from ..models.accounts import Limit

        return self._list(Limit, f"{self._scope()}/Limits", {"category": category}, **options)

    def set(self, category: Category, quantity: int, **options: Unpack[Options]) -> str:
        """Set the limit of a category, whether there was one or not, and return its sid."""
        one_of(category, _CATEGORIES, "category")
        return self._create(f"{self._scope()}/Limits", {"category": category, "quantity": quantity}, **options)

    def delete(self, category: Category, **options: Unpack[Options]) -> None:
        """Take the limit of a category away. It has to be named: without one the server would take all away."""
        one_of(category, _CATEGORIES, "category")
        self._remove(f"{self._scope()}/Limits", {"category": category}, **options)


def _body(body: dict[str, Any]) -> dict[str, Any]:
    for name in ("registration_hook", "queue_event_hook"):
        if body.get(name) is not None:
            body[name] = hook_object(body[name], name)
    if "bucket_credential" in body:
        body["bucket_credential"] = _bucket(body["bucket_credential"])
    for name, known in (("record_format", ("mp3", "wav")), ("plan_type", ("trial", "free", "paid"))):
        if name in body:
            one_of(body[name], known, name)
    return body


def _bucket(credential: Mapping[str, Any]) -> dict[str, Any]:
    vendor = one_of(credential.get("vendor"), tuple(_BUCKETS), "bucket_credential.vendor")
    if missing := [name for name in _BUCKETS[vendor] if not credential.get(name)]:
        raise InvalidRequest(
            f"a bucket at {vendor} needs {', '.join(missing)}", field=f"bucket_credential.{missing[0]}"
        )
    return dict(credential)
