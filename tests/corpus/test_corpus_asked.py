"""Facts that people ask for: the sentence that says one is among the first that the question gets."""

from __future__ import annotations

import pytest

from answers import Nutrace

FIRST = 3
"""Sentences that are read before somebody goes away."""


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("how much caffeine can a teenager have", "at most 100 mg of caffeine"),
        ("can my 8 year old drink coffee", "advise against caffeine for children under 12"),
        ("is 25000 iu vitamin a safe", "10,000 IU of vitamin A as retinol holds 3,000 µg"),
        ("can i use retinol cream while pregnant", "should not be used in pregnancy"),
        ("why cant you eat polar bear liver", "The liver of polar bears"),
        ("35 weeks pregnant, my hands and feet itch at night", "maternity unit should be called the same day"),
        ("does vitamin c help gout", "not been clearly shown to prevent or treat gout"),
        ("vitamin d for pcos", "no good evidence that vitamin D"),
        ("my son has adhd, omega 3?", "ADHD, trials of omega-3 are negative or conflict"),
        ("turmeric with warfarin", "strengthen warfarin"),
        ("cranberry juice with warfarin", "reported to strengthen warfarin"),
        ("can i take 5-htp with sertraline", "serotonin syndrome"),
        ("can i drink coffee after thyroid pill", "reduces the absorption of levothyroxine"),
        ("can i drink wine on phenelzine", "hold tyramine"),
        ("what foods increase breast milk supply", "The more often a baby feeds"),
        ("does fenugreek increase milk supply", "weak and mixed evidence"),
        ("are green potatoes poisonous", "hold solanine"),
        ("undercooked kidney beans", "severe vomiting and diarrhea"),
        ("can i crush my iron tablets", "asked before tablets are crushed"),
        ("can i take expired vitamins", "lost strength"),
        ("is scurvy contagious", "not contagious"),
        ("is pellagra contagious", "not contagious"),
        ("can you catch beriberi", "not contagious"),
        ("thirsty all the time and peeing a lot", "need a blood sugar test the same day"),
        ("i take methotrexate and have mouth sores", "tell their doctor the same day"),
        ("havent eaten for 10 days how should i start eating", "needs a doctor the same day"),
        ("athlete lost her period", "Missed periods"),
        ("how long do b12 stores last", "last for years"),
        ("does cooking destroy folate", "Long cooking destroys folate"),
        ("why is my poop black on iron tablets", "turn stools dark"),
        ("simvastatin muscle pain", "can themselves cause muscle pain"),
    ],
)
def test_a_fact_asked_for_is_among_the_first_sentences(engine: Nutrace, message: str, said: str) -> None:
    answer = engine.respond(message)
    shown = [piece.text for piece in answer.pieces if piece.kind == "quote" and piece.text.endswith(".")]
    assert answer.status == "answered"
    assert any(said in sentence for sentence in shown[:FIRST]), shown[: FIRST + 1]
