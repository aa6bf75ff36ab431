"""Which amount is of which food, where several foods are named: "2 eggs and a glass of milk"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from retriever.aspects import compile_pattern
from retriever.quantities import PIECE, Quantities
from retriever.text import Token
from retriever.types import MASSES, Amount, Entity


class Portions:
    """Reads the wordings of `vocabulary/dialogue.yaml`, under `portions`."""

    def __init__(self, wordings: Mapping[str, str], quantities: Quantities) -> None:
        """Raises CorpusError where a pattern is broken."""
        self._before, self._behind, self._counts = (
            compile_pattern(wordings[name], "dialogue.yaml") for name in ("before", "behind", "counts")
        )
        self._each = compile_pattern(wordings["each"], "dialogue.yaml")
        self._either = compile_pattern(wordings["either"], "dialogue.yaml")
        self._quantities = quantities

    def of_foods(
        self,
        text: str,
        words: Sequence[Token],
        entities: Sequence[Entity],
        found: Sequence[re.Match[str]],
        amounts: Sequence[Amount],
    ) -> tuple[Amount, ...]:
        """The amounts, each with the food that it is of; "100 g each" once for every food.

        `found`: where each of the `amounts` stands in the plain text. Of a single food all stay as they are.
        """
        foods = _once([entity for entity in entities if entity.kind == "food"])
        if len({food.id for food in foods}) < 2:
            return tuple(amounts)
        spans = [(words[food.start].start, words[food.end - 1].end) for food in foods]
        inner = [words[entity.start].start for entity in entities if entity.kind == "nutrient"]
        owners: list[int | None] = []
        for match, amount in zip(found, amounts, strict=True):
            taken = amount.unit in MASSES
            owners.append(None if taken else self._owner(text, match, spans, inner, owners))
        if owners.count(None) == len(owners) == 1 and self._each.match(text, found[0].end()):
            return tuple(amounts[0]._replace(of=food.id, part=True) for food in foods)
        held: list[tuple[int, Amount]] = []
        for match, amount, owner in zip(found, amounts, owners, strict=True):
            if owner is None and amount.unit == "g" and any(0 <= at - match.end() <= len(" of ") for at in inner):
                continue  # "20 g of protein from eggs and milk" says nothing of how much is eaten
            held.append((match.start(), amount if owner is None else amount._replace(of=foods[owner].id)))
        for place, (food, (start, _)) in enumerate(zip(foods, spans, strict=True)):
            counted = None if place in owners else self._counts.search(text[:start])
            if counted:
                many = Amount(self._quantities.number(counted["n"]), PIECE, of=food.id)
                held.append((counted.start(), many))
        if held and all((amount.value, amount.unit) == (1.0, PIECE) for _, amount in held):
            return tuple(amounts)  # "an apple or a banana" says no more than their names
        together = not self._either.search(text, spans[0][1], spans[-1][0])
        ordered = (amount for _, amount in sorted(held, key=lambda pair: pair[0]))
        return tuple(amount._replace(part=together and amount.is_of_food) for amount in ordered)

    def _owner(
        self,
        text: str,
        match: re.Match[str],
        spans: Sequence[tuple[int, int]],
        inner: Sequence[int],
        taken: Sequence[int | None],
    ) -> int | None:
        """The place of the food that an amount stands in ("2 eggs"), before, or right behind ("milk (200 ml)")."""
        start, end = match.span()
        within = next((at for at, span in enumerate(spans) if span[0] < end and start < span[1]), None)
        if within is not None:
            return within
        ahead = next((at for at, span in enumerate(spans) if span[0] >= end), None)
        if ahead is not None and self._before.fullmatch(text[end : spans[ahead][0]]):
            of_nutrient = any(end <= place < spans[ahead][0] for place in inner)  # "20 g of protein from eggs"
            return None if of_nutrient else ahead
        back = max((at for at, span in enumerate(spans) if span[1] <= start), default=None)
        if back is not None and back not in taken and self._behind.fullmatch(text[spans[back][1] : start]):
            return back
        return None


def _once(foods: Sequence[Entity]) -> list[Entity]:
    """The foods named, each place once."""
    kept: list[Entity] = []
    for food in foods:
        if not kept or food.start >= kept[-1].end:
            kept.append(food)
    return kept
