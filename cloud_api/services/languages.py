"""The languages that kiosks speak, and what a language code looks like."""

import re

LANGUAGES = ("ar", "de", "en", "es", "fr", "he", "hi", "zh")
"""Held to the kiosk's catalogues by a test: the cloud may not import them."""
LETTER_LANGUAGES = ("de", "en", "es", "fr")
"""Those in which letters to staff are written."""

_NAMES = {
    "ar": "Arabic", "de": "German", "en": "English", "es": "Spanish", "fr": "French", "he": "Hebrew", "hi": "Hindi",
    "zh": "Chinese", "zh-Hans": "Chinese",
}  # fmt: skip
# RFC 5646 section 2.1, without extensions and private use: language, script, region, variants.
_CODE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?(-([A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*")


def language_fault(code: str) -> str | None:
    """What is wrong with a language code, or ``None``."""
    if code in LANGUAGES:
        return None
    wrong = "is not a language that Lodge has" if _CODE.fullmatch(code) else "is not a language code"
    return f"{wrong}: use one of {', '.join(LANGUAGES)}"


def language_name(code: str) -> str:
    """A language as the console calls it."""
    return _NAMES.get(code, code)
