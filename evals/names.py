"""The nutrient labels of other people's question sets, as canonical ids."""

from __future__ import annotations

import re
from functools import lru_cache

from corpus import load_corpus

CANONICAL = (
    "vitamin-a", "thiamin", "riboflavin", "niacin", "pantothenic-acid", "vitamin-b6", "biotin", "folate",
    "vitamin-b12", "vitamin-c", "vitamin-d", "vitamin-e", "vitamin-k", "choline", "calcium", "chloride", "chromium",
    "copper", "fluoride", "iodine", "iron", "magnesium", "manganese", "molybdenum", "phosphorus", "potassium",
    "selenium", "sodium", "zinc", "omega-3", "protein", "fiber",
)  # fmt: skip
"""The ids of the contract."""

B_VITAMINS = ("thiamin", "riboflavin", "niacin", "pantothenic-acid", "vitamin-b6", "biotin", "folate", "vitamin-b12")
COLLECTIVE = {
    "b vitamins": B_VITAMINS,
    "electrolytes": ("sodium", "potassium", "chloride", "calcium", "magnesium", "phosphorus"),
    "omega-3 fatty acids": ("omega-3",),
    "essential fatty acids": ("omega-3",),
    "fish oil": ("omega-3",),
    "thiamine": ("thiamin",),
    "folic acid": ("folate",),
    "fibre": ("fiber",),
}
"""Labels that are no canonical name; one that means several nutrients is met by any of them."""

_BRACKETS = re.compile(r"\s*\([^)]*\)")


def nutrient_ids(label: str) -> frozenset[str]:
    """The ids that a label stands for: {"thiamin"} for "thiamin (B1)"; empty where it is no nutrient of ours."""
    name = _BRACKETS.sub("", label).strip().lower()
    slug = name.replace(" ", "-")
    return frozenset((slug,)) if slug in CANONICAL else frozenset(COLLECTIVE.get(name, ()))


@lru_cache(maxsize=1)
def _parents() -> dict[str, str]:
    rows = load_corpus().tables["nutrients"].rows
    return {row.id: row.text("parent") for row in rows if row.cells["parent"]}


def canonical(id_: str) -> str:
    """The nutrient of which an id names a form ("vitamin-a" for "retinol"); any other id as it is."""
    return _parents().get(id_, id_)
