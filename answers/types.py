"""An answer as data: pieces in blocks. What is not one of the five kinds of piece cannot be said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from corpus import Source
from retriever import Evidence, Question

Style = Literal["paragraph", "item", "banner", "warning", "understood", "lead", "closing", "disclaimer"]


@dataclass(frozen=True, slots=True)
class Quote:
    """A contiguous span of a document, or one whole text cell of a table."""

    text: str
    citation: int
    document: str | None = None
    start: int = 0
    end: int = 0
    table: str | None = None
    row: str | None = None
    column: str | None = None
    kind: Literal["quote"] = "quote"


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a table, never without unit, basis, preparation, population and source row."""

    text: str
    table: str
    row: str
    column: str
    value: float
    unit: str
    basis: str
    preparation: str
    population: str
    citation: int
    kind: Literal["figure"] = "figure"


@dataclass(frozen=True, slots=True)
class Operand:
    """A term: a figure, the result of another calculation, or a number that the user gave (`given`)."""

    value: float
    unit: str
    figure: Figure | None = None
    given: bool = False
    calculation: Calculation | None = None


@dataclass(frozen=True, slots=True)
class Calculation:
    """Arithmetic over figures and numbers that the user gave. `operator`: see `answers.arithmetic.OPERATORS`."""

    text: str
    operands: tuple[Operand, ...]
    operator: str
    value: float
    unit: str
    kind: Literal["calculation"] = "calculation"


@dataclass(frozen=True, slots=True)
class Phrase:
    """A fixed wording of `vocabulary/phrases.yaml`, its slots filled with names."""

    text: str
    id: str
    slots: tuple[tuple[str, str], ...] = ()
    kind: Literal["phrase"] = "phrase"


@dataclass(frozen=True, slots=True)
class Echo:
    """The user's own words."""

    text: str
    kind: Literal["echo"] = "echo"


Piece = Quote | Figure | Calculation | Phrase | Echo


@dataclass(frozen=True, slots=True)
class Line:
    """Pieces that are shown one after the other. A `strong` line's first piece is set off."""

    pieces: tuple[Piece, ...]
    style: Style = "paragraph"


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: column heads (phrases), and rows of cells, each cell pieces. `marked`: rows to set off."""

    head: tuple[tuple[Piece, ...], ...]
    rows: tuple[tuple[tuple[Piece, ...], ...], ...]
    marked: tuple[int, ...] = ()


Block = Line | Grid


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a piece stands. `document` with `heading`, `start`, `end`, or `table` with `row`."""

    number: int
    title: str
    sources: tuple[Source, ...]
    document: str | None = None
    heading: str | None = None
    start: int = 0
    end: int = 0
    table: str | None = None
    row: str | None = None
    reviewed: str = ""


@dataclass(frozen=True, slots=True)
class FoodValue:
    """What one food holds of one nutrient. Amounts are in `unit`; None where unknown."""

    nutrient: str
    unit: str
    per_serving: float | None
    per_100g: float | None
    percent_dv: float | None
    citation: int


@dataclass(frozen=True, slots=True)
class Food:
    """A row of the food table as shown."""

    id: str
    name: str
    fdc_id: str
    serving: str
    grams: float
    preparation: str
    values: tuple[FoodValue, ...]
    energy_kcal: float | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A verified reply. `text` is rendered from `blocks`; nothing in it comes from anywhere else.

    `history`: the user's earlier messages, whose words may be echoed like those of `message`.
    """

    message: str
    understood: str
    status: str
    urgency: str
    question: Question
    evidence: Evidence
    blocks: tuple[Block, ...]
    citations: tuple[Citation, ...]
    topics: tuple[str, ...]
    not_linked: tuple[str, ...]
    foods: tuple[Food, ...]
    ranked_by: tuple[str, str] | None
    unanswered: tuple[str, ...]
    suggestions: tuple[str, ...]
    disclaimer: str
    history: tuple[str, ...] = ()

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """All pieces in the order of the text."""
        return tuple(piece for block in self.blocks for piece in pieces_of(block))


def pieces_of(block: Block) -> tuple[Piece, ...]:
    """The pieces of a block in reading order."""
    if isinstance(block, Line):
        return block.pieces
    cells = (*block.head, *(cell for row in block.rows for cell in row))
    return tuple(piece for cell in cells for piece in cell)
