"""What counts as right in a reply."""

from __future__ import annotations

from typing import Any

import pytest

from evals import checks
from evals.checks import Range, Reply


def reply(**changes: Any) -> Reply:
    """A reply of which only what the check reads matters."""
    filters = {"diet": None, "age": None}
    blank = {"asked": [], "topics": [], "foods": [], "pieces": [], "text": "", "urgency": "none", "filters": filters}
    return {**blank, **changes}


def ids(*names: str) -> list[frozenset[str]]:
    return [frozenset((name,)) for name in names]


def test_half_of_the_topics_shown_must_be_right() -> None:
    check = checks.topics_are(ids("iron", "zinc"), 1, frozenset(("folate",)))
    assert check.passes(reply(topics=["iron", "biotin"]))
    assert check.passes(reply(topics=["iron", "biotin", "folate", "copper"]))
    assert not check.passes(reply(topics=["iron", "biotin", "copper"]))


def test_topics_are_read_in_order_up_to_the_eighth() -> None:
    wrong = ["biotin", "copper", "choline", "vitamin-e"]
    check = checks.topics_are(ids("iron"), 1, frozenset(("zinc", "folate", "calcium", "magnesium")))
    assert check.passes(reply(topics=[*wrong, "zinc", "folate", "calcium", "iron"]))
    assert not check.passes(reply(topics=[*wrong, "zinc", "folate", "calcium", "magnesium", "iron"]))


def test_one_of_each_must_be_there() -> None:
    check = checks.topics_are(ids("iron", "zinc"), 1, must=[frozenset(("magnesium", "calcium"))])
    assert check.passes(reply(topics=["iron", "calcium"]))
    assert not check.passes(reply(topics=["iron", "zinc"]))


def test_a_form_counts_as_its_nutrient() -> None:
    assert checks.asked_has(["vitamin-a"]).passes(reply(asked=["retinol"]))
    assert not checks.asked_has(["vitamin-a"]).passes(reply(asked=["vitamin-b12"]))


@pytest.mark.parametrize(
    ("value", "unit", "holds"),
    [
        (0.4, "mg", True),
        (400, "µg", True),
        (400, "mcg DFE", True),
        (400, "µg/day", True),
        (400, "mg", False),
        (400, "IU", False),
        (399, "µg", False),
    ],
)
def test_a_number_is_compared_after_conversion(value: float, unit: str, holds: bool) -> None:
    assert Range(400, 400, "µg").holds(value, unit) is holds


def test_only_figures_and_calculations_are_numbers() -> None:
    check = checks.number_in([Range(10, 12, "mg")])
    assert check.passes(reply(pieces=[{"kind": "figure", "value": 11.0, "unit": "mg"}]))
    assert not check.passes(reply(pieces=[{"kind": "quote", "text": "11 mg"}]))


@pytest.mark.parametrize(
    ("label", "name", "is_named"),
    [
        ("eggs", "Egg, whole, boiled", True),
        ("eggs", "Eggplant, boiled", False),
        ("tomatoes", "Tomato, raw", True),
        ("cod liver oil", "Cod liver oil", True),
        ("cod liver oil", "Cod, Atlantic", False),
        ("lentils / beans", "Kidney beans, boiled", True),
        ("rice (enriched)", "Rice, white, enriched", True),
    ],
)
def test_foods_are_known_by_their_words(label: str, name: str, is_named: bool) -> None:
    assert checks.named(label, name) is is_named


def test_live_markup_is_noticed_and_escaped_markup_is_not() -> None:
    assert not checks.escaped().passes(reply(text="Understood: <img src=x>"))
    assert not checks.escaped().passes(reply(text="[click](http://x)"))
    assert checks.escaped().passes(reply(text=r"Understood: &lt;img src=x&gt; \[click\](http://x)"))


def test_seeing_a_doctor_soon_is_not_urgent() -> None:
    assert checks.urgent(False).passes(reply(urgency="doctor_soon"))
    assert checks.urgent(True).passes(reply(urgency="poisoning"))
