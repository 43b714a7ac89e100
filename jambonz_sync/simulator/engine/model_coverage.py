"""Which options of the verbs that talk to models and bots the simulator plays, see :mod:`.coverage`."""

from __future__ import annotations

from collections.abc import Mapping

from .coverage_statement import Coverage, exact, like, missing, part, unheard

__all__ = ["MODEL_COVERAGE"]

_TYPED = "what the caller says is taken as the test wrote it"
_ONE_VOICE = "all voices speak at the pace of the call"
_SCRIPTED = "a script speaks in the place of the model"
_MCP = "the scenario says which tools there are, and what they answer; no server is asked"

#: verb, or part of one -> the statements about its options
MODEL_COVERAGE: Mapping[str, tuple[Coverage, ...]] = {
    "agent": (
        exact("id noResponseTimeout noResponseMaxPrompts actionHook eventHook toolHook"),
        like("stt", _TYPED),
        like("tts", _ONE_VOICE),
        like("greeting", "a model without a script greets with a sentence of its own"),
        like("speechCleanup", "nothing is taken out of what is spoken, as with false"),
        unheard("earlyGeneration", "the model answers as soon without"),
        part("bargeIn", "agent.bargeIn"),
        part("llm", "agent.llm"),
        part("handoff", "handoff"),
        part("hangup", "agent.hangup"),
        like("speak", "with false, the events of an answer come as if it took no time"),
        like("toolFiller", "the phrases of a backchannel are not written by a model"),
        unheard("autoLockLanguage languageConfig", f"no language is recognised, and {_ONE_VOICE}"),
        unheard("turnDetection", "a turn of the caller ends with what they say"),
        unheard("noiseIsolation", "the line has no noise"),
        like("mcpServers", _MCP),
    ),
    "agent.bargeIn": (
        exact("enable"),
        like("strategy", "interruptPrediction takes all words for an interruption but those such as okay and uh-huh"),
        like("minSpeechDuration", "what the caller says takes as long as the pace of the call says"),
        unheard("threshold", "words are an interruption, or they are not"),
        unheard("sticky", "jambonz does nothing about it"),
        unheard("vendor", "no vendor is asked"),
    ),
    "agent.hangup": (exact("reason"),),
    "agent.llm": (
        like("vendor model llmOptions", f"{_SCRIPTED}; of llmOptions it knows the tools"),
        unheard("label auth connectOptions", "no vendor is asked"),
    ),
    "handoff": (
        exact("toolName"),
        like("mode target timeout callerId callerPresent onHoldHook confirm", "as of a transfer"),
        like("blindMethod disposition eventHook", "as of a transfer"),
        like("brief", "the first text among the arguments that the model calls its tool with"),
        unheard("toolDescription", _SCRIPTED),
        unheard("briefSynthesizer", _ONE_VOICE),
        missing("actionHook", "no server is known to ask it: that of the agent or llm is asked, after the transfer"),
        part("amd", "amd"),
    ),
    "dialogflow": (
        exact("id actionHook eventHook noInputTimeout bargein"),
        like("events", "all but dtmf, which jambonz 0.9 does not tell of either"),
        like("project agent", "a script speaks in the place of the agent"),
        like("model", "cx has its own events, all others those of es"),
        like("welcomeEvent", "a bot without a script greets with a sentence of its own"),
        like("noInputEvent", "the bot speaks again, whatever the event"),
        like("tts", _ONE_VOICE),
        unheard("credentials environment deployment region lang sessionId welcomeEventParams", "no vendor is asked"),
        like("toolHook", "a tool and its action have one name"),
        missing("passDtmfAsTextInput", "the bot learns nothing of keys: jambonz 0.9 reads it under another name"),
        like(
            "thinkingMusic", "it is heard from what the caller has said until the bot speaks, whatever their confidence"
        ),
        like("queryInput", "a script speaks in the place of the agent"),
    ),
    "lex": (
        exact("id actionHook eventHook bargein welcomeMessage"),
        like("botId botAlias", "a script speaks in the place of the bot"),
        like("passDtmf", "the app is told of keys, and the bot learns nothing of them"),
        like("tts", _ONE_VOICE),
        unheard("credentials region locale metadata", "no vendor is asked"),
        like("intent", "a script speaks in the place of the bot"),
        like("noInputTimeout", "a bot without a script asks again, and no event tells of it"),
    ),
    "llm": (
        exact("id actionHook eventHook toolHook events"),
        like("vendor model llmOptions", f"{_SCRIPTED}; of llmOptions it knows the tools and a few settings"),
        unheard("auth connectOptions", "no vendor is asked"),
        like("mcpServers", _MCP),
        part("handoff", "handoff"),
        part("hangup", "agent.hangup"),
        like("responseTimeoutMs", "of openai and its dialects: from the beginning, and from the output of a tool"),
        unheard("cancelOnResponseTimeout", "a model that is late has begun nothing"),
        like("cancelOnBargeIn", "what a model says is cancelled by whoever interrupts it, as with true"),
    ),
    "rasa": (
        exact("id actionHook eventHook prompt"),
        like("url", "a script speaks in the place of the bot, which is not asked"),
        like("recognizer", _TYPED),
        like("tts", _ONE_VOICE),
    ),
}
