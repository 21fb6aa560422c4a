"""A badge printer for evacuation lists, in memory."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.ports import EvacuationList, ListPrint, ListPrintState


@dataclass
class SampleListPaper:
    """A badge printer for lists that is as told."""

    now: ListPrint = field(default_factory=ListPrint)
    lists: list[EvacuationList] = field(default_factory=list)

    def begin(self, people: EvacuationList) -> None:
        """Keep the list."""
        self.lists.append(people)
        if self.now.state is not ListPrintState.NO_PRINTER:
            self.now = ListPrint(ListPrintState.PREPARING)

    def progress(self) -> ListPrint:
        """Return the progress as set."""
        return self.now
