"""From a printer's setting to its driver and its paper."""

from dataclasses import replace

from kiosk.flows.printing.print_room import BadgePrinter
from kiosk.printer_settings import PrinterSetting
from printers.drivers import named_model, open_printer, usual_medium
from printers.errors import MediumUnknownError
from printers.media import medium


def with_medium(setting: PrinterSetting) -> PrinterSetting:
    """A setting that names its medium: where it left it out, the printer's usual one.

    Raises:
        PrinterError: its address is not one that is known.
    """
    return setting if setting.medium else replace(setting, medium=usual_medium(setting.address).name)


def open_badge_printer(setting: PrinterSetting) -> BadgePrinter:
    """A printer by its setting.

    Raises:
        PrinterError: its address or medium is not one that is known, or the one does not take the other.
    """
    setting = with_medium(setting)
    driver, paper, model = open_printer(setting.address), medium(setting.medium), named_model(setting.address)
    if model is not None and not model.takes(paper):
        takes = ", ".join(known.name for known in model.media)
        raise MediumUnknownError(
            f"The printer {setting.name!r} is a {model.name}, which takes no {paper.name}. It takes: {takes}. "
            "Name its medium in printers.toml, or with --medium."
        )
    return BadgePrinter(setting.name, driver, paper, setting.rank, shared=setting.shared)
