"""The Brother QL label printers."""

from __future__ import annotations

from printers.bitmap import BadgeBitmap
from printers.catalogue.brother import FAMILY_NAME, MEDIA, MODELS, BrotherModel
from printers.dialogues.brother import BrotherDialogue
from printers.encodings.brother_ql import encode
from printers.families.family import Family
from printers.job import Cut, JobOptions
from printers.paper import Medium
from printers.simulator.brother import VirtualBrother


def _encode(bitmap: BadgeBitmap, medium: Medium, model: BrotherModel, options: JobOptions) -> bytes:
    return encode(bitmap, medium, model, cut=options.cut is not Cut.NONE)


BROTHER = Family(
    name=FAMILY_NAME,
    models=MODELS,
    media=MEDIA,
    default_medium="62x100",
    encode=_encode,
    dialogue=BrotherDialogue,
    virtual=VirtualBrother,
)
