"""Make pieces out of evidence, numbering citations in the order in which they are first used."""

from __future__ import annotations

from answers import arithmetic
from answers.types import Calculation, Citation, Figure, Quote
from corpus import Corpus, Row, Source, Span
from corpus.markdown import FOOTNOTE
from retriever import Quote as Found

FOOD_URL = "https://fdc.nal.usda.gov/food-details/{id}/nutrients"


class Builder:
    """One answer's pieces and citations. Not shared between answers."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus
        self._citations: dict[tuple[str, str], Citation] = {}

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The citations in order of their numbers."""
        return tuple(self._citations.values())

    def quote(self, found: Found) -> Quote:
        """A whole sentence of a document."""
        document = self.corpus.documents[found.document]
        start, end = found.span
        number = self._cite_document(found)
        return Quote(document.text[start:end], number, document.id, start, end)

    def cell(self, table: str, row: Row, column: str) -> Quote:
        """One whole text cell of a table."""
        return Quote(row.text(column), self.cite_row(table, row), table=table, row=row.id, column=column)

    def figure(
        self, table: str, row: Row, column: str, unit: str, basis: str, decimals: int | None = None,
        preparation: str = "", population: str = "",
    ) -> Figure:  # fmt: skip
        """One number of a table. Raises TypeError where the cell is blank or no number."""
        value = row.number_of(column)
        if value is None:
            raise TypeError(f"{table} {row.id}: {column} is blank")
        text = arithmetic.amount(value, unit, decimals)
        number = self.cite_row(table, row)
        return Figure(text, table, row.id, column, value, unit, basis, preparation, population, number)

    # --- citations

    def _cite_document(self, found: Found) -> int:
        document = self.corpus.documents[found.document]
        sources = self._sources_at(found) or document.sources[:1]
        key = (found.document, found.heading)
        held = self._citations.get(key)
        if held:
            merged = tuple(dict.fromkeys((*held.sources, *sources)))
            start, end = min(held.start, found.span.start), max(held.end, found.span.end)
            self._citations[key] = Citation(
                held.number, held.title, merged, held.document, held.heading, start, end, reviewed=held.reviewed
            )
            return held.number
        number = len(self._citations) + 1
        self._citations[key] = Citation(
            number, document.title, sources, document.id, found.heading, *found.span, reviewed=document.reviewed
        )
        return number

    def _sources_at(self, found: Found) -> tuple[Source, ...]:
        """The sources whose footnote marks stand right behind the sentence."""
        document = self.corpus.documents[found.document]
        known = {source.id: source for source in document.sources}
        marks, at = [], found.span.end
        while mark := FOOTNOTE.match(document.text, at):
            marks.append(known[mark[1]])
            at = mark.end()
        return tuple(marks)

    def cite_row(self, table: str, row: Row) -> int:
        """The number of the citation of a table row."""
        key = (table, row.id)
        if key not in self._citations:
            title, sources = self._row_source(table, row)
            self._citations[key] = Citation(len(self._citations) + 1, title, sources, table=table, row=row.id)
        return self._citations[key].number

    def _row_source(self, table: str, row: Row) -> tuple[str, tuple[Source, ...]]:
        cell = row.text("source") if "source" in row.cells else ""
        source = self.corpus.sources.get(cell)
        if table == "foods":
            fdc = row.text("fdc_id")
            url = FOOD_URL.format(id=fdc) if fdc else "https://fdc.nal.usda.gov/"
            return row.text("name"), (
                Source("fdc", f"{cell}, {row.text('name')}", "US Department of Agriculture", url),
            )
        title = next((row.text(name) for name in ("name", "test", "population", "id") if row.cells.get(name)), table)
        if source is None:
            named = row.text("other_source") if "other_source" in row.cells else cell
            source = Source(named, named, named, "")
        return title, (source,)


def span_of(quote: Quote) -> Span:
    """Where a quote of a document stands."""
    return Span(quote.start, quote.end)


__all__ = ["Builder", "Calculation", "span_of"]
