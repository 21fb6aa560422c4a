"""C26: pictures from outside are drawn anew in a limited process, and what is no picture is shown to nobody."""

import asyncio
import struct
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from cloud_api.errors import PictureRefusedError
from cloud_api.objects import pictures
from cloud_api.objects.picture_process import LARGEST_SIDE, MAX_INPUT_BYTES
from cloud_api.objects.pictures import Drawing, Pictures

pytestmark = pytest.mark.anyio
SCRIPT = b"<script>alert('x')</script>"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def encoded(form: str = "JPEG", size: tuple[int, int] = (595, 720), **options: object) -> bytes:
    out = BytesIO()
    Image.linear_gradient("L").resize(size).convert("RGB").save(out, format=form, **options)
    return out.getvalue()


def flood() -> bytes:
    """A small JPEG whose frame header claims 65,500 by 65,500 pixels."""
    data = bytearray(encoded(size=(16, 16)))
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = struct.pack(">HH", 65_500, 65_500)
    return bytes(data)


def png_bomb() -> bytes:
    """A PNG of 20,000 by 20,000 pixels in a few kilobytes."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", 20_000, 20_000, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes(2501) * 20_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


async def test_what_comes_out_shows_the_same_and_is_of_our_own_making() -> None:
    exif = Image.Exif()
    exif[0x010E] = "a secret place"
    given = encoded(exif=exif.tobytes(), comment=b"a comment")
    drawn = await Pictures().draw(given)
    with Image.open(BytesIO(drawn)) as picture:
        assert (picture.format, picture.mode, picture.size) == ("JPEG", "RGB", (595, 720))
        assert dict(picture.getexif()) == {}
    assert b"secret" in given
    assert b"secret" not in drawn
    assert b"comment" not in drawn


async def test_a_large_picture_becomes_one_of_at_most_1024_pixels() -> None:
    with Image.open(BytesIO(await Pictures().draw(encoded(size=(4000, 3000))))) as picture:
        assert picture.size == (LARGEST_SIDE, 768)


async def test_c26_a_script_behind_or_within_a_picture_does_not_come_out() -> None:
    """C26: polyglots; sniffers call all of these a JPEG."""
    behind = encoded() + SCRIPT
    within = encoded(comment=SCRIPT)
    for given in (behind, within):
        drawn = await Pictures().draw(given)
        assert SCRIPT in given
        assert b"script" not in drawn


REFUSED = {
    "nothing": b"",
    "text": SCRIPT,
    "a head alone": b"\xff\xd8\xff\xe0" + SCRIPT,
    "a head and a script": b"\xff\xd8\xff\xfe\x00\x20" + SCRIPT.ljust(30),
    "half": encoded()[:900],
    "png": encoded("PNG"),
    "gif": encoded("GIF"),
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "flood": flood(),
    "png bomb": png_bomb(),
    "too many bytes": encoded() + bytes(MAX_INPUT_BYTES),
}


@pytest.mark.parametrize("what", REFUSED)
async def test_c26_what_is_no_jpeg_or_claims_too_much_is_refused(what: str) -> None:
    """C26."""
    with pytest.raises(PictureRefusedError):
        await Pictures().draw(REFUSED[what])


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
async def test_r22_a_logo_is_drawn_anew_from_each_format_and_keeps_what_is_seen_alone(form: str) -> None:
    exif = Image.Exif()
    exif[0x010E] = "a secret place"
    given = encoded(form, size=(60, 40), exif=exif.tobytes()) + SCRIPT
    drawn = await Pictures().draw(given, Drawing.LOGO)
    with Image.open(BytesIO(drawn)) as picture:
        assert (picture.format, picture.mode, picture.size) == ("PNG", "RGBA", (60, 40))
        assert (dict(picture.getexif()), picture.info) == ({}, {})
    assert b"script" in given
    assert not [word for word in (b"secret", b"script") if word in drawn]


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("nothing", "no picture that Lodge reads"),
        ("text", "no picture that Lodge reads"),
        ("a head and a script", "damaged|no picture that Lodge reads"),
        ("half", "damaged"),
        ("gif", "no picture that Lodge reads"),
        ("svg", "no picture that Lodge reads: a logo is a PNG, JPEG or WebP"),
        ("flood", "too large: a logo has 24 million pixels"),
        ("png bomb", "too large: a logo has 24 million pixels"),
    ],
)
async def test_r22_what_is_no_logo_or_claims_too_much_is_refused(what: str, said: str) -> None:
    with pytest.raises(PictureRefusedError, match=said):
        await Pictures().draw(REFUSED[what], Drawing.LOGO)


def in_margins(size: tuple[int, int], *, inked: tuple[int, int], ground: str = "#0000") -> bytes:
    out, picture = BytesIO(), Image.new("RGBA", size, ground)
    picture.paste("#123456", (20, 20, 20 + inked[0], 20 + inked[1]))
    picture.save(out, format="PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    "thin",
    [
        encoded("PNG", (810, 100)),
        encoded("PNG", (100, 210)),
        encoded("JPEG", (4000, 40)),
        in_margins((400, 300), inked=(340, 17)),
    ],
)
async def test_r22_a_logo_that_would_be_a_hair_is_refused_and_told_the_shape_that_works(thin: bytes) -> None:
    with pytest.raises(PictureRefusedError, match="at most 8 times as wide as high, and twice as high as wide"):
        await Pictures().draw(thin, Drawing.LOGO)


async def test_r22_the_longest_shapes_are_taken_and_a_line_on_a_white_ground_has_no_stencil() -> None:
    for width, height in ((800, 100), (100, 200)):
        given = in_margins((width + 40, height + 40), inked=(width, height))
        assert await Pictures().draw(await Pictures().draw(given, Drawing.LOGO), Drawing.STENCIL)
    line = await Pictures().draw(in_margins((400, 300), inked=(340, 17), ground="white"), Drawing.LOGO)
    with pytest.raises(PictureRefusedError):
        await Pictures().draw(line, Drawing.STENCIL)


async def test_c26_the_flood_claims_more_than_is_ever_decoded() -> None:
    """The positive control: it is refused for its size, not for being no JPEG."""
    with pytest.raises(Image.DecompressionBombError):
        Image.open(BytesIO(flood())).close()


async def test_c26_a_process_that_takes_too_much_memory_or_time_ends_without_a_picture(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """C26: the limits hold for whatever a decoder may be talked into."""
    source = pictures._PROGRAM.read_text("utf-8")
    for name, body in (
        ("memory", "    return bytes(900 * 1024 * 1024)\n"),
        ("time", "    while True:\n        pass\n"),
        (
            "file",
            f"    with open({str(tmp_path / 'never')!r}, 'wb') as file:\n        file.write(b'x')\n    return b'x'\n",
        ),
    ):
        hostile = tmp_path / f"{name}.py"
        hostile.write_text(
            source.replace("def _draw(data: bytes) -> bytes:\n", f"def _draw(data: bytes) -> bytes:\n{body}")
        )
        monkeypatch.setattr(pictures, "_PROGRAM", hostile)
        with pytest.raises(PictureRefusedError):
            await Pictures(seconds=2.0 if name == "time" else 20.0).draw(encoded())


async def test_many_pictures_at_once_are_drawn_by_two_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    running, most = 0, 0
    original = asyncio.create_subprocess_exec

    async def counted(*arguments: str, **named: object) -> object:
        nonlocal running, most
        process = await original(*arguments, **named)  # type: ignore[arg-type]  # passes on what it was given
        running += 1
        most = max(most, running)
        communicate = process.communicate

        async def ended(data: bytes) -> tuple[bytes, bytes]:
            nonlocal running
            out = await communicate(data)
            running -= 1
            return out

        monkeypatch.setattr(process, "communicate", ended)
        return process

    monkeypatch.setattr(asyncio, "create_subprocess_exec", counted)
    drawer = Pictures()
    drawn = await asyncio.gather(*(drawer.draw(encoded(size=(60, 60 + number))) for number in range(6)))
    assert len(set(drawn)) == 6
    assert most == 2
