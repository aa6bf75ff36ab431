"""Tables of an answer as HTML: food tables with a bar chart and controls, tables of intakes with the person's row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from answers import Answer
from answers.types import Calculation, Figure, Grid, Phrase, Piece, Quote
from ui.html import Html, join, tag
from ui.pieces_html import cite, pieces_html

BARS = {
    "serving": ("column.daily", "column.per-serving"),
    "100g": ("column.per-100g",),
    "100kcal": ("column.per-100kcal",),
}
"""By what the foods are ranked: heads of the column that the chart shows, the first that the table has."""
FALLBACK = ("column.daily", "column.per-serving", "column.per-100g")
DIETS = ("vegan", "vegetarian", "pescatarian", "gluten-free")
"""Diets that have a button; the others are understood when typed."""
WITHOUT = ("dairy", "egg", "nuts", "soy", "fish")
BASES = ("serving", "100g", "100kcal")
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
        of_foods = self.is_of_foods(grid)
        parts = [self._table(grid, sortable=of_foods and len(grid.rows) > 1)]
        if of_foods:
            parts.insert(0, self._chart(grid, answer))
            if with_controls and answer.question.aspect == "foods":
                parts.insert(1, self._bases(answer))
                parts.append(self._filters(answer))
        return tag("div", parts, class_="nt-grid")

    # --- the table

    def _table(self, grid: Grid, sortable: bool) -> Html:
        heads = [self._head(cell, sortable and number > 0) for number, cell in enumerate(grid.head)]
        rows = [self._row(row, number in grid.marked) for number, row in enumerate(grid.rows)]
        table = tag(
            "table", [tag("thead", tag("tr", heads)), tag("tbody", rows)], class_="nt-sortable" if sortable else None
        )
        name = ", ".join(_plain(cell) for cell in grid.head[:3])
        return tag("div", table, class_="nt-scroll", tabindex=0, role="region", aria_label=name)

    def _head(self, cell: Cell, sortable: bool) -> Html:
        if not sortable:
            return tag("th", self._cell(cell), scope="col")
        label = f"{self._words['sort']} {_plain(cell)}"
        return tag("th", tag("button", _plain(cell), type="button", data_do="sort", aria_label=label), scope="col")

    def _row(self, row: Sequence[Cell], marked: bool) -> Html:
        """The first cell is the row's head, and has the link to the row's source."""
        source = _source(row)
        first = [self._cell(row[0]), *([Html(" "), cite(source)] if source else [])]
        if marked:
            first.append(tag("span", self._words["marked"], class_="nt-label"))
        cells = [tag("th", first, scope="row")]
        cells += [tag("td", self._cell(cell), data_v=_sort_key(cell)) for cell in row[1:]]
        return tag("tr", cells, class_="nt-marked" if marked else None, aria_current="true" if marked else None)

    def _cell(self, cell: Cell) -> Html:
        return pieces_html(cell, cited=False)

    # --- the chart

    def _chart(self, grid: Grid, answer: Answer) -> Html:
        """Bars of the column by which foods were ranked; each label is the piece itself."""
        basis = answer.ranked_by[1] if answer.ranked_by else "serving"
        heads = [_head_id(cell) for cell in grid.head]
        column = next((heads.index(id_) for id_ in (*BARS[basis], *FALLBACK) if id_ in heads), None)
        if column is None or len(grid.rows) < 2:
            return Html("")
        bars = [
            (row[0], piece) for row in grid.rows for piece in row[column][:1] if isinstance(piece, Calculation | Figure)
        ]
        most = max((piece.value for _, piece in bars), default=0.0)
        if most <= 0:
            return Html("")
        daily = heads[column] == "column.daily"
        title = self._words["chart"] if daily else self._words["chart.amount"].format(basis=_plain(grid.head[column]))
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
    value = next((piece.value for piece in reversed(cell) if isinstance(piece, Figure | Calculation)), None)
    return None if value is None else f"{value:g}"
