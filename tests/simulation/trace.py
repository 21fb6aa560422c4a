"""What happened in a run, in words, for whoever has to find out why it went wrong."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.simulation.scheduler import START_MS, Scheduler


@dataclass
class Trace:
    """Lines of (moment, who, what), oldest first."""

    scheduler: Scheduler
    lines: list[tuple[int, str, str]] = field(default_factory=list)

    def note(self, who: str, what: str) -> None:
        """Write down what somebody did or what happened to somebody."""
        self.lines.append((self.scheduler.now_ms, who, what))

    def said(self) -> str:
        """The whole story; times count from the beginning of the run."""
        return "\n".join(f"{(at - START_MS) / 1000:10.3f}  {who:<10} {what}" for at, who, what in self.lines)
