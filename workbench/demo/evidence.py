"""Looking at what came out: codes are scanned, badges read by OCR, PDF pages by their text."""

import os
import re
import subprocess
from pathlib import Path

import zxingcpp
from PIL import Image

from workbench.demo.processes import DemoError


def scan_code(picture: Path) -> str:
    """The text of the one QR code in a picture.

    Raises:
        DemoError: there is none that can be read.
    """
    found = zxingcpp.read_barcodes(
        Image.open(picture).convert("L"), formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    )
    if len(found) != 1:
        raise DemoError(f"{picture.name}: {len(found)} codes can be scanned instead of one")
    return str(found[0].text)


def read_by_eye(picture: Path) -> str:
    """The words in a picture, by OCR.

    Raises:
        DemoError: the OCR program failed.
    """
    # Sparse text: looking for columns, it takes a name beside some codes for a part of the code.
    return _printed_by(["tesseract", str(picture), "-", "--dpi", "300", "--psm", "11"], picture)


def require_words(text: str, *words: str, where: str) -> None:
    """Every word must be found, whatever the line breaks and capitals.

    Raises:
        DemoError: names the first that is missing.
    """
    plain = _plain(text)
    for word in words:
        if _plain(word) not in plain:
            raise DemoError(f"{where} does not show {word!r}")


def pdf_text(path: Path) -> str:
    """All words of a PDF.

    Raises:
        DemoError: it cannot be read.
    """
    return _printed_by(["pdftotext", "-layout", str(path), "-"], path)


def _printed_by(command: list[str], path: Path) -> str:
    # OCR of one picture is slower on several threads than on one.
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode:
        words = done.stderr.strip().splitlines() or ["no reason given"]
        raise DemoError(f"{command[0]} failed on {path.name}: {words[-1]}")
    return done.stdout


def _plain(text: str) -> str:
    return re.sub(r"[^\w]+", "", text.casefold())
