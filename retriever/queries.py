"""The words of a question that are encoded."""

from __future__ import annotations

from corpus import Corpus
from retriever.text import spelled_out
from retriever.types import Question
from retriever.utterance import Parser


class Queries:
    """Words what is searched: the user's own words, and the names of what they left out."""

    def __init__(self, corpus: Corpus, parser: Parser) -> None:
        self._documents, self._parser = corpus.documents, parser

    def of(self, question: Question) -> str:
        """What is encoded: the user's words, and the names of what they left out."""
        lexicon = self._parser.lexicon
        text = spelled_out(question.text)
        if not question.carried or (question.after and not question.subjects) or not question.asked:
            return text
        asked = None if question.literal else self._canonical(question)
        if asked and not self._parser.parse(question.message).foreign:
            return asked
        names = [lexicon.shown[id_] for id_ in question.subjects if id_ in lexicon.shown]
        return f"{text} {question.aspect.replace('-', ' ')} {' '.join(names)}".strip()

    def _canonical(self, question: Question) -> str | None:
        """How the documents themselves word the question that was carried over."""
        for subject in question.subjects:
            document = self._documents.get(subject)
            sections = document.sections if document else ()
            found = next((s for s in sections if s.aspect == question.aspect and s.questions), None)
            if found:
                return found.questions[0]
        return None
