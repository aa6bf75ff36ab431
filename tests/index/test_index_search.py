from __future__ import annotations

import numpy as np
import pytest
from index_support import CountingEncoder

from corpus.markdown import FOOTNOTE
from corpus.passages import prefix
from index import Index

QUESTIONS = ["why do my muscles twitch?", "which foods hold iron?", "vitamin d overview", "asdfgh"]


@pytest.fixture(scope="module")
def expected(built: Index, loaded_encoder: CountingEncoder) -> list[np.ndarray]:
    """For each passage, the vectors of its text and its questions, embedded again one by one."""
    return [
        loaded_encoder.encode([prefix(p.title, p.heading) + FOOTNOTE.sub("", p.text), *p.questions])
        for p in built.passages
    ]


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_passage_scores_the_best_of_its_text_and_its_questions(
    built: Index, expected: list[np.ndarray], question: str
) -> None:
    vector = built.encoder.encode_question(question)
    exact = [float((vectors @ vector).max()) for vectors in expected]
    np.testing.assert_allclose([built.passage_score(vector, at) for at in range(len(exact))], exact, atol=2e-5)
    hits = built.dense(vector, len(exact))
    assert sorted(hit.position for hit in hits) == list(range(len(exact)))
    np.testing.assert_allclose([hit.score for hit in hits], [exact[hit.position] for hit in hits], atol=2e-5)


@pytest.mark.parametrize("k", [0, 1, 2, 3, 8, 9, 100])
def test_fewer_passages_are_the_first_of_more(built: Index, k: int) -> None:
    vector = built.encoder.encode_question(QUESTIONS[0])
    everything = built.dense(vector, len(built.passages))
    assert built.dense(vector, k) == everything[:k]
    order = [(-hit.score, hit.position) for hit in everything]
    assert order == sorted(order)


def test_scores_have_six_digits(built: Index) -> None:
    vector = built.encoder.encode_question(QUESTIONS[1])
    hits = built.dense(vector, 5) + built.keyword(QUESTIONS[1], 5)
    assert all(hit.score == round(hit.score, 6) for hit in hits)
    assert all(score == round(score, 6) for score in built.sentence_scores(vector, 0))


def test_sentences_are_scored_alone(built: Index, encoder: CountingEncoder) -> None:
    vector = built.encoder.encode_question(QUESTIONS[0])
    for position, passage in enumerate(built.passages):
        start = passage.start
        texts = [passage.text[span.start - start : span.end - start] for span in passage.sentences]
        exact = encoder.encode([FOOTNOTE.sub("", text) for text in texts]) @ vector
        np.testing.assert_allclose(built.sentence_scores(vector, position), exact, atol=2e-5)


def test_the_nearest_questions_are_those_of_the_front_matter(built: Index, encoder: CountingEncoder) -> None:
    vector = built.encoder.encode_question("tell me about iron")
    pairs = [(question, at) for at, passage in enumerate(built.passages) for question in passage.questions]
    exact = encoder.encode([question for question, _ in pairs]) @ vector
    found = built.nearest_questions(vector, 4)
    assert [(text, at) for text, at, _ in found] == [pairs[row] for row in np.argsort(-exact)[:4]]
    np.testing.assert_allclose([score for _, _, score in found], np.sort(exact)[::-1][:4], atol=2e-5)


def test_words_find_passages(built: Index) -> None:
    (hit, *_) = built.keyword("salmon", 3)
    assert "Salmon" in built.passages[hit.position].text


def test_an_index_says_what_it_is(built: Index) -> None:
    assert repr(built) == "Index(9 passages, 27 vectors, all-MiniLM-L6-v2 on onnxruntime)"
    assert len(repr(built.manifest)) < 200
