"""Every name that the corpus knows, and finding them in a message."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from corpus import Corpus, Row
from retriever.text import FILLERS, Token, plain, stem, stems, tokens
from retriever.types import Entity, Kind

# Where two kinds share a name, the first of these is meant.
PRIORITY: tuple[Kind, ...] = (
    "nutrient",
    "symptom",
    "medicine",
    "condition",
    "food",
    "topic",
    "group",
    "life-stage",
    "test",
)
COMPANIONS = ("topic", "condition", "life-stage", "test")
"""Kinds that a name may mean beside another: anemia is a condition of a person and the subject of a document."""
_SHORT = re.compile(r"vitamin ([a-z]\d+)")
"""Vitamins that people call by letter and number alone: "b12", "d3"."""
_ASKING = ("what ", "when ", "why ", "how ", "which ", "who ")
"""A title that begins so is a question, and no name."""
_BESIDE_NUTRIENTS = re.compile(r"(.+) and (?:its |their )?(?:nutrients|vitamins)")
"""Titles of topics that say what they are about, and that it is about nutrients."""
MIN_NAME = 3
"""Shorter names ("Mg", "K") are units or initials far more often than what they stand for."""
FIRM: tuple[Kind, ...] = ("nutrient", "symptom", "medicine")
"""Kinds of which a single word is never taken for a part of a symptom's name."""
_LOOSE = 2
"""Further words that may stand among the words of a symptom's name ("hair is *slowly* falling out")."""


HOW_MUCH = frozenset(("much", "many", "does", "do"))
HOLDING = frozenset(("in", "have", "has", "contain", "contains", "hold"))


@dataclass(frozen=True, slots=True)
class Name:
    """One way of naming something: its stems, the thing, and whether this is its plain, shown name.

    `phrase`: the words themselves of a name that only they make one: "always cold", whose stems would be "cold".
    """

    stems: tuple[str, ...]
    id: str
    kind: Kind
    shown: str
    phrase: tuple[str, ...] = ()


