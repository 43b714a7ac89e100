"""The call that a test places: the test is the caller, and sees what the app does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from ..simulator import Call, HookExchange, TranscriptEntry
from ..simulator.engine.adulting import Adulting
from .app_errors import AppErrors
from .caller_actions import CallerActions
from .dialled import DialledParties
from .errors import ExpectationFailed
from .matching import Wanted, describe_fields, describe_wanted, has_fields, matches
from .model import ScriptedModel, ToolResult
from .running import CallGroup, RunningCall

__all__ = ["TestCall"]

T = TypeVar("T")


class TestCall(CallerActions):
    """A call that runs beside the test, which is the caller.

    Made by the fixture ``jambonz_call``. A method for something that the caller does returns at once: it happens as
    soon as the app listens. A method for something that the app has done waits for it, and fails the test with the
    transcript if it does not come. A wait ends at once when the call is over, or when nothing can happen any more:
    an app of webhooks waits for the caller, or an endpoint of this process, which has nothing else to do.

    A text is looked for as part of an utterance, in upper or lower case; ``re.compile(...)`` and functions that get
    the utterance do, too.

    Threads: that of the test.
    """

    __test__ = False  # no test case, whatever its name

    def __init__(
        self,
        url: str,
        *,
        timeout: float,
        app_errors: AppErrors | None = None,
        prepare: Callable[[Call], None] = lambda call: None,
        group: CallGroup | None = None,
        place_alone: Callable[[Adulting], TestCall] | None = None,
        others_may_act: Callable[[], bool] = lambda: False,
        **options: Any,
    ) -> None:
        about: dict[str, Any] = {"prepare": prepare, "group": group, "others_may_act": others_may_act}
        super().__init__(RunningCall(url, timeout=timeout, app_errors=app_errors, options=options, **about))
        # the calls of legs that go on without the caller, in their order; only ever added to, in the thread of the call
        self._alone: list[TestCall] = []
        self._place_alone = place_alone
        self._running.call.state.on_alone = self._on_alone
        #: those whom the app has dialled, and will dial
        self.dialled = DialledParties(self._running)
        self._running.start()

    # -- whom the caller has talked to

    def alone(self, number: str | None = None, *, timeout: float | None = None) -> TestCall:
        """Wait until somebody whom the app has dialled is a call of their own, which goes on without the caller.

        That comes of a REFER by the caller whose hook has answered with verbs, and of a ``redirect`` with verbs for the
        child call. jambonz connects to the URL of the app with ``/adulting`` behind it.

        Args:
            number: The number, URI or name that was dialled; by default whoever was the last.
            timeout: Seconds to wait; by default those of the fixture.
        Returns:
            The call, in which the test is the one who was dialled. Its time is its own.
        Raises:
            ExpectationFailed: There is none. The message has the transcript.
            CallFailed: The app could not be called; likewise any other error that has ended the call.
        Blocks: up to ``timeout``.
        """
        __tracebackhide__ = True

        def find() -> list[TestCall]:
            return [call for call in list(self._alone) if number in (None, call.leg.to)]

        if not self._running.wait_for(lambda: bool(find()), timeout):
            who = f"{number} did not go" if number is not None else "nobody whom the app has dialled went"
            raise ExpectationFailed(self._running.explain(f"{who} on alone", None, timeout))
        return find()[-1]

    def _on_alone(self, adulting: Adulting) -> None:
        if self._place_alone is not None:
            self._alone.append(self._place_alone(adulting))
            self._running.notify()

    # -- the model that the caller talks to

    def model(self, *, timeout: float | None = None) -> ScriptedModel:
        """Wait until the caller talks to a model, and script it: it does what the test says, and nothing by itself.

        A model that the test does not script answers by itself as soon as the test waits for something.

        Args:
            timeout: Seconds to wait; by default those of the fixture.
        Returns:
            The model of the ``llm``, ``agent`` or ``dialogflow`` that runs, or else of the next one.
        Raises:
            ExpectationFailed: The caller talks to no model. The message has the transcript.
            CallFailed: The app could not be called; likewise any other error that has ended the call.
        Blocks: up to ``timeout``.
        """
        __tracebackhide__ = True
        models = self._running.call.models
        if not self._running.wait_for(lambda: models.running is not None, timeout) or (model := models.running) is None:
            verbs = f"the verbs so far: {self._verbs_so_far}"
            raise ExpectationFailed(self._running.explain("the caller did not talk to a model", None, timeout, verbs))
        model.scripted = True  # at once, for the wait that comes next; the rest in the thread of the call
        self._running.post(model.take_script)
        return ScriptedModel(model, self._running)

    def tool_call(self, name: str, /, **arguments: Any) -> ToolResult:
        """Have the model that the caller talks to call a tool, and wait for its output.

        Args:
            name: The tool.
            arguments: Its arguments.
        Returns:
            The output, for ``call.tool_call("get_weather", city="Paris").returns(contains="sunny")``.
        Raises:
            ExpectationFailed: The caller talks to no model, or the app's output does not reach it.
            CallFailed: The app could not be called; likewise any other error that has ended the call.
        Blocks: up to the ``timeout`` of the fixture, twice.
        """
        __tracebackhide__ = True
        return self.model().calls_tool(name, **arguments)

    # -- what the app does

    def heard(
        self, wanted: Wanted | bytes, *, after: TranscriptEntry | None = None, timeout: float | None = None
    ) -> TranscriptEntry:
        """Wait until the app says something or plays it on an audio stream, or another caller says it to this one.

        Args:
            wanted: A part of one utterance, a regular expression, or a function that gets each utterance; or samples,
                which may be part of longer audio.
            after: An utterance that this returned; only what comes after it counts. By default all of the call does.
            timeout: Seconds to wait; by default those of the fixture.
        Returns:
            The utterance; for samples the last one before them.
        Raises:
            ExpectationFailed: The app has not said it. The message has the transcript.
            CallFailed: The app could not be called; likewise any other error that has ended the call.
        Blocks: up to ``timeout``.
        """
        __tracebackhide__ = True
        if not self.hears(wanted, after=after, timeout=timeout):
            raise ExpectationFailed(
                self._running.explain(f"the app did not say {describe_wanted(wanted)}", wanted, timeout)
            )
        found = next(self._utterances(wanted, after), None) if not isinstance(wanted, bytes) else None
        return found or self.transcript.entries[-1]

    def hears(
        self, wanted: Wanted | bytes, *, after: TranscriptEntry | None = None, timeout: float | None = None
    ) -> bool:
        """Wait until the app says something, and tell if it has.

        Args:
            wanted: As for :meth:`heard`.
            after: As for :meth:`heard`.
            timeout: Seconds to wait; by default those of the fixture.
        Returns:
            True if it has, False if the call has ended without it, the time is up, or nothing can happen any more.
        Raises:
            CallFailed: The app could not be called; likewise any other error that has ended the call.
        Blocks: up to ``timeout``.
        """
        __tracebackhide__ = True
        if isinstance(wanted, bytes):
            return self._running.wait_for(lambda: wanted in self.transcript.audio, timeout)
        return self._running.wait_for(lambda: any(True for _ in self._utterances(wanted, after)), timeout)

    def not_heard(self, wanted: Wanted | bytes, *, after: TranscriptEntry | None = None, timeout: float = 0.5) -> None:
        """Make sure that the app does not say something.

        Args:
            wanted: As for :meth:`heard`.
            after: As for :meth:`heard`.
            timeout: Seconds in which it could come; the end of the call ends the wait.
        Raises:
            ExpectationFailed: The app has said it. The message has the transcript.
            CallFailed: The app could not be called; likewise any other error that has ended the call.
        Blocks: up to ``timeout``.
        """
        __tracebackhide__ = True
        if self.hears(wanted, after=after, timeout=timeout):
            found = next(self._utterances(wanted, after), None) if not isinstance(wanted, bytes) else None
            raise ExpectationFailed(self._running.describe(f"the app has said {describe_wanted(wanted)}\n", found))

    def started(self, verb: str, *, timeout: float | None = None, **options: Any) -> Mapping[str, Any]:
        """Wait until the app starts a verb.

        Args:
            verb: Its name: ``gather``, ``dial`` ...
            timeout: Seconds to wait; by default those of the fixture.
            options: Options that it must have, in the spelling of Python or of the wire.
        Returns:
            The verb, as the app sent it.
        Raises:
            ExpectationFailed: No such verb was started. The message has the transcript.
            CallFailed: The app could not be called; likewise any other error that has ended the call.
        Blocks: up to ``timeout``.
        """
        __tracebackhide__ = True

        def what() -> tuple[str, str]:
            return f"the app did not start {verb}{describe_fields(options)}", f"the verbs so far: {self._verbs_so_far}"

        return self._expect(
            lambda: next(
                (each for each in list(self.verbs) if each["verb"] == verb and has_fields(each, options)), None
            ),
            what,
            timeout,
        )

    def hook(self, name: str, *, timeout: float | None = None) -> HookExchange:
        """Wait until the app has answered a hook.

        Args:
            name: The URL as the app has given it, or a type of message: ``session:new``.
            timeout: Seconds to wait; by default those of the fixture.
        Returns:
            The last such hook, with ``payload``, ``answer`` and ``seconds``.
        Raises:
            ExpectationFailed: There was no such hook. The message has the transcript.
            CallFailed: The app could not be called; likewise any other error that has ended the call.
        Blocks: up to ``timeout``.
        """
        __tracebackhide__ = True
        return self._answered_hook(name, 0, timeout)

    def asks_hook(self, hook: str, *, timeout: float | None = None, **payload: Any) -> HookExchange:
        """Have jambonz ask a hook that the simulator has no occasion for: that of a detected machine, an alert ...

        The verbs of the answer take the place of those that run.

        Args:
            hook: The URL as the app has given it.
            timeout: Seconds to wait for the answer; by default those of the fixture.
            payload: Fields beside those of the call, as the wire has them: ``type="amd_machine_detected"``.
        Returns:
            The hook, with ``payload``, ``answer`` and ``seconds``.
        Raises:
            ExpectationFailed: The app has not answered. The message has the transcript.
            CallFailed: The app could not be called; likewise any other error that has ended the call.
        Blocks: up to ``timeout``.
        """
        __tracebackhide__ = True
        asked = len(self.hooks)
        self._running.ask(hook, payload)
        return self._answered_hook(hook, asked, timeout)

    def command(self, name: str, *, timeout: float | None = None, **data: Any) -> Mapping[str, Any]:
        """Wait until the app sends a command.

        Args:
            name: Its name: ``redirect``, ``dub``, ``conf:participant-action`` ...
            timeout: Seconds to wait; by default those of the fixture.
            data: Fields that its ``data`` must have, in the spelling of Python or of the wire.
        Returns:
            The first such command, as the app sent it, with ``command``, ``data``, ``callSid`` ...
        Raises:
            ExpectationFailed: There was no such command. The message has the transcript.
            CallFailed: The app could not be called; likewise any other error that has ended the call.
        Blocks: up to ``timeout``.
        """
        __tracebackhide__ = True

        def what() -> tuple[str, str]:
            names = ", ".join(str(each.get("command")) for each in self.commands) or "none"
            return f"the app did not send the command {name}{describe_fields(data)}", f"the commands so far: {names}"

        def is_wanted(command: Mapping[str, Any]) -> bool:
            return command.get("command") == name and has_fields(command.get("data"), data)

        return self._expect(lambda: next(filter(is_wanted, self.commands), None), what, timeout)

    def heard_audio(self, seconds: float = 0.0) -> bytes:
        """Wait until the app has played so much audio on audio streams, or the call ends.

        Args:
            seconds: Seconds of audio that are not silent.
        Returns:
            All samples that were played so far (16 bits, little-endian, one channel), at the rate at which the app
            sent them.
        Raises:
            CallFailed: The app could not be called; likewise any other error that has ended the call.
        Blocks: up to the ``timeout`` of the fixture.
        """
        self._running.wait_for(lambda: self.transcript.sound_seconds >= seconds)
        return self.transcript.audio

    def listens(self, *, timeout: float | None = None) -> bool:
        """Wait until the app listens to the caller, who has no turn left to take, and tell if it does.

        Args:
            timeout: Seconds to wait; by default those of the fixture.
        Returns:
            True if it listens, False if the call has ended, or the time is up.
        Raises:
            CallFailed: The app could not be called; likewise any other error that has ended the call.
        Blocks: up to ``timeout``.
        """
        return self._running.wait_for(lambda: self._running.waits_for_caller and not self._running.over, timeout)

    def last_answer(self, *, quiet: float = 0.3, timeout: float | None = None) -> list[str]:
        """Wait until the app has answered the caller's last turn and fallen silent.

        Args:
            quiet: Seconds in which it says nothing more.
            timeout: Seconds to wait for its first words; by default those of the fixture.
        Returns:
            The utterances since the caller's last turn, or since the call began; none if there were none.
        Raises:
            CallFailed: The app could not be called; likewise any other error that has ended the call.
        Blocks: up to ``timeout``, and until it has fallen silent.
        """

        def utterances() -> list[str]:
            entries = list(self.transcript.entries)
            last = max((number for number, entry in enumerate(entries, 1) if entry.who == "caller"), default=0)
            return [entry.text for entry in entries[last:] if entry.who == "app"]

        self._running.wait_for(lambda: bool(utterances()), timeout)
        while (said := utterances()) and self._running.wait_for(lambda: len(utterances()) > len(said), quiet):
            pass
        return said

    @property
    def ended(self) -> str | None:
        """Why the call has ended (``completed``, ``rejected (480)`` ...), which this waits for.

        None if the time is up before, or the app waits for the caller.

        Raises:
            CallFailed: The app could not be called; likewise any other error that has ended the call.
        Blocks: up to the ``timeout`` of the fixture.
        """
        self._running.wait_for(lambda: self._running.over)
        return self.transcript.end_reason if self._running.over else None

    def close(self) -> None:
        """Hang up, and wait until the call has ended. The fixture does that when the test ends.

        Blocks: up to the ``timeout`` of the fixture.
        """
        self._running.close()

    # -- inside

    def _answered_hook(self, name: str, since: int, timeout: float | None) -> HookExchange:
        """Return the last hook of a name that was answered, of those after the first so many."""
        __tracebackhide__ = True

        def what() -> tuple[str, str]:
            names = ", ".join(dict.fromkeys(each.name for each in self.hooks)) or "none"
            asked = any(each.name == name for each in self.hooks[since:])
            return (
                f"the app {'has not answered' if asked else 'was not asked by'} {name!r}",
                f"the hooks so far: {names}",
            )

        def find() -> HookExchange | None:
            found = [each for each in self.hooks[since:] if each.name == name and each.seconds is not None]
            return found[-1] if found else None

        return self._expect(find, what, timeout)

    @property
    def _verbs_so_far(self) -> str:
        return ", ".join(str(each["verb"]) for each in self.verbs) or "none"

    def _expect(self, find: Callable[[], T | None], what: Callable[[], tuple[str, str]], timeout: float | None) -> T:
        """Wait until something is found, and return it. Raises ExpectationFailed, which tells what is there so far."""
        __tracebackhide__ = True
        self._running.wait_for(lambda: find() is not None, timeout)
        if (found := find()) is None:
            missing, so_far = what()
            raise ExpectationFailed(self._running.explain(missing, None, timeout, so_far))
        return found

    def _utterances(self, wanted: Wanted, after: TranscriptEntry | None) -> Iterator[TranscriptEntry]:
        """Return what the app, or whom the caller talks to, has said that is wanted."""
        entries = list(self.transcript.entries)
        if after is not None:
            entries = entries[next((n for n, entry in enumerate(entries, 1) if entry is after), 0) :]
        return (entry for entry in entries if entry.who in ("app", "party") and matches(wanted, entry.text))
