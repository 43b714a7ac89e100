"""What the server means where its words mislead: a table of its answers, and of hints for who reads them.

Its words are matched only where they come from the API server itself: those of the database differ from one to the
next. No hint is more than likely, so nothing is decided by one.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

__all__ = ["hint_for"]


class _Case(NamedTuple):
    """Answers that mislead: by their status, the method and the path of the request, and the server's words."""

    status: int
    #: names of methods with blanks between, "" for any
    methods: str
    #: a regular expression that is found in the path
    path: str
    #: a regular expression that the whole message matches, whatever its case; "" for any
    message: str
    hint: str


_CALL: Final = r"/Calls/[^/]+$"
_CALLS: Final = r"/Calls$"

#: the first that fits counts
_CASES: Final = (
    _Case(400, "POST", _CALLS, "unauthorized createCall.*",
          "placing a call takes a key of the account itself, or an admin's; a service provider's is refused"),
    _Case(400, "POST", r"/Messages$", "unauthorized createMessage.*",
          "sending a message takes a key of the account itself; a service provider's or an admin's is refused"),
    _Case(400, "GET", r"/RecentCalls/([^/]+|[^/]+/\w+/pcap)$", "Bad Request",
          "Homer, which keeps SIP messages, is not set up on this server"),
    _Case(404, "GET", r"/RecentCalls/trace/", "",
          "there is no such trace, or Jaeger, which keeps traces, is not set up on this server"),
    _Case(404, "", r"/RecentCalls/[^/]+/record/", "",
          "nothing is stored for that call under that day and format, or the account has no bucket"),
    _Case(500, "GET", r"/(RecentCalls|Alerts)$", "",
          "the time series database, which keeps them, is most likely down or not set up"),
    _Case(500, "POST", _CALLS, "Internal Server Error",
          "the feature server reported a failure, which may be anything from an unknown field to no SBC; "
          "only its log says which"),
    _Case(500, "POST PUT", r"/Calls", "fetch failed",
          "the feature server that the API server knows of cannot be reached"),
    _Case(500, "POST", r"/Messages$", "", "servers up to 0.9 cannot send messages: they hand them to the wrong place"),
    _Case(404, "GET PUT DELETE", _CALL, "",
          "the record of a call drops out an hour after its last change of status, even while the call is up"),
    _Case(422, "PUT", r"/SpeechCredentials/[^/]+$", "use_for_tts and use_for_stt are the only.*",
          "one of the two must be sent; beside them all that is no secret can be changed"),
    _Case(403, "GET", r"/SpeechCredentials/[^/]+$", "",
          "a credential that the service provider shares is listed for its accounts, and cannot be read by them"),
    _Case(400, "GET", r"/VoipCarriers/[^/]+$", "insufficient privileges",
          "a carrier that the service provider shares is listed for its accounts, and cannot be read by them"),
    _Case(422, "PUT DELETE", r"/VoipCarriers/[^/]+$", "carrier belongs to a different user",
          "the carrier is another account's, or one that the service provider shares"),
    _Case(500, "PUT DELETE", r"/SmppGateways/", "lookupSmppGatewayBySid is not a function",
          "the server was installed with db-helpers 0.9.25, which lacks that: SMPP gateways cannot be changed on it"),
    _Case(422, "POST", "", "exceeded limits.*",
          "the server limits an account to 50 applications, 10 carriers, 150 gateways, 200 numbers, "
          "10 speech credentials and 10 keys"),
    _Case(500, "GET", r"/Users$", "failure retrieving users list", "there are no users that this key can see"),
    _Case(500, "GET", r"/Users/[^/]+$", "failure retrieving user", "there is no such user"),
    _Case(403, "GET", r"/Users/me$", "", "this takes the token of a login, not an API key"),
    _Case(403, "POST", r"/login$", "Forbidden", "the name or the password is wrong"),
    _Case(500, "GET", r"/AppEnv$", "", "the url is none that the server can ask"),
    _Case(400, "", "", "Bad request",
          "where a sid belongs the path must have one, in lower case and with no query behind it"),
    _Case(403, "", r"/[0-9a-f]{8}-[0-9a-f-]{27}", "|forbidden|insufficient (permissions|privileges)",
          "it is another's, or not for this key to do, or there is no such thing: the server does not tell which"),
    _Case(500, "", "", "Cannot (read|destructure|set) propert.*",
          "the server stumbled: most often over a sid that does not exist, or a field that is missing"),
    _Case(500, "DELETE", "", "",
          "the server answers so where there is no such thing, and where something else still refers to it"),
    _Case(500, "POST PUT", "", "|Internal Server Error",
          "most often a value in the request is at fault, and the server does not say which"),
    _Case(404, "", "", "Cannot (GET|POST|PUT|DELETE|PATCH|HEAD) /.*",
          "this server has no such path; a newer one may"),
)  # fmt: skip


def hint_for(status: int, method: str, path: str, message: str) -> str | None:
    """Return what an answer means where its words mislead, None where they do not.

    Args:
        status: The HTTP status of the answer.
        method: The HTTP method of the request.
        path: The path of the request, below ``/v1``.
        message: What the server said, "" if nothing.
    """
    for case in _CASES:
        if (
            case.status == status
            and (not case.methods or method in case.methods.split())
            and re.search(case.path, path)
            and (not case.message or re.fullmatch(case.message, message, re.IGNORECASE))
        ):
            return case.hint
    return None
