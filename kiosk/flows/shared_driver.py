"""One printer for two threads: badges, and the evacuation list."""

import threading

from printers.bitmap import BadgeBitmap
from printers.driver import PrinterDriver, PrinterStatus, PrintOutcome
from printers.media import Medium


class SharedDriver:
    """A ``PrinterDriver`` that lets one call in at a time; each is bounded, so a page waits for one badge at most."""

    def __init__(self, driver: PrinterDriver) -> None:
        self._driver = driver
        self._lock = threading.Lock()

    def status(self, medium: Medium | None = None) -> PrinterStatus:
        """See ``PrinterDriver.status``."""
        with self._lock:
            return self._driver.status(medium)

    def print_badge(self, bitmap: BadgeBitmap, medium: Medium) -> PrintOutcome:
        """See ``PrinterDriver.print_badge``."""
        with self._lock:
            return self._driver.print_badge(bitmap, medium)

    def close(self) -> None:
        """See ``PrinterDriver.close``."""
        with self._lock:
            self._driver.close()
