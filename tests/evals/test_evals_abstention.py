"""The figures of abstention, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from evals.abstention import area, curve_point, risk_coverage, roc_auc, threshold_for

SCORES = np.array([0.9, 0.8, 0.7, 0.6, 0.2])
POSITIVE = np.array([True, True, False, True, False])


def test_risk_is_the_share_of_answers_that_should_not_have_been_given() -> None:
    risks = [point["risk"] for point in risk_coverage(SCORES, POSITIVE, points=5)]
    assert risks == [0.0, 0.0, 0.3333, 0.25, 0.4]
    assert area(SCORES, POSITIVE) == pytest.approx(np.mean([0, 0, 1 / 3, 1 / 4, 2 / 5]), abs=1e-4)


def test_roc_counts_pairs_in_order() -> None:
    assert roc_auc(SCORES, POSITIVE) == pytest.approx(5 / 6, abs=1e-4)
    assert roc_auc(np.ones(4), np.array([True, False, True, False])) == 0.5


def test_the_threshold_covers_what_it_should_and_no_more() -> None:
    assert threshold_for(SCORES, POSITIVE, 0.66) == 0.8
    assert threshold_for(SCORES, POSITIVE, 0.67) == 0.6


def test_a_point_of_the_curve() -> None:
    kinds = np.array(["answerable", "answerable", "trap", "answerable", "out of scope"])
    point = curve_point(SCORES, POSITIVE, kinds, 1.0)
    assert point == {"coverage": 1.0, "threshold": 0.6, "refused": {"out of scope": 1.0, "trap": 0.0}}
