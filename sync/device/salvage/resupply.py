"""What is asked for again after a salvage: whatever was heard may have stood on a page that is lost, own events that
the cloud has told back among it, and nobody but the cloud knows what is missing (C05).
"""

from sync.device.salvage.tables import Row
from sync.protocol.events import genesis_hash


def forget_hearing(table: str, row: Row) -> Row | None:
    """A row as it is kept: a log is heard from its beginning again, branches beside logs are told again, and until
    then no kiosk counts as heard of.
    """
    if table == "heard_log":
        return {**row, "seq": 0, "head": genesis_hash(str(row["epoch"]))}
    told_again = table == "heard_kiosk" or (table == "heard_batch" and row["beside"])
    return None if told_again else row
