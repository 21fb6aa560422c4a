"""Driving licences that nobody has: the text of a PDF417 as the AAMVA standard writes it, a card held to a camera."""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np
import zxingcpp
from PIL import Image, ImageDraw, ImageFont

from kiosk.frame import Frame
from kiosk.views.typeface import FONTS

MODERN = {
    "DAQ": "F3255921042",
    "DCS": "FERNHOLLOW",
    "DDE": "N",
    "DAC": "ODALYS",
    "DDF": "N",
    "DAD": "WREN",
    "DDG": "N",
    "DCA": "A",
    "DCB": "NONE",
    "DCD": "NONE",
    "DBD": "03162021",
    "DBB": "07041986",
    "DBA": "07042029",
    "DBC": "2",
    "DAU": "067 IN",
    "DAY": "BRO",
    "DAG": "9 LARKSPUR LANE",
    "DAI": "MILLBROOK",
    "DAJ": "ZZ",
    "DAK": "000010000  ",
    "DCF": "0000000000000000000001",
    "DCG": "USA",
}
"""The elements of a licence of today, of an issuer that does not exist."""


def licence_text(elements: Mapping[str, str] = MODERN, *, version: int = 9, kind: str = "DL") -> str:
    """Return the text of a licence's code, designators and offsets included."""
    own = f"{kind}" + "\n".join(f"{name}{value}" for name, value in elements.items()) + "\r"
    more = "ZZZZA01\r"
    head = f"@\n\x1e\rANSI 636099{version:02d}" + ("00" if version > 1 else "") + "02"
    begin = len(head) + 2 * len("DL00000000")
    places = ((kind, begin, len(own)), ("ZZ", begin + len(own), len(more)))
    return head + "".join(f"{name}{at:04d}{length:04d}" for name, at, length in places) + own + more


def code_picture(text: str, *, square: bool = False) -> Image.Image:
    """Return the code alone, a pixel a module, with its quiet zone."""
    form = zxingcpp.BarcodeFormat.QRCode if square else zxingcpp.BarcodeFormat.PDF417
    made = zxingcpp.create_barcode(text, form)
    return Image.fromarray(np.asarray(zxingcpp.write_barcode_to_image(made, scale=1, add_quiet_zones=True)))


def held_licence(text: str, *, size: tuple[int, int] = (1280, 720)) -> Frame:
    """Return a camera picture of the back of a card held up at a slight angle."""
    card = Image.new("RGB", (1012, 638), "#E9EEF0")
    draw = ImageDraw.Draw(card)
    draw.rectangle((0, 40, 1012, 120), fill="#2B2F31")
    code = code_picture(text).convert("RGB")
    scale = 920 / code.width
    code = code.resize((round(code.width * scale), round(code.height * scale)), Image.Resampling.LANCZOS)
    card.paste(code, ((1012 - code.width) // 2, 180))
    font = ImageFont.truetype(str(FONTS / "Inter-500.ttf"), 26)
    draw.text((46, 580), "CLASS A   ·   REST NONE   ·   END NONE", font=font, fill="#3C4448")
    scene = np.full((720, 1280, 3), (38, 51, 45), dtype=np.uint8)
    turn = cv2.getRotationMatrix2D((506, 319), 3, 0.86)
    turn[:, 2] += (134, 41)
    placed = cv2.warpAffine(np.asarray(card), turn, (1280, 720), dst=scene, borderMode=cv2.BORDER_TRANSPARENT)
    return np.asarray(cv2.resize(placed, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
