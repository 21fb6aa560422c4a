"""Which template a badge has: the type's, on the media that it is meant for, and never none (F12)."""

from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from uuid import UUID

import msgspec
import pytest
from PIL import Image

from kiosk.composition import desks
from kiosk.flows.printing.badge_artist import BadgeArtist, _open_photo
from kiosk.flows.printing.badge_job import BadgeJob
from kiosk.flows.printing.badge_templates import BadgeTemplates, template_of
from printers.badge import render_badge
from printers.media import medium
from printers.template import STANDARD, ElementKind, Orientation
from sync.protocol.feed import BadgeElement, BadgeTemplate, Rules, VisitorType
from tests.fakes.lone_station import lone_station

_NO_RULES = Rules()
LABEL, TAPE = medium("62x100"), medium("62red")


def _published(key: str = "ours", **changes: object) -> BadgeTemplate:
    return msgspec.structs.replace(BadgeTemplate(id=key, name=key, portrait=False, parts=("name", "code")), **changes)


def _type(template: str = "", key: str = "visitor", rules: Rules = _NO_RULES) -> VisitorType:
    return VisitorType(id=key, words={"en": key}, badge="visitor", template=template, rules=rules)


def _chosen(templates: list[BadgeTemplate], kind: VisitorType | None) -> tuple[str, list[tuple[str, str]]]:
    told: list[tuple[str, str]] = []
    choice = BadgeTemplates(lambda: tuple(templates), tell=lambda *said: told.append(said))
    names = {choice.choose(kind, LABEL).name for _ in range(2)}
    assert len(names) == 1
    return names.pop(), told


def test_the_types_own_template_comes_before_those_that_name_the_type() -> None:
    templates = [_published("a", types=("visitor",)), _published("b", types=("other",)), _published("z")]
    assert _chosen(templates, _type("z")) == ("z", [])
    assert _chosen(templates, _type()) == ("a", [])
    assert _chosen(templates, _type(key="stranger")) == ("standard", [])
    assert _chosen(templates, None) == ("standard", [])


@pytest.mark.parametrize(
    ("templates", "reason"),
    [
        ([], "it is not published"),
        ([_published(media=("29x90",))], "it is not meant for 62x100"),
        ([_published(media=("hologram-9",))], "this kiosk knows none of its media"),
        ([_published(parts=("code",))], 'elements: there is no "name"; every badge has one'),
        ([_published(parts=())], 'elements: there is no "name"; every badge has one'),
    ],
)
def test_a_template_that_cannot_be_used_costs_its_look_and_not_the_badge_and_is_told_once(
    templates: list[BadgeTemplate], reason: str
) -> None:
    assert _chosen(templates, _type("ours")) == ("standard", [("ours", reason)])


def test_for_another_medium_the_next_template_of_the_type_is_taken() -> None:
    narrow, wide = _published("narrow", media=("29x90",)), _published("wide", types=("visitor",), media=("62x100",))
    assert _chosen([narrow, wide], _type("narrow"))[0] == "wide"


def test_words_of_a_newer_cloud_are_passed_over() -> None:
    newer = _published(
        orientation="spiral",
        media=("62x100", "hologram-9"),
        elements=(
            BadgeElement(kind="hologram"),
            BadgeElement(kind="icon", icon="jetpack"),
            BadgeElement(kind="name", size="enormous"),
            BadgeElement(kind="type", band="zigzag"),
        ),
    )
    template = template_of(newer)
    assert [element.kind for element in template.elements] == [ElementKind.NAME, ElementKind.TYPE]
    assert (template.orientation, template.media) == (Orientation.AUTO, ("62x100",))
    assert template_of(_published(portrait=True)).orientation is Orientation.PORTRAIT


def test_a_flood_of_pixels_costs_the_picture_and_not_the_badge() -> None:
    """Bad input: 42 megapixels, more than a badge takes."""
    flood = BytesIO()
    Image.new("1", (7_000, 6_000)).save(flood, "JPEG")
    assert _open_photo(flood.getvalue()) is None
    assert _open_photo(b"\xff\xd8 not a picture") is None


def test_the_kiosk_prints_by_the_template_and_its_own_words(tmp_path: Path) -> None:
    with lone_station(tmp_path) as (_, station):
        artist = BadgeArtist(
            enrolment=station.enrolment,
            key=station.log.epochs.current_key,
            configuration=station.directory.configuration,
            place=station.directory.place,
            types=lambda: (_type("ours"), _type(key="auditor", rules=Rules(escort=True))),
            templates=BadgeTemplates(lambda: (_published(media=("62x100",)),), tell=lambda *_: None),
        )
        moment = datetime(2026, 3, 1, 9, 15, tzinfo=UTC)
        job = BadgeJob(UUID(int=5, version=4), "^XA~JA \x1b@", "", "Ines Caldermoor", "visitor", "de", moment)
        content = artist.content(job)
        assert (content.labels.escort, content.labels.muster_point) == ("Nur in Begleitung", "Sammelpunkt")
        assert artist.draw(job, LABEL) == render_badge(content, LABEL, template_of(_published()))
        assert artist.draw(job, LABEL) != render_badge(content, LABEL)
        assert artist.draw(job, TAPE) == render_badge(content, TAPE, STANDARD)
        assert not content.has_escort_band
        assert artist.content(replace(job, visitor_type="auditor")).has_escort_band
        assert desks.build_desks(station).badges.medium is None
