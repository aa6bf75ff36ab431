"""Choose, from the ranked passages, the sentences that answer the question."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache

from corpus import Corpus, Passage
from index import Index, Vector
from retriever.aspects import compile_pattern
from retriever.spelling import common_words
from retriever.text import plain_document, tokens
from retriever.types import Question, Quote, Ranked

FIRST_BONUS = 0.08
"""What being the first sentence of its section, which answers the section's question, counts for in cosine."""
OF_PERSON = 0.1
"""What it counts for in cosine that a sentence names who asks, or is asked for: teenagers, pregnancy."""
OWN_WORD = 0.04
"""What it counts for that a sentence holds a word of the question which others of its section do not."""
NEW_WORD = 0.12
"""The same of a word that a follow-up brings up, which no name explains: the MTHFR gene, after folate."""
OF_PRODUCT = 0.1
"""What it counts for that a sentence is about tablets, where a follow-up asks about them."""
OF_TABLETS = ("evidence", "absorption")
"""Aspects in which tablets and foods stand side by side."""
DIRECT = 0.04
"""How much nearer to the question a sentence of another section must be to be quoted before all others."""
WITHIN = 0.35
"""How far below the best sentence's cosine another may lie and still be quoted."""

SHORT = 3
"""Words of so many letters are units and fillers."""
OF_TOO_LITTLE = ("causes", "deficiency-signs", "at-risk")
"""Aspects of sections that speak of a lack: the opposite of too much, which a cosine does not tell from it."""


