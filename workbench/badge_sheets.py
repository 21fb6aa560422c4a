"""Contact sheets of badges: every built-in template in every script, one sheet for each kind of paper.

    ./lodge gallery --badges --out DIR

The dots are those that would be printed, made small; a lengthwise badge is shown as it is read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image, ImageDraw

from printers.badge import BadgeContent, BadgeLabels, BadgeStyle, lay_out
from printers.layout.canvas import Canvas
from printers.media import Medium, medium
from printers.template import BUILT_IN, ElementKind, Template
from workbench.sample_pictures import face_picture

PAPERS = (
    "62x100",
    "62red",
    "29x90",
    "38x90",
    "62x29",
    "102x51",
    "102x152",
    "76x51-203dpi",
    "51x76-203dpi",
    "80mm",
    "58mm",
    "dymo-99014",
    "dymo-99010",
    "dymo-99015",
    "pdf-86x54",
)
_ALONG = 430
_GAP, _CAPTION = 14, 16
_CODE = (
    "LODGE1:7KQF2M9D$AWE4T-ZZ09.K7QF2M9D:0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ+*/%ODALYS.0123456789ABCDEFGHIJKABCDEFGHIJ"
)


@dataclass(frozen=True)
class Visit:
    """Whoever the badges of a column are for."""

    name: str
    company: str
    host: str
    type: str
    labels: BadgeLabels = field(default_factory=BadgeLabels)
    style: BadgeStyle = BadgeStyle.VISITOR


VISITS = {
    "latin": Visit("Odalys Fernhollow", "Larkspur Looms", "Ines Caldermoor", "Visitor"),
    "long": Visit(
        "Maximiliana-Theodora Featherstonehaugh-Okonjo von Hohenbrunn",
        "Brindlewick Lifts and Hoists, Fitting and Repair, Limited",
        "Professor Tobiah Wrenfield-Ashgrove",
        "Fremdfirma mit Begleitung",
        BadgeLabels("Besucht", "Gültig bis", "Nur in Begleitung", "Begleitung", "Bereich", "Sammelpunkt"),
        BadgeStyle.CONTRACTOR,
    ),
    "arabic": Visit(
        "ليان وادي النسيم",
        "مصاعب برندلويك",
        "إيناس الكلدية",
        "زائر",
        BadgeLabels("يزور", "صالح حتى", "بمرافقة دائمة", "مرافقة", "المنطقة", "نقطة التجمع"),
    ),
    "hebrew": Visit(
        "נועה ברושים",
        "ארגז ואריג",
        "Ines Caldermoor",
        "אורחת",
        BadgeLabels("מבקרת אצל", "בתוקף עד", "בליווי בלבד", "ליווי", "אזור", "נקודת כינוס"),
    ),
    "hindi": Visit(
        "श्रीमती अनन्या वनमाली",
        "नीलगिरि करघे",
        "Ines Caldermoor",
        "आगंतुक",
        BadgeLabels("मुलाक़ात", "मान्य", "सदा साथ में", "साथ में", "क्षेत्र", "जमाव स्थल"),
    ),
    "chinese": Visit(
        "林小溪",
        "柳溪设计",
        "欧阳青岚",
        "访客",
        BadgeLabels("拜访", "有效至", "须有人陪同", "陪同", "区域", "集合点"),
    ),
    "georgian": Visit("ნინო ნიმუშაძე", "Արամ Նմուշյան", "አበበ ናሙና", "Visitor"),
    "bengali": Visit("কিশোরী নমুনা", "ସ୍ମିତା ନମୁନା", "ਹਰਪ੍ਰੀਤ ਨਮੂਨਾ", "Visitor"),
    "tamil": Visit("கொடி மாதிரி", "శ్రీజ నమూనా", "ಶ್ರುತಿ ನಮೂನೆ", "Visitor"),
    "malayalam": Visit("ശ്രീജ മാതൃക", "ක්‍රිශාන්ති ආදර්ශ", "શ્રુતિ નમૂનાવાલા", "Visitor"),
    "khmer": Visit("ស្រីមុំ គំរូ", "ကြည်ဖြူ နမူနာ", "ນ້ຳຝົນ ຕົວຢ່າງ", "Visitor"),
    "emoji": Visit("Wilhelmina Ashgrove 🌿👩‍🚀", "^XA~JA [b]\x1b@", "Ann\u202egnirts\u202c", "Visitor"),
}


def draw_sheets(out: Path) -> list[Path]:
    """Write one sheet for each paper; return them."""
    made = []
    for name in PAPERS:
        target = out / f"badges-{name}.png"
        _sheet(medium(name)).save(target, optimize=True)
        made.append(target)
    return made


def _sheet(paper: Medium) -> Image.Image:
    rows = [[_shown(template, visit, paper) for visit in VISITS.values()] for template in BUILT_IN.values()]
    width = max(image.width for row in rows for image, _ in row) + _GAP
    height = max(image.height for row in rows for image, _ in row) + _GAP + _CAPTION
    sheet = Image.new("RGB", (_GAP + width * len(VISITS), _GAP + height * len(rows)), "#8A8A86")
    draw = ImageDraw.Draw(sheet)
    for down, (template, row) in enumerate(zip(BUILT_IN, rows, strict=True)):
        for across, (script, (image, left_out)) in enumerate(zip(VISITS, row, strict=True)):
            x, y = _GAP + across * width, _GAP + down * height
            draw.text((x, y - 2), f"{template}, {script}{left_out}", fill="white")
            sheet.paste(image, (x, y + _CAPTION - 2))
    return sheet


def _shown(template: Template, visit: Visit, paper: Medium) -> tuple[Image.Image, str]:
    """The badge as it is read, and what it has no room for."""
    laid_out = lay_out(_content(visit), paper, Canvas, template)
    picture = laid_out.canvas.bitmap().preview()
    if laid_out.turned:
        picture = picture.transpose(Image.Transpose.ROTATE_270)
    scale = min(1.0, _ALONG / max(picture.size))
    small = picture.resize((round(picture.width * scale), round(picture.height * scale)), Image.Resampling.LANCZOS)
    missing = [kind.value for kind in ElementKind if kind in laid_out.left_out]
    return small, f" (without {' '.join(missing)})" if missing else ""


def _content(visit: Visit) -> BadgeContent:
    return BadgeContent(
        name=visit.name,
        company=visit.company,
        host=visit.host,
        visitor_type=visit.type,
        style=visit.style,
        organisation="Thistledown Works",
        place="Mill Lane",
        valid_until="18:00",
        code_payload=_CODE,
        readable_code="K7QF2M9D",
        photo=Image.fromarray(face_picture()),
        last_line="Muster point: mill pond",
        labels=visit.labels,
        zone="Weaving shed",
    )
