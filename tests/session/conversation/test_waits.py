from __future__ import annotations

import pytest

from jambonz_sync import AlreadyWaiting, BackPressure, CallEnded, VerbsReplaced
from jambonz_sync.protocol.control import Hook
from jambonz_sync.session.conversation.waits import Wait, Waits

HOOK = Hook("verb:hook", "m1", "/wait/gather/1", 0.0)


def wait_for_gather(waits: Waits) -> Wait:
    wait = Wait("/wait/gather/1", "gather", owes_reply=True)
    waits.begin(wait)
    return wait


def fail_to_replace(waits: Waits, hook: Hook | None = None) -> None:
    """Have verbs that cannot be sent take the place of others, whose hook comes meanwhile."""
    with waits.replaced():
        if hook is not None:
            waits.take(hook.name, hook, {})
        raise BackPressure("too many commands")


def test_the_hook_of_its_name_ends_a_wait_and_no_other_one_does() -> None:
    waits = Waits("CA1")
    wait = wait_for_gather(waits)
    assert waits.take("/other", HOOK, {}) is None
    assert waits.take("/wait/gather/1", HOOK, {}) is wait
    wait.give(HOOK, {"digits": "1"})
    assert wait.is_over(0)
    assert (wait.hook, wait.data, wait.failure) == (HOOK, {"digits": "1"}, None)
    assert waits.take("/wait/gather/1", HOOK, {}) is None


def test_a_second_wait_is_refused_with_the_names_of_both() -> None:
    waits = Waits("CA1")
    wait_for_gather(waits)
    with pytest.raises(AlreadyWaiting, match=r"wait\(\) for dial .*, but wait\(\) for gather") as caught:
        waits.begin(Wait("/wait/dial/2", "dial", owes_reply=True))
    assert caught.value.call_sid == "CA1"


def test_a_wait_that_ended_makes_room_for_another() -> None:
    waits = Waits("CA1")
    assert waits.end(wait_for_gather(waits))
    wait_for_gather(waits)


def test_whoever_takes_a_wait_has_it_alone() -> None:
    waits = Waits("CA1")
    wait = wait_for_gather(waits)
    waits.take("/wait/gather/1", HOOK, {})
    assert not waits.end(wait)
    waits.fail(CallEnded("over"))
    assert wait.failure is None


def test_a_failure_ends_the_wait() -> None:
    waits = Waits("CA1")
    wait = wait_for_gather(waits)
    waits.fail(CallEnded("over"))
    assert wait.is_over(None)
    assert isinstance(wait.failure, CallEnded)


def test_a_hook_that_comes_while_its_verbs_are_being_replaced_is_kept() -> None:
    waits = Waits("CA1")
    wait = wait_for_gather(waits)
    with waits.replaced():
        assert waits.take("/wait/gather/1", HOOK, {}) is wait
        assert wait.came == (HOOK, {})
        assert not wait.is_done
    assert isinstance(wait.failure, VerbsReplaced)
    assert wait.hook is None


@pytest.mark.parametrize("comes", [False, True])
def test_verbs_that_could_not_be_sent_replace_nothing(comes: bool) -> None:
    waits = Waits("CA1")
    wait = wait_for_gather(waits)
    with pytest.raises(BackPressure):
        fail_to_replace(waits, HOOK if comes else None)
    assert wait.is_done is comes
    assert wait.hook is (HOOK if comes else None)
    assert (waits.waited_for is None) is comes


def test_of_two_threads_that_replace_verbs_one_is_enough() -> None:
    waits = Waits("CA1")
    wait = wait_for_gather(waits)
    with waits.replaced():
        with pytest.raises(BackPressure):
            fail_to_replace(waits, HOOK)
        assert not wait.is_done
    assert isinstance(wait.failure, VerbsReplaced)


def test_verbs_that_replace_those_that_nobody_waits_for_end_no_wait() -> None:
    waits = Waits("CA1")
    with waits.replaced():
        pass
    with pytest.raises(BackPressure):
        fail_to_replace(waits)
    assert waits.waited_for is None


def test_a_wait_without_an_outcome_is_not_over() -> None:
    wait = wait_for_gather(Waits("CA1"))
    assert not wait.is_over(0.001)
    assert not wait.is_over(-1)
