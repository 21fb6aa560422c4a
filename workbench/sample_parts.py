"""Parts of the sample kiosk that are as told: its condition, its voice, its paper for lists."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.ports import EvacuationList, KioskCondition, ListPrint, ListPrintState, PrinterNow, Room


@dataclass
class SampleConditions:
    """A kiosk whose parts are as told."""

    now: KioskCondition = field(
        default_factory=lambda: KioskCondition(
            "0.0", (PrinterNow("Lobby", "62x100", None),), None, 0, 0, None, unsure_clock=False, room=Room.AMPLE
        )
    )
    restarts: int = 0
    tests: int = 0

    def read(self) -> KioskCondition:
        """Return the condition as set."""
        return self.now

    def test_badges(self) -> None:
        """Count."""
        self.tests += 1

    def restart(self) -> None:
        """Count."""
        self.restarts += 1


@dataclass
class SampleVoice:
    """A voice that is written down."""

    available: bool = True
    speaking: bool = False
    said: list[tuple[str, str]] = field(default_factory=list)
    stops: int = 0

    def say(self, text: str, language: str) -> None:
        """Keep the words and the language."""
        self.said.append((text, language))

    def stop(self) -> None:
        """Count."""
        self.stops += 1


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
