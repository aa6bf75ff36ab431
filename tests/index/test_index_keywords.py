from __future__ import annotations

import math
import re
from collections import Counter

import numpy as np
import pytest
import Stemmer
from bm25s.stopwords import STOPWORDS_EN
from hypothesis import given
from hypothesis import strategies as st

from corpus.types import Passage
from index.keywords import FIELDS, KeywordIndex, build_keywords, field_text
from index.settings import FieldWeights, IndexSettings

WORDS = ["iron", "Iron", "vitamin", "D", "vitamins", "the", "food", "foods", "lack", "µg", "b12", "b-12", "eisenmangel"]
TEXTS = st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join)
SETTINGS = IndexSettings(weights=FieldWeights(title=2.0, heading=1.5, text=1.0, questions=0.5), k1=1.4, b=0.6)


def passage(title: str, heading: str, text: str, *questions: str) -> Passage:
    return Passage("id", "doc", title, heading, "foods", "nutrient", (), questions, 0, len(text), text, ())


PASSAGES = st.lists(st.builds(passage, TEXTS, TEXTS, TEXTS, TEXTS), min_size=1, max_size=12)


def words_of(text: str) -> list[str]:
    stemmer = Stemmer.Stemmer("english")
    return [stemmer.stemWord(word) for word in re.findall(r"\w+", text.lower()) if word not in STOPWORDS_EN]


def bm25(documents: list[list[str]], query: list[str], k1: float, b: float) -> list[float]:
    """Lucene's BM25, from its formula, in plain Python."""
    count = len(documents)
    average = sum(map(len, documents)) / count
    scores = []
    for document in documents:
        frequency, score = Counter(document), 0.0
        for word in query:
            if frequency[word]:
                holding = sum(word in other for other in documents)
                rarity = math.log(1 + (count - holding + 0.5) / (holding + 0.5))
                norm = k1 * (1 - b + b * len(document) / average)
                score += rarity * frequency[word] / (frequency[word] + norm)
        scores.append(score)
    return scores


def expected_scores(passages: list[Passage], query: str, settings: IndexSettings) -> np.ndarray:
    total = np.zeros(len(passages))
    for field in FIELDS:
        documents = [words_of(field_text(passage, field)) for passage in passages]
        if any(documents):
            weight = getattr(settings.weights, field)
            total += weight * np.array(bm25(documents, words_of(query), settings.k1, settings.b))
    return total


@given(PASSAGES, TEXTS)
def test_scores_are_those_of_the_formula(passages: list[Passage], query: str) -> None:
    scores = build_keywords(passages, SETTINGS).scores(query)
    np.testing.assert_allclose(scores, expected_scores(passages, query, SETTINGS), atol=1e-5)


@given(PASSAGES, TEXTS, st.integers(1, 15))
def test_search_ranks_by_score_then_position_and_leaves_out_zero(passages: list[Passage], query: str, k: int) -> None:
    index = build_keywords(passages, SETTINGS)
    scores = np.round(index.scores(query), 6)
    expected = sorted((at for at in range(len(passages)) if scores[at] > 0), key=lambda at: (-scores[at], at))[:k]
    assert [hit.position for hit in index.search(query, k)] == expected


@given(PASSAGES, TEXTS)
def test_an_index_comes_back_from_its_bytes_as_it_was(passages: list[Passage], query: str) -> None:
    index = build_keywords(passages, SETTINGS)
    again = KeywordIndex.from_bytes(index.to_bytes(), SETTINGS.weights)
    assert again.vocabulary == index.vocabulary
    np.testing.assert_array_equal(again.scores(query), index.scores(query))


def test_equal_passages_give_equal_bytes() -> None:
    passages = [passage("Iron", "Foods", "Beef holds iron.", "where is iron"), passage("Zinc", "Foods", "Beef too.")]
    assert build_keywords(passages, SETTINGS).to_bytes() == build_keywords(passages, SETTINGS).to_bytes()


def test_a_single_letter_is_a_word() -> None:
    passages = [passage("Vitamin C", "Foods", "Oranges."), passage("Vitamin D", "Foods", "Salmon.")]
    assert build_keywords(passages, SETTINGS).search("vitamin d", 2)[0].position == 1


def test_words_are_stemmed_and_footnote_marks_are_none() -> None:
    index = build_keywords([passage("Iron", "Signs", "It causes twitching.[^ods]")], SETTINGS)
    assert index.search("twitches twitched", 1)
    assert not index.search("ods", 1)


def test_a_query_without_known_words_finds_nothing() -> None:
    index = build_keywords([passage("Iron", "Signs", "Pale skin.")], SETTINGS)
    assert index.search("", 5) == index.search("the of", 5) == index.search("xyzzy", 5) == []


def test_a_corpus_without_a_word_finds_nothing() -> None:
    assert build_keywords([passage("", "", "")], SETTINGS).search("iron", 5) == []


def test_words_that_no_passage_has_are_told() -> None:
    index = build_keywords([passage("Iron", "Signs", "Pale skin.")], SETTINGS)
    assert index.knows("the iron xyzzy") == [True, False]


def test_a_word_stands_in_the_passages_whose_fields_hold_it() -> None:
    passages = [passage("Iron", "Signs", "Pale skin."), passage("Zinc", "Foods", "Oysters hold it.")]
    index = build_keywords(passages, SETTINGS)
    asked = ("iron", "sign", "oyster", "the", "xyzzy")
    assert [index.stands_in(word, {0}) for word in asked] == [True, True, False, True, False]
    assert [index.stands_in(word, {0, 1}) for word in asked] == [True, True, True, True, False]
    assert not index.stands_in("iron", ())


def test_field_weights_apply_at_load() -> None:
    passages = [passage("iron", "", "zinc"), passage("zinc", "", "iron")]
    files = build_keywords(passages, SETTINGS).to_bytes()
    by_title = KeywordIndex.from_bytes(files, FieldWeights(title=5))
    by_text = KeywordIndex.from_bytes(files, FieldWeights(text=5))
    assert by_title.search("iron", 1)[0].position == 0
    assert by_text.search("iron", 1)[0].position == 1


def test_arrays_that_need_pickle_are_refused() -> None:
    files = build_keywords([passage("iron", "", "zinc")], SETTINGS).to_bytes()
    from io import BytesIO

    buffer = BytesIO()
    np.savez(buffer, title_scores=np.array([{"an": "object"}], dtype=object))
    with pytest.raises(ValueError, match="pickle"):
        KeywordIndex.from_bytes({**files, "keywords.npz": buffer.getvalue()}, FieldWeights())
