"""The operator's log of the whole server (R27), both classes, for ``lodge-cloud system-log``.

It belongs to whoever runs the server: no page of an organisation shows it. Names and addresses in it are sealed under a
key of the server; those of an organisation's staff are not in it, only ids.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cloud_api.services.operator_log import OperatorLog
from cloud_api.services.security_log import SecurityLog
from cloud_api.store.system_log import LogClass

WORDS = {
    "access.refused": "somebody asked for what their role does not allow",
    "device.refused": "a request of a kiosk was signed wrongly, or by nobody known",
    "enrolment.refused": "an enrolment with a code that is wrong, used up or over",
    "limit.reached": "a limit on tries or requests was used up",
    "log.checkpoint_unknown": "a kiosk holds a checkpoint of a log key that this server does not know",
    "origin.refused": "a page of another server sent a request in somebody's name",
    "reset.without_account": "a link for another password was asked for with an address that nobody has (as a token)",
    "signin.failed": "a sign-in with an address that nobody has (as a token)",
    "token.refused": "an API key that opens nothing, or what is no token at all",
    "token.reused": "a token that had been replaced was used again",
}
"""What the kinds of the class ``security`` mean. Kinds of later parts are shown by name."""


@dataclass(frozen=True, slots=True)
class SystemEntry:
    """One entry. ``address``: where it came from; ``name``: what was named, or the token of what
    was typed; ``reason``: why, of acts.
    """

    at: datetime
    log_class: LogClass
    kind: str
    address: str
    name: str
    reason: str = ""

    @property
    def words(self) -> str:
        """What it means."""
        return WORDS.get(self.kind, self.kind.replace(".", ": ").replace("_", " "))


class SystemLogReading:
    """Reads it."""

    def __init__(self, security: SecurityLog, operation: OperatorLog) -> None:
        self._security = security
        self._operation = operation

    async def list(
        self, classes: Sequence[LogClass], *, since: datetime | None = None, limit: int = 200
    ) -> list[SystemEntry]:
        """The newest entries of these classes, newest first."""
        found: list[SystemEntry] = []
        if "security" in classes:
            events = await self._security.list_newest(since=since, limit=limit)
            found += [SystemEntry(e.at, "security", e.kind, e.detail.address, e.detail.name) for e in events]
        if "operation" in classes:
            acts = await self._operation.list_newest(since=since, limit=limit)
            found += [
                SystemEntry(
                    act.at,
                    "operation",
                    act.kind,
                    act.detail.address,
                    f"{act.detail.actor} {_on(act.detail.organisation)}",
                    act.detail.reason,
                )
                for act in acts
            ]
        return sorted(found, key=lambda entry: entry.at, reverse=True)[:limit]


def _on(organisation: str) -> str:
    return f"organisation:{organisation}" if organisation else "server"
