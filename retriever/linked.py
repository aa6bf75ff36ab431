"""Links between symptoms or topics and nutrients: `tables/links.csv` joined with the sentences that say why."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from corpus import Corpus, Document, Row, Span
from retriever.lexicon import Lexicon, test_id
from retriever.text import plain, tokens
from retriever.types import Link, Quote

STRENGTHS = ("well-established", "possible", "indirect", "weak", "unproven", "not-a-cause")
ARE_CAUSES = STRENGTHS[:4]
"""Strengths with which a nutrient is given as an answer; the others are said not to be a cause."""
WEIGHTS = dict(zip(ARE_CAUSES, (4, 2, 1, 1), strict=True))
"""How much a link counts for a nutrient that may explain several signs together."""
MOST_LINKS = 8
NOTHING: Mapping[str, str] = {}
FEW, ALIKE = 3, 0.15
"""Of more than so many links of one strength those answer a question for one nutrient whose sentence is the nearest to
it, or so much farther in cosine."""


class Links:
    """For each subject its links in the order of the table, which is the order of showing."""

    def __init__(self, corpus: Corpus, lexicon: Lexicon) -> None:
        self._shown = lexicon.shown
        self._by_subject: dict[str, tuple[Link, ...]] = {}
        self._by_nutrient: defaultdict[str, list[Link]] = defaultdict(list)
        means = {test_id(row): row.text("nutrient") for row in corpus.tables["tests"].rows}
        means |= {row.id: row.text("parent") for row in corpus.tables["nutrients"].rows if row.cells["parent"]}
        rows: defaultdict[str, list[Row]] = defaultdict(list)
        for row in corpus.tables["links"].rows:
            rows[row.text("subject")].append(row)
        for subject, held in rows.items():
            document = corpus.documents.get(subject)
            sentences = _sentences(document, lexicon, means) if document else []
            self._by_subject[subject] = tuple(_link(row, document, sentences) for row in held)
        for links in self._by_subject.values():
            for link in links:
                self._by_nutrient[link.nutrient].append(link)

    def of(self, subject: str) -> tuple[Link, ...]:
        """All links of a subject, those that do not hold included."""
        return self._by_subject.get(subject, ())

    def causes(self, subject: str) -> tuple[Link, ...]:
        """The links that are given as the answer."""
        return tuple(link for link in self.of(subject) if link.strength in ARE_CAUSES)

    def ranked(
        self, subjects: Sequence[str], single: bool = False, kind: str | None = None, known: Mapping[str, str] = NOTHING
    ) -> tuple[Link, ...]:
        """Links of one subject in its own order; of several, each nutrient's strongest, those first that fit most.

        `single`: the best established ones first, as `narrowed` parts them, and of these those of the `kind` asked for.
        `known`: the nutrients of which a person is known to have too much ("excess") or too little ("deficiency").
        """
        links = not_contrary([link for subject in subjects for link in self.causes(subject)], known)
        told = list({link.nutrient: link for link in reversed(links) if link.nutrient in known}.values())
        if len(subjects) > 1:
            links = [*told, *(link for link in fitting(links, single) if link not in told)]
        if single:
            links.sort(key=lambda link: (STRENGTHS.index(link.strength), not self._is_kind(link.nutrient, kind)))
        return tuple(links[:MOST_LINKS])

    def _is_kind(self, nutrient: str, kind: str | None) -> bool:
        return bool(kind) and str(kind) in self._shown.get(nutrient, "").casefold()

    def between(self, subject: str, nutrient: str) -> tuple[Link, ...]:
        """The links of one subject with one nutrient."""
        return tuple(link for link in self.of(subject) if link.nutrient == nutrient)

    def subjects_of(self, nutrient: str) -> tuple[str, ...]:
        """What a nutrient is linked with, strongest first."""
        links = sorted(self._by_nutrient[nutrient], key=lambda link: STRENGTHS.index(link.strength))
        return tuple(dict.fromkeys(link.row.text("subject") for link in links if link.strength in ARE_CAUSES))


def _sentences(document: Document, lexicon: Lexicon, means: Mapping[str, str]) -> list[tuple[Quote, tuple[str, ...]]]:
    """The sentences of the linked-nutrients sections, each with the nutrients that it names, in order."""
    found = []
    for section in document.sections:
        if section.aspect == "linked-nutrients":
            for span in section.sentences:
                quote = Quote(document.id, section.heading, Span(*span))
                found.append((quote, _nutrients(document.text[span.start : span.end], lexicon, means)))
    return found


def _nutrients(sentence: str, lexicon: Lexicon, means: Mapping[str, str]) -> tuple[str, ...]:
    """The nutrients named, in order, also inside other names: "vitamin E levels", "magnesium laxatives"."""
    words = tokens(plain(sentence))
    found = list(lexicon.find(words))
    inside = [x for entity in found for x in lexicon.nutrients_within(words, range(entity.start, entity.end))]
    named = sorted((*found, *inside), key=lambda entity: entity.start)
    return tuple(
        dict.fromkeys(
            means.get(x.id, x.id) for x in named if x.kind == "nutrient" or (x.kind == "test" and x.id in means)
        )
    )


def _link(row: Row, document: Document | None, sentences: list[tuple[Quote, tuple[str, ...]]]) -> Link:
    nutrient = row.text("nutrient")
    first = [entry for entry in sentences if entry[1][:1] == (nutrient,)]
    anywhere = [entry for entry in sentences if nutrient in entry[1]]
    chosen = next(iter(first or anywhere), None)
    if chosen and len(first) > 1:
        sentences.remove(chosen)  # the next row of the same nutrient (an excess, say) gets the next sentence
    return Link(row, nutrient, row.text("strength"), row.text("direction"), chosen[0] if chosen else None)


def not_contrary(links: Sequence[Link], known: Mapping[str, str]) -> list[Link]:
    """The links without those of the other side of what somebody is known to have, those of that side first.

    `known`: "excess" or "deficiency" by nutrient. Whose potassium is high is not told that low potassium makes weak.
    """
    fit = [link for link in links if known.get(link.nutrient, link.direction) == link.direction]
    return sorted(fit, key=lambda link: link.nutrient not in known)


def lacking(links: Sequence[Link]) -> tuple[str, ...]:
    """The nutrients whose lack the links speak of, in order; those of which too much is the cause are no answer."""
    return tuple(dict.fromkeys(link.nutrient for link in links if link.direction == "deficiency"))


def narrowed(
    links: Sequence[Link], single: bool, scores: Mapping[Quote, float]
) -> tuple[tuple[Link, ...], tuple[Link, ...]]:
    """The links that answer, and the weaker ones that stand after them where one nutrient is asked for.

    `scores`: how near the sentences of the links are to the question, which tells apart links of one strength.
    """
    tiers = (STRENGTHS[:1], STRENGTHS[1:3])
    for tier in tiers if single else ():
        strong = [link for link in links if link.strength in tier and link.direction == "deficiency"]
        near = {link.nutrient: scores.get(link.why, 0.0) if link.why else 0.0 for link in strong}
        least = max(near.values(), default=0.0) - ALIKE if len(strong) > FEW else 0.0
        kept = tuple(link for link in strong if near[link.nutrient] >= least)
        if kept:
            return kept, tuple(link for link in links if link not in kept)
    return tuple(links), ()


def fitting(links: Sequence[Link], single: bool) -> list[Link]:
    """Of the links of several signs each nutrient's strongest, those that fit the signs best first.

    Where some fit several signs, those that fit one alone are left out, unless what is known of that one weighs as much
    as the best; where one is asked for, all but the best. What is only claimed fits nothing.
    """
    shown = {(link.nutrient, link.row.text("subject")): link for link in reversed(links) if link.strength in WEIGHTS}
    fits = Counter(nutrient for nutrient, _ in shown)
    weight: Counter[str] = Counter()
    for (nutrient, _), link in shown.items():
        weight[nutrient] += WEIGHTS[link.strength]
    most, heaviest = max(fits.values(), default=0), max(weight.values(), default=0)
    least = most if single else min(most, 2)
    ordered = sorted(links, key=lambda link: (-fits[link.nutrient], STRENGTHS.index(link.strength)))
    strongest = {link.nutrient: link for link in reversed(ordered)}
    names = dict.fromkeys(link.nutrient for link in ordered)
    kept = [name for name in names if fits[name] >= least or weight[name] >= heaviest]
    return [strongest[n] for n in sorted(kept, key=lambda n: (weight[n] < heaviest, -fits[n], -weight[n]))]
