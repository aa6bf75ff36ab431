"""From a message and the messages before it to a `Question` and its `Evidence`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from corpus import Corpus
from index import Index, Vector
from retriever.antecedents import Antecedents
from retriever.aspects import compile_pattern
from retriever.danger import Danger, said_of
from retriever.dialogue import Dialogue
from retriever.evidence import Gatherer
from retriever.gate import Gate
from retriever.linked import Links
from retriever.offers import Offer, offers
from retriever.queries import Queries
from retriever.reading import Units, is_dose
from retriever.search import Searcher, SearchSettings
from retriever.text import plain_document, tokens
from retriever.turns import Turns
from retriever.types import Evidence, Filters, Question, Ranked
from retriever.urgency import UrgentSigns
from retriever.utterance import Parser, Utterance

NO_NUTRITION = ("crisis", "eating_disorder")
"""Urgencies under which nothing is said about nutrients or foods."""
OF_THE_FOOD = ("evidence", "overview")
"""Aspects in which a food or a group alone is asked about: what it holds says why it is good."""
RICH = ("foods", "food-content", "comparison", "overview", "evidence")
"""Aspects that are answered by what holds much of a nutrient, or by what it is good for."""
OFFERED = 3
TRIED = 8
"""Listed questions tried for `OFFERED` that get an answer."""
ASK_FROM, ASK_MARGIN = 0.6, 0.05
"""Cosine from which a question is asked like the nearest listed one, and by how much that must be nearer than the best
listed for the usual aspect. Chosen on the project's questions: 11 of 555 more with the aspect expected, none lost."""
SAME_FROM, SAME_MARGIN = 0.8, 0.1
"""The same where a rule says another aspect: then the listed question must be nearly the one asked."""
IN_PROSE = ("overview", "evidence", "absorption", "causes", "at-risk", "deficiency-signs", "see-doctor")
"""Aspects that sentences answer, among which a listed question overrules a rule; the others have tables."""
FIELD_OF = {"nutrient": "nutrients", "symptom": "symptoms", "topic": "topics"}
"""The field of a question for the documents of each kind."""
NAMED = ("nutrients", "symptoms", "topics", "foods", "groups")
"""The fields of a question that hold what it is about."""
FOR_THE_PERSON = 0.1
"""How much less near a passage about this very person may be, and still be taken."""
ADOPT_FROM = 0.55
"""Cosine from which the subject of the nearest passage is taken as the subject of a question that names none."""
LISTED_FROM, LISTED_SURELY = 0.87, 0.93
"""Cosine from which a question about a food is the listed one: where it got no other answer, and where no warning of
what the food holds concerns who asks. Of the open and blind sets' food questions that were refused,
those above the first ask what the listed one does; below it are the first that do not."""
SAME_QUESTION = 0.95
"""Cosine from which two questions are the same but for a word that says nothing. Traps of the open and blind sets come
as near as 0.94 to what a document lists ("is calcium a metal or a non metal")."""


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
        self.gatherer = Gatherer(corpus, index, self.searcher, self.links, self.parser.lexicon, self.parser.laboratory)
        self.urgent = UrgentSigns(corpus.vocabulary)
        gatherer = self.gatherer
        self.danger = Danger(said_of(corpus.vocabulary), index, gatherer.selector, gatherer.sentences)
        self.gate = Gate(corpus, index, self.parser, self.gatherer)
        self.queries = Queries(corpus, self.parser)
        tests = self.parser.laboratory.nutrients
        parents = {r.id: r.text("parent") for r in corpus.tables["nutrients"].rows if r.cells["parent"]}
        units = {r.id: r.text("unit") for r in corpus.tables["nutrients"].rows}
        foods, wordings = self.gatherer.foods, corpus.vocabulary["dialogue"]
        opens, apart = (compile_pattern(wordings[name], "dialogue.yaml") for name in ("opens", "tells_apart"))
        words_of = lru_cache(maxsize=None)(self._words_of)
        before = Antecedents(self.listed, words_of, opens, apart, self.parser.lexicon.shown)
        dialogue = Dialogue(
            before,
            tests,
            parents,
            wordings["why"],
            foods.best_nutrient,
            foods.prepared,
            self.parser.people.topics,
            Units(units, wordings["in_iu"]),
            wordings["how_many"],
            wordings["meant_beside"],
            self._matters_to,
        )
        self.turns = Turns(self.parser, self.urgent, dialogue, before, self.grounded, self.offers)
        self.evidence = lru_cache(maxsize=settings.memory)(self._evidence)
        self._state = lru_cache(maxsize=settings.memory)(self.turns.fold)

    # --- understanding

    def understand(self, message: str, history: Sequence[str] = ()) -> Question:
        """The question that `message` asks after the user's earlier messages. Encodes nothing unless it must.

        One earlier turn is retrieved again where the message leans on an answer whose subject was found by its
        passages and not by a name.
        """
        return self.turns.resolve(message, self._state(tuple(history)), ground=True)

    def listed(self, question: Question) -> tuple[str, ...]:
        """What "the second one" counts in: foods as the person named them, else as the answer lists them.

        After a question about medicines alone these are the nutrients that they affect.
        """
        if question.aspect in ("food-content", "comparison") and len(question.foods) > 1:
            return question.foods
        shown = self.gatherer.listing(question)
        medicines = question.filters.medicines
        if shown or not medicines or question.symptoms or question.topics or question.foods:
            return shown
        rows = self.gatherer.cautions.interactions(medicines)
        return tuple(dict.fromkeys(n for row in rows if (n := row.text("nutrient")) in self.parser.lexicon.shown))

    def _matters_to(self, person: Filters) -> tuple[str, ...]:
        """The documents about the conditions and the life stage of somebody, be it told or known by the age."""
        documents = self.parser.people.documents
        whom = dict.fromkeys((*person.conditions, *sorted(self.gatherer.cautions.whom(person))))
        return tuple(documents[one] for one in whom if one in documents)

    def _words_of(self, subject: str) -> frozenset[str]:
        """The stems of everything that the document about a subject says."""
        document = self.corpus.documents.get(subject)
        return frozenset(word.stem for word in tokens(plain_document(document.text))) if document else frozenset()

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
        evidence = self._several(question) if question.parts else self._single(question)[1]
        if not self.danger.holds(question):
            return evidence
        return self.danger.instead(question, evidence)

    def grounded(self, question: Question) -> Question:
        """The question with the subject that its passages gave it, where it named none."""
        return self._single(question)[0] if question.act == "ask" else question

    def _single(self, question: Question) -> tuple[Question, Evidence]:
        clash = self.gatherer.cautions.mixes_badly(question.filters.medicines)
        if question.after and not (question.subjects or clash or self.gatherer.concerns.of_food(question)):
            # Where nothing is known of what the talk is about, nothing is known of what follows.
            opening = self.evidence(self.understand(question.after[0]))
            if opening.status != "answered":
                return question, replace(opening, status="no_answer")
        vector = self.index.encoder.encode_question(self.queries.of(self.searched(question)))
        whom = question.filters
        asked = whom.conditions or not (whom.medicines or self.gatherer.concerns.of_food(question))
        surely = self._listed(question, vector, LISTED_SURELY) if asked else None
        found, evidence = surely or self._judged(question, vector)
        if evidence.status != "answered":
            instead = self._alone(question, vector) or self._listed(question, vector, LISTED_FROM)
            found, evidence = instead or self._word_for_word(question, vector) or (found, evidence)
        return found, evidence if evidence.status == "answered" else replace(
            evidence, nearby=self._nearby(question.message, vector)
        )

    def _alone(self, question: Question, vector: Vector) -> tuple[Question, Evidence] | None:
        """What is answered of a follow-up by itself, where what it goes on about leaves it without an answer.

        "Somebody said B6 helps with the sickness", after prenatal vitamins. None where it names no nutrient itself.
        """
        own = set(question.named)
        kept = {name: tuple(id_ for id_ in getattr(question, name) if id_ in own) for name in NAMED}
        if not (question.carried and kept["nutrients"]) or all(kept[name] == getattr(question, name) for name in NAMED):
            return None
        found, evidence = self._judged(question.about(**kept, carried=False, after=(), context=()), vector)
        if evidence.status != "answered":
            return None
        return found.about(carried=True, literal=True, after=question.after, quoted=question.quoted), evidence

    def _listed(self, question: Question, vector: Vector, least: float) -> tuple[Question, Evidence] | None:
        """What is answered of a food where what it holds answers nothing, and a document lists nearly this question.

        "Can babies have honey?" is no question of the nutrients in honey. `least`: the cosine that is near.
        """
        if question.nutrients or question.symptoms or question.carried or not question.foods:
            return None
        nearest = self.index.dense(vector, 1)[0]
        passage = self.index.passages[nearest.position]
        if nearest.score < least:
            return None
        of_document = {FIELD_OF[passage.kind]: (passage.document,)}
        listed = question.about(**of_document, aspect=passage.aspect, foods=(), literal=True)
        found, evidence = self._judged(listed, vector)
        return (found, evidence) if evidence.status == "answered" else None

    def _word_for_word(self, question: Question, vector: Vector) -> tuple[Question, Evidence] | None:
        """What is answered where a document lists the very question, whatever else was understood of it."""
        _, position, score = self.index.nearest_questions(vector, 1)[0]
        if question.carried or score < SAME_QUESTION:
            return None
        passage = self.index.passages[position]
        subjects = dict.fromkeys(NAMED, ()) | {FIELD_OF[passage.kind]: (passage.document,)}
        listed = question.about(**subjects, aspect=passage.aspect, literal=True)
        ranking = self.searcher.search(listed, vector, self.gatherer.aspects(listed))
        if not ranking:
            return None
        evidence = self.gatherer.gather(listed, ranking, vector, 1.0)
        return (listed, replace(evidence, grounded=listed)) if evidence.quotes or evidence.links else None

    def _judged(self, question: Question, vector: Vector) -> tuple[Question, Evidence]:
        """The question with what its passages add to it, and its evidence. `vector`: of the question."""
        taken = is_dose(question.amounts)
        if taken and not (question.subjects or question.foods or question.groups or question.filters.medicines):
            return question, Evidence("no_answer")  # so many milligrams of what? No passage says.
        clashing = self.gatherer.concerns.of_group(question)
        if clashing:
            # "Which vegetables are best?", of somebody on warfarin, is about their vitamin K.
            question = question.about(nutrients=clashing, unshown=clashing, aspect="interactions")
        elif (
            question.groups and not (question.foods or question.subjects) and question.aspect in (*OF_THE_FOOD, "foods")
        ):
            foods = self.gatherer.foods.of_group(question.groups[0], question.filters)
            question = question.about(foods=foods, aspect="food-content", literal=False) if foods else question
        if (
            question.foods
            and not (question.nutrients or question.symptoms)
            and (warned := self._warned(question, vector))
        ):
            return warned
        if question.foods and not question.nutrients:
            if question.aspect in OF_THE_FOOD and not (question.after or (question.topics and question.carried)):
                question = question.about(aspect="food-content")
            # So much of a food ("how much milk should he have?") is no question of what it holds.
            concerns = () if question.aspect in ("intake", "causes") else self.gatherer.concerns.of_food(question)
            aspect = "food-content" if concerns and question.aspect == "foods" else question.aspect
            # "How much of it is too much?", of milk, is not read as a question of its vitamin A.
            literal = question.literal or (bool(concerns) and aspect == "excess")
            question = question.about(nutrients=concerns, unshown=concerns, aspect=aspect, literal=literal)
        if question.aspect in RICH and (much := self.gatherer.much(question)):
            # No rich foods for somebody with too much of it.
            signs = question.symptoms if question.nutrients else ()
            asked = question.nutrients or much
            question = question.about(aspect="excess", foods=(), nutrients=asked, symptoms=signs)
        searched = self.searched(question)
        ranking = self.searcher.search(searched, vector, self.gatherer.aspects(searched))
        confidence = self.gate.confidence.of(self.gate.signals(searched, ranking, vector))
        if not self.gate.lets_pass(question, ranking, confidence):
            return question, Evidence("no_answer", confidence, ranking)
        adopted = self._adopted(question, ranking, vector)
        if (adopted.subjects, adopted.aspect) != (question.subjects, question.aspect):
            ranking = self.searcher.search(adopted, vector, self.gatherer.aspects(adopted))
        evidence = self.gatherer.gather(adopted, ranking, vector, confidence)
        if not (evidence.quotes or evidence.links or evidence.lead) or self.gate.passes_over(question, evidence):
            return adopted, replace(evidence, status="no_answer")
        return adopted, replace(evidence, grounded=adopted)

    def _warned(self, question: Question, vector: Vector) -> tuple[Question, Evidence] | None:
        """What is answered of a food to somebody who is warned of it by name, however the question is worded.

        None where nobody is, or where no passage is left to quote.
        """
        warnings = self.gatherer.concerns.named(question)
        told = self.gatherer.personal.names_food(question)
        if not (warnings or told):
            return None
        whom = (question.filters.life_stage or "", *question.filters.conditions)
        own = [self.parser.people.documents[one] for one in whom if one in self.parser.people.documents]
        asked = question.about(topics=(*question.topics, *own[:1]), literal=True)
        ranking = self.searcher.search(asked, vector, self.gatherer.aspects(asked))
        evidence = self.gatherer.of_warned_food(question, ranking, vector)
        nutrient = warnings[0].text("nutrient") if warnings else ""
        about = (nutrient,) if nutrient in self.gatherer.foods.nutrients else ()
        found = question.about(literal=True, nutrients=about, unshown=about)
        return (found, replace(evidence, grounded=found)) if evidence.quotes else None

    def _nearby(self, message: str, vector: Vector) -> tuple[str, ...]:
        """Listed questions near a message's vector that get an answer after it. Encodes nothing: theirs are indexed."""
        state = self._state((message,))
        found: list[str] = []
        for text, position, _ in self.index.nearest_questions(vector, TRIED):
            question = self.turns.resolve(text, state, ground=False)
            leans = question.parts or question.carried or question.after
            if len(found) < OFFERED and question.act == "ask" and not leans:
                evidence = self._judged(question, self.index.question_vector(position, text))[1]
                found += [text] if evidence.status == "answered" else []
        return tuple(found)

    def searched(self, question: Question) -> Question:
        """What is searched for a food without a nutrient: the nutrients that it holds most of."""
        if question.foods and not question.subjects:
            row = self.gatherer.foods.by_id.get(question.foods[0])
            if row is not None:
                return question.about(nutrients=self.gatherer.foods.richest_in(row, 2))
        return question

    def _adopted(self, question: Question, ranking: tuple[Ranked, ...], vector: Vector) -> Question:
        """A question that names nothing is about what its nearest passage is about.

        One that does not say what it wants to know is asked like the nearest question that its documents list.
        """
        said = self.parser.parse(question.message)
        if question.aspect == "interactions" and (said.on_medicine or "with_meal" in said.cues):
            return question  # furosemide is not about thiamin alone, though that passage is the nearest
        if question.subjects:
            if question.carried or (question.aspect_said and question.aspect not in IN_PROSE):
                return question
            asked = self.parser.interrogatives(question.text)
            scores = self.searcher.aspect_scores(
                question.subjects, vector, lambda listed: self.parser.interrogatives(listed) <= asked
            )
            if question.aspect_said:
                scores = {aspect: score for aspect, score in scores.items() if aspect in IN_PROSE}
            nearest = max(scores, key=lambda aspect: (scores[aspect], aspect), default=question.aspect)
            least, margin = (SAME_FROM, SAME_MARGIN) if question.aspect_said else (ASK_FROM, ASK_MARGIN)
            near = scores.get(nearest, 0.0) >= max(least, scores.get(question.aspect, 0.0) + margin)
            return question.about(aspect=nearest) if near else question
        if question.foods or question.groups or not ranking:
            return question
        candidates = ranking[:3]
        if said.sweeping:
            # "Which vitamins are important?" is about no single one.
            candidates = tuple(r for r in ranking if r.passage.kind != "nutrient")[:3] or candidates
        whom = (question.filters.life_stage or "", *question.filters.conditions)
        documents = self.parser.people.documents
        own = dict.fromkeys(documents[one] for one in whom if one in documents)
        if own and question.aspect == "linked-nutrients":
            return question.about(topics=(*own,))  # "am I low in any vitamins?", of somebody with celiac disease
        # "Do I need to change my diet?", of somebody pregnant, is about pregnancy before it is about strict diets.
        of_person = tuple(r for r in ranking if r.passage.document in own and r.dense >= ADOPT_FROM - FOR_THE_PERSON)
        best = max(of_person or candidates, key=lambda ranked: (ranked.dense, ranked.score))
        if best.dense < ADOPT_FROM and not of_person:
            return question
        passage = best.passage
        aspect = question.aspect if question.aspect_said else passage.aspect
        # "How much water should I drink a day?" is shown in these words: nobody named the sodium that it was found by.
        literal = question.literal or passage.kind == "nutrient"
        return question.about(**{FIELD_OF[passage.kind]: (passage.document,)}, aspect=aspect, literal=literal)

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
