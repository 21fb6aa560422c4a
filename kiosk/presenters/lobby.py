"""The lobby as a whole: which screen, whose turn, which sheet; the one presenter that a window is given.

lobby = Lobby(ports, LobbyCraft(read_codes, encode_photo, frame_face))
lobby.on_change = draw
lobby.open()
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from kiosk.admission_values import Invited
from kiosk.display_values import Display
from kiosk.navigation import STAFF, Act, Screen, follow, place
from kiosk.ports import LobbyPorts
from kiosk.presenters.asking import FIELDS_A_PAGE
from kiosk.presenters.cast import Cast, LobbyCraft
from kiosk.presenters.code_offers import CodeOffer, code_sheet
from kiosk.presenters.idle import IdleWatch, waits
from kiosk.presenters.lobby_view import LobbyView
from kiosk.presenters.reading import Reader
from kiosk.presenters.sheets import Sheet, SheetState, common_sheet, timeout_sheet
from kiosk.presenters.spoken import spoken, still_spoken
from kiosk.presenters.toasts import Toasts
from kiosk.presenters.tried_badge import TriedBadge
from kiosk.presenters.turn import Turn
from kiosk.words.catalogue import Words

STATUS_SECONDS = 2.0
_CLEARING = frozenset({Screen.DONE, Screen.GOODBYE})
"""Screens that say how soon they clear; whoever is still reading touches them, and has the time again."""


class Lobby(Cast):
    """Owns the present turn and replaces it whole when a visitor has gone."""

    def __init__(self, ports: LobbyPorts, craft: LobbyCraft) -> None:
        self.ports = ports
        self._craft = craft
        self.on_change: Callable[[], None] = lambda: None
        self._reader = Reader(ports.speech)
        self._idle = IdleWatch(ports.scheduler, self._changed, self.reset, self._is_read_aloud)
        self._toasts = Toasts(ports.scheduler, self._changed)
        self._tried = TriedBadge(ports.scheduler)
        self._was_offline = False
        self._turns = 0
        self._fields_a_page = FIELDS_A_PAGE
        self._begin()

    @property
    def screen(self) -> Screen:
        """Return which screen is shown."""
        return self.turn.stop.screen

    def fit(self, fields_a_page: int) -> None:
        """Note how many fields stand over the keyboard; it holds from the next visitor on."""
        self._fields_a_page = fields_a_page
        if self.screen is Screen.WELCOME:
            self.turn.fields_a_page = fields_a_page

    def _begin(self) -> None:
        ports = self.ports
        words = next(iter(spoken(ports.directory.organisation()).values()))
        self._sheet: Sheet | None = None
        self._offer: CodeOffer | None = None
        self.display = Display(ports.first_contrast)
        self._language_chosen = False
        self.turn = Turn(ports, words, self._go, self._changed)
        self._hire()

    def _hire(self) -> None:
        self.turn.fields_a_page = self._fields_a_page
        self._turns += 1
        self.hire(self.turn, self._craft, self._welcome_invited)

    def open(self) -> None:
        """Begin to keep the status line true; called once, when the window is there."""
        self._look_around()

    def _look_around(self) -> None:
        offline = self.ports.status.now().offline_since is not None
        if self._was_offline and not offline and self.screen not in {Screen.WELCOME, *STAFF}:
            self._toasts.show("lan-connect", self.turn.say("toast.online"))
        self._was_offline = offline
        self._mind_language()
        self._changed()
        self.ports.scheduler.later(STATUS_SECONDS, self._look_around)

    def choose_language(self, code: str) -> None:
        """Begin again in another language; nothing has been entered yet on the welcome screen."""
        chosen = spoken(self.ports.directory.organisation()).get(code)
        if chosen is not None and self.screen is Screen.WELCOME and not self.turn.saving:
            self._begin_in(chosen)
            self._language_chosen = True
            self._mind_welcome()
            self.touched()
            self._changed()

    def _mind_language(self) -> None:
        """A site's languages may change while nobody is there."""
        if self.screen is not Screen.WELCOME or self._sheet is not None or self.turn.saving:
            return
        offered, chosen = self.ports.directory.organisation(), self.turn.words if self._language_chosen else None
        words = still_spoken(offered, chosen)
        if words is not self.turn.words:
            self._begin_in(words)
            self._language_chosen = False
            self._mind_welcome()

    def _begin_in(self, words: Words) -> None:
        self.turn.over = True
        self.turn = Turn(self.ports, words, self._go, self._changed)
        self._hire()

    def _welcome_invited(self, invited: Invited) -> None:
        """Begin the visit of an invitation, in its language where the place speaks it and the visitor chose none. Who
        needs assistance needs it still.
        """
        self._leave_screen()
        called, assistance, words = self.calling.made, self.turn.given.needs_assistance, self.turn.words
        if not self._language_chosen:
            words = spoken(self.ports.directory.organisation()).get(invited.language, words)
        self._begin_in(words)
        self.turn.invite(invited)
        self.turn.given.needs_assistance |= assistance
        self.calling.resume(called)
        self.details.take_announced()
        self._go(Act.VISIT)

    def touched(self) -> None:
        """Note that somebody is there. A counting sheet is answered by its own buttons only."""
        if self.screen is Screen.WELCOME:
            self.ports.somebody_came()
        counts_openly = self.screen in _CLEARING
        if self._sheet is not Sheet.TIMEOUT and (self._idle.seconds_left is None or counts_openly):
            self._idle.again()

    def back(self) -> None:
        """Go one screen back; what was entered stays."""
        self._go(Act.BACK)

    def finish(self) -> None:
        """Leave a last screen."""
        self._go(Act.NEXT)

    def next_of_group(self) -> None:
        """Begin anew with the code of somebody who came along: in the same language, and else as for anybody."""
        if self.screen is not Screen.DONE:
            return
        self._leave_screen()
        self._reader.stop()
        self._toasts.drop()
        self.display, self._sheet = Display(self.ports.first_contrast), None
        self._begin_in(self.turn.words)
        self._language_chosen = True
        self.turn.begin()
        self._go(Act.INVITED)

    def ask(self, sheet: Sheet) -> None:
        """Let a sheet rise."""
        self._sheet = sheet
        self._mind_welcome()
        self._changed()

    def offer(self, offer: CodeOffer) -> None:
        """Let a sheet about a code rise."""
        self._offer = offer
        self.ask(Sheet.CODE)

    def scanned(self, *readings: str) -> None:
        """Take what a hand scanner read, as every way in which it may be read. In a visit it is left while another
        sheet is up; what comes to nothing is no sign that somebody is there. On a last screen it is the next person's.
        """
        screen, above = self.screen, self._sheet not in {None, Sheet.CODE}
        if not self.hand_scanner.serves(screen, readings) or (above and screen not in {Screen.WELCOME, Screen.GOODBYE}):
            return
        if screen in _CLEARING:
            self.reset()
        elif screen is Screen.WELCOME:
            self._close_sheet()
        self._idle.again()
        self.touched()
        self._sheet = None
        self.hand_scanner.take(self._tried.shown_to(screen, readings), *readings)
        self._mind_welcome()
        self._changed()

    def choose(self, choice: str) -> None:
        """Take a choice of the sheet that is up."""
        common = {
            "restart": self._start_again,
            "more": self._stay,
            "call": self.calling.call,
            "close": self._close_sheet,
        }
        if choice in common:
            common[choice]()
        elif choice == "accept" and self._sheet is Sheet.CODE and self._offer is not None:
            self._sheet, accepted = None, self._offer
            accepted.act()
        elif self._sheet is None and self._own is not None:
            self._own.choose(choice)
        elif choice == "assistance":
            self.turn.toggle_assistance()
        else:
            self.display = self.display.chosen(choice, self.ports.first_contrast)
            if choice == "spoken":
                self._reader.stop()
        self._mind_welcome()
        self._changed()

    def _stay(self) -> None:
        self._idle.again()
        self._toasts.show("timer-plus-outline", self.turn.say("toast.more_time"))

    def _start_again(self) -> None:
        turn = self.turn
        began = turn.stop in turn.steps and not turn.saving and turn.given.held is None and not self.calling.was_asked
        self.reset()
        if began:
            self._toasts.show("check", turn.say("toast.nothing_kept"))

    def _close_sheet(self) -> None:
        if self.screen is Screen.WELCOME and self.calling.was_asked:
            self.reset()  # whoever comes next is somebody else, who has called nobody
            return
        self._sheet = None
        if self._own is not None:
            self._own.close_sheet()

    def _mind_welcome(self) -> None:
        """What somebody chose at the welcome is over when they have gone: a sheet, a language or look, help, a call."""
        if self.screen is not Screen.WELCOME:
            return
        looks_otherwise = self.display != Display(self.ports.first_contrast)
        chosen = looks_otherwise or self._language_chosen or self.turn.given.needs_assistance
        if chosen or self._sheet is not None or self.calling.was_asked:
            self._watch()
        else:
            self._idle.stop()

    def reset(self) -> None:
        """Forget the visitor: every presenter and all that was entered is replaced, and the welcome is shown."""
        self._leave_screen()
        self.turn.over = True
        self._reader.stop()
        self._idle.stop()
        self._toasts.drop()
        self._begin()
        self._changed()

    def _go(self, act: Act) -> None:
        turn = self.turn
        if turn.saving:
            return
        target = follow(turn.stop, act, turn.steps)
        if target is None or (target == turn.stop and act is not Act.FAIL):
            return
        if target.screen is Screen.DONE and turn.given.arrived is None:
            self.arrival.arrive()
            return
        if target.screen is Screen.WELCOME:
            self.reset()
            return
        self._leave_screen()
        turn.stop, self._sheet = target, None
        self._watch()
        getattr(self._presenters[target.screen], "shown", lambda: None)()
        self._changed()

    def _leave_screen(self) -> None:
        getattr(self._presenters[self.screen], "hidden", lambda: None)()

    def _is_read_aloud(self) -> bool:
        """Whoever listens cannot touch at the same time, and is there."""
        return self.display.spoken and self.ports.speech.speaking

    def _watch(self) -> None:
        patience, told = self.ports.patience, self.ports.directory.organisation().idle_seconds
        self._idle.watch(*waits(self.screen, patience if told is None else replace(patience, idle_seconds=told)))

    def _changed(self) -> None:
        if self.display.spoken:
            self._reader.follow(self.view(), self.turn.words)
        self.on_change()

    def _sheet_state(self) -> SheetState | None:
        left = self._idle.seconds_left
        if left is not None and self.screen not in _CLEARING:
            return timeout_sheet(self.turn, left)
        if self._sheet is Sheet.CODE and self._offer is not None:
            return code_sheet(self.turn, self._offer)
        common = common_sheet(self._sheet, self.turn, self.display, self.calling)
        return common if common is not None or self._own is None else self._own.sheet()

    def view(self) -> LobbyView:
        """Return what to show."""
        turn, say = self.turn, self.turn.say
        where = place(turn.stop, turn.steps)
        offline = self.ports.status.now().offline_since
        left = self._idle.seconds_left
        counts = left is not None and self.screen in _CLEARING
        return LobbyView(
            turn=self._turns,
            stop=turn.stop,
            state=self._presenters[self.screen].view(),
            place=where,
            place_words=say("nav.step", here=where[0], of=where[1]) if where else "",
            back=say("nav.back"),
            help="" if self.screen in STAFF else say("nav.help"),
            offline=say("status.offline", time=turn.clock(offline)) if offline else "",
            offline_more=say("status.still_works") if offline else "",
            clears=turn.words.count("done.clears", left or 0) if counts else "",
            sheet=self._sheet_state(),
            toast=self._toasts.now,
            display=self.display,
            language=turn.words.code,
            direction=turn.words.direction,
        )
