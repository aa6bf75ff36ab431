"""What was understood (`Question`) and what was found for it (`Evidence`): frozen, comparable, printable."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

from corpus import Passage, Row, Span

Kind = Literal["nutrient", "symptom", "topic", "food", "group", "condition", "medicine", "life-stage", "test"]
Status = Literal["answered", "no_answer", "clarify", "small_talk"]
Act = Literal["ask", "small_talk", "reset", "empty", "clarify"]
Basis = Literal["serving", "100g", "100kcal"]

MASSES = ("mg", "µg", "IU")
"""Units in which one takes something; the others are those in which one weighs or counts a food."""


@dataclass(frozen=True, slots=True)
class Entity:
    """Something the corpus knows by name, as it stood in a message. `start` and `end` count tokens."""

    id: str
    kind: Kind
    name: str
    start: int
    end: int
    typed: str
    corrected: bool = False


@dataclass(frozen=True, slots=True)
class Filters:
    """Who is asking and what they will not eat; kept through the conversation until taken back."""

    diet: str | None = None
    exclude: tuple[str, ...] = ()
    sex: str | None = None
    age_months: int | None = None
    life_stage: str | None = None
    conditions: tuple[str, ...] = ()
    medicines: tuple[str, ...] = ()
    about: str = "self"

    @property
    def age(self) -> float | int | None:
        """Age in years; whole from two years on. None where it was not said."""
        if self.age_months is None:
            return None
        return self.age_months // 12 if self.age_months >= 24 else round(self.age_months / 12, 2)

    def joined(self, other: Filters) -> Filters:
        """With the diet, the conditions and the medicines of somebody else as well: "my daughter has it too"."""
        return replace(
            self,
            diet=self.diet or other.diet,
            exclude=tuple(dict.fromkeys((*self.exclude, *other.exclude))),
            conditions=tuple(dict.fromkeys((*self.conditions, *other.conditions))),
            medicines=tuple(dict.fromkeys((*self.medicines, *other.medicines))),
        )


class Dosing(NamedTuple):
    """How many are taken at once, and how often: `times` in `days`. None where a message does not say.

    `read`: "" where it was understood; "unclear" where something was named that was not; "rare" where it is no
    intake of every day: an injection, or one large dose in several months.
    """

    many: float | None = None
    times: float | None = None
    days: float | None = None
    read: str = ""

    @property
    def changes(self) -> bool:
        """Whether a dose taken so is another amount a day than the dose alone."""
        return bool(self.read) or any(part not in (None, 1) for part in (self.many, self.times, self.days))


class Amount(NamedTuple):
    """A quantity that the user gave: 2 "cup", 50 "g", 400 "mg"; so `many` of it at once, `times` in `days`.

    `read`: see `Dosing`; `of`: the nutrient or food that it is an amount of, None where only one may be meant;
    `hours`: the times of day named with it; `part`: whether it is one of several, doses at different hours or foods,
    that make up the day's.
    """

    value: float
    unit: str
    many: float = 1.0
    times: float = 1.0
    days: float = 1.0
    read: str = ""
    of: str | None = None
    hours: tuple[str, ...] = ()
    part: bool = False

    @property
    def is_dose(self) -> bool:
        """Whether it is such as one takes, not one in which a food is weighed or counted."""
        return self.unit in MASSES or (self.unit == "g" and self.of is not None and not self.is_of_food)

    @property
    def is_of_food(self) -> bool:
        """Whether the message says of which food it is an amount."""
        return self.of is not None and ":" in self.of

    @property
    def plain(self) -> bool:
        """Whether the quantity alone is what is taken in a day."""
        return self.many == self.times == self.days == 1 and not (self.read or self.part)

    def taken(self, dosing: Dosing) -> Amount:
        """The same dose, taken so many times and so often."""
        kept = self if dosing.read == "" and self.read == "" else self._replace(many=1.0, times=1.0, days=1.0)
        return kept._replace(
            many=kept.many if dosing.many is None else dosing.many,
            times=kept.times if dosing.times is None else dosing.times,
            days=kept.days if dosing.days is None else dosing.days,
            read=dosing.read,
        )


class Reading(NamedTuple):
    """What a laboratory found: of which test or nutrient ("" where nothing says), how much, in what unit ("": none).

    `typed`: number and unit as the message has them; `at`: where they stand in the plain text.
    """

    of: str
    value: float
    unit: str
    typed: str
    at: tuple[int, int] = (0, 0)


class Compared(NamedTuple):
    """A row of `tests` beside a reading: on which side of its range that lies, or `why` this is not said.

    `side`: low, within, high, or "" where it cannot be told.
    `why`: which, unit, other-unit, impossible, whom, groups, or "".
    """

    row: Row
    reading: Reading | None = None
    side: str = ""
    why: str = ""

    @property
    def says_meaning(self) -> bool:
        """Whether what the row says of a result's meaning is about this side, or about none."""
        of = self.row.cells.get("meaning_of") or "any"
        if self.why == "unit":
            return True
        if self.why or self.side == "within":
            return of == "any"
        return of in ("any", "both", self.side)


