"""The organisation's logo on badges and on the welcome screen; and what a page may carry instead of one."""

import struct
import warnings
import zlib
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from uuid import UUID

import msgspec
import pytest
from PIL import Image

from kiosk.flows.organisation_logo import logo_of
from kiosk.flows.printing.badge_artist import BadgeArtist
from kiosk.flows.printing.badge_job import BadgeJob
from printers.badge import render_badge
from printers.media import medium
from sync.protocol.feed import MOST_PICTURE_BYTES, Configuration, PageKind
from sync.protocol.keys import base64url
from tests.fakes.lone_station import lone_station
from workbench.lone_kiosk import next_page
from workbench.sample_logo import draw_logo

LABEL = medium("62x100")


def _png(picture: Image.Image, **how: object) -> bytes:
    out = BytesIO()
    picture.save(out, "PNG", **how)
    return out.getvalue()


def _stencil(size: tuple[int, int] = (90, 60)) -> Image.Image:
    picture = Image.new("LA", size)
    picture.paste((0, 255), (0, 0, size[0] // 2, size[1]))
    return picture


def _claiming(width: int, height: int) -> bytes:
    """A PNG of few bytes that says it is as large as that."""
    body = struct.pack(">IIBBBBB", width, height, 8, 4, 0, 0, 0)
    head = struct.pack(">I", 13) + b"IHDR" + body + struct.pack(">I", zlib.crc32(b"IHDR" + body))
    good = _png(_stencil())
    return good[:8] + head + good[33:]


GOOD = _png(_stencil())
HOSTILE: dict[str, bytes] = {
    "nothing": b"",
    "text": b"<script>alert('x')</script>",
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "a jpeg": b"\xff\xd8\xff\xe0" + bytes(40),
    "half of one": GOOD[: len(GOOD) // 2],
    "a byte that flipped": GOOD[:60] + bytes((GOOD[60] ^ 0xFF,)) + GOOD[61:],
    "no width": _claiming(0, 60),
    "no size": _claiming(0, 0),
    "a flood": _claiming(50_000, 50_000),
    "a flood that warns": _claiming(10_000, 10_000),
    "too wide": _png(_stencil((1_025, 4))),
    "moving": _png(_stencil(), save_all=True, append_images=[_stencil((90, 60)).rotate(90)]),
    "no shape: a photograph": _png(Image.new("RGB", (40, 40), "navy")),
    "nowhere to be seen": _png(Image.new("LA", (40, 40))),
    "too long": GOOD + bytes(MOST_PICTURE_BYTES),
}


def _page(logo: str | msgspec.UnsetType) -> Configuration:
    return Configuration(
        organisation="Thistledown Works",
        site="Mill Lane",
        time_zone="Europe/London",
        languages=("en",),
        badge_hours=10,
        accent="#24683A",
        logo=logo,
    )


@pytest.mark.parametrize("what", HOSTILE)
def test_c26_a_damaged_or_hostile_logo_is_none(what: str) -> None:
    """C26: signed or not, it goes to a decoder. Production only warns of a flood, so warnings are no errors here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert logo_of(_page(base64url(HOSTILE[what]))) is None


@pytest.mark.parametrize("logo", [msgspec.UNSET, "", "not base64!", "\N{SNOWMAN}", "iVBORw0KGgo="])
def test_a_page_without_a_logo_or_with_a_text_that_is_none_has_none(logo: str | msgspec.UnsetType) -> None:
    assert logo_of(None) is logo_of(_page(logo)) is None


def test_a_logo_is_drawn_anew_in_one_colour_and_keeps_its_shape_alone() -> None:
    """R22: whatever colours and texts came with it."""
    given = draw_logo()
    made = logo_of(_page(base64url(_png(given))))
    assert made is not None
    with Image.open(BytesIO(made)) as picture:
        assert (picture.format, picture.mode, picture.info) == ("PNG", "LA", {})
        assert picture.getchannel("L").getextrema() == (0, 0)
        assert picture.getchannel("A").tobytes() == given.getchannel("A").tobytes()


def test_a_badge_and_the_welcome_have_the_organisations_logo_and_lodges_mark_where_it_is_damaged(
    tmp_path: Path,
) -> None:
    """From the signed page to dots, also for a reprint, which is drawn by the same artist. The logo covers the start
    of the head and nothing else.
    """
    moment = datetime(2026, 3, 1, 9, 15, tzinfo=UTC)
    job = BadgeJob(UUID(int=5, version=4), "Odalys Fernhollow", "", "Ines Caldermoor", "visitor", "en", moment)
    with lone_station(tmp_path) as (lone, station):
        keys = station.settings.keys_page()
        assert keys is not None
        artist = BadgeArtist(
            enrolment=station.enrolment,
            key=station.log.epochs.current_key,
            configuration=station.directory.configuration,
            place=station.directory.place,
            types=station.directory.published_types,
        )

        def publish(logo: str | msgspec.UnsetType, version: int) -> None:
            where = "select signed from feed_page where kind = ?"
            held = station.database.read(where, (PageKind.CONFIGURATION.value,))[0]["signed"]
            assert station.feed.take(next_page(lone, _page(logo), version=version, after=held), keys[1])

        drawn: list[bytes] = []
        published: list[str | msgspec.UnsetType] = [msgspec.UNSET]
        published += [base64url(GOOD), base64url(HOSTILE["half of one"])]
        for version, logo in enumerate(published, start=2):
            publish(logo, version)
            organisation = station.directory.organisation()
            assert (organisation.logo is not None) is (logo == base64url(GOOD))
            assert organisation.accent == "#24683A"
            drawn.append(artist.draw(job, LABEL).black)
        content = artist.content(job)
        publish(base64url(GOOD), 5)
        own = render_badge(replace(content, logo=_stencil()), LABEL)
        assert artist.draw(job, LABEL) == own
    assert drawn[0] == drawn[2] != drawn[1] == own.black
