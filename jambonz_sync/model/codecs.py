"""The names of audio codecs. One that jambonz does not know voids the list that it stands in, without an error."""

from __future__ import annotations

from collections.abc import Iterable

from .validation import ValidationError, did_you_mean, nearest

__all__ = ["CODECS", "check_codecs"]

#: the names of speech codecs in SDP, as IANA registers them, and those that media servers have besides
CODECS = (
    *("PCMU", "PCMA", "G722", "OPUS", "G729", "G723", "G7221", "G728", "GSM", "GSM-EFR", "GSM-HR-08", "ILBC", "ISAC"),
    *("AMR", "AMR-WB", "AMR-WB+", "EVS", "SPEEX", "SILK", "BV16", "BV32", "CODEC2", "LPC", "L8", "L16", "DVI4", "VDVI"),
    *("G726-16", "G726-24", "G726-32", "G726-40", "AAL2-G726-16", "AAL2-G726-24", "AAL2-G726-32", "AAL2-G726-40"),
    *("G711-0", "G7291", "G719", "EVRC", "EVRC0", "EVRC1", "EVRCB", "EVRCWB", "EVRCNW", "SMV", "QCELP", "CLEARMODE"),
)


def check_codecs(names: Iterable[str]) -> None:
    """Raise for a name that no codec has.

    Args:
        names: Names in upper or lower case.

    Raises:
        ValidationError: There is no such codec; ``nearest`` is the one that the name resembles.
    """
    for i, name in enumerate(names):
        if name.upper() not in CODECS:
            near = nearest(name.upper(), CODECS)
            problem = f"expected the name of a codec, such as PCMU, got {name[:40]!r}{did_you_mean(near)}"
            raise ValidationError(problem, f"[{i}]", "codecs", expected="the name of a codec", nearest=near)
