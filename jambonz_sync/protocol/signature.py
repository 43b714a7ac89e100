"""The check that a webhook is from jambonz, by its ``Jambonz-Signature`` header, and the making of one.

The header is ``t=<unix seconds>,v1=<hex>``, with a further ``v1`` for each secret that is valid while
one replaces another. The hex is the HMAC-SHA256 of ``<t>.`` and the body, byte by byte as it arrived:
JSON that has been parsed and written again has another signature.
"""

from __future__ import annotations

import hmac
import re
import time
from collections.abc import Sequence

from ..errors import InvalidSignature

__all__ = ["HEADER", "check_header", "secrets_of", "sign", "verify_signature"]

HEADER = "Jambonz-Signature"

_LONGEST_HEADER = 2048
_SECONDS = re.compile(r"[0-9]{1,12}")
_HEX = re.compile(r"[0-9a-fA-F]{64}")


def secrets_of(secret: str | Sequence[str]) -> tuple[str, ...]:
    """List the secrets in one, or in several.

    Raises:
        ValueError: There is none, or one is empty: anyone can sign with that.
    """
    secrets = (secret,) if isinstance(secret, str) else tuple(secret)
    if not secrets or not all(isinstance(each, str) and each for each in secrets):
        raise ValueError("signing secret: expected a string that is not empty, or a list of such")
    return secrets


def sign(raw_body: bytes, secret: str | Sequence[str], timestamp: float | None = None) -> str:
    """Make the value of the header for a body, as jambonz does: for tests, and for simulators.

    Args:
        raw_body: The bytes of the body.
        secret: The secret, or several, which give a ``v1`` each.
        timestamp: Unix seconds; None for now.
    Raises:
        ValueError: A secret is empty, or there is none.
    """
    seconds = str(int(time.time() if timestamp is None else timestamp))
    return ",".join([f"t={seconds}", *(f"v1={_mac(each, seconds, raw_body)}" for each in secrets_of(secret))])


def verify_signature(
    raw_body: bytes,
    header: str | None,
    secret: str | Sequence[str],
    tolerance: float = 300,
    now: float | None = None,
) -> None:
    """Return if a header signs a body with one of the secrets, and raise if it does not.

    Every signature is compared with every secret, in constant time.

    Args:
        raw_body: The bytes of the body, as they arrived.
        header: The value of ``Jambonz-Signature``; None if there is none.
        secret: The secret, or several while one replaces another.
        tolerance: Seconds that the time in the header may lie before or after ``now``.
        now: Unix seconds; None for the clock.
    Raises:
        InvalidSignature: The header signs no such body. Its ``reason`` is for the log: tell the sender nothing.
        ValueError: A secret is empty, or there is none.
    """
    secrets = secrets_of(secret)
    seconds, signatures = _parse(header)
    if not abs((time.time() if now is None else now) - int(seconds)) <= tolerance:  # so that NaN is refused, too
        raise _invalid(f"its time is more than {tolerance:g} seconds off")
    expected = [_mac(each, seconds, raw_body) for each in secrets]
    # no early end: how long it takes must not tell which one matched
    matches = [hmac.compare_digest(mac, signature) for mac in expected for signature in signatures]
    if not any(matches):
        raise _invalid("no signature matches a secret")


def check_header(header: str | None) -> None:
    """Raise if a header can sign no body, so that there is no need to read one.

    Raises:
        InvalidSignature: It is missing, or malformed.
    """
    _parse(header)


def _parse(header: str | None) -> tuple[str, list[str]]:
    if not header:
        raise _invalid("there is no signature")
    if len(header) > _LONGEST_HEADER:
        raise _invalid("the header is too long")
    times: list[str] = []
    signatures: list[str] = []
    for part in header.split(","):
        key, _, value = part.strip().partition("=")
        if key == "t":
            times.append(value)
        elif key == "v1" and _HEX.fullmatch(value):
            signatures.append(value.lower())
    if len(times) != 1 or not _SECONDS.fullmatch(times[0]):
        raise _invalid("the header has no time, or several")
    if not signatures:
        raise _invalid("the header has no v1 signature")
    return times[0], signatures


def _mac(secret: str, seconds: str, raw_body: bytes) -> str:
    return hmac.new(secret.encode(), seconds.encode() + b"." + raw_body, "sha256").hexdigest()


def _invalid(reason: str) -> InvalidSignature:
    return InvalidSignature(f"invalid webhook signature: {reason}", reason=reason)
