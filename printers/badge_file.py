"""A badge described in a JSON file, for trying a printer without a kiosk.

    {"name": "Odalys Fernhollow", "company": "Larkspur Looms", "host": "Ines Caldermoor", "visitor_type": "Visitor",
     "style": "visitor", "organisation": "Thistledown Works", "place": "Mill Lane", "valid_until": "Today 18:00",
     "code_payload": "LODGE1:EXAMPLE", "readable_code": "K7QF2M9D", "photo": "face.png"}

Only ``name`` is compulsory. The paths of ``photo`` and ``logo`` are relative to the file.
"""

from __future__ import annotations

import warnings
from codecs import BOM_UTF8
from difflib import get_close_matches
from pathlib import Path
from typing import Literal, get_args

import msgspec
from PIL import Image

from printers.errors import BadgeContentError
from printers.layout.content import READABLE_CODE_LENGTH, BadgeContent, BadgeLabels, BadgeStyle
from printers.layout.text import clean
from printers.plain_file import check_plain, read_at_most

_StyleName = Literal["visitor", "contractor", "escort"]
_STYLES = get_args(_StyleName)
_MOST_BYTES = 1 << 20
# What people have badges' pictures in. Not EPS: Pillow gives it to Ghostscript, which is a programming language.
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")


class _Labels(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    visiting: str = BadgeLabels.visiting
    valid_until: str = BadgeLabels.valid_until
    escort: str = BadgeLabels.escort
    escort_short: str = BadgeLabels.escort_short
    zone: str = BadgeLabels.zone
    muster_point: str = BadgeLabels.muster_point


class _Badge(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    name: str
    company: str = ""
    host: str = ""
    visitor_type: str = "Visitor"
    style: _StyleName = "visitor"
    organisation: str = ""
    place: str = ""
    valid_until: str = ""
    code_payload: str = ""
    readable_code: str = ""
    photo: str | None = None
    last_line: str = ""
    escort_required: bool = False
    labels: _Labels = _Labels()
    zone: str = ""
    logo: str | None = None
    language: str = "en"


def read_badge(path: Path) -> BadgeContent:
    """Read one badge.

    Raises:
        BadgeContentError: the file is missing, is not JSON, has a member that no badge has, or names nobody; the
            message says what to change.
    """
    members = _members(path)
    try:
        badge = msgspec.convert(members, type=_Badge)
    except msgspec.ValidationError as error:
        raise BadgeContentError(f"{path} does not describe a badge: {error}.{_hint(members)}") from error
    if not clean(badge.name):
        raise BadgeContentError(f'{path} names nobody: give "name" at least one letter.')
    _check_code(path, badge)
    values = msgspec.structs.asdict(badge)
    values["style"] = BadgeStyle(badge.style)
    values["labels"] = BadgeLabels(**msgspec.structs.asdict(badge.labels))
    for picture in ("photo", "logo"):
        named = values[picture]
        if named is not None and not named.isprintable():
            raise BadgeContentError(f"{path}: {named!r} is no file name for a {picture}.")
        values[picture] = None if named is None else read_picture(path.parent / named)
    return BadgeContent(**values)


def _members(path: Path) -> dict[str, object]:
    try:
        content = read_at_most(path, _MOST_BYTES)
    except (OSError, ValueError) as error:
        raise BadgeContentError(f"{path} cannot be read: {getattr(error, 'strerror', error)}.") from error
    if len(content) > _MOST_BYTES:
        raise BadgeContentError(f"{path} is larger than any badge: {_MOST_BYTES:,} bytes are the most.")
    if not content.strip():
        raise BadgeContentError(f'{path} is empty; a badge is at least {{"name": "..."}}.')
    try:
        members: object = msgspec.json.decode(content.removeprefix(BOM_UTF8))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BadgeContentError(f"{path} does not describe a badge: it is not JSON ({error}).") from error
    if not isinstance(members, dict):
        raise BadgeContentError(f'{path} does not describe a badge: it must hold one object, {{"name": "...", ...}}.')
    known = _Badge.__struct_fields__
    for name in members:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            meant = f" Did you mean {near[0]}?" if near else ""
            raise BadgeContentError(f"{path}: no badge has a member {name!r}.{meant} Known: {', '.join(known)}.")
    return members


def _hint(members: dict[str, object]) -> str:
    """What to do about the mistakes that people make first."""
    if "name" not in members:
        return ' Give it a "name".'
    if members.get("style") not in (None, *_STYLES):
        return f" Styles are {', '.join(_STYLES)}."
    return ""


def _check_code(path: Path, badge: _Badge) -> None:
    """The square code and the one that people type stand together or not at all."""
    if badge.code_payload and len(badge.readable_code) != READABLE_CODE_LENGTH:
        raise BadgeContentError(
            f'{path}: beside a "code_payload" stands a "readable_code" of {READABLE_CODE_LENGTH} characters for people '
            f"to type; here it has {len(badge.readable_code)}. Leave both out for a badge without a code."
        )
    if badge.readable_code and not badge.code_payload:
        raise BadgeContentError(
            f'{path}: a "readable_code" is printed only under a "code_payload"; give both, or neither.'
        )


def read_picture(path: Path) -> Image.Image:
    """Read a picture file, decoded.

    Raises:
        BadgeContentError: it is missing, damaged, or absurdly large.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            check_plain(path)
            with Image.open(path, formats=_FORMATS) as picture:
                picture.load()
                return picture
    except FileNotFoundError as error:
        raise BadgeContentError(f"There is no picture {path}.") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise BadgeContentError(f"{path} has too many pixels for any badge.") from error
    except (OSError, ValueError, SyntaxError) as error:
        why = getattr(error, "strerror", None) or error
        raise BadgeContentError(f"{path} is not a picture that can be printed: {why}.") from error
