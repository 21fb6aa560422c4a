"""The kinds of text in an organisation's file, each with the words that say how it must be."""

from datetime import UTC, datetime
from typing import Annotated

import msgspec

from cloud_api.services.file_shape import SAY
from cloud_api.services.mail_addresses import is_mailable

Key = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^[a-z0-9][a-z0-9.-]{0,62}\Z",
        extra={SAY: "use small letters, digits, hyphens and dots, 63 at most, a letter or digit first"},
    ),
]
_LINE = r"^[^\x00-\x1f\x7f\u2028\u2029]*\Z"
_SAY_LINE = {SAY: "must be one line, without control characters"}
Title = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=_LINE, extra=_SAY_LINE)]
KioskName = Annotated[str, msgspec.Meta(min_length=1, max_length=60, pattern=_LINE, extra=_SAY_LINE)]
Reason = Annotated[str, msgspec.Meta(min_length=1, max_length=1000, pattern=_LINE, extra=_SAY_LINE)]
PhoneNumber = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^(\+?[0-9][0-9 ()./-]{2,30})?\Z", extra={SAY: 'must be a telephone number, as "+44 20 7946 0000"'}
    ),
]
Pin = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{6}\Z", extra={SAY: 'must be six digits in quotes, as "604213"'})]
Email = Annotated[str, msgspec.Meta(max_length=254)]
Language = Annotated[str, msgspec.Meta(min_length=1, max_length=35)]
Accent = Annotated[
    str,
    msgspec.Meta(pattern=r"^(#[0-9A-F]{6})?\Z", extra={SAY: 'must be a colour such as "#24683A", in capitals'}),
]
Moment = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2})\Z",
        extra={SAY: 'must be a time with its offset, as "2026-12-01T09:00+01:00"'},
    ),
]
ClaimCode = Annotated[
    str,
    msgspec.Meta(pattern=r"^[0-9A-Z]{6,16}\Z", extra={SAY: "must be 6 to 16 digits and capital letters"}),
]


def is_address(text: str) -> bool:
    """Whether this server could send a message there."""
    return is_mailable(text)


def could_be_address(text: str) -> bool:
    """Whether somebody may have written it as theirs: of visitors. To one that cannot be mailed to no code is sent."""
    local, at, domain = text.rpartition("@")
    return bool(at and local and domain) and text.isprintable() and not any(sign in text for sign in " ,;<>\"'()")


def is_moment(text: str) -> bool:
    """Whether there is such a time since 1970."""
    try:
        return datetime.fromisoformat(text).timestamp() >= 0
    except (ValueError, OverflowError):
        return False


def moment_ms(text: str) -> int:
    """Milliseconds since 1970; the text is one that ``is_moment`` takes."""
    return int(datetime.fromisoformat(text).timestamp() * 1000)


def moment_at(ms: int) -> datetime:
    """The moment so many milliseconds after 1970. The last day of the year 9999 of a western place lies beyond what a
    date can say in UTC: its last moment stands for it.
    """
    try:
        return datetime.fromtimestamp(ms / 1000, UTC)
    except ValueError:
        return datetime.max.replace(tzinfo=UTC)
