"""Check every piece of an answer against what it claims to be. An answer that fails is never shown."""

from __future__ import annotations

import math
import re

from answers import arithmetic
from answers.errors import GroundingError
from answers.phrases import Phrases
from answers.types import Answer, Calculation, Echo, Figure, Operand, Phrase, Piece, Quote
from corpus import Corpus


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
        for piece in answer.pieces:
            self._check(piece, answer)
        numbers = [citation.number for citation in answer.citations]
        if numbers != list(range(1, len(numbers) + 1)):
            raise GroundingError(f"expected citations numbered from 1, found {numbers}")
        last = answer.pieces[-1]
        if not isinstance(last, Phrase) or last.id != "disclaimer":
            raise GroundingError("expected the disclaimer at the end of the reply")
        if answer.status == "answered" and not any(isinstance(p, Quote) and p.document for p in answer.pieces):
            raise GroundingError("expected at least one quoted passage in an answered reply, found none")
        return answer

    def _check(self, piece: Piece, answer: Answer) -> None:
        if isinstance(piece, Quote):
            self._check_quote(piece)
        elif isinstance(piece, Figure):
            self._check_figure(piece)
        elif isinstance(piece, Calculation):
            self._check_calculation(piece, answer)
        elif isinstance(piece, Phrase):
            self._phrases.check(piece)
        elif piece.text not in answer.message and piece.text not in " ".join(answer.message.split()):
            raise GroundingError(f"echo {piece.text!r}: not the user's words")

    def _check_quote(self, quote: Quote) -> None:
        if quote.document is not None:
            document = self._corpus.documents[quote.document]
            if document.text[quote.start : quote.end] != quote.text:
                raise GroundingError(f"{quote.document}[{quote.start}:{quote.end}]: not the text quoted")
            if (quote.start, quote.end) not in self._sentences[quote.document]:
                raise GroundingError(f"{quote.document}[{quote.start}:{quote.end}]: not a whole sentence")
            return
        row = self._corpus.tables[quote.table or ""].by_id[quote.row or ""]
        if row.cells[quote.column or ""] != quote.text:
            raise GroundingError(f"{quote.table} {quote.row}.{quote.column}: not the cell quoted")

    def _check_figure(self, figure: Figure) -> None:
        row = self._corpus.tables[figure.table].by_id[figure.row]
        if row.number_of(figure.column) != figure.value:
            raise GroundingError(f"{figure.table} {figure.row}.{figure.column}: expected {figure.value}")
        if not figure.unit or not figure.basis:
            raise GroundingError(f"{figure.table} {figure.row}.{figure.column}: a number without unit or basis")
        shown = re.match(r"[\d,.]+", figure.text)
        step = 10.0 ** -len(shown[0].partition(".")[2]) if shown else 0.0
        if shown is None or abs(float(shown[0].replace(",", "")) - figure.value) > step / 2 + 1e-9:
            raise GroundingError(f"{figure.text!r}: not {figure.value}")

    def _check_calculation(self, done: Calculation, answer: Answer) -> None:
        value = arithmetic.OPERATORS[done.operator]([operand.value for operand in done.operands])
        if not math.isclose(value, done.value, rel_tol=1e-6, abs_tol=1e-6):
            raise GroundingError(f"{done.text!r}: the terms give {value}")
        for operand in done.operands:
            self._check_operand(operand)

    def _check_operand(self, operand: Operand) -> None:
        if operand.figure is not None:
            self._check_figure(operand.figure)
            if operand.figure.value != operand.value:
                raise GroundingError(f"operand {operand.value}: its figure says {operand.figure.value}")


__all__ = ["Echo", "Verifier"]
