"""From a badge job to dots: the visitor's words, a signed departure code, the photo."""

from collections.abc import Callable
from datetime import datetime
from io import BytesIO

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PIL import Image, UnidentifiedImageError

from kiosk.asked_values import worded
from kiosk.flows.organisation_logo import logo_of
from kiosk.flows.printing.badge_job import BadgeJob
from kiosk.flows.printing.badge_sample import as_test, sample_job
from kiosk.flows.printing.badge_templates import BadgeTemplates
from kiosk.flows.printing.badge_validity import valid_until
from kiosk.words import moments
from kiosk.words.catalogue import Words, languages
from printers.badge import BadgeContent, BadgeLabels, BadgeStyle, render_badge
from printers.bitmap import BadgeBitmap
from printers.layout.photo import MOST_PIXELS
from printers.media import Medium
from printers.template import STANDARD, Template
from sync.device.settings import Enrolment
from sync.protocol.codes import Purpose, readable_code, sign_code
from sync.protocol.feed import Configuration, VisitorType, Zone


class BadgeArtist:
    """Lays badges out from what the feed says at the moment of printing."""

    def __init__(
        self,
        *,
        enrolment: Enrolment,
        key: Callable[[], Ed25519PrivateKey],
        configuration: Callable[[], Configuration | None],
        place: Callable[[], Zone | None],
        types: Callable[[], tuple[VisitorType, ...]],
        templates: BadgeTemplates | None = None,
    ) -> None:
        self._enrolment = enrolment
        self._key = key
        self._configuration = configuration
        self._place = place
        self._types = types
        self._templates = templates

    def draw(self, job: BadgeJob, medium: Medium) -> BadgeBitmap:
        """The badge of this job on this medium.

        Raises:
            PrinterError: the badge cannot be laid out.
        """
        return render_badge(self.content(job), medium, self._template(job, medium))

    def draw_test(self, printer: str, medium: Medium, words: Words, at: datetime) -> BadgeBitmap:
        """The badge of nobody, as the first type's visitors have theirs.

        Raises:
            PrinterError: the badge cannot be laid out.
        """
        kind = next(iter(self._types()), None)
        job = sample_job(words, "" if kind is None else kind.id, at, printer, medium.name)
        return render_badge(as_test(self.content(job), words), medium, self._template(job, medium))

    def _template(self, job: BadgeJob, medium: Medium) -> Template:
        return STANDARD if self._templates is None else self._templates.choose(self._kind(job), medium)

    def content(self, job: BadgeJob) -> BadgeContent:
        """What the badge says."""
        configuration, place = self._configuration(), self._place()
        words = languages().get(job.language) or languages()["en"]
        kind = self._kind(job)
        until = valid_until(job.arrived_at, job.visitor_type, configuration, self._types())
        type_word, style = _type_of(job, kind)
        return BadgeContent(
            name=job.name,
            company=job.company,
            host=job.host,
            visitor_type=type_word,
            style=style,
            organisation="" if configuration is None else configuration.organisation,
            place="" if configuration is None else configuration.site,
            valid_until=_valid_until(until, job.arrived_at, words),
            code_payload=self._code(job, until),
            readable_code=readable_code(job.stay),
            photo=_open_photo(job.photo),
            last_line="" if place is None else place.muster_point,
            labels=_labels(words),
            zone="" if place is None else place.name,
            logo=_open_logo(logo_of(configuration)),
            language=job.language,
            escort_required=kind is not None and kind.rules.escort,
        )

    def _kind(self, job: BadgeJob) -> VisitorType | None:
        return next((kind for kind in self._types() if kind.id == job.visitor_type), None)

    def _code(self, job: BadgeJob, until: datetime) -> str:
        expires = min(max(int(until.timestamp()), 0), 2**32 - 1)
        return sign_code(Purpose.DEPARTURE, job.stay, tenant=self._enrolment.tenant, expires_s=expires, key=self._key())


def _labels(words: Words) -> BadgeLabels:
    return BadgeLabels(
        visiting=words.say("badge.visiting"),
        valid_until=words.say("badge.valid-until"),
        escort=words.say("badge.escort"),
        escort_short=words.say("badge.escort-short"),
        zone=words.say("badge.zone"),
        muster_point=words.say("badge.muster-point"),
    )


def _type_of(job: BadgeJob, kind: VisitorType | None) -> tuple[str, BadgeStyle]:
    if kind is None:
        return job.visitor_type, BadgeStyle.VISITOR
    word = worded(kind.words, job.language) or kind.id
    return word, next((style for style in BadgeStyle if style.value == kind.badge), BadgeStyle.VISITOR)


def _valid_until(until: datetime, arrived: datetime, words: Words) -> str:
    """The time of day, and the day where it is another than that of the arrival; as short as the language has it."""
    time = f"{until:%H:%M}"
    if until.date() == arrived.date():
        return time
    return f"{moments.short_day(words, until)} {time}"


def _open_logo(logo: bytes | None) -> Image.Image | None:
    return None if logo is None else Image.open(BytesIO(logo), formats=("PNG",))


def _open_photo(photo: bytes | None) -> Image.Image | None:
    """A photo that cannot be read costs the badge its picture, not the visitor their badge."""
    if photo is None:
        return None
    try:
        picture = Image.open(BytesIO(photo), formats=("JPEG",))
        if picture.width * picture.height > MOST_PIXELS:
            return None
        picture.load()
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        return None
    return picture
