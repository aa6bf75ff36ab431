"""From a message and the messages before it to a `Question` and its `Evidence`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from corpus import Corpus
from index import Index
from retriever.confidence import Confidence, Words, signals
from retriever.dialogue import Dialogue
from retriever.evidence import Gatherer
from retriever.lexicon import test_id
from retriever.linked import Links
from retriever.offers import Offer, offers
from retriever.search import Searcher, SearchSettings
from retriever.spelling import common_words
from retriever.state import State
from retriever.text import plain
from retriever.types import Evidence, Question, Ranked
from retriever.urgency import UrgentSigns
from retriever.utterance import Parser, Utterance

NO_NUTRITION = ("crisis", "eating_disorder")
"""Urgencies under which nothing is said about nutrients or foods."""
OFFERED = 3
MOST_GROUNDED = 2
"""Earlier questions without a name that are retrieved again for one message, at the most."""
ADOPT_FROM = 0.55
"""Cosine from which the subject of the nearest passage is taken as the subject of a question that names none."""


@dataclass(frozen=True)
class RetrieverSettings:
    """What may be chosen; `search` is chosen by `make eval`."""

    search: SearchSettings = field(default_factory=SearchSettings)
    memory: int = 1_024


class Retriever:
    """Understands and finds. Pure: the same messages give the same question and evidence."""

    def __init__(self, corpus: Corpus, index: Index, settings: RetrieverSettings | None = None) -> None:
        settings = settings or RetrieverSettings()
        self.corpus, self.index = corpus, index
        self.parser = Parser(corpus)
        self.links = Links(corpus, self.parser.lexicon)
        self.searcher = Searcher(index, settings.search)
        self.gatherer = Gatherer(corpus, index, self.searcher, self.links)
        self.urgent = UrgentSigns(corpus.vocabulary)
        self.confidence = Confidence.load()
        tests = {test_id(row): row.text("nutrient") for row in corpus.tables["tests"].rows}
        parents = {r.id: r.text("parent") for r in corpus.tables["nutrients"].rows if r.cells["parent"]}
        foods = self.gatherer.foods
        self.dialogue = Dialogue(self.gatherer.listing, tests, parents, foods.best_nutrient, foods.prepared)
        self._words = Words(corpus, common_words())
        self.evidence = lru_cache(maxsize=settings.memory)(self._evidence)
        self._state = lru_cache(maxsize=settings.memory)(self._fold)

    # --- understanding

    def understand(self, message: str, history: Sequence[str] = ()) -> Question:
        """The question that `message` asks after the user's earlier messages. Encodes nothing unless it must.

        One earlier turn is retrieved again where the message leans on an answer whose subject was found by its
        passages and not by a name.
        """
        return self._resolve(message, self._state(tuple(history)), ground=True)

    def _fold(self, history: tuple[str, ...]) -> State:
        # Memoised by prefix, so that a conversation's state grows by one step a turn; a long history that was never
        # seen is folded in a loop, not by recursion.
        state = State()
        for message in history:
            state = self._step(state, message)
        return state

    def _step(self, state: State, message: str) -> State:
        question = self._resolve(message, state, ground=False)
        said = self.parser.parse(message)
        for part in question.parts or (question,):
            state = state.then(part, said.mentions.personal or said.bare_person)
        return state

    def _resolve(self, message: str, state: State, ground: bool) -> Question:
        said = self.parser.parse(message)
        # Of the words as typed: a spelling corrected towards nutrition must not hide a sign.
        urgent = self.urgent.judge(plain(message))
        if ground and not (said.ids("symptom", "topic", "food") or (said.ids("nutrient") and said.aspect)):
            state = self._with_ground(state)
        pieces = [self.parser.parse(piece) for piece in self.parser.parts(message)]
        asking = [piece for piece in pieces if piece.asks]
        if len(pieces) > 1 and asking:
            told = state
            for piece in pieces:
                if not piece.asks:
                    told = replace(told, filters=piece.mentions.applied(told.filters))
            parts = []
            for piece in asking:
                parts.append(self.dialogue.resolve(piece, told, urgent))
                told = told.then(parts[-1], personal=True)
            whole = {"message": message, "corrections": said.corrections}
            if len(parts) == 1:
                return parts[0].about(**whole)
            kept = _without_preludes([part.about(filters=parts[-1].filters) for part in parts if part.act == "ask"])
            if kept:
                return kept[0].about(parts=kept if len(kept) > 1 else (), **whole)
        question = self.dialogue.resolve(said, state, urgent)
        if question.reply == "yes" and state.last:
            return self._accepted(question, state)
        return question

    def _with_ground(self, state: State) -> State:
        """The state with its last question given the subject that its passages gave it, or left out if it had none."""
        for _ in range(MOST_GROUNDED):
            last = state.last
            if last is None or last.asked or last.act != "ask" or last.carried:
                return state
            found = self.grounded(last)
            state = replace(state, questions=state.questions[:-1] + ((found,) if found.asked else ()))
        return state

    def _accepted(self, question: Question, state: State) -> Question:
        """ "Yes" to the bot's offer: the first follow-up of the last answer."""
        last = state.last
        offered = self.offers(last) if last else ()
        if not last or not offered:
            return question.about(act="small_talk", reply="yes")
        offer = offered[0]
        taken = last.about(message=question.message, carried=True, more=0, reply=None, filters=question.filters)
        if offer.subject is None:
            return taken.about(filters=replace(question.filters, diet="vegan"))
        kind = "symptoms" if offer.subject.startswith("symptom:") else "nutrients"
        kind = "topics" if offer.subject.startswith("topic:") else kind
        cleared = taken.about(nutrients=(), symptoms=(), topics=(), foods=(), groups=(), aspect_said=True)
        return cleared.about(**{kind: (offer.subject,)}, aspect=offer.phrase.removeprefix("offer."))

    def offers(self, question: Question) -> tuple[Offer, ...]:
        """Follow-ups to a question, each of which gets an answer."""
        return offers(question, self.gatherer.listing(question))

    def questions_about(self, question: Question) -> tuple[str, ...]:
        """Questions that the documents of a question's subjects list, of other aspects than its own."""
        documents = [self.corpus.documents[s] for s in question.subjects if s in self.corpus.documents]
        sections = [x for d in documents for x in d.sections if x.aspect != question.aspect and x.questions]
        return tuple(section.questions[0] for section in sections)[:OFFERED]

    # --- finding

    def _evidence(self, question: Question) -> Evidence:
        """The evidence for a question: passages ranked, rows chosen, a confidence, or the reason for none."""
        if question.act in ("small_talk", "reset", "empty"):
            return Evidence("small_talk")
        if question.act == "clarify":
            return Evidence("clarify")
        if question.urgency in NO_NUTRITION or question.reply == "english":
            return Evidence("no_answer")
        if question.parts:
            return self._several(question)
        return self._single(question)[1]

    def grounded(self, question: Question) -> Question:
        """The question with the subject that its passages gave it, where it named none."""
        return self._single(question)[0] if question.act == "ask" else question

    def _single(self, question: Question) -> tuple[Question, Evidence]:
        searched = self._searched(question)
        vector = self.index.encoder.encode_question(self._query(searched))
        ranking = self.searcher.search(searched, vector, self.gatherer.aspects(searched))
        confidence = self.confidence.of(self.signals(searched, ranking))
        if not ranking or confidence < self.confidence.threshold:
            nearby = tuple(entry[0] for entry in self.index.nearest_questions(vector, 6))
            return question, Evidence("no_answer", confidence, ranking, nearby=nearby)
        adopted = self._adopted(question, ranking)
        if adopted.subjects != question.subjects:
            ranking = self.searcher.search(adopted, vector, self.gatherer.aspects(adopted))
        evidence = self.gatherer.gather(adopted, ranking, vector, confidence)
        if not (evidence.quotes or evidence.links or evidence.lead):
            return adopted, replace(evidence, status="no_answer")
        return adopted, replace(evidence, grounded=adopted)

    def signals(self, question: Question, ranking: tuple[Ranked, ...]) -> dict[str, float]:
        """The signals of the confidence for a question and its ranking."""
        return signals(question, self.parser.parse(question.message), ranking, self._words)

    def _searched(self, question: Question) -> Question:
        """What is searched for a food without a nutrient: the nutrients that it holds most of."""
        if question.foods and not question.subjects:
            row = self.gatherer.foods.by_id.get(question.foods[0])
            if row is not None:
                return question.about(nutrients=self.gatherer.foods.richest_in(row, 2))
        return question

    def _query(self, question: Question) -> str:
        """What is encoded: the user's words, and the names of what they left out."""
        lexicon = self.parser.lexicon
        if not question.carried:
            return question.text
        asked = self._canonical(question)
        if asked and not self.parser.parse(question.message).foreign:
            return asked
        names = [lexicon.shown[id_] for id_ in question.subjects if id_ in lexicon.shown]
        return f"{question.text} {question.aspect.replace('-', ' ')} {' '.join(names)}".strip()

    def _canonical(self, question: Question) -> str | None:
        """How the documents themselves word the question that was carried over."""
        for subject in question.subjects:
            document = self.corpus.documents.get(subject)
            sections = document.sections if document else ()
            found = next((s for s in sections if s.aspect == question.aspect and s.questions), None)
            if found:
                return found.questions[0]
        return None

    def _adopted(self, question: Question, ranking: tuple[Ranked, ...]) -> Question:
        """A question that names nothing is about what its nearest passage is about."""
        if question.subjects or question.foods or question.groups or not ranking:
            return question
        nearest = max(ranking[:3], key=lambda ranked: (ranked.dense, ranked.score))
        if nearest.dense < ADOPT_FROM:
            return question
        passage = nearest.passage
        aspect = question.aspect if question.aspect_said else passage.aspect
        field_of = {"nutrient": "nutrients", "symptom": "symptoms", "topic": "topics"}
        return question.about(**{field_of[passage.kind]: (passage.document,)}, aspect=aspect)

    def _several(self, question: Question) -> Evidence:
        """Each part of a message by itself; what cannot be answered is named, the rest is answered."""
        found = []
        for part in question.parts:
            grounded, evidence = self._single(part)
            found.append((grounded, evidence))
        answered = [entry for entry in found if entry[1].status == "answered"]
        missed = tuple(part.message for part, evidence in found if evidence.status != "answered")
        if not answered:
            return found[0][1]
        return replace(answered[0][1], parts=tuple(answered), unanswered=missed)

    def said(self, message: str) -> Utterance:
        """A message as parsed alone."""
        return self.parser.parse(message)


def _without_preludes(parts: list[Question]) -> tuple[Question, ...]:
    """The parts without those that only lead up to the next: "Back to folate. Foods?"."""
    kept = []
    for part, following in zip(parts, [*parts[1:], None], strict=True):
        leads = following is not None and following.carried and not part.aspect_said
        again = following is not None and part.asked == following.asked and part.aspect == following.aspect
        if not (again or (leads and following is not None and set(part.subjects) == set(following.subjects))):
            kept.append(part)
    return tuple(kept)
