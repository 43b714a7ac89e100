"""Accounts, their webhook secret and their registered SIP users."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Unpack

from .. import models
from ..checks import Text64, Text132, one_of, sid, stored_hook
from ..http.errors import InvalidRequest
from ..http.paging import Listing
from ..resource import Fields, Resource, checked_body, segment

__all__ = ["AccountFields", "Accounts", "NewAccountFields"]

#: vendor of a bucket -> what the server needs, or answers 500
_BUCKETS = {
    "aws_s3": ("name", "region", "access_key_id", "secret_access_key"),
    "s3_compatible": ("name", "endpoint", "access_key_id", "secret_access_key"),
    "google": ("name", "service_key"),
    "azure": ("name", "connection_string"),
    "none": (),
}


class AccountFields(Fields, total=False):
    """The fields of an account.

    Args:
        name: Up to 64 characters.
        sip_realm: The domain of the account's SIP users. With an account's key: :meth:`Accounts.set_sip_realm`.
        registration_hook: Asked whether a SIP user may register. None takes it away.
        queue_event_hook: Told who enters and leaves queues. None takes it away.
        device_calling_application_sid: The application of calls that the account's SIP users make.
        siprec_hook_sid: The application of calls that come in by SIPREC.
        is_active: True if the account may be used.
        disable_cdrs: Write no call detail records.
        record_all_calls: Record every call, into the bucket.
        record_format: Of recordings, mp3 by default.
        bucket_credential: Where recordings go: ``{"vendor": "aws_s3", ...}``. ``{"vendor": "none"}`` takes it away.
            A secret that was read comes masked, and keeps the stored one if it is sent back so.
        enable_debug_log: Log the account's calls in detail.
        device_to_call_ratio: Registered devices for each call at a time, where that is limited.
        plan_type: On hosted systems.
    """

    name: Text64
    sip_realm: Text132
    registration_hook: models.AnyHook | None
    queue_event_hook: models.AnyHook | None
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
    """The fields of an account that is to be made.

    Args:
        service_provider_sid: The service provider of the account, which an admin's key has to name. Default: that of
            the client.
    """

    service_provider_sid: str


class Accounts(Resource):
    """``client.accounts``. Where no account is named, it is the client's.

    Endpoints:
        create: POST /Accounts
        list: GET /Accounts
        get: GET /Accounts/{account_sid}
        update: PUT /Accounts/{account_sid}
        delete: DELETE /Accounts/{account_sid}
        webhook_secret: GET /Accounts/{account_sid}/WebhookSecret
        regenerate_webhook_secret: GET /Accounts/{account_sid}/WebhookSecret - a GET with a side effect
        api_keys: GET /Accounts/{account_sid}/ApiKeys
        set_sip_realm: POST /Accounts/{account_sid}/SipRealms/{realm} - in part
        test_bucket: POST /Accounts/{account_sid}/BucketCredentialTest
        registered_user_names: GET /Accounts/{account_sid}/RegisteredSipUsers
        registered_users: POST /Accounts/{account_sid}/RegisteredSipUsers - a query, despite POST
        registered_user: GET /Accounts/{account_sid}/RegisteredSipUsers/{name}
    """

    def create(self, **fields: Unpack[NewAccountFields]) -> str:
        """Make an account. For keys of service providers and admins.

        Args:
            fields: Those of :class:`NewAccountFields`; ``name`` is needed.
        Returns:
            The sid of the account.
        Raises:
            Conflict: There is one with that ``sip_realm``.
        Example:
            >>> client.accounts.create(name="Acme", sip_realm="acme.sip.example.com")
        """
        body = checked_body(fields, NewAccountFields)
        if not body.get("name"):
            raise InvalidRequest("an account needs a name", field="name")
        if self._scope.service_provider_sid is not None:
            body.setdefault("service_provider_sid", self._scope.service_provider_sid)
        return self._create("/Accounts", _body(body))

    def list(self, *, limit: int | None = None) -> Listing[models.Account]:
        """List the accounts that the key can see: its own one, or all of the service provider's.

        Args:
            limit: The most to list; None is all.
        Returns:
            The accounts.
        """
        return self._list(models.Account, "/Accounts", limit=limit)

    def get(self, account_sid: str | None = None) -> models.Account:
        """Fetch an account.

        Args:
            account_sid: The account; None is the client's.
        Returns:
            The account, its ``webhook_secret`` in clear.
        Raises:
            Forbidden: It is another's, or does not exist.
        """
        return self._get(models.Account, self._path(account_sid))

    def update(self, account_sid: str | None = None, **fields: Unpack[AccountFields]) -> None:
        """Change what is given of an account, and only that.

        Args:
            account_sid: The account; None is the client's.
            fields: Those of :class:`AccountFields`. An account's key may not change ``sip_realm``.
        Example:
            >>> client.accounts.update(queue_event_hook="https://app.example.com/queue-events")
        """
        self._change(self._path(account_sid), _body(checked_body(fields, AccountFields)))

    def delete(self, account_sid: str) -> None:
        """Delete an account and nearly everything below it.

        Args:
            account_sid: The account. There is no default here.
        """
        self._remove(self._path(account_sid))

    def webhook_secret(self) -> str:
        """Fetch the secret that signs the account's webhooks.

        Returns:
            The secret.
        """
        return self._secret(None)

    def regenerate_webhook_secret(self) -> str:
        """Replace the secret that signs webhooks. Signatures with the old one fail from then on.

        Although it is a GET it is not repeated once it has left.

        Returns:
            The new secret.
        """
        return self._secret({"regenerate": "true"}, harmless=False)

    def _secret(self, query: Mapping[str, str] | None, harmless: bool = True) -> str:
        path = f"{self._scope.account_path}/WebhookSecret"
        answer = self._http.request("GET", path, query=query, harmless=harmless)
        parsed = answer.parsed()
        if not isinstance(parsed, dict) or not isinstance(parsed.get("webhook_secret"), str):
            raise self._http.invalid_answer(answer, "GET", path, "without a webhook_secret")
        return str(parsed["webhook_secret"])

    def api_keys(self) -> Listing[models.ApiKey]:
        """List the keys of the account, also for a client with a service provider.

        Returns:
            The keys, their tokens in clear.
        """
        return self._list(models.ApiKey, f"{self._scope.account_path}/ApiKeys")

    def set_sip_realm(self, realm: str) -> None:
        """Give the account of the key a SIP realm. Makes DNS records, where that is set up.

        Args:
            realm: Like ``sub.domain.tld``. The server acts on the account of the key, whatever the client's is.
        Example:
            >>> client.accounts.set_sip_realm("acme.sip.example.com")
        """
        if realm.count(".") < 2:
            raise InvalidRequest("a SIP realm is like sub.domain.tld", field="realm")
        self._http.send("POST", f"{self._scope.account_path}/SipRealms/{segment(realm, 'realm')}")

    def test_bucket(self, credential: Mapping[str, Any]) -> models.BucketTest:
        """Try whether recordings could be stored in a bucket.

        Args:
            credential: A ``bucket_credential`` of an account.
        Returns:
            The outcome. Look at ``ok``, for a bucket that cannot be used does not raise.
        Example:
            >>> bucket = {"vendor": "aws_s3", "name": "recordings", "region": "us-east-1"}
            >>> keys = {"access_key_id": "AKIA...", "secret_access_key": "..."}
            >>> result = client.accounts.test_bucket({**bucket, **keys})
            >>> print(result.ok, result.reason)
        """
        return self._post(models.BucketTest, f"{self._scope.account_path}/BucketCredentialTest", _bucket(credential))

    def registered_user_names(self) -> Listing[str]:
        """List the SIP users that are registered.

        Returns:
            Names like ``user@realm``, as :meth:`registered_user` and :meth:`registered_users` take them.
        """
        return self._list(str, f"{self._scope.account_path}/RegisteredSipUsers")

    def registered_users(self, names: Sequence[str] = ()) -> Sequence[models.RegisteredUser]:
        """Fetch SIP users with where they are registered.

        Args:
            names: Users, registered or not, with realm or without; none is all that are registered.
        Returns:
            The users; those of ``names`` with a ``registered_status``.
        Example:
            >>> for user in client.accounts.registered_users(["ann", "joe"]):
            ...     print(user.name, user.registered_status)
        """
        path = f"{self._scope.account_path}/RegisteredSipUsers"
        if isinstance(names, str):
            raise InvalidRequest("names is a list of names, not text", field="names")
        body = [_user(name) for name in names]
        answer = self._http.request("POST", path, body=body, harmless=True)  # a query, despite POST
        parsed = answer.parsed()
        if not isinstance(parsed, list) or not all(isinstance(item, dict) for item in parsed):
            raise self._http.invalid_answer(answer, "POST", path, "no list of users")
        return tuple(map(models.RegisteredUser.from_dict, parsed))

    def registered_user(self, name: str) -> models.RegisteredUser:
        """Fetch a SIP user.

        Args:
            name: The user, with realm or without: the server looks in the account's realm only.
        Returns:
            The user. There is an answer for unknown ones, too; see ``registered_status``.
        Example:
            >>> print(client.accounts.registered_user("ann").contact)
        """
        path = f"{self._scope.account_path}/RegisteredSipUsers/{segment(_user(name), 'name')}"
        return self._get(models.RegisteredUser, path)

    def _path(self, account_sid: str | None) -> str:
        return self._scope.account_path if account_sid is None else f"/Accounts/{sid(account_sid, 'account_sid')}"


def _user(name: str) -> str:
    """Take the realm off the name of a SIP user: the server puts the account's behind whatever it is given."""
    return name.rpartition("@")[0] if isinstance(name, str) and "@" in name else name


def _body(body: dict[str, Any]) -> dict[str, Any]:
    for name in ("registration_hook", "queue_event_hook"):
        if body.get(name) is not None:
            body[name] = stored_hook(body[name], name)
    if "bucket_credential" in body:
        body["bucket_credential"] = _bucket(body["bucket_credential"])
    return body


def _bucket(credential: Mapping[str, Any]) -> dict[str, Any]:
    vendor = one_of(credential.get("vendor"), tuple(_BUCKETS), "bucket_credential.vendor")
    if missing := [name for name in _BUCKETS[vendor] if not credential.get(name)]:
        raise InvalidRequest(
            f"a bucket at {vendor} needs {', '.join(missing)}", field=f"bucket_credential.{missing[0]}"
        )
    return dict(credential)
