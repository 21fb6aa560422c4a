"""Receipt printers."""

from __future__ import annotations

from printers.catalogue.escpos import FAMILY_NAME, MEDIA, MODELS
from printers.dialogues.escpos import EscposDialogue
from printers.encodings.escpos import encode, unfinished
from printers.families.family import Family
from printers.simulator.escpos import VirtualEscpos

ESCPOS = Family(
    name=FAMILY_NAME,
    models=MODELS,
    media=MEDIA,
    default_medium="80mm",
    encode=encode,
    dialogue=EscposDialogue,
    virtual=VirtualEscpos,
    prints_at_end=False,
    clear=unfinished,
)
