"""The question made self-contained, in fixed wordings and names."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Collection, Mapping, MutableMapping

from answers.phrases import Phrases, listed
from answers.types import Echo, Line, Phrase, Piece
from retriever import Filters, Question

THEMES = ("symptom:", "topic:")
"""How the ids of signs and topics begin, which a talk is about before anything else."""
LONGEST_QUOTED = 300
"""Characters of a message that are quoted, at the most."""
MOST_NAMED = 4
"""Names before a message in its own words, at the most."""


class Understood:
    """Words what was understood. `names`: id → shown name; `parents`: condition → those that it is a kind of."""

    def __init__(
        self, phrases: Phrases, names: MutableMapping[str, str], parents: Mapping[str, Collection[str]]
    ) -> None:
        self._phrase, self._names, self._parents = phrases, names, parents

    def _calling(self, question: Question) -> Understood:
        """The same with topics named as the conversation named them."""
        names = ChainMap(dict(question.called), self._names)
        return Understood(self._phrase, names, self._parents) if question.called else self

    def name(self, id_: str) -> str:
        """The shown name of anything; an id without one shows its last part in words."""
        return self._names.get(id_) or id_.rpartition(":")[2].replace("-", " ")

    def lines(self, question: Question) -> tuple[Line, ...]:
        """The lines above an answer: what was understood, for whom, and what was corrected."""
        pieces: list[Piece] = [self._phrase("understood.label")]
        pieces += self._calling(question)._said(question)
        people = self.people(question.filters)
        if people:
            pieces.append(self._phrase("understood.for", people=people))
        lines = [Line(tuple(pieces), "understood")]
        for typed, taken in question.corrections[:3]:
            if typed in question.message.casefold():
                at = question.message.casefold().index(typed)
                echo = Echo(question.message[at : at + len(typed)])
                lines.append(Line((self._phrase("understood.correction", name=taken), echo), "understood"))
        return tuple(lines)

    def text(self, question: Question) -> str:
        """The understood question as one line."""
        people = self.people(question.filters)
        base = " ".join(piece.text for piece in self._calling(question)._said(question))
        return f"{base} {self._phrase('understood.for', people=people).text}" if people else base

    def _said(self, question: Question) -> list[Piece]:
        """What was understood of each part: in a fixed wording, or in the user's own words after what they are about.

        A follow-up that says more than a wording holds keeps its words, with the names that it left out before them.
        """
        echo = Echo(" ".join(question.message.split())[:LONGEST_QUOTED])
        wording = None if question.parts else self.wording(question)
        quoted = question.quotes
        if quoted or ((question.literal or wording is None) and not question.parts):
            named = (*question.subjects, *question.foods, *question.groups) if question.carried else ()
            if quoted:
                before = [Echo(" ".join(words.split())[:LONGEST_QUOTED]) for words in quoted]
                unsaid = self._unsaid(_meant(question), (*quoted, question.message))
                start = self._phrase("understood.about.after", topics=unsaid) if unsaid else None
                return [start or self._phrase("understood.after"), *before, self._phrase("understood.then"), echo]
            themes_first = sorted(
                dict.fromkeys(id_ for id_ in (*named, *question.context) if id_ not in question.unshown),
                key=lambda id_: not id_.startswith(THEMES),
            )
            about = self._list(tuple(themes_first[:MOST_NAMED]))
            return [self._phrase("understood.about", topics=about), echo] if about else [echo]
        return [wording] if wording else [piece for part in question.parts for piece in self._said(part)]

    def _unsaid(self, ids: tuple[str, ...], quoted: tuple[str, ...]) -> str:
        """The nutrients and foods that were understood, but of whose names no quoted message has a word."""
        said = " ".join(quoted).casefold()
        bare = {id_: self.name(id_).casefold().split(" (")[0].removeprefix("vitamin ") for id_ in ids}
        words = {id_: name.replace(",", " ").split() for id_, name in bare.items()}
        return self._list(tuple(id_ for id_, held in words.items() if not any(w in said for w in held))[:MOST_NAMED])

    def wording(self, question: Question) -> Phrase | None:
        """The phrase for the question, or None where it names nothing that has a name."""
        q = question
        nutrients, others = self._list(q.measures or q.nutrients), self._list((*q.symptoms, *q.topics))
        foods, topics = self._list(q.foods), nutrients or others
        medicines = self._list(q.filters.medicines)
        key = f"understood.{q.aspect}"
        if q.aspect == "foods":
            return self._foods(q, nutrients, others)
        if q.aspect in ("food-content", "comparison"):
            if not foods:
                return None
            food_names = self._list(q.foods, "or") if q.aspect == "comparison" else foods
            if not nutrients:
                return self._phrase(key, foods=food_names)
            if q.counted and not q.amounts and q.aspect == "food-content":
                return self._phrase(f"{key}.counted", topics=nutrients, foods=food_names)
            which = f"{key}.topics.least" if q.least and q.aspect == "comparison" else f"{key}.topics"
            return self._phrase(which, topics=nutrients, foods=food_names)
        if q.aspect == "interactions" and medicines:
            if nutrients:
                return self._phrase("understood.interactions.medicines", topics=nutrients, medicines=medicines)
            return self._phrase("understood.interactions.medicines-only", medicines=medicines)
        of_person = q.filters.life_stage or q.filters.conditions
        if not topics or (q.aspect == "intake" and (not nutrients or (q.topics and not of_person))):
            return None  # "water and salt in hot weather" asks more than how much sodium a person needs
        if not nutrients and not q.symptoms:
            own = f"understood.topic.{q.aspect}"
            return self._phrase(own if own in self._phrase else "understood.topic", topics=others)
        if q.aspect == "causes" and q.symptoms and q.topics and not nutrients:
            return self._phrase("understood.causes.by", topics=self._list(q.topics), signs=self._list(q.symptoms))
        if q.aspect == "interactions" and len(q.nutrients) > 1:
            return self._phrase("understood.together", topics=nutrients)
        helps = q.aspect == "evidence" and q.topics
        if q.aspect == "linked-nutrients" or (q.aspect in _ABOUT_A_LINK and nutrients and (q.symptoms or helps)):
            if nutrients and others:
                which = "understood.evidence.focus" if q.aspect == "evidence" else "understood.linked-nutrients.focus"
                return self._phrase(which, nutrients=nutrients, topics=others)
            return self._phrase("understood.linked-nutrients", topics=topics)
        if q.aspect == "evidence" and q.foods and others:
            return self._phrase("understood.evidence.foods", foods=foods, topics=others)
        if q.aspect == "intake" and q.foods and nutrients:
            return self._phrase("understood.intake.foods", foods=foods, topics=nutrients)
        if not nutrients and f"{key}.other" in self._phrase:
            return self._phrase(f"{key}.other", topics=others)
        return self._phrase(key, topics=topics)

    def _foods(self, q: Question, nutrients: str, others: str) -> Phrase | None:
        if not nutrients:
            return self._phrase("understood.foods.none", topics=others) if others and not q.groups else None
        if q.groups:
            which = "understood.foods.groups.least" if q.least else "understood.foods.groups"
            return self._phrase(which, topics=nutrients, foods=self._list(q.groups).lower())
        return self._phrase("understood.foods.least" if q.least else "understood.foods", topics=nutrients)

    def people(self, person: Filters) -> str:
        """Whom the answer is for, in names; empty where nothing was said."""
        found = []
        if person.about != "self":
            found.append(self._phrase("about", person=person.about).text)
        if person.diet:
            found.append(person.diet)
        found += [self._phrase("exclude", foods=self.name(name).lower()).text for name in person.exclude]
        child = person.age_months is not None and person.age_months < 228
        sexes = self._phrase.names_of_children if child else self._phrase.names_of_sexes
        if person.sex and person.about == "self":
            found.append(sexes[person.sex])
        if person.age_months is not None:
            months = person.age_months < 24
            age = str(person.age_months if months else person.age_months // 12)
            found.append(self._phrase("age.months" if months else "age", person=age).text)
        if person.life_stage and not (person.age_months is not None and person.life_stage in _AGE_STAGES):
            found.append(self.name(person.life_stage))
        implied = {parent for id_ in person.conditions for parent in self._parents.get(id_, ())}
        found += [self.name(id_) for id_ in (*person.conditions, *person.medicines) if id_ not in implied]
        return ", ".join(found)

    def _list(self, ids: tuple[str, ...], last: str = "and") -> str:
        return listed(map(self.name, ids), last)


_ABOUT_A_LINK = ("evidence", "overview", "deficiency-signs", "causes")
_AGE_STAGES = tuple(f"life-stage:{name}" for name in ("infant", "toddler", "child", "teen", "adult", "older-adult"))
_ABOUT_FOODS = ("food-content", "comparison", "foods")


def _meant(question: Question) -> tuple[str, ...]:
    """The nutrients that a question was understood to be about, and its foods where it asks what they hold."""
    parts = question.parts or (question,)
    foods = (id_ for part in parts if part.aspect in _ABOUT_FOODS for id_ in part.foods)
    nutrients = (id_ for part in parts for id_ in part.nutrients)
    return tuple(id_ for id_ in dict.fromkeys((*nutrients, *foods)) if id_ not in question.unshown)
