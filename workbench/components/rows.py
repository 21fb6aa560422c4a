"""What is read: rows of lists, banners, strips, progress, facts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from kiosk.ports import BadgeTrouble, Freshness, PrinterNow, StatusNow
from kiosk.presenters.done import DoneLine, Mood
from kiosk.presenters.evacuation_rows import PersonRow, ZoneHead
from kiosk.presenters.toasts import Toast
from kiosk.views.chrome import OfflineStrip
from kiosk.views.evacuation_banner import GAP_U, Banner, BannerFold, banner_height, fold_height
from kiosk.views.evacuation_head import Head
from kiosk.views.evacuation_people import HeadingView, PersonView
from kiosk.views.progress import Progress
from kiosk.views.screens.device import DeviceRowView
from kiosk.views.screens.done import FactsCard
from kiosk.views.screens.host import DenseHostRowView, HostRowView
from kiosk.views.screens.on_site import OnSiteRowView
from kiosk.views.toast import ToastView
from workbench.components.bench import Group, Several, Specimen, nothing, pressed, width_of
from workbench.gallery_staff import EVERYTHING
from workbench.sample_texts import PEOPLE
from workbench.still_time import MORNING

if TYPE_CHECKING:
    from kiosk.presenters.evacuation import EvacuationState
    from kiosk.views.parts import Look, Part
    from kiosk.views.shapes import Box
    from workbench.gallery_tour import Tour

ROW_U = 13.2
LONG_NAME = 24


def row_groups(look: Look, tour: Tour) -> list[Group]:
    """All of them, in the tour's language."""
    return [
        Group("Rows", [*_hosts(look, tour), *_people(look, tour)]),
        Group("Banners, strip and progress", [*_banners(look, tour), _strip(look, tour), *_progress(look, tour)]),
        Group("Toasts", _toasts(look, tour)),
        Group("Facts", [*_facts(look, tour), *_device(look, tour)]),
    ]


def _hosts(look: Look, tour: Tour) -> list[Specimen]:
    tour.to_details()
    tour.lobby.details.next()
    tour.lobby.host.type("wre")
    found = tour.lobby.host.view().rows
    rows = [replace(found[0], match=None), *found[1:3], replace(found[0], department="")]

    def make(box: Box) -> Part:
        made = []
        for number, row in enumerate(rows):
            place = (box[0], box[1] + box[3] - (number + 1) * ROW_U * look.u, box[2], ROW_U * look.u)
            made.append(HostRowView(look, place, row, (number == 0, row is rows[-1]), nothing))
        pressed(made[2])
        return Several(look, box, made, card=True)

    def dense(box: Box) -> Part:
        made = []
        for number, row in enumerate(rows[1:3]):
            place = (box[0], box[1] + box[3] - (number + 1) * ROW_U * look.u, box[2], ROW_U * look.u)
            made.append(DenseHostRowView(look, place, row, (number == 0, number == 1), nothing))
        return Several(look, box, made, card=True)

    words = "host: plain; the letters that were typed; pressed; without a second line"
    return [
        Specimen(words, len(rows) * ROW_U * look.u, make),
        Specimen("host, on a small panel with large text", 2 * ROW_U * look.u, dense),
    ]


def _staff(tour: Tour, card: str) -> None:
    kiosk, lobby = tour.kiosk, tour.lobby
    tour.again()
    kiosk.desk.scopes, kiosk.desk.people = EVERYTHING, PEOPLE
    lobby.welcome.staff()
    for digit in kiosk.desk.pin:
        lobby.pin.digit(digit)
    lobby.staff_room.open(card)


def _people(look: Look, tour: Tour) -> list[Specimen]:
    u, tall = look.u, ROW_U * look.u
    _staff(tour, "on-site")
    on_site = tour.lobby.on_site.view().rows
    short = [row for row in on_site if len(row.name) < LONG_NAME and row.second]
    rows = [*[row for row in short if row.needs_assistance], *[row for row in short if not row.needs_assistance][:2]]
    _staff(tour, "evacuation")
    listed = tour.lobby.evacuation.view().rows
    people = [row for row in listed if isinstance(row, PersonRow) and len(row.name) < LONG_NAME]
    helped, ordinary = people[0], next(row for row in people if not row.needs_assistance)
    heads = [row for row in listed if isinstance(row, ZoneHead)]

    def desk(box: Box) -> Part:
        made = []
        for number, row in enumerate(rows):
            place = (box[0], box[1] + box[3] - (number + 1) * tall, box[2], tall)
            made.append(OnSiteRowView(look, place, row, (number == 0, row is rows[-1]), nothing))
        pressed(made[1])
        return Several(look, box, made)

    def muster(box: Box) -> Part:
        top, wide = box[1] + box[3], box[2] + 2.4 * u  # as in a list, with the place of its bar
        return Several(
            look,
            box,
            [
                HeadingView(look, (box[0], top - 8.6 * u, wide, 8.6 * u), heads[0]),
                PersonView(look, (box[0], top - 8.6 * u - tall, wide, tall), helped, (True, False), nothing),
                PersonView(look, (box[0], top - 8.6 * u - 2 * tall, wide, tall), ordinary, (False, True)),
            ],
        )

    return [
        Specimen("on site: needs assistance; pressed; ordinary", len(rows) * tall, desk),
        Specimen("evacuation: heading; needs assistance, with badge again; ordinary", 8.6 * u + 2 * tall, muster),
    ]