class Lexicon:
    """Names by their stems. The longest name wins, from left to right."""

    def __init__(self, names: Iterable[Name], preparations: Iterable[str] = ()) -> None:
        """`preparations`: words that say how a food was made, and may stand before any food's name."""
        self._preparations = frozenset(map(stem, preparations))
        self.shown: dict[str, str] = {}
        self.kind: dict[str, Kind] = {}
        self._exact: dict[tuple[str, ...], list[Name]] = {}
        self._loose: defaultdict[str, list[tuple[Name, frozenset[str]]]] = defaultdict(list)
        self._phrases: defaultdict[str, list[Name]] = defaultdict(list)
        loose: list[Name] = []
        for name in names:
            self.shown.setdefault(name.id, name.shown)
            self.kind.setdefault(name.id, name.kind)
            if name.phrase:
                self._phrases[name.phrase[0]].append(name)
            if not name.stems or _is_too_short(name):
                continue
            held = self._exact.setdefault(name.stems, [])
            if name.kind not in {other.kind for other in held}:
                held.append(name)
                held.sort(key=lambda name: PRIORITY.index(name.kind))
            if name.kind == "symptom" and len(set(name.stems)) > 1:
                loose.append(name)
        # All words of a loose name must be there, so it is looked up by the one that fewest others have.
        often = Counter(word for name in loose for word in set(name.stems))
        for name in loose:
            rarest = min(sorted(set(name.stems)), key=often.__getitem__)
            self._loose[rarest].append((name, frozenset(name.stems)))
        self._sizes: dict[str, tuple[int, ...]] = {}
        for key in self._exact:
            sizes = {len(key), *self._sizes.get(key[0], ())}
            self._sizes[key[0]] = tuple(sorted(sizes, reverse=True))

    @classmethod
    def from_corpus(cls, corpus: Corpus) -> Lexicon:
        """All names of the corpus's documents, tables and vocabulary."""
        return cls(_names(corpus), corpus.vocabulary["diets"]["preparations"])

    def means(self, word: str, id_: str) -> bool:
        """Whether a stem alone is a name of the thing."""
        return any(name.id == id_ for name in self._exact.get((word,), ()))

    def knows(self, stems: tuple[str, ...]) -> bool:
        """Whether some stems are a whole name."""
        return stems in self._exact

    def words(self) -> set[str]:
        """Every stem that occurs in a name."""
        return {word for key in self._exact for word in key}

    def find(self, words: tuple[Token, ...]) -> tuple[Entity, ...]:
        """The things named in a message, in order; none overlaps another."""
        phrases = self._find_phrases(words)
        found = [entity for entity in phrases if entity.kind == "symptom"]
        taken = {at for entity in found for at in range(entity.start, entity.end)}
        kept = [at for at, word in enumerate(words) if word.text not in FILLERS and at not in taken]
        firm = set[int]()
        at = 0
        while at < len(kept):
            size = self._longest_at(words, kept, at)
            if size > 1 and self._is_head_later(words, kept, at, size):
                size = 0
            if size:
                meant, *beside = self._exact[tuple(words[kept[i]].stem for i in range(at, at + size))]
                names = [meant, *(name for name in beside if name.kind in COMPANIONS)]
                found += [_entity(name, words, kept[at], kept[at + size - 1]) for name in names]
                if size > 1 and meant.kind in ("topic", "condition", "symptom"):
                    found += self.nutrients_within(words, kept[at : at + size])
                if size > 1 or meant.kind in FIRM:
                    firm.update(range(at, at + size))
            at += size or 1
        loose, used = self._find_loose(words, kept, firm)
        # "Gums are puffy and bleed" is about bleeding gums, not about chewing gum.
        found = [entity for entity in found if not used & set(range(entity.start, entity.end))]
        named = {at for entity in (*found, *loose) for at in range(entity.start, entity.end)}
        # "On dialysis" says first what somebody has, and then names a document.
        others = [entity for entity in phrases if not named & set(range(entity.start, entity.end))]
        return tuple(sorted((*found, *loose, *others), key=lambda entity: (entity.start, entity.end)))

    def _find_phrases(self, words: tuple[Token, ...]) -> list[Entity]:
        """Names of which every word counts, where they stand word for word."""
        found: list[Entity] = []
        for at, word in enumerate(words):
            for name in self._phrases.get(word.text, ()):
                end = at + len(name.phrase)
                if tuple(token.text for token in words[at:end]) == name.phrase:
                    found.append(_entity(name, words, at, end - 1))
                    break
        return found

    def nutrients_within(self, words: tuple[Token, ...], inside: Iterable[int]) -> Iterator[Entity]:
        """Nutrients named inside a longer name: iron in "iron deficiency anemia"."""
        for position in inside:
            for name in self._exact.get((words[position].stem,), ()):
                if name.kind == "nutrient":
                    yield _entity(name, words, position, position)

    def _longest_at(self, words: tuple[Token, ...], kept: list[int], at: int) -> int:
        first = words[kept[at]].stem
        for size in self._sizes.get(first, ()):
            if at + size <= len(kept) and tuple(words[i].stem for i in kept[at : at + size]) in self._exact:
                if size == 2 and self._holds(words, kept[at], kept[at + 1]):
                    continue
                # "Roasted chicken breast" is chicken breast, not roast chicken.
                hides = size > 1 and first in self._preparations and self._longest_at(words, kept, at + 1) >= size
                return 0 if hides else size
        return 0

    def _holds(self, words: tuple[Token, ...], first: int, last: int) -> bool:
        """Whether it is asked what a food holds: "how much iron is in milk" is not "iron and milk"."""
        before, after = ({word.text for word in part} for part in (words[:first], words[first + 1 : last + 2]))
        asked = before & HOW_MUCH and after & HOLDING
        kinds = {name.kind for at in (first, last) for name in self._exact.get((words[at].stem,), ())[:1]}
        return bool(asked) and {"nutrient", "food"} <= kinds

    def _is_head_later(self, words: tuple[Token, ...], kept: list[int], at: int, size: int) -> bool:
        """Whether a food's name ends inside another's: "roasted chicken breast" is a breast, its head comes last."""
        later = at + size - 1
        longer = self._longest_at(words, kept, later)
        if kept[min(later + longer, len(kept)) - 1] - kept[at] != size + longer - 2:
            return False  # "dark chocolate and milk" are two
        both = (self._meant(words, kept, at, size), self._meant(words, kept, later, longer)) if longer > 1 else ()
        return bool(both) and all(name.kind == "food" for name in both)

    def _meant(self, words: tuple[Token, ...], kept: list[int], at: int, size: int) -> Name:
        return self._exact[tuple(words[kept[i]].stem for i in range(at, at + size))][0]

    def _find_loose(self, words: tuple[Token, ...], kept: list[int], firm: set[int]) -> tuple[list[Entity], set[int]]:
        """Symptoms whose words stand close together in any order ("my hands and feet are always cold").

        Returns them, and the positions of their words and of those between.
        """
        free = [at for at in range(len(kept)) if at not in firm]
        stems_free = {words[kept[at]].stem for at in free}
        near = (pair for word in stems_free for pair in self._loose.get(word, ()))
        candidates = {name: needed for name, needed in near if needed <= stems_free}
        found: list[Entity] = []
        seen, used = set[str](), set[int]()
        for name in sorted(candidates, key=lambda name: (-len(name.stems), name.stems)):
            needed = candidates[name]
            if not needed <= stems_free or name.id in seen:
                continue
            spots = [at for at in free if words[kept[at]].stem in needed]
            for first in spots:
                window = [at for at in spots if first <= at < first + len(needed) + _LOOSE]
                if {words[kept[at]].stem for at in window} == needed:
                    seen.add(name.id)
                    used.update(range(kept[window[0]], kept[window[-1]] + 1))
                    free = [at for at in free if not window[0] <= at <= window[-1]]
                    stems_free = {words[kept[at]].stem for at in free}
                    found.append(_entity(name, words, kept[window[0]], kept[window[-1]]))
                    break
        return found, used


