"""A calling campaign on as many machines as it takes: Celery tasks, Redis between them, and each number called once.

    redis-server --appendonly yes
    celery -A campaign_celery worker --pool threads --concurrency 10    # here, and on other machines
    python campaign_celery.py feed numbers.csv                          # may be repeated: nobody is called twice
    python campaign_celery.py report numbers.csv

A task is one call, from dialling to its end, so workers times concurrency is how many calls there are at a time.
Redis delivers a task again when its worker has died; to be delivered must therefore never mean to dial. An attempt is
claimed (SET NX) before its call leaves. A task that finds it claimed follows the call, or, if no answer was ever
noted, says what is true: "unknown". A worker that is late, not dead, replaces that by what it learns.
"""

import os
import sys
import time

import redis
from celery import Celery, Task

from jambonz_sync.campaign import Contact, Hours, NumberList, Policy, Rate, Refused, RestDialler
from jambonz_sync.rest import ApiError, JambonzClient

APPLICATION, CALLER = os.environ["JAMBONZ_APPLICATION_SID"], os.environ["CAMPAIGN_FROM"]
REDIS = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0")
POLICY = Policy(
    rate=Rate.parse(os.environ.get("CAMPAIGN_RATE", "5/s")),
    hours=Hours.parse(os.environ.get("CAMPAIGN_HOURS", "09:00-20:00")),
    zone=os.environ.get("CAMPAIGN_TIME_ZONE", "Europe/Berlin"),
    retry=frozenset({"busy", "no-answer"}),
    retry_after=float(os.environ.get("CAMPAIGN_RETRY_AFTER", "900")),
)
ENDED = {"completed", "busy", "no-answer", "failed"}  # the last status of a call is one of these
RESULTS = "campaign:results"  # "number:attempt" -> "placed <call_sid>", then how the call ended

app = Celery("campaign", broker=REDIS)
app.conf.update(
    task_acks_late=True,  # a task outlives its worker: it is done when it has ended, not when it was taken
    worker_prefetch_multiplier=1,
    broker_connection_retry_on_startup=True,
    # seconds until a task that has not ended is delivered again: longer than a call
    broker_transport_options={"visibility_timeout": int(os.environ.get("CAMPAIGN_REDELIVER_AFTER", "7200"))},
)
store = redis.Redis.from_url(REDIS, decode_responses=True)
dialler = RestDialler(JambonzClient())


@app.task(name="campaign.call", bind=True, max_retries=None)  # the name is the same for feeder and worker
def call(task: Task, number: str, zone: str | None, variables: dict[str, str], attempt: int = 1) -> None:
    now = time.time()  # the time of day, for calling hours; all that lasts is measured by time.monotonic()
    if (wait := POLICY.next_open(now, zone) - now) > 0:
        raise task.retry(countdown=wait)
    while not store.set("campaign:pace", 1, nx=True, px=max(1, int(POLICY.rate.interval * 1000))):
        time.sleep(POLICY.rate.interval / 4)  # one pace for all workers
    key = f"{number}:{attempt}"
    if store.set(f"campaign:claim:{key}", task.request.id, nx=True):
        try:
            call_sid = dialler.place(Contact(number, from_=CALLER, variables=variables), APPLICATION)
            store.hset(RESULTS, key, f"placed {call_sid}")
        except Refused as error:  # no call, for certain
            if error.retry_after is not None:
                store.delete(f"campaign:claim:{key}")
                raise task.retry(countdown=error.retry_after) from error
            store.hset(RESULTS, key, f"refused: {error}")
        except ApiError as error:
            store.hset(RESULTS, key, f"unknown: {error}")
    else:
        store.hsetnx(RESULTS, key, "unknown: its worker died before the answer came")
    state, _, call_sid = store.hget(RESULTS, key).partition(" ")
    if state == "placed":
        outcome = follow(call_sid)
        store.hset(RESULTS, key, outcome)
        if outcome in POLICY.retry and attempt < POLICY.max_attempts:
            call.apply_async((number, zone, variables, attempt + 1), countdown=POLICY.retry_after)


def follow(call_sid: str) -> str:
    give_up_at = time.monotonic() + POLICY.give_up_after
    while time.monotonic() < give_up_at:
        try:
            if (status := dialler.statuses([call_sid]).get(call_sid)) in ENDED:
                return status
        except ApiError as error:
            print(f"call_sid {call_sid}: {error}", file=sys.stderr)
        time.sleep(5)
    return f"unknown: nothing is heard of call_sid {call_sid}"


def feed(path: str) -> None:
    for contact in NumberList.read(path).require_valid().contacts:
        if not store.hexists(RESULTS, f"{contact.number}:1"):
            call.delay(contact.number, contact.time_zone, dict(contact.variables))


def report(path: str) -> None:
    for contact in NumberList.read(path).contacts:
        results = store.hmget(RESULTS, [f"{contact.number}:{n}" for n in range(1, POLICY.max_attempts + 1)])
        print(contact.number, *(filter(None, results) if any(results) else ["waiting"]), sep=",")


if __name__ == "__main__":
    {"feed": feed, "report": report}[sys.argv[1]](sys.argv[2])
