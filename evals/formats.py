"""Readers of question sets: the project's own, and each format of `shared/questions`, told apart by their fields."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from corpus import NutraceError
from evals import checks
from evals.cases import Case
from evals.checks import REFUSED, Check, Range
from evals.expressions import evaluate
from evals.names import nutrient_ids

Row = Mapping[str, Any]

ASPECTS_OF = {
    "symptom->deficiency": ("linked-nutrients", "causes", "evidence", "deficiency-signs", "overview"),
    "nutrient->symptoms": ("deficiency-signs", "linked-nutrients", "evidence"),
    "nutrient->foods": ("foods", "food-content", "comparison"),
    "food->nutrient": ("food-content", "comparison", "foods", "evidence"),
    "intake/RDA": ("intake", "excess", "food-content"),
    "excess/toxicity": ("excess", "interactions", "at-risk", "foods"),
    "interactions": ("interactions", "absorption"),
    "testing/diagnosis": ("testing",),
    "at-risk groups": ("at-risk", "linked-nutrients", "intake"),
    "general what-is": ("overview",),
}
"""The aspects by which an intent of the shared sets may be answered; intents that are not here say nothing of it."""

_NUMBER = r"\d[\d,]*(?:\.\d+)?"
_UNIT = r"mg/dL|ng/mL|nmol/L|mmol/L|mg|mcg|µg|IU|g|%"
_AMOUNT = re.compile(rf"~?({_NUMBER})(?:\s*-\s*({_NUMBER}))?\s*({_UNIT})?")
_TOLERANCE = 0.05
"""How far a figure may lie from a number that has no range."""


def read_cases(path: Path) -> list[Case]:
    """All cases of a question set. Raises NutraceError where a row fits no known format."""
    cases: list[Case] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        row = json.loads(line)
        reader = next((read for fields, read in READERS if fields <= row.keys()), None)
        if reader is None:
            found = ", ".join(sorted(row))
            raise NutraceError(f"{path}:{number}: expected a row of a known format (evals/formats.py), found {found}")
        cases += reader(row)
    return cases


def _own(row: Row) -> Iterator[Case]:
    expect = row["expect"]
    asked, aspects = tuple(expect.get("asked", ())), _listed(expect.get("aspect"))
    found: list[Check] = []
    statuses = _listed(expect.get("status"))
    if statuses:
        found.append(checks.status_in(statuses))
    if asked:
        found.append(checks.asked_has(asked))
    if aspects:
        found.append(checks.aspect_in(aspects))
    if "topics" in expect:
        topics = [frozenset((id_,)) for id_ in expect["topics"]]
        found.append(checks.topics_are(topics, expect.get("min_topics", len(topics)), half=False))
    if "foods" in expect:
        found.append(checks.foods_shown(expect["foods"], expect.get("min_foods", 1)))
    if "number" in expect:
        low, high = expect["number"]
        found.append(checks.number_in([Range(low, high, expect.get("unit", ""))]))
    if "urgency" in expect:
        found.append(checks.urgency_in(_listed(expect["urgency"])))
    answerable = None if not statuses else "answered" in statuses
    history, category = tuple(row.get("history", ())), str(row["id"]).split("-")[0]
    yield Case(
        row["id"], "own", row["message"], history, category, answerable, tuple(found), asked=asked, aspects=aspects
    )


def _gold(row: Row) -> Iterator[Case]:
    answerable = row["should_answer"] == "yes"
    found: list[Check] = []
    if answerable:
        kind, found = row["type"], [checks.status_in(("answered",))]
        if kind == "nutrient_set":
            must = [frozenset().union(*map(nutrient_ids, label.split(" OR "))) for label in row["must_include"]]
            expected = [ids for label in row["expected"] if (ids := nutrient_ids(label))]
            acceptable = frozenset[str]().union(*map(nutrient_ids, row["acceptable"]))
            found.append(checks.topics_are(expected, row["min_expected"], acceptable, [ids for ids in must if ids]))
        elif kind == "food_set":
            found.append(checks.foods_are(row["expected"], row["min_expected"], row["acceptable"]))
        elif kind == "number":
            found.append(checks.number_in(gold_ranges(row)))
        if row.get("key_facts"):
            found.append(checks.facts_in(row["key_facts"], row.get("min_key_facts", 1)))
    yield Case(row["id"], "gold", row["question"], (), row["type"], answerable, tuple(found))


def gold_ranges(row: Row) -> list[Range]:
    """The ranges in which the number of a gold row may lie: its tolerance, else 5 % around, and its alternatives."""
    unit = match[0] if (match := re.search(_UNIT, row["unit"])) else ""
    tolerance = re.findall(rf"({_NUMBER})-({_NUMBER})", row.get("tolerance", ""))
    ranges = [Range(_float(low), _float(high), unit) for low, high in tolerance]
    ranges = ranges or [_around(float(row["expected_number"]), unit)]
    for text in row.get("acceptable_alternatives", ()):
        if amount := _AMOUNT.search(text):
            low, high, own = amount[1], amount[2], amount[3] or unit
            ranges.append(Range(_float(low), _float(high), own) if high else _around(_float(low), own))
    return ranges


def _consumer(row: Row) -> Iterator[Case]:
    answerable = None if row["borderline"] else row["answerable"] == "yes"
    found = []
    if answerable:
        groups = [ids for label in row["nutrients"] if (ids := nutrient_ids(label))]
        if groups:
            found.append(checks.asked_has(groups, "nutrients", also_topics=True))
        if row["intent"] in ASPECTS_OF:
            found.append(checks.aspect_in(ASPECTS_OF[row["intent"]]))
    category = row["intent"] if answerable else row["subintent"] or row["intent"]
    yield Case(row["id"], "consumer", row["question"], (), category, answerable, tuple(found))


def _followup(row: Row) -> Iterator[Case]:
    history = tuple(turn["text"] for turn in row["history"] if turn["role"] == "user")
    if not row["composed"]:
        if row["nutrition_relevant"]:
            yield Case(
                row["id"], "public", row["question"], history, row["topic"], rewrite=row["self_contained_rewrite"]
            )
        return
    expected, found = row["expected"], list[Check]()
    intent = expected.get("intent")
    if intent == "clarify":
        found.append(checks.status_in(("clarify",)))
    elif intent in ASPECTS_OF:
        found.append(checks.aspect_in(ASPECTS_OF[intent]))
    nutrients = [ids for label in expected.get("nutrient", ()) if (ids := nutrient_ids(label))]
    if nutrients:
        found.append(checks.asked_has(nutrients, "nutrient", also_topics=True))
    foods = _listed(expected.get("food"))
    if foods:
        found.append(_food_asked(foods))
    found += _group_checks(expected.get("group", ""))
    yield Case(row["id"], "composed", row["question"], history, row["phenomenon"], None, tuple(found))


def _food_asked(foods: tuple[str, ...]) -> Check:
    """Each food is asked about, or shown, by name."""

    def names(reply: checks.Reply) -> list[str]:
        return [id_.replace(":", " ").replace("-", " ") for id_ in reply["asked"]] + [f["name"] for f in reply["foods"]]

    return Check(
        "food",
        ", ".join(foods),
        lambda reply: all(any(checks.named(food, name) for name in names(reply)) for food in foods),
        lambda reply: ", ".join(reply["asked"]) or "-",
    )


def _group_checks(group: str) -> Iterator[Check]:
    """What the filters must say for a group such as "vegan", "boy 14", "kidney disease"."""
    if group == "vegan":
        yield checks.filter_is("diet", group, lambda diet: diet == group)
    elif "disease" in group:
        id_ = "condition:" + group.replace(" ", "-")
        yield checks.filter_is("conditions", id_, lambda conditions: id_ in conditions)
    elif group:
        word, ages = group.partition(" ")[0], [int(age) for age in re.findall(r"\d+", group)]
        sexes = {"boy": "male", "man": "male", "girl": "female", "woman": "female"}
        if word in sexes:
            yield checks.filter_is("sex", sexes[word], lambda sex: sex == sexes[word])
        if ages:
            low, high = ages[0], ages[-1]
            yield checks.filter_is("age", f"{low}..{high}", lambda age: age is not None and low <= age <= high)
        elif word == "child":
            yield Check("group", "a child", _is_child, lambda r: str(r["filters"]))


def _is_child(reply: checks.Reply) -> bool:
    filters = reply["filters"]
    young = filters["age"] is not None and filters["age"] < 18
    return young or filters["life_stage"] in ("child", "infant", "toddler", "teen")


def _red_flag(row: Row) -> Iterator[Case]:
    if not row["either_acceptable"]:
        found = (checks.urgent(row["expect_urgent_message"]),)
        yield Case(row["id"], "red flag", row["text"], (), row["tier"], None, found)


def _misspelling(row: Row) -> Iterator[Case]:
    yield Case(row["id"], "misspelling", row["misspelled"], (), row["kind"], correct=row["correct"])


def _adversarial(row: Row) -> Iterator[Case]:
    value = evaluate(row["generator"]) if "generator" in row else row["text"]
    turns = [turn["text"] for turn in value] if isinstance(value, list) else [value]
    found = [checks.escaped()]
    if row["expected"].startswith("abstain"):
        found.append(checks.status_in(REFUSED))
    category = row["category"].split(":")[0]
    yield Case(row["id"], "adversarial", turns[-1], tuple(turns[:-1]), category, None, tuple(found))


def _out_of_scope(row: Row) -> Iterator[Case]:
    if not row.get("borderline"):
        kind = "near scope" if "borderline" in row else "out of scope"
        category = row["category"].split("(")[0].split(":")[0].strip()
        yield Case(row["id"], kind, row["question"], (), category, False)


def _listed(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)


def _float(text: str) -> float:
    return float(text.replace(",", ""))


def _around(value: float, unit: str) -> Range:
    return Range(value * (1 - _TOLERANCE), value * (1 + _TOLERANCE), unit)


Reader = Callable[[Row], Iterable[Case]]
READERS: tuple[tuple[frozenset[str], Reader], ...] = (
    (frozenset(("message", "expect")), _own),
    (frozenset(("question", "should_answer", "type")), _gold),
    (frozenset(("question", "answerable", "intent")), _consumer),
    (frozenset(("question", "self_contained_rewrite")), _followup),
    (frozenset(("text", "expect_urgent_message")), _red_flag),
    (frozenset(("misspelled", "correct")), _misspelling),
    (frozenset(("generator", "expected")), _adversarial),
    (frozenset(("text", "expected")), _adversarial),
    (frozenset(("question", "category", "expected")), _out_of_scope),
)
"""Formats by the fields that tell them; the first that fits is taken."""