def _is_too_short(name: Name) -> bool:
    """Whether a name is rather a unit or an initial; a table of tests names none that is ("hb")."""
    short = len(name.stems) == 1 and len(name.stems[0]) < MIN_NAME and name.stems[0].isalpha()
    return short and name.kind != "test"


def _entity(name: Name, words: tuple[Token, ...], first: int, last: int) -> Entity:
    typed = " ".join(word.text for word in words[first : last + 1])
    return Entity(name.id, name.kind, name.shown, first, last + 1, typed)


def _names(corpus: Corpus) -> Iterator[Name]:
    """Names in the order in which they win: shown names first."""
    for row in _rows(corpus, "nutrients"):
        for name in dict.fromkeys((row.text("name"), row.text("short"))):
            yield Name(stems(name), row.id, "nutrient", row.text("name"))
            if short := _SHORT.fullmatch(name.casefold()):
                yield Name(stems(short[1]), row.id, "nutrient", row.text("name"))
    for row in _rows(corpus, "names"):
        yield Name(stems(row.text("name")), row.text("means"), row.text("kind"), row.text("name"))
    for document in corpus.documents.values():
        kind: Kind = document.kind  # type: ignore[assignment]
        shown = document.title if kind == "nutrient" else document.title[:1].lower() + document.title[1:]
        if kind == "topic" and (beside := _BESIDE_NUTRIENTS.fullmatch(shown)):
            shown = beside[1]  # "sleep", of "sleep and nutrients"
        for title in (document.title, *document.synonyms):
            if not title.casefold().startswith(_ASKING):
                known = stems(title)
                phrase = () if known else tuple(word.text for word in tokens(plain(title)))
                yield Name(known, document.id, kind, title if title in document.narrower else shown, phrase)
            if kind == "nutrient" and (short := _SHORT.fullmatch(title.casefold())):
                yield Name(stems(short[1]), document.id, kind, shown)
    yield from _food_names(corpus)
    for row in _rows(corpus, "food_groups"):
        for word in (row.text("name"), *row.items("words")):
            yield Name(stems(word), row.id, "group", row.text("name"))
    for row in _rows(corpus, "tests"):
        for word in (row.text("test"), *row.items("synonyms")):
            yield Name(stems(word), test_id(row), "test", row.text("test"))
    for entry in corpus.vocabulary.get("medicines") or ():
        yield from _vocabulary_names(entry, "medicine")
        for member in entry.get("members") or ():
            yield from _vocabulary_names(member, "medicine")
    people: Mapping[str, Any] = corpus.vocabulary.get("people") or {}
    for entry in people.get("conditions") or ():
        yield from _vocabulary_names(entry, "condition")
    for entry in people.get("life_stages") or ():
        yield from _vocabulary_names(entry, "life-stage")


def _vocabulary_names(entry: Mapping[str, Any], kind: Kind) -> Iterator[Name]:
    for word in (entry["name"], *(entry.get("words") or ())):
        yield Name(stems(str(word)), str(entry["id"]), kind, str(entry["name"]))


def _food_names(corpus: Corpus) -> Iterator[Name]:
    """A food's full name and its synonyms mean that row; its family's plain name means the family's default row.

    A plain name of its own ("chicken breast" of the family "chicken") means the first row that people commonly eat.
    """
    rows = _rows(corpus, "foods")
    default = {row.text("family"): row for row in rows if row.cells["default"]}
    for row in rows:
        yield Name(stems(row.text("name")), row.id, "food", row.text("name"))
    ordered = (*default.values(), *sorted(rows, key=lambda row: not row.cells["everyday"]))
    for row in ordered:
        for word in row.items("synonyms"):
            yield Name(stems(word), row.id, "food", row.text("name"))
    for row in ordered:
        meant = default.get(row.text("family"), row)
        shown = meant.text("name")
        plain_name = row.text("name").split(",")[0]
        own = row if plain_name != shown.split(",")[0] else meant
        yield Name(stems(plain_name), own.id, "food", own.text("name"))
    for family, row in default.items():
        yield Name(stems(family.replace("-", " ")), row.id, "food", row.text("name"))


def test_id(row: Row) -> str:
    """The id that all rows of one laboratory test share: "test:serum-ferritin"."""
    return "test:" + row.text("test").lower().replace(" ", "-")


def _rows(corpus: Corpus, table: str) -> tuple[Any, ...]:
    return corpus.tables[table].rows if table in corpus.tables else ()
