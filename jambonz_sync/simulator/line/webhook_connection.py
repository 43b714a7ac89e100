"""An app that is reached by webhooks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from itertools import count
from typing import NamedTuple

from ..engine.clock import Clock
from ..engine.limits import CallLimits
from ..engine.protocol import HookAcked, HookUnanswered
from ..engine.waits import HookRequest, Notification
from ..errors import AnswerNotRead, HookFailed, HookUnreachable
from .connections import AnswerIgnored, Connection, ConnectionEvent, InboxItem, Record, WebhookAnswered
from .network import MessagesUnderway
from .webhooks import WebhookClient

__all__ = ["Webhook", "WebhookConnection"]

#: a number for each webhook, which its answer has, too
_webhook_numbers = count(1)


class Webhook(NamedTuple):
    """A webhook on its way: its number, the hook that it goes to, and what it says."""

    number: int
    hook: object
    message: HookRequest | Notification


class WebhookConnection(Connection):
    """Webhooks. Hooks are sent side by side, events one after the other."""

    websocket = False

    def __init__(
        self,
        client: WebhookClient,
        status_hook: Callable[[], object],
        b3: str,
        limits: CallLimits,
        clock: Clock,
        put: Callable[[InboxItem], None],
        record: Record,
        underway: MessagesUnderway[Webhook],
    ) -> None:
        """Make a connection; nothing is sent yet.

        Args:
            client: Sends the requests.
            status_hook: Returns the hook that call status events go to, which may change.
            b3: The tracing header.
            limits: How long answers may take.
            clock: The clock of the call.
            put: Called in other threads with what has been answered.
            record: Writes the messages into the transcript.
            underway: The webhooks on their way to the app.
        """
        self.url = client.url
        self.credentials = client.credentials
        #: webhooks that have not been answered, events and those on their way included
        self.unanswered = 0
        self._client = client
        self._status_hook = status_hook
        self._b3 = b3
        self._limits = limits
        self._clock = clock
        self._put = put
        self._record = record
        self._deadlines: dict[int, tuple[float, HookRequest]] = {}
        self._underway = underway
        # the numbers of those that have arrived, and have no answer
        self._open: set[int] = set()
        self._hooks = ThreadPoolExecutor(8, thread_name_prefix="simulator-hooks")
        self._statuses = ThreadPoolExecutor(1, thread_name_prefix="simulator-status")
        # those that have been handed to the threads, answered ones too
        self._hooks_underway: list[Future[None]] = []
        self._statuses_underway: list[Future[None]] = []

    def request(self, request: HookRequest) -> None:
        webhook = Webhook(next(_webhook_numbers), request.hook, request)
        self._deadlines[webhook.number] = (self._clock.now + self._limits.http, request)
        # one that is lost is waited for, too
        self.unanswered += 1
        self._underway.put(webhook, request.name)
        self._deliver()

    def notify(self, notification: Notification) -> None:
        hook = self._status_hook() if notification.type == "call:status" else notification.hook
        if hook and self._underway.put(Webhook(next(_webhook_numbers), hook, notification), notification.type):
            self.unanswered += 1
            self._deliver()

    def _deliver(self, *, late: bool = False) -> None:
        """Let the webhooks arrive that are due, or all of them."""
        for webhook in self._underway.arrived(late=late):
            if not isinstance(webhook.message, HookRequest):
                underway = [each for each in self._statuses_underway if not each.done()]
                self._statuses_underway = [*underway, self._statuses.submit(self._notify, webhook)]
            elif webhook.number in self._deadlines:  # else jambonz has given it up meanwhile
                self._open.add(webhook.number)
                underway = [each for each in self._hooks_underway if not each.done()]
                sent = self._hooks.submit(self._request, webhook.number, webhook.message)
                self._hooks_underway = [*underway, sent]

    def handle(self, item: object) -> list[ConnectionEvent]:
        if not isinstance(item, WebhookAnswered) or item.connection is not self:
            return []
        self.unanswered -= 1
        self._open.discard(item.number)
        if self._deadlines.pop(item.number, None) is None:
            # too late, or about an event
            return [event for event in item.events if isinstance(event, HookUnanswered) and event.code == "event"]
        return item.events

    def tick(self) -> list[ConnectionEvent]:
        self._deliver()
        events: list[ConnectionEvent] = []
        for number, (due, request) in list(self._deadlines.items()):
            if due <= self._clock.now:
                del self._deadlines[number]
                self.unanswered -= number not in self._open
                why = f"{request.name} did not answer within {self._limits.http:g} s"
                events.append(HookUnanswered(request, why, "Headers Timeout Error", "http-slow"))
        return events

    @property
    def due(self) -> float | None:
        dues = [due for due, _ in self._deadlines.values()]
        return min(dues if self._underway.due is None else [*dues, self._underway.due], default=None)

    def close(self, code: int = 1000) -> None:
        self._deliver(late=True)
        hangs = bool(wait(self._statuses_underway, self._limits.http).not_done)
        # an answer that is late is waited for no more: as the server does, hang up
        hangs = hangs or not self._open <= self._deadlines.keys()
        hangs = hangs or bool(wait(self._hooks_underway, self._limits.http).not_done)
        if hangs:
            self._client.cut()
        for threads in (self._statuses, self._hooks):
            threads.shutdown(wait=not hangs, cancel_futures=hangs)

    def _request(self, number: int, request: HookRequest) -> None:
        opening = request.type == "session:new"
        events: list[ConnectionEvent]
        try:
            events = [HookAcked(request, self._ask(number, request.hook, request), opening)]
        except AnswerNotRead as error:
            events = [AnswerIgnored(str(error)), HookAcked(request, None, opening)]
        except HookUnreachable as error:
            events = [HookUnanswered(request, str(error), str(error), "hook-unreachable", unreachable=True)]
        except HookFailed as error:
            code = "http-status" if error.details == "Unexpected HTTP Response" else "hook-unanswered"
            events = [HookUnanswered(request, str(error), error.details, code)]
        self._put(WebhookAnswered(self, number, events))

    def _ask(self, number: int, hook: object, message: HookRequest | Notification) -> object:
        """Send one webhook, and return its answer. Raises HookFailed."""
        msgid = str(number)
        url = str(hook["url"] if isinstance(hook, Mapping) else hook)
        self._record("jambonz", message.data, msgid=msgid, webhook=url, type=message.type)
        try:
            answer = self._client.request(hook, message.data, self._b3)
        except HookFailed as error:
            self._record("app", None, msgid=msgid, webhook=url, type=message.type, error=str(error))
            raise
        self._record("app", answer, msgid=msgid, webhook=url, type=message.type)
        return answer

    def _notify(self, webhook: Webhook) -> None:
        number, hook, notification = webhook
        events: list[ConnectionEvent] = []
        try:
            self._ask(number, hook, notification)
        except AnswerNotRead:
            pass  # the answer is of no use here
        except HookFailed as error:
            # nothing depends on an event: jambonz writes an alert and goes on
            request = HookRequest(hook, notification.data, notification.type)
            events = [HookUnanswered(request, str(error), error.details, "event")]
        self._put(WebhookAnswered(self, number, events))
