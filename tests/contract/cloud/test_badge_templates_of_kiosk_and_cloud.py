"""The cloud has no printers, and still takes exactly the templates that kiosks print; faults have the same words."""

from typing import get_args

import msgspec
import pytest

from cloud_api.services import feed_entries, file_badges
from cloud_api.services.file_badges import BadgeTemplateEntry
from cloud_api.services.file_shape import find_faults
from kiosk.flows.printing.badge_templates import template_of
from printers.media import MEDIA
from printers.template import ICONS, ElementKind
from printers.template_file import read_template
from printers.template_file import template_of as printers_template
from printers.template_shape import TemplateShape
from tests.unit.printers.test_badge_templates import FAULTS


def test_elements_icons_and_media_are_the_kiosks() -> None:
    assert set(get_args(file_badges.Part)) == {kind.value for kind in ElementKind}
    assert set(ICONS) == file_badges.ICONS
    assert {paper.name for paper in MEDIA if not paper.name.startswith("pdf-")} == file_badges.MEDIA


@pytest.mark.parametrize(("value", "faults"), [pair for pair in FAULTS if isinstance(pair[0], dict)])
def test_both_name_the_same_faults(value: dict[str, object], faults: list[str]) -> None:
    written = {"id": "ours", "name": "Ours", **value}
    said = list(find_faults(written, BadgeTemplateEntry))
    if not said:
        said = list(file_badges.template_faults(msgspec.convert(written, BadgeTemplateEntry)))
    said = [fault.replace("the file:", "the template:") for fault in said]
    assert len(said) == len(faults)
    assert all(any(words.startswith(fault) for words in said) for fault in faults), said


def test_what_the_organisation_wrote_reaches_the_printer_through_the_feed() -> None:
    written = {
        "id": "ours",
        "name": "Ours",
        "orientation": "landscape",
        "media": ["62x100", "pdf-86x54"],
        "elements": [
            {"kind": "type", "band": "solid"},
            {"kind": "icon", "icon": "key"},
            {"kind": "name", "size": "large"},
            {"kind": "text", "words": {"en": "Hello", "de": "Hallo"}},
        ],
        "accent": "#24683A",
        "footer": {"en": "Goodbye"},
    }
    assert list(find_faults(written, BadgeTemplateEntry)) == []
    published = feed_entries.badge_template(msgspec.convert(written, BadgeTemplateEntry))
    arrived = template_of(msgspec.json.decode(msgspec.json.encode(published), type=type(published)))
    direct = read_template(msgspec.json.encode({**written, "name": "ours"}), "ours")
    assert arrived == direct
    assert published.parts == ("type", "icon", "name", "text")
    assert direct == printers_template(msgspec.convert({**written, "name": "ours"}, TemplateShape))
