"""Whether what was found answers a question: the confidence, what of it is needed, and what nothing shown speaks of."""

from __future__ import annotations

from dataclasses import replace

from corpus import Corpus
from index import Index, Vector
from retriever.aspects import compile_pattern
from retriever.confidence import WITH_SCOPE, WITHOUT_SCOPE, Confidence, Scope, Words, signals
from retriever.evidence import Gatherer
from retriever.spelling import common_words
from retriever.text import plain, stems, tokens
from retriever.types import Evidence, Question, Ranked
from retriever.utterance import Parser, Utterance

OF_A_NUTRIENT = ("deficiency-signs", "foods", "intake", "at-risk")
"""Aspects of a nutrient that every document about one answers."""
OF_A_MEDICINE = ("interactions", "linked-nutrients", "overview")
"""Aspects that the rows of a medicine which somebody takes may answer."""
OF_A_FOOD = ("food-content", "comparison")
"""Aspects of a food that its row of the table answers."""
OF_A_SIGN = ("linked-nutrients", "see-doctor")
"""Aspects of a sign that every document about one answers."""
KNOWN = 0.45
"""The share of the usual confidence that is needed where every word of a question about something known is understood,
and where a table warns this very person of what is asked about."""
SURELY = 0.25
"""The same where a sign or a follow-up about something known is asked about without a word that was not understood, and
where how a medicine and a nutrient affect each other is asked and a table says it of these two."""
NEAR_FROM = 0.58
"""Cosine that a passage must reach to answer a question that names nothing and does not ask for a nutrient either: what
to eat before a marathon is not what to eat after starving."""


