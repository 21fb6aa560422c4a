"""Whether the rules of a type let a visitor in: one decision, from what was entered, what was published, and the time.

Nothing here reads or writes anything. Whatever cannot be decided holds the visitor, and a person decides (C43).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from kiosk.asked_values import AnswerKind
from kiosk.lobby_values import ArrivalDraft, Step
from sync.protocol.feed import (
    Attestation,
    Attestations,
    Clue,
    Invitation,
    Invitations,
    VisitorType,
    WatchEntry,
    Watchlist,
)
from sync.protocol.matching import is_met, match_tokens

MOST_WATCH_IDS = 16
_ALERT = "alert"
_COMPARED = {AnswerKind.EMAIL: "email", AnswerKind.PHONE: "phone", AnswerKind.LICENCE: "document"}
"""As what an answer to a field of the type is compared."""


class HoldReason(StrEnum):
    """Why somebody is held, for the record. The visitor's screen is the same for all."""

    SCREENING = "screening"
    NO_LIST = "no_list"
    ATTESTATION = "attestation"
    APPROVAL = "approval"
    INVITED_ONLY = "invited_only"
    HOST = "host"
    PHOTO = "photo"
    TYPE = "type"


@dataclass(frozen=True, slots=True)
class Admitted:
    """Nothing holds the visitor. ``watch``: entries of the watchlist that were met all the same."""

    watch: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Hold:
    """A person of the staff decides. ``watch`` as above."""

    reason: HoldReason
    watch: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Published:
    """The pages that rules ask for, None before the first came. ``watchlist`` is None, too, where the page is out of
    date; ``photos``: whether this kiosk takes any.
    """

    invitations: Invitations | None = None
    attestations: Attestations | None = None
    watchlist: Watchlist | None = None
    photos: bool = True


def decide(draft: ArrivalDraft, kind: VisitorType, published: Published, now_ms: int) -> Admitted | Hold:
    """Judge a visit of this type. ``now_ms``: milliseconds since 1970.

    The list comes first: whoever is held for another reason, too, is on the record as held for that one.
    """
    given, rules = given_texts(draft, kind), kind.rules
    watch: tuple[UUID, ...] = ()
    if rules.screening:
        if published.watchlist is None:
            return Hold(HoldReason.NO_LIST)
        met = _met_entries(published.watchlist, given, now_ms)
        watch = tuple(entry.id for entry in met)[:MOST_WATCH_IDS]
        if any(entry.action != _ALERT for entry in met):
            return Hold(HoldReason.SCREENING, watch)
    reason = _first_unmet(draft, kind, published, given, now_ms)
    return Admitted(watch) if reason is None else Hold(reason, watch)


def _first_unmet(
    draft: ArrivalDraft, kind: VisitorType, published: Published, given: Mapping[str, Sequence[str]], now_ms: int
) -> HoldReason | None:
    rules, invitation = kind.rules, _invitation(published.invitations, draft.invitation)
    unmet = {
        HoldReason.ATTESTATION: not all(
            _is_attested(wanted, published.attestations, given, now_ms) for wanted in rules.attestations
        ),
        HoldReason.INVITED_ONLY: rules.invited_only and invitation is None,
        HoldReason.APPROVAL: rules.approval and not (invitation is not None and invitation.approved),
        HoldReason.HOST: rules.host_required and draft.host_id is None,
        HoldReason.PHOTO: (
            rules.photo_required and published.photos and Step.PHOTO in kind.steps and draft.photo is None
        ),
    }
    return next((reason for reason, is_unmet in unmet.items() if is_unmet), None)


def given_texts(draft: ArrivalDraft, kind: VisitorType) -> dict[str, list[str]]:
    """What the visitor gave, by the fields that lists are compared by."""
    given = {"name": [draft.display_name], "company": [draft.company], "email": [draft.email], "phone": [draft.phone]}
    for field in kind.fields:
        as_field = _COMPARED.get(AnswerKind(field.kind)) if field.kind in set(AnswerKind) else None
        if as_field is not None and field.id in draft.answers:
            given.setdefault(as_field, []).append(draft.answers[field.id])
    return given


def _met_entries(page: Watchlist, given: Mapping[str, Sequence[str]], now_ms: int) -> list[WatchEntry]:
    tokens = _Tokens(page.key, given)
    return [
        entry
        for entry in page.entries
        if (entry.until_ms == 0 or now_ms < entry.until_ms) and any(tokens.meet(clue) for clue in entry.clues)
    ]


def _is_attested(wanted: str, page: Attestations | None, given: Mapping[str, Sequence[str]], now_ms: int) -> bool:
    if page is None:
        return False
    tokens = _Tokens(page.key, given)
    return any(
        attestation.kind == wanted and _is_valid(attestation, now_ms) and tokens.meet_all(attestation.clues)
        for attestation in page.attestations
    )


def _is_valid(attestation: Attestation, now_ms: int) -> bool:
    return attestation.window.from_ms <= now_ms < attestation.window.until_ms


def _invitation(page: Invitations | None, wanted: str) -> Invitation | None:
    return next((entry for entry in (() if page is None else page.invitations) if str(entry.id) == wanted), None)


class _Tokens:
    """What was given, as a page's tokens; a clue must be met by one text of its field."""

    def __init__(self, key: str, given: Mapping[str, Iterable[str]]) -> None:
        raw = bytes.fromhex(key)
        self._given = {
            field: [match_tokens(raw, field, text) for text in texts if text] for field, texts in given.items()
        }

    def meet(self, clue: Clue) -> bool:
        return any(is_met(clue.tokens, tokens) for tokens in self._given.get(clue.field, ()))

    def meet_all(self, clues: Sequence[Clue]) -> bool:
        return bool(clues) and all(self.meet(clue) for clue in clues)
