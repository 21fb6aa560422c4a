"""A badge template: what stands on a badge, in which order and how strongly; never where, to the dot (ADR 0088).

    >>> from printers.template import BUILT_IN, Element, ElementKind, Template
    >>> plain = Template("plain", (Element(ElementKind.NAME), Element(ElementKind.CODE)))
    >>> [element.kind.value for element in BUILT_IN["private"].elements][:2]
    ['logo', 'organisation']

Places and sizes are the layout's affair, so that one template serves every medium and none can make a badge that
nobody can read: the name is there and whole, no text is under 28 dots, a code keeps its modules and its quiet zone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum

from printers.errors import MediumUnknownError, TemplateError
from printers.media import Medium, medium

MOST_ELEMENTS = 20


class ElementKind(Enum):
    """What may stand on a badge."""

    LOGO = "logo"
    ORGANISATION = "organisation"
    PLACE = "place"
    TYPE = "type"
    ICON = "icon"
    PHOTO = "photo"
    CODE = "code"
    READABLE_CODE = "readable_code"
    NAME = "name"
    COMPANY = "company"
    HOST = "host"
    VALID_UNTIL = "valid_until"
    ZONE = "zone"
    MUSTER_POINT = "muster_point"
    TEXT = "text"
    ESCORT = "escort"


class Size(Enum):
    """How strongly an element speaks."""

    SMALL = "small"
    NORMAL = "normal"
    LARGE = "large"


class Band(Enum):
    """The shape behind the visitor's type; ``STYLE``: the one that the type itself has."""

    STYLE = "style"
    RULES = "rules"
    SOLID = "solid"
    PLAIN = "plain"


class Orientation(Enum):
    """Which way a badge is read; ``AUTO``: as suits the medium."""

    AUTO = "auto"
    PORTRAIT = "portrait"
    LANDSCAPE = "landscape"


ICONS: Mapping[str, str] = {
    "assistance": "\u267f",
    "briefcase": "\U0001f4bc",
    "broom": "\U0001f9f9",
    "camera": "\U0001f4f7",
    "child": "\U0001f9d2",
    "electricity": "\u26a1",
    "first-aid": "\u26d1",
    "flask": "\U0001f9ea",
    "food": "\U0001f37d",
    "graduate": "\U0001f393",
    "handshake": "\U0001f91d",
    "hard-hat": "\U0001f477",
    "key": "\U0001f511",
    "medical": "\U0001fa7a",
    "no-phone": "\U0001f4f5",
    "parcel": "\U0001f4e6",
    "people": "\U0001f465",
    "person": "\U0001f464",
    "shield": "\U0001f6e1",
    "star": "\u2b50",
    "stop": "\U0001f6ab",
    "tools": "\U0001f6e0",
    "truck": "\U0001f69a",
    "vest": "\U0001f9ba",
    "warning": "\u26a0",
    "wrench": "\U0001f527",
}
"""Pictograms by name, as characters of the badge's own fonts."""

LONGEST_TEXT = 160
_COLOUR = re.compile(r"(#[0-9A-F]{6})?")
_MAY_REPEAT = frozenset({ElementKind.TEXT})
_NEVER_SMALL = {
    ElementKind.NAME: "a badge is read by its name",
    ElementKind.CODE: "a smaller code would not scan",
}


@dataclass(frozen=True)
class Element:
    """One thing on a badge.

    Attributes:
        words: by language, of the kind ``TEXT`` alone.
        icon: a name of ``ICONS``, of the kind ``ICON`` alone.
        band: of the kind ``TYPE`` alone.
    """

    kind: ElementKind
    size: Size = Size.NORMAL
    words: Mapping[str, str] = field(default_factory=dict)
    icon: str = ""
    band: Band = Band.STYLE


