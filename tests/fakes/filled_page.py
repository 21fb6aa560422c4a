"""What a browser sends of the form ``draft`` of a page when it is saved as it came (HTML, 4.10.22.4)."""

from html.parser import HTMLParser


def sent_by(text: str) -> list[tuple[str, str]]:
    """Names and values, in the order of the page; the button is left out."""
    return _Form(text).pairs


class _Form(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.pairs: list[tuple[str, str]] = []
        self._select: str = ""
        self._area: str | None = None
        self._inside = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = told.get("id") == "draft"
        if not self._inside:
            return
        if tag == "input" and (told.get("type") not in ("checkbox", "radio") or "checked" in told):
            self.pairs.append((told["name"], told["value"]))
        elif tag == "textarea":
            self._area = ""
            self.pairs.append((told["name"], ""))
        elif tag == "select":
            self._select = told["name"]
        elif tag == "option" and "selected" in told:
            self.pairs.append((self._select, told["value"]))

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._area += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        if tag == "textarea" and self._area is not None:
            self.pairs[-1] = (self.pairs[-1][0], self._area.removeprefix("\n").replace("\n", "\r\n"))
            self._area = None
