"""`python -m evals.fit_urgency`: fits the weights of the urgency model to the sentences of `evals/urgency`.

Each sentence is taken as it stands and with a greeting or a nutrition question around it, so that these say nothing of
urgency; calm ones beside another calm one too, so that length says nothing. Ordinary questions of `evals/questions`,
dialogues, conditions and medicines are calm too; `red_flags.jsonl` is left out, to measure on.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from corpus import Corpus, load_corpus
from corpus.errors import UsageError
from corpus.load import DEFAULT_CORPUS
from evals.dialogues import all_dialogues
from retriever.text import plain
from retriever.urgency import LEVELS, UrgentSigns
from retriever.urgency_model import SCALE

HERE = Path(__file__).parent
WEIGHTS = DEFAULT_CORPUS / "vocabulary" / "urgent_weights.yaml"
CALM = "none"
ALARMED = frozenset(LEVELS[2:])
OF_DANGER = ("see-doctor", "excess")
"""Aspects of sections whose listed questions may be urgent themselves."""
FOLDS = 8
STRENGTH = 3.0
"""Inverse of the L2 penalty; 1 to 4 give the same within a percent in cross-validation."""
SMALLEST = 2
"""Weights below so many hundredths are left out."""
LEAST = 2
"""A word pair must stand in so many rows to get a weight."""
HEADS = (
    *("", "", "", "", "", "", "", "hi, ", "hello ", "quick question: ", "so ", "pls help ", "um "),
    *("low in iron for years. ", "had my baby in 2019. ", "i take vitamin d 1000 iu. ", "ferritin 14, "),
)
TAILS = (
    *("", "", " magnesium?", ", is it low iron", ", which vitamin", ", what mineral am i low in", " b12?"),
    *(", should i take potassium", ", could it be a deficiency", " vitamin d?", ", do i need zinc", ", folate?"),
    *(", whats good for that", " electrolytes?", ", which foods help", ". what vitamins help", ", is it my calcium"),
    *(", ferritin 14", ", my ferritin is 9", ". b12 was 160 last year", ", hb 10.8", ", anaemic for months", " lol"),
)

JOINTS = (", ", " and ", ". ", " but ", ", ")


class Sentence(NamedTuple):
    """A message, its level, the group it was written for, and the number of the sentence that it varies."""

    text: str
    level: str
    group: str
    source: int


def main(arguments: Sequence[str] | None = None) -> int:
    """Cross-validate, fit, and write the weights. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m evals.fit_urgency", description=__doc__)
    parser.add_argument("--no-check", dest="check", action="store_false", help="leave the cross-validation out")
    options = parser.parse_args(arguments)
    corpus = load_corpus()
    vocabulary = corpus.vocabulary
    signs = UrgentSigns({name: part for name, part in vocabulary.items() if name != WEIGHTS.stem})  # the rules alone
    written = sentences()
    calm = [sentence.text for sentence in written if sentence.level == CALM]
    rows = [variant for sentence in written for variant in _variants(sentence, calm)]
    rows += _ordinary(vocabulary) + _listed(corpus, signs)
    found = [signs.features(plain(row.text)) for row in rows]
    frequent = Counter(name for features in found for name in features)
    found = [
        {name: value for name, value in features.items() if frequent[name] >= (LEAST if name[0] == "b" else 1)}
        for features in found
    ]
    if options.check:
        _cross_validate(signs, rows, found)
    WEIGHTS.write_text(_written(rows, found), encoding="utf-8")
    print(f"wrote {WEIGHTS.name}: {len(rows):,} rows", file=sys.stderr)
    return 0


def sentences() -> list[Sentence]:
    """All sentences of `evals/urgency`: "# level group" heads those below it in urgent.txt, "# group" in calm.txt.

    talk.txt holds the calm turns of sets c to f of `evals/held_out`: how people go on in a talk about food.
    """
    read: list[Sentence] = []
    for name in ("urgent", "calm", "talk"):
        group, level = "", CALM
        for line in (HERE / "urgency" / f"{name}.txt").read_text(encoding="utf-8").splitlines():
            if line.startswith("# "):
                group = line[2:]
                level = group.split()[0] if name == "urgent" else CALM
                if level != CALM and level not in ALARMED:
                    raise UsageError(f"{name}.txt: expected a level ({', '.join(sorted(ALARMED))}), found {line!r}")
            elif line:
                read.append(Sentence(line, level, group, len(read)))
    return read


def _variants(sentence: Sentence, calm: Sequence[str]) -> list[Sentence]:
    chosen = random.Random(zlib.crc32(sentence.text.encode()))
    texts = [sentence.text, *(chosen.choice(HEADS) + sentence.text + chosen.choice(TAILS) for _ in range(2))]
    if sentence.level == CALM:
        texts.append(chosen.choice(JOINTS).join((sentence.text, chosen.choice(calm))))
    return [sentence._replace(text=text) for text in texts]


