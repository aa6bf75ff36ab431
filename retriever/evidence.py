"""Gather what answers a question: sentences of the ranking, rows of the tables, warnings, in the order of showing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from corpus import Corpus, Row
from index import Index, Vector
from retriever.cautions import Cautions, barred_words, hides_foods
from retriever.concerns import Concerns
from retriever.foods import A_LITTLE, FoodTable
from retriever.foremost import Foremost
from retriever.help import WhenToGetHelp
from retriever.intakes import Intakes
from retriever.laboratory import Laboratory
from retriever.lexicon import Lexicon, test_id
from retriever.linked import Links, lacking, narrowed, not_contrary
from retriever.personal import ForPerson
from retriever.search import Searcher
from retriever.select import Selector
from retriever.sentences import Sentences
from retriever.text import plain, tokens
from retriever.types import Compared, Evidence, FoodRow, Foods, Link, Question, Quote, Ranked

MOST_COMPARED = 4
MOST_NUTRIENTS = 3
MOST_INTERACTIONS = 6
QUOTES = {
    "overview": 4,
    "deficiency-signs": 5,
    "evidence": 3,
    "linked-nutrients": 2,
    "interactions": 3,
    "absorption": 3,
}
"""Sentences quoted for an aspect; for the others `DEFAULT_QUOTES`."""
DEFAULT_QUOTES = 4
IN_DANGER = ("emergency", "poisoning", "same_day")
"""Urgencies under which nothing is said that soothes or leads elsewhere."""
SIGNS_BESIDE, CAUSES_BESIDE = 3, 2
"""Sentences about the signs and the causes of a deficiency that is asked about as a whole."""
MOST_OF_TEST = 8
"""Sentences among which those that name a test are looked for."""
BESIDE_A_TABLE = 2
"""Sentences quoted beside a table, which is the answer itself."""


class Gatherer:
    """Knows the tables; given a question and its ranking, picks the evidence."""

    def __init__(
        self, corpus: Corpus, index: Index, searcher: Searcher, links: Links, lexicon: Lexicon, laboratory: Laboratory
    ) -> None:
        self.corpus, self.links, self.searcher, self._lexicon = corpus, links, searcher, lexicon
        self.laboratory = laboratory
        self.foods = FoodTable(corpus)
        self.intakes = Intakes(corpus)
        self.cautions = Cautions(corpus)
        self.concerns = Concerns(self.foods, self.intakes, self.cautions)
        self.selector = Selector(corpus, index)
        self.neighbors: dict[str, list[str]] = corpus.vocabulary["aspects"]["neighbors"]
        conditions = corpus.vocabulary["people"]["conditions"]
        self._means = {entry["id"]: tuple(entry["means"]) for entry in conditions if "means" in entry}
        self._drains = {
            (entry["id"].replace("condition:", "symptom:"), entry["id"]): str(entry["topic"])
            for entry in conditions
            if "topic" in entry
        }
        self.sentences = Sentences(corpus, lexicon, self.foods)
        foremost = corpus.vocabulary["aspects"].get("foremost", {})
        self.foremost = Foremost(foremost, searcher, self.selector, self.sentences)
        self.help = WhenToGetHelp(searcher, self.selector, self.sentences, laboratory)
        self.personal = ForPerson(corpus, searcher, self.selector, self.sentences, self.cautions, self.foods)

    # --- what an answer lists, known without any encoding

    def listing(self, question: Question) -> tuple[str, ...]:
        """The nutrients or foods that the answer to a question lists, in order: what "the second one" counts in."""
        if question.aspect in ("foods", "comparison") and question.nutrients:
            foods = self.foods_for(question, self.warnings(question))
            return tuple(line.row.id for line in foods.rows) if foods else ()
        subjects = (*self._signs(question), *question.topics)
        if question.nutrients:
            return question.nutrients
        return lacking(self.links.ranked(subjects, question.single, question.kind, self._known(question)))

    def _known(self, question: Question) -> dict[str, str]:
        """The nutrients of which this person is known to have too much ("excess") or too little ("deficiency")."""
        high = dict.fromkeys(self.laboratory.much(question, self.intakes.is_child(question.filters)), "excess")
        return high | dict(self._means[one] for one in question.filters.conditions if one in self._means)

    def _signs(self, question: Question) -> tuple[str, ...]:
        """The signs asked about. One that is what somebody has (heavy periods) stands for what it drains.

        Not where the one deficiency that brings it on is asked for.
        """
        signs = question.symptoms
        if len(signs) < 2 and question.single:
            return signs
        whom = question.filters.conditions
        meant = (next((self._drains[sign, one] for one in whom if (sign, one) in self._drains), sign) for sign in signs)
        return tuple(dict.fromkeys(meant))

    def warnings(self, question: Question) -> tuple[Row, ...]:
        """What must be said first to this person about the foods and the nutrients asked for."""
        named = self.concerns.named(question)
        of_food = bool(question.foods)
        rows = self.cautions.warnings(question.nutrients, question.filters, question.aspect, question.text, of_food)
        return (*named, *(row for row in rows if row not in named))

    def much(self, question: Question) -> tuple[str, ...]:
        """The nutrients asked about, or else held by a food asked about, of which a result shows much."""
        high = self.laboratory.much(question, self.intakes.is_child(question.filters))
        rows = [self.foods.by_id[food] for food in question.foods if food in self.foods.by_id]
        held = (n for n in sorted(high) if any(self.foods.share(row, n) >= A_LITTLE for row in rows))
        return tuple(n for n in question.nutrients if n in high) or (() if question.nutrients else tuple(held))

    # --- gathering

    def aspects(self, question: Question) -> tuple[str, ...]:
        """The aspect wanted, then those that may stand in for it."""
        return (question.aspect, *self.neighbors.get(question.aspect, ()))

    def gather(self, question: Question, ranking: tuple[Ranked, ...], vector: Vector, confidence: float) -> Evidence:
        """The evidence for a question that is to be answered."""
        warnings = self.warnings(question)
        evidence = Evidence("answered", confidence, ranking, warnings=warnings)
        plan = {
            "linked-nutrients": self._linked,
            "foods": self._foods,
            "food-content": self._content,
            "comparison": self._content,
            "intake": self._intake,
            "excess": self._excess,
            "testing": self._testing,
            "interactions": self._interactions,
        }.get(question.aspect, self._plain)
        gathered = plan(question, evidence, vector)
        fits = self._fitting(question, evidence)
        gathered = self.foremost.first(question, gathered, vector, fits)
        gathered = self.personal.first(question, gathered, vector, fits)
        return replace(gathered, closing=self.help.closing(question, gathered))

    def of_warned_food(self, question: Question, ranking: tuple[Ranked, ...], vector: Vector) -> Evidence:
        """What is said of a food to somebody who is warned of it by name: no table, and the nearest that names it."""
        rows = [self.foods.by_id[food] for food in question.foods if food in self.foods.by_id]
        scores = self.selector.scores([ranked.passage for ranked in ranking], vector)
        whom = (question.filters.life_stage or "", *question.filters.conditions, *question.filters.medicines)
        names = [self._lexicon.shown[one].casefold() for one in whom if one in self._lexicon.shown]

        def order(quote: Quote) -> tuple[bool, bool, float]:
            of_person = any(name in self.sentences.text(quote).casefold() for name in names)
            return not self.sentences.names_any(quote, rows), not of_person, -scores[quote]

        warnings = self.concerns.named(question)
        nearest = tuple(sorted(scores, key=order)[:1]) if warnings else ()
        evidence = Evidence("answered", 1.0, ranking, warnings=warnings, quotes=nearest)
        return self.personal.first(question, evidence, vector, self._fitting(question, evidence))

    def _quotes(
        self, question: Question, evidence: Evidence, vector: Vector, most: int | None = None
    ) -> tuple[Quote, ...]:
        wanted = QUOTES.get(question.aspect, DEFAULT_QUOTES) if most is None else most
        fits = self._fitting(question, evidence)
        return self.selector.quotes(question, evidence.ranking, vector, self.aspects(question), wanted, fits)

    def _fitting(self, question: Question, evidence: Evidence) -> Callable[[Quote], bool]:
        """Whether a sentence may be shown to this person."""
        child = self.intakes.is_child(question.filters)
        barred = barred_words(evidence.warnings)
        side = self.laboratory.side(question, child)

        def fits(quote: Quote) -> bool:
            said = self.sentences
            if side and said.is_of_other_side(quote, side):
                return False
            of_others = said.is_for_adults(quote) if child else said.is_for_children(quote, question)
            return not (of_others or said.praises(quote, barred))

        return fits

    def _plain(self, question: Question, evidence: Evidence, vector: Vector) -> Evidence:
        if question.symptoms and question.nutrients:
            return self._linked(question, evidence, vector)
        of_topic = question.aspect == "evidence" and not question.foods
        if of_topic and any(self.links.between(t, n) for t in question.topics for n in question.nutrients):
            return self._linked(question, evidence, vector)
        which = question.aspect in ("overview", "at-risk", "deficiency-signs") or (
            question.aspect == "evidence" and bool(question.kind)
        )
        if which and (subjects := question.symptoms or question.topics):
            links, weaker = self._narrowed(subjects, question, vector)
            evidence = evidence if question.nutrients else replace(evidence, links=links, weaker=weaker)
        if question.foods and question.nutrients and question.aspect == "evidence":
            evidence = replace(evidence, foods=self._lines(question, question.foods))
        quotes = self._quotes(question, evidence, vector)
        if question.aspect == "deficiency-signs" and len(question.nutrients) == 2:
            each = [
                self._quotes(question.about(nutrients=(n,)), evidence, vector, SIGNS_BESIDE) for n in question.nutrients
            ]
            quotes = tuple(dict.fromkeys(quote for own in each for quote in own))
        elif (
            question.aspect == "deficiency-signs"
            and question.nutrients
            and not self.sentences.asks_for_signs(question.text)
        ):
            # "Iron deficiency" asks for the whole of it: how it shows, and where it comes from.
            causes = self._quotes(question.about(aspect="causes"), evidence, vector, CAUSES_BESIDE)
            quotes = (*quotes[:SIGNS_BESIDE], *(quote for quote in causes if quote not in quotes[:SIGNS_BESIDE]))
        return replace(evidence, quotes=quotes)

    def _linked(self, question: Question, evidence: Evidence, vector: Vector) -> Evidence:
        """A symptom's nutrients, each with why; or the one link between a nutrient and a symptom.

        To somebody in danger only the best established are named, and nothing that comforts.
        """
        subjects = (*question.symptoms, *question.topics)
        if question.nutrients and subjects:
            between = [x for s in subjects for n in question.nutrients for x in self.links.between(s, n)]
            links = tuple(not_contrary(between, self._known(question)))
            foods = self._lines(question, question.foods) if question.foods else None
            lead = self._lead(question.symptoms[:1]) if links and not foods else ()
            quotes = self._quotes(question.about(aspect="evidence"), evidence, vector, 3)
            said = {*lead, *(link.why for link in links)}
            quotes = tuple(quote for quote in quotes if quote not in said)
            return replace(evidence, links=links, lead=lead, quotes=quotes, foods=foods)
        if not subjects:
            return replace(evidence, quotes=self._quotes(question, evidence, vector))
        subjects = self._signs(question) or question.topics  # beside a sign a topic says whom or when, and has no say
        if question.urgency in IN_DANGER:
            links, _ = self._narrowed(subjects, question.about(single=True), vector)
            return replace(evidence, links=links, quotes=() if links else self._quotes(question, evidence, vector, 1))
        links, weaker = self._narrowed(subjects, question, vector)
        taken = (
            self.cautions.interactions(question.filters.medicines, lacking((*links, *weaker)))
            if question.filters.medicines
            else ()
        )
        evidence = replace(evidence, interactions=taken[:2], weaker=weaker)
        causes = {link.nutrient for s in subjects for link in self.links.causes(s)}
        others = tuple(x for s in subjects for x in self.links.of(s) if x.nutrient not in causes)
        lead = self._lead((question.symptoms or subjects)[:1])
        quotes = () if links else self._quotes(question.about(aspect="overview"), evidence, vector, 3)
        quotes = tuple(quote for quote in quotes if quote not in lead)
        return replace(evidence, links=(*links, *others[:3]), lead=lead, quotes=quotes)

    def _narrowed(
        self, subjects: Sequence[str], question: Question, vector: Vector
    ) -> tuple[tuple[Link, ...], tuple[Link, ...]]:
        """The links of some subjects, and the weaker ones apart where one nutrient is asked for."""
        passages = [p for s in subjects for p in self.searcher.passages_of(s, "linked-nutrients")]
        scores = self.selector.scores(passages, vector) if question.single else {}
        known = self._known(question)
        links = self.links.ranked(subjects, question.single, question.kind, known)
        told = tuple(link for link in links if link.nutrient in known)
        strong, weaker = narrowed(tuple(link for link in links if link not in told), question.single, scores)
        return (*told, *strong), weaker

    def _lead(self, subjects: Sequence[str]) -> tuple[Quote, ...]:
        passages = [p for s in subjects for p in self.searcher.passages_of(s, "overview")]
        return self.selector.first(passages)

    def _foods(self, question: Question, evidence: Evidence, vector: Vector) -> Evidence:
        if not question.nutrients:
            subjects = (*self._signs(question), *question.topics)
            links = self.links.ranked(subjects, known=self._known(question))
            return replace(evidence, quotes=self._quotes(question, evidence, vector), links=links[:5])
        foods = self.foods_for(question, evidence.warnings)
        if foods and foods.hidden:
            return replace(evidence, foods=foods, quotes=self._quotes_of_excess(question, evidence, vector))
        if not (foods and foods.rows):
            return replace(evidence, foods=foods, quotes=self._quotes(question, evidence, vector))
        quotes = self._quotes(question, evidence, vector, 3 * BESIDE_A_TABLE)
        suiting = tuple(quote for quote in quotes if self.sentences.suits(quote, question.filters))
        return replace(evidence, foods=foods, quotes=(suiting or quotes)[:BESIDE_A_TABLE])

    def foods_for(self, question: Question, warnings: Sequence[Row]) -> Foods | None:
        """The ranking of foods for a question; hidden where a list of rich foods is itself the danger."""
        nutrients = (question.measures or question.nutrients)[:MOST_NUTRIENTS]
        if not nutrients:
            return None
        if hides_foods(warnings) and not question.least:
            return Foods((), nutrients, question.basis, nutrients[0], hidden=True)
        words = barred_words(warnings)
        barred = self.foods.families_named(words) if words else ()
        return self.foods.rank(
            nutrients, question.filters, question.groups, question.basis, question.more, question.least, barred
        )

    def _quotes_of_excess(self, question: Question, evidence: Evidence, vector: Vector) -> tuple[Quote, ...]:
        """Where neither a table nor a sentence may say what is rich in a nutrient: what too much of it does.

        After a low result, what results mean: low sodium is no lack of salt.
        """
        low = self.laboratory.side(question, self.intakes.is_child(question.filters)) == "low"
        aspect = "testing" if low else "excess"
        quotes = self._quotes(question.about(aspect=aspect), evidence, vector, 3 * BESIDE_A_TABLE)
        return tuple(quote for quote in quotes if not self.sentences.names_food(quote))[:3]

    def _content(self, question: Question, evidence: Evidence, vector: Vector) -> Evidence:
        if not question.foods:
            return self._plain(question, evidence, vector)
        if hides_foods(evidence.warnings, named=True) and question.nutrients:
            hidden = Foods((), question.nutrients, question.basis, question.nutrients[0], hidden=True)
            return replace(evidence, foods=hidden, quotes=self._quotes_of_excess(question, evidence, vector))
        foods = self._lines(question, question.foods[:MOST_COMPARED])
        quotes = self._quotes(question.about(aspect="foods"), evidence, vector, 3 * BESIDE_A_TABLE)
        rows = [line.row for line in foods.rows]
        own = tuple(quote for quote in quotes if self.sentences.names_any(quote, rows))
        if question.nutrients and all(value is None for line in foods.rows for _, value in line.values):
            own = (
                self.personal.naming(question, rows, vector) or own
            )  # raw eggs and biotin: more is known than the table holds
        return replace(evidence, foods=foods, quotes=own[:BESIDE_A_TABLE] or quotes[:1])

    def _lines(self, question: Question, ids: Sequence[str]) -> Foods:
        """The foods named, with the nutrients asked for or those that they are richest in."""
        rows = [self.foods.by_id[food] for food in ids if food in self.foods.by_id]
        nutrients = (question.measures or question.nutrients)[:MOST_NUTRIENTS]
        if not nutrients and rows:
            nutrients = self.foods.richest_in(rows[0], 6, question.kind or "")
        lines: list[FoodRow] = [self.foods.line(row, nutrients) for row in rows]
        if len(lines) > 1 and question.aspect == "comparison":
            lines.sort(key=lambda line: -self.foods.share(line.row, nutrients[0]), reverse=question.least)
        return Foods(tuple(lines), tuple(nutrients), question.basis, nutrients[0] if nutrients else None)

    def _intake(self, question: Question, evidence: Evidence, vector: Vector) -> Evidence:
        rows: list[Row] = []
        marked: list[str] = []
        for nutrient in question.nutrients[:MOST_NUTRIENTS]:
            found, own = self.intakes.rows_for(nutrient, question.filters)
            rows += found
            marked += own
        foods = self._lines(question, question.foods) if question.foods else None
        most = BESIDE_A_TABLE if rows else DEFAULT_QUOTES
        quotes = self._quotes(question, evidence, vector, most)
        return replace(evidence, intakes=tuple(rows), marked=tuple(marked), foods=foods, quotes=quotes)

    def _excess(self, question: Question, evidence: Evidence, vector: Vector) -> Evidence:
        limits = [self.intakes.limits_for(n, question.filters) for n in question.nutrients[:MOST_NUTRIENTS]]
        rows = tuple(row for found in limits for row in found)
        if much := self.much(question):
            # Whoever has much of it is shown that, and no food that is rich in it.
            tests = self.laboratory.compared(question, self.intakes.is_child(question.filters))
            hidden = Foods((), much, question.basis, much[0], hidden=True)
            quotes = self._quotes_of_excess(question, evidence, vector)
            said = self.laboratory.texts(tests)
            return replace(evidence, intakes=rows, tests=tests, of_tests=said, foods=hidden, quotes=quotes)
        named = bool(question.foods and question.nutrients and question.amounts)
        foods = self._lines(question, question.foods) if named else None
        return replace(evidence, intakes=rows, foods=foods, quotes=self._quotes(question, evidence, vector))

    def _testing(self, question: Question, evidence: Evidence, vector: Vector) -> Evidence:
        child = self.intakes.is_child(question.filters)
        tests = self.laboratory.compared(question, child)
        most = 3 if tests else DEFAULT_QUOTES
        said = self.laboratory.texts(tests) if tests else ()
        of_main = self.laboratory.is_of_main(tests)
        measured = any(one.reading or one.side for one in tests)
        asked = question.about(aspect="excess") if measured and of_main and self.much(question) else question
        quotes = self._quotes(asked, evidence, vector, most) or self._quotes(question, evidence, vector, most)
        if measured and not of_main:
            # What is said of ferritin is no answer to a hemoglobin; but no answer is without a passage.
            own = tuple(q for q in self._quotes(question, evidence, vector, MOST_OF_TEST) if self._names_test(q, tests))
            quotes = own[:BESIDE_A_TABLE] or quotes[:1]
        of_sign = self._of_sign(question, tests) if measured else ()
        quotes = (*of_sign, *(quote for quote in quotes if quote not in of_sign))[: max(most, len(quotes))]
        return replace(evidence, tests=tests, of_tests=said, quotes=quotes)

    def _of_sign(self, question: Question, tests: Sequence[Compared]) -> tuple[Quote, ...]:
        """What the result of a test means beside the sign that it is told with: ferritin, in restless legs.

        A sentence with a value comes before one without.
        """
        passages = [p for s in (*question.symptoms, *question.context) for p in self.searcher.passages_of(s, "testing")]
        fits = self._fitting(question, Evidence("answered"))
        found = [q for q in self.selector.first(passages, MOST_OF_TEST) if self._names_test(q, tests) and fits(q)]
        found.sort(key=lambda quote: not any(map(str.isdigit, self.sentences.text(quote))))
        return tuple(found[:BESIDE_A_TABLE])

    def _names_test(self, quote: Quote, tests: Sequence[Compared]) -> bool:
        named = {test_id(one.row) for one in tests}
        return any(entity.id in named for entity in self._lexicon.find(tokens(plain(self.sentences.text(quote)))))

    def _interactions(self, question: Question, evidence: Evidence, vector: Vector) -> Evidence:
        rows = self.cautions.of_question(question)
        shown = tuple(row for row in rows if row not in evidence.warnings)
        quotes = self._quotes(question, evidence, vector, MOST_OF_TEST if rows else DEFAULT_QUOTES)
        if rows:
            quotes = self.personal.of_medicines(quotes, question)[:BESIDE_A_TABLE]
        return replace(evidence, interactions=shown[:MOST_INTERACTIONS], quotes=quotes)

    def texts(self, evidence: Evidence) -> tuple[str, ...]:
        """The sentences that an answer shows."""
        why = (link.why for link in (*evidence.links, *evidence.weaker) if link.why)
        return tuple(self.sentences.text(quote) for quote in (*evidence.lead, *evidence.quotes, *why))
