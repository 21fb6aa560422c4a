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
    "fr": (
        "Règles pour nos visiteurs",
        (
            "Merci de votre venue. Ces quelques règles vous protègent ici, et ce que vous voyez chez nous aussi.",
            "1. Restez avec la personne qui vous reçoit. Portez votre badge bien en vue et rendez-le en partant.",
            (
                "2. Si l’alarme sonne, sortez par la porte la plus proche et rejoignez le point de rassemblement près "
                "de l’étang. Ne prenez pas l’ascenseur. S’il vous faut de l’aide dans l’escalier, dites-le maintenant."
            ),
            "3. Photos. Demandez avant d’en prendre à l’atelier : une partie de ce que vous voyez est à nos clients.",
            "4. À l’atelier, portez les lunettes et les chaussures fournies et restez entre les lignes jaunes.",
            "5. Gardez pour vous ce que vous apprenez ici, même après votre visite.",
            (
                "6. Ce que nous gardons : votre nom et vos heures pendant 90 jours, et la version de ces règles que "
                "vous avez acceptée. Sur demande, nous les effaçons plus tôt."
            ),
        ),
    ),
    "es": (
        "Normas para nuestras visitas",
        (
            "Gracias por venir. Estas pocas normas le protegen aquí, y también lo que ve en nuestra casa.",
            "1. Quédese con la persona que le recibe. Lleve la tarjeta a la vista y devuélvala al salir.",
            (
                "2. Si suena la alarma, salga por la puerta más próxima y vaya al punto de reunión junto al estanque. "
                "No use el ascensor. Si necesita ayuda en la escalera, díganoslo ahora."
            ),
            "3. Fotografías. Pregunte antes de hacerlas en el taller: parte de lo que ve es de nuestros clientes.",
            "4. En el taller lleve las gafas y el calzado que le damos y no salga de las líneas amarillas.",
            "5. Guarde para usted lo que sepa aquí de nuestro trabajo, también después de su visita.",
            (
                "6. Qué guardamos: su nombre y sus horas durante 90 días, y qué versión de estas normas aceptó. Si lo "
                "pide, lo borramos antes."
            ),
        ),
    ),
    "ar": (
        "قواعد لضيوفنا",
        (
            "شكرًا لقدومك. هذه القواعد القليلة تحميك هنا، وتحفظ ما تراه عندنا.",
            "1. ابقَ مع مضيفك. ضع بطاقتك في مكان ظاهر، وأعدها عند المغادرة.",
            (
                "2. إذا دوّى الإنذار فاخرج من أقرب باب واذهب إلى نقطة التجمع عند البركة. لا تستخدم المصعد. "
                "وإن كنت تحتاج إلى مساعدة على الدرج فأخبرنا الآن."
            ),
            "3. التصوير. اسأل قبل أن تصوّر في الورشة، فبعض ما تراه يخص عملاءنا.",
            "4. في الورشة البس النظارة والحذاء اللذين نعطيك إياهما، وابقَ داخل الخطوط الصفراء.",
            "5. احتفظ لنفسك بما تعرفه هنا عن عملنا، وبعد زيارتك أيضًا.",
            "6. ما نحتفظ به: اسمك وأوقاتك مدة 90 يومًا، ونسخة القواعد التي وافقت عليها. ونحذفها قبل ذلك إن طلبت.",
        ),
    ),
    "he": (
        "כללים לאורחינו",
        (
            "תודה שבאת. הכללים המעטים האלה שומרים עליך כאן, ועל מה שרואים אצלנו.",
            "1. יש להישאר עם המארחים, לשאת את התג במקום גלוי ולהחזיר אותו ביציאה.",
            (
                "2. אם נשמעת אזעקה, יש לצאת בדלת הקרובה וללכת לנקודת המפגש ליד הבריכה. אין להשתמש במעלית. "
                "אם דרושה עזרה במדרגות, נא לומר לנו עכשיו."
            ),
            "3. צילום. נא לשאול לפני שמצלמים בסדנה: חלק ממה שרואים שייך ללקוחותינו.",
            "4. בסדנה יש להרכיב את המשקפיים ולנעול את הנעליים שקיבלת, ולהישאר בין הקווים הצהובים.",
            "5. מה שנודע לך כאן על עבודתנו נשאר אצלך, גם אחרי הביקור.",
            "6. מה אנו שומרים: את השם ואת השעות במשך 90 יום, ואת נוסח הכללים שאושר. לפי בקשה נמחק מוקדם יותר.",
        ),
    ),
    "hi": (
        "हमारे मेहमानों के लिए नियम",
        (
            "आने के लिए धन्यवाद। ये कुछ नियम यहाँ आपकी सुरक्षा के लिए हैं, और उसकी भी जो आप यहाँ देखते हैं।",
            "1. अपने मेज़बान के साथ रहें। बैज दिखता हुआ पहनें और जाते समय लौटा दें।",
            (
                "2. अलार्म बजे तो सबसे पास के दरवाज़े से निकलकर तालाब के पास सभा-स्थल पर जाएँ। लिफ़्ट का उपयोग न करें। "
                "सीढ़ियों पर मदद चाहिए तो अभी बताएँ।"
            ),
            "3. फ़ोटो। कार्यशाला में लेने से पहले पूछें: जो आप देखते हैं उसमें से कुछ हमारे ग्राहकों का है।",
            "4. कार्यशाला में दिया गया चश्मा और जूते पहनें और पीली रेखाओं के भीतर रहें।",
            "5. यहाँ हमारे काम के बारे में जो जानें, उसे अपने तक रखें, यात्रा के बाद भी।",
            "6. हम क्या रखते हैं: आपका नाम और समय 90 दिन तक, और नियमों का वह संस्करण जिससे आप सहमत हुए। कहने पर पहले मिटा देते हैं।",
        ),
    ),
    "zh": (
        "访客须知",
        (
            "感谢您的到来。这几条规定保护您在这里的安全，也保护您在这里看到的内容。",
            "1. 请与接待人同行。请将访客证佩戴在明显处，离开时交还。",
            "2. 警报响起时，请从最近的门离开，到池塘边的集合点集合。请勿乘坐电梯。如果下楼梯需要帮助，请现在告诉我们。",
            "3. 拍照。在车间拍照前请先询问：您看到的有些东西属于我们的客户。",
            "4. 在车间请佩戴我们提供的眼镜并穿好安全鞋，请勿走出黄线。",
            "5. 您在这里了解到的有关我们工作的内容，请予保密，来访之后也是如此。",
            "6. 我们保存的内容：您的姓名和时间保存九十天，以及您同意的须知版本。您可以要求提前删除。",
        ),
    ),
}

