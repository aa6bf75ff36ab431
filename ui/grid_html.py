"""Tables of an answer as HTML: food tables with a bar chart and controls, tables of intakes with the person's row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from answers import Answer
from answers.types import Calculation, Figure, Grid, Phrase, Piece, Quote
from ui.html import Html, join, tag
from ui.pieces_html import cite, piece_html, pieces_html

DIETS = ("vegan", "vegetarian", "pescatarian", "gluten-free")
"""Diets that have a button; the others are understood when typed."""
WITHOUT = ("dairy", "egg", "nuts", "soy", "fish")
BASES = ("serving", "100g", "100kcal")
AMOUNT = 2
"""The column of a food table that holds the first nutrient's amount, behind food and serving."""
Cell = tuple[Piece, ...]


class Grids:
    """Renders grids. `diets` is the vocabulary of diets and exclusions, `words` the page's strings."""

    def __init__(self, diets: Mapping[str, Any], words: Mapping[str, str]) -> None:
        self._words = words
        self._diets = {str(entry["id"]): str(entry["name"]) for entry in diets["diets"]}
        self._exclusions = {str(entry["id"]): str(entry["name"]) for entry in diets["exclusions"]}

    @staticmethod
    def is_of_foods(grid: Grid) -> bool:
        """Whether the rows are foods."""
        return _head_id(grid.head[0]) == "column.food"

    def grid(self, grid: Grid, answer: Answer, with_controls: bool) -> Html:
        """A table in a box that scrolls by itself; foods with their chart above and their controls below."""
        if not self.is_of_foods(grid):
            return tag("div", self._table(grid, sortable=False), class_="nt-grid")
        aspect = answer.question.aspect
        bases = self._bases(answer) if with_controls and aspect in ("foods", "comparison") else Html("")
        if _head_id(grid.head[1]) == "food.name":
            return tag("div", [bases, self._beside(grid)], class_="nt-grid")
        filters = self._filters(answer) if with_controls and aspect == "foods" else Html("")
        table = self._table(_compact(grid), sortable=len(grid.rows) > 1)
        return tag("div", [self._chart(grid, answer), bases, table, filters], class_="nt-grid")

    # --- the table

    def _table(self, grid: Grid, sortable: bool) -> Html:
        heads = [self._head(cell, sortable and number > 0) for number, cell in enumerate(grid.head)]
        rows = [self._row(row, number in grid.marked) for number, row in enumerate(grid.rows)]
        return _box(heads, rows, ", ".join(_plain(cell) for cell in grid.head[:3]), "nt-sortable" if sortable else None)

    def _beside(self, grid: Grid) -> Html:
        """Foods beside each other: the source of each is in its head, the largest share of each row set off."""
        heads = [self._head(grid.head[0], sortable=False)]
        for number, head in enumerate(grid.head[1:], 1):
            source = _source([row[number] for row in grid.rows])
            heads.append(tag("th", [self._cell(head), *([Html(" "), cite(source)] if source else [])], scope="col"))
        rows = []
        for row in grid.rows:
            most = max((_share(cell) for cell in row[1:]), default=0.0)
            cells = [tag("th", _lines(row[0]), scope="row")]
            for cell in row[1:]:
                is_most = most > 0 and _share(cell) == most
                cells.append(tag("td", _lines(cell), class_="nt-most" if is_most else None))
            rows.append(tag("tr", cells))
        return _box(heads, rows, ", ".join(_plain(head) for head in grid.head[1:]), "nt-beside")

    def _head(self, cell: Cell, sortable: bool) -> Html:
        if not sortable:
            return tag("th", _lines(cell), scope="col")
        label = f"{self._words['sort']} {_plain(cell)}"
        return tag("th", tag("button", _lines(cell), type="button", data_do="sort", aria_label=label), scope="col")

    def _row(self, row: Sequence[Cell], marked: bool) -> Html:
        """The first cell is the row's head, and has the link to the row's source."""
        source = _source(row)
        first = [self._cell(row[0][:1]), *([Html(" "), cite(source)] if source else [])]
        if row[0][1:]:
            first.append(
                tag("span", join([piece_html(piece, False) for piece in row[0][1:]], " · "), class_="nt-serving")
            )
        if marked:
            first.append(tag("span", self._words["marked"], class_="nt-label"))
        cells = [tag("th", first, scope="row")]
        cells += [tag("td", _lines(cell), data_v=_sort_key(cell)) for cell in row[1:]]
        return tag("tr", cells, class_="nt-marked" if marked else None, aria_current="true" if marked else None)

    def _cell(self, cell: Cell) -> Html:
        return pieces_html(cell, cited=False)

    # --- the chart

    def _chart(self, grid: Grid, answer: Answer) -> Html:
        """Bars of the first nutrient's share of the daily value, else of its amount; each label is the piece itself."""
        heads = [_head_id(cell) for cell in grid.head]
        daily = "column.daily" in heads
        column = heads.index("column.daily") if daily else AMOUNT
        found = ((row[0], row[column][:1]) for row in grid.rows if column < len(row))
        bars = [(name, piece) for name, cell in found for piece in cell if isinstance(piece, Calculation | Figure)]
        most = max((piece.value for _, piece in bars), default=0.0)
        if len(grid.rows) < 2 or most <= 0:
            return Html("")
        basis = self._words[f"basis.{answer.ranked_by[1] if answer.ranked_by else 'serving'}"]
        topic = next((slot for piece in grid.head[AMOUNT] if isinstance(piece, Phrase) for _, slot in piece.slots), "")
        title = self._words["chart" if daily else "chart.amount"].format(topic=topic, basis=basis)
        shown = [self._bar(_plain(name), piece, piece.value / most) for name, piece in bars]
        return tag("figure", [tag("figcaption", title), tag("ul", shown, class_="nt-bars")], class_="nt-chart")

    def _bar(self, name: str, piece: Calculation | Figure, share: float) -> Html:
        # A rectangle's width is an attribute, so that no inline style is needed.
        rect = tag("rect", width=f"{100 * share:.1f}%", height="100%", rx="3")
        drawing = tag("svg", rect, class_="nt-bar", aria_hidden="true", height="10", preserveAspectRatio="none")
        return tag(
            "li", [tag("span", name, class_="nt-bar-name"), drawing, tag("span", piece.text, class_="nt-bar-value")]
        )

    # --- controls: each posts a short visible message

    def _bases(self, answer: Answer) -> Html:
        now = answer.ranked_by[1] if answer.ranked_by else "serving"
        buttons = [self._says(self._words[f"basis.{basis}"], basis == now) for basis in BASES]
        return self._group(self._words["basis"], buttons)

    def _filters(self, answer: Answer) -> Html:
        filters = answer.question.filters
        diets = [
            self._toggle(name, f"I'm {name}", filters.diet == id_) for id_, name in self._diets.items() if id_ in DIETS
        ]
        without = [
            self._toggle(f"no {name}", f"without {name}", id_ in filters.exclude, name)
            for id_, name in self._exclusions.items()
            if id_ in WITHOUT
        ]
        more = [tag("button", self._words["more"], type="button", class_="nt-chip", data_say=self._words["more"])]
        return join([self._group(self._words["filters"], diets), self._group(self._words["filters.without"], without),
                     tag("div", more, class_="nt-group")])  # fmt: skip

    def _toggle(self, label: str, say: str, on: bool, name: str | None = None) -> Html:
        return self._says(label, on, f"forget {name or label}" if on else say)

    def _says(self, label: str, pressed: bool, say: str | None = None) -> Html:
        attributes = {"class_": "nt-chip", "aria_pressed": "true" if pressed else "false"}
        return tag("button", label, type="button", data_say=say or label, **attributes)

    def _group(self, label: str, buttons: Sequence[Html]) -> Html:
        return tag(
            "div",
            [tag("span", label, class_="nt-group-name"), *buttons],
            class_="nt-group",
            role="group",
            aria_label=label,
        )


