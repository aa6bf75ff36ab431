"""What may stand in the slot of a phrase: names that the corpus knows, and lists of them. Never a sentence."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

_BETWEEN = re.compile(r",? (?:and|or) |, ")
_NUMBER = re.compile(r"\d{1,3}")
MEMORY = 8_192


class Names:
    """Tells names from other texts. `also`: whether a text is a name in another form than those listed."""

    def __init__(self, names: Iterable[str], around: Iterable[str], also: Callable[[str], bool]) -> None:
        """`around`: wordings with one slot for a name or a number that stand in lists too: "my {person}"."""
        self._known = frozenset(name.casefold() for name in names)
        self._around = tuple(_around(wording) for wording in around)
        self._also = also
        self.hold = lru_cache(maxsize=MEMORY)(self._hold)

    def _hold(self, text: str) -> bool:
        """Whether the text is a name, or a list of names in words ("kale, raw, spinach and milk")."""
        cuts = [(m.start(), m.end()) for m in _BETWEEN.finditer(text)]
        ends, starts = [*(start for start, _ in cuts), len(text)], [0, *(end for _, end in cuts)]
        # A name may hold a comma itself, so every way of cutting the list is tried, from left to right.
        reached = {0}
        for begin in range(len(starts)):
            if begin in reached:
                reached |= {end + 1 for end in range(begin, len(ends)) if self._is_one(text[starts[begin] : ends[end]])}
        return len(ends) in reached

    def _is_one(self, text: str) -> bool:
        if text.casefold() in self._known or self._also(text):
            return True
        inner = next((found[1] for pattern in self._around if (found := pattern.fullmatch(text))), None)
        return inner is not None and (bool(_NUMBER.fullmatch(inner)) or self._is_one(inner))


def _around(wording: str) -> re.Pattern[str]:
    before, _, rest = wording.partition("{")
    return re.compile(f"{re.escape(before)}(.+){re.escape(rest.partition('}')[2])}")


def names_of(*groups: Mapping[str, str] | Iterable[str]) -> list[str]:
    """All names of some mappings (their values) and lists."""
    return [name for group in groups for name in (group.values() if isinstance(group, Mapping) else group)]