TYPES = (
    VisitorType(
        "visitor",
        {
            "en": "Visiting someone",
            "de": "Jemanden besuchen",
            "fr": "Voir quelqu’un",
            "es": "Visitar a alguien",
            "ar": "زيارة شخص",
            "he": "ביקור אצל מישהו",
            "hi": "किसी से मिलने",
            "zh": "拜访某人",
        },
        {
            "en": "A meeting, a tour, a coffee",
            "de": "Besprechung, Führung, Kaffee",
            "fr": "Réunion, visite, café",
            "es": "Reunión, visita, café",
            "ar": "اجتماع، جولة، قهوة",
            "he": "פגישה, סיור, קפה",
            "hi": "बैठक, भ्रमण, चाय",
            "zh": "会议、参观、喝咖啡",
        },
        documents=(AskedDocument("rules"),),
    ),
    VisitorType(
        "contractor",
        {
            "en": "Working on site",
            "de": "Hier arbeiten",
            "fr": "Travailler sur place",
            "es": "Trabajar aquí",
            "ar": "عمل في الموقع",
            "he": "עבודה באתר",
            "hi": "यहाँ काम करने",
            "zh": "在现场工作",
        },
        {
            "en": "Contractors and service",
            "de": "Fremdfirmen und Wartung",
            "fr": "Prestataires et service",
            "es": "Contratistas y servicio",
            "ar": "مقاولون وصيانة",
            "he": "קבלנים ושירות",
            "hi": "ठेकेदार और सेवा",
            "zh": "承包商与维修",
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
