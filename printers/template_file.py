"""A template from a JSON file, or a built-in one by its name, and the JSON of a template to begin with.

{"name": "Contractor", "orientation": "portrait", "media": ["62x100", "62red"], "elements": [
 {"kind": "type", "band": "solid"}, {"kind": "icon", "icon": "hard-hat"}, {"kind": "photo"}, {"kind": "code"},
 {"kind": "name", "size": "large"},
 {"kind": "text", "words": {"en": "Hard hat beyond this door", "de": "Ab hier mit Helm"}}]}
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from printers.errors import TemplateError
from printers.plain_file import read_at_most
from printers.template import (
    BUILT_IN,
    Band,
    Element,
    ElementKind,
    Orientation,
    Size,
    Template,
    element_faults,
    media_faults,
)
from printers.template_shape import ElementShape, TemplateShape, template_faults

_MOST_BYTES = 100_000


def find_template(named: str) -> Template:
    """A built-in template by its name, else the one in the file of that path.

    Raises:
        TemplateError: there is neither, or it is not a template; the message names all faults by path.
    """
    if named in BUILT_IN:
        return BUILT_IN[named]
    path = Path(named)
    try:
        content = read_at_most(path, _MOST_BYTES)
    except FileNotFoundError as error:
        names = ", ".join(BUILT_IN)
        raise TemplateError(
            f"There is no template {named!r}", [f"it is no file, and the built-in ones are {names}"]
        ) from error
    except OSError as error:
        raise TemplateError(f"{path} cannot be read", [str(error.strerror)]) from error
    return read_template(content, str(path))


def read_template(content: bytes, named: str) -> Template:
    """A template from its JSON; ``named`` is what messages call it.

    Raises:
        TemplateError: it is not one; the message names all faults by path.
    """
    what = f"{named} is not a badge template"
    if len(content) > _MOST_BYTES:
        raise TemplateError(what, [f"it has more than {_MOST_BYTES} bytes"])
    try:
        value: object = msgspec.json.decode(content)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise TemplateError(what, [f"it is not JSON ({error})"]) from error
    faults = list(template_faults(value))
    if faults:
        raise TemplateError(what, faults)
    shape = msgspec.convert(value, type=TemplateShape)
    faults = list(_rule_faults(shape))
    if faults:
        raise TemplateError(what, faults)
    return template_of(shape)


def template_of(shape: TemplateShape) -> Template:
    """The template of a shape.

    Raises:
        TemplateError: no badge can be made of it.
    """
    return Template(
        name=shape.name or shape.id,
        elements=_elements(shape),
        orientation=Orientation.PORTRAIT if shape.portrait else Orientation(shape.orientation),
        media=shape.media,
        accent=shape.accent,
        footer=shape.footer,
    )


def template_json(template: Template) -> bytes:
    """A template as JSON to begin with: every element, with what is not as usual."""
    elements = []
    for element in template.elements:
        plain = {
            "kind": element.kind.value,
            "size": element.size.value,
            "words": dict(element.words),
            "icon": element.icon,
            "band": element.band.value,
        }
        usual = ElementShape(kind="name")
        elements.append({key: value for key, value in plain.items() if key == "kind" or value != getattr(usual, key)})
    made = {
        "id": template.name,
        "name": template.name.capitalize(),
        "orientation": template.orientation.value,
        "media": list(template.media),
        "elements": elements,
        "accent": template.accent,
        "footer": dict(template.footer),
    }
    return msgspec.json.format(msgspec.json.encode(made), indent=1)


def _elements(shape: TemplateShape) -> tuple[Element, ...]:
    if not shape.elements:
        return tuple(Element(ElementKind(part)) for part in shape.parts)
    return tuple(
        Element(ElementKind(each.kind), Size(each.size), each.words, each.icon, Band(each.band))
        for each in shape.elements
    )


def _rule_faults(shape: TemplateShape) -> Iterator[str]:
    if shape.parts and shape.elements:
        yield "parts: say either parts or elements"
    if shape.portrait and shape.orientation == "landscape":
        yield "portrait: it cannot be both portrait and landscape"
    faults = element_faults(_elements(shape))
    yield from (fault if shape.elements else fault.replace("elements", "parts", 1) for fault in faults)
    yield from media_faults(shape.media)
