"""Which acts want a reason (R26: who, what, when, from where, why): one list. The audit trail refuses an act of it that
comes without, and pages and commands ask by it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

MAX_REASON = 200


@dataclass(frozen=True, slots=True)
class Demand:
    """Acts of a kind want a reason; where ``detail`` is given, only those with this particular (``None``: with any
    value). ``unattended``: a command on the server may come without, for it is also run by a timetable that nobody
    could ask.
    """

    kind: str
    detail: tuple[str, str | None] | None = None
    unattended: bool = False


DEMANDS: tuple[Demand, ...] = (
    Demand("audit.exported", unattended=True),
    Demand("command.given", ("order", "wipe")),
    Demand("key.withdrawn"),
    Demand("kiosk.reviewed"),
    Demand("kiosk.revoked"),
    Demand("organisation.closing"),
    Demand("organisation.resumed"),
    Demand("organisation.suspended"),
    Demand("quotas.changed"),
    Demand("root.opened"),
    Demand("root.replaced"),
    Demand("staff.factors_reset"),
    Demand("staff.ownership_handed_on"),
    Demand("staff.removed"),
    Demand("staff.roles_changed", ("ownership", None)),
    Demand("visit.erased"),
)


def wants_reason(kind: str, detail: Mapping[str, str], *, on_the_server: bool) -> bool:
    """Whether such an act may not be recorded, and so not happen, without a reason."""
    return any(
        demand.kind == kind
        and not (demand.unattended and on_the_server)
        and (demand.detail is None or _has(detail, *demand.detail))
        for demand in DEMANDS
    )


def _has(detail: Mapping[str, str], name: str, value: str | None) -> bool:
    return name in detail and value in (None, detail[name])