@dataclass(frozen=True, slots=True)
class Question:
    """A message made self-contained: what it asks, about what, for whom.

    `foreign`: words that no name and no wording of the vocabulary explains; `literal`: whether the user's own words say
    more than the names and the aspect that were understood; `listed`: the list that "the second one" was counted in;
    `context`, `after`: what the conversation was about and the message does not say, by its ids or, where the corpus
    does not know it, in the words of earlier messages; `kind`: the kind of nutrient asked for ("which vitamin");
    `quoted`: earlier messages to be shown with this one, since it says little without them; `told`: whether it tells a
    story that its fixed wording leaves out; `unshown`: nutrients and foods that are not named beside quoted messages,
    since nobody named them or those messages do, in other words; `whole`: the message of which it is a part;
    `dosing`: how many somebody takes and how often;
    `taking`: whether the person says that somebody takes it; `called`: the names of the topics that the conversation
    named, which may be narrower than their documents' titles; `readings`: the results of tests that it gives;
    `told_readings`: those that were told before of the same person; `alarmed`: whether the message itself is urgent.
    """

    message: str
    text: str
    act: Act = "ask"
    aspect: str = "overview"
    nutrients: tuple[str, ...] = ()
    symptoms: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    foods: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    filters: Filters = field(default_factory=Filters)
    amounts: tuple[Amount, ...] = ()
    dosing: Dosing | None = None
    measures: tuple[str, ...] = ()
    test: str | None = None
    value: float | None = None
    readings: tuple[Reading, ...] = ()
    told_readings: tuple[Reading, ...] = ()
    basis: Basis = "serving"
    more: int = 0
    least: bool = False
    counted: bool = False
    single: bool = False
    taking: bool = False
    kind: str | None = None
    aspect_said: bool = False
    carried: bool = False
    named: tuple[str, ...] = ()
    called: tuple[tuple[str, str], ...] = ()
    foreign: tuple[str, ...] = ()
    literal: bool = False
    context: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    quoted: tuple[str, ...] = ()
    told: bool = False
    unshown: tuple[str, ...] = ()
    whole: str = ""
    listed: tuple[str, ...] = ()
    reply: str | None = None
    corrections: tuple[tuple[str, str], ...] = ()
    urgency: str = "none"
    urgency_rule: str | None = None
    alarmed: bool = False
    parts: tuple[Question, ...] = ()

    @property
    def asked(self) -> tuple[str, ...]:
        """Canonical ids of everything the question is about, without repetition."""
        ids = (*self.nutrients, *self.symptoms, *self.topics, *self.foods, *self.groups)
        return tuple(dict.fromkeys((*ids, *self.filters.conditions, *self.filters.medicines)))

    @property
    def subjects(self) -> tuple[str, ...]:
        """The ids that a document can be about."""
        return tuple(dict.fromkeys((*self.symptoms, *self.topics, *self.nutrients)))

    @property
    def quotes(self) -> tuple[str, ...]:
        """The earlier messages that are shown before this one."""
        return self.quoted or self.after

    @property
    def typed(self) -> str:
        """The whole message in which it was asked."""
        return self.whole or self.message

    def about(self, **changes: object) -> Question:
        """A copy with some fields changed."""
        return replace(self, **changes)  # type: ignore[arg-type]


class Ranked(NamedTuple):
    """A passage of the ranking: its fused score, the scores of the two halves, its best sentence's cosine (top few)."""

    passage: Passage
    score: float
    dense: float
    keyword: float
    sentence: float = 0.0


class Quote(NamedTuple):
    """A whole sentence chosen from a ranked passage."""

    document: str
    heading: str
    span: Span


class Link(NamedTuple):
    """A row of `links`, with the sentence that says why."""

    row: Row
    nutrient: str
    strength: str
    direction: str
    why: Quote | None


@dataclass(frozen=True, slots=True)
class FoodRow:
    """One food in the order shown. `values`: per 100 g by nutrient id; None where unknown."""

    row: Row
    values: tuple[tuple[str, float | None], ...]
    serving: str
    grams: float


@dataclass(frozen=True, slots=True)
class Foods:
    """Foods in the order in which they are shown, and by what they were ranked."""

    rows: tuple[FoodRow, ...]
    nutrients: tuple[str, ...]
    basis: Basis = "serving"
    ranked_by: str | None = None
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was found, in the order in which it will be shown.

    `of_tests`: what is said beside the ranges of `tests`, as table, row and column.
    """

    status: Status
    confidence: float = 0.0
    ranking: tuple[Ranked, ...] = ()
    lead: tuple[Quote, ...] = ()
    quotes: tuple[Quote, ...] = ()
    closing: tuple[Quote, ...] = ()
    links: tuple[Link, ...] = ()
    weaker: tuple[Link, ...] = ()
    foods: Foods | None = None
    intakes: tuple[Row, ...] = ()
    marked: tuple[str, ...] = ()
    tests: tuple[Compared, ...] = ()
    of_tests: tuple[tuple[str, Row, str], ...] = ()
    interactions: tuple[Row, ...] = ()
    warnings: tuple[Row, ...] = ()
    unanswered: tuple[str, ...] = ()
    nearby: tuple[str, ...] = ()
    grounded: Question | None = None
    parts: tuple[tuple[Question, Evidence], ...] = ()
