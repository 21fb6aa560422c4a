"""Every printer model by its name or its USB ids."""

from __future__ import annotations

from typing import Any

from printers.errors import MediumUnknownError
from printers.families.family import Family
from printers.families.known import FAMILIES
from printers.hardware import PrinterModel

__all__ = ["MODELS", "PrinterModel", "family_of", "model_by_usb_id", "printer_model"]

MODELS: tuple[PrinterModel, ...] = tuple(model for family in FAMILIES for model in family.models)


def printer_model(name: str) -> PrinterModel:
    """Look a model up by the name on its front.

    Raises:
        MediumUnknownError: with the names that are known.
    """
    for candidate in MODELS:
        if candidate.name.casefold() == name.casefold():
            return candidate
    known = ", ".join(candidate.name for candidate in MODELS)
    raise MediumUnknownError(f"No printer model is called {name!r}. Known models: {known}.")


def model_by_usb_id(vendor: int, product: int) -> PrinterModel | None:
    """Find a model by its USB ids; where several heads share them, the first one of the catalogue."""
    return next((m for m in MODELS if (m.usb_vendor, m.usb_product) == (vendor, product)), None)


def family_of(model: PrinterModel) -> Family[Any]:
    """Return the family that a model belongs to."""
    return next(family for family in FAMILIES if model in family.models)
