"""The sample organisation's rules for guests, and its people on a busy morning. All invented."""

from __future__ import annotations

from datetime import UTC, datetime

from kiosk.ports import AskedDocument, PersonOnSite, VisitorType

RULES: dict[str, tuple[str, tuple[str, ...]]] = {
    "en": (
        "Rules for our guests",
        (
            "Thank you for coming. These few rules keep you safe here and keep what you see with us.",
            "1. Stay with your host. Wear your badge where it can be seen, and give it back when you leave.",
            (
                "2. If the alarm sounds, go out by the nearest door and walk "
                "to the muster point by the pond. Do not use "
                "the lift. If you need help on the stairs, tell us now and we will come to you first."
            ),
            (
                "3. Photographs. Please ask before you take any in the workshop. Some of what you see belongs to "
                "customers."
            ),
            "4. In the workshop wear the glasses and shoes you are given, and keep inside the yellow lines.",
            "5. Keep to yourself what you learn here about our work and our customers, also after your visit.",
            (
                "6. What we keep. Your name and your times for 90 days, and "
                "which version of these rules you agreed to. "
                "Ask at reception and we delete them sooner."
            ),
        ),
    ),
    "de": (
        "Regeln für unsere Gäste",
        (
            "Danke, dass Sie da sind. Diese wenigen Regeln schützen Sie hier und das, was Sie bei uns sehen.",
            (
                "1. Bleiben Sie bei Ihrer Gastgeberin oder Ihrem Gastgeber. "
                "Tragen Sie den Besucherausweis gut sichtbar "
                "und geben Sie ihn beim Gehen zurück."
            ),
            (
                "2. Bei Alarm verlassen Sie das Gebäude durch die nächste "
                "Tür und gehen zum Sammelplatz am Teich. Benutzen "
                "Sie nicht den Aufzug. Wenn Sie auf der Treppe Hilfe brauchen, sagen Sie es uns jetzt."
            ),
            "3. Fotografieren. Bitte fragen Sie vorher. Manches, was Sie sehen, gehört unseren Auftraggebern.",
            (
                "4. In der Werkstatt gelten Schutzbrillenpflicht und "
                "Sicherheitsschuhpflicht; bleiben Sie innerhalb der "
                "gelben Linien."
            ),
            "5. Behalten Sie für sich, was Sie hier erfahren, auch nach Ihrem Besuch.",
            (
                "6. Was wir speichern: Ihren Namen und Ihre Zeiten für 90 "
                "Tage und die Fassung dieser Regeln, der Sie "
                "zugestimmt haben. Auf Wunsch löschen wir sie früher."
            ),
        ),
    ),
}

TYPES = (
    VisitorType(
        "visitor",
        {"en": "Visiting someone", "de": "Jemanden besuchen", "fr": "Voir quelqu’un", "es": "Visitar a alguien"},
        {
            "en": "A meeting, a tour, a coffee",
            "de": "Besprechung, Führung, Kaffee",
            "fr": "Réunion, visite, café",
            "es": "Reunión, visita, café",
        },
        documents=(AskedDocument("rules"),),
    ),
    VisitorType(
        "contractor",
        {"en": "Working on site", "de": "Hier arbeiten", "fr": "Travailler sur place", "es": "Trabajar aquí"},
        {
            "en": "Contractors and service",
            "de": "Fremdfirmen und Wartung",
            "fr": "Prestataires et service",
            "es": "Contratistas y servicio",
        },
        "account-hard-hat-outline",
        documents=(AskedDocument("rules"),),
    ),
)


def _at(hour: int, minute: int) -> datetime:
    return datetime(2026, 3, 16, hour, minute, tzinfo=UTC)


PEOPLE = (
    PersonOnSite(
        "s1", "Odalys Fernhollow", "Larkspur Looms", "Ines Caldermoor", "Offices", _at(8, 54), needs_assistance=True
    ),
    PersonOnSite(
        "s2",
        "Annelise-Marguerite Wrexleigh-Castellanos von Hohenbrunn-Siegertsbrunn",
        "Brindlewick Lifts",
        "Tobiah Wrenfield",
        "Workshop",
        _at(8, 12),
        needs_assistance=True,
    ),
    PersonOnSite("s3", "Bram Oakentide", "Brindlewick Lifts", "Tobiah Wrenfield", "Workshop", _at(9, 3)),
    PersonOnSite("s4", "", "", "", "Workshop", _at(9, 41), unnamed=True),
    PersonOnSite("s5", "Sunniva Larkmead", "Mossgate Cleaning", "", "Workshop", _at(7, 30)),
    PersonOnSite("s6", "Caspian Thornbury", "Mossgate Cleaning", "", "Workshop", _at(7, 31)),
    PersonOnSite("s7", "ليان وادي النسيم", "مصاعد برندلويك", "Ines Caldermoor", "Offices", _at(9, 12)),
    PersonOnSite("s8", "נועה ברושים", "Larkspur Looms", "Ines Caldermoor", "Offices", _at(9, 14)),
    PersonOnSite("s9", "अनन्या वनमाली", "Larkspur Looms", "Yuna Wrenhollow", "Offices", _at(9, 20)),
    PersonOnSite("s10", "林小溪", "柳溪设计", "Yuna Wrenhollow", "Dock", _at(9, 22)),
    PersonOnSite("s11", "[b]Bold[/b] <script>", "^XA~JA", "Yuna Wrenhollow", "Dock", _at(9, 25)),
    PersonOnSite("s12", "Wilhelmina Ashgrove 🌿", "Pebblemoor", "Yuna Wrenhollow", "Dock", _at(9, 26)),
)
