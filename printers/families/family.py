"""A family of printers: everything that Lodge knows about one printer language, in one value.

A family may stand in one file of this folder; ``known.py`` lists them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from printers.bitmap import BadgeBitmap
from printers.clock import Clock
from printers.dialogues.port import PORTION_BYTES, Dialogue, Link, Memory
from printers.errors import EncodingError, PrinterStalledError, TransportError
from printers.hardware import PrinterModel
from printers.job import Cut, JobOptions
from printers.paper import Medium
from printers.simulator.paper import Tray
from printers.simulator.printer import VirtualPrinter

Model = TypeVar("Model", bound=PrinterModel)


@dataclass(frozen=True, kw_only=True)
class Family(Generic[Model]):
    """One printer language.

    Attributes:
        name: what people call it.
        models, media: what there is of it; media that another family lists already are left out.
        default_medium: the name of a medium that most of its models take.
        encode: dots to a complete job; raises ``EncodingError``.
        dialogue: how to talk to an open printer of it; None where nothing can answer.
        virtual: a virtual printer of it; None where there is none.
        options: names of the fields of ``JobOptions`` that it heeds.
        compressions: its ways to pack dots, the one that is used first.
        prints_at_end: nothing moves before the job's very last byte; otherwise paper moves while it comes.
        clear: what makes a printer that cannot be asked fit for a job after half of one; None where nothing does.
        sized: makes a medium of any size out of a name; None where media come as they are.
    """

    name: str
    models: tuple[Model, ...]
    media: tuple[Medium, ...]
    default_medium: str
    encode: Callable[[BadgeBitmap, Medium, Model, JobOptions], bytes]
    dialogue: Callable[[Link, Model, Memory], Dialogue] | None
    virtual: Callable[[Model, Medium, Tray, Clock], VirtualPrinter] | None
    options: frozenset[str] = frozenset({"cut"})
    compressions: tuple[str, ...] = ()
    prints_at_end: bool = True
    clear: Callable[[Model], bytes] | None = None
    sized: Callable[[str], Medium | None] | None = None

    def job(self, bitmap: BadgeBitmap, medium: Medium, model: Model, options: JobOptions) -> bytes:
        """Encode a badge, refusing wishes that this family would not heed.

        Raises:
            EncodingError: for such a wish, and as ``encode``.
        """
        self.check(options)
        return self.encode(bitmap, medium, model, options)

    def may_have_printed(self, size: int, error: TransportError) -> bool:
        """Whether a job of ``size`` bytes may be on paper, by the error that broke it off.

        How much was taken is certain where a printer stalled; where it went away, one portion more may have been.
        """
        if not self.prints_at_end:
            return error.may_have_begun
        return not isinstance(error, PrinterStalledError) and size - error.written <= PORTION_BYTES

    def check(self, options: JobOptions) -> None:
        """Refuse wishes that this family would not heed; to leave the label uncut is always possible.

        Raises:
            EncodingError: with what it heeds.
        """
        for wish, value in vars(options).items():
            if value not in {None, Cut.NONE} and wish not in self.options:
                heeds = ", ".join(sorted(self.options)) or "nothing"
                raise EncodingError(f"{self.name} printers do not heed a {wish}. They heed: {heeds}.")