class Gate:
    """Decides between an answer and none."""

    def __init__(self, corpus: Corpus, index: Index, parser: Parser, gatherer: Gatherer) -> None:
        self._parser, self._gatherer = parser, gatherer
        self.scope = Scope.of_corpus(corpus, index.encoder.fingerprint)
        self.confidence = Confidence.load(WITH_SCOPE if self.scope else WITHOUT_SCOPE)
        self._words = Words(corpus, index, common_words())
        wordings = corpus.vocabulary["dialogue"]
        self._acts_on, self._after = (compile_pattern(wordings[name], "dialogue.yaml") for name in ("acts_on", "after"))

    def signals(self, question: Question, ranking: tuple[Ranked, ...], vector: Vector) -> dict[str, float]:
        """The signals of the confidence for a question, its ranking and its vector."""
        scope = self.scope.signal(vector) if self.scope else 0.0
        said = self._parser.parse(question.text if question.after else question.message)
        return signals(question, said, ranking, self._words, scope)

    def lets_pass(self, question: Question, ranking: tuple[Ranked, ...], confidence: float) -> bool:
        """Whether a question with this ranking and confidence is to be answered."""
        return bool(ranking) and confidence >= self._needed(question) and not self._is_far(question, ranking)

    def _is_far(self, question: Question, ranking: tuple[Ranked, ...]) -> bool:
        """Whether the question names nothing known, asks for no nutrient, and no passage is really near."""
        said = self._parser.parse(question.message)
        asks_for_one = said.single or said.kind or said.sweeping or question.aspect == "linked-nutrients"
        named = question.asked or question.test or asks_for_one
        return not named and max(ranked.dense for ranked in ranking) < NEAR_FROM

    def passes_over(self, question: Question, evidence: Evidence) -> bool:
        """Whether nothing shown speaks of what is asked about: a disease not had by somebody, so much of a food, or
        what something is said to act on, or what brings on a sign.

        What is said of anemia answers no question about the symptoms of sickle cell anemia.
        """
        said = self._parser.parse(question.message)
        effect = self._acts_on.search(said.text)
        if effect and not (question.carried or self._speaks_of_any(evidence, said, effect.group(1))):
            return True  # "how does X affect your hair", where nothing shown speaks of hair
        of_sign_alone = question.subjects == question.symptoms and not (question.foods or question.carried)
        meal = self._after.search(said.text) if of_sign_alone else None
        if meal and not self._speaks_of_any(replace(evidence, links=(), weaker=()), said, meal.group(1)):
            return True  # "why do I get tired after eating": a lack does not come with a meal
        if question.foods and not question.nutrients and question.aspect == "intake":
            # How much milk a child should have is not answered by what a child needs.
            names = (self._parser.lexicon.shown.get(food, "").split(",")[0] for food in question.foods)
            return not any(self._speaks_of(evidence, name) for name in names)
        asked = [entity for entity in said.entities if entity.kind == "condition"]
        if question.subjects or question.foods or question.groups or not asked or said.mentions.personal:
            return False
        return not any(self._speaks_of(evidence, entity.typed) for entity in asked)

    def _speaks_of_any(self, evidence: Evidence, said: Utterance, part: str) -> bool:
        """Whether a sentence shown has one of the telling words of a part of a message, or the part has none."""
        words = {token.text for token in tokens(part)} & set(said.content)
        return not words or any(self._speaks_of(evidence, word) for word in words)

    def _speaks_of(self, evidence: Evidence, name: str) -> bool:
        """Whether a sentence shown has the words of a name."""
        shown = {word.stem for text in self._gatherer.texts(evidence) for word in tokens(plain(text))}
        return set(stems(name)) <= shown

    def _needed(self, question: Question) -> float:
        """The confidence from which a question is answered."""
        said = self._parser.parse(question.message)
        elsewhere = bool(said.foreign) or any(word in self._words.outside for word in said.content)
        if self._is_certain(question, said, elsewhere):
            return 0.0
        medicines = question.filters.medicines if question.aspect == "interactions" else ()
        pair = question.nutrients and self._gatherer.cautions.interactions(medicines, question.nutrients)
        of_a_sign = question.symptoms and question.aspect in OF_A_SIGN and not (elsewhere or question.after)
        if pair or of_a_sign or (question.carried and question.subjects and not said.foreign):
            return self.confidence.threshold * SURELY
        # "My left eye lid keeps twitching": what a sign hangs on is what the documents are for, whatever else is told.
        hangs_on = question.symptoms and question.aspect == "linked-nutrients" and not question.after
        named = hangs_on or self._is_named(question, said, elsewhere)
        known = named or self._gatherer.concerns.own_warnings(question)
        return self.confidence.threshold * (KNOWN if known else 1.0)

    def _is_certain(self, question: Question, said: Utterance, elsewhere: bool) -> bool:
        """Whether a table or a document of its own answers a question, however few like it were learned from.

        `elsewhere`: whether the message holds words that were not understood, or of another subject.
        """
        medicines = question.filters.medicines
        cautions, asks = self._gatherer.cautions, question.aspect
        of_its_concern = (question.foods or question.groups) and question.nutrients == question.unshown
        if question.nutrients and of_its_concern and cautions.interactions(medicines, question.nutrients):
            return True  # "which vegetables are best?", of somebody on warfarin: their vitamin K is what matters
        if asks == "interactions" and cautions.mixes_badly(medicines):
            return True
        of_pair = asks == "interactions" and question.nutrients and not elsewhere
        if of_pair and cautions.interactions(medicines, question.nutrients):
            return True  # "how far apart?", of iron and levothyroxine
        told = question.readings or self._parser.laboratory.said_side(question)
        if told and asks == "testing" and (question.nutrients or question.test):
            return True  # its range answers a result, whatever else is said
        if said.only_tells and not question.carried:
            return True  # "stage 4 CKD": what matters to such a person is a document's own subject
        on_medicine = said.on_medicine or (question.carried and "with_meal" in said.cues and not said.foreign)
        if on_medicine and self._of_medicine(question):
            return True  # "metformin for 10 years": its own rows are the answer, whatever else is told
        if elsewhere:
            return False
        a_dose = asks == "excess" and any(amount.is_dose and amount.of for amount in question.amounts)
        in_danger = question.symptoms and asks in OF_A_SIGN and question.urgency != "none"
        # "When should I see a doctor about anxiety?", "honeydew melon nutrients"
        for_help = question.symptoms and asks in ("see-doctor", "causes") and question.aspect_said
        contents = question.foods and not question.topics and asks in OF_A_FOOD and "contents" in said.cues
        return bool(a_dose or in_danger or ((for_help or contents) and not question.after))

    def _is_named(self, question: Question, said: Utterance, elsewhere: bool) -> bool:
        """Whether what a question is about has a document or a table, and every word of it is understood."""
        of_a_food = question.foods and not question.topics and question.aspect in OF_A_FOOD
        # "What are the symptoms of hypocalcemia?": every word of it is known, and what it asks.
        of_nutrients = question.nutrients and question.aspect_said and question.aspect in OF_A_NUTRIENT
        names = {word for entity in said.entities if entity.kind == "topic" for word in entity.typed.split()}
        # "Beriberi", "what is refeeding?"
        bare_topic = question.topics and ("defining" in said.cues or set(said.content) <= names)
        of_a_test = bool(question.test) and question.aspect == "testing"
        named = of_a_food or of_nutrients or bare_topic or of_a_test
        return bool(named and not (elsewhere or question.after))

    def _of_medicine(self, question: Question) -> bool:
        """Whether a table says what a medicine does to a nutrient; beside signs, to one that they may come from."""
        if question.foods or question.nutrients or question.aspect not in OF_A_MEDICINE:
            return False
        signs = question.symptoms if question.aspect == "linked-nutrients" else ()
        wanted = self._gatherer.listing(question) if signs else ()
        return bool(self._gatherer.cautions.interactions(question.filters.medicines, wanted))
