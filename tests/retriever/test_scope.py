"""The region of the answerable questions: what is packed is what was fitted, and a margin is the machine's."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from sklearn.svm import SVC

from answers import Nutrace
from corpus import load_corpus
from retriever.confidence import Scope, packed

ENCODER = "some encoder"


def test_a_margin_is_the_one_of_the_machine_that_was_packed() -> None:
    random = np.random.default_rng(0)
    questions = random.normal(size=(60, 4)).astype(np.float32)
    machine = SVC(gamma=0.5).fit(questions, (questions**2).sum(axis=1) < 3)
    region = {
        "encoder": ENCODER,
        "gamma": 0.5,
        "intercept": float(machine.intercept_[0]),
        "axes": packed(np.eye(4, dtype=np.float32)),
        "shift": packed(np.zeros((1, 4), dtype=np.float32)),
        "points": packed(machine.support_vectors_.astype(np.float32)),
        "weights": packed(machine.dual_coef_.astype(np.float32)),
    }
    corpus = replace(load_corpus(), vocabulary={"region": region})
    scope = Scope.of_corpus(corpus, ENCODER)
    assert scope is not None
    found = [scope.margin(question) for question in questions]
    np.testing.assert_allclose(found, machine.decision_function(questions), atol=0.1)
    assert Scope.of_corpus(corpus, "another encoder") is None


def test_nutrition_lies_inside_and_other_subjects_outside(engine: Nutrace) -> None:
    scope, encode = engine.retriever.gate.scope, engine.index.encoder.encode_question
    assert scope is not None
    inside, outside = (scope.margin(encode(q)) for q in ("which foods have iron", "who won the world cup in 1998"))
    assert inside > 0 > outside
