"""What a kiosk must go on saying until a person has dealt with it: kept in the database, closed by a person."""

from enum import StrEnum

import msgspec

from sync.device.settings import Settings, put_setting
from sync.device.tables import Tables


class NoticeKind(StrEnum):
    """``INCOMPLETE``: people may be missing from this kiosk's list. ``DETAILS_LOST``: the cloud was restored to before
    something whose bodies this kiosk had given away on its word.
    """

    INCOMPLETE = "incomplete"
    DETAILS_LOST = "details_lost"


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """``since_ms``: milliseconds since 1970 as the kiosk believed then; ``reason`` as in ``epoch.started``, or what
    happened; ``epoch`` and ``seq``: where this kiosk stood; ``known``: the seq that somebody else knew, 0 if nobody
    said; ``times``: how often it was raised while it stood.
    """

    since_ms: int
    reason: str
    epoch: str
    seq: int
    known: int = 0
    times: int = 1


class Notices:
    """The notices that stand. The first cause is kept; what comes later is counted."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def standing(self, kind: NoticeKind) -> Notice | None:
        """The notice that nobody has closed, or ``None``.

        Raises:
            StorageError: the disk refused.
        """
        raw = self._settings.get(_name(kind))
        return None if raw is None else msgspec.json.decode(raw, type=Notice)

    @property
    def incomplete(self) -> Notice | None:
        """That people may be missing from this kiosk's list, or ``None``."""
        return self.standing(NoticeKind.INCOMPLETE)

    def post(self, tables: Tables, kind: NoticeKind, notice: Notice) -> None:
        """Let a notice stand, within a transaction that the caller holds."""
        before = self.standing(kind)
        if before is not None:
            notice = msgspec.structs.replace(before, times=before.times + 1, known=max(before.known, notice.known))
        put_setting(tables, _name(kind), msgspec.json.encode(notice))

    def close(self, kind: NoticeKind) -> bool:
        """A person has dealt with it. ``False`` when there was none.

        Raises:
            StorageError: the disk refused; the notice stands.
        """
        if self.standing(kind) is None:
            return False
        self._settings.remove(_name(kind))
        return True


def _name(kind: NoticeKind) -> str:
    return f"notice:{kind.value}"
