"""The closed list of fixed wordings (`vocabulary/phrases.yaml`). Slots take names only."""

from __future__ import annotations

import string
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from answers.errors import GroundingError
from answers.names import Names
from answers.types import Phrase

IN_LISTS = ("about", "exclude", "age", "age.months")
"""Phrases that stand among the names of a person's description."""


class Phrases:
    """Makes phrases, and checks them."""

    def __init__(self, vocabulary: Mapping[str, Any]) -> None:
        self.names: Names | None = None
        self.disclaimer: str = vocabulary["disclaimer"]
        self._templates: dict[str, str] = {"disclaimer": self.disclaimer, **vocabulary["phrases"]}
        self.names_of_sexes: Mapping[str, str] = vocabulary["sexes"]
        self.names_of_children: Mapping[str, str] = vocabulary["children"]
        self.examples: tuple[Mapping[str, str], ...] = tuple(vocabulary["examples"])
        self.starters: tuple[str, ...] = tuple(vocabulary["starters"])

    def add(self, messages: Mapping[str, str]) -> None:
        """Further fixed wordings, such as those of the urgent signs."""
        self._templates.update(messages)

    def admit(self, names: Iterable[str], also: Callable[[str], bool]) -> None:
        """Say which names the slots may hold; until then they may hold anything. See `Names`."""
        fixed = (*names, *self.names_of_sexes.values(), *self.names_of_children.values())
        self.names = Names(fixed, (self._templates[id_] for id_ in IN_LISTS if id_ in self), also)

    def __contains__(self, id_: str) -> bool:
        return id_ in self._templates

    def __call__(self, id_: str, **names: str) -> Phrase:
        """The phrase `id_` with its slots filled. Raises GroundingError for an unknown id or slot."""
        return Phrase(self._filled(id_, names), id_, tuple(sorted(names.items())))

    def check(self, phrase: Phrase) -> None:
        """Raises GroundingError unless the phrase is its template filled with names."""
        if self._filled(phrase.id, dict(phrase.slots)) != phrase.text:
            raise GroundingError(f"phrase {phrase.id!r}: expected its fixed wording, found {phrase.text!r}")
        for slot, text in phrase.slots:
            if self.names and not self.names.hold(text):
                raise GroundingError(f"phrase {phrase.id!r}: expected names in {slot!r}, found {text!r}")

    def _filled(self, id_: str, names: Mapping[str, str]) -> str:
        template = self._templates.get(id_)
        if template is None:
            raise GroundingError(f"expected a phrase of vocabulary/phrases.yaml, found {id_!r}; add it there")
        slots = _slots(template)
        if slots != names.keys():
            raise GroundingError(f"phrase {id_!r}: expected the slots {sorted(slots)}, found {sorted(names)}")
        return template.format(**names)


@cache
def _slots(template: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in string.Formatter().parse(template) if name)


def listed(names: Iterable[str], last: str = "and") -> str:
    """Names as a list in words: "a, b and c"."""
    held = list(names)
    return f"{', '.join(held[:-1])} {last} {held[-1]}" if len(held) > 1 else "".join(held)
