"""From a template's elements to rows that fill a frame: which stand together, which give way, what the name gets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import groupby, zip_longest

from printers.layout.code import CodeSymbol
from printers.layout.content import BadgeContent
from printers.layout.frame import Frame
from printers.layout.lines import SetBlock
from printers.layout.pictures import MOST_BESIDE, PictureRow
from printers.layout.pieces import DETAILS, GIVES_WAY, HEAD, NAMING, PICTURES, Piece, without
from printers.layout.rows import BandRow, DetailsRow, HeadRow, IconRow, NameRow, Row, TextRow, set_text
from printers.template import ElementKind, Size

_GROUPS = (HEAD, NAMING, DETAILS)
Group = tuple[Piece, ...]


@dataclass(frozen=True)
class Flow:
    """How rows are made for a frame.

    Attributes:
        symbol: the badge's code, encoded once.
        bands: the visitor's type stands among the rows; otherwise beside them, in a column.
    """

    content: BadgeContent
    symbol: CodeSymbol | None
    bands: bool
    _blocks: dict[tuple[str, Size], SetBlock] = field(default_factory=dict)

    def draw(self, frame: Frame, pieces: tuple[Piece, ...], top: int, bottom: int) -> set[ElementKind]:
        """Draw what there is room for; return the kinds that gave way."""
        gone = self._giving_way(frame, pieces, bottom - top)
        rows = self._rows(frame, without(pieces, gone))
        edge = top + _edge(frame, rows)
        above: Row | None = None
        for row, height in zip(rows, _heights(frame, rows, bottom - edge), strict=True):
            row.draw(frame, edge, height, ruled=above is not None and not isinstance(above, HeadRow | BandRow))
            edge, above = edge + height, row
        return gone

    def _giving_way(self, frame: Frame, pieces: tuple[Piece, ...], room: int) -> set[ElementKind]:
        """As few kinds as will do, first those that matter least."""

        def fit(gone: set[ElementKind]) -> bool:
            rows = self._rows(frame, without(pieces, gone))
            heights = _heights(frame, rows, room - _edge(frame, rows))
            return all(height >= row.least(frame) for row, height in zip(rows, heights, strict=True))

        present = {piece.kind for piece in pieces}
        order = [kind for kind in GIVES_WAY if kind in present]
        gone: set[ElementKind] = set()
        while len(gone) < len(order) and not fit(gone):
            gone.add(order[len(gone)])
        for kind in reversed(order[: len(gone)]):
            if fit(gone - {kind}):  # what went in vain comes back
                gone -= {kind}
        return gone

    def _rows(self, frame: Frame, pieces: tuple[Piece, ...]) -> list[Row]:
        icon = next((piece for piece in pieces if piece.kind is ElementKind.ICON), None)
        has_type = any(piece.kind is ElementKind.TYPE for piece in pieces)
        taken = {ElementKind.ICON} if has_type else set[ElementKind]()
        taken |= set() if self.bands else {ElementKind.TYPE}
        groups = self._grouped(frame, _groups(without(pieces, taken)))
        with_photo = any(piece.kind is ElementKind.PHOTO for piece in pieces)
        rows: list[Row] = []
        for group in groups:
            above = rows[-1] if rows else None
            rows.append(self._row(frame, group, icon, above, with_photo=with_photo))
        return [_spaced(row, below) for row, below in zip_longest(rows, rows[1:])]

    def _row(self, frame: Frame, group: Group, icon: Piece | None, above: Row | None, *, with_photo: bool) -> Row:
        kinds = {piece.kind for piece in group}
        if kinds & PICTURES:
            return self._pictures(group)
        if ElementKind.NAME in kinds:
            return NameRow(group, with_photo)
        if kinds <= HEAD:
            return HeadRow(group, self.content.logo, low=not self.bands)
        if kinds <= DETAILS:
            return DetailsRow(group)
        if ElementKind.TYPE in kinds:
            space = 0 if above is None or isinstance(above, HeadRow) else 28
            return BandRow(group[0], icon, self.content.style, space)
        return IconRow(group[0]) if ElementKind.ICON in kinds else TextRow(group[0], self._text(frame, group[0]))

    def _text(self, frame: Frame, piece: Piece) -> SetBlock:
        """Set once, however often rows are tried."""
        key = (piece.text, piece.size)
        if key not in self._blocks:
            self._blocks[key] = set_text(frame, piece)
        return self._blocks[key]

    def _pictures(self, group: Group) -> PictureRow:
        found = {piece.kind: piece for piece in group}
        return PictureRow(
            photo=found.get(ElementKind.PHOTO),
            code=found.get(ElementKind.CODE),
            details=tuple(piece for piece in group if piece.kind in DETAILS),
            picture=self.content.photo,
            symbol=self.symbol,
        )

    def _grouped(self, frame: Frame, groups: list[Group]) -> list[Group]:
        """Bring photo and code together, and details beside them, wherever all of it fits.

        A row that took details in stands in their place, below the name; on an upright badge a photo keeps its own.
        """
        groups = self._beside(frame, groups, _holds(ElementKind.PHOTO), _holds(ElementKind.CODE), at_second=False)
        for kind in (ElementKind.PHOTO, ElementKind.CODE):
            photo_leads = kind is ElementKind.PHOTO and not frame.wide
            details = [group for group in groups if all(piece.kind in DETAILS for piece in group)]
            if details:
                groups = self._beside(frame, groups, _holds(kind), _equals(details[-1]), at_second=not photo_leads)
        return groups

    def _beside(
        self,
        frame: Frame,
        groups: list[Group],
        is_first: Callable[[Group], bool],
        is_second: Callable[[Group], bool],
        *,
        at_second: bool,
    ) -> list[Group]:
        """Put two groups into one row where they fit side by side, at the place of the one or the other."""
        first = next((group for group in groups if is_first(group)), None)
        second = next((group for group in groups if is_second(group)), None)
        if first is None or second is None or first is second:
            return groups
        both = (*first, *second)
        if sum(piece.kind in DETAILS for piece in both) > MOST_BESIDE or not self._pictures(both).fits(frame):
            return groups
        place = second if at_second else first
        kept = [group for group in groups if group is place or group not in (first, second)]
        return [both if group is place else group for group in kept]


def _spaced(row: Row, below: Row | None) -> Row:
    """A head keeps its distance from everything but the band, which has its own."""
    return replace(row, space_below=20) if isinstance(row, HeadRow) and not isinstance(below, BandRow) else row


def _holds(kind: ElementKind) -> Callable[[Group], bool]:
    return lambda group: any(piece.kind is kind for piece in group)


def _equals(wanted: Group) -> Callable[[Group], bool]:
    return lambda group: group == wanted


def _groups(pieces: tuple[Piece, ...]) -> list[Group]:
    """Neighbours that stand in one row; everything else by itself."""
    numbered = [(piece, _class_of(piece, index)) for index, piece in enumerate(pieces)]
    return [tuple(piece for piece, _ in group) for _, group in groupby(numbered, key=lambda pair: pair[1])]


def _class_of(piece: Piece, index: int) -> int:
    return next((-1 - number for number, kinds in enumerate(_GROUPS) if piece.kind in kinds), index)


def _edge(frame: Frame, rows: list[Row]) -> int:
    """Dots that the first row keeps from the edge, unless it has its own distance or goes to the edge on purpose."""
    return 0 if isinstance(rows[0], HeadRow | BandRow) else frame.dots(30)


def _heights(frame: Frame, rows: list[Row], room: int) -> list[int]:
    """How high each row is: the others shrink for the name, down to their least, and it has what is left."""
    wishes = [row.height(frame) for row in rows]
    spare = room - sum(wishes)
    for index, row in enumerate(rows):
        if spare < 0 and not isinstance(row, NameRow):
            give = min(wishes[index] - row.least(frame), -spare)
            wishes[index] -= give
            spare += give
    name = next(index for index, row in enumerate(rows) if isinstance(row, NameRow))
    wishes[name] += spare
    return wishes
