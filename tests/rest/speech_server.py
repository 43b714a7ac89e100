"""Speech credentials as the real API server (0.9.7) stores, shows and changes them, from its source."""

from __future__ import annotations

import json
from typing import Any

from .fake_api import FakeApi, Visit, reply

Row = dict[str, Any]

#: vendor -> a whole credential: all that the server stores of one
WHOLE: dict[str, Row] = {
    "google": {"client_email": "a@b", "private_key": "p" * 20, "model_id": "m"},
    "aws": {"access_key_id": "id", "secret_access_key": "s" * 20, "role_arn": "arn", "aws_region": "eu-west-1"},
    "microsoft": {"region": "westeurope", "api_key": "k" * 20, "use_custom_tts": 1, "custom_tts_endpoint": "e",
                  "custom_tts_endpoint_url": "https://t", "use_custom_stt": 1, "custom_stt_endpoint": "f",
                  "custom_stt_endpoint_url": "https://s"},
    "wellsaid": {"api_key": "k" * 20},
    "nuance": {"client_id": "c", "secret": "s" * 20, "nuance_tts_uri": "t", "nuance_stt_uri": "s"},
    "deepgram": {"api_key": "k" * 20, "deepgram_stt_uri": "s", "deepgram_stt_use_tls": 1, "deepgram_tts_uri": "t",
                 "model_id": "m"},
    "gladia": {"api_key": "k" * 20, "region": "eu-west"},
    "resemble": {"api_key": "k" * 20, "resemble_tts_uri": "t", "resemble_tts_use_tls": 1},
    "deepgramflux": {"api_key": "k" * 20},
    "ibm": {"tts_api_key": "k" * 20, "tts_region": "t", "stt_api_key": "k" * 20, "stt_region": "s", "instance_id": "i"},
    "nvidia": {"riva_server_uri": "r"},
    "soniox": {"api_key": "k" * 20},
    "cobalt": {"cobalt_server_uri": "c"},
    "elevenlabs": {"api_key": "k" * 20, "model_id": "m", "api_uri": "a", "options": '{"a": 1}'},
    "speechmatics": {"api_key": "k" * 20, "speechmatics_stt_uri": "s", "options": '{"a": 1}'},
    "playht": {"api_key": "k" * 20, "user_id": "u", "voice_engine": "v", "playht_tts_uri": "t", "options": "{}"},
    "cartesia": {"api_key": "k" * 20, "model_id": "m", "stt_model_id": "n", "options": "{}"},
    "rimelabs": {"api_key": "k" * 20, "model_id": "m", "options": {"a": 1}},
    "inworld": {"api_key": "k" * 20, "model_id": "m", "options": {"a": 1}},
    "assemblyai": {"api_key": "k" * 20, "service_version": "v3"},
    "houndify": {"client_id": "c", "client_key": "k" * 20, "user_id": "u", "houndify_server_uri": "h"},
    "voxist": {"api_key": "k" * 20},
    "whisper": {"api_key": "k" * 20, "model_id": "m"},
    "openai": {"api_key": "k" * 20, "model_id": "m"},
    "verbio": {"client_id": "c", "client_secret": "s" * 20, "engine_version": "V1"},
    "custom:mine": {"auth_token": "t" * 20, "custom_stt_url": "s", "custom_tts_url": "t",
                    "custom_tts_streaming_url": "u"},
}  # fmt: skip

#: what an update takes of a credential, and clears where it is left out
TAKEN = frozenset(
    {
        "region", "aws_region", "use_custom_tts", "custom_tts_endpoint", "custom_tts_endpoint_url", "use_custom_stt",
        "custom_stt_endpoint", "custom_stt_endpoint_url", "stt_region", "tts_region", "riva_server_uri",
        "nuance_stt_uri", "nuance_tts_uri", "custom_stt_url", "custom_tts_url", "custom_tts_streaming_url",
        "cobalt_server_uri", "model_id", "stt_model_id", "voice_engine", "options", "deepgram_stt_uri",
        "deepgram_stt_use_tls", "deepgram_tts_uri", "playht_tts_uri", "engine_version", "service_version",
        "speechmatics_stt_uri", "resemble_tts_uri", "resemble_tts_use_tls", "api_uri", "houndify_server_uri",
    }
)  # fmt: skip

#: what the server asserts, and keeps the old credential without a word where it is missing
_ASSERTED = ("model_id", "speechmatics_stt_uri", "voice_engine", "riva_server_uri", "cobalt_server_uri",
             "engine_version")  # fmt: skip
_WITHOUT_MODEL = ("google", "deepgram", "cartesia")
_SECRETS = ("api_key", "secret_access_key", "secret", "auth_token", "client_key", "client_secret", "stt_api_key",
            "tts_api_key")  # fmt: skip
#: what is stored and not shown
HIDDEN = {"gladia": "region", "speechmatics": "options"}


def shown(vendor: str, stored: Row) -> Row:
    """Show a credential: secrets masked, and of two vendors not all of it."""
    if vendor == "google":
        return {"service_key": json.dumps({**stored, "private_key": "ppppppXXXX"}), "model_id": stored.get("model_id")}
    return {
        name: f"{value[:6]}{'X' * (len(value) - 6)}" if name in _SECRETS else value
        for name, value in stored.items()
        if name != HIDDEN.get(vendor)
    }


def _accepted(vendor: str, credential: Row) -> bool:
    if vendor == "microsoft":
        urls = credential.get("custom_tts_endpoint_url") or credential.get("custom_stt_endpoint_url")
        return bool(urls or credential.get("region"))
    asserted = [name for name in _ASSERTED if name in WHOLE[vendor]]
    if vendor in _WITHOUT_MODEL:
        asserted.remove("model_id")
    return all(credential.get(name) for name in asserted)


def speech_credential(api: FakeApi, path: str, vendor: str, *, use_for_tts: int | None = 0) -> Row:
    """Serve a whole credential of a vendor, and return what is stored: its flags, and ``credential``."""
    row: Row = {"use_for_tts": use_for_tts, "use_for_stt": 1, "credential": dict(WHOLE[vendor])}
    facts = {"speech_credential_sid": "x", "account_sid": "y", "vendor": vendor, "label": "z", "tts_tested_ok": None}

    def get(visit: Visit) -> None:
        flags = {name: value for name, value in row.items() if name != "credential"}
        reply(200, {**facts, **flags, **shown(vendor, row["credential"])})(visit)

    def put(visit: Visit) -> None:
        body = visit.request.json
        if "use_for_tts" not in body and "use_for_stt" not in body:
            return reply(422, {"msg": "use_for_tts and use_for_stt are the only updateable fields"})(visit)
        row.update({name: body[name] for name in ("use_for_tts", "use_for_stt") if name in body})
        old = row["credential"]
        new = {name: value for name, value in old.items() if name not in TAKEN or name == "model_id"}
        new |= {name: value for name, value in body.items() if name in TAKEN and value is not None}
        if body.get("model_id", "") is None:
            new.pop("model_id", None)
        if _accepted(vendor, new):
            row["credential"] = {name: value for name, value in new.items() if name in WHOLE[vendor]}
        return reply(204)(visit)

    api.on("GET", path, get)
    api.on("PUT", path, put)
    return row
