"""What an organisation's file says about badges: templates, and what must hold of one beyond its shape (ADR 0088).

Elements, icons and media are those that kiosks know; the cloud has no printers, so a contract test holds both together.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Annotated, Literal

import msgspec

from cloud_api.services.file_shape import quoted
from cloud_api.services.file_texts import Accent, Key, Title
from sync.protocol.feed import Text

Part = Literal[
    "photo",
    "name",
    "company",
    "type",
    "host",
    "valid_until",
    "code",
    "escort",
    "organisation",
    "logo",
    "place",
    "zone",
    "muster_point",
    "readable_code",
    "text",
    "icon",
]
ICONS = frozenset(
    {
        "assistance",
        "briefcase",
        "broom",
        "camera",
        "child",
        "electricity",
        "first-aid",
        "flask",
        "food",
        "graduate",
        "handshake",
        "hard-hat",
        "key",
        "medical",
        "no-phone",
        "parcel",
        "people",
        "person",
        "shield",
        "star",
        "stop",
        "tools",
        "truck",
        "vest",
        "warning",
        "wrench",
    }
)
_LABELS = {
    "62x100",
    "62x29",
    "29x90",
    "38x90",
    "102x152",
    "102x51",
    "62",
    "62red",
    "54",
    "102",
    "80mm",
    "58mm",
    "80mm-180dpi",
    "dymo-99014",
    "dymo-30256",
    "dymo-99010",
    "dymo-99015",
    "dymo-1744907",
}
_SIZES = ("102x152", "102x76", "102x51", "76x102", "76x51", "51x76")
MEDIA = frozenset(_LABELS | {f"{size}-{dpi}dpi" for size in _SIZES for dpi in (203, 300, 600)})
_LONGEST_TEXT = 160
BadgeText = Annotated[str, msgspec.Meta(max_length=_LONGEST_TEXT)]
_SIZED_MEDIUM = re.compile(r"pdf-[1-9][0-9]{1,2}x[1-9][0-9]{1,2}")
_NEVER_SMALL = {"name": "a badge is read by its name", "code": "a smaller code would not scan"}
_MOST = msgspec.Meta(max_length=20)


class BadgeElementEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """An element. ``words``: of a ``text``, by language. ``icon``: of an ``icon``. ``band``: of the ``type``."""

    kind: Part
    size: Literal["small", "normal", "large"] = "normal"
    words: dict[str, BadgeText] = {}
    icon: Annotated[str, msgspec.Meta(max_length=40)] = ""
    band: Literal["style", "rules", "solid", "plain"] = "style"


class BadgeTemplateEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """What stands on a badge, in this order: ``parts``, or ``elements`` where more is to be said of them.

    What is as usual is not written down, so that a server that does not know it yet reads the rest.
    """

    id: Key
    name: Title
    portrait: bool = False
    orientation: Literal["auto", "portrait", "landscape"] = "auto"
    media: Annotated[tuple[Annotated[str, msgspec.Meta(max_length=40)], ...], _MOST] = ()
    types: Annotated[tuple[Key, ...], msgspec.Meta(max_length=100)] = ()
    parts: Annotated[tuple[Part, ...], _MOST] = ()
    elements: Annotated[tuple[BadgeElementEntry, ...], _MOST] = ()
    accent: Accent = ""
    footer: dict[str, Text] = {}

    @property
    def listed(self) -> tuple[BadgeElementEntry, ...]:
        """Its elements, however they were written."""
        return self.elements or tuple(BadgeElementEntry(kind=part) for part in self.parts)


def template_faults(template: BadgeTemplateEntry) -> Iterator[str]:
    """What is wrong with a template, by path."""
    where = "elements" if template.elements else "parts"
    if template.elements and template.parts:
        yield "parts: say either parts or elements"
    if template.portrait and template.orientation == "landscape":
        yield "portrait: it cannot be both portrait and landscape"
    listed = template.listed
    if all(element.kind != "name" for element in listed):
        yield f'{where}: there is no "name"; every badge has one'
    seen: Counter[str] = Counter()
    for index, element in enumerate(listed):
        if seen[element.kind] and element.kind != "text":
            yield f"{where}[{index}].kind: {quoted(element.kind)} is there twice"
        seen[element.kind] += 1
        yield from (f"{where}[{index}].{fault}" for fault in _element_faults(element))
    for language, words in template.footer.items():  # not in the shape: entries from before may have more
        if len(words) > _LONGEST_TEXT:
            yield f"footer.{language}: is longer than {_LONGEST_TEXT} characters"
    for index, name in enumerate(template.media):
        if name not in MEDIA and _SIZED_MEDIUM.fullmatch(name) is None:
            yield f"media[{index}]: there is no medium {quoted(name)}; lodge-print models lists them"


def _element_faults(element: BadgeElementEntry) -> Iterator[str]:
    kind = element.kind
    if element.size == "small" and kind in _NEVER_SMALL:
        yield f'size: "{kind}" is "normal" or "large"; {_NEVER_SMALL[kind]}'
    if kind == "text" and not any(text.strip() for text in element.words.values()):
        yield 'words: a "text" needs its words, by language'
    if kind != "text" and element.words:
        yield 'words: only a "text" has words'
    if kind == "icon" and element.icon not in ICONS:
        yield f"icon: must be one of {', '.join(sorted(ICONS))}"
    if kind != "icon" and element.icon:
        yield 'icon: only an "icon" has one'
    if kind != "type" and element.band != "style":
        yield 'band: only the "type" has one'