def _ordinary(vocabulary: Mapping[str, Any]) -> list[Sentence]:
    """What people say without being in danger: questions, turns of dialogues, their conditions and medicines."""
    rows: list[dict[str, Any]] = []
    for name in ("answerable", "near_scope", "out_of_scope", "traps"):
        rows += map(json.loads, (HERE / "questions" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines())
    texts = [row["message"] for row in rows if CALM in row["expect"].get("urgency", CALM)]
    texts += [
        turn.message
        for dialogue in all_dialogues()
        if not any(ALARMED & set(dict(turn.checks).get("urgency", "").split("|")) for turn in dialogue.turns)
        for turn in dialogue.turns
    ]
    medicines = [member for entry in vocabulary["medicines"] for member in (entry, *entry.get("members", ()))]
    for entry in medicines:
        texts += [f"i take {entry['words'][0]}", f"my mum is on {entry['words'][0]}, which foods"]
    for entry in vocabulary["people"]["conditions"]:
        texts += [
            f"i have {entry['words'][0]}",
            f"{entry['words'][0]}, which vitamins",
            f"my dad has {entry['words'][0]}",
        ]
    return [Sentence(text, CALM, "ordinary", -1) for text in texts]


def _listed(corpus: Corpus, signs: UrgentSigns) -> list[Sentence]:
    """What the documents list as asked of them, but of sections on danger, and what the page's controls say."""
    sections = (section for document in corpus.documents.values() for section in document.sections)
    texts = [question for section in sections if section.aspect not in OF_DANGER for question in section.questions]
    texts += [row.text("name") for row in corpus.tables["foods"].rows]
    phrases: Mapping[str, str] = corpus.vocabulary["phrases"]["phrases"]
    offers = [text for id_, text in phrases.items() if id_.startswith("offer.")]
    texts += [text.format(topic=row.text("name")) for text in offers for row in corpus.tables["nutrients"].rows]
    calm = [text for text in texts if signs.by_rule(plain(text)).level in ("none", "doctor_soon")]
    return [Sentence(text, CALM, "listed", -1) for text in calm]


def _cross_validate(signs: UrgentSigns, rows: list[Sentence], found: list[dict[str, float]]) -> None:
    """Say how rules and model fare on sentences that the fit did not see: at random, and whole groups left out."""
    matrix, urgent = _matrix(found), np.array([row.level != CALM for row in rows])
    measured = np.array([row.source >= 0 for row in rows])
    ruled = np.array([signs.by_rule(plain(row.text)).level not in ("none", "doctor_soon") for row in rows])
    for way in ("sentence", "group"):
        keys = [str(row.source) if way == "sentence" else row.group for row in rows]
        fold = np.array([zlib.crc32(key.encode()) % FOLDS for key in keys])
        chance = np.zeros(len(rows))
        for left_out in range(FOLDS):
            test = (fold == left_out) & measured
            chance[test] = _fit(matrix[~test], urgent[~test]).predict_proba(matrix[test])[:, 1]
        print(f"left out by {way}: threshold with and without a rule, urgent found, calm alarmed", file=sys.stderr)
        for low, high in (
            (1.1, 1.1),
            (0.0, 1.1),
            (1.1, 0.5),
            (0.0, 0.5),
            (0.1, 0.2),
            (0.1, 0.3),
            (0.1, 0.4),
            (0.1, 0.5),
        ):
            alarmed = (chance >= high) | (ruled & (chance >= low))
            share = alarmed[measured & urgent].mean(), alarmed[measured & ~urgent].mean()
            print(f"  {low:.1f} {high:.1f}   {share[0]:.3f}   {share[1]:.3f}", file=sys.stderr)


def _matrix(found: list[dict[str, float]]) -> Any:
    matrix = DictVectorizer(sort=True).fit_transform(found)
    matrix.indices, matrix.indptr = matrix.indices.astype(np.int32), matrix.indptr.astype(np.int32)
    return matrix


def _fit(matrix: Any, target: Any) -> LogisticRegression:
    return LogisticRegression(C=STRENGTH, max_iter=1_000, solver="liblinear", random_state=0).fit(matrix, target)


def _written(rows: list[Sentence], found: list[dict[str, float]]) -> str:
    """The file of weights: one line a feature, whole hundredths, those that round to nothing left out."""
    names = sorted({name for features in found for name in features})
    binary = _fit(_matrix(found), np.array([row.level != CALM for row in rows]))
    urgent = [at for at, row in enumerate(rows) if row.level != CALM]
    few = [{name: value for name, value in found[at].items() if name[0] in "wkr"} for at in urgent]
    which = np.array([rows[at].level for at in urgent])
    levels = sorted(set(which))
    few_names = sorted({name for features in few for name in features})
    fits = [_fit(_matrix(few), which == level) for level in levels]
    lines = [
        f"  {number} | {name}"
        for name, weight in zip(names, binary.coef_[0], strict=True)
        if abs(number := _whole(weight)) >= SMALLEST
    ]
    level_lines = []
    for at, name in enumerate(few_names):
        numbers = [_whole(fit.coef_[0][at]) for fit in fits]
        if max(map(abs, numbers)) >= SCALE // 5:
            level_lines.append(f"  {' '.join(map(str, numbers))} | {name}")
    head = (
        "# Fitted by `python -m evals.fit_urgency`; never edited by hand. Weights in hundredths.",
        f"bias: {_whole(binary.intercept_[0])}",
        f"levels: [{', '.join(levels)}]",
        f"level_bias: [{', '.join(str(_whole(fit.intercept_[0])) for fit in fits)}]",
    )
    return "\n".join([*head, "urgent: |-", *lines, "level: |-", *level_lines]) + "\n"


def _whole(weight: float) -> int:
    return round(float(weight) * SCALE)


if __name__ == "__main__":
    sys.exit(main())
