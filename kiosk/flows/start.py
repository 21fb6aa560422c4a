"""What a kiosk records when its program comes up; the receipt for it also sets a clock that nothing else has set."""

from sync.device.errors import StorageError
from sync.device.event_log import EventLog
from sync.protocol.chain import Act
from sync.protocol.kinds import Kind, KioskStartedFull


def record_start(log: EventLog, version: str) -> bool:
    """Record the start; ``False`` when the disk refused, which must not keep the lobby closed."""
    try:
        log.append([Act(Kind.KIOSK_STARTED, None, full=KioskStartedFull(version=version))])
    except StorageError:
        return False
    return True
