"""Documents, tables and vocabulary: everything the program can say, read and checked.

Leftmost in the way of the data: imports no other package of the project.
"""

from corpus.errors import CorpusError, NutraceError
from corpus.load import Corpus, load_corpus
from corpus.types import Document, Passage, Row, Section, Source, Span, Table

__all__ = [
    "Corpus",
    "CorpusError",
    "Document",
    "NutraceError",
    "Passage",
    "Row",
    "Section",
    "Source",
    "Span",
    "Table",
    "load_corpus",
]
