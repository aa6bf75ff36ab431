"""Names of medicines that are broader than others: a water pill may be furosemide or spironolactone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from corpus import Corpus
from retriever.aspects import compile_pattern
from retriever.text import Token
from retriever.types import Entity


class Medicines:
    """The classes of each medicine, and the names that leave open which one of several is meant."""

    def __init__(self, corpus: Corpus) -> None:
        self.classes = classes_of(corpus)
        self._open: defaultdict[str, set[str]] = defaultdict(set)
        for entry in corpus.vocabulary.get("medicines") or ():
            for one in entry.get("either") or ():
                self._open[one].add(str(entry["id"]))
        self._besides = compile_pattern(corpus.vocabulary["people"]["besides"], "people.yaml")

    def named_closer(self, text: str, words: Sequence[Token], entities: Sequence[Entity]) -> Iterable[str]:
        """The broad names that the message tells more of: "my water pill is furosemide".

        Not where it names another medicine beside them: "a water pill and furosemide".
        """
        named = [entity for entity in entities if entity.kind == "medicine"]
        for entity in named:
            if any(entity.id in broader for broader in self._open.values()):
                continue  # broad itself
            for broad in sorted({b for id_ in (entity.id, *self.classes.get(entity.id, ())) for b in self._open[id_]}):
                places = [other for other in named if other.id == broad]
                between = [_between(text, words, entity, other) for other in places] or [text]
                if not any(map(self._besides.search, between)):
                    yield broad


def _between(text: str, words: Sequence[Token], one: Entity, other: Entity) -> str:
    first, second = sorted((one, other), key=lambda entity: entity.start)
    return text[words[first.end - 1].end : words[second.start].start]


def classes_of(corpus: Corpus) -> dict[str, tuple[str, ...]]:
    """For each medicine the classes that it belongs to."""
    classes: dict[str, tuple[str, ...]] = {}
    for entry in corpus.vocabulary.get("medicines") or ():
        also = tuple(entry.get("also") or ()) + tuple(entry.get("either") or ())
        classes[entry["id"]] = also
        for member in entry.get("members") or ():
            more = tuple(member.get("also") or ())
            classes[member["id"]] = (*classes.get(member["id"], ()), entry["id"], *also, *more)
    return classes
