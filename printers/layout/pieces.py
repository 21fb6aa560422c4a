"""What of a template is there to be drawn for one visitor, in the template's order."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from printers.layout.content import BadgeContent
from printers.layout.lines import ELLIPSIS
from printers.layout.text import NO_TEXT, clean, clusters
from printers.template import ICONS, LONGEST_TEXT, Element, ElementKind, Size, Template, words_in

DETAILS = frozenset({ElementKind.HOST, ElementKind.VALID_UNTIL, ElementKind.ZONE, ElementKind.MUSTER_POINT})
HEAD = frozenset({ElementKind.LOGO, ElementKind.ORGANISATION, ElementKind.PLACE})
PICTURES = frozenset({ElementKind.PHOTO, ElementKind.CODE})
NAMING = frozenset({ElementKind.NAME, ElementKind.COMPANY})
GIVES_WAY = (
    ElementKind.PLACE,
    ElementKind.TEXT,
    ElementKind.MUSTER_POINT,
    ElementKind.READABLE_CODE,
    ElementKind.ORGANISATION,
    ElementKind.LOGO,
    ElementKind.ZONE,
    ElementKind.PHOTO,
    ElementKind.COMPANY,
    ElementKind.HOST,
)
"""What is left out where there is no room, first one first. The rest stays: it is what a badge is for."""


@dataclass(frozen=True)
class Piece:
    """An element with what it says: drawable text, and a caption where it has one."""

    element: Element
    text: str = ""
    label: str = ""

    @property
    def kind(self) -> ElementKind:
        """The element's."""
        return self.element.kind

    @property
    def size(self) -> Size:
        """The element's."""
        return self.element.size


def pieces_of(template: Template, content: BadgeContent) -> tuple[Piece, ...]:
    """The elements that have something to say; the escort's mark is drawn apart from them."""
    made = (_piece(element, template, content) for element in template.elements)
    return tuple(piece for piece in made if piece is not None)


def without(pieces: tuple[Piece, ...], kinds: Collection[ElementKind]) -> tuple[Piece, ...]:
    """The pieces of all other kinds."""
    return tuple(piece for piece in pieces if piece.kind not in kinds)


def has_escort(template: Template, content: BadgeContent) -> bool:
    """Whether the badge bears the escort's mark; no template can take it from a visitor who needs one."""
    return content.has_escort_band or template.has(ElementKind.ESCORT)


def last_line(template: Template, content: BadgeContent) -> str:
    """The quiet line at the foot."""
    own = shortened(clean(words_in(template.footer, content.language)))
    return own or ("" if template.has(ElementKind.MUSTER_POINT) else clean(content.last_line))


def shortened(text: str) -> str:
    """A template's words, which may have come from a feed that allows more than a badge takes."""
    return text if len(text) <= LONGEST_TEXT else "".join(clusters(text[:LONGEST_TEXT])[:-1]) + ELLIPSIS


def _piece(element: Element, template: Template, content: BadgeContent) -> Piece | None:
    if element.kind in {ElementKind.LOGO, ElementKind.PHOTO}:
        there = element.kind is ElementKind.LOGO or content.photo is not None
        return Piece(element) if there else None
    text, label = _said(element, template, content)
    always = element.kind in {ElementKind.TYPE, ElementKind.NAME}
    return Piece(element, text, clean(label)) if text or always else None


def _said(element: Element, template: Template, content: BadgeContent) -> tuple[str, str]:
    """Drawable text and its caption; empty for what has nothing to say, and for what is drawn elsewhere."""
    labels = content.labels
    match element.kind:
        case ElementKind.NAME:
            return clean(content.name) or NO_TEXT, ""
        case ElementKind.TYPE:
            return clean(content.visitor_type).upper(), ""
        case ElementKind.ICON:
            return ICONS[element.icon], ""
        case ElementKind.CODE:
            return (content.readable_code_groups if content.code_payload else ""), ""
        case ElementKind.TEXT:
            return shortened(clean(words_in(element.words, content.language))), ""
        case _:
            text, label = {
                ElementKind.ORGANISATION: (content.organisation, ""),
                ElementKind.PLACE: (content.place, ""),
                ElementKind.READABLE_CODE: ("" if template.has(ElementKind.CODE) else content.readable_code_groups, ""),
                ElementKind.COMPANY: (content.company, ""),
                ElementKind.HOST: (content.host, labels.visiting),
                ElementKind.VALID_UNTIL: (content.valid_until, labels.valid_until),
                ElementKind.ZONE: (content.zone, labels.zone),
                ElementKind.MUSTER_POINT: (content.last_line, labels.muster_point),
            }.get(element.kind, ("", ""))
            return clean(text), label
