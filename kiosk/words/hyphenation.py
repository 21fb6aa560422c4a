"""Where long words may be divided: those of the catalogues, and those that organisations call their visitors by.

    divided("Evakuierungsliste", fits)     # "Evakuierungs-liste", where fits says that the whole is too wide

Only words that stand here are divided, so that no name ever is.
"""

from __future__ import annotations

import re
from collections.abc import Callable

WORDS = """
Adminis-tration ange-kündigten An-gemeldet An-meldung Auf-trags-nummer Auf-zeich-nungen Ausweis-code Ausweis-drucker
benach-richtigt be-schäftigt be-schädigt Bild-schirm Bord-karte Ein-gangs-halle Ein-ladungs-code ein-gerichtet
ein-geschaltet Eva-kuie-rung Eva-kuie-rungs-liste Fehl-ver-suchen fest-ge-halten Fest-ge-haltenes Führer-schein
Führer-scheins Führer-schein-nummer ge-speichert heraus-gekommen Internet-adresse Kalender-eintrag Leer-zeichen
Organi-sation Papier-stau quadra-tischen Sammel-platz schief-gegangen Schrift-größe Schutz-brillen-pflicht
Sicher-heits-liste Sicher-heits-schuh-pflicht Test-ausweis unter-schreiben unvoll-ständig Visiten-karte voll-ständig
Vor-stellungs-gespräch Weiter-laufen Weiter-lesen weiter-schreiben Wieder-sehen Will-kommen Zahlungs-code Zu-stimmung
accompa-gnement adminis-trateur appa-raissent corres-pondent embar-quement enregis-trement enregis-trements
enregis-trera immatri-culation infor-mations prévien-drons rassem-blement
acompa-ñamiento adminis-trador creden-ciales invita-ciones organi-zación
adminis-trator
"""

_PLACES: dict[str, tuple[int, ...]] = {}
for _word in WORDS.split():
    _ends = [0]
    for _part in _word.split("-"):
        _ends.append(_ends[-1] + len(_part))
    _PLACES[_word.replace("-", "").lower()] = tuple(_ends[1:-1])

_WORD = re.compile(r"((?:[^\W\d_]+[’'])?)([^\W\d_]+[.,;:!?]*)")
"""A word with the marks behind it, and before it what it is not parted from, French "d’" say."""


def places(word: str) -> tuple[int, ...]:
    """Return before which letters ``word`` may be divided; of a word that is not known, nothing."""
    return _PLACES.get(word.rstrip(".,;:!?").lower(), ())


def divided(text: str, fits: Callable[[str], bool]) -> str:
    """Return ``text`` with hyphens in the words for which ``fits`` is false, as few as let each part fit in a line."""
    return _WORD.sub(lambda found: _divided(found[1], found[2], fits), text)


def _divided(before: str, word: str, fits: Callable[[str], bool]) -> str:
    parts, begin, known = before, 0, places(word)
    while known and not fits(before + word[begin:]):
        ends = [end for end in known if end > begin and fits(f"{before}{word[begin:end]}-")]
        if not ends:
            break
        parts += f"{word[begin : ends[-1]]}-"
        begin, before = ends[-1], ""
    return parts + word[begin:]
