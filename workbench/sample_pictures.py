"""Pictures for the sample camera and printer, drawn here so that no person's face is in the repository."""

from __future__ import annotations

from io import BytesIO

import cv2
import numpy as np
import qrcode
from PIL import Image, ImageDraw, ImageFont

from kiosk.frame import Frame
from kiosk.views.typeface import FONTS


def _font(face: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONTS / f"{face}.ttf"), size)


def face_picture() -> Frame:
    """Return a drawn face before a wall, 640 x 480."""
    image = Image.new("RGB", (1280, 960), "#C9D5CD")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 640, 1280, 960), fill="#AFC0B4")
    draw.rounded_rectangle((330, 160, 470, 620), 70, fill="#BCCBC1")
    draw.rounded_rectangle((810, 160, 950, 620), 70, fill="#BCCBC1")
    draw.rounded_rectangle((430, 180, 850, 720), 190, fill="#2B2423")
    draw.rounded_rectangle((420, 700, 860, 1200), 170, fill="#2F5D6C")
    draw.rectangle((575, 620, 705, 740), fill="#B07A5C")
    draw.ellipse((480, 260, 800, 690), fill="#C68F6C")
    draw.pieslice((450, 190, 830, 560), 180, 360, fill="#2B2423")
    for x in (560, 720):
        draw.ellipse((x - 58, 420, x + 58, 536), outline="#1C2320", width=10)
        draw.ellipse((x - 14, 462, x + 14, 494), fill="#1C2320")
    draw.line((618, 478, 662, 478), fill="#1C2320", width=10)
    draw.arc((570, 540, 710, 640), 20, 160, fill="#8C4A34", width=12)
    return np.asarray(image.resize((640, 480), Image.Resampling.LANCZOS), dtype=np.uint8)


def badge_picture(name: str, code: str, company: str = "Larkspur Looms") -> Image.Image:
    """Return a badge much like a printed one, 696 x 1109 dots; the product's own layout is in ``printers``."""
    image = Image.new("L", (696, 1109), 255)
    draw = ImageDraw.Draw(image)
    draw.text((36, 40), "Thistledown Works", font=_font("Inter-600", 40), fill=0)
    draw.text((660, 46), "Mill Lane", font=_font("Inter-500", 32), fill=0, anchor="ra")
    for y in (118, 222):
        draw.rectangle((0, y, 696, y + 6), fill=0)
    draw.text((348, 174), "VISITOR", font=_font("Inter-700", 64), fill=0, anchor="mm")
    face = Image.fromarray(face_picture()).convert("L").crop((185, 60, 455, 384)).resize((272, 326))
    mask = Image.new("L", face.size, 0)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, 271, 460), 136, fill=255)
    image.paste(face.convert("1").convert("L"), (36, 262), mask)
    made = qrcode.QRCode(box_size=8, border=1)
    made.add_data(code)
    made.make(fit=True)
    square = made.make_image().get_image().convert("L").resize((290, 290), Image.Resampling.NEAREST)
    image.paste(square, (370, 262))
    draw.text((515, 572), "K7QF 2M9D", font=_font("InterTabular-600", 34), fill=0, anchor="ma")
    y = 640
    for word in name.split()[:3]:
        draw.text((36, y), word, font=_font("InterDisplay-700", 96), fill=0)
        y += 100
    draw.text((36, y + 14), company, font=_font("Inter-500", 44), fill=0)
    draw.rectangle((36, 934, 660, 938), fill=0)
    draw.text((36, 962), "Visiting", font=_font("Inter-400", 30), fill=0)
    draw.text((36, 1000), "Ines Caldermoor", font=_font("Inter-600", 38), fill=0)
    return image.point(lambda value: 255 if value > 127 else 0)  # noqa: PLR2004 - the middle of 8 bits


def png(image: Image.Image) -> bytes:
    """Return an image as PNG."""
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def held_badge(name: str, code: str) -> Frame:
    """Return a camera picture of a badge held up at a slight angle, its code in the middle, 640 x 480."""
    badge = np.asarray(badge_picture(name, code).convert("RGB"))
    scene = np.full((960, 1280, 3), (38, 51, 45), dtype=np.uint8)
    turn = cv2.getRotationMatrix2D((348, 420), 4, 1.05)
    turn[:, 2] += (118, 86)
    placed = cv2.warpAffine(badge, turn, (1280, 960), dst=scene, borderMode=cv2.BORDER_TRANSPARENT)
    return np.asarray(cv2.resize(placed, (640, 480), interpolation=cv2.INTER_AREA), dtype=np.uint8)
