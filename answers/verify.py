"""Check every piece of an answer against what it claims to be. An answer that fails is never shown."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from answers import arithmetic
from answers.errors import GroundingError
from answers.phrases import Phrases
from answers.types import Answer, Calculation, Citation, Figure, Operand, Phrase, Piece, Quote
from corpus import Corpus, Row
from retriever import Amount, Question

MOST_DECIMALS = 6
"""Digits after the point that a number is shown with at the most."""


class Verifier:
    """Knows the corpus, the phrases, and which spans are whole sentences."""

    def __init__(self, corpus: Corpus, phrases: Phrases) -> None:
        self._corpus, self._phrases = corpus, phrases
        self._sentences = {
            document.id: {tuple(span) for section in document.sections for span in section.sentences}
            for document in corpus.documents.values()
        }

    def verify(self, answer: Answer) -> Answer:
        """The answer itself. Raises GroundingError naming the first piece that is not what it claims to be."""
        numbers = [citation.number for citation in answer.citations]
        if numbers != list(range(1, len(numbers) + 1)):
            raise GroundingError(f"expected citations numbered from 1, found {numbers}")
        pieces = answer.pieces
        check = _Check(self, answer)
        for piece in pieces:
            check.piece(piece)
        last = pieces[-1] if pieces else None
        if not isinstance(last, Phrase) or last.id != "disclaimer":
            raise GroundingError("expected the disclaimer at the end of the reply")
        if answer.status == "answered" and not any(isinstance(p, Quote) and p.document for p in pieces):
            raise GroundingError("expected at least one quoted passage in an answered reply, found none")
        return answer

    def sentence(self, quote: Quote) -> None:
        """Raises GroundingError unless the quote is a whole sentence of its document."""
        document = self._corpus.documents.get(quote.document or "")
        where = f"{quote.document}[{quote.start}:{quote.end}]"
        if document is None:
            raise GroundingError(f"{where}: expected a document of the corpus")
        if document.text[quote.start : quote.end] != quote.text:
            raise GroundingError(f"{where}: not the text quoted")
        if (quote.start, quote.end) not in self._sentences[document.id]:
            raise GroundingError(f"{where}: not a whole sentence")

    def row(self, table: str | None, row: str | None) -> Row:
        """The row of a table. Raises GroundingError where there is none."""
        held = self._corpus.tables.get(table or "")
        found = held.by_id.get(row or "") if held else None
        if found is None:
            raise GroundingError(f"{table} {row}: expected a row of a table")
        return found

    def phrase(self, phrase: Phrase) -> None:
        """Raises GroundingError unless the phrase is one of the closed list, its slots filled with names."""
        self._phrases.check(phrase)


class _Check:
    """The pieces of one answer against its citations, its message and the numbers that the user gave."""

    def __init__(self, verifier: Verifier, answer: Answer) -> None:
        self._verifier = verifier
        self._citations: Mapping[int, Citation] = {citation.number: citation for citation in answer.citations}
        said = (answer.message, *answer.history)
        self._said = (*said, *(" ".join(words.split()) for words in said))
        self._amounts = tuple(amount for question in _questions(answer) for amount in question.amounts)

    def piece(self, piece: Piece) -> None:
        """Raises GroundingError unless the piece is what it claims to be."""
        if isinstance(piece, Quote):
            self._quote(piece)
        elif isinstance(piece, Figure):
            self._figure(piece)
        elif isinstance(piece, Calculation):
            self._calculation(piece)
        elif isinstance(piece, Phrase):
            self._verifier.phrase(piece)
        elif not any(piece.text in said for said in self._said):
            raise GroundingError(f"echo {piece.text!r}: not the user's words")

    def _quote(self, quote: Quote) -> None:
        citation = self._citation(quote.citation)
        if quote.document is not None:
            self._verifier.sentence(quote)
            if citation.document != quote.document or not citation.start <= quote.start <= quote.end <= citation.end:
                raise GroundingError(
                    f"{quote.document}[{quote.start}:{quote.end}]: cites [{citation.number}], elsewhere"
                )
            return
        if self._cited_row(quote, citation).cells.get(quote.column or "") != quote.text:
            raise GroundingError(f"{quote.table} {quote.row}.{quote.column}: not the cell quoted")

    def _figure(self, figure: Figure) -> None:
        row, where = self._cited_row(figure, self._citation(figure.citation)), f"{figure.table} {figure.row}"
        if figure.value != row.cells.get(figure.column):
            raise GroundingError(f"{where}.{figure.column}: expected {row.cells.get(figure.column)}")
        if not figure.unit or not figure.basis:
            raise GroundingError(f"{where}.{figure.column}: a number without unit or basis")
        if not _words(figure.text, figure.value, figure.unit):
            raise GroundingError(f"{figure.text!r}: not {figure.value} {figure.unit}")

    def _calculation(self, done: Calculation) -> None:
        operator = arithmetic.OPERATORS.get(done.operator)
        if operator is None or operator.terms not in (None, len(done.operands)):
            raise GroundingError(f"{done.text!r}: expected a known operator with its terms, found {done.operator!r}")
        for operand in done.operands:
            self._operand(operand)
        whole = done.operands[0]
        if done.operator == arithmetic.SHARE and whole.given and not self._is_days_amount(whole):
            raise GroundingError(f"{done.text!r}: {whole.value} {whole.unit} is not what is taken in a day")
        value = operator.compute([operand.value for operand in done.operands])
        if not math.isclose(value, done.value, rel_tol=1e-6, abs_tol=1e-6):
            raise GroundingError(f"{done.text!r}: the terms give {value}")
        before, equals, result = done.text.rpartition(" = ")
        as_said = not equals or before == arithmetic.terms(done.operator, done.operands)
        if not (as_said and _words(result, value, done.unit)):
            raise GroundingError(f"{done.text!r}: the terms give {arithmetic.amount(value, done.unit)}")

    def _operand(self, operand: Operand) -> None:
        inner = operand.figure or operand.calculation
        if inner is None:
            if not operand.given or not any(_gave(amount, operand) for amount in self._amounts):
                raise GroundingError(f"operand {operand.value} {operand.unit}: no figure, and the user did not give it")
            return
        self.piece(inner)
        if (inner.value, inner.unit) != (operand.value, operand.unit):
            raise GroundingError(f"operand {operand.value}: its {inner.kind} says {inner.value} {inner.unit}")

    def _is_days_amount(self, operand: Operand) -> bool:
        """Whether an amount that the user gave is that of a day, taken neither more often nor more rarely."""
        return any(amount.plain and _gave(amount, operand) for amount in self._amounts)

    def _citation(self, number: int) -> Citation:
        if number not in self._citations:
            raise GroundingError(f"expected a citation of the reply, found [{number}]")
        return self._citations[number]

    def _cited_row(self, piece: Quote | Figure, citation: Citation) -> Row:
        if (citation.table, citation.row) != (piece.table, piece.row):
            raise GroundingError(f"{piece.table} {piece.row}: cites [{citation.number}], elsewhere")
        return self._verifier.row(piece.table, piece.row)


def _questions(answer: Answer) -> Iterator[Question]:
    yield answer.question
    yield from answer.question.parts
    yield from (part for part, _ in answer.evidence.parts)


def _gave(amount: Amount, operand: Operand) -> bool:
    """Whether the user gave the operand: an amount, in its unit or a converted one; how many; in how many days."""
    if operand.unit == arithmetic.DAYS:
        return operand.value == amount.days
    if operand.unit == "":
        return operand.value in (amount.many, amount.times)
    same = amount.unit == operand.unit and amount.value == operand.value
    volume = operand.unit == "ml" and amount.value * arithmetic.MILLILITERS.get(amount.unit, 0.0) == operand.value
    return same or volume or arithmetic.converted(amount.value, amount.unit, operand.unit) == operand.value


def _words(text: str, value: float, unit: str) -> bool:
    """Whether a text shows a number, in full or rounded to some digits after the point."""
    return any(arithmetic.amount(value, unit, decimals) == text for decimals in (None, *range(MOST_DECIMALS + 1)))
