"""An answer in which anything is not what it claims to be never leaves: each way of being wrong, made and caught."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from answers_support import TWITCHING, Answering

from answers import Answer, GroundingError, Nutrace
from answers.types import Block, Calculation, Citation, Echo, Figure, Grid, Line, Operand, Phrase, Piece, Quote
from answers.verify import Verifier
from corpus import NutraceError

Alter = Callable[[Piece], Piece | None]


@pytest.fixture(scope="module")
def foods(ask: Answering) -> Answer:
    """Quotes, figures, calculations, phrases, and the echo of a misspelt word."""
    answer: Answer = ask("which foods have magnisium?").answer
    assert {piece.kind for piece in answer.pieces} == {"quote", "figure", "calculation", "phrase", "echo"}
    return answer


@pytest.fixture(scope="module")
def twitching(ask: Answering) -> Answer:
    answer: Answer = ask(TWITCHING).answer
    return answer


def altered(answer: Answer, alter: Alter) -> Answer:
    """The answer with the first piece that `alter` changes; raises where it changes none."""
    blocks: list[Block] = list(answer.blocks)
    for number, block in enumerate(blocks):
        cells = (
            (block.pieces,) if isinstance(block, Line) else (*block.head, *(cell for row in block.rows for cell in row))
        )
        for at, cell in enumerate(cells):
            for place, piece in enumerate(cell):
                other = alter(piece)
                if other is not None and other != piece:
                    changed = (*cell[:place], other, *cell[place + 1 :])
                    blocks[number] = put(block, at, changed)
                    return replace(answer, blocks=tuple(blocks))
    raise AssertionError("nothing to alter")


def put(block: Block, at: int, cell: tuple[Piece, ...]) -> Block:
    """The block with its cell number `at` replaced."""
    if isinstance(block, Line):
        return replace(block, pieces=cell)
    width = len(block.head)
    if at < width:
        return replace(block, head=(*block.head[:at], cell, *block.head[at + 1 :]))
    rows, left = [], at - width
    for row in block.rows:
        if 0 <= left < len(row):
            row = (*row[:left], cell, *row[left + 1 :])
            left = -1
        elif left >= 0:
            left -= len(row)
        rows.append(row)
    return replace(block, rows=tuple(rows))


def of_document(change: Callable[[Quote], Quote]) -> Alter:
    return lambda piece: change(piece) if isinstance(piece, Quote) and piece.document else None


def of_table(change: Callable[[Quote], Quote]) -> Alter:
    return lambda piece: change(piece) if isinstance(piece, Quote) and piece.table else None


def of_figure(change: Callable[[Figure], Figure]) -> Alter:
    return lambda piece: change(piece) if isinstance(piece, Figure) else None


def of_calculation(change: Callable[[Calculation], Calculation]) -> Alter:
    return lambda piece: change(piece) if isinstance(piece, Calculation) else None


def of_phrase(id_: str, change: Callable[[Phrase], Phrase]) -> Alter:
    return lambda piece: change(piece) if isinstance(piece, Phrase) and piece.id == id_ else None


def of_echo(change: Callable[[Echo], Echo]) -> Alter:
    return lambda piece: change(piece) if isinstance(piece, Echo) else None


def operands(change: Callable[[Operand], Operand]) -> Callable[[Calculation], Calculation]:
    return lambda done: replace(done, operands=(change(done.operands[0]), *done.operands[1:]))


def given(done: Calculation) -> Calculation:
    """A calculation with a number that nobody gave, its result worked out from it."""
    terms = (Operand(77_777.0, "mg", given=True), *done.operands[1:])
    assert done.operator == "per_100g × grams ÷ 100"
    return replace(done, operands=terms, value=77_777.0 * terms[1].value / 100)


BROKEN: dict[str, Alter] = {
    "a quote shifted by one at both ends": of_document(lambda q: replace(q, start=q.start + 1, end=q.end + 1)),
    "a quote whose span and text are shifted": of_document(lambda q: replace(q, start=q.start + 1, text=q.text[1:])),
    "a quote cut short": of_document(lambda q: replace(q, end=q.end - 5, text=q.text[:-5])),
    "a quote with another word": of_document(lambda q: replace(q, text=q.text.replace(" ", " not ", 1))),
    "a quote with another space": of_document(lambda q: replace(q, text=q.text.replace(" ", "\u00a0", 1))),
    "a quote of no document": of_document(lambda q: replace(q, document="no-such-document")),
    "a quote of another document": of_document(lambda q: replace(q, document="zinc")),
    "a quote that cites what is not there": of_document(lambda q: replace(q, citation=999)),
    "a quote of another cell": of_table(lambda q: replace(q, column="name")),
    "a quote of a row that is not there": of_table(lambda q: replace(q, row="food:unobtainium")),
    "a cell with another word": of_table(lambda q: replace(q, text=f"{q.text} daily")),
    "a figure with another value": of_figure(lambda f: replace(f, value=f.value + 1)),
    "a figure with another text": of_figure(lambda f: replace(f, text=f"9{f.text}")),
    "a figure that shows another unit": of_figure(lambda f: replace(f, text=f.text.rpartition(" ")[0] + " kg")),
    "a figure without unit": of_figure(lambda f: replace(f, unit="", text=f.text.partition(" ")[0])),
    "a figure without basis": of_figure(lambda f: replace(f, basis="")),
    "a figure of another row": of_figure(lambda f: replace(f, row="food:kale-raw")),
    "a figure that cites what is not there": of_figure(lambda f: replace(f, citation=999)),
    "a calculation with another result": of_calculation(lambda c: replace(c, value=c.value * 1.01 + 1)),
    "a calculation that shows another result": of_calculation(lambda c: replace(c, text=f"9{c.text}")),
    "a calculation with another operator": of_calculation(lambda c: replace(c, operator="amount ÷ whole × 100 %")),
    "a calculation by no known operator": of_calculation(lambda c: replace(c, operator="guess")),
    "a term that is not its figure": of_calculation(operands(lambda o: replace(o, value=o.value + 1))),
    "a term that is no figure and that nobody gave": of_calculation(operands(lambda o: replace(o, figure=None))),
    "a term that the user is said to have given": of_calculation(given),
    "a phrase with another text": of_phrase("lead.foods", lambda p: replace(p, text=p.text + "!")),
    "a phrase of no list": of_phrase("lead.foods", lambda p: replace(p, id="lead.cure")),
    "a phrase with a slot too many": of_phrase("lead.foods", lambda p: replace(p, slots=(*p.slots, ("x", "y")))),
    "a slot filled with a sentence": of_phrase(
        "lead.foods",
        lambda p: replace(
            p,
            text=p.text.replace("magnesium", "nothing, stop your pills"),
            slots=(("topics", "nothing, stop your pills"),),
        ),
    ),
    "an echo that the user did not say": of_echo(lambda e: replace(e, text="cyanide")),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_piece_is_caught(verifier: Verifier, foods: Answer, name: str) -> None:
    with pytest.raises(GroundingError):
        verifier.verify(altered(foods, BROKEN[name]))


def test_the_answer_itself_passes(verifier: Verifier, foods: Answer, twitching: Answer) -> None:
    assert verifier.verify(foods) is foods
    assert verifier.verify(twitching) is twitching


def without_disclaimer(answer: Answer) -> Answer:
    return replace(answer, blocks=answer.blocks[:-1])


def disclaimer_first(answer: Answer) -> Answer:
    return replace(answer, blocks=(answer.blocks[-1], *answer.blocks[:-1]))


def disclaimer_reworded(answer: Answer) -> Answer:
    return altered(answer, of_phrase("disclaimer", lambda p: replace(p, text="Trust me.")))


def without_quotes(answer: Answer) -> Answer:
    kept = [b for b in answer.blocks if not any(isinstance(p, Quote) and p.document for p in pieces(b))]
    return replace(answer, blocks=tuple(kept))


def citations_reordered(answer: Answer) -> Answer:
    return replace(answer, citations=answer.citations[::-1])


def citation_of_another_document(answer: Answer) -> Answer:
    def other(citation: Citation) -> Citation:
        return replace(citation, document="zinc", title="Zinc") if citation.document else citation

    return replace(answer, citations=tuple(map(other, answer.citations)))


def empty(answer: Answer) -> Answer:
    return replace(answer, blocks=())


def pieces(block: Block) -> Iterator[Piece]:
    cells = (block.pieces,) if isinstance(block, Line) else (*block.head, *(cell for row in block.rows for cell in row))
    return (piece for cell in cells for piece in cell)


@pytest.mark.parametrize(
    "spoil",
    [
        without_disclaimer,
        disclaimer_first,
        disclaimer_reworded,
        without_quotes,
        citations_reordered,
        citation_of_another_document,
        empty,
    ],
)
def test_a_broken_answer_is_caught(verifier: Verifier, twitching: Answer, spoil: Callable[[Answer], Answer]) -> None:
    with pytest.raises(GroundingError):
        verifier.verify(spoil(twitching))


def test_a_spoilt_cell_of_a_grid_is_caught_like_any_other(verifier: Verifier, foods: Answer) -> None:
    grid = next(block for block in foods.blocks if isinstance(block, Grid))
    for at in range(len(grid.head), len(grid.head) * 3):
        cell = (grid.rows[0] + grid.rows[1])[at - len(grid.head)]
        spoilt = put(
            grid, at, (*cell, Figure("5 mg", "foods", "food:almonds", "magnesium_mg", 5.0, "mg", "x", "", "", 1))
        )
        blocks = tuple(spoilt if block is grid else block for block in foods.blocks)
        with pytest.raises(GroundingError):
            verifier.verify(replace(foods, blocks=blocks))


def test_the_error_is_one_of_the_projects_own_and_one_line(verifier: Verifier, foods: Answer) -> None:
    assert issubclass(GroundingError, NutraceError)
    with pytest.raises(GroundingError) as caught:
        verifier.verify(altered(foods, BROKEN["a figure with another value"]))
    assert "\n" not in str(caught.value)


def test_words_of_an_earlier_message_may_be_echoed_and_no_others(engine: Nutrace, verifier: Verifier) -> None:
    answer = engine.respond("what did sailors have to do with it?", ["who discovered vitamins?"])
    echoes = [piece.text for piece in answer.pieces if isinstance(piece, Echo)]
    assert echoes == ["who discovered vitamins?", "what did sailors have to do with it?"]
    assert verifier.verify(answer) is answer
    with pytest.raises(GroundingError):
        verifier.verify(replace(answer, history=()))
