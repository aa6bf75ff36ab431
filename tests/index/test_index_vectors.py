from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from index.types import best
from index.vectors import CODED_FROM, FlatIndex, HnswIndex, vector_index

NUMBERS = st.floats(-1, 1, width=32)


def normalised(matrix: np.ndarray) -> np.ndarray:
    norms = np.linalg.norm(matrix, axis=-1, keepdims=True)
    return np.asarray(matrix / norms, dtype=np.float32)


def random_vectors(n: int, dimension: int, seed: int) -> np.ndarray:
    return normalised(np.random.default_rng(seed).standard_normal((n, dimension)))


@given(arrays(np.float32, st.tuples(st.integers(1, 40), st.just(8)), elements=NUMBERS), st.integers(1, 50), st.data())
def test_flat_search_gives_the_values_of_brute_force(matrix: np.ndarray, k: int, data: st.DataObject) -> None:
    vector = data.draw(arrays(np.float32, 8, elements=NUMBERS))
    scores, ids = vector_index(matrix, flat_limit=1000).search(vector, k)
    exact = matrix.astype(np.float64) @ vector.astype(np.float64)
    assert len(ids) == len(set(ids)) == min(k, len(matrix))
    np.testing.assert_allclose(scores, np.sort(exact)[::-1][: len(ids)], atol=1e-5)
    np.testing.assert_allclose(scores, exact[ids], atol=1e-5)


def test_flat_search_gives_the_values_of_brute_force_at_the_models_dimension() -> None:
    matrix, queries = random_vectors(3000, 384, 1), random_vectors(20, 384, 2)
    index = vector_index(matrix, flat_limit=3000)
    for query in queries:
        scores, ids = index.search(query, 10)
        exact = matrix @ query
        assert list(ids) == list(np.argsort(-exact)[:10])
        np.testing.assert_allclose(scores, np.sort(exact)[::-1][:10], atol=1e-6)


def test_hnsw_finds_nearly_what_exact_search_finds_and_scores_it_the_same() -> None:
    matrix, queries = random_vectors(5000, 32, 3), random_vectors(50, 32, 4)
    index = vector_index(matrix, flat_limit=4999)
    assert isinstance(index, HnswIndex)
    found = 0
    for query in queries:
        scores, ids = index.search(query, 10)
        np.testing.assert_allclose(scores, matrix[ids] @ query, atol=1e-6)
        found += len(set(ids) & set(np.argsort(-(matrix @ query))[:10]))
    assert found / 500 >= 0.97


def test_the_kind_hangs_on_the_number_of_vectors() -> None:
    assert vector_index(random_vectors(10, 4, 0), flat_limit=10).kind == "flat"
    assert vector_index(random_vectors(11, 4, 0), flat_limit=10).kind == "hnsw"


@pytest.mark.parametrize("kind", [FlatIndex, HnswIndex])
def test_an_index_comes_back_from_its_bytes_as_it_was(kind: type[FlatIndex] | type[HnswIndex]) -> None:
    matrix = random_vectors(200, 16, 5)
    index = kind.of(16)
    index.add(matrix[:150])
    index.add(matrix[150:])
    again = kind.deserialize(index.serialize())
    assert len(again) == 200
    np.testing.assert_array_equal(again.vectors(), matrix)
    for left, right in zip(again.search(matrix[7], 9), index.search(matrix[7], 9), strict=True):
        np.testing.assert_array_equal(left, right)


@pytest.mark.parametrize("data", [b"", b"IxFI", b"no index at all"])
def test_bytes_that_are_no_index_are_a_value_error(data: bytes) -> None:
    with pytest.raises(ValueError):
        FlatIndex.deserialize(data)


def test_bytes_cut_short_are_a_value_error() -> None:
    data = vector_index(random_vectors(20, 8, 6), flat_limit=100).serialize()
    with pytest.raises(ValueError):
        FlatIndex.deserialize(data[: len(data) // 2])


@given(st.lists(st.integers(0, 5).map(lambda n: n / 5), max_size=30), st.integers(0, 40))
def test_best_sorts_by_score_and_then_by_position(scores: list[float], k: int) -> None:
    expected = sorted(range(len(scores)), key=lambda at: (-scores[at], at))[:k]
    hits = best(np.array(scores), k)
    assert [hit.position for hit in hits] == expected
    assert [hit.score for hit in hits] == [round(scores[at], 6) for at in expected]


@pytest.mark.parametrize("n", [CODED_FROM - 1, CODED_FROM, 4 * CODED_FROM])
@pytest.mark.parametrize("k", [1, 180, CODED_FROM])
def test_the_scan_of_codes_changes_nothing(n: int, k: int) -> None:
    # Crowded vectors: of neighbours so near each other codes of 8 bits alone get the order wrong.
    matrix = normalised(1 + 0.02 * np.random.default_rng(n + k).standard_normal((n, 64)))
    index, query = vector_index(matrix, flat_limit=n), normalised(np.ones(64) + random_vectors(1, 64, 9)[0] / 10)
    scores, ids = index.search(query, k)
    exact = (matrix.astype(np.float64) @ query.astype(np.float64)).astype(np.float32)
    assert len(set(ids.tolist())) == len(ids) == min(k, n)
    np.testing.assert_allclose(scores, np.sort(exact)[::-1][:k], atol=2e-7)
    np.testing.assert_allclose(scores, exact[ids], atol=2e-7)


def test_vectors_added_after_a_search_are_found() -> None:
    matrix = random_vectors(2 * CODED_FROM, 16, 7)
    index = FlatIndex.of(16)
    index.add(matrix[:CODED_FROM])
    assert index.search(matrix[-1], 1)[1][0] != len(matrix) - 1
    index.add(matrix[CODED_FROM:])
    assert index.search(matrix[-1], 1)[1][0] == len(matrix) - 1


def test_large_numbers_are_still_ranked_exactly() -> None:
    matrix = random_vectors(CODED_FROM, 8, 8) * np.float32(1e6)
    query = random_vectors(1, 8, 9)[0]
    scores, ids = vector_index(matrix, flat_limit=CODED_FROM).search(query, 5)
    assert list(ids) == list(np.argsort(-(matrix @ query))[:5])
    assert np.isfinite(scores).all()