class Selector:
    """Scores sentences by the cosine of each, taken alone, with the question."""

    def __init__(self, corpus: Corpus, index: Index) -> None:
        self._corpus, self._index = corpus, index
        people = corpus.vocabulary.get("people") or {}
        entries = (*(people.get("life_stages") or ()), *(people.get("conditions") or ()))
        self._person_document = {entry["id"]: entry.get("topic") or entry.get("document") for entry in entries}
        self._person_words = {
            entry["id"]: frozenset(token.stem for token in tokens(str(entry["name"])) if len(token.text) > SHORT)
            for entry in entries
        }
        self._products = compile_pattern(corpus.vocabulary["aspects"]["of_products"], "aspects.yaml")
        self._names_of = cache(self._uncached_names)
        self._position = {passage.id: position for position, passage in enumerate(index.passages)}

    def quotes(
        self, question: Question, ranking: Sequence[Ranked], vector: Vector, aspects: Sequence[str], most: int,
        fits: Callable[[Quote], bool],
    ) -> tuple[Quote, ...]:  # fmt: skip
        """At most `most` whole sentences: of the section asked for, after one elsewhere that says it directly.

        `fits`: whether a sentence may be shown to this person.
        """
        eligible = self.eligible(question, ranking, aspects)
        if not eligible:
            return ()
        scored = [entry for passage in eligible for entry in self._scored(passage, vector) if fits(entry[1])]
        if not scored:
            return ()
        scored = self._of_products(question, self._of_person(question, self._with_own_words(question, scored)))
        best = max(score for score, _ in scored)
        near = sorted((entry for entry in scored if entry[0] >= best - WITHIN), key=lambda entry: -entry[0])[:most]
        first = next((entry for entry in scored if question.aspect_said and not question.literal), near[0])
        near = near if first in near else [*near[: most - 1], first]  # the question of the section was asked
        chosen = [quote for _, quote in sorted(near, key=lambda entry: scored.index(entry))]
        # Sentences stand in the document's order, but the one that answers is not kept waiting behind another.
        chosen = [near[0][1], *(quote for quote in chosen if quote != near[0][1])]
        direct = self._direct(question, ranking, vector, best)
        if direct and direct not in chosen and fits(direct):
            chosen = [direct, *chosen[: most - 1]]
        return tuple(chosen)

    def _with_own_words(self, question: Question, scored: list[tuple[float, Quote]]) -> list[tuple[float, Quote]]:
        """The scores, higher where a sentence alone, or with few, holds a rare word of the question: "overactive"."""
        words = {token.stem for token in tokens(question.text) if _is_rare(token.text)}
        words = words and words - {stem for _, quote in scored for stem in self._names_of(quote.document)}
        if not words:
            return scored
        held = [{word for word in words if word in text} for text in self._texts(scored)]
        often = Counter(word for own in held for word in own)
        new = {token.stem for word in question.foreign for token in tokens(word)} if question.carried else set()
        gains = [max((_gain(word, new) for word in own if 2 * often[word] <= len(scored)), default=0.0) for own in held]
        return [(score + gain, quote) for (score, quote), gain in zip(scored, gains, strict=True)]

    def _of_person(self, question: Question, scored: list[tuple[float, Quote]]) -> list[tuple[float, Quote]]:
        """The scores, higher where a sentence names the life stage or a condition of whom it is asked for.

        In the document about that very condition all sentences are about such a person.
        """
        documents = {quote.document for _, quote in scored}
        said = (question.filters.life_stage or "", *question.filters.conditions)
        whom = (one for one in said if self._person_document.get(one) not in documents)
        words = {word for one in whom for word in self._person_words.get(one, ())}
        if not words:
            return scored
        named = [any(word in text for word in words) for text in self._texts(scored)]
        return [(score + OF_PERSON if own else score, quote) for (score, quote), own in zip(scored, named, strict=True)]

    def _of_products(self, question: Question, scored: list[tuple[float, Quote]]) -> list[tuple[float, Quote]]:
        """The scores, higher where a sentence speaks of tablets, as the talk does: "and the pills?", "with food?"."""
        of_tablets = question.carried and question.aspect in OF_TABLETS
        if not (of_tablets and (question.taking or self._products.search(question.text))):
            return scored
        of_them = [bool(self._products.search(text)) for text in self._texts(scored)]
        return [
            (score + OF_PRODUCT if own else score, quote) for (score, quote), own in zip(scored, of_them, strict=True)
        ]

    def _uncached_names(self, document: str) -> frozenset[str]:
        """The stems of a nutrient's or a sign's names, which say nothing of one sentence about it more than another."""
        held = self._corpus.documents[document]
        names = () if held.kind == "topic" else (held.title, *held.synonyms)
        return frozenset(token.stem for name in names for token in tokens(plain_document(name)))

    def _texts(self, scored: Sequence[tuple[float, Quote]]) -> list[str]:
        """The sentences in lower case: a stem is looked for in them as it stands, which needs no parsing."""
        held = self._corpus.documents
        return [held[quote.document].text[quote.span.start : quote.span.end].casefold() for _, quote in scored]

    def eligible(self, question: Question, ranking: Sequence[Ranked], aspects: Sequence[str]) -> list[Passage]:
        """The ranked passages to quote from: of the documents named and the aspect asked for, else the nearest."""
        passages = [ranked.passage for ranked in ranking]
        subjects = [s for s in question.subjects if any(p.document == s for p in passages)]
        if not subjects:
            return passages[:2]
        found: list[Passage] = []
        for subject in subjects[:3]:
            own = [passage for passage in passages if passage.document == subject]
            for aspect in aspects:
                fitting = [passage for passage in own if passage.aspect == aspect]
                if fitting:
                    found += fitting
                    break
        return found or [passage for passage in passages if passage.document in subjects][:1]

    def scores(self, passages: Sequence[Passage], vector: Vector) -> dict[Quote, float]:
        """How near each sentence of some passages is to the question."""
        return {quote: score for passage in passages for score, quote in self._scored(passage, vector, bonus=0.0)}

    def first(self, passages: Sequence[Passage], count: int = 1) -> tuple[Quote, ...]:
        """The first sentences of some passages."""
        quotes = [Quote(p.document, p.heading, span) for p in passages for span in p.sentences]
        return tuple(quotes[:count])

    def _direct(self, question: Question, ranking: Sequence[Ranked], vector: Vector, best: float) -> Quote | None:
        """A sentence of another section that is clearly nearer to the question than any of the section asked for."""
        own = [
            r.passage
            for r in ranking[:6]
            if (not question.subjects or r.passage.document in question.subjects)
            and not _is_opposite(question.aspect, r.passage.aspect)
        ]
        scored = [entry for passage in own for entry in self._scored(passage, vector, bonus=0.0)]
        scored = self._with_own_words(question, scored)
        top = max(scored, key=lambda entry: entry[0], default=None)
        return top[1] if top and top[0] >= best + DIRECT else None

    def _scored(self, passage: Passage, vector: Vector, bonus: float = FIRST_BONUS) -> list[tuple[float, Quote]]:
        scores = self._index.sentence_scores(vector, self._position[passage.id])
        begins = passage.id.endswith(".0")
        return [
            (score + (bonus if begins and number == 0 else 0.0), Quote(passage.document, passage.heading, span))
            for number, (score, span) in enumerate(zip(scores, passage.sentences, strict=True))
        ]


def _gain(word: str, new: set[str]) -> float:
    """What it counts for that a sentence holds this rare word of the question."""
    return NEW_WORD if word in new else OWN_WORD


def _is_rare(word: str) -> bool:
    """Whether a word is seldom said, so that it tells one sentence from another."""
    return word.isalpha() and len(word) > SHORT and word not in common_words()


def _is_opposite(asked: str, held: str) -> bool:
    """Whether a section speaks of too little where too much was asked for, or the other way round."""
    return (asked == "excess" and held in OF_TOO_LITTLE) or (asked in OF_TOO_LITTLE and held == "excess")
