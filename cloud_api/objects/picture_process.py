"""Draws one picture anew: what came from outside on standard input, one of our own making on standard output (C26).

``photo`` makes a JPEG of a JPEG, ``logo`` a PNG of a PNG, JPEG or WebP (R22). Run by its file name in a process of its
own, which may use little memory, little time, and write no file. Whatever else came with the picture (metadata,
comments, a script behind its end) is not in what comes out.
"""

import resource
import sys
import warnings
from io import BytesIO

from PIL import Image

MEMORY_BYTES = 512 * 1024 * 1024
PROCESSOR_SECONDS = 5
MAX_INPUT_BYTES = 2 * 1024 * 1024
MAX_UPLOAD_BYTES = 50 * 1024 * 1024
MAX_PIXELS = 24_000_000
LARGEST_SIDE = 1024
LARGEST_LOGO = 512
QUALITY = 85
REFUSED = 3


def main() -> int:
    """0: drawn; 3: this is no picture that may be shown."""
    _limit()
    most, draw = {"photo": (MAX_INPUT_BYTES, _draw), "logo": (MAX_UPLOAD_BYTES, _draw_logo)}[sys.argv[1]]
    data = sys.stdin.buffer.read(most + 1)
    if len(data) > most:
        return REFUSED
    try:
        drawn = draw(data)
    except Exception:  # noqa: BLE001 -- decoders fail in many ways, and every one of them means no
        return REFUSED
    sys.stdout.buffer.write(drawn)
    sys.stdout.buffer.flush()
    return 0


def _limit() -> None:
    for what, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, PROCESSOR_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def _draw(data: bytes) -> bytes:
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    warnings.simplefilter("error")
    with Image.open(BytesIO(data), formats=("JPEG",)) as picture:
        picture.draft("RGB", (LARGEST_SIDE, LARGEST_SIDE))
        plain = picture.convert("RGB")
    plain.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
    plain.info.clear()
    out = BytesIO()
    plain.save(out, format="JPEG", quality=QUALITY)
    return out.getvalue()


def _draw_logo(data: bytes) -> bytes:
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    warnings.simplefilter("error")
    with Image.open(BytesIO(data), formats=("PNG", "JPEG", "WEBP")) as picture:
        picture.draft("RGB", (LARGEST_LOGO, LARGEST_LOGO))
        picture.load()
        plain = picture.convert("RGBA")
    plain.thumbnail((LARGEST_LOGO, LARGEST_LOGO))
    plain.info.clear()
    out = BytesIO()
    plain.save(out, format="PNG", optimize=True)
    return out.getvalue()


if __name__ == "__main__":
    sys.exit(main())