def _banners(look: Look, tour: Tour) -> list[Specimen]:
    wide, made = width_of(look, 1), []
    for freshness in Freshness:
        tour.kiosk.desk.freshness = freshness
        _staff(tour, "evacuation")
        state = tour.lobby.evacuation.view()
        tall = banner_height(look, state, wide) - GAP_U * look.u
        made.append(Specimen(f"banner of the evacuation list: {freshness.value}", tall, _banner(look, state)))
    tall = fold_height(look, state, wide) - GAP_U * look.u
    made.append(Specimen("banner, folded on a small panel with large text", tall, partial(_fold, look, state)))
    tour.kiosk.desk.freshness = Freshness.COMPLETE
    _staff(tour, "evacuation")
    alarm = tour.lobby.evacuation.view()
    made.append(Specimen("head of the evacuation list", 31 * look.u, lambda box: Head(look, box, alarm)))
    return made


def _banner(look: Look, state: EvacuationState) -> Callable[[Box], Part]:
    gap = GAP_U * look.u
    return lambda box: Banner(look, (box[0], box[1] - gap, box[2], box[3] + gap), state)


def _fold(look: Look, state: EvacuationState, box: Box) -> Part:
    gap = GAP_U * look.u
    return BannerFold(look, (box[0], box[1] - gap, box[2], box[3] + gap), state, nothing)


def _strip(look: Look, tour: Tour) -> Specimen:
    tour.offline(on=True)
    tour.to_details()
    view = tour.lobby.view()
    tour.offline(on=False)

    def make(box: Box) -> Part:
        return OfflineStrip(look, box, view.offline, view.offline_more)

    return Specimen("offline strip, across the top of every screen", 10.6 * look.u, make)


def _progress(look: Look, tour: Tour) -> list[Specimen]:
    def make(here: int, of: int) -> Callable[[Box], Part]:
        words = tour.lobby.turn.say("nav.step", here=here, of=of)
        return lambda box: Progress(look, box, (here, of), words)

    steps = ((1, 5, "first"), (3, 5, "in the middle"), (5, 5, "last"))
    return [Specimen(f"progress, {where}", 9.2 * look.u, make(here, of), 3) for here, of, where in steps]


def _toasts(look: Look, tour: Tour) -> list[Specimen]:
    say, tall = tour.lobby.turn.say, 12.8 * look.u
    told = (
        ("confirms", Toast("check", say("toast.nothing_kept"))),
        ("more time", Toast("timer-plus-outline", say("toast.more_time"))),
        ("the network is back", Toast("lan-connect", say("toast.online"))),
    )
    return [Specimen(caption, tall, partial(_toast, look, toast)) for caption, toast in told]


def _toast(look: Look, toast: Toast, box: Box) -> Part:
    return ToastView(look, box, toast)


def _facts(look: Look, tour: Tour) -> list[Specimen]:
    say, host = tour.lobby.turn.say, "Ines Caldermoor"
    lines = (
        DoneLine("printer-outline", say("badge.printing"), say("badge.slot"), Mood.UNDER_WAY),
        DoneLine("account-check-outline", say("done.safety"), say("done.safety_second"), Mood.DONE),
        DoneLine("clock-outline", say("host.not_yet", host=host), say("host.when_online", host="Ines"), Mood.WAITING),
        DoneLine("bell-outline", say("host.reception_helps"), say("host.ask_for", host=host), Mood.HELP),
    )

    def make(box: Box) -> Part:
        card = FactsCard(look, box, lines)
        card.fit(box[1] + box[3], box[3])
        return card

    return [Specimen("facts: under way; done; waiting; help", 56 * look.u, make)]


def _device(look: Look, tour: Tour) -> list[Specimen]:
    kiosk = tour.kiosk
    usual = kiosk.conditions.now
    kiosk.conditions.now = replace(
        usual,
        printers=(PrinterNow("Dock", "29x90", BadgeTrouble.NO_MEDIA),),
        offline_since=MORNING.replace(hour=8, minute=40),
    )
    kiosk.status.status = StatusNow()
    _staff(tour, "device")
    rows = {row.standing: row for row in tour.lobby.device.view().rows}
    kiosk.conditions.now = usual

    def card(standing: str) -> Callable[[Box], Part]:
        row = next(row for each, row in rows.items() if each.value == standing)
        return lambda box: DeviceRowView(look, box, row)

    return [Specimen(f"part of the kiosk: {standing.value}", 14.4 * look.u, card(standing.value)) for standing in rows]
