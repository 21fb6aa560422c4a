"""How far an evacuation list can be believed, in words: what is known, what is not, and never more."""

from collections.abc import Callable
from datetime import datetime

from kiosk.evacuation_list.muster_order import count_presumed
from kiosk.ports import EvacuationList, Freshness, KioskHeard
from kiosk.words import moments
from kiosk.words.catalogue import Words


def belief(people: EvacuationList, words: Words, named: Callable[[str], str] = str) -> tuple[str, str]:
    """What to stress, and what follows it (may be empty). ``named``: how the name of a kiosk stands in a sentence."""
    time = moments.clock(words, people.as_of)
    heard = [_heard(kiosk, named, people.as_of, words) for kiosk in people.heard]
    if people.freshness is Freshness.COMPLETE and not people.damaged:
        more = [words.say("evacuation.unconfirmed")] if people.unconfirmed else []
        more += _presumed(people, words)
        if heard:
            since = min(kiosk.last_heard for kiosk in people.heard if kiosk.last_heard is not None)
            shared = moments.clock(words, min(since, people.as_of))
            return words.say("evacuation.shared", time=shared), " ".join([*heard, *more])
        return words.say("evacuation.own", time=time), " ".join(more) or words.say("evacuation.only_kiosk")
    anybody = heard or any(kiosk.last_heard is not None for kiosk in people.stale)
    damaged = [words.say("evacuation.damaged")] if people.damaged else []
    known = [*damaged, words.say("evacuation.incomplete_heard" if anybody else "evacuation.incomplete", time=time)]
    if people.unchecked_since is not None:
        at = people.unchecked_since
        known.append(words.say("evacuation.unchecked", time=moments.clock(words, at), date=moments.day(words, at)))
    elif people.freshness is Freshness.UNKNOWN:
        known.append(words.say("evacuation.unknown"))
    known += [_heard(kiosk, named, people.as_of, words) for kiosk in people.stale]
    known += heard
    if people.expired_since is not None:
        at = people.expired_since
        known.append(words.say("evacuation.expired", time=moments.clock(words, at), date=moments.day(words, at)))
    if people.unconfirmed:
        known.append(words.say("evacuation.unconfirmed"))
    return " ".join(known), " ".join([*_presumed(people, words), words.say("evacuation.may_be_missing")])


def doubt(people: EvacuationList, words: Words) -> str:
    """The same in a few words, for a screen where all of it would leave the people no place."""
    said = []
    if people.freshness is not Freshness.COMPLETE or people.damaged:
        said.append(words.say("evacuation.brief.incomplete"))
    if people.unconfirmed:
        said.append(words.say("evacuation.brief.unconfirmed"))
    return " · ".join(said) or words.say("evacuation.brief.complete")


def _presumed(people: EvacuationList, words: Words) -> list[str]:
    """How many are counted who have probably left (F13)."""
    presumed = count_presumed(people.entries)
    return [words.say("evacuation.presumed_count", n=presumed)] if presumed else []


def _heard(kiosk: KioskHeard, named: Callable[[str], str], now: datetime, words: Words) -> str:
    name = named(kiosk.name)
    if kiosk.last_heard is None:
        return words.say("evacuation.never_heard", kiosk=name)
    time = moments.clock(words, kiosk.last_heard)
    if kiosk.last_heard.date() == now.date():
        return words.say("evacuation.heard", kiosk=name, time=time)
    return words.say("evacuation.heard_on", kiosk=name, time=time, date=moments.day(words, kiosk.last_heard))
