"""The corpus checker: what no reader of one file can see. `python app.py check` prints its findings.

The readers (`corpus/markdown.py`, `corpus/tables.py`) refuse a file that is malformed. These checks hold a well-formed
corpus against the rules of `corpus/README.md`: sentences that can be quoted alone, numbers with a source, tables that
agree with each other and with the prose.
"""

from __future__ import annotations

from corpus.check_contents import check_contents
from corpus.check_documents import check_documents
from corpus.check_foods import check_foods
from corpus.check_intakes import check_intakes
from corpus.check_numbers import check_numbers
from corpus.check_sentences import check_sentences
from corpus.check_tables import check_tables
from corpus.check_vocabulary import check_vocabulary
from corpus.load import Corpus

CHECKS = (
    check_documents,
    check_sentences,
    check_numbers,
    check_intakes,
    check_contents,
    check_tables,
    check_foods,
    check_vocabulary,
)
"""Each takes a corpus and yields findings. A corpus without a table or vocabulary file skips what would need it."""


def check_corpus(corpus: Corpus) -> list[str]:
    """One line for each finding: file:line: what was expected, what was found, what to do. Empty: nothing is wrong."""
    return [found for check in CHECKS for found in check(corpus)]
