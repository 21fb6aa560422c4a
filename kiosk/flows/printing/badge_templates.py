"""Which template a visitor's badge has: the organisation's for the type and the loaded medium, else Lodge's own.

What a template says is in the feed's words; a newer cloud may use some that this kiosk does not know. They are passed
over, and a badge is always printed. Why a template was not taken is told to the journal once.
"""

from collections.abc import Callable, Iterator
from enum import Enum
from typing import TypeVar

from printers.errors import MediumUnknownError, TemplateError
from printers.media import Medium, medium
from printers.template import ICONS, STANDARD, Band, Element, ElementKind, Orientation, Size, Template
from sync.protocol import feed

AnyEnum = TypeVar("AnyEnum", bound=Enum)


class BadgeTemplates:
    """The organisation's templates, as the feed has them at the moment of printing.

    ``tell``: is given the id of a template and why it was not used.
    """

    def __init__(
        self, published: Callable[[], tuple[feed.BadgeTemplate, ...]], *, tell: Callable[[str, str], None]
    ) -> None:
        self._published = published
        self._tell = tell
        self._told: set[tuple[str, str]] = set()

    def choose(self, kind: feed.VisitorType | None, paper: Medium) -> Template:
        """The first template for this type that suits the medium: the one that the type names, then by their ids."""
        if kind is None:
            return STANDARD
        published = {template.id: template for template in self._published()}
        if kind.template and kind.template not in published:
            self._tell_once(kind.template, "it is not published")
        named = [published[kind.template]] if kind.template in published else []
        others = (published[key] for key in sorted(published) if kind.id in published[key].types)
        for found in (*named, *others):
            try:
                template = template_of(found)
            except TemplateError as error:
                self._tell_once(found.id, "; ".join(error.faults))
                continue
            if template.suits(paper):
                return template
            self._tell_once(found.id, f"it is not meant for {paper.name}")
        return STANDARD

    def _tell_once(self, template: str, reason: str) -> None:
        if (template, reason) not in self._told:
            self._told.add((template, reason))
            self._tell(template, reason)


def template_of(published: feed.BadgeTemplate) -> Template:
    """A published template in the printers' words.

    Raises:
        TemplateError: no badge can be made of it.
    """
    upright = Orientation.PORTRAIT if published.portrait else Orientation.AUTO
    media = tuple(name for name in published.media if _is_known(name))
    if published.media and not media:
        raise TemplateError(f"The template {published.id} is of no use", ["this kiosk knows none of its media"])
    return Template(
        name=published.id,
        elements=tuple(_elements(published)),
        orientation=_known(Orientation, published.orientation, upright),
        media=media,
        accent=published.accent,
        footer=published.footer,
    )


def _elements(published: feed.BadgeTemplate) -> Iterator[Element]:
    listed = published.elements or tuple(feed.BadgeElement(kind=part) for part in published.parts)
    kinds = {kind.value: kind for kind in ElementKind}
    for element in listed:
        if element.kind in kinds and (kinds[element.kind] is not ElementKind.ICON or element.icon in ICONS):
            yield Element(
                kinds[element.kind],
                _known(Size, element.size, Size.NORMAL),
                element.words,
                element.icon,
                _known(Band, element.band, Band.STYLE),
            )


def _is_known(name: str) -> bool:
    try:
        medium(name)
    except MediumUnknownError:
        return False
    return True


def _known(words: type[AnyEnum], word: str, otherwise: AnyEnum) -> AnyEnum:
    return next((each for each in words if each.value == word), otherwise)
