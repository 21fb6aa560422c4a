"""The sample's events that came later: an arrival that is recorded again, and the answer to a command."""

from dataclasses import replace

from sync.protocol.chain import Act, Head
from sync.protocol.events import header_hash
from sync.protocol.keys import thumbprint
from sync.protocol.kinds import CommandAnsweredFull, Kind
from sync.protocol.repeats import act_again
from tests.vectors import sample


def repeated_act() -> dict[str, object]:
    """The sample's arrival, recorded again as the second event of the epoch that follows."""
    (first, *_), key = sample.three_events(), sample.key_of("kiosk epoch 2")
    epoch = thumbprint(key.public_key())
    (again,) = sample.make_chain(
        act_again(first),
        identity=replace(sample.IDENTITY, epoch=epoch),
        head=Head(epoch, 1, "ab" * 32),
        name="repeated",
        steps=(60,),
    )
    return {"first": first.line().decode().split("\n"), "again": again.line().decode().split("\n")}


def command_answered() -> dict[str, object]:
    """What a kiosk says of the sample's command, as the first event of its epoch; and the header's hash."""
    full = CommandAnsweredFull(command=sample.STAY, order="wipe", outcome="obeyed")
    (event,) = sample.make_chain(Act(Kind.COMMAND_ANSWERED, None, full=full), name="answered")
    return {"event": event.line().decode().split("\n"), "hash": header_hash(event.raw_header)}
