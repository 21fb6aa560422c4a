"""How the list on badge paper is getting on, in words: the same on the screen and at a terminal."""

from kiosk.ports import BadgeTrouble, ListPrint, ListPrintState
from kiosk.words.catalogue import Words

_WORDS = {
    ListPrintState.PREPARING: "list.preparing",
    ListPrintState.PRINTING: "list.printing",
    ListPrintState.PRINTED: "list.printed",
    ListPrintState.GIVEN_UP: "list.given_up",
    ListPrintState.NO_PRINTER: "list.no_printer",
}
_HELD = {
    BadgeTrouble.NO_MEDIA: "list.no_media",
    BadgeTrouble.WRONG_MEDIA: "list.wrong_media",
    BadgeTrouble.COVER_OPEN: "list.cover_open",
    BadgeTrouble.JAM: "list.jam",
    BadgeTrouble.UNREACHABLE: "list.unreachable",
}


def list_print_words(now: ListPrint, words: Words) -> str:
    """One sentence; empty where nothing was asked for."""
    key = _WORDS.get(now.state)
    if now.state is ListPrintState.HELD:
        key = "list.trouble" if now.trouble is None else _HELD.get(now.trouble, "list.trouble")
    here = now.printed + (now.state is ListPrintState.PRINTING)
    return "" if key is None else words.say(key, here=here, of=now.pages)
