"""The families that Lodge knows, in the order in which they are listed."""

from __future__ import annotations

from typing import Any

from printers.families.brother import BROTHER
from printers.families.dymo import DYMO_450, DYMO_550
from printers.families.escpos import ESCPOS
from printers.families.family import Family
from printers.families.pdf import PDF
from printers.families.zebra import ZEBRA

FAMILIES: tuple[Family[Any], ...] = (BROTHER, ZEBRA, ESCPOS, DYMO_450, DYMO_550, PDF)
