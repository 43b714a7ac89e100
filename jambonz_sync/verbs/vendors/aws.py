"""Settings of AWS Transcribe, in ``recognizer``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from ...model.declare import Model, model

__all__ = ["AwsOptions"]


@model
class AwsOptions(Model):
    """Settings of Amazon Transcribe.

    Args:
        access_key: Access key id, in place of the account's.
        secret_key: Secret access key.
        security_token: Token of temporary credentials.
        region: Region.
        vocabulary_name: Name of a custom vocabulary.
        vocabulary_filter_name: Name of a vocabulary filter.
        vocabulary_filter_method: Effect of the filter.
        language_model_name: Name of a custom language model.
        pii_entity_types: Kinds of personal data to find, ``"BANK_ACCOUNT_NUMBER"``.
        pii_identify_entities: Mark personal data.
    """

    access_key: str | None = None
    secret_key: str | None = None
    security_token: str | None = None
    region: str | None = None
    vocabulary_name: str | None = None
    vocabulary_filter_name: str | None = None
    vocabulary_filter_method: Literal["remove", "mask", "tag"] | None = None
    language_model_name: str | None = None
    pii_entity_types: Sequence[str] | None = None
    pii_identify_entities: bool | None = None
    extra: Mapping[str, Any] | None = None
