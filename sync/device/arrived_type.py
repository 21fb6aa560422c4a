"""Of what type somebody is, as the event of their arrival tells."""

from sync.protocol.errors import EncodingError
from sync.protocol.events import Event
from sync.protocol.exact_json import read
from sync.protocol.kinds import ArrivedFull, Kind


def arrived_type(event: Event) -> str:
    """The type of visitor of an arrival; empty of anything else, and where its body is gone or cannot be read."""
    if event.header.kind != Kind.VISITOR_ARRIVED or event.full is None:
        return ""
    try:
        return read(event.full.bytes(), ArrivedFull, what="a body").type
    except EncodingError:
        return ""
