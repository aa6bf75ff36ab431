"""Compose an answer: which pieces, in which order, for what was asked. Wording is data; order is here."""

from __future__ import annotations

from collections.abc import Sequence

from answers.build import Builder
from answers.food_tables import FoodComposer
from answers.laboratory import LaboratoryComposer
from answers.names import names_of
from answers.phrases import Phrases, listed
from answers.reference_tables import ReferenceComposer
from answers.types import Answer, Block, Echo, Food, Line, Phrase, Piece
from answers.understood import Understood
from corpus import Corpus, Row
from retriever import Evidence, Foods, Link, Offer, Question, Retriever
from retriever import Quote as Found
from retriever.cautions import hides_foods
from retriever.evidence import IN_DANGER
from retriever.linked import ARE_CAUSES, lacking
from retriever.retriever import NO_NUTRITION

NEARBY = 3
OF_FOODS = ("offer.foods", "offer.intake", "offer.vegan", "offer.person")
"""Offers that are not made where eating more may be the danger, or where something else comes first."""
MOST_NOTES = 2
MOST_WARNINGS = 3
"""Warnings shown; what the others bar is barred all the same."""


class Composer:
    """Makes answers out of questions and their evidence."""

    def __init__(self, corpus: Corpus, retriever: Retriever, urgent_messages: dict[str, str]) -> None:
        self.corpus, self._retriever = corpus, retriever
        self.phrases = Phrases(corpus.vocabulary["phrases"])
        self.phrases.add(urgent_messages)
        self.names = dict(retriever.parser.lexicon.shown)
        self.names.update({row.id: row.text("name") for row in corpus.tables["nutrients"].rows})
        people = retriever.parser.people
        self.names.update({id_: entry["name"] for id_, entry in {**people.exclusions, **people.diets}.items()})
        parser = retriever.parser
        relations = (entry["about"] for entry in corpus.vocabulary["people"]["relations"])
        foods = (row.text("name") for row in corpus.tables["foods"].rows)
        self.phrases.admit(
            names_of(self.names, relations, foods, list(people.diets)),
            lambda text: parser.is_name(text) or parser.takes(text),
        )
        parents = {id_: tuple(entry.get("parents", ())) for id_, entry in people.conditions.items()}
        self.understood = Understood(self.phrases, self.names, parents)
        self.food_tables = FoodComposer(corpus, self.phrases, self.names)
        self.laboratory = LaboratoryComposer(self.phrases)
        self.references = ReferenceComposer(
            self.phrases,
            self.names,
            corpus.tables["nutrients"].by_id,
            corpus.tables["units"].rows if "units" in corpus.tables else (),
        )

    def compose(self, question: Question, evidence: Evidence, urgent: Sequence[Line]) -> Answer:
        """The answer, not yet verified."""
        build = Builder(self.corpus)
        blocks: list[Block] = list(urgent)
        foods: tuple[Food, ...] = ()
        asked = question if question.parts else evidence.grounded or question
        if question.act == "ask" and question.urgency not in NO_NUTRITION:
            blocks += self.understood.lines(asked)
        if evidence.status == "answered":
            for part, found in evidence.parts or ((asked, evidence),):
                if evidence.parts:
                    wording = self.understood.wording(part)
                    blocks.append(Line((wording or Echo(part.message),), "lead"))
                body, shown = self._body(part, found, build)
                blocks += body
                foods += shown
            for missed in evidence.unanswered:
                blocks.append(Line((self.phrases("lead.unanswered"), Echo(missed))))
        else:
            blocks += self._without_evidence(question, evidence, bool(urgent))
        suggestions = self._suggestions(asked, evidence)
        blocks.append(Line((self.phrases("disclaimer"),), "disclaimer"))
        return Answer(
            message=question.message,
            understood=self.understood.text(asked),
            status=evidence.status,
            urgency=question.urgency,
            question=asked,
            evidence=evidence,
            blocks=tuple(blocks),
            citations=build.citations,
            topics=self._topics(asked, evidence),
            not_linked=tuple(
                dict.fromkeys(link.nutrient for link in evidence.links if link.strength not in ARE_CAUSES)
            ),
            foods=foods,
            ranked_by=self._ranked_by(evidence),
            unanswered=evidence.unanswered,
            suggestions=suggestions,
            disclaimer=self.phrases.disclaimer,
        )

    # --- what an answer consists of

    def _body(self, question: Question, evidence: Evidence, build: Builder) -> tuple[list[Block], tuple[Food, ...]]:
        blocks: list[Block] = [*self._warnings(evidence.warnings, build)]
        if question.reply == "sources":
            blocks.append(Line((self.phrases("sources.lead"),), "lead"))
        if evidence.lead:
            blocks.append(Line(tuple(build.quote(found) for found in evidence.lead)))
        foods: tuple[Food, ...] = ()
        quotes = [Line((build.quote(found),)) for found in evidence.quotes]
        if not evidence.lead and self._is_general(question, evidence):
            # A sentence answers before the figures do.
            blocks, quotes = [*blocks, *quotes[:1]], quotes[1:]
        if question.aspect in ("foods", "food-content", "comparison") and evidence.foods:
            made, foods = self._foods(question, evidence.foods, build)
            blocks += made
        if question.aspect == "excess":
            blocks += self.references.compared(question, evidence.intakes, build)
            if evidence.foods and not evidence.foods.hidden:
                blocks += self.food_tables.amount(question, evidence.foods, build)
        if evidence.intakes and question.aspect == "intake":
            if question.foods and evidence.foods:
                blocks += self.food_tables.intake_share(question, evidence.foods, build)
            blocks += self.references.intakes(evidence.intakes, evidence.marked, build)
        if evidence.tests:
            blocks += self.laboratory.tests(evidence, build)
            blocks += (
                self._foods(question, evidence.foods, build)[0] if evidence.foods and evidence.foods.hidden else ()
            )
        blocks += self._interactions(question, evidence, build)
        links = self._links(question, evidence.links, build, evidence.weaker)
        # A symptom's nutrients are the answer, and so is what a topic says of one; else it is first said what it is.
        before = question.aspect == "linked-nutrients" or question.symptoms or (question.topics and question.nutrients)
        blocks += [*links, *quotes] if before else [*quotes, *links]
        if question.aspect == "excess" and evidence.intakes:
            blocks.append(Line((self.phrases("lead.limit"),), "lead"))
            blocks += self.references.limits(evidence.intakes, build)
        if evidence.foods and question.aspect not in ("foods", "food-content", "comparison", "intake", "excess"):
            made, foods = self._foods(question, evidence.foods, build)
            blocks += made
        if evidence.closing:
            pieces: tuple[Piece, ...] = (
                self.phrases("lead.see-doctor"),
                *(build.quote(found) for found in evidence.closing),
            )
            blocks.append(Line(pieces, "closing"))
        return blocks, foods

    def _is_general(self, question: Question, evidence: Evidence) -> bool:
        """Whether a sentence about everybody's foods or needs answers: nobody's diet or age is asked about."""
        filters, nutrients = question.filters, set(question.nutrients)
        if question.aspect == "foods":
            fits = not (filters.diet or filters.exclude or question.least or question.groups)
            # What is said of a diet's own sources is for whoever keeps it.
            said = self._retriever.gatherer.sentences
            of_topic = any(
                quote.document in question.topics and said.names_food(quote) and said.nutrients(quote) & nutrients
                for quote in evidence.quotes[:1]
            )
            return bool(evidence.foods and evidence.foods.rows) and (fits or of_topic)
        return question.aspect == "intake" and bool(evidence.intakes) and not evidence.marked and not question.foods

    def _warnings(self, warnings: Sequence[Row], build: Builder) -> list[Line]:
        lines = []
        for row in warnings[:MOST_WARNINGS]:
            is_medicine = "medicine" in row.cells
            table, columns = ("interactions", ("effect", "advice")) if is_medicine else ("cautions", ("text", "text2"))
            cells = tuple(build.cell(table, row, column) for column in columns if row.cells[column])
            lines.append(Line((self.phrases("lead.first"), *cells), "warning"))
        return lines

    def _foods(self, question: Question, foods: Foods, build: Builder) -> tuple[list[Block], tuple[Food, ...]]:
        topics = listed(self.names.get(n, n) for n in foods.nutrients)
        if foods.hidden:
            return [Line((self.phrases("lead.foods.hidden"),))], ()
        if not foods.rows:
            if any(self._retriever.gatherer.foods.columns(n) for n in foods.nutrients):
                said = self.phrases("lead.foods.no-more" if question.more else "lead.foods.none")
            else:
                said = self.phrases("lead.foods.unknown", topics=topics)
            return [Line((said,))], ()
        blocks: list[Block] = []
        if question.aspect == "foods":
            asked = "lead.foods"
            if question.least:
                asked = "lead.foods.least" if question.groups else "lead.foods.little"
            key = asked if foods.basis == "serving" else f"{asked}.{foods.basis}"
            blocks.append(Line((self.phrases(key, topics=topics),), "lead"))
        else:
            blocks += self.food_tables.amount(question, foods, build)
            blocks.append(Line((self.phrases("lead.content"),), "lead"))
        whole = not (question.nutrients or question.measures or question.kind)
        grid, data = self.food_tables.foods(foods, build, beside=question.aspect != "foods", whole=whole)
        blocks.append(grid)
        notes: dict[str, Row] = {}
        for line in foods.rows:
            if line.row.cells["note"]:
                notes.setdefault(line.row.text("note"), line.row)
        blocks += [Line((build.cell("foods", row, "note"),)) for row in list(notes.values())[:MOST_NOTES]]
        return blocks, data

    def _interactions(self, question: Question, evidence: Evidence, build: Builder) -> list[Line]:
        rows = evidence.interactions
        if not rows:
            warned = any("medicine" in row.cells for row in evidence.warnings)
            return [] if warned else self._no_interaction(question)
        names = listed(dict.fromkeys(self.names.get(row.text("medicine"), row.text("medicine")) for row in rows))
        lines = [Line((self.phrases("lead.interactions", medicines=names),), "lead")]
        for row in rows:
            lines.append(
                Line((build.cell("interactions", row, "effect"), build.cell("interactions", row, "advice")), "item")
            )
        return lines

    def _no_interaction(self, question: Question) -> list[Line]:
        """That nothing is listed of the medicines and nutrients asked about, which is no all-clear."""
        medicines = question.filters.medicines
        if question.aspect != "interactions" or not (medicines and question.nutrients):
            return []
        names = {"medicines": self._names_of(medicines), "topics": self._names_of(question.nutrients)}
        return [Line((self.phrases("lead.interactions.none", **names),), "lead")]

    def _names_of(self, ids: Sequence[str]) -> str:
        return listed(self.names.get(id_, id_) for id_ in ids)

    def _links(
        self, question: Question, links: Sequence[Link], build: Builder, weaker: Sequence[Link] = ()
    ) -> list[Line]:
        """Each nutrient once with each link that it has, strongest first; then the weaker; then those that fail."""
        holding = [link for link in links if link.strength in ARE_CAUSES]
        failing = [link for link in links if link.strength not in ARE_CAUSES]
        lines: list[Line] = []
        if holding and not question.nutrients:
            several = len(question.symptoms) > 1
            key = "lead.links" if question.symptoms else "lead.links.topic"
            lines.append(Line((self.phrases("lead.links.several" if several else key),), "lead"))
        lines += [self._link(link, build) for link in holding]
        if weaker:
            lines.append(Line((self.phrases("lead.links.weaker"),), "lead"))
            lines += [self._link(link, build) for link in weaker]
        if failing:
            lines.append(Line((self.phrases("lead.not-linked"),), "lead"))
            lines += [self._link(link, build) for link in failing]
        return lines

    def _link(self, link: Link, build: Builder) -> Line:
        pieces: list[Piece] = [self.phrases("link", topic=_capital(self.names[link.nutrient]))]
        if link.direction == "excess":
            pieces.append(self.phrases("direction.excess"))
        pieces.append(self.phrases(f"strength.{link.strength}"))
        if link.why:
            pieces.append(build.quote(link.why))
        return Line(tuple(pieces), "item")

    # --- without evidence

    def _without_evidence(self, question: Question, evidence: Evidence, urgent: bool) -> list[Line]:
        if question.urgency in NO_NUTRITION:
            return []
        if evidence.status == "small_talk":
            return [Line((self.phrases(f"small_talk.{question.reply or question.act}"),))]
        if evidence.status == "clarify":
            return [Line((self.phrases("clarify.topic"),))]
        if question.reply == "english":
            return [Line((self.phrases("no_answer.english"),))]
        if question.urgency == "poisoning" or (question.alarmed and question.urgency in IN_DANGER):
            return []  # who tells of a danger asked nothing that has to be answered before help is there
        return [Line((self.phrases("no_answer"),))]

    def _suggestions(self, question: Question, evidence: Evidence) -> tuple[str, ...]:
        """Follow-ups that get an answer: fixed wordings, or questions of the documents themselves."""
        if question.urgency in NO_NUTRITION:
            return ()
        if evidence.status == "answered":
            quiet = question.urgency in IN_DANGER or hides_foods(evidence.warnings)
            offers = [o for o in self._retriever.offers(question) if not (quiet and o.phrase in OF_FOODS)]
            own = [self._offer(offer).text for offer in offers]
            return tuple(own) or self._retriever.questions_about(question)
        if evidence.nearby:
            return evidence.nearby[:NEARBY]
        starters = [n for n in question.nutrients if n in self.names] or list(self.phrases.starters)
        kinds = ("foods", "deficiency-signs", "intake")
        kinds_offered = (Offer(f"offer.{kind}", starters[i % len(starters)]) for i, kind in enumerate(kinds))
        return tuple(self._offer(offer).text for offer in kinds_offered)

    def _offer(self, offer: Offer) -> Phrase:
        if offer.subject is None:
            return self.phrases(offer.phrase)
        other = ":" in offer.subject and f"{offer.phrase}.other" in self.phrases
        return self.phrases(offer.phrase + (".other" if other else ""), topic=self.names[offer.subject])

    def _topics(self, question: Question, evidence: Evidence) -> tuple[str, ...]:
        """The nutrients that the reply gives as its answer, in the order shown."""
        if evidence.status != "answered":
            return ()
        found: list[str] = []
        for part, own in evidence.parts or ((question, evidence),):
            causes = lacking([link for link in own.links if link.strength in ARE_CAUSES])
            of_a_test = bool(part.test) and self._retriever.said(part.message).sweeping
            named = self._named_in(own.quotes) if of_a_test else ()  # "which vitamins raise homocysteine"
            found += named or part.nutrients or causes
            if not part.nutrients and not causes and own.foods and part.foods:
                found += own.foods.nutrients
            if not (part.nutrients or causes):
                found += (n for row in own.interactions if (n := row.text("nutrient")) in self.names)
            if not (part.nutrients or causes or own.foods) and part.aspect == "linked-nutrients":
                found += self._named_in(own.quotes)
        return tuple(dict.fromkeys(found))

    def _named_in(self, quotes: Sequence[Found]) -> tuple[str, ...]:
        """The nutrients that the first of some quoted sentences names that names any, in order."""
        texts = (self.corpus.documents[quote.document].text[slice(*quote.span)] for quote in quotes)
        named = (self._retriever.said(text).ids("nutrient") for text in texts)
        return next((ids for ids in named if ids), ())

    def _ranked_by(self, evidence: Evidence) -> tuple[str, str] | None:
        foods = evidence.foods
        return (foods.ranked_by, foods.basis) if foods and foods.ranked_by and foods.rows else None


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]