@dataclass(frozen=True)
class Template:
    """What stands on a badge.

    Attributes:
        name: what logs and people call it.
        elements: in the order in which they are read; what has nothing to say on a badge is left out.
        media: names of the media that it is meant for; empty for any.
        accent: ``#RRGGBB``; on two-colour paper the band is in whichever of black and red is nearer. Empty: red.
        footer: the last line, by language; empty for where to muster, unless that is among the elements.

    Raises:
        TemplateError: no badge can be made of it; ``faults`` says all that is wrong, by path.
    """

    name: str
    elements: tuple[Element, ...]
    orientation: Orientation = Orientation.AUTO
    media: tuple[str, ...] = ()
    accent: str = ""
    footer: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        faults = [*element_faults(self.elements), *media_faults(self.media)]
        if _COLOUR.fullmatch(self.accent) is None:
            faults.append('accent: must be a colour such as "#24683A", in capitals')
        if faults:
            raise TemplateError(f"The template {self.name!r} cannot make a badge", faults)

    def has(self, kind: ElementKind) -> bool:
        """Whether an element of this kind is in it."""
        return any(element.kind is kind for element in self.elements)

    def suits(self, paper: Medium) -> bool:
        """Whether it is meant for this medium."""
        return not self.media or paper.name in self.media


def element_faults(elements: tuple[Element, ...]) -> Iterator[str]:
    """What is wrong with elements beyond their shape, by path."""
    if all(element.kind is not ElementKind.NAME for element in elements):
        yield 'elements: there is no "name"; every badge has one'
    if len(elements) > MOST_ELEMENTS:
        yield f"elements: has {len(elements)}; {MOST_ELEMENTS} is the most"
    seen: Counter[ElementKind] = Counter()
    for index, element in enumerate(elements):
        if seen[element.kind] and element.kind not in _MAY_REPEAT:
            yield f'elements[{index}].kind: "{element.kind.value}" is there twice'
        seen[element.kind] += 1
        yield from (f"elements[{index}].{fault}" for fault in _faults_of(element))


def _faults_of(element: Element) -> Iterator[str]:
    kind = element.kind
    if element.size is Size.SMALL and kind in _NEVER_SMALL:
        yield f'size: "{kind.value}" is "normal" or "large"; {_NEVER_SMALL[kind]}'
    if kind is ElementKind.TEXT and not any(text.strip() for text in element.words.values()):
        yield 'words: a "text" needs its words, by language'
    if kind is not ElementKind.TEXT and element.words:
        yield 'words: only a "text" has words'
    if kind is ElementKind.ICON and element.icon not in ICONS:
        yield f"icon: must be one of {', '.join(sorted(ICONS))}"
    if kind is not ElementKind.ICON and element.icon:
        yield 'icon: only an "icon" has one'
    if kind is not ElementKind.TYPE and element.band is not Band.STYLE:
        yield 'band: only the "type" has one'


def media_faults(names: tuple[str, ...]) -> Iterator[str]:
    """Media that nobody has heard of, by path."""
    for index, name in enumerate(names):
        try:
            medium(name)
        except MediumUnknownError:
            shown = "".join(sign if sign.isprintable() else "?" for sign in name[:60])
            yield f'media[{index}]: there is no medium "{shown}"; lodge-print models lists them'


def words_in(words: Mapping[str, str], language: str) -> str:
    """The words in a language, else in its root, in English, in whichever there is."""
    for code in (language, language.partition("-")[0], "en", *words):
        if words.get(code):
            return words[code]
    return ""


def _template(name: str, *elements: Element | str, orientation: Orientation = Orientation.AUTO) -> Template:
    made = (Element(ElementKind(element)) if isinstance(element, str) else element for element in elements)
    return Template(name, tuple(made), orientation)


_HEAD = ("logo", "organisation", "place")
_DETAILS = ("host", "valid_until")
STANDARD = _template("standard", *_HEAD, "type", "photo", "code", "name", "company", *_DETAILS)
BUILT_IN: Mapping[str, Template] = {
    template.name: template
    for template in (
        STANDARD,
        _template("private", "logo", "organisation", "type", "code", "name", "valid_until"),
        _template(
            "event",
            *_HEAD,
            Element(ElementKind.NAME, Size.LARGE),
            Element(ElementKind.COMPANY, Size.LARGE),
            "type",
            "code",
        ),
        _template(
            "contractor",
            *_HEAD,
            Element(ElementKind.TYPE, band=Band.SOLID),
            Element(ElementKind.ICON, icon="tools"),
            "photo",
            "code",
            "name",
            "company",
            "zone",
            *_DETAILS,
        ),
        _template(
            "escorted",
            *_HEAD,
            "type",
            "photo",
            "code",
            "name",
            "company",
            Element(ElementKind.HOST, Size.LARGE),
            "valid_until",
            "escort",
        ),
    )
}
"""Templates that need no file, by name; ``standard`` is what prints where no other is named."""
