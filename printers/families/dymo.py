"""The DYMO LabelWriters: two generations, two languages."""

from __future__ import annotations

from printers.catalogue.dymo import FAMILY_NAME_450, FAMILY_NAME_550, MEDIA, MODELS_450, MODELS_550
from printers.dialogues.dymo_450 import Dymo450Dialogue
from printers.dialogues.dymo_550 import Dymo550Dialogue
from printers.encodings import dymo_450, dymo_550
from printers.families.family import Family
from printers.simulator.dymo_450 import VirtualDymo450
from printers.simulator.dymo_550 import VirtualDymo550

DYMO_450 = Family(
    name=FAMILY_NAME_450,
    models=MODELS_450,
    media=MEDIA,
    default_medium="dymo-99014",
    encode=dymo_450.encode,
    dialogue=Dymo450Dialogue,
    virtual=VirtualDymo450,
    prints_at_end=False,
    clear=lambda model: dymo_450.end_of_line(model) + dymo_450.FORM_FEED,
    options=frozenset({"darkness"}),
)
DYMO_550 = Family(
    name=FAMILY_NAME_550,
    models=MODELS_550,
    media=(),
    default_medium="dymo-99014",
    encode=dymo_550.encode,
    dialogue=Dymo550Dialogue,
    virtual=VirtualDymo550,
    prints_at_end=False,
    clear=lambda model: dymo_550.rest_of_any_label(model) + dymo_550.END_OF_JOB,
    options=frozenset({"darkness"}),
)
