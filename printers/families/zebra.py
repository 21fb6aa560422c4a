"""The Zebra label printers."""

from __future__ import annotations

from printers.catalogue.zebra import FAMILY_NAME, MEDIA, MODELS
from printers.dialogues.zebra import ZebraDialogue
from printers.encodings.zpl import CANCEL_ALL, COMPRESSIONS, END_OF_COMMAND, encode
from printers.families.family import Family
from printers.simulator.zebra import VirtualZebra

ZEBRA = Family(
    name=FAMILY_NAME,
    models=MODELS,
    media=MEDIA,
    default_medium="76x102-203dpi",
    encode=encode,
    dialogue=ZebraDialogue,
    virtual=VirtualZebra,
    options=frozenset({"cut", "darkness", "speed", "compression"}),
    clear=lambda _: END_OF_COMMAND + CANCEL_ALL,
    compressions=COMPRESSIONS,
)
