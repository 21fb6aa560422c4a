"""Pictures from outside are drawn anew before a browser gets them, in processes of bounded number, time and memory."""

import asyncio
import contextlib
import sys
from enum import StrEnum
from pathlib import Path

from cloud_api.errors import PictureRefusedError

_PROGRAM = Path(__file__).with_name("picture_process.py")
_WHY_NOT = {
    4: "this is no picture that Lodge reads: a logo is a PNG, JPEG or WebP",
    5: "this picture is too large: a logo has 24 million pixels at most, such as 6000 x 4000, and 50 MiB",
    6: "this picture is damaged: save it anew, as a PNG",
    7: "this picture is too long and thin: a logo, without transparent margins, is at most 8 times as wide as high, and"
    " twice as high as wide",
}
"""By the code with which the process ended; it cannot be imported here without all that it draws with."""


class Drawing(StrEnum):
    """What is drawn: a photo as a JPEG, of at most 2 MiB and from a JPEG alone; a logo as a PNG, of at most 50 MiB; its
    stencil as a PNG of one colour, cut to what is seen, of at most 48 KiB, from a PNG of at most 2 MiB.
    """

    PHOTO = "photo"
    LOGO = "logo"
    STENCIL = "stencil"


class Pictures:
    """Draws pictures anew; ``at_once`` processes at most, each for at most ``seconds``."""

    def __init__(self, *, at_once: int = 2, seconds: float = 15.0) -> None:
        self._free = asyncio.Semaphore(at_once)
        self._seconds = seconds

    async def draw(self, data: bytes, what: Drawing = Drawing.PHOTO) -> bytes:
        """A picture of our own making that shows the same; at most 1,024 pixels wide and high, a logo 512, a
        stencil 512 wide and 256 high.

        Raises:
            PictureRefusedError: none of the formats, too large, or it asks for too much; of a logo the message says
                which, in words for whoever gave it.
        """
        async with self._free:
            # -I: neither the environment nor the working directory has a say in what is loaded.
            running = await asyncio.create_subprocess_exec(
                sys.executable,
                "-I",
                str(_PROGRAM),
                what.value,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                env={},
            )
            try:
                async with asyncio.timeout(self._seconds):
                    drawn, _ = await running.communicate(data)
            except TimeoutError as error:
                raise PictureRefusedError("drawing a picture anew took too long") from error
            finally:
                with contextlib.suppress(ProcessLookupError):
                    running.kill()
                await running.wait()
        if running.returncode != 0 or not drawn:
            raise PictureRefusedError(_WHY_NOT.get(running.returncode or 0, "this is no picture that may be shown"))
        return drawn