def _box(heads: Sequence[Html], rows: Sequence[Html], name: str, kind: str | None) -> Html:
    """A table that scrolls sideways by itself where it has to, reachable by the keyboard."""
    table = tag("table", [tag("thead", tag("tr", heads)), tag("tbody", rows)], class_=kind)
    return tag("div", table, class_="nt-scroll", tabindex=0, role="region", aria_label=name)


def _compact(grid: Grid) -> Grid:
    """The serving beneath the food's name, and of several nutrients each share beneath its amount: it fits a phone."""
    heads = [_head_id(cell) for cell in grid.head]
    several = heads.count("column.daily") > 1
    joined = {n for n, id_ in enumerate(heads) if id_ == "column.serving" or (id_ == "column.daily" and several)}

    def row(cells: Sequence[Cell]) -> tuple[Cell, ...]:
        under = {n - 1: cells[n] for n in joined}
        return tuple((*cell, *under.get(n, ())) for n, cell in enumerate(cells) if n not in joined)

    return Grid(row(grid.head), tuple(row(cells) for cells in grid.rows), grid.marked)


def _lines(cell: Cell) -> Html:
    """The pieces of a cell, the second and later ones on a line of their own."""
    shown = [piece_html(piece, cited=False) for piece in cell]
    return join([*shown[:1], *([tag("span", join(shown[1:], " "), class_="nt-under")] if shown[1:] else [])], " ")


def _share(cell: Cell) -> float:
    """The share of the daily value in a cell, else 0."""
    return next((piece.value for piece in cell if isinstance(piece, Calculation) and piece.unit == "%"), 0.0)


def _head_id(cell: Cell) -> str:
    first = cell[0] if cell else None
    return first.id if isinstance(first, Phrase) else ""


def _plain(cell: Cell) -> str:
    return " ".join(piece.text for piece in cell)


def _source(row: Sequence[Cell]) -> Quote | Figure | None:
    """What the link at the head of a row opens: the row's last figure, else what the first calculation is made of."""
    pieces = [piece for cell in row for piece in cell]
    figures = [piece for piece in pieces if isinstance(piece, Figure)]
    terms = [operand.figure for piece in pieces if isinstance(piece, Calculation) for operand in piece.operands[:1]]
    quotes = [piece for piece in pieces if isinstance(piece, Quote)]
    wanted = {piece.citation for piece in quotes} or {piece.citation for piece in figures}
    found = [piece for piece in (*terms, *reversed(figures), *quotes) if piece is not None and piece.citation in wanted]
    return found[0] if found else None


def _sort_key(cell: Cell) -> str | None:
    """The number by which a column is sorted."""
    value = next((piece.value for piece in cell if isinstance(piece, Figure | Calculation)), None)
    return None if value is None else f"{value:g}"
